/* SPDX-License-Identifier: Apache-2.0 */
#include "print/page.h"

#include <cairo-pdf.h>
#include <errno.h>
#include <pango/pangocairo.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/utf8.h"

#define WIDTH 842.0 /* A4 landscape, in points */
#define HEIGHT 595.0
#define MARGIN 34.0
#define PAD 3.0

struct pages {
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoLayout *layout;
    PangoFontDescription *plain;
    PangoFontDescription *bold;
    PangoFontDescription *large;
    struct jval *columns;
    size_t count;
    double x[PAGE_COLUMNS_MAX + 1];
    double y;
    unsigned page;
};

static cairo_status_t write_all(void *ctx, const unsigned char *bytes,
                                unsigned n)
{
    const int *fd = ctx;

    while (n > 0) {
        ssize_t wrote = write(*fd, bytes, n);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return CAIRO_STATUS_WRITE_ERROR;
        bytes += wrote;
        n -= (unsigned)wrote;
    }
    return CAIRO_STATUS_SUCCESS;
}

/* --- Text ---------------------------------------------------------------- */

static str shown(str text)
{
    size_t n;

    text.n = utf8_valid(text);
    n = text.n > PAGE_CELL_MAX ? PAGE_CELL_MAX : text.n;
    while (n > 0 && n < text.n && ((unsigned char)text.p[n] & 0xc0) == 0x80)
        n--;
    return str_sub(text, 0, n);
}

/* The height of text in a width; with draw it is drawn at (x, y). */
static double text_at(struct pages *p, str text, double width, double x,
                      double y, bool draw)
{
    PangoRectangle box;

    text = shown(text);
    pango_layout_set_width(p->layout, (int)(width * PANGO_SCALE));
    pango_layout_set_text(p->layout, text.n > 0 ? text.p : "", (int)text.n);
    pango_layout_get_extents(p->layout, NULL, &box);
    if (draw) {
        cairo_move_to(p->cairo, x, y);
        pango_cairo_show_layout(p->cairo, p->layout);
    }
    return (double)box.height / PANGO_SCALE;
}

static double row_at(struct pages *p, const struct jval *row, double y,
                     bool draw)
{
    double most = 0;

    for (size_t i = 0; i < p->count; i++) {
        double width = p->x[i + 1] - p->x[i] - 2 * PAD;
        double height = text_at(p, jval_text(jval_at(row, i), STR("")), width,
                                p->x[i] + PAD, y + PAD, draw);

        most = height > most ? height : most;
    }
    return most + 2 * PAD;
}

/* --- Pages --------------------------------------------------------------- */

static void line_at(struct pages *p, double y)
{
    cairo_set_source_rgb(p->cairo, 0.75, 0.75, 0.75);
    cairo_set_line_width(p->cairo, 0.5);
    cairo_move_to(p->cairo, MARGIN, y);
    cairo_line_to(p->cairo, WIDTH - MARGIN, y);
    cairo_stroke(p->cairo);
    cairo_set_source_rgb(p->cairo, 0, 0, 0);
}

static void headings(struct pages *p)
{
    double height;

    pango_layout_set_font_description(p->layout, p->bold);
    height = row_at(p, p->columns, p->y, false);
    cairo_set_source_rgb(p->cairo, 0.92, 0.92, 0.92);
    cairo_rectangle(p->cairo, MARGIN, p->y, WIDTH - 2 * MARGIN, height);
    cairo_fill(p->cairo);
    cairo_set_source_rgb(p->cairo, 0, 0, 0);
    row_at(p, p->columns, p->y, true);
    p->y += height;
    pango_layout_set_font_description(p->layout, p->plain);
}

static void end_page(struct pages *p)
{
    char number[32];

    snprintf(number, sizeof(number), "%u", p->page);
    text_at(p, str_c(number), 60, WIDTH - MARGIN - 30, HEIGHT - MARGIN + 8,
            true);
    cairo_show_page(p->cairo);
}

static void next_page(struct pages *p)
{
    end_page(p);
    p->page++;
    p->y = MARGIN;
    headings(p);
}

int pages_row(struct pages *p, const struct jval *row, struct err *err)
{
    double height = row_at(p, row, p->y, false);
    cairo_status_t status;

    if (p->y + height > HEIGHT - MARGIN)
        next_page(p);
    row_at(p, row, p->y, true);
    p->y += height;
    line_at(p, p->y);
    status = cairo_status(p->cairo);
    return status == CAIRO_STATUS_SUCCESS
               ? 0
               : err_set(err, E_IO, "%s", cairo_status_to_string(status));
}

/* --- Beginning and end --------------------------------------------------- */

static int set_columns(struct pages *p, const struct jval *head,
                       struct err *err)
{
    const struct jval *weights = jval_get(head, "weights");
    double total = 0;
    double at = MARGIN;

    p->count = jval_count(jval_get(head, "columns"));
    if (p->count == 0 || p->count > PAGE_COLUMNS_MAX ||
        jval_count(weights) != p->count)
        return err_set(err, E_INVALID, "a table has 1 to %d columns",
                       PAGE_COLUMNS_MAX);
    for (size_t i = 0; i < p->count; i++)
        total += (double)(jval_i64(jval_at(weights, i), 1) + 1);
    for (size_t i = 0; i < p->count; i++) {
        p->x[i] = at;
        at += (double)(jval_i64(jval_at(weights, i), 1) + 1) / total *
              (WIDTH - 2 * MARGIN);
    }
    p->x[p->count] = at;
    p->columns = jval_copy(jval_get(head, "columns"));
    return 0;
}

static void title(struct pages *p, const struct jval *head)
{
    double width = WIDTH - 2 * MARGIN;
    str text = jval_text(jval_get(head, "title"), STR(""));

    cairo_pdf_surface_set_metadata(p->surface, CAIRO_PDF_METADATA_TITLE,
                                   text.n > 0 ? text.p : "report");
    pango_layout_set_font_description(p->layout, p->large);
    p->y = MARGIN;
    p->y += text_at(p, text, width, MARGIN, p->y, true) + PAD;
    pango_layout_set_font_description(p->layout, p->plain);
    p->y += text_at(p, jval_text(jval_get(head, "note"), STR("")), width,
                    MARGIN, p->y, true) +
            2 * PAD;
    headings(p);
}

int pages_new(const struct jval *head, int fd, struct pages **out,
              struct err *err)
{
    AUTO(pages_freep) struct pages *p = mem_alloc(1, sizeof(*p));
    static int to;
    int rc = set_columns(p, head, err);

    if (rc < 0)
        return rc;
    to = fd;
    p->page = 1;
    p->surface =
        cairo_pdf_surface_create_for_stream(write_all, &to, WIDTH, HEIGHT);
    p->cairo = cairo_create(p->surface);
    p->layout = pango_cairo_create_layout(p->cairo);
    p->plain = pango_font_description_from_string("sans 7");
    p->bold = pango_font_description_from_string("sans bold 7");
    p->large = pango_font_description_from_string("sans bold 13");
    pango_layout_set_wrap(p->layout, PANGO_WRAP_WORD_CHAR);
    title(p, head);
    *out = TAKE(p);
    return 0;
}

int pages_finish(struct pages *p, struct err *err)
{
    cairo_status_t status;

    end_page(p);
    cairo_surface_finish(p->surface);
    status = cairo_surface_status(p->surface);
    return status == CAIRO_STATUS_SUCCESS
               ? 0
               : err_set(err, E_IO, "%s", cairo_status_to_string(status));
}

void pages_free(struct pages *p)
{
    if (p == NULL)
        return;
    if (p->layout != NULL)
        g_object_unref(p->layout);
    pango_font_description_free(p->plain);
    pango_font_description_free(p->bold);
    pango_font_description_free(p->large);
    if (p->cairo != NULL)
        cairo_destroy(p->cairo);
    if (p->surface != NULL)
        cairo_surface_destroy(p->surface);
    jval_free(p->columns);
    mem_free(p);
}

void pages_freep(struct pages **pages)
{
    pages_free(*pages);
}
