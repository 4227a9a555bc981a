/* SPDX-License-Identifier: Apache-2.0
 *
 * Importing risk data from a file, plain or compressed, that is recognised by
 * its first bytes:
 *
 *   KEV   CISA's catalogue of known exploited vulnerabilities, as JSON
 *   EPSS  FIRST's scores, as CSV (comma or semicolon)
 *   NVD   a feed or an answer of NVD's API 2.0, as JSON
 *   TSV   lines of CVE, CVSS version, score, vector, separated by tabs; a
 *         first line that begins with "cve" (or "#cve") names the columns
 *         instead: cve, version, score (or baseScore), vector; others are
 *         passed over. "# source: NAME" and "# date: YYYY-MM-DD" lines say
 *         who states the scores, and when.
 *   SSVC  such a table with named columns, one of them "exploitation", which
 *         is none, poc or active
 *
 * Everything read is hostile. Errors name the file and the line; nothing of a
 * file that is in error is taken in.
 */
#ifndef RISK_IMPORT_H
#define RISK_IMPORT_H

#include "risk/draft.h"

struct risk_import {
    const char *path;   /* "-": standard input */
    const char *source; /* who states the scores of a TSV file; or NULL */
    const char *date;   /* of a file that does not state its own; or NULL */
    int64_t now_s;
};

struct risk_imported {
    enum risk_kind kind;
    str name; /* of the source; both in the draft's memory */
    str date;
    size_t entries;
    size_t differ; /* scores that are not what their vector gives */
};

int risk_import(struct risk_draft *draft, const struct risk_import *import,
                struct risk_imported *out, struct err *err) MUST_CHECK;

/* The same, of bytes in memory; import->path names them. For fuzzing. */
int risk_import_memory(struct risk_draft *draft, str bytes,
                       const struct risk_import *import,
                       struct risk_imported *out, struct err *err) MUST_CHECK;

#endif
