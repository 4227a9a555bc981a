/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/device_many.h"

#include "cli/input.h"
#include "cli/term.h"
#include "netdev/archive.h"
#include "netdev/discover.h"

struct many;

struct one { /* a device that is being read */
    struct many *many;
    const struct roster_entry *entry;
    struct contact *contact;
    struct discovery found;
    struct buf key;
    struct one *next_idle;
};

struct many {
    struct cli *cli;
    const struct reach *common;
    const struct roster *roster;
    struct loop *loop;
    struct one *all;
    struct one *idle;
    size_t next; /* in the roster */
    size_t running;
    bool turning; /* a timer to begin more is set */
    struct many_result *result;
};

static void begin_more(void *ctx);

static void tell(const struct many *m, const struct roster_entry *entry,
                 const char *text)
{
    AUTO(buf_clear) struct buf line = BUF(8192);
    struct term term = term_init();

    (void)m;
    buf_printf(&line, "%" PRIstr ": ", ARGstr(entry->name));
    term_text(&term, &line, str_c(text), TERM_WIDE);
    fprintf(stderr, "%s\n", buf_c(&line));
}

/* Others begin from the loop, never from inside an event of a contact. */
static void turn(struct many *m)
{
    if (m->turning)
        return;
    m->turning = true;
    (void)loop_timer(m->loop, 0, begin_more, m);
}

static void release(struct one *one)
{
    struct many *m = one->many;

    contact_free(one->contact);
    one->contact = NULL;
    discovery_clear(&one->found);
    buf_wipe(&one->key);
    one->next_idle = m->idle;
    m->idle = one;
    m->running--;
    turn(m);
}

static void failed(struct one *one, const char *where, const struct err *why)
{
    AUTO(buf_clear) struct buf text = BUF(4096);

    buf_printf(&text, "%s: %s", where, why->text);
    tell(one->many, one->entry, buf_c(&text));
    one->many->result->failed++;
    release(one);
}

static void keep(struct one *one)
{
    struct many *m = one->many;
    struct err err = { 0 };
    unsigned version;
    bool is_new = false;

    if (archive_add(cli_value(m->cli, "archive"), one->entry->name,
                    buf_str(&one->found.running), &version, &is_new,
                    &err) < 0) {
        failed(one, "archive", &err);
        return;
    }
    m->result->read++;
    m->result->changed += is_new;
    if (is_new && !cli_has(m->cli, "quiet"))
        fprintf(stderr, "%" PRIstr ": version %u\n", ARGstr(one->entry->name),
                version);
    release(one);
}

/* --- Events of one contact --- */

static void next(struct one *one)
{
    str command = discovery_next(&one->found);
    struct err err = { 0 };

    if (command.n == 0)
        keep(one);
    else if (contact_command(one->contact, command, &err) < 0)
        failed(one, "session", &err);
}

static void on_ready(void *ctx)
{
    next(ctx);
}

static void on_answer(void *ctx, const struct session_answer *answer)
{
    struct one *one = ctx;
    struct err err = { 0 };

    if (discovery_take(&one->found, answer, &err) < 0)
        failed(one, "read", &err);
    else
        next(one);
}

static void on_failed(void *ctx, const char *where, const struct err *err)
{
    failed(ctx, where, err);
}

static const struct contact_events events = { .ready = on_ready,
                                              .answer = on_answer,
                                              .failed = on_failed };

/* --- Beginning --- */

static int read_key(struct one *one, struct contact_options *options,
                    struct err *err)
{
    const char *name;
    int rc = 0;

    one->key = (struct buf)BUF(REACH_SECRET_MAX);
    if (one->entry->key_file.n == 0)
        return 0;
    rc = input_read(one->entry->key_file.p, &one->key, &name, err);
    options->vty.private_key = buf_str(&one->key);
    return rc;
}

static str either(str own, str common)
{
    return own.n > 0 ? own : common;
}

/* What the device's row says goes before what is said for all. */
static int options_of(struct one *one, struct contact_options *out,
                      struct err *err)
{
    const struct roster_entry *entry = one->entry;
    struct many *m = one->many;
    int rc = 0;

    *out = m->common->options;
    out->events = &events;
    out->ctx = one;
    out->vty.loop = m->loop;
    out->vty.host = either(entry->address, entry->name);
    out->vty.port = entry->port > 0 ? (uint16_t)entry->port : out->vty.port;
    out->vty.user = either(entry->user, out->vty.user);
    out->vty.password = either(entry->password, out->vty.password);
    out->vty.host_key = either(entry->host_key, out->vty.host_key);
    out->session.user = out->vty.user;
    out->session.password = out->vty.password;
    out->session.enable_password =
        either(entry->enable_password, out->session.enable_password);
    if (out->session.family == NULL || entry->family != NULL)
        out->session.family = entry->family;
    if (entry->transport.n > 0)
        rc = transport_find(entry->transport, &out->vty.transport, err);
    return rc < 0 ? rc : read_key(one, out, err);
}

static void begin(struct many *m, const struct roster_entry *entry)
{
    struct one *one = m->idle;
    struct contact_options options;
    struct err err = { 0 };
    int rc;

    m->idle = one->next_idle;
    m->running++;
    *one = (struct one){ .many = m, .entry = entry };
    rc = options_of(one, &options, &err);
    one->found =
        (struct discovery)DISCOVERY(options.session.family, DISCOVER_CONFIG);
    if (rc == 0)
        rc = contact_new(&options, &one->contact, &err);
    if (rc < 0)
        failed(one, "begin", &err);
}

static void begin_more(void *ctx)
{
    struct many *m = ctx;

    m->turning = false;
    while (m->idle != NULL && m->next < m->roster->list.n) {
        const struct roster_entry *entry = &m->roster->list.p[m->next++];

        if (entry->is_down)
            m->result->passed_over++;
        else
            begin(m, entry);
    }
    if (m->running == 0 && m->next == m->roster->list.n)
        loop_stop(m->loop, 0);
}

static int at_once(const struct cli *cli, int64_t *out, struct err *err)
{
    const char *text = cli_value(cli, "parallel");
    int rc;

    *out = MANY_AT_ONCE;
    if (text == NULL)
        return 0;
    rc = str_to_i64(str_c(text), 1, MANY_AT_ONCE_MAX, out, err);
    return rc < 0 ? err_wrap(err, E_USAGE, "--parallel") : 0;
}

int many_fetch(struct cli *cli, const struct reach *common,
               const struct roster *roster, struct many_result *out,
               struct err *err)
{
    AUTO(loop_freep) struct loop *loop = loop_new();
    struct many m = { .cli = cli,
                      .common = common,
                      .roster = roster,
                      .loop = loop,
                      .result = out };
    int64_t n;
    int rc = at_once(cli, &n, err);

    if (rc < 0)
        return rc;
    m.all = mem_alloc((size_t)n, sizeof(*m.all));
    for (int64_t i = n; i-- > 0;) {
        m.all[i].next_idle = m.idle;
        m.idle = &m.all[i];
    }
    turn(&m);
    rc = loop_run(loop);
    mem_free(m.all);
    return rc;
}
