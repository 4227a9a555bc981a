/* SPDX-License-Identifier: Apache-2.0 */
#include "server/report_patch.h"

#include "base/mem.h"
#include "server/core.h"

enum {
    COLUMNS_JSON_MAX = 1 << 16,
};

/* --- The devices of a set ------------------------------------------------- */

static const struct column judged_columns[] = {
    { "name", { { "Device", "Appareil", "Apparaat" } }, 4 },
    { "system", { { "System", "Syst\xC3\xA8me", "Systeem" } }, 4 },
    { "state", { { "State", "\xC3\x89tat", "Status" } }, 3 },
    { "missing", { { "Missing", "Manquants", "Ontbrekend" } }, 2 },
    { "lacks",
      { { "Missing, all", "Manquants, tous", "Ontbrekend, alle" } },
      2 },
    { "installed",
      { { "Installed", "Install\xC3\xA9s", "Ge\xC3\xAFnstalleerd" } },
      2 },
    { "scanned", { { "Scanned", "Analys\xC3\xA9", "Gescand" } }, 3 },
    { NULL, { { NULL } }, 0 },
};

struct set_rows {
    struct listing listing;
    struct arena arena;
    const struct jval *query; /* while it is filled */
    VEC(struct patch_judged) all;
};

static void set_rows_gone(void *owner)
{
    struct set_rows *s = owner;

    listing_clear(&s->listing);
    vec_clear(&s->all);
    arena_clear(&s->arena);
    mem_free(s);
}

static int take_judged(void *ctx, const struct patch_judged *device,
                       struct err *err UNUSED)
{
    struct set_rows *s = ctx;
    str state = jval_text(jval_get(s->query, "state"), STR(""));
    str sort = jval_text(jval_get(s->query, "sort"), STR("name"));
    struct patch_judged *d;
    int64_t rank = 0;

    if ((state.n > 0 &&
         !str_eq_c(state, patch_compliance_name(device->compliance))) ||
        !has_nocase(device->name, jval_text(jval_get(s->query, "q"), STR(""))))
        return 0;
    d = vec_push(&s->all);
    *d = *device;
    d->name = arena_str(&s->arena, device->name);
    d->system = arena_str(&s->arena, device->system);
    if (str_eq_c(sort, "missing"))
        rank = -(int64_t)d->missing;
    else if (str_eq_c(sort, "scanned"))
        rank = d->scanned;
    listing_add(&s->listing, rank, d->name, d->device, (int64_t)s->all.n - 1);
    return 0;
}

static struct jval *judged_json(void *ctx, const struct listed *row,
                                struct err *err UNUSED)
{
    const struct set_rows *s = ctx;
    const struct patch_judged *d = &s->all.p[row->b];
    struct jval *o = jval_new_object();

    jval_set_i64(o, "device", d->device);
    jval_set_text(o, "name", d->name);
    jval_set_text(o, "system", d->system);
    jval_set_text(o, "state", str_c(patch_compliance_name(d->compliance)));
    jval_set_i64(o, "missing", (int64_t)d->missing);
    jval_set_i64(o, "lacks", d->lacks);
    jval_set_i64(o, "installed", d->installed);
    json_time(o, "scanned", d->scanned);
    return o;
}

int report_set_open(const struct report_patch_ask *ask,
                    const struct patch_report_set *set, struct listing **out,
                    struct err *err)
{
    uint64_t counts[PATCH_COMPLIANCES] = { 0 };
    struct set_rows *s = mem_alloc(1, sizeof(*s));
    struct patch_judgement what = { .scope = ask->scope,
                                    .set = set,
                                    .now = ask->now,
                                    .fn = take_judged,
                                    .ctx = s };
    int rc;

    s->query = ask->query;
    s->listing.title = (struct words){ { "Compliance by device",
                                         "Conformit\xC3\xA9 par appareil",
                                         "Naleving per apparaat" } };
    s->listing.columns = judged_columns;
    s->listing.json = judged_json;
    s->listing.ctx = s;
    s->listing.owner = s;
    s->listing.release = set_rows_gone;
    s->listing.note = arena_str(&s->arena, set->name);
    rc = patch_report_judge(ask->core, &what, counts, err);
    s->query = NULL;
    *out = NULL;
    if (rc < 0)
        set_rows_gone(s);
    else
        *out = &s->listing;
    return rc;
}

/* --- Tables --------------------------------------------------------------- */

void report_table_clear(struct report_table *table)
{
    jval_free(table->columns);
    jval_free(table->filter);
}

static struct jval *parsed(str json)
{
    struct jval *value = NULL;

    if (jval_parse(json, COLUMNS_JSON_MAX, &value, NULL) < 0)
        value = jval_new_null();
    return value;
}

static void begin(const struct report_patch_ask *ask, str source, str columns,
                  str filter, struct report_table *out)
{
    out->columns = parsed(columns);
    out->filter = parsed(filter);
    out->order = (struct patch_table_order){
        .core = ask->core,
        .scope = ask->scope,
        .now = ask->now,
        .source = patch_source_of(source),
        .columns = out->columns,
        .filter = out->filter,
    };
}

void report_template_table(const struct report_patch_ask *ask,
                           const struct patch_template *t, struct arena *arena,
                           struct report_table *out)
{
    const char *title = arena_c(arena, t->name);

    begin(ask, t->source, t->columns, t->filter, out);
    for (size_t i = 0; i < WORDS_LANGUAGES; i++)
        out->order.title[i] = title;
}

static const char missing_columns[] =
    "[\"device\",\"name\",\"system\",\"scanned\",\"patch\",\"title\","
    "\"severity\",\"type\",\"cves\",\"exploited\",\"since\",\"packages\"]";
static const char installed_columns[] =
    "[\"device\",\"name\",\"at\",\"patch\",\"package\",\"from\",\"to\","
    "\"state\",\"configuration\",\"task\"]";

void report_details_table(const struct report_patch_ask *ask,
                          struct report_table *out)
{
    static const char *const titles[2][WORDS_LANGUAGES] = {
        { "Missing patches by device", "Correctifs manquants par appareil",
          "Ontbrekende patches per apparaat" },
        { "Installed patches by device",
          "Correctifs install\xC3\xA9s par "
          "appareil",
          "Ge\xC3\xAFnstalleerde patches per apparaat" },
    };
    bool installed = str_eq_c(ask->report, "patch_installed");
    int64_t device = jval_i64(jval_get(ask->query, "device"), 0);

    begin(ask, installed ? STR("history") : STR("scan"),
          str_c(installed ? installed_columns : missing_columns), STR("{}"),
          out);
    for (size_t i = 0; i < WORDS_LANGUAGES; i++)
        out->order.title[i] = titles[installed][i];
    if (device != 0)
        jval_set_i64(out->filter, "device", device);
    if (installed)
        jval_set_text(out->filter, "state", STR("installed"));
}

/* --- By name -------------------------------------------------------------- */

static int open_table(struct report_table *table, struct listing **out,
                      struct err *err)
{
    int rc = patch_table_open(&table->order, out, err);

    report_table_clear(table);
    return rc;
}

static int read_set(const struct report_patch_ask *ask, struct arena *arena,
                    struct patch_report_set *out, struct err *err)
{
    struct patch_report_sets sets = { 0 };
    int64_t id = jval_i64(jval_get(ask->query, "set"), -1);
    int rc = patch_report_read(ask->core->db, ask->scope->org, id, arena, &sets,
                               err);

    if (rc == 0 && sets.all.n != 1)
        rc = err_set(err, E_ABSENT, "there is no such report set");
    if (rc == 0)
        *out = sets.all.p[0];
    vec_clear(&sets.all);
    return rc;
}

static int read_template(const struct report_patch_ask *ask,
                         struct arena *arena, struct patch_template *out,
                         struct err *err)
{
    return patch_template_get(ask->core->db, ask->scope,
                              jval_i64(jval_get(ask->query, "template"), 0),
                              arena, out, err);
}

int report_patch_open(const struct report_patch_ask *ask, struct listing **out,
                      struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct report_table table;
    struct patch_report_set set;
    struct patch_template t;
    int rc;

    *out = NULL;
    if (!scope_may(ask->scope, PERM_PATCH_READ))
        return err_set(err, E_PERM, "its owner may not read patches");
    if (str_eq_c(ask->report, "patch_set")) {
        rc = read_set(ask, &arena, &set, err);
        return rc < 0 ? rc : report_set_open(ask, &set, out, err);
    }
    if (str_eq_c(ask->report, "patch_template")) {
        rc = read_template(ask, &arena, &t, err);
        if (rc < 0)
            return rc;
        report_template_table(ask, &t, &arena, &table);
        return open_table(&table, out, err);
    }
    report_details_table(ask, &table);
    return open_table(&table, out, err);
}

int report_patch_check(const struct report_patch_ask *ask,
                       const char **out_field, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch_report_set set;
    struct patch_template t;
    int rc = 0;

    *out_field = "report";
    if (!str_starts(ask->report, STR("patch_")))
        return 0;
    if (!scope_may(ask->scope, PERM_PATCH_READ))
        return err_set(err, E_INVALID, "this report is for who reads patches");
    if (str_eq_c(ask->report, "patch_set")) {
        *out_field = "query.set";
        rc = read_set(ask, &arena, &set, err);
    } else if (str_eq_c(ask->report, "patch_template")) {
        *out_field = "query.template";
        rc = read_template(ask, &arena, &t, err);
    }
    return rc == E_ABSENT ? err_set(err, E_INVALID, "%s", err_text(err)) : rc;
}
