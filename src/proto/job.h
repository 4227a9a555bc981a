/* SPDX-License-Identifier: Apache-2.0
 *
 * Signed orders for one device: jobs and the device's policy. The server's
 * signer makes the signature, the root half of the agent checks it. The types
 * are a closed list (security claim 4); no member is ever a command line.
 *
 * A signature covers the domain JOB_DOMAIN and the encoded job, byte for
 * byte. An agent obeys a job once: it keeps the nonces of jobs that have not
 * expired, and a policy only replaces one of a lower revision (claims 1, 2).
 */
#ifndef PROTO_JOB_H
#define PROTO_JOB_H

#include "proto/wire.h"
#include "trust/sign.h"

#define JOB_DOMAIN "holdfast job v1"

enum job_type {
    JOB_ASSESS = 1,    /* evaluate a content pack now: struct job_assess */
    JOB_INVENTORY = 2, /* collect and send the inventory now; no body */
    JOB_POLICY = 3,    /* take this policy: struct policy */
    JOB_RENEW = 4,     /* make a new key and ask for a certificate; no body */
    JOB_CANCEL = 5,    /* stop a job that has not ended: struct job_cancel */
    /* The bodies of these are in proto/patching.h. */
    JOB_PATCH_POLICY = 6, /* take this policy: struct patching_policy */
    JOB_PATCH_SCAN = 7,   /* look for missing patches: struct job_patch_scan */
    JOB_PATCH_DEPLOY = 8, /* deploy now: struct job_patch_deploy */
    JOB_REBOOT = 9,       /* ask for a reboot: struct job_reboot */
    JOB_SCAP = 10, /* test a profile of SCAP content now: struct job_assess */
    JOB_TYPE_MAX = 10,
};

enum {
    JOB_NONCE_BYTES = 16,
    JOB_BODY_MAX = 1 << 20,
    JOB_MAX = JOB_BODY_MAX + 4096,
    JOB_LIFE_MAX_S = 400 * 86400,
    JOB_DIGEST_BYTES = 32, /* SHA-256 */
    POLICY_SCHEDULES_MAX = 256,
    SCHEDULE_JSON_MAX = 16384,
    JOB_ZONE_MAX = 64,
    JOB_URL_MAX = 1024,
    DOWNLOAD_POINTS_MAX = 8,
    DOWNLOAD_URL_MAX = 2000,
};

struct job {
    int64_t id;
    int64_t type;       /* enum job_type */
    str target;         /* the device's id text, as in its certificate */
    str nonce;          /* JOB_NONCE_BYTES */
    int64_t not_before; /* seconds UTC */
    int64_t expires;
    str content_digest; /* SHA-256 (32 bytes) of the pack the job is about:
                           of "assess" and "scap_scan"; empty for the others */
    str body;           /* a message whose shape the type decides */
};

/* How a run may use the device (K-RUN-6, K-SET-3). */
struct run_terms {
    int64_t run;           /* id of the run on the server; 0: by schedule */
    int64_t configuration; /* id of the OVAL configuration */
    int64_t revision;      /* of that configuration */
    bool while_logged_off; /* K-SET-3 */
    int64_t nice;          /* 0..19 */
    int64_t memory_mb;     /* ceiling, 0: none */
    int64_t limit_s;       /* wall clock, 0: none */
};
struct job_assess {
    struct run_terms terms;
};
struct job_cancel {
    int64_t job;
};

/* One schedule of a device's policy. */
struct policy_schedule {
    struct run_terms terms;
    str schedule;       /* JSON of src/schedule */
    str zone;           /* IANA name, or "" for the device's own (K-SCH-10) */
    str content_digest; /* the pack to use */
};
/* A directory by HTTP(S) that is asked for a file, by its name, before the
 * server is (K-DEP-2). What it gives counts by its digest alone. */
struct download_point {
    str url;
};
struct policy {
    int64_t revision;           /* grows; a lower one is refused */
    int64_t checkin_interval_s; /* 60..86400 */
    int64_t inventory_interval_s;
    str agent_url;              /* where to check in; "" keeps it */
    struct wire_list schedules; /* struct policy_schedule */
    struct wire_list points;    /* struct download_point, in order */
};

struct signed_job {
    str job;       /* the encoded struct job */
    str signature; /* SIGNATURE_BYTES */
};

extern const struct wire_shape shape_job;
extern const struct wire_shape shape_run_terms;
extern const struct wire_shape shape_job_assess;
extern const struct wire_shape shape_job_cancel;
extern const struct wire_shape shape_download_point;
extern const struct wire_shape shape_policy;
extern const struct wire_shape shape_signed_job;

/* The shape of the body of a type; NULL for a type without body (then it must
 * be empty) and for an unknown type. */
const struct wire_shape *job_body_shape(int64_t type);
const char *job_type_name(int64_t type); /* "assess"; NULL when unknown */

/* Whether a job is one that could be signed: known type, limits, a life of at
 * most JOB_LIFE_MAX_S, a body of the type's shape. E_INVALID, E_LIMIT or
 * E_UNSUPPORTED otherwise. */
int job_validate(const struct job *job, struct err *err) MUST_CHECK;

/* Validates, encodes (appends to *out_job) and signs. */
int job_sign(const struct job *job, const struct sign_key *key,
             struct buf *out_job, uint8_t out_signature[SIGNATURE_BYTES],
             struct err *err) MUST_CHECK;

/* What the root half asks before it obeys: signature by one of the keys,
 * target, not_before <= now (60 s of grace), now < expires, known type, body
 * of the right shape. E_PERM with the reason otherwise. Replay is the
 * caller's to check, by nonce. Texts of *out point into signed->job. */
struct job_check {
    const uint8_t (*keys)[SIGN_PUBLIC_BYTES];
    size_t key_count;
    str target;
    int64_t now;
};
int job_open(const struct signed_job *signed_job, const struct job_check *check,
             struct arena *arena, struct job *out, struct err *err) MUST_CHECK;

#endif
