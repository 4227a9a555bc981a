/* SPDX-License-Identifier: Apache-2.0
 *
 * A report as one HTML file that a person likes to read: on a screen, light
 * or dark, and on paper. It loads nothing from anywhere, and reads well
 * without its script, which only filters, sorts and opens.
 *
 * Everything in content and facts is hostile: text is escaped, links are made
 * of http and https addresses only, and the page's own policy forbids all
 * else. It is streamed: memory grows with the number of findings by a few
 * bytes each, not with the page.
 */
#ifndef OVAL_REPORT_HTML_H
#define OVAL_REPORT_HTML_H

#include "oval/report.h"

int oval_report_html_write(const struct oval_report *report, struct io_out *out,
                           struct err *err) MUST_CHECK;

#endif
