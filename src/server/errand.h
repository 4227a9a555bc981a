/* SPDX-License-Identifier: Apache-2.0
 *
 * What the core asks the courier to do in the network, and what comes back:
 * closed kinds with fixed shapes and limits (proto/wire.h). The courier has
 * no store and keeps nothing between errands.
 *
 * Every errand says whether the address was the operator's word (the
 * configuration file) or somebody else's: then only public addresses and the
 * networks that the configuration allows are reached, checked after names
 * were resolved and again at each redirect (security claim 28).
 */
#ifndef SERVER_ERRAND_H
#define SERVER_ERRAND_H

#include "proto/wire.h"

enum {
    ERRAND_URL_MAX = 4096,
    ERRAND_PEM_MAX = 65536,
    ERRAND_TEXT_MAX = 4096,
    ERRAND_HEADERS_MAX = 16,
    ERRAND_FETCH_BODY_MAX = 8 << 20, /* sent */
    ERRAND_ANSWER_MAX = 8 << 20,     /* received */
    ERRAND_ATTRIBUTES_MAX = 16,
    ERRAND_ENTRIES_MAX = 10000,
    ERRAND_VALUES_MAX = 1000,
    ERRAND_VALUE_MAX = 4096,
    ERRAND_RECIPIENTS_MAX = 50,
    ERRAND_ATTACHMENTS_MAX = 8,
    ERRAND_ATTACHMENT_MAX = 16 << 20,
    ERRAND_TIMEOUT_MS_MAX = 120000,
    ERRAND_WAKE_MAX = 1000,
};

struct errand_text {
    str text;
};

/* HTTP: https:// only, or http:// where `plain` says so. No cookies, no
 * proxies, no credentials but those in the headers. */
struct errand_fetch {
    int64_t id; /* set by the courier's client */
    str method; /* "GET", "POST" */
    str url;
    str content_type;
    struct wire_list headers; /* struct errand_text: "Name: value" */
    str body;                 /* empty: none */
    str authority;            /* PEM instead of the machine's; or empty */
    bool plain;
    bool operator_word; /* any address may be reached */
    int64_t redirects;
    int64_t answer_max;
    int64_t timeout_ms;
};

/* LDAP: bind, search, and perhaps bind again as what was found.
 *
 * With `password` the search must find exactly one entry, and the password
 * must be right for it (the empty one never is). Then, with group_base, the
 * groups are searched by group_filter, in which {dn} stands for the entry's
 * name. The answer has the entry first and the groups after it.
 *
 * Without, it is a search: at most `limit` entries (E_LIMIT for more). */
struct errand_ldap {
    int64_t id;
    str url;  /* ldap:// or ldaps://host[:port] */
    bool tls; /* ldap:// is upgraded by StartTLS, or fails */
    str authority;
    str bind_dn; /* empty: anonymous */
    str bind_password;
    str base;
    int64_t depth; /* 0: all below base, 1: next to it, 2: base */
    str filter;    /* values in it are escaped by filter_escape() */
    struct wire_list attributes; /* struct errand_text */
    bool login;
    str password;
    str group_base;
    str group_filter;
    int64_t limit;
    int64_t timeout_ms;
    bool operator_word;
};

struct errand_attachment {
    str name;
    str content_type;
    str bytes;
};
struct errand_mail {
    int64_t id;
    str url; /* smtp:// (upgraded by STARTTLS, or it fails) or smtps:// */
    bool tls;
    str authority;
    str user;
    str password;
    str from;
    struct wire_list to; /* struct errand_text: addresses */
    str subject;
    str text;
    str html; /* or empty */
    struct wire_list attachments;
    int64_t timeout_ms;
    bool operator_word;
};

/* Wake-on-LAN: a packet of 6 bytes FF and 16 times the MAC to each target and
 * port, by broadcast. The answer's status is how many went out. */
struct errand_wake_target {
    str mac;     /* 6 bytes */
    str address; /* IPv4 */
};
struct errand_wake {
    int64_t id;
    struct wire_list targets; /* struct errand_wake_target */
    int64_t port;
    int64_t timeout_ms;
};

/* --- what comes back ----------------------------------------------------- */
struct errand_value {
    str name; /* of the attribute, lower case */
    str bytes;
};
struct errand_entry {
    str dn;
    struct wire_list values; /* struct errand_value */
};
struct errand_return {
    int64_t id;
    int64_t code;   /* 0, or E_...: E_PERM for a wrong password, too */
    str text;       /* why */
    int64_t status; /* HTTP */
    str content_type;
    str location;
    str body;
    struct wire_list entries; /* LDAP */
};

extern const struct wire_shape shape_errand_fetch;
extern const struct wire_shape shape_errand_ldap;
extern const struct wire_shape shape_errand_mail;
extern const struct wire_shape shape_errand_wake;
extern const struct wire_shape shape_errand_return;

/* Appends a value so that it stands for itself in a filter (RFC 4515). */
void filter_escape(struct buf *out, str value);
/* Appends the template with {login}, {dn} replaced by escaped values; a name
 * in braces that is neither stays as it is. */
void filter_fill(struct buf *out, str template, str login, str dn);
/* The first value of an attribute (any case), or STR_NONE. */
str errand_value(const struct errand_entry *entry, str name);

#endif
