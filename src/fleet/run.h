/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs: one assessment of the targets of a configuration, by hand or because
 * it came due. What a run was made with is kept: revision, targets,
 * content, who, when, and what became of each device.
 *
 * State of a device in a run:
 *
 *   planned --> queued --> taken --> started --> done | error
 *      |           |          \--> waiting (for a login) --> skipped
 *      |           \--> missed (nothing was heard)   refused
 *      \--> unavailable (no agent, no content) | coalesced (K-RUN-7)
 *
 * A run by schedule begins with "due" in place of planned and queued: the
 * agent acts on its own policy. done, error, skipped, missed, refused,
 * unavailable, coalesced and cancelled are final; a result that arrives later
 * still turns missed into done.
 */
#ifndef FLEET_RUN_H
#define FLEET_RUN_H

#include "fleet/configuration.h"
#include "fleet/content.h"
#include "fleet/job.h"

struct run {
    int64_t id;
    int64_t org;
    int64_t configuration;
    str configuration_name;
    int64_t configuration_revision;
    str cause;      /* "now", "schedule", "api", "enrolled" */
    str started_by; /* login, or "system" */
    str due;        /* local time it was due at, or "" */
    int64_t started;
    int64_t ended; /* 0: it goes on */
    str targets;
    int64_t devices;
};
struct runs {
    VEC(struct run) all;
};
void runs_clear(struct runs *list);

/* Starts one for the configuration's targets within the scope, in the
 * caller's transaction; jobs are made by run_dispatch(). K-RUN-5: E_INVALID
 * when it is disabled, or when it has no targets. */
struct run_order {
    const struct configuration *c;
    const char *cause;
    int64_t now;
};
int run_start(struct db *db, const struct scope *scope,
              const struct run_order *order, struct arena *arena,
              struct run *out, struct err *err) MUST_CHECK;

/* Makes the jobs of at most `limit` devices that are planned; their ids are
 * appended to woken. Returns how many were looked at (0: nothing is left). In
 * the caller's transaction. Survives a restart: what is planned stays so. */
struct run_jobs {
    const struct job_signer *signer;
    int64_t now;
    VEC(int64_t) woken; /* devices that have a new job */
    bool sessions;      /* network devices have new sessions */
};
int run_dispatch(struct db *db, struct run_jobs *jobs, int64_t limit,
                 struct err *err) MUST_CHECK;

/* A schedule came due for devices of one time zone ("" when the schedule
 * names its own): the run of that local time is made unless it is there, and
 * the devices are put into it as due. 0; *out_run is its id. */
struct run_occurrence {
    str local; /* "2026-11-22T03:00" */
    str zone;
    int64_t due; /* the same in UTC */
    int64_t now;
};
int run_due(struct db *db, const struct configuration *c,
            const struct run_occurrence *occurrence, int64_t *out_run,
            struct err *err) MUST_CHECK;

/* What an agent said of a job of the run. */
int run_job_event(struct db *db, int64_t run, int64_t device,
                  const struct job_event *event, struct err *err) MUST_CHECK;
/* A result arrived: by job it names the run, by schedule the configuration
 * and the time it was due. *out_run: the run it belongs to, or 0. */
int run_result(struct db *db, int64_t device, const struct results *results,
               int64_t now, int64_t *out_run, struct err *err) MUST_CHECK;

/* Network devices: run_dispatch() plans a session that reads them
 * (fleet/netdev_session.h); when what it read was evaluated, or could not be,
 * the runs whose sessions have ended go on. *out_run is the newest of them, or
 * 0. In the caller's transaction. */
int run_network_done(struct db *db, int64_t device, int64_t content,
                     int64_t now, int64_t *out_run, struct err *err) MUST_CHECK;
int run_network_failed(struct db *db, int64_t device, str why, int64_t now,
                       struct err *err) MUST_CHECK;
/* As failed, but runs of benchmarks wait on: only the content in use could not
 * be evaluated. */
int run_network_unfit(struct db *db, int64_t device, str why, int64_t now,
                      struct err *err) MUST_CHECK;
/* The device's runs of benchmarks whose sessions have ended, appended and noted
 * as started: each is given once. What comes of one goes the way of agents'
 * results (result_take()). */
struct run_benchmark {
    int64_t run;
    int64_t configuration;
    int64_t pack;
};
struct run_benchmarks {
    VEC(struct run_benchmark) all;
};
int run_network_benchmarks(struct db *db, int64_t device,
                           struct run_benchmarks *out,
                           struct err *err) MUST_CHECK;
int run_network_benchmark_failed(struct db *db, int64_t device, int64_t run,
                                 str why, int64_t now,
                                 struct err *err) MUST_CHECK;
/* Network devices that a run of a benchmark waits for, by their ids; what was
 * started by a server that is no more is to be given again. */
struct run_ids {
    VEC(int64_t) ids;
};
int run_network_resume(struct db *db, struct run_ids *out_devices,
                       struct err *err) MUST_CHECK;

/* Devices that were not heard of in time become missed; runs whose devices
 * are all final end. Their ids are appended. */
int run_close(struct db *db, int64_t now, struct run_ids *ended,
              struct err *err) MUST_CHECK;
int run_cancel(struct db *db, const struct scope *scope, int64_t id,
               struct run_jobs *jobs, struct err *err) MUST_CHECK;

int run_get(struct db *db, const struct scope *scope, int64_t id,
            struct arena *arena, struct run *out, struct err *err) MUST_CHECK;
/* Newest first. */
struct run_query {
    int64_t configuration; /* 0: any */
    int64_t before;        /* ids below it; 0: all */
    int64_t limit;
};
int run_list(struct db *db, const struct scope *scope,
             const struct run_query *query, struct arena *arena,
             struct runs *out, struct err *err) MUST_CHECK;

/* How many devices the scope sees are in each state. */
struct run_count {
    str state;
    int64_t devices;
};
struct run_counts {
    VEC(struct run_count) all;
};
int run_counts(struct db *db, const struct scope *scope, int64_t id,
               struct arena *arena, struct run_counts *out,
               struct err *err) MUST_CHECK;

struct run_device {
    int64_t device;
    str name;
    str state;
    int64_t due;
    int64_t started;
    int64_t ended;
    str text;
};
struct run_devices {
    VEC(struct run_device) all;
};
/* In the order of device, ids above `after`; state "" is any. */
struct run_device_query {
    int64_t run;
    str state;
    int64_t after;
    int64_t limit;
};
int run_device_list(struct db *db, const struct scope *scope,
                    const struct run_device_query *query, struct arena *arena,
                    struct run_devices *out, struct err *err) MUST_CHECK;

#endif
