/* SPDX-License-Identifier: Apache-2.0
 *
 * Patching between server and agent: what a device lacks, what it may do
 * about it, and what became of it.
 *
 *   POST /agent/v1/patch-scan     patching_scan     -> 204
 *   POST /agent/v1/patch-results  patching_results  -> 204
 *   POST /agent/v1/patch-reboot   patching_reboot_state -> 204
 *
 * Server to agent are signed jobs (proto/job.h): the policy of patching, a
 * scan, a deployment or a reboot ordered by hand. None of them is ever a
 * command line; a patch is named by its id and a package by its name, and the
 * agent's package manager decides what they are.
 *
 * The agent decides at the due time by itself (P-MIS-6): it merges the
 * facts of its policy with its newest scan and calls patch_select() of
 * src/patch with the configuration of the policy.
 *
 * On Linux a patch is an advisory where one is known (DSA-..., RHSA-...),
 * otherwise the update of one package, with the id "name=version" (P-LNX-6).
 *
 * Everything an agent sends may be sent again: a message is known by its
 * nonce.
 */
#ifndef PROTO_PATCHING_H
#define PROTO_PATCHING_H

#include "proto/wire.h"
#include "trust/sign.h"

enum {
    PATCHING_NONCE_BYTES = 16,
    PATCHING_DIGEST_BYTES = 32,
    PATCHING_ID_MAX = 255,
    PATCHING_NAME_MAX = 255,
    PATCHING_TEXT_MAX = 4096,
    PATCHING_MISSING_MAX = 20000,
    PATCHING_OUTCOMES_MAX = 20000,
    PATCHING_CVES_MAX = 8192, /* of one patch */
    PATCHING_SUPERSEDES_MAX = 8192,
    PATCHING_GROUPS_MAX = 256,
    PATCHING_GROUP_PATCHES_MAX = 20000,
    PATCHING_HOLDS_MAX = 4096,
    PATCHING_FREEZES_MAX = 64,
    PATCHING_APPROVALS_MAX = 16,
    PATCHING_CONFIGURATION_MAX = 256 << 10, /* JSON text */
    PATCHING_SCORE_NONE = -1,
};

struct patching_text {
    str text;
};

/* --- Reboots (P-RBT, P-RBX) ----------------------------------------------- */

enum patching_reboot_level {
    PATCHING_REBOOT_NONE = 0,
    PATCHING_REBOOT_ADVISED = 1,
    PATCHING_REBOOT_MANDATORY = 2,
    PATCHING_REBOOT_CRITICAL = 3,
};
struct patching_reboot {
    bool needed;
    int64_t level;    /* enum patching_reboot_level */
    str reason;       /* "kernel 6.1.0-30 is installed, 6.1.0-28 runs" */
    str requester;    /* "routine of configuration 3 version 7"; or empty */
    int64_t since;    /* when it was first needed; 0: it is not */
    int64_t deadline; /* 0: none */
    str action;       /* of the user: "", "extended", "cancelled" */
    int64_t action_at;
    str action_by;
};
struct patching_reboot_state {
    str nonce;
    int64_t at;
    int64_t job; /* of JOB_REBOOT; 0: none */
    struct patching_reboot reboot;
};

/* --- Scan ------------------------------------------------------------------
 */

struct patching_missing {
    str name; /* of the package */
    str arch;
    str installed;
    str candidate;
    str origin;     /* "Debian" */
    str suite;      /* "bookworm-security", "baseos" */
    str repository; /* where it comes from, for people */
    int64_t size;   /* bytes to fetch */
    /* What the package manager itself knows (updateinfo); empty otherwise. */
    str advisory;
    str type;     /* "security", "nonsecurity", "bugfix", "enhancement" */
    str severity; /* "critical", "important", "moderate", "low" */
    str title;
    bool held;             /* by the machine's administrator */
    bool security;         /* its origin is one of security updates */
    str problem;           /* why it cannot be installed; or empty */
    struct wire_list cves; /* struct patching_text */
};
enum patching_scan_cause {
    PATCHING_SCAN_INSTALLED = 1, /* P-SCN-2 */
    PATCHING_SCAN_DAILY = 2,     /* P-SCN-3 */
    PATCHING_SCAN_MISSED = 3,    /* P-SCN-5 */
    PATCHING_SCAN_STAGING = 4,   /* P-SCN-6 */
    PATCHING_SCAN_DEPLOYMENT = 5,
    PATCHING_SCAN_AFTER = 6, /* after a deployment */
    PATCHING_SCAN_JOB = 7,
};
struct patching_scan {
    str nonce;
    int64_t job;
    int64_t cause; /* enum patching_scan_cause */
    int64_t collected;
    str manager;              /* "apt", "dnf", "zypper"; empty: none found */
    int64_t policy_revision;  /* of the patching_policy in force; 0: none */
    int64_t installed;        /* how many packages there are */
    struct wire_list missing; /* struct patching_missing */
    struct patching_reboot reboot;
    str errors;  /* what could not be read, a line each; or empty */
    str failure; /* why it failed: nothing else is known then; or empty */
};

/* --- Deployment -------------------------------------------------------------
 */

/* States of a patch on a device (P-HIS-3). */
enum patching_state {
    PATCHING_QUEUED = 1,
    PATCHING_STAGED = 2,
    PATCHING_DOWNLOADING = 3,
    PATCHING_WAITING_REBOOT = 4, /* for the reboot before deployment */
    PATCHING_INSTALLING = 5,
    PATCHING_INSTALLED = 6,
    PATCHING_PENDING_REBOOT = 7,
    PATCHING_FAILED = 8,  /* code and text */
    PATCHING_SKIPPED = 9, /* text: the reason */
    PATCHING_SUPERSEDED = 10,
    PATCHING_CANCELLED = 11, /* by the user */
    PATCHING_MISSED = 12,
    PATCHING_STATE_MAX = 12,
};
/* "queued", "waiting for reboot", ...; NULL for a number that is none. */
const char *patching_state_name(int64_t state);
/* 0 when there is none of that name. */
int64_t patching_state_find(str name);
/* Nothing more happens by itself. */
bool patching_state_is_final(int64_t state);

struct patching_outcome {
    str patch; /* its id */
    str package;
    str from; /* version before; empty: it was not installed */
    str to;
    int64_t state; /* enum patching_state */
    int64_t code;  /* of the package manager; 0: none */
    int64_t at;
    str text;
};
struct patching_group_used {
    str name;
    int64_t revision; /* */
};
/* Which configuration a deployment was made by. */
struct patching_terms {
    int64_t run; /* on the server; 0: by schedule */
    int64_t configuration;
    int64_t version;
    str task; /* "routine", "priority", "zero_day" */
};
enum patching_phase {
    PATCHING_PHASE_STAGING = 1,
    PATCHING_PHASE_DEPLOYMENT = 2, /* it goes on */
    PATCHING_PHASE_DONE = 3,       /* nothing more comes of it */
};
enum patching_run_outcome {
    PATCHING_RUN_GOES_ON = 0,
    PATCHING_RUN_DONE = 1,    /* each patch says how */
    PATCHING_RUN_ERROR = 2,   /* text says what */
    PATCHING_RUN_SKIPPED = 3, /* frozen, the ring waits, on battery, ... */
    PATCHING_RUN_MISSED = 4,  /* "missed: device off" (P-MIS-5) */
};
/* Sent when something is known, as often as that is; the last one of a
 * deployment has the phase DONE. A deployment is known by configuration,
 * task, run and due. */
struct patching_results {
    str nonce;
    int64_t job; /* 0: by schedule */
    struct patching_terms terms;
    bool catch_up; /* P-MIS */
    int64_t due;
    int64_t started;
    int64_t ended; /* 0 while it goes on */
    int64_t phase;
    int64_t outcome;
    str text;
    int64_t policy_revision;
    struct wire_list groups;   /* struct patching_group_used */
    struct wire_list outcomes; /* struct patching_outcome */
    struct patching_reboot reboot;
};

/* --- The policy --------------------------------------------------------------
 */

/* Scores are in tenths; PATCHING_SCORE_NONE where there is none. */
struct patching_cve_fact {
    str id;
    int64_t cvss20;
    int64_t cvss30;
    int64_t cvss31;
    int64_t cvss40;
    int64_t rating; /* the open rating (P-RSK-8) */
    bool exploited;
};
struct patching_fact {
    str id;
    str title;
    str type;
    str severity;
    str vendor;
    str product;
    str product_version;
    int64_t released; /* 0: not stated */
    bool preview;
    bool enablement;
    bool reboot;                 /* it is said to need one */
    struct wire_list supersedes; /* struct patching_text */
    struct wire_list requires;   /* struct patching_text */
    struct wire_list cves;       /* struct patching_cve_fact */
};
/* The update of this package to this version belongs to this patch. */
struct patching_package_fact {
    str name;
    str arch; /* empty: any */
    str version;
    str patch;
};
struct patching_policy_group {
    str name;
    int64_t revision;
    struct wire_list patches; /* struct patching_text */
};
/* Not to be deployed whatever the configuration says. */
struct patching_hold {
    str target; /* id of a patch; or a package with '*' and '?' */
    bool is_package;
    str reason;
    str author;
    int64_t until; /* 0: without end */
};
/* A CVE that counts for nothing. */
struct patching_suppression {
    str cve;
    str reason;
    str author;
    int64_t until; /* 0: without end */
};
struct patching_freeze {
    int64_t from;
    int64_t until; /* the first second after it */
    str reason;
};
/* One signature of an operator over patching_statement_text() (claim 3). */
struct patching_approval {
    str key;
    str signature;
};

/* Replaces the one of a lower revision (JOB_PATCH_POLICY). configuration 0:
 * none, the device is only scanned. */
struct patching_policy {
    int64_t revision;
    int64_t since; /* this version of the configuration holds from (P-MIS-3) */
    int64_t configuration;
    int64_t version;
    str name;
    str settings;                  /* canonical JSON of patch/configuration.h */
    struct wire_list groups;       /* struct patching_policy_group */
    struct wire_list patches;      /* struct patching_fact */
    struct wire_list packages;     /* struct patching_package_fact */
    struct wire_list holds;        /* struct patching_hold */
    struct wire_list suppressions; /* struct patching_suppression */
    struct wire_list freezes;      /* struct patching_freeze */
    /* Rings (P-RNG): a device whose ring is not open scans and stages, and
     * its routine deployment is skipped with ring_text. 0: no rings. */
    int64_t ring;
    bool ring_open;
    str ring_text;
    str download_url; /* a replication share to ask first; or empty */
    struct wire_list approvals; /* struct patching_approval */
};

/* --- Orders by hand ----------------------------------------------------------
 */

struct job_patch_scan {
    int64_t run;
};
/* Deploys now what the policy's configuration selects for the task; with
 * patches only those of them that it names. */
struct job_patch_deploy {
    struct patching_terms terms;
    bool stage_only;
    struct wire_list patches;   /* struct patching_text; empty: all selected */
    struct wire_list approvals; /* struct patching_approval */
};
struct job_reboot {
    int64_t run;
    int64_t level; /* enum patching_reboot_level */
    str reason;
    int64_t deadline; /* at the latest; 0: as the policy says */
};

/* --- Approvals (claim 3)
 * ------------------------------------------------------ */

#define PATCHING_APPROVAL_DOMAIN "holdfast patch approval v1"

/* What an operator signs: this version of this configuration with exactly
 * these settings, and (for an order by hand) these patches. Appends the text;
 * server, CLI and agent make it by this one function. */
struct patching_statement {
    int64_t configuration;
    int64_t version;
    str settings; /* canonical JSON */
    struct wire_list
        patches; /* struct patching_text; empty: no order by hand */
};
int patching_statement_text(const struct patching_statement *statement,
                            struct buf *out, struct err *err) MUST_CHECK;

/* How many different keys of `keys` signed the text. An agent with a
 * threshold obeys only what that many operators approved. */
size_t patching_approvals_count(const struct wire_list *approvals,
                                const uint8_t (*keys)[SIGN_PUBLIC_BYTES],
                                size_t key_count, str text);

extern const struct wire_shape shape_patching_reboot;
extern const struct wire_shape shape_patching_scan;
extern const struct wire_shape shape_patching_results;
extern const struct wire_shape shape_patching_reboot_state;
extern const struct wire_shape shape_patching_policy;
extern const struct wire_shape shape_job_patch_scan;
extern const struct wire_shape shape_job_patch_deploy;
extern const struct wire_shape shape_job_reboot;

#endif
