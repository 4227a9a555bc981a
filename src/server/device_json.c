/* SPDX-License-Identifier: Apache-2.0
 *
 * Devices as JSON.
 */
#include "server/api_device_int.h"

static const struct field os_fields[] = {
    { "family", FIELD_TEXT, .required = true },
    { "id", FIELD_TEXT, .required = true },
    { "version", FIELD_TEXT, .required = true },
    { "build", FIELD_TEXT, .required = true },
    { "arch", FIELD_TEXT, .required = true },
    { "kernel", FIELD_TEXT, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { NULL },
};
static const struct field label_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "kind", FIELD_ENUM, .required = true,
      .words = "manual|smart|ldap|group" },
    { "since", FIELD_TIME, .required = true },
    { NULL },
};
static const struct field assessment_fields[] = {
    { "available", FIELD_BOOL, .required = true },
    { "reason", FIELD_TEXT, .said = true, .help = "why it is not" },
    { NULL },
};
static const struct field hardware_fields[] = {
    { "vendor", FIELD_TEXT, .required = true },
    { "model", FIELD_TEXT, .required = true },
    { "serial", FIELD_TEXT, .required = true },
    { "cpu", FIELD_TEXT, .required = true },
    { "cpus", FIELD_INTEGER, .required = true },
    { "memory_mb", FIELD_INTEGER, .required = true },
    { "disk_mb", FIELD_INTEGER, .required = true },
    { "virtualisation", FIELD_TEXT, .required = true },
    { NULL },
};
static const struct field interface_fields[] = {
    { "name", FIELD_TEXT, .required = true },
    { "mac", FIELD_TEXT, .required = true },
    { "addresses", FIELD_TEXTS, .required = true },
    { NULL },
};
static const struct field user_fields_of_device[] = {
    { "name", FIELD_TEXT, .required = true },
    { "terminal", FIELD_TEXT, .required = true },
    { "since", FIELD_TIME },
    { NULL },
};

#define DEVICE_FIELDS                                                          \
    { "id", FIELD_INTEGER, .required = true, .help = "the inventory id" },     \
        { "name", FIELD_TEXT, .required = true },                              \
        { "hostname", FIELD_TEXT, .required = true },                          \
        { "kind", FIELD_ENUM, .required = true,                                \
          .words = "agent|agentless|network" },                                \
        { "os", FIELD_OBJECT, .required = true, .of = os_fields },             \
        { "manager", FIELD_TEXT, .required = true,                             \
          .help = "dpkg, rpm or nothing" },                                    \
        { "time_zone", FIELD_TEXT, .required = true,                           \
          .help = "the one in force" },                                        \
        { "time_zone_set", FIELD_TEXT, .help = "set by a person; or null" },   \
        { "agent_version", FIELD_TEXT, .required = true },                     \
        { "addresses", FIELD_TEXTS, .required = true },                        \
        { "memory_mb", FIELD_INTEGER, .help = "null: not known" },             \
        { "sessions", FIELD_INTEGER, .required = true },                       \
        { "created", FIELD_TIME, .required = true },                           \
        { "last_seen", FIELD_TIME, .help = "null: never" },                    \
        { "last_inventory", FIELD_TIME, .help = "null: never" },               \
        { "boot_time", FIELD_TIME, .help = "null: not known" },                \
        { "retired", FIELD_TIME, .help = "null: it is in use" },               \
        { "labels", FIELD_LIST, .required = true, .max = 10000,                \
          .of = label_fields },                                                \
        { "assessment", FIELD_OBJECT, .required = true,                        \
          .of = assessment_fields },                                           \
    {                                                                          \
        "revision", FIELD_INTEGER, .required = true                            \
    }

const struct field device_fields[] = {
    DEVICE_FIELDS,
    { NULL },
};
const struct field device_full_fields[] = {
    DEVICE_FIELDS,
    { "notes", FIELD_TEXT, .required = true, .max = DEVICE_NOTES_MAX },
    { "machine_id", FIELD_TEXT, .required = true },
    { "download", FIELD_TEXT, .required = true,
      .help = "what went wrong when the device last fetched a file; or "
              "nothing" },
    { "hardware", FIELD_OBJECT, .of = hardware_fields,
      .help = "null: not known" },
    { "interfaces", FIELD_LIST, .max = 10000, .of = interface_fields,
      .help = "null: not known" },
    { "users", FIELD_LIST, .max = 10000, .of = user_fields_of_device,
      .help = "logged in at the last inventory; null: not known" },
    { NULL },
};

/* --- parts ------------------------------------------------------------- */
static struct jval *os_json(const struct query_device *q)
{
    struct jval *os = jval_new_object();

    jval_set_text(os, "family", q->os_family);
    jval_set_text(os, "id", q->os_id);
    jval_set_text(os, "version", q->os_version);
    jval_set_text(os, "build", q->os_build);
    jval_set_text(os, "arch", q->arch);
    jval_set_text(os, "kernel", q->kernel);
    jval_set_text(os, "name", q->os_name);
    return os;
}

/* K-OV-2 */
static struct jval *assessment_json(const struct device *device)
{
    struct jval *json = jval_new_object();
    bool available =
        str_eq(device->q.kind, STR("agent")) && device->retired == 0;

    jval_set_bool(json, "available", available);
    if (!available)
        jval_set_text(json, "reason",
                      device->retired != 0 ? STR("not available: retired")
                                           : STR("not available: no agent"));
    return json;
}

static void add_addresses(struct jval *list,
                          const struct fact_interface *interface)
{
    const struct fact_text *texts = interface->addresses.p;

    for (size_t i = 0; i < interface->addresses.n; i++)
        jval_push(list, jval_new_text(texts[i].text));
}

static struct jval *addresses_json(const struct inventory *inventory)
{
    const struct fact_interface *interfaces = inventory->interfaces.p;
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < inventory->interfaces.n; i++)
        if (!str_eq(interfaces[i].name, STR("lo")))
            add_addresses(list, &interfaces[i]);
    return list;
}

static struct jval *labels_json(const struct device_labels *labels)
{
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < labels->all.n; i++) {
        const struct device_label *label = &labels->all.p[i];
        struct jval *json = jval_new_object();

        jval_set_i64(json, "id", label->label);
        jval_set_text(json, "name", label->name);
        jval_set_text(json, "kind", label->kind);
        json_time(json, "since", label->since);
        jval_push(list, json);
    }
    return list;
}

static struct jval *columns_json(const struct device *device)
{
    const struct query_device *q = &device->q;
    struct jval *json = jval_new_object();

    jval_set_i64(json, "id", q->id);
    jval_set_text(json, "name", q->name);
    jval_set_text(json, "hostname", q->hostname);
    jval_set_text(json, "kind", q->kind);
    jval_set(json, "os", os_json(q));
    jval_set_text(json, "manager", q->manager);
    jval_set_text(json, "time_zone", q->time_zone);
    jval_set_text(json, "time_zone_set",
                  device->zone_set.n > 0 ? device->zone_set : STR_NONE);
    jval_set_text(json, "agent_version", q->agent_version);
    jval_set_i64(json, "sessions", q->sessions);
    json_time(json, "created", q->created);
    json_time(json, "last_seen", q->last_seen);
    json_time(json, "last_inventory", q->last_inventory);
    json_time(json, "boot_time", q->boot_time);
    json_time(json, "retired", device->retired);
    jval_set(json, "assessment", assessment_json(device));
    jval_set_i64(json, "revision", device->revision);
    return json;
}

static struct jval *hardware_json(const struct fact_hardware *h)
{
    struct jval *json = jval_new_object();

    jval_set_text(json, "vendor", h->vendor);
    jval_set_text(json, "model", h->model);
    jval_set_text(json, "serial", h->serial);
    jval_set_text(json, "cpu", h->cpu);
    jval_set_i64(json, "cpus", h->cpus);
    jval_set_i64(json, "memory_mb", h->memory_mb);
    jval_set_i64(json, "disk_mb", h->disk_mb);
    jval_set_text(json, "virtualisation", h->virtualisation);
    return json;
}

static struct jval *interfaces_json(const struct inventory *inventory)
{
    const struct fact_interface *all = inventory->interfaces.p;
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < inventory->interfaces.n; i++) {
        struct jval *json = jval_new_object();
        struct jval *addresses = jval_new_array();

        jval_set_text(json, "name", all[i].name);
        jval_set_text(json, "mac", all[i].mac);
        add_addresses(addresses, &all[i]);
        jval_set(json, "addresses", addresses);
        jval_push(list, json);
    }
    return list;
}

static struct jval *users_json(const struct inventory *inventory)
{
    const struct fact_user *all = inventory->users.p;
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < inventory->users.n; i++) {
        struct jval *json = jval_new_object();

        jval_set_text(json, "name", all[i].name);
        jval_set_text(json, "terminal", all[i].terminal);
        json_time(json, "since", all[i].since);
        jval_push(list, json);
    }
    return list;
}

/* --- whole ------------------------------------------------------------- */
static struct jval *json_with(struct db *db, const struct device *device,
                              struct arena *arena,
                              struct inventory *out_inventory, bool *out_known,
                              struct err *err)
{
    AUTO(device_labels_clear) struct device_labels labels = { 0 };
    int rc = inventory_load_facts(db, device->q.id, arena, out_inventory, err);
    struct jval *json;

    *out_known = rc == 0;
    if (rc >= 0)
        rc = device_label_list(db, device->q.id, arena, &labels, err);
    if (rc < 0)
        return NULL;
    json = columns_json(device);
    jval_set(json, "labels", labels_json(&labels));
    jval_set(json, "addresses",
             *out_known ? addresses_json(out_inventory) : jval_new_array());
    jval_set(json, "memory_mb",
             *out_known && out_inventory->hardware.memory_mb > 0
                 ? jval_new_i64(out_inventory->hardware.memory_mb)
                 : jval_new_null());
    return json;
}

struct jval *device_json(struct db *db, const struct device *device,
                         struct arena *arena, struct err *err)
{
    struct inventory inventory = { 0 };
    bool known;

    return json_with(db, device, arena, &inventory, &known, err);
}

struct jval *device_full_json(struct db *db, const struct device *device,
                              struct arena *arena, struct err *err)
{
    struct inventory inventory = { 0 };
    bool known = false;
    struct jval *json = json_with(db, device, arena, &inventory, &known, err);

    if (json == NULL)
        return NULL;
    jval_set_text(json, "notes", device->notes);
    jval_set_text(json, "machine_id", device->machine_id);
    jval_set_text(json, "download", device->download);
    jval_set(json, "hardware",
             known ? hardware_json(&inventory.hardware) : jval_new_null());
    jval_set(json, "interfaces",
             known ? interfaces_json(&inventory) : jval_new_null());
    jval_set(json, "users", known ? users_json(&inventory) : jval_new_null());
    return json;
}

struct jval *device_audit_json(const struct device *device)
{
    struct jval *json = jval_new_object();

    jval_set_text(json, "name", device->q.name);
    jval_set_text(json, "time_zone", device->zone_set);
    jval_set_text(json, "notes", device->notes);
    jval_set_bool(json, "retired", device->retired != 0);
    return json;
}

struct jval *reasons_json(struct query *query,
                          const struct query_subject *subject,
                          struct arena *arena)
{
    struct query_reason *reasons = NULL;
    struct jval *list = jval_new_array();
    size_t n = 0;

    query_explain(query, subject, arena, &reasons, &n);
    for (size_t i = 0; i < n; i++) {
        struct jval *json = jval_new_object();

        jval_set_text(json, "test", reasons[i].test);
        jval_set_text(json, "found", reasons[i].found);
        jval_set_text(json, "result",
                      str_c(query_truth_name(reasons[i].truth)));
        jval_push(list, json);
    }
    return list;
}
