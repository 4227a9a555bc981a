/* SPDX-License-Identifier: Apache-2.0
 *
 * The files each process may open once it has started, by Landlock: front
 * and signer none, the reader none but what it is given, the courier what
 * names and certificates need, netdev what names need, the core the data
 * directory.
 */
#include "confine/confine.h"
#include "server/sandbox_int.h"

/* Time zones, names, certificates, libraries that are loaded late. */
static const char *const machine_reads[] = {
    "/etc", "/usr", "/lib", "/lib64", "/dev/urandom", "/dev/null", "/run",
};

/* What looking up a name reads, and no more: neither our data nor our keys,
 * which are read before. */
static const char *const name_reads[] = {
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/nsswitch.conf",
    "/etc/host.conf",
    "/etc/gai.conf",
    "/etc/services",
    "/etc/ld.so.cache",
    "/usr/lib",
    "/lib",
    "/lib64",
    "/dev/urandom",
    "/dev/null",
    "/run/systemd/resolve",
};

/* An SQLite file may lie elsewhere; its folder holds the journal, too. */
static int allow_database(const struct confine_files *files, str url,
                          struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(4096);

    if (!str_starts(url, STR("sqlite:")))
        return 0;
    buf_add(&path, str_sub(url, 7, url.n));
    while (path.n > 1 && path.p[path.n - 1] != '/')
        path.n--;
    return confine_files_allow(files, buf_c(&path), confine_own_files, err);
}

static int add_rules(const struct process *process,
                     const struct confine_files *files, struct err *err)
{
    bool core = process->role == ROLE_CORE;
    bool machine = core || process->role == ROLE_COURIER;
    bool netdev = process->role == ROLE_NETDEV;
    int rc = 0;

    for (size_t i = 0; machine && rc == 0 && i < COUNT(machine_reads); i++)
        rc = confine_files_allow(files, machine_reads[i], confine_reads, err);
    for (size_t i = 0; netdev && rc == 0 && i < COUNT(name_reads); i++)
        rc = confine_files_allow(files, name_reads[i], confine_reads, err);
    if (rc == 0 && core)
        rc = confine_files_allow(files, process->config->data.p,
                                 confine_own_files, err);
    if (rc == 0 && core)
        rc = allow_database(files, process->config->database, err);
    if (rc == 0 && process->clock.n > 0)
        rc = confine_files_allow(files, process->clock.p, confine_reads, err);
    return rc;
}

int sandbox_files(const struct process *process, struct err *err)
{
    struct confine_files files;
    int rc = confine_files_start(confine_reads | confine_writes | confine_exec,
                                 &files, err);

    return rc != 0 ? rc
                   : confine_files_end(&files, add_rules(process, &files, err),
                                       err);
}
