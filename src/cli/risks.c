/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/risks.h"

#include <stdio.h>

#include "cli/term.h"
#include "content/store.h"

const char *risks_path(struct arena *arena, const char *dir)
{
    if (dir == NULL)
        dir = store_default_dir(arena);
    return arena_printf(arena, "%s/risk.data", dir).p;
}

static void warn(void *ctx, const struct err *err)
{
    struct risks *risks = ctx;

    if (risks->warned)
        return;
    risks->warned = true;
    term_report("warning: the risk data are not used: ", err);
}

int risks_open_data(struct arena *arena, const char *dir,
                    struct risk_data **out, struct err *err)
{
    const char *path = risks_path(arena, dir);
    int rc = risk_data_open(path, out, err);

    if (rc == E_ABSENT && dir == NULL)
        rc = risk_data_open(risks_path(arena, store_system_dir), out, err);
    if (rc == E_ABSENT)
        return err_set(err, E_ABSENT,
                       "there are no risk data (%s); 'holdfast risk import' "
                       "and 'holdfast risk update' add some",
                       path);
    return rc;
}

int risks_open(struct risks *risks, const char *given, const char *dir,
               struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct risk_data *data = NULL;
    struct err problem = { 0 };
    int rc = 0;

    *risks = (struct risks){ 0 };
    if (given != NULL && strcmp(given, "none") == 0)
        return 0;
    if (given != NULL)
        rc = risk_data_open(given, &data, err);
    else if (risks_open_data(&arena, dir, &data, &problem) < 0 &&
             problem.code != E_ABSENT)
        warn(risks, &problem);
    if (data != NULL)
        risks->rater = content_rater_new(data, warn, risks);
    return rc;
}

void risks_close(struct risks *risks)
{
    content_rater_freep(&risks->rater);
}

const struct oval_rater *risks_rater(const struct risks *risks)
{
    return content_rater_oval(risks->rater);
}
