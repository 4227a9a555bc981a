/* SPDX-License-Identifier: Apache-2.0
 *
 * What an agent and the server say to each other: HTTP/1.1 over TLS 1.3, one
 * message of a fixed shape in a body, zstd-compressed (Content-Type
 * application/x-holdfast). All but enrolment need the device's certificate.
 *
 *   POST /agent/v1/enrol      enrol       -> enrolled   (enrolment port, no
 *                                            client certificate)
 *   POST /agent/v1/checkin    checkin     -> checked_in
 *   POST /agent/v1/inventory  inventory   -> 204, or 409: send it whole
 *   POST /agent/v1/results    results     -> 204 (again for a repeated one)
 *   POST /agent/v1/events     job_events  -> 204
 *   GET  /agent/v1/jobs?after=N&wait_s=S  -> signed_jobs: those above N not
 *                                            yet taken; held up to S seconds
 *   POST /agent/v1/renew      renew       -> renewed
 *   GET  /agent/v1/content/<sha256 hex>   the pack's bytes; Range is served
 *
 * The messages of patching are in proto/patching.h.
 *
 * Everything an agent sends may be sent again after a crash: the server
 * knows a repeated results message by its nonce, and an event by job and
 * state, and answers as the first time.
 *
 * Digests are the 32 bytes of SHA-256; "or empty" is no bytes at all.
 */
#ifndef PROTO_AGENT_H
#define PROTO_AGENT_H

#include "proto/job.h"

enum {
    AGENT_MESSAGE_MAX = 32 << 20, /* decompressed */
    AGENT_BODY_MAX = 8 << 20,     /* compressed */
    AGENT_NAME_MAX = 255,
    AGENT_TEXT_MAX = 4096,
    DOWNLOAD_TEXT_MAX = 1000,
    PACKAGES_MAX = 100000,
};

struct enrol {
    str token;
    str csr; /* PEM */
    str hostname;
    str machine_id; /* /etc/machine-id or made once; tells a clone */
    str agent_version;
};
struct key_bytes {
    str key;
};
struct enrolled {
    str device;            /* id text, "d-17" */
    str certificate;       /* PEM */
    str authority;         /* PEM of the CA the agent port is checked by */
    struct wire_list keys; /* struct key_bytes: job-signing keys */
    str agent_url;         /* https://host:port */
    int64_t server_time;
};

struct checkin {
    str agent_version;
    str boot_id;
    int64_t boot_time;
    int64_t device_time;
    str inventory_digest;    /* of the newest inventory collected */
    str acknowledged_digest; /* of the newest one the server took; or empty */
    str content_digest;      /* of the newest pack held; or empty */
    int64_t policy_revision;
    int64_t sessions; /* users logged in now (K-SET-3) */
    int64_t unsent_results;
    str time_zone; /* IANA name */
    str download;  /* why the newest file did not come from a download point;
                      empty: it did, or there is none */
};
struct checked_in {
    int64_t server_time;
    int64_t interval_s; /* until the next check-in */
    bool send_inventory;
    bool whole_inventory; /* the server does not have the base */
    bool renew;           /* the certificate is about to end */
    str content_digest;   /* to fetch (T-OVL); empty: nothing */
    int64_t content_size;
};

/* --- inventory ------------------------------------------------------- */
struct fact_os {
    str id;         /* "debian" (os-release ID) */
    str version_id; /* "12" */
    str name;       /* PRETTY_NAME */
    str codename;
    str arch;   /* uname machine: "x86_64" */
    str kernel; /* uname release */
    str family; /* "unix" */
    str build;  /* /etc/debian_version and the like */
};
struct fact_hardware {
    str vendor;
    str model;
    str serial;
    str cpu;
    int64_t cpus;
    int64_t memory_mb;
    int64_t disk_mb;
    str virtualisation;
};
struct fact_package {
    str name;
    str evr; /* [epoch:]version[-release] */
    str arch;
    str source;     /* source package; empty: its own, or not stated */
    str source_evr; /* empty: as evr */
    str key_id;     /* of the signature (rpm); empty: not stated */
};
struct fact_interface {
    str name;
    str mac;
    struct wire_list addresses; /* struct fact_text: "192.0.2.1/24" */
};
struct fact_text {
    str text;
};
struct fact_user {
    str name; /* logged in now */
    str terminal;
    int64_t since;
};
/* whole: base_digest is empty and `removed` too; otherwise packages are those
 * added or changed since the base and removed those that are gone (name,
 * evr, arch). The other parts are always whole: they are small. */
struct inventory {
    str digest; /* SHA-256 of the whole inventory this leads to */
    str base_digest;
    int64_t collected;
    str hostname;
    str manager; /* "dpkg", "rpm", "" */
    struct fact_os os;
    struct fact_hardware hardware;
    struct wire_list packages;   /* struct fact_package */
    struct wire_list removed;    /* struct fact_package */
    struct wire_list interfaces; /* struct fact_interface */
    struct wire_list users;      /* struct fact_user */
    str errors; /* what could not be read, a line each; or empty */
};

/* --- jobs and results ------------------------------------------------ */
struct signed_jobs {
    struct wire_list jobs; /* struct signed_job */
};
enum job_state {
    JOB_STATE_TAKEN = 1, /* on the agent's disk */
    JOB_STATE_STARTED = 2,
    JOB_STATE_DONE = 3,
    JOB_STATE_FAILED = 4,
    JOB_STATE_REFUSED = 5, /* by the root half: the text says why */
    JOB_STATE_WAITING = 6, /* for a login (K-SET-4) */
    JOB_STATE_SKIPPED = 7, /* "no user session", "coalesced" (K-RUN-7) */
};
struct job_event {
    int64_t job;
    int64_t state;
    int64_t at;
    str text;
};
struct job_events {
    struct wire_list events; /* struct job_event */
};

/* The outcome of one assessment. `verdicts` holds the result of every
 * definition in the form of oval/verdicts.h; `details` the facts behind the
 * true ones as JSON of oval/json.h, zstd, or empty. */
enum run_outcome {
    RUN_DONE = 1,
    RUN_ERROR = 2, /* text says what: "limit: 600 s" (K-RUN-6) */
    RUN_SKIPPED = 3,
};
struct results {
    str nonce;   /* 16 bytes, made once per outcome */
    int64_t job; /* 0 when by schedule */
    struct run_terms terms;
    int64_t due; /* when it was due */
    int64_t started;
    int64_t ended;
    int64_t outcome;
    str text;
    str content_digest;
    str inventory_digest; /* the packages it saw */
    str verdicts;
    str details;
};
enum {
    VERDICTS_MAX = 4 << 20,
    DETAILS_MAX = 6 << 20,
    JOBS_MAX = 64, /* in one answer */
};

struct renew {
    str csr;
};
struct renewed {
    str certificate;
    str authority;
};

extern const struct wire_shape shape_enrol;
extern const struct wire_shape shape_enrolled;
extern const struct wire_shape shape_checkin;
extern const struct wire_shape shape_checked_in;
extern const struct wire_shape shape_inventory;
extern const struct wire_shape shape_signed_jobs;
extern const struct wire_shape shape_job_events;
extern const struct wire_shape shape_results;
extern const struct wire_shape shape_renew;
extern const struct wire_shape shape_renewed;

/* The order of packages: name, arch, evr, then the rest. */
int package_cmp(const struct fact_package *a, const struct fact_package *b);
void packages_sort(struct wire_list *packages);

/* The digest of a whole inventory (packages sorted as above; users
 * and `collected` left out, so that a login is no change). */
void inventory_digest(const struct inventory *whole,
                      uint8_t out[JOB_DIGEST_BYTES]);

/* A message in a body: written and compressed, decompressed (bomb limit
 * AGENT_MESSAGE_MAX) and read. */
int message_pack(const struct wire_shape *shape, const void *value,
                 struct buf *out, struct err *err) MUST_CHECK;
int message_unpack(const struct wire_shape *shape, str body,
                   struct arena *arena, void *out, struct err *err) MUST_CHECK;

#endif
