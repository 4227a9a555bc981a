/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/patching.h"

#include "base/digest.h"

enum {
    ARCH_MAX = 64,
    WORD_MAX = 32,
    ERRORS_MAX = 65536,
    URL_MAX = 1024,
    COUNT_MAX = 1 << 24,
    CODE_MAX = 1 << 20,
    SCORE_MAX = 100,
    PACKAGES_MAX = 40000,
    STATEMENT_MAX = 1 << 20,
};
#define ID_MAX ((int64_t)1 << 62)
#define TIME_MAX ((int64_t)1 << 40)
#define SIZE_LIMIT ((int64_t)1 << 50)

#define NAME(s, m) WIRE_FIELD_TEXT(s, m, PATCHING_NAME_MAX)
#define LONG_TEXT(s, m) WIRE_FIELD_TEXT(s, m, PATCHING_TEXT_MAX)
#define WORD(s, m) WIRE_FIELD_TEXT(s, m, WORD_MAX)
#define NONCE(s) WIRE_FIELD_EXACT(s, nonce, PATCHING_NONCE_BYTES)
#define TIME(s, m) WIRE_FIELD_I64(s, m, 0, TIME_MAX)
#define ID(s, m) WIRE_FIELD_I64(s, m, 0, ID_MAX)
#define SCORE(m)                                                               \
    WIRE_FIELD_I64(patching_cve_fact, m, PATCHING_SCORE_NONE, SCORE_MAX)

static const struct wire_field patching_text_fields[] = {
    NAME(patching_text, text),
};
static const struct wire_shape shape_patching_text =
    WIRE_SHAPE_OF(patching_text, patching_text_fields);

/* --- Reboots -------------------------------------------------------------- */

static const struct wire_field patching_reboot_fields[] = {
    WIRE_FIELD_BOOL(patching_reboot, needed),
    WIRE_FIELD_I64(patching_reboot, level, PATCHING_REBOOT_NONE,
                   PATCHING_REBOOT_CRITICAL),
    LONG_TEXT(patching_reboot, reason),
    NAME(patching_reboot, requester),
    TIME(patching_reboot, since),
    TIME(patching_reboot, deadline),
    WORD(patching_reboot, action),
    TIME(patching_reboot, action_at),
    NAME(patching_reboot, action_by),
};
const struct wire_shape shape_patching_reboot =
    WIRE_SHAPE_OF(patching_reboot, patching_reboot_fields);

static const struct wire_field patching_reboot_state_fields[] = {
    NONCE(patching_reboot_state),
    TIME(patching_reboot_state, at),
    ID(patching_reboot_state, job),
    WIRE_FIELD_SHAPE(patching_reboot_state, reboot, shape_patching_reboot),
};
const struct wire_shape shape_patching_reboot_state =
    WIRE_SHAPE_OF(patching_reboot_state, patching_reboot_state_fields);

/* --- Scan ----------------------------------------------------------------- */

static const struct wire_field patching_missing_fields[] = {
    NAME(patching_missing, name),
    WIRE_FIELD_TEXT(patching_missing, arch, ARCH_MAX),
    NAME(patching_missing, installed),
    NAME(patching_missing, candidate),
    NAME(patching_missing, origin),
    NAME(patching_missing, suite),
    NAME(patching_missing, repository),
    WIRE_FIELD_I64(patching_missing, size, 0, SIZE_LIMIT),
    NAME(patching_missing, advisory),
    WORD(patching_missing, type),
    WORD(patching_missing, severity),
    LONG_TEXT(patching_missing, title),
    WIRE_FIELD_BOOL(patching_missing, held),
    WIRE_FIELD_BOOL(patching_missing, security),
    LONG_TEXT(patching_missing, problem),
    WIRE_FIELD_LIST(patching_missing, cves, PATCHING_CVES_MAX,
                    shape_patching_text),
};
static const struct wire_shape shape_patching_missing =
    WIRE_SHAPE_OF(patching_missing, patching_missing_fields);

static const struct wire_field patching_scan_fields[] = {
    NONCE(patching_scan),
    ID(patching_scan, job),
    WIRE_FIELD_I64(patching_scan, cause, PATCHING_SCAN_INSTALLED,
                   PATCHING_SCAN_JOB),
    TIME(patching_scan, collected),
    WORD(patching_scan, manager),
    ID(patching_scan, policy_revision),
    WIRE_FIELD_I64(patching_scan, installed, 0, COUNT_MAX),
    WIRE_FIELD_LIST(patching_scan, missing, PATCHING_MISSING_MAX,
                    shape_patching_missing),
    WIRE_FIELD_SHAPE(patching_scan, reboot, shape_patching_reboot),
    WIRE_FIELD_TEXT(patching_scan, errors, ERRORS_MAX),
    WIRE_FIELD_TEXT(patching_scan, failure, PATCHING_TEXT_MAX),
};
const struct wire_shape shape_patching_scan =
    WIRE_SHAPE_OF(patching_scan, patching_scan_fields);

/* --- Deployment ------------------------------------------------------------
 */

static const struct {
    const char *name;
    bool final;
} states[PATCHING_STATE_MAX + 1] = {
    [PATCHING_QUEUED] = { "queued", false },
    [PATCHING_STAGED] = { "staged", false },
    [PATCHING_DOWNLOADING] = { "downloading", false },
    [PATCHING_WAITING_REBOOT] = { "waiting for reboot", false },
    [PATCHING_INSTALLING] = { "installing", false },
    [PATCHING_INSTALLED] = { "installed", true },
    [PATCHING_PENDING_REBOOT] = { "pending reboot", false },
    [PATCHING_FAILED] = { "failed", true },
    [PATCHING_SKIPPED] = { "skipped", true },
    [PATCHING_SUPERSEDED] = { "superseded", true },
    [PATCHING_CANCELLED] = { "cancelled", true },
    [PATCHING_MISSED] = { "missed", true },
};

const char *patching_state_name(int64_t state)
{
    return state >= 1 && state <= PATCHING_STATE_MAX ? states[state].name
                                                     : NULL;
}

int64_t patching_state_find(str name)
{
    for (int64_t i = 1; i <= PATCHING_STATE_MAX; i++)
        if (str_eq_c(name, states[i].name))
            return i;
    return 0;
}

bool patching_state_is_final(int64_t state)
{
    return state >= 1 && state <= PATCHING_STATE_MAX && states[state].final;
}

static const struct wire_field patching_outcome_fields[] = {
    NAME(patching_outcome, patch),
    NAME(patching_outcome, package),
    NAME(patching_outcome, from),
    NAME(patching_outcome, to),
    WIRE_FIELD_I64(patching_outcome, state, PATCHING_QUEUED,
                   PATCHING_STATE_MAX),
    WIRE_FIELD_I64(patching_outcome, code, -CODE_MAX, CODE_MAX),
    TIME(patching_outcome, at),
    LONG_TEXT(patching_outcome, text),
};
static const struct wire_shape shape_patching_outcome =
    WIRE_SHAPE_OF(patching_outcome, patching_outcome_fields);

static const struct wire_field patching_group_used_fields[] = {
    NAME(patching_group_used, name),
    ID(patching_group_used, revision),
};
static const struct wire_shape shape_patching_group_used =
    WIRE_SHAPE_OF(patching_group_used, patching_group_used_fields);

static const struct wire_field patching_terms_fields[] = {
    ID(patching_terms, run),
    ID(patching_terms, configuration),
    ID(patching_terms, version),
    WORD(patching_terms, task),
};
static const struct wire_shape shape_patching_terms =
    WIRE_SHAPE_OF(patching_terms, patching_terms_fields);

static const struct wire_field patching_results_fields[] = {
    NONCE(patching_results),
    ID(patching_results, job),
    WIRE_FIELD_SHAPE(patching_results, terms, shape_patching_terms),
    WIRE_FIELD_BOOL(patching_results, catch_up),
    TIME(patching_results, due),
    TIME(patching_results, started),
    TIME(patching_results, ended),
    WIRE_FIELD_I64(patching_results, phase, PATCHING_PHASE_STAGING,
                   PATCHING_PHASE_DONE),
    WIRE_FIELD_I64(patching_results, outcome, PATCHING_RUN_GOES_ON,
                   PATCHING_RUN_MISSED),
    LONG_TEXT(patching_results, text),
    ID(patching_results, policy_revision),
    WIRE_FIELD_LIST(patching_results, groups, PATCHING_GROUPS_MAX,
                    shape_patching_group_used),
    WIRE_FIELD_LIST(patching_results, outcomes, PATCHING_OUTCOMES_MAX,
                    shape_patching_outcome),
    WIRE_FIELD_SHAPE(patching_results, reboot, shape_patching_reboot),
};
const struct wire_shape shape_patching_results =
    WIRE_SHAPE_OF(patching_results, patching_results_fields);

/* --- The policy ------------------------------------------------------------
 */

static const struct wire_field patching_cve_fact_fields[] = {
    NAME(patching_cve_fact, id),
    SCORE(cvss20),
    SCORE(cvss30),
    SCORE(cvss31),
    SCORE(cvss40),
    SCORE(rating),
    WIRE_FIELD_BOOL(patching_cve_fact, exploited),
};
static const struct wire_shape shape_patching_cve_fact =
    WIRE_SHAPE_OF(patching_cve_fact, patching_cve_fact_fields);

static const struct wire_field patching_fact_fields[] = {
    NAME(patching_fact, id),
    LONG_TEXT(patching_fact, title),
    WORD(patching_fact, type),
    WORD(patching_fact, severity),
    NAME(patching_fact, vendor),
    NAME(patching_fact, product),
    NAME(patching_fact, product_version),
    TIME(patching_fact, released),
    WIRE_FIELD_BOOL(patching_fact, preview),
    WIRE_FIELD_BOOL(patching_fact, enablement),
    WIRE_FIELD_BOOL(patching_fact, reboot),
    WIRE_FIELD_LIST(patching_fact, supersedes, PATCHING_SUPERSEDES_MAX,
                    shape_patching_text),
    WIRE_FIELD_LIST(patching_fact, requires, PATCHING_SUPERSEDES_MAX,
                    shape_patching_text),
    WIRE_FIELD_LIST(patching_fact, cves, PATCHING_CVES_MAX,
                    shape_patching_cve_fact),
};
static const struct wire_shape shape_patching_fact =
    WIRE_SHAPE_OF(patching_fact, patching_fact_fields);

static const struct wire_field patching_package_fact_fields[] = {
    NAME(patching_package_fact, name),
    WIRE_FIELD_TEXT(patching_package_fact, arch, ARCH_MAX),
    NAME(patching_package_fact, version),
    NAME(patching_package_fact, patch),
};
static const struct wire_shape shape_patching_package_fact =
    WIRE_SHAPE_OF(patching_package_fact, patching_package_fact_fields);

static const struct wire_field patching_policy_group_fields[] = {
    NAME(patching_policy_group, name),
    ID(patching_policy_group, revision),
    WIRE_FIELD_LIST(patching_policy_group, patches, PATCHING_GROUP_PATCHES_MAX,
                    shape_patching_text),
};
static const struct wire_shape shape_patching_policy_group =
    WIRE_SHAPE_OF(patching_policy_group, patching_policy_group_fields);

static const struct wire_field patching_hold_fields[] = {
    NAME(patching_hold, target),
    WIRE_FIELD_BOOL(patching_hold, is_package),
    LONG_TEXT(patching_hold, reason),
    NAME(patching_hold, author),
    TIME(patching_hold, until),
};
static const struct wire_shape shape_patching_hold =
    WIRE_SHAPE_OF(patching_hold, patching_hold_fields);

static const struct wire_field patching_suppression_fields[] = {
    NAME(patching_suppression, cve),
    LONG_TEXT(patching_suppression, reason),
    NAME(patching_suppression, author),
    TIME(patching_suppression, until),
};
static const struct wire_shape shape_patching_suppression =
    WIRE_SHAPE_OF(patching_suppression, patching_suppression_fields);

static const struct wire_field patching_freeze_fields[] = {
    TIME(patching_freeze, from),
    TIME(patching_freeze, until),
    LONG_TEXT(patching_freeze, reason),
};
static const struct wire_shape shape_patching_freeze =
    WIRE_SHAPE_OF(patching_freeze, patching_freeze_fields);

static const struct wire_field patching_approval_fields[] = {
    WIRE_FIELD_EXACT(patching_approval, key, SIGN_PUBLIC_BYTES),
    WIRE_FIELD_EXACT(patching_approval, signature, SIGNATURE_BYTES),
};
static const struct wire_shape shape_patching_approval =
    WIRE_SHAPE_OF(patching_approval, patching_approval_fields);

static const struct wire_field patching_policy_fields[] = {
    ID(patching_policy, revision),
    TIME(patching_policy, since),
    ID(patching_policy, configuration),
    ID(patching_policy, version),
    NAME(patching_policy, name),
    WIRE_FIELD_TEXT(patching_policy, settings, PATCHING_CONFIGURATION_MAX),
    WIRE_FIELD_LIST(patching_policy, groups, PATCHING_GROUPS_MAX,
                    shape_patching_policy_group),
    WIRE_FIELD_LIST(patching_policy, patches, PATCHING_MISSING_MAX,
                    shape_patching_fact),
    WIRE_FIELD_LIST(patching_policy, packages, PACKAGES_MAX,
                    shape_patching_package_fact),
    WIRE_FIELD_LIST(patching_policy, holds, PATCHING_HOLDS_MAX,
                    shape_patching_hold),
    WIRE_FIELD_LIST(patching_policy, suppressions, PATCHING_HOLDS_MAX,
                    shape_patching_suppression),
    WIRE_FIELD_LIST(patching_policy, freezes, PATCHING_FREEZES_MAX,
                    shape_patching_freeze),
    WIRE_FIELD_I64(patching_policy, ring, 0, 100),
    WIRE_FIELD_BOOL(patching_policy, ring_open),
    LONG_TEXT(patching_policy, ring_text),
    WIRE_FIELD_TEXT(patching_policy, download_url, URL_MAX),
    WIRE_FIELD_LIST(patching_policy, approvals, PATCHING_APPROVALS_MAX,
                    shape_patching_approval),
};
const struct wire_shape shape_patching_policy =
    WIRE_SHAPE_OF(patching_policy, patching_policy_fields);

/* --- Orders by hand ---------------------------------------------------------
 */

static const struct wire_field job_patch_scan_fields[] = {
    ID(job_patch_scan, run),
};
const struct wire_shape shape_job_patch_scan =
    WIRE_SHAPE_OF(job_patch_scan, job_patch_scan_fields);

static const struct wire_field job_patch_deploy_fields[] = {
    WIRE_FIELD_SHAPE(job_patch_deploy, terms, shape_patching_terms),
    WIRE_FIELD_BOOL(job_patch_deploy, stage_only),
    WIRE_FIELD_LIST(job_patch_deploy, patches, PATCHING_MISSING_MAX,
                    shape_patching_text),
    WIRE_FIELD_LIST(job_patch_deploy, approvals, PATCHING_APPROVALS_MAX,
                    shape_patching_approval),
};
const struct wire_shape shape_job_patch_deploy =
    WIRE_SHAPE_OF(job_patch_deploy, job_patch_deploy_fields);

static const struct wire_field job_reboot_fields[] = {
    ID(job_reboot, run),
    WIRE_FIELD_I64(job_reboot, level, PATCHING_REBOOT_ADVISED,
                   PATCHING_REBOOT_CRITICAL),
    LONG_TEXT(job_reboot, reason),
    TIME(job_reboot, deadline),
};
const struct wire_shape shape_job_reboot =
    WIRE_SHAPE_OF(job_reboot, job_reboot_fields);

/* --- Approvals ---------------------------------------------------------------
 */

static const struct wire_field patching_statement_fields[] = {
    ID(patching_statement, configuration),
    ID(patching_statement, version),
    WIRE_FIELD_TEXT(patching_statement, settings, PATCHING_CONFIGURATION_MAX),
    WIRE_FIELD_LIST(patching_statement, patches, PATCHING_MISSING_MAX,
                    shape_patching_text),
};
static const struct wire_shape shape_patching_statement =
    WIRE_SHAPE_OF(patching_statement, patching_statement_fields);

int patching_statement_text(const struct patching_statement *statement,
                            struct buf *out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(STATEMENT_MAX);
    uint8_t bytes[DIGEST_BYTES_MAX];
    struct digest digest;
    int rc = wire_write(&shape_patching_statement, statement, &text, err);

    if (rc < 0)
        return rc;
    digest_init(&digest, DIGEST_SHA256);
    digest_add(&digest, text.p, text.n);
    digest_bytes(&digest, bytes);
    for (size_t i = 0; i < PATCHING_DIGEST_BYTES; i++)
        buf_printf(out, "%02x", bytes[i]);
    return 0;
}

/* Whether one of the approvals is by this key. */
static bool approved_by(const struct wire_list *approvals,
                        const uint8_t key[SIGN_PUBLIC_BYTES], str text)
{
    const struct patching_approval *all = approvals->p;

    for (size_t i = 0; i < approvals->n; i++) {
        if (all[i].signature.n == SIGNATURE_BYTES &&
            str_eq(all[i].key, (str){ (const char *)key, SIGN_PUBLIC_BYTES }) &&
            sign_check(key, STR(PATCHING_APPROVAL_DOMAIN), text,
                       (const uint8_t *)all[i].signature.p))
            return true;
    }
    return false;
}

size_t patching_approvals_count(const struct wire_list *approvals,
                                const uint8_t (*keys)[SIGN_PUBLIC_BYTES],
                                size_t key_count, str text)
{
    size_t n = 0;

    for (size_t i = 0; i < key_count; i++) {
        bool again = false;

        for (size_t j = 0; j < i; j++)
            again |= memcmp(keys[i], keys[j], SIGN_PUBLIC_BYTES) == 0;
        n += !again && approved_by(approvals, keys[i], text);
    }
    return n;
}
