/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/xinetd_conf.h"

#include "base/buf.h"
#include "probe/word.h"

enum {
    VALUE_MAX = 64 * 1024,
    SERVICES_MAX = 65536,
};

static const char *const names[XINETD_ATTRIBUTES] = {
    [XINETD_DISABLE] = "disable",
    [XINETD_DISABLED] = "disabled",
    [XINETD_ENABLED] = "enabled",
    [XINETD_FLAGS] = "flags",
    [XINETD_ID] = "id",
    [XINETD_NO_ACCESS] = "no_access",
    [XINETD_ONLY_FROM] = "only_from",
    [XINETD_PORT] = "port",
    [XINETD_PROTOCOL] = "protocol",
    [XINETD_SERVER] = "server",
    [XINETD_SERVER_ARGS] = "server_args",
    [XINETD_SOCKET_TYPE] = "socket_type",
    [XINETD_TYPE] = "type",
    [XINETD_USER] = "user",
    [XINETD_WAIT] = "wait",
};

static bool has_word(str list, str word)
{
    while (list.n > 0)
        if (str_eq(str_cut(&list, ' '), word))
            return true;
    return false;
}

/* Appends the words of text that are not in `except`. */
static void add_words(struct buf *out, str text, str except)
{
    for (;;) {
        str word = word_take(&text);

        if (word.n == 0)
            return;
        if (has_word(except, word))
            continue;
        if (out->n > 0)
            buf_add_char(out, ' ');
        buf_add(out, word);
    }
}

/* op is the character before '=': '+', '-' or 0. */
static int set_value(struct xinetd_conf *conf, struct xinetd_value *value,
                     char op, str text, struct err *err)
{
    AUTO(buf_clear) struct buf words = BUF(VALUE_MAX);
    AUTO(buf_clear) struct buf given = BUF(VALUE_MAX);
    int rc;

    add_words(&given, text, STR(""));
    if (op == '+')
        add_words(&words, value->text, STR(""));
    if (op == '-')
        add_words(&words, value->text, buf_str(&given));
    else
        add_words(&words, buf_str(&given), STR(""));
    rc = buf_finish(&given, "a value", err);
    if (rc == 0)
        rc = buf_finish(&words, "a value", err);
    if (rc < 0)
        return rc;
    value->text = arena_str(&conf->arena, buf_str(&words));
    value->set = true;
    return 0;
}

static int parse_attribute(struct xinetd_conf *conf,
                           struct xinetd_value *values, str line,
                           struct err *err)
{
    size_t at = str_find_char(line, '=');
    char op = '\0';
    str name;

    if (at == line.n || at == 0)
        return err_set(err, E_PARSE, "expected 'ATTRIBUTE = VALUE'");
    name = str_sub(line, 0, at);
    if (name.p[name.n - 1] == '+' || name.p[name.n - 1] == '-') {
        op = name.p[name.n - 1];
        name.n--;
    }
    name = str_trim(name);
    for (size_t i = 0; i < XINETD_ATTRIBUTES; i++)
        if (str_eq_c(name, names[i]))
            return set_value(conf, &values[i], op,
                             str_sub(line, at + 1, line.n), err);
    return 0; /* an attribute that no fact comes from */
}

struct parser {
    struct xinetd_conf *conf;
    xinetd_include_fn *include;
    void *ctx;
    struct xinetd_value *values; /* of the section we are in, or NULL */
    bool open;                   /* its { was seen */
};

static int start_service(struct parser *parser, str name, struct err *err)
{
    struct xinetd_conf *conf = parser->conf;
    struct xinetd_service *service;

    if (name.n == 0)
        return err_set(err, E_PARSE, "expected a name behind 'service'");
    if (conf->services.n >= SERVICES_MAX)
        return err_set(err, E_LIMIT, "more than %d services", SERVICES_MAX);
    service = vec_push(&conf->services);
    service->name = arena_str(&conf->arena, name);
    parser->values = service->values;
    parser->open = false;
    return 0;
}

static int parse_outside(struct parser *parser, str line, struct err *err)
{
    str rest = line;
    str word = word_take(&rest);

    rest = str_trim(rest);
    if (str_ends(rest, STR("{"))) { /* `service NAME {` on one line */
        rest = str_trim(str_sub(rest, 0, rest.n - 1));
        parser->open = true;
    }
    if (str_eq(word, STR("service"))) {
        bool open = parser->open;
        int rc = start_service(parser, rest, err);

        parser->open = open;
        return rc;
    }
    if (str_eq(word, STR("defaults")) || str_eq(word, STR("defaults{"))) {
        parser->values = parser->conf->defaults;
        parser->open = parser->open || word.p[word.n - 1] == '{';
        return 0;
    }
    parser->open = false;
    if (str_eq(word, STR("include")) || str_eq(word, STR("includedir")))
        return parser->include == NULL
                   ? 0
                   : parser->include(parser->ctx, rest,
                                     word.n == STR("includedir").n, err);
    return err_set(err, E_PARSE,
                   "expected 'service', 'defaults', 'include' or "
                   "'includedir', found '%" PRIstr "'",
                   ARGstr(word));
}

static int parse_line(struct parser *parser, str line, struct err *err)
{
    line = str_trim(line);
    if (line.n == 0 || line.p[0] == '#')
        return 0;
    if (parser->values == NULL)
        return parse_outside(parser, line, err);
    if (!parser->open) {
        if (!str_eq(line, STR("{")))
            return err_set(err, E_PARSE, "expected '{'");
        parser->open = true;
        return 0;
    }
    if (str_eq(line, STR("}"))) {
        parser->values = NULL;
        parser->open = false;
        return 0;
    }
    return parse_attribute(parser->conf, parser->values, line, err);
}

int xinetd_conf_parse(struct xinetd_conf *conf, str text,
                      xinetd_include_fn *include, void *ctx, struct err *err)
{
    struct parser parser = { conf, include, ctx, NULL, false };

    for (unsigned line = 1; text.n > 0; line++) {
        int rc = parse_line(&parser, str_cut(&text, '\n'), err);

        if (rc < 0)
            return err_wrap(err, rc, "line %u", line);
    }
    if (parser.values != NULL)
        return err_set(err, E_PARSE, "expected '}' before the end");
    return 0;
}

/* only_from, no_access and flags of defaults hold where a service has none;
 * its own += and -= have been applied to nothing, as xinetd does first. */
str xinetd_conf_value(const struct xinetd_conf *conf,
                      const struct xinetd_service *service,
                      enum xinetd_attribute attribute)
{
    if (service->values[attribute].set)
        return service->values[attribute].text;
    if (attribute == XINETD_ONLY_FROM || attribute == XINETD_NO_ACCESS)
        return conf->defaults[attribute].text;
    return STR("");
}

bool xinetd_conf_is_disabled(const struct xinetd_conf *conf,
                             const struct xinetd_service *service)
{
    const struct xinetd_value *id = &service->values[XINETD_ID];
    const struct xinetd_value *enabled = &conf->defaults[XINETD_ENABLED];
    str name = id->set ? id->text : service->name;

    if (str_eq(service->values[XINETD_DISABLE].text, STR("yes")) ||
        has_word(conf->defaults[XINETD_DISABLED].text, name))
        return true;
    return enabled->set && !has_word(enabled->text, name);
}

void xinetd_conf_clear(struct xinetd_conf *conf)
{
    vec_clear(&conf->services);
    arena_clear(&conf->arena);
}
