/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a file of risk data of ours; checksums are made right first, so
 * that what lies behind them is reached.
 */
#include "base/mem.h"
#include "risk/data_int.h"
#include "risk/draft.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile size_t seen;

static void repair(char *bytes, size_t size)
{
    struct risk_header *h = (void *)bytes;
    size_t blocks;
    size_t front;

    if (size < sizeof(*h) || h->source_count > RISK_SOURCES_MAX ||
        h->record_count > size)
        return;
    blocks = ((size_t)h->record_count + RISK_BLOCK - 1) / RISK_BLOCK;
    front = h->source_count * sizeof(struct risk_file_source) +
            blocks * sizeof(struct risk_block);
    h->file_size = size;
    h->block_count = (uint32_t)blocks;
    if (sizeof(*h) + front + h->record_count * sizeof(struct risk_record) >=
        size)
        return;
    h->text_size = size - sizeof(*h) - front -
                   h->record_count * sizeof(struct risk_record);
    h->text_checksum =
        str_hash((str){ bytes + size - h->text_size, h->text_size });
    for (size_t i = 0; i < blocks; i++) {
        size_t n = h->record_count - i * RISK_BLOCK;
        struct risk_block *block =
            (struct risk_block *)(void *)(bytes + sizeof(*h) +
                                          h->source_count *
                                              sizeof(struct risk_file_source)) +
            i;

        n = n < RISK_BLOCK ? n : RISK_BLOCK;
        block->checksum =
            str_hash((str){ bytes + sizeof(*h) + front +
                                i * RISK_BLOCK * sizeof(struct risk_record),
                            n * sizeof(struct risk_record) });
    }
    h->checksum = risk_header_checksum(h, h + 1, front);
}

static void use(struct risk_data *data)
{
    AUTO(risk_draft_freep) struct risk_draft *draft = NULL;
    static const char *const cves[] = { "CVE-2020-0001", "CVE-2020-0002",
                                        "CVE-0000-0000" };
    struct risk_source source;
    struct risk risk;

    for (size_t i = 0; i < COUNT(cves); i++) {
        if (risk_data_find(data, str_c(cves[i]), &risk, NULL) == 0)
            seen += risk.vector.n + risk.source.n + risk.epss_date.n;
    }
    for (size_t i = 0; i < risk_data_sources(data); i++) {
        if (risk_data_source(data, i, &source, NULL) == 0)
            seen += source.name.n;
    }
    if (risk_draft_new(data, &draft, NULL) == 0)
        seen++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(mem_freep) char *copy = mem_alloc(size + 1, 1);
    AUTO(risk_data_freep) struct risk_data *opened = NULL;

    memcpy(copy, data, size);
    repair(copy, size);
    if (risk_data_open_memory((str){ copy, size }, "fuzz", &opened, NULL) == 0)
        use(opened);
    return 0;
}
