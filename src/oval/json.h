/* SPDX-License-Identifier: Apache-2.0
 *
 * A report as one JSON document, for programs; docs/json.md lists its members.
 * What the content does not state is null, never a guess.
 */
#ifndef OVAL_JSON_H
#define OVAL_JSON_H

#include "oval/report.h"

void oval_json_write(const struct oval_report *report, struct io_out *out);

#endif
