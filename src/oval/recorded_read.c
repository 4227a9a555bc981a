/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading system characteristics: one pass over the document, by depth.
 *
 *   0 oval_system_characteristics (the root, or inside OVAL results)
 *   1   system_info   collected_objects        system_data
 *   2     os_name …     object                   dpkginfo_item …
 *   3     interface       message, reference       name, evr …
 *   4       ip_address …                             field
 */
#include "oval/recorded_int.h"

#include "base/buf.h"
#include "base/xml.h"

#define NS_CORE "http://oval.mitre.org/XMLSchema/oval-system-characteristics-5"

enum open {
    OPEN_OTHER,
    OPEN_MESSAGE,
    OPEN_FACT
};
enum section {
    SECTION_NONE,
    SECTION_SYSTEM,
    SECTION_OBJECTS,
    SECTION_DATA
};

struct reading {
    struct recorded *r;
    unsigned depth; /* of the element that is open in the document */
    unsigned root;  /* depth of oval_system_characteristics; 0: not met */
    bool done;      /* it was met, and has ended */
    enum section section;
    str *text_to; /* a text of system_info that the element gives */
    struct buf text;
    VEC(struct oval_fact) facts;
    VEC(struct oval_fact) fields;
    enum open open; /* what ends next at depth 3 */
    struct recorded_message *message_last;
    uint8_t level;
};

static int fail(struct err *err, const char *expected,
                const struct xml_element *element)
{
    return err_set(err, E_PARSE, "expected %s, not <%" PRIstr ">", expected,
                   ARGstr(element->name));
}

static int start_root(struct reading *rd, const struct xml_element *element,
                      struct err *err)
{
    if (str_eq_c(element->name, "oval_system_characteristics") &&
        str_eq_c(element->ns, NS_CORE)) {
        if (rd->done)
            return err_set(err, E_UNSUPPORTED,
                           "results of more than one system: one is expected");
        rd->root = rd->depth;
        return 0;
    }
    if (rd->depth == 1 && !str_eq_c(element->name, "oval_results"))
        return fail(err, "<oval_system_characteristics>", element);
    return 0;
}

static void start_section(struct reading *rd, const struct xml_element *element)
{
    rd->section = SECTION_NONE;
    if (!str_eq_c(element->ns, NS_CORE))
        return;
    if (str_eq_c(element->name, "system_info")) {
        rd->section = SECTION_SYSTEM;
    } else if (str_eq_c(element->name, "collected_objects")) {
        rd->section = SECTION_OBJECTS;
        rd->r->source.recorded = true;
    } else if (str_eq_c(element->name, "system_data")) {
        rd->section = SECTION_DATA;
    }
}

/* --- system_info --- */

static void start_system(struct reading *rd, unsigned depth,
                         const struct xml_element *element)
{
    struct oval_system *system = &rd->r->system;
    struct oval_interface *last =
        rd->r->interfaces.n == 0
            ? NULL
            : &rd->r->interfaces.p[rd->r->interfaces.n - 1];
    const struct {
        unsigned depth;
        const char *name;
        str *to;
    } places[] = {
        { 2, "os_name", &system->os_name },
        { 2, "os_version", &system->os_version },
        { 2, "architecture", &system->architecture },
        { 2, "primary_host_name", &system->primary_host_name },
        { 4, "interface_name", last == NULL ? NULL : &last->name },
        { 4, "ip_address", last == NULL ? NULL : &last->ip },
        { 4, "mac_address", last == NULL ? NULL : &last->mac },
    };

    if (!str_eq_c(element->ns, NS_CORE))
        return;
    if (depth == 3 && str_eq_c(element->name, "interface")) {
        (void)vec_push(&rd->r->interfaces);
        return;
    }
    for (size_t i = 0; i < COUNT(places); i++)
        if (places[i].depth == depth && places[i].to != NULL &&
            str_eq_c(element->name, places[i].name))
            rd->text_to = places[i].to;
}

/* --- collected_objects --- */

static int add_object(struct reading *rd, str id, enum oval_flag flag,
                      struct err *err)
{
    struct recorded *r = rd->r;
    struct recorded_object *object;
    uint32_t index = (uint32_t)r->objects.n;
    uint32_t at;

    if (index >= OVAL_RECORDED_OBJECTS_MAX)
        return err_set(err, E_LIMIT, "more than %d objects",
                       OVAL_RECORDED_OBJECTS_MAX);
    object = vec_push(&r->objects);
    object->id = arena_str(&r->arena, id);
    object->flag = (uint8_t)flag;
    object->ref_first = r->refs.n;
    at = map_add(&r->object_by_id, object->id, index);
    if (at != index)
        r->objects.p[at].instances = true;
    rd->message_last = NULL;
    return 0;
}

static int start_object(struct reading *rd, unsigned depth,
                        const struct xml_element *element, struct err *err)
{
    struct recorded *r = rd->r;
    str value;

    if (depth == 2) {
        enum oval_flag flag = oval_flag_of(xml_attr(element, STR("flag")));

        if (!str_eq_c(element->name, "object"))
            return fail(err, "<object>", element);
        value = xml_attr(element, STR("id"));
        if (value.n == 0)
            return err_set(err, E_PARSE, "<object> has no id");
        if (flag == OVAL_FLAGS)
            return err_set(
                err, E_PARSE, "object %" PRIstr ": '%" PRIstr "' is not a flag",
                ARGstr(value), ARGstr(xml_attr(element, STR("flag"))));
        return add_object(rd, value, flag, err);
    }
    if (depth != 3)
        return 0;
    rd->open = OPEN_OTHER;
    if (str_eq_c(element->name, "message")) {
        rd->open = OPEN_MESSAGE;
        value = xml_attr(element, STR("level"));
        rd->level = str_eq_c(value, "error") || str_eq_c(value, "fatal")
                        ? OVAL_LEVEL_ERROR
                    : str_eq_c(value, "warning") ? OVAL_LEVEL_WARNING
                                                 : OVAL_LEVEL_INFO;
    } else if (str_eq_c(element->name, "reference")) {
        value = xml_attr(element, STR("item_ref"));
        if (value.n == 0)
            return err_set(err, E_PARSE, "<reference> has no item_ref");
        *vec_push(&r->refs) = arena_str(&r->arena, value);
        r->objects.p[r->objects.n - 1].ref_count++;
    } else if (!str_eq_c(element->name, "variable_value")) {
        return fail(err, "<message>, <variable_value> or <reference>", element);
    }
    return 0;
}

static void end_message(struct reading *rd)
{
    struct recorded_object *object = &rd->r->objects.p[rd->r->objects.n - 1];
    struct recorded_message *message =
        arena_alloc(&rd->r->arena, 1, sizeof(*message));

    message->level = rd->level;
    message->text = arena_str(&rd->r->arena, buf_str(&rd->text));
    if (rd->message_last == NULL)
        object->messages = message;
    else
        rd->message_last->next = message;
    rd->message_last = message;
}

/* --- system_data --- */

/* Items of network devices are written without passwords, with a mark. */
static bool is_of_devices(str family)
{
    static const char *const families[] = { "ios", "iosxe", "asa", "pixos",
                                            "catos" };

    for (size_t i = 0; i < COUNT(families); i++)
        if (str_eq_c(family, families[i]))
            return true;
    return false;
}

/* "linux:dpkginfo" of {…#linux}dpkginfo_item, always the same pointer. */
static int kind_of(struct recorded *r, const struct xml_element *element,
                   const char **out, struct err *err)
{
    str family = str_sub(element->ns, sizeof(NS_CORE "#") - 1, SIZE_MAX);
    str name = element->name;
    uint32_t at;
    str kind;

    if (!str_starts(element->ns, STR(NS_CORE "#")) ||
        !str_ends(name, STR("_item")))
        return fail(err, "an item of a system characteristics schema", element);
    name.n -= sizeof("_item") - 1;
    if (is_of_devices(family))
        r->source.hidden = STR(OVAL_HIDDEN_MARK);
    if (family.n + name.n > 200)
        return err_set(err, E_LIMIT, "an item name of %zu bytes", name.n);
    kind = arena_printf(&r->arena, "%" PRIstr ":%" PRIstr, ARGstr(family),
                        ARGstr(name));
    at = map_add(&r->kinds, kind, (uint32_t)r->kind_names.n);
    if (at == r->kind_names.n)
        *vec_push(&r->kind_names) = kind.p;
    *out = r->kind_names.p[at];
    return 0;
}

static int status_of(const struct xml_element *element, uint8_t *out,
                     struct err *err)
{
    str text = xml_attr(element, STR("status"));
    enum oval_status status =
        text.p == NULL ? OVAL_EXISTS : oval_status_of(text);

    if (status == OVAL_STATUSES)
        return err_set(err, E_PARSE, "'%" PRIstr "' is not a status",
                       ARGstr(text));
    *out = (uint8_t)status;
    return 0;
}

static int start_item(struct reading *rd, const struct xml_element *element,
                      struct err *err)
{
    struct recorded *r = rd->r;
    uint32_t index = (uint32_t)r->items.n;
    str id = xml_attr(element, STR("id"));
    struct recorded_item item = { 0 };
    int rc;

    if (index >= OVAL_RECORDED_ITEMS_MAX)
        return err_set(err, E_LIMIT, "more than %d items",
                       OVAL_RECORDED_ITEMS_MAX);
    rc = kind_of(r, element, &item.kind, err);
    if (rc == 0)
        rc = status_of(element, &item.status, err);
    if (rc < 0)
        return rc;
    if (id.n == 0)
        return err_set(err, E_PARSE, "<%" PRIstr "> has no id",
                       ARGstr(element->name));
    if (map_add(&r->item_by_id, arena_str(&r->arena, id), index) != index)
        return err_set(err, E_INVALID, "item %" PRIstr " occurs twice",
                       ARGstr(id));
    *vec_push(&r->items) = item;
    rd->facts.n = 0;
    return 0;
}

static bool is_nil(const struct xml_element *element)
{
    for (size_t i = 0; i < element->attr_count; i++) {
        const struct xml_attr *attr = &element->attrs[i];

        if (str_eq_c(attr->name, "nil") &&
            str_eq_c(attr->ns, "http://www.w3.org/2001/XMLSchema-instance"))
            return str_eq_c(attr->value, "true") || str_eq_c(attr->value, "1");
    }
    return false;
}

static int start_fact(struct reading *rd, bool is_field,
                      const struct xml_element *element, struct err *err)
{
    str datatype = xml_attr(element, STR("datatype"));
    str name = is_field ? xml_attr(element, STR("name")) : element->name;
    struct oval_fact fact = { .datatype = OVAL_STRING };
    int rc = status_of(element, &fact.status, err);

    if (rc < 0)
        return rc;
    if (name.n == 0)
        return err_set(err, E_PARSE, "<field> has no name");
    fact.name = arena_str(&rd->r->arena, name);
    if (datatype.p != NULL && oval_datatype_of(datatype) != OVAL_DATATYPE_BAD)
        fact.datatype = (uint8_t)oval_datatype_of(datatype);
    else if (!is_field && str_eq_c(name, "evr"))
        fact.datatype = OVAL_EVR_STRING; /* 5.3 leaves it out */
    if (fact.status == OVAL_EXISTS && is_nil(element))
        fact.status = OVAL_DOES_NOT_EXIST;
    if (is_field) {
        *vec_push(&rd->fields) = fact;
        return 0;
    }
    *vec_push(&rd->facts) = fact;
    rd->fields.n = 0;
    rd->open = OPEN_FACT;
    return 0;
}

static int start_data(struct reading *rd, unsigned depth,
                      const struct xml_element *element, struct err *err)
{
    switch (depth) {
    case 2:
        return start_item(rd, element, err);
    case 3:
        rd->open = OPEN_OTHER; /* a message about the item is not kept */
        if (str_eq_c(element->ns, NS_CORE))
            return str_eq_c(element->name, "message")
                       ? 0
                       : fail(err, "<message> or an entity", element);
        return start_fact(rd, false, element, err);
    case 4:
        if (rd->open != OPEN_FACT || !str_eq_c(element->name, "field"))
            return fail(err, "<field>", element);
        return start_fact(rd, true, element, err);
    default:
        return fail(err, "text", element);
    }
}

static struct oval_fact *copy_facts(struct arena *arena,
                                    const struct oval_fact *facts, size_t n)
{
    struct oval_fact *copy;

    if (n == 0)
        return NULL;
    copy = arena_alloc(arena, n, sizeof(*copy));
    memcpy(copy, facts, n * sizeof(*copy));
    return copy;
}

static void end_fact(struct reading *rd, struct oval_fact *fact)
{
    str text = buf_str(&rd->text);

    if (fact->status != OVAL_EXISTS)
        return;
    if (fact->datatype != OVAL_STRING)
        text = str_trim(text);
    fact->value = arena_str(&rd->r->arena, text);
}

static void end_entity(struct reading *rd)
{
    struct oval_fact *fact = &rd->facts.p[rd->facts.n - 1];

    if (rd->fields.n == 0 && fact->datatype != OVAL_RECORD) {
        end_fact(rd, fact);
        return;
    }
    fact->datatype = OVAL_RECORD;
    fact->field_count = (uint32_t)rd->fields.n;
    fact->fields = copy_facts(&rd->r->arena, rd->fields.p, rd->fields.n);
    rd->fields.n = 0;
}

static void end_data(struct reading *rd, unsigned depth)
{
    struct recorded *r = rd->r;

    if (depth == 4) {
        end_fact(rd, &rd->fields.p[rd->fields.n - 1]);
    } else if (depth == 3 && rd->open == OPEN_FACT) {
        end_entity(rd);
    } else if (depth == 2) {
        struct recorded_item *item = &r->items.p[r->items.n - 1];

        item->fact_count = (uint32_t)rd->facts.n;
        item->facts = copy_facts(&r->arena, rd->facts.p, rd->facts.n);
    }
}

/* --- events --- */

static int on_start(void *ctx, const struct xml_element *element,
                    struct err *err)
{
    struct reading *rd = ctx;
    unsigned depth;

    rd->depth++;
    buf_reset(&rd->text);
    if (rd->root == 0)
        return start_root(rd, element, err);
    depth = rd->depth - rd->root;
    if (depth == 1) {
        start_section(rd, element);
        return 0;
    }
    switch (rd->section) {
    case SECTION_SYSTEM:
        start_system(rd, depth, element);
        return 0;
    case SECTION_OBJECTS:
        return start_object(rd, depth, element, err);
    case SECTION_DATA:
        return start_data(rd, depth, element, err);
    default:
        return 0;
    }
}

static int on_text(void *ctx, str text, struct err *err UNUSED)
{
    struct reading *rd = ctx;

    if (rd->root != 0)
        buf_add(&rd->text, text);
    return 0;
}

static int on_end(void *ctx, struct err *err)
{
    struct reading *rd = ctx;
    unsigned depth = rd->depth - rd->root;
    int rc = buf_finish(&rd->text, "a value", err);

    if (rc < 0)
        return rc;
    if (rd->root != 0 && depth == 0) {
        rd->root = 0;
        rd->done = true;
    } else if (rd->root != 0 && depth == 1) {
        rd->section = SECTION_NONE;
    } else if (rd->text_to != NULL) {
        *rd->text_to = arena_str(&rd->r->arena, str_trim(buf_str(&rd->text)));
        rd->text_to = NULL;
    } else if (rd->root != 0 && rd->section == SECTION_DATA) {
        end_data(rd, depth);
    } else if (rd->root != 0 && rd->section == SECTION_OBJECTS && depth == 3 &&
               rd->open == OPEN_MESSAGE) {
        end_message(rd);
    }
    buf_reset(&rd->text);
    rd->depth--;
    return 0;
}

int recorded_read(struct recorded *r, struct stream *stream, struct err *err)
{
    static const struct xml_handler handler = { on_start, on_end, on_text };
    struct reading rd = { .r = r, .text = BUF_INIT(OVAL_RECORDED_VALUE_MAX) };
    int rc = xml_read(stream, NULL, &handler, &rd, err);

    buf_clear(&rd.text);
    vec_clear(&rd.facts);
    vec_clear(&rd.fields);
    if (rc == 0 && !rd.done)
        rc = err_set(err, E_PARSE, "%s: no <oval_system_characteristics> in it",
                     stream_name(stream));
    return rc;
}
