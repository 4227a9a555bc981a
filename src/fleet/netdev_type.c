/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/netdev_type.h"

#include "base/jval.h"
#include "netdev/vty.h"

#define COLUMNS                                                                \
    "family, band, transport, allow_fallback, profile, connect_s, read_s,"     \
    " retries, total_s, at_once, responses, revision"

void netdev_types_clear(struct netdev_types *list)
{
    vec_clear(&list->all);
}

static struct netdev_type built_in(const struct family *family)
{
    return (struct netdev_type){
        .family = str_c(family->name),
        .band = STR(""),
        .transport = STR(""),
        .profile = str_c(ssh_profile_name(SSH_MODERN)),
        .connect_s = NETDEV_CONNECT_S,
        .read_s = NETDEV_READ_S,
        .retries = NETDEV_RETRIES,
        .total_s = NETDEV_TOTAL_S,
        .responses = STR("[]"),
        .built_in = true,
    };
}

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct netdev_type *out)
{
    *out = (struct netdev_type){
        .family = arena_str(arena, db_col_text(rows, 0)),
        .band = arena_str(arena, db_col_text(rows, 1)),
        .transport = arena_str(arena, db_col_text(rows, 2)),
        .allow_fallback = db_col_i64(rows, 3) != 0,
        .profile = arena_str(arena, db_col_text(rows, 4)),
        .connect_s = db_col_i64(rows, 5),
        .read_s = db_col_i64(rows, 6),
        .retries = db_col_i64(rows, 7),
        .total_s = db_col_i64(rows, 8),
        .at_once = db_col_i64(rows, 9),
        .responses = arena_str(arena, db_col_text(rows, 10)),
        .revision = db_col_i64(rows, 11),
    };
}

/* --- Checking -------------------------------------------------------------
 */

static int check_transport(const struct netdev_type *type,
                           const struct family *family,
                           const struct os_version *version, struct err *err)
{
    enum transport transport;
    int rc;

    if (type->transport.n == 0)
        return 0;
    rc = transport_find(type->transport, &transport, err);
    if (rc == 0 && transport == TRANSPORT_HTTP)
        rc = err_set(err, E_INVALID,
                     "http is text in clear and no default; choose it device "
                     "by device (R-COM-8)");
    /* Which models a type has is not known: TMS is chosen device by device. */
    if (rc == 0 && transport == TRANSPORT_TMS)
        rc = err_set(err, E_INVALID,
                     "tms is for certain models; choose it device by device "
                     "(R-COM-9)");
    return rc < 0 ? rc
                  : family_check_transport(family, version, STR_NONE, transport,
                                           err);
}

static int read_response(const struct jval *from, struct arena *arena,
                         struct response_rule *out, struct err *err)
{
    const struct {
        const char *name;
        str *text;
    } texts[] = { { "pattern", &out->pattern },
                  { "command", &out->command },
                  { "answer", &out->answer } };

    for (size_t i = 0; i < COUNT(texts); i++)
        *texts[i].text =
            arena_str(arena, jval_text(jval_get(from, texts[i].name), STR("")));
    return response_kind_find(jval_text(jval_get(from, "kind"), STR("")),
                              &out->kind, err);
}

int netdev_type_responses(str json, struct arena *arena,
                          struct response_rule **out, size_t *out_count,
                          struct err *err)
{
    AUTO(jval_freep) struct jval *list = NULL;
    struct response_rule *rules;
    int rc = jval_parse(json, NETDEV_RESPONSES_MAX, &list, err);

    if (rc == 0 && jval_count(list) > RESPONSES_MAX)
        rc = err_set(err, E_INVALID, "there are at most %d rules",
                     RESPONSES_MAX);
    if (rc < 0)
        return rc;
    rules = arena_alloc(arena, jval_count(list) + 1, sizeof(*rules));
    for (size_t i = 0; rc == 0 && i < jval_count(list); i++) {
        rc = read_response(jval_at(list, i), arena, &rules[i], err);
        if (rc < 0)
            return err_wrap(err, rc, "rule %zu", i + 1);
    }
    *out = rules;
    *out_count = jval_count(list);
    return 0;
}

static int check_responses(str json, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(responses_freep) struct responses *compiled = NULL;
    struct response_rule *rules;
    size_t count;
    int rc = netdev_type_responses(json, &arena, &rules, &count, err);

    return rc < 0 ? rc : responses_new(rules, count, &compiled, err);
}

static int check_number(int64_t number, int64_t min, int64_t max,
                        struct err *err)
{
    if (number < min || number > max)
        return err_set(err, E_INVALID, "%lld is not %lld to %lld",
                       (long long)number, (long long)min, (long long)max);
    return 0;
}

int netdev_profile_find(str name, enum ssh_profile *out, struct err *err)
{
    int rc = ssh_profile_find(name, out, err);

    if (rc == 0 && *out == SSH_MUSEUM)
        rc = err_set(err, E_INVALID,
                     "the profile museum is only for the command 'holdfast "
                     "device', not for the server (R-SSH-15)");
    return rc;
}

int netdev_type_check(const struct netdev_type *type, const char **out_field,
                      struct err *err)
{
    const struct family *family = family_find(type->family);
    const struct {
        const char *field;
        int64_t number;
        int64_t min;
        int64_t max;
    } numbers[] = {
        { "connect_s", type->connect_s, 1, NETDEV_SECONDS_MAX },
        { "read_s", type->read_s, 1, NETDEV_SECONDS_MAX },
        { "retries", type->retries, 0, NETDEV_RETRIES_MAX },
        { "total_s", type->total_s, 1, NETDEV_SECONDS_MAX },
        { "at_once", type->at_once, 0, NETDEV_AT_ONCE_MAX },
    };
    struct os_version version;
    enum ssh_profile profile;
    int rc = 0;

    *out_field = "family";
    if (family == NULL)
        return err_set(err, E_INVALID,
                       "'%" PRIstr "' is no family; expected %s",
                       ARGstr(type->family), family_names());
    *out_field = "band";
    if (type->band.n > NETDEV_BAND_MAX)
        return err_set(err, E_INVALID, "a version has at most %d bytes",
                       NETDEV_BAND_MAX);
    if (type->band.n > 0)
        rc = os_version_parse(type->band, &version, err);
    if (rc < 0)
        return rc;
    *out_field = "transport";
    rc = check_transport(type, family, type->band.n > 0 ? &version : NULL, err);
    if (rc < 0)
        return rc;
    *out_field = "responses";
    rc = check_responses(type->responses, err);
    if (rc < 0)
        return rc;
    *out_field = "profile";
    rc = netdev_profile_find(type->profile, &profile, err);
    for (size_t i = 0; rc == 0 && i < COUNT(numbers); i++) {
        *out_field = numbers[i].field;
        rc = check_number(numbers[i].number, numbers[i].min, numbers[i].max,
                          err);
    }
    return rc;
}

/* --- Reading ----------------------------------------------------------------
 */

static int read_rows(struct db *db, int64_t org, struct arena *arena,
                     struct netdev_types *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM netdev_type WHERE org = $1"
                      " ORDER BY family, band",
                      DB_ARGS(db_i64(org)), &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) == 1) {
        read_row(rows, arena, vec_push(&out->all));
        rc = 0;
    }
    return rc;
}

int netdev_type_list(struct db *db, int64_t org, struct arena *arena,
                     struct netdev_types *out, struct err *err)
{
    AUTO(netdev_types_clear) struct netdev_types set = { 0 };
    int rc = read_rows(db, org, arena, &set, err);

    for (size_t i = 0; rc == 0 && i < family_count; i++) {
        size_t whole = out->all.n;

        *vec_push(&out->all) = built_in(&families[i]);
        for (size_t k = 0; k < set.all.n; k++) {
            if (!str_eq_c(set.all.p[k].family, families[i].name))
                continue;
            if (set.all.p[k].band.n == 0)
                out->all.p[whole] = set.all.p[k];
            else
                *vec_push(&out->all) = set.all.p[k];
        }
    }
    return rc;
}

/* The newest band that the version lies in; that of all versions else. */
static bool is_better(const struct netdev_type *type, str version,
                      const struct netdev_type *than)
{
    struct os_version of;
    struct os_version band;
    struct os_version other;

    if (type->band.n == 0)
        return than->built_in;
    if (version.n == 0 || os_version_parse(version, &of, NULL) < 0 ||
        os_version_parse(type->band, &band, NULL) < 0 ||
        !os_version_from(&of, band.major, band.minor, band.release))
        return false;
    return than->band.n == 0 ||
           (os_version_parse(than->band, &other, NULL) == 0 &&
            os_version_from(&band, other.major, other.minor, other.release));
}

int netdev_type_of(struct db *db, const struct netdev_type_key *key,
                   struct arena *arena, struct netdev_type *out,
                   struct err *err)
{
    AUTO(netdev_types_clear) struct netdev_types set = { 0 };
    int rc = read_rows(db, key->org, arena, &set, err);

    *out = built_in(key->family);
    for (size_t i = 0; rc == 0 && i < set.all.n; i++) {
        if (str_eq_c(set.all.p[i].family, key->family->name) &&
            is_better(&set.all.p[i], key->version, out))
            *out = set.all.p[i];
    }
    return rc;
}

/* --- Writing ----------------------------------------------------------------
 */

int netdev_type_set(struct db *db, const struct scope *scope,
                    const struct netdev_type *type, struct err *err)
{
    int rc =
        db_run(db,
               "INSERT INTO netdev_type (org, " COLUMNS ") VALUES"
               " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1)"
               " ON CONFLICT (org, family, band) DO UPDATE SET"
               " transport = excluded.transport,"
               " allow_fallback = excluded.allow_fallback,"
               " profile = excluded.profile, connect_s = excluded.connect_s,"
               " read_s = excluded.read_s, retries = excluded.retries,"
               " total_s = excluded.total_s, at_once = excluded.at_once,"
               " responses = excluded.responses,"
               " revision = netdev_type.revision + 1",
               DB_ARGS(db_i64(scope->org),
                       db_text(str_c(family_find(type->family)->name)),
                       db_text(type->band), db_text(type->transport),
                       db_i64(type->allow_fallback), db_text(type->profile),
                       db_i64(type->connect_s), db_i64(type->read_s),
                       db_i64(type->retries), db_i64(type->total_s),
                       db_i64(type->at_once), db_text(type->responses)),
               err);

    return rc < 0 ? rc : 0;
}

int netdev_type_reset(struct db *db, const struct scope *scope, str family,
                      str band, struct err *err)
{
    int rc = db_run(db,
                    "DELETE FROM netdev_type WHERE org = $1 AND family = $2"
                    " AND band = $3",
                    DB_ARGS(db_i64(scope->org), db_text(family), db_text(band)),
                    err);

    if (rc == 0)
        return err_set(err, E_ABSENT,
                       "nobody changed the defaults of that "
                       "type");
    return rc < 0 ? rc : 0;
}
