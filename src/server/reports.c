/* SPDX-License-Identifier: Apache-2.0 */
#include "server/reports.h"

#include "server/core.h"

int reports_start(struct core *core, const char *data_dir, struct err *err)
{
    struct reports *reports = mem_alloc(1, sizeof(*reports));

    (void)err;
    reports->core = core;
    reports->data_dir = data_dir;
    reports->rater = rater_new(data_dir);
    core->reports = reports;
    return 0;
}

void reports_stop(struct core *core)
{
    struct reports *reports = TAKE(core->reports);

    if (reports == NULL)
        return;
    loop_remove(reports->timer);
    rater_free(reports->rater);
    mem_free(reports);
}
