/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing OVAL system characteristics (oval-system-characteristics-schema
 * 5.11.2): what was collected, by object, and every item. The same writer
 * makes the document of `--syschar` and the element inside OVAL results;
 * recorded.h reads it back.
 *
 * A value that the content masks is written in a document of its own, where
 * the schema forbids to hide it because analysis needs it, and never in
 * results.
 */
#ifndef OVAL_SYSCHAR_H
#define OVAL_SYSCHAR_H

#include "base/xml_write.h"
#include "oval/report.h"

#define OVAL_NS_COMMON "http://oval.mitre.org/XMLSchema/oval-common-5"
#define OVAL_NS_SYSCHAR                                                        \
    "http://oval.mitre.org/XMLSchema/oval-system-characteristics-5"

/* The whole document. Several contents become one: their items are numbered
 * through, and an object that two of them have is written once. */
int oval_syschar_write(const struct oval_report *report, struct io_out *out,
                       struct err *err) MUST_CHECK;

/* The element of one evaluation, for OVAL results: masked values are left
 * out. The writer's document must declare the prefix oval. */
int oval_syschar_element(const struct oval_report_content *content,
                         int64_t time_s, struct xml_writer *w,
                         struct err *err) MUST_CHECK;

/* <generator>, <message>…, shared with results. */
void oval_write_generator(struct xml_writer *w, int64_t time_s);
void oval_write_messages(struct xml_writer *w,
                         const struct oval_message *messages);

/* The values of variables, one element each, "variable_value" or
 * "tested_variable". */
void oval_write_values(struct xml_writer *w, const struct oval_eval *eval,
                       const uint32_t *variables, size_t n,
                       const char *element);

#endif
