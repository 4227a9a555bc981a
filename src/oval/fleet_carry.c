/* SPDX-License-Identifier: Apache-2.0 */
#include "base/vec.h"
#include "oval/fleet.h"
#include "oval/verdicts_int.h"

struct oval_carry {
    uint64_t old_key;
    uint64_t key;
    uint32_t old_n;
    uint32_t n;
    bool *changed; /* by definition of now */
    uint32_t *to;  /* by definition of before: where it stands now */
    struct verdict_writer writer;
    VEC(uint32_t) list; /* definition * 8 + result */
};

struct oval_carry *oval_carry_new(const struct oval_content *before,
                                  const struct oval_content *now,
                                  const uint32_t *map)
{
    struct oval_carry *carry = mem_alloc(1, sizeof(*carry));

    carry->old_key = oval_verdicts_key(before);
    carry->key = oval_verdicts_key(now);
    carry->old_n = before->definitions.n;
    carry->n = now->definitions.n;
    carry->changed = mem_alloc(carry->n + 1, sizeof(bool));
    carry->to = mem_alloc(carry->old_n + 1, sizeof(uint32_t));
    memset(carry->to, 0xff, carry->old_n * sizeof(uint32_t));
    for (uint32_t i = 0; i < carry->n; i++) {
        carry->changed[i] = map[i] >= carry->old_n;
        if (!carry->changed[i])
            carry->to[map[i]] = i;
    }
    return carry;
}

void oval_carry_free(struct oval_carry *carry)
{
    if (carry == NULL)
        return;
    mem_free(carry->changed);
    mem_free(carry->to);
    verdict_writer_clear(&carry->writer);
    vec_clear(&carry->list);
    mem_free(carry);
}

void oval_carry_freep(struct oval_carry **carry)
{
    oval_carry_free(*carry);
    *carry = NULL;
}

const bool *oval_carry_changed(const struct oval_carry *carry)
{
    return carry->changed;
}

static int take_old(void *ctx, uint32_t first, uint32_t count,
                    enum oval_result result, struct err *err UNUSED)
{
    struct oval_carry *carry = ctx;

    for (uint32_t i = first; i < first + count; i++)
        if (carry->to[i] != OVAL_NONE)
            *vec_push(&carry->list) = carry->to[i] * 8 + result;
    return 0;
}

static int take_changed(void *ctx, uint32_t first, uint32_t count,
                        enum oval_result result, struct err *err UNUSED)
{
    struct oval_carry *carry = ctx;

    for (uint32_t i = first; i < first + count; i++)
        if (carry->changed[i])
            *vec_push(&carry->list) = i * 8 + result;
    return 0;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

int oval_carry_blob(struct oval_carry *carry, str old, str changed,
                    struct buf *out, struct err *err)
{
    bool sorted = true;
    int rc;

    carry->list.n = 0;
    rc = oval_verdicts_walk(old, carry->old_key, carry->old_n, take_old, carry,
                            err);
    if (rc == 0)
        rc = oval_verdicts_walk(changed, carry->key, carry->n, take_changed,
                                carry, err);
    if (rc < 0)
        return rc;
    for (size_t i = 1; sorted && i < carry->list.n; i++)
        sorted = carry->list.p[i - 1] < carry->list.p[i];
    if (!sorted)
        qsort(carry->list.p, carry->list.n, sizeof(*carry->list.p), by_number);
    verdict_writer_put(&carry->writer, NULL, 0, carry->list.p, carry->list.n);
    verdict_writer_finish(&carry->writer, carry->n, carry->key, out);
    return buf_finish(out, "stored results", err);
}
