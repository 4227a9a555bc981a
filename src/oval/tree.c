/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/tree.h"

#include "oval/explain.h"
#include "oval/finding.h"
#include "oval/mask.h"

enum {
    DEPTH_MAX = 640,
    FIXES_MAX_TEXT = 64 * 1024
};

struct drawing {
    struct io_out *out;
    const struct oval_tree_options *options;
    unsigned depth;
};

static void write_c(struct drawing *d, const char *text)
{
    io_out_write(d->out, str_c(text));
}

/* Foreign text: no control characters reach the terminal. */
static void write_text(struct drawing *d, str text)
{
    size_t from = 0;

    for (size_t i = 0; i < text.n; i++) {
        unsigned char ch = (unsigned char)text.p[i];
        bool c1 =
            ch == 0xc2 && i + 1 < text.n && (unsigned char)text.p[i + 1] < 0xa0;
        bool other = d->options->ascii && ch >= 0x80;

        if (ch >= 0x20 && ch != 0x7f && !c1 && !other)
            continue;
        io_out_write(d->out, (str){ text.p + from, i - from });
        if (!other || ch >= 0xc0)
            io_out_write(d->out, ch == '\n' ? STR(" ") : STR("?"));
        i += c1;
        from = i + 1;
    }
    io_out_write(d->out, (str){ text.p + from, text.n - from });
}

static const char *mark_text(const struct drawing *d, enum oval_mark mark)
{
    static const char *const fancy[] = { " ", "✔", "✘", "?" };
    static const char *const plain[] = { " ", "+", "-", "?" };
    static const char *const colored[] = { " ", "\033[32m✔\033[0m",
                                           "\033[31m✘\033[0m",
                                           "\033[33m?\033[0m" };

    if (d->options->ascii)
        return plain[mark];
    return d->options->color ? colored[mark] : fancy[mark];
}

static void indent(struct drawing *d, unsigned depth)
{
    for (unsigned i = 0; i < depth && i < DEPTH_MAX; i++)
        write_c(d, d->options->ascii ? "|  " : "│  ");
}

static void on_open(void *ctx, const struct oval_explain_node *node)
{
    struct drawing *d = ctx;

    indent(d, d->depth++);
    write_c(d, mark_text(d, oval_mark_of(node->result)));
    write_c(d, " ");
    if (node->negate)
        write_c(d, "not: ");
    if (node->op[0] != '\0') {
        write_c(d, node->op);
        write_c(d, node->text.n > 0 ? ": " : "");
    }
    write_text(d, node->text);
    write_c(d, " [");
    write_c(d, oval_result_text(node->result));
    write_c(d, "]");
    if (node->id.n > 0) {
        write_c(d, d->options->color ? "  \033[2m" : "  ");
        write_text(d, node->id);
        write_c(d, d->options->color ? "\033[0m" : "");
    }
    write_c(d, "\n");
}

static void on_line(void *ctx, const struct oval_explain_line *line)
{
    struct drawing *d = ctx;

    indent(d, d->depth);
    write_c(d, mark_text(d, line->mark));
    io_out_printf(d->out, " %-10s  ", line->label);
    write_text(d, line->text);
    write_c(d, "\n");
}

static void on_close(void *ctx)
{
    struct drawing *d = ctx;

    d->depth--;
}

static void member(struct drawing *d, const char *label, str text)
{
    io_out_printf(d->out, "%-10s  ", label);
    if (text.n == 0)
        write_c(d, "not stated");
    else
        write_text(d, text);
    write_c(d, "\n");
}

static void write_head(struct drawing *d, const struct oval_finding *f)
{
    AUTO(buf_clear) struct buf text = BUF(FIXES_MAX_TEXT);

    write_text(d, f->id);
    io_out_printf(d->out, " version %u\n", f->version);
    member(d, "title", f->title);
    member(d, "class", str_c(oval_class_text(f->class_)));
    buf_add_c(&text, oval_result_text(f->result));
    if (strcmp(oval_result_text(f->result),
               oval_meaning_text(f->class_, f->result)) != 0)
        buf_printf(&text, ", %s", oval_meaning_text(f->class_, f->result));
    member(d, "result", buf_str(&text));
    buf_reset(&text);
    buf_add(&text, f->severity);
    if (f->severity_source.n > 0)
        buf_printf(&text, " (stated by %" PRIstr ")",
                   ARGstr(f->severity_source));
    member(d, "severity", buf_str(&text));
    buf_reset(&text);
    oval_finding_fixes_text(f, &text, 20);
    if (text.n > 0)
        member(d, "fix", buf_str(&text));
    if (f->deprecated)
        member(d, "deprecated", STR("yes"));
    write_c(d, "\n");
}

void oval_tree_write(struct oval_eval *eval, uint32_t index,
                     const struct oval_tree_options *options,
                     struct io_out *out)
{
    static const struct oval_explain_handler handler = { on_open, on_line,
                                                         on_close };
    AUTO(oval_finding_clear) struct oval_finding finding = OVAL_FINDING;
    struct drawing d = { .out = out, .options = options };
    AUTO(oval_explain_freep)
    struct oval_explain *x = oval_explain_new(eval, &handler, &d);

    oval_mask_items(eval);
    oval_finding_fill(&finding, eval, index);
    write_head(&d, &finding);
    oval_explain_definition(x, index);
}
