/* SPDX-License-Identifier: Apache-2.0
 *
 * Labels: named sets of devices of an organisation (K-LBL).
 *
 *   manual  people add and remove members
 *   smart   members are the devices that match a query (fleet/query.h)
 *   ldap    members are the devices that a directory search named; `query` is
 *           an LDAP URL without a host (RFC 4516):
 *           ldap:///BASE?ATTRIBUTE[,ATTRIBUTE]?SCOPE?FILTER
 *   group   members are those of the labels below it, in any depth
 *
 * Members of every kind are rows of device_label, so a scope, a target or a
 * filter never asks what kind a label is. Labels depend on others (a group on
 * those below it, a smart label on those its query names); the graph has no
 * cycle, and members are worked out along it.
 *
 * Smart labels and groups are brought up to date for one device at each of
 * its inventories (K-LBL-3), and for all devices by a sweep when a label
 * changes or time passes. Until the sweep is through, the labels it is for
 * are `pending`, and what asks for targets finishes it first.
 *
 * A label that limits what a role sees may only be changed by people whom
 * nothing limits, and so may every label it depends on: otherwise they could
 * widen what they see themselves (D-34). It is never deleted while a role has
 * it, since without labels a role sees everything. Whom labels limit make
 * labels of their own, without a download place, and fill manual ones.
 */
#ifndef FLEET_LABEL_H
#define FLEET_LABEL_H

#include "base/arena.h"
#include "base/vec.h"
#include "fleet/scope.h"
#include "proto/job.h"
#include "store/db.h"

enum {
    LABEL_NAME_MAX = 200,
    LABEL_NOTES_MAX = 4000,
    LABEL_URL_MAX = DOWNLOAD_URL_MAX,
    LABELS_MAX = 10000, /* of an organisation */
    LABEL_MEMBERS_MAX = 1000000,
};

struct label {
    int64_t id;
    int64_t org;
    str name;
    str kind;
    str query; /* of smart and ldap; otherwise empty */
    str notes;
    str download_url; /* X-5, K-DEP-2: where members fetch content */
    int64_t parent;   /* the group it is in; 0: none */
    int64_t created;
    int64_t revision;
    bool pending;      /* its members are being worked out */
    int64_t evaluated; /* when they were last for all devices; 0: never */
    str problem;       /* why that failed, for people; or empty */
    int64_t members;   /* that the scope sees and are in use */
};
struct labels {
    VEC(struct label) all;
};
void labels_clear(struct labels *list);

/* Texts are in the arena. E_ABSENT when the organisation has no such. */
int label_get(struct db *db, const struct scope *scope, int64_t id,
              struct arena *arena, struct label *out,
              struct err *err) MUST_CHECK;
struct label_find {
    str text;  /* in the name; empty: all */
    str kind;  /* empty: all */
    str after; /* a name */
    int64_t limit;
};
/* By name. */
int label_list(struct db *db, const struct scope *scope,
               const struct label_find *find, struct arena *arena,
               struct labels *out, struct err *err) MUST_CHECK;

/* Checks a label as it would be saved (id 0: a new one). *out_field names the
 * refused member. */
int label_check(struct db *db, const struct scope *scope,
                const struct label *label, const char **out_field,
                struct err *err) MUST_CHECK;
/* In the caller's transaction, as all that writes here; checked labels.
 * Setting `pending` where members must be worked out: the caller sweeps. */
int label_add(struct db *db, const struct scope *scope, struct label *label,
              int64_t now, struct err *err) MUST_CHECK;
/* The kind stays. A name that queries of other labels hold stays, too. */
int label_change(struct db *db, const struct scope *scope, struct label *label,
                 int64_t now, struct err *err) MUST_CHECK;

struct label_uses {
    VEC(int64_t) ids;
    str names; /* for a sentence, in the arena */
};
void label_uses_clear(struct label_uses *uses);
struct label_removal {
    int64_t label;
    bool disable; /* the configurations that have it */
    int64_t now;
};
/* K-LBL-4. E_INVALID when a role or the query of another label has it, always,
 * and when an enabled configuration has it, unless `disable` is set: then
 * those are disabled and listed. Labels below it move up to its group. */
int label_delete(struct db *db, const struct scope *scope,
                 const struct label_removal *removal, struct arena *arena,
                 struct label_uses *out_disabled, struct err *err) MUST_CHECK;

/* Members: E_PERM when the scope is limited and the label is part of what
 * limits. */
int label_may_fill(struct db *db, const struct scope *scope, int64_t id,
                   struct err *err) MUST_CHECK;
/* The label itself: what it means reaches devices that a limited person does
 * not see, so they change only labels that they made. */
int label_may_change(struct db *db, const struct scope *scope, int64_t id,
                     struct err *err) MUST_CHECK;

/* --- members ---------------------------------------------------------- */
struct label_count {
    int64_t changed;
    int64_t same;    /* were, or were not, members before */
    int64_t unknown; /* devices the scope does not see */
};
struct label_change {
    int64_t label;
    const int64_t *devices;
    size_t n;
    int64_t now;
};
/* Of manual labels; E_INVALID for others. */
int label_members_add(struct db *db, const struct scope *scope,
                      const struct label_change *change,
                      struct label_count *out, struct err *err) MUST_CHECK;
int label_members_remove(struct db *db, const struct scope *scope,
                         const struct label_change *change,
                         struct label_count *out, struct err *err) MUST_CHECK;
/* A device that was just added becomes a member, whoever sees it. */
int label_member_first(struct db *db, const struct scope *scope, int64_t label,
                       int64_t device, int64_t now, struct err *err) MUST_CHECK;

struct label_member {
    int64_t device;
    str name;
    int64_t since;
};
struct label_members {
    VEC(struct label_member) all;
};
void label_members_clear(struct label_members *members);
struct label_member_find {
    int64_t label;
    int64_t after; /* a device id */
    int64_t limit;
};
/* In the order of device ids. */
int label_member_list(struct db *db, const struct scope *scope,
                      const struct label_member_find *find, struct arena *arena,
                      struct label_members *out, struct err *err) MUST_CHECK;

/* The directory named these hosts: devices whose name or hostname is one of
 * them, or whose short name is when either has no domain, become the members;
 * the others leave. Letters compare without case. */
int label_hosts_set(struct db *db, int64_t label, const str *hosts, size_t n,
                    int64_t now, struct err *err) MUST_CHECK;
/* The directory did not answer: members stay, and people are told. */
int label_problem_set(struct db *db, int64_t label, str problem,
                      struct err *err) MUST_CHECK;

/* --- bringing up to date ---------------------------------------------- */

/* One device, after its facts changed. In the caller's transaction. */
int label_refresh_device(struct db *db, int64_t device, int64_t now,
                         struct err *err) MUST_CHECK;

/* All devices of an organisation. Made anew when labels change meanwhile
 * (label_sweep_new() then begins at the first device). */
struct label_sweep;
int label_sweep_new(struct db *db, int64_t org, struct label_sweep **out,
                    struct err *err) MUST_CHECK;
/* The next `rows` devices, in one transaction of its own, or in the caller's
 * when one is open. 1: there are more; 0: done, labels are not pending. */
int label_sweep_step(struct db *db, struct label_sweep *sweep, int64_t rows,
                     int64_t now, struct err *err) MUST_CHECK;
void label_sweep_free(struct label_sweep *sweep);
void label_sweep_freep(struct label_sweep **sweep);
/* Members that came or went so far. */
int64_t label_sweep_changes(const struct label_sweep *sweep);

/* Whether a sweep is due: 1 when labels are pending, or when queries ask for
 * ages and the last sweep is `age_s` ago. */
int label_sweep_due(struct db *db, int64_t org, int64_t now, int64_t age_s,
                    struct err *err) MUST_CHECK;
/* A person asks: the label is worked out, or its directory asked, soon. */
int label_ask_refresh(struct db *db, int64_t label, struct err *err) MUST_CHECK;
/* Sweeps to the end when labels are pending. */
int label_settle(struct db *db, int64_t org, int64_t now,
                 struct err *err) MUST_CHECK;

/* K-DEP-2: where a device fetches files from before it asks the server: the
 * places of its labels in the order of their names, each once, at most
 * DOWNLOAD_POINTS_MAX. *out: struct download_point. */
int label_download_points(struct db *db, int64_t device, struct arena *arena,
                          struct wire_list *out, struct err *err) MUST_CHECK;

#endif
