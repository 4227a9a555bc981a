/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/fleet_report.h"

#include <stdlib.h>

#include "base/json_write.h"
#include "cli/help.h"
#include "cli/table.h"
#include "oval/report.h"

enum {
    TOP_SHOWN = 15,
    TEXT_MAX = 1 << 20
};

void fleet_report_init(struct fleet_report *report,
                       const struct oval_content *content,
                       const struct oval_fleet *fleet)
{
    *report = (struct fleet_report){ .content = content, .fleet = fleet };
    report->definitions =
        mem_alloc(content->definitions.n + 1, sizeof(*report->definitions));
}

void fleet_report_clear(struct fleet_report *report)
{
    mem_free(report->definitions);
    vec_clear(&report->devices);
}

void fleet_report_add(struct fleet_report *report, str device,
                      const uint32_t counts[OVAL_RESULTS])
{
    struct fleet_report_device *row = vec_push(&report->devices);

    row->name = device;
    memcpy(row->n, counts, sizeof(row->n));
    for (unsigned i = 0; i < OVAL_RESULTS; i++)
        report->total[i] += counts[i];
}

/* Devices on which the definition means bad, or is not decided. */
static uint32_t devices_of(const struct fleet_report *report, uint32_t i,
                           enum oval_meaning meaning)
{
    enum oval_class class_ = report->content->definitions.p[i].class_;
    uint32_t n = 0;

    for (unsigned r = 0; r < OVAL_RESULTS; r++)
        if (oval_meaning_of(class_, r) == meaning)
            n += report->definitions[i].n[r];
    return n;
}

bool fleet_report_found(const struct fleet_report *report)
{
    for (uint32_t i = 0; i < report->content->definitions.n; i++)
        if (devices_of(report, i, OVAL_MEANS_BAD) > 0 ||
            devices_of(report, i, OVAL_MEANS_UNDECIDED) > 0)
            return true;
    return false;
}

/* --- JSON --- */

static void number(struct json_writer *w, const char *key, uint64_t value)
{
    json_write_key(w, key);
    json_write_i64(w, (int64_t)value);
}

static void write_counts(struct json_writer *w, const uint32_t *n)
{
    for (unsigned r = 0; r < OVAL_RESULTS; r++)
        number(w, oval_result_text(r), n[r]);
}

static void write_head(struct json_writer *w, const struct fleet_report *report)
{
    struct oval_fleet_stats stats = oval_fleet_stats(report->fleet);

    json_write_key(w, "counts");
    json_write_object(w);
    number(w, "devices", stats.devices);
    number(w, "definitions", report->content->definitions.n);
    number(w, "packages", stats.installed);
    number(w, "distinct packages", stats.packages);
    for (unsigned r = 0; r < OVAL_RESULTS; r++)
        number(w, oval_result_text(r), report->total[r]);
    json_write_object_end(w);
}

static void write_definitions(struct json_writer *w,
                              const struct fleet_report *report)
{
    const struct oval_content *c = report->content;

    json_write_key(w, "definitions");
    json_write_array(w);
    for (uint32_t i = 0; i < c->definitions.n; i++) {
        const struct oval_definition *d = &c->definitions.p[i];

        json_write_object(w);
        json_write_member(w, "id", oval_name_text(c, d->id));
        json_write_member(w, "class", str_c(oval_class_text(d->class_)));
        json_write_member(w, "title", oval_prose_text(c, d->title));
        number(w, "tested", report->devices.n);
        write_counts(w, report->definitions[i].n);
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

int fleet_report_json(const struct fleet_report *report, const char *path,
                      struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct json_writer *w;
    int rc = io_out_open(path, &out, err);

    if (rc < 0)
        return rc;
    w = json_write_new(out);
    json_write_object(w);
    write_head(w, report);
    write_definitions(w, report);
    json_write_key(w, "devices");
    json_write_array(w);
    for (size_t i = 0; i < report->devices.n; i++) {
        json_write_object(w);
        json_write_member(w, "device", report->devices.p[i].name);
        write_counts(w, report->devices.p[i].n);
        json_write_object_end(w);
    }
    json_write_array_end(w);
    json_write_object_end(w);
    json_write_free(w);
    return io_out_finish(out, err);
}

/* --- for people --- */

struct top { /* a definition in the table */
    uint32_t definition;
    uint32_t devices;
};

static int most_first(const void *a, const void *b)
{
    const struct top *x = a;
    const struct top *y = b;

    if (x->devices != y->devices)
        return x->devices > y->devices ? -1 : 1;
    return x->definition < y->definition ? -1 : x->definition > y->definition;
}

static str severity_of(const struct oval_content *c,
                       const struct oval_definition *d)
{
    for (uint32_t i = 0; i < d->note_count; i++) {
        const struct oval_note *note = &c->notes.p[d->note_first + i];
        str text = note->kind == OVAL_NOTE_SEVERITY
                       ? oval_prose_text(c, note->a)
                       : STR_NONE;

        if (text.n > 0)
            return text;
    }
    return STR("not stated");
}

static void add_row(const struct fleet_report *report, struct table *table,
                    const struct top *top)
{
    AUTO(buf_clear) struct buf devices = BUF(64);
    AUTO(buf_clear) struct buf unknown = BUF(64);
    const struct oval_content *c = report->content;
    const struct oval_definition *d = &c->definitions.p[top->definition];
    uint32_t open = devices_of(report, top->definition, OVAL_MEANS_UNDECIDED);

    buf_printf(&devices, "%u", top->devices);
    if (open > 0)
        buf_printf(&unknown, "%u", open);
    else
        buf_add_c(&unknown, "-");
    table_add(table, TERM_PLAIN,
              (str[]){ buf_str(&devices), buf_str(&unknown), severity_of(c, d),
                       oval_prose_text(c, d->title),
                       oval_name_text(c, d->id) });
}

static void show_top(const struct fleet_report *report, struct buf *out)
{
    static const struct table_column columns[] = {
        { "DEVICES", .right = true },
        { "UNDECIDED", .right = true, .bare = true, .leave = 2 },
        { "SEVERITY", .leave = 1 },
        { "TITLE", .least = 12 },
        { "DEFINITION", .least = 16, .soft = true, .leave = 3 },
    };
    AUTO(table_clear) struct table table;
    struct term term = term_init();
    uint32_t n = report->content->definitions.n;
    struct top *list = mem_alloc(n, sizeof(*list));
    uint32_t bad = 0;

    for (uint32_t i = 0; i < n; i++) {
        uint32_t devices = devices_of(report, i, OVAL_MEANS_BAD);

        if (devices > 0)
            list[bad++] = (struct top){ i, devices };
    }
    qsort(list, bad, sizeof(*list), most_first);
    table_init(&table, columns, COUNT(columns));
    for (uint32_t i = 0; i < bad && i < TOP_SHOWN; i++)
        add_row(report, &table, &list[i]);
    if (bad > 0)
        table_print(&table, &term, out);
    if (bad > TOP_SHOWN)
        buf_printf(out, "and %u more definitions (--tsv, --json)\n",
                   bad - TOP_SHOWN);
    mem_free(list);
}

/* Devices on which a definition means so, and how many such there are. */
struct sum {
    uint64_t findings;
    uint32_t definitions;
};

static struct sum sum_of(const struct fleet_report *report,
                         enum oval_meaning meaning)
{
    struct sum sum = { 0 };

    for (uint32_t i = 0; i < report->content->definitions.n; i++) {
        uint32_t n = devices_of(report, i, meaning);

        sum.findings += n;
        sum.definitions += n > 0;
    }
    return sum;
}

static uint32_t undecided_devices(const struct fleet_report *report)
{
    uint32_t n = 0;

    for (size_t i = 0; i < report->devices.n; i++)
        n += report->devices.p[i].n[OVAL_UNKNOWN] +
                 report->devices.p[i].n[OVAL_ERROR] >
             0;
    return n;
}

int fleet_report_show(const struct fleet_report *report, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(TEXT_MAX);
    struct oval_fleet_stats stats = oval_fleet_stats(report->fleet);
    struct sum bad = sum_of(report, OVAL_MEANS_BAD);
    struct sum open = sum_of(report, OVAL_MEANS_UNDECIDED);

    buf_printf(&out,
               "%u devices with %llu packages (%u different), %u "
               "definitions.\n",
               stats.devices, (unsigned long long)stats.installed,
               stats.packages, report->content->definitions.n);
    buf_printf(&out, "%llu findings of %u definitions.\n",
               (unsigned long long)bad.findings, bad.definitions);
    if (open.findings > 0)
        buf_printf(&out,
                   "%llu not decided, of %u definitions on %u devices: an "
                   "inventory does not tell what\nthey ask. They are not "
                   "clean.\n",
                   (unsigned long long)open.findings, open.definitions,
                   undecided_devices(report));
    if (bad.definitions > 0)
        buf_add_c(&out, "\n");
    show_top(report, &out);
    return help_print(&out, err);
}
