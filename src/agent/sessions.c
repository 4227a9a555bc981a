/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/sessions.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <utmp.h>

#include "base/io.h"

enum {
    UTMP_MAX = 4 << 20,
    SESSION_MAX = 16384,
};

static str field(const char *text, size_t size)
{
    return (str){ text, strnlen(text, size) };
}

/* A record stays when its session ends badly; then its process is gone. */
static bool is_alive(pid_t pid)
{
    return pid <= 0 || kill(pid, 0) == 0 || errno != ESRCH;
}

int64_t sessions_read(str bytes, sessions_fn *fn, void *ctx)
{
    int64_t count = 0;

    for (; bytes.n >= sizeof(struct utmp);
         bytes = str_sub(bytes, sizeof(struct utmp), SIZE_MAX)) {
        struct utmp record;
        struct session session;

        memcpy(&record, bytes.p, sizeof(record));
        if (record.ut_type != USER_PROCESS || !is_alive(record.ut_pid))
            continue;
        session.name = field(record.ut_user, sizeof(record.ut_user));
        session.terminal = field(record.ut_line, sizeof(record.ut_line));
        session.since = record.ut_tv.tv_sec;
        if (session.name.n == 0)
            continue;
        count++;
        if (fn != NULL)
            fn(ctx, &session);
    }
    return count;
}

static str value_of(str text, const char *key)
{
    while (text.n > 0) {
        str value = str_cut(&text, '\n');

        if (str_eq_c(str_cut(&value, '='), key))
            return value;
    }
    return STR("");
}

/* One file of /run/systemd/sessions. */
static int64_t read_logind(str text, sessions_fn *fn, void *ctx)
{
    struct session session = {
        .name = value_of(text, "USER"),
        .terminal = value_of(text, "TTY"),
    };
    int64_t micro = 0;

    if (!str_eq(value_of(text, "CLASS"), STR("user")) ||
        str_eq(value_of(text, "STATE"), STR("closing")))
        return 0;
    if (str_to_i64(value_of(text, "REALTIME"), 0, INT64_MAX, &micro, NULL) == 0)
        session.since = micro / 1000000;
    if (fn != NULL)
        fn(ctx, &session);
    return 1;
}

static int each_logind(sessions_fn *fn, void *ctx, int64_t *out_count,
                       struct err *err)
{
    DIR *dir = opendir(SESSIONS_LOGIND);
    const struct dirent *entry;
    int64_t count = 0;

    if (dir == NULL)
        return err_set(err, E_ABSENT,
                       "neither utmp nor logind tells who is logged in");
    while ((entry = readdir(dir)) != NULL) {
        AUTO(buf_clear) struct buf text = BUF(SESSION_MAX);

        if (entry->d_name[0] == '.' || strchr(entry->d_name, '.') != NULL)
            continue; /* 3.ref is a pipe */
        if (io_read_file(dirfd(dir), entry->d_name, &text, NULL) == 0)
            count += read_logind(buf_str(&text), fn, ctx);
    }
    closedir(dir);
    *out_count = count;
    return 0;
}

int sessions_each(const char *utmp, sessions_fn *fn, void *ctx,
                  int64_t *out_count, struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(UTMP_MAX);
    int rc = io_read_file(AT_FDCWD, utmp != NULL ? utmp : SESSIONS_UTMP, &bytes,
                          err);

    if (rc == E_ABSENT && utmp == NULL)
        return each_logind(fn, ctx, out_count, err);
    if (rc < 0)
        return rc;
    *out_count = sessions_read(buf_str(&bytes), fn, ctx);
    if (*out_count == 0 && utmp == NULL) /* not all log-ins write utmp */
        rc = each_logind(fn, ctx, out_count, NULL);
    return rc == E_ABSENT ? 0 : rc;
}
