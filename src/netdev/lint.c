/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/lint.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/buf.h"
#include "netdev/lint_int.h"
#include "netdev/prepare_int.h"

enum {
    MESSAGE_MAX = 512
};

void lint_add(struct lint_walk *walk, unsigned line, const char *rule,
              const char *format, ...)
{
    struct lint *lint = walk->lint;
    struct lint_finding *finding;
    char text[MESSAGE_MAX];
    va_list args;

    if (lint->findings.n >= LINT_FINDINGS_MAX) {
        lint->dropped++;
        return;
    }
    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    finding = vec_push(&lint->findings);
    finding->line = line;
    finding->rule = rule;
    finding->message = arena_str(&lint->arena, str_c(text));
}

static str next_line(struct lint_walk *walk)
{
    str line = str_cut(&walk->rest, '\n');

    walk->line++;
    while (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

static bool is_only(str text, str word)
{
    return text.n >= word.n && str_eq_nocase(str_sub(text, 0, word.n), word) &&
           str_trim(str_sub(text, word.n, SIZE_MAX)).n == 0;
}

void lint_banner_line(struct lint_walk *walk, unsigned line, str text)
{
    size_t n = text.n;

    while (n > 0 && text.p[n - 1] == ' ')
        n--;
    if (n > 0 && (text.p[n - 1] == '#' || text.p[n - 1] == '>') &&
        text.n - n < 2)
        lint_add(walk, line, "R-SSH-4",
                 "a line of a banner ends with '%c'%s, as a prompt does; put "
                 "two blanks behind it",
                 text.p[n - 1], text.n > n ? " and a blank" : "");
    for (size_t i = 0; i < 2; i++) {
        str word = i == 0 ? STR("Username:") : STR("Password:");

        if (!is_only(text, word))
            continue;
        lint_add(walk, line, "R-SSH-5",
                 "%sa line of a banner is only '%" PRIstr "', as a device "
                 "asks at login",
                 text.n == word.n ? "warning: " : "", ARGstr(word));
    }
}

/* What ends a banner of IOS: "^C", as configurations print it, or the first
 * character. */
static str delimiter_of(str text)
{
    return str_starts(text, STR("^C")) ? STR("^C") : str_sub(text, 0, 1);
}

/* From behind the first delimiter to the second, over lines. */
static void walk_delimited(struct lint_walk *walk, str text)
{
    unsigned first = walk->line;
    str end = delimiter_of(text);

    text = str_sub(text, end.n, SIZE_MAX);
    for (;;) {
        size_t at = str_find(text, end);

        if (at > 0 || (at == text.n && text.n > 0))
            lint_banner_line(walk, walk->line, str_sub(text, 0, at));
        if (at < text.n)
            return;
        if (walk->rest.n == 0)
            break;
        text = next_line(walk);
    }
    lint_add(walk, first, "R-SSH-4",
             "the banner has no end: '%" PRIstr "' does not come again",
             ARGstr(end));
}

static bool take_word(str *text, str word)
{
    if (!str_starts(*text, word) ||
        (text->n > word.n && text->p[word.n] != ' '))
        return false;
    *text = str_sub(*text, word.n, SIZE_MAX);
    while (text->n > 0 && text->p[0] == ' ')
        *text = str_sub(*text, 1, SIZE_MAX);
    return true;
}

static bool take_one_of(str *text, const char *words)
{
    str rest = str_c(words);

    while (rest.n > 0) {
        if (take_word(text, str_cut(&rest, '|')))
            return true;
    }
    return false;
}

/* "banner motd TEXT": one line each. The blank behind the kind is not part
 * of the text; blanks at the end are. */
static void walk_line_banner(struct lint_walk *walk, str text)
{
    if (walk->family->syntax == SYNTAX_FRR && !take_word(&text, STR("line")))
        return;
    lint_banner_line(walk, walk->line, text);
}

/* False when the line begins no banner. */
static bool walk_banner(struct lint_walk *walk, str line)
{
    enum syntax syntax = walk->family->syntax;
    str text = line;

    if (syntax == SYNTAX_IPS) {
        while (text.n > 0 && text.p[0] == ' ')
            text = str_sub(text, 1, SIZE_MAX);
        if (!take_word(&text, STR("login-banner-text")))
            return false;
        lint_banner_line(walk, walk->line, text);
        return true;
    }
    if (syntax == SYNTAX_CATOS && !take_word(&text, STR("set")))
        return false;
    if (syntax == SYNTAX_IOS && take_word(&text, STR("aaa"))) {
        if (!take_word(&text, STR("authentication")) ||
            !take_one_of(&text, "banner|fail-message"))
            return false;
        walk_delimited(walk, text);
        return true;
    }
    if (!take_word(&text, STR("banner")) ||
        !take_one_of(&text, "motd|login|exec|incoming|asdm|prompt-timeout|"
                            "slip-ppp|telnet|lcd"))
        return false;
    if (syntax == SYNTAX_ASA || syntax == SYNTAX_FRR)
        walk_line_banner(walk, text);
    else if (text.n > 0)
        walk_delimited(walk, text);
    return true;
}

static bool begins_whole(str line)
{
    static const char *const begins[] = {
        "version ",     "ASA Version ",
        "PIX Version ", "FWSM Version ",
        ": Saved",      "Building configuration",
        "! Version ",   "#version ",
        "frr version ", "Current configuration",
    };

    for (size_t i = 0; i < COUNT(begins); i++) {
        if (str_starts(line, str_c(begins[i])))
            return true;
    }
    return false;
}

/* Sensors print their sections without indent. */
static bool begins_section(const struct lint_walk *walk, str line)
{
    if (walk->family->syntax == SYNTAX_IPS)
        return str_starts(line, STR("service "));
    return line.p[0] != ' ' && line.p[0] != '\t' && line.p[0] != '!';
}

static void walk_line(struct lint_walk *walk, str line)
{
    str text = str_trim(line);

    if (text.n == 0 || walk_banner(walk, line))
        return;
    walk->is_whole |= begins_whole(line);
    walk->is_ended = str_eq_c(text, "end");
    if (begins_section(walk, line))
        walk->section = text;
    for (const struct lint_check *c = lint_checks; c->begins != NULL; c++) {
        if ((c->syntaxes >> walk->family->syntax & 1) != 0 &&
            str_starts(text, str_c(c->begins)))
            c->check(walk,
                     str_trim(str_sub(text, strlen(c->begins), SIZE_MAX)));
    }
}

static int order(const void *a, const void *b)
{
    const struct lint_finding *x = a;
    const struct lint_finding *y = b;

    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    return strcmp(x->rule, y->rule);
}

static void walk_clear(struct lint_walk *walk)
{
    vec_clear(&walk->vtys);
    vec_clear(&walk->lists);
    vec_clear(&walk->low_users);
    vec_clear(&walk->trusted);
    vec_clear(&walk->asked);
}

static void walk_end(struct lint_walk *walk)
{
    walk->is_whole |= walk->is_ended;
    switch (walk->family->syntax) {
    case SYNTAX_IOS:
        lint_ios_end(walk);
        break;
    case SYNTAX_ASA:
        lint_asa_end(walk);
        break;
    case SYNTAX_IPS:
        lint_ips_end(walk);
        break;
    default:
        break;
    }
}

static size_t line_of(str text, size_t at)
{
    size_t line = 1;

    for (size_t i = 0; i < at; i++)
        line += text.p[i] == '\n';
    return line;
}

int lint_text(const struct family *family, str text, struct lint *out,
              struct err *err)
{
    AUTO(walk_clear) struct lint_walk walk = { .lint = out };

    if (text.n > LINT_TEXT_MAX)
        return err_set(err, E_LIMIT, "a configuration has at most %d bytes",
                       LINT_TEXT_MAX);
    if (out->manager.n > 0 && !text_is_ipv4(out->manager, NULL))
        return err_set(err, E_INVALID,
                       "'%" PRIstr "' is no IPv4 address of a manager",
                       ARGstr(str_sub(out->manager, 0, 64)));
    if (str_find_char(text, '\0') < text.n)
        return err_set(err, E_INVALID,
                       "line %zu: holds NUL; a configuration is text of one "
                       "byte a character, or UTF-8",
                       line_of(text, str_find_char(text, '\0')));
    walk.family = family;
    walk.rest = text;
    while (walk.rest.n > 0)
        walk_line(&walk, next_line(&walk));
    walk_end(&walk);
    if (out->findings.n > 0)
        qsort(out->findings.p, out->findings.n, sizeof(*out->findings.p),
              order);
    return 0;
}

void lint_clear(struct lint *lint)
{
    vec_clear(&lint->findings);
    arena_clear(&lint->arena);
}
