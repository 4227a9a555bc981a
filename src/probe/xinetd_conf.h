/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration of xinetd (xinetd.conf(5)): sections `defaults { }` and
 * `service NAME { }` with lines `ATTRIBUTE = VALUE...`, and the directives
 * include and includedir. `+=` adds values, `-=` removes them; defaults apply
 * to what a service does not set itself.
 */
#ifndef PROBE_XINETD_CONF_H
#define PROBE_XINETD_CONF_H

#include "base/arena.h"
#include "base/vec.h"

enum xinetd_attribute { /* those that facts come from */
    XINETD_DISABLE,
    XINETD_DISABLED, /* of defaults: ids of services */
    XINETD_ENABLED,  /* of defaults: ids of services */
    XINETD_FLAGS,
    XINETD_ID,
    XINETD_NO_ACCESS,
    XINETD_ONLY_FROM,
    XINETD_PORT,
    XINETD_PROTOCOL,
    XINETD_SERVER,
    XINETD_SERVER_ARGS,
    XINETD_SOCKET_TYPE,
    XINETD_TYPE,
    XINETD_USER,
    XINETD_WAIT,
    XINETD_ATTRIBUTES
};

struct xinetd_value {
    bool set;
    str text; /* words separated by single blanks */
};

struct xinetd_service {
    str name;
    struct xinetd_value values[XINETD_ATTRIBUTES];
};

struct xinetd_conf {
    VEC(struct xinetd_service) services;
    struct xinetd_value defaults[XINETD_ATTRIBUTES];
    struct arena arena;
};

/* Called for an include (directory: false) or includedir directive. */
typedef int xinetd_include_fn(void *ctx, str path, bool directory,
                              struct err *err);

/* Adds what text says to *conf. Errors name the line. include may be NULL. */
int xinetd_conf_parse(struct xinetd_conf *conf, str text,
                      xinetd_include_fn *include, void *ctx,
                      struct err *err) MUST_CHECK;

/* Value of a service, or of the defaults where those apply to it. */
str xinetd_conf_value(const struct xinetd_conf *conf,
                      const struct xinetd_service *service,
                      enum xinetd_attribute attribute);

bool xinetd_conf_is_disabled(const struct xinetd_conf *conf,
                             const struct xinetd_service *service);

void xinetd_conf_clear(struct xinetd_conf *conf);

#endif
