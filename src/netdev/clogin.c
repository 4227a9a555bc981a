/* SPDX-License-Identifier: Apache-2.0
 *
 * RANCID's .cloginrc: a few commands in the words of Tcl. It is read, never
 * run: "add WHAT PATTERN VALUE..." with braces, quotes and backslashes; what
 * else stands there is told and passed over.
 */
#include <fnmatch.h>
#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "netdev/roster.h"

enum {
    RULES_MAX = 10000,
    STARS_MAX = 8, /* of a pattern: each makes matching slower */
    VALUES_MAX = 16,
};

struct clogin_walk {
    struct clogin *clogin;
    str rest;
    unsigned line;
};

static void problem(struct clogin_walk *w, unsigned line, const char *text)
{
    if (w->clogin->problems.n < ROSTER_PROBLEMS_MAX)
        *vec_push(&w->clogin->problems) =
            (struct roster_problem){ line, str_c(text) };
}

static char peek(const struct clogin_walk *w)
{
    return w->rest.n > 0 ? w->rest.p[0] : '\n';
}

static char take(struct clogin_walk *w)
{
    char c = peek(w);

    w->line += w->rest.n > 0 && c == '\n';
    w->rest = str_sub(w->rest, 1, SIZE_MAX);
    return c;
}

/* "{a {b} c}": up to the brace that closes it. */
static int braced(struct clogin_walk *w, struct buf *out, struct err *err)
{
    unsigned first = w->line;
    unsigned depth = 1;

    (void)take(w);
    while (w->rest.n > 0) {
        char c = take(w);

        if (c == '\\' && w->rest.n > 0) {
            buf_add_char(out, take(w));
            continue;
        }
        depth += c == '{';
        depth -= c == '}';
        if (depth == 0)
            return 0;
        buf_add_char(out, c);
    }
    return err_set(err, E_PARSE, "line %u: a '{' has no '}'", first);
}

static int in_quotes(struct clogin_walk *w, struct buf *out, struct err *err)
{
    unsigned first = w->line;

    (void)take(w);
    while (w->rest.n > 0) {
        char c = take(w);

        if (c == '"')
            return 0;
        if (c == '\\' && w->rest.n > 0)
            c = take(w);
        buf_add_char(out, c);
    }
    return err_set(err, E_PARSE, "line %u: a '\"' has no other", first);
}

/* 0: a word; 1: the end of the line. */
static int next_word(struct clogin_walk *w, struct buf *out, struct err *err)
{
    while (peek(w) == ' ' || peek(w) == '\t' || peek(w) == '\r' ||
           (peek(w) == '\\' && w->rest.n > 1 && w->rest.p[1] == '\n')) {
        if (take(w) == '\\')
            (void)take(w);
    }
    buf_reset(out);
    if (peek(w) == '\n' || peek(w) == ';')
        return 1;
    if (peek(w) == '{')
        return braced(w, out, err);
    if (peek(w) == '"')
        return in_quotes(w, out, err);
    while (strchr(" \t\r\n;", peek(w)) == NULL) {
        char c = take(w);

        if (c == '\\' && w->rest.n > 0)
            c = take(w);
        buf_add_char(out, c);
    }
    return 0;
}

static bool is_known(str what)
{
    static const char *const known[] = {
        "user",         "password",   "method",       "identity",  "sshcmd",
        "autoenable",   "noenable",   "enableprompt", "enauser",   "userprompt",
        "userpassword", "passprompt", "cyphertype",   "enablecmd", "passphrase",
        "prompt",       "timeout",    "rpcsecurity",
    };

    for (size_t i = 0; i < COUNT(known); i++)
        if (str_eq_c(what, known[i]))
            return true;
    return false;
}

static bool is_pattern(str glob)
{
    unsigned stars = 0;

    for (size_t i = 0; i < glob.n; i++)
        stars += glob.p[i] == '*';
    return glob.n > 0 && stars <= STARS_MAX;
}

static int add_rule(struct clogin_walk *w, struct buf *word, unsigned line,
                    struct err *err)
{
    struct clogin_rule rule = { .line = line };
    struct arena *arena = &w->clogin->arena;
    int rc = 0;

    for (size_t i = 0; rc == 0; i++) {
        str text;

        rc = next_word(w, word, err);
        if (rc != 0)
            break;
        if (word->over || word->n > ROSTER_WORD_MAX ||
            rule.values.n >= VALUES_MAX) {
            vec_clear(&rule.values);
            return err_set(err, E_LIMIT,
                           "line %u: a word is longer than %d bytes, or there "
                           "are more than %d",
                           line, ROSTER_WORD_MAX, VALUES_MAX);
        }
        text = arena_str(arena, buf_str(word));
        if (i == 0)
            rule.what = text;
        else if (i == 1)
            rule.glob = text;
        else
            *vec_push(&rule.values) = text;
    }
    if (rc >= 0 && rule.values.n > 0 && is_known(rule.what) &&
        is_pattern(rule.glob)) {
        *vec_push(&w->clogin->rules) = rule;
        return 0;
    }
    if (rc >= 0)
        problem(w, line,
                "expected: add user|password|method|identity|... "
                "PATTERN VALUE");
    vec_clear(&rule.values);
    return rc < 0 ? rc : 0;
}

static void skip_line(struct clogin_walk *w)
{
    while (w->rest.n > 0 && take(w) != '\n')
        continue;
}

static int read_command(struct clogin_walk *w, struct buf *word,
                        struct err *err)
{
    unsigned line = w->line;
    int rc;

    if (peek(w) == '#') {
        skip_line(w);
        return 0;
    }
    rc = next_word(w, word, err);
    if (rc < 0)
        return rc;
    if (rc == 1) {
        (void)take(w);
        return 0;
    }
    if (str_eq_c(buf_str(word), "add"))
        return add_rule(w, word, line, err);
    problem(w, line,
            str_eq_c(buf_str(word), "include")
                ? "'include' is not followed; name the file too"
                : "only 'add' is understood");
    skip_line(w);
    return 0;
}

int clogin_read(str text, struct clogin *out, struct err *err)
{
    struct buf word = BUF(8 * ROSTER_WORD_MAX);
    struct clogin_walk w = { .clogin = out, .rest = text, .line = 1 };
    int rc = 0;

    if (text.n > ROSTER_TEXT_MAX || str_find_char(text, '\0') < text.n)
        return err_set(err, E_PARSE, "this is no .cloginrc");
    while (rc == 0 && w.rest.n > 0) {
        if (out->rules.n >= RULES_MAX)
            rc = err_set(err, E_LIMIT, "line %u: more than %d rules", w.line,
                         RULES_MAX);
        else
            rc = read_command(&w, &word, err);
    }
    buf_wipe(&word);
    return rc;
}

static const struct clogin_rule *rule_of(const struct clogin *clogin,
                                         const char *what, str name)
{
    for (size_t i = 0; i < clogin->rules.n; i++) {
        const struct clogin_rule *rule = &clogin->rules.p[i];

        /* Both end with a NUL: they are of arenas. */
        if (str_eq_c(rule->what, what) &&
            fnmatch(rule->glob.p, name.p, FNM_CASEFOLD) == 0)
            return rule;
    }
    return NULL;
}

static str value_of(const struct clogin *clogin, const char *what, str name,
                    size_t index)
{
    const struct clogin_rule *rule = rule_of(clogin, what, name);

    return rule != NULL && index < rule->values.n ? rule->values.p[index]
                                                  : STR_NONE;
}

/* "ssh:2222", "{ssh} {telnet}": the first counts. */
static void set_method(struct roster *roster, struct roster_entry *entry,
                       str method)
{
    str port = method;
    str name = str_cut(&port, ':');
    int64_t number;

    if (!str_eq_c(name, "ssh") && !str_eq_c(name, "telnet"))
        return;
    entry->transport = arena_str(&roster->arena, name);
    if (str_to_i64(port, 1, 65535, &number, NULL) == 0)
        entry->port = number;
}

static void keep(struct roster *roster, str *member, str value)
{
    if (member->n == 0 && value.n > 0)
        *member = arena_str(&roster->arena, value);
}

void clogin_apply(const struct clogin *clogin, struct roster *roster)
{
    for (size_t i = 0; i < roster->list.n; i++) {
        struct roster_entry *entry = &roster->list.p[i];
        str name = entry->name;

        keep(roster, &entry->user, value_of(clogin, "user", name, 0));
        keep(roster, &entry->password,
             value_of(clogin, "userpassword", name, 0));
        keep(roster, &entry->password, value_of(clogin, "password", name, 0));
        keep(roster, &entry->enable_password,
             value_of(clogin, "password", name, 1));
        keep(roster, &entry->key_file, value_of(clogin, "identity", name, 0));
        if (entry->transport.n == 0)
            set_method(roster, entry, value_of(clogin, "method", name, 0));
    }
}

static void wipe(str text)
{
    if (text.n > 0)
        explicit_bzero((char *)(uintptr_t)text.p, text.n);
}

void clogin_clear(struct clogin *clogin)
{
    for (size_t i = 0; i < clogin->rules.n; i++) {
        struct clogin_rule *rule = &clogin->rules.p[i];

        for (size_t k = 0; k < rule->values.n; k++)
            wipe(rule->values.p[k]);
        vec_clear(&rule->values);
    }
    vec_clear(&clogin->rules);
    vec_clear(&clogin->problems);
    arena_clear(&clogin->arena);
}
