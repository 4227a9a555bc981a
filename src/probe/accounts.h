/* SPDX-License-Identifier: Apache-2.0
 *
 * The lines of /etc/passwd and /etc/shadow. Pure: views in, views out.
 */
#ifndef PROBE_ACCOUNTS_H
#define PROBE_ACCOUNTS_H

#include "base/str.h"

enum {
    ACCOUNTS_FILE_MAX = 64 * 1024 * 1024
};

struct account_passwd {
    str name;
    str password;
    str uid; /* a number */
    str gid; /* a number */
    str gecos;
    str home;
    str shell; /* "" when the line ends before it */
};

struct account_shadow {
    str name;
    str password;
    str last_change;
    str min_age;
    str max_age;
    str warning;
    str inactive;
    str expire;
    str flag;
};

/* 0; 1: the line is nobody's (blank, a comment, or a NIS entry that begins
 * with + or -); E_PARSE: it is not an entry, and the system ignores it. */
int accounts_passwd_line(str line, struct account_passwd *out,
                         struct err *err) MUST_CHECK;
int accounts_shadow_line(str line, struct account_shadow *out,
                         struct err *err) MUST_CHECK;

/* OVAL's name of the hash in a password field: "DES", "SHA-512", ...; "" when
 * the field holds no hash (empty, or locked without one); NULL when it holds
 * one that OVAL 5.11.2 has no name for. Locked hashes (!$6$...) count. */
const char *accounts_encrypt_method(str password);

#endif
