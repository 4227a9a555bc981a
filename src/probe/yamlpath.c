/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/yamlpath.h"

struct parser {
    str text;
    size_t at;
    struct arena *arena;
};

static int fail(const struct parser *p, struct err *err, const char *expected)
{
    return err_set(err, E_PARSE,
                   "yamlpath '%" PRIstr "': expected %s at offset %zu",
                   ARGstr(p->text), expected, p->at);
}

static char peek(const struct parser *p)
{
    return p->at < p->text.n ? p->text.p[p->at] : '\0';
}

static void skip_blanks(struct parser *p)
{
    while (peek(p) == ' ')
        p->at++;
}

/* A quoted text; the quote doubled stands for itself. */
static int parse_quoted(struct parser *p, str *out, struct err *err)
{
    char quote = peek(p);
    char *text = arena_alloc(p->arena, p->text.n - p->at + 1, 1);
    size_t n = 0;

    for (p->at++; p->at < p->text.n; p->at++) {
        char c = p->text.p[p->at];

        if (c == quote) {
            p->at++;
            if (peek(p) != quote) {
                *out = (str){ text, n };
                return 0;
            }
        }
        text[n++] = c;
    }
    return fail(p, err, "a closing quote");
}

static bool is_quote(char c)
{
    return c == '\'' || c == '"';
}

static int parse_key(struct parser *p, struct yamlpath_step *step,
                     struct err *err)
{
    str rest = str_sub(p->text, p->at, SIZE_MAX);
    size_t n = 0;

    step->kind = YAMLPATH_KEYS;
    step->count = 1;
    step->keys = arena_alloc(p->arena, 1, sizeof(*step->keys));
    if (is_quote(peek(p)))
        return parse_quoted(p, step->keys, err);
    while (n < rest.n && rest.p[n] != '.' && rest.p[n] != '[')
        n++;
    if (n == 0)
        return fail(p, err, "a key");
    step->keys[0] = str_sub(rest, 0, n);
    p->at += n;
    return 0;
}

static int parse_index(struct parser *p, int64_t *out, struct err *err)
{
    str rest = str_sub(p->text, p->at, SIZE_MAX);
    size_t n = 0;

    while (n < rest.n && rest.p[n] >= '0' && rest.p[n] <= '9')
        n++;
    if (n == 0 || str_to_i64(str_sub(rest, 0, n), 0, INT32_MAX, out, NULL) < 0)
        return fail(p, err, "a key in quotes, an index or ':'");
    p->at += n;
    return 0;
}

/* One of the choices between brackets; all are of one kind. */
static int parse_choice(struct parser *p, struct yamlpath_step *step,
                        struct err *err)
{
    enum yamlpath_kind kind =
        is_quote(peek(p)) ? YAMLPATH_KEYS : YAMLPATH_INDEXES;

    if (step->count == YAMLPATH_CHOICES_MAX)
        return fail(p, err, "fewer choices");
    if (step->count > 0 && step->kind != kind)
        return fail(p, err, "only keys or only indexes");
    step->kind = kind;
    if (kind == YAMLPATH_KEYS)
        return parse_quoted(p, &step->keys[step->count++], err);
    return parse_index(p, &step->indexes[step->count++], err);
}

static int parse_brackets(struct parser *p, struct yamlpath_step *step,
                          struct err *err)
{
    int rc;

    p->at++;
    skip_blanks(p);
    step->keys =
        arena_alloc(p->arena, YAMLPATH_CHOICES_MAX, sizeof(*step->keys));
    step->indexes =
        arena_alloc(p->arena, YAMLPATH_CHOICES_MAX, sizeof(*step->indexes));
    if (peek(p) == ':') {
        step->kind = YAMLPATH_ALL;
        p->at++;
    } else {
        for (;;) {
            rc = parse_choice(p, step, err);
            if (rc < 0)
                return rc;
            skip_blanks(p);
            if (peek(p) != ',')
                break;
            p->at++;
            skip_blanks(p);
        }
    }
    skip_blanks(p);
    if (peek(p) != ']')
        return fail(p, err, "']'");
    p->at++;
    return 0;
}

int yamlpath_parse(str text, struct arena *arena, struct yamlpath *out,
                   struct err *err)
{
    struct parser p = { text, 0, arena };
    int rc = 0;

    memset(out, 0, sizeof(*out));
    if (text.n > YAMLPATH_TEXT_MAX)
        return err_set(err, E_LIMIT, "yamlpath of %zu bytes: at most %d",
                       text.n, YAMLPATH_TEXT_MAX);
    if (peek(&p) == '$')
        p.at++;
    while (p.at < text.n && rc == 0) {
        struct yamlpath_step *step = &out->steps[out->count];

        if (out->count++ == YAMLPATH_STEPS_MAX)
            return fail(&p, err, "fewer steps");
        if (peek(&p) == '[') {
            rc = parse_brackets(&p, step, err);
            continue;
        }
        if (peek(&p) == '.')
            p.at++;
        else if (p.at > 0)
            return fail(&p, err, "'.' or '['");
        rc = parse_key(&p, step, err);
    }
    if (rc == 0 && out->count == 0 && text.n == 0)
        return fail(&p, err, "a path");
    return rc;
}
