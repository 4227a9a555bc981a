/* SPDX-License-Identifier: Apache-2.0
 *
 * Fixture roots: small trees of files in a directory of the test's own. Names
 * are relative to the root; whatever fails fails the test.
 */
#ifndef TESTS_UNIT_TREE_H
#define TESTS_UNIT_TREE_H

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

enum {
    TREE_PATH_MAX = 512
};

static inline void tree_make(char root[TREE_PATH_MAX])
{
    const char *tmp = getenv("TMPDIR");

    snprintf(root, TREE_PATH_MAX, "%s/holdfast-test-XXXXXX",
             tmp == NULL ? "/tmp" : tmp);
    assert_non_null(mkdtemp(root));
}

static inline void tree_remove(const char *root)
{
    char *argv[] = { (char *)"rm", (char *)"-rf", (char *)root, NULL };
    pid_t pid = fork();

    if (pid == 0) {
        execvp(argv[0], argv);
        _exit(127);
    }
    assert_true(pid > 0);
    waitpid(pid, NULL, 0);
}

static inline const char *tree_path(const char *root, const char *name)
{
    static char path[2 * TREE_PATH_MAX];

    snprintf(path, sizeof(path), "%s/%s", root, name);
    return path;
}

static inline void tree_dir(const char *root, const char *name)
{
    assert_int_equal(mkdir(tree_path(root, name), 0755), 0);
}

static inline void tree_bytes(const char *root, const char *name,
                              const void *bytes, size_t n)
{
    int fd = open(tree_path(root, name), O_WRONLY | O_CREAT | O_TRUNC, 0644);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), n);
    close(fd);
}

static inline void tree_file(const char *root, const char *name,
                             const char *text)
{
    tree_bytes(root, name, text, strlen(text));
}

static inline void tree_link(const char *root, const char *name,
                             const char *target)
{
    assert_int_equal(symlink(target, tree_path(root, name)), 0);
}

static inline void tree_fifo(const char *root, const char *name)
{
    assert_int_equal(mkfifo(tree_path(root, name), 0644), 0);
}

static inline void tree_mode(const char *root, const char *name, unsigned mode)
{
    assert_int_equal(chmod(tree_path(root, name), mode), 0);
}

/* `levels` directories called "d" inside each other, and a file in the last
 * one. What is there already is used. */
static inline void tree_deep(const char *root, unsigned levels,
                             const char *file)
{
    int fd = open(root, O_PATH | O_DIRECTORY);

    for (unsigned i = 0; i < levels; i++) {
        int next;

        assert_true(mkdirat(fd, "d", 0755) == 0 || errno == EEXIST);
        next = openat(fd, "d", O_PATH | O_DIRECTORY);
        assert_true(next >= 0);
        close(fd);
        fd = next;
    }
    close(openat(fd, file, O_WRONLY | O_CREAT, 0644));
    close(fd);
}

#endif
