/* SPDX-License-Identifier: Apache-2.0
 *
 * linux:systemdunitdependency: what a unit pulls in, as `systemctl
 * list-dependencies` shows it: the units it requires or wants, and through
 * targets among them all that those pull in.
 */
#include "base/map.h"
#include "probe/systemd.h"

enum {
    DEPENDENCIES_MAX = 100000
};

struct job {
    struct systemd *systemd;
    struct oval_sink *sink;
};

struct found {
    struct map seen;
    VEC(str) names; /* also the queue of what to look at */
};

static void add_all(struct found *found, const struct systemd_unit *unit)
{
    static const char *const names[] = { "Requires", "Requisite", "BindsTo",
                                         "Wants" };

    for (size_t i = 0; i < COUNT(names); i++) {
        const struct systemd_property *property =
            systemd_property(unit, names[i]);

        for (size_t k = 0; property != NULL && k < property->values.n; k++) {
            str name = property->values.p[k];

            if (found->names.n >= DEPENDENCIES_MAX ||
                map_get(&found->seen, name) != MAP_NONE)
                continue;
            map_add(&found->seen, name, 1);
            *vec_push(&found->names) = name;
        }
    }
}

static void follow_targets(const struct job *job, struct found *found)
{
    for (size_t i = 0; i < found->names.n; i++) {
        const struct systemd_unit *unit;
        struct err why = { 0 };
        int rc;

        if (!str_ends(found->names.p[i], STR(".target")))
            continue;
        rc = systemd_unit(job->systemd, found->names.p[i], &unit, &why);
        if (rc == 0)
            add_all(found, unit);
        else if (rc != E_ABSENT)
            oval_sink_error(job->sink, "%s", err_text(&why));
    }
}

static void give(void *ctx, const struct systemd_unit *unit)
{
    const struct job *job = ctx;
    struct found found = { 0 };
    str name = unit->name; /* the unit may move when others are asked for */

    add_all(&found, unit);
    follow_targets(job, &found);
    oval_item_begin(job->sink, "linux:systemdunitdependency");
    oval_item_str(job->sink, "unit", name);
    if (found.names.n == 0)
        oval_item_status(job->sink, "dependency", OVAL_STRING,
                         OVAL_DOES_NOT_EXIST);
    for (size_t i = 0; i < found.names.n; i++)
        oval_item_str(job->sink, "dependency", found.names.p[i]);
    oval_item_end(job->sink);
    map_clear(&found.seen);
    vec_clear(&found.names);
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    struct job job = { systemd_for(machine, sink), sink };

    if (job.systemd != NULL)
        systemd_each(job.systemd, sink, query, give, &job);
    return 0;
}

const struct probe probe_systemdunitdependency = {
    .object = "linux:systemdunitdependency",
    .needs = PROBE_ONLINE,
    .collect = collect,
};
