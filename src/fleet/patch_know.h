/* SPDX-License-Identifier: Apache-2.0
 *
 * What is known of a package that is missing: which patches it belongs to,
 * from what the package manager says, advisories (src/advisory) and risk data
 * (src/risk). Makes facts of words; decides nothing.
 *
 * The publisher's severity is taken where there is one. Where there is none,
 * it is the one that the CVSS rating of the worst CVE has (critical; high is
 * important; medium is moderate; low), so that levels select something on
 * systems whose publisher states none.
 */
#ifndef FLEET_PATCH_KNOW_H
#define FLEET_PATCH_KNOW_H

#include "advisory/data.h"
#include "base/vec.h"
#include "patch/model.h"
#include "proto/patching.h"
#include "risk/data.h"

/* Either may be NULL: nothing is known from there. */
struct patch_knowledge {
    const struct advisory_data *advisories;
    struct risk_data *risk;
};

/* One package of a device, and the system it is on. */
struct patch_subject {
    str release; /* "debian:12" */
    str vendor;  /* "debian" */
    const struct patching_missing *missing;
    str source; /* source package; or empty */
    str source_installed;
    str source_candidate;
};
struct patch_known {
    struct patch patch;
    str source; /* PATCH_FROM_… */
};
struct patch_knowns {
    VEC(struct patch_known) all;
};
void patch_knowns_clear(struct patch_knowns *knowns);

/* The patches a missing package belongs to: at least one. Texts are in the
 * arena or borrowed from the subject and the advisories. */
int patch_know(const struct patch_knowledge *knowledge,
               const struct patch_subject *subject, struct arena *arena,
               struct patch_knowns *out, struct err *err) MUST_CHECK;

/* Scores of one CVE, as far as they are known. */
int patch_know_cve(const struct patch_knowledge *knowledge, str cve,
                   struct patch_cve *out, struct err *err) MUST_CHECK;
/* Fills what the patch does not say itself: scores of its CVEs, and the
 * severity by them. p->cves is replaced by an array in the arena. */
int patch_know_scores(const struct patch_knowledge *knowledge, bool severity,
                      struct arena *arena, struct patch *patch,
                      struct err *err) MUST_CHECK;

#endif
