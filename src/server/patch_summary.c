/* SPDX-License-Identifier: Apache-2.0 */
#include "server/patch_summary.h"

#include "server/route.h"

void patch_summaries_clear(struct patch_summaries *list)
{
    vec_clear(&list->all);
}

str patch_summary_state(const struct patch_summary *s)
{
    if (!s->scanned)
        return STR("no data");
    if (s->reboot) /* never reported as fully patched (P-RBT-7) */
        return STR("pending reboot");
    return s->missing > 0 ? STR("missing") : STR("patched");
}

static void read_summary(struct db_rows *rows, struct arena *arena,
                         struct patch_summary *out)
{
    *out = (struct patch_summary){
        .device = db_col_i64(rows, 0),
        .name = arena_str(arena, db_col_text(rows, 1)),
        .system = arena_str(arena, db_col_text(rows, 2)),
        .scanned = !db_col_null(rows, 3),
        .missing = db_col_i64(rows, 3),
        .installed = db_col_i64(rows, 4),
        .at = db_col_i64(rows, 5),
        .origin = arena_str(arena, db_col_text(rows, 6)),
        .configuration = db_col_null(rows, 7)
                             ? STR_NONE
                             : arena_str(arena, db_col_text(rows, 7)),
        .version = db_col_i64(rows, 8),
        .reboot = db_col_i64(rows, 9) != 0,
        .level = db_col_i64(rows, 10),
        .since = db_col_i64(rows, 11),
        .reason = arena_str(arena, db_col_text(rows, 12)),
        .action = arena_str(arena, db_col_text(rows, 13)),
        .errors = arena_str(arena, db_col_text(rows, 14)),
        .failed = db_col_i64(rows, 15),
        .failure = arena_str(arena, db_col_text(rows, 16)),
    };
}

int patch_summaries_read(struct db *db, const struct scope *scope,
                         struct arena *arena, struct patch_summaries *out,
                         struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT d.id, d.name, d.os_name, s.missing, s.installed, s.at,"
        " COALESCE(s.origin, ''), c.name, p.version, COALESCE(s.reboot, 0),"
        " COALESCE(s.reboot_level, 0), COALESCE(s.reboot_since, 0),"
        " COALESCE(s.reboot_reason, ''), COALESCE(s.reboot_text, ''),"
        " COALESCE(s.errors, ''), COALESCE(p.scan_failed, 0),"
        " COALESCE(p.scan_failure, '')"
        " FROM device d LEFT JOIN patch_scan s ON s.device = d.id"
        " LEFT JOIN device_patch p ON p.device = d.id"
        " LEFT JOIN patch_configuration c ON c.id = p.configuration"
        " WHERE d.org = $1 AND " SCOPE_SQL " AND d.retired = 0"
        " AND d.deleted = 0 ORDER BY d.id",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope))), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        read_summary(rows, arena, vec_push(&out->all));
        rc = 0;
    }
    return rc;
}

struct jval *patch_summary_json(const struct patch_summary *s)
{
    static const char *const levels[] = { "none", "advised", "mandatory",
                                          "critical" };
    struct jval *o = jval_new_object();

    jval_set_i64(o, "device", s->device);
    jval_set_text(o, "name", s->name);
    jval_set_text(o, "system", s->system);
    jval_set_text(o, "state", patch_summary_state(s));
    jval_set(o, "missing",
             s->scanned ? jval_new_i64(s->missing) : jval_new_null());
    jval_set(o, "installed",
             s->scanned ? jval_new_i64(s->installed) : jval_new_null());
    json_time(o, "scanned", s->at);
    jval_set_text(o, "errors", s->errors);
    json_time(o, "scan_failed", s->failed);
    jval_set_text(o, "scan_failure", s->failure);
    jval_set_text(o, "origin", s->origin);
    jval_set_text(o, "configuration", s->configuration);
    jval_set_i64(o, "version", s->version);
    jval_set_bool(o, "reboot", s->reboot);
    json_time(o, "reboot_since", s->since);
    jval_set_text(o, "reboot_level",
                  str_c(s->level >= 0 && s->level < (int64_t)COUNT(levels)
                            ? levels[s->level]
                            : "none"));
    jval_set_text(o, "reboot_reason", s->reason);
    jval_set_text(o, "reboot_action", s->action);
    return o;
}
