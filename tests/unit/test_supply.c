/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/supply.h"
#include "tests/unit/tree.h"

static void set(const char *root, const char *name, const char *file,
                const char *text)
{
    char path[128];

    snprintf(path, sizeof(path), "sys/class/power_supply/%s", name);
    mkdir(tree_path(root, path), 0755);
    snprintf(path, sizeof(path), "sys/class/power_supply/%s/%s", name, file);
    tree_bytes(root, path, text, strlen(text));
}

static bool on_battery(const char *root)
{
    struct options options = { .root = root, .metered = "no" };
    struct supply supply;

    supply_read(&options, &supply);
    assert_false(supply.is_metered);
    return supply.on_battery;
}

static void a_machine_is_on_its_battery_when_that_alone_gives_power(
    void **state UNUSED)
{
    char root[TREE_PATH_MAX];

    tree_make(root);
    assert_false(on_battery(root)); /* nothing is known */
    tree_dir(root, "sys");
    tree_dir(root, "sys/class");
    tree_dir(root, "sys/class/power_supply");
    assert_false(on_battery(root)); /* a server */
    set(root, "hidpp", "type", "Battery\n");
    set(root, "hidpp", "scope", "Device\n");
    set(root, "hidpp", "status", "Discharging\n");
    assert_false(on_battery(root)); /* a mouse */
    set(root, "BAT0", "type", "Battery\n");
    set(root, "BAT0", "status", "Full\n");
    assert_false(on_battery(root));
    set(root, "BAT0", "status", "Discharging\n");
    assert_true(on_battery(root));
    set(root, "AC", "type", "Mains\n");
    set(root, "AC", "online", "0\n");
    set(root, "ucsi", "type", "USB\n");
    set(root, "ucsi", "online", "0\n");
    assert_true(on_battery(root));
    set(root, "ucsi", "online", "1\n"); /* it gives too little, but gives */
    assert_false(on_battery(root));
    set(root, "ucsi", "online", "0\n");
    set(root, "AC", "online", "1\n");
    assert_false(on_battery(root));
    tree_remove(root);
}

static void only_what_the_configuration_forbids_makes_it_wait(
    void **state UNUSED)
{
    static const struct {
        struct supply supply;
        struct patch_delivery delivery;
        const char *word; /* NULL: it need not */
    } cases[] = {
        { { false, false }, { .mains_power = true }, NULL },
        { { true, false }, { .mains_power = true }, "battery" },
        { { true, false }, { .mains_power = false }, NULL },
        { { false, true }, { .metered = false }, "metered" },
        { { false, true }, { .metered = true }, NULL },
        { { true, true }, { .mains_power = true, .metered = true }, "battery" },
        { { true, true }, { .mains_power = false }, "metered" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        str why = supply_waits(&cases[i].supply, &cases[i].delivery);

        assert_int_equal(why.n > 0, cases[i].word != NULL);
        if (cases[i].word != NULL)
            assert_true(str_find(why, str_c(cases[i].word)) < why.n);
    }
}

static void the_setting_of_the_machine_says_whether_it_is_metered(
    void **state UNUSED)
{
    struct options options = { .root = "/nonexistent", .metered = "yes" };
    struct supply supply;

    supply_read(&options, &supply);
    assert_true(supply.is_metered && !supply.on_battery);
    options.metered = "auto"; /* nobody to ask */
    supply_read(&options, &supply);
    assert_false(supply.is_metered);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            a_machine_is_on_its_battery_when_that_alone_gives_power),
        cmocka_unit_test(only_what_the_configuration_forbids_makes_it_wait),
        cmocka_unit_test(the_setting_of_the_machine_says_whether_it_is_metered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
