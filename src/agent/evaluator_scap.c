/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/evaluator_scap.h"

#include "probe/probe.h"
#include "profile/profile.h"

int evaluator_scap(const struct evaluator_scap *e, struct evaluated *out,
                   struct err *err)
{
    struct profile_order order = {
        .pack = e->pack,
        .arena = e->arena,
        .report = e->verdicts,
        .files = e->details,
        .files_max = DETAILS_MAX,
    };
    struct profile_told told = { 0 };
    int rc = probe_source_new(
        &(struct probe_options){ .root = e->root, .threads = e->one_thread },
        &order.source, err);

    if (rc == 0)
        rc = profile_test(&order, &told, err);
    oval_source_free(order.source);
    if (rc < 0)
        return rc;
    if (told.text.n > 0)
        out->text = told.text;
    out->definitions = told.rules;
    out->bad = told.failed;
    out->undecided = told.undecided;
    out->benchmark = true;
    return 0;
}
