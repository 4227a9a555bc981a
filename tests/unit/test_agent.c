/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/channel.h"
#include "agent/disk.h"
#include "agent/enrol.h"
#include "agent/inventory.h"
#include "agent/sandbox.h"
#include "agent/state.h"
#include "tests/unit/unit.h"

static struct fact_package package(const char *name, const char *evr,
                                   const char *source)
{
    return (struct fact_package){ .name = str_c(name),
                                  .evr = str_c(evr),
                                  .arch = STR("amd64"),
                                  .source = str_c(source) };
}

static void a_delta_has_what_changed_and_what_is_gone(void **state UNUSED)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct fact_package before[] = { package("a", "1", ""),
                                     package("b", "1", ""),
                                     package("c", "1", ""),
                                     package("d", "1", "x") };
    struct fact_package after[] = { package("b", "1", ""),
                                    package("c", "2", ""),
                                    package("d", "1", "y"),
                                    package("e", "1", "") };
    struct inventory older = { .digest = STR("older"),
                               .packages = { before, COUNT(before) } };
    struct inventory newer = { .digest = STR("newer"),
                               .packages = { after, COUNT(after) } };
    struct inventory delta;
    const struct fact_package *list;

    inventory_delta(&older, &newer, &arena, &delta);
    assert_true(str_eq(delta.base_digest, STR("older")));
    assert_true(str_eq(delta.digest, STR("newer")));
    list = delta.packages.p;
    assert_int_equal(delta.packages.n, 3);
    assert_true(str_eq(list[0].name, STR("c")));
    assert_true(str_eq(list[1].source, STR("y")));
    assert_true(str_eq(list[2].name, STR("e")));
    list = delta.removed.p;
    assert_int_equal(delta.removed.n, 2);
    assert_true(str_eq(list[0].name, STR("a")));
    assert_true(str_eq(list[1].evr, STR("1")));
    assert_true(str_eq(list[1].name, STR("c")));
}

static void what_a_machine_says_becomes_text(void **state UNUSED)
{
    static const struct {
        const char *text;
        const char *clean;
    } cases[] = {
        { " web-1\n", "web-1" },
        { "a\x01\x7f\tb", "ab" },
        { "\xff\xfe caf\xc3\xa9 \xc3", " caf\xc3\xa9 " },
        { "", "" },
    };
    AUTO(arena_clear) struct arena arena = ARENA;
    char large[2 * AGENT_NAME_MAX];

    for (size_t i = 0; i < COUNT(cases); i++) {
        str clean = facts_clean(&arena, str_c(cases[i].text));

        assert_true(str_eq_c(clean, cases[i].clean));
    }
    memset(large, 'x', sizeof(large));
    assert_int_equal(facts_clean(&arena, (str){ large, sizeof(large) }).n,
                     AGENT_NAME_MAX);
}

static void tokens_may_end_in_a_fingerprint(void **state UNUSED)
{
    static const char hex[] = "0123456789abcdef0123456789abcdef"
                              "0123456789abcdef0123456789abcdef";
    AUTO(arena_clear) struct arena arena = ARENA;
    str token;
    str print;
    str text;

    assert_int_equal(
        enrol_token_split(STR(" hfe-x \n"), &arena, &token, &print, NULL), 0);
    assert_true(str_eq(token, STR("hfe-x")));
    assert_int_equal(print.n, 0);
    text = arena_printf(&arena, "hfe-x.%s\nmore", hex);
    assert_int_equal(enrol_token_split(text, &arena, &token, &print, NULL), 0);
    assert_true(str_eq(token, STR("hfe-x")));
    assert_true(str_eq_c(print, hex));
    text = arena_printf(&arena, "hfe-x.%sg", hex);
    assert_int_equal(enrol_token_split(text, &arena, &token, &print, NULL),
                     E_USAGE);
    assert_int_equal(enrol_token_split(STR("\n"), &arena, &token, &print, NULL),
                     E_USAGE);
}

static void fill(struct state *state)
{
    state->boot_id = STR("boot");
    state->after = 17;
    state->send_inventory = true;
    *vec_push(&state->nonces) =
        (struct kept_nonce){ STR("0123456789abcdef"), 100 };
    *vec_push(&state->nonces) =
        (struct kept_nonce){ STR("fedcba9876543210"), 200 };
    *vec_push(&state->runs) =
        (struct kept_run){ .nonce = STR("0123456789abcdef"),
                           .job = 4,
                           .cause = CAUSE_JOB,
                           .stage = STAGE_WAITING,
                           .terms.nice = 19 };
    state_add_event(state, 4, JOB_STATE_TAKEN, 50, STR("text"));
    state_add_event(state, 0, JOB_STATE_TAKEN, 50, STR("of no job"));
}

static void a_state_is_the_same_after_it_was_on_disk(void **unused UNUSED)
{
    char dir[] = "/tmp/holdfast-agent-XXXXXX";
    struct state state = { 0 };
    struct state copy;
    struct err err = { 0 };
    int fd;

    assert_non_null(mkdtemp(dir));
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(state_load(fd, &copy, &err), E_ABSENT);
    fill(&state);
    assert_int_equal(state_save(fd, &state, &err), 0);
    assert_int_equal(state_load(fd, &copy, &err), 0);
    assert_int_equal(copy.after, 17);
    assert_int_equal(copy.nonces.n, 2);
    assert_int_equal(copy.events.n, 1);
    assert_int_equal(copy.runs.p[0].terms.nice, 19);
    assert_true(state_has_nonce(&copy, STR("fedcba9876543210")));
    state_forget_nonces(&copy, 150);
    assert_false(state_has_nonce(&copy, STR("0123456789abcdef")));
    assert_non_null(state_find_run(&copy, STR("0123456789abcdef")));
    state_remove_run(&copy, copy.runs.p);
    assert_null(state_find_run(&copy, STR("0123456789abcdef")));
    assert_int_equal(disk_write(fd, "state", STR("\xff\xff"), &err), 0);
    state_clear(&copy);
    assert_int_equal(state_load(fd, &copy, &err), E_CORRUPT);
    assert_int_equal(disk_remove(fd, "state", &err), 0);
    assert_int_equal(disk_remove(fd, "state", &err), 0);
    close(fd);
    rmdir(dir);
    state_clear(&state);
}

static void only_so_many_events_are_kept(void **unused UNUSED)
{
    struct state state = { 0 };

    for (int i = 0; i < STATE_EVENTS_MAX + 5; i++)
        state_add_event(&state, 1 + i, JOB_STATE_TAKEN, 1, STR(""));
    assert_int_equal(state.events.n, STATE_EVENTS_MAX);
    assert_int_equal(state.first_event, 5);
    assert_int_equal(state.events.p[0].job, 6);
    state_clear(&state);
}

/* --- Messages between the processes (claim 5). --- */

struct heard {
    int messages;
    int ends;
    int64_t type;
    int64_t number;
    char text[64];
};

static void on_message(void *ctx, const struct message *message, int fd)
{
    struct heard *heard = ctx;

    heard->messages++;
    heard->type = message->type;
    heard->number = message->number;
    if (fd < 0)
        return;
    heard->text[read(fd, heard->text, sizeof(heard->text) - 1)] = '\0';
    close(fd);
}

static void on_end(void *ctx, const struct err *why UNUSED)
{
    ((struct heard *)ctx)->ends++;
}

static void messages_keep_to_their_table(void **unused UNUSED)
{
    struct heard keeper_heard = { 0 };
    struct heard network_heard = { 0 };
    AUTO(loop_freep) struct loop *loop = loop_new();
    struct channel *keeper;
    struct channel *network;
    struct err err = { 0 };
    int pair[2];
    int fd;

    assert_int_equal(
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    keeper = channel_new(loop, pair[0], SIDE_KEEPER, on_message, on_end,
                         &keeper_heard);
    network = channel_new(loop, pair[1], SIDE_NETWORK, on_message, on_end,
                          &network_heard);
    assert_int_equal(disk_memory("x", STR("signed"), &fd, &err), 0);
    assert_int_equal(
        channel_send(network, &(struct message){ .type = MSG_JOB }, fd, &err),
        0);
    assert_int_equal(
        channel_send(network, &(struct message){ .type = MSG_JOB }, -1, &err),
        E_INVALID);
    assert_int_equal(
        channel_send(network, &(struct message){ .type = MSG_SEND }, fd, &err),
        E_INVALID);
    loop_once(loop, 100);
    assert_int_equal(keeper_heard.messages, 1);
    assert_string_equal(keeper_heard.text, "signed");
    assert_int_equal(
        channel_send(keeper,
                     &(struct message){ .type = MSG_JOB_NOTED, .number = 5 },
                     -1, &err),
        0);
    loop_once(loop, 100);
    assert_int_equal(network_heard.number, 5);
    /* What the keeper may send is not the network's to send. */
    assert_true(send(pair[1], "\x02\x00\x00\x00", 4, 0) > 0);
    assert_true(send(pair[1], "\x04\x00\x00\x00\x00", 5, 0) > 0);
    loop_once(loop, 100);
    loop_once(loop, 100);
    assert_int_equal(keeper_heard.messages, 1);
    assert_int_equal(keeper_heard.ends, 2);
    close(fd);
    channel_free(keeper);
    channel_free(network);
}

/* --- The sandboxes (claim 20): tried from the inside. --- */

static char data_dir[] = "/tmp/holdfast-agent-XXXXXX";

static bool can_write(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool can_socket(int family)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static bool can_run(void)
{
    pid_t pid = fork();
    int status = 0;

    if (pid == 0) {
        execl("/bin/true", "true", (char *)NULL);
        _exit(1);
    }
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* A bit for each thing that can be done, but should not; and the other way. */
static int try_role(enum sandbox_role role)
{
    struct options options = { .data = data_dir, .user = "nobody" };
    bool network = role == SANDBOX_NETWORK;
    const char *own = role == SANDBOX_KEEPER ? "keeper/x" : "network/x";
    bool writes = role != SANDBOX_EVALUATOR;
    int wrong = 0;

    if (chdir(data_dir) < 0 || sandbox_enter(role, &options, NULL) < 0)
        return 255;
    wrong |= can_socket(AF_INET) != network ? 1 : 0;
    wrong |= can_socket(AF_INET6) != network ? 2 : 0;
    wrong |= can_socket(AF_PACKET) ? 4 : 0;
    wrong |= can_run() ? 8 : 0;
    wrong |= can_write("outside") ? 16 : 0;
    wrong |= can_write(own) != writes ? 32 : 0;
    wrong |= ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 64 : 0;
    wrong |= setuid(0) == 0 && geteuid() == 0 && network ? 128 : 0;
    return wrong;
}

static void a_process_cannot_do_what_it_gave_up__claim_20(void **unused UNUSED)
{
    static const enum sandbox_role roles[] = { SANDBOX_KEEPER, SANDBOX_NETWORK,
                                               SANDBOX_EVALUATOR };
    AUTO(fd_close) int dir = -1;
    int sub = -1;

    assert_non_null(mkdtemp(data_dir));
    assert_int_equal(chmod(data_dir, 0755), 0);
    dir = open(data_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(disk_open(dir, "keeper", &sub, NULL), 0);
    close(sub);
    assert_int_equal(disk_open(dir, "network", &sub, NULL), 0);
    assert_int_equal(fchmod(sub, 0777), 0);
    close(sub);
    for (size_t i = 0; i < COUNT(roles); i++) {
        int status = 0;
        pid_t pid = fork();

        if (pid == 0)
            _exit(try_role(roles[i]));
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFEXITED(status));
        if (WEXITSTATUS(status) != 0)
            fail_msg("role %d: %d", (int)roles[i], WEXITSTATUS(status));
    }
    unlinkat(dir, "keeper/x", 0);
    unlinkat(dir, "network/x", 0);
    unlinkat(dir, "keeper", AT_REMOVEDIR);
    unlinkat(dir, "network", AT_REMOVEDIR);
    rmdir(data_dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_delta_has_what_changed_and_what_is_gone),
        cmocka_unit_test(what_a_machine_says_becomes_text),
        cmocka_unit_test(tokens_may_end_in_a_fingerprint),
        cmocka_unit_test(a_state_is_the_same_after_it_was_on_disk),
        cmocka_unit_test(only_so_many_events_are_kept),
        cmocka_unit_test(messages_keep_to_their_table),
        cmocka_unit_test(a_process_cannot_do_what_it_gave_up__claim_20),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
