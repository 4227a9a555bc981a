/* SPDX-License-Identifier: Apache-2.0
 *
 * A draft: the records of the file (data_int.h) as they grow, texts numbered
 * in the order they came. draft_write.c makes the file's order of them.
 */
#ifndef ADVISORY_DRAFT_INT_H
#define ADVISORY_DRAFT_INT_H

#include "advisory/data_int.h"
#include "advisory/draft.h"
#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"

struct advisory_draft {
    struct arena arena;
    VEC(str) texts;
    struct map numbers; /* of texts */
    uint64_t text_bytes;
    VEC(struct adv_source) sources;
    VEC(struct adv_document) documents;
    VEC(uint8_t) dead; /* by document: replaced */
    struct map places; /* of documents that were accepted: by adv_document */
    VEC(struct adv_advisory) advisories;
    VEC(struct adv_notice) notices;
    VEC(uint32_t) vulns;
    VEC(struct adv_item) items;
    VEC(uint32_t) refs;
    VEC(struct adv_score) scores;
    VEC(struct adv_supersede) supersedes;
    uint32_t advisory; /* the notices that follow stand in; ADVISORY_NONE */
    struct {           /* how many there were when the file began */
        size_t documents, advisories, notices, vulns, items, refs, scores,
            supersedes;
    } begun;
};

#endif
