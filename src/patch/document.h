/* SPDX-License-Identifier: Apache-2.0
 *
 * The question "what is deployed on this device?" as one JSON document:
 * catalogue, missing patches and configuration, as INTERFACES.md has it. The
 * configuration holds the members of options.h, "scan_preview" and "groups".
 * Further members of the document: "distribution": {"id": "rhel",
 * "version_id": "7.9"}.
 *
 * It is read as a stream, a patch at a time; every limit is the catalogue's.
 */
#ifndef PATCH_DOCUMENT_H
#define PATCH_DOCUMENT_H

#include "patch/select.h"

enum {
    PATCH_DOCUMENT_MAX = 1 << 29, /* bytes */
    PATCH_MEMBERS_MAX = 1 << 22,  /* of all groups */
};

struct patch_document {
    struct arena arena;
    struct patch_catalogue *catalogue; /* sealed; has all that is missing */
    VEC(uint32_t) missing;             /* none twice */
    struct patch_options options;
    struct patch_policy policy; /* points into the document */
    struct patch_selector *selector;
};

/* Errors begin with the line where there is one, then the field: E_PARSE,
 * E_LIMIT, E_INVALID. *out must not move once it is read;
 * patch_document_clear() releases it. */
int patch_document_parse(str json, struct patch_document *out,
                         struct err *err) MUST_CHECK;
void patch_document_clear(struct patch_document *document);

/* What is odd about the data, a sentence each: ids that the catalogue lacks,
 * circles of supersedence, chosen enablement packages that are none, levels
 * that are not looked at. Appends texts of the arena. */
void patch_document_warn(struct patch_document *document,
                         struct patch_texts *out);

/* The patches to deploy, in the order of their ids; decisions[] as given. */
struct patch_answer {
    uint32_t *deploy; /* mem_free() */
    size_t deploy_count;
    const struct patch_decision *decisions;
    size_t decision_count;
};
void patch_document_answer(const struct patch_document *document,
                           struct patch_work *work, struct patch_answer *out);

#endif
