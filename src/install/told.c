/* SPDX-License-Identifier: Apache-2.0 */
#include <sys/statvfs.h>
#include <time.h>

#include "base/clock.h"
#include "install/install_int.h"

void told_clear(struct told *told)
{
    buf_clear(&told->first);
    buf_clear(&told->log);
}

/* Keeps the second half when it is full. */
static void keep(struct buf *log, str line)
{
    line = str_sub(line, 0, LOG_TAIL_MAX / 4);
    if (log->n + line.n + 1 > log->limit) {
        size_t half = log->n / 2;

        memmove(log->p, log->p + half, log->n - half);
        log->n -= half;
    }
    buf_add(log, line);
    buf_add_char(log, '\n');
}

static bool is_error(str line)
{
    return str_starts(line, STR("E: ")) || str_starts(line, STR("Error:")) ||
           str_starts(line, STR("dpkg: error"));
}

void told_line(struct told *told, str line)
{
    enum install_fault fault = fault_of_line(line);
    str text = str_trim(line);

    keep(&told->log, line);
    if (fault == INSTALL_FAULT_NONE && told->first.n == 0 && is_error(line)) {
        buf_add(&told->first, str_sub(text, 0, INSTALL_TEXT_MAX / 4));
        return;
    }
    if (fault == INSTALL_FAULT_NONE || fault == told->fault ||
        fault_worse(fault, told->fault) != fault)
        return;
    told->fault = fault;
    buf_reset(&told->first);
    buf_add(&told->first, str_sub(text, 0, INSTALL_TEXT_MAX / 4));
}

void told_on_line(void *ctx, enum command_stream stream UNUSED, str line)
{
    told_line(ctx, line);
}

static bool is_good(const struct told *told, const struct command_end *end)
{
    if (end->timed_out || end->stopped || end->signal != 0)
        return false;
    for (size_t i = 0; i < told->good_count; i++) {
        if (told->good[i] == end->code)
            return true;
    }
    return end->code == 0;
}

static void pause_ms(int64_t ms)
{
    struct timespec time = { ms / 1000, (ms % 1000) * 1000000 };

    nanosleep(&time, NULL);
}

static int fail(struct install *install, struct told *told,
                const struct command *command, const struct command_end *end,
                struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(INSTALL_TEXT_MAX);

    if (end->timed_out)
        told->fault = INSTALL_FAULT_TIMEOUT;
    else if (end->stopped || end->signal != 0)
        told->fault = INSTALL_FAULT_INTERRUPTED;
    else if (told->fault == INSTALL_FAULT_NONE)
        told->fault = INSTALL_FAULT_OTHER;
    install->fault = told->fault;
    command_tell(command, end, &text);
    if (told->first.n > 0)
        buf_printf(&text, ": %" PRIstr, ARGstr(buf_str(&told->first)));
    return err_set(err, E_IO, "%s", buf_c(&text));
}

int told_run(struct install *install, struct told *told,
             struct command *command, struct err *err)
{
    int64_t until = clock_monotonic_ms() + install->options.lock_wait_s * 1000;
    struct command_end end = { 0 };
    int rc;

    command->stop = &install->stop;
    for (;;) {
        told->fault = INSTALL_FAULT_NONE;
        buf_reset(&told->first);
        if (command->out != NULL)
            buf_reset(command->out);
        rc = command_run(command, &end, err);
        if (rc < 0)
            return rc;
        told->code = end.code;
        if (is_good(told, &end)) {
            told->fault = INSTALL_FAULT_NONE;
            return 0;
        }
        if (told->fault != INSTALL_FAULT_LOCKED || end.signal != 0 ||
            install->stop != 0 || clock_monotonic_ms() >= until)
            return fail(install, told, command, &end, err);
        pause_ms(LOCK_RETRY_MS);
    }
}

int told_refresh(struct install *install, struct command *command,
                 const char *skipped, struct err *err)
{
    struct told told = TOLD;
    int rc;

    if (command->line == NULL)
        command->line = told_on_line;
    command->ctx = &told;
    command->timeout_s = install->options.timeout_s;
    rc = told_run(install, &told, command, err);
    if (rc == 0 && str_find(buf_str(&told.log), str_c(skipped)) < told.log.n) {
        install->fault = INSTALL_FAULT_NETWORK;
        rc = err_set(err, E_IO, "not all lists could be fetched");
    }
    told_clear(&told);
    return rc;
}

int install_room(struct install *install, const char *path, int64_t bytes,
                 struct err *err)
{
    struct statvfs fs;
    int64_t have;

    if (statvfs(path, &fs) < 0)
        return 0; /* the manager finds out */
    have = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
    if (have >= bytes + DISK_SPARE)
        return 0;
    install->fault = INSTALL_FAULT_DISK_FULL;
    return err_set(err, E_IO,
                   "%s has %lld MiB free, and %lld MiB are needed: nothing "
                   "was begun",
                   path, (long long)(have >> 20),
                   (long long)((bytes + DISK_SPARE) >> 20));
}
