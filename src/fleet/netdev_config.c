/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/netdev_config.h"

#include "base/zpack.h"
#include "netdev/diff.h"
#include "netdev/mask.h"

#define COLUMNS                                                                \
    "id, device, number, at, session, cause, bytes, lines, added, removed,"    \
    " secrets_changed, key_id"

const str netdev_config_context = { "netdev config", 13 };

void netdev_configs_clear(struct netdev_configs *list)
{
    vec_clear(&list->all);
}

void netdev_outputs_clear(struct netdev_outputs *list)
{
    vec_clear(&list->all);
}

/* --- Reading ----------------------------------------------------------------
 */

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct netdev_config *out)
{
    *out = (struct netdev_config){
        .id = db_col_i64(rows, 0),
        .device = db_col_i64(rows, 1),
        .number = db_col_i64(rows, 2),
        .at = db_col_i64(rows, 3),
        .session = db_col_i64(rows, 4),
        .cause = arena_str(arena, db_col_text(rows, 5)),
        .bytes = db_col_i64(rows, 6),
        .lines = db_col_i64(rows, 7),
        .added = db_col_i64(rows, 8),
        .removed = db_col_i64(rows, 9),
        .secrets_changed = db_col_i64(rows, 10) != 0,
        .key_id = arena_str(arena, db_col_text(rows, 11)),
    };
}

int netdev_config_list(struct db *db, const struct netdev_config_find *find,
                       struct arena *arena, struct netdev_configs *out,
                       struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM netdev_config WHERE device = $1"
                      " AND ($2 = 0 OR number < $2) ORDER BY number DESC"
                      " LIMIT $3",
                      DB_ARGS(db_i64(find->device), db_i64(find->before),
                              db_i64(find->limit)),
                      &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) == 1) {
        read_row(rows, arena, vec_push(&out->all));
        rc = 0;
    }
    return rc;
}

int netdev_config_get(struct db *db, int64_t device, int64_t number,
                      struct arena *arena, struct netdev_config *out,
                      struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM netdev_config WHERE device = $1"
                      " AND ($2 = 0 OR number = $2) ORDER BY number DESC"
                      " LIMIT 1",
                      DB_ARGS(db_i64(device), db_i64(number)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc == 0)
        return err_set(err, E_ABSENT,
                       number == 0
                           ? "no configuration of this device is archived yet"
                           : "there is no such version of its configuration");
    if (rc > 0)
        read_row(rows, arena, out);
    return rc < 0 ? rc : 0;
}

/* One blob; 1: there is no row. */
static int read_blob(struct db *db, const char *sql, struct db_args args,
                     struct arena *arena, str *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db, sql, args, &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc > 0)
        *out = arena_str(arena, db_col_blob(rows, 0));
    return rc < 0 ? rc : rc == 0;
}

int netdev_config_text(struct db *db, int64_t id, struct buf *out,
                       struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    str packed = STR_NONE;
    int rc = read_blob(db, "SELECT masked FROM netdev_config WHERE id = $1",
                       DB_ARGS(db_i64(id)), &arena, &packed, err);

    if (rc == 1)
        return err_set(err, E_ABSENT, "there is no such configuration");
    return rc < 0 ? rc : zpack_open(packed, out, err);
}

int netdev_config_sealed(struct db *db, int64_t id, struct arena *arena,
                         str *out, struct err *err)
{
    int rc = read_blob(db, "SELECT sealed FROM netdev_config WHERE id = $1",
                       DB_ARGS(db_i64(id)), arena, out, err);

    if (rc == 1)
        return err_set(err, E_ABSENT, "there is no such configuration");
    return rc;
}

/* --- Writing ----------------------------------------------------------------
 */

static int64_t count_lines(str text)
{
    int64_t n = 0;

    while (text.n > 0) {
        (void)str_cut(&text, '\n');
        n++;
    }
    return n;
}

struct counts {
    int64_t added;
    int64_t removed;
};

/* Lines of the difference behind its two first, which name the texts. */
static int count_changes(str before, str after, struct counts *out,
                         struct err *err)
{
    AUTO(buf_clear) struct buf diff = BUF(2 * NETDEV_CONFIG_MAX);
    str left;
    int rc = diff_unified(STR("a"), before, STR("b"), after, &diff, err);

    if (rc < 0)
        return rc;
    left = buf_str(&diff);
    (void)str_cut(&left, '\n');
    (void)str_cut(&left, '\n');
    while (left.n > 0) {
        str line = str_cut(&left, '\n');

        out->added += str_starts(line, STR("+"));
        out->removed += str_starts(line, STR("-"));
    }
    return 0;
}

static int compare(struct db *db, const struct netdev_config_new *config,
                   int64_t *out_number, struct counts *out, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf before = BUF(NETDEV_CONFIG_MAX);
    struct netdev_config newest = { 0 };
    int rc = netdev_config_get(db, config->device, 0, &arena, &newest, NULL);

    if (rc == E_ABSENT) {
        *out_number = 1;
        return 0;
    }
    if (rc == 0)
        rc = netdev_config_text(db, newest.id, &before, err);
    if (rc < 0)
        return rc;
    *out_number = newest.number + 1;
    return count_changes(buf_str(&before), config->masked, out, err);
}

static int insert(struct db *db, const struct netdev_config_new *config,
                  int64_t number, const struct counts *counts, struct err *err)
{
    AUTO(buf_clear) struct buf packed = BUF(NETDEV_CONFIG_MAX + (1 << 16));
    int rc = zpack_make(config->masked, &packed, err);

    if (rc < 0)
        return rc;
    rc = db_run(
        db,
        "INSERT INTO netdev_config (device, number, at, session, cause,"
        " masked, sealed, key_id, bytes, lines, added, removed,"
        " secrets_changed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
        " $11, $12, $13)",
        DB_ARGS(db_i64(config->device), db_i64(number), db_i64(config->now),
                db_i64(config->session), db_text(config->cause),
                db_blob(buf_str(&packed)), db_blob(config->sealed),
                db_text(config->key_id), db_i64((int64_t)config->masked.n),
                db_i64(count_lines(config->masked)), db_i64(counts->added),
                db_i64(counts->removed), db_i64(config->secrets_changed)),
        err);
    return rc < 0 ? rc : 0;
}

int netdev_config_add(struct db *db, const struct netdev_config_new *config,
                      int64_t *out_number, struct err *err)
{
    struct counts counts = { 0, 0 };
    int64_t number = 0;
    int rc;

    if (config->masked.n > NETDEV_CONFIG_MAX)
        return err_set(err, E_LIMIT, "a configuration has at most %d bytes",
                       NETDEV_CONFIG_MAX);
    rc = compare(db, config, &number, &counts, err);
    if (rc == 0)
        rc = insert(db, config, number, &counts, err);
    if (rc == 0)
        rc = db_run(db, "UPDATE netdev SET config = $2 WHERE device = $1",
                    DB_ARGS(db_i64(config->device), db_i64(number)), err);
    if (rc >= 0)
        rc = db_run(db,
                    "DELETE FROM netdev_config WHERE device = $1"
                    " AND number <= $2",
                    DB_ARGS(db_i64(config->device),
                            db_i64(number - NETDEV_CONFIGS_MAX)),
                    err);
    if (rc >= 0)
        *out_number = number;
    return rc < 0 ? rc : 0;
}

/* --- Answers ----------------------------------------------------------------
 */

int netdev_output_list(struct db *db, int64_t device, struct arena *arena,
                       struct netdev_outputs *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT command, at FROM netdev_output WHERE device = $1"
                      " ORDER BY command",
                      DB_ARGS(db_i64(device)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) == 1) {
        *vec_push(&out->all) =
            (struct netdev_output){ arena_str(arena, db_col_text(rows, 0)),
                                    db_col_i64(rows, 1) };
        rc = 0;
    }
    return rc;
}

int netdev_output_text(struct db *db, int64_t device, str command,
                       struct buf *out, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    str packed = STR_NONE;
    int rc = read_blob(db,
                       "SELECT body FROM netdev_output WHERE device = $1 AND"
                       " command = $2",
                       DB_ARGS(db_i64(device), db_text(command)), &arena,
                       &packed, err);

    return rc != 0 ? rc : zpack_open(packed, out, err);
}

int netdev_output_put(struct db *db, int64_t device, str command, str text,
                      int64_t now, struct err *err)
{
    AUTO(buf_clear) struct buf packed = BUF(NETDEV_OUTPUT_MAX + (1 << 16));
    int rc = zpack_make(text, &packed, err);

    if (rc == 0)
        rc = db_run(db,
                    "DELETE FROM netdev_output WHERE device = $1 AND command"
                    " <> $2 AND command NOT IN (SELECT command FROM"
                    " netdev_output WHERE device = $1 ORDER BY at DESC, command"
                    " LIMIT $3)",
                    DB_ARGS(db_i64(device), db_text(command),
                            db_i64(NETDEV_OUTPUTS_MAX - 1)),
                    err);
    if (rc >= 0)
        rc = db_run(db,
                    "INSERT INTO netdev_output (device, command, at, body)"
                    " VALUES ($1, $2, $3, $4) ON CONFLICT (device, command) DO"
                    " UPDATE SET at = excluded.at, body = excluded.body",
                    DB_ARGS(db_i64(device), db_text(command), db_i64(now),
                            db_blob(buf_str(&packed))),
                    err);
    return rc < 0 ? rc : 0;
}

int netdev_config_seal(const struct box_public *key, str text,
                       struct arena *arena, struct netdev_config_new *out,
                       struct err *err)
{
    AUTO(buf_clear) struct buf masked = BUF(NETDEV_CONFIG_MAX);
    AUTO(buf_clear) struct buf sealed = BUF(NETDEV_CONFIG_MAX + BOX_OVERHEAD);
    char id[BOX_ID_MAX];
    int rc;

    mask_text(text, NULL, 0, &masked);
    rc = buf_finish(&masked, "the configuration", err);
    if (rc == 0)
        rc = box_seal(key, netdev_config_context, text, &sealed, err);
    if (rc < 0)
        return rc;
    box_id(key, id);
    out->masked = arena_str(arena, buf_str(&masked));
    out->sealed = arena_str(arena, buf_str(&sealed));
    out->key_id = arena_str(arena, str_c(id));
    return 0;
}
