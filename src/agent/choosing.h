/* SPDX-License-Identifier: Apache-2.0
 *
 * Which of the missing updates are deployed: what the policy knows of patches
 * and what the scan found are put together, and patch_select() decides, as it
 * does on the server. Pure but for its memory.
 *
 * On Linux a patch is an advisory that the server or the repositories name, or
 * the update of one package, "name=version" (P-LNX-6).
 */
#ifndef AGENT_CHOOSING_H
#define AGENT_CHOOSING_H

#include "install/install.h"
#include "patch/configuration.h"
#include "patch/select.h"
#include "proto/patching.h"

struct choice {
    str patch;
    str because;
    bool deploy;
    const struct install_update *const *updates; /* that it consists of */
    size_t update_count;
};
struct choices {
    struct choice *p; /* one for each missing patch */
    size_t n;
};

/* What decides. */
struct choosing_by {
    const struct patching_policy *policy;
    const struct patch_configuration *configuration;
    const struct wire_list *only; /* ids that an order by hand names; empty:
                                     all */
    int64_t now;
};

/* Texts live in arena. */
int choose(const struct choosing_by *by, const struct install_scan *scan,
           struct arena *arena, struct choices *out,
           struct err *err) MUST_CHECK;

#endif
