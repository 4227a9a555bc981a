/* SPDX-License-Identifier: Apache-2.0 */
#include "server/netassess.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/io.h"
#include "base/log.h"
#include "base/vec.h"
#include "fleet/content.h"
#include "fleet/finding.h"
#include "fleet/netdev_config.h"
#include "fleet/netdev_device.h"
#include "fleet/run.h"
#include "netdev/items/source.h"
#include "oval/pack.h"
#include "oval/verdicts.h"
#include "server/assessor.h"
#include "server/config.h"
#include "server/netassess_int.h"
#include "server/netdevs.h"

enum {
    AT_ONCE = 2, /* with the reader: uploads of content go in between */
};

struct netassess {
    struct core *core;
    VEC(struct netassess_item) waiting;
    size_t taken;
    size_t running;
    struct loop_watch *soon;
};

static void pump(struct netassess *n);

/* --- What is known of a device ------------------------------------------- */

/* 1: there is no such network device (any more). */
int netassess_subject(struct db *db, int64_t device, struct arena *arena,
                      struct netassess_subject *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT d.org, n.family, n.version FROM netdev n"
                      " JOIN device d ON d.id = n.device"
                      " WHERE n.device = $1 AND d.retired = 0",
                      DB_ARGS(db_i64(device)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc <= 0)
        return rc < 0 ? rc : 1;
    *out = (struct netassess_subject){
        .device = device,
        .org = db_col_i64(rows, 0),
        .family = arena_str(arena, db_col_text(rows, 1)),
        .version = arena_str(arena, db_col_text(rows, 2)),
    };
    return 0;
}

/* Commands that a session is to send. */
struct netassess_wanted {
    const struct family *family;
    struct order_text *list;
    struct wire_list *out;
    struct arena *arena;
};

static void digest_text(struct digest *digest, str text)
{
    uint64_t n = text.n;

    digest_add(digest, (const char *)&n, sizeof(n));
    digest_add(digest, text.p, text.n);
}

static void digest_number(struct digest *digest, int64_t number)
{
    digest_add(digest, (const char *)&number, sizeof(number));
}

int netassess_digest(struct db *db, int64_t device,
                     uint8_t out[JOB_DIGEST_BYTES], struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(netdev_outputs_clear) struct netdev_outputs outputs = { 0 };
    uint8_t bytes[DIGEST_BYTES_MAX];
    struct netdev_config config = { 0 };
    struct netassess_subject subject;
    struct digest digest;
    int rc = netassess_subject(db, device, &arena, &subject, err);

    if (rc != 0)
        return rc;
    rc = netdev_output_list(db, device, &arena, &outputs, err);
    if (rc == 0)
        rc = netdev_config_get(db, device, 0, &arena, &config, NULL);
    if (rc == E_ABSENT)
        rc = 0;
    if (rc < 0)
        return rc;
    if (outputs.all.n == 0 && config.number == 0)
        return 1;
    digest_init(&digest, DIGEST_SHA256);
    digest_text(&digest, subject.family);
    digest_number(&digest, config.number);
    for (size_t i = 0; i < outputs.all.n; i++) {
        digest_text(&digest, outputs.all.p[i].command);
        digest_number(&digest, outputs.all.p[i].at);
    }
    digest_bytes(&digest, bytes);
    memcpy(out, bytes, JOB_DIGEST_BYTES);
    return 0;
}

static void add_command(struct netassess_wanted *w, str command)
{
    const struct family *family = w->family;

    if (w->out->n >= ORDER_COMMANDS_MAX)
        return;
    /* A discovery asks these by itself. */
    if (str_eq_c(command, family->show_version) ||
        str_eq_c(command, family->show_running) ||
        str_eq_c(command, family->show_interfaces))
        return;
    for (size_t i = 0; i < w->out->n; i++)
        if (str_eq_nocase(w->list[i].text, command))
            return;
    w->list[w->out->n++].text = arena_str(w->arena, command);
}

static int add_of_content(struct core *core, struct netassess_wanted *w,
                          str version, struct err *err)
{
    AUTO(network_commands_clear) struct network_commands commands = { 0 };
    const struct assessed *assessed;
    struct content content;
    int rc = content_for_os(core->db, str_c(w->family->name), version, &content,
                            err);

    if (rc != 0)
        return rc < 0 ? rc : 0;
    assessed = assessor_find(core, content.id);
    if (assessed == NULL)
        return 0;
    network_commands_add(&commands, w->family, assessed_pack(assessed));
    for (size_t i = 0; i < commands.list.n; i++)
        add_command(w, commands.list.p[i]);
    return 0;
}

/* What the reader found in a benchmark, when it was uploaded. */
static void add_of_benchmark(struct netassess_wanted *w, str description)
{
    AUTO(jval_freep) struct jval *object = NULL;
    const struct jval *list;

    if (jval_parse(description, BENCHMARK_DESCRIPTION_MAX, &object, NULL) < 0)
        return;
    list = jval_get(object, "show_commands");
    for (size_t i = 0; i < jval_count(list); i++) {
        str command = jval_text(jval_at(list, i), STR(""));

        if (outputs_check_command(command, NULL) == 0)
            add_command(w, command);
    }
}

static int add_of_benchmarks(struct core *core, struct netassess_wanted *w,
                             int64_t device, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc =
        db_query(core->db,
                 "SELECT b.description FROM benchmark b WHERE b.id IN (SELECT"
                 " p.benchmark FROM run_device rd JOIN run r ON r.id = rd.run"
                 " JOIN configuration c ON c.id = r.configuration"
                 " JOIN benchmark_pack p ON p.id = c.pack WHERE rd.device = $1"
                 " AND rd.final = 0) ORDER BY b.id",
                 DB_ARGS(db_i64(device)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) == 1) {
        add_of_benchmark(w, db_col_text(rows, 0));
        rc = 0;
    }
    return rc;
}

int netassess_commands(struct core *core, const struct netdev *device,
                       struct arena *arena, struct wire_list *out,
                       struct err *err)
{
    struct netassess_wanted w = {
        .family = family_find(device->terms.family),
        .list = arena_alloc(arena, ORDER_COMMANDS_MAX, sizeof(*w.list)),
        .out = out,
        .arena = arena,
    };
    int rc;

    *out = (struct wire_list){ w.list, 0 };
    if (w.family == NULL)
        return 0;
    rc = add_of_content(core, &w, device->terms.version, err);
    return rc == 0 ? add_of_benchmarks(core, &w, device->device, err) : rc;
}

/* --- What the reader gets ------------------------------------------------ */

static int add_answer(struct read_device *device, struct arena *arena,
                      str command, const struct buf *text)
{
    struct read_answer *list = device->answers.p;

    if (device->answers.n >= OUTPUTS_MAX)
        return 0;
    list[device->answers.n++] = (struct read_answer){
        .command = arena_str(arena, command),
        .text = arena_str(arena, buf_str(text)),
    };
    return 0;
}

static int add_config(struct netassess_asking *a, struct read_device *device,
                      struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(NETDEV_CONFIG_MAX);
    const struct family *family = family_find(device->family);
    struct netdev_config config;
    int rc = netdev_config_get(a->core->db, a->subject.device, 0, &a->arena,
                               &config, NULL);

    if (rc < 0 || family == NULL)
        return rc == E_ABSENT || family == NULL ? 0 : rc;
    rc = netdev_config_text(a->core->db, config.id, &text, err);
    return rc < 0 ? rc
                  : add_answer(device, &a->arena, str_c(family->show_running),
                               &text);
}

static int add_answers(struct netassess_asking *a, struct read_device *device,
                       struct err *err)
{
    AUTO(netdev_outputs_clear) struct netdev_outputs outputs = { 0 };
    int rc = netdev_output_list(a->core->db, a->subject.device, &a->arena,
                                &outputs, err);

    device->family = a->subject.family;
    device->answers.p =
        arena_alloc(&a->arena, OUTPUTS_MAX, sizeof(struct read_answer));
    for (size_t i = 0; rc >= 0 && i < outputs.all.n; i++) {
        AUTO(buf_clear) struct buf text = BUF(NETDEV_OUTPUT_MAX);

        rc = netdev_output_text(a->core->db, a->subject.device,
                                outputs.all.p[i].command, &text, err);
        if (rc == 0)
            rc = add_answer(device, &a->arena, outputs.all.p[i].command, &text);
    }
    return rc < 0 ? rc : add_config(a, device, err);
}

static int map_pack(const struct netassess_asking *a, str *out, struct err *err)
{
    AUTO(buf_clear) struct buf dir = BUF(8192);
    AUTO(buf_clear) struct buf path = BUF(8192);

    buf_printf(&dir, "%" PRIstr "/content", ARGstr(a->core->config->data));
    content_file(buf_str(&dir), a->content.digest, &path);
    return io_map(buf_c(&path), 1, READ_DEVICE_MAX / 2, out, err);
}

static int write_document(const struct read_device *device, int *out_fd,
                          struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(READ_DEVICE_MAX);
    AUTO(io_out_freep) struct io_out *out = NULL;
    int rc = wire_write(&shape_read_device, device, &bytes, err);

    if (rc < 0)
        return rc;
    *out_fd = memfd_create("device", MFD_CLOEXEC);
    if (*out_fd < 0)
        return err_errno(err, errno, "memory for a device's answers");
    out = io_out_fd(*out_fd, "a device's answers");
    io_out_write(out, buf_str(&bytes));
    rc = io_out_finish(out, err);
    if (rc < 0)
        close(*out_fd);
    return rc;
}

int netassess_send(struct netassess_asking *a, str pack, reader_done_fn *done,
                   struct err *err)
{
    struct read_device device = { .pack = pack };
    int fd = -1;
    int rc = add_answers(a, &device, err);

    if (rc == 0)
        rc = write_document(&device, &fd, err);
    return rc < 0 ? rc
                  : reader_add(a->core->reader,
                               &(struct reader_order){ "a network device",
                                                       READ_DEVICE, fd },
                               done, a, err);
}

/* --- What it found ------------------------------------------------------- */

static int read_blob(int fd, const struct oval_content *pack,
                     struct finding *finding, struct arena *arena,
                     struct err *err)
{
    uint32_t n[OVAL_RESULTS] = { 0 };
    str bytes;
    int rc =
        io_map_fd(fd, "the results", 1, OVAL_VERDICTS_BLOB_MAX, &bytes, err);

    if (rc < 0)
        return rc;
    finding->verdicts = arena_str(arena, bytes);
    io_unmap(bytes);
    rc = oval_verdicts_count(finding->verdicts, oval_verdicts_key(pack),
                             pack->definitions.n, n, err);
    for (int i = 0; i < OVAL_RESULTS; i++)
        finding->n[i] = n[i];
    return rc;
}

static int store(struct netassess_asking *a, int fd, struct err *err)
{
    const struct assessed *assessed = assessor_find(a->core, a->content.id);
    struct finding finding = {
        .device = a->subject.device,
        .content = a->content.id,
        .origin = FINDING_SERVER,
        .at = clock_now(),
        .inventory_digest = { (const char *)a->digest, sizeof(a->digest) },
        .duration_ms = clock_monotonic_ms() - a->begun_ms,
    };
    int rc;

    if (assessed == NULL)
        return err_set(err, E_ABSENT, "the content is in use no more");
    rc = read_blob(fd, assessed_pack(assessed), &finding, &a->arena, err);
    if (rc == 0)
        rc = db_begin(a->core->db, err);
    if (rc < 0)
        return rc;
    rc = run_network_done(a->core->db, a->subject.device, a->content.id,
                          clock_now(), &finding.run, err);
    if (rc == 0)
        rc = finding_put(a->core->db, &finding, err);
    if (rc >= 0)
        return db_commit(a->core->db, err);
    db_rollback(a->core->db);
    return rc;
}

typedef int fail_fn(struct db *db, int64_t device, str why, int64_t now,
                    struct err *err);

static void fail_runs(struct core *core, fail_fn *fail, int64_t device, str why)
{
    struct err err = { 0 };
    int rc = db_begin(core->db, &err);

    if (rc == 0)
        rc = fail(core->db, device, why, clock_now(), &err);
    if (rc == 0)
        rc = db_commit(core->db, &err);
    else
        db_rollback(core->db);
    if (rc < 0)
        log_error("assess.not_noted", LOG_I64("device", device),
                  LOG_TEXT("why", str_c(err_text(&err))));
}

void netassess_over(struct netassess_asking *a)
{
    struct core *core = a->core;

    arena_clear(&a->arena);
    mem_free(a);
    if (core->netassess == NULL)
        return;
    core->netassess->running--;
    pump(core->netassess);
}

static void done(void *ctx, const struct message_read_done *answer, int *fd)
{
    struct netassess_asking *a = ctx;
    struct core *core = a->core;
    struct err err = { 0 };
    int rc = (int)answer->code;

    if (rc < 0)
        err_set(&err, rc, "%" PRIstr, ARGstr(answer->text));
    else
        rc = store(a, *fd, &err);
    if (rc < 0) {
        log_warn("assess.failed", LOG_I64("device", a->subject.device),
                 LOG_TEXT("why", str_c(err_text(&err))));
        fail_runs(core, run_network_unfit, a->subject.device,
                  str_c(err_text(&err)));
    } else {
        assessor_device_changed(core, a->subject.device);
    }
    netassess_over(a);
}

/* --- One after the other ------------------------------------------------- */

static int send_content(struct netassess_asking *a, struct err *err)
{
    str pack;
    int rc = map_pack(a, &pack, err);

    if (rc < 0)
        return rc;
    rc = netassess_send(a, pack, done, err);
    io_unmap(pack);
    return rc;
}

/* 0; 1: there is nothing to evaluate, with the reason in *err. */
static int begin_content(struct netassess_asking *a, struct err *err)
{
    struct db *db = a->core->db;
    int rc = content_for_os(db, a->subject.family, a->subject.version,
                            &a->content, err);

    if (rc == 1)
        err_set(err, E_ABSENT, "there is no content for it");
    if (rc == 0)
        rc = netassess_digest(db, a->subject.device, a->digest, err);
    if (rc == 1 && err->code == 0)
        err_set(err, E_ABSENT, "nothing was read from it yet");
    return rc == 0 ? send_content(a, err) : rc;
}

static int begin(struct netassess *n, const struct netassess_item *item,
                 struct err *err)
{
    struct netassess_asking *a = mem_alloc(1, sizeof(*a));
    int rc;

    a->core = n->core;
    a->begun_ms = clock_monotonic_ms();
    a->begun = clock_now();
    a->benchmark = item->benchmark;
    rc = netassess_subject(n->core->db, item->device, &a->arena, &a->subject,
                           err);
    if (rc == 1)
        err_set(err, E_ABSENT, "it is no network device that is in use");
    if (rc == 0)
        rc = item->benchmark.run != 0 ? netassess_begin_benchmark(a, err)
                                      : begin_content(a, err);
    if (rc == 0) {
        n->running++;
        return 0;
    }
    arena_clear(&a->arena);
    mem_free(a);
    return rc;
}

/* Runs of benchmarks whose sessions have ended wait like everything else. */
static void add_benchmarks(struct netassess *n, int64_t device)
{
    struct run_benchmarks list = { 0 };
    struct err err = { 0 };

    if (run_network_benchmarks(n->core->db, device, &list, &err) < 0)
        log_warn("assess.failed", LOG_I64("device", device),
                 LOG_TEXT("why", str_c(err_text(&err))));
    for (size_t i = 0; i < list.all.n; i++)
        *vec_push(&n->waiting) =
            (struct netassess_item){ device, list.all.p[i] };
    vec_clear(&list.all);
}

static void not_begun(struct netassess *n, const struct netassess_item *item,
                      int rc, const struct err *why)
{
    str text = str_c(err_text(why));

    if (rc < 0)
        log_warn("assess.failed", LOG_I64("device", item->device),
                 LOG_TEXT("why", text));
    if (item->benchmark.run != 0)
        netassess_fail_benchmark(n->core, item, text);
    else
        fail_runs(n->core, run_network_unfit, item->device, text);
}

static void pump(struct netassess *n)
{
    while (n->running < AT_ONCE && n->taken < n->waiting.n) {
        struct netassess_item item = n->waiting.p[n->taken++];
        struct err err = { 0 };
        int rc;

        if (item.benchmark.run == 0)
            add_benchmarks(n, item.device);
        rc = begin(n, &item, &err);
        if (rc != 0)
            not_begun(n, &item, rc, &err);
    }
    if (n->taken == n->waiting.n)
        n->taken = n->waiting.n = 0;
}

static void go_on(void *ctx)
{
    struct netassess *n = ctx;

    n->soon = NULL;
    pump(n);
}

/* It may be asked for within a transaction: what is done then comes later. */
void netassess_ask(struct core *core, int64_t device)
{
    struct netassess *n = core->netassess;

    if (n == NULL)
        return;
    for (size_t i = n->taken; i < n->waiting.n; i++)
        if (n->waiting.p[i].device == device &&
            n->waiting.p[i].benchmark.run == 0)
            return;
    vec_push(&n->waiting)->device = device;
    if (n->soon == NULL)
        n->soon = loop_timer(core->loop, 0, go_on, n);
}

static void session_ended(struct core *core,
                          const struct netdev_session *session)
{
    if (str_eq(session->action, NETDEV_TEST))
        return;
    if (str_eq(session->result, NETDEV_OK) ||
        str_eq(session->action, NETDEV_CHANGE))
        netassess_ask(core, session->device);
    else
        fail_runs(core, run_network_failed, session->device, session->text);
}

/* What a server that is no more had begun. */
static void resume(void *ctx)
{
    struct netassess *n = ctx;
    struct run_ids devices = { 0 };
    struct err err = { 0 };

    n->soon = NULL;
    if (run_network_resume(n->core->db, &devices, &err) < 0)
        log_warn("assess.failed", LOG_TEXT("why", str_c(err_text(&err))));
    for (size_t i = 0; i < devices.ids.n; i++)
        vec_push(&n->waiting)->device = devices.ids.p[i];
    vec_clear(&devices.ids);
    pump(n);
}

struct netassess *netassess_new(struct core *core)
{
    struct netassess *n = mem_alloc(1, sizeof(*n));

    n->core = core;
    netdevs_on_end(core, session_ended);
    n->soon = loop_timer(core->loop, 0, resume, n);
    return n;
}

void netassess_free(struct netassess *n)
{
    if (n == NULL)
        return;
    loop_remove(n->soon);
    vec_clear(&n->waiting);
    mem_free(n);
}
