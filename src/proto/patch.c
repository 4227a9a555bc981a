/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/patch.h"

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

#define NAME(s, m) WIRE_FIELD_TEXT(s, m, PATCH_NAME_MAX)
#define LONG_TEXT(s, m) WIRE_FIELD_TEXT(s, m, PATCH_TEXT_MAX)
#define WORD(s, m) WIRE_FIELD_TEXT(s, m, WORD_MAX)
#define NONCE(s) WIRE_FIELD_EXACT(s, nonce, PATCH_NONCE_BYTES)
#define TIME(s, m) WIRE_FIELD_I64(s, m, 0, TIME_MAX)
#define ID(s, m) WIRE_FIELD_I64(s, m, 0, ID_MAX)
#define SCORE(m) WIRE_FIELD_I64(patch_cve_fact, m, PATCH_SCORE_NONE, SCORE_MAX)

static const struct wire_field patch_text_fields[] = {
    NAME(patch_text, text),
};
static const struct wire_shape shape_patch_text =
    WIRE_SHAPE_OF(patch_text, patch_text_fields);

/* --- Reboots -------------------------------------------------------------- */

static const struct wire_field patch_reboot_fields[] = {
    WIRE_FIELD_BOOL(patch_reboot, needed),
    WIRE_FIELD_I64(patch_reboot, level, PATCH_REBOOT_NONE,
                   PATCH_REBOOT_CRITICAL),
    LONG_TEXT(patch_reboot, reason),
    NAME(patch_reboot, requester),
    TIME(patch_reboot, since),
    TIME(patch_reboot, deadline),
    WORD(patch_reboot, action),
    TIME(patch_reboot, action_at),
    NAME(patch_reboot, action_by),
};
static const struct wire_shape shape_patch_reboot =
    WIRE_SHAPE_OF(patch_reboot, patch_reboot_fields);

static const struct wire_field patch_reboot_state_fields[] = {
    NONCE(patch_reboot_state),
    TIME(patch_reboot_state, at),
    ID(patch_reboot_state, job),
    WIRE_FIELD_SHAPE(patch_reboot_state, reboot, shape_patch_reboot),
};
const struct wire_shape shape_patch_reboot_state =
    WIRE_SHAPE_OF(patch_reboot_state, patch_reboot_state_fields);

/* --- Scan ----------------------------------------------------------------- */

static const struct wire_field patch_missing_fields[] = {
    NAME(patch_missing, name),
    WIRE_FIELD_TEXT(patch_missing, arch, ARCH_MAX),
    NAME(patch_missing, installed),
    NAME(patch_missing, candidate),
    NAME(patch_missing, origin),
    NAME(patch_missing, suite),
    NAME(patch_missing, repository),
    WIRE_FIELD_I64(patch_missing, size, 0, SIZE_LIMIT),
    NAME(patch_missing, advisory),
    WORD(patch_missing, type),
    WORD(patch_missing, severity),
    LONG_TEXT(patch_missing, title),
    WIRE_FIELD_BOOL(patch_missing, held),
    WIRE_FIELD_BOOL(patch_missing, security),
    LONG_TEXT(patch_missing, problem),
    WIRE_FIELD_LIST(patch_missing, cves, PATCH_CVES_MAX, shape_patch_text),
};
static const struct wire_shape shape_patch_missing =
    WIRE_SHAPE_OF(patch_missing, patch_missing_fields);

static const struct wire_field patch_scan_fields[] = {
    NONCE(patch_scan),
    ID(patch_scan, job),
    WIRE_FIELD_I64(patch_scan, cause, PATCH_SCAN_INSTALLED, PATCH_SCAN_JOB),
    TIME(patch_scan, collected),
    WORD(patch_scan, manager),
    ID(patch_scan, policy_revision),
    WIRE_FIELD_I64(patch_scan, installed, 0, COUNT_MAX),
    WIRE_FIELD_LIST(patch_scan, missing, PATCH_MISSING_MAX,
                    shape_patch_missing),
    WIRE_FIELD_SHAPE(patch_scan, reboot, shape_patch_reboot),
    WIRE_FIELD_TEXT(patch_scan, errors, ERRORS_MAX),
};
const struct wire_shape shape_patch_scan =
    WIRE_SHAPE_OF(patch_scan, patch_scan_fields);

/* --- Deployment ------------------------------------------------------------
 */

static const struct {
    const char *name;
    bool final;
} states[PATCH_STATE_MAX + 1] = {
    [PATCH_QUEUED] = { "queued", false },
    [PATCH_STAGED] = { "staged", false },
    [PATCH_DOWNLOADING] = { "downloading", false },
    [PATCH_WAITING_REBOOT] = { "waiting for reboot", false },
    [PATCH_INSTALLING] = { "installing", false },
    [PATCH_INSTALLED] = { "installed", true },
    [PATCH_PENDING_REBOOT] = { "pending reboot", false },
    [PATCH_FAILED] = { "failed", true },
    [PATCH_SKIPPED] = { "skipped", true },
    [PATCH_SUPERSEDED] = { "superseded", true },
    [PATCH_CANCELLED] = { "cancelled", true },
    [PATCH_MISSED] = { "missed", true },
};

const char *patch_state_name(int64_t state)
{
    return state >= 1 && state <= PATCH_STATE_MAX ? states[state].name : NULL;
}

int64_t patch_state_find(str name)
{
    for (int64_t i = 1; i <= PATCH_STATE_MAX; i++)
        if (str_eq_c(name, states[i].name))
            return i;
    return 0;
}

bool patch_state_is_final(int64_t state)
{
    return state >= 1 && state <= PATCH_STATE_MAX && states[state].final;
}

static const struct wire_field patch_outcome_fields[] = {
    NAME(patch_outcome, patch),
    NAME(patch_outcome, package),
    NAME(patch_outcome, from),
    NAME(patch_outcome, to),
    WIRE_FIELD_I64(patch_outcome, state, PATCH_QUEUED, PATCH_STATE_MAX),
    WIRE_FIELD_I64(patch_outcome, code, -CODE_MAX, CODE_MAX),
    TIME(patch_outcome, at),
    LONG_TEXT(patch_outcome, text),
};
static const struct wire_shape shape_patch_outcome =
    WIRE_SHAPE_OF(patch_outcome, patch_outcome_fields);

static const struct wire_field patch_group_used_fields[] = {
    NAME(patch_group_used, name),
    ID(patch_group_used, revision),
};
static const struct wire_shape shape_patch_group_used =
    WIRE_SHAPE_OF(patch_group_used, patch_group_used_fields);

static const struct wire_field patch_terms_fields[] = {
    ID(patch_terms, run),
    ID(patch_terms, configuration),
    ID(patch_terms, version),
    WORD(patch_terms, task),
};
static const struct wire_shape shape_patch_terms =
    WIRE_SHAPE_OF(patch_terms, patch_terms_fields);

static const struct wire_field patch_results_fields[] = {
    NONCE(patch_results),
    ID(patch_results, job),
    WIRE_FIELD_SHAPE(patch_results, terms, shape_patch_terms),
    WIRE_FIELD_BOOL(patch_results, catch_up),
    TIME(patch_results, due),
    TIME(patch_results, started),
    TIME(patch_results, ended),
    WIRE_FIELD_I64(patch_results, phase, PATCH_PHASE_STAGING, PATCH_PHASE_DONE),
    WIRE_FIELD_I64(patch_results, outcome, PATCH_RUN_GOES_ON, PATCH_RUN_MISSED),
    LONG_TEXT(patch_results, text),
    ID(patch_results, policy_revision),
    WIRE_FIELD_LIST(patch_results, groups, PATCH_GROUPS_MAX,
                    shape_patch_group_used),
    WIRE_FIELD_LIST(patch_results, outcomes, PATCH_OUTCOMES_MAX,
                    shape_patch_outcome),
    WIRE_FIELD_SHAPE(patch_results, reboot, shape_patch_reboot),
};
const struct wire_shape shape_patch_results =
    WIRE_SHAPE_OF(patch_results, patch_results_fields);

/* --- The policy ------------------------------------------------------------
 */

static const struct wire_field patch_cve_fact_fields[] = {
    NAME(patch_cve_fact, id),
    SCORE(cvss20),
    SCORE(cvss30),
    SCORE(cvss31),
    SCORE(cvss40),
    SCORE(rating),
    WIRE_FIELD_BOOL(patch_cve_fact, exploited),
};
static const struct wire_shape shape_patch_cve_fact =
    WIRE_SHAPE_OF(patch_cve_fact, patch_cve_fact_fields);

static const struct wire_field patch_fact_fields[] = {
    NAME(patch_fact, id),
    LONG_TEXT(patch_fact, title),
    WORD(patch_fact, type),
    WORD(patch_fact, severity),
    NAME(patch_fact, vendor),
    NAME(patch_fact, product),
    NAME(patch_fact, product_version),
    TIME(patch_fact, released),
    WIRE_FIELD_BOOL(patch_fact, preview),
    WIRE_FIELD_BOOL(patch_fact, enablement),
    WIRE_FIELD_BOOL(patch_fact, reboot),
    WIRE_FIELD_LIST(patch_fact, supersedes, PATCH_SUPERSEDES_MAX,
                    shape_patch_text),
    WIRE_FIELD_LIST(patch_fact, cves, PATCH_CVES_MAX, shape_patch_cve_fact),
};
static const struct wire_shape shape_patch_fact =
    WIRE_SHAPE_OF(patch_fact, patch_fact_fields);

static const struct wire_field patch_package_fact_fields[] = {
    NAME(patch_package_fact, name),
    WIRE_FIELD_TEXT(patch_package_fact, arch, ARCH_MAX),
    NAME(patch_package_fact, version),
    NAME(patch_package_fact, patch),
};
static const struct wire_shape shape_patch_package_fact =
    WIRE_SHAPE_OF(patch_package_fact, patch_package_fact_fields);

static const struct wire_field patch_policy_group_fields[] = {
    NAME(patch_policy_group, name),
    ID(patch_policy_group, revision),
    WIRE_FIELD_LIST(patch_policy_group, patches, PATCH_GROUP_PATCHES_MAX,
                    shape_patch_text),
};
static const struct wire_shape shape_patch_policy_group =
    WIRE_SHAPE_OF(patch_policy_group, patch_policy_group_fields);

static const struct wire_field patch_hold_fields[] = {
    NAME(patch_hold, patch),
    LONG_TEXT(patch_hold, reason),
    TIME(patch_hold, expires),
};
static const struct wire_shape shape_patch_hold =
    WIRE_SHAPE_OF(patch_hold, patch_hold_fields);

static const struct wire_field patch_freeze_fields[] = {
    TIME(patch_freeze, from),
    TIME(patch_freeze, until),
    LONG_TEXT(patch_freeze, reason),
};
static const struct wire_shape shape_patch_freeze =
    WIRE_SHAPE_OF(patch_freeze, patch_freeze_fields);

static const struct wire_field patch_approval_fields[] = {
    WIRE_FIELD_EXACT(patch_approval, key, SIGN_PUBLIC_BYTES),
    WIRE_FIELD_EXACT(patch_approval, signature, SIGNATURE_BYTES),
};
static const struct wire_shape shape_patch_approval =
    WIRE_SHAPE_OF(patch_approval, patch_approval_fields);

static const struct wire_field patch_policy_fields[] = {
    ID(patch_policy, revision),
    TIME(patch_policy, since),
    ID(patch_policy, configuration),
    ID(patch_policy, version),
    NAME(patch_policy, name),
    WIRE_FIELD_TEXT(patch_policy, settings, PATCH_CONFIGURATION_MAX),
    WIRE_FIELD_LIST(patch_policy, groups, PATCH_GROUPS_MAX,
                    shape_patch_policy_group),
    WIRE_FIELD_LIST(patch_policy, patches, PATCH_MISSING_MAX, shape_patch_fact),
    WIRE_FIELD_LIST(patch_policy, packages, PACKAGES_MAX,
                    shape_patch_package_fact),
    WIRE_FIELD_LIST(patch_policy, holds, PATCH_HOLDS_MAX, shape_patch_hold),
    WIRE_FIELD_LIST(patch_policy, freezes, PATCH_FREEZES_MAX,
                    shape_patch_freeze),
    WIRE_FIELD_I64(patch_policy, ring, 0, 100),
    WIRE_FIELD_BOOL(patch_policy, ring_open),
    LONG_TEXT(patch_policy, ring_text),
    WIRE_FIELD_TEXT(patch_policy, download_url, URL_MAX),
    WIRE_FIELD_LIST(patch_policy, approvals, PATCH_APPROVALS_MAX,
                    shape_patch_approval),
};
const struct wire_shape shape_patch_policy =
    WIRE_SHAPE_OF(patch_policy, patch_policy_fields);

/* --- Orders by hand ---------------------------------------------------------
 */

static const struct wire_field job_patch_scan_fields[] = {
    ID(job_patch_scan, run),
};
const struct wire_shape shape_job_patch_scan =
    WIRE_SHAPE_OF(job_patch_scan, job_patch_scan_fields);

static const struct wire_field job_patch_deploy_fields[] = {
    WIRE_FIELD_SHAPE(job_patch_deploy, terms, shape_patch_terms),
    WIRE_FIELD_BOOL(job_patch_deploy, stage_only),
    WIRE_FIELD_LIST(job_patch_deploy, patches, PATCH_MISSING_MAX,
                    shape_patch_text),
    WIRE_FIELD_LIST(job_patch_deploy, approvals, PATCH_APPROVALS_MAX,
                    shape_patch_approval),
};
const struct wire_shape shape_job_patch_deploy =
    WIRE_SHAPE_OF(job_patch_deploy, job_patch_deploy_fields);

static const struct wire_field job_reboot_fields[] = {
    ID(job_reboot, run),
    WIRE_FIELD_I64(job_reboot, level, PATCH_REBOOT_ADVISED,
                   PATCH_REBOOT_CRITICAL),
    LONG_TEXT(job_reboot, reason),
    TIME(job_reboot, deadline),
};
const struct wire_shape shape_job_reboot =
    WIRE_SHAPE_OF(job_reboot, job_reboot_fields);

/* --- Approvals ---------------------------------------------------------------
 */

static const struct wire_field patch_statement_fields[] = {
    ID(patch_statement, configuration),
    ID(patch_statement, version),
    WIRE_FIELD_TEXT(patch_statement, settings, PATCH_CONFIGURATION_MAX),
    WIRE_FIELD_LIST(patch_statement, patches, PATCH_MISSING_MAX,
                    shape_patch_text),
};
static const struct wire_shape shape_patch_statement =
    WIRE_SHAPE_OF(patch_statement, patch_statement_fields);

int patch_statement_text(const struct patch_statement *statement,
                         struct buf *out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(STATEMENT_MAX);
    uint8_t bytes[DIGEST_BYTES_MAX];
    struct digest digest;
    int rc = wire_write(&shape_patch_statement, statement, &text, err);

    if (rc < 0)
        return rc;
    digest_init(&digest, DIGEST_SHA256);
    digest_add(&digest, text.p, text.n);
    digest_bytes(&digest, bytes);
    for (size_t i = 0; i < PATCH_DIGEST_BYTES; i++)
        buf_printf(out, "%02x", bytes[i]);
    return 0;
}

/* Whether one of the approvals is by this key. */
static bool approved_by(const struct wire_list *approvals,
                        const uint8_t key[SIGN_PUBLIC_BYTES], str text)
{
    const struct patch_approval *all = approvals->p;

    for (size_t i = 0; i < approvals->n; i++) {
        if (all[i].signature.n == SIGNATURE_BYTES &&
            str_eq(all[i].key, (str){ (const char *)key, SIGN_PUBLIC_BYTES }) &&
            sign_check(key, STR(PATCH_APPROVAL_DOMAIN), text,
                       (const uint8_t *)all[i].signature.p))
            return true;
    }
    return false;
}

size_t patch_approvals_count(const struct wire_list *approvals,
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
