/* SPDX-License-Identifier: Apache-2.0
 *
 * linux:rpminfo_object: the packages of rpm, by name. With the behaviour
 * filepaths="true" each item also has the paths of the package's files.
 */
#include "probe/rpm_db.h"

enum {
    PATH_TEXT_MAX = 64 * 1024
};

static int give_paths(struct rpm_db *db, uint32_t index, struct oval_sink *sink,
                      struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf path = BUF(PATH_TEXT_MAX);
    struct rpm_header header;
    struct rpm_files files;
    int rc = rpm_db_header(db, index, &header, err);

    if (rc < 0)
        return rc;
    rpm_files_init(&files, &header, &arena);
    while (rpm_files_next(&files, &path))
        oval_item_str(sink, "filepath", buf_str(&path));
    return 0;
}

static void give(struct rpm_db *db, uint32_t index, bool paths,
                 struct oval_sink *sink)
{
    const struct rpm_package *package = &db->packages.p[index];
    struct err err = { 0 };

    oval_item_begin(sink, "linux:rpminfo");
    oval_item_str(sink, "name", package->name);
    oval_item_str(sink, "arch", package->arch);
    oval_item_str(sink, "epoch", package->epoch);
    oval_item_str(sink, "release", package->release);
    oval_item_str(sink, "version", package->version);
    oval_item_typed(sink, "evr", OVAL_EVR_STRING, package->evr);
    oval_item_str(sink, "signature_keyid", package->key_id);
    oval_item_str(sink, "extended_name", package->extended_name);
    if (paths && give_paths(db, index, sink, &err) < 0) {
        oval_item_status(sink, "filepath", OVAL_STRING, OVAL_STATUS_ERROR);
        oval_sink_error(sink, "%s", err_text(&err));
    }
    oval_item_end(sink);
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    struct rpm_db *db = rpm_db_of(machine);
    const struct oval_want *want;
    bool paths;
    str name;

    if (db->rc < 0) {
        oval_sink_error(sink, "%s", err_text(&db->err));
        return 0;
    }
    paths = str_eq(oval_query_behavior(query, "filepaths", STR("false")),
                   STR("true"));
    if (oval_query_literal(query, "name", &name)) {
        for (uint32_t at = rpm_db_find(db, name); at != RPM_NONE;
             at = db->packages.p[at].next)
            give(db, at, paths, sink);
        return 0;
    }
    want = oval_query_want(query, "name");
    if (want == NULL) {
        oval_sink_error(sink, "rpminfo_object has no name");
        return 0;
    }
    for (uint32_t i = 0; i < db->packages.n; i++)
        if (oval_sink_match(sink, want, db->packages.p[i].name) == OVAL_TRUE)
            give(db, i, paths, sink);
    return 0;
}

const struct probe probe_rpminfo = {
    .object = "linux:rpminfo",
    .needs = PROBE_MATCHES,
    .collect = collect,
};
