/* SPDX-License-Identifier: Apache-2.0
 *
 * The reader process: makes a pack of a document that nobody trusts. It has
 * neither files nor network nor store; the document comes as a descriptor and
 * the pack goes back as one. A document that brings the process down, or
 * keeps it for longer than READ_S, costs this process, which is started
 * again, and nothing else.
 */
#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/io.h"
#include "base/stream.h"
#include "base/zpack.h"
#include "content/feed.h"
#include "content/platform.h"
#include "fleet/benchmark.h"
#include "netdev/items/source.h"
#include "oval/eval.h"
#include "oval/pack.h"
#include "oval/verdicts.h"
#include "profile/profile.h"
#include "proto/agent.h"
#include "proto/scap.h"
#include "scap/describe.h"
#include "server/advisory_take.h"
#include "server/roles_int.h"

enum {
    READ_S = 300,
};

struct reading {
    struct arena arena;
    struct message_read_done done;
    void *bytes; /* the document, mapped */
    size_t size;
    int pack;
};

int reader_start(struct process *process, struct err *err)
{
    (void)process;
    (void)err;
    return 0;
}

void reader_link(struct process *process, enum role other, bool up)
{
    (void)process;
    (void)other;
    (void)up;
}

static int map_document(struct reading *r, int fd, struct err *err)
{
    struct stat facts;

    if (fstat(fd, &facts) < 0)
        return err_errno(err, errno, "the document");
    if (!S_ISREG(facts.st_mode) || facts.st_size <= 0)
        return err_set(err, E_PARSE, "the document is empty");
    r->bytes = mmap(NULL, (size_t)facts.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (r->bytes == MAP_FAILED) {
        r->bytes = NULL;
        return err_errno(err, errno, "the document");
    }
    r->size = (size_t)facts.st_size;
    return 0;
}

static void warn(void *ctx, unsigned line, const char *sentence)
{
    struct reading *r = ctx;

    if (r->done.warnings++ == 0)
        r->done.text = str_sub(
            arena_printf(&r->arena, "line %u: %s", line, sentence), 0, 1000);
}

static int load(struct reading *r, const char *name, struct oval_content **out,
                struct err *err)
{
    AUTO(stream_freep) struct stream *stream = NULL;
    str bytes = { r->bytes, r->size };
    int rc;

    if (str_starts(bytes, str_c(OVAL_PACK_MAGIC)))
        return oval_pack_open_memory(bytes, name, out, err);
    rc = stream_open_memory(bytes, name, NULL, &stream, err);
    if (rc < 0)
        return rc;
    stream_digest(stream);
    return oval_load(stream, warn, r, out, err);
}

/* The document decompressed. */
static int plain_bytes(struct reading *r, struct buf *out, struct err *err)
{
    AUTO(stream_freep) struct stream *stream = NULL;
    struct stream_limits limits = { out->limit };
    size_t n = 1;
    int rc = stream_open_memory((str){ r->bytes, r->size }, "the document",
                                &limits, &stream, err);

    while (rc == 0 && n > 0) {
        char piece[1 << 14];

        rc = stream_read(stream, piece, sizeof(piece), &n, err);
        if (rc == 0)
            buf_add(out, (str){ piece, n });
    }
    return rc < 0 ? rc : buf_finish(out, "the document", err);
}

/* To r->pack. */
static int write_bytes(struct reading *r, str bytes, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = io_out_fd(r->pack, "the pack");

    io_out_write(out, bytes);
    r->done.size = (int64_t)bytes.n;
    return io_out_finish(out, err);
}

static int write_pack(struct reading *r, const struct oval_content *content,
                      struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct stat facts;
    int rc;

    r->pack = memfd_create("pack", MFD_CLOEXEC);
    if (r->pack < 0)
        return err_errno(err, errno, "memory for the pack");
    out = io_out_fd(r->pack, "the pack");
    oval_pack_write(content, out);
    rc = io_out_finish(out, err);
    if (rc == 0 && fstat(r->pack, &facts) < 0)
        rc = err_errno(err, errno, "the pack");
    if (rc == 0)
        r->done.size = facts.st_size;
    return rc;
}

static void describe(struct reading *r, const struct oval_content *content)
{
    struct platform platform = platform_of_content(content, &r->arena);
    int64_t at = feed_time(oval_prose_text(content, content->timestamp));

    r->done.definitions = content->definitions.n;
    r->done.os_id = str_sub(platform.id, 0, 64);
    r->done.os_version = str_sub(platform.version, 0, 62);
    r->done.feed_time = at > 0 ? at : 0;
}

static int read_document(struct reading *r, const char *name, int fd,
                         struct err *err)
{
    AUTO(oval_content_freep) struct oval_content *content = NULL;
    int rc = map_document(r, fd, err);

    if (rc == 0)
        rc = load(r, name, &content, err);
    if (rc == 0 && content->packed)
        rc = oval_pack_check_prose(content, err);
    if (rc == 0 && content->definitions.n == 0)
        rc = err_set(err, E_INVALID, "%s: it has no definitions", name);
    if (rc < 0)
        return rc;
    describe(r, content);
    return write_pack(r, content, err);
}

/* --- SCAP --- */

static void add_problems(struct reading *r, const struct scap *scap)
{
    for (size_t i = 0; i < scap->problems.n; i++) {
        const struct scap_problem *p = &scap->problems.p[i];

        if (!p->fatal)
            r->done.warnings++;
        else if (r->done.text.n < ERR_TEXT_MAX)
            r->done.text = arena_printf(
                &r->arena, "%" PRIstr "%s%" PRIstr, ARGstr(r->done.text),
                r->done.text.n > 0 ? "; " : "", ARGstr(p->text));
    }
}

static int describe_scap(const struct scap *scap, struct buf *out,
                         struct err *err)
{
    AUTO(io_out_freep) struct io_out *file = NULL;
    struct json_writer *w;
    char piece[1 << 14];
    int fd = memfd_create("description", MFD_CLOEXEC);
    ssize_t n = 1;
    int rc;

    if (fd < 0)
        return err_errno(err, errno, "memory for the description");
    file = io_out_fd(fd, "the description");
    w = json_write_new(file);
    scap_describe(scap, w);
    json_write_free(w);
    rc = io_out_finish(file, err);
    for (int64_t at = 0; rc == 0 && n > 0; at += n) {
        n = pread(fd, piece, sizeof(piece), at);
        if (n > 0)
            buf_add(out, (str){ piece, (size_t)n });
    }
    close(fd);
    return rc < 0 ? rc : buf_finish(out, "the description", err);
}

/* What network devices have to be asked for it (netassess.h reads this). */
static void list_commands(const struct scap *scap, struct jval *description)
{
    AUTO(network_commands_clear) struct network_commands commands = { 0 };
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < scap->components.n; i++)
        for (size_t k = 0; k < family_count; k++)
            if (scap->components.p[i].oval != NULL)
                network_commands_add(&commands, &families[k],
                                     scap->components.p[i].oval);
    for (size_t i = 0; i < commands.list.n; i++)
        jval_push(list, jval_new_text(commands.list.p[i]));
    jval_set(description, "show_commands", list);
}

static int add_commands(const struct scap *scap, struct buf *description,
                        struct err *err)
{
    AUTO(jval_freep) struct jval *object = NULL;
    int rc = jval_parse(buf_str(description), BENCHMARK_DESCRIPTION_MAX,
                        &object, err);

    if (rc < 0)
        return rc;
    list_commands(scap, object);
    buf_reset(description);
    jval_print(object, description);
    return buf_finish(description, "the description", err);
}

static int pack_scap(struct reading *r, const struct scap *scap,
                     struct err *err)
{
    AUTO(buf_clear) struct buf description = BUF(BENCHMARK_DESCRIPTION_MAX);
    AUTO(buf_clear) struct buf document = BUF(SCAP_DOCUMENT_MAX);
    AUTO(buf_clear) struct buf plain = BUF(SCAP_PLAIN_MAX);
    AUTO(buf_clear)
    struct buf bytes =
        BUF(SCAP_DOCUMENT_MAX + BENCHMARK_DESCRIPTION_MAX + 4096);
    bool tailoring = scap->form == SCAP_FORM_TAILORING;
    struct read_benchmark made = { .kind = tailoring ? STR("tailoring")
                                                     : STR("benchmark"),
                                   .document = { r->bytes, r->size } };
    int rc = describe_scap(scap, &description, err);

    if (rc == 0 && !tailoring)
        rc = add_commands(scap, &description, err);
    if (rc == 0 && !scap->bundled) {
        rc = plain_bytes(r, &plain, err);
        if (rc == 0)
            rc = zpack_make(buf_str(&plain), &document, err);
        made.document = buf_str(&document);
    }
    made.description = buf_str(&description);
    if (rc == 0)
        rc = wire_write(&shape_read_benchmark, &made, &bytes, err);
    if (rc == 0) {
        r->pack = memfd_create("benchmark", MFD_CLOEXEC);
        if (r->pack < 0)
            rc = err_errno(err, errno, "memory for the benchmark");
    }
    return rc < 0 ? rc : write_bytes(r, buf_str(&bytes), err);
}

/* K-SCAP-5: what is invalid is refused with the reasons. */
static int read_scap(struct reading *r, const char *name, int fd,
                     struct err *err)
{
    AUTO(scap_freep) struct scap *scap = NULL;
    int rc = map_document(r, fd, err);

    if (rc == 0)
        rc = scap_load_memory((str){ r->bytes, r->size }, name, &scap, err);
    if (rc < 0)
        return rc;
    if (!scap_validate(scap)) {
        add_problems(r, scap);
        return err_set(err, E_INVALID, "%s: %" PRIstr, name,
                       ARGstr(r->done.text));
    }
    add_problems(r, scap);
    return pack_scap(r, scap, err);
}

/* --- Advisories --- */

static int read_advisory(struct reading *r, const char *name, int fd,
                         struct err *err)
{
    struct advisory_unpacked unpacked = { .arena = &r->arena, .text = STR("") };
    struct stat facts;
    int rc = map_document(r, fd, err);

    if (rc < 0)
        return rc;
    r->pack = memfd_create("advisories", MFD_CLOEXEC);
    if (r->pack < 0)
        return err_errno(err, errno, "memory for the advisories");
    unpacked.to_fd = r->pack;
    rc = advisory_parcel_import((str){ r->bytes, r->size }, name, &unpacked,
                                err);
    r->done.text = unpacked.text;
    r->done.definitions = unpacked.advisories;
    if (rc == 0 && fstat(r->pack, &facts) < 0)
        rc = err_errno(err, errno, "the advisories");
    if (rc == 0)
        r->done.size = facts.st_size;
    return rc;
}

/* --- What a network device answered --- */

/* Every definition of the pack on it. */
static int evaluate(const struct oval_content *content,
                    struct oval_source *source, struct buf *blob,
                    struct err *err)
{
    AUTO(oval_eval_freep) struct oval_eval *eval = NULL;
    AUTO(mem_freep)
    uint8_t *results = mem_alloc(content->definitions.n, 1);
    int rc = oval_eval_new(content, source, NULL, &eval, err);

    for (uint32_t i = 0; rc == 0 && i < content->definitions.n; i++) {
        enum oval_result result = OVAL_UNKNOWN;

        rc = oval_eval_definition(eval, i, &result, err);
        results[i] = (uint8_t)result;
    }
    if (rc < 0)
        return rc;
    oval_verdicts_encode(results, content->definitions.n,
                         oval_verdicts_key(content), blob);
    return buf_finish(blob, "the results of a device", err);
}

static int take_answers(const struct read_device *device,
                        struct device_outputs *outputs, struct err *err)
{
    const struct read_answer *answers = device->answers.p;
    int rc = 0;

    outputs->family = family_find(device->family);
    for (size_t i = 0; rc == 0 && i < device->answers.n; i++)
        rc = outputs_add(outputs, answers[i].command, answers[i].text, err);
    return rc;
}

static int evaluate_pack(str pack, struct oval_source *source, struct buf *out,
                         struct err *err)
{
    AUTO(oval_content_freep) struct oval_content *content = NULL;
    int rc = oval_pack_open_memory(pack, "the pack", &content, err);

    return rc < 0 ? rc : evaluate(content, source, out, err);
}

static int evaluate_profile(struct reading *r, str pack,
                            struct oval_source *source, struct buf *out,
                            struct err *err)
{
    AUTO(buf_clear) struct buf report = BUF(VERDICTS_MAX);
    AUTO(buf_clear) struct buf files = BUF(DETAILS_MAX);
    struct profile_order order = { pack,    source, &r->arena,
                                   &report, &files, DETAILS_MAX };
    struct read_profile made;
    struct profile_told told;
    int rc = profile_test(&order, &told, err);

    if (rc < 0)
        return rc;
    made = (struct read_profile){ buf_str(&report), buf_str(&files),
                                  told.text.n > 0 ? told.text : STR("") };
    return wire_write(&shape_read_profile, &made, out, err);
}

static int evaluate_device(struct reading *r, const struct read_device *device,
                           struct buf *out, struct err *err)
{
    AUTO(outputs_clear) struct device_outputs outputs = { 0 };
    struct oval_source *source = NULL;
    int rc = take_answers(device, &outputs, err);

    if (rc == 0)
        rc = network_source_new(&outputs, &source, err);
    if (rc == 0)
        rc = scap_pack_is(device->pack)
                 ? evaluate_profile(r, device->pack, source, out, err)
                 : evaluate_pack(device->pack, source, out, err);
    oval_source_free(source);
    return rc;
}

static int read_device(struct reading *r, const char *name, int fd,
                       struct err *err)
{
    AUTO(buf_clear) struct buf blob = BUF(OVAL_VERDICTS_BLOB_MAX);
    struct read_device device;
    int rc = map_document(r, fd, err);

    if (rc == 0)
        rc = wire_read(&shape_read_device, (str){ r->bytes, r->size },
                       &r->arena, &device, err);
    if (rc == 0)
        rc = evaluate_device(r, &device, &blob, err);
    if (rc < 0)
        return err_wrap(err, rc, "%s", name);
    r->pack = memfd_create("results", MFD_CLOEXEC);
    if (r->pack < 0)
        return err_errno(err, errno, "memory for the results");
    return write_bytes(r, buf_str(&blob), err);
}

typedef int read_fn(struct reading *r, const char *name, int fd,
                    struct err *err);
static read_fn *const readers[] = { [READ_OVAL] = read_document,
                                    [READ_SCAP] = read_scap,
                                    [READ_ADVISORY] = read_advisory,
                                    [READ_DEVICE] = read_device };

int reader_message(struct process *process, enum role from,
                   struct message *message, struct err *err)
{
    const struct message_read *order = message->value;
    struct reading r = { .arena = ARENA, .pack = -1 };
    struct err why = { 0 };
    int rc;

    (void)from; /* the table lets only the core send it */
    if (message->fd < 0)
        return err_set(err, E_INVALID, "an order without a document");
    r.done.id = order->id;
    alarm(READ_S); /* its action is to end the process */
    rc = readers[order->kind](&r, arena_c(&r.arena, order->name), message->fd,
                              &why);
    alarm(0);
    if (rc < 0) {
        r.done.code = rc;
        r.done.text = str_sub(str_c(err_text(&why)), 0, ERR_TEXT_MAX - 1);
        if (r.pack >= 0)
            close(r.pack);
        r.pack = -1;
    }
    rc = process_send(process, ROLE_CORE, MESSAGE_READ_DONE, &r.done, r.pack,
                      err);
    if (r.bytes != NULL)
        munmap(r.bytes, r.size);
    arena_clear(&r.arena);
    return rc;
}
