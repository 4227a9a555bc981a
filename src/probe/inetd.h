/* SPDX-License-Identifier: Apache-2.0
 *
 * The lines of inetd.conf.
 */
#ifndef PROBE_INETD_H
#define PROBE_INETD_H

#include "base/str.h"

struct inetd_entry {
    str service;
    str endpoint;
    str protocol;
    str wait; /* "wait" or "nowait" */
    str user;
    str program;
    str arguments;
};

/* 0; 1: no service (blank, a comment, an address for the lines below); or
 * E_PARSE. */
int inetd_parse_line(str line, struct inetd_entry *out,
                     struct err *err) MUST_CHECK;

#endif
