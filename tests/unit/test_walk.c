/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "probe/walk.h"
#include "tests/unit/tree.h"

struct fixture {
    char root[TREE_PATH_MAX];
    struct probe_machine *machine; /* rooted there */
};

static int setup(void **state)
{
    struct fixture *f = mem_alloc(1, sizeof(*f));
    struct probe_options options = { 0 };

    tree_make(f->root);
    options.root = f->root;
    assert_int_equal(probe_machine_new(&options, &f->machine, NULL), 0);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    probe_machine_free(f->machine);
    tree_remove(f->root);
    mem_free(f);
    return 0;
}

static struct oval_want want(const char *name, enum oval_operation op,
                             const str *value)
{
    return (struct oval_want){ .name = str_c(name),
                               .operation = (uint8_t)op,
                               .existence = OVAL_AT_LEAST_ONE_EXISTS,
                               .values = value,
                               .value_count = 1 };
}

/* The hits as "dir|name dir|name", "." for the directory itself. */
static const char *show(const struct walk *walk, size_t search,
                        struct buf *text)
{
    struct walk_problems problems = walk_problems(walk, search);

    buf_reset(text);
    for (size_t i = 0; i < walk_hit_count(walk, search); i++) {
        struct walk_hit hit = walk_hit(walk, search, i);

        if (i > 0)
            buf_add_char(text, ' ');
        buf_add(text, hit.dir);
        buf_add_char(text, '|');
        buf_add(text, hit.name.p == NULL ? STR(".") : hit.name);
    }
    if (problems.failure.p != NULL)
        buf_add_c(text, " FAILED");
    if (problems.count > 0)
        buf_printf(text, " PROBLEMS %zu", problems.count);
    return buf_c(text);
}

static const char *listing(struct fixture *f, const struct walk_search *search,
                           struct buf *text)
{
    struct walk *walk = walk_run(f->machine, search, 1, 2);

    show(walk, 0, text);
    walk_free(walk);
    return buf_c(text);
}

static void make_small_tree(struct fixture *f)
{
    tree_dir(f->root, "a");
    tree_dir(f->root, "a/b");
    tree_dir(f->root, "a/b/c");
    tree_dir(f->root, "x");
    tree_file(f->root, "a/1", "one");
    tree_file(f->root, "a/b/2", "two");
    tree_file(f->root, "a/b/c/3", "three");
    tree_file(f->root, "x/4", "four");
    tree_link(f->root, "a/to_x", "../x");
    tree_link(f->root, "a/b/up", "..");
    tree_link(f->root, "start", "/a");
    tree_link(f->root, "out", "/../../../../etc");
    tree_link(f->root, "dangling", "nowhere");
    tree_link(f->root, "self", "self");
}

static void depth_and_links_decide_what_is_entered(void **state)
{
    struct fixture *f = *state;
    AUTO(buf_clear) struct buf text = BUF(1 << 20);
    str any = STR("^.*$");
    struct oval_want name = want("filename", OVAL_PATTERN_MATCH, &any);
    static const struct {
        const char *start;
        int64_t depth;
        bool subdirs;
        bool links;
        bool directories;
        const char *expected;
    } cases[] = {
        { "/a", 0, true, false, false, "/a|1 /a|to_x" },
        { "/a", 1, true, false, false, "/a|1 /a|to_x /a/b|2 /a/b|up" },
        { "/a", -1, true, false, false,
          "/a|1 /a|to_x /a/b|2 /a/b|up /a/b/c|3" },
        { "/a", -1, false, true, false, "/a|1 /a|to_x /a/to_x|4" },
        { "/a", -1, true, true, false,
          "/a|1 /a|to_x /a/b|2 /a/b|up /a/b/c|3 /a/to_x|4" },
        { "/start", 1, true, false, false,
          "/start|1 /start|to_x /start/b|2 /start/b|up" },
        { "/a", -1, true, false, true, "/a|. /a/b|. /a/b/c|." },
        { "/start", 0, true, false, true, "/start|." },
        { "/a", -1, true, true, true, "/a|. /a/b|. /a/b/c|. /a/to_x|." },
        { "/nowhere", -1, true, true, true, "" },
        { "/dangling", -1, true, true, true, "" },
        { "/self", -1, true, true, true, "" },
        { "/out", -1, true, true, true, "" },
        { "/a/1", -1, true, true, true, "" },
        { "/", 1, true, false, true, "/|. /a|. /x|." },
    };

    make_small_tree(f);
    for (size_t i = 0; i < COUNT(cases); i++) {
        str start = str_c(cases[i].start);
        struct walk_search search = { .filename = &name,
                                      .starts = &start,
                                      .start_count = 1,
                                      .depth = cases[i].depth,
                                      .subdirs = cases[i].subdirs,
                                      .links = cases[i].links,
                                      .directories = cases[i].directories };

        if (search.directories)
            search.filename = NULL;
        assert_string_equal(listing(f, &search, &text), cases[i].expected);
    }
}

static void paths_are_matched_wherever_they_are(void **state)
{
    struct fixture *f = *state;
    AUTO(buf_clear) struct buf text = BUF(1 << 20);
    str root = STR("/");
    static const struct {
        const char *entity;
        enum oval_operation op;
        const char *value;
        bool directories;
        const char *expected;
    } cases[] = {
        { "filepath", OVAL_PATTERN_MATCH, "^/a/b/.*[23]$", false,
          "/a/b|2 /a/b/c|3" },
        { "filepath", OVAL_PATTERN_MATCH, "/[34]$", false, "/a/b/c|3 /x|4" },
        { "filepath", OVAL_PATTERN_MATCH, "^/(a/1|x/4)$", false, "/a|1 /x|4" },
        { "filepath", OVAL_PATTERN_MATCH, "^/a/b$", false, "" },
        { "filepath", OVAL_CASE_INSENSITIVE_EQUALS, "/A/B/2", false, "/a/b|2" },
        { "path", OVAL_PATTERN_MATCH, "^/a", true, "/a|. /a/b|. /a/b/c|." },
        { "path", OVAL_PATTERN_MATCH, "^/a$", true, "/a|." },
        { "path", OVAL_PATTERN_MATCH, "^/$", true, "/|." },
        { "path", OVAL_NOT_EQUAL, "/a", true, "/|. /a/b|. /a/b/c|. /x|." },
        { "path", OVAL_PATTERN_MATCH, "c$", true, "/a/b/c|." },
        { "path", OVAL_PATTERN_MATCH, "(", true, " FAILED" },
        { "filepath", OVAL_GREATER_THAN, "x", false, " FAILED" },
    };

    make_small_tree(f);
    for (size_t i = 0; i < COUNT(cases); i++) {
        str value = str_c(cases[i].value);
        struct oval_want entity = want(cases[i].entity, cases[i].op, &value);
        struct walk_search search = { .starts = &root,
                                      .start_count = 1,
                                      .depth = -1,
                                      .subdirs = true,
                                      .directories = cases[i].directories };

        if (strcmp(cases[i].entity, "path") == 0)
            search.path = &entity;
        else
            search.filepath = &entity;
        assert_string_equal(listing(f, &search, &text), cases[i].expected);
    }
}

static void filters_are_answered_by_stat(void **state)
{
    struct fixture *f = *state;
    AUTO(buf_clear) struct buf text = BUF(1 << 20);
    str root = STR("/");
    str any = STR(".*");
    struct oval_want name = want("filename", OVAL_PATTERN_MATCH, &any);
    static const struct {
        bool include;
        const char *entity;
        enum oval_datatype datatype;
        enum oval_operation op;
        const char *value;
        const char *expected;
    } cases[] = {
        { true, "owrite", OVAL_BOOLEAN, OVAL_EQUALS, "true", "/|l /|w" },
        { false, "owrite", OVAL_BOOLEAN, OVAL_EQUALS, "0", "/|l /|w" },
        { true, "suid", OVAL_BOOLEAN, OVAL_NOT_EQUAL, "false", "/|s" },
        { true, "type", OVAL_STRING, OVAL_EQUALS, "fifo", "/|f" },
        { false, "type", OVAL_STRING, OVAL_NOT_EQUAL, "symbolic link", "/|l" },
        { true, "size", OVAL_INT, OVAL_GREATER_THAN, "2", "/|s" },
        { true, "filepath", OVAL_STRING, OVAL_PATTERN_MATCH, "^/[sw]$",
          "/|s /|w" },
        /* what cannot be said here is left to the engine */
        { true, "has_extended_acl", OVAL_BOOLEAN, OVAL_EQUALS, "true",
          "/|f /|l /|s /|w" },
    };

    tree_file(f->root, "s", "long");
    tree_file(f->root, "w", "w");
    tree_mode(f->root, "s", 04755);
    tree_mode(f->root, "w", 0666);
    tree_fifo(f->root, "f");
    tree_link(f->root, "l", "s");
    for (size_t i = 0; i < COUNT(cases); i++) {
        str value = str_c(cases[i].value);
        struct oval_want entity = want(cases[i].entity, cases[i].op, &value);
        struct oval_condition filter = { .include = cases[i].include,
                                         .op = OVAL_AND,
                                         .wants = &entity,
                                         .want_count = 1 };
        struct walk_search search = { .filename = &name,
                                      .starts = &root,
                                      .start_count = 1,
                                      .filters = &filter,
                                      .filter_count = 1 };

        entity.datatype = (uint8_t)cases[i].datatype;
        assert_string_equal(listing(f, &search, &text), cases[i].expected);
    }
}

static void many_searches_share_one_walk(void **state)
{
    struct fixture *f = *state;
    str starts[] = { STR("/a"), STR("/a/b"), STR("/") };
    str any = STR("^.*$");
    str digit = STR("^[0-9]$");
    struct oval_want names[] = {
        want("filename", OVAL_PATTERN_MATCH, &any),
        want("filename", OVAL_PATTERN_MATCH, &digit),
    };
    struct walk_search searches[40] = { 0 };
    struct walk *walk;

    make_small_tree(f);
    for (size_t i = 0; i < COUNT(searches); i++)
        searches[i] = (struct walk_search){ .filename = &names[i % 2],
                                            .starts = &starts[i % 3],
                                            .start_count = i % 3 == 0 ? 2 : 1,
                                            .depth = -1,
                                            .subdirs = true };
    walk = walk_run(f->machine, searches, COUNT(searches), 4);
    for (size_t i = 0; i < COUNT(searches); i++) {
        static const size_t expected[2][3] = { { 5, 3, 10 }, { 3, 2, 4 } };

        assert_int_equal(walk_hit_count(walk, i), expected[i % 2][i % 3]);
    }
    walk_free(walk);
}

/* A start that is a link is served where the walk comes by its real path. */
static void a_start_keeps_its_name(void **state)
{
    struct fixture *f = *state;
    AUTO(buf_clear) struct buf alone = BUF(1 << 20);
    AUTO(buf_clear) struct buf shared = BUF(1 << 20);
    str starts[] = { STR("/"), STR("/start"), STR("/start/b"), STR("/a") };
    str any = STR("^.*$");
    str link = STR("symbolic link");
    struct oval_want name = want("filename", OVAL_PATTERN_MATCH, &any);
    struct oval_want type = want("type", OVAL_EQUALS, &link);
    struct oval_condition filter = { .wants = &type, .want_count = 1 };
    struct walk_search searches[8] = { 0 };
    struct walk *walk;

    make_small_tree(f);
    for (size_t i = 0; i < COUNT(searches); i++) {
        searches[i] = (struct walk_search){ .starts = &starts[i % 4],
                                            .start_count = 1,
                                            .depth = i == 5 ? 1 : -1,
                                            .subdirs = true };
        searches[i].directories = i >= 4;
        searches[i].filename = i < 4 ? &name : NULL;
        searches[i].filters = &filter;
        searches[i].filter_count = i >= 4;
    }
    walk = walk_run(f->machine, searches, COUNT(searches), 2);
    for (size_t i = 0; i < COUNT(searches); i++) {
        show(walk, i, &shared);
        listing(f, &searches[i], &alone);
        assert_string_equal(buf_c(&shared), buf_c(&alone));
    }
    show(walk, 5, &shared); /* the link itself was left out */
    assert_string_equal(buf_c(&shared), "/start/b|.");
    walk_free(walk);
}

static void odd_names_are_kept_as_they_are(void **state)
{
    struct fixture *f = *state;
    AUTO(buf_clear) struct buf text = BUF(1 << 20);
    str root = STR("/");
    str dot = STR("^.x$");
    str any = STR("^.*$");
    struct oval_want name = want("filename", OVAL_PATTERN_MATCH, &dot);
    struct walk_search search = { .filename = &name,
                                  .starts = &root,
                                  .start_count = 1 };

    tree_file(f->root, "\xc3\xa9x", "");
    tree_file(f->root, "\xffx", "");
    assert_string_equal(listing(f, &search, &text), "/|\xc3\xa9x /|\xffx");
    tree_file(f->root, "two\nlines", "");
    name.values = &any;
    assert_string_equal(listing(f, &search, &text), "/|\xc3\xa9x /|\xffx");
}

static void deep_trees_are_walked_to_the_end_or_reported(void **state)
{
    struct fixture *f = *state;
    str root = STR("/");
    str bottom = STR("bottom");
    struct oval_want name = want("filename", OVAL_EQUALS, &bottom);
    struct walk_search search = { .filename = &name,
                                  .starts = &root,
                                  .start_count = 1,
                                  .depth = -1,
                                  .subdirs = true };
    struct walk *walk;

    tree_deep(f->root, 6000, "bottom"); /* a path of 12,000 bytes */
    walk = walk_run(f->machine, &search, 1, 2);
    assert_int_equal(walk_hit_count(walk, 0), 1);
    assert_int_equal(walk_problems(walk, 0).count, 0);
    walk_free(walk);
    tree_deep(f->root, 9000, "bottom");
    walk = walk_run(f->machine, &search, 1, 2);
    assert_int_equal(walk_hit_count(walk, 0), 1);
    assert_int_equal(walk_problems(walk, 0).count, 1);
    walk_free(walk);
}

static void links_do_not_make_it_endless(void **state)
{
    struct fixture *f = *state;
    str root = STR("/");
    struct walk_search search = { .directories = true,
                                  .starts = &root,
                                  .start_count = 1,
                                  .depth = -1,
                                  .subdirs = true,
                                  .links = true };
    struct walk *walk;
    char name[32];
    char target[32];

    for (unsigned i = 0; i < 40; i++) {
        snprintf(name, sizeof(name), "d%u", i);
        tree_dir(f->root, name);
        snprintf(target, sizeof(target), "../d%u", i + 1);
        snprintf(name, sizeof(name), "d%u/l", i);
        tree_link(f->root, name, target);
        snprintf(name, sizeof(name), "d%u/m", i);
        tree_link(f->root, name, target);
    }
    walk = walk_run(f->machine, &search, 1, 2);
    assert_true(walk_problems(walk, 0).count > 0);
    assert_true(walk_hit_count(walk, 0) < WALK_LINKS_MAX + 100);
    walk_free(walk);
}

/* Runs in a child that is not root: root reads everything. */
static void unreadable(struct fixture *f)
{
    str root = STR("/");
    str closed = STR("/closed");
    str any = STR("^.*$");
    struct oval_want name = want("filename", OVAL_PATTERN_MATCH, &any);
    struct walk_search search = { .filename = &name,
                                  .starts = &root,
                                  .start_count = 1,
                                  .depth = -1,
                                  .subdirs = true };
    struct walk *walk;

    if (geteuid() == 0 && setuid(65534) != 0)
        _exit(77);
    walk = walk_run(f->machine, &search, 1, 2);
    if (walk_problems(walk, 0).count != 1 ||
        !str_eq(walk_problems(walk, 0).texts[0],
                STR("/closed: Permission denied")))
        _exit(1);
    if (walk_hit_count(walk, 0) != 1)
        _exit(2);
    walk_free(walk);
    /* the directory itself can be seen from outside */
    search.filename = NULL;
    search.directories = true;
    search.starts = &closed;
    search.depth = 0;
    walk = walk_run(f->machine, &search, 1, 2);
    _exit(walk_problems(walk, 0).count == 0 && walk_hit_count(walk, 0) == 1
              ? 0
              : 3);
}

static void what_cannot_be_read_is_a_problem(void **state)
{
    struct fixture *f = *state;
    int status = 0;
    pid_t pid;

    tree_dir(f->root, "closed");
    tree_file(f->root, "closed/1", "");
    tree_file(f->root, "2", "");
    tree_mode(f->root, "closed", 0);
    tree_mode(f->root, "", 0755);
    pid = fork();
    if (pid == 0)
        unreadable(f);
    waitpid(pid, &status, 0);
    tree_mode(f->root, "closed", 0755);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* Until it is killed: "there" is a directory, a file, a link that leads out
 * of the root, or nothing. */
static NORETURN void change_all_the_time(const char *root)
{
    int dir = open(root, O_PATH | O_DIRECTORY);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        if (mkdirat(dir, "there", 0755) == 0 &&
            mkdirat(dir, "there/below", 0755) == 0) {
            unlinkat(dir, "there/below", AT_REMOVEDIR);
            unlinkat(dir, "there", AT_REMOVEDIR);
        }
        if (symlinkat("../outside", dir, "there") == 0)
            unlinkat(dir, "there", 0);
        if (mknodat(dir, "there", S_IFREG | 0644, 0) == 0)
            unlinkat(dir, "there", 0);
    }
}

static void what_changes_meanwhile_is_no_problem(void **state)
{
    struct fixture *f = *state;
    char root[2 * TREE_PATH_MAX];
    struct probe_options options = { .root = root };
    str start = STR("/");
    str secret = STR("secret");
    struct oval_want name = want("filename", OVAL_EQUALS, &secret);
    struct walk_search searches[] = {
        { .filename = &name, .starts = &start, .start_count = 1 },
        { .directories = true, .starts = &start, .start_count = 1 },
    };
    struct probe_machine *machine;
    pid_t pid;

    tree_dir(f->root, "outside");
    tree_file(f->root, "outside/secret", "");
    tree_dir(f->root, "inside");
    snprintf(root, sizeof(root), "%s/inside", f->root);
    assert_int_equal(probe_machine_new(&options, &machine, NULL), 0);
    pid = fork();
    if (pid == 0)
        change_all_the_time(root);
    for (unsigned i = 0; i < 2000; i++) {
        struct walk *walk;

        for (size_t k = 0; k < COUNT(searches); k++) {
            searches[k].depth = -1;
            searches[k].subdirs = true;
            searches[k].links = i % 2 == 0;
        }
        walk = walk_run(machine, searches, COUNT(searches), 1 + i % 2);
        assert_int_equal(walk_hit_count(walk, 0), 0);
        assert_true(walk_hit_count(walk, 1) >= 1);
        assert_int_equal(walk_problems(walk, 0).count, 0);
        assert_int_equal(walk_problems(walk, 1).count, 0);
        walk_free(walk);
    }
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    probe_machine_free(machine);
}

/* What is dropped anyway is not looked at: /proc is never complete. */
static void what_filters_drop_whole_is_not_entered(void **state UNUSED)
{
    static const struct {
        const char *exclude;
        bool entered;
    } cases[] = {
        { "^/proc/.*$", false },      { "^/proc/.*", false },
        { "^/proc/self/.*$", false }, { "^/proc/x/.*$", true },
        { "^/proc/.*x$", true },      { "^(?!/proc/self/s)/.*$", true },
        { "^/proc/$|^/x/.*$", true }, { "^/proc/.\\*$", true },
    };
    AUTO(probe_machine_freep) struct probe_machine *machine = NULL;
    str start = STR("/proc/self");
    str status = STR("status");
    struct oval_want name = want("filename", OVAL_EQUALS, &status);

    assert_int_equal(probe_machine_new(NULL, &machine, NULL), 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        str value = str_c(cases[i].exclude);
        struct oval_want path = want("filepath", OVAL_PATTERN_MATCH, &value);
        struct oval_condition filter = { .op = OVAL_AND,
                                         .wants = &path,
                                         .want_count = 1 };
        struct walk_search search = { .filename = &name,
                                      .starts = &start,
                                      .start_count = 1,
                                      .filters = &filter,
                                      .filter_count = 1 };
        struct walk *walk = walk_run(machine, &search, 1, 1);

        assert_int_equal(walk_hit_count(walk, 0), cases[i].entered);
        walk_free(walk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(depth_and_links_decide_what_is_entered,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(paths_are_matched_wherever_they_are,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(filters_are_answered_by_stat, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(many_searches_share_one_walk, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_start_keeps_its_name, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(odd_names_are_kept_as_they_are, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            deep_trees_are_walked_to_the_end_or_reported, setup, teardown),
        cmocka_unit_test_setup_teardown(links_do_not_make_it_endless, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_a_problem, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_changes_meanwhile_is_no_problem,
                                        setup, teardown),
        cmocka_unit_test(what_filters_drop_whole_is_not_entered),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
