/* SPDX-License-Identifier: Apache-2.0
 *
 * A document is read by depth: 1 oval_variables, 2 variables, 3 variable,
 * 4 value. Everything else (generator, notes, signatures) is skipped whole.
 */
#include "oval/variables.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/vec.h"
#include "base/xml.h"
#include "oval/compare.h"

enum {
    VALUES_MAX = 1000000, /* of all variables together */
    VALUE_MAX = 1 << 20,  /* bytes of one value */
    BYTES_MAX = 64 << 20, /* bytes of all values */
    DEPTH_VARIABLE = 3,
    DEPTH_VALUE = 4,
};

static const str variables_ns = {
    "http://oval.mitre.org/XMLSchema/oval-variables-5",
    sizeof("http://oval.mitre.org/XMLSchema/oval-variables-5") - 1
};

struct variable {
    enum oval_datatype datatype;
    VEC(str) values;
};

struct oval_variables {
    struct arena arena; /* ids and values */
    struct map by_id;   /* index into all */
    VEC(struct variable) all;
    size_t count; /* of values */
};

struct oval_variables *oval_variables_new(void)
{
    return mem_alloc(1, sizeof(struct oval_variables));
}

void oval_variables_free(struct oval_variables *variables)
{
    if (variables == NULL)
        return;
    for (size_t i = 0; i < variables->all.n; i++)
        vec_clear(&variables->all.p[i].values);
    vec_clear(&variables->all);
    map_clear(&variables->by_id);
    arena_clear(&variables->arena);
    mem_free(variables);
}

void oval_variables_freep(struct oval_variables **variables)
{
    oval_variables_free(*variables);
    *variables = NULL;
}

/* The variable called id, which is added when it is not there. */
static struct variable *find_or_add(struct oval_variables *variables, str id,
                                    enum oval_datatype datatype)
{
    uint32_t at = map_get(&variables->by_id, id);
    struct variable *variable;

    if (at != MAP_NONE)
        return &variables->all.p[at];
    variable = vec_push(&variables->all);
    variable->datatype = datatype;
    map_set(&variables->by_id, arena_str(&variables->arena, id),
            (uint32_t)variables->all.n - 1);
    return variable;
}

void oval_variables_add(struct oval_variables *variables, str id,
                        enum oval_datatype datatype, str value)
{
    struct variable *variable = find_or_add(variables, id, datatype);

    *vec_push(&variable->values) = arena_str(&variables->arena, value);
    variables->count++;
}

size_t oval_variables_get(const struct oval_variables *variables, str id,
                          enum oval_datatype *out_datatype,
                          const str **out_values)
{
    uint32_t at = map_get(&variables->by_id, id);
    const struct variable *variable;

    if (at == MAP_NONE)
        return 0;
    variable = &variables->all.p[at];
    *out_datatype = variable->datatype;
    *out_values = variable->values.p;
    return variable->values.n;
}

struct reading {
    struct oval_variables *variables;
    unsigned depth;
    unsigned skip; /* depth of the element that is skipped, or 0 */
    str id;        /* of the variable that is open; in the arena */
    enum oval_datatype datatype;
    size_t values; /* of the variable that is open */
    struct buf text;
};

static int start_variable(struct reading *r, const struct xml_element *element,
                          struct err *err)
{
    str id = xml_attr(element, STR("id"));
    str datatype = xml_attr(element, STR("datatype"));
    uint32_t at;

    if (id.n == 0)
        return err_set(err, E_INVALID, "a variable has no id");
    r->datatype = oval_datatype_of(datatype);
    if (datatype.p == NULL || r->datatype == OVAL_DATATYPE_BAD ||
        r->datatype == OVAL_RECORD)
        return err_set(err, E_INVALID,
                       "variable %" PRIstr ": '%" PRIstr "' is not a datatype "
                       "of a variable",
                       ARGstr(id), ARGstr(datatype));
    at = map_get(&r->variables->by_id, id);
    if (at != MAP_NONE && r->variables->all.p[at].datatype != r->datatype)
        return err_set(err, E_INVALID,
                       "variable %" PRIstr " was given with datatype %s before",
                       ARGstr(id),
                       oval_datatype_text(r->variables->all.p[at].datatype));
    r->id = arena_str(&r->variables->arena, id);
    r->values = 0;
    return 0;
}

static int start(void *ctx, const struct xml_element *element, struct err *err)
{
    static const char *const names[] = { "oval_variables", "variables",
                                         "variable", "value" };
    struct reading *r = ctx;
    bool known;

    r->depth++;
    if (r->skip > 0)
        return 0;
    known = r->depth <= DEPTH_VALUE && str_eq(element->ns, variables_ns) &&
            str_eq_c(element->name, names[r->depth - 1]);
    if (!known && r->depth == 1)
        return err_set(err, E_INVALID,
                       "this is no document of OVAL variables: it begins with "
                       "<%" PRIstr ">",
                       ARGstr(element->name));
    if (!known && r->depth > DEPTH_VALUE)
        return err_set(err, E_INVALID,
                       "variable %" PRIstr ": a value holds text only",
                       ARGstr(r->id));
    if (!known)
        r->skip = r->depth;
    else if (r->depth == DEPTH_VARIABLE)
        return start_variable(r, element, err);
    buf_reset(&r->text);
    return 0;
}

static int add_value(struct reading *r, struct err *err)
{
    str value = buf_str(&r->text);
    int rc = buf_finish(&r->text, "the value of a variable", err);

    if (rc == 0)
        rc = oval_compare_check(NULL, r->datatype, OVAL_EQUALS, value, err);
    if (rc == 0 && (r->variables->count >= VALUES_MAX ||
                    r->variables->arena.used > BYTES_MAX))
        rc = err_set(err, E_LIMIT, "more than %d values or %d bytes of them",
                     VALUES_MAX, BYTES_MAX);
    if (rc < 0)
        return err_wrap(err, rc, "variable %" PRIstr, ARGstr(r->id));
    oval_variables_add(r->variables, r->id, r->datatype, value);
    r->values++;
    return 0;
}

static int end(void *ctx, struct err *err)
{
    struct reading *r = ctx;
    unsigned depth = r->depth--;

    if (r->skip > 0) {
        if (r->skip == depth)
            r->skip = 0;
        return 0;
    }
    if (depth == DEPTH_VALUE)
        return add_value(r, err);
    if (depth == DEPTH_VARIABLE && r->values == 0)
        return err_set(err, E_INVALID, "variable %" PRIstr " has no value",
                       ARGstr(r->id));
    return 0;
}

static int text(void *ctx, str text, struct err *err UNUSED)
{
    struct reading *r = ctx;

    if (r->skip == 0 && r->depth == DEPTH_VALUE)
        buf_add(&r->text, text);
    return 0;
}

static void clear_text(struct reading *r)
{
    buf_clear(&r->text);
}

int oval_variables_load(struct oval_variables *variables, struct stream *stream,
                        struct err *err)
{
    static const struct xml_handler handler = { start, end, text };
    AUTO(clear_text)
    struct reading r = { .variables = variables, .text = BUF(VALUE_MAX) };

    return xml_read(stream, NULL, &handler, &r, err);
}
