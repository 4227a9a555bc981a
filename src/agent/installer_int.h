/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of the installer process: installer_order.c has what it is asked
 * and what of that is proved, installer.c does it, installer_told.c says what
 * became of it.
 */
#ifndef AGENT_INSTALLER_INT_H
#define AGENT_INSTALLER_INT_H

#include "agent/choosing.h"
#include "agent/installing.h"
#include "agent/state.h"
#include "base/buf.h"

struct installer {
    const struct options *options;
    struct arena arena;
    struct installing order;
    struct identity identity;
    bool has_policy;
    struct patching_policy policy;
    bool has_job;
    int64_t job_type;
    int64_t ordered_at; /* the job holds from then */
    struct job_patch_deploy deploy;
    struct patch_configuration configuration;
    struct install *install;
    struct install_scan scan;
    struct choices choices;
    VEC(struct install_wanted) wanted;
    VEC(struct patching_outcome) outcomes;
    struct patching_results results;
    struct buf scan_bytes;
    struct buf after_bytes;
    struct buf results_bytes;
    struct installed_answer answer;
};

/* Rights that no package needs to be installed. */

/* --- installer_order.c --- */

/* Reads the order and all that it names, and checks what is signed. */
int installer_read_order(struct installer *in, struct err *err) MUST_CHECK;
/* Have as many operators approved as this machine demands (claim 3)? */
int installer_check_approvals(struct installer *in, struct err *err) MUST_CHECK;

/* --- installer_told.c --- */

/* What programs print and files hold is any bytes; a message is UTF-8. */
str installer_cut(struct installer *in, str text, size_t n);
/* One outcome for each package of each patch that was to be deployed, and
 * with `others` for what came along (P-LNX-3); and the texts. */
void installer_tell(struct installer *in, const struct install_outcome *outcome,
                    bool others);

#endif
