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
    struct listing listing; /* its owner is the summary */
    struct scope scope;
    struct arena arena;
};
/* On the heap: what is written in pieces outlives its request. */
int summary_new(struct core *core, const struct scope *scope,
                const struct jval *query, struct summary **out,
                struct err *err) MUST_CHECK;
/* The content versions that it is of. */
struct jval *summary_since(const struct summary *summary);
void summary_free(struct summary *summary);
/* Nothing when its listing was taken over. */
void summary_let_go(struct summary **summary);

struct compliance { /* K-CMP: a row a device */
    struct library library;
    struct listing listing; /* its owner is the compliance */
    struct scope scope;
    struct arena arena;
    VEC(uint8_t) results; /* scratch of one device */
    VEC(uint8_t) disagree;
};
int compliance_new(struct core *core, const struct scope *scope,
                   const struct jval *query, struct compliance **out,
                   struct err *err) MUST_CHECK;
void compliance_free(struct compliance *compliance);
void compliance_let_go(struct compliance **compliance);

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
