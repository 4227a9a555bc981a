/* SPDX-License-Identifier: Apache-2.0
 *
 * Inventories that agents send: whole, as differences, repeated, and hostile.
 */
#include "tests/unit/unit.h"

#include "base/mem.h"
#include "fleet/checkin.h"
#include "fleet/inventory.h"
#include "tests/unit/agent_rig.h"

#define TEST(name)                                                             \
    cmocka_unit_test_setup_teardown(name, agent_rig_setup, agent_rig_teardown)

static struct fact_package first[] = {
    { STR("bash"), STR("5.2.15-2"), STR("amd64"), STR("bash") },
    { STR("linux-image"), STR("6.1.90"), STR("amd64"), STR("linux") },
    { STR("zlib1g"), STR("1.2.13"), STR("amd64"), STR("zlib") },
};
static struct fact_package second[] = {
    { STR("bash"), STR("5.2.15-2"), STR("amd64"), STR("bash5") },
    { STR("curl"), STR("7.88.1"), STR("amd64"), STR("curl") },
    { STR("linux-image"), STR("6.1.90"), STR("amd64"), STR("linux") },
    { STR("linux-image"), STR("6.1.94"), STR("amd64"), STR("linux") },
};
static struct fact_package added[] = {
    { STR("linux-image"), STR("6.1.94"), STR("amd64"), STR("linux") },
    { STR("curl"), STR("7.88.1"), STR("amd64"), STR("curl") },
    { STR("bash"), STR("5.2.15-2"), STR("amd64"), STR("bash5") },
};
static struct fact_package removed[] = {
    { STR("zlib1g"), STR("1.2.13"), STR("amd64"), STR("") },
};

static struct inventory inventory_of(struct fact_package *packages, size_t n,
                                     uint8_t digest[JOB_DIGEST_BYTES])
{
    struct inventory inventory = {
        .base_digest = STR(""),
        .collected = 1000,
        .hostname = STR("web-1"),
        .manager = STR("dpkg"),
        .os = { .id = STR("debian"),
                .version_id = STR("12"),
                .name = STR("Debian GNU/Linux 12 (bookworm)"),
                .codename = STR("bookworm"),
                .arch = STR("x86_64"),
                .kernel = STR("6.1.0"),
                .family = STR("unix"),
                .build = STR("12.5") },
        .packages = { packages, n },
        .errors = STR(""),
    };

    inventory_digest(&inventory, digest);
    inventory.digest = (str){ (char *)digest, JOB_DIGEST_BYTES };
    return inventory;
}

static void send(struct agent_rig *rig, int status,
                 const struct inventory *inventory)
{
    agent_rig_say(rig, status, "/agent/v1/inventory", &shape_inventory,
                  inventory);
}

static int64_t told;

static void hear(struct core *core, int64_t device)
{
    assert_false(db_in_transaction(core->db));
    told = device;
}

static void a_difference_leads_to_the_whole(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    uint8_t old_digest[JOB_DIGEST_BYTES];
    uint8_t digest[JOB_DIGEST_BYTES];
    struct inventory old = inventory_of(first, COUNT(first), old_digest);
    struct inventory delta = inventory_of(second, COUNT(second), digest);
    struct inventory stored;

    told = 0;
    agents_on_inventory(rig->core->core.agents, hear);
    delta.base_digest = old.digest;
    delta.packages = (struct wire_list){ added, COUNT(added) };
    delta.removed = (struct wire_list){ removed, COUNT(removed) };
    agent_rig_be(rig, &device);
    send(rig, 409, &delta); /* we have no base */
    assert_int_equal(told, 0);
    send(rig, 204, &old);
    assert_int_equal(told, device.id);
    send(rig, 204, &delta);
    assert_int_equal(inventory_load(rig->core->core.db, device.id, &rig->arena,
                                    &stored, NULL),
                     0);
    assert_int_equal(stored.packages.n, COUNT(second));
    assert_memory_equal(stored.digest.p, digest, sizeof(digest));
    for (size_t i = 0; i < COUNT(second); i++)
        assert_int_equal(
            package_cmp((struct fact_package *)stored.packages.p + i,
                        &second[i]),
            0);
}

static void a_difference_that_comes_again_asks_for_the_whole(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    uint8_t old_digest[JOB_DIGEST_BYTES];
    uint8_t digest[JOB_DIGEST_BYTES];
    struct inventory old = inventory_of(first, COUNT(first), old_digest);
    struct inventory delta = inventory_of(second, COUNT(second), digest);

    delta.base_digest = old.digest;
    delta.packages = (struct wire_list){ added, COUNT(added) };
    delta.removed = (struct wire_list){ removed, COUNT(removed) };
    agent_rig_be(rig, &device);
    send(rig, 204, &old);
    send(rig, 204, &delta);
    send(rig, 204, &delta); /* it has that state already */
    delta.removed.n = 0;    /* does not lead to its digest */
    send(rig, 204, &old);
    send(rig, 409, &delta);
}

static void a_whole_one_has_the_digest_it_says(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    uint8_t digest[JOB_DIGEST_BYTES];
    struct inventory whole = inventory_of(first, COUNT(first), digest);

    agent_rig_be(rig, &device);
    digest[0] ^= 1;
    send(rig, 422, &whole);
    digest[0] ^= 1;
    whole.removed = (struct wire_list){ removed, 1 };
    send(rig, 422, &whole);
    whole.removed.n = 0;
    send(rig, 204, &whole);
    send(rig, 204, &whole);
}

static void a_checkin_says_what_the_server_lacks(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    uint8_t digest[JOB_DIGEST_BYTES];
    struct inventory whole = inventory_of(first, COUNT(first), digest);
    struct checkin checkin = { .inventory_digest = whole.digest,
                               .agent_version = STR("0.1.0"),
                               .time_zone = STR("UTC") };
    struct checked_in answer;

    agent_rig_be(rig, &device);
    agent_rig_say(rig, 200, "/agent/v1/checkin", &shape_checkin, &checkin);
    agent_rig_hear(rig, &shape_checked_in, &answer);
    assert_true(answer.send_inventory && answer.whole_inventory == false);
    send(rig, 204, &whole);
    agent_rig_say(rig, 200, "/agent/v1/checkin", &shape_checkin, &checkin);
    agent_rig_hear(rig, &shape_checked_in, &answer);
    assert_false(answer.send_inventory);
    assert_true(answer.whole_inventory); /* the agent lost what it had sent */
    checkin.acknowledged_digest = whole.digest;
    agent_rig_say(rig, 200, "/agent/v1/checkin", &shape_checkin, &checkin);
    agent_rig_hear(rig, &shape_checked_in, &answer);
    assert_false(answer.send_inventory || answer.whole_inventory);
}

static void a_million_packages_are_refused_claim_12(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct fact_package *many =
        mem_alloc(PACKAGES_MAX + 1, sizeof(struct fact_package));
    AUTO(buf_clear) struct buf plain = BUF(AGENT_MESSAGE_MAX);
    uint8_t digest[JOB_DIGEST_BYTES];
    struct inventory huge;

    for (size_t i = 0; i <= PACKAGES_MAX; i++)
        many[i] = (struct fact_package){ arena_printf(&rig->arena, "p%zu", i),
                                         STR("1"), STR("amd64"), STR("") };
    huge = inventory_of(many, PACKAGES_MAX + 1, digest);
    assert_int_equal(wire_write(&shape_inventory, &huge, &plain, NULL),
                     E_LIMIT);
    huge = inventory_of(many, PACKAGES_MAX, digest);
    agent_rig_be(rig, &device);
    send(rig, 204, &huge);
    /* A difference cannot lead past the limit either. */
    huge.base_digest = arena_str(&rig->arena, huge.digest);
    huge.packages = (struct wire_list){ many + PACKAGES_MAX, 1 };
    digest[0] ^= 1;
    send(rig, 413, &huge);
    mem_free(many);
}

static void hostile_names_are_data_claim_12(void **state)
{
    struct agent_rig *rig = *state;
    struct enrolled_device device = agent_rig_enrol(rig, "web-1");
    struct fact_package hostile[] = {
        { STR("<script>alert(1)</script>"), STR("'; DROP TABLE device; --"),
          STR("\x1b]0;x\x07"), STR("../../etc/passwd") },
    };
    uint8_t digest[JOB_DIGEST_BYTES];
    struct inventory inventory = inventory_of(hostile, 1, digest);
    struct inventory stored;

    inventory.os.name = STR("\xE2\x80\xAE<img src=x>");
    inventory_digest(&inventory, digest);
    agent_rig_be(rig, &device);
    send(rig, 204, &inventory);
    assert_int_equal(inventory_load(rig->core->core.db, device.id, &rig->arena,
                                    &stored, NULL),
                     0);
    assert_int_equal(package_cmp(stored.packages.p, hostile), 0);
}

static struct fact_package *of(struct wire_list *list, size_t i)
{
    return (struct fact_package *)list->p + i;
}

static void merging_is_a_set_of_name_arch_and_version(void **state)
{
    struct agent_rig *rig = *state;
    struct inventory base = { .packages = { first, COUNT(first) } };
    struct inventory delta = { .removed = { removed, 1 } };
    struct inventory out;

    assert_int_equal(inventory_merge(&base, &delta, &rig->arena, &out, NULL),
                     0);
    assert_int_equal(out.packages.n, 2);
    assert_true(str_eq_c(of(&out.packages, 1)->name, "linux-image"));
    delta = (struct inventory){ .packages = { first, COUNT(first) },
                                .removed = { first, COUNT(first) } };
    assert_int_equal(inventory_merge(&base, &delta, &rig->arena, &out, NULL),
                     0);
    assert_int_equal(out.packages.n, COUNT(first));
    base.packages.n = 0;
    delta.packages.n = 0;
    assert_int_equal(inventory_merge(&base, &delta, &rig->arena, &out, NULL),
                     0);
    assert_int_equal(out.packages.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_difference_leads_to_the_whole),
        TEST(a_difference_that_comes_again_asks_for_the_whole),
        TEST(a_whole_one_has_the_digest_it_says),
        TEST(a_checkin_says_what_the_server_lacks),
        TEST(a_million_packages_are_refused_claim_12),
        TEST(hostile_names_are_data_claim_12),
        TEST(merging_is_a_set_of_name_arch_and_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
