/* SPDX-License-Identifier: Apache-2.0
 *
 * What the probes of rpm verification share: the packages and files that a
 * query asks for, the behaviours that leave attributes out, and facts.
 */
#ifndef PROBE_RPM_ITEMS_H
#define PROBE_RPM_ITEMS_H

#include "probe/rpm_verify.h"

struct rpm_visit {
    void (*package)(struct rpm_visit *visit, struct rpm_db *db, uint32_t index);
    struct probe_machine *machine;
    const struct oval_query *query;
    struct oval_sink *sink;
};

/* Calls visit->package for each package that has the name, epoch, version,
 * release and arch that the query wants; an unreadable database is noted in
 * the sink. */
void rpm_items_packages(struct rpm_visit *visit);

/* Verifies the files that the query wants, and calls give for each. */
typedef void rpm_give_fn(struct oval_sink *sink,
                         const struct rpm_package *package,
                         const struct rpm_stated *stated,
                         const struct rpm_outcome *outcome);
void rpm_items_files(struct probe_machine *machine,
                     const struct oval_query *query, struct oval_sink *sink,
                     rpm_give_fn *give);

/* True when the behaviour is given as true. */
bool rpm_items_behaves(const struct oval_query *query, const char *name);

/* "pass", "fail" or "not performed" for an attribute. */
void rpm_items_give(struct oval_sink *sink, const char *name,
                    const struct rpm_outcome *outcome, uint32_t attribute);

/* From device_differs to readme_file, in the order of the schema. */
void rpm_items_give_rest(struct oval_sink *sink,
                         const struct rpm_stated *stated,
                         const struct rpm_outcome *outcome);

#endif
