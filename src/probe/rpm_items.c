/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/rpm_items.h"

#include "probe/rpm_index.h"

bool rpm_items_behaves(const struct oval_query *query, const char *name)
{
    str value = oval_query_behavior(query, name, STR("false"));

    return str_eq(value, STR("true")) || str_eq(value, STR("1"));
}

/* Attributes that the behaviours leave. */
static uint32_t wanted_attributes(const struct oval_query *query)
{
    static const struct {
        const char *name;
        uint32_t attributes;
    } behaviors[] = {
        { "nolinkto", RPM_VERIFY_LINK },       { "nomd5", RPM_VERIFY_DIGEST },
        { "nofiledigest", RPM_VERIFY_DIGEST }, { "nosize", RPM_VERIFY_SIZE },
        { "nouser", RPM_VERIFY_USER },         { "nogroup", RPM_VERIFY_GROUP },
        { "nomtime", RPM_VERIFY_MTIME },       { "nomode", RPM_VERIFY_MODE },
        { "nordev", RPM_VERIFY_DEVICE },       { "nocaps", RPM_VERIFY_CAPS },
        { "nofiles", RPM_VERIFY_ALL },
    };
    uint32_t wanted = RPM_VERIFY_ALL;

    for (size_t i = 0; i < COUNT(behaviors); i++)
        if (rpm_items_behaves(query, behaviors[i].name))
            wanted &= ~behaviors[i].attributes;
    return wanted;
}

/* What the query does not ask for, every package has. */
static bool has(const struct rpm_visit *visit, const char *name, str value)
{
    const struct oval_want *want = oval_query_want(visit->query, name);

    return want == NULL ||
           oval_sink_match(visit->sink, want, value) == OVAL_TRUE;
}

static bool is_wanted(const struct rpm_visit *visit,
                      const struct rpm_package *package)
{
    return has(visit, "name", package->name) &&
           has(visit, "epoch", package->epoch) &&
           has(visit, "version", package->version) &&
           has(visit, "release", package->release) &&
           has(visit, "arch", package->arch);
}

/* The packages that own the one path that is asked for. */
static void visit_owners(struct rpm_visit *visit, struct rpm_db *db, str path)
{
    const struct rpm_index *index;
    struct err err = { 0 };
    const uint32_t *owners;
    size_t n;

    if (rpm_index_of(db, &index, &err) < 0) {
        oval_sink_error(visit->sink, "%s", err_text(&err));
        return;
    }
    owners = rpm_index_owners(index, path, &n);
    for (size_t i = 0; i < n; i++)
        if ((i == 0 || owners[i] != owners[i - 1]) &&
            is_wanted(visit, &db->packages.p[owners[i]]))
            visit->package(visit, db, owners[i]);
}

void rpm_items_packages(struct rpm_visit *visit)
{
    struct rpm_db *db = rpm_db_of(visit->machine);
    str name;

    if (db->rc < 0) {
        oval_sink_error(visit->sink, "%s", err_text(&db->err));
        return;
    }
    if (oval_query_literal(visit->query, "filepath", &name)) {
        visit_owners(visit, db, name);
        return;
    }
    if (oval_query_literal(visit->query, "name", &name)) {
        for (uint32_t at = rpm_db_find(db, name); at != RPM_NONE;
             at = db->packages.p[at].next)
            if (is_wanted(visit, &db->packages.p[at]))
                visit->package(visit, db, at);
        return;
    }
    for (uint32_t i = 0; i < db->packages.n; i++)
        if (is_wanted(visit, &db->packages.p[i]))
            visit->package(visit, db, i);
}

struct file_visit {
    struct rpm_visit visit; /* first */
    const struct oval_want *path;
    struct rpm_owners *owners;
    uint32_t wanted;
    uint32_t skipped; /* markers of files that the behaviours leave out */
    rpm_give_fn *give;
};

static void visit_files(struct rpm_visit *visit, struct rpm_db *db,
                        uint32_t index)
{
    struct file_visit *files = (struct file_visit *)visit;
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(rpm_verify_clear) struct rpm_verify verify = { 0 };
    struct rpm_stated stated;
    struct rpm_header header;
    struct err err = { 0 };

    if (rpm_db_header(db, index, &header, &err) < 0) {
        oval_sink_error(visit->sink, "%s", err_text(&err));
        return;
    }
    rpm_verify_init(&verify, visit->machine, &header, &arena);
    while (rpm_verify_next(&verify, &stated)) {
        struct rpm_outcome outcome;

        if ((stated.markers & files->skipped) != 0 ||
            (files->path != NULL &&
             oval_sink_match(visit->sink, files->path, str_c(stated.path)) !=
                 OVAL_TRUE))
            continue;
        outcome =
            rpm_verify_file(&verify, files->owners, &stated, files->wanted);
        files->give(visit->sink, &db->packages.p[index], &stated, &outcome);
    }
}

void rpm_items_files(struct probe_machine *machine,
                     const struct oval_query *query, struct oval_sink *sink,
                     rpm_give_fn *give)
{
    AUTO(rpm_owners_freep) struct rpm_owners *owners = rpm_owners_new(machine);
    struct file_visit files = {
        .visit = { visit_files, machine, query, sink },
        .path = oval_query_want(query, "filepath"),
        .owners = owners,
        .wanted = wanted_attributes(query),
        .give = give,
    };

    if (rpm_items_behaves(query, "noconfigfiles"))
        files.skipped |= RPM_FILE_CONFIG;
    if (rpm_items_behaves(query, "noghostfiles"))
        files.skipped |= RPM_FILE_GHOST;
    rpm_items_packages(&files.visit);
}

void rpm_items_give(struct oval_sink *sink, const char *name,
                    const struct rpm_outcome *outcome, uint32_t attribute)
{
    str text = STR("pass");

    if ((outcome->not_done & attribute) != 0)
        text = STR("not performed");
    else if ((outcome->failed & attribute) != 0)
        text = STR("fail");
    oval_item_str(sink, name, text);
}

void rpm_items_give_rest(struct oval_sink *sink,
                         const struct rpm_stated *stated,
                         const struct rpm_outcome *outcome)
{
    static const struct {
        const char *name;
        uint32_t marker;
    } markers[] = {
        { "configuration_file", RPM_FILE_CONFIG },
        { "documentation_file", RPM_FILE_DOC },
        { "ghost_file", RPM_FILE_GHOST },
        { "license_file", RPM_FILE_LICENSE },
        { "readme_file", RPM_FILE_README },
    };

    rpm_items_give(sink, "device_differs", outcome, RPM_VERIFY_DEVICE);
    rpm_items_give(sink, "link_mismatch", outcome, RPM_VERIFY_LINK);
    rpm_items_give(sink, "ownership_differs", outcome, RPM_VERIFY_USER);
    rpm_items_give(sink, "group_differs", outcome, RPM_VERIFY_GROUP);
    rpm_items_give(sink, "mtime_differs", outcome, RPM_VERIFY_MTIME);
    rpm_items_give(sink, "capabilities_differ", outcome, RPM_VERIFY_CAPS);
    for (size_t i = 0; i < COUNT(markers); i++)
        oval_item_bool(sink, markers[i].name,
                       (stated->markers & markers[i].marker) != 0);
}
