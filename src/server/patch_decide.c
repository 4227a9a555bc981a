/* SPDX-License-Identifier: Apache-2.0 */
#include "server/patch_decide.h"

#include "fleet/patch_group.h"
#include "fleet/patch_hold.h"
#include "fleet/patch_store.h"

enum {
    WORDS_MAX = 2000,
};

void patch_decisions_clear(struct patch_decisions *d)
{
    patch_catalogue_free(d->catalogue);
    d->catalogue = NULL;
    vec_clear(&d->rows);
    vec_clear(&d->missing);
    vec_clear(&d->all);
}

struct deciding {
    struct db *db;
    struct arena *arena;
    struct patch_decisions *out;
    int64_t org;
    int64_t now;
    enum words_language language;
    VEC(struct patch_group) groups;
    VEC(struct patch_hold) holds;
    VEC(struct patch_suppression) suppressions;
    struct buf words;
};

/* --- What is missing
 * ---------------------------------------------------------------- */

static enum patch_os os_of_device(str family, str id)
{
    if (str_eq_nocase(family, STR("windows")) ||
        str_eq_nocase(id, STR("windows")))
        return PATCH_WINDOWS;
    if (str_eq_nocase(family, STR("macos")) || str_eq_nocase(id, STR("macos")))
        return PATCH_MACOS;
    return PATCH_LINUX;
}

static int read_device(struct deciding *d, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc =
        db_get(d->db, "SELECT org, os_family, os_id FROM device WHERE id = $1",
               DB_ARGS(db_i64(d->out->device)),
               DB_WANTED("device", d->out->device), &rows, err);

    if (rc < 0)
        return rc;
    d->org = db_col_i64(rows, 0);
    d->out->os = os_of_device(db_col_text(rows, 1), db_col_text(rows, 2));
    return 0;
}

static int load_missing(struct deciding *d, struct err *err)
{
    struct patch_decisions *out = d->out;
    const struct patch_lack *lacks;
    int rc = patch_state_get(d->db, out->device, d->arena, &out->state, err);

    out->catalogue = patch_catalogue_new();
    if (rc < 0)
        return rc;
    out->scanned = rc == 0;
    if (out->scanned)
        out->os = out->state.os;
    lacks = out->state.lacks.p;
    rc = 0;
    for (size_t i = 0; rc == 0 && i < out->state.lacks.n; i++) {
        uint32_t index = 0;

        if (i > 0 && lacks[i].patch == lacks[i - 1].patch)
            continue;
        rc = patch_store_load(d->db, d->org, lacks[i].patch, out->catalogue,
                              &index, err);
        *vec_push(&out->rows) = lacks[i].patch;
        *vec_push(&out->missing) = index;
    }
    patch_catalogue_seal(out->catalogue);
    return rc;
}

/* --- What decides
 * ------------------------------------------------------------------- */

static int add_group(struct deciding *d, str name, struct err *err)
{
    AUTO(patch_set_clear) struct patch_set set = { 0 };
    struct patch_group_row row;
    struct patch_group *group;
    str *ids;
    int rc;

    for (size_t i = 0; i < d->groups.n; i++)
        if (str_eq(d->groups.p[i].name, name))
            return 0;
    rc = patch_group_find(d->db, d->org, name, d->arena, &row, err);
    if (rc == 0)
        rc = patch_group_set(d->db, row.id, 0, d->arena, &set, err);
    if (rc < 0 && rc != E_ABSENT)
        return rc;
    ids = arena_alloc(d->arena, set.ids.n + 1, sizeof(*ids));
    for (size_t i = 0; i < set.ids.n; i++)
        ids[i] = set.ids.p[i];
    group = vec_push(&d->groups);
    group->name = arena_str(d->arena, name);
    group->ids = ids;
    group->id_count = set.ids.n;
    return 0;
}

static int add_groups(struct deciding *d, const struct patch_texts *names,
                      struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < names->n; i++)
        rc = add_group(d, names->p[i], err);
    return rc;
}

static int load_holds(struct deciding *d, struct err *err)
{
    AUTO(patch_hold_rows_clear) struct patch_hold_rows rows = { 0 };
    int rc = patch_hold_of_device(d->db, d->out->device, d->now, d->arena,
                                  &rows, err);

    for (size_t i = 0; rc == 0 && i < rows.all.n; i++) {
        const struct patch_hold_row *h = &rows.all.p[i];

        if (str_eq(h->kind, PATCH_HOLD_CVE))
            *vec_push(&d->suppressions) =
                (struct patch_suppression){ h->target, h->reason, h->author,
                                            h->until };
        else
            *vec_push(&d->holds) =
                (struct patch_hold){ h->target,
                                     str_eq(h->kind, PATCH_HOLD_PACKAGE),
                                     h->reason, h->author, h->until };
    }
    return rc;
}

static int load_setup(struct deciding *d, const struct patch_setup *setup,
                      struct err *err)
{
    struct patch_decisions *out = d->out;
    int rc = 0;

    if (setup != NULL)
        out->setup = *setup;
    else
        rc = patch_setup_of_device(d->db, out->device, d->arena, &out->setup,
                                   err);
    if (rc != 0)
        return rc;
    out->has_setup = true;
    rc = patch_configuration_parse(out->setup.settings, 0, d->arena,
                                   &out->settings, err);
    for (int kind = 0; rc == 0 && kind < PATCH_TASKS; kind++) {
        const struct patch_options *o =
            &out->settings.task[out->os][kind].deploy;

        rc = add_groups(d, &o->include, err);
        if (rc == 0)
            rc = add_groups(d, &o->exclude, err);
    }
    return rc;
}

/* --- Deciding
 * ----------------------------------------------------------------------- */

static void keep(struct deciding *d, const struct patch_selector *selector,
                 const struct patch_decision *decision,
                 enum patch_task_kind task)
{
    struct patch_decided *one = vec_push(&d->out->all);

    one->task = task;
    one->patch = decision->patch;
    one->deploy = decision->deploy;
    one->rule = str_c(patch_rule_text(d->out->os, decision->rule));
    one->by = decision->by == PATCH_NONE
                  ? STR("")
                  : patch_catalogue_at(d->out->catalogue, decision->by)->id;
    buf_reset(&d->words);
    patch_decision_because(selector, decision, d->language, &d->words);
    one->because = arena_str(d->arena, buf_str(&d->words));
    buf_reset(&d->words);
    one->warning = STR("");
    if (patch_decision_warning(selector, decision, d->language, &d->words))
        one->warning = arena_str(d->arena, buf_str(&d->words));
}

static bool was_deployed(const struct patch_decisions *out, uint32_t patch)
{
    for (size_t i = 0; i < out->all.n; i++)
        if (out->all.p[i].patch == patch && out->all.p[i].deploy)
            return true;
    return false;
}

static int decide_task(struct deciding *d, enum patch_task_kind task,
                       struct err *err)
{
    AUTO(patch_selector_freep) struct patch_selector *selector = NULL;
    AUTO(patch_work_freep) struct patch_work *work = NULL;
    struct patch_decisions *out = d->out;
    const struct patch_decision *decisions;
    struct patch_policy policy = {
        .os = out->os,
        .scan_preview = out->settings.scan_preview,
        .options = &out->settings.task[out->os][task].deploy,
        .groups = d->groups.p,
        .group_count = d->groups.n,
        .holds = d->holds.p,
        .hold_count = d->holds.n,
        .suppressions = d->suppressions.p,
        .suppression_count = d->suppressions.n,
        .now = d->now,
    };
    VEC(uint32_t) missing = { 0 };
    size_t n = 0;
    int rc = patch_selector_new(out->catalogue, &policy, &selector, err);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < out->missing.n; i++)
        if (!was_deployed(out, out->missing.p[i]))
            *vec_push(&missing) = out->missing.p[i];
    work = patch_work_new(out->catalogue);
    patch_select(selector, work, missing.p, missing.n, &decisions, &n);
    for (size_t i = 0; i < n; i++)
        keep(d, selector, &decisions[i], task);
    vec_clear(&missing);
    return 0;
}

int patch_decide(struct db *db, const struct patch_question *question,
                 struct arena *arena, struct patch_decisions *out,
                 struct err *err)
{
    struct deciding d = { .db = db,
                          .arena = arena,
                          .out = out,
                          .now = question->now,
                          .language = question->language,
                          .words = BUF_INIT(WORDS_MAX) };
    int rc;

    *out = (struct patch_decisions){ .device = question->device };
    rc = read_device(&d, err);
    if (rc == 0)
        rc = load_missing(&d, err);
    if (rc == 0)
        rc = load_holds(&d, err);
    if (rc == 0)
        rc = load_setup(&d, question->setup, err);
    for (int task = 0; rc == 0 && task < PATCH_TASKS; task++)
        if (patch_task_is_offered(out->os, task) &&
            out->settings.task[out->os][task].enabled)
            rc = decide_task(&d, task, err);
    vec_clear(&d.groups);
    vec_clear(&d.holds);
    vec_clear(&d.suppressions);
    buf_clear(&d.words);
    return rc < 0 ? rc : 0;
}

const struct patch_decided *patch_decision_of(
    const struct patch_decisions *decisions, uint32_t patch)
{
    const struct patch_decided *found = NULL;

    for (size_t i = 0; i < decisions->all.n; i++) {
        const struct patch_decided *one = &decisions->all.p[i];

        if (one->patch == patch && (found == NULL || !found->deploy))
            found = one;
    }
    return found;
}
