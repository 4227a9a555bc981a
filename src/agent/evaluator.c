/* SPDX-License-Identifier: Apache-2.0
 *
 * One assessment, or one inventory: the process that reads the machine. It
 * has no network, starts nothing, writes to the files it was given, and ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "agent/disk.h"
#include "agent/evaluated.h"
#include "agent/evaluator_scap.h"
#include "agent/inventory.h"
#include "agent/sandbox.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/vec.h"
#include "base/zpack.h"
#include "content/platform.h"
#include "oval/json.h"
#include "oval/pack.h"
#include "oval/verdicts.h"
#include "probe/probe.h"
#include "proto/scap.h"

enum {
    JSON_MAX = 256 << 20,
    DETAILED_MAX = 20000, /* definitions whose facts are kept */
    SMALL_MB = 256,       /* below this ceiling: one thread */
    SCAP_FILE = 2 * SCAP_DOCUMENT_MAX + (1 << 20),
};

static const struct wire_field evaluated_fields[] = {
    WIRE_FIELD_BOOL(evaluated, failed),
    WIRE_FIELD_TEXT(evaluated, text, AGENT_TEXT_MAX),
    WIRE_FIELD_BYTES(evaluated, inventory, AGENT_MESSAGE_MAX / 2),
    WIRE_FIELD_BYTES(evaluated, verdicts, VERDICTS_MAX),
    WIRE_FIELD_BYTES(evaluated, details, DETAILS_MAX),
    WIRE_FIELD_I64(evaluated, definitions, 0, INT32_MAX),
    WIRE_FIELD_I64(evaluated, bad, 0, INT32_MAX),
    WIRE_FIELD_I64(evaluated, undecided, 0, INT32_MAX),
    WIRE_FIELD_BOOL(evaluated, benchmark),
};
const struct wire_shape shape_evaluated =
    WIRE_SHAPE_OF(evaluated, evaluated_fields);

struct evaluator {
    const struct options *options;
    struct oval_content *content;
    struct oval_source *source;
    struct evaluated out;
    struct buf inventory;
    struct buf verdicts;
    struct buf details;
    VEC(uint32_t) detailed; /* definitions that are worth their facts */
    struct buf scap; /* a pack of SCAP; empty: it is one of OVAL, or none */
    struct arena arena;
};

static bool is_scap(void)
{
    char head[sizeof(SCAP_PACK_MAGIC) - 1];

    return pread(EVALUATOR_FD_PACK, head, sizeof(head), 0) == sizeof(head) &&
           scap_pack_is((str){ head, sizeof(head) });
}

static int open_pack(struct evaluator *e, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(64);

    if (fcntl(EVALUATOR_FD_PACK, F_GETFD) < 0)
        return 0; /* an inventory only */
    if (is_scap())
        return disk_read_fd(EVALUATOR_FD_PACK, &e->scap, err);
    buf_printf(&path, "/proc/self/fd/%d", EVALUATOR_FD_PACK);
    return oval_pack_open(buf_c(&path), &e->content, err);
}

static int take_inventory(struct evaluator *e, struct err *err)
{
    const struct options *options = e->options;
    AUTO(probe_machine_freep) struct probe_machine *machine = NULL;
    struct inventory inventory;
    int rc = probe_machine_new(
        &(struct probe_options){ .root = options->root, .threads = 1 },
        &machine, err);

    if (rc < 0)
        return rc;
    inventory_collect(machine, options->utmp, clock_now(), &e->arena,
                      &inventory);
    return wire_write(&shape_inventory, &inventory, &e->inventory, err);
}

/* --- The verdicts. --- */

static int open_source(struct evaluator *e, struct err *err)
{
    int64_t ceiling = e->options->run_memory;
    struct probe_options options = {
        .root = e->options->root,
        .source_packages = platform_names_sources(e->content),
        .threads = ceiling > 0 && ceiling < SMALL_MB ? 1 : 0,
    };

    return probe_source_new(&options, &e->source, err);
}

static void judge(struct evaluator *e, uint32_t index, enum oval_result result)
{
    enum oval_class class_ =
        (enum oval_class)e->content->definitions.p[index].class_;
    enum oval_meaning meaning = oval_meaning_of(class_, result);

    e->out.definitions++;
    e->out.bad += meaning == OVAL_MEANS_BAD;
    e->out.undecided += meaning == OVAL_MEANS_UNDECIDED;
    if ((meaning == OVAL_MEANS_BAD || meaning == OVAL_MEANS_UNDECIDED ||
         result == OVAL_TRUE) &&
        e->detailed.n < DETAILED_MAX)
        *vec_push(&e->detailed) = index;
}

static int take_verdicts(struct evaluator *e, struct err *err)
{
    uint32_t n = e->content->definitions.n;
    AUTO(mem_freep) uint8_t *results = mem_alloc(n, 1);
    AUTO(oval_eval_freep) struct oval_eval *eval = NULL;
    int rc = oval_eval_new(e->content, e->source,
                           &(struct oval_eval_options){ 0 }, &eval, err);

    if (rc == 0)
        rc = oval_eval_all(eval, err);
    for (uint32_t i = 0; rc == 0 && i < n; i++) {
        enum oval_result result = OVAL_NOT_EVALUATED;

        if (!oval_eval_result(eval, i, &result))
            result = OVAL_NOT_EVALUATED;
        results[i] = (uint8_t)result;
        judge(e, i, result);
    }
    if (rc < 0)
        return rc;
    oval_verdicts_encode(results, n, oval_verdicts_key(e->content),
                         &e->verdicts);
    return buf_finish(&e->verdicts, "the verdicts", err);
}

/* --- The facts behind them. --- */

static int write_details(struct evaluator *e, struct oval_eval *eval,
                         struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct oval_report_content content = { .eval = eval,
                                           .only = e->detailed.p,
                                           .only_count = e->detailed.n };
    struct oval_report report = { &content, 1, clock_now(), NULL };
    int rc = io_out_open("-", &out, err);

    if (rc < 0)
        return rc;
    oval_json_write(&report, out);
    return io_out_finish(out, err);
}

/* The writer of JSON writes to standard output, which is a file in memory
 * here. */
static int pack_details(struct evaluator *e, struct oval_eval *eval,
                        struct err *err)
{
    AUTO(buf_clear) struct buf json = BUF(JSON_MAX);
    int fd = -1;
    int rc = disk_memory("details", STR(""), &fd, err);

    if (rc < 0)
        return rc;
    if (dup2(fd, STDOUT_FILENO) < 0)
        rc = err_errno(err, errno, "standard output");
    if (rc == 0)
        rc = write_details(e, eval, err);
    if (rc == 0)
        rc = disk_read_fd(fd, &json, err);
    close(fd);
    return rc < 0 ? rc : zpack_make(buf_str(&json), &e->details, err);
}

static int take_details(struct evaluator *e, struct err *err)
{
    AUTO(oval_eval_freep) struct oval_eval *eval = NULL;
    enum oval_result result;
    int rc;

    if (e->detailed.n == 0)
        return 0;
    rc = oval_eval_new(e->content, e->source,
                       &(struct oval_eval_options){ .detail = true }, &eval,
                       err);
    for (size_t i = 0; rc == 0 && i < e->detailed.n; i++)
        rc = oval_eval_definition(eval, e->detailed.p[i], &result, err);
    return rc < 0 ? rc : pack_details(e, eval, err);
}

static int assess(struct evaluator *e, struct err *err)
{
    struct err why = { 0 };
    int rc = open_source(e, err);

    if (rc == 0)
        rc = take_verdicts(e, err);
    if (rc < 0)
        return rc;
    if (take_details(e, &why) < 0) { /* the verdicts stand without them */
        buf_clear(&e->details);
        e->out.text = arena_printf(&e->arena, "no details: %s", why.text);
    }
    return 0;
}

static int test_benchmark(struct evaluator *e, struct err *err)
{
    int64_t ceiling = e->options->run_memory;
    struct evaluator_scap order = {
        .pack = buf_str(&e->scap),
        .root = e->options->root,
        .one_thread = ceiling > 0 && ceiling < SMALL_MB,
        .verdicts = &e->verdicts,
        .details = &e->details,
        .arena = &e->arena,
    };

    return evaluator_scap(&order, &e->out, err);
}

static int finish(struct evaluator *e, int rc, struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(EVALUATED_MAX);

    e->out.failed = rc < 0;
    if (rc < 0)
        e->out.text = str_c(err_text(err));
    e->out.text = str_sub(e->out.text, 0, AGENT_TEXT_MAX);
    e->out.inventory = buf_str(&e->inventory);
    e->out.verdicts = rc < 0 ? STR("") : buf_str(&e->verdicts);
    e->out.details = rc < 0 ? STR("") : buf_str(&e->details);
    rc = wire_write(&shape_evaluated, &e->out, &bytes, err);
    if (rc == 0 &&
        pwrite(EVALUATOR_FD_OUT, bytes.p, bytes.n, 0) != (ssize_t)bytes.n)
        rc = err_errno(err, errno, "the file of results");
    return rc;
}

static int set_ceiling(const struct options *options, struct err *err)
{
    struct rlimit limit = { (rlim_t)options->run_memory << 20,
                            (rlim_t)options->run_memory << 20 };

    errno = 0;
    if (options->run_nice > 0 && nice((int)options->run_nice) < 0 && errno != 0)
        return err_errno(err, errno, "nice");
    if (options->run_memory == 0)
        return 0;
    if (setrlimit(RLIMIT_DATA, &limit) < 0)
        return err_errno(err, errno, "setrlimit");
    return 0;
}

int evaluator_main(const struct options *options)
{
    struct evaluator e = { .options = options,
                           .inventory = BUF(AGENT_MESSAGE_MAX / 2),
                           .verdicts = BUF(VERDICTS_MAX),
                           .details = BUF(DETAILS_MAX),
                           .scap = BUF(SCAP_FILE) };
    struct err err = { 0 };
    int rc = set_ceiling(options, &err);

    if (rc == 0)
        rc = open_pack(&e, &err);
    if (rc == 0)
        rc = sandbox_enter(SANDBOX_EVALUATOR, options, &err);
    if (rc == 0)
        rc = take_inventory(&e, &err);
    if (rc == 0 && e.content != NULL)
        rc = assess(&e, &err);
    if (rc == 0 && e.scap.n > 0)
        rc = test_benchmark(&e, &err);
    rc = finish(&e, rc, &err);
    if (rc < 0)
        log_error("evaluator.failed", LOG_TEXT("text", str_c(err_text(&err))));
    /* The process ends: its memory is released with it. */
    return rc < 0 ? 1 : 0;
}
