/* SPDX-License-Identifier: Apache-2.0
 *
 * Families of network devices: what they are called, which transports they
 * may be reached by, and how their command line speaks. One row a family in
 * family_table.c; nothing else knows a family by name. Pure.
 *
 * Names are compared without case, and blanks, '-' and '_' are alike:
 * "ios-xe", "IOS XE" and "ios_xe" are one family.
 */
#ifndef NETDEV_FAMILY_H
#define NETDEV_FAMILY_H

#include "base/str.h"

/* R-COM-6. Bits of a set are 1u << transport. */
enum transport {
    TRANSPORT_SSL, /* HTTPS */
    TRANSPORT_SSH,
    TRANSPORT_TELNET,
    TRANSPORT_HTTP,
    TRANSPORT_TMS,     /* no session: files that an operator carries */
    TRANSPORT_NETCONF, /* over SSH (RFC 6242) */
    TRANSPORTS,
};

/* Whose commands a family takes. */
enum syntax {
    SYNTAX_IOS,
    SYNTAX_ASA, /* and PIX and FWSM */
    SYNTAX_CATOS,
    SYNTAX_IPS,
    SYNTAX_FRR,
    SYNTAX_NETCONF, /* the requests of netconf.h */
};

/* A question that a command may ask, and its answer. A question that no row
 * knows ends the session (R-DEP-6). */
struct dialog {
    const char *command;  /* what the command begins with; "": any */
    const char *question; /* what the line that waits contains */
    const char *answer;   /* sent with a line end; "": only that */
};

/* What a line of an answer says of its command (R-DEP-3). The first row whose
 * text the line begins with holds; of a line of none, nothing. */
enum response_kind {
    RESPONSE_OK,
    RESPONSE_WARNING, /* taken, and said */
    RESPONSE_ERROR,   /* refused */
    RESPONSE_QUESTION,
    RESPONSE_KINDS,
};
struct response_row {
    enum response_kind kind;
    const char *begins;
};

/* Transports from a version on. The last row of a table has no name in
 * `from`: it holds for all versions below the others. */
struct transport_band {
    unsigned from_major;
    unsigned from_minor;
    unsigned allowed;
    enum transport by_default;
};

/* How a family takes changes that it goes back from by itself unless they are
 * confirmed in time (R-DEP-5). %u is the time. NULL where there is no such
 * step. */
struct timed_revert {
    /* Lines have an effect by `commit` only: the steps are taken always. */
    bool is_transaction;
    /* commit, check, confirm and back are commands of configuration mode, and
     * leaving it, or the session, goes back. */
    bool is_inside;
    unsigned unit_s;
    unsigned most;          /* of those */
    unsigned restart_s;     /* it goes back by a restart, which takes so long */
    const char *prepare[2]; /* what is gone back to is kept */
    const char *arm;
    const char *enter; /* in place of `configure` */
    const char *validate;
    const char *commit;
    const char *check; /* in place of `show_running` */
    const char *confirm;
    const char *drop;   /* what was entered and not committed */
    const char *back;   /* at once; NULL: by the lines that lead back */
    const char *disarm; /* when there is nothing to go back from */
    const char *needs;  /* what the device must have, for messages */
};

/* What a device of the family can fetch its configuration from (R-COM-10).
 * Bits of a set. */
enum fetch {
    FETCH_AUS = 1, /* Auto Update; from a Configuration Engine, too */
    FETCH_CNS = 2, /* the agents of a Configuration Engine */
    FETCH_PNP = 4,
};

struct family {
    const char *name;
    const char *title;   /* for people: "IOS router" */
    const char *aliases; /* separated by '|' */
    enum syntax syntax;
    unsigned fetches;                   /* of enum fetch */
    const struct transport_band *bands; /* newest first */
    size_t band_count;

    /* The command line. NULL where a family has no such command. */
    const char *enable;       /* to the privileged level */
    const char *enabled_ends; /* what a privileged prompt ends with */
    const char *user_ends;    /* what an unprivileged prompt ends with */
    const char *no_pager[2];  /* sent one after the other after login */
    const char *show_version;
    const char *show_running;
    const char *show_interfaces;
    const char *show_licences; /* beyond what show_version says (R-LIC-1) */
    const char *show_https;    /* of its own web server (R-IOSSSL-6) */
    const char *configure;     /* into configuration mode */
    const char *leave;         /* and out of it, from any depth */
    const char *save;
    const char *quit;
    const char *const *pagers;            /* texts that ask for a key */
    const struct dialog *dialogs;         /* the last has no question */
    const struct response_row *responses; /* the last begins with NULL */
    const char *const *noise; /* patterns (PCRE2) of lines that change by
                                 themselves */
    const struct timed_revert *revert; /* NULL: it cannot */
};

extern const struct family families[];
extern const size_t family_count;

/* NULL when nobody has that name. */
const struct family *family_find(str name);
/* "pix, asa, ...", for messages. */
const char *family_names(void);

const char *transport_name(enum transport transport); /* "ssl" */
/* Also "https". E_INVALID names those that are known. */
int transport_find(str name, enum transport *out, struct err *err) MUST_CHECK;
bool transport_is_clear(enum transport transport);

/* "12.2(25)SEE2": 12 and 2. E_INVALID for what does not begin with two
 * numbers. */
struct os_version {
    unsigned major;
    unsigned minor;
    unsigned release; /* 25; 0 where there is none */
};
int os_version_parse(str text, struct os_version *out,
                     struct err *err) MUST_CHECK;
bool os_version_from(const struct os_version *version, unsigned major,
                     unsigned minor, unsigned release);

/* R-COM-7. version may be NULL: it is not known, and the newest band holds.
 * E_INVALID when no band covers it. */
int family_transports(const struct family *family,
                      const struct os_version *version, unsigned *out_allowed,
                      enum transport *out_default, struct err *err) MUST_CHECK;

/* Whether the family may be reached so; E_INVALID with the rule and what is
 * allowed instead. model counts for TMS only (R-TMS-4) and may be empty. */
int family_check_transport(const struct family *family,
                           const struct os_version *version, str model,
                           enum transport transport,
                           struct err *err) MUST_CHECK;

#endif
