/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as the stored results of a device: what is accepted has one form,
 * so writing it again gives the same bytes.
 */
#include "base/mem.h"
#include "oval/verdicts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t key_of(const uint8_t *data)
{
    uint64_t key = 0;

    for (unsigned i = 0; i < 8; i++)
        key |= (uint64_t)data[1 + i] << (8 * i);
    return key;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str blob = { (const char *)data, size };
    AUTO(buf_clear) struct buf again = BUF(OVAL_VERDICTS_BLOB_MAX);
    uint32_t n = 0;
    uint8_t *results;

    if (oval_verdicts_check(blob, NULL) < 0)
        return 0;
    for (size_t i = 9; i == 9 || (data[i - 1] & 0x80) != 0; i++)
        n |= (uint32_t)(data[i] & 0x7f) << (7 * (i - 9));
    if (n > 1 << 20)
        return 0;
    results = mem_alloc(n + 1, 1);
    if (oval_verdicts_decode(blob, key_of(data), n, results, NULL) < 0)
        abort();
    oval_verdicts_encode(results, n, key_of(data), &again);
    if (!str_eq(blob, buf_str(&again)))
        abort();
    mem_free(results);
    return 0;
}
