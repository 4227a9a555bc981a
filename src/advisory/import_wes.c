/* SPDX-License-Identifier: Apache-2.0
 *
 * A table of Windows updates, as Windows Exploit Suggester (WES-NG) publishes
 * it: one line a vulnerability, update and product.
 *
 *   "DatePosted","CVE","BulletinKB","Title","AffectedProduct",
 *   "AffectedComponent","Severity","Impact","Supersedes","Exploits"
 *
 * "Supersedes" names updates between semicolons. A row without an update says
 * that a product is affected. Exploits (links) mean that one is public, not
 * that it is used.
 */
#include "advisory/windows_int.h"

enum wes_column {
    WES_DATE,
    WES_CVE,
    WES_KB,
    WES_TITLE,
    WES_PRODUCT,
    WES_COMPONENT,
    WES_SEVERITY,
    WES_IMPACT,
    WES_SUPERSEDES,
    WES_EXPLOITS,
    WES_COLUMNS
};

struct wes {
    struct advisory_reader *reader;
    struct reader_lines lines;
    struct buf space;  /* fields without their quotes */
    struct buf record; /* of several lines */
    struct windows_updates updates;
    struct map replaced; /* supersedences that were added */
};

/* A field: up to the next comma, or between quotes, where two are one. */
static int cut_field(struct wes *wes, str *line, str *out, struct err *err)
{
    size_t begin = wes->space.n;
    size_t i = 1;

    if (!str_starts(*line, STR("\""))) {
        *out = str_cut(line, ',');
        return 0;
    }
    for (; i < line->n; i++) {
        if (line->p[i] == '"' && (i + 1 == line->n || line->p[i + 1] != '"'))
            break;
        buf_add_char(&wes->space, line->p[i]);
        i += line->p[i] == '"';
    }
    if (i >= line->n || (i + 1 < line->n && line->p[i + 1] != ','))
        return err_set(err, E_PARSE, "a quoted field does not end");
    *out = str_sub(buf_str(&wes->space), begin, SIZE_MAX);
    *line = str_sub(*line, i + 2, SIZE_MAX);
    return 0;
}

static int cut_fields(struct wes *wes, str line, str fields[WES_COLUMNS],
                      struct err *err)
{
    int rc = 0;

    buf_reset(&wes->space);
    (void)buf_grow(&wes->space, line.n); /* so that it does not move */
    buf_reset(&wes->space);
    for (size_t i = 0; rc == 0 && i < WES_COLUMNS; i++)
        rc = cut_field(wes, &line, &fields[i], err);
    if (rc == 0 && line.n > 0)
        rc = err_set(err, E_PARSE, "more than %d columns", WES_COLUMNS);
    return rc;
}

/* A text between quotes may go over several lines. */
static bool is_open(str line)
{
    bool quoted = false;

    for (size_t i = 0; i < line.n; i++)
        quoted ^= line.p[i] == '"';
    return quoted;
}

static int next_record(struct wes *wes, str *out, struct err *err)
{
    int rc = reader_line(&wes->lines, out, err);

    if (rc != 0 || !is_open(*out))
        return rc;
    buf_reset(&wes->record);
    buf_add(&wes->record, *out);
    while (is_open(buf_str(&wes->record))) {
        rc = reader_line(&wes->lines, out, err);
        if (rc != 0)
            return rc < 0
                       ? rc
                       : err_set(err, E_PARSE, "a quoted field does not end");
        buf_add_char(&wes->record, ' ');
        buf_add(&wes->record, *out);
        rc = buf_finish(&wes->record, "a record", err);
        if (rc < 0)
            return rc;
    }
    *out = buf_str(&wes->record);
    return 0;
}

static bool is_number(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    }
    return text.n > 0;
}

/* "20230912" */
static uint16_t day_of(str text)
{
    char iso[] = "0000-00-00";

    if (text.n != 8 || !is_number(text))
        return 0;
    memcpy(iso, text.p, 4);
    memcpy(iso + 5, text.p + 4, 2);
    memcpy(iso + 8, text.p + 6, 2);
    return reader_day(str_c(iso));
}

/* The table repeats it in each line. */
static int add_supersedes(struct wes *wes, const str fields[WES_COLUMNS],
                          struct err *err)
{
    str list = fields[WES_SUPERSEDES];
    struct arena *arena = &wes->updates.arena;
    AUTO(buf_clear) struct buf id = BUF(ADVISORY_NAME_MAX * 2);
    AUTO(buf_clear) struct buf old = BUF(ADVISORY_NAME_MAX * 2);
    AUTO(buf_clear) struct buf key = BUF(ADVISORY_NAME_MAX * 8);
    int rc = 0;

    windows_patch_id(fields[WES_KB], &id);
    while (rc == 0 && list.n > 0 && id.n > 0) {
        str name = str_trim(str_cut(&list, ';'));

        windows_patch_id(name, &old);
        buf_reset(&key);
        buf_printf(&key, "%" PRIstr "\n%" PRIstr "\n%" PRIstr,
                   ARGstr(buf_str(&id)), ARGstr(buf_str(&old)),
                   ARGstr(fields[WES_PRODUCT]));
        if (name.n == 0 || map_get(&wes->replaced, buf_str(&key)) != MAP_NONE)
            continue;
        map_add(&wes->replaced, arena_str(arena, buf_str(&key)), 1);
        rc = advisory_draft_supersedes(wes->reader->draft, buf_str(&id),
                                       buf_str(&old), fields[WES_PRODUCT], err);
    }
    return rc;
}

/* "None", and what a script wrote for a list, are no severity. */
static str severity_of(str text)
{
    return advisory_severity_of(text) == ADVISORY_UNASSIGNED ? STR("") : text;
}

static int on_line(struct wes *wes, str line, struct err *err)
{
    str fields[WES_COLUMNS];
    struct windows_row row;
    char space[DAY_TEXT_SIZE];
    int rc = cut_fields(wes, line, fields, err);

    if (rc < 0)
        return rc;
    row = (struct windows_row){
        .vulnerability = fields[WES_CVE],
        .patch = is_number(fields[WES_KB]) ? fields[WES_KB] : STR(""),
        .product = fields[WES_PRODUCT],
        .title = fields[WES_TITLE],
        .kind = fields[WES_IMPACT],
        .severity = severity_of(fields[WES_SEVERITY]),
        .day = day_of(fields[WES_DATE]),
    };
    if (row.day != 0)
        reader_date(wes->reader, day_text(row.day, space));
    if (row.product.n == 0 || (row.patch.n == 0 && row.vulnerability.n == 0)) {
        wes->reader->skipped++;
        return 0;
    }
    rc = windows_add(&wes->updates, &row, err);
    return rc < 0 ? rc : add_supersedes(wes, fields, err);
}

int import_wes(struct advisory_reader *reader, struct err *err)
{
    struct wes wes = { .reader = reader,
                       .lines = READER_LINES(reader->stream),
                       .space = BUF(READER_LINE_MAX),
                       .record = BUF(READER_LINE_MAX) };
    int rc = advisory_draft_document(reader->draft, STR("table"), err);
    str line;

    reader->documents = 1;
    if (rc == 0)
        rc = reader_line(&wes.lines, &line, err); /* the names of columns */
    while (rc == 0 && (rc = next_record(&wes, &line, err)) == 0) {
        if (line.n > 0 && line.p[0] != '#')
            rc = on_line(&wes, line, err);
        if (rc < 0)
            break;
    }
    if (rc < 0)
        err_wrap(err, rc, "line %llu", (unsigned long long)wes.lines.line);
    if (rc > 0)
        rc = windows_finish(&wes.updates, reader->draft, err);
    windows_clear(&wes.updates);
    map_clear(&wes.replaced);
    buf_clear(&wes.lines.buf);
    buf_clear(&wes.space);
    buf_clear(&wes.record);
    return rc;
}
