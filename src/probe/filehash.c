/* SPDX-License-Identifier: Apache-2.0
 *
 * independent:filehash: MD5 and SHA-1 of files (deprecated in 5.8, still
 * used), and independent:filemd5, its forerunner with MD5 alone.
 */
#include "probe/filedigest.h"
#include "probe/filespec.h"

struct job {
    struct probe_machine *machine;
    struct oval_sink *sink;
    const char *kind;
    unsigned which;
};

static void give_digest(struct oval_sink *sink, const char *name,
                        const char *text)
{
    if (text != NULL)
        oval_item_str(sink, name, str_c(text));
    else
        oval_item_status(sink, name, OVAL_STRING, OVAL_STATUS_ERROR);
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
    oval_item_begin(job->sink, job->kind);
    filespec_facts(job->sink, file);
    give_digest(job->sink, "md5", rc < 0 ? NULL : digests.text[DIGEST_MD5]);
    if ((job->which & 1U << DIGEST_SHA1) != 0)
        give_digest(job->sink, "sha1",
                    rc < 0 ? NULL : digests.text[DIGEST_SHA1]);
    if (rc < 0)
        oval_item_set_status(job->sink, OVAL_STATUS_ERROR);
    oval_item_end(job->sink);
}

static int collect_hash(struct probe_machine *machine,
                        const struct oval_query *query, struct oval_sink *sink,
                        struct err *err UNUSED)
{
    struct job job = { machine, sink, "independent:filehash",
                       1U << DIGEST_MD5 | 1U << DIGEST_SHA1 };

    filespec_each(machine, query, sink, each, &job);
    return 0;
}

static int collect_md5(struct probe_machine *machine,
                       const struct oval_query *query, struct oval_sink *sink,
                       struct err *err UNUSED)
{
    struct job job = { machine, sink, "independent:filemd5", 1U << DIGEST_MD5 };

    filespec_each(machine, query, sink, each, &job);
    return 0;
}

const struct probe probe_filehash = {
    .object = "independent:filehash",
    .needs = PROBE_MATCHES | PROBE_BATCH,
    .collect = collect_hash,
    .is_batch = filespec_is_batch,
    .prepare = filespec_prepare,
};

const struct probe probe_filemd5 = {
    .object = "independent:filemd5",
    .needs = PROBE_MATCHES | PROBE_BATCH,
    .collect = collect_md5,
    .is_batch = filespec_is_batch,
    .prepare = filespec_prepare,
};
