/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/term.h"

#include <langinfo.h>
#include <locale.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

enum {
    WIDTH_DEFAULT = 80,
    WIDTH_MIN = 20,
    SHOW_AFTER_MS = 1000,
    REDRAW_MS = 100,
    BAR_CELLS = 24,
    RATIO = 1000,
    MEGABYTE = 1000 * 1000,
};

static const char *const styles[TERM_STYLES] = {
    [TERM_PLAIN] = "",          [TERM_BOLD] = "\033[1m",
    [TERM_DIM] = "\033[2m",     [TERM_RED] = "\033[1;31m",
    [TERM_YELLOW] = "\033[33m", [TERM_GREEN] = "\033[32m",
    [TERM_CYAN] = "\033[36m",
};

static unsigned width_of(int fd)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    int64_t n;

    if (columns != NULL &&
        str_to_i64(str_c(columns), WIDTH_MIN, TERM_WIDE, &n, NULL) == 0)
        return (unsigned)n;
    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= WIDTH_MIN)
        return size.ws_col;
    return WIDTH_DEFAULT;
}

struct term term_init(void)
{
    const char *no_colour = getenv("NO_COLOR");
    const char *kind = getenv("TERM");
    struct term term = { .width = TERM_WIDE };

    setlocale(LC_CTYPE, "");
    term.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    term.tty = isatty(STDOUT_FILENO);
    if (term.tty)
        term.width = width_of(STDOUT_FILENO);
    term.colour = term.tty && (no_colour == NULL || no_colour[0] == '\0') &&
                  kind != NULL && strcmp(kind, "dumb") != 0;
    return term;
}

const char *term_style(const struct term *term, enum term_style style)
{
    return term->colour ? styles[style] : "";
}

const char *term_end(const struct term *term)
{
    return term->colour ? "\033[0m" : "";
}

/* The first character of text: its bytes, and its columns in *out_columns, or
 * -1 when a terminal must not see it. */
static size_t next_char(str text, int *out_columns)
{
    mbstate_t state = { 0 };
    wchar_t c = 0;
    size_t n;

    if ((unsigned char)text.p[0] < 0x80) {
        *out_columns = text.p[0] < ' ' || text.p[0] == 0x7f ? -1 : 1;
        return 1;
    }
    n = mbrtowc(&c, text.p, text.n, &state);
    if (n == 0 || n > text.n) {
        *out_columns = -1;
        return 1;
    }
    *out_columns = wcwidth(c);
    return n;
}

size_t term_columns(str text)
{
    size_t columns = 0;

    while (text.n > 0) {
        int width;
        size_t n = next_char(text, &width);

        columns += width < 0 ? 1 : (size_t)width;
        text = str_sub(text, n, text.n - n);
    }
    return columns;
}

static void add_char(struct buf *out, str bytes, int width)
{
    if (width >= 0)
        buf_add(out, bytes);
    else if (bytes.p[0] == '\n' || bytes.p[0] == '\t' || bytes.p[0] == '\r')
        buf_add_char(out, ' ');
    else
        buf_add_char(out, '?');
}

void term_text(const struct term *term, struct buf *out, str text,
               size_t columns)
{
    str ellipsis = term->utf8 ? STR("\u2026") : STR("...");
    size_t mark = term->utf8 ? 1 : 3;
    bool cut = term_columns(text) > columns;
    size_t used = 0;

    if (cut && columns <= mark)
        mark = columns;
    while (text.n > 0) {
        int width;
        size_t n = next_char(text, &width);
        size_t cells = width < 0 ? 1 : (size_t)width;

        if (cut && used + cells + mark > columns)
            break;
        add_char(out, str_sub(text, 0, n), width);
        used += cells;
        text = str_sub(text, n, text.n - n);
    }
    if (cut)
        buf_add(out, term->utf8 ? ellipsis : str_sub(ellipsis, 0, mark));
}

void term_report(const char *what, const struct err *err)
{
    AUTO(buf_clear) struct buf line = BUF(8192);
    struct term term = term_init();

    term_text(&term, &line, str_c(err_text(err)), TERM_WIDE);
    fprintf(stderr, "holdfast: %s%s\n", what, buf_c(&line));
}

static void add_indent(struct buf *out, unsigned indent)
{
    for (unsigned i = 0; i < indent; i++)
        buf_add_char(out, ' ');
}

static void wrap_line(struct buf *out, str line, unsigned indent,
                      unsigned width)
{
    size_t column = 0;

    while (line.n > 0) {
        str word = str_cut(&line, ' ');
        size_t cells = term_columns(word);

        if (word.n == 0)
            continue;
        if (column > indent && column + 1 + cells > width) {
            buf_add_char(out, '\n');
            column = 0;
        }
        if (column == 0) {
            add_indent(out, indent);
            column = indent;
        } else {
            buf_add_char(out, ' ');
            column++;
        }
        buf_add(out, word);
        column += cells;
    }
    buf_add_char(out, '\n');
}

void term_wrap(struct buf *out, str text, unsigned indent, unsigned width)
{
    while (text.n > 0) {
        str line = str_cut(&text, '\n');

        if (line.n > 0 && line.p[0] == ' ') {
            add_indent(out, indent);
            buf_add(out, line);
            buf_add_char(out, '\n');
        } else {
            wrap_line(out, line, indent, width);
        }
    }
}

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void progress_init(struct progress *progress, const char *what, bool quiet)
{
    *progress = (struct progress){
        .what = what,
        .on = !quiet && isatty(STDERR_FILENO),
        .start_ms = now_ms(),
    };
}

static void draw(const struct progress *progress, uint64_t done, uint64_t total)
{
    AUTO(buf_clear) struct buf line = BUF(4096);
    uint64_t part = total == 0      ? 0
                    : done >= total ? RATIO
                                    : done * RATIO / total;

    buf_printf(&line, "\r\033[K%s", progress->what);
    if (total > 0 && width_of(STDERR_FILENO) >= BAR_CELLS * 2) {
        buf_add_c(&line, " [");
        for (unsigned i = 0; i < BAR_CELLS; i++)
            buf_add_char(&line, i * RATIO < part * BAR_CELLS ? '#' : '-');
        buf_add_char(&line, ']');
    }
    if (total > 0)
        buf_printf(&line, " %3u%%", (unsigned)(part * 100 / RATIO));
    else if (done >= MEGABYTE) /* only bytes have no known end */
        buf_printf(&line, " %llu MB", (unsigned long long)(done / MEGABYTE));
    fputs(buf_c(&line), stderr);
    fflush(stderr);
}

void progress_update(struct progress *progress, uint64_t done, uint64_t total)
{
    int64_t now;

    if (!progress->on)
        return;
    now = now_ms();
    if (now - progress->start_ms < SHOW_AFTER_MS ||
        now - progress->drawn_ms < REDRAW_MS)
        return;
    progress->drawn_ms = now;
    progress->shown = true;
    draw(progress, done, total);
}

void progress_end(struct progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
    progress->shown = false;
    progress->on = false;
}
