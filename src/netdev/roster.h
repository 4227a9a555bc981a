/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists of devices as other programs keep them (R-INV-1, R-INV-6): a CSV
 * table, RANCID's router.db with its .cloginrc, Oxidized's router.db, NetBox
 * as JSON, and configurations, each of which is a device by itself. Pure; the
 * texts are hostile: bounded, and every mistake is told with its line.
 *
 * A row that cannot be a device is a problem and is left out; the others are
 * read. Only what makes the whole text doubtful is an error.
 *
 * Passwords are in here as they stand in the files. roster_clear() wipes
 * them; nothing else of this folder keeps or shows them.
 */
#ifndef NETDEV_ROSTER_H
#define NETDEV_ROSTER_H

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "netdev/family.h"
#include "netdev/show.h"

enum {
    ROSTER_TEXT_MAX = 64 << 20,
    ROSTER_DEVICES_MAX = 100000,
    ROSTER_PROBLEMS_MAX = 1000,
    ROSTER_WORD_MAX = 255, /* bytes of a name, address, user or password */
};

enum roster_format {
    ROSTER_CSV,      /* a heading: name, address, family, ... */
    ROSTER_RANCID,   /* router.db: name;type;state */
    ROSTER_OXIDIZED, /* router.db by columns: struct roster_options */
    ROSTER_NETBOX,   /* dcim/devices as JSON */
    ROSTER_CONFIG,   /* a running configuration */
    ROSTER_FORMATS,
};
const char *roster_format_name(enum roster_format format);
int roster_format_find(str name, enum roster_format *out,
                       struct err *err) MUST_CHECK;

struct roster_entry {
    unsigned line; /* in its file; of NetBox the number of the device */
    str name;
    str address; /* empty: as the name, or none (of a configuration) */
    const struct family *family;
    str version;
    str model;
    str serial;
    str transport; /* "ssh"; empty: not stated */
    int64_t port;  /* 0: not stated */
    str user;
    str password;
    str enable_password;
    str key_file;
    str host_key; /* "SHA256:...", approved */
    str realm;    /* or group, tenant */
    str notes;
    enum tristate failover; /* R-LIC-5: its licence supports it */
    const char *file;       /* of a configuration: where it lies; or NULL */
    bool is_down;           /* the list says not to contact it */
};
struct roster_problem {
    unsigned line;
    str text;
};
struct roster {
    VEC(struct roster_entry) list;
    VEC(struct roster_problem) problems;
    size_t dropped;   /* problems past ROSTER_PROBLEMS_MAX */
    struct map names; /* in small letters */
    struct arena arena;
};

struct roster_options {
    /* Of Oxidized: what stands in which column, from 0, "name:0,model:1",
     * and what separates them; empty: name, model, group by ':'. */
    str columns;
    char delimiter;
    /* For rows that say nothing of it; may be NULL. */
    const struct family *family;
};

/* Adds the devices of one text. E_PARSE with the line, E_LIMIT. */
int roster_read(enum roster_format format, const struct roster_options *options,
                str text, struct roster *out, struct err *err) MUST_CHECK;
/* Wipes the passwords. */
void roster_clear(struct roster *roster);

/* Which family another program's word means: "cisco", "iosxe", "cat5",
 * "Cisco IOS-XE"; NULL: none of ours. */
const struct family *roster_family(str word);

/* --- RANCID's .cloginrc --- */

struct clogin_rule {
    unsigned line;
    str what; /* "user", "password", "method", "identity", ... */
    str glob;
    VEC(str) values;
};
struct clogin {
    VEC(struct clogin_rule) rules;
    VEC(struct roster_problem) problems;
    struct arena arena;
};
int clogin_read(str text, struct clogin *out, struct err *err) MUST_CHECK;
/* Gives every device what the first rule whose pattern fits says. */
void clogin_apply(const struct clogin *clogin, struct roster *roster);
void clogin_clear(struct clogin *clogin);

#endif
