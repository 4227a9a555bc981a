/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/benchmark_result.h"
#include "fleet/checkin.h"
#include "fleet/finding.h"
#include "fleet/job.h"
#include "fleet/run.h"
#include "oval/verdicts.h"

enum {
    KEEP_S = 400 * 86400, /* a device may be in a drawer for a year */
    KEY_AT = 1,           /* of the blob's content, after its format */
    KEY_BYTES = 8,
    NONCE_BYTES = 8 + JOB_NONCE_BYTES,
};

int result_forget(struct db *db, int64_t now, struct err *err)
{
    int rc = db_run(db, "DELETE FROM result_seen WHERE at < $1",
                    DB_ARGS(db_i64(now - KEEP_S)), err);

    return rc < 0 ? rc : 0;
}

/* 0; or 1 when it was there. */
static int note_nonce(struct db *db, int64_t device, str nonce, int64_t now,
                      struct err *err)
{
    int rc = db_run(db,
                    "INSERT INTO result_seen (device, nonce, at) VALUES ($1,"
                    " $2, $3) ON CONFLICT (device, nonce) DO NOTHING",
                    DB_ARGS(db_i64(device), db_blob(nonce), db_i64(now)), err);

    return rc < 0 ? rc : rc == 0;
}

/* A job that is not the device's may be one that a restored store does not
 * know: who speaks is known all the same, so the results stand, of no run. */
static int check_job(struct db *db, int64_t device, struct results *results,
                     struct err *err)
{
    int64_t type = 0;
    int rc;

    if (results->job == 0)
        return 0;
    rc = db_one_i64(db, "SELECT type FROM job WHERE id = $1 AND device = $2",
                    DB_ARGS(db_i64(results->job), db_i64(device)), &type, err);
    if (rc < 0)
        return rc;
    if (rc == 1) {
        results->job = 0;
        results->terms = (struct run_terms){ 0 };
        results->due = 0;
        return 0;
    }
    if (type != JOB_ASSESS && type != JOB_SCAP)
        return err_set(err, E_INVALID, "job %lld assesses nothing",
                       (long long)results->job);
    return 0;
}

/* The key of the content is in the blob; whether the content has it is asked
 * by who reads the blob with the pack at hand. */
static int count_verdicts(const struct content *content, str blob,
                          int64_t out[OVAL_RESULTS], struct err *err)
{
    uint32_t counts[OVAL_RESULTS];
    uint64_t key = 0;
    int rc = oval_verdicts_check(blob, err);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < KEY_BYTES; i++)
        key |= (uint64_t)(uint8_t)blob.p[KEY_AT + i] << (8 * i);
    rc = oval_verdicts_count(blob, key, (uint32_t)content->definitions, counts,
                             err);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < OVAL_RESULTS; i++)
        out[i] = counts[i];
    return 0;
}

/* Nonces of different devices never meet. */
static str device_nonce(int64_t device, str nonce, char out[NONCE_BYTES])
{
    memcpy(out, &device, sizeof(device));
    memcpy(out + sizeof(device), nonce.p, JOB_NONCE_BYTES);
    return (str){ out, NONCE_BYTES };
}

static int store_finding(struct db *db, int64_t device,
                         const struct results *results, int64_t run,
                         int64_t now, struct err *err)
{
    char nonce[NONCE_BYTES];
    struct finding finding = {
        .device = device,
        .origin = FINDING_AGENT,
        .at = results->ended < now ? results->ended : now,
        .run = run,
        .inventory_digest = results->inventory_digest,
        .duration_ms = results->ended > results->started
                           ? (results->ended - results->started) * 1000
                           : 0,
        .verdicts = results->verdicts,
        .details = results->details,
        .nonce = device_nonce(device, results->nonce, nonce),
    };
    struct content content;
    int rc = content_by_digest(db, results->content_digest, &content, err);

    if (rc == 1)
        return err_set(err, E_INVALID, "the content is not known");
    if (rc < 0)
        return rc == E_ABSENT
                   ? (err_set(err, E_INVALID, "the content is not known"))
                   : rc;
    finding.content = content.id;
    rc = count_verdicts(&content, results->verdicts, finding.n, err);
    if (rc < 0)
        return err_wrap(err, rc == E_CORRUPT ? E_INVALID : rc, "verdicts");
    rc = finding_put(db, &finding, err);
    return rc < 0 ? rc : 0;
}

/* The organisation's pack of SCAP that the digest names. 0; or 1: it names
 * none, so the results are OVAL's. */
static int find_pack(struct db *db, int64_t device, str digest,
                     struct arena *arena, struct benchmark_pack *out,
                     struct err *err)
{
    int64_t org = 0;
    int rc = db_one_i64(db, "SELECT org FROM device WHERE id = $1",
                        DB_ARGS(db_i64(device)), &org, err);

    if (rc != 0 || digest.n != JOB_DIGEST_BYTES)
        return rc < 0 ? rc : 1;
    return benchmark_pack_find(db, org, digest, arena, out, err);
}

static int store(struct db *db, int64_t device, const struct results *results,
                 int64_t run, int64_t now, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct benchmark_pack pack;
    struct benchmark_sent sent = { .device = device,
                                   .run = run,
                                   .pack = &pack,
                                   .results = results,
                                   .now = now };
    int rc = find_pack(db, device, results->content_digest, &arena, &pack, err);

    if (rc == 0)
        return benchmark_result_put(db, &sent, err);
    return rc < 0 ? rc : store_finding(db, device, results, run, now, err);
}

int result_take(struct db *db, int64_t device, const struct results *results,
                int64_t now, int64_t *out_run, struct err *err)
{
    struct results told = *results;
    int64_t run = 0;
    int rc = check_job(db, device, &told, err);

    if (rc == 0)
        rc = note_nonce(db, device, results->nonce, now, err);
    if (rc != 0)
        return rc;
    if (told.ended > now)
        told.ended = now;
    if (told.started > told.ended)
        told.started = told.ended;
    rc = run_result(db, device, &told, now, &run, err);
    if (rc == 0 && told.outcome == RUN_DONE)
        rc = store(db, device, &told, run, now, err);
    if (rc < 0)
        return rc;
    *out_run = run;
    return 0;
}
