/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line and the configuration file of holdfast-agent. Every
 * process of the agent is started with the same options and reads them
 * itself; what they say of root directories and files is for tests and
 * images as well as for people.
 *
 * The configuration is lines "key = value"; '#' begins a comment. The
 * command line wins.
 */
#ifndef AGENT_OPTIONS_H
#define AGENT_OPTIONS_H

#include "base/arena.h"
#include "base/log.h"

#define AGENT_CONFIG "/etc/holdfast/agent.conf"
#define AGENT_DATA "/var/lib/holdfast-agent"
#define AGENT_USER "holdfast-agent"

struct options {
    /* configuration */
    const char *data;
    const char *user; /* of the network process, when started as root */
    const char *root; /* NULL: this machine */
    const char *utmp; /* NULL: the system's */
    const char *zone_file;
    const char *bus;       /* address of the system's bus; NULL: where it is */
    const char *operators; /* keys whose approval deployments need */
    const char *installer; /* who starts it: "own", "unit"; "off": nobody */
    const char *metered;   /* the network: "yes", "no"; "auto": it is asked */
    int64_t limit_s;       /* of a run whose terms name none */
    int64_t memory_mb;     /* as well; 0: none */
    int64_t nice;          /* at least; the terms may say more */
    enum log_level log_level;
    bool log_json;
    /* command line only */
    const char *config;
    const char *clock;
    const char *role; /* NULL: a person started it */
    const char *command;
    const char *server;
    const char *token_file;
    const char *fingerprint;
    const char *ca_file;
    bool now;
    bool no_wait;
    bool json;
    int64_t since;      /* of a keeper: when the supervisor began */
    int64_t run_memory; /* of an evaluator */
    int64_t run_nice;
    struct arena arena;
    int argc; /* for starting the roles */
    char **argv;
};

/* Reads both. E_USAGE for a wrong command line; errors of the file name it
 * and the line. */
int options_read(struct options *out, int argc, char **argv,
                 struct err *err) MUST_CHECK;
void options_clear(struct options *options);

/* The text of a configuration file; for the fuzzer. */
int options_parse(struct options *options, str text,
                  struct err *err) MUST_CHECK;

/* Applies what is said of log and clock. */
int options_apply(const struct options *options, struct err *err) MUST_CHECK;

#endif
