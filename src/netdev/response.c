/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/response.h"

#include "base/arena.h"
#include "base/mem.h"
#include "base/regex.h"

enum {
    SHOW_LINES = 8
};

static const char *const kinds[RESPONSE_KINDS] = {
    [RESPONSE_OK] = "ok",
    [RESPONSE_WARNING] = "warning",
    [RESPONSE_ERROR] = "error",
    [RESPONSE_QUESTION] = "question",
};

struct compiled {
    struct response_rule rule;
    struct regex *regex;
};

struct responses {
    struct arena arena;
    size_t count;
    struct compiled all[RESPONSES_MAX];
};

const char *response_kind_name(enum response_kind kind)
{
    return kind < RESPONSE_KINDS ? kinds[kind] : "";
}

int response_kind_find(str name, enum response_kind *out, struct err *err)
{
    for (unsigned i = 0; i < RESPONSE_KINDS; i++) {
        if (str_eq_c(name, kinds[i])) {
            *out = (enum response_kind)i;
            return 0;
        }
    }
    return err_set(err, E_INVALID,
                   "'%" PRIstr "' is none of ok, warning, error, question",
                   ARGstr(str_sub(name, 0, 64)));
}

/* --- Rules that are added --------------------------------------------------
 */

static bool is_plain(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if ((uint8_t)text.p[i] < 0x20 || text.p[i] == 0x7f)
            return false;
    }
    return true;
}

/* A pattern that any line matches would make everything an error, or nothing;
 * a question that is any line would be confirmed blindly (R-DEP-6). */
static int check_rule(const struct response_rule *rule, struct regex *regex,
                      struct err *err)
{
    if (!is_plain(rule->answer) || !is_plain(rule->command))
        return err_set(err, E_INVALID,
                       "command and answer have no control characters");
    if (rule->answer.n > RESPONSE_ANSWER_MAX ||
        rule->command.n > RESPONSE_ANSWER_MAX)
        return err_set(err, E_INVALID,
                       "command and answer have at most %d bytes",
                       RESPONSE_ANSWER_MAX);
    if (rule->kind != RESPONSE_QUESTION && rule->answer.n > 0)
        return err_set(err, E_INVALID, "only a question has an answer");
    if (regex_match(regex, STR(""), 0, NULL, NULL) != 0)
        return err_set(err, E_INVALID,
                       "the pattern matches a line that is empty, so any line");
    return 0;
}

static int compile(struct responses *responses,
                   const struct response_rule *rule, struct err *err)
{
    struct compiled *into = &responses->all[responses->count];
    int rc;

    if (rule->pattern.n == 0 || rule->pattern.n > RESPONSE_PATTERN_MAX)
        return err_set(err, E_INVALID, "a pattern is a text of 1 to %d bytes",
                       RESPONSE_PATTERN_MAX);
    rc = regex_compile(rule->pattern, 0, &into->regex, err);
    if (rc < 0)
        return err_wrap(err, E_INVALID, "the pattern");
    responses->count++;
    into->rule = (struct response_rule){
        .kind = rule->kind,
        .command = arena_str(&responses->arena, rule->command),
        .answer = arena_str(&responses->arena, rule->answer),
    };
    return check_rule(rule, into->regex, err);
}

int responses_new(const struct response_rule *rules, size_t count,
                  struct responses **out, struct err *err)
{
    AUTO(responses_freep)
    struct responses *responses = mem_alloc(1, sizeof(*responses));

    responses->arena = (struct arena)ARENA;
    if (count > RESPONSES_MAX)
        return err_set(err, E_INVALID, "there are at most %d rules",
                       RESPONSES_MAX);
    for (size_t i = 0; i < count; i++) {
        int rc = compile(responses, &rules[i], err);

        if (rc < 0)
            return err_wrap(err, rc, "rule %zu", i + 1);
    }
    *out = TAKE(responses);
    return 0;
}

void responses_free(struct responses *responses)
{
    if (responses == NULL)
        return;
    for (size_t i = 0; i < responses->count; i++)
        regex_free(responses->all[i].regex);
    arena_clear(&responses->arena);
    mem_free(responses);
}

void responses_freep(struct responses **responses)
{
    responses_free(*responses);
}

/* The first rule of those kinds that matches; one that gives up does not. */
static const struct response_rule *find(const struct responses *added,
                                        bool question, str command, str line)
{
    for (size_t i = 0; added != NULL && i < added->count; i++) {
        const struct compiled *c = &added->all[i];

        if ((c->rule.kind == RESPONSE_QUESTION) == question &&
            str_starts(command, c->rule.command) &&
            regex_match(c->regex, line, 0, NULL, NULL) > 0)
            return &c->rule;
    }
    return NULL;
}

/* --- Answers ----------------------------------------------------------------
 */

/* What refuses a question about the device says so at once; a banner further
 * down in its configuration may begin with anything. */
static size_t lines_judged(str command)
{
    return str_starts(command, STR("show ")) ? SHOW_LINES : SIZE_MAX;
}

static enum response_kind of_family(const struct family *family, str line)
{
    for (const struct response_row *row = family->responses;
         row != NULL && row->begins != NULL; row++) {
        if (str_starts(line, str_c(row->begins)))
            return row->kind;
    }
    return RESPONSE_OK;
}

struct judgement response_judge(const struct family *family,
                                const struct responses *added, str command,
                                str text)
{
    struct judgement worst = { RESPONSE_OK, STR_NONE };
    size_t left = lines_judged(command);

    while (text.n > 0 && worst.kind != RESPONSE_ERROR && left-- > 0) {
        str line = str_cut(&text, '\n');
        const struct response_rule *rule = find(added, false, command, line);
        enum response_kind kind =
            rule != NULL ? rule->kind : of_family(family, line);

        if (kind > worst.kind)
            worst = (struct judgement){ kind, line };
    }
    return worst;
}

struct judgement response_judge_error(const struct responses *added,
                                      str command, str refusal)
{
    const struct response_rule *rule = find(added, false, command, refusal);

    return (struct judgement){ rule != NULL ? rule->kind : RESPONSE_ERROR,
                               refusal };
}

str response_answer(const struct family *family, const struct responses *added,
                    str command, str question)
{
    const struct response_rule *rule = find(added, true, command, question);

    if (rule != NULL)
        return str_or_empty(rule->answer);
    for (const struct dialog *d = family->dialogs;
         d != NULL && d->question != NULL; d++)
        if (str_starts(command, str_c(d->command)) &&
            str_find(question, str_c(d->question)) < question.n)
            return str_c(d->answer);
    return STR_NONE;
}

bool response_may_ask(const struct family *family,
                      const struct responses *added, str command)
{
    for (size_t i = 0; added != NULL && i < added->count; i++) {
        const struct response_rule *rule = &added->all[i].rule;

        if (rule->kind == RESPONSE_QUESTION && rule->command.n > 0 &&
            str_starts(command, rule->command))
            return true;
    }
    for (const struct dialog *d = family->dialogs;
         d != NULL && d->question != NULL; d++) {
        if (d->command[0] != '\0' && str_starts(command, str_c(d->command)))
            return true;
    }
    return false;
}
