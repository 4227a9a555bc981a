/* SPDX-License-Identifier: Apache-2.0
 *
 * Rotation of the key: what is sealed with an older one is sealed anew by the
 * process that has both, a few texts at a time.
 */
#include "base/log.h"
#include "fleet/netdev_change.h"
#include "fleet/netdev_config.h"
#include "fleet/netdev_credential.h"
#include "server/netdevs_int.h"

enum {
    RESEAL_AT_ONCE = 8
};

/* Where sealed texts lie; which one an answer is of stands in its id: the
 * row's id times the count of these, and the place here. */
static const struct place {
    const char *select;
    const char *update;
    const str *context;
} places[] = {
    { "SELECT id, sealed FROM netdev_credential WHERE key_id <> $1 AND key_id"
      " <> '' ORDER BY id LIMIT $2",
      "UPDATE netdev_credential SET sealed = $2, key_id = $3 WHERE"
      " id = $1",
      &netdev_credential_context },
    { "SELECT id, sealed FROM netdev_change WHERE key_id <> $1 AND key_id <>"
      " '' ORDER BY id LIMIT $2",
      "UPDATE netdev_change SET sealed = $2, key_id = $3 WHERE id = $1",
      &netdev_change_context },
    { "SELECT id, sealed FROM netdev_deployment WHERE key_id <> $1 AND key_id"
      " <> '' ORDER BY id LIMIT $2",
      "UPDATE netdev_deployment SET sealed = $2, key_id = $3 WHERE id = $1",
      &netdev_change_context },
    { "SELECT id, sealed FROM netdev_config WHERE key_id <> $1 AND key_id <>"
      " '' ORDER BY id LIMIT $2",
      "UPDATE netdev_config SET sealed = $2, key_id = $3 WHERE id = $1",
      &netdev_config_context },
};

static int find_texts(struct core *core, size_t place, struct arena *arena,
                      struct reseal_text *out, size_t *out_n, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    char id[BOX_ID_MAX];
    int rc;

    box_id(&core->netdevs->key, id);
    rc = db_query(core->db, places[place].select,
                  DB_ARGS(db_text(str_c(id)), db_i64(RESEAL_AT_ONCE)), &rows,
                  err);
    while (rc == 0 && *out_n < RESEAL_AT_ONCE &&
           (rc = db_next(rows, err)) == 1) {
        out[(*out_n)++] = (struct reseal_text){
            db_col_i64(rows, 0) * (int64_t)COUNT(places) + (int64_t)place,
            *places[place].context, arena_str(arena, db_col_blob(rows, 1))
        };
        rc = 0;
    }
    return rc;
}

int netdevs_reseal(struct core *core, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct netdevs_core *n = core->netdevs;
    struct reseal_text texts[RESEAL_AT_ONCE];
    struct netdev_reseal order = { .texts = { texts, 0 } };
    int rc = 0;

    for (size_t i = 0; rc == 0 && order.texts.n == 0 && i < COUNT(places); i++)
        rc = find_texts(core, i, &arena, texts, &order.texts.n, err);
    if (rc < 0 || order.texts.n == 0)
        return rc;
    order.number = ++n->reseal_number;
    rc = n->send(n->ctx, NETDEV_SEND_RESEAL, &order, err);
    n->resealing = rc == 0;
    return rc;
}

/* What cannot be opened has no key any more: it is left, and is not asked for
 * again. */
static int store(struct core *core, const struct reseal_text *text,
                 struct err *err)
{
    size_t place = (size_t)(text->id % (int64_t)COUNT(places));
    int64_t row = text->id / (int64_t)COUNT(places);
    char id[BOX_ID_MAX];
    int rc;

    if (text->sealed.n == 0) {
        log_error("netdev.no_key", LOG_TEXT("of", *places[place].context),
                  LOG_I64("row", row));
        return 1;
    }
    box_id(&core->netdevs->key, id);
    rc = db_run(core->db, places[place].update,
                DB_ARGS(db_i64(row), db_blob(text->sealed), db_text(str_c(id))),
                err);
    return rc < 0 ? rc : 0;
}

int netdevs_resealed(struct core *core, const struct netdev_reseal *answer,
                     struct err *err UNUSED)
{
    struct netdevs_core *n = core->netdevs;
    const struct reseal_text *texts = answer->texts.p;
    struct err why = { 0 };
    int lost = 0;
    int rc;

    if (!n->resealing || answer->number != n->reseal_number)
        return 0;
    rc = db_begin(core->db, &why);
    for (size_t i = 0; rc == 0 && i < answer->texts.n; i++) {
        rc = store(core, &texts[i], &why);
        lost += rc == 1;
        rc = rc == 1 ? 0 : rc;
    }
    if (rc == 0)
        rc = db_commit(core->db, &why);
    else
        db_rollback(core->db);
    if (rc < 0)
        log_error("netdev.not_resealed",
                  LOG_TEXT("why", str_c(err_text(&why))));
    /* With some that nobody can open it would ask for them for ever. */
    n->resealing = lost > 0;
    netdevs_kick(core);
    return 0;
}
