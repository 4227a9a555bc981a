/* SPDX-License-Identifier: Apache-2.0
 *
 * linux:dpkginfo_object: the packages of dpkg, by name. The name is that of
 * the binary package. With options.source_packages a name that is asked
 * for as it is finds the packages of that source too; their version is then
 * that of the source, because it is what the content compares with.
 *
 * Epoch of a version without one: "(none)", and 0 in evr, as the schema says.
 */
#include "probe/dpkg_db.h"

static void give(struct oval_sink *sink, str name, str arch, str version)
{
    struct dpkg_version parts = dpkg_version_split(version);
    str evr = version;

    if (parts.epoch.p == NULL) {
        parts.epoch = STR("(none)");
        evr =
            arena_printf(oval_sink_arena(sink), "0:%" PRIstr, ARGstr(version));
    }
    oval_item_begin(sink, "linux:dpkginfo");
    oval_item_str(sink, "name", name);
    if (arch.n > 0)
        oval_item_str(sink, "arch", arch);
    else
        oval_item_status(sink, "arch", OVAL_STRING, OVAL_DOES_NOT_EXIST);
    oval_item_str(sink, "epoch", parts.epoch);
    oval_item_str(sink, "release", parts.revision);
    oval_item_str(sink, "version", parts.upstream);
    oval_item_typed(sink, "evr", OVAL_DEBIAN_EVR_STRING, evr);
    oval_item_end(sink);
}

static void give_binary(struct oval_sink *sink,
                        const struct dpkg_package *package)
{
    if (!package->gone)
        give(sink, package->name, package->arch, package->version);
}

static void give_source(struct dpkg_db *db, str name, struct oval_sink *sink)
{
    uint32_t at;

    dpkg_db_index_sources(db);
    for (at = dpkg_db_find_source(db, name); at != DPKG_NONE;
         at = db->packages.p[at].next_source) {
        const struct dpkg_package *package = &db->packages.p[at];

        if (str_eq(package->name, name))
            continue; /* given already, by its own name */
        give(sink, package->name, package->arch,
             package->source_version.n > 0 ? package->source_version
                                           : package->version);
    }
}

static void give_named(struct probe_machine *machine, struct dpkg_db *db,
                       str name, struct oval_sink *sink)
{
    for (uint32_t at = dpkg_db_find(db, name); at != DPKG_NONE;
         at = db->packages.p[at].next)
        give_binary(sink, &db->packages.p[at]);
    if (machine->options.source_packages)
        give_source(db, name, sink);
}

/* True when the packages wanted are those of the listed names. */
static bool is_list(const struct oval_want *want)
{
    return want->operation == OVAL_EQUALS && want->datatype == OVAL_STRING &&
           !want->nil && want->var_check == OVAL_CHECK_AT_LEAST_ONE;
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    struct dpkg_db *db = dpkg_db_of(machine);
    const struct oval_want *want;
    str name;

    if (db->rc < 0) {
        oval_sink_error(sink, "%s", err_text(&db->err));
        return 0;
    }
    if (oval_query_literal(query, "name", &name)) {
        give_named(machine, db, name, sink);
        return 0;
    }
    want = oval_query_want(query, "name");
    if (want == NULL) {
        oval_sink_error(sink, "dpkginfo_object has no name");
        return 0;
    }
    for (size_t i = 0; is_list(want) && i < want->value_count; i++)
        give_named(machine, db, want->values[i], sink);
    for (size_t i = 0; !is_list(want) && i < db->packages.n; i++)
        if (oval_sink_match(sink, want, db->packages.p[i].name) == OVAL_TRUE)
            give_binary(sink, &db->packages.p[i]);
    return 0;
}

const struct probe probe_dpkginfo = {
    .object = "linux:dpkginfo",
    .needs = PROBE_MATCHES,
    .collect = collect,
};
