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

    if (str_ends(command, STR("show running-config"))) {
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

static struct change_options timed(const char *family, unsigned seconds)
{
    return (struct change_options){ .family = family_find(str_c(family)),
                                    .lines = STR("ip route 2\n"),
                                    .revert_s = seconds };
}

#define TIMER "configure terminal revert timer 2;"

static void R_DEP_5_a_router_is_told_to_go_back_by_itself(void **state UNUSED)
{
    struct change_options ios = timed("ios", 90);
    const char *other = "hostname r1\nip route 1\nx\nend\n";

    expect((struct fake){ .shows = { BEFORE, AFTER } }, &ios, CHANGE_APPLIED,
           SHOW TIMER "ip route 2;end;" SHOW "configure confirm;write memory;");
    expect((struct fake){ .shows = { BEFORE }, .refuses = "ip route 2" }, &ios,
           CHANGE_UNDONE,
           SHOW TIMER "ip route 2;end;" SHOW "configure confirm;");
    expect((struct fake){ .shows = { BEFORE, other, BEFORE } }, &ios,
           CHANGE_UNDONE,
           SHOW TIMER "ip route 2;end;" SHOW "configure revert now;" SHOW);
    /* It went back already when it was told to: by lines, if need be. */
    expect((struct fake){ .shows = { BEFORE, other, BEFORE },
                          .refuses = "configure revert now" },
           &ios, CHANGE_UNDONE,
           SHOW TIMER "ip route 2;end;" SHOW "configure revert now;" SHOW);
    expect((struct fake){ .shows = { BEFORE },
                          .refuses = "configure terminal revert timer 2" },
           &ios, CHANGE_CANCELLED, SHOW TIMER);
    expect((struct fake){ .shows = { BEFORE }, .dies_at = "ip route 2" }, &ios,
           CHANGE_UNDONE, SHOW TIMER "ip route 2;" SHOW "configure confirm;");
}

static void R_DEP_5_families_that_commit_always_confirm(void **state UNUSED)
{
    struct change_options tcli = timed("frr-tcli", 0);
    struct change_options asa = timed("asa", 61);
    struct change_options frr = timed("frr", 60);
    struct change_options late = timed("ios", 86400);
    struct change *change = NULL;

    expect((struct fake){ .shows = { BEFORE, AFTER } }, &tcli, CHANGE_APPLIED,
           SHOW "configure private;ip route 2;commit check;commit confirmed "
                "5;do " SHOW "commit;end;write memory;");
    expect((struct fake){ .shows = { BEFORE, BEFORE } }, &tcli, CHANGE_UNDONE,
           SHOW "configure private;ip route 2;commit check;commit confirmed "
                "5;do " SHOW "end;" SHOW);
    expect((struct fake){ .shows = { BEFORE }, .refuses = "commit check" },
           &tcli, CHANGE_UNDONE,
           SHOW "configure private;ip route 2;commit check;end;" SHOW);
    expect((struct fake){ .shows = { "a\n: end\n", "a\nip route 2\n: end\n" } },
           &asa, CHANGE_APPLIED,
           SHOW "copy /noconfirm running-config disk0:/holdfast-before.cfg;"
                "write memory;reload in 2 noconfirm;" ENTER
                "ip route 2;end;" SHOW "reload cancel;write memory;");
    assert_int_equal(change_new(&frr, &change, NULL), E_UNSUPPORTED);
    assert_int_equal(change_new(&late, &change, NULL), E_LIMIT);
}

static void take(struct change *change, const char *command, bool more,
                 bool refused)
{
    struct session_answer a = { .command = str_c(command),
                                .refused = refused,
                                .refusal = refused ? STR("% no") : STR_NONE,
                                .more = more };

    change_take(change, &a);
}

static void R_DEP_3_lines_that_go_together_are_judged_one_by_one(
    void **state UNUSED)
{
    struct change_options three = options_of("a\nb\nc\n");

    for (unsigned i = 0; i < 2; i++) {
        AUTO(change_freep) struct change *change = NULL;
        struct fake fake = { .shows = { BEFORE } };
        const struct change_line *lines;
        size_t count;

        assert_int_equal(change_new(&three, &change, NULL), 0);
        answer(&fake, change, change_next(change));
        assert_int_equal(change_batch(change).n, 0);
        answer(&fake, change, change_next(change));
        assert_true(str_eq_c(change_batch(change), "a\nb\nc\n"));
        take(change, "a", true, false);
        take(change, "b", i == 0, true); /* and the device goes on, or stops */
        if (i == 0)
            take(change, "c", false, false);
        assert_true(str_eq_c(change_next(change), "end"));
        lines = change_lines(change, &count);
        assert_int_equal(lines[1].result, LINE_REFUSED);
        assert_int_equal(lines[2].result, i == 0 ? LINE_TAKEN : LINE_NOT_SENT);
    }
}

static void R_DEP_3_what_the_device_warns_of_is_kept_with_the_line(
    void **state UNUSED)
{
    struct change_options one = options_of("ip route 2\n");
    AUTO(change_freep) struct change *change = NULL;
    struct fake fake = { .shows = { BEFORE, AFTER } };
    struct session_answer warned = { .command = STR("ip route 2"),
                                     .warning = STR("% Warning: odd") };
    const struct change_line *lines;
    size_t count;

    assert_int_equal(change_new(&one, &change, NULL), 0);
    answer(&fake, change, change_next(change));
    answer(&fake, change, change_next(change));
    change_take(change, &warned);
    drive(&fake, change);
    assert_int_equal(change_result(change), CHANGE_APPLIED);
    lines = change_lines(change, &count);
    assert_int_equal(lines[0].result, LINE_TAKEN);
    assert_true(str_eq_c(lines[0].reason, "% Warning: odd"));
    buf_clear(&fake.said);
}

static void R_SSH_14_only_SSH_is_set_when_SSH_has_worked(void **state UNUSED)
{
    struct change_options only =
        options_of("line vty 0 4\n transport  input ssh\n");
    AUTO(change_freep) struct change *change = NULL;

    assert_int_equal(change_new(&only, &change, NULL), E_PERM);
    only.is_ssh_proven = true;
    assert_int_equal(change_new(&only, &change, NULL), 0);
    assert_false(change_needs_ssh(STR("transport input ssh telnet\n")));
}

static void R_SSH_14_however_it_is_written(void **state UNUSED)
{
    static const struct {
        const char *lines;
        bool needs;
    } cases[] = {
        { "transport in ssh", true },
        { "Transp Input SSH", true },
        { "line vty 0 4\ntransport input none", true },
        { "li vty 5 15\n tran i ss", true },
        { "no transport input telnet", true },
        { "default transport input", true },
        { "no transport input", true },
        { "transport input all", false },
        { "transport input telnet ssh", false },
        { "transport output none", false },
        { "line aux 0\n transport input none", false },
        { "line con 0\n transport input none\nline vty 0 4\n"
          " transport input none",
          true },
        { "banner motd ^\ntransport input ssh\n^", false },
        { "translation-rule 1", false },
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(change_needs_ssh(str_c(cases[i].lines)),
                         cases[i].needs);
}

#define HERE                                                                   \
    "hostname r1\nusername manager secret 9 x\nusername bob secret 9 y\n"      \
    "interface GigabitEthernet0/1\n ip address 10.0.0.1 255.0.0.0\n"           \
    " ip address 10.1.0.1 255.0.0.0 secondary\ninterface Gi0/2\n"              \
    "ip http secure-server\nip route 0.0.0.0 0.0.0.0 10.0.0.9\n"               \
    "line vty 0 4\n transport input ssh telnet\nend\n"

static void R_DEP_5_nobody_cuts_himself_off_unless_he_says_so(
    void **state UNUSED)
{
    static const struct {
        const char *lines;
        enum transport transport;
        bool cuts;
    } cases[] = {
        { "hostname r2", TRANSPORT_SSH, false },
        { "no username manager", TRANSPORT_SSH, true },
        { "no usern manager", TRANSPORT_SSH, true },
        { "username manager secret new", TRANSPORT_SSH, true },
        { "username manager secret 9 x", TRANSPORT_SSH, false },
        { "no username bob", TRANSPORT_SSH, false },
        { "enable secret new", TRANSPORT_SSH, true },
        { "aaa new-model", TRANSPORT_SSH, true },
        { "interface Gi0/1\n shutdown", TRANSPORT_SSH, true },
        { "int gi 0/1\n shut", TRANSPORT_SSH, true },
        { "interface Gi0/2\n shutdown", TRANSPORT_SSH, false },
        { "interface GigabitEthernet0/1\n no ip address", TRANSPORT_SSH, true },
        { "interface Gi0/1\n no ip address 10.0.0.1 255.0.0.0", TRANSPORT_SSH,
          true },
        { "interface Gi0/1\n no ip address 10.1.0.1 255.0.0.0 secondary",
          TRANSPORT_SSH, false },
        { "interface Gi0/1\n ip address 10.0.0.2 255.0.0.0", TRANSPORT_SSH,
          true },
        { "interface Gi0/1\n vrf forwarding x", TRANSPORT_SSH, true },
        { "interface Gi0/1\n description x\nexit\nip address 10.9.9.9 1",
          TRANSPORT_SSH, false },
        { "default interface GigabitEthernet0/1", TRANSPORT_SSH, true },
        { "no interface Gi0/2", TRANSPORT_SSH, false },
        { "interface range Gi0/1 - 4\n shutdown", TRANSPORT_SSH, true },
        { "int ra gi0/1-2\n shut", TRANSPORT_SSH, true },
        { "interface range Gi0/2 - 4, Gi0/1\n shutdown", TRANSPORT_SSH, true },
        { "interface range Gi0/0 - Gi0/1\n shutdown", TRANSPORT_SSH, true },
        { "interface range Gi0/2 - 4 , Gi1/1 - 9\n shutdown", TRANSPORT_SSH,
          false },
        { "interface range Fa0/1 - 4\n shutdown", TRANSPORT_SSH, false },
        { "interface range Gi0/1 - 4\n description x", TRANSPORT_SSH, false },
        { "interface range macro all\n shutdown", TRANSPORT_SSH, true },
        { "default interface range Gi0/1 - 4", TRANSPORT_SSH, true },
        { "clear configure all", TRANSPORT_SSH, false }, /* no such command */
        { "line vty 0 4\n transport input telnet", TRANSPORT_SSH, true },
        { "line vty 0 4\n transport input telnet", TRANSPORT_TELNET, false },
        { "line vty 0 4\n transport input ssh", TRANSPORT_TELNET, false },
        { "line vty 0 4\n transport input none", TRANSPORT_SSH, true },
        { "line vty 0 4\n access-class 1 in", TRANSPORT_SSH, true },
        { "line con 0\n transport input none", TRANSPORT_SSH, false },
        { "no ip http secure-server", TRANSPORT_SSL, true },
        { "no ip http secure-server", TRANSPORT_SSH, false },
        { "crypto key zeroize rsa", TRANSPORT_SSH, true },
        { "no ip route 0.0.0.0 0.0.0.0 10.0.0.9", TRANSPORT_SSH, true },
        { "ip route 0.0.0.0 0.0.0.0 10.0.0.8\n"
          "no ip route 0.0.0.0 0.0.0.0 10.0.0.9",
          TRANSPORT_SSH, false },
        { "no ip route 10.9.0.0 255.255.0.0 10.0.0.9", TRANSPORT_SSH, false },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        for (unsigned allowed = 0; allowed < 3; allowed++) {
            AUTO(change_freep) struct change *change = NULL;
            struct change_options options = options_of(cases[i].lines);
            struct fake fake = { .shows = { HERE } };

            options.family = family_find(STR("ios"));
            options.is_ssh_proven = true;
            options.may_cut_access = allowed == 1;
            options.revert_s = allowed == 2 ? 60 : 0;
            assert_int_equal(change_new(&options, &change, NULL), 0);
            change_reached(change, &(struct change_access){
                                       true, STR("manager"), STR("10.0.0.1"),
                                       cases[i].transport });
            answer(&fake, change, change_next(change));
            if ((change_next(change).n == 0) != (cases[i].cuts && allowed == 0))
                fail_msg("%s: %.*s", cases[i].lines,
                         ARGstr(change_reason(change)));
        }
    }
}

#define PART                                                                   \
    "interface GigabitEthernet0/1\n no ip address\n"                           \
    "interface GigabitEthernet0/1.100\n encapsulation dot1Q 100\n"             \
    " ip address 10.0.0.1 255.0.0.0\n ipv6 address 2001:db8::1/64\n"           \
    "interface GigabitEthernet0/10\n no ip address\n"                          \
    "interface Vlan1\n ip address 10.3.0.1 255.255.0.0\n"                      \
    "ip route 0.0.0.0 0.0.0.0 10.0.0.9\nipv6 route ::/0 2001:db8::9\nend\n"
#define WALL                                                                   \
    "interface GigabitEthernet0/1\n nameif inside\n"                           \
    " ip address 10.0.0.1 255.0.0.0\n"                                         \
    "http server enable\nhttp 10.0.0.0 255.0.0.0 inside\n"                     \
    "ssh 10.0.0.0 255.0.0.0 inside\nssh timeout 5\n"                           \
    "route inside 0.0.0.0 0.0.0.0 10.0.0.9 1\n"                                \
    "username manager password x\n: end\n"

static const struct written {
    const char *family;
    const char *before;
    const char *address;
    const char *lines;
    enum transport transport;
    bool cuts;
} written[] = {
    { "ios", PART, "10.0.0.1", "interface Gi0/1\n shutdown", TRANSPORT_SSH,
      true },
    { "ios", PART, "10.0.0.1", "interface Gi0/1.100\n shutdown", TRANSPORT_SSH,
      true },
    { "ios", PART, "10.0.0.1", "interface Gi0/10\n shutdown", TRANSPORT_SSH,
      false },
    { "ios", PART, "10.0.0.1", "interface Gi0/1.10\n shutdown", TRANSPORT_SSH,
      false },
    { "ios", PART, "10.0.0.1", "interface range Gi0/1 - 2\n shutdown",
      TRANSPORT_SSH, true },
    { "ios", PART, "10.0.0.1",
      "interface range Gi0/1.90 - Gi0/1.110\n shutdown", TRANSPORT_SSH, true },
    { "ios", PART, "10.0.0.1", "interface range Gi0/1.90 - Gi0/1.99\n shutdown",
      TRANSPORT_SSH, false },
    { "ios", PART, "10.0.0.1",
      "interface Gi0/1\n ip address 10.9.0.1 255.255.0.0", TRANSPORT_SSH,
      false },
    { "ios", PART, "10.0.0.1", "no interface Gi0/1", TRANSPORT_SSH, true },
    { "ios", PART, "10.3.0.1", "interface range vlan 1 - 5\n shutdown",
      TRANSPORT_SSH, true },
    { "ios", PART, "10.3.0.1", "interface range vlan 2 - 5\n shutdown",
      TRANSPORT_SSH, false },
    { "ios", PART, "2001:db8::1", "no ipv6 route ::/0 2001:db8::9",
      TRANSPORT_SSH, true },
    { "ios", PART, "10.0.0.1", "no ipv6 route ::/0 2001:db8::9", TRANSPORT_SSH,
      false },
    { "ios", PART, "2001:db8::1",
      "ipv6 route ::/0 2001:db8::8\nno ipv6 route ::/0 2001:db8::9",
      TRANSPORT_SSH, false },
    { "asa", WALL, "10.0.0.1", "clear configure all", TRANSPORT_SSL, true },
    { "asa", WALL, "10.0.0.1", "clear conf primary", TRANSPORT_SSH, true },
    { "asa", WALL, "10.0.0.1", "clear configure http", TRANSPORT_SSL, true },
    { "asa", WALL, "10.0.0.1", "clear configure http", TRANSPORT_SSH, false },
    { "asa", WALL, "10.0.0.1", "clear configure ssh", TRANSPORT_SSH, true },
    { "asa", WALL, "10.0.0.1", "clear configure ssh", TRANSPORT_SSL, false },
    { "asa", WALL, "10.0.0.1", "no ssh 10.0.0.0 255.0.0.0 inside",
      TRANSPORT_SSH, true },
    { "asa", WALL, "10.0.0.1", "no ssh timeout 5", TRANSPORT_SSH, false },
    { "asa", WALL, "10.0.0.1", "clear configure interface", TRANSPORT_SSL,
      true },
    { "asa", WALL, "10.0.0.1", "clear configure interface gi0/1", TRANSPORT_SSL,
      true },
    { "asa", WALL, "10.0.0.1", "clear configure interface gi0/2", TRANSPORT_SSL,
      false },
    { "asa", WALL, "10.0.0.1", "clear configure username", TRANSPORT_SSL,
      true },
    { "asa", WALL, "10.0.0.1", "clear configure username manager",
      TRANSPORT_SSL, true },
    { "asa", WALL, "10.0.0.1", "clear configure username bob", TRANSPORT_SSL,
      false },
    { "asa", WALL, "10.0.0.1", "clear configure aaa", TRANSPORT_SSH, true },
    { "asa", WALL, "10.0.0.1", "clear configure route", TRANSPORT_SSL, true },
    { "asa", WALL, "10.0.0.1", "clear configure logging", TRANSPORT_SSL,
      false },
    { "asa", WALL, "10.0.0.1", "clear interface", TRANSPORT_SSL, false },
    { "pix", WALL, "10.0.0.1", "clear http", TRANSPORT_SSL, true },
    { "pix", WALL, "10.0.0.1", "clear logging", TRANSPORT_SSL, false },
};

static void R_DEP_5_what_cuts_him_off_is_seen_however_it_is_written(
    void **state UNUSED)
{
    for (size_t i = 0; i < COUNT(written); i++) {
        AUTO(change_freep) struct change *change = NULL;
        struct change_options options = options_of(written[i].lines);
        struct fake fake = { .shows = { written[i].before } };

        options.family = family_find(str_c(written[i].family));
        options.is_ssh_proven = true;
        assert_int_equal(change_new(&options, &change, NULL), 0);
        change_reached(change,
                       &(struct change_access){ true, STR("manager"),
                                                str_c(written[i].address),
                                                written[i].transport });
        answer(&fake, change, change_next(change));
        if ((change_next(change).n == 0) != written[i].cuts)
            fail_msg("%s: %.*s", written[i].lines,
                     ARGstr(change_reason(change)));
    }
}

/* It may have run, and removed itself, before anybody looks. */
static void R_CNC_5_what_runs_once_is_not_missed(void **state UNUSED)
{
    struct change_options once = options_of(
        "kron occurrence o in 5 oneshot\n policy-list p\nexit\nip route 2\n");

    once.family = family_find(STR("ios"));
    expect((struct fake){ .shows = { BEFORE, AFTER } }, &once, CHANGE_APPLIED,
           SHOW ENTER "kron occurrence o in 5 oneshot;policy-list p;exit;"
                      "ip route 2;end;" SHOW "write memory;");
}

static void R_SSH_11_a_number_behind_the_key_is_its_size(void **state UNUSED)
{
    struct change_options options =
        options_of("crypto key generate rsa\n4096\nip ssh version 2\n");
    AUTO(change_freep) struct change *change = NULL;
    const struct change_line *lines;
    size_t count;

    options.family = family_find(STR("ios"));
    assert_int_equal(change_new(&options, &change, NULL), 0);
    lines = change_lines(change, &count);
    assert_int_equal(count, 2);
    assert_true(str_eq_c(lines[0].text,
                         "crypto key generate rsa general-keys modulus 4096"));
    assert_true(str_eq_c(lines[1].text, "ip ssh version 2"));
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
        cmocka_unit_test(R_DEP_5_a_router_is_told_to_go_back_by_itself),
        cmocka_unit_test(R_DEP_5_families_that_commit_always_confirm),
        cmocka_unit_test(R_DEP_3_lines_that_go_together_are_judged_one_by_one),
        cmocka_unit_test(
            R_DEP_3_what_the_device_warns_of_is_kept_with_the_line),
        cmocka_unit_test(R_SSH_14_only_SSH_is_set_when_SSH_has_worked),
        cmocka_unit_test(R_SSH_14_however_it_is_written),
        cmocka_unit_test(R_DEP_5_nobody_cuts_himself_off_unless_he_says_so),
        cmocka_unit_test(
            R_DEP_5_what_cuts_him_off_is_seen_however_it_is_written),
        cmocka_unit_test(R_CNC_5_what_runs_once_is_not_missed),
        cmocka_unit_test(R_SSH_11_a_number_behind_the_key_is_its_size),
        cmocka_unit_test(reasons_hold_no_secret),
        cmocka_unit_test(what_cannot_be_entered_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
