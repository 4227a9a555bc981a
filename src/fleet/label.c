/* SPDX-License-Identifier: Apache-2.0
 *
 * Labels as rows: reading, checking, adding, changing, deleting.
 */
#include "fleet/label.h"

#include "base/utf8.h"
#include "fleet/configuration.h"
#include "fleet/label_int.h"
#include "fleet/ldap_url.h"
#include "fleet/patch_setup.h"
#include "fleet/policy.h"

void labels_clear(struct labels *list)
{
    vec_clear(&list->all);
}

void label_uses_clear(struct label_uses *uses)
{
    vec_clear(&uses->ids);
}

/* --- reading ---------------------------------------------------------- */
#define LABEL_COLUMNS                                                          \
    "l.id, l.org, l.name, l.kind, l.query, l.notes, l.download_url, l.parent," \
    " l.created, l.revision, l.pending, l.evaluated, l.problem,"               \
    " (SELECT COUNT(*) FROM device_label m JOIN device d ON d.id = m.device"   \
    " WHERE m.label = l.id AND d.retired = 0 AND d.deleted = 0 AND " SCOPE_SQL \
    ")"

static void read_label(struct db_rows *rows, struct arena *arena,
                       struct label *out)
{
    *out = (struct label){
        .id = db_col_i64(rows, 0),
        .org = db_col_i64(rows, 1),
        .name = arena_str(arena, db_col_text(rows, 2)),
        .kind = arena_str(arena, db_col_text(rows, 3)),
        .query = arena_str(arena, db_col_text(rows, 4)),
        .notes = arena_str(arena, db_col_text(rows, 5)),
        .download_url = arena_str(arena, db_col_text(rows, 6)),
        .parent = db_col_i64(rows, 7),
        .created = db_col_i64(rows, 8),
        .revision = db_col_i64(rows, 9),
        .pending = db_col_i64(rows, 10) != 0,
        .evaluated = db_col_i64(rows, 11),
        .problem = arena_str(arena, db_col_text(rows, 12)),
        .members = db_col_i64(rows, 13),
    };
}

int label_get(struct db *db, const struct scope *scope, int64_t id,
              struct arena *arena, struct label *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(
        db,
        "SELECT " LABEL_COLUMNS " FROM label l"
        " WHERE l.org = $1 AND l.id = $3",
        DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)), db_i64(id)),
        DB_WANTED("label", id), &rows, err);

    if (rc < 0)
        return rc;
    read_label(rows, arena, out);
    return 0;
}

int label_list(struct db *db, const struct scope *scope,
               const struct label_find *find, struct arena *arena,
               struct labels *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT " LABEL_COLUMNS " FROM label l WHERE l.org = $1"
                      " AND ($3 = '' OR l.kind = $3) AND l.name > $4"
                      " AND ($5 = '' OR lower(l.name) LIKE $5 ESCAPE '\\')"
                      " ORDER BY l.name LIMIT $6",
                      DB_ARGS(db_i64(scope->org), db_i64(scope_limit(scope)),
                              db_text(find->kind), db_text(find->after),
                              db_text(like_needle(arena, find->text)),
                              db_i64(find->limit)),
                      &rows, err);

    while (rc >= 0 && (rc = db_next(rows, err)) > 0)
        read_label(rows, arena, vec_push(&out->all));
    return rc;
}

/* --- checking --------------------------------------------------------- */
static bool clean(str text, bool lines)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c == 0x7F || (c < 0x20 && !(lines && (c == '\n' || c == '\t'))))
            return false;
    }
    return utf8_valid(text) == text.n;
}

/* http:// or https://, a host, no user and no blank: an agent fetches from
 * there, and the text is shown. */
static bool is_url(str url)
{
    size_t start = str_starts(url, STR("https://"))  ? 8
                   : str_starts(url, STR("http://")) ? 7
                                                     : url.n;
    str rest = str_sub(url, start, url.n);
    str host = str_cut(&rest, '/');

    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= 0x20 || (unsigned char)url.p[i] > 0x7E ||
            str_find_char(STR("\"<>\\^`{|}#"), url.p[i]) < 10)
            return false;
    return url.n <= LABEL_URL_MAX && host.n > 0 && host.p[0] != ':' &&
           str_find_char(host, '@') == host.n;
}

static int check_texts(const struct label *label, const char **out_field,
                       struct err *err)
{
    *out_field = "name";
    if (label->name.n == 0 || label->name.n > LABEL_NAME_MAX ||
        !clean(label->name, false))
        return err_set(err, E_INVALID,
                       "a name has 1 to %d bytes of UTF-8 and no control "
                       "characters",
                       LABEL_NAME_MAX);
    *out_field = "notes";
    if (label->notes.n > LABEL_NOTES_MAX || !clean(label->notes, true))
        return err_set(err, E_INVALID,
                       "notes have at most %d bytes of UTF-8 and no control "
                       "characters but line ends",
                       LABEL_NOTES_MAX);
    *out_field = "download_url";
    if (label->download_url.n > 0 && !is_url(label->download_url))
        return err_set(err, E_INVALID,
                       "expected http:// or https:// with a host, without a "
                       "user, at most %d bytes",
                       LABEL_URL_MAX);
    *out_field = "kind";
    if (label_kind_of(label->kind) == LABEL_KINDS)
        return err_set(err, E_INVALID, "expected manual, smart, ldap or group");
    return 0;
}

static int check_query(const struct label *label, struct err *err)
{
    AUTO(query_freep) struct query *query = NULL;
    AUTO(arena_clear) struct arena arena = ARENA;
    struct ldap_url url;

    switch (label_kind_of(label->kind)) {
    case LABEL_SMART:
        return query_parse(label->query, &query, err);
    case LABEL_LDAP:
        return label_url_parse(label->query, &arena, &url, err);
    default:
        break;
    }
    if (label->query.n > 0)
        return err_set(err, E_INVALID,
                       "only smart and ldap labels have a query");
    return 0;
}

static int check_parent(struct db *db, const struct scope *scope,
                        const struct label *label, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct label parent;
    int rc;

    if (label->parent == 0)
        return 0;
    rc = label_get(db, scope, label->parent, &arena, &parent, err);
    if (rc == E_ABSENT)
        return err_set(err, E_INVALID, "there is no label %lld",
                       (long long)label->parent);
    if (rc < 0)
        return rc;
    if (label_kind_of(parent.kind) != LABEL_GROUP)
        return err_set(err, E_INVALID, "'%" PRIstr "' is no group",
                       ARGstr(parent.name));
    return 0;
}

static int check_name_free(struct db *db, const struct label *label,
                           int64_t org, struct err *err)
{
    int64_t id = 0;
    int rc = db_one_i64(
        db,
        "SELECT id FROM label WHERE org = $1 AND name = $2"
        " AND id <> $3",
        DB_ARGS(db_i64(org), db_text(label->name), db_i64(label->id)), &id,
        err);

    if (rc == 0)
        return err_set(err, E_INVALID, "a label '%" PRIstr "' is there already",
                       ARGstr(label->name));
    return rc < 0 ? rc : 0;
}

/* Names of the smart labels whose queries name this one. */
static int named_by(struct db *db, int64_t org, str name, struct arena *arena,
                    struct label_uses *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT id, name, query FROM label WHERE org = $1"
                      " AND kind = 'smart' ORDER BY name",
                      DB_ARGS(db_i64(org)), &rows, err);

    while (rc >= 0 && (rc = db_next(rows, err)) > 0) {
        AUTO(query_freep) struct query *query = NULL;

        rc = query_parse(db_col_text(rows, 2), &query, err);
        if (rc < 0)
            return rc;
        for (size_t i = 0; i < query_label_count(query); i++) {
            if (!str_eq(query_label_name(query, i), name))
                continue;
            *vec_push(&out->ids) = db_col_i64(rows, 0);
            out->names = arena_printf(
                arena, "%" PRIstr "%s'%" PRIstr "'", ARGstr(out->names),
                out->names.n > 0 ? ", " : "", ARGstr(db_col_text(rows, 1)));
        }
    }
    return rc;
}

static int check_change(struct db *db, const struct scope *scope,
                        const struct label *label, const char **out_field,
                        struct err *err)
{
    AUTO(label_uses_clear) struct label_uses uses = { 0 };
    AUTO(arena_clear) struct arena arena = ARENA;
    struct label old;
    int rc = label_get(db, scope, label->id, &arena, &old, err);

    if (rc < 0)
        return rc;
    *out_field = "kind";
    if (!str_eq(old.kind, label->kind))
        return err_set(err, E_INVALID, "a label stays %" PRIstr,
                       ARGstr(old.kind));
    *out_field = "name";
    if (str_eq(old.name, label->name))
        return 0;
    rc = named_by(db, old.org, old.name, &arena, &uses, err);
    if (rc == 0 && uses.ids.n > 0)
        rc = err_set(err, E_INVALID,
                     "the name stays: it is in the query of %" PRIstr,
                     ARGstr(uses.names));
    return rc;
}

int label_check(struct db *db, const struct scope *scope,
                const struct label *label, const char **out_field,
                struct err *err)
{
    AUTO(label_graph_clear) struct label_graph graph = { 0 };
    int rc = check_texts(label, out_field, err);

    if (rc < 0)
        return rc;
    *out_field = "download_url";
    if (!scope->all_devices && label->download_url.n > 0)
        return err_set(err, E_PERM,
                       "only people who see all devices set a place to "
                       "fetch content from");
    *out_field = "query";
    rc = check_query(label, err);
    if (rc < 0)
        return rc;
    *out_field = "parent";
    rc = check_parent(db, scope, label, err);
    if (rc < 0)
        return rc;
    *out_field = "name";
    rc = check_name_free(db, label, scope->org, err);
    if (rc < 0)
        return rc;
    if (label->id != 0)
        rc = check_change(db, scope, label, out_field, err);
    if (rc < 0)
        return rc;
    *out_field = label->query.n > 0 ? "query" : "parent";
    rc = label_graph_load(db, scope->org, label, &graph, err);
    if (rc == 0 && graph.nodes.n > LABELS_MAX)
        rc = err_set(err, E_LIMIT, "there are at most %d labels", LABELS_MAX);
    return rc;
}

/* --- what limits a scope ----------------------------------------------- */
static int mark_limits(struct db *db, int64_t org, struct label_graph *graph,
                       struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT DISTINCT rl.label FROM role_label rl"
                      " JOIN label l ON l.id = rl.label WHERE l.org = $1",
                      DB_ARGS(db_i64(org)), &rows, err);

    while (rc >= 0 && (rc = db_next(rows, err)) > 0) {
        struct label_node *node = label_graph_find(graph, db_col_i64(rows, 0));

        if (node != NULL)
            node->marked = true;
    }
    label_graph_mark_below(graph);
    return rc;
}

int label_may_change(struct db *db, const struct scope *scope, int64_t id,
                     struct err *err)
{
    int64_t owner = 0;
    int rc = label_may_fill(db, scope, id, err);

    if (rc == 0 && !scope->all_devices && id != 0) {
        rc = db_one_i64(db, "SELECT owner FROM label WHERE id = $1",
                        DB_ARGS(db_i64(id)), &owner, err);
        if (rc >= 0 && owner != scope->user)
            rc = err_set(err, E_PERM,
                         "only people who see all devices, or who made it, "
                         "may change this label");
    }
    return rc < 0 ? rc : 0;
}

int label_may_fill(struct db *db, const struct scope *scope, int64_t id,
                   struct err *err)
{
    AUTO(label_graph_clear) struct label_graph graph = { 0 };
    struct label_node *node;
    int rc;

    if (scope->all_devices || id == 0)
        return 0;
    rc = label_graph_load(db, scope->org, NULL, &graph, err);
    if (rc == 0)
        rc = mark_limits(db, scope->org, &graph, err);
    if (rc < 0)
        return rc;
    node = label_graph_find(&graph, id);
    if (node != NULL && node->marked)
        return err_set(err, E_PERM,
                       "'%" PRIstr "' limits what a role sees; only people "
                       "who see all devices may change it",
                       ARGstr(node->name));
    return 0;
}

/* --- writing ---------------------------------------------------------- */

/* The label and all that depends on it must be worked out for all devices. */
static int mark_pending(struct db *db, int64_t org, int64_t id, struct err *err)
{
    AUTO(label_graph_clear) struct label_graph graph = { 0 };
    struct label_node *node;
    int rc = label_graph_load(db, org, NULL, &graph, err);

    if (rc < 0)
        return rc;
    node = label_graph_find(&graph, id);
    if (node != NULL)
        node->marked = true;
    label_graph_mark_above(&graph);
    for (size_t i = 0; rc >= 0 && i < graph.nodes.n; i++) {
        node = &graph.nodes.p[i];
        if (node->marked &&
            (node->kind == LABEL_SMART || node->kind == LABEL_GROUP))
            rc = db_run(db, "UPDATE label SET pending = 1 WHERE id = $1",
                        DB_ARGS(db_i64(node->id)), err);
    }
    return rc < 0 ? rc : 0;
}

int label_add(struct db *db, const struct scope *scope, struct label *label,
              int64_t now, struct err *err)
{
    int rc = label_may_change(db, scope, label->parent, err);

    if (rc == 0)
        rc = db_one_i64(
            db,
            "INSERT INTO label (org, name, kind, query, notes, download_url,"
            " parent, created, owner, revision) VALUES ($1, $2, $3, $4, $5,"
            " $6, $7, $8, $9, 1) RETURNING id",
            DB_ARGS(db_i64(scope->org), db_text(label->name),
                    db_text(label->kind), db_text(label->query),
                    db_text(label->notes), db_text(label->download_url),
                    db_i64(label->parent), db_i64(now),
                    db_i64(scope_limit(scope))),
            &label->id, err);
    if (rc < 0)
        return rc;
    label->org = scope->org;
    label->created = now;
    label->revision = 1;
    rc = mark_pending(db, scope->org, label->id, err);
    return rc < 0 ? rc : policy_touch(db, scope->org, err);
}

static int write_change(struct db *db, const struct label *label,
                        struct err *err)
{
    int rc =
        db_run(db,
               "UPDATE label SET name = $2, query = $3, notes = $4,"
               " download_url = $5, parent = $6, revision = revision + 1,"
               " evaluated = CASE WHEN query = $3 THEN evaluated ELSE 0"
               " END"
               " WHERE id = $1",
               DB_ARGS(db_i64(label->id), db_text(label->name),
                       db_text(label->query), db_text(label->notes),
                       db_text(label->download_url), db_i64(label->parent)),
               err);

    return rc < 0 ? rc : 0;
}

int label_change(struct db *db, const struct scope *scope, struct label *label,
                 int64_t now UNUSED, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct label old;
    bool moved;
    int rc = label_get(db, scope, label->id, &arena, &old, err);

    if (rc == 0)
        rc = label_may_change(db, scope, label->id, err);
    moved = rc == 0 && old.parent != label->parent;
    if (moved)
        rc = label_may_change(db, scope, old.parent, err);
    if (moved && rc == 0)
        rc = label_may_change(db, scope, label->parent, err);
    /* What the label was part of loses members, too. */
    if (moved && rc == 0 && old.parent != 0)
        rc = mark_pending(db, scope->org, old.parent, err);
    if (rc == 0)
        rc = write_change(db, label, err);
    if (rc == 0 && (moved || !str_eq(old.query, label->query)))
        rc = mark_pending(db, scope->org, label->id, err);
    label->revision = old.revision + 1;
    return rc < 0 ? rc : policy_touch(db, scope->org, err);
}

/* --- deleting --------------------------------------------------------- */
static int check_roles(struct db *db, int64_t id, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT r.name FROM role_label rl"
                      " JOIN role r ON r.id = rl.role WHERE rl.label = $1"
                      " ORDER BY r.name LIMIT 1",
                      DB_ARGS(db_i64(id)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc > 0)
        return err_set(err, E_INVALID,
                       "role '%" PRIstr "' is limited to it; take it from "
                       "the role first",
                       ARGstr(db_col_text(rows, 0)));
    return rc;
}

static int disable_uses(struct db *db, const struct scope *scope,
                        const struct label_uses *uses, int64_t now,
                        struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < uses->ids.n; i++)
        rc = configuration_disable(db, scope, uses->ids.p[i], now, err);
    return rc;
}

/* Enabled configurations whose targets name the label, whoever sees them. */
static int used_by(struct db *db, const struct scope *scope, int64_t id,
                   struct arena *arena, struct label_uses *out, struct err *err)
{
    struct scope whole = scope_system(scope->org);
    struct configurations list = { 0 };
    int rc = patch_setup_uses_label(db, scope->org, id, err);

    if (rc == 0)
        rc = configuration_using_label(db, &whole, id, arena, &list, err);

    for (size_t i = 0; rc == 0 && i < list.all.n; i++) {
        if (!list.all.p[i].enabled)
            continue;
        *vec_push(&out->ids) = list.all.p[i].id;
        out->names = arena_printf(
            arena, "%" PRIstr "%s'%" PRIstr "'", ARGstr(out->names),
            out->names.n > 0 ? ", " : "", ARGstr(list.all.p[i].name));
    }
    configurations_clear(&list);
    return rc;
}

static int remove_rows(struct db *db, const struct label *label,
                       struct err *err)
{
    struct db_args id = DB_ARGS(db_i64(label->id));
    int rc = db_run(db, "UPDATE label SET parent = $2 WHERE parent = $1",
                    DB_ARGS(db_i64(label->id), db_i64(label->parent)), err);

    if (rc >= 0)
        rc = db_run(db, "UPDATE enrol_token SET label = NULL WHERE label = $1",
                    id, err);
    if (rc >= 0)
        rc = db_run(db, "DELETE FROM device_label WHERE label = $1", id, err);
    if (rc >= 0)
        rc = db_run(db, "DELETE FROM label WHERE id = $1", id, err);
    return rc < 0 ? rc : 0;
}

int label_delete(struct db *db, const struct scope *scope,
                 const struct label_removal *removal, struct arena *arena,
                 struct label_uses *out_disabled, struct err *err)
{
    AUTO(label_uses_clear) struct label_uses named = { 0 };
    struct label label;
    int rc = label_get(db, scope, removal->label, arena, &label, err);

    if (rc == 0)
        rc = check_roles(db, removal->label, err);
    if (rc == 0)
        rc = label_may_change(db, scope, removal->label, err);
    if (rc == 0)
        rc = named_by(db, scope->org, label.name, arena, &named, err);
    if (rc == 0 && named.ids.n > 0)
        rc = err_set(err, E_INVALID, "it is in the query of %" PRIstr,
                     ARGstr(named.names));
    if (rc == 0)
        rc = used_by(db, scope, removal->label, arena, out_disabled, err);
    if (rc == 0 && out_disabled->ids.n > 0 && !removal->disable)
        rc = err_set(err, E_INVALID,
                     "%" PRIstr " would lose targets: confirm that it will "
                     "be disabled (K-LBL-4)",
                     ARGstr(out_disabled->names));
    if (rc == 0)
        rc = disable_uses(db, scope, out_disabled, removal->now, err);
    if (rc == 0 && label.parent != 0)
        rc = mark_pending(db, scope->org, label.parent, err);
    if (rc == 0)
        rc = remove_rows(db, &label, err);
    return rc < 0 ? rc : policy_touch(db, scope->org, err);
}

static bool has_point(const struct wire_list *list, str url)
{
    const struct download_point *points = list->p;

    for (size_t i = 0; i < list->n; i++) {
        if (str_eq(points[i].url, url))
            return true;
    }
    return false;
}

int label_download_points(struct db *db, int64_t device, struct arena *arena,
                          struct wire_list *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct download_point *points =
        arena_alloc(arena, DOWNLOAD_POINTS_MAX, sizeof(*points));
    int rc = db_query(db,
                      "SELECT l.download_url FROM device_label m"
                      " JOIN label l ON l.id = m.label WHERE m.device = $1"
                      " AND l.download_url <> '' ORDER BY l.name",
                      DB_ARGS(db_i64(device)), &rows, err);

    *out = (struct wire_list){ points, 0 };
    while (rc == 0 && out->n < DOWNLOAD_POINTS_MAX &&
           (rc = db_next(rows, err)) > 0) {
        if (!has_point(out, db_col_text(rows, 0)))
            points[out->n++].url = arena_str(arena, db_col_text(rows, 0));
        rc = 0;
    }
    return rc;
}
