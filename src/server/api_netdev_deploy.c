/* SPDX-License-Identifier: Apache-2.0
 *
 * Deployments to network devices: the same commands for many, in rings, by a
 * schedule; and what one of them would get, as a file (R-DEP-1).
 */
#include "fleet/netdev_config.h"
#include "fleet/netdev_deploy.h"
#include "fleet/netdev_lint.h"
#include "fleet/setting.h"
#include "netdev/artefact.h"
#include "schedule/calendar.h"
#include "server/api_netdev_int.h"
#include "server/routes_int.h"

enum {
    BODY_MAX = 6 << 20,
    SMALL_MAX = 8192,
    RINGS_MAX = 20,
    LOOKED_AT_MAX = 20, /* devices that its warnings are of */
};

static const struct field targets_fields[] = {
    { "labels", FIELD_IDS, .max = 1000 },
    { "devices", FIELD_IDS, .max = NETDEV_DEPLOY_DEVICES_MAX },
    { NULL },
};
#define OPTIONS                                                                \
    { "no_save", FIELD_BOOL, .help = "a restart undoes it" },                  \
        { "no_verify", FIELD_BOOL,                                             \
          .help = "lines need not be seen in what is read back" },             \
        { "go_on", FIELD_BOOL, .help = "behind a line that is refused" },      \
        { "may_cut_access", FIELD_BOOL,                                        \
          .help = "also lines that could cut off whoever manages it" },        \
        { "revert_s", FIELD_INTEGER, .min = 0, .max = 86400,                   \
          .help = "devices go back by themselves unless it is confirmed in "   \
                  "this time; 0: they do not" },                               \
    {                                                                          \
        "tolerate", FIELD_TEXTS,                                               \
            .max = 32, .help = "patterns (PCRE) of refusals that are none"     \
    }
static const struct field option_fields[] = { OPTIONS, { NULL } };
static const struct field post_body[] = {
    { "title", FIELD_TEXT, .max = NETDEV_TITLE_MAX },
    { "lines", FIELD_TEXT, .max = NETDEV_LINES_MAX,
      .help = "commands of configuration mode, one a line" },
    { "restore_at", FIELD_TIME,
      .help = "or each device gets back the version that it had then" },
    { "targets", FIELD_OBJECT, .required = true, .of = targets_fields,
      .help = "network devices of labels, or named ones; decided now" },
    { "out_of_band", FIELD_ENUM, .words = "cancel|warn|overwrite",
      .help = "a device that is not as it was when this was planned: cancel "
              "unless told (R-DEP-4)" },
    { "rings", FIELD_LIST, .of = NULL, .max = RINGS_MAX,
      .help = "as of patching (docs/patch-server.md); none: all at once" },
    { "schedule", FIELD_OBJECT,
      .help = "when each ring begins (docs/schedules.md); at once when left "
              "out" },
    { "zone", FIELD_TEXT, .max = 128, .help = "IANA name; the server's" },
    OPTIONS,
    { NULL },
};
static const struct field answer_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "title", FIELD_TEXT, .required = true },
    { "lines", FIELD_TEXT, .required = true, .max = 64 << 20,
      .help = "secrets masked; of what is restored each device has others" },
    { "restore_at", FIELD_TIME },
    { "options", FIELD_OBJECT, .required = true, .of = option_fields },
    { "out_of_band", FIELD_ENUM, .required = true,
      .words = "cancel|warn|overwrite" },
    { "rings", FIELD_LIST, .required = true, .of = NULL, .max = RINGS_MAX },
    { "schedule", FIELD_OBJECT },
    { "zone", FIELD_TEXT, .required = true },
    { "state", FIELD_ENUM, .required = true,
      .words = "waiting|refused|running|paused|stopped|done|cancelled" },
    { "text", FIELD_TEXT, .said = true, .required = true, .max = 8192 },
    { "ring", FIELD_INTEGER, .help = "the newest that began or is due" },
    { "since", FIELD_TIME, .help = "that ring began" },
    { "due", FIELD_TIME, .help = "it begins" },
    { "devices", FIELD_INTEGER, .required = true, .help = "that you see" },
    { "applied", FIELD_INTEGER, .required = true },
    { "failed", FIELD_INTEGER, .required = true },
    { "author", FIELD_TEXT, .required = true },
    { "approver", FIELD_TEXT, .required = true },
    { "created", FIELD_TIME },
    { "approved", FIELD_TIME },
    { "ended", FIELD_TIME },
    { "warnings", FIELD_TEXTS, .max = NETDEV_LINT_MAX,
      .help = "what in its lines would break the management of devices "
              "(R-SSH-4), of the first ones; not in lists" },
    { "revision", FIELD_INTEGER, .required = true },
    { NULL },
};
static const struct field device_fields_[] = {
    { "device", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "ring", FIELD_INTEGER, .required = true },
    { "planned_on", FIELD_INTEGER, .required = true,
      .help = "number of the archived version" },
    { "restores", FIELD_INTEGER, .help = "the version it gets back" },
    { "change", FIELD_INTEGER },
    { "state", FIELD_ENUM, .required = true,
      .words = "planned|waiting|refused|approved|running|applied|cancelled|"
               "undone|broken" },
    { "text", FIELD_TEXT, .said = true, .required = true, .max = 8192 },
    { "changed_behind", FIELD_BOOL, .required = true,
      .help = "it was not as it was planned on (R-DEP-4)" },
    { NULL },
};
static const struct field list_query[] = {
    { "state", FIELD_ENUM,
      .words = "waiting|refused|running|paused|stopped|done|cancelled" },
    { NULL },
};
static const struct field verdict_body[] = {
    { "approved", FIELD_BOOL, .required = true },
    { "text", FIELD_TEXT, .max = 1000 },
    { NULL },
};
static const struct field move_body[] = {
    { "action", FIELD_ENUM, .required = true,
      .words = "pause|resume|promote|cancel" },
    { "ring", FIELD_INTEGER, .min = 1, .max = 20,
      .help = "to promote from: 409 when another one goes on by now" },
    { NULL },
};
static const struct field secret_body[] = {
    { "form", FIELD_ENUM, .words = "delta|full", .help = "delta unless told" },
    { "reason", FIELD_TEXT, .max = 1000, .help = "for the audit log" },
    { NULL },
};
static const struct field file_query[] = {
    { "form", FIELD_ENUM, .words = "delta|full", .help = "delta unless told" },
    { NULL },
};

static struct jval *to_json(const struct netdev_deployment *d)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", d->id);
    jval_set_text(o, "title", d->title);
    jval_set_text(o, "lines", d->lines);
    json_time(o, "restore_at", d->restore_at);
    netdev_set_json(o, "options", d->options);
    jval_set_text(o, "out_of_band", d->out_of_band);
    netdev_set_json(o, "rings", d->rings);
    if (d->schedule.n > 0)
        netdev_set_json(o, "schedule", d->schedule);
    jval_set_text(o, "zone", d->zone);
    jval_set_text(o, "state", d->state);
    jval_set_text(o, "text", d->text);
    jval_set(o, "ring", d->ring > 0 ? jval_new_i64(d->ring) : jval_new_null());
    json_time(o, "since", d->since);
    json_time(o, "due", d->due);
    jval_set_i64(o, "devices", d->devices);
    jval_set_i64(o, "applied", d->applied);
    jval_set_i64(o, "failed", d->failed);
    jval_set_text(o, "author", d->author_name);
    jval_set_text(o, "approver", d->approver_name);
    json_time(o, "created", d->created);
    json_time(o, "approved", d->approved);
    json_time(o, "ended", d->ended);
    jval_set_i64(o, "revision", d->revision);
    return o;
}

/* Of one device: what no other had yet is told with its name. */
static int warn_of_device(struct request *req,
                          const struct netdev_deployment *d,
                          const struct netdev_deploy_device *one,
                          struct netdev_sentences *seen, struct jval *list,
                          struct err *err)
{
    struct netdev_versions versions = { one->device, one->planned_on,
                                        one->restores };
    size_t n = seen->all.n;
    str lines = d->lines;
    struct netdev device;
    int rc = netdev_get(req->core->db, &req->scope, one->device, &req->arena,
                        &device, err);

    if (rc == 0 && one->restores > 0 &&
        netdev_change_difference(req->core->db, &versions, &req->arena, &lines,
                                 NULL) < 0)
        return 0; /* what is put back is told when it is pushed */
    if (rc == 0)
        rc = netdev_lint_planned(
            req->core->db, &device,
            &(struct netdev_lint_plan){ lines, one->planned_on }, &req->arena,
            seen, err);
    for (; rc == 0 && n < seen->all.n; n++) {
        str text = arena_printf(&req->arena, "%" PRIstr ": %" PRIstr,
                                ARGstr(one->name), ARGstr(seen->all.p[n]));

        jval_push(list, jval_new_text(text));
    }
    return rc == E_ABSENT ? 0 : rc;
}

static int add_warnings(struct request *req, const struct netdev_deployment *d,
                        struct jval *to, struct err *err)
{
    AUTO(netdev_deploy_devices_clear) struct netdev_deploy_devices all = { 0 };
    AUTO(netdev_sentences_clear) struct netdev_sentences seen = { 0 };
    struct netdev_deploy_page page = { .deployment = d->id,
                                       .limit = LOOKED_AT_MAX };
    struct jval *list = jval_new_array();
    int rc = netdev_deploy_device_list(req->core->db, &req->scope, &page,
                                       &req->arena, &all, err);

    jval_set(to, "warnings", list);
    for (size_t i = 0; rc == 0 && i < all.all.n; i++)
        rc = warn_of_device(req, d, &all.all.p[i], &seen, list, err);
    return rc;
}

static int answer(struct request *req, struct response *res, int64_t id,
                  struct err *err)
{
    struct netdev_deployment d;
    int rc =
        netdev_deploy_get(req->core->db, &req->scope, id, &req->arena, &d, err);

    if (rc < 0)
        return rc;
    res->json = to_json(&d);
    respond_revision(req, res, d.revision);
    return add_warnings(req, &d, res->json, err);
}

/* --- Planning ------------------------------------------------------------- */

static str printed(struct request *req, const struct jval *value, str otherwise)
{
    AUTO(buf_clear) struct buf text = BUF(NETDEV_CHANGE_OPTIONS_MAX);

    if (value == NULL || jval_kind(value) == JVAL_NULL)
        return otherwise;
    jval_print(value, &text);
    return arena_str(&req->arena, buf_str(&text));
}

static str options_of(struct request *req)
{
    AUTO(jval_freep) struct jval *o = jval_new_object();

    for (size_t i = 0; option_fields[i].name != NULL; i++) {
        const struct jval *value = jval_get(req->json, option_fields[i].name);

        if (value != NULL && jval_kind(value) != JVAL_NULL)
            jval_set(o, option_fields[i].name, jval_copy(value));
    }
    return printed(req, o, STR("{}"));
}

static int read_body(struct request *req, struct netdev_deployment *out,
                     struct err *err)
{
    const struct jval *b = req->json;
    const char *field = NULL;
    struct err why = { 0 };
    int rc;

    *out = (struct netdev_deployment){
        .title = str_trim(jval_text(jval_get(b, "title"), STR(""))),
        .lines = jval_text(jval_get(b, "lines"), STR("")),
        .restore_at = request_time(jval_get(b, "restore_at"), 0),
        .options = options_of(req),
        .out_of_band = jval_text(jval_get(b, "out_of_band"), NETDEV_OOB_CANCEL),
        .rings = printed(req, jval_get(b, "rings"), STR("[]")),
        .schedule = printed(req, jval_get(b, "schedule"), STR("")),
        .zone = str_trim(jval_text(jval_get(b, "zone"), STR(""))),
    };
    if (out->restore_at > 0 && out->lines.n > 0)
        return refuse(req, 422, "restore_at", err, E_INVALID,
                      "lines, or a time to go back to, not both");
    rc = netdev_deploy_check(out, &field, &why);
    return rc < 0
               ? refuse(req, 422, field, err, E_INVALID, "%s", err_text(&why))
               : 0;
}

static int seal_lines(struct request *req, struct netdev_deployment *d,
                      struct err *err)
{
    struct netdev_change change = { 0 };
    struct box_public key;
    int rc;

    d->sealed = d->key_id = STR("");
    if (d->restore_at > 0)
        return 0;
    rc = netdevs_key(req->core, &key, err);
    if (rc < 0)
        return refuse(req, 503, NULL, &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    rc = netdev_change_seal(&key, d->lines, &req->arena, &change, err);
    d->lines = change.lines;
    d->sealed = change.sealed;
    d->key_id = change.key_id;
    return rc;
}

/* The network devices among what is named. */
static int keep_network(struct db *db, struct target_set *set, struct err *err)
{
    size_t n = 0;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < set->devices.n; i++) {
        int64_t found = 0;

        rc = db_one_i64(db, "SELECT COUNT(*) FROM netdev WHERE device = $1",
                        DB_ARGS(db_i64(set->devices.p[i])), &found, err);
        if (found > 0)
            set->devices.p[n++] = set->devices.p[i];
    }
    set->devices.n = n;
    return rc;
}

static int find_devices(struct request *req, struct target_set *out,
                        struct err *err)
{
    AUTO(jval_freep)
    struct jval *targets = jval_copy(jval_get(req->json, "targets"));
    struct jval *systems = jval_new_array();
    struct err why = { 0 };
    str text;
    int rc;

    jval_push(systems, jval_new_text(STR("")));
    jval_set(targets, "systems", systems);
    text = printed(req, targets, STR("{}"));
    rc = target_check(text, &why);
    if (rc == 0)
        rc = target_check_exists(req->core->db, &req->scope, text, &why);
    if (rc < 0)
        return refuse(req, 422, "targets", err, E_INVALID, "%s",
                      err_text(&why));
    if (target_is_all(text))
        return refuse(req, 422, "targets", err, E_INVALID,
                      "name labels or devices");
    rc = target_resolve(req->core->db, &req->scope, text, req->now, out, err);
    return rc < 0 ? rc : keep_network(req->core->db, out, err);
}

static struct jval *audit_json(const struct netdev_deployment *d,
                               const struct target_set *devices)
{
    struct jval *o = jval_new_object();

    jval_set_text(o, "title", d->title);
    jval_set_text(o, "lines", str_sub(d->lines, 0, 65536));
    json_time(o, "restore_at", d->restore_at);
    jval_set_text(o, "out_of_band", d->out_of_band);
    jval_set_i64(o, "devices", (int64_t)devices->devices.n);
    return o;
}

static int post(struct request *req, struct response *res, struct err *err)
{
    AUTO(target_set_clear) struct target_set devices = { 0 };
    AUTO(jval_freep) struct jval *after = NULL;
    struct netdev_deployment d;
    int rc = read_body(req, &d, err);

    if (rc == 0)
        rc = find_devices(req, &devices, err);
    if (rc == 0)
        rc = seal_lines(req, &d, err);
    if (rc < 0)
        return rc;
    after = audit_json(&d, &devices);
    rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = netdev_deploy_add(req->core->db, &req->scope, &d, &devices,
                               req->now, err);
    if (rc == E_INVALID || rc == E_LIMIT)
        return refuse(req, 422, "targets", &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    rc = netdev_done(req, "network_deployment.planned", d.id, after, rc, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->location = arena_printf(
        &req->arena, "/api/v1/network/deployments/%lld", (long long)d.id);
    return answer(req, res, d.id, err);
}

/* --- Deciding ------------------------------------------------------------- */

static int done(struct request *req, struct response *res, const char *action,
                int rc, struct err *err)
{
    if (rc == E_INVALID)
        return refuse(req, 409, NULL, &(struct err){ 0 }, rc, "%s",
                      err_text(err));
    rc = netdev_done(req, action, req->params[0], req->json, rc, err);
    if (rc < 0)
        return rc;
    netdevs_kick(req->core);
    return answer(req, res, req->params[0], err);
}

static int decide(struct request *req, struct response *res, struct err *err)
{
    struct netdev_deploy_verdict verdict = {
        .deployment = req->params[0],
        .approved = jval_bool(jval_get(req->json, "approved"), false),
        .text = jval_text(jval_get(req->json, "text"), STR("")),
    };
    struct db *db = req->core->db;
    int64_t alone = 0;
    int rc =
        setting_i64(db, req->scope.org, "network.approve_alone", &alone, err);

    verdict.alone = alone != 0;
    if (rc == 0)
        rc = db_begin(db, err);
    if (rc == 0)
        rc = netdev_deploy_decide(db, &req->scope, &verdict, req->now, err);
    return done(req, res,
                verdict.approved ? "network_deployment.approved"
                                 : "network_deployment.refused",
                rc, err);
}

static int move(struct request *req, struct response *res, struct err *err)
{
    struct netdev_deploy_step step = {
        .action = jval_text(jval_get(req->json, "action"), STR("")),
        .ring = jval_i64(jval_get(req->json, "ring"), 0),
    };
    int rc = db_begin(req->core->db, err);

    if (rc == 0)
        rc = netdev_deploy_move(req->core->db, &req->scope, req->params[0],
                                &step, req->now, err);
    return done(req, res, "network_deployment.moved", rc, err);
}

/* --- Reading -------------------------------------------------------------- */

static int show(struct request *req, struct response *res, struct err *err)
{
    return answer(req, res, req->params[0], err);
}

static int list(struct request *req, struct response *res, struct err *err)
{
    AUTO(netdev_deployments_clear) struct netdev_deployments all = { 0 };
    struct netdev_deploy_find find = {
        .state = jval_text(jval_get(req->query, "state"), STR("")),
    };
    struct page page;
    int rc = request_page_id(req, &page, &find.before, err);

    find.limit = page.limit;
    if (rc == 0)
        rc = netdev_deploy_list(req->core->db, &req->scope, &find, &req->arena,
                                &all, err);
    if (rc < 0)
        return rc;
    RESPOND_ROWS(req, res, &page, all.all, id, to_json(row));
    return 0;
}

static struct jval *device_json(const struct netdev_deploy_device *d)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "device", d->device);
    jval_set_text(o, "name", d->name);
    jval_set_i64(o, "ring", d->ring);
    jval_set_i64(o, "planned_on", d->planned_on);
    jval_set(o, "restores",
             d->restores > 0 ? jval_new_i64(d->restores) : jval_new_null());
    jval_set(o, "change",
             d->change > 0 ? jval_new_i64(d->change) : jval_new_null());
    jval_set_text(o, "state", d->state);
    jval_set_text(o, "text", d->text);
    jval_set_bool(o, "changed_behind", d->changed_behind);
    return o;
}

static int devices(struct request *req, struct response *res, struct err *err)
{
    AUTO(netdev_deploy_devices_clear) struct netdev_deploy_devices all = { 0 };
    struct netdev_deploy_page what = { .deployment = req->params[0] };
    struct netdev_deployment d;
    struct page page;
    int rc = netdev_deploy_get(req->core->db, &req->scope, req->params[0],
                               &req->arena, &d, err);

    if (rc == 0)
        rc = request_page_id(req, &page, &what.after, err);
    what.limit = page.limit;
    if (rc == 0)
        rc = netdev_deploy_device_list(req->core->db, &req->scope, &what,
                                       &req->arena, &all, err);
    if (rc < 0)
        return rc;
    RESPOND_ROWS(req, res, &page, all.all, device, device_json(row));
    return 0;
}

/* --- As files ------------------------------------------------------------- */

/* One device of it, as the list has it. */
static int find_device(struct request *req, struct netdev_deploy_device *out,
                       struct err *err)
{
    AUTO(netdev_deploy_devices_clear) struct netdev_deploy_devices all = { 0 };
    struct netdev_deploy_page page = { .deployment = req->params[0],
                                       .after = req->params[1] - 1,
                                       .limit = 1 };
    int rc = netdev_deploy_device_list(req->core->db, &req->scope, &page,
                                       &req->arena, &all, err);

    if (rc < 0)
        return rc;
    if (all.all.n == 0 || all.all.p[0].device != req->params[1])
        return err_set(err, E_ABSENT, "the deployment has no such device");
    *out = all.all.p[0];
    return 0;
}

/* "r1_delta.cfg", "r1_full_20260101T0300.cfg" when it is planned for then. */
static str file_name(struct request *req, const struct netdev_deployment *d,
                     str device, const char *form)
{
    AUTO(buf_clear) struct buf name = BUF(1000);
    char at[CALENDAR_TEXT_MAX];

    for (size_t i = 0; i < device.n && i < 200; i++) {
        unsigned char c = (unsigned char)device.p[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                     (c >= 'a' && c <= 'z') || c == '-' || c == '.';

        buf_add_char(&name, plain ? (char)c : '_');
    }
    buf_printf(&name, "_%s", form);
    if (d->schedule.n > 0 && d->due > 0) {
        calendar_format(d->due, "", at); /* 2026-01-01T03:00 */
        buf_printf(&name, "_%.4s%.2s%.2sT%.2s%.2s", at, at + 5, at + 8, at + 11,
                   at + 14);
    }
    buf_add_c(&name, ".cfg");
    return arena_str(&req->arena, buf_str(&name));
}

struct artefact {
    struct netdev_deployment deployment;
    struct netdev_deploy_device device;
    enum artefact_form form;
};

static int find_artefact(struct request *req, const struct jval *form,
                         struct artefact *out, struct err *err)
{
    int rc = netdev_deploy_get(req->core->db, &req->scope, req->params[0],
                               &req->arena, &out->deployment, err);

    out->form = str_eq_c(jval_text(form, STR("delta")), "full")
                    ? ARTEFACT_FULL
                    : ARTEFACT_DELTA;
    return rc < 0 ? rc : find_device(req, &out->device, err);
}

/* The configuration that was planned on, or the one that is put back. */
static int find_config(struct request *req, const struct artefact *a,
                       struct netdev_config *out, struct err *err)
{
    int64_t number =
        a->device.restores > 0 ? a->device.restores : a->device.planned_on;

    return netdev_config_get(req->core->db, a->device.device, number,
                             &req->arena, out, err);
}

/* The commands; of what is restored those that the archive foretells. */
static int find_lines(struct request *req, const struct artefact *a, str *out,
                      struct err *err)
{
    struct netdev_versions versions = { a->device.device, a->device.planned_on,
                                        a->device.restores };

    *out = a->deployment.lines;
    if (a->device.restores == 0)
        return 0;
    *out = STR("");
    return a->form == ARTEFACT_FULL
               ? 0
               : netdev_change_difference(req->core->db, &versions, &req->arena,
                                          out, err);
}

static int file(struct request *req, struct response *res, struct err *err)
{
    AUTO(buf_clear) struct buf config = BUF(NETDEV_CONFIG_MAX);
    struct netdev_config planned;
    struct artefact_parts parts = { .lines = STR("") };
    struct artefact a = { 0 };
    struct netdev device;
    struct err why = { 0 };
    int rc = find_artefact(req, jval_get(req->query, "form"), &a, err);

    if (rc == 0 && a.form == ARTEFACT_FULL)
        rc = find_config(req, &a, &planned, err);
    if (rc == 0 && a.form == ARTEFACT_FULL)
        rc = netdev_config_text(req->core->db, planned.id, &config, err);
    if (rc == 0)
        rc = find_lines(req, &a, &parts.lines, err);
    if (rc == 0)
        rc = netdev_get(req->core->db, &req->scope, a.device.device,
                        &req->arena, &device, err);
    if (rc < 0)
        return rc;
    res->body = BUF_INIT(4 * NETDEV_CONFIG_MAX);
    res->private_page = true;
    parts.form = a.form;
    parts.family = family_find(device.terms.family);
    parts.config = buf_str(&config);
    if (artefact_write(&parts, &res->body, &why) < 0)
        return refuse(req, 422, "form", err, E_INVALID, "%s", err_text(&why));
    res->content_type = "text/plain; charset=utf-8";
    res->disposition = file_name(req, &a.deployment, a.device.name,
                                 artefact_form_name(a.form, false));
    return 0;
}

/* In the audit log before anything is opened. */
static int file_with_secrets(struct request *req, struct response *res,
                             struct err *err)
{
    AUTO(jval_freep) struct jval *after = jval_copy(req->json);
    struct netdev_unseal what = { .config = STR(""),
                                  .lines = STR(""),
                                  .family = STR("") };
    struct netdev_config planned;
    struct artefact a = { 0 };
    struct netdev device;
    struct box_public key;
    int rc = find_artefact(req, jval_get(req->json, "form"), &a, err);

    if (rc == 0 && a.form == ARTEFACT_FULL)
        rc = find_config(req, &a, &planned, err);
    if (rc == 0 && a.form == ARTEFACT_FULL)
        rc = netdev_config_sealed(req->core->db, planned.id, &req->arena,
                                  &what.config, err);
    if (rc == 0)
        rc = netdev_get(req->core->db, &req->scope, a.device.device,
                        &req->arena, &device, err);
    if (rc < 0)
        return rc;
    what.family = device.terms.family;
    if (a.device.restores > 0 && a.form == ARTEFACT_DELTA)
        return refuse(req, 422, "form", err, E_INVALID,
                      "what differs is known when it is pushed: take the full "
                      "form, which is the version that is put back");
    if (netdevs_key(req->core, &key, err) < 0)
        return refuse(req, 503, NULL, &(struct err){ 0 }, E_ABSENT, "%s",
                      err_text(err));
    what.lines = a.deployment.sealed;
    jval_set_i64(after, "device", a.device.device);
    rc = db_begin(req->core->db, err);
    rc = netdev_done(req, "network_deployment.secrets_read", a.deployment.id,
                     after, rc, err);
    if (rc < 0)
        return rc;
    return netdevs_unseal(req, res, &what,
                          file_name(req, &a.deployment, a.device.name,
                                    artefact_form_name(a.form, true)),
                          err);
}

#define ALL "/api/v1/network/deployments"
#define ONE ALL "/{deployment}"
/* clang-format off */
static const struct route rows[] = {
    { METHOD_GET, ALL, DOOR_API, PERM_NETWORK_READ, .handler = list,
      .query = list_query, .answer = answer_fields, .list = true,
      .summary = "Deployments to network devices, newest first." },
    { METHOD_POST, ALL, DOOR_API, PERM_NETWORK_CHANGE, BODY_MAX, post,
      .body = post_body, .answer = answer_fields,
      .summary = "Plan the same commands for many network devices." },
    { METHOD_GET, ONE, DOOR_API, PERM_NETWORK_READ, .handler = show,
      .answer = answer_fields, .summary = "One deployment." },
    { METHOD_GET, ONE "/devices", DOOR_API, PERM_NETWORK_READ,
      .handler = devices, .answer = device_fields_, .list = true,
      .summary = "Its devices, and what became of each." },
    { METHOD_GET, ONE "/devices/{device}/file", DOOR_API, PERM_NETWORK_READ,
      .handler = file, .query = file_query,
      .summary = "What a device gets, as a file; secrets masked." },
    { METHOD_POST, ONE "/devices/{device}/file-with-secrets", DOOR_API,
      PERM_NETWORK_SECRETS, SMALL_MAX, file_with_secrets, .body = secret_body,
      .summary = "The same as it is, for a device that loads it by itself; in "
                 "the audit log." },
    { METHOD_POST, ONE "/decide", DOOR_API, PERM_NETWORK_APPROVE, SMALL_MAX,
      decide, .body = verdict_body, .answer = answer_fields,
      .summary = "Approve a deployment, which begins it, or refuse it." },
    { METHOD_POST, ONE "/move", DOOR_API, PERM_NETWORK_CHANGE, SMALL_MAX, move,
      .body = move_body, .answer = answer_fields,
      .summary = "Pause, resume, promote to the next ring, or cancel." },
};
/* clang-format on */
const struct route_table routes_netdev_deploy = { rows, COUNT(rows) };
