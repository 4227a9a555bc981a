/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/change_int.h"

#include <string.h>

#include "netdev/mask.h"
#include "netdev/netconf_int.h"

/* --- Reading ---------------------------------------------------------------
 */

str change_next_word(str *line)
{
    str word;

    *line = str_trim(*line);
    word = str_cut(line, ' ');
    *line = str_trim(*line);
    return word;
}

bool change_is_word(str word, const char *whole, size_t least)
{
    size_t n = strlen(whole);

    return word.n >= least && word.n <= n &&
           str_eq_nocase(word, (str){ whole, word.n });
}

bool change_is_negated(str *line)
{
    str rest = *line;
    str word = change_next_word(&rest);

    if (!change_is_word(word, "no", 2) && !change_is_word(word, "default", 3))
        return false;
    *line = rest;
    return true;
}

/* Whether the line opens one of the lines that nobody logs in at from afar. */
static bool is_local_line(str rest)
{
    str kind = change_next_word(&rest);

    return change_is_word(kind, "console", 1) || change_is_word(kind, "aux", 1);
}

bool change_takes_transport(str line, str *out_left)
{
    change_is_negated(&line);
    if (!change_is_word(change_next_word(&line), "transport", 2) ||
        !change_is_word(change_next_word(&line), "input", 1))
        return false;
    *out_left = line;
    return true;
}

static bool lets_telnet_in(str line, str left)
{
    if (change_is_negated(&line))
        return false;
    while (left.n > 0) {
        str word = change_next_word(&left);

        if (change_is_word(word, "telnet", 1) || change_is_word(word, "all", 1))
            return true;
    }
    return false;
}

bool change_needs_ssh(str lines)
{
    bool is_local = false;

    while (lines.n > 0) {
        str line = str_trim(config_take_command(&lines));
        str rest = line;
        str left;

        if (change_is_word(change_next_word(&rest), "line", 2))
            is_local = is_local_line(rest);
        else if (!is_local && change_takes_transport(line, &left) &&
                 !lets_telnet_in(line, left))
            return true;
    }
    return false;
}

/* R-SSH-11: the size that stands behind `crypto key generate rsa`, where
 * people write the answer to its question, is of that command. */
static str with_modulus(const struct change_options *options, str line,
                        str *rest, struct arena *arena)
{
    str after = *rest;
    str next = config_take_command(&after);
    int64_t bits = 0;

    if (options->family->syntax != SYNTAX_IOS ||
        !str_starts(line, STR("crypto key generate rsa")) ||
        str_find(line, STR(" modulus")) < line.n ||
        str_find(line, STR(" usage")) < line.n ||
        str_to_i64(next, 1, 65536, &bits, NULL) < 0)
        return line;
    *rest = after;
    return arena_printf(
        arena, "%" PRIstr "%s modulus %lld", ARGstr(line),
        str_find(line, STR(" general-keys")) < line.n ? "" : " general-keys",
        (long long)bits);
}

/* A banner has line feeds, and nothing else has. */
static int check_line(str line, unsigned number, size_t count, struct err *err)
{
    for (size_t i = 0; i < line.n; i++) {
        if (((uint8_t)line.p[i] < 0x20 && line.p[i] != '\n') ||
            line.p[i] == 0x7f)
            return err_set(err, E_INVALID, "line %u holds a control character",
                           number);
    }
    if (line.n > SESSION_COMMAND_MAX || count >= CHANGE_LINES_MAX)
        return err_set(err, E_LIMIT,
                       "line %u: a change has at most %d lines of at most "
                       "%d bytes",
                       number, CHANGE_LINES_MAX, SESSION_COMMAND_MAX);
    if (str_eq_c(line, "end") || str_starts(line, STR("configure ")))
        return err_set(err, E_INVALID,
                       "line %u: '%" PRIstr "' leaves or enters "
                       "configuration mode, which is done around the lines",
                       number, ARGstr(line));
    return 0;
}

/* The text is one request. */
static int read_document(const struct change_options *options,
                         struct arena *arena, struct change_lines *out,
                         struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(CONFIG_TEXT_MAX);
    str xml = str_trim(options->lines);

    if (xml.n == 0 || xml.p[0] != '<')
        return err_set(err, E_INVALID,
                       "a NETCONF device is changed by XML, the content of "
                       "<config>");
    buf_add_c(&text, "edit-config candidate ");
    buf_add(&text, xml);
    *vec_push(&out->list) =
        (struct change_line){ arena_str(arena, buf_str(&text)) };
    return buf_finish(&text, "the change", err);
}

int change_read_lines(const struct change_options *options, struct arena *arena,
                      struct change_lines *out, struct err *err)
{
    str rest = options->lines;

    if (options->family->syntax == SYNTAX_NETCONF)
        return read_document(options, arena, out, err);
    if (change_needs_ssh(rest) && !options->is_ssh_proven)
        return err_set(err, E_PERM,
                       "what 'transport input' leaves is nothing but SSH, and "
                       "no login over SSH has just succeeded: it could lock "
                       "everybody out (R-SSH-14)");
    for (unsigned number = 1; rest.n > 0; number++) {
        str line = config_take_command(&rest);
        int rc;

        if (line.n == 0 || line.p[0] == '!')
            continue;
        line = with_modulus(options, line, &rest, arena);
        rc = check_line(line, number, out->list.n, err);
        if (rc < 0)
            return rc;
        *vec_push(&out->list) = (struct change_line){ arena_str(arena, line) };
    }
    return out->list.n > 0 ? 0 : err_set(err, E_INVALID, "has no line");
}

/* --- Seeing again ----------------------------------------------------------
 */

/* "username bob" of "username bob privilege 15 secret ...": enough to see that
 * something was set, whatever the digest and the order that are shown. */
static str secret_head(str masked)
{
    size_t secret = str_find(masked, STR(MASKED));
    str head = str_sub(masked, 0, secret);
    size_t first = str_find_char(head, ' ');
    size_t second =
        str_find_char(str_sub(head, first + 1, SIZE_MAX), ' ') + first + 1;

    return str_trim(str_sub(head, 0, second));
}

static enum seen secret_seen(str line, str masked, str after)
{
    str head = secret_head(masked);
    bool negated = str_starts(line, STR("no "));

    if (negated || head.n == 0)
        return SEEN_SKIPPED;
    while (after.n > 0) {
        if (str_starts(str_trim(str_cut(&after, '\n')), head))
            return SEEN_SECRET;
    }
    return SEEN_MISSING;
}

static bool is_not_shown(str line)
{
    static const char *const begins[] = { "exit", "do ", "crypto key ",
                                          "default ", "quit" };

    for (size_t i = 0; i < COUNT(begins); i++) {
        if (str_starts(line, str_c(begins[i])))
            return true;
    }
    return str_find_char(line, '\n') < line.n; /* a banner */
}

/* "x:ethernetCsmacd": the name of an identity. */
static str without_prefix(str value)
{
    size_t colon = str_find_char(value, ':');
    str tail = str_sub(value, colon + 1, SIZE_MAX);

    for (size_t i = 0; i < value.n; i++) {
        char low = (char)(value.p[i] | 0x20);
        bool is_digit = value.p[i] >= '0' && value.p[i] <= '9';

        if (!((low >= 'a' && low <= 'z') || strchr("-_.", value.p[i]) != NULL ||
              (is_digit && i > 0) || i == colon))
            return value;
    }
    return tail.n > 0 && colon > 0 ? tail : value;
}

/* <a:b c="d">e</a:b>, as "b>e": which prefix and where a namespace is declared
 * is the device's choice. Empty when it is no leaf with text. */
static str leaf_of(str line, struct buf *out)
{
    str rest = str_trim(line);
    str tag = str_cut(&rest, '>');
    str value = str_sub(rest, 0, str_find_char(rest, '<'));
    str name = str_sub(tag, 1, str_find_char(tag, ' ') - 1);
    size_t colon = str_find_char(name, ':');

    buf_reset(out);
    if (tag.n < 2 || tag.p[0] != '<' || tag.p[1] == '/' ||
        str_trim(value).n == 0 || value.n == rest.n)
        return STR("");
    buf_add(out, colon < name.n ? str_sub(name, colon + 1, SIZE_MAX) : name);
    buf_add_char(out, '>');
    buf_add(out, without_prefix(str_trim(value)));
    return buf_str(out);
}

static bool has_leaf(str config, str leaf)
{
    AUTO(buf_clear) struct buf at = BUF(1 << 20);

    while (config.n > 0) {
        if (str_eq(leaf_of(str_cut(&config, '\n'), &at), leaf))
            return true;
    }
    return false;
}

/* Each leaf that is set must be there; what is taken away is not looked for. */
static enum seen document_seen(str request, str after)
{
    AUTO(buf_clear) struct buf pretty = BUF(CONFIG_TEXT_MAX);
    AUTO(buf_clear) struct buf leaf = BUF(1 << 20);
    size_t from = str_find_char(request, '<');
    str rest;

    if (str_find(request, STR("operation=")) < request.n)
        return SEEN_SKIPPED;
    netconf_pretty(str_sub(request, from, SIZE_MAX), &pretty);
    rest = buf_str(&pretty);
    while (rest.n > 0) {
        str wanted = leaf_of(str_cut(&rest, '\n'), &leaf);

        if (wanted.n > 0 && !has_leaf(after, wanted))
            return SEEN_MISSING;
    }
    return SEEN;
}

enum seen change_line_seen(const struct family *family, str line, str before,
                           str after)
{
    AUTO(buf_clear) struct buf masked = BUF(1 << 20);
    str negated = str_trim(str_sub(line, 3, SIZE_MAX));

    if (family->syntax == SYNTAX_NETCONF)
        return document_seen(line, after);
    if (config_count(after, line) > 0)
        return SEEN;
    if (is_not_shown(line))
        return SEEN_SKIPPED;
    mask_text(line, NULL, 0, &masked);
    if (!str_eq(buf_str(&masked), line))
        return secret_seen(line, buf_str(&masked), after);
    if (!str_starts(line, STR("no ")))
        return SEEN_MISSING;
    return config_count(after, negated) == 0 ||
                   config_count(after, negated) < config_count(before, negated)
               ? SEEN
               : SEEN_MISSING;
}
