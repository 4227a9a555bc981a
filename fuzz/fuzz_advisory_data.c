/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a file of advisories of ours; checksums are made right first,
 * so that what lies behind them is reached.
 */
#include "advisory/data_int.h"
#include "advisory/draft.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile size_t seen;

static void repair(char *bytes, size_t size)
{
    struct adv_header *h = (void *)bytes;

    if (size < sizeof(*h))
        return;
    h->file_size = size;
    for (unsigned i = 0; i < ADV_SECTIONS; i++) {
        struct adv_section_head *head = &h->sections[i];
        size_t one = adv_record_size((enum adv_section)i);

        if (head->offset <= size && head->count <= (size - head->offset) / one)
            head->checksum =
                str_hash((str){ bytes + head->offset, head->count * one });
    }
    h->checksum = adv_header_checksum(h);
}

static int on_statement(void *ctx, const struct advisory_statement *statement,
                        struct err *err)
{
    (void)ctx;
    (void)err;
    seen += statement->item.package.n + statement->vulnerability.n;
    return seen % 4096 == 4095; /* there may be very many */
}

static void use(const struct advisory_data *data)
{
    AUTO(advisory_draft_freep) struct advisory_draft *draft = NULL;
    struct advisory_score score;
    struct advisory_item item;
    struct advisory a;
    str release;

    for (uint32_t i = 0; i < 16 && advisory_data_at(data, i, &a); i++) {
        item.package = STR("");
        for (size_t k = 0; k < 64 && advisory_data_item(data, i, k, &item); k++)
            seen += item.package.n;
        for (size_t k = 0; k < 64; k++)
            seen += advisory_data_vuln(data, i, k).n +
                    advisory_data_reference(data, i, k).n +
                    advisory_data_supersedes(data, a.id, k, &release).n +
                    advisory_data_superseded_by(data, a.id, k, &release).n;
        if (advisory_data_package(data, item.package, STR(""), on_statement,
                                  NULL, NULL) < 0)
            seen++;
    }
    for (size_t i = 0; i < 16; i++) {
        str name = advisory_data_name(data, i);

        if (name.p != NULL && advisory_data_vulnerability(
                                  data, name, on_statement, NULL, NULL) < 0)
            seen++;
        if (name.p != NULL && advisory_data_score(data, name, 0, &score))
            seen += score.vector.n;
    }
    if (advisory_draft_new(data, &draft, NULL) == 0)
        seen++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(mem_freep) char *copy = mem_alloc(size + 1, 1);
    AUTO(advisory_data_freep) struct advisory_data *opened = NULL;

    memcpy(copy, data, size);
    repair(copy, size);
    if (advisory_data_open_memory((str){ copy, size }, "fuzz", &opened, NULL) ==
        0)
        use(opened);
    return 0;
}
