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

/* Where sealed texts lie; which one an answer is of stands in its id: the
 * row's id times the count of these, and the place here. What a person has put
 * there since it was asked for is not overwritten. */
static const struct place {
    const char *select;
    const char *update;
    const str *context;
} places[RESEAL_PLACES] = {
    { "SELECT id, sealed FROM netdev_credential WHERE key_id <> $1 AND key_id"
      " <> '' AND id > $3 ORDER BY id LIMIT $2",
      "UPDATE netdev_credential SET sealed = $2, key_id = $3 WHERE id = $1"
      " AND sealed = $4",
      &netdev_credential_context },
    { "SELECT id, previous FROM netdev_credential WHERE previous_key <> $1"
      " AND previous_key <> '' AND id > $3 ORDER BY id LIMIT $2",
      "UPDATE netdev_credential SET previous = $2, previous_key = $3 WHERE"
      " id = $1 AND previous = $4",
      &netdev_credential_context },
    { "SELECT id, sealed FROM netdev_change WHERE key_id <> $1 AND key_id <>"
      " '' AND id > $3 ORDER BY id LIMIT $2",
      "UPDATE netdev_change SET sealed = $2, key_id = $3 WHERE id = $1"
      " AND sealed = $4",
      &netdev_change_context },
    { "SELECT id, sealed FROM netdev_deployment WHERE key_id <> $1 AND key_id"
      " <> '' AND id > $3 ORDER BY id LIMIT $2",
      "UPDATE netdev_deployment SET sealed = $2, key_id = $3 WHERE id = $1"
      " AND sealed = $4",
      &netdev_change_context },
    { "SELECT id, sealed FROM netdev_config WHERE key_id <> $1 AND key_id <>"
      " '' AND id > $3 ORDER BY id LIMIT $2",
      "UPDATE netdev_config SET sealed = $2, key_id = $3 WHERE id = $1"
      " AND sealed = $4",
      &netdev_config_context },
};

void netdevs_reseal_forget(struct netdevs_core *n)
{
    struct resealing *r = &n->resealing;

    arena_clear(&r->arena);
    *r = (struct resealing){ .arena = ARENA, .number = r->number };
}

static int find_texts(struct core *core, size_t place, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct resealing *r = &core->netdevs->resealing;
    char id[BOX_ID_MAX];
    int rc;

    box_id(&core->netdevs->key, id);
    rc = db_query(core->db, places[place].select,
                  DB_ARGS(db_text(str_c(id)), db_i64(RESEAL_AT_ONCE),
                          db_i64(r->after[place])),
                  &rows, err);
    while (rc == 0 && r->n < RESEAL_AT_ONCE && (rc = db_next(rows, err)) == 1) {
        r->asked[r->n++] = (struct reseal_text){
            db_col_i64(rows, 0) * (int64_t)RESEAL_PLACES + (int64_t)place,
            *places[place].context, arena_str(&r->arena, db_col_blob(rows, 1))
        };
        rc = 0;
    }
    return rc;
}

int netdevs_reseal(struct core *core, struct err *err)
{
    struct netdevs_core *n = core->netdevs;
    struct resealing *r = &n->resealing;
    struct netdev_reseal order = { 0 };
    int rc = 0;

    arena_clear(&r->arena);
    r->n = 0;
    for (size_t i = 0; rc == 0 && r->n == 0 && i < RESEAL_PLACES; i++)
        rc = find_texts(core, i, err);
    if (rc < 0 || r->n == 0)
        return rc;
    order = (struct netdev_reseal){ ++r->number, { r->asked, r->n } };
    rc = n->send(n->ctx, NETDEV_SEND_RESEAL, &order, err);
    r->waits = rc == 0;
    return rc;
}

static const struct reseal_text *asked(const struct resealing *r, int64_t id)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->asked[i].id == id)
            return &r->asked[i];
    return NULL;
}

/* What cannot be opened has no key any more: it is left, and this process is
 * not asked for it again. */
static int store(struct core *core, const struct reseal_text *text,
                 struct err *err)
{
    struct resealing *r = &core->netdevs->resealing;
    const struct reseal_text *old = asked(r, text->id);
    size_t place = (size_t)(text->id % (int64_t)RESEAL_PLACES);
    int64_t row = text->id / (int64_t)RESEAL_PLACES;
    char id[BOX_ID_MAX];
    int rc;

    if (old == NULL)
        return 0;
    if (text->sealed.n == 0) {
        log_error("netdev.no_key", LOG_TEXT("of", *places[place].context),
                  LOG_I64("row", row));
        if (row > r->after[place])
            r->after[place] = row;
        return 0;
    }
    box_id(&core->netdevs->key, id);
    rc = db_run(core->db, places[place].update,
                DB_ARGS(db_i64(row), db_blob(text->sealed), db_text(str_c(id)),
                        db_blob(old->sealed)),
                err);
    return rc < 0 ? rc : 0;
}

int netdevs_resealed(struct core *core, const struct netdev_reseal *answer,
                     struct err *err UNUSED)
{
    struct netdevs_core *n = core->netdevs;
    const struct reseal_text *texts = answer->texts.p;
    struct err why = { 0 };
    int rc;

    if (!n->resealing.waits || answer->number != n->resealing.number)
        return 0;
    rc = db_begin(core->db, &why);
    for (size_t i = 0; rc == 0 && i < answer->texts.n; i++)
        rc = store(core, &texts[i], &why);
    if (rc == 0)
        rc = db_commit(core->db, &why);
    else
        db_rollback(core->db);
    n->resealing.waits = false;
    if (rc == 0)
        netdevs_kick(core);
    else /* the next tick asks again */
        log_error("netdev.not_resealed",
                  LOG_TEXT("why", str_c(err_text(&why))));
    return 0;
}
