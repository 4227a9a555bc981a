/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a query: a lexer of one token ahead and a descent that is bounded
 * in depth.
 */
#include <stdarg.h>
#include <stdio.h>

#include "base/utf8.h"
#include "fleet/query_int.h"

enum token_kind {
    TOKEN_END,
    TOKEN_OPEN,
    TOKEN_CLOSE,
    TOKEN_COMMA,
    TOKEN_OP,
    TOKEN_TEXT, /* in quotes; `value` is without them */
    TOKEN_WORD,
};

struct token {
    enum token_kind kind;
    enum query_op op;
    size_t at; /* offset in the text */
    size_t end;
    str value;
};

struct parser {
    struct query *query;
    str text;
    struct token token; /* the next one */
    size_t last_end;    /* where the one before it ended */
    unsigned depth;
    struct err *err;
};

static size_t column_of(const struct parser *parser, size_t at)
{
    size_t column = 1;

    /* Characters, not bytes: people count those. */
    for (size_t i = 0; i < at && i < parser->text.n; i++)
        column += ((unsigned char)parser->text.p[i] & 0xC0) != 0x80;
    return column;
}

static int fail_at(struct parser *parser, size_t at, int code,
                   const char *format, ...) PRINTF(4, 5);
static int fail_at(struct parser *parser, size_t at, int code,
                   const char *format, ...)
{
    char text[ERR_TEXT_MAX / 2];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    return err_set(parser->err, code, "column %zu: %s", column_of(parser, at),
                   text);
}

static int expected(struct parser *parser, const char *what)
{
    const struct token *token = &parser->token;
    str found = str_sub(parser->text, token->at, token->end - token->at);

    if (token->kind == TOKEN_END)
        return fail_at(parser, token->at, E_PARSE,
                       "expected %s, but the query ends", what);
    return fail_at(parser, token->at, E_PARSE, "expected %s, not '%.*s'", what,
                   (int)(found.n > 60 ? 60 : found.n), found.p);
}

/* --- tokens ---------------------------------------------------------- */
static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '.' || c == ':' ||
           c == '/' || c == '-' || c == '+';
}

static int lex_text(struct parser *parser, struct token *token)
{
    str text = parser->text;
    char *out = arena_alloc(&parser->query->arena, text.n - token->at + 1, 1);
    size_t n = 0;

    for (size_t i = token->at + 1; i < text.n; i++) {
        char c = text.p[i];

        if (c == '"') {
            token->kind = TOKEN_TEXT;
            token->end = i + 1;
            token->value = (str){ out, n };
            return 0;
        }
        /* A backslash takes away the meaning of a quote and of itself; before
         * anything else it stays, so that expressions read as usual. */
        if (c == '\\' && i + 1 < text.n &&
            (text.p[i + 1] == '"' || text.p[i + 1] == '\\'))
            c = text.p[++i];
        out[n++] = c;
    }
    return fail_at(parser, token->at, E_PARSE,
                   "the text that begins here has no closing quote");
}

static int lex_op(struct parser *parser, struct token *token)
{
    static const struct {
        const char *text;
        enum query_op op;
    } ops[] = {
        { "!=", OP_NE }, { "!~", OP_NOT_MATCH }, { "<=", OP_LE },
        { ">=", OP_GE }, { "=", OP_EQ },         { "<", OP_LT },
        { ">", OP_GT },  { "~", OP_MATCH },
    };
    str rest = str_sub(parser->text, token->at, parser->text.n);

    for (size_t i = 0; i < COUNT(ops); i++)
        if (str_starts(rest, str_c(ops[i].text))) {
            token->kind = TOKEN_OP;
            token->op = ops[i].op;
            token->end = token->at + str_c(ops[i].text).n;
            return 0;
        }
    return fail_at(parser, token->at, E_PARSE,
                   "no word, text, operator or parenthesis begins here");
}

static int next(struct parser *parser)
{
    struct token token = { .at = parser->token.end };
    str text = parser->text;

    parser->last_end = parser->token.end;
    while (token.at < text.n &&
           str_find_char(STR(" \t\r\n"), text.p[token.at]) < 4)
        token.at++;
    token.end = token.at;
    if (token.at < text.n) {
        char c = text.p[token.at];
        int rc = 0;

        token.end = token.at + 1;
        if (c == '(' || c == ')' || c == ',') {
            token.kind =
                c == '(' ? TOKEN_OPEN : (c == ')' ? TOKEN_CLOSE : TOKEN_COMMA);
        } else if (c == '"') {
            rc = lex_text(parser, &token);
        } else if (is_word(c)) {
            while (token.end < text.n && is_word(text.p[token.end]))
                token.end++;
            token.kind = TOKEN_WORD;
            token.value = str_sub(text, token.at, token.end - token.at);
        } else {
            rc = lex_op(parser, &token);
        }
        if (rc < 0)
            return rc;
    }
    parser->token = token;
    return 0;
}

static bool at_word(const struct parser *parser, const char *word)
{
    return parser->token.kind == TOKEN_WORD &&
           str_eq_nocase(parser->token.value, str_c(word));
}

static int take_kind(struct parser *parser, enum token_kind kind,
                     const char *what)
{
    if (parser->token.kind != kind)
        return expected(parser, what);
    return next(parser);
}

/* --- tests ----------------------------------------------------------- */
static struct query_node *new_node(struct parser *parser, enum query_kind kind)
{
    struct query_node *node =
        arena_alloc(&parser->query->arena, 1, sizeof(*node));

    node->kind = kind;
    node->op = OP_NONE;
    return node;
}

static int add_regex(struct parser *parser, struct query_node *node, str text)
{
    struct query *query = parser->query;
    struct err why = { 0 };
    int rc;

    if (text.n > QUERY_REGEX_MAX)
        return fail_at(parser, parser->token.at, E_LIMIT,
                       "an expression has at most %d bytes", QUERY_REGEX_MAX);
    rc = regex_compile(text, 0, &node->regex, &why);
    if (rc < 0)
        return fail_at(parser, parser->token.at, rc, "%s", err_text(&why));
    *vec_push(&query->regexes) = node->regex;
    return 0;
}

/* One value, which `what` describes. */
static int parse_value(struct parser *parser, struct query_node *node)
{
    struct query_value *value = &node->values[node->value_count];
    struct err why = { 0 };
    int rc;

    if (parser->token.kind != TOKEN_TEXT && parser->token.kind != TOKEN_WORD)
        return expected(parser, "a value");
    if (node->field->type == QT_TEXT && parser->token.kind == TOKEN_WORD)
        return expected(parser, "a text in double quotes");
    rc = query_value_read(parser->query, node->field, parser->token.value,
                          value, &why);
    if (rc < 0)
        return fail_at(parser, parser->token.at, rc, "%s", err_text(&why));
    if (node->op == OP_MATCH || node->op == OP_NOT_MATCH) {
        rc = add_regex(parser, node, value->text);
        if (rc < 0)
            return rc;
    }
    node->value_count++;
    return next(parser);
}

static bool op_fits(enum query_type type, enum query_op op)
{
    bool order = op == OP_LT || op == OP_LE || op == OP_GT || op == OP_GE;
    bool match = op == OP_MATCH || op == OP_NOT_MATCH;

    if (type == QT_TIME)
        return order;
    if (type == QT_TEXT)
        return !order;
    if (type == QT_NUMBER)
        return !match;
    return type == QT_VERSION || (!order && !match);
}

static const char *ops_of(enum query_type type)
{
    switch (type) {
    case QT_TEXT:
        return "one of = != ~ !~ in";
    case QT_VERSION:
        return "one of = != < <= > >= ~ !~ in";
    case QT_NUMBER:
        return "one of = != < <= > >= in";
    case QT_TIME:
        return "one of < <= > >=";
    case QT_ADDRESS:
        break;
    }
    return "one of = != in";
}

static int parse_in(struct parser *parser, struct query_node *node)
{
    int rc;

    if (node->field->type == QT_ADDRESS && parser->token.kind != TOKEN_OPEN) {
        node->values =
            arena_alloc(&parser->query->arena, 1, sizeof(*node->values));
        return parse_value(parser, node);
    }
    rc = take_kind(parser, TOKEN_OPEN, "'(' and a list of values");
    if (rc < 0)
        return rc;
    node->values = arena_alloc(&parser->query->arena, QUERY_TESTS_MAX,
                               sizeof(*node->values));
    for (;;) {
        if (node->value_count == QUERY_TESTS_MAX)
            return fail_at(parser, parser->token.at, E_LIMIT,
                           "a list has at most %d values", QUERY_TESTS_MAX);
        rc = parse_value(parser, node);
        if (rc < 0)
            return rc;
        if (parser->token.kind != TOKEN_COMMA)
            return take_kind(parser, TOKEN_CLOSE, "',' or ')'");
        rc = next(parser);
        if (rc < 0)
            return rc;
    }
}

static void need_of(struct parser *parser, const struct query_field *field)
{
    if (field->from == FROM_PACKAGES)
        parser->query->needs |= QUERY_NEEDS_PACKAGES;
    else if (field->from != FROM_DEVICE)
        parser->query->needs |= QUERY_NEEDS_FACTS;
    else if (field->type == QT_TIME)
        parser->query->needs |= QUERY_NEEDS_TIME;
}

static int find_field(struct parser *parser, const struct query_field **out)
{
    if (parser->token.kind != TOKEN_WORD)
        return expected(parser, "a field, 'label', 'package' or 'known'");
    *out = query_field_find(parser->token.value);
    if (*out == NULL)
        return fail_at(
            parser, parser->token.at, E_PARSE, "there is no field '%.*s'",
            (int)(parser->token.value.n > 60 ? 60 : parser->token.value.n),
            parser->token.value.p);
    need_of(parser, *out);
    return next(parser);
}

static int parse_field(struct parser *parser, struct query_node *node)
{
    int rc = find_field(parser, &node->field);

    if (rc < 0)
        return rc;
    if (at_word(parser, "in"))
        node->op = OP_IN;
    else if (parser->token.kind == TOKEN_OP)
        node->op = parser->token.op;
    else
        return expected(parser, ops_of(node->field->type));
    if (!op_fits(node->field->type, node->op))
        return expected(parser, ops_of(node->field->type));
    rc = next(parser);
    if (rc < 0)
        return rc;
    if (node->op == OP_IN)
        return parse_in(parser, node);
    node->values = arena_alloc(&parser->query->arena, 1, sizeof(*node->values));
    return parse_value(parser, node);
}

static int parse_known(struct parser *parser, struct query_node *node)
{
    int rc = take_kind(parser, TOKEN_OPEN, "'('");

    if (rc == 0)
        rc = find_field(parser, &node->field);
    if (rc == 0)
        rc = take_kind(parser, TOKEN_CLOSE, "')'");
    node->op = OP_KNOWN;
    return rc;
}

static int parse_label(struct parser *parser, struct query_node *node)
{
    struct query *query = parser->query;
    int rc = take_kind(parser, TOKEN_OPEN, "'('");
    struct query_label *label;

    if (rc < 0)
        return rc;
    if (parser->token.kind != TOKEN_TEXT || parser->token.value.n == 0)
        return expected(parser, "a label's name in double quotes");
    query->needs |= QUERY_NEEDS_LABELS;
    for (node->index = 0; node->index < query->labels.n; node->index++)
        if (str_eq(query->labels.p[node->index].name, parser->token.value))
            break;
    if (node->index == query->labels.n) {
        label = vec_push(&query->labels);
        label->name = parser->token.value;
    }
    rc = next(parser);
    return rc < 0 ? rc : take_kind(parser, TOKEN_CLOSE, "')'");
}

static int parse_package_name(struct parser *parser, struct query_node *node)
{
    int rc = take_kind(parser, TOKEN_OPEN, "'('");

    if (rc < 0)
        return rc;
    if (parser->token.kind != TOKEN_TEXT || parser->token.value.n == 0)
        return expected(parser, "a package's name in double quotes");
    node->package_name = parser->token.value;
    rc = next(parser);
    if (rc < 0 || parser->token.kind != TOKEN_COMMA)
        return rc < 0 ? rc : take_kind(parser, TOKEN_CLOSE, "',' or ')'");
    rc = next(parser);
    if (rc < 0)
        return rc;
    if (parser->token.kind != TOKEN_TEXT || parser->token.value.n == 0)
        return expected(parser, "an architecture in double quotes");
    node->package_arch = parser->token.value;
    rc = next(parser);
    return rc < 0 ? rc : take_kind(parser, TOKEN_CLOSE, "')'");
}

static int parse_package(struct parser *parser, struct query_node *node)
{
    int rc = parse_package_name(parser, node);

    if (rc < 0)
        return rc;
    parser->query->needs |= QUERY_NEEDS_PACKAGES;
    node->index = parser->query->packages.n;
    *vec_push(&parser->query->packages) = node;
    if (parser->token.kind != TOKEN_OP)
        return 0;
    node->op = parser->token.op;
    if (node->op == OP_MATCH || node->op == OP_NOT_MATCH)
        return expected(parser, "one of = != < <= > >=");
    rc = next(parser);
    if (rc < 0)
        return rc;
    if (parser->token.kind != TOKEN_TEXT || parser->token.value.n == 0)
        return expected(parser, "a version in double quotes");
    node->values = arena_alloc(&parser->query->arena, 1, sizeof(*node->values));
    node->values[0].text = parser->token.value;
    node->value_count = 1;
    return next(parser);
}

struct form {
    const char *word;
    enum query_kind kind;
    int (*parse)(struct parser *parser, struct query_node *node);
};

static const struct form *form_of(const struct parser *parser)
{
    static const struct form forms[] = {
        { "label", QK_LABEL, parse_label },
        { "package", QK_PACKAGE, parse_package },
        { "known", QK_FIELD, parse_known },
    };

    for (size_t i = 0; i < COUNT(forms); i++)
        if (at_word(parser, forms[i].word))
            return &forms[i];
    return NULL;
}

static int parse_test(struct parser *parser, struct query_node **out)
{
    struct query_node *node = new_node(parser, QK_FIELD);
    const struct form *form = form_of(parser);
    size_t at = parser->token.at;
    int rc = 0;

    if (++parser->query->tests > QUERY_TESTS_MAX)
        return fail_at(parser, at, E_LIMIT, "a query has at most %d tests",
                       QUERY_TESTS_MAX);
    if (form != NULL) {
        node->kind = form->kind;
        rc = next(parser);
    }
    if (rc == 0)
        rc = form != NULL ? form->parse(parser, node)
                          : parse_field(parser, node);
    if (rc < 0)
        return rc;
    node->text = str_sub(parser->text, at, parser->last_end - at);
    *out = node;
    return 0;
}

/* --- logic ----------------------------------------------------------- */
static int parse_or(struct parser *parser, struct query_node **out);
static int parse_factor(struct parser *parser, struct query_node **out);

static int parse_inner(struct parser *parser, struct query_node **out)
{
    struct query_node *node;
    int rc;

    if (at_word(parser, "not")) {
        node = new_node(parser, QK_NOT);
        rc = next(parser);
        if (rc == 0)
            rc = parse_factor(parser, &node->first);
        *out = node;
        return rc;
    }
    if (parser->token.kind != TOKEN_OPEN)
        return parse_test(parser, out);
    rc = next(parser);
    if (rc == 0)
        rc = parse_or(parser, out);
    if (rc == 0)
        rc = take_kind(parser, TOKEN_CLOSE, "'and', 'or' or ')'");
    return rc;
}

static int parse_factor(struct parser *parser, struct query_node **out)
{
    bool deeper = at_word(parser, "not") || parser->token.kind == TOKEN_OPEN;
    int rc;

    if (deeper && parser->depth >= QUERY_DEPTH_MAX)
        return fail_at(parser, parser->token.at, E_LIMIT,
                       "a query is nested at most %d deep", QUERY_DEPTH_MAX);
    parser->depth += deeper;
    rc = parse_inner(parser, out);
    parser->depth -= deeper;
    return rc;
}

/* One part, or several with `word` between them under one node. */
static int parse_chain(struct parser *parser, const char *word,
                       enum query_kind kind,
                       int (*part)(struct parser *, struct query_node **),
                       struct query_node **out)
{
    struct query_node *node = NULL;
    struct query_node **tail;
    int rc = part(parser, &node);

    if (rc < 0 || !at_word(parser, word)) {
        *out = node;
        return rc;
    }
    *out = new_node(parser, kind);
    (*out)->first = node;
    tail = &node->next;
    while (at_word(parser, word)) {
        rc = next(parser);
        if (rc == 0)
            rc = part(parser, tail);
        if (rc < 0)
            return rc;
        tail = &(*tail)->next;
    }
    return 0;
}

static int parse_and(struct parser *parser, struct query_node **out)
{
    return parse_chain(parser, "and", QK_AND, parse_factor, out);
}

static int parse_or(struct parser *parser, struct query_node **out)
{
    return parse_chain(parser, "or", QK_OR, parse_and, out);
}

int query_parse(str text, struct query **out, struct err *err)
{
    AUTO(query_freep) struct query *query = NULL;
    struct parser parser = { .err = err };
    int rc;

    if (text.n > QUERY_TEXT_MAX)
        return err_set(err, E_LIMIT, "a query has at most %d bytes",
                       QUERY_TEXT_MAX);
    if (utf8_valid(text) < text.n ||
        (text.n > 0 && memchr(text.p, 0, text.n) != NULL))
        return err_set(err, E_PARSE, "the query is not UTF-8 text");
    query = mem_alloc(1, sizeof(*query));
    query->text = arena_str(&query->arena, text);
    parser.query = query;
    parser.text = query->text;
    rc = next(&parser);
    if (rc == 0)
        rc = parse_or(&parser, &query->root);
    if (rc < 0)
        return rc;
    if (parser.token.kind != TOKEN_END)
        return expected(&parser, "'and', 'or' or the end");
    *out = TAKE(query);
    return 0;
}

void query_free(struct query *query)
{
    if (query == NULL)
        return;
    for (size_t i = 0; i < query->regexes.n; i++)
        regex_free(query->regexes.p[i]);
    vec_clear(&query->regexes);
    vec_clear(&query->labels);
    vec_clear(&query->packages);
    arena_clear(&query->arena);
    mem_free(query);
}

void query_freep(struct query **query)
{
    query_free(*query);
}

unsigned query_needs(const struct query *query)
{
    return query->needs;
}

size_t query_label_count(const struct query *query)
{
    return query->labels.n;
}

str query_label_name(const struct query *query, size_t index)
{
    return query->labels.p[index].name;
}

void query_label_set(struct query *query, size_t index, int64_t id)
{
    query->labels.p[index].id = id;
}

size_t query_package_count(const struct query *query)
{
    return query->packages.n;
}

str query_package_name(const struct query *query, size_t index)
{
    str name = query->packages.p[index]->package_name;

    if (str_find_char(name, '*') < name.n || str_find_char(name, '?') < name.n)
        return STR_NONE;
    return name;
}
