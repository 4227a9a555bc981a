/* SPDX-License-Identifier: Apache-2.0
 *
 * What the routes of the catalogue share: finding the definition that a
 * request names, and the devices behind a number.
 */
#ifndef SERVER_CATALOGUE_INT_H
#define SERVER_CATALOGUE_INT_H

#include "server/reports.h"

struct place { /* of a definition */
    size_t shelf;
    uint32_t definition;
};

/* By the query's content and id. 404 names what is not there. */
int library_open_one(struct request *req, struct library *library,
                     struct place *out, struct err *err) MUST_CHECK;
int library_find(struct request *req, const struct library *library, str id,
                 struct place *out, struct err *err) MUST_CHECK;

/* Does the definition name it, a CVE or what else it refers to (an advisory),
 * letters in any case? */
bool definition_names(const struct oval_content *content,
                      const struct oval_definition *definition, str id);

/* A device as lists show it. */
struct device_face {
    str name;
    str os;
};
/* Of one device of the scope, in the arena; E_ABSENT. */
int device_face(struct request *req, int64_t device, struct device_face *out,
                struct err *err) MUST_CHECK;

/* The inventory of a device as a source of facts, and an evaluation of the
 * pack on it. 1: there is no inventory. */
struct bench {
    struct arena arena;
    struct oval_inventory inventory;
    struct oval_source *source;
    struct oval_eval *eval;
};
int bench_open(struct request *req, const struct oval_content *pack,
               int64_t device, struct bench *out, struct err *err) MUST_CHECK;
void bench_close(struct bench *bench);

#endif
