/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration file of holdfastd: lines of "name = value", "#" starts a
 * comment. Each setting is a row of one table (config.c): its name, what it
 * may be, its default and what it means; the manual page is printed from it.
 * A name that is not known, a value that does not fit and a name given twice
 * are errors that name file and line.
 */
#ifndef SERVER_CONFIG_H
#define SERVER_CONFIG_H

#include "base/arena.h"
#include "base/buf.h"

struct config {
    struct arena arena;
    str data;               /* directory of everything the server keeps */
    str api_listen;         /* ADDRESS:PORT of console and API */
    str agent_listen;       /* of agents */
    str enrol_listen;       /* of devices that have no certificate yet */
    str devices_listen;     /* of network devices that fetch, by HTTP; empty:
                               off */
    str devices_tls_listen; /* by HTTPS; empty: off */
    str devices_tls;        /* modern, compatible, legacy */
    str devices_tls_certificate; /* PEM files; empty: by our own authority */
    str devices_tls_key;
    str public_name;     /* names and addresses, with commas; the first one is
                            what agents are told */
    str database;        /* URL; empty: SQLite in `data` */
    str user;            /* to become when started as root */
    str log_level;       /* error, warn, info, debug */
    str log_form;        /* text, json */
    str syslog;          /* udp:HOST:PORT, tcp:HOST:PORT, unix:PATH, or empty */
    str tls_certificate; /* PEM files; empty: by our own authority */
    str tls_key;
    str content_update; /* HH:MM of the night, or empty: never (K-UPD-1) */
    str release_url; /* https://...; empty: newer versions are not looked for */
    str release_keys; /* who signs them: server/release.h */
    str mail_server;  /* smtp://HOST:PORT or smtps://HOST:PORT; empty: none */
    str mail_from;
    str mail_user;
    str mail_password_file;
    str outbound_allow;  /* networks: http/address.h */
    str calls_listen;    /* devices that call; or empty */
    str netdev_allow;    /* networks devices stand in; or empty */
    str netdev_vault;    /* a command and its arguments, or empty */
    str netdev_key_file; /* server/netdev_key.h */
    str netdev_passphrase_file;
    int64_t netdev_sessions;     /* at a time */
    int64_t connections;         /* of one listener */
    int64_t connections_address; /* from one address to API and enrolment */
    int64_t header_timeout_s;
    int64_t idle_timeout_s;
    int64_t address_rate; /* requests a second from one address; 0: any */
    int64_t token_rate;   /* requests a second of one user or token; 0: any */
    int64_t upload_max;   /* bytes of one uploaded feed */
    bool check_answers;   /* for tests: answers are checked by their fields */
};

/* Who may know a setting. */
enum config_reader {
    CONFIG_ALL,
    CONFIG_NO_FRONT, /* not who speaks with the world */
};

/* `name` is for messages. On success *out belongs to the caller. */
int config_parse(str text, const char *name, struct config **out,
                 struct err *err) MUST_CHECK;
int config_load(const char *path, struct config **out,
                struct err *err) MUST_CHECK;
void config_free(struct config *config);
void config_freep(struct config **config);

/* Sets one setting as a line of the file would; for the command line. */
int config_set(struct config *config, str name, str value,
               struct err *err) MUST_CHECK;

/* Appends the settings as a file; with front, without what it may not know. */
void config_print(const struct config *config, bool front, struct buf *out);
/* Appends the table as manual text. */
void config_help(struct buf *out);

/* The i-th of public_name, or STR_NONE. */
str config_public_name(const struct config *config, size_t index);
/* A path below the data directory, in the config's arena. */
const char *config_path(struct config *config, const char *name);

/* Sets level and form of the program's log. */
void config_log(const struct config *config);

/* "ADDRESS:PORT" or "[ADDRESS]:PORT" in parts. */
int config_split(str address, str *out_host, int64_t *out_port,
                 struct err *err) MUST_CHECK;

#endif
