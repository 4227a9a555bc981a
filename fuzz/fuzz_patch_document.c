/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every decision is put into words; each patch is decided once. */
static void decide(struct patch_document *d)
{
    AUTO(patch_work_freep)
    struct patch_work *work = patch_work_new(d->catalogue);
    AUTO(buf_clear) struct buf text = BUF(1 << 16);
    struct patch_texts odd;
    struct patch_answer answer;

    patch_document_answer(d, work, &answer);
    if (answer.decision_count != d->missing.n)
        __builtin_trap();
    for (size_t i = 0; i < answer.decision_count; i++) {
        patch_decision_because(d->selector, &answer.decisions[i], WORDS_FR,
                               &text);
        (void)patch_decision_warning(d->selector, &answer.decisions[i],
                                     WORDS_FR, &text);
        buf_reset(&text);
    }
    patch_document_warn(d, &odd);
    mem_free(answer.deploy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct patch_document document;

    if (patch_document_parse((str){ (const char *)data, size }, &document,
                             NULL) < 0)
        return 0;
    decide(&document);
    patch_document_clear(&document);
    return 0;
}
