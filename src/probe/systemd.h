/* SPDX-License-Identifier: Apache-2.0
 *
 * systemd's units, as systemd itself tells them over D-Bus. The names are
 * listed once a run, and the properties of a unit are asked for once, when an
 * object first wants them.
 */
#ifndef PROBE_SYSTEMD_H
#define PROBE_SYSTEMD_H

#include "base/vec.h"
#include "probe/machine.h"

struct systemd_property {
    str name;
    VEC(str) values; /* of an array: one for each element */
};

struct systemd_unit {
    str name;
    bool asked; /* properties are known */
    bool gone;  /* it was listed, but is not there */
    VEC(struct systemd_property) properties;
};

struct systemd;

/* Connects and lists the units that are loaded and those that have a file, on
 * first use; the machine owns it. NULL: the sink has been told why not. */
struct systemd *systemd_for(struct probe_machine *machine,
                            struct oval_sink *sink);

/* The unit called name with its properties. E_ABSENT: there is none. */
int systemd_unit(struct systemd *systemd, str name,
                 const struct systemd_unit **out, struct err *err) MUST_CHECK;

/* The property called name, or NULL. */
const struct systemd_property *systemd_property(const struct systemd_unit *unit,
                                                const char *name);

/* Calls fn for each listed unit that satisfies want; NULL: for all. A literal
 * name that is not listed is asked for too, because aliases and instances of
 * templates are not. */
typedef void systemd_each_fn(void *ctx, const struct systemd_unit *unit);
void systemd_each(struct systemd *systemd, struct oval_sink *sink,
                  const struct oval_query *query, systemd_each_fn *fn,
                  void *ctx);

#endif
