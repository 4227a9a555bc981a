/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/eval.h"
#include "oval/fleet_int.h"

struct oval_assess {
    const struct oval_fleet *fleet;
    const struct oval_content *content;
    uint64_t key;
    uint8_t *results;
};

int oval_assess_new(const struct oval_fleet *fleet,
                    const struct oval_content *content,
                    struct oval_assess **out, struct err *err UNUSED)
{
    struct oval_assess *assess = mem_alloc(1, sizeof(*assess));

    assess->fleet = fleet;
    assess->content = content;
    assess->key = oval_verdicts_key(content);
    assess->results = mem_alloc(content->definitions.n, 1);
    *out = assess;
    return 0;
}

void oval_assess_free(struct oval_assess *assess)
{
    if (assess != NULL)
        mem_free(assess->results);
    mem_free(assess);
}

void oval_assess_freep(struct oval_assess **assess)
{
    oval_assess_free(*assess);
    *assess = NULL;
}

uint64_t oval_assess_bytes(const struct oval_assess *assess)
{
    return assess->content->definitions.n;
}

/* The ordinary evaluator on one device. */
static int evaluate(struct oval_assess *assess, uint32_t device,
                    struct err *err)
{
    AUTO(oval_source_freep) struct oval_source *source = NULL;
    AUTO(oval_eval_freep) struct oval_eval *eval = NULL;
    AUTO(arena_clear) struct arena arena = ARENA;
    struct oval_inventory inventory;
    int rc;

    oval_fleet_inventory(assess->fleet, device, &arena, &inventory);
    rc = oval_inventory_source_new(&inventory, &assess->fleet->options, &source,
                                   err);
    if (rc == 0)
        rc = oval_eval_new(assess->content, source, NULL, &eval, err);
    if (rc == 0)
        rc = oval_eval_all(eval, err);
    for (uint32_t i = 0; rc == 0 && i < assess->content->definitions.n; i++) {
        enum oval_result r = OVAL_ERROR;

        oval_eval_result(eval, i, &r);
        assess->results[i] = (uint8_t)r;
    }
    return rc;
}

int oval_assess_device(struct oval_assess *assess, uint32_t device,
                       struct buf *blob, struct err *err)
{
    int rc;

    if (oval_fleet_device(assess->fleet, device).p == NULL)
        return err_set(err, E_ABSENT, "there is no device %u", device);
    rc = evaluate(assess, device, err);
    if (rc == 0)
        oval_verdicts_encode(assess->results, assess->content->definitions.n,
                             assess->key, blob);
    return rc < 0 ? rc : buf_finish(blob, "stored results", err);
}

int oval_assess_all(struct oval_assess *assess,
                    const struct oval_assess_options *options,
                    struct oval_fleet_counts *counts, struct err *err)
{
    AUTO(buf_clear) struct buf blob = BUF(OVAL_VERDICTS_BLOB_MAX);
    uint32_t n = oval_fleet_size(assess->fleet);
    uint32_t done = 0;
    int rc = 0;

    for (uint32_t d = 0; rc == 0 && d < n; d++) {
        if (oval_fleet_device(assess->fleet, d).p == NULL)
            continue;
        buf_reset(&blob);
        rc = oval_assess_device(assess, d, &blob, err);
        for (uint32_t i = 0;
             rc == 0 && counts != NULL && i < assess->content->definitions.n;
             i++)
            counts[i].n[assess->results[i]]++;
        if (rc == 0 && options->device != NULL)
            rc = options->device(options->ctx, d, buf_str(&blob), err);
        if (options->progress != NULL)
            options->progress(options->ctx, ++done, n);
    }
    return rc;
}

void oval_content_unchanged(const struct oval_content *before,
                            const struct oval_content *now, uint32_t *map)
{
    (void)before;
    for (uint32_t i = 0; i < now->definitions.n; i++)
        map[i] = OVAL_NONE;
}
