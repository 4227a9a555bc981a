/* SPDX-License-Identifier: Apache-2.0
 *
 * Content as JSON: what is in it, for programs, and for the server, which
 * keeps this text with what was uploaded.
 */
#ifndef SCAP_DESCRIBE_H
#define SCAP_DESCRIBE_H

#include "base/json_write.h"
#include "scap/scap.h"

/* One object: form, streams with their benchmarks (title, version, status,
 * platforms, profiles, counts), components, problems. */
void scap_describe(const struct scap *scap, struct json_writer *w);

#endif
