/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent/disk.h"
#include "base/jval.h"

enum {
    ANSWER_MAX = 1 << 20,
    LINE_MAX = 4096,
};

struct ask {
    int fd;
    struct buf read; /* what arrived and was not used */
};

static void ask_clear(struct ask *ask)
{
    fd_close(&ask->fd);
    buf_clear(&ask->read);
}

static int ask_open(struct ask *ask, const struct options *options,
                    struct err *err)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    AUTO(fd_close)
    int data = open(options->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    ask->read = BUF_INIT(ANSWER_MAX);
    ask->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (data < 0)
        return err_errno(err, errno, "%s", options->data);
    if (ask->fd < 0)
        return err_errno(err, errno, "socket");
    snprintf(address.sun_path, sizeof(address.sun_path),
             "/proc/self/fd/%d/control", data);
    if (connect(ask->fd, (const struct sockaddr *)&address, sizeof(address)) <
        0)
        return err_set(err, E_IO,
                       "the agent with the data in %s is not running (%s)",
                       options->data, strerror(errno));
    return 0;
}

static int ask_send(const struct ask *ask, const char *what, struct err *err)
{
    AUTO(buf_clear) struct buf line = BUF(LINE_MAX);

    buf_printf(&line, "{\"do\":\"%s\"}\n", what);
    if (send(ask->fd, line.p, line.n, MSG_NOSIGNAL) != (ssize_t)line.n)
        return err_errno(err, errno, "the agent");
    return 0;
}

/* The next line of the answer; E_PERM with the agent's reason when it
 * refuses. */
static int ask_next(struct ask *ask, struct jval **out, struct err *err)
{
    char bytes[4096];
    str line = buf_str(&ask->read);
    str error;
    size_t end;
    ssize_t n;
    int rc;

    while ((end = str_find_char(line, '\n')) == line.n) {
        n = recv(ask->fd, bytes, sizeof(bytes), 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0 || ask->read.over)
            return err_set(err, E_IO, "the agent ended the conversation");
        buf_add(&ask->read, (str){ bytes, (size_t)n });
        line = buf_str(&ask->read);
    }
    rc = jval_parse(str_sub(line, 0, end), ANSWER_MAX, out, err);
    ask->read.n -= end + 1;
    memmove(ask->read.p, ask->read.p + end + 1, ask->read.n);
    if (rc < 0)
        return rc;
    error = jval_text(jval_get(*out, "error"), STR(""));
    return error.n > 0 ? err_set(err, E_PERM, "%" PRIstr, ARGstr(error)) : 0;
}

static void print_json(const struct jval *jval)
{
    AUTO(buf_clear) struct buf text = BUF(ANSWER_MAX);

    jval_print_indented(jval, &text);
    printf("%s\n", buf_c(&text));
}

/* --- status --- */

static void print_value(const char *label, const struct jval *jval)
{
    str text = jval_text(jval, STR(""));

    switch (jval_kind(jval)) {
    case JVAL_TEXT:
        printf("%-18s %" PRIstr "\n", label,
               ARGstr(text.n > 0 ? text : STR("-")));
        break;
    case JVAL_INTEGER:
        printf("%-18s %lld\n", label, (long long)jval_i64(jval, 0));
        break;
    case JVAL_BOOL:
        printf("%-18s %s\n", label, jval_bool(jval, false) ? "yes" : "no");
        break;
    default:
        printf("%-18s -\n", label);
        break;
    }
}

static void print_status(const struct jval *jval)
{
    static const struct {
        const char *name;
        const char *label;
    } rows[] = {
        { "device", "device" },
        { "connected", "connected" },
        { "connection", "connection" },
        { "last_checkin", "last check-in" },
        { "last_inventory", "last inventory" },
        { "inventory_sent", "inventory sent" },
        { "policy_revision", "policy" },
        { "schedules", "schedules" },
        { "next_run", "next run" },
        { "time_zone", "time zone" },
        { "content", "content" },
        { "download", "download problem" },
        { "patch_scan", "patch scan" },
        { "patches_missing", "updates missing" },
        { "reboot_reason", "restart needed" },
        { "last_run_at", "last run" },
        { "last_run", "its outcome" },
        { "unsent_results", "unsent results" },
        { "unsent_events", "unsent events" },
    };
    const struct jval *runs = jval_get(jval, "runs");

    print_value("version", jval_get(jval, "version"));
    if (!jval_bool(jval_get(jval, "enrolled"), false)) {
        puts("this device is not enrolled");
        return;
    }
    for (size_t i = 0; i < COUNT(rows); i++)
        print_value(rows[i].label, jval_get(jval, rows[i].name));
    for (size_t i = 0; i < jval_count(runs); i++)
        print_value("run", jval_get(jval_at(runs, i), "stage"));
}

int status_command(const struct options *options, struct err *err)
{
    AUTO(ask_clear) struct ask ask = { .fd = -1 };
    AUTO(jval_freep) struct jval *jval = NULL;
    int rc = ask_open(&ask, options, err);

    if (rc == 0)
        rc = ask_send(&ask, "status", err);
    if (rc == 0)
        rc = ask_next(&ask, &jval, err);
    if (rc < 0)
        return rc;
    if (options->json)
        print_json(jval);
    else
        print_status(jval);
    return 0;
}

/* --- Restarts. --- */

int reboot_command(const struct options *options, struct err *err)
{
    AUTO(ask_clear) struct ask ask = { .fd = -1 };
    AUTO(jval_freep) struct jval *jval = NULL;
    int rc = ask_open(&ask, options, err);

    if (rc == 0)
        rc = ask_send(&ask, options->command, err);
    if (rc == 0)
        rc = ask_next(&ask, &jval, err);
    if (rc == 0)
        puts("done: 'holdfast-agent status' shows when the restart is");
    return rc;
}

/* --- run --now --- */

static int print_outcome(const struct options *options, const struct jval *jval,
                         struct err *err)
{
    str state = jval_text(jval_get(jval, "state"), STR(""));
    str text = jval_text(jval_get(jval, "text"), STR(""));

    if (options->json) {
        print_json(jval);
        return 0;
    }
    if (!str_eq(state, STR("done")))
        return err_set(err, E_IO, "the run ended as %" PRIstr ": %" PRIstr,
                       ARGstr(state), ARGstr(text));
    printf("%lld definitions tested: %lld found something bad, %lld could not "
           "be decided\n",
           (long long)jval_i64(jval_get(jval, "definitions"), 0),
           (long long)jval_i64(jval_get(jval, "bad"), 0),
           (long long)jval_i64(jval_get(jval, "undecided"), 0));
    return 0;
}

int run_command(const struct options *options, struct err *err)
{
    AUTO(ask_clear) struct ask ask = { .fd = -1 };
    AUTO(jval_freep) struct jval *first = NULL;
    AUTO(jval_freep) struct jval *last = NULL;
    int rc;

    if (!options->now)
        return err_set(err, E_USAGE,
                       "'holdfast-agent run --now' runs the tests by hand; "
                       "'holdfast-agent daemon' is the agent itself");
    rc = ask_open(&ask, options, err);
    if (rc == 0)
        rc = ask_send(&ask, "run", err);
    if (rc == 0)
        rc = ask_next(&ask, &first, err);
    if (rc < 0)
        return rc;
    if (!options->json)
        fprintf(stderr, "%s\n",
                str_eq(jval_text(jval_get(first, "state"), STR("")),
                       STR("coalesced"))
                    ? "a run is under way: this one is part of it"
                    : "the run is queued");
    if (options->no_wait)
        return 0;
    rc = ask_next(&ask, &last, err);
    return rc < 0 ? rc : print_outcome(options, last, err);
}
