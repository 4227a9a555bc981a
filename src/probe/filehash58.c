/* SPDX-License-Identifier: Apache-2.0
 *
 * independent:filehash58: digests of files, one item a file and algorithm
 * that the entity hash_type wants (independent-definitions-schema 5.11.2).
 */
#include "probe/filedigest.h"
#include "probe/filespec.h"

struct job {
    struct probe_machine *machine;
    struct oval_sink *sink;
    unsigned which;
};

static void give(struct oval_sink *sink, const struct filespec_file *file,
                 unsigned i, const char *text)
{
    oval_item_begin(sink, "independent:filehash58");
    filespec_facts(sink, file);
    oval_item_str(sink, "hash_type",
                  str_c(digest_kind_name((enum digest_kind)i)));
    if (text != NULL) {
        oval_item_str(sink, "hash", str_c(text));
    } else {
        oval_item_status(sink, "hash", OVAL_STRING, OVAL_STATUS_ERROR);
        oval_item_set_status(sink, OVAL_STATUS_ERROR);
    }
    oval_item_end(sink);
}

static void each(void *ctx, const struct filespec_file *file)
{
    const struct job *job = ctx;
    struct filedigest digests;
    struct err err = { 0 };
    int rc = filedigest_read(job->machine, file->filepath, job->which, &digests,
                             &err);

    if (rc == E_ABSENT)
        return;
    if (rc < 0)
        oval_sink_message(job->sink, OVAL_LEVEL_ERROR, "%s", err_text(&err));
    for (unsigned i = 0; i < DIGEST_KINDS; i++)
        if ((job->which & 1U << i) != 0)
            give(job->sink, file, i, rc < 0 ? NULL : digests.text[i]);
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    const struct oval_want *type = oval_query_want(query, "hash_type");
    struct job job = { machine, sink, 0 };

    if (type == NULL) {
        oval_sink_error(sink, "the object has no hash_type");
        return 0;
    }
    for (unsigned i = 0; i < DIGEST_KINDS; i++)
        if (oval_sink_match(sink, type,
                            str_c(digest_kind_name((enum digest_kind)i))) ==
            OVAL_TRUE)
            job.which |= 1U << i;
    if (job.which != 0)
        filespec_each(machine, query, sink, each, &job);
    return 0;
}

const struct probe probe_filehash58 = {
    .object = "independent:filehash58",
    .needs = PROBE_MATCHES | PROBE_BATCH,
    .collect = collect,
    .is_batch = filespec_is_batch,
    .prepare = filespec_prepare,
};
