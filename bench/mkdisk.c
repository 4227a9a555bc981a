/* SPDX-License-Identifier: Apache-2.0
 *
 * mkdisk DIR FILES [SEED]: makes a tree of FILES files below DIR that looks
 * like a system's disk to a walk: some twelve files a directory, most of them
 * in directories three to eight levels down and a few in long lists, names
 * that programs give, a link in fifty, odd modes and owners in a few thousand,
 * and nearly all files empty, because a walk reads none of them.
 *
 *     cc -O2 -D_GNU_SOURCE -o mkdisk bench/mkdisk.c && ./mkdisk /srv/d 720000
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    DEPTH_MAX = 12,
    NAME_SIZE = 64
};

static const char *const words[] = {
    "lib",   "share", "doc",   "locale", "python3", "module", "include",
    "test",  "data",  "icons", "cache",  "node",    "src",    "plugin",
    "asset", "build", "perl5", "man",    "config",  "theme",
};
static const char *const ends[] = { ".so.1", ".py",   ".h",  ".png",
                                    ".gz",   ".html", ".js", ".json",
                                    ".conf", ".txt",  ".mo", "" };

struct maker {
    uint64_t seed;
    uint64_t made;
    uint64_t wanted;
};

static uint32_t roll(struct maker *m, uint32_t n)
{
    m->seed ^= m->seed << 13;
    m->seed ^= m->seed >> 7;
    m->seed ^= m->seed << 17;
    return (uint32_t)(m->seed >> 16) % n;
}

static void die(const char *what, const char *name)
{
    fprintf(stderr, "mkdisk: %s %s: %s\n", what, name, strerror(errno));
    exit(4);
}

static void name_of(struct maker *m, char name[NAME_SIZE], const char *end)
{
    snprintf(name, NAME_SIZE, "%s-%s%" PRIu64 "%s",
             words[roll(m, sizeof(words) / sizeof(words[0]))],
             words[roll(m, sizeof(words) / sizeof(words[0]))], m->made, end);
}

/* One in 200 is what guides look for. */
static void make_odd(struct maker *m, int dir, const char *name)
{
    static const mode_t modes[] = { 04755, 02755, 0666, 0600 };

    if (fchmodat(dir, name, modes[roll(m, 4)], 0) < 0)
        die("cannot change the mode of", name);
    if (geteuid() == 0 && roll(m, 2) == 0 &&
        fchownat(dir, name, 1000 + roll(m, 3), 1000, 0) < 0)
        die("cannot change the owner of", name);
}

static void make_file(struct maker *m, int dir)
{
    char name[NAME_SIZE];
    int fd;

    name_of(m, name, ends[roll(m, sizeof(ends) / sizeof(ends[0]))]);
    m->made++;
    if (roll(m, 50) == 0) {
        if (symlinkat("../target", dir, name) < 0)
            die("cannot make", name);
        return;
    }
    fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (fd < 0)
        die("cannot make", name);
    if (roll(m, 100) == 0 && write(fd, "key=value\n", 10) != 10)
        die("cannot write", name);
    close(fd);
    if (roll(m, 200) == 0)
        make_odd(m, dir, name);
}

/* Files of one directory: a few, or seldom a long list. */
static uint32_t file_count(struct maker *m)
{
    uint32_t n = roll(m, 100);

    if (n < 20)
        return 0;
    if (n < 98)
        return 1 + roll(m, 18);
    return 50 + roll(m, 500);
}

/* Directories shrink in number with depth, so that the tree ends. */
static uint32_t dir_count(struct maker *m, unsigned depth)
{
    if (depth < 2)
        return 12;
    if (depth >= DEPTH_MAX)
        return 0;
    return roll(m, depth < 5 ? 7 : 4) * (roll(m, depth) < 4);
}

static void fill(struct maker *m, int dir, unsigned depth)
{
    uint32_t files = file_count(m);
    uint32_t dirs = dir_count(m, depth);

    for (uint32_t i = 0; i < files && m->made < m->wanted; i++)
        make_file(m, dir);
    for (uint32_t i = 0; i < dirs && m->made < m->wanted; i++) {
        char name[NAME_SIZE];
        int child;

        name_of(m, name, ".d");
        m->made++;
        if (mkdirat(dir, name, 0755) < 0)
            die("cannot make", name);
        child = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (child < 0)
            die("cannot open", name);
        fill(m, child, depth + 1);
        close(child);
    }
}

int main(int argc, char **argv)
{
    struct maker m = { .seed = 88172645463325252ULL };
    int dir;

    if (argc < 3) {
        fprintf(stderr, "usage: mkdisk DIR FILES [SEED]\n");
        return 2;
    }
    m.wanted = strtoull(argv[2], NULL, 10);
    if (argc > 3)
        m.seed += strtoull(argv[3], NULL, 10) * 2654435761ULL;
    if (mkdir(argv[1], 0755) < 0 && errno != EEXIST)
        die("cannot make", argv[1]);
    dir = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        die("cannot open", argv[1]);
    while (m.made < m.wanted)
        fill(&m, dir, 0);
    close(dir);
    printf("%" PRIu64 " entries in %s\n", m.made, argv[1]);
    return 0;
}
