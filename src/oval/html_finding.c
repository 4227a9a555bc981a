/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/html_page.h"

enum {
    CVES_SHOWN = 6, /* in the row; all of them when it is opened */
    FIXES_SHOWN = 4,
};

const char *html_rank_class(enum oval_rank rank)
{
    static const char *const names[OVAL_RANKS] = { "r0", "r1", "r2",
                                                   "r3", "r4", "r5" };

    return names[rank];
}

const char *html_rank_text(enum oval_rank rank)
{
    static const char *const names[OVAL_RANKS] = {
        "not stated",       "negligible",      "low",
        "medium, moderate", "high, important", "critical",
    };

    return names[rank];
}

/* --- the tree --- */

static void write_mark(struct html_page *page, enum oval_mark mark)
{
    static const char *const marks[] = {
        "<span></span>",
        "<span role=\"img\" aria-label=\"true\">✔</span>",
        "<span role=\"img\" aria-label=\"false\">✘</span>",
        ("<span role=\"img\" aria-label=\"undecided\" "
         "class=\"unsure\">?</span>"),
    };

    html_raw(page, marks[mark]);
}

static void tree_open(void *ctx, const struct oval_explain_node *node)
{
    struct html_page *page = ctx;

    page->nodes++;
    html_raw(page, node->decides ? "<li>" : "<li class=\"not-deciding\">");
    html_raw(page, "<span class=\"node\">");
    write_mark(page, oval_mark_of(node->result));
    html_raw(page, " ");
    if (node->negate)
        html_raw(page, "<b>not:</b> ");
    if (node->op[0] != '\0') {
        html_raw(page, "<b>");
        html_raw(page, node->op);
        html_raw(page, node->text.n > 0 ? "</b>: " : "</b>");
    }
    html_text(page, node->text);
    if (oval_mark_of(node->result) == OVAL_MARK_UNSURE) {
        html_raw(page, " <span class=\"unsure\">");
        html_text_c(page, oval_result_text(node->result));
        html_raw(page, "</span>");
    }
    if (node->id.n > 0) {
        html_raw(page, " <code class=\"dim\">");
        html_text(page, node->id);
        html_raw(page, "</code>");
    }
    html_raw(page, "</span><ul>");
}

static void tree_line(void *ctx, const struct oval_explain_line *line)
{
    struct html_page *page = ctx;

    html_raw(page, "<li class=\"line\">");
    write_mark(page, line->mark);
    html_raw(page, "<span>");
    html_raw(page, line->label);
    html_raw(page, "</span><span>");
    html_text(page, line->text);
    html_raw(page, "</span></li>");
}

static void tree_close(void *ctx)
{
    html_raw(ctx, "</ul></li>\n");
}

const struct oval_explain_handler html_tree = { tree_open, tree_line,
                                                tree_close };

/* --- the row --- */

static bool is_cve(str id)
{
    if (id.n < sizeof("CVE-1999-1000") - 1 || id.n > 24 ||
        !str_starts(id, STR("CVE-")))
        return false;
    for (size_t i = 4; i < id.n; i++)
        if ((id.p[i] < '0' || id.p[i] > '9') && !(i == 8 && id.p[i] == '-'))
            return false;
    return true;
}

/* To what the content states, else to the CVE's own page. */
static void write_cve(struct html_page *page, const struct oval_cve *cve)
{
    char url[64];
    str to = cve->url;

    if (!html_is_web_address(to) && is_cve(cve->id)) {
        to.p = url;
        to.n = (size_t)snprintf(url, sizeof(url),
                                "https://www.cve.org/CVERecord?id=%" PRIstr,
                                ARGstr(cve->id));
    }
    html_raw(page, "<span class=\"cve\">");
    html_link(page, to, cve->id);
    html_raw(page, "</span>");
}

static void write_cves(struct html_page *page, size_t at_most)
{
    const struct oval_finding *f = &page->finding;

    for (size_t i = 0; i < f->cves.n && i < at_most; i++) {
        if (i > 0)
            html_raw(page, ", ");
        write_cve(page, &f->cves.p[i]);
    }
    if (f->cves.n > at_most) {
        html_raw(page, " and ");
        html_number(page, f->cves.n - at_most);
        html_raw(page, " more");
    }
}

static void write_fixes(struct html_page *page, size_t at_most)
{
    const struct oval_finding *f = &page->finding;

    for (size_t i = 0; i < f->fixes.n && i < at_most; i++) {
        const struct oval_fix *fix = &f->fixes.p[i];

        html_raw(page, "<span class=\"fix\"><b>");
        html_text(page, fix->package);
        html_raw(page, "</b> <span class=\"mono\">");
        html_text(page, oval_version_shown(fix->installed));
        html_raw(page, "</span> → ");
        if (fix->fixed.n == 0) {
            html_raw(page, "no fix stated");
        } else {
            html_raw(page, "<span class=\"mono\">");
            html_text(page, oval_version_shown(fix->fixed));
            html_raw(page, "</span>");
        }
        html_raw(page, "</span>");
    }
    if (f->fixes.n > at_most) {
        html_raw(page, "<span class=\"fix dim\">and ");
        html_number(page, f->fixes.n - at_most);
        html_raw(page, " more</span>");
    }
}

/* The highest score that a CVSS note begins with, as it is stated. */
static str top_score(const struct oval_finding *f)
{
    str best = STR_NONE;
    double top = -1;

    for (size_t i = 0; i < f->cvss.n; i++) {
        str rest = f->cvss.p[i].text;
        str score = str_trim(str_cut(&rest, '/'));
        char text[16];
        char *end;
        double value;

        if (score.n == 0 || score.n >= sizeof(text))
            continue;
        memcpy(text, score.p, score.n);
        text[score.n] = '\0';
        value = strtod(text, &end);
        if (*end == '\0' && value > top) {
            top = value;
            best = score;
        }
    }
    return best;
}

static void write_chip(struct html_page *page)
{
    const struct oval_finding *f = &page->finding;

    if (f->meaning == OVAL_MEANS_UNDECIDED) {
        html_raw(page, "<span class=\"chip unsure\">");
        html_text_c(page, oval_result_text(f->result));
        html_raw(page, "</span>");
        return;
    }
    html_raw(page, "<span class=\"chip ");
    html_raw(page, html_rank_class(f->rank));
    html_raw(page, f->severity.n == 0 ? " plain\">" : "\">");
    html_stated(page, oval_finding_severity(f));
    html_raw(page, "</span>");
    if (f->exploited)
        html_raw(page, "<br><span class=\"exploited\">exploited</span>");
}

/* value / one, with this many decimals. */
static void write_decimal(struct html_page *page, uint32_t value, uint32_t one,
                          int places)
{
    AUTO(buf_clear) struct buf text = BUF(32);

    buf_printf(&text, "%u.%0*u", value / one, places, value % one);
    html_text(page, buf_str(&text));
}

static void write_summary(struct html_page *page)
{
    const struct oval_finding *f = &page->finding;

    html_raw(page, "<summary class=\"row\"><span>");
    write_chip(page);
    html_raw(page, "</span><span><span class=\"title\">");
    html_text(page, f->title.n > 0 ? f->title : f->id);
    html_raw(page, "</span><span class=\"dim\">");
    html_text_c(page, f->meaning == OVAL_MEANS_UNDECIDED
                          ? oval_class_text(f->class_)
                          : oval_meaning_text(f->class_, f->result));
    html_raw(page, f->deprecated ? " · <b>deprecated</b>" : "");
    html_raw(page, f->cves.n > 0 ? " · " : "");
    write_cves(page, CVES_SHOWN);
    if (page->reasons.texts.n > 0) {
        html_raw(page, "<br>");
        html_text(page, page->reasons.texts.p[0]);
    }
    html_raw(page, "</span></span><span>");
    write_fixes(page, FIXES_SHOWN);
    html_raw(page, "</span><span class=\"mono\">");
    if (f->cvss.n > 0 || f->score == 0)
        html_text(page, top_score(f));
    else
        write_decimal(page, f->score, 10, 1);
    html_raw(page, "</span></summary>\n");
}

/* --- what opens --- */

static void member(struct html_page *page, const char *label)
{
    html_raw(page, "</dd><dt>");
    html_raw(page, label);
    html_raw(page, "</dt><dd>");
}

static void write_severity(struct html_page *page)
{
    const struct oval_finding *f = &page->finding;

    member(page, "Severity");
    html_stated(page, oval_finding_severity(f));
    if (f->severity.n > 0) {
        html_raw(page, f->severity_rated ? " <span class=\"dim\">(rating of "
                                         : " <span class=\"dim\">(stated by ");
        html_text(page, f->severity_source.n > 0 ? f->severity_source
                                                 : STR("the content"));
        html_raw(page, ")</span>");
    }
    member(page, "CVSS");
    if (f->cvss.n == 0)
        html_raw(page, "not stated");
    for (size_t i = 0; i < f->cvss.n; i++) {
        html_raw(page, i > 0 ? "<br>" : "");
        html_raw(page, "<span class=\"mono\">");
        html_text(page, f->cvss.p[i].text);
        html_raw(page, "</span> <span class=\"dim\">");
        html_text(page, f->cvss.p[i].cve);
        html_raw(page, "</span>");
    }
}

static void write_rating_score(struct html_page *page,
                               const struct oval_rating *r)
{
    if (r->source.n == 0) {
        html_raw(page, "no score");
        return;
    }
    html_raw(page, "<b>");
    write_decimal(page, r->score, 10, 1);
    html_raw(page, "</b> ");
    html_text(page, r->severity);
    html_raw(page, " <span class=\"dim\">");
    html_text(page, r->source);
    html_raw(page, " <span class=\"mono\">");
    html_text(page, r->vector);
    html_raw(page, "</span></span>");
}

static void write_rating_exploited(struct html_page *page,
                                   const struct oval_rating *r)
{
    html_raw(page, "; <span class=\"exploited\">exploited</span> (");
    html_text(page, r->exploited_source);
    html_raw(page, ", since ");
    html_text(page, r->exploited_since);
    if (r->exploited_due.n > 0)
        html_raw(page, ", to be fixed by ");
    html_text(page, r->exploited_due);
    html_raw(page, r->ransomware ? ", by ransomware)" : ")");
}

/* The probability as a percentage with two decimals. */
static void write_rating_epss(struct html_page *page,
                              const struct oval_rating *r)
{
    html_raw(page, "; EPSS ");
    write_decimal(page, r->epss / 100, 100, 2);
    html_raw(page, " %, percentile ");
    html_number(page, r->epss_percentile / 10000);
    html_raw(page, " <span class=\"dim\">(");
    html_text(page, r->epss_source);
    if (r->epss_date.n > 0)
        html_raw(page, ", ");
    html_text(page, r->epss_date);
    html_raw(page, ")</span>");
}

/* Of each CVE, what others than the content state. */
static void write_ratings(struct html_page *page)
{
    const struct oval_finding *f = &page->finding;

    if (f->ratings.n > 0)
        member(page, "Risk data");
    for (size_t i = 0; i < f->ratings.n; i++) {
        const struct oval_rating *r = &f->ratings.p[i];

        html_raw(page, i > 0 ? "<br>" : "");
        html_text(page, r->cve);
        html_raw(page, ": ");
        write_rating_score(page, r);
        if (r->exploited)
            write_rating_exploited(page, r);
        if (r->has_epss)
            write_rating_epss(page, r);
    }
}

static void write_members(struct html_page *page)
{
    const struct oval_finding *f = &page->finding;
    const char *class_ = oval_class_text(f->class_);

    html_raw(page, "<dl><dt>Definition</dt><dd><code>");
    html_text(page, f->id);
    html_raw(page, "</code> version ");
    html_number(page, f->version);
    member(page, "Class");
    html_stated(page, str_c(class_));
    html_raw(page, f->deprecated ? ", deprecated" : "");
    member(page, "Result");
    html_text_c(page, oval_result_text(f->result));
    write_severity(page);
    write_ratings(page);
    if (f->cves.n > CVES_SHOWN) {
        member(page, "CVEs");
        write_cves(page, SIZE_MAX);
    }
    if (f->fixes.n > FIXES_SHOWN) {
        member(page, "Fixes");
        write_fixes(page, SIZE_MAX);
    }
    if (f->references.n > 0)
        member(page, "References");
    for (size_t i = 0; i < f->references.n; i++) {
        html_raw(page, i > 0 ? ", " : "");
        html_link(page, f->references.p[i].url, f->references.p[i].id);
    }
    member(page, "Status");
    html_stated(page, f->status);
    html_raw(page, "</dd></dl>\n");
}

static void write_reasons(struct html_page *page)
{
    const struct oval_reasons *r = &page->reasons;

    if (r->texts.n == 0)
        return;
    html_raw(page, "<p class=\"unsure\">Why it could not be decided:</p>"
                   "<ul class=\"reasons\">");
    for (size_t i = 0; i < r->texts.n; i++) {
        html_raw(page, "<li>");
        html_text(page, r->texts.p[i]);
        html_raw(page, "</li>");
    }
    html_raw(page, r->more ? "<li>and others</li></ul>\n" : "</ul>\n");
}

void html_finding(struct html_page *page, struct oval_eval *eval,
                  struct oval_explain *explain)
{
    const struct oval_finding *f = &page->finding;

    oval_reasons_fill(&page->reasons, eval, f->definition);
    html_raw(page, "<details class=\"f\" data-rank=\"");
    html_raw(page, html_rank_class(f->rank));
    html_raw(page, "\">");
    write_summary(page);
    html_raw(page, "<div class=\"body\">");
    if (f->description.n > 0 && !str_eq(f->description, f->title)) {
        html_raw(page, "<p>");
        html_text(page, str_sub(f->description, 0, 4000));
        html_raw(page, f->description.n > 4000 ? "…</p>\n" : "</p>\n");
    }
    write_reasons(page);
    write_members(page);
    if (explain != NULL) {
        html_raw(page, "<ul class=\"tree\">\n");
        oval_explain_definition(explain, f->definition);
        html_raw(page, "</ul>\n");
    } else {
        html_raw(page, "<p class=\"dim\">The tree is left out of this long "
                       "report: holdfast oval explain --id ");
        html_text(page, f->id);
        html_raw(page, " CONTENT shows it.</p>\n");
    }
    html_raw(page, "</div></details>\n");
}
