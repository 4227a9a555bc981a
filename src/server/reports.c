/* SPDX-License-Identifier: Apache-2.0 */
#include "server/reports.h"

#include "base/log.h"
#include "server/core.h"
#include "server/exposure.h"
#include "server/print.h"

void reports_start(struct core *core, str data_dir)
{
    struct reports *reports = mem_alloc(1, sizeof(*reports));

    reports->core = core;
    reports->data_dir = mem_alloc(data_dir.n + 1, 1);
    memcpy(reports->data_dir, data_dir.p, data_dir.n);
    reports->rater = rater_new(reports->data_dir);
    core->reports = reports;
    reports->exposures = exposures_new(core);
}

void reports_run(struct core *core)
{
    struct err err = { 0 };

    core->reports->runs = true;
    if (helper_start("print", &core->reports->printer, &err) < 0)
        log_warn("report.no_pdf", LOG_TEXT("why", str_c(err_text(&err))));
    reports_look_soon(core);
}

void reports_stop(struct core *core)
{
    struct reports *reports = core->reports;

    if (reports == NULL)
        return;
    loop_remove(reports->timer);
    deliveries_stop(core);
    exposures_free(reports->exposures);
    core->reports = NULL;
    arena_clear(&reports->arena);
    helper_free(reports->printer);
    rater_free(reports->rater);
    mem_free(reports->data_dir);
    mem_free(reports);
}
