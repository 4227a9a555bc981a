/* SPDX-License-Identifier: Apache-2.0
 *
 * The report on a benchmark, in the look of the report on definitions: first
 * what failed and what could not be decided, worst first, each with what was
 * found; then all other rules in one list.
 */
#include "base/clock.h"
#include "oval/html_page.h"
#include "oval/mask.h"
#include "scap/report.h"
#include "scap/write_int.h"

enum {
    TEXT_MAX = 1 << 20,
    PROSE_MAX = 8000,
    TREES_MAX = 1000,
    NODES_MAX = 200000,
    REFERENCES_SHOWN = 60,
};

struct page {
    struct html_page html;
    const struct scap_result *result;
};

static void member(struct html_page *h, const char *name)
{
    html_raw(h, "</dd><dt>");
    html_raw(h, name);
    html_raw(h, "</dt><dd>");
}

static void prose(struct page *page, str text)
{
    text = scap_policy_expand(page->result->policy, text);
    if (text.n == 0)
        return;
    html_raw(&page->html, "<p class=\"prose\">");
    html_text(&page->html, str_sub(text, 0, PROSE_MAX));
    html_raw(&page->html, text.n > PROSE_MAX ? "…</p>\n" : "</p>\n");
}

static void write_time(struct html_page *h, int64_t at)
{
    char text[CLOCK_TEXT_MAX];
    str when;
    str day;

    clock_text(at, text);
    when = str_c(text);
    day = str_cut(&when, 'T');
    html_text(h, day);
    html_raw(h, ", ");
    html_text(h, str_sub(when, 0, 5));
    html_raw(h, " UTC");
}

static void write_head(struct page *page, const struct oval_system *sys)
{
    struct html_page *h = &page->html;
    str name = sys->primary_host_name.n > 0 ? sys->primary_host_name
                                            : STR("System report");

    html_raw(h, "<!DOCTYPE html>\n<html lang=\"en\"><head>"
                "<meta charset=\"utf-8\">\n"
                "<meta http-equiv=\"Content-Security-Policy\" content=\""
                "default-src 'none'; style-src 'unsafe-inline'; "
                "script-src 'unsafe-inline'; base-uri 'none'; "
                "form-action 'none'\">\n"
                "<meta name=\"viewport\" content=\"width=device-width,"
                "initial-scale=1\">\n<title>Benchmark report: ");
    html_text(h, name);
    html_raw(h, "</title>\n<style>");
    html_raw(h, html_style);
    html_raw(h, ".prose{white-space:pre-wrap}"
                ".row,.head{grid-template-columns:7.5rem minmax(0,1fr) "
                "minmax(0,9rem)}</style></head>\n"
                "<body><div class=\"page\">"
                "<a class=\"skip\" href=\"#findings\">To the findings</a>"
                "<header><h1>");
    html_text(h, name);
    html_raw(h, "</h1><p class=\"dim\">Holdfast benchmark report of ");
    write_time(h, page->result->start_s);
    html_raw(h, "</p></header>\n<main>");
}

static const char *result_class(unsigned result)
{
    switch (result) {
    case XCCDF_FAIL:
        return "bad";
    case XCCDF_ERROR:
    case XCCDF_UNKNOWN:
        return "unsure";
    case XCCDF_PASS:
    case XCCDF_FIXED:
        return "good";
    default:
        return "dim";
    }
}

static const char *severity_class(unsigned severity)
{
    static const char *const classes[] = {
        [XCCDF_SEVERITY_UNKNOWN] = "r0", [XCCDF_SEVERITY_INFO] = "r1",
        [XCCDF_SEVERITY_LOW] = "r2",     [XCCDF_SEVERITY_MEDIUM] = "r3",
        [XCCDF_SEVERITY_HIGH] = "r4",
    };

    return classes[severity < COUNT(classes) ? severity : 0];
}

static void write_verdict(struct page *page)
{
    const struct scap_result *r = page->result;
    struct html_page *h = &page->html;
    uint32_t unsure = r->counts[XCCDF_ERROR] + r->counts[XCCDF_UNKNOWN];

    if (!r->applicable) {
        html_raw(h, "<p class=\"verdict\">The benchmark does not apply to "
                    "this system: ");
        html_text(h, r->not_applicable);
        html_raw(h, ".</p>\n");
        return;
    }
    html_raw(h, "<p class=\"verdict ");
    html_raw(h, r->counts[XCCDF_FAIL] > 0 ? "bad"
                : unsure > 0              ? "unsure"
                                          : "good");
    html_raw(h, "\"><b>");
    html_number(h, r->counts[XCCDF_FAIL]);
    html_raw(h, "</b> of ");
    html_number(h, r->policy->selected);
    html_raw(h, " selected rules failed");
    if (unsure > 0) {
        html_raw(h, "; ");
        html_number(h, unsure);
        html_raw(h, " could not be decided");
    }
    html_raw(h, ".</p>\n");
}

static void write_cards(struct page *page)
{
    const struct scap_result *r = page->result;
    struct html_page *h = &page->html;

    html_raw(h, "<ul class=\"cards\">");
    for (unsigned i = 0; i < XCCDF_RESULTS; i++) {
        if (r->counts[i] == 0)
            continue;
        html_raw(h, "<li class=\"");
        html_raw(h, result_class(i));
        html_raw(h, "\"><b>");
        html_number(h, r->counts[i]);
        html_raw(h, "</b>");
        html_raw(h, xccdf_result_text(i));
        html_raw(h, "</li>");
    }
    html_raw(h, "</ul>\n");
}

static void write_scores(struct page *page)
{
    struct html_page *h = &page->html;
    char text[SCORE_TEXT_MAX];

    html_raw(h, "<section><h2>Score</h2><table><thead><tr>"
                "<th scope=\"col\">Model</th><th scope=\"col\" class=\"n\">"
                "Score</th><th scope=\"col\" class=\"n\">Maximum</th></tr>"
                "</thead><tbody>\n");
    for (unsigned i = 0; i < SCAP_MODELS; i++) {
        const struct scap_score *score = &page->result->scores[i];

        if (!score->asked)
            continue;
        html_raw(h, "<tr><td>");
        html_raw(h, scap_model_uri(i));
        html_raw(h, "</td><td class=\"n\">");
        snprintf(text, sizeof(text), "%.2f", score->score);
        html_text_c(h, text);
        html_raw(h, "</td><td class=\"n\">");
        snprintf(text, sizeof(text), "%.2f", score->maximum);
        html_text_c(h, text);
        html_raw(h, "</td></tr>\n");
    }
    html_raw(h, "</tbody></table></section>\n");
}

static void write_about(struct page *page, const struct oval_system *sys)
{
    const struct scap_policy *policy = page->result->policy;
    const struct xccdf_item *root = &policy->benchmark->items.p[0];
    struct html_page *h = &page->html;

    html_raw(h, "<section><h2>What was tested</h2><dl><dt>Benchmark</dt><dd>");
    html_text(h, scap_policy_expand(page->result->policy, root->title));
    html_raw(h, " <code class=\"dim\">");
    html_text(h, root->id);
    html_raw(h, "</code>");
    member(h, "Version");
    html_stated(h, policy->benchmark->version);
    member(h, "Status");
    html_stated(h, xccdf_status(policy->benchmark));
    member(h, "Profile");
    if (policy->profile == NULL) {
        html_raw(h, "none: the rules that the benchmark selects itself");
    } else {
        html_text(h, scap_policy_expand(page->result->policy,
                                        policy->profile->title));
        html_raw(h, " <code class=\"dim\">");
        html_text(h, policy->profile->id);
        html_raw(h, "</code>");
    }
    member(h, "Content");
    html_text(h, policy->scap->name);
    member(h, "System");
    html_stated(h, sys->os_name);
    html_raw(h, " ");
    html_text(h, sys->os_version);
    html_raw(h, "</dd></dl></section>\n");
}

static void write_idents(struct page *page, const struct xccdf_note *n)
{
    if (n != NULL)
        member(&page->html, "Identifiers");
    for (; n != NULL; n = n->next) {
        html_text(&page->html, n->text);
        html_raw(&page->html, n->next == NULL ? "" : ", ");
    }
}

static void write_references(struct page *page, const struct xccdf_note *n)
{
    unsigned shown = 0;

    if (n != NULL)
        member(&page->html, "References");
    for (; n != NULL && shown < REFERENCES_SHOWN; n = n->next) {
        html_raw(&page->html, shown++ == 0 ? "" : ", ");
        html_link(&page->html, n->a, n->text.n > 0 ? n->text : n->a);
    }
    html_raw(&page->html, n != NULL ? " and more" : "");
}

static void write_members(struct page *page, const struct scap_rule_result *r)
{
    const struct scap_rule *rule = &page->result->policy->rules[r->item];
    const struct xccdf_item *item = write_item(page->result, r);
    struct html_page *h = &page->html;

    html_raw(h, "<dl><dt>Rule</dt><dd><code>");
    html_text(h, item->id);
    html_raw(h, "</code>");
    if (r->message.n > 0) {
        member(h, "Message");
        html_text(h, r->message);
    }
    if (r->name.n > 0) {
        member(h, "Check");
        html_raw(h, "<code>");
        html_text(h, r->name);
        html_raw(h, "</code>");
    }
    write_idents(page, rule->idents);
    write_references(page, item->references);
    html_raw(h, "</dd></dl>\n");
}

/* What was looked at and found. */
static void write_tree(struct page *page, const struct scap_rule_result *r)
{
    AUTO(oval_explain_freep) struct oval_explain *explain = NULL;
    struct html_page *h = &page->html;

    if (r->session == SCAP_NONE || h->trees++ >= TREES_MAX ||
        h->nodes >= NODES_MAX)
        return;
    explain = oval_explain_new(page->result->sessions.p[r->session].eval,
                               &html_tree, h);
    html_raw(h, "<ul class=\"tree\">\n");
    oval_explain_definition(explain, r->definition);
    html_raw(h, "</ul>\n");
}

static void write_rule(struct page *page, const struct scap_rule_result *r)
{
    const struct scap_rule *rule = &page->result->policy->rules[r->item];
    const struct xccdf_item *item = write_item(page->result, r);
    struct html_page *h = &page->html;

    html_raw(h, "<details class=\"f\" data-rank=\"");
    html_raw(h, severity_class(r->severity));
    html_raw(h, "\"><summary><span class=\"row\"><span><span class=\"chip ");
    html_raw(h, severity_class(r->severity));
    html_raw(h, "\">");
    html_raw(h, xccdf_severity_text(r->severity));
    html_raw(h, "</span></span><span class=\"title\">");
    html_text(h, scap_policy_expand(page->result->policy, rule->title));
    html_raw(h, "</span><span class=\"");
    html_raw(h, result_class(r->result));
    html_raw(h, "\">");
    html_raw(h, xccdf_result_text(r->result));
    html_raw(h, "</span></span></summary><div class=\"body\">");
    prose(page, item->description);
    prose(page, item->rationale);
    prose(page, item->fixtext);
    write_members(page, r);
    write_tree(page, r);
    html_raw(h, "</div></details>\n");
}

static bool is_shown(unsigned result)
{
    return result == XCCDF_FAIL || result == XCCDF_ERROR ||
           result == XCCDF_UNKNOWN;
}

static void write_tools(struct page *page)
{
    struct html_page *h = &page->html;

    html_raw(h, "<div class=\"tools\"><input id=\"q\" type=\"search\" "
                "placeholder=\"Filter by text\" aria-label=\"Filter by text\">"
                "<select id=\"sev\" aria-label=\"Severity\">"
                "<option value=\"\">every severity</option>");
    for (unsigned i = XCCDF_SEVERITIES; i-- > 0;) {
        html_raw(h, "<option value=\"");
        html_raw(h, severity_class(i));
        html_raw(h, "\">");
        html_raw(h, xccdf_severity_text(i));
        html_raw(h, "</option>");
    }
    html_raw(h, "</select><select id=\"order\" aria-label=\"Order\">"
                "<option value=\"severity\">by severity</option>"
                "<option value=\"title\">by title</option></select>"
                "<button id=\"all\" type=\"button\">Open or close all</button>"
                "<span id=\"shown\" class=\"dim\" role=\"status\"></span>"
                "</div>\n");
}

static void write_findings(struct page *page)
{
    const struct scap_result *r = page->result;
    struct html_page *h = &page->html;

    html_raw(h, "<section><h2 id=\"findings\">What needs somebody</h2>\n");
    if (r->counts[XCCDF_FAIL] + r->counts[XCCDF_ERROR] +
            r->counts[XCCDF_UNKNOWN] ==
        0) {
        html_raw(h, "<p>Nothing.</p></section>\n");
        return;
    }
    write_tools(page);
    html_raw(h, "<div class=\"head row\" aria-hidden=\"true\">"
                "<span>Severity</span><span>Rule</span><span>Result</span>"
                "</div><div id=\"list\">\n");
    for (unsigned severity = XCCDF_SEVERITIES; severity-- > 0;)
        for (size_t i = 0; i < r->rules.n; i++)
            if (r->rules.p[i].severity == severity &&
                is_shown(r->rules.p[i].result))
                write_rule(page, &r->rules.p[i]);
    html_raw(h, "</div></section>\n");
}

static void write_other(struct page *page, const struct scap_rule_result *r)
{
    const struct scap_rule *rule = &page->result->policy->rules[r->item];
    struct html_page *h = &page->html;

    html_raw(h, "<tr><td class=\"nw ");
    html_raw(h, result_class(r->result));
    html_raw(h, "\">");
    html_raw(h, xccdf_result_text(r->result));
    html_raw(h, "</td><td>");
    html_raw(h, xccdf_severity_text(r->severity));
    html_raw(h, "</td><td>");
    html_text(h, scap_policy_expand(page->result->policy, rule->title));
    if (r->message.n > 0 && page->result->applicable) {
        html_raw(h, "<br><span class=\"dim\">");
        html_text(h, r->message);
        html_raw(h, "</span>");
    }
    html_raw(h, "</td></tr>\n");
}

/* Rules that are not selected are counted, not listed. */
static void write_others(struct page *page)
{
    const struct scap_result *r = page->result;
    struct html_page *h = &page->html;

    html_raw(h, "<section><h2>All other rules</h2><details><summary>"
                "What passed, does not apply or was not checked"
                "</summary><table><thead><tr><th scope=\"col\">Result</th>"
                "<th scope=\"col\">Severity</th><th scope=\"col\">Rule</th>"
                "</tr></thead><tbody>\n");
    for (size_t i = 0; i < r->rules.n; i++)
        if (!is_shown(r->rules.p[i].result) &&
            r->rules.p[i].result != XCCDF_NOTSELECTED)
            write_other(page, &r->rules.p[i]);
    html_raw(h, "</tbody></table></details></section>\n");
}

int scap_html_write(const struct scap_result *result, struct io_out *out,
                    struct err *err UNUSED)
{
    struct page page = {
        .html = { .out = out, .text = BUF_INIT(TEXT_MAX) },
        .result = result,
    };
    struct oval_system sys;

    write_system(result, &sys);
    for (size_t i = 0; i < result->sessions.n; i++)
        if (result->sessions.p[i].eval != NULL)
            oval_mask_items(result->sessions.p[i].eval);
    write_head(&page, &sys);
    write_verdict(&page);
    write_cards(&page);
    write_scores(&page);
    write_about(&page, &sys);
    write_findings(&page);
    write_others(&page);
    html_raw(&page.html,
             "</main><footer>Error and unknown are not passed. "
             "Made by Holdfast " HOLDFAST_VERSION ".</footer></div>\n<script>");
    html_raw(&page.html, html_script);
    html_raw(&page.html, "</script></body></html>\n");
    buf_clear(&page.html.text);
    oval_finding_clear(&page.html.finding);
    oval_reasons_clear(&page.html.reasons);
    return 0;
}
