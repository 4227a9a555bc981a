/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/sockets.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "probe/hex.h"
#include "probe/word.h"

static int take_id(str *line, int64_t *out, struct err *err)
{
    return str_to_i64(word_take(line), 0, INT64_MAX, out, err);
}

static int take_uid_and_inode(str *line, unsigned between, int64_t *out_uid,
                              uint64_t *out_inode, struct err *err)
{
    int64_t inode = 0;
    int rc = take_id(line, out_uid, err);

    for (; between > 0; between--)
        word_take(line);
    if (rc == 0)
        rc = take_id(line, &inode, err);
    if (rc < 0)
        return rc;
    *out_inode = (uint64_t)inode;
    return 0;
}

/* An address is printed in words of the machine's byte order; in memory they
 * are in network order. */
static int parse_address(str text, uint8_t *address, uint16_t *out_port,
                         struct err *err)
{
    str words = str_cut(&text, ':');
    uint64_t value;
    int rc;

    if (words.n != 8 && words.n != 32)
        return err_set(err, E_PARSE, "'%" PRIstr "' is not an address",
                       ARGstr(words));
    for (size_t i = 0; i < words.n; i += 8) {
        uint32_t word;

        rc = hex_parse(str_sub(words, i, 8), &value, err);
        if (rc < 0)
            return rc;
        word = (uint32_t)value;
        memcpy(address + i / 2, &word, sizeof(word));
    }
    rc = hex_parse(text, &value, err);
    if (rc < 0)
        return rc;
    if (value > UINT16_MAX)
        return err_set(err, E_PARSE, "'%" PRIstr "' is not a port",
                       ARGstr(text));
    *out_port = (uint16_t)value;
    return (int)words.n;
}

int sockets_parse_inet(str line, struct socket_inet *out, struct err *err)
{
    struct socket_inet socket = { 0 };
    str number = word_take(&line);
    uint64_t state = 0;
    int rc;

    if (number.n == 0 || str_eq(number, STR("sl")))
        return 1;
    rc = parse_address(word_take(&line), socket.local, &socket.local_port, err);
    if (rc > 0) {
        socket.v6 = rc == 32;
        rc = parse_address(word_take(&line), socket.remote, &socket.remote_port,
                           err);
    }
    if (rc > 0)
        rc = hex_parse(word_take(&line), &state, err);
    if (rc < 0)
        return rc;
    socket.state = (unsigned)state;
    word_take(&line); /* queues */
    word_take(&line); /* timer */
    word_take(&line); /* retransmits */
    rc = take_uid_and_inode(&line, 1, &socket.uid, &socket.inode, err);
    if (rc < 0)
        return rc;
    *out = socket;
    return 0;
}

int sockets_parse_packet(str line, struct socket_packet *out, struct err *err)
{
    struct socket_packet socket = { 0 };
    str number = word_take(&line);
    uint64_t protocol = 0;
    int64_t interface = 0;
    int rc;

    if (number.n == 0 || str_eq(number, STR("sk")))
        return 1;
    word_take(&line); /* reference count */
    word_take(&line); /* type */
    rc = hex_parse(word_take(&line), &protocol, err);
    if (rc == 0)
        rc = str_to_i64(word_take(&line), 0, INT32_MAX, &interface, err);
    word_take(&line); /* running */
    word_take(&line); /* memory */
    if (rc == 0)
        rc = take_uid_and_inode(&line, 0, &socket.uid, &socket.inode, err);
    if (rc < 0)
        return rc;
    socket.protocol = (unsigned)protocol;
    socket.interface = (unsigned)interface;
    *out = socket;
    return 0;
}

uint64_t sockets_parse_link(str text)
{
    const str before = STR("socket:[");
    int64_t inode;

    if (!str_starts(text, before) || !str_ends(text, STR("]")))
        return 0;
    text = str_sub(text, before.n, text.n - before.n - 1);
    return str_to_i64(text, 1, INT64_MAX, &inode, NULL) < 0 ? 0
                                                            : (uint64_t)inode;
}

static void read_links(struct socket_holders *holders, int fd_dir,
                       const struct proc *proc)
{
    DIR *dir = fdopendir(fd_dir);
    const struct dirent *entry;

    if (dir == NULL) {
        close(fd_dir);
        return;
    }
    while ((entry = readdir(dir)) != NULL) {
        char text[64];
        ssize_t n = entry->d_name[0] == '.'
                        ? -1
                        : readlinkat(fd_dir, entry->d_name, text, sizeof(text));
        uint64_t inode =
            n <= 0 ? 0 : sockets_parse_link((str){ text, (size_t)n });

        if (inode != 0)
            *vec_push(&holders->all) = (struct socket_holder){ inode, proc };
    }
    closedir(dir);
}

static int by_inode(const void *a, const void *b)
{
    const struct socket_holder *x = a;
    const struct socket_holder *y = b;

    if (x->inode != y->inode)
        return x->inode < y->inode ? -1 : 1;
    return (x->proc->stat.pid > y->proc->stat.pid) -
           (x->proc->stat.pid < y->proc->stat.pid);
}

static void read_holders(struct socket_holders *holders, int proc_fd)
{
    for (size_t i = 0; i < holders->procs->procs.n; i++) {
        const struct proc *proc = &holders->procs->procs.p[i];
        char path[64];
        int fd;

        snprintf(path, sizeof(path), "%lld/fd", (long long)proc->stat.pid);
        fd = openat(proc_fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd >= 0)
            read_links(holders, fd, proc);
        else if (errno != ENOENT && errno != ESRCH)
            holders->refused++;
    }
    if (holders->procs->hidden)
        holders->refused++;
    if (holders->all.n > 0)
        qsort(holders->all.p, holders->all.n, sizeof(*holders->all.p),
              by_inode);
}

static void holders_free(void *p)
{
    struct socket_holders *holders = p;

    vec_clear(&holders->all);
    mem_free(holders);
}

int sockets_holders(struct probe_machine *machine,
                    const struct socket_holders **out, struct err *err)
{
    struct socket_holders *holders = machine->caches[PROBE_CACHE_SOCKETS].p;
    const struct proc_list *procs;
    int proc_fd;
    int rc;

    if (holders != NULL) {
        *out = holders;
        return 0;
    }
    rc = proc_list_get(machine, &procs, err);
    if (rc < 0)
        return rc;
    proc_fd = proc_open(machine, err);
    if (proc_fd < 0)
        return proc_fd;
    holders = mem_alloc(1, sizeof(*holders));
    holders->procs = procs;
    read_holders(holders, proc_fd);
    close(proc_fd);
    machine->caches[PROBE_CACHE_SOCKETS].p = holders;
    machine->caches[PROBE_CACHE_SOCKETS].free = holders_free;
    *out = holders;
    return 0;
}

/* The holders of inode: returns the first and how many there are. */
static const struct socket_holder *find(const struct socket_holders *holders,
                                        uint64_t inode, size_t *out_n)
{
    const struct socket_holder *all = holders->all.p;
    size_t first = 0;
    size_t end = holders->all.n;
    size_t n = 0;

    while (first < end) {
        size_t middle = first + (end - first) / 2;

        if (all[middle].inode < inode)
            first = middle + 1;
        else
            end = middle;
    }
    while (first + n < holders->all.n && all[first + n].inode == inode)
        n++;
    *out_n = n;
    return n == 0 ? NULL : all + first;
}

/* True when an earlier holder of the same socket runs the same program. */
static bool is_repeated(const struct socket_holder *first, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (str_eq(first[k].proc->program, first[i].proc->program))
            return true;
    return false;
}

bool sockets_next_program(const struct socket_holders *holders, uint64_t inode,
                          size_t *cursor, const struct socket_holder **out)
{
    size_t n;
    const struct socket_holder *first = find(holders, inode, &n);

    if (n == 0) {
        *out = NULL;
        return (*cursor)++ == 0;
    }
    while (*cursor < n && is_repeated(first, *cursor))
        ++*cursor;
    if (*cursor >= n)
        return false;
    *out = &first[(*cursor)++];
    return true;
}

static enum oval_status status_of(const struct socket_holders *holders)
{
    return holders->refused > 0 ? OVAL_STATUS_ERROR : OVAL_DOES_NOT_EXIST;
}

void sockets_give_program(struct oval_sink *sink,
                          const struct socket_holders *holders,
                          const struct socket_holder *holder)
{
    if (holder == NULL)
        oval_item_status(sink, "program_name", OVAL_STRING, status_of(holders));
    else if (holder->proc->error != NULL)
        oval_item_status(sink, "program_name", OVAL_STRING, OVAL_STATUS_ERROR);
    else
        oval_item_str(sink, "program_name", holder->proc->program);
}

void sockets_give_pid(struct oval_sink *sink,
                      const struct socket_holders *holders,
                      const struct socket_holder *holder)
{
    if (holder == NULL)
        oval_item_status(sink, "pid", OVAL_INT, status_of(holders));
    else
        oval_item_int(sink, "pid", holder->proc->stat.pid);
}

void sockets_give_message(struct oval_sink *sink,
                          const struct socket_holders *holders)
{
    if (holders->refused > 0)
        oval_sink_message(sink, OVAL_LEVEL_WARNING,
                          "sockets of other users' processes are held by "
                          "programs that only root sees");
}
