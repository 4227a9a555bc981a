/* SPDX-License-Identifier: Apache-2.0
 *
 * The installer: the one process of the agent that may change the machine. It
 * is started for one order, as root, and ends with it.
 *
 *     keeper --connects--> launcher --starts--> installer --> apt, dnf, zypper
 *                order, file for the answer
 *
 * The keeper cannot start it: what it starts has no more rights than it. So
 * the launcher, which the supervisor starts before it gives up its own, or a
 * unit of its own (option installer), waits at a socket in the data folder; it
 * reads nothing but two descriptors from a process of its own user.
 *
 * The installer obeys a closed list of verbs (claim 4), and believes the
 * keeper nothing that a signature can prove: it checks itself that the policy,
 * and the job of an order by hand, are signed by our server for this device;
 * that no freeze is on (claim 30), that the ring is open, and that as many
 * operators approved as this machine demands (claim 3). It decides by the
 * policy and a scan of its own what is installed.
 *
 * An order is a file of shape_installing; the answer a file of shape_installed,
 * written whole before the installer ends. None: it was killed.
 */
#ifndef AGENT_INSTALLING_H
#define AGENT_INSTALLING_H

#include "agent/options.h"
#include "proto/agent.h"
#include "proto/patching.h"

enum {
    INSTALLER_FD_LINK = 3,  /* to the keeper; closed when all is done */
    INSTALLER_FD_ORDER = 4, /* a file in memory */
    INSTALLER_FD_OUT = 5,
    LAUNCHER_FD = 3,
    INSTALLED_MAX = 3 * AGENT_MESSAGE_MAX,
};

enum installing_verb {
    INSTALLING_SCAN = 1,
    INSTALLING_DEPLOY = 2, /* scan, decide, stage and (stage_only) install */
    INSTALLING_REBOOT = 3, /* tell the system to restart */
    INSTALLING_WARN = 4,   /* tell users of it */
};
struct installing {
    int64_t verb;
    str policy; /* struct signed_job, encoded; empty: there is none */
    str job;    /* as well, of an order by hand; or empty */
    int64_t job_id;
    int64_t cause; /* enum patching_scan_cause */
    str task;      /* "routine" */
    bool stage_only;
    bool catch_up;
    int64_t due;
    str scan_nonce; /* JOB_NONCE_BYTES each */
    str after_nonce;
    str results_nonce;
    str text; /* of a restart: why, for people */
};
struct installed_answer {
    bool failed; /* nothing could be tried */
    str text;
    str waits;   /* why it must be asked again later; empty: it was done */
    str scan;    /* struct patching_scan, encoded; or empty */
    str after;   /* as well: after the deployment */
    str results; /* struct patching_results, encoded; or empty */
    struct patching_reboot reboot;
    bool deployed; /* something was installed */
    int64_t missing;
};

extern const struct wire_shape shape_installing;
extern const struct wire_shape shape_installed_answer;

/* The processes. */
int launcher_main(const struct options *options);
/* The same as a unit of its own: it listens itself. */
int launcher_command(const struct options *options, struct err *err) MUST_CHECK;
int installer_main(const struct options *options);

/* Listens at DATA/installer; a descriptor. */
int launcher_listen(const struct options *options, int *out_fd,
                    struct err *err) MUST_CHECK;
/* Hands an order over. *out_link is readable (at its end) when the installer
 * has ended. */
int launcher_call(const struct options *options, int order, int out,
                  int *out_link, struct err *err) MUST_CHECK;

#endif
