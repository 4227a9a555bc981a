/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "netdev/change.h"

#define BEFORE "hostname r1\nip route 1\nend\n"
#define AFTER "hostname r1\nip route 1\nip route 2\nend\n"

/* A device of a few answers: what it shows, and which lines it refuses. */
struct fake {
    const char *shows[4]; /* one after the other; the last one stays */
    size_t shown;
    const char *refuses; /* a command */
    const char *dies_at; /* a command at which the contact ends, once */
    struct buf said;
};

static void answer(struct fake *fake, struct change *change, str command)
{
    struct session_answer a = { .command = command };

    if (str_eq_c(command, "show running-config")) {
        a.text = str_c(fake->shows[fake->shown]);
        if (fake->shown + 1 < COUNT(fake->shows) &&
            fake->shows[fake->shown + 1] != NULL)
            fake->shown++;
    }
    if (fake->refuses != NULL && str_eq_c(command, fake->refuses)) {
        a.refused = true;
        a.refusal = STR("% Unknown command");
    }
    change_take(change, &a);
}

static void drive(struct fake *fake, struct change *change)
{
    fake->said = BUF_INIT(4096);
    for (unsigned i = 0; i < 100 && change_next(change).n > 0; i++) {
        str command = change_next(change);
        struct err err = { 0 };

        buf_add(&fake->said, command);
        buf_add_char(&fake->said, ';');
        if (fake->dies_at != NULL && str_eq_c(command, fake->dies_at)) {
            fake->dies_at = NULL;
            (void)err_set(&err, E_IO, "gone");
            change_interrupted(change, &err);
        } else {
            answer(fake, change, command);
        }
    }
    assert_int_equal(change_next(change).n, 0);
}

static void expect(struct fake fake, const struct change_options *options,
                   enum change_result result, const char *said)
{
    AUTO(change_freep) struct change *change = NULL;

    assert_int_equal(change_new(options, &change, NULL), 0);
    drive(&fake, change);
    assert_string_equal(buf_c(&fake.said), said);
    assert_string_equal(change_result_name(change_result(change)),
                        change_result_name(result));
    assert_true(result == CHANGE_APPLIED || change_reason(change).n > 0);
    buf_clear(&fake.said);
}

static struct change_options options_of(const char *lines)
{
    return (struct change_options){ .family = family_find(STR("frr")),
                                    .lines = str_c(lines) };
}

#define SHOW "show running-config;"
#define ENTER "configure terminal;"

static void R_DEP_5_each_way_through_a_change_ends_as_it_should(
    void **state UNUSED)
{
    struct change_options two = options_of("ip route 2\n");
    struct change_options other = two;

    expect((struct fake){ .shows = { BEFORE, AFTER } }, &two, CHANGE_APPLIED,
           SHOW ENTER "ip route 2;end;" SHOW "write memory;");
    expect((struct fake){ .shows = { BEFORE }, .refuses = "ip route 2" }, &two,
           CHANGE_UNDONE, SHOW ENTER "ip route 2;end;" SHOW);
    /* Taken, but not there; and what is there instead is undone. */
    expect(
        (struct fake){
            .shows = { BEFORE, "hostname r1\nip route 1\nx\nend\n", BEFORE } },
        &two, CHANGE_UNDONE,
        SHOW ENTER "ip route 2;end;" SHOW ENTER "no x;end;" SHOW);
    expect((struct fake){ .shows = { BEFORE, "x\nend\n" } }, &two,
           CHANGE_BROKEN,
           SHOW ENTER "ip route 2;end;" SHOW ENTER
                      "no x;hostname r1;ip route 1;end;" SHOW);
    /* Nothing is sent to a device that does not show its configuration. */
    expect((struct fake){ .shows = { "hostname r1\n" } }, &two,
           CHANGE_CANCELLED, SHOW);
    expect(
        (struct fake){ .shows = { BEFORE }, .refuses = "configure terminal" },
        &two, CHANGE_CANCELLED, SHOW ENTER);
    other.expected = STR("hostname r2\nend\n");
    expect((struct fake){ .shows = { BEFORE } }, &other, CHANGE_CANCELLED,
           SHOW);
}

static void a_contact_that_ends_anywhere_leaves_nothing_half_done(
    void **state UNUSED)
{
    struct change_options two = options_of("ip route 2\n");

    expect(
        (struct fake){ .shows = { BEFORE }, .dies_at = "show running-config" },
        &two, CHANGE_CANCELLED, SHOW);
    expect(
        (struct fake){ .shows = { BEFORE }, .dies_at = "configure terminal" },
        &two, CHANGE_CANCELLED, SHOW ENTER);
    expect((struct fake){ .shows = { BEFORE, AFTER, BEFORE },
                          .dies_at = "ip route 2" },
           &two, CHANGE_UNDONE,
           SHOW ENTER "ip route 2;" SHOW ENTER "no ip route 2;end;" SHOW);
    expect(
        (struct fake){ .shows = { BEFORE, AFTER, BEFORE }, .dies_at = "end" },
        &two, CHANGE_UNDONE,
        SHOW ENTER "ip route 2;end;" SHOW ENTER "no ip route 2;end;" SHOW);
    /* It was checked and holds; only saving is open. */
    expect(
        (struct fake){ .shows = { BEFORE, AFTER }, .dies_at = "write memory" },
        &two, CHANGE_APPLIED,
        SHOW ENTER "ip route 2;end;" SHOW "write memory;");
}

static void reasons_hold_no_secret(void **state UNUSED)
{
    AUTO(change_freep) struct change *change = NULL;
    struct change_options options = options_of("username a password S3CRET\n");
    struct fake fake = { .shows = { BEFORE },
                         .refuses = "username a password S3CRET" };

    assert_int_equal(change_new(&options, &change, NULL), 0);
    drive(&fake, change);
    assert_true(str_find(change_reason(change), STR("username a")) <
                change_reason(change).n);
    assert_int_equal(str_find(change_reason(change), STR("S3CRET")),
                     change_reason(change).n);
    buf_clear(&fake.said);
}

static void what_cannot_be_entered_is_refused(void **state UNUSED)
{
    static const char *const bad[] = { "", "! only a remark\n", "end\n",
                                       "configure replace x\n", "a\001b\n" };

    for (size_t i = 0; i < COUNT(bad); i++) {
        struct change_options options = options_of(bad[i]);
        struct change *change = NULL;

        assert_int_equal(change_new(&options, &change, NULL), E_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(R_DEP_5_each_way_through_a_change_ends_as_it_should),
        cmocka_unit_test(a_contact_that_ends_anywhere_leaves_nothing_half_done),
        cmocka_unit_test(reasons_hold_no_secret),
        cmocka_unit_test(what_cannot_be_entered_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
