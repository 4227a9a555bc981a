/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/config.h"

#include "base/regex.h"
#include "netdev/config_tree.h"

enum {
    NOISE_MAX = 16
};

static void free_patterns(struct regex *(*patterns)[NOISE_MAX])
{
    for (size_t i = 0; i < NOISE_MAX; i++)
        regex_free((*patterns)[i]);
}

static bool is_noise(struct regex *const *patterns, str line)
{
    for (size_t i = 0; i < NOISE_MAX && patterns[i] != NULL; i++) {
        if (regex_match(patterns[i], line, 0, NULL, NULL) > 0)
            return true;
    }
    return false;
}

int config_clean(const struct family *family, str text, struct buf *out,
                 struct err *err)
{
    AUTO(free_patterns) struct regex *patterns[NOISE_MAX] = { NULL };
    size_t kept = out->n;
    size_t begun = out->n;
    bool below = false; /* a line of noise: what is of it goes with it */
    int rc;

    for (size_t i = 0; family->noise[i] != NULL && i < NOISE_MAX; i++) {
        rc = regex_compile(str_c(family->noise[i]), 0, &patterns[i], err);
        if (rc < 0)
            return rc;
    }
    while (text.n > 0) {
        str line = str_cut(&text, '\n');

        while (line.n > 0 && line.p[line.n - 1] == '\r')
            line.n--;
        below &= str_starts(line, STR(" "));
        below |= is_noise(patterns, line);
        if (below || (out->n == begun && str_trim(line).n == 0))
            continue;
        buf_add(out, line);
        buf_add_char(out, '\n');
        if (str_trim(line).n > 0)
            kept = out->n;
    }
    if (!out->over)
        out->n = kept;
    return buf_finish(out, "the configuration", err);
}

bool config_is_whole(const struct family *family, str text)
{
    text = str_trim(text);
    switch (family->syntax) {
    case SYNTAX_IOS:
    case SYNTAX_FRR:
        return str_ends(text, STR("\nend"));
    case SYNTAX_ASA:
        return str_ends(text, STR(": end"));
    case SYNTAX_CATOS:
        return str_ends(text, STR("end"));
    case SYNTAX_NETCONF: /* its framing has said so */
        return true;
    default:
        return text.n > 0;
    }
}

str config_take_command(str *text)
{
    str line = str_trim(str_cut(text, '\n'));
    str mark = config_banner_mark(line);
    str whole = *text;
    str rest = str_sub(line, str_find(line, mark) + mark.n, SIZE_MAX);

    if (mark.n == 0 || str_find(rest, mark) < rest.n)
        return line;
    while (text->n > 0) {
        str next = str_cut(text, '\n');

        if (str_find(next, mark) < next.n)
            return str_trim(
                (str){ line.p, (size_t)(next.p + next.n - line.p) });
    }
    *text = whole; /* it has no end: then it is no banner */
    return line;
}

size_t config_count(str config, str line)
{
    size_t n = 0;

    line = str_trim(line);
    while (config.n > 0)
        n += str_eq(str_trim(str_cut(&config, '\n')), line);
    return n;
}
