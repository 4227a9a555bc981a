/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of each report, for whoever asks: the API and scheduled
 * deliveries, which are rendered with the owner's scope (claim 24).
 */
#ifndef SERVER_REPORT_ROWS_H
#define SERVER_REPORT_ROWS_H

#include "server/reports.h"

/* query is an object of the members that the API's report takes. */

struct summary { /* K-REP: a row a test */
    struct library library;
    struct listing listing;
};
int summary_open(struct core *core, const struct scope *scope,
                 const struct jval *query, struct arena *arena,
                 struct summary *out, struct err *err) MUST_CHECK;
/* The content versions that it is of. */
struct jval *summary_since(const struct summary *summary);
void summary_clear(struct summary *summary);

struct compliance { /* K-CMP: a row a device */
    struct library library;
    struct listing listing;
    struct arena *arena;
    VEC(uint8_t) results; /* scratch of one device */
    VEC(uint8_t) disagree;
};
int compliance_open(struct core *core, const struct scope *scope,
                    const struct jval *query, struct arena *arena,
                    struct compliance *out, struct err *err) MUST_CHECK;
void compliance_clear(struct compliance *compliance);

struct bench;
struct on_device { /* what is not fine on one device, worst first */
    struct library library;
    struct listing listing;
    struct bench *bench;
    bool known; /* something is known of it */
    int64_t device;
    size_t shelf;
    uint8_t *results;
    uint8_t *disagree;
    struct oval_finding finding;
};
int on_device_open(struct request *req, int64_t device, struct on_device *out,
                   struct err *err) MUST_CHECK;
void on_device_clear(struct on_device *on_device);

#endif
