/* SPDX-License-Identifier: Apache-2.0
 *
 * Importing what publishers say, from files, plain or compressed; a tar
 * archive is read file by file. A file is recognised by its first bytes:
 *
 *   updateinfo  dnf's and zypper's updateinfo.xml
 *   dsa         Debian's lists data/DSA/list, DLA/list and DTSA/list
 *   tracker     the Debian security tracker's JSON
 *   usn         Ubuntu's security notices, as JSON
 *   oval        OVAL definitions of the class "patch", as XML
 *   osv         Open Source Vulnerabilities, as JSON
 *   csaf        CSAF 2.0, advisories and VEX, as JSON
 *   cvrf        Microsoft's CVRF 1.1, a month's security updates, as XML
 *   msu         Windows updates with what they replace, as JSON
 *   wes         a table of Windows updates and CVEs, as CSV
 *
 * A list that is complete (dsa, tracker, usn, msu, wes) replaces what its
 * source said before; of the others a document replaces itself. Errors name
 * the file and the line; nothing of a file that is in error is taken in.
 */
#ifndef ADVISORY_IMPORT_H
#define ADVISORY_IMPORT_H

#include "advisory/draft.h"

struct advisory_import {
    const char *path;    /* "-": standard input */
    const char *source;  /* its name, when the file does not state it; NULL */
    const char *release; /* of packages whose file states none; or NULL */
    int64_t now_s;
};

struct advisory_imported {
    const char *format;
    str source; /* lives as long as the draft, as does the date */
    str date;
    size_t documents;
    size_t advisories;
    size_t notices;
    size_t items;
    size_t skipped; /* what is well-formed and says nothing to us */
};

int advisory_import(struct advisory_draft *draft,
                    const struct advisory_import *import,
                    struct advisory_imported *out, struct err *err) MUST_CHECK;

/* The same, of bytes in memory; import->path names them. */
int advisory_import_memory(struct advisory_draft *draft, str bytes,
                           const struct advisory_import *import,
                           struct advisory_imported *out,
                           struct err *err) MUST_CHECK;

#endif
