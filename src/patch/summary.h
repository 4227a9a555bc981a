/* SPDX-License-Identifier: Apache-2.0
 *
 * What a configuration does, in words, an operating system at a time: shown
 * while it is edited, before it is saved (P-CFG-6). Pure.
 */
#ifndef PATCH_SUMMARY_H
#define PATCH_SUMMARY_H

#include "patch/configuration.h"
#include "schedule/words.h"

struct patch_summary_ask {
    enum patch_os os;
    enum words_language language; /* of all but the advice: that is in
                                     the tables of server/sentence.h */
    const struct zone *zone;
    int64_t now;
};
/* {"os": "linux", "tasks": [{"task": "routine", "enabled": true, "when":
 * "Every Saturday at 21:00.", "deploys": ["…"], "reboots": ["…"],
 * "next": [{"local": "2026-01-03T21:00", "stage_local": null}, …]}], "advice":
 * [{"field", "text", "rule", "confirm"}]}. The next twelve runs are those of
 * the zone (P-SCH-13). The caller's. */
struct jval *patch_summary(const struct patch_configuration *configuration,
                           const struct patch_summary_ask *ask);

#endif
