/* SPDX-License-Identifier: Apache-2.0
 *
 * Targets before they are saved (K-DEP-8), and the tree of operating systems
 * they choose from (K-DEP-5).
 */
#include "fleet/target.h"
#include "server/api_device_int.h"
#include "server/routes_int.h"

enum {
    TARGET_BODY_MAX = 2 << 20,
    SAMPLE_MAX = 10,
    NODES_MAX = 100000,
};

static const struct field targets_fields[] = {
    { "labels", FIELD_IDS, .max = TARGET_LABELS_MAX },
    { "devices", FIELD_IDS, .max = TARGET_DEVICES_MAX },
    { "systems", FIELD_TEXTS, .max = TARGET_SYSTEMS_MAX,
      .help = "paths family/id/version/arch/build; \"\" is all" },
    { NULL },
};
static const struct field resolve_body[] = {
    { "targets", FIELD_OBJECT, .required = true, .of = targets_fields },
    { NULL },
};
static const struct field sample_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { NULL },
};
static const struct field resolve_fields[] = {
    { "devices", FIELD_INTEGER, .required = true },
    { "all", FIELD_BOOL, .required = true,
      .help = "without labels and devices: every device; confirm it" },
    { "sample", FIELD_LIST, .required = true, .max = SAMPLE_MAX,
      .of = sample_fields },
    { NULL },
};
static const struct field node_fields[] = {
    { "path", FIELD_TEXT, .required = true, .max = TARGET_SYSTEM_MAX,
      .help = "for the systems of targets" },
    { "parent", FIELD_TEXT, .max = TARGET_SYSTEM_MAX,
      .help = "its path; null: this is all" },
    { "level", FIELD_ENUM, .required = true,
      .words = "all|family|product|version|arch|build" },
    { "name", FIELD_TEXT, .required = true },
    { "devices", FIELD_INTEGER, .required = true,
      .help = "in use, that you may see" },
    { NULL },
};

static int add_sample(struct request *req, const struct target_set *set,
                      struct jval *out, struct err *err)
{
    for (size_t i = 0; i < set->devices.n && i < SAMPLE_MAX; i++) {
        struct jval *json;
        struct device device;
        int rc = device_get(req->core->db, &req->scope, set->devices.p[i],
                            &req->arena, &device, err);

        if (rc < 0)
            return rc;
        json = jval_new_object();
        jval_set_i64(json, "id", device.q.id);
        jval_set_text(json, "name", device.q.name);
        jval_push(out, json);
    }
    return 0;
}

static int resolve(struct request *req, struct response *res, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(TARGET_TEXT_MAX);
    AUTO(target_set_clear) struct target_set set = { 0 };
    struct db *db = req->core->db;
    struct jval *sample;
    int rc;

    jval_print(jval_get(req->json, "targets"), &text);
    rc = buf_finish(&text, "targets", err);
    if (rc == 0)
        rc = target_check_exists(db, &req->scope, buf_str(&text), err);
    if (rc == 0)
        rc = target_resolve(db, &req->scope, buf_str(&text), req->now, &set,
                            err);
    if (rc < 0)
        return blame(req, "targets", rc);
    res->json = jval_new_object();
    jval_set_i64(res->json, "devices", (int64_t)set.devices.n);
    jval_set_bool(res->json, "all", target_is_all(buf_str(&text)));
    sample = jval_new_array();
    jval_set(res->json, "sample", sample);
    return add_sample(req, &set, sample, err);
}

/* --- operating systems -----------------------------------------------------
 */
enum {
    LEVELS = 6
};
static const char *const levels[LEVELS] = { "all",     "family", "product",
                                            "version", "arch",   "build" };

/* The nodes from the root to the row at hand. */
struct tree {
    struct arena *arena;
    struct jval *items;
    struct jval *open[LEVELS];
    str part[LEVELS];
    str path[LEVELS];
};

static void open_node(struct tree *tree, int level, str name)
{
    AUTO(buf_clear) struct buf path = BUF(TARGET_SYSTEM_MAX * 4);
    struct jval *json = jval_new_object();

    for (int i = 1; i <= level; i++)
        target_path_add(&path, tree->part[i]);
    tree->path[level] = arena_str(tree->arena, buf_str(&path));
    jval_set_text(json, "path", path.n > 0 ? tree->path[level] : STR(""));
    jval_set_text(json, "parent",
                  level > 1    ? tree->path[level - 1]
                  : level == 1 ? STR("")
                               : STR_NONE);
    jval_set_text(json, "level", str_c(levels[level]));
    jval_set_text(json, "name", name);
    jval_set_i64(json, "devices", 0);
    tree->open[level] = json;
    jval_push(tree->items, json);
}

static void count_devices(struct jval *node, int64_t devices)
{
    jval_set_i64(node, "devices",
                 jval_i64(jval_get(node, "devices"), 0) + devices);
}

static str name_of(const struct os_row *row, int level, str part)
{
    if (level == 1 && str_eq(part, STR("unix")))
        return STR("Unix and Linux");
    if (level == 5 && part.n == 0)
        return STR("not stated");
    return level == 3 && row->name.n > 0 ? row->name : part;
}

static void add_row(struct tree *tree, const struct os_row *row)
{
    const str parts[LEVELS] = { STR(""),      row->family, row->id,
                                row->version, row->arch,   row->build };
    bool same = true;

    count_devices(tree->open[0], row->devices);
    for (int level = 1; level < LEVELS; level++) {
        same = same && tree->open[level] != NULL &&
               str_eq(tree->part[level], parts[level]);
        tree->part[level] = parts[level];
        if (!same)
            open_node(tree, level, name_of(row, level, parts[level]));
        count_devices(tree->open[level], row->devices);
    }
}

static int systems(struct request *req, struct response *res, struct err *err)
{
    AUTO(os_rows_clear) struct os_rows all = { 0 };
    struct tree tree = { .arena = &req->arena };
    int rc = device_os_list(req->core->db, &req->scope, &req->arena, &all, err);

    if (rc < 0)
        return rc;
    tree.items = jval_new_array();
    open_node(&tree, 0, STR("All"));
    for (size_t i = 0; i < all.all.n && i < NODES_MAX; i++)
        add_row(&tree, &all.all.p[i]);
    respond_list(res, tree.items, STR(""), -1);
    return 0;
}

/* clang-format off */
static const struct route rows[] = {
    { METHOD_POST, "/api/v1/targets/resolve", DOOR_API, PERM_DEVICE_READ,
      TARGET_BODY_MAX, resolve, .body = resolve_body,
      .answer = resolve_fields,
      .summary = "How many devices targets mean now." },
    { METHOD_GET, "/api/v1/operating-systems", DOOR_API, PERM_DEVICE_READ,
      .handler = systems, .answer = node_fields, .list = true,
      .summary = "The tree of operating systems of your devices." },
};
/* clang-format on */
const struct route_table routes_target = { rows, COUNT(rows) };
