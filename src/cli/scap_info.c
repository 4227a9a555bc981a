/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_write.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/term.h"
#include "scap/describe.h"

static void add_line(const struct term *term, struct buf *out, unsigned indent,
                     const char *what, str value)
{
    int width = 18 - (int)indent;

    buf_printf(out, "%*s%-*s", (int)indent, "", width, what);
    term_text(term, out, value.n > 0 ? value : STR("not stated"), TERM_WIDE);
    buf_add_char(out, '\n');
}

static void show_benchmark(const struct term *term, struct buf *out,
                           const struct xccdf_benchmark *b)
{
    const struct xccdf_item *root = &b->items.p[0];
    const struct xccdf_note *n = root->platforms;

    add_line(term, out, 2, "Benchmark", root->id);
    add_line(term, out, 4, "Title", root->title);
    add_line(term, out, 4, "Version", b->version);
    add_line(term, out, 4, "Status", xccdf_status(b));
    add_line(term, out, 4, "XCCDF", b->version_of_xccdf);
    for (; n != NULL; n = n->next)
        add_line(term, out, 4, "Platform", n->text);
    buf_printf(out, "    %-14s%u\n    %-14s%zu\n", "Rules", b->rule_count,
               "Values", b->values.n);
    for (const struct xccdf_profile *p = b->profiles; p != NULL; p = p->next) {
        add_line(term, out, 4, "Profile", p->id);
        if (p->title.n > 0)
            add_line(term, out, 6, "", p->title);
    }
}

static void show_tailoring(const struct term *term, struct buf *out,
                           const struct xccdf_tailoring *t)
{
    add_line(term, out, 0, "Tailoring", t->id);
    add_line(term, out, 2, "Version", t->version);
    for (const struct xccdf_profile *p = t->profiles; p != NULL; p = p->next) {
        add_line(term, out, 2, "Profile", p->id);
        add_line(term, out, 4, "Extends", p->extends);
    }
}

static void show_stream(const struct scap *scap, const struct term *term,
                        struct buf *out, uint32_t stream)
{
    const struct scap_stream *s = &scap->streams.p[stream];

    if (s->id.n > 0) {
        add_line(term, out, 0, "Data stream", s->id);
        add_line(term, out, 2, "SCAP version", s->version);
        add_line(term, out, 2, "Made on", s->timestamp);
    }
    for (uint32_t i = 0; i < s->ref_count; i++) {
        uint32_t ref = s->ref_first + i;
        uint32_t component = scap->refs.p[ref].component;

        if (component != SCAP_NONE &&
            scap->components.p[component].benchmark != NULL)
            show_benchmark(term, out, scap_benchmark(scap, ref));
    }
}

static int show(const struct scap *scap, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(HELP_TEXT_MAX);
    struct term term = term_init();

    add_line(&term, &out, 0, "Content", scap->name);
    if (scap->form == SCAP_FORM_TAILORING)
        show_tailoring(&term, &out, scap->components.p[0].tailoring);
    for (uint32_t i = 0; i < scap->streams.n; i++)
        if (scap->form != SCAP_FORM_TAILORING)
            show_stream(scap, &term, &out, i);
    for (size_t i = 0; i < scap->components.n; i++)
        add_line(&term, &out, 0, scap_kind_text(scap->components.p[i].kind),
                 scap->components.p[i].id);
    if (scap->is_signed)
        buf_add_c(&out, "It carries a signature, which was not verified.\n");
    return help_print(&out, err);
}

static int write_json(const struct scap *scap, const char *path,
                      struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct json_writer *w;
    int rc = io_out_open(path, &out, err);

    if (rc < 0)
        return rc;
    w = json_write_new(out);
    scap_describe(scap, w);
    json_write_free(w);
    return io_out_finish(out, err);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(scap_freep) struct scap *scap = NULL;
    const char *json = cli_value(cli, "json");
    int rc = scap_load(cli->args.p[0], &scap, err);

    if (rc < 0)
        return rc;
    return json != NULL ? write_json(scap, json, err) : show(scap, err);
}

static const struct cli_option options[] = {
    { "json", 0, "OUT.json", "Write the facts for programs" },
    { NULL },
};

const struct command command_scap_info = {
    .name = "scap info",
    .summary = "Describe SCAP content",
    .arguments = "CONTENT",
    .about = "Lists data streams, benchmarks with version, status and "
             "platforms, profiles, and the documents that the content is made "
             "of. CONTENT may be a tailoring, too.",
    .options = options,
    .args_min = 1,
    .args_max = 1,
    .run = run,
};
