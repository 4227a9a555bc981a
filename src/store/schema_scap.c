/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration 8: benchmarks (SCAP), what is made of them, results, waivers.
 */
#include "store/schema_int.h"

/* clang-format off */
const char *const schema_scap[] = {
    "CREATE TABLE benchmark (id @ID, org BIGINT NOT NULL REFERENCES org (id), "
    "kind TEXT NOT NULL, name TEXT NOT NULL, sha256 @BLOB NOT NULL, size "
    "BIGINT NOT NULL, description TEXT NOT NULL, document @BLOB NOT NULL, "
    "uploaded BIGINT NOT NULL, uploaded_by TEXT NOT NULL, removed BIGINT NOT "
    "NULL)",
    "CREATE INDEX benchmark_org ON benchmark (org, id)",
    /* One profile of a benchmark, with or without a tailoring (0: none), as
     * devices get it. */
    "CREATE TABLE benchmark_pack (id @ID, org BIGINT NOT NULL REFERENCES "
    "org (id), benchmark BIGINT NOT NULL REFERENCES benchmark (id), "
    "tailoring BIGINT NOT NULL, stream TEXT NOT NULL, benchmark_id TEXT NOT "
    "NULL, profile TEXT NOT NULL, digest @BLOB NOT NULL, size BIGINT NOT "
    "NULL, created BIGINT NOT NULL, UNIQUE (org, digest))",
    "CREATE INDEX benchmark_pack_digest ON benchmark_pack (digest)",
    "ALTER TABLE configuration ADD COLUMN pack BIGINT NOT NULL DEFAULT 0",
    "CREATE TABLE benchmark_result (id @ID, device BIGINT NOT NULL "
    "REFERENCES device (id), pack BIGINT NOT NULL REFERENCES "
    "benchmark_pack (id), configuration BIGINT NOT NULL, run BIGINT NOT "
    "NULL, started BIGINT NOT NULL, ended BIGINT NOT NULL, benchmark TEXT "
    "NOT NULL, title TEXT NOT NULL, version TEXT NOT NULL, profile TEXT NOT "
    "NULL, applicable BIGINT NOT NULL, model TEXT NOT NULL, score_micro "
    "BIGINT NOT NULL, maximum_micro BIGINT NOT NULL, counts TEXT NOT NULL, "
    "report @BLOB NOT NULL, files @BLOB NOT NULL)",
    "CREATE INDEX benchmark_result_device ON benchmark_result (device, id)",
    "CREATE INDEX benchmark_result_ended ON benchmark_result (ended)",
    "CREATE TABLE waiver (id @ID, org BIGINT NOT NULL REFERENCES org (id), "
    "rule TEXT NOT NULL, device BIGINT NOT NULL, label BIGINT NOT NULL, "
    "reason TEXT NOT NULL, author TEXT NOT NULL, created BIGINT NOT NULL, "
    "expires BIGINT NOT NULL, revoked BIGINT NOT NULL)",
    "CREATE INDEX waiver_rule ON waiver (org, rule)",
    NULL,
};
/* clang-format on */
