/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/wake.h"

#include <arpa/inet.h>

#include "fleet/inventory.h"
#include "fleet/target.h"

enum {
    PREFIX_MIN = 16,
    PREFIX_MAX = 24,
    ADDRESS_MAX = 64,
};

/* --- Who ----------------------------------------------------------------- */

static int is_asleep(struct db *db, int64_t device, str zone, int64_t now,
                     struct err *err)
{
    int64_t n = 0;
    int rc = db_one_i64(
        db,
        "SELECT COUNT(*) FROM device WHERE id = $1 AND kind = 'agent'"
        " AND retired = 0 AND last_seen < $2 AND ($3 = '' OR $3 = CASE WHEN"
        " time_zone_set <> '' THEN time_zone_set ELSE time_zone END)",
        DB_ARGS(db_i64(device), db_i64(now - WAKE_QUIET_S), db_text(zone)), &n,
        err);

    return rc < 0 ? rc : n > 0;
}

int wake_of_schedule(struct db *db, const struct configuration *c, str zone,
                     int64_t now, struct wake_ids *out, struct err *err)
{
    struct scope scope = scope_system(c->org);
    struct target_set set = { 0 };
    int rc = target_resolve(db, &scope, c->targets, now, &set, err);

    for (size_t i = 0; rc >= 0 && i < set.devices.n; i++) {
        rc = is_asleep(db, set.devices.p[i], zone, now, err);
        if (rc > 0)
            *vec_push(&out->ids) = set.devices.p[i];
    }
    target_set_clear(&set);
    return rc < 0 ? rc : 0;
}

int wake_of_run(struct db *db, int64_t run, int64_t now, struct wake_ids *out,
                struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc =
        db_query(db,
                 "SELECT d.id FROM run_device rd JOIN device d"
                 " ON d.id = rd.device WHERE rd.run = $1 AND rd.final = 0"
                 " AND d.kind = 'agent' AND d.retired = 0"
                 " AND d.last_seen < $2 ORDER BY d.id",
                 DB_ARGS(db_i64(run), db_i64(now - WAKE_QUIET_S)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        *vec_push(&out->ids) = db_col_i64(rows, 0);
        rc = 0;
    }
    return rc;
}

/* --- Where --------------------------------------------------------------- */

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A group address or none is nobody's. */
static bool read_mac(str text, uint8_t out[WAKE_MAC_BYTES])
{
    uint8_t any = 0;

    if (text.n != 3 * WAKE_MAC_BYTES - 1)
        return false;
    for (size_t i = 0; i < WAKE_MAC_BYTES; i++) {
        int high = hex_value(text.p[3 * i]);
        int low = hex_value(text.p[3 * i + 1]);

        if (high < 0 || low < 0 ||
            (i < WAKE_MAC_BYTES - 1 && text.p[3 * i + 2] != ':'))
            return false;
        out[i] = (uint8_t)(high << 4 | low);
        any |= out[i];
    }
    return any != 0 && (out[0] & 1) == 0;
}

static bool is_private(uint32_t address)
{
    return address >> 24 == 10 || address >> 20 == 0xAC1 ||
           address >> 16 == 0xC0A8 || address >> 24 == 127;
}

bool wake_target_read(str mac, str address, struct wake_target *out)
{
    char text[ADDRESS_MAX];
    struct in_addr in;
    str host = str_cut(&address, '/');
    int64_t prefix = 0;
    uint32_t mask;

    if (host.n == 0 || host.n >= sizeof(text) || !read_mac(mac, out->mac) ||
        str_to_i64(address, PREFIX_MIN, PREFIX_MAX, &prefix, NULL) < 0)
        return false;
    snprintf(text, sizeof(text), "%" PRIstr, ARGstr(host));
    if (inet_pton(AF_INET, text, &in) != 1 || !is_private(ntohl(in.s_addr)))
        return false;
    mask = UINT32_MAX << (32 - prefix);
    in.s_addr = htonl(ntohl(in.s_addr) | ~mask);
    return inet_ntop(AF_INET, &in, out->broadcast, sizeof(out->broadcast)) !=
           NULL;
}

int wake_targets(struct db *db, int64_t device,
                 struct wake_target out[WAKE_INTERFACES], struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const struct fact_interface *interfaces;
    struct inventory facts;
    int n = 0;
    int rc = inventory_load_facts(db, device, &arena, &facts, err);

    if (rc != 0)
        return rc < 0 ? rc : 0;
    interfaces = facts.interfaces.p;
    for (size_t i = 0; i < facts.interfaces.n; i++) {
        const struct fact_text *addresses = interfaces[i].addresses.p;

        for (size_t k = 0; k < interfaces[i].addresses.n && n < WAKE_INTERFACES;
             k++)
            n +=
                wake_target_read(interfaces[i].mac, addresses[k].text, &out[n]);
    }
    return n;
}
