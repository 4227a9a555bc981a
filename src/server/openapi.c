/* SPDX-License-Identifier: Apache-2.0 */
#include "server/openapi.h"

#include "server/answer_int.h"
#include "server/fields.h"

static struct jval *schema_of(const struct field *fields);

static void set_c(struct jval *object, const char *key, const char *text)
{
    jval_set_text(object, key, str_c(text));
}

static struct jval *type_of(const struct field *field, const char *type)
{
    struct jval *schema = jval_new_object();

    if (field->required) {
        set_c(schema, "type", type);
    } else {
        struct jval *types = jval_new_array();

        jval_push(types, jval_new_text(str_c(type)));
        jval_push(types, jval_new_text(STR("null")));
        jval_set(schema, "type", types);
    }
    if (field->help != NULL)
        set_c(schema, "description", field->help);
    return schema;
}

static struct jval *words_of(const struct field *field, bool null)
{
    struct jval *words = jval_new_array();
    str left = str_c(field->words);

    while (left.n > 0)
        jval_push(words, jval_new_text(str_cut(&left, '|')));
    if (null)
        jval_push(words, jval_new_null());
    return words;
}

static struct jval *text_schema(const struct field *field)
{
    struct jval *schema = type_of(field, "string");
    bool open = field->min == 0 && field->max == 0;

    if (field->type == FIELD_TIME) {
        set_c(schema, "format", "date-time");
    } else if (field->type == FIELD_ENUM) {
        jval_set(schema, "enum", words_of(field, !field->required));
    } else {
        /* Our limit counts bytes, JSON Schema's characters: never more. */
        jval_set_i64(schema, "maxLength", open ? FIELD_TEXT_MAX : field->max);
        if (field->min == 1)
            jval_set_i64(schema, "minLength", 1);
    }
    return schema;
}

static struct jval *array_schema(const struct field *field)
{
    struct jval *schema = type_of(field, "array");
    struct jval *items = NULL;
    bool open = field->min == 0 && field->max == 0;

    if (field->type == FIELD_LIST && field->of != NULL) {
        items = schema_of(field->of);
    } else {
        items = jval_new_object();
        set_c(items, "type",
              field->type == FIELD_IDS     ? "integer"
              : field->type == FIELD_TEXTS ? "string"
                                           : "object");
        if (field->type == FIELD_TEXTS && field->words != NULL)
            jval_set(items, "enum", words_of(field, false));
    }
    jval_set(schema, "items", items);
    if (field->min > 0)
        jval_set_i64(schema, "minItems", field->min);
    jval_set_i64(schema, "maxItems", open ? FIELD_LIST_MAX : field->max);
    return schema;
}

static struct jval *object_schema(const struct field *field)
{
    AUTO(jval_freep) struct jval *inner = NULL;
    struct jval *schema = type_of(field, "object");
    struct jval *value;
    str key;

    if (field->of == NULL)
        return schema;
    inner = schema_of(field->of);
    for (size_t i = 0; jval_member(inner, i, &key, &value); i++) {
        if (!str_eq(key, STR("type")))
            jval_set(schema, key.p, jval_copy(value));
    }
    return schema;
}

static struct jval *field_schema(const struct field *field)
{
    struct jval *schema;

    switch (field->type) {
    case FIELD_INTEGER:
        schema = type_of(field, "integer");
        set_c(schema, "format", "int64");
        if (field->min != 0 || field->max != 0) {
            jval_set_i64(schema, "minimum", field->min);
            jval_set_i64(schema, "maximum", field->max);
        }
        return schema;
    case FIELD_BOOL:
        return type_of(field, "boolean");
    case FIELD_IDS:
    case FIELD_TEXTS:
    case FIELD_LIST:
        return array_schema(field);
    case FIELD_OBJECT:
        return object_schema(field);
    case FIELD_TEXT:
    case FIELD_TIME:
    case FIELD_ENUM:
        break;
    }
    return text_schema(field);
}

static struct jval *schema_of(const struct field *fields)
{
    struct jval *schema = jval_new_object();
    struct jval *members = jval_new_object();
    struct jval *required = jval_new_array();

    set_c(schema, "type", "object");
    for (; fields->name != NULL; fields++) {
        jval_set(members, fields->name, field_schema(fields));
        if (fields->required)
            jval_push(required, jval_new_text(str_c(fields->name)));
    }
    jval_set(schema, "properties", members);
    if (jval_count(required) > 0)
        jval_set(schema, "required", required);
    else
        jval_free(required);
    jval_set_bool(schema, "additionalProperties", false);
    return schema;
}

/* {"application/json": {"schema": schema}} */
static struct jval *content_of(const char *type, struct jval *schema)
{
    struct jval *content = jval_new_object();
    struct jval *media = jval_new_object();

    if (schema != NULL)
        jval_set(media, "schema", schema);
    jval_set(content, type, media);
    return content;
}

static struct jval *list_schema(const struct field *item)
{
    static const struct field next = { "next", FIELD_TEXT, .max = 4096,
                                       .help = "`after` of the next page" };
    static const struct field total = { "total", FIELD_INTEGER,
                                        .help = "of all pages" };
    struct jval *schema = jval_new_object();
    struct jval *members = jval_new_object();
    struct jval *items = jval_new_object();
    struct jval *required = jval_new_array();

    set_c(items, "type", "array");
    jval_set(items, "items",
             item != NULL ? schema_of(item) : jval_new_object());
    jval_set(members, "items", items);
    jval_set(members, "next", field_schema(&next));
    jval_set(members, "total", field_schema(&total));
    set_c(schema, "type", "object");
    jval_set(schema, "properties", members);
    jval_push(required, jval_new_text(STR("items")));
    jval_push(required, jval_new_text(STR("next")));
    jval_set(schema, "required", required);
    return schema;
}

static void add_parameter(struct jval *parameters, str name, const char *in,
                          const struct field *field)
{
    struct jval *parameter = jval_new_object();
    struct field given = *field;
    bool path = strcmp(in, "path") == 0;

    given.required = true; /* what is not given is not null, but absent */
    jval_set_text(parameter, "name", name);
    set_c(parameter, "in", in);
    jval_set_bool(parameter, "required", path || field->required);
    jval_set(parameter, "schema", field_schema(&given));
    if (field->type == FIELD_IDS || field->type == FIELD_TEXTS) {
        set_c(parameter, "style", "form");
        jval_set_bool(parameter, "explode", false);
    }
    jval_push(parameters, parameter);
}

static struct jval *parameters_of(const struct route *route)
{
    static const struct field id = { "id", FIELD_INTEGER, .min = 1,
                                     .max = INT64_MAX };
    static const struct field if_match = {
        "If-Match", FIELD_TEXT, .max = 8192,
        .help = "the ETag of what is changed, where it has a revision"
    };
    struct jval *parameters = jval_new_array();
    str path = str_c(route->path);

    while (path.n > 0) {
        str part = str_cut(&path, '/');

        if (part.n > 2 && part.p[0] == '{')
            add_parameter(parameters, str_sub(part, 1, part.n - 2), "path",
                          &id);
    }
    for (const struct field *f = route->query; f != NULL && f->name != NULL;
         f++)
        add_parameter(parameters, str_c(f->name), "query", f);
    for (const struct field *f = fields_page; route->list && f->name != NULL;
         f++)
        add_parameter(parameters, str_c(f->name), "query", f);
    if (route->method == METHOD_PUT || route->method == METHOD_PATCH)
        add_parameter(parameters, STR("If-Match"), "header", &if_match);
    return parameters;
}

static struct jval *described(const char *text)
{
    struct jval *object = jval_new_object();

    set_c(object, "description", text);
    return object;
}

static struct jval *answers_of(const struct route *route)
{
    struct jval *answers = jval_new_object();
    struct jval *good = described("Done.");
    struct jval *other = described("Refused; the problem says why.");
    struct jval *problem = jval_new_object();

    if (route->list)
        jval_set(good, "content",
                 content_of("application/json", list_schema(route->answer)));
    else if (route->answer != NULL)
        jval_set(good, "content",
                 content_of("application/json", schema_of(route->answer)));
    jval_set(answers, "2XX", good);
    set_c(problem, "$ref", "#/components/schemas/Problem");
    jval_set(other, "content", content_of("application/problem+json", problem));
    jval_set(answers, "default", other);
    return answers;
}

/* "GET /api/v1/devices/{device}/labels" as "get_devices_device_labels" */
static struct jval *operation_id(const struct route *route)
{
    AUTO(buf_clear) struct buf id = BUF(512);
    str path = str_c(route->path);

    for (const char *p = method_name(route->method); *p != '\0'; p++)
        buf_add_char(&id, (char)(*p - 'A' + 'a'));
    if (str_starts(path, STR("/api/v1")))
        path = str_sub(path, 7, path.n);
    for (size_t i = 0; i < path.n; i++) {
        char c = path.p[i];

        if (c == '/' || c == '-' || c == '.')
            buf_add_char(&id, '_');
        else if (c != '{' && c != '}')
            buf_add_char(&id, c);
    }
    return jval_new_text(buf_str(&id));
}

/* The first word of the path behind the version. */
static str area_of(const struct route *route)
{
    str path = str_c(route->path);

    path = str_starts(path, STR("/api/v1/")) ? str_sub(path, 8, path.n)
                                             : str_sub(path, 1, path.n);
    return str_cut(&path, '/');
}

static struct jval *operation(const struct route *route)
{
    struct jval *object = jval_new_object();
    struct jval *tags = jval_new_array();
    struct jval *parameters = parameters_of(route);
    struct jval *body;

    jval_set(object, "operationId", operation_id(route));
    set_c(object, "summary", route->summary);
    jval_push(tags, jval_new_text(area_of(route)));
    jval_set(object, "tags", tags);
    jval_set(object, "parameters", parameters);
    if (route->body_max > 0) {
        body = jval_new_object();
        jval_set_bool(body, "required", true);
        jval_set(body, "content",
                 route->body != NULL
                     ? content_of("application/json", schema_of(route->body))
                     : content_of("application/octet-stream", NULL));
        jval_set(object, "requestBody", body);
    }
    jval_set(object, "responses", answers_of(route));
    if (route->door == DOOR_OPEN)
        jval_set(object, "security", jval_new_array());
    return object;
}

static const struct field error_fields[] = {
    { "field", FIELD_TEXT, .required = true, .max = 2048 },
    { "code", FIELD_TEXT, .required = true,
      .help = "for programs: required, type, length, range, choice, unknown, "
              "twice, ...; else that of the problem" },
    { "reason", FIELD_TEXT, .required = true, .max = 2048,
      .help = "for people, in the language of Accept-Language" },
    { NULL },
};
static const struct field problem_fields[] = {
    { "type", FIELD_TEXT, .required = true },
    { "title", FIELD_TEXT, .required = true },
    { "status", FIELD_INTEGER, .required = true, .min = 400, .max = 599 },
    { "code", FIELD_TEXT, .required = true,
      .help = "for programs: invalid, absent, conflict, changed, ..." },
    { "detail", FIELD_TEXT, .required = true, .max = 4096,
      .help = "for people, in the language of Accept-Language" },
    { "errors", FIELD_LIST, .of = error_fields,
      .help = "every member that is wrong, and why" },
    { NULL },
};

static struct jval *security_scheme(const char *a, const char *b, const char *c,
                                    const char *d)
{
    struct jval *scheme = jval_new_object();

    set_c(scheme, "type", a);
    set_c(scheme, b, c);
    if (d != NULL)
        set_c(scheme, "name", d);
    return scheme;
}

static struct jval *components(void)
{
    struct jval *parts = jval_new_object();
    struct jval *schemas = jval_new_object();
    struct jval *schemes = jval_new_object();

    jval_set(schemas, "Problem", schema_of(problem_fields));
    jval_set(parts, "schemas", schemas);
    jval_set(schemes, "token",
             security_scheme("http", "scheme", "bearer", NULL));
    jval_set(schemes, "session",
             security_scheme("apiKey", "in", "cookie", "holdfast"));
    jval_set(parts, "securitySchemes", schemes);
    return parts;
}

static struct jval *alternatives(void)
{
    struct jval *list = jval_new_array();
    struct jval *token = jval_new_object();
    struct jval *session = jval_new_object();

    jval_set(token, "token", jval_new_array());
    jval_set(session, "session", jval_new_array());
    jval_push(list, token);
    jval_push(list, session);
    return list;
}

static void add_path(struct jval *paths, const struct route *route)
{
    static const char *const keys[] = { "get", "post", "put", "patch",
                                        "delete" };
    struct jval *path = jval_get(paths, route->path);

    if (path == NULL) {
        path = jval_new_object();
        jval_set(paths, route->path, path);
    }
    jval_set(path, keys[route->method], operation(route));
}

struct jval *openapi_make(void)
{
    struct jval *document = jval_new_object();
    struct jval *info = jval_new_object();
    struct jval *paths = jval_new_object();

    set_c(document, "openapi", "3.1.0");
    set_c(info, "title", "Holdfast");
    set_c(info, "version", HOLDFAST_VERSION);
    set_c(info, "description",
          "Vulnerabilities of a fleet: devices, labels, schedules, runs, "
          "content, findings and reports. A change that is made with a "
          "session cookie needs the header X-Holdfast.");
    jval_set(document, "info", info);
    for (size_t i = 0; i < route_table_count; i++) {
        for (size_t k = 0; k < route_tables[i]->count; k++) {
            const struct route *route = &route_tables[i]->rows[k];

            if (route->door == DOOR_API || route->door == DOOR_OPEN)
                add_path(paths, route);
        }
    }
    jval_set(document, "paths", paths);
    jval_set(document, "components", components());
    jval_set(document, "security", alternatives());
    return document;
}
