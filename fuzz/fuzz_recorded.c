/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a system characteristics document; what is accepted answers
 * the objects of a small content.
 */
#include "oval/eval.h"
#include "oval/recorded.h"
#include "oval/report.h"
#include "tests/unit/oval_small.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct oval_content *small_content(void)
{
    static struct oval_content *content;
    struct stream *stream = NULL;
    struct err err = { 0 };

    if (content != NULL)
        return content;
    if (stream_open_memory(STR(OVAL_SMALL), "small", NULL, &stream, &err) < 0 ||
        oval_load(stream, NULL, NULL, &content, &err) < 0)
        abort();
    stream_free(stream);
    return content;
}

static void evaluate(struct oval_source *source)
{
    struct oval_eval_options options = { .detail = true };
    struct oval_eval *eval = NULL;
    struct oval_report_content content = { 0 };
    struct oval_report report = { .contents = &content, .count = 1 };
    struct oval_counts counts;
    struct err err = { 0 };

    if (oval_eval_new(small_content(), source, &options, &eval, &err) < 0 ||
        oval_eval_all(eval, &err) < 0)
        abort(); /* content and documents never end an evaluation */
    content.eval = eval;
    oval_report_count(&report, &counts);
    if (counts.total != small_content()->definitions.n)
        abort();
    oval_eval_free(eval);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct oval_source *source = NULL;
    struct stream *stream = NULL;
    struct err err = { 0 };

    if (stream_open_memory((str){ (const char *)data, size }, "fuzz", NULL,
                           &stream, &err) == 0 &&
        oval_recorded_new(stream, &source, &err) == 0)
        evaluate(source);
    oval_source_free(source);
    stream_free(stream);
    return 0;
}
