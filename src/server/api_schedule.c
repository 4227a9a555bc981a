/* SPDX-License-Identifier: Apache-2.0
 *
 * Schedules as an editor needs them (K-SCH-8), and everything that is planned
 * (K-SCH-7).
 */
#include "base/clock.h"
#include "fleet/configuration.h"
#include "fleet/netdev_schedule.h"
#include "fleet/patch_setup.h"
#include "fleet/report.h"
#include "schedule/calendar.h"
#include "schedule/schedule.h"
#include "schedule/words.h"
#include "server/core.h"
#include "server/routes_int.h"
#include "server/tasks.h"

enum {
    PREVIEW_MAX = 100,
    TASKS_OF_ONE_MAX = 50,
    TASKS_MAX = 1000,
};

static const struct field occurrence_fields[] = {
    { "local", FIELD_TEXT, .required = true },
    { "utc", FIELD_TEXT, .required = true },
    { "rule", FIELD_TEXT, .required = true },
    { "stage_local", FIELD_TEXT },
    { "words", FIELD_TEXT },
    { NULL },
};

static struct jval *occurrence_json(const struct occurrence *o,
                                    enum words_language language)
{
    AUTO(buf_clear) struct buf words = BUF(1024);
    struct jval *json = jval_new_object();
    char text[CALENDAR_TEXT_MAX];

    jval_set_text(json, "local", str_c(calendar_format(o->local, "", text)));
    jval_set_text(json, "utc", str_c(calendar_format(o->utc, "Z", text)));
    jval_set_text(json, "rule", str_c(schedule_type_name(o->rule)));
    jval_set_text(json, "stage_local",
                  o->has_stage
                      ? str_c(calendar_format(o->stage_local, "", text))
                      : STR_NONE);
    words_run(o, language, &words);
    jval_set_text(json, "words", buf_str(&words));
    return json;
}

/* "server" and "" (each device's own, shown as the server's) are the
 * machine's zone. */
static int zone_of(str name, struct zone **out, struct err *err)
{
    return zone_load_named(str_eq_c(name, "server") ? STR("") : name, out, err);
}

/* --- Preview ------------------------------------------------------------- */

static const struct field preview_body[] = {
    { "schedule", FIELD_OBJECT, .required = true },
    { "zone", FIELD_TEXT, .max = 128 },
    { "count", FIELD_INTEGER, .min = 1, .max = PREVIEW_MAX },
    { "language", FIELD_ENUM, .words = "en|fr|nl" },
    { NULL },
};
static const struct field preview_answer[] = {
    { "schedule", FIELD_OBJECT, .required = true, .help = "normalised" },
    { "words", FIELD_TEXT, .required = true },
    { "warnings", FIELD_TEXT, .required = true, .max = 4096,
      .help = "a sentence a line" },
    { "zone", FIELD_TEXT, .required = true },
    { "stage_hours_max", FIELD_INTEGER, .required = true },
    { "occurrences", FIELD_LIST, .required = true, .max = PREVIEW_MAX,
      .of = occurrence_fields },
    { NULL },
};

static int read_schedule(struct request *req, struct schedule *out,
                         struct err *err)
{
    int rc = schedule_from_jval(jval_get(req->json, "schedule"), out, err);

    if (rc == 0)
        rc = schedule_check(out, req->now, err);
    if (rc == 0)
        return 0;
    return refuse(req, 422, "schedule", err, rc, "%s",
                  arena_c(&req->arena, str_c(err_text(err))));
}

static void add_words(struct jval *out, const struct schedule *schedule,
                      const struct zone *zone, int64_t now,
                      enum words_language language)
{
    AUTO(buf_clear) struct buf words = BUF(4096);
    AUTO(buf_clear) struct buf warnings = BUF(4096);
    struct schedule_warnings list;

    words_schedule(schedule, language, &words);
    jval_set_text(out, "words", str_c(buf_c(&words)));
    list = schedule_warn(schedule, zone, now);
    words_warnings(&list, language, &warnings);
    jval_set_text(out, "warnings", str_c(buf_c(&warnings)));
}

static int preview(struct request *req, struct response *res, struct err *err)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    str zone_text = jval_text(jval_get(req->json, "zone"), STR(""));
    size_t count = (size_t)jval_i64(jval_get(req->json, "count"), 10);
    struct occurrence *all = arena_alloc(&req->arena, count, sizeof(*all));
    str asked = jval_text(jval_get(req->json, "language"), STR(""));
    enum words_language language =
        asked.n > 0 ? language_of(asked) : request_language(req);
    struct jval *occurrences;
    struct schedule schedule;
    int rc = read_schedule(req, &schedule, err);

    if (rc == 0 && zone_of(zone_text, &zone, err) < 0)
        rc = refuse(req, 422, "zone", err, E_INVALID, "%s",
                    arena_c(&req->arena, str_c(err_text(err))));
    if (rc < 0)
        return rc;
    count = schedule_next(&schedule, zone, req->now, all, count);
    occurrences = jval_new_array();
    for (size_t i = 0; i < count; i++)
        jval_push(occurrences, occurrence_json(&all[i], language));
    res->json = jval_new_object();
    jval_set(res->json, "schedule", schedule_to_jval(&schedule));
    add_words(res->json, &schedule, zone, req->now, language);
    jval_set_text(res->json, "zone", str_c(zone_name(zone)));
    jval_set_i64(res->json, "stage_hours_max",
                 schedule_stage_hours_max(&schedule));
    jval_set(res->json, "occurrences", occurrences);
    return 0;
}

/* --- Tasks --------------------------------------------------------------- */

static const struct field tasks_query[] = {
    { "days", FIELD_INTEGER, .min = 1, .max = 366,
      .help = "how far ahead; 7 unless told" },
    { NULL },
};
const struct field task_fields[] = {
    { "kind", FIELD_ENUM, .required = true,
      .words = "assess|report|patch|network" },
    { "id", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "local", FIELD_TEXT, .required = true },
    { "utc", FIELD_TEXT, .required = true,
      .help = "of a task in each device's own zone: as if in the server's" },
    { "zone", FIELD_TEXT, .required = true,
      .help = "IANA name, or empty: each device's own" },
    { NULL },
};

/* Something that has a schedule. */
struct planned {
    const char *kind;
    int64_t id;
    str name;
    str schedule;
    str zone;
};
struct task {
    struct planned of;
    struct occurrence at;
    str zone;
};
struct tasks {
    VEC(struct task) all;
};

static int compare(const void *a, const void *b)
{
    const struct task *x = a;
    const struct task *y = b;

    if (x->at.utc != y->at.utc)
        return x->at.utc < y->at.utc ? -1 : 1;
    return x->of.id < y->of.id ? -1 : x->of.id > y->of.id;
}

static int add_runs(struct request *req, const struct planned *c,
                    const struct schedule *schedule, int64_t until,
                    struct tasks *out, struct err *err)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    struct occurrence next[TASKS_OF_ONE_MAX];
    size_t n;
    int rc = zone_of(c->zone, &zone, err);

    if (rc < 0)
        return rc;
    n = schedule_next(schedule, zone, req->now, next, COUNT(next));
    for (size_t i = 0; i < n && next[i].utc <= until; i++)
        *vec_push(&out->all) = (struct task){
            .of = *c,
            .at = next[i],
            .zone = c->zone.n == 0
                        ? STR("")
                        : arena_str(&req->arena, str_c(zone_name(zone))),
        };
    return 0;
}

static int add_tasks(struct request *req, const struct planned *c,
                     int64_t until, struct tasks *out, struct err *err)
{
    struct schedule schedule;
    int rc = schedule_parse(c->schedule, &schedule, err);

    return rc < 0 ? rc : add_runs(req, c, &schedule, until, out, err);
}

static struct jval *tasks_json(const struct tasks *tasks)
{
    struct jval *items = jval_new_array();

    for (size_t i = 0; i < tasks->all.n && i < TASKS_MAX; i++) {
        const struct task *t = &tasks->all.p[i];
        struct jval *o = jval_new_object();
        char text[CALENDAR_TEXT_MAX];

        jval_set_text(o, "kind", str_c(t->of.kind));
        jval_set_i64(o, "id", t->of.id);
        jval_set_text(o, "name", t->of.name);
        jval_set_text(o, "local",
                      str_c(calendar_format(t->at.local, "", text)));
        jval_set_text(o, "utc", str_c(calendar_format(t->at.utc, "Z", text)));
        jval_set_text(o, "zone", t->zone);
        jval_push(items, o);
    }
    return items;
}

static int add_configurations(struct request *req, int64_t until,
                              struct tasks *out, struct err *err)
{
    struct configurations list = { 0 };
    int rc = configuration_list(req->core->db, &req->scope, NULL, &req->arena,
                                &list, err);

    for (size_t i = 0; rc == 0 && i < list.all.n; i++) {
        const struct configuration *c = &list.all.p[i];
        struct planned of = { "assess", c->id, c->name, c->schedule, c->zone };

        if (c->enabled && c->scheduled)
            rc = add_tasks(req, &of, until, out, err);
    }
    configurations_clear(&list);
    return rc;
}

/* Who may not read reports does not see that they are sent. */
static int add_reports(struct request *req, int64_t until, struct tasks *out,
                       struct err *err)
{
    AUTO(report_schedules_clear) struct report_schedules list = { 0 };
    struct report_find all = { .limit = REPORT_SCHEDULES_MAX };
    int rc;

    if (!scope_may(&req->scope, PERM_REPORT_READ))
        return 0;
    rc = report_list(req->core->db, &req->scope, &all, &req->arena, &list, err);
    for (size_t i = 0; rc == 0 && i < list.all.n; i++) {
        const struct report_schedule *r = &list.all.p[i];
        struct planned of = { "report", r->id, r->name, r->schedule,
                              r->zone.n > 0 ? r->zone : STR("server") };

        if (r->enabled)
            rc = add_tasks(req, &of, until, out, err);
    }
    return rc;
}

/* Each task that is on of a configuration in force, in each device's zone. */
static int add_patch_tasks(struct request *req, const struct patch_setup *setup,
                           int64_t until, struct tasks *out, struct err *err)
{
    struct patch_configuration settings;
    int rc = patch_configuration_parse(setup->settings, 0, &req->arena,
                                       &settings, err);

    for (int os = 0; rc == 0 && os < PATCH_OSES; os++) {
        for (int kind = 0; rc == 0 && kind < PATCH_TASKS; kind++) {
            const struct patch_task *task = &settings.task[os][kind];
            struct planned of = { "patch", setup->id, STR(""), STR(""),
                                  STR("") };

            if (!task->enabled || task->schedule.type == SCHEDULE_NONE)
                continue;
            of.name = arena_printf(&req->arena, "%" PRIstr ": %s %s",
                                   ARGstr(setup->name), patch_os_name(os),
                                   patch_task_name(kind));
            rc = add_runs(req, &of, &task->schedule, until, out, err);
        }
    }
    return rc;
}

static int add_patching(struct request *req, int64_t until, struct tasks *out,
                        struct err *err)
{
    AUTO(patch_setups_clear) struct patch_setups all = { 0 };
    int rc;

    if (!scope_may(&req->scope, PERM_PATCH_READ))
        return 0;
    rc = patch_setup_in_force(req->core->db, req->scope.org, &req->arena, &all,
                              err);
    for (size_t i = 0; rc == 0 && i < all.all.n; i++)
        rc = add_patch_tasks(req, &all.all.p[i], until, out, err);
    return rc;
}

static int add_network(struct request *req, int64_t until, struct tasks *out,
                       struct err *err)
{
    AUTO(netdev_schedules_clear) struct netdev_schedules list = { 0 };
    struct netdev_schedule_find all = { .limit = NETDEV_SCHEDULES_MAX };
    int rc;

    if (!scope_may(&req->scope, PERM_NETWORK_READ))
        return 0;
    rc = netdev_schedule_list(req->core->db, &req->scope, &all, &req->arena,
                              &list, err);
    for (size_t i = 0; rc == 0 && i < list.all.n; i++) {
        const struct netdev_schedule *s = &list.all.p[i];
        struct planned of = { "network", s->id, s->name, s->schedule,
                              s->zone.n > 0 ? s->zone : STR("server") };

        if (s->enabled)
            rc = add_tasks(req, &of, until, out, err);
    }
    return rc;
}

int tasks_until(struct request *req, int64_t until, struct jval **out,
                struct err *err)
{
    struct tasks tasks = { 0 };
    int rc = add_configurations(req, until, &tasks, err);

    if (rc == 0)
        rc = add_reports(req, until, &tasks, err);
    if (rc == 0)
        rc = add_patching(req, until, &tasks, err);
    if (rc == 0)
        rc = add_network(req, until, &tasks, err);
    if (rc == 0) {
        if (tasks.all.n > 0)
            qsort(tasks.all.p, tasks.all.n, sizeof(*tasks.all.p), compare);
        *out = tasks_json(&tasks);
    }
    vec_clear(&tasks.all);
    return rc;
}

static int list_tasks(struct request *req, struct response *res,
                      struct err *err)
{
    int64_t days = jval_i64(jval_get(req->query, "days"), 7);
    struct jval *items;
    int rc = tasks_until(req, req->now + days * 86400, &items, err);

    if (rc == 0)
        respond_list(res, items, STR(""), -1);
    return rc;
}

static const struct route rows[] = {
    { METHOD_POST, "/api/v1/schedules/preview", DOOR_API, PERM_SCHEDULE_READ,
      65536, preview, .body = preview_body, .answer = preview_answer,
      .summary = "The next runs of a schedule, before it is saved." },
    { METHOD_GET, "/api/v1/tasks", DOOR_API, PERM_SCHEDULE_READ,
      .handler = list_tasks, .query = tasks_query, .answer = task_fields,
      .list = true, .summary = "What is planned, soonest first." },
};
const struct route_table routes_schedule = { rows, COUNT(rows) };
