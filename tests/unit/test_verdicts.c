/* SPDX-License-Identifier: Apache-2.0
 *
 * Results of a device as a blob, and blobs that are none.
 */
#include "tests/unit/unit.h"

#include "base/mem.h"
#include "oval/verdict_sets.h"

enum {
    N = 300
};

static void round_trip(const uint8_t *results, uint32_t n)
{
    AUTO(buf_clear) struct buf blob = BUF(1 << 20);
    AUTO(buf_clear) struct buf again = BUF(1 << 20);
    struct oval_verdict list[N];
    uint8_t back[N + 1];
    uint32_t counts[OVAL_RESULTS];
    struct err err = { 0 };
    size_t count = 0;

    oval_verdicts_encode(results, n, 77, &blob);
    for (uint32_t i = 0; i < n; i++)
        if (results[i] != OVAL_FALSE)
            list[count++] = (struct oval_verdict){ i, results[i] };
    oval_verdicts_encode_list(list, count, n, 77, &again);
    assert_true(str_eq(buf_str(&blob), buf_str(&again)));
    assert_int_equal(oval_verdicts_check(buf_str(&blob), &err), 0);
    if (oval_verdicts_decode(buf_str(&blob), 77, n, back, &err) != 0)
        fail_msg("%s", err.text);
    assert_int_equal(memcmp(back, results, n), 0);
    assert_int_equal(oval_verdicts_count(buf_str(&blob), 77, n, counts, &err),
                     0);
    for (uint32_t i = 0; i < n; i++)
        counts[results[i]]--;
    for (unsigned i = 0; i < OVAL_RESULTS; i++)
        assert_int_equal(counts[i], 0);
    assert_int_equal(oval_verdicts_decode(buf_str(&blob), 78, n, back, &err),
                     E_INVALID);
    assert_int_equal(
        oval_verdicts_decode(buf_str(&blob), 77, n + 1, back, &err), E_INVALID);
}

static void results_come_back_as_they_were(void **state UNUSED)
{
    uint8_t results[N];
    uint64_t seed = 1;

    memset(results, OVAL_FALSE, sizeof(results));
    for (uint32_t n = 0; n < N; n += 7)
        round_trip(results, n);
    for (unsigned kind = 0; kind < OVAL_RESULTS; kind++) {
        memset(results, (int)kind, sizeof(results));
        round_trip(results, N);
        round_trip(results, 1);
    }
    for (unsigned run = 0; run < 500; run++) {
        for (unsigned i = 0; i < N; i++) {
            seed = seed * 6364136223846793005U + 1442695040888963407U;
            results[i] = (seed >> 33) % 3 == 0
                             ? (uint8_t)((seed >> 40) % OVAL_RESULTS)
                             : results[i > 0 ? i - 1 : 0];
        }
        round_trip(results, N);
    }
}

#define HEAD "\1\0\0\0\0\0\0\0\0"

static const struct {
    const char *what;
    str blob;
    int rc;
} blobs[] = {
    { "nothing false but all", STR(HEAD "\5\0\0\0\0\0"), 0 },
    { "the first is true", STR(HEAD "\5\1\0\0\0\0\0"), 0 },
    { "all are true", STR(HEAD "\5\1\1\3\0\0\0\0"), 0 },
    { "empty", STR(""), E_CORRUPT },
    { "cut in the key", STR("\1\0\0\0"), E_CORRUPT },
    { "another format", STR("\2\0\0\0\0\0\0\0\0\5\0\0\0\0\0"), E_UNSUPPORTED },
    { "a list is missing", STR(HEAD "\5\0\0\0\0"), E_CORRUPT },
    { "a byte too many", STR(HEAD "\5\0\0\0\0\0\0"), E_CORRUPT },
    { "past the last", STR(HEAD "\5\1\12\0\0\0\0"), E_CORRUPT },
    { "a run past the last", STR(HEAD "\5\1\1\4\0\0\0\0"), E_CORRUPT },
    { "two runs touch", STR(HEAD "\5\2\0\0\0\0\0\0"), E_CORRUPT },
    { "true and unknown", STR(HEAD "\5\1\0\1\0\0\0\0"), E_CORRUPT },
    { "true within unknown", STR(HEAD "\5\1\4\1\1\3\0\0\0"), E_CORRUPT },
    { "true beside unknown", STR(HEAD "\5\1\0\1\2\0\0\0"), 0 },
    { "a number without end", STR(HEAD "\205\200\200\200\200\200"), E_CORRUPT },
    { "a needless byte", STR(HEAD "\205\0\0\0\0\0\0"), E_CORRUPT },
    { "many runs of nothing", STR(HEAD "\0\377\377\377\377\17"), E_CORRUPT },
};

static void damaged_blobs_are_refused(void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(blobs); i++) {
        struct err err = { 0 };
        int rc = oval_verdicts_check(blobs[i].blob, &err);

        if (rc != blobs[i].rc)
            fail_msg("%s: %d %s", blobs[i].what, rc, err.text);
    }
}

/* --- the other way round --- */

enum {
    DEVICES = 40,
    STEPS = 400
};

static void check_sets(const struct oval_verdict_sets *sets,
                       uint8_t results[DEVICES][N], const bool *there)
{
    uint64_t devices = 0;

    for (uint32_t d = 0; d < DEVICES; d++)
        devices += there[d];
    assert_int_equal(idset_count(oval_verdict_sets_devices(sets)), devices);
    for (uint32_t i = 0; i < N; i++) {
        const struct idset *yes = oval_verdict_sets_true(sets, i);
        const struct idset *open = oval_verdict_sets_undecided(sets, i);
        uint32_t next = 0;

        for (uint32_t d = 0; d < DEVICES; d++) {
            bool is = there[d] && results[d][i] == OVAL_TRUE;
            bool un = there[d] && (results[d][i] == OVAL_UNKNOWN ||
                                   results[d][i] == OVAL_ERROR);

            assert_int_equal(idset_has(yes, d), is);
            assert_int_equal(idset_has(open, d), un);
            if (is) {
                uint32_t id = OVAL_NONE;

                assert_true(idset_next(yes, next, &id));
                assert_int_equal(id, d);
                next = d + 1;
            }
        }
        assert_false(idset_next(yes, next, &next));
        assert_int_equal(idset_count_and(yes, open), 0);
    }
}

static void sets_follow_what_devices_report(void **state UNUSED)
{
    static uint8_t results[DEVICES][N];
    struct oval_verdict_sets *sets = oval_verdict_sets_new(7, N);
    struct buf stored[DEVICES];
    bool there[DEVICES] = { false };
    struct err err = { 0 };
    uint64_t seed = 3;

    for (unsigned d = 0; d < DEVICES; d++)
        stored[d] = BUF_INIT(1 << 16);
    for (unsigned step = 0; step < STEPS; step++) {
        unsigned d =
            (unsigned)((seed = seed * 6364136223846793005U + 1) >> 33) %
            DEVICES;
        struct buf next = BUF(1 << 16);

        for (unsigned i = 0; i < N; i++) {
            seed = seed * 6364136223846793005U + 1442695040888963407U;
            results[d][i] = (uint8_t)((seed >> 40) % OVAL_RESULTS);
        }
        there[d] = step % 5 != 0;
        if (there[d])
            oval_verdicts_encode(results[d], N, 7, &next);
        assert_int_equal(oval_verdict_sets_change(sets, d, buf_str(&stored[d]),
                                                  buf_str(&next), &err),
                         0);
        buf_clear(&stored[d]);
        stored[d] = next;
        if (step % 20 == 0)
            check_sets(sets, results, there);
    }
    assert_int_equal(
        oval_verdict_sets_change(sets, 1, buf_str(&stored[1]), STR("x"), &err),
        E_CORRUPT);
    check_sets(sets, results, there);
    for (unsigned d = 0; d < DEVICES; d++)
        buf_clear(&stored[d]);
    oval_verdict_sets_free(sets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(results_come_back_as_they_were),
        cmocka_unit_test(damaged_blobs_are_refused),
        cmocka_unit_test(sets_follow_what_devices_report),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
