/* SPDX-License-Identifier: Apache-2.0
 *
 * holdfast-print: a table on standard input, a PDF or a spreadsheet on
 * standard output. The first line is the head as JSON, whose format says which;
 * every other one a row: an array of texts, in a sheet also of integers.
 *
 * It is a helper program (confine/helper.h).
 */
#include <unistd.h>

#include "confine/helper.h"
#include "print/page.h"
#include "print/sheet.h"

enum {
    LINE_MAX_BYTES = 1 << 20,
    READ_SIZE = 1 << 16,
};

struct input {
    struct buf line;
    struct pages *pages; /* or */
    struct sheet *sheet;
    char bytes[READ_SIZE];
};

static int begin(struct input *in, const struct jval *head, struct err *err)
{
    if (str_eq_c(jval_text(jval_get(head, "format"), STR("pdf")), "xlsx"))
        return sheet_new(head, &in->sheet, err);
    return pages_new(head, STDOUT_FILENO, &in->pages, err);
}

static int take_line(struct input *in, struct err *err)
{
    AUTO(jval_freep) struct jval *json = NULL;
    int rc = buf_finish(&in->line, "a line of the table", err);

    if (rc == 0)
        rc = jval_parse(buf_str(&in->line), LINE_MAX_BYTES, &json, err);
    buf_reset(&in->line);
    if (rc < 0)
        return rc;
    if (in->pages == NULL && in->sheet == NULL)
        return begin(in, json, err);
    return in->sheet != NULL ? sheet_row(in->sheet, json, err)
                             : pages_row(in->pages, json, err);
}

static int take(struct input *in, str bytes, struct err *err)
{
    int rc = 0;

    while (rc == 0 && bytes.n > 0) {
        size_t end = str_find_char(bytes, '\n');

        buf_add(&in->line, str_sub(bytes, 0, end));
        if (end == bytes.n)
            return 0;
        bytes = str_sub(bytes, end + 1, bytes.n);
        rc = take_line(in, err);
    }
    return rc;
}

static int run(struct input *in, struct err *err)
{
    ssize_t n;
    int rc = 0;

    while (rc == 0 && (n = read(STDIN_FILENO, in->bytes, READ_SIZE)) > 0)
        rc = take(in, (str){ in->bytes, (size_t)n }, err);
    if (rc == 0 && in->pages == NULL && in->sheet == NULL)
        rc = err_set(err, E_INVALID, "there is no table on standard input");
    if (rc < 0)
        return rc;
    return in->sheet != NULL ? sheet_finish(in->sheet, STDOUT_FILENO, err)
                             : pages_finish(in->pages, err);
}

static int print_one(struct err *err)
{
    static struct input in = { .line = BUF(LINE_MAX_BYTES) };
    int rc = run(&in, err);

    pages_free(in.pages);
    sheet_free(in.sheet);
    buf_clear(&in.line);
    return rc;
}

int main(int argc, char **argv)
{
    static const struct helper_program program = {
        .name = "holdfast-print",
        .run = print_one,
        .reads = true, /* fonts */
        .memory_max = 1 << 30,
        .output_max = 2047U << 20, /* also the bare sheet, in memory */
        .time_s = 240,             /* a full sheet is a million rows */
    };

    return helper_main(&program, argc, argv);
}
