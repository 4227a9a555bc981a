/* SPDX-License-Identifier: Apache-2.0
 *
 * Devices: those with an agent (they enrol) and those a person added that
 * have none ("agentless": nothing is tested there, K-OV-2).
 *
 * A retired device is kept whole but is no target, is in no list unless asked
 * for, and its agent is refused. A deleted device is forgotten but for its
 * row, which runs and findings of the past refer to: it is nowhere any more.
 *
 * All texts of what is read live in the arena that was passed. What a scope
 * does not see is E_ABSENT, with the same sentence as what is not there.
 */
#ifndef FLEET_DEVICE_H
#define FLEET_DEVICE_H

#include "base/vec.h"
#include "fleet/query.h"
#include "fleet/scope.h"
#include "store/db.h"

enum {
    DEVICE_NAME_MAX = 255,
    DEVICE_NOTES_MAX = 4000,
};

struct device {
    struct query_device q; /* time_zone: the one in force */
    int64_t org;
    str machine_id;
    str reported_zone; /* by its agent */
    str zone_set;      /* by a person, or empty: the reported one counts */
    str notes;
    str inventory_digest;
    str content_digest;
    str download; /* why the newest file came from no download point; or empty
                   */
    int64_t retired; /* since when; 0: it is not */
    int64_t revision;
};

/* Names of columns for SQL texts that device_read() reads. */
#define DEVICE_COLUMNS                                                         \
    "d.id, d.name, d.hostname, d.kind, d.os_family, d.os_id, d.os_version,"    \
    " d.os_name, d.os_build, d.arch, d.kernel, d.manager, d.time_zone,"        \
    " d.time_zone_set, d.agent_version, d.created, d.last_seen,"               \
    " d.last_inventory, d.boot_time, d.sessions, d.org, d.machine_id,"         \
    " d.notes, d.inventory_digest, d.content_digest, d.retired, d.revision,"   \
    " d.download"
enum {
    DEVICE_COLUMN_COUNT = 28
};
/* Views into the row: valid as long as that. */
void device_read(struct db_rows *rows, struct device *out);
/* Makes them live in the arena. */
void device_keep(struct device *device, struct arena *arena);

int device_get(struct db *db, const struct scope *scope, int64_t id,
               struct arena *arena, struct device *out,
               struct err *err) MUST_CHECK;

/* What a person may set. */
struct device_terms {
    str name;
    str zone_set; /* IANA name or empty */
    str notes;
    bool retired;
    int64_t label; /* of a new device: one it becomes a member of, or 0 */
};
/* E_INVALID with *out_field. Zones must exist on this machine. */
int device_check(const struct device_terms *terms, const char **out_field,
                 struct err *err) MUST_CHECK;
/* A device without an agent. A scoped user must name one of the manual labels
 * that limit them, or they would not see what they added (E_PERM). */
int device_add(struct db *db, const struct scope *scope,
               const struct device_terms *terms, int64_t now, int64_t *out_id,
               struct err *err) MUST_CHECK;
/* In the caller's transaction; so are the others that write. Retiring revokes
 * the certificates; a device that is no longer retired must enrol again. */
int device_change(struct db *db, const struct scope *scope, int64_t id,
                  const struct device_terms *terms, int64_t now,
                  struct err *err) MUST_CHECK;
int device_delete(struct db *db, const struct scope *scope, int64_t id,
                  int64_t now, struct err *err) MUST_CHECK;

/* The labels of a device, by name. */
struct device_label {
    int64_t label;
    str name;
    str kind;
    int64_t since;
};
struct device_labels {
    VEC(struct device_label) all;
};
void device_labels_clear(struct device_labels *labels);
int device_label_list(struct db *db, int64_t device, struct arena *arena,
                      struct device_labels *out, struct err *err) MUST_CHECK;

/* The runs a device took part in, newest first: it outlives inventories. */
struct device_run {
    int64_t run;
    str configuration;
    str cause;
    str state;
    int64_t started; /* of the run */
    int64_t due;
    int64_t ended;
    str text;
};
struct device_runs {
    VEC(struct device_run) all;
};
void device_runs_clear(struct device_runs *runs);
struct device_run_find {
    int64_t device; /* one the scope sees */
    int64_t before; /* a run's id; 0: all */
    int64_t limit;
};
int device_run_list(struct db *db, const struct device_run_find *find,
                    struct arena *arena, struct device_runs *out,
                    struct err *err) MUST_CHECK;

/* The operating systems of the devices a scope sees, as rows of the tree
 * family > id > version > architecture > build (K-DEP-5), sorted. */
struct os_row {
    str family;
    str id;
    str version;
    str arch;
    str build;
    str name; /* of the newest device with it, for people */
    int64_t devices;
};
struct os_rows {
    VEC(struct os_row) all;
};
void os_rows_clear(struct os_rows *rows);
int device_os_list(struct db *db, const struct scope *scope,
                   struct arena *arena, struct os_rows *out,
                   struct err *err) MUST_CHECK;

#endif
