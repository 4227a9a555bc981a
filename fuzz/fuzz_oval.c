/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as an OVAL document: loading refuses them, or gives content that
 * survives being packed, opened again and evaluated with nothing to collect.
 */
#include "base/mem.h"
#include "oval/eval.h"
#include "oval/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int collect_nothing(struct oval_source *source UNUSED,
                           const struct oval_query *query UNUSED,
                           struct oval_sink *sink UNUSED,
                           struct err *err UNUSED)
{
    return 0;
}

static void evaluate(const struct oval_content *content)
{
    static const struct oval_source_ops ops = { .collect = collect_nothing };
    struct oval_source source = { &ops, false };
    struct oval_eval_options options = { .detail = true };
    struct oval_eval *eval = NULL;
    struct err err = { 0 };

    if (oval_eval_new(content, &source, &options, &eval, &err) < 0)
        abort();
    if (oval_eval_all(eval, &err) < 0)
        abort();
    oval_eval_free(eval);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct oval_content *content = NULL;
    struct stream *stream = NULL;
    struct err err = { 0 };

    if (stream_open_memory((str){ (const char *)data, size }, "fuzz", NULL,
                           &stream, &err) < 0)
        return 0;
    if (oval_load(stream, NULL, NULL, &content, &err) == 0)
        evaluate(content);
    oval_content_free(content);
    stream_free(stream);
    return 0;
}
