/* SPDX-License-Identifier: Apache-2.0
 *
 * Results that agents send, and the packs they fetch.
 */
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/digest.h"
#include "fleet/content.h"
#include "oval/verdicts.h"
#include "tests/unit/agent_rig.h"

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, agent_rig_setup, agent_rig_teardown)

enum {
    DEFINITIONS = 3,
    KEY = 77,
};

static const char pack[] = "the bytes of a pack";
/* SHA-256 of it, and of "another pack". */
#define OUR_PACK                                                               \
    "81e999843640df933825b2bdbdd3a7a949cc2bc12949fd7f71066013dfba89c7"
#define OTHER_PACK                                                             \
    "885734bb14d5abc24658d76f2391b95660a36ab51336c00bf73a9d5cbb0269f1"

struct told {
    int64_t device;
    int64_t run;
    unsigned times;
};
static struct told heard;

static void hear(struct core *core, int64_t device, int64_t run)
{
    assert_false(db_in_transaction(core->db));
    heard = (struct told){ device, run, heard.times + 1 };
}

/* A pack of debian:12 in the store and on the disk. */
static str add_content(struct agent_rig *rig, const char *platform,
                       const char *bytes)
{
    AUTO(buf_clear) struct buf path = BUF(256);
    struct content content = { .definitions = DEFINITIONS,
                               .feed_time = 1,
                               .size = (int64_t)strlen(bytes) };
    struct db *db = rig->core->core.db;
    char hex[DIGEST_HEX_MAX];
    struct digest digest;
    uint8_t sum[DIGEST_BYTES_MAX];
    int fd;

    digest_init(&digest, DIGEST_SHA256);
    digest_add(&digest, bytes, strlen(bytes));
    digest_finish(&digest, hex);
    digest_init(&digest, DIGEST_SHA256);
    digest_add(&digest, bytes, strlen(bytes));
    digest_bytes(&digest, sum);
    memcpy(content.digest, sum, sizeof(content.digest));
    snprintf(content.platform, sizeof(content.platform), "%s", platform);
    snprintf(content.source, sizeof(content.source), "test");
    assert_int_equal(db_begin(db, NULL), 0);
    assert_int_equal(content_activate(db, &content, true, rig->core->now, NULL),
                     0);
    assert_int_equal(db_commit(db, NULL), 0);
    buf_printf(&path, "%s/%s.pack", rig->core->directory, hex);
    fd = open(buf_c(&path), O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(fd, bytes, strlen(bytes)), strlen(bytes));
    close(fd);
    return arena_str(&rig->arena,
                     (str){ (char *)content.digest, sizeof(content.digest) });
}

static struct results results_of(str content, str verdicts)
{
    return (struct results){
        .nonce = STR("0123456789abcdef"),
        .terms = { .limit_s = 600 },
        .started = 100,
        .ended = 102,
        .outcome = RUN_DONE,
        .text = STR(""),
        .content_digest = content,
        .inventory_digest = STR(""),
        .verdicts = verdicts,
        .details = STR(""),
    };
}

static void encode(struct buf *out)
{
    const uint8_t results[DEFINITIONS] = { OVAL_TRUE, OVAL_FALSE,
                                           OVAL_UNKNOWN };

    oval_verdicts_encode(results, DEFINITIONS, KEY, out);
}

static int64_t count(struct agent_rig *rig, const char *sql)
{
    int64_t n = -1;

    assert_int_equal(db_one_i64(rig->core->core.db, sql, DB_NO_ARGS, &n, NULL),
                     0);
    return n;
}

static void results_are_stored_once(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct enrolled_device other = agent_rig_enrol(rig, "web-2");
    AUTO(buf_clear) struct buf verdicts = BUF(1000);
    struct results results;

    encode(&verdicts);
    results =
        results_of(add_content(rig, "debian:12", pack), buf_str(&verdicts));
    heard = (struct told){ 0 };
    agents_on_results(rig->core->core.agents, hear);
    agent_rig_be(rig, &device);
    for (int i = 0; i < 3; i++)
        agent_rig_say(rig, 204, "/agent/v1/results", &shape_results, &results);
    assert_int_equal(heard.times, 1);
    assert_int_equal(heard.device, device.id);
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM finding_history"), 1);
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM finding WHERE n_true = 1"
                                " AND n_unknown = 1 AND n_false = 1"
                                " AND duration_ms = 2000 AND at = 102"),
                     1);
    agent_rig_be(rig, &other); /* its own nonces */
    agent_rig_say(rig, 204, "/agent/v1/results", &shape_results, &results);
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM finding_history"), 2);
}

/* Claim 12: who tells the same over and over fills nothing. */
static void the_same_results_again_are_no_history(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    AUTO(buf_clear) struct buf verdicts = BUF(1000);
    struct results results;
    char nonce[JOB_NONCE_BYTES] = "";

    encode(&verdicts);
    results =
        results_of(add_content(rig, "debian:12", pack), buf_str(&verdicts));
    results.nonce = (str){ nonce, sizeof(nonce) };
    agent_rig_be(rig, &device);
    for (int i = 0; i < 10; i++) {
        nonce[0] = (char)i;
        results.ended = 102 + i;
        agent_rig_say(rig, 204, "/agent/v1/results", &shape_results, &results);
    }
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM finding_history"), 1);
    assert_int_equal(count(rig, "SELECT at FROM finding"), 111);
}

static void results_of_a_job_that_a_restored_store_does_not_know_are_taken(
    void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct enrolled_device other = agent_rig_enrol(rig, "web-2");
    AUTO(buf_clear) struct buf verdicts = BUF(1000);
    struct results results;
    char nonce[JOB_NONCE_BYTES] = "";

    encode(&verdicts);
    results =
        results_of(add_content(rig, "debian:12", pack), buf_str(&verdicts));
    results.nonce = (str){ nonce, sizeof(nonce) };
    results.job = 4711;
    results.terms.run = 12;
    agent_rig_be(rig, &device);
    agent_rig_say(rig, 204, "/agent/v1/results", &shape_results, &results);
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM finding WHERE run = 0"),
                     1);
    /* Nor is a device believed that it had another one's job. */
    nonce[0] = 1;
    results.job = agent_rig_job(rig, other.id, JOB_INVENTORY);
    results.verdicts = buf_str(&verdicts);
    agent_rig_be(rig, &device);
    agent_rig_say(rig, 204, "/agent/v1/results", &shape_results, &results);
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM finding WHERE run = 0"),
                     1);
}

static void a_clock_that_is_ahead_is_not_believed(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    AUTO(buf_clear) struct buf verdicts = BUF(1000);
    struct results results;

    encode(&verdicts);
    results =
        results_of(add_content(rig, "debian:12", pack), buf_str(&verdicts));
    results.ended = rig->core->now + 1000000;
    results.started = rig->core->now + 900000;
    agent_rig_be(rig, &device);
    agent_rig_say(rig, 204, "/agent/v1/results", &shape_results, &results);
    assert_int_equal(count(rig, "SELECT at FROM finding"), rig->core->now);
}

static void results_that_are_no_good_are_refused_for_good(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    int64_t job = agent_rig_job(rig, device.id, JOB_INVENTORY);
    AUTO(buf_clear) struct buf verdicts = BUF(1000);
    AUTO(buf_clear) struct buf other = BUF(1000);
    const uint8_t two[2] = { OVAL_TRUE, OVAL_TRUE };
    str content = add_content(rig, "debian:12", pack);
    struct results cases[6];

    encode(&verdicts);
    oval_verdicts_encode(two, 2, KEY, &other);
    for (size_t i = 0; i < COUNT(cases); i++)
        cases[i] = results_of(content, buf_str(&verdicts));
    cases[0].content_digest = STR("");
    cases[1].content_digest = STR("0123456789abcdef0123456789abcdef");
    cases[2].verdicts = STR("garbage");
    cases[3].verdicts = STR("");
    cases[4].verdicts = buf_str(&other); /* of another content */
    cases[5].job = job;                  /* which assesses nothing */
    agent_rig_be(rig, &device);
    for (size_t i = 0; i < COUNT(cases); i++)
        agent_rig_say(rig, 422, "/agent/v1/results", &shape_results, &cases[i]);
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM finding"), 0);
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM result_seen"), 0);
}

static void an_outcome_without_findings_is_taken(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct results results = results_of(STR(""), STR(""));

    results.outcome = RUN_ERROR;
    results.text = STR("limit: 600 s");
    agent_rig_be(rig, &device);
    agent_rig_say(rig, 204, "/agent/v1/results", &shape_results, &results);
    agent_rig_say(rig, 204, "/agent/v1/results", &shape_results, &results);
    assert_int_equal(count(rig, "SELECT COUNT(*) FROM finding"), 0);
}

static void a_device_cannot_fill_the_disk_claim_12(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    AUTO(buf_clear) struct buf verdicts = BUF(1000);
    struct results results;
    char nonce[JOB_NONCE_BYTES] = "";
    unsigned taken = 0;

    encode(&verdicts);
    results =
        results_of(add_content(rig, "debian:12", pack), buf_str(&verdicts));
    results.nonce = (str){ nonce, sizeof(nonce) };
    agent_rig_be(rig, &device);
    for (int i = 0; i < 100; i++) {
        nonce[0] = (char)i;
        agent_rig_say(rig, 0, "/agent/v1/results", &shape_results, &results);
        taken += rig->core->status == 204;
    }
    assert_int_equal(taken, AGENT_UPLOADS_BURST);
    assert_int_equal(rig->core->status, 429);
}

static void a_device_fetches_packs_of_its_system_only(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");

    add_content(rig, "debian:12", pack);
    add_content(rig, "rhel:9", "another pack");
    core_rig_sql(rig->core,
                 "UPDATE device SET os_id = 'debian', os_version = '12'");
    agent_rig_be(rig, &device);
    agent_rig_say(rig, 200, "/agent/v1/content/" OUR_PACK, NULL, NULL);
    agent_rig_say(rig, 404, "/agent/v1/content/" OTHER_PACK, NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(results_are_stored_once),
        TEST(the_same_results_again_are_no_history),
        TEST(results_of_a_job_that_a_restored_store_does_not_know_are_taken),
        TEST(a_clock_that_is_ahead_is_not_believed),
        TEST(results_that_are_no_good_are_refused_for_good),
        TEST(an_outcome_without_findings_is_taken),
        TEST(a_device_cannot_fill_the_disk_claim_12),
        TEST(a_device_fetches_packs_of_its_system_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
