/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/netdev_change.h"

#include "base/jval.h"
#include "base/regex.h"
#include "fleet/netdev_config.h"
#include "fleet/netdev_device.h"
#include "fleet/netdev_session.h"
#include "netdev/config.h"
#include "netdev/mask.h"

#define COLUMNS                                                                \
    "c.id, c.org, c.device, d.name, c.deployment, c.title, c.kind, c.lines,"   \
    " c.sealed, c.key_id, c.options, c.planned_on, c.state, c.text, c.author," \
    " c.author_name, c.approver_name, c.created, c.approved, c.begins,"        \
    " c.ended, c.session, c.before_config, c.after_config, c.results,"         \
    " c.revision, c.restores"

const str netdev_change_context = { "netdev change", 13 };

void netdev_changes_clear(struct netdev_changes *list)
{
    vec_clear(&list->all);
}

/* --- Checking -------------------------------------------------------------
 */

static int check_pattern(const struct jval *pattern, struct err *err)
{
    AUTO(regex_freep) struct regex *regex = NULL;
    str text = jval_text(pattern, STR_NONE);

    if (text.n == 0 || text.n > 1000)
        return err_set(err, E_INVALID,
                       "a pattern is a text of 1 to 1000 bytes");
    return regex_compile(text, 0, &regex, err);
}

static int check_options(const struct jval *options, struct err *err)
{
    const struct jval *tolerate = jval_get(options, "tolerate");
    int rc = 0;

    if (jval_count(tolerate) > 32)
        return err_set(err, E_INVALID, "at most 32 patterns");
    for (size_t i = 0; rc == 0 && i < jval_count(tolerate); i++)
        rc = check_pattern(jval_at(tolerate, i), err);
    return rc;
}

int netdev_change_check(const struct netdev_change *change,
                        const char **out_field, struct err *err)
{
    AUTO(jval_freep) struct jval *options = NULL;
    bool lines = str_eq(change->kind, NETDEV_CHANGE_LINES);
    int rc;

    *out_field = "title";
    if (change->title.n > NETDEV_TITLE_MAX)
        return err_set(err, E_INVALID, "a title has at most %d bytes",
                       NETDEV_TITLE_MAX);
    *out_field = "kind";
    if (!lines && !str_eq(change->kind, NETDEV_CHANGE_RESTORE))
        return err_set(err, E_INVALID, "a change is \"lines\" or \"restore\"");
    *out_field = lines ? "lines" : "version";
    if (lines && str_trim(change->lines).n == 0)
        return err_set(err, E_INVALID, "there is no command to enter");
    if (!lines && change->restores <= 0)
        return err_set(err, E_INVALID, "name the version to put back");
    *out_field = "tolerate";
    rc = jval_parse(change->options, NETDEV_CHANGE_OPTIONS_MAX, &options, err);
    return rc < 0 ? rc : check_options(options, err);
}

int netdev_change_seal(const struct box_public *key, str lines,
                       struct arena *arena, struct netdev_change *out,
                       struct err *err)
{
    AUTO(buf_clear) struct buf masked = BUF(4 * NETDEV_LINES_MAX);
    AUTO(buf_clear) struct buf sealed = BUF(NETDEV_LINES_MAX + BOX_OVERHEAD);
    char id[BOX_ID_MAX];
    int rc;

    if (lines.n > NETDEV_LINES_MAX)
        return err_set(err, E_LIMIT, "commands have at most %d bytes",
                       NETDEV_LINES_MAX);
    mask_text(lines, NULL, 0, &masked);
    rc = buf_finish(&masked, "the commands", err);
    if (rc == 0)
        rc = box_seal(key, netdev_change_context, lines, &sealed, err);
    if (rc < 0)
        return rc;
    box_id(key, id);
    out->lines = arena_str(arena, buf_str(&masked));
    out->sealed = arena_str(arena, buf_str(&sealed));
    out->key_id = arena_str(arena, str_c(id));
    return 0;
}

/* --- Putting back -----------------------------------------------------------
 */

static int version_text(struct db *db, int64_t device, int64_t number,
                        struct buf *out, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct netdev_config config;
    int rc = netdev_config_get(db, device, number, &arena, &config, err);

    return rc < 0 ? rc : netdev_config_text(db, config.id, out, err);
}

int netdev_change_difference(struct db *db,
                             const struct netdev_versions *versions,
                             struct arena *arena, str *out, struct err *err)
{
    AUTO(buf_clear) struct buf from = BUF(4 * NETDEV_CONFIG_MAX);
    AUTO(buf_clear) struct buf to = BUF(4 * NETDEV_CONFIG_MAX);
    AUTO(buf_clear) struct buf delta = BUF(4 * NETDEV_CONFIG_MAX);
    struct scope system = scope_system(0);
    struct netdev device;
    int rc = version_text(db, versions->device, versions->to, &to, err);

    if (rc == 0)
        rc = version_text(db, versions->device, versions->from, &from, err);
    if (rc == 0)
        rc = db_one_i64(db, "SELECT org FROM netdev WHERE device = $1",
                        DB_ARGS(db_i64(versions->device)), &system.org, err);
    if (rc == 0)
        rc = netdev_get(db, &system, versions->device, arena, &device, err);
    if (rc == 0)
        rc = config_delta(family_find(device.terms.family), buf_str(&from),
                          buf_str(&to), &delta, err);
    if (rc == 0)
        rc = buf_finish(&delta, "what differs", err);
    if (rc == 0)
        *out = arena_str(arena, buf_str(&delta));
    return rc;
}

/* --- Reading ----------------------------------------------------------------
 */

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct netdev_change *out)
{
    const struct {
        str *text;
        int column;
    } texts[] = {
        { &out->name, 3 },         { &out->title, 5 },
        { &out->kind, 6 },         { &out->lines, 7 },
        { &out->key_id, 9 },       { &out->options, 10 },
        { &out->state, 12 },       { &out->text, 13 },
        { &out->author_name, 15 }, { &out->approver_name, 16 },
        { &out->results, 24 },
    };

    for (size_t i = 0; i < COUNT(texts); i++)
        *texts[i].text = arena_str(arena, db_col_text(rows, texts[i].column));
    out->id = db_col_i64(rows, 0);
    out->org = db_col_i64(rows, 1);
    out->device = db_col_i64(rows, 2);
    out->deployment = db_col_i64(rows, 4);
    out->sealed = arena_str(arena, db_col_blob(rows, 8));
    out->planned_on = db_col_i64(rows, 11);
    out->author = db_col_i64(rows, 14);
    out->created = db_col_i64(rows, 17);
    out->approved = db_col_i64(rows, 18);
    out->begins = db_col_i64(rows, 19);
    out->ended = db_col_i64(rows, 20);
    out->session = db_col_i64(rows, 21);
    out->before_config = db_col_i64(rows, 22);
    out->after_config = db_col_i64(rows, 23);
    out->revision = db_col_i64(rows, 25);
    out->restores = db_col_i64(rows, 26);
}

#define VISIBLE                                                                \
    " FROM netdev_change c JOIN device d ON d.id = c.device"                   \
    " WHERE c.org = $1 AND " SCOPE_SQL

int netdev_change_get(struct db *db, const struct scope *scope, int64_t id,
                      struct arena *arena, struct netdev_change *out,
                      struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db, "SELECT " COLUMNS VISIBLE " AND c.id = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(id)),
        &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc == 0)
        return err_set(err, E_ABSENT, "there is no change %lld", (long long)id);
    if (rc > 0)
        read_row(rows, arena, out);
    return rc < 0 ? rc : 0;
}

int netdev_change_list(struct db *db, const struct scope *scope,
                       const struct netdev_change_find *find,
                       struct arena *arena, struct netdev_changes *out,
                       struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    str state = find->state.n > 0 ? find->state : STR("");
    int rc = db_query(
        db,
        "SELECT " COLUMNS VISIBLE " AND ($3 = 0 OR c.device = $3)"
        " AND ($4 = 0 OR c.deployment = $4) AND ($5 = '' OR c.state = $5)"
        " AND ($6 = 0 OR c.id < $6) ORDER BY c.id DESC LIMIT $7",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                db_i64(find->device), db_i64(find->deployment), db_text(state),
                db_i64(find->before), db_i64(find->limit)),
        &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) == 1) {
        read_row(rows, arena, vec_push(&out->all));
        rc = 0;
    }
    return rc;
}

/* --- Writing ----------------------------------------------------------------
 */

int netdev_change_add(struct db *db, const struct scope *scope,
                      struct netdev_change *c, int64_t now, struct err *err)
{
    const char *field;
    int rc = netdev_change_check(c, &field, err);

    if (rc < 0)
        return rc;
    return db_one_i64(
        db,
        "INSERT INTO netdev_change (org, device, deployment, title, kind,"
        " lines, sealed, key_id, options, planned_on, state, text, author,"
        " author_name, approver_name, created, approved, begins, ended,"
        " session, before_config, after_config, results, revision, restores)"
        " VALUES"
        " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', '', $11, $12,"
        " '', $13, 0, $14, 0, 0, 0, 0, '[]', 1, $15) RETURNING id",
        DB_ARGS(db_i64(scope->org), db_i64(c->device), db_i64(c->deployment),
                db_text(str_or_empty(c->title)), db_text(c->kind),
                db_text(str_or_empty(c->lines)),
                db_blob(str_or_empty(c->sealed)),
                db_text(str_or_empty(c->key_id)), db_text(c->options),
                db_i64(c->planned_on), db_i64(scope->user),
                db_text(str_or_empty(scope->name)), db_i64(now),
                db_i64(c->begins), db_i64(c->restores)),
        &c->id, err);
}

static int move(struct db *db, int64_t id, const char *sql, struct db_args args,
                struct err *err)
{
    int rc = db_run(db, sql, args, err);

    if (rc == 0)
        return err_set(err, E_INVALID, "change %lld is not in a state for that",
                       (long long)id);
    return rc < 0 ? rc : 0;
}

int netdev_change_decide(struct db *db, const struct scope *scope,
                         const struct netdev_approval *approval, int64_t now,
                         struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct netdev_change change;
    int rc =
        netdev_change_get(db, scope, approval->change, &arena, &change, err);

    if (rc < 0)
        return rc;
    if (approval->approved && !approval->alone && scope->user != 0 &&
        scope->user == change.author)
        return err_set(err, E_PERM,
                       "a second person must approve what you planned");
    return move(
        db, change.id,
        "UPDATE netdev_change SET state = $2, approver_name = $3,"
        " approved = $4, text = $5, revision = revision + 1"
        " WHERE id = $1 AND state = 'waiting'",
        DB_ARGS(db_i64(change.id),
                db_text(approval->approved ? STR("approved") : STR("refused")),
                db_text(str_or_empty(scope->name)), db_i64(now),
                db_text(str_or_empty(approval->text))),
        err);
}

int netdev_change_cancel(struct db *db, const struct scope *scope, int64_t id,
                         int64_t now, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct netdev_change change;
    int rc = netdev_change_get(db, scope, id, &arena, &change, err);

    if (rc == 0)
        rc = move(db, id,
                  "UPDATE netdev_change SET state = 'cancelled', text = $2,"
                  " ended = $3, revision = revision + 1 WHERE id = $1 AND"
                  " state IN ('waiting', 'approved')",
                  DB_ARGS(db_i64(id), db_text(STR("cancelled by a person")),
                          db_i64(now)),
                  err);
    /* What was approved may have a session planned, or one that was taken up a
     * moment ago. */
    return rc < 0 ? rc : netdev_session_cancel_change(db, id, now, err);
}

int netdev_change_start(struct db *db, const struct scope *scope, int64_t id,
                        str cause, int64_t now, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct netdev_change change;
    struct netdev_session order = { .action = NETDEV_CHANGE,
                                    .change = id,
                                    .cause = cause };
    int64_t session = 0;
    int rc = netdev_change_get(db, scope, id, &arena, &change, err);

    if (rc < 0)
        return rc;
    order.device = change.device;
    order.begins = change.begins > now ? change.begins : now;
    rc = netdev_session_add(db, scope, &order, now, &session, err);
    if (rc == 0)
        rc = move(db, id,
                  "UPDATE netdev_change SET session = $2, revision = revision"
                  " + 1 WHERE id = $1 AND state = 'approved' AND session = 0",
                  DB_ARGS(db_i64(id), db_i64(session)), err);
    return rc;
}

int netdev_change_note(struct db *db, const struct netdev_change_end *end,
                       struct err *err)
{
    bool over = !str_eq_c(end->state, "running");
    int rc = db_run(
        db,
        "UPDATE netdev_change SET state = $2, text = $3, lines = CASE WHEN $4"
        " = '' THEN lines ELSE $4 END, results = CASE WHEN $5 = '' THEN"
        " results ELSE $5 END, before_config = CASE WHEN $6 = 0 THEN"
        " before_config ELSE $6 END, after_config = CASE WHEN $7 = 0 THEN"
        " after_config ELSE $7 END, ended = $8, revision = revision + 1"
        " WHERE id = $1 AND (state = 'running' OR ($8 = 0 AND state ="
        " 'approved'))",
        DB_ARGS(db_i64(end->change), db_text(end->state),
                db_text(str_or_empty(end->text)),
                db_text(str_or_empty(end->lines)),
                db_text(str_or_empty(end->results)), db_i64(end->before_config),
                db_i64(end->after_config), db_i64(over ? end->now : 0)),
        err);

    return rc < 0 ? rc : rc == 0;
}

int netdev_change_sweep(struct db *db, int64_t now, struct err *err)
{
    int rc = db_run(
        db,
        "UPDATE netdev_change SET state = CASE WHEN EXISTS (SELECT 1 FROM"
        " netdev_session s WHERE s.id = netdev_change.session AND s.touched ="
        " 1) THEN 'broken' ELSE 'cancelled' END, text = 'the session was given"
        " up', ended = $1, revision = revision + 1 WHERE state IN ('running',"
        " 'approved') AND EXISTS (SELECT 1 FROM netdev_session s WHERE s.id ="
        " netdev_change.session AND s.state = 'ended')",
        DB_ARGS(db_i64(now)), err);

    return rc < 0 ? rc : 0;
}
