/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/findings.h"

#include "base/arena.h"
#include "base/map.h"
#include "cli/fix.h"
#include "cli/help.h"
#include "cli/table.h"
#include "oval/finding.h"
#include "oval/reason.h"
#include "version/dpkg.h"

enum {
    UNDECIDED_SHOWN = 5,
    PACKAGE_LEAST = 12,
    VERSION_LEAST = 10,
    TITLE_LEAST = 12,
};

struct row { /* of the table: one definition, or all about one package */
    struct oval_weight weight;
    str severity;
    str package; /* empty: the definition names none */
    str installed;
    str fixed;
    str title;
    str id;
    str cve; /* one that is exploited, or the latest */
    bool cve_exploited;
    uint32_t cves;
    uint32_t definitions;
    uint32_t packages; /* more than `package` itself */
};

struct undecided {
    str id;
    str title;
    str reason;
    enum oval_result result;
};

struct source { /* of severities */
    str name;
    uint32_t findings;
};

struct findings {
    const struct findings_options *options;
    struct arena arena;
    VEC(struct row) rows;
    VEC(struct source) sources;
    struct map by_package;
    struct map cves; /* "ROW CVE" of all that are affected */
    struct fix_list fixes;
    struct undecided undecided[UNDECIDED_SHOWN];
    uint32_t undecided_count;
    uint32_t affected;    /* definitions of vulnerabilities and patches */
    uint32_t failed;      /* definitions of other classes that mean bad */
    uint32_t exploited;   /* of both: known to be exploited */
    uint32_t not_stated;  /* of both: without a severity */
    str exploited_source; /* who says so */
};

static void clear(struct findings *f)
{
    arena_clear(&f->arena);
    vec_clear(&f->rows);
    vec_clear(&f->sources);
    map_clear(&f->by_package);
    map_clear(&f->cves);
    fix_list_clear(&f->fixes);
}

/* True when version a is newer than b; equal or not comparable: false. */
static bool is_newer(str a, str b)
{
    int order = 0;

    return b.n == 0 ||
           (dpkg_version_compare(a, b, &order, NULL) == 0 && order > 0);
}

static void merge(struct findings *f, struct row *row,
                  const struct oval_finding *finding)
{
    const struct oval_fix *fix =
        finding->fixes.n > 0 ? &finding->fixes.p[0] : NULL;

    struct oval_weight weight = oval_finding_weight(finding);

    if (row->definitions == 0 || oval_weight_compare(weight, row->weight) < 0) {
        weight.exploited |= row->weight.exploited;
        row->weight = weight;
        row->severity = arena_str(&f->arena, oval_finding_severity(finding));
        row->title = arena_str(&f->arena, finding->title);
        row->id = arena_str(&f->arena, finding->id);
    }
    row->weight.exploited |= finding->exploited;
    if (fix != NULL && is_newer(fix->fixed, row->fixed))
        row->fixed = arena_str(&f->arena, fix->fixed);
    if (fix != NULL && row->installed.n == 0)
        row->installed = arena_str(&f->arena, fix->installed);
    if (finding->fixes.n > row->packages)
        row->packages = (uint32_t)finding->fixes.n;
    row->definitions++;
}

static bool is_exploited(const struct oval_finding *finding, str cve)
{
    for (size_t i = 0; finding->exploited && i < finding->ratings.n; i++) {
        if (str_eq(finding->ratings.p[i].cve, cve))
            return finding->ratings.p[i].exploited;
    }
    return false;
}

/* The CVE that stands for its row. */
static void show_cve(struct findings *f, struct row *row, str cve,
                     bool exploited)
{
    if (row->cve.n > 0 &&
        (row->cve_exploited > exploited ||
         (row->cve_exploited == exploited && str_cmp(cve, row->cve) <= 0)))
        return;
    row->cve = arena_str(&f->arena, cve);
    row->cve_exploited = exploited;
}

/* Counts the CVEs of the finding that its row did not have yet. */
static void add_cves(struct findings *f, struct row *row, uint32_t index,
                     const struct oval_finding *finding)
{
    for (size_t i = 0; i < finding->cves.n; i++) {
        str key = arena_printf(&f->arena, "%u %" PRIstr, index,
                               ARGstr(finding->cves.p[i].id));
        uint32_t before = f->cves.n;

        map_add(&f->cves, key, index);
        if (f->cves.n == before)
            continue;
        row->cves++;
        show_cve(f, row, finding->cves.p[i].id,
                 is_exploited(finding, finding->cves.p[i].id));
    }
}

static uint32_t row_of(struct findings *f, const struct oval_finding *finding)
{
    uint32_t next = (uint32_t)f->rows.n;
    str package = STR_NONE;
    uint32_t index = next;

    if (finding->fixes.n > 0)
        package = arena_str(&f->arena, finding->fixes.p[0].package);
    if (!f->options->all && package.n > 0)
        index = map_add(&f->by_package, package, next);
    if (index == next)
        vec_push(&f->rows)->package = package;
    return index;
}

static void count_source(struct findings *f, const struct oval_finding *finding)
{
    str name = finding->severity_source;
    struct source *source;

    if (finding->severity.n == 0) {
        f->not_stated++;
        return;
    }
    if (name.n == 0)
        name = STR("the content");
    for (size_t i = 0; i < f->sources.n; i++) {
        if (str_eq(f->sources.p[i].name, name)) {
            f->sources.p[i].findings++;
            return;
        }
    }
    source = vec_push(&f->sources);
    source->name = arena_str(&f->arena, name);
    source->findings = 1;
}

static void count_exploited(struct findings *f,
                            const struct oval_finding *finding)
{
    if (!finding->exploited)
        return;
    f->exploited++;
    for (size_t i = 0; f->exploited_source.n == 0 && i < finding->ratings.n;
         i++)
        f->exploited_source =
            arena_str(&f->arena, finding->ratings.p[i].exploited_source);
}

static void add_finding(struct findings *f, const struct oval_finding *finding)
{
    uint32_t index = row_of(f, finding);

    count_source(f, finding);
    count_exploited(f, finding);
    merge(f, &f->rows.p[index], finding);
    add_cves(f, &f->rows.p[index], index, finding);
    for (size_t i = 0; i < finding->fixes.n; i++)
        fix_list_add(&f->fixes, finding->fixes.p[i].package);
}

static void add_undecided(struct findings *f, struct oval_eval *eval,
                          const struct oval_finding *finding)
{
    struct oval_reasons reasons = { 0 };
    struct undecided *at;

    if (f->undecided_count++ >= UNDECIDED_SHOWN)
        return;
    oval_reasons_fill(&reasons, eval, finding->definition);
    at = &f->undecided[f->undecided_count - 1];
    at->id = arena_str(&f->arena, finding->id);
    at->title = arena_str(&f->arena, finding->title);
    at->result = finding->result;
    if (reasons.texts.n > 0)
        at->reason = arena_str(&f->arena, reasons.texts.p[0]);
    oval_reasons_clear(&reasons);
}

static void gather(struct findings *f, const struct oval_report *report)
{
    AUTO(oval_finding_clear)
    struct oval_finding finding = { .rater = report->rater };
    struct oval_report_step step = { 0 };

    while (oval_report_next(report, &step)) {
        if (step.meaning != OVAL_MEANS_BAD &&
            step.meaning != OVAL_MEANS_UNDECIDED)
            continue;
        oval_finding_fill(&finding, step.eval, step.definition);
        if (step.meaning == OVAL_MEANS_UNDECIDED) {
            add_undecided(f, step.eval, &finding);
            continue;
        }
        add_finding(f, &finding);
        if (step.class_ == OVAL_CLASS_VULNERABILITY ||
            step.class_ == OVAL_CLASS_PATCH)
            f->affected++;
        else
            f->failed++;
    }
}

static int by_rank(const void *a, const void *b)
{
    const struct row *x = a;
    const struct row *y = b;
    int order;

    order = oval_weight_compare(x->weight, y->weight);
    if (order != 0)
        return order;
    order = str_cmp(x->package, y->package);
    if (order != 0)
        return order;
    order = str_cmp(y->cve, x->cve);
    return order != 0 ? order : str_cmp(x->id, y->id);
}

static enum term_style style_of(enum oval_rank rank)
{
    switch (rank) {
    case OVAL_RANK_CRITICAL:
    case OVAL_RANK_HIGH:
        return TERM_RED;
    case OVAL_RANK_MEDIUM:
        return TERM_YELLOW;
    default:
        return TERM_PLAIN;
    }
}

static str package_text(struct arena *arena, const struct row *row)
{
    if (row->packages < 2)
        return row->package;
    return arena_printf(arena, "%" PRIstr " +%u", ARGstr(row->package),
                        row->packages - 1);
}

static str or_dash(str text)
{
    return text.n > 0 ? text : STR("-");
}

/* OVAL writes the epoch always; people leave it out when it is 0. */
static str version_text(str evr)
{
    return or_dash(str_starts(evr, STR("0:")) ? str_sub(evr, 2, SIZE_MAX)
                                              : evr);
}

static void add_row(struct findings *f, const struct row *row,
                    struct table *table)
{
    str cells[] = {
        row->severity.n > 0 ? row->severity : STR("not stated"),
        row->weight.exploited ? f->exploited_source : STR("-"),
        or_dash(package_text(&f->arena, row)),
        version_text(row->installed),
        version_text(row->fixed),
        row->cves > 0 ? arena_printf(&f->arena, "%u", row->cves) : STR("-"),
        or_dash(row->cve),
        row->title,
    };

    table_add(table, style_of(row->weight.rank), cells);
}

static void print_rows(struct findings *f, const struct term *term,
                       struct buf *out)
{
    static const struct table_column columns[] = {
        { "SEVERITY", .least = 0 },
        { "EXPLOITED", .least = 0, .bare = true },
        { "PACKAGE", .least = PACKAGE_LEAST, .bare = true },
        { "INSTALLED", .least = VERSION_LEAST, .bare = true, .leave = 1 },
        { "FIXED IN", .least = VERSION_LEAST, .bare = true },
        { "CVES", .right = true, .bare = true },
        { "ONE CVE", .bare = true, .leave = 2 },
        { "TITLE", .least = TITLE_LEAST, .soft = true, .leave = 3 },
    };
    AUTO(table_clear) struct table table;

    table_init(&table, columns, COUNT(columns));
    qsort(f->rows.p, f->rows.n, sizeof(*f->rows.p), by_rank);
    for (size_t i = 0; i < f->rows.n; i++)
        add_row(f, &f->rows.p[i], &table);
    table_print(&table, term, out);
}

static int by_count(const void *a, const void *b)
{
    const struct source *x = a;
    const struct source *y = b;

    if (x->findings != y->findings)
        return x->findings > y->findings ? -1 : 1;
    return str_cmp(x->name, y->name);
}

/* Who states the severities that are shown (K-OV-10); with numbers when it is
 * not only the content. */
static void print_sources(struct findings *f, bool numbers,
                          const struct term *term, struct buf *out)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 16);

    if (f->sources.n > 0) {
        qsort(f->sources.p, f->sources.n, sizeof(*f->sources.p), by_count);
        buf_add_c(&text, "Severity is shown as stated by ");
    }
    for (size_t i = 0; i < f->sources.n; i++) {
        buf_printf(&text, "%s%" PRIstr, i > 0 ? ", " : "",
                   ARGstr(f->sources.p[i].name));
        if (numbers)
            buf_printf(&text, " (%u)", f->sources.p[i].findings);
    }
    if (f->sources.n > 0 && numbers && f->not_stated > 0)
        buf_printf(&text, "; not stated: %u", f->not_stated);
    if (f->sources.n > 0) {
        buf_add_char(out, '\n');
        term_text(term, out, buf_str(&text), TERM_WIDE);
        buf_add_c(out, ".\n");
    }
    if (f->exploited == 0)
        return;
    buf_printf(out, "%s%s%u finding%s known to be exploited (",
               f->sources.n > 0 ? "" : "\n", term_style(term, TERM_RED),
               f->exploited, f->exploited == 1 ? " is" : "s are");
    term_text(term, out, f->exploited_source, TERM_WIDE);
    buf_printf(out, ").%s\n", term_end(term));
}

static void print_undecided(const struct findings *f, const struct term *term,
                            struct buf *out)
{
    uint32_t shown = f->undecided_count < UNDECIDED_SHOWN ? f->undecided_count
                                                          : UNDECIDED_SHOWN;

    if (f->undecided_count == 0)
        return;
    buf_printf(out, "\n%sCould not be decided:%s\n",
               term_style(term, TERM_YELLOW), term_end(term));
    for (uint32_t i = 0; i < shown; i++) {
        AUTO(buf_clear) struct buf line = BUF(1 << 16);

        buf_printf(&line, "  %s  %" PRIstr ": %" PRIstr,
                   oval_result_text(f->undecided[i].result),
                   ARGstr(or_dash(f->undecided[i].title)),
                   ARGstr(or_dash(f->undecided[i].reason)));
        term_text(term, out, buf_str(&line), term->width);
        buf_add_char(out, '\n');
    }
    if (f->undecided_count > shown)
        buf_printf(out, "  and %u more\n", f->undecided_count - shown);
}

/* One CVE can be in the rows of several packages: count it once. */
static uint32_t count_cves(const struct findings *f,
                           const struct oval_report *report)
{
    AUTO(map_clear) struct map seen = MAP;
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(oval_finding_clear) struct oval_finding finding = OVAL_FINDING;
    struct oval_report_step step = { 0 };

    if (f->cves.n == 0)
        return 0;
    while (oval_report_next(report, &step)) {
        if (step.result != OVAL_TRUE || step.meaning != OVAL_MEANS_BAD)
            continue;
        oval_finding_fill(&finding, step.eval, step.definition);
        for (size_t k = 0; k < finding.cves.n; k++)
            map_add(&seen, arena_str(&arena, finding.cves.p[k].id), 0);
    }
    return seen.n;
}

static void add_count(struct buf *out, uint32_t n, const char *what)
{
    buf_printf(out, "%u %s%s", n, what, n == 1 ? "" : "s");
}

static void add_bad(const struct findings *f, uint32_t cves, struct buf *out)
{
    add_count(out, f->affected + f->failed, "finding");
    if (f->by_package.n > 0) {
        buf_add_c(out, " in ");
        add_count(out, f->by_package.n, "package");
    }
    if (cves > 0) {
        buf_add_c(out, ", with ");
        add_count(out, cves, "CVE");
    }
    buf_add_char(out, '.');
}

/* " (12 true, 3 false)." */
static void add_results(const struct oval_counts *counts, struct buf *out)
{
    const char *before = " (";

    for (unsigned r = 0; r < OVAL_RESULTS; r++) {
        if (counts->n[r] == 0)
            continue;
        buf_printf(out, "%s%u %s", before, counts->n[r], oval_result_text(r));
        before = ", ";
    }
    buf_add_c(out, counts->total > 0 ? ")." : ".");
}

static void print_counts(const struct findings *f,
                         const struct oval_report *report,
                         const struct term *term, struct buf *out)
{
    AUTO(buf_clear) struct buf text = BUF(4096);
    struct oval_counts counts;
    bool bad = f->affected + f->failed > 0;
    bool clean = !bad && f->undecided_count == 0;

    oval_report_count(report, &counts);
    if (bad)
        add_bad(f, count_cves(f, report), &text);
    else
        buf_add_c(&text, clean ? "Nothing bad was found."
                               : "Nothing bad was found, but not everything "
                                 "could be decided.");
    buf_add_c(&text, " Evaluated: ");
    add_count(&text, counts.total, "definition");
    add_results(&counts, &text);
    if (f->undecided_count > 0)
        buf_printf(&text, " Not decided: %u.", f->undecided_count);
    if (f->rows.n > 0 || f->undecided_count > 0)
        buf_add_char(out, '\n');
    buf_add_c(out, term_style(term, clean ? TERM_GREEN : TERM_BOLD));
    term_wrap(out, buf_str(&text), 0, term->width);
    buf_add_c(out, term_end(term));
}

void findings_print(const struct oval_report *report,
                    const struct findings_options *options,
                    const struct term *term, struct buf *out)
{
    AUTO(clear) struct findings f = { .options = options };

    gather(&f, report);
    if (f.rows.n > 0)
        print_rows(&f, term, out);
    print_sources(&f, report->rater != NULL, term, out);
    print_undecided(&f, term, out);
    print_counts(&f, report, term, out);
    if (options->hints && report->rater == NULL && f.not_stated > 0)
        buf_add_c(out, "Severity not stated by the content; 'holdfast risk "
                       "import' adds CVSS, EPSS and KEV.\n");
    if (options->hints)
        fix_list_print(&f.fixes, options->root, term, out);
}

int findings_show(const struct oval_report *report,
                  const struct findings_options *options, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(FINDINGS_TEXT_MAX);
    struct term term = term_init();

    findings_print(report, options, &term, &out);
    return help_print(&out, err);
}
