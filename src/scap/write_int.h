/* SPDX-License-Identifier: Apache-2.0
 *
 * What the writers of results share.
 */
#ifndef SCAP_WRITE_INT_H
#define SCAP_WRITE_INT_H

#include "base/clock.h"
#include "base/xml_write.h"
#include "oval/report.h"
#include "scap/eval.h"

#define SCAP_NS_XCCDF "http://checklists.nist.gov/xccdf/1.2"

enum {
    SCORE_TEXT_MAX = 40
};

/* With six digits behind the point. */
void write_score(double value, char out[SCORE_TEXT_MAX]);

const struct xccdf_item *write_item(const struct scap_result *result,
                                    const struct scap_rule_result *rule);

/* The element, in a document of which it may be the root. The id is one of
 * the digits and letters of XCCDF. */
void test_result_element(const struct scap_result *result,
                         struct xml_writer *w);

/* The host's name and addresses; what is not known is empty. */
void write_system(const struct scap_result *result, struct oval_system *out);

#endif
