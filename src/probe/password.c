/* SPDX-License-Identifier: Apache-2.0
 *
 * unix:password: the accounts of /etc/passwd, with their last login from
 * /var/log/lastlog, a file of fixed records indexed by user id. Accounts of
 * directories (LDAP, NIS) are not in the file and so not in the result, as
 * the schema says.
 */
#include <fcntl.h>
#include <unistd.h>
#include <utmp.h>

#include "base/io.h"
#include "probe/accounts.h"
#include "probe/machine.h"

static const char path[] = "/etc/passwd";
static const char lastlog_path[] = "/var/log/lastlog";

struct job {
    struct oval_sink *sink;
    int lastlog; /* descriptor, or the E_ code why there is none */
};

static void give_number(struct oval_sink *sink, const char *name, str text)
{
    int64_t value;

    if (str_to_i64(text, INT64_MIN, INT64_MAX, &value, NULL) == 0)
        oval_item_int(sink, name, value);
    else
        oval_item_str(sink, name, text);
}

static void give_last_login(const struct job *job, str uid)
{
    struct lastlog entry;
    int64_t id;
    ssize_t n;

    if (job->lastlog < 0 && job->lastlog != E_ABSENT) {
        oval_item_status(job->sink, "last_login", OVAL_INT, OVAL_STATUS_ERROR);
        return;
    }
    if (job->lastlog >= 0 && str_to_i64(uid, 0, UINT32_MAX, &id, NULL) == 0) {
        n = pread(job->lastlog, &entry, sizeof(entry),
                  id * (int64_t)sizeof(entry));
        if (n < 0) {
            oval_item_status(job->sink, "last_login", OVAL_INT,
                             OVAL_STATUS_ERROR);
            return;
        }
        if (n == sizeof(entry) && entry.ll_time != 0) {
            oval_item_int(job->sink, "last_login", (uint32_t)entry.ll_time);
            return;
        }
    }
    oval_item_status(job->sink, "last_login", OVAL_INT, OVAL_DOES_NOT_EXIST);
}

static void give(const struct job *job, const struct account_passwd *a)
{
    struct oval_sink *sink = job->sink;

    oval_item_begin(sink, "unix:password");
    oval_item_str(sink, "username", a->name);
    oval_item_str(sink, "password", a->password);
    give_number(sink, "user_id", a->uid);
    give_number(sink, "group_id", a->gid);
    oval_item_str(sink, "gcos", a->gecos);
    oval_item_str(sink, "home_dir", a->home);
    oval_item_str(sink, "login_shell", a->shell);
    give_last_login(job, a->uid);
    oval_item_end(sink);
}

static void give_lines(const struct job *job, const struct oval_query *query,
                       str text)
{
    str wanted = STR_NONE;
    bool one = oval_query_literal(query, "username", &wanted);

    for (unsigned line = 1; text.n > 0; line++) {
        struct account_passwd account;
        struct err err = { 0 };
        int rc = accounts_passwd_line(str_cut(&text, '\n'), &account, &err);

        if (rc < 0)
            oval_sink_message(job->sink, OVAL_LEVEL_WARNING,
                              "%s:%u: %s; the system ignores the line", path,
                              line, err_text(&err));
        if (rc == 0 && (!one || str_eq(account.name, wanted)))
            give(job, &account);
    }
}

static int collect(struct probe_machine *machine,
                   const struct oval_query *query, struct oval_sink *sink,
                   struct err *err UNUSED)
{
    AUTO(buf_clear) struct buf text = BUF(ACCOUNTS_FILE_MAX);
    struct job job = { sink, E_ABSENT };
    struct err why = { 0 };
    int rc;

    rc = probe_read(machine, path, &text, &why);
    if (rc == E_ABSENT)
        return 0;
    if (rc < 0) {
        oval_sink_error(sink, "%s", err_text(&why));
        return 0;
    }
    job.lastlog = probe_open(machine, lastlog_path, O_RDONLY, &why);
    if (job.lastlog < 0 && job.lastlog != E_ABSENT)
        oval_sink_message(sink, OVAL_LEVEL_WARNING,
                          "last_login is not known: %s", err_text(&why));
    give_lines(&job, query, buf_str(&text));
    if (job.lastlog >= 0)
        close(job.lastlog);
    return 0;
}

const struct probe probe_password = {
    .object = "unix:password",
    .collect = collect,
};
