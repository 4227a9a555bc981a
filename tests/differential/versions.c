/* SPDX-License-Identifier: Apache-2.0
 *
 * Our order of versions against librpm's and dpkg's own, over generated
 * pairs: librpm is loaded at run time and dpkg is run, so that the build needs
 * neither. What is not installed is skipped, and says so.
 */
#include <dlfcn.h>
#include <spawn.h>
#include <sys/wait.h>

#include "version/dpkg.h"
#include "version/rpm.h"

enum {
    RPM_PAIRS = 20000,
    DPKG_PAIRS = 400,
    TEXT_MAX = 24,
};

extern char **environ;

typedef void *rpm_parse_fn(const char *evr);
typedef void *rpm_free_fn(void *version);
typedef int rpm_compare_fn(void *a, void *b);

/* The same pairs in every run. */
static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525U + 1013904223U;
    return *state >> 16;
}

/* A version, or what looks like one. */
static void make_text(uint32_t *state, const char *alphabet, char *out)
{
    size_t letters = strlen(alphabet);
    size_t n = 1 + next_random(state) % 10;
    size_t at = 0;

    if (next_random(state) % 4 == 0) {
        out[at++] = (char)('0' + next_random(state) % 3);
        out[at++] = ':';
    }
    out[at++] = (char)('0' + next_random(state) % 10);
    while (n-- > 0)
        out[at++] = alphabet[next_random(state) % letters];
    out[at] = '\0';
}

/* Half of the pairs differ in one place only: those are the hard ones. */
static void make_pair(uint32_t *state, const char *alphabet, char *a, char *b)
{
    make_text(state, alphabet, a);
    if (next_random(state) % 2 == 0) {
        make_text(state, alphabet, b);
        return;
    }
    memcpy(b, a, TEXT_MAX);
    b[next_random(state) % strlen(b)] =
        alphabet[next_random(state) % strlen(alphabet)];
}

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

static void *open_librpm(void)
{
    static const char *const names[] = { "librpm.so.9", "librpm.so.10",
                                         "librpm.so.8" };
    void *library = NULL;

    for (size_t i = 0; library == NULL && i < COUNT(names); i++)
        library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    return library;
}

static void compare_with_librpm(void)
{
    static const char alphabet[] = "0011239abzAZ..--~^_+:";
    void *library = open_librpm();
    rpm_parse_fn *parse = NULL;
    rpm_free_fn *release = NULL;
    rpm_compare_fn *compare = NULL;
    unsigned same = 0;
    unsigned skipped = 0;
    uint32_t state = 1;

    if (library != NULL) {
        parse = (rpm_parse_fn *)dlsym(library, "rpmverParse");
        release = (rpm_free_fn *)dlsym(library, "rpmverFree");
        compare = (rpm_compare_fn *)dlsym(library, "rpmverCmp");
    }
    if (parse == NULL || release == NULL || compare == NULL) {
        printf("ok 1 - librpm # SKIP librpm is not installed\n");
        return;
    }
    for (unsigned i = 0; i < RPM_PAIRS; i++) {
        char a[TEXT_MAX] = "";
        char b[TEXT_MAX] = "";
        void *va;
        void *vb;
        int order = 0;

        make_pair(&state, alphabet, a, b);
        va = parse(a);
        vb = parse(b);
        if (va == NULL || vb == NULL)
            skipped++;
        else if (rpm_version_compare(str_c(a), str_c(b), &order, NULL) == 0 &&
                 sign(order) == sign(compare(va, vb)))
            same++;
        else
            printf("# '%s' against '%s': %d\n", a, b, order);
        release(va);
        release(vb);
    }
    printf("%s 1 - librpm: %u of %u pairs agree, %u it does not read\n",
           same + skipped == RPM_PAIRS ? "ok" : "not ok", same,
           (unsigned)RPM_PAIRS, skipped);
}

/* dpkg's exit status: 0 true, 1 false, 2 or more: not versions; -1 when dpkg
 * cannot be run. */
static int ask_dpkg(const char *a, const char *relation, const char *b)
{
    const char *const argv[] = { "dpkg", "--compare-versions", a, relation, b,
                                 NULL };
    posix_spawn_file_actions_t actions;
    int status = 0;
    pid_t pid = 0;
    int rc;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", 1, 0);
    rc = posix_spawnp(&pid, "dpkg", &actions, NULL, (char *const *)argv,
                      environ);
    posix_spawn_file_actions_destroy(&actions);
    if (rc != 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
        WEXITSTATUS(status) == 127)
        return -1;
    return WEXITSTATUS(status);
}

/* True when dpkg and we refuse both, or agree whether a is older than b and
 * whether they are the same. */
static bool agrees_with_dpkg(const char *a, const char *b)
{
    int order = 0;
    int older = ask_dpkg(a, "lt", b);

    if (dpkg_version_compare(str_c(a), str_c(b), &order, NULL) < 0)
        return older >= 2;
    if (older != (order < 0 ? 0 : 1))
        return false;
    return ask_dpkg(a, "eq", b) == (order == 0 ? 0 : 1);
}

static void compare_with_dpkg(void)
{
    static const char alphabet[] = "0011239abzAZ..--~+:";
    unsigned same = 0;
    uint32_t state = 1;

    if (ask_dpkg("1", "eq", "1") != 0) {
        printf("ok 2 - dpkg # SKIP dpkg is not installed\n");
        return;
    }
    for (unsigned i = 0; i < DPKG_PAIRS; i++) {
        char a[TEXT_MAX] = "";
        char b[TEXT_MAX] = "";

        make_pair(&state, alphabet, a, b);
        if (agrees_with_dpkg(a, b))
            same++;
        else
            printf("# '%s' against '%s'\n", a, b);
    }
    printf("%s 2 - dpkg: %u of %u pairs agree\n",
           same == DPKG_PAIRS ? "ok" : "not ok", same, (unsigned)DPKG_PAIRS);
}

int main(void)
{
    printf("1..2\n");
    compare_with_librpm();
    compare_with_dpkg();
    return 0;
}
