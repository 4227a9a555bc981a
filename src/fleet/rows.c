/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/rows_int.h"

int rows_all(struct db_rows *rows, const struct rows_plan *plan,
             struct arena *arena, struct rows_found *out, struct err *err)
{
    char *list = arena_alloc(arena, plan->max, plan->size);
    size_t n = 0;
    int rc = 0;

    while (n < plan->max && (rc = db_next(rows, err)) == 1)
        plan->read(rows, arena, list + plan->size * n++);
    if (rc < 0)
        return rc;
    *out = (struct rows_found){ list, n };
    return 0;
}

int rows_one(struct db_rows *rows, const struct rows_plan *plan,
             struct arena *arena, void *out, struct err *err)
{
    int rc = db_next(rows, err);

    if (rc < 0)
        return rc;
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no such %s", plan->what);
    plan->read(rows, arena, out);
    return 0;
}

void rows_read_id(struct db_rows *rows, struct arena *arena UNUSED, void *out)
{
    *(int64_t *)out = db_col_i64(rows, 0);
}
