/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/syschar.h"

#include <inttypes.h>

#include "base/map.h"
#include "oval/mask.h"
#include "oval/uses.h"

enum {
    NAME_MAX_BYTES = 4096
};

struct writing {
    struct xml_writer *w;
    bool in_results;      /* masked values are left out */
    uint64_t item_base;   /* added to item ids, for a second content */
    struct map *objects;  /* written already; NULL for one content */
    struct arena *keys;   /* of that map */
    struct buf item_name; /* names of the open elements */
    struct buf fact_name;
    struct oval_uses uses;
};

void oval_write_generator(struct xml_writer *w, int64_t time_s)
{
    char time[OVAL_TIME_SIZE];

    xml_write_start(w, "generator");
    xml_write_leaf(w, "oval:product_name", STR(OVAL_PRODUCT_NAME));
    xml_write_leaf(w, "oval:product_version", STR(HOLDFAST_VERSION));
    xml_write_leaf(w, "oval:schema_version", STR(OVAL_SCHEMA_VERSION));
    xml_write_leaf(w, "oval:timestamp", oval_time_text(time_s, time));
    xml_write_end(w);
}

void oval_write_messages(struct xml_writer *w,
                         const struct oval_message *messages)
{
    static const char *const levels[] = {
        [OVAL_LEVEL_DEBUG] = "debug",     [OVAL_LEVEL_ERROR] = "error",
        [OVAL_LEVEL_FATAL] = "fatal",     [OVAL_LEVEL_INFO] = "info",
        [OVAL_LEVEL_WARNING] = "warning",
    };

    for (; messages != NULL; messages = messages->next) {
        xml_write_start(w, "message");
        if (messages->level < COUNT(levels))
            xml_write_attr_c(w, "level", levels[messages->level]);
        xml_write_text(w, messages->text);
        xml_write_end(w);
    }
}

void oval_write_values(struct xml_writer *w, const struct oval_eval *eval,
                       const uint32_t *variables, size_t n, const char *element)
{
    const struct oval_content *c = oval_eval_content(eval);

    for (size_t i = 0; i < n; i++) {
        const struct oval_variable *variable = &c->variables.p[variables[i]];
        struct oval_values values = oval_eval_variable(eval, variables[i]);

        for (uint32_t k = 0; values.evaluated && k < values.count; k++) {
            xml_write_start(w, element);
            xml_write_attr(w, "variable_id", oval_prose_text(c, variable->id));
            xml_write_text(w, values.values[k]);
            xml_write_end(w);
        }
    }
}

static int write_system_info(struct xml_writer *w, struct oval_source *source,
                             struct err *err)
{
    struct oval_system system = { 0 };
    int rc = source->ops->system == NULL
                 ? 0
                 : source->ops->system(source, &system, err);

    if (rc < 0)
        return err_wrap(err, rc, "system_info");
    xml_write_start(w, "system_info");
    xml_write_leaf(w, "os_name", system.os_name);
    xml_write_leaf(w, "os_version", system.os_version);
    xml_write_leaf(w, "architecture", system.architecture);
    xml_write_leaf(w, "primary_host_name", system.primary_host_name);
    xml_write_start(w, "interfaces");
    for (size_t i = 0; i < system.interface_count; i++) {
        xml_write_start(w, "interface");
        xml_write_leaf(w, "interface_name", system.interfaces[i].name);
        xml_write_leaf(w, "ip_address", system.interfaces[i].ip);
        xml_write_leaf(w, "mac_address", system.interfaces[i].mac);
        xml_write_end(w);
    }
    xml_write_end(w);
    xml_write_end(w);
    return 0;
}

/* True when an object of this id and version is to be written now. */
static bool is_first(struct writing *g, str id, uint32_t version)
{
    str key;
    uint32_t n;

    if (g->objects == NULL)
        return true;
    key = arena_printf(g->keys, "%" PRIstr " %" PRIu32, ARGstr(id), version);
    n = g->objects->n;
    (void)map_add(g->objects, key, 0);
    return g->objects->n > n;
}

static void write_object(struct writing *g, const struct oval_eval *eval,
                         uint32_t index)
{
    const struct oval_content *c = oval_eval_content(eval);
    const struct oval_object *object = &c->objects.p[index];
    struct oval_collected found = oval_eval_object(eval, index);
    str comment = oval_prose_text(c, object->comment);
    struct xml_writer *w = g->w;

    xml_write_start(w, "object");
    xml_write_attr(w, "id", oval_prose_text(c, object->id));
    xml_write_attr_u(w, "version", object->version);
    xml_write_attr_u(w, "variable_instance", 1);
    if (comment.n > 0)
        xml_write_attr(w, "comment", comment);
    xml_write_attr_c(w, "flag", oval_flag_text(found.flag));
    oval_write_messages(w, found.messages);
    oval_uses_of_object(&g->uses, c, index);
    oval_write_values(w, eval, g->uses.variables.p, g->uses.variables.n,
                      "variable_value");
    for (uint32_t i = 0; i < found.item_count; i++) {
        xml_write_start(w, "reference");
        xml_write_attr_u(w, "item_ref", g->item_base + found.items[i]->id);
        xml_write_end(w);
    }
    xml_write_end(w);
}

static bool any_object(const struct oval_eval *eval)
{
    uint32_t n = oval_eval_content(eval)->objects.n;

    for (uint32_t i = 0; i < n; i++)
        if (oval_eval_object(eval, i).collected)
            return true;
    return false;
}

static void write_objects(struct writing *g, const struct oval_eval *eval)
{
    const struct oval_content *c = oval_eval_content(eval);

    for (uint32_t i = 0; i < c->objects.n; i++)
        if (oval_eval_object(eval, i).collected &&
            is_first(g, oval_prose_text(c, c->objects.p[i].id),
                     c->objects.p[i].version))
            write_object(g, eval, i);
}

/* The attributes and value of an entity or field; the element is open. */
static void write_value(struct writing *g, const struct oval_fact *fact,
                        bool mask)
{
    struct xml_writer *w = g->w;

    if (fact->datatype != OVAL_STRING && fact->datatype < OVAL_DATATYPE_BAD)
        xml_write_attr_c(w, "datatype", oval_datatype_text(fact->datatype));
    if (fact->status != OVAL_EXISTS)
        xml_write_attr_c(w, "status", oval_status_text(fact->status));
    if (mask)
        xml_write_attr_c(w, "mask", "true");
    else if (fact->status == OVAL_EXISTS && fact->datatype != OVAL_RECORD)
        xml_write_text(w, fact->value);
}

static void write_fact(struct writing *g, const struct oval_fact *fact)
{
    bool mask = g->in_results && fact->mask != 0;

    buf_reset(&g->fact_name);
    buf_add(&g->fact_name, fact->name);
    xml_write_start(g->w, buf_c(&g->fact_name));
    write_value(g, fact, mask);
    for (uint32_t i = 0; i < fact->field_count; i++) {
        const struct oval_fact *field = &fact->fields[i];

        xml_write_start(g->w, "oval-sc:field");
        xml_write_attr(g->w, "name", field->name);
        write_value(g, field, mask || (g->in_results && field->mask != 0));
        xml_write_end(g->w);
    }
    xml_write_end(g->w);
}

static void write_item(struct writing *g, const struct oval_item *item)
{
    struct xml_writer *w = g->w;
    str name = str_c(item->kind);
    str family = str_cut(&name, ':');

    buf_reset(&g->fact_name);
    buf_add_c(&g->fact_name, OVAL_NS_SYSCHAR "#");
    buf_add(&g->fact_name, family);
    buf_reset(&g->item_name);
    buf_add(&g->item_name, name);
    buf_add_c(&g->item_name, "_item");
    xml_write_start(w, buf_c(&g->item_name));
    xml_write_attr(w, "xmlns", buf_str(&g->fact_name));
    xml_write_attr_u(w, "id", g->item_base + item->id);
    if (item->status != OVAL_EXISTS)
        xml_write_attr_c(w, "status", oval_status_text(item->status));
    for (uint32_t i = 0; i < item->fact_count; i++)
        write_fact(g, &item->facts[i]);
    xml_write_end(w);
}

static int write_all(struct writing *g,
                     const struct oval_report_content *contents, size_t n,
                     int64_t time_s, struct err *err)
{
    bool objects = false;
    bool items = false;
    int rc;

    oval_write_generator(g->w, time_s);
    rc = write_system_info(g->w, oval_eval_source(contents[0].eval), err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++) {
        objects = objects || any_object(contents[i].eval);
        items = items || oval_eval_item_count(contents[i].eval) > 0;
    }
    if (objects)
        xml_write_start(g->w, "collected_objects");
    for (size_t i = 0; i < n; i++) {
        write_objects(g, contents[i].eval);
        g->item_base += oval_eval_item_count(contents[i].eval);
    }
    if (objects)
        xml_write_end(g->w);
    g->item_base = 0;
    if (items)
        xml_write_start(g->w, "system_data");
    for (size_t i = 0; i < n; i++) {
        uint32_t count = oval_eval_item_count(contents[i].eval);

        for (uint32_t id = 1; id <= count; id++)
            write_item(g, oval_eval_item(contents[i].eval, id));
        g->item_base += count;
    }
    if (items)
        xml_write_end(g->w);
    return 0;
}

static int write_element(struct writing *g,
                         const struct oval_report_content *contents, size_t n,
                         int64_t time_s, struct err *err)
{
    int rc;

    g->item_name = BUF_INIT(NAME_MAX_BYTES);
    g->fact_name = BUF_INIT(NAME_MAX_BYTES);
    rc = write_all(g, contents, n, time_s, err);
    xml_write_end(g->w);
    buf_clear(&g->item_name);
    buf_clear(&g->fact_name);
    oval_uses_clear(&g->uses);
    return rc;
}

int oval_syschar_element(const struct oval_report_content *content,
                         int64_t time_s, struct xml_writer *w, struct err *err)
{
    struct writing g = { .w = w, .in_results = true };

    oval_mask_items(content->eval);
    xml_write_start(w, "oval_system_characteristics");
    xml_write_attr_c(w, "xmlns", OVAL_NS_SYSCHAR);
    xml_write_attr_c(w, "xmlns:oval-sc", OVAL_NS_SYSCHAR);
    return write_element(&g, content, 1, time_s, err);
}

int oval_syschar_write(const struct oval_report *report, struct io_out *out,
                       struct err *err)
{
    AUTO(arena_clear) struct arena keys = ARENA;
    AUTO(map_clear) struct map objects = MAP;
    struct xml_writer w;
    struct writing g = { .w = &w, .keys = &keys };

    if (report->count == 0)
        return err_set(err, E_INVALID, "there is nothing to report");
    if (report->count > 1)
        g.objects = &objects;
    for (size_t i = 0; i < report->count; i++)
        oval_conceal_items(report->contents[i].eval);
    xml_write_init(&w, out);
    xml_write_start(&w, "oval_system_characteristics");
    xml_write_attr_c(&w, "xmlns", OVAL_NS_SYSCHAR);
    xml_write_attr_c(&w, "xmlns:oval", OVAL_NS_COMMON);
    xml_write_attr_c(&w, "xmlns:oval-sc", OVAL_NS_SYSCHAR);
    return write_element(&g, report->contents, report->count, report->time_s,
                         err);
}
