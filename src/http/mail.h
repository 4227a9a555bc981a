/* SPDX-License-Identifier: Apache-2.0
 *
 * One mail to an SMTP server, by libcurl: text, perhaps HTML beside it, and
 * attachments. Blocks. TLS is checked against the machine's certificates or
 * those given; without `tls` the mail and a password go in plain.
 */
#ifndef HTTP_MAIL_H
#define HTTP_MAIL_H

#include "base/str.h"

struct mail_part {
    str name;
    str content_type;
    str bytes;
};

struct mail {
    const char *url;  /* smtp://host[:port] or smtps://host[:port] */
    bool tls;         /* smtp:// is upgraded by STARTTLS, or it fails */
    str authority;    /* PEM; empty: the machine's */
    const char *user; /* NULL: no log-in */
    const char *password;
    str from;
    const str *to;
    size_t to_count;
    str subject;
    str text;
    str html; /* or empty */
    const struct mail_part *parts;
    size_t part_count;
    int64_t now;
    int64_t timeout_ms;
    bool forbid_private; /* public addresses only, ... */
    str allow;           /* ... and these networks (http/address.h) */
};

/* E_INVALID for an address or subject that would be more than one line or
 * one address; E_IO when the server is not reached or refuses; E_PERM for its
 * certificate or our password. */
int mail_send(const struct mail *mail, struct err *err) MUST_CHECK;

#endif
