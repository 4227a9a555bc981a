/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/report_html.h"

#include "base/xml_write.h"
#include "oval/html_page.h"
#include "oval/mask.h"

enum {
    TEXT_MAX = 16 << 20, /* bytes of one escaped text */
    TREES_MAX = 3000,    /* findings with a tree */
    NODES_MAX = 500000,  /* of all trees: then no further tree is begun */
    OTHERS_MAX = 3000,   /* rows of what is no finding */
};

struct entry { /* a definition to be shown, in the order it is shown */
    uint32_t content;
    uint32_t definition;
    uint8_t meaning;
    struct oval_weight weight;
};

struct summary {
    VEC(struct entry) entries;
    uint32_t meanings[OVAL_MEANINGS];
    uint32_t ranks[OVAL_RANKS];
    uint32_t exploited;
    struct oval_counts counts;
};

/* --- writing --- */

void html_raw(struct html_page *page, const char *markup)
{
    io_out_write(page->out, str_c(markup));
}

void html_text(struct html_page *page, str text)
{
    buf_reset(&page->text);
    xml_escape(&page->text, text);
    io_out_write(page->out, buf_str(&page->text));
}

void html_text_c(struct html_page *page, const char *text)
{
    html_text(page, str_c(text));
}

void html_number(struct html_page *page, uint64_t number)
{
    io_out_printf(page->out, "%llu", (unsigned long long)number);
}

void html_stated(struct html_page *page, str text)
{
    html_text(page, text.n > 0 ? text : STR("not stated"));
}

bool html_is_web_address(str url)
{
    if (!str_eq_nocase(str_sub(url, 0, 7), STR("http://")) &&
        !str_eq_nocase(str_sub(url, 0, 8), STR("https://")))
        return false;
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= ' ' || url.p[i] == 0x7f)
            return false;
    return true;
}

void html_link(struct html_page *page, str url, str text)
{
    if (!html_is_web_address(url)) {
        html_text(page, text);
        return;
    }
    html_raw(page, "<a rel=\"noopener noreferrer\" href=\"");
    html_text(page, url);
    html_raw(page, "\">");
    html_text(page, text);
    html_raw(page, "</a>");
}

/* --- what there is to show --- */

static int by_weight(const void *a, const void *b)
{
    const struct entry *x = a;
    const struct entry *y = b;
    int order = oval_weight_compare(x->weight, y->weight);

    if (x->meaning != y->meaning)
        return x->meaning < y->meaning ? -1 : 1;
    if (order != 0)
        return order;
    if (x->content != y->content)
        return x->content < y->content ? -1 : 1;
    return x->definition < y->definition ? -1 : x->definition > y->definition;
}

static void summarise(const struct oval_report *report, struct summary *s,
                      struct oval_finding *f)
{
    struct oval_report_step step = { 0 };

    oval_report_count(report, &s->counts);
    while (oval_report_next(report, &step)) {
        s->meanings[step.meaning]++;
        if (step.meaning != OVAL_MEANS_BAD &&
            step.meaning != OVAL_MEANS_UNDECIDED)
            continue;
        oval_finding_fill(f, step.eval, step.definition);
        if (step.meaning == OVAL_MEANS_BAD) {
            s->ranks[f->rank]++;
            s->exploited += f->exploited;
        }
        *vec_push(&s->entries) =
            (struct entry){ (uint32_t)step.content_index, step.definition,
                            (uint8_t)step.meaning, oval_finding_weight(f) };
    }
    if (s->entries.n > 1)
        qsort(s->entries.p, s->entries.n, sizeof(*s->entries.p), by_weight);
}

/* --- the sections --- */

static void write_head(struct html_page *page, const struct oval_system *sys,
                       int64_t time_s)
{
    char time[OVAL_TIME_SIZE];
    str when = oval_time_text(time_s, time);
    str day = str_cut(&when, 'T');

    html_raw(page, "<!DOCTYPE html>\n<html lang=\"en\"><head>"
                   "<meta charset=\"utf-8\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\""
                   "default-src 'none'; style-src 'unsafe-inline'; "
                   "script-src 'unsafe-inline'; base-uri 'none'; "
                   "form-action 'none'\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width,"
                   "initial-scale=1\">\n<meta name=\"generator\" "
                   "content=\"Holdfast " HOLDFAST_VERSION
                   "\">\n<title>Holdfast report");
    if (sys->primary_host_name.n > 0) {
        html_raw(page, ": ");
        html_text(page, sys->primary_host_name);
    }
    html_raw(page, "</title>\n<style>");
    html_raw(page, html_style);
    html_raw(page, "</style></head>\n<body><div class=\"page\">"
                   "<a class=\"skip\" href=\"#findings\">To the findings</a>"
                   "<header><h1>");
    if (sys->primary_host_name.n > 0)
        html_text(page, sys->primary_host_name);
    else
        html_raw(page, "System report");
    html_raw(page, "</h1><p class=\"dim\">Holdfast report of ");
    html_text(page, day);
    html_raw(page, ", ");
    html_text(page, str_sub(when, 0, 5));
    html_raw(page, " UTC</p></header>\n<main>");
}

static void counted(struct html_page *page, uint64_t n, const char *one,
                    const char *many)
{
    html_number(page, n);
    html_raw(page, " ");
    html_raw(page, n == 1 ? one : many);
}

static void write_verdict(struct html_page *page, const struct summary *s)
{
    uint32_t bad = s->meanings[OVAL_MEANS_BAD];
    uint32_t unsure = s->meanings[OVAL_MEANS_UNDECIDED];

    html_raw(page, "<p class=\"verdict ");
    html_raw(page, bad > 0 ? "bad" : unsure > 0 ? "unsure" : "good");
    html_raw(page, "\">");
    if (s->counts.total == 0) {
        html_raw(page, "Nothing was evaluated.");
    } else if (bad > 0) {
        html_raw(page, "<b>");
        counted(page, bad, "finding", "findings");
        html_raw(page, "</b> on this system.");
    } else {
        html_raw(page, unsure > 0 ? "Nothing was found in what could be "
                                    "decided."
                                  : "Nothing was found: all that was tested "
                                    "is in order.");
    }
    if (unsure > 0) {
        html_raw(page, " <b>");
        counted(page, unsure, "definition", "definitions");
        html_raw(page, " could not be decided</b>: nothing is known of what "
                       "they test.");
    }
    html_raw(page, "</p>\n");
}

static void card(struct html_page *page, const char *style, uint32_t n,
                 const char *label)
{
    html_raw(page, "<li class=\"");
    html_raw(page, n == 0 ? "zero" : style);
    html_raw(page, "\"><b>");
    html_number(page, n);
    html_raw(page, "</b>");
    html_raw(page, label);
    html_raw(page, "</li>");
}

static void write_summary(struct html_page *page, const struct summary *s)
{
    html_raw(page, "<section aria-label=\"Summary\">");
    write_verdict(page, s);
    html_raw(page, "<ul class=\"cards\">");
    if (s->exploited > 0)
        card(page, "bad", s->exploited, "known to be exploited");
    for (int rank = OVAL_RANKS - 1; rank >= 0; rank--)
        if (s->ranks[rank] > 0)
            card(page, "bad", s->ranks[rank],
                 rank == OVAL_RANK_NOT_STATED
                     ? "of severity not stated"
                     : html_rank_text((enum oval_rank)rank));
    card(page, "unsure", s->counts.n[OVAL_ERROR], "error");
    card(page, "unsure", s->counts.n[OVAL_UNKNOWN], "unknown");
    card(page, "good", s->meanings[OVAL_MEANS_GOOD], "in order");
    html_raw(page, "</ul>\n<p class=\"dim\">Results of the ");
    counted(page, s->counts.total, "definition", "definitions");
    html_raw(page, ": ");
    for (unsigned i = 0; i < OVAL_RESULTS; i++) {
        html_raw(page, i > 0 ? ", " : "");
        html_number(page, s->counts.n[i]);
        html_raw(page, " ");
        html_raw(page, oval_result_text((enum oval_result)i));
    }
    html_raw(page, ".</p></section>\n");
}

static void write_system(struct html_page *page, const struct oval_system *sys)
{
    html_raw(page, "<section><h2>System</h2><dl><dt>Host</dt><dd>");
    html_stated(page, sys->primary_host_name);
    html_raw(page, "</dd><dt>Operating system</dt><dd>");
    html_stated(page, sys->os_name);
    html_raw(page, " ");
    html_text(page, sys->os_version);
    html_raw(page, "</dd><dt>Architecture</dt><dd>");
    html_stated(page, sys->architecture);
    html_raw(page, "</dd>");
    if (sys->interface_count > 0)
        html_raw(page, "<dt>Interfaces</dt><dd>");
    for (size_t i = 0; i < sys->interface_count && i < 32; i++) {
        html_raw(page, i > 0 ? "<br>" : "");
        html_text(page, sys->interfaces[i].name);
        html_raw(page, " <span class=\"mono\">");
        html_text(page, sys->interfaces[i].ip);
        html_raw(page, "</span>");
    }
    html_raw(page, sys->interface_count > 0 ? "</dd></dl></section>\n"
                                            : "</dl></section>\n");
}

static void write_contents(struct html_page *page,
                           const struct oval_report *report)
{
    html_raw(page, "<section><h2>Content</h2><table><thead><tr>"
                   "<th scope=\"col\">Product</th><th scope=\"col\">Dated"
                   "</th><th scope=\"col\">OVAL</th><th scope=\"col\" "
                   "class=\"n\">Definitions</th></tr></thead><tbody>");
    for (size_t i = 0; i < report->count; i++) {
        const struct oval_content *c =
            oval_eval_content(report->contents[i].eval);

        html_raw(page, "<tr><td>");
        html_stated(page, oval_prose_text(c, c->product_name));
        html_raw(page, " ");
        html_text(page, oval_prose_text(c, c->product_version));
        html_raw(page, "<br><span class=\"dim mono\">");
        html_text_c(page, report->contents[i].name);
        html_raw(page, "</span></td><td class=\"nw\">");
        html_stated(page, oval_prose_text(c, c->timestamp));
        html_raw(page, "</td><td class=\"nw\">");
        html_stated(page, oval_prose_text(c, c->schema_version));
        html_raw(page, "</td><td class=\"n\">");
        html_number(page, c->definitions.n);
        html_raw(page, "</td></tr>");
    }
    html_raw(page, "</tbody></table></section>\n");
}

/* --- the findings --- */

static void write_tools(struct html_page *page, const struct summary *s)
{
    html_raw(page,
             "<div class=\"tools\"><input id=\"q\" type=\"search\" "
             "placeholder=\"Filter by text\" aria-label=\"Filter by text\">"
             "<select id=\"sev\" aria-label=\"Severity\">"
             "<option value=\"\">every severity</option>");
    for (int rank = OVAL_RANKS - 1; rank >= 0; rank--) {
        if (s->ranks[rank] == 0)
            continue;
        html_raw(page, "<option value=\"");
        html_raw(page, html_rank_class((enum oval_rank)rank));
        html_raw(page, "\">");
        html_raw(page, html_rank_text((enum oval_rank)rank));
        html_raw(page, "</option>");
    }
    html_raw(page,
             "</select><select id=\"order\" aria-label=\"Order\">"
             "<option value=\"severity\">by severity</option>"
             "<option value=\"title\">by title</option></select>"
             "<button id=\"all\" type=\"button\">Open or close all</button>"
             "<span id=\"shown\" class=\"dim\" role=\"status\"></span>"
             "</div>\n");
}

static void write_entries(struct html_page *page,
                          const struct oval_report *report,
                          const struct summary *s, uint8_t meaning)
{
    for (size_t i = 0; i < s->entries.n; i++) {
        const struct entry *e = &s->entries.p[i];
        struct oval_eval *eval = report->contents[e->content].eval;
        AUTO(oval_explain_freep) struct oval_explain *explain = NULL;

        if (e->meaning != meaning)
            continue;
        if (page->trees++ < TREES_MAX && page->nodes < NODES_MAX)
            explain = oval_explain_new(eval, &html_tree, page);
        oval_finding_fill(&page->finding, eval, e->definition);
        html_finding(page, eval, explain);
    }
}

static void write_findings(struct html_page *page,
                           const struct oval_report *report,
                           const struct summary *s)
{
    html_raw(page, "<section><h2 id=\"findings\">Findings</h2>\n");
    if (s->meanings[OVAL_MEANS_BAD] == 0) {
        html_raw(page, "<p>None.</p></section>\n");
        return;
    }
    write_tools(page, s);
    html_raw(page, "<div class=\"head row\" aria-hidden=\"true\">"
                   "<span>Severity</span><span>Finding</span>"
                   "<span>Installed → fixed</span><span>CVSS</span></div>"
                   "<div id=\"list\">\n");
    write_entries(page, report, s, OVAL_MEANS_BAD);
    html_raw(page, "</div></section>\n");
}

static void write_undecided(struct html_page *page,
                            const struct oval_report *report,
                            const struct summary *s)
{
    if (s->meanings[OVAL_MEANS_UNDECIDED] == 0)
        return;
    html_raw(page, "<section><h2>Not decided</h2><p>These definitions ended "
                   "in error or unknown. They are neither clean nor found: "
                   "what stopped them is under each.</p>\n");
    write_entries(page, report, s, OVAL_MEANS_UNDECIDED);
    html_raw(page, "</section>\n");
}

static void other_row(struct html_page *page)
{
    const struct oval_finding *f = &page->finding;

    html_raw(page, "<tr><td>");
    html_raw(page, f->meaning == OVAL_MEANS_GOOD ? "<span class=\"good\">"
                                                 : "<span>");
    html_text_c(page, oval_meaning_text(f->class_, f->result));
    html_raw(page, "</span></td><td>");
    html_text_c(page, oval_class_text(f->class_));
    html_raw(page, f->deprecated ? ", deprecated</td><td>" : "</td><td>");
    html_text(page, f->title);
    html_raw(page, " <code class=\"dim\">");
    html_text(page, f->id);
    html_raw(page, "</code></td></tr>\n");
}

static void write_others(struct html_page *page,
                         const struct oval_report *report,
                         const struct summary *s)
{
    uint32_t total =
        s->meanings[OVAL_MEANS_GOOD] + s->meanings[OVAL_MEANS_NOTHING];
    struct oval_report_step step = { 0 };
    uint32_t shown = 0;

    if (total == 0)
        return;
    html_raw(page, "<section class=\"noprint\"><h2>Everything else</h2>"
                   "<details><summary>");
    counted(page, total, "definition", "definitions");
    html_raw(page, " without a finding</summary><table><thead><tr>"
                   "<th scope=\"col\">Result</th><th scope=\"col\">Class</th>"
                   "<th scope=\"col\">Definition</th></tr></thead><tbody>\n");
    while (shown < OTHERS_MAX && oval_report_next(report, &step)) {
        if (step.meaning != OVAL_MEANS_GOOD &&
            step.meaning != OVAL_MEANS_NOTHING)
            continue;
        oval_finding_fill(&page->finding, step.eval, step.definition);
        other_row(page);
        shown++;
    }
    html_raw(page, "</tbody></table>");
    if (shown < total) {
        html_raw(page, "<p class=\"dim\">");
        html_number(page, total - shown);
        html_raw(page, " more are not listed here; the TSV and JSON outputs "
                       "list all.</p>");
    }
    html_raw(page, "</details></section>\n");
}

static void write_foot(struct html_page *page)
{
    html_raw(page,
             "</main><footer>Severity and CVSS are what the content states, "
             "or imported risk data where it states none, with the source; "
             "where neither does, none is shown. For "
             "vulnerabilities and patches, true is bad; for compliance and "
             "inventory, true is good. Made by Holdfast " HOLDFAST_VERSION
             ".</footer></div>\n<script>");
    html_raw(page, html_script);
    html_raw(page, "</script></body></html>\n");
}

int oval_report_html_write(const struct oval_report *report, struct io_out *out,
                           struct err *err)
{
    struct html_page page = { .out = out,
                              .text = BUF_INIT(TEXT_MAX),
                              .finding = { .rater = report->rater } };
    struct summary s = { 0 };
    struct oval_system sys = { 0 };
    struct oval_source *source;
    int rc = 0;

    if (report->count == 0)
        return err_set(err, E_INVALID, "there is nothing to report");
    source = oval_eval_source(report->contents[0].eval);
    if (source->ops->system != NULL)
        rc = source->ops->system(source, &sys, err);
    if (rc == 0) {
        for (size_t i = 0; i < report->count; i++)
            oval_mask_items(report->contents[i].eval);
        summarise(report, &s, &page.finding);
        write_head(&page, &sys, report->time_s);
        write_summary(&page, &s);
        write_system(&page, &sys);
        write_contents(&page, report);
        write_findings(&page, report, &s);
        write_undecided(&page, report, &s);
        write_others(&page, report, &s);
        write_foot(&page);
    }
    buf_clear(&page.text);
    oval_finding_clear(&page.finding);
    oval_reasons_clear(&page.reasons);
    vec_clear(&s.entries);
    return rc;
}
