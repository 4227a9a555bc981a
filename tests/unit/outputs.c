/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/outputs.h"

#include <fcntl.h>
#include <unistd.h>

#include "oval/recorded.h"
#include "tests/unit/unit.h"

static void must(int rc, const struct err *err)
{
    if (rc < 0)
        fail_msg("%s", err_text(err));
}

static struct stream *open_text(const char *text, const char *path)
{
    struct stream *stream = NULL;
    struct err err = { 0 };

    must(text == NULL
             ? stream_open(path, NULL, &stream, &err)
             : stream_open_memory(str_c(text), path, NULL, &stream, &err),
         &err);
    return stream;
}

void outputs_init(struct outputs *o, const char *content, const char *syschar)
{
    struct oval_eval_options options = { .detail = true };
    struct err err = { 0 };
    struct stream *stream;

    memset(o, 0, sizeof(*o));
    o->text = BUF_INIT(1 << 24);
    stream = open_text(content, "tests/data/results/content.xml");
    must(oval_load(stream, NULL, NULL, &o->content, &err), &err);
    stream_free(stream);
    stream = open_text(syschar, "tests/data/results/syschar.xml");
    must(oval_recorded_new(stream, &o->source, &err), &err);
    stream_free(stream);
    must(oval_eval_new(o->content, o->source, &options, &o->eval, &err), &err);
    must(oval_eval_all(o->eval, &err), &err);
    o->part.eval = o->eval;
    o->part.name = "content.xml";
    o->report.contents = &o->part;
    o->report.count = 1;
    o->report.time_s = 1790000000;
}

void outputs_clear(struct outputs *o)
{
    oval_eval_free(o->eval);
    oval_source_free(o->source);
    oval_content_free(o->content);
    buf_clear(&o->text);
}

static const char *path_of(const struct outputs *o)
{
    static char path[64];

    snprintf(path, sizeof(path), "/tmp/holdfast-test-%d-%p.out", getpid(),
             (const void *)o);
    return path;
}

struct io_out *outputs_open(struct outputs *o)
{
    struct io_out *out = NULL;
    struct err err = { 0 };

    must(io_out_open(path_of(o), &out, &err), &err);
    return out;
}

str outputs_text(struct outputs *o, struct io_out *out)
{
    struct err err = { 0 };

    must(io_out_finish(out, &err), &err);
    io_out_free(out);
    buf_reset(&o->text);
    must(io_read_file(AT_FDCWD, path_of(o), &o->text, &err), &err);
    unlink(path_of(o));
    return buf_str(&o->text);
}

unsigned outputs_count(const struct outputs *o, const char *needle)
{
    str rest = buf_str(&o->text);
    unsigned n = 0;

    for (;;) {
        size_t at = str_find(rest, str_c(needle));

        if (at == rest.n)
            return n;
        n++;
        rest = str_sub(rest, at + 1, rest.n);
    }
}
