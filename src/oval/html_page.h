/* SPDX-License-Identifier: Apache-2.0
 *
 * A page for people: what the reports on definitions (report_html.c) and on
 * benchmarks (scap/html.c) are written with. html_finding.c writes one finding
 * with its tree, html_style.c is what a page looks like.
 */
#ifndef OVAL_HTML_PAGE_H
#define OVAL_HTML_PAGE_H

#include "oval/explain.h"
#include "oval/finding.h"
#include "oval/reason.h"
#include "oval/report_html.h"

extern const char html_style[];
extern const char html_script[];

struct html_page {
    struct io_out *out;
    struct buf text; /* scratch for escaping */
    struct oval_finding finding;
    struct oval_reasons reasons;
    unsigned trees; /* written so far */
    unsigned nodes; /* of all trees */
};

/* Markup of ours, as it is. */
void html_raw(struct html_page *page, const char *markup);

/* Foreign text, escaped; also for quoted attributes. */
void html_text(struct html_page *page, str text);
void html_text_c(struct html_page *page, const char *text);
void html_number(struct html_page *page, uint64_t number);

/* text, or "not stated" where it is empty. */
void html_stated(struct html_page *page, str text);

bool html_is_web_address(str url);

/* <a href>text</a> where url is http or https, else the text alone. */
void html_link(struct html_page *page, str url, str text);

/* page->finding as an element that opens; explain may be NULL: no tree. */
void html_finding(struct html_page *page, struct oval_eval *eval,
                  struct oval_explain *explain);

/* Draws trees into the page, for oval_explain_new(). */
extern const struct oval_explain_handler html_tree;

const char *html_rank_class(enum oval_rank rank);
const char *html_rank_text(enum oval_rank rank);

#endif
