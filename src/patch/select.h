/* SPDX-License-Identifier: Apache-2.0
 *
 * Which of the patches that a device lacks are deployed, and the one rule that
 * decided of each (P-SEL, P-RSK, P-SEV, P-LNX, P-GRP, P-ENB, P-VND, P-PRV).
 * Pure. The same function decides on the agent, foretells and explains on the
 * server, and answers `holdfast patch select`.
 *
 * A selector is made once from a catalogue and options; then a device costs
 * time in proportion to what it lacks and what that supersedes. It is only
 * read afterwards: each thread has its own struct patch_work.
 *
 *   Windows  what another missing patch supersedes is dropped first, then
 *            (((risk + severity + include) within vendors) + enablement)
 *            - exclude                                  (P-SEL-7, 12)
 *   macOS    (severity + include) - exclude, then the newest of a chain
 *                                                       (P-SEL-13)
 *   Linux    all missing, or severity + include, each by the newest that
 *            replaces it, with what it requires, - excluded packages
 *                                                       (P-LNX-1 to 3, 7)
 *
 * Before all of that: a hold of a patch or package, and patches that do not
 * apply (P-SEL-11, P-PRV-2).
 */
#ifndef PATCH_SELECT_H
#define PATCH_SELECT_H

#include "patch/options.h"
#include "schedule/words.h"

struct patch_group {
    str name;
    const str *ids; /* also of patches that the catalogue does not have */
    size_t id_count;
};

/* A patch or package that somebody holds back for a time. */
struct patch_hold {
    str target; /* id of a patch; or, on Linux, a package with '*' and '?' */
    bool is_package;
    str reason;
    str author;
    int64_t until; /* seconds since the epoch; 0: without end */
};

/* A CVE whose risk somebody judged not to count: for the risk option (score,
 * exploited) and warnings it is as if the patch did not have it. */
struct patch_suppression {
    str cve;
    str reason;
    str author;
    int64_t until; /* 0: without end */
};

struct patch_policy {
    enum patch_os os;
    str distribution; /* Linux: "rhel", or "": not known */
    str version_id;   /* "7.9" */
    bool scan_preview;
    const struct patch_options *options;
    const struct patch_group *groups;
    size_t group_count;
    const struct patch_hold *holds;
    size_t hold_count;
    const struct patch_suppression *suppressions;
    size_t suppression_count;
    int64_t now; /* holds and suppressions past their end do not count */
};

enum patch_rule {
    PATCH_RULE_NONE,
    /* deployed */
    PATCH_BY_ALL,        /* P-LNX-1 */
    PATCH_BY_SEVERITY,   /* P-SEL-3 */
    PATCH_BY_GROUP,      /* P-SEL-3, detail is the group */
    PATCH_BY_VRR,        /* P-RSK-1 */
    PATCH_BY_CVSS,       /* P-RSK-2 */
    PATCH_BY_EXPLOITED,  /* P-RSK-3 */
    PATCH_BY_ENABLEMENT, /* P-ENB-1 */
    PATCH_BY_NEWEST,     /* P-LNX-2: `by` was selected, this replaces it */
    PATCH_BY_DEPENDENCY, /* P-LNX-3: `by` requires it */
    /* not deployed */
    PATCH_NOT_MISSING,      /* P-SEL-11: of another system */
    PATCH_NOT_SCANNED,      /* P-PRV-2 */
    PATCH_HELD,             /* hold, detail is the hold */
    PATCH_SUPERSEDED,       /* P-SEL-12, by `by` */
    PATCH_OLDER,            /* P-SEL-13, `by` is the newest selected */
    PATCH_REPLACED,         /* P-LNX-2, `by` is deployed instead */
    PATCH_EXCLUDED,         /* P-SEL-5, detail is the group */
    PATCH_PACKAGE_EXCLUDED, /* P-LNX-7, detail is the row */
    PATCH_NEEDS_EXCLUDED,   /* P-LNX-7: `by`, which it needs, is kept back */
    PATCH_NOT_SELECTED,     /* P-SEL-8 */
    PATCH_LEVEL_MISSING,    /* P-SEV-7, 8: the distribution has no such level */
    PATCH_NOTHING_ON,       /* P-SEL-9: no source is on; Linux: P-LNX-5 */
    PATCH_FILTER_ONLY,      /* P-SEL-10: only a filter or an exclusion is */
    PATCH_VENDOR,           /* P-SEL-4 */
    PATCH_ENABLEMENT_OFF,   /* P-ENB-1: enters only by its own option */
    PATCH_RULES
};

struct patch_decision {
    uint32_t patch;  /* index in the catalogue */
    uint32_t by;     /* another patch, or PATCH_NONE */
    uint32_t detail; /* index of a group, hold or row, or PATCH_NONE */
    enum patch_rule rule;
    bool deploy;
    /* P-SEL-16: critical or exploited, superseded, and nothing that replaces
     * it is deployed. */
    bool held_back;
    bool past_vendors; /* P-ENB-4: the vendor filter would have removed it */
};

struct patch_selector;

/* The catalogue, which has been sealed, and all that policy points to must
 * outlive the selector. E_INVALID: a group that is not there (the sentence
 * begins with "include" or "exclude"). */
int patch_selector_new(const struct patch_catalogue *catalogue,
                       const struct patch_policy *policy,
                       struct patch_selector **out, struct err *err) MUST_CHECK;
void patch_selector_free(struct patch_selector *selector);
void patch_selector_freep(struct patch_selector **selector);

struct patch_work;

struct patch_work *patch_work_new(const struct patch_catalogue *catalogue);
void patch_work_free(struct patch_work *work);
void patch_work_freep(struct patch_work **work);

/* Decides of `count` missing patches; an index that occurs again is ignored.
 * *out_decisions has *out_count of them in the order given, valid until the
 * next call with this work. */
void patch_select(const struct patch_selector *selector,
                  struct patch_work *work, const uint32_t *missing,
                  size_t count, const struct patch_decision **out_decisions,
                  size_t *out_count);

/* "P-SEL-12"; "hold" has no number. */
const char *patch_rule_text(enum patch_os os, enum patch_rule rule);
/* "superseded by V5, which is Security Important and in no Include group".
 * Appends. */
void patch_decision_because(const struct patch_selector *selector,
                            const struct patch_decision *decision,
                            enum words_language language, struct buf *out);
/* The sentence of held_back and past_vendors; false: there is no warning. */
bool patch_decision_warning(const struct patch_selector *selector,
                            const struct patch_decision *decision,
                            enum words_language language, struct buf *out);

#endif
