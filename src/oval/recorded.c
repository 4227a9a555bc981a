/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/recorded_int.h"

/* Objects whose items are of a kind with another name. */
static const struct {
    const char *object;
    const char *item;
} renamed[] = {
    { "catos:version55", "catos:version" },
    { "esx:patch56", "esx:patch" },
    { "hpux:patch53", "hpux:patch" },
    { "independent:textfilecontent54", "independent:textfilecontent" },
    { "ios:version55", "ios:version" },
    { "linux:inetlisteningservers", "linux:inetlisteningserver" },
    { "macos:inetlisteningservers", "macos:inetlisteningserver" },
    { "macos:plist510", "macos:plist" },
    { "solaris:patch54", "solaris:patch" },
    { "windows:fileauditedpermissions53", "windows:fileauditedpermissions" },
    { "windows:fileeffectiverights53", "windows:fileeffectiverights" },
    { "windows:process58", "windows:process" },
    { "windows:regkeyauditedpermissions53",
      "windows:regkeyauditedpermissions" },
    { "windows:regkeyeffectiverights53", "windows:regkeyeffectiverights" },
    { "windows:user_sid55", "windows:user_sid" },
};

static void give_facts(struct oval_sink *sink, const struct oval_fact *facts,
                       size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct oval_fact *fact = &facts[i];

        if (fact->datatype == OVAL_RECORD && fact->status == OVAL_EXISTS) {
            oval_item_record(sink, fact->name.p);
            give_facts(sink, fact->fields, fact->field_count);
            oval_item_record_end(sink);
        } else if (fact->status == OVAL_EXISTS) {
            oval_item_typed(sink, fact->name.p, fact->datatype, fact->value);
        } else {
            oval_item_status(sink, fact->name.p, fact->datatype, fact->status);
        }
    }
}

static void give_item(struct oval_sink *sink, const struct recorded_item *item)
{
    oval_item_begin(sink, item->kind);
    oval_item_set_status(sink, item->status);
    give_facts(sink, item->facts, item->fact_count);
    oval_item_end(sink);
}

static int collect_object(const struct recorded *r,
                          const struct oval_query *query,
                          struct oval_sink *sink)
{
    uint32_t at = map_get(&r->object_by_id, query->object_id);
    const struct recorded_object *object;

    if (at == MAP_NONE) {
        oval_sink_flag(sink, OVAL_FLAG_NOT_COLLECTED);
        oval_sink_message(sink, OVAL_LEVEL_WARNING,
                          "object %" PRIstr " is not in the document",
                          ARGstr(query->object_id));
        return 0;
    }
    object = &r->objects.p[at];
    oval_sink_flag(sink, object->flag);
    for (const struct recorded_message *m = object->messages; m != NULL;
         m = m->next)
        oval_sink_message(sink, m->level, "%" PRIstr, ARGstr(m->text));
    if (object->instances)
        oval_sink_message(
            sink, OVAL_LEVEL_WARNING,
            "the document has several instances of object %" PRIstr
            ": the first is used",
            ARGstr(object->id));
    for (size_t i = 0; i < object->ref_count; i++) {
        str ref = r->refs.p[object->ref_first + i];
        uint32_t item = map_get(&r->item_by_id, ref);

        if (item == MAP_NONE)
            oval_sink_error(sink, "item %" PRIstr " is not in the document",
                            ARGstr(ref));
        else
            give_item(sink, &r->items.p[item]);
    }
    return 0;
}

/* True when the item's first fact is wanted with another value: that saves
 * the engine from building what it would drop. */
static bool is_ruled_out(const struct oval_query *query,
                         const struct recorded_item *item)
{
    const struct oval_fact *first = item->facts;
    str wanted;

    if (item->fact_count == 0 || first->status != OVAL_EXISTS ||
        !oval_query_literal(query, first->name.p, &wanted) ||
        str_eq(first->value, wanted))
        return false;
    return item->fact_count == 1 || !str_eq(item->facts[1].name, first->name);
}

static int collect_kind(const struct recorded *r,
                        const struct oval_query *query, struct oval_sink *sink)
{
    char space[256];
    int n = snprintf(space, sizeof(space), "%" PRIstr ":%" PRIstr,
                     ARGstr(query->family), ARGstr(query->name));
    const char *kind = space;
    uint32_t at;

    if (n < 0 || (size_t)n >= sizeof(space))
        return 1;
    for (size_t i = 0; i < COUNT(renamed); i++)
        if (strcmp(space, renamed[i].object) == 0)
            kind = renamed[i].item;
    at = map_get(&r->kinds, str_c(kind));
    for (size_t i = 0; at != MAP_NONE && i < r->items.n; i++)
        if (r->items.p[i].kind == r->kind_names.p[at] &&
            !is_ruled_out(query, &r->items.p[i]))
            give_item(sink, &r->items.p[i]);
    return 0;
}

static int collect(struct oval_source *source, const struct oval_query *query,
                   struct oval_sink *sink, struct err *err UNUSED)
{
    const struct recorded *r = (const struct recorded *)source;

    return source->recorded ? collect_object(r, query, sink)
                            : collect_kind(r, query, sink);
}

static int get_system(struct oval_source *source, struct oval_system *out,
                      struct err *err UNUSED)
{
    const struct recorded *r = (const struct recorded *)source;

    *out = r->system;
    out->interfaces = r->interfaces.p;
    out->interface_count = r->interfaces.n;
    return 0;
}

static void release(struct oval_source *source)
{
    struct recorded *r = (struct recorded *)source;

    vec_clear(&r->items);
    vec_clear(&r->objects);
    vec_clear(&r->refs);
    vec_clear(&r->kind_names);
    vec_clear(&r->interfaces);
    map_clear(&r->item_by_id);
    map_clear(&r->object_by_id);
    map_clear(&r->kinds);
    arena_clear(&r->arena);
    mem_free(r);
}

static const struct oval_source_ops ops = {
    .collect = collect,
    .system = get_system,
    .free = release,
};

int oval_recorded_new(struct stream *stream, struct oval_source **out,
                      struct err *err)
{
    struct recorded *r = mem_alloc(1, sizeof(*r));
    int rc;

    r->source.ops = &ops;
    rc = recorded_read(r, stream, err);
    if (rc < 0) {
        release(&r->source);
        return rc;
    }
    *out = &r->source;
    return 0;
}
