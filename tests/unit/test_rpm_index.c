/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <fcntl.h>

#include "base/io.h"
#include "probe/rpm_index.h"
#include "tests/unit/rig.h"

struct fixture {
    struct rig *rig;
    struct probe_machine *machine;
    struct rpm_db *db;
    const struct rpm_index *index;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct buf bytes = BUF(1 << 20);
    struct probe_options options = { 0 };

    assert_non_null(f);
    f->rig = rig_new();
    options.root = rig_root(f->rig);
    assert_int_equal(
        io_read_file(AT_FDCWD, "tests/data/rpm/rpmdb.sqlite", &bytes, NULL), 0);
    rig_file(f->rig, "/var/lib/rpm/rpmdb.sqlite", buf_str(&bytes));
    buf_clear(&bytes);
    assert_int_equal(probe_machine_new(&options, &f->machine, NULL), 0);
    f->db = rpm_db_of(f->machine);
    assert_int_equal(f->db->rc, 0);
    assert_int_equal(rpm_index_of(f->db, &f->index, NULL), 0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    probe_machine_free(f->machine);
    rig_free(f->rig);
    free(f);
    return 0;
}

static void relations_are_satisfied_as_rpm_says(void **state)
{
    static const struct {
        const char *relation;
        bool satisfied;
    } cases[] = {
        { "bash", true },
        { "bash = 4.4.20", true },
        { "bash = 4.4.20-1.el8", true },
        { "bash = 0:4.4.20-1.el8", true },
        { "bash = 1:4.4.20-1.el8", false },
        { "bash = 4.4.20-2.el8", false },
        { "bash < 4.4.20", false },
        { "bash <= 4.4.20", true },
        { "bash > 4.4.20-1.el8", false },
        { "bash >= 4.4", true },
        { "bind >= 10", true }, /* an epoch outweighs */
        { "bind >= 33:1", false },
        { "/bin/sh", true },
        { "/usr/bin/bash", true },
        { "/usr/bin/none", false },
        { "libk.so()(64bit)", true },
        { "none", false },
        { "(bash and kernel)", true },
        { "(bash and none)", false },
        { "(none or bash)", true },
        { "(bash and kernel and /bin/sh)", true },
        { "(none if other)", true },
        { "(none if bash)", false },
        { "(bash if none else kernel)", true },
        { "(bash if none else other)", false },
        { "(bash unless none)", true },
        { "(bash unless kernel)", false },
        { "(bash with /bin/sh)", true },
        { "(bash with kernel)", false },
        { "(bash without kernel)", true },
        { "(bash without /bin/sh)", false },
        { "(bind with bind-utils >= 32:9)", true },
        { "((none or bash) and (libk.so()(64bit) if kernel >= 4))", true },
        { "(bash", false },
        { "()", false },
        { "(bash nor kernel)", false },
        { "", false },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < COUNT(cases); i++)
        if (rpm_index_satisfies(f->index, str_c(cases[i].relation)) !=
            cases[i].satisfied)
            fail_msg("%s is %ssatisfied", cases[i].relation,
                     cases[i].satisfied ? "not " : "");
}

static void deep_relations_end(void **state)
{
    struct fixture *f = *state;
    AUTO(buf_clear) struct buf text = BUF(1 << 20);

    for (int i = 0; i < 100000; i++)
        buf_add_char(&text, '(');
    assert_false(rpm_index_satisfies(f->index, buf_str(&text)));
}

static void packages_are_checked_as_a_whole(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *name;
        const char *text;
    } cases[] = {
        { "bash", "dependency_check_passed=false" },
        { "bash", "needs libnone.so.1()(64bit)" },
        { "bind", "dependency_check_passed=true" },
        { "bind", "verification_script_successful=true" },
        { "bind", "digest_check_passed:not collected" },
        { "kernel", "conflicts with bash < 5" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct rig_object object = {
            .kind = "linux:rpmverifypackage",
            .entities = { { .name = "name", .value = cases[i].name } }
        };
        const char *text = rig_collect(f->rig, &object);

        if (strstr(text, cases[i].text) == NULL)
            fail_msg("expected '%s' in: %s", cases[i].text, text);
        object.behaviors[0] = (struct rig_behavior){ "nodeps", "true" };
        assert_null(
            strstr(rig_collect(f->rig, &object), "dependency_check_passed"));
    }
}

static void a_path_leads_to_its_packages(void **state)
{
    struct fixture *f = *state;
    const uint32_t *owners;
    size_t n;

    owners = rpm_index_owners(f->index, STR("/usr/sbin/named"), &n);
    assert_int_equal(n, 1);
    assert_true(str_eq_c(f->db->packages.p[owners[0]].name, "bind"));
    rpm_index_owners(f->index, STR("/usr/sbin"), &n);
    assert_int_equal(n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relations_are_satisfied_as_rpm_says),
        cmocka_unit_test(deep_relations_end),
        cmocka_unit_test(packages_are_checked_as_a_whole),
        cmocka_unit_test(a_path_leads_to_its_packages),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
