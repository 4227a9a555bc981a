/* SPDX-License-Identifier: Apache-2.0
 *
 * Rings of configurations (P-RNG), and the planned runs as a calendar.
 */
#include "fleet/patch_policy.h"
#include "fleet/rollout.h"
#include "schedule/calendar.h"
#include "server/api_patch_int.h"
#include "server/patch_due_int.h"
#include "server/patcher.h"
#include "server/routes_int.h"

enum {
    CALENDAR_DAYS = 60,
    CALENDAR_RUNS_MAX = 100, /* of one task */
    CALENDAR_MAX = 4 << 20,
    DAY_S = 86400,
    RUN_S = 3600, /* how long a run is shown to take */
};

static const struct field ring_fields[] = {
    { "name", FIELD_TEXT, .required = true },
    { "label", FIELD_INTEGER, .required = true, .help = "0: of the last one" },
    { "min_success", FIELD_INTEGER, .required = true },
    { "min_finished", FIELD_INTEGER, .required = true },
    { "stop_failed", FIELD_INTEGER, .required = true },
    { "promotion", FIELD_ENUM, .required = true, .words = "automatic|manual" },
    { "soak_hours", FIELD_INTEGER, .required = true },
    { "devices", FIELD_INTEGER, .help = "that it reached so far" },
    { "succeeded", FIELD_INTEGER },
    { "failed", FIELD_INTEGER },
    { NULL },
};
static const struct field rollout_fields[] = {
    { "configuration", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "version", FIELD_INTEGER, .required = true },
    { "rings", FIELD_LIST, .required = true, .of = ring_fields, .max = 20 },
    { "state", FIELD_ENUM, .required = true,
      .words = "not_configured|waiting|running|paused|stopped|archived" },
    { "ring", FIELD_INTEGER, .help = "the newest that was deployed" },
    { "since", FIELD_TIME },
    { "reason", FIELD_TEXT, .said = true, .required = true, .max = 4000,
      .help = "of paused and stopped; else how it stands" },
    { "may_promote", FIELD_BOOL, .required = true,
      .help = "the next ring waits for a person" },
    { "updated", FIELD_TIME },
    { "revision", FIELD_INTEGER },
    { NULL },
};
static const struct field rings_body[] = {
    { "rings", FIELD_LIST, .required = true, .of = NULL, .max = 20,
      .help = "none takes them away (docs/patching.md)" },
    { NULL },
};
static const struct field move_body[] = {
    { "action", FIELD_ENUM, .required = true,
      .words = "pause|resume|promote|restart" },
    { "ring", FIELD_INTEGER, .min = 1, .max = 20,
      .help = "to promote from: 409 when another one goes on by now" },
    { "reason", FIELD_TEXT, .max = 2000 },
    { NULL },
};

static int score_json(struct request *req, const struct rollout *r, size_t at,
                      struct jval *out, struct err *err)
{
    struct rollout_ring_score score;
    int rc = rollout_ring_score(req->core->db, &req->scope, r, (int64_t)at + 1,
                                &score, err);

    if (rc < 0)
        return rc;
    jval_set_i64(out, "devices", score.devices);
    jval_set_i64(out, "succeeded", score.succeeded);
    jval_set_i64(out, "failed", score.failed);
    return 0;
}

static int set_standing(struct request *req, const struct patch_setup *setup,
                        const struct rollout *r, struct jval *o,
                        struct err *err)
{
    bool sees_all = req->scope.all_devices ||
                    target_user(setup->targets) == req->scope.user;
    AUTO(buf_clear) struct buf text = BUF(4000);
    struct rollout_ring_score score;
    enum patch_ring_action action;
    int rc;

    /* How it stands counts all devices: not for who sees only some. */
    if (!str_eq(r->state, ROLLOUT_RUNNING) || !sees_all) {
        jval_set_text(o, "reason", sees_all ? r->reason : STR(""));
        jval_set_bool(o, "may_promote", false);
        return 0;
    }
    rc =
        rollout_ring_score(req->core->db, &req->scope, r, r->ring, &score, err);
    if (rc < 0)
        return rc;
    action = rollout_ring_judge(r, &score, req->now, &text);
    jval_set_text(o, "reason", text.n > 0 ? buf_str(&text) : STR(""));
    jval_set_bool(o, "may_promote", action == PATCH_RING_ASK);
    return 0;
}

static int rollout_json(struct request *req, const struct patch_setup *setup,
                        const struct rollout *r, struct jval **out,
                        struct err *err)
{
    struct jval *o = jval_new_object();
    struct jval *rings = parsed_json(r != NULL ? r->rings_json : STR("[]"));
    int rc = 0;

    *out = o;
    jval_set_i64(o, "configuration", setup->id);
    jval_set_text(o, "name", setup->name);
    jval_set_i64(o, "version", setup->deployed);
    jval_set(o, "rings", rings);
    for (size_t i = 0; r != NULL && rc == 0 && i < r->rings.n; i++)
        rc = score_json(req, r, i, jval_at(rings, i), err);
    if (r == NULL || setup->archived != 0) {
        jval_set_text(o, "state",
                      setup->archived != 0 ? STR("archived")
                                           : STR("not_configured"));
        jval_set_text(o, "reason", STR(""));
        jval_set_bool(o, "may_promote", false);
        return rc;
    }
    jval_set_text(o, "state", r->state);
    jval_set_i64(o, "ring", r->ring);
    json_time(o, "since", r->since);
    json_time(o, "updated", r->changed);
    jval_set_i64(o, "revision", r->revision);
    return rc < 0 ? rc : set_standing(req, setup, r, o, err);
}

static int answer(struct request *req, const struct patch_setup *setup,
                  struct jval **out, struct err *err)
{
    struct rollout rollout;
    int rc = rollout_get(req->core->db, setup->id, &req->arena, &rollout, err);

    return rc < 0
               ? rc
               : rollout_json(req, setup, rc == 0 ? &rollout : NULL, out, err);
}

static int list(struct request *req, struct response *res, struct err *err)
{
    AUTO(patch_setups_clear) struct patch_setups all = { 0 };
    AUTO(jval_freep) struct jval *items = jval_new_array();
    int rc = patch_setup_list(req->core->db, &req->scope, true, &req->arena,
                              &all, err);

    for (size_t i = 0; rc == 0 && i < all.all.n; i++) {
        struct jval *one = NULL;

        rc = answer(req, &all.all.p[i], &one, err);
        if (one != NULL)
            jval_push(items, one);
    }
    if (rc == 0)
        respond_list(res, TAKE(items), STR(""), -1);
    return rc;
}

static int show(struct request *req, struct response *res, struct err *err)
{
    struct patch_setup setup;
    int rc = patch_setup_of_path(req, &setup, err);

    return rc < 0 ? rc : answer(req, &setup, &res->json, err);
}

static int set_rings(struct request *req, struct response *res, struct err *err)
{
    struct patch_change change = { .action = "patch_rings.changed",
                                   .after = req->json };
    const char *field = NULL;
    struct rollout_rings rings;
    struct patch_setup setup;
    int rc = patch_setup_of_path(req, &setup, err);

    if (rc == 0)
        rc = patch_refuse_others(req, &setup, err);
    if (rc < 0)
        return rc;
    rc = rollout_rings_parse(member_text(req, "rings"), &req->arena, &rings,
                             &field, err);
    if (rc < 0)
        return refuse(req, 422, field, err, rc, "%s",
                      arena_c(&req->arena, str_c(err_text(err))));
    rc = patch_refuse_live(req, &setup, NULL, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = rollout_set(req->core->db, setup.id, &rings, req->now, err);
    change.id = setup.id;
    if (rc == 0)
        rc = patch_finish(req, &change, err);
    return rc < 0 ? rc : answer(req, &setup, &res->json, err);
}

static int promote(struct request *req, const struct patch_setup *setup,
                   const struct rollout *r, struct err *err)
{
    struct ring_order order = { setup, r, r->ring + 1, req->now };
    struct patch_run run;

    if (jval_i64(jval_get(req->json, "ring"), r->ring) != r->ring)
        return refuse(req, 409, "ring", err, E_INVALID,
                      "ring %lld goes on now: it was moved meanwhile",
                      (long long)r->ring);
    if (!str_eq(r->state, ROLLOUT_RUNNING) || r->ring >= (int64_t)r->rings.n)
        return refuse(req, 409, "action", err, E_INVALID,
                      "there is no next ring to go on to");
    if (r->version != setup->deployed)
        return refuse(req, 409, "action", err, E_INVALID,
                      "version %lld is in force now: the first ring tries it "
                      "first",
                      (long long)setup->deployed);
    return patch_ring_deploy(req->core->db, &req->scope, &order, &run, err);
}

static int carry_out(struct request *req, const struct patch_setup *setup,
                     const struct rollout *r, struct err *err)
{
    str action = jval_text(jval_get(req->json, "action"), STR(""));
    str reason = jval_text(jval_get(req->json, "reason"), STR(""));

    if (str_eq_c(action, "promote"))
        return promote(req, setup, r, err);
    if (str_eq_c(action, "pause") || str_eq_c(action, "restart")) {
        int rc = patch_run_hold(req->core->db, setup->id, req->now, err);

        if (rc < 0)
            return rc;
    }
    if (str_eq_c(action, "pause"))
        return rollout_move(req->core->db, setup->id, ROLLOUT_PAUSED,
                            reason.n > 0 ? reason : req->scope.name, req->now,
                            err);
    if (str_eq_c(action, "restart"))
        return rollout_set(req->core->db, setup->id, &r->rings, req->now, err);
    return rollout_move(req->core->db, setup->id,
                        r->since > 0 ? ROLLOUT_RUNNING : ROLLOUT_WAITING,
                        STR(""), req->now, err);
}

static int move(struct request *req, struct response *res, struct err *err)
{
    struct patch_change change = { .action = "patch_rings.moved",
                                   .after = req->json };
    struct rollout rollout;
    struct patch_setup setup;
    int rc = patch_setup_of_path(req, &setup, err);

    if (rc == 0)
        rc = patch_refuse_others(req, &setup, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = rollout_get_to_move(req->core->db, setup.id, &req->arena, &rollout,
                                 err);
    if (rc == 1)
        return refuse(req, 409, NULL, err, E_INVALID, "it has no rings");
    if (rc == 0)
        rc = carry_out(req, &setup, &rollout, err);
    change.id = setup.id;
    if (rc == 0)
        rc = patch_finish(req, &change, err);
    if (rc < 0)
        return rc;
    patcher_kick(req->core);
    return answer(req, &setup, &res->json, err);
}

/* --- Calendar --- */

/* RFC 5545: text escapes, lines of at most 75 bytes. */
static void add_text(struct buf *out, const char *name, str text)
{
    size_t width = 0;

    buf_printf(out, "%s:", name);
    width = strlen(name) + 1;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool begins = (c & 0xC0) != 0x80;

        if (width > 70 && begins) {
            buf_add_c(out, "\r\n ");
            width = 1;
        }
        if (c == '\n')
            buf_add_c(out, "\\n");
        else if (c == ',' || c == ';' || c == '\\')
            buf_printf(out, "\\%c", c);
        else if ((unsigned char)c >= ' ')
            buf_add_char(out, c);
        width += 2;
    }
    buf_add_c(out, "\r\n");
}

static void add_stamp(struct buf *out, const char *name, int64_t at)
{
    char text[CALENDAR_TEXT_MAX];
    str iso = str_c(calendar_format(at, "", text)); /* 2026-01-01T03:00 */

    buf_printf(out, "%s:%.4s%.2s%.2sT%.2s%.2s00Z\r\n", name, iso.p, iso.p + 5,
               iso.p + 8, iso.p + 11, iso.p + 14);
}

static void add_event(struct buf *out, const struct patch_setup *setup,
                      const char *os, const char *task,
                      const struct occurrence *at)
{
    AUTO(buf_clear) struct buf title = BUF(1000);

    buf_printf(&title, "%" PRIstr ": %s %s", ARGstr(setup->name), os, task);
    buf_add_c(out, "BEGIN:VEVENT\r\n");
    buf_printf(out, "UID:patch-%lld-%s-%s-%lld@holdfast\r\n",
               (long long)setup->id, os, task, (long long)at->utc);
    add_stamp(out, "DTSTAMP", setup->deployed_at);
    add_stamp(out, "DTSTART", at->utc);
    add_stamp(out, "DTEND", at->utc + RUN_S);
    add_text(out, "SUMMARY", buf_str(&title));
    add_text(out, "CATEGORIES", STR("patching"));
    buf_add_c(out, "END:VEVENT\r\n");
}

/* The runs of a task within the calendar's days. */
static size_t runs_of(const struct patch_task *task, const struct zone *zone,
                      int64_t now, struct occurrence all[CALENDAR_RUNS_MAX])
{
    size_t n = 0;

    if (task->enabled && task->schedule.type != SCHEDULE_NONE)
        n = schedule_next(&task->schedule, zone, now, all, CALENDAR_RUNS_MAX);
    while (n > 0 && all[n - 1].utc >= now + CALENDAR_DAYS * DAY_S)
        n--;
    return n;
}

static int add_setup(struct request *req, const struct patch_setup *setup,
                     const struct zone *zone, struct buf *out, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch_configuration settings;
    int rc =
        patch_configuration_parse(setup->settings, 0, &arena, &settings, err);

    for (int os = 0; rc == 0 && os < PATCH_OSES; os++) {
        for (int kind = 0; kind < PATCH_TASKS; kind++) {
            struct occurrence all[CALENDAR_RUNS_MAX];
            size_t n = runs_of(&settings.task[os][kind], zone, req->now, all);

            for (size_t i = 0; i < n; i++)
                add_event(out, setup, patch_os_name(os), patch_task_name(kind),
                          &all[i]);
        }
    }
    return rc;
}

static int calendar(struct request *req, struct response *res, struct err *err)
{
    AUTO(patch_setups_clear) struct patch_setups all = { 0 };
    AUTO(zone_freep) struct zone *zone = NULL;
    int rc = patch_zone_of_query(req, &zone, err);

    if (rc == 0)
        rc = patch_setup_in_force(req->core->db, req->scope.org, &req->arena,
                                  &all, err);
    if (rc < 0)
        return rc;
    buf_add_c(&res->body, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
                          "PRODID:-//Holdfast//Patching//EN\r\n"
                          "X-WR-CALNAME:Holdfast patching\r\n");
    for (size_t i = 0; rc == 0 && i < all.all.n; i++)
        rc = add_setup(req, &all.all.p[i], zone, &res->body, err);
    buf_add_c(&res->body, "END:VCALENDAR\r\n");
    res->content_type = "text/calendar; charset=utf-8";
    return rc;
}

static const struct field calendar_query[] = {
    { "zone", FIELD_TEXT, .max = 128,
      .help = "IANA name of the devices' zone; the server's" },
    { NULL },
};

#define ONE "/api/v1/patch-configurations/{configuration}"
/* clang-format off */
static const struct route rows[] = {
    { METHOD_GET, "/api/v1/patch-rollouts", DOOR_API, PERM_PATCH_READ,
      .handler = list, .answer = rollout_fields, .list = true,
      .summary = "Configurations and how far their rings are." },
    { METHOD_GET, ONE "/rings", DOOR_API, PERM_PATCH_READ, .handler = show,
      .answer = rollout_fields, .summary = "The rings of a configuration." },
    { METHOD_PUT, ONE "/rings", DOOR_API, PERM_PATCH_WRITE, 65536, set_rings,
      .body = rings_body, .answer = rollout_fields,
      .summary = "Set the rings; the rollout begins again." },
    { METHOD_POST, ONE "/rings/move", DOOR_API, PERM_PATCH_DEPLOY, 8192, move,
      .body = move_body, .answer = rollout_fields,
      .summary = "Pause, go on, promote, or begin again." },
    { METHOD_GET, "/api/v1/patch-calendar", DOOR_API, PERM_PATCH_READ,
      .handler = calendar, .query = calendar_query,
      .summary = "The planned runs of 60 days as iCalendar." },
};
/* clang-format on */
const struct route_table routes_patch_ring = { rows, COUNT(rows) };
