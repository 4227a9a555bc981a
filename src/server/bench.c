/* SPDX-License-Identifier: Apache-2.0
 *
 * One device looked at closely: its face for lists, and its inventory under
 * an evaluation; see server/catalogue_int.h.
 */
#include "content/platform.h"
#include "fleet/device.h"
#include "fleet/inventory.h"
#include "oval/inventory.h"
#include "server/catalogue_int.h"
#include "server/core.h"

int device_face(struct request *req, int64_t device, struct device_face *out,
                struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(req->core->db,
                    "SELECT d.name, d.os_name FROM device d"
                    " WHERE d.org = $1 AND " SCOPE_SQL " AND d.id = $3"
                    " AND d.deleted = 0",
                    DB_ARGS(db_i64(req->scope.org),
                            db_i64(scope_limit(&req->scope)), db_i64(device)),
                    DB_WANTED("device", device), &rows, err);

    if (rc < 0)
        return rc;
    out->name = arena_str(&req->arena, db_col_text(rows, 0));
    out->os = arena_str(&req->arena, db_col_text(rows, 1));
    return 0;
}

int bench_open(struct request *req, const struct oval_content *pack,
               int64_t device, struct bench *out, struct err *err)
{
    struct oval_inventory_options options = {
        .source_packages = platform_names_sources(pack),
    };
    struct oval_eval_options detail = { .detail = true };
    struct inventory inventory;
    int rc;

    *out = (struct bench){ .arena = ARENA };
    rc = inventory_load(req->core->db, device, &out->arena, &inventory, err);
    if (rc == 0) {
        inventory_for_oval(&inventory,
                           inventory.hostname.n > 0 ? inventory.hostname
                                                    : STR("-"),
                           &out->arena, &out->inventory);
        rc = oval_inventory_source_new(&out->inventory, &options, &out->source,
                                       err);
    }
    if (rc == 0)
        rc = oval_eval_new(pack, out->source, &detail, &out->eval, err);
    if (rc != 0)
        bench_close(out);
    return rc;
}

void bench_close(struct bench *b)
{
    oval_eval_free(b->eval);
    oval_source_free(b->source);
    arena_clear(&b->arena);
    *b = (struct bench){ .arena = ARENA };
}
