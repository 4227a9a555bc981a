/* SPDX-License-Identifier: Apache-2.0
 *
 * One device: its inventory evaluated with the content that fits it, and what
 * its agent found put together with that.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "fleet/finding.h"
#include "fleet/inventory.h"
#include "fleet/netdev_device.h"
#include "server/assessor_int.h"
#include "server/events.h"
#include "server/netassess.h"

struct subject {
    int64_t device;
    int64_t org;
    str os_id;
    str os_version;
    str inventory; /* digest; or empty */
    bool retired;
    bool is_network;
};

struct look {
    struct assessor *assessor;
    struct db *db;
    struct assessed *assessed;
    struct arena arena;
    struct subject subject;
};

static int read_subject(struct look *look, int64_t device, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(look->db,
                      "SELECT org, os_id, os_version, inventory_digest,"
                      " retired, kind FROM device WHERE id = $1",
                      DB_ARGS(db_i64(device)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    look->subject = (struct subject){ .device = device, .retired = true };
    if (rc <= 0)
        return rc;
    look->subject.org = db_col_i64(rows, 0);
    look->subject.os_id = arena_str(&look->arena, db_col_text(rows, 1));
    look->subject.os_version = arena_str(&look->arena, db_col_text(rows, 2));
    look->subject.inventory = arena_str(&look->arena, db_col_blob(rows, 3));
    look->subject.retired = db_col_i64(rows, 4) != 0;
    look->subject.is_network =
        str_eq(db_col_text(rows, 5), DEVICE_KIND_NETWORK);
    return 0;
}

/* Which content is for it; it leaves every other one. */
static int choose(struct look *look, struct err *err)
{
    struct assessor *a = look->assessor;
    struct content content = { 0 };
    int rc = 1;

    if (!look->subject.retired)
        rc = content_for_os(look->db, look->subject.os_id,
                            look->subject.os_version, &content, err);
    for (size_t i = 0; rc >= 0 && i < a->all.n; i++) {
        if (rc == 0 && a->all.p[i]->content.id == content.id)
            look->assessed = a->all.p[i];
        else if (assessed_entry_remove(a->all.p[i], look->subject.device))
            a->findings++;
    }
    return rc < 0 ? rc : 0;
}

/* --- The inventory ------------------------------------------------------- */

/* 1: no inventory is known. */
static int put_in(struct look *look, struct entry *entry, struct err *err)
{
    struct oval_inventory converted;
    struct inventory inventory;
    int rc;

    if (look->subject.inventory.n != JOB_DIGEST_BYTES)
        return 1;
    if (entry->index != OVAL_NONE &&
        memcmp(entry->inventory, look->subject.inventory.p, JOB_DIGEST_BYTES) ==
            0)
        return 0;
    rc = inventory_load(look->db, look->subject.device, &look->arena,
                        &inventory, err);
    if (rc != 0)
        return rc;
    inventory_for_oval(
        &inventory,
        arena_printf(&look->arena, "%lld", (long long)look->subject.device),
        &look->arena, &converted);
    rc = oval_fleet_put(look->assessed->fleet, &converted, &entry->index, err);
    if (rc < 0)
        return rc;
    memcpy(entry->inventory, look->subject.inventory.p, JOB_DIGEST_BYTES);
    return 0;
}

/* --- What the server finds ----------------------------------------------- */

static int count(const struct assessed *assessed, struct finding *finding,
                 struct err *err)
{
    uint32_t n[OVAL_RESULTS] = { 0 };
    int rc = oval_verdicts_count(finding->verdicts, assessed->key,
                                 assessed->pack->definitions.n, n, err);

    for (int i = 0; rc == 0 && i < OVAL_RESULTS; i++)
        finding->n[i] = n[i];
    return rc;
}

static int store_server(struct look *look, str blob, int64_t took_ms,
                        struct err *err)
{
    struct finding finding = {
        .device = look->subject.device,
        .content = look->assessed->content.id,
        .origin = FINDING_SERVER,
        .at = clock_now(),
        .inventory_digest = look->subject.inventory,
        .duration_ms = took_ms,
        .verdicts = blob,
    };
    int rc = count(look->assessed, &finding, err);

    return rc < 0 ? rc : finding_put(look->db, &finding, err);
}

/* What a network device answered is read by the process *reader*, which is
 * asked when the answers or the content are other ones; until then what was
 * found before holds. 1: nothing was. */
static int by_reader(struct look *look, struct err *err)
{
    struct assessed *assessed = look->assessed;
    struct finding stored = { .device = look->subject.device,
                              .content = assessed->content.id,
                              .origin = FINDING_SERVER };
    uint8_t digest[JOB_DIGEST_BYTES];
    int rc = finding_get(look->db, &look->arena, &stored, err);
    int has =
        rc < 0 ? rc
               : netassess_digest(look->db, look->subject.device, digest, err);

    if (has < 0)
        return has;
    if (rc == 0 && oval_verdicts_decode(stored.verdicts, assessed->key,
                                        assessed->pack->definitions.n,
                                        assessed->server, NULL) < 0)
        rc = 1;
    if (has == 0 &&
        (rc == 1 || stored.inventory_digest.n != sizeof(digest) ||
         memcmp(stored.inventory_digest.p, digest, sizeof(digest)) != 0))
        netassess_ask(look->assessor->core, look->subject.device);
    return rc;
}

/* 0: assessed->server has the results; 1: there is no inventory. */
static int by_server(struct look *look, struct entry *entry, struct err *err)
{
    AUTO(buf_clear) struct buf blob = BUF(OVAL_VERDICTS_BLOB_MAX);
    struct assessed *assessed = look->assessed;
    struct finding stored = { .device = look->subject.device,
                              .content = assessed->content.id,
                              .origin = FINDING_SERVER };
    int64_t start = clock_monotonic_ms();
    int rc = finding_get(look->db, &look->arena, &stored, err);

    /* After a start: nothing changed since it was found. */
    if (rc == 0 && stored.inventory_digest.n > 0 &&
        str_eq(stored.inventory_digest, look->subject.inventory) &&
        oval_verdicts_decode(stored.verdicts, assessed->key,
                             assessed->pack->definitions.n, assessed->server,
                             NULL) == 0)
        return 0;
    if (rc >= 0)
        rc = put_in(look, entry, err);
    if (rc != 0)
        return rc;
    rc = oval_assess_device(assessed->assess, entry->index, &blob, err);
    if (rc == 0)
        rc = buf_finish(&blob, "the results of a device", err);
    if (rc == 0)
        rc = store_server(look, buf_str(&blob), clock_monotonic_ms() - start,
                          err);
    if (rc < 0)
        return rc;
    return oval_verdicts_decode(buf_str(&blob), assessed->key,
                                assessed->pack->definitions.n, assessed->server,
                                err);
}

/* --- Both ---------------------------------------------------------------- */

/* 0: assessed->agent has the results; 1: the agent has none of this content. */
static int by_agent(struct look *look, bool *out_same, struct err *err)
{
    struct assessed *assessed = look->assessed;
    struct finding finding = { .device = look->subject.device,
                               .content = assessed->content.id,
                               .origin = FINDING_AGENT };
    int rc = finding_get(look->db, &look->arena, &finding, err);

    if (rc != 0)
        return rc;
    *out_same = finding.inventory_digest.n > 0 &&
                str_eq(finding.inventory_digest, look->subject.inventory);
    /* A blob that is damaged counts as none; the next run brings another. */
    return oval_verdicts_decode(finding.verdicts, assessed->key,
                                assessed->pack->definitions.n, assessed->agent,
                                NULL) == 0
               ? 0
               : 1;
}

/* Returns whether the results are other ones than before. */
static bool keep(struct entry *entry, const struct buf *blob,
                 const uint32_t *differ, uint32_t differ_n)
{
    char *bytes = mem_alloc(blob->n, 1);
    bool other = !str_eq(entry->verdicts, buf_str(blob));

    memcpy(bytes, blob->p, blob->n);
    mem_free((char *)(uintptr_t)entry->verdicts.p);
    mem_free(entry->differ);
    entry->verdicts = (str){ bytes, blob->n };
    entry->differ = NULL;
    entry->differ_n = differ_n;
    if (differ_n > 0) {
        entry->differ = mem_alloc(differ_n, sizeof(*differ));
        memcpy(entry->differ, differ, differ_n * sizeof(*differ));
    }
    return other;
}

/* Puts both together, into assessed->agent, and keeps the blob. */
static int merge(struct look *look, struct entry *entry, bool same,
                 struct err *err)
{
    AUTO(buf_clear) struct buf blob = BUF(OVAL_VERDICTS_BLOB_MAX);
    struct assessed *assessed = look->assessed;
    uint32_t n = assessed->pack->definitions.n;
    VEC(uint32_t) differ = { 0 };
    int rc;

    for (uint32_t i = 0; i < n; i++) {
        struct merged m =
            finding_merge(assessed->agent[i], assessed->server[i], same);

        assessed->agent[i] = (uint8_t)m.result;
        if (m.disagree)
            *vec_push(&differ) = i;
    }
    oval_verdicts_encode(assessed->agent, n, assessed->key, &blob);
    rc = buf_finish(&blob, "the results of a device", err);
    if (rc == 0 && keep(entry, &blob, differ.p, (uint32_t)differ.n))
        look->assessor->findings++;
    vec_clear(&differ);
    return rc;
}

static void tell(struct look *look)
{
    struct jval *data = jval_new_object();

    jval_set_i64(data, "device", look->subject.device);
    jval_set_i64(data, "content", look->assessed->content.id);
    events_publish(look->assessor->core->events, look->subject.org, "finding",
                   look->subject.device, look->subject.device, data);
}

static int look_at(struct look *look, struct err *err)
{
    struct assessed *assessed = look->assessed;
    struct entry *entry = assessed_entry_add(assessed, look->subject.device);
    uint32_t n = assessed->pack->definitions.n;
    bool same = false;
    int server = look->subject.is_network ? by_reader(look, err)
                                          : by_server(look, entry, err);
    int agent = server < 0 ? server : by_agent(look, &same, err);
    int rc;

    if (agent < 0)
        return agent;
    if (server > 0 && agent > 0) { /* nothing is known of it */
        if (assessed_entry_remove(assessed, look->subject.device))
            look->assessor->findings++;
        return 0;
    }
    if (server > 0)
        memset(assessed->server, OVAL_UNKNOWN, n);
    if (agent > 0)
        memset(assessed->agent, OVAL_UNKNOWN, n);
    rc = merge(look, entry, same, err);
    if (rc == 0)
        tell(look);
    return rc;
}

int assessor_look(struct assessor *assessor, int64_t device, struct err *err)
{
    struct look look = { .assessor = assessor,
                         .db = assessor->core->db,
                         .arena = ARENA };
    int rc = read_subject(&look, device, err);

    if (rc == 0)
        rc = choose(&look, err);
    if (rc == 0 && look.assessed != NULL)
        rc = look_at(&look, err);
    arena_clear(&look.arena);
    return rc < 0 ? err_wrap(err, rc, "device %lld", (long long)device) : 0;
}
