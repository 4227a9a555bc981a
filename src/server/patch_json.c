/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/device.h"
#include "fleet/patch_policy.h"
#include "fleet/setting.h"
#include "server/api_patch_int.h"
#include "server/patcher.h"

int refuse_all(struct request *req, const struct patch_refusals *refusals,
               struct err *err)
{
    int rc = patch_refusals_err(refusals, err);

    if (rc == 0)
        return 0;
    req->refusal.errors = patch_refusals_to_jval(refusals);
    return refuse(req, 422, arena_c(&req->arena, refusals->all.p[0].field), err,
                  rc, "%s", arena_c(&req->arena, str_c(err_text(err))));
}

struct jval *parsed_json(str text)
{
    struct jval *json = NULL;

    if (jval_parse(text, 16 << 20, &json, NULL) < 0)
        return jval_new_null();
    return json;
}

str member_text(struct request *req, const char *key)
{
    AUTO(buf_clear) struct buf text = BUF(PATCH_BODY_MAX);

    jval_print(jval_get(req->json, key), &text);
    return arena_str(&req->arena, buf_str(&text));
}

struct jval *time_json(int64_t at)
{
    AUTO(jval_freep) struct jval *object = jval_new_object();

    json_time(object, "at", at);
    return jval_copy(jval_get(object, "at"));
}

struct jval *tenths_json(int tenths)
{
    AUTO(buf_clear) struct buf text = BUF(16);

    if (tenths < 0)
        return jval_new_null();
    buf_printf(&text, "%d.%d", tenths / 10, tenths % 10);
    return jval_new_text(buf_str(&text));
}

int patch_zone_of_query(struct request *req, struct zone **out, struct err *err)
{
    str name = jval_text(jval_get(req->query, "zone"), STR(""));

    if (name.n == 0)
        return zone_load_local(ZONE_LOCAL_FILE, out, err);
    return blame(req, "zone", zone_load(NULL, name, out, err));
}

int patch_setup_of_path(struct request *req, struct patch_setup *out,
                        struct err *err)
{
    return patch_setup_get(req->core->db, &req->scope, req->params[0],
                           &req->arena, out, err);
}

int patch_refuse_others(struct request *req, const struct patch_setup *setup,
                        struct err *err)
{
    if (req->scope.all_devices ||
        target_user(setup->targets) == req->scope.user)
        return 0;
    return refuse(req, 403, NULL, err, E_PERM,
                  "its targets are not limited to what you see");
}

/* Whether every label is one that limits what the asker sees. */
static int labels_of_asker(struct request *req, const struct jval *labels,
                           bool *out, struct err *err)
{
    int rc = 0;

    *out = jval_count(labels) > 0;
    for (size_t i = 0; rc == 0 && *out && i < jval_count(labels); i++) {
        int64_t n = 0;

        rc = db_one_i64(req->core->db,
                        "SELECT COUNT(*) FROM user_role ur JOIN role_label rl"
                        " ON rl.role = ur.role WHERE ur.app_user = $1"
                        " AND rl.label = $2",
                        DB_ARGS(db_i64(req->scope.user),
                                db_i64(jval_i64(jval_at(labels, i), 0))),
                        &n, err);
        *out = n > 0;
    }
    return rc;
}

/* Whether all labels that limit a user limit the asker, too. */
static int within_asker(struct request *req, int64_t user, bool *out,
                        struct err *err)
{
    int64_t n = 0;
    int64_t others = 0;
    int rc = db_one_i64(req->core->db,
                        "SELECT COUNT(*) FROM user_role ur JOIN role_label rl"
                        " ON rl.role = ur.role WHERE ur.app_user = $1",
                        DB_ARGS(db_i64(user)), &n, err);

    if (rc == 0)
        rc = db_one_i64(req->core->db,
                        "SELECT COUNT(*) FROM user_role ur JOIN role_label rl"
                        " ON rl.role = ur.role WHERE ur.app_user = $1"
                        " AND NOT EXISTS (SELECT 1 FROM user_role u2"
                        " JOIN role_label r2 ON r2.role = u2.role"
                        " WHERE u2.app_user = $2 AND r2.label = rl.label)",
                        DB_ARGS(db_i64(user), db_i64(req->scope.user)), &others,
                        err);
    *out = n > 0 && others == 0;
    return rc;
}

/* What joins the targets later must be in sight, too: named devices are by
 * now, members of labels are when the labels are the asker's own. */
static int stays_in_sight(struct request *req, str targets, bool *out,
                          struct err *err)
{
    AUTO(jval_freep) struct jval *json = parsed_json(targets);
    const struct jval *labels = jval_get(json, "labels");
    int64_t user = target_user(targets);
    int rc = 0;

    *out = jval_count(labels) == 0 && !target_is_all(targets);
    if (!*out)
        rc = labels_of_asker(req, labels, out, err);
    if (rc == 0 && !*out && user != 0)
        rc = within_asker(req, user, out, err);
    return rc;
}

int patch_refuse_hidden(struct request *req, const struct patch_setup *setup,
                        struct err *err)
{
    AUTO(target_set_clear) struct target_set seen = { 0 };
    AUTO(target_set_clear) struct target_set all = { 0 };
    struct scope system = scope_system(req->scope.org);
    bool stays = false;
    int rc;

    if (req->scope.all_devices)
        return 0;
    rc = stays_in_sight(req, setup->targets, &stays, err);
    if (rc == 0)
        rc = patch_setup_reach(req->core->db, &system, setup, req->now, &all,
                               err);
    if (rc == 0)
        rc = patch_setup_reach(req->core->db, &req->scope, setup, req->now,
                               &seen, err);
    if (rc < 0 || (stays && seen.devices.n == all.devices.n))
        return rc;
    return refuse(req, 403, NULL, err, E_PERM,
                  "it is for devices that you do not see, too");
}

int patch_see_device(struct request *req, int64_t device, struct err *err)
{
    struct device found;

    return device_get(req->core->db, &req->scope, device, &req->arena, &found,
                      err);
}

int patch_needs_approval(struct request *req, int64_t devices, bool *out,
                         struct err *err)
{
    int64_t most = 0;
    int rc = setting_i64(req->core->db, req->scope.org,
                         "patching.approval_devices", &most, err);

    *out = most > 0 && devices >= most;
    return rc;
}

int patch_setup_needs_approval(struct request *req,
                               const struct patch_setup *setup, bool *out,
                               struct err *err)
{
    AUTO(target_set_clear) struct target_set set = { 0 };
    int rc = patch_setup_reach(req->core->db, &req->scope, setup, req->now,
                               &set, err);

    return rc < 0 ? rc
                  : patch_needs_approval(req, (int64_t)set.devices.n, out, err);
}

int patch_refuse_limited(struct request *req, struct err *err)
{
    if (req->scope.all_devices)
        return 0;
    return refuse(req, 403, NULL, err, E_PERM,
                  "it is for devices that you do not see, too");
}

static int refuse_large(struct request *req, const struct patch_setup *setup,
                        struct err *err)
{
    bool needed = false;
    int rc = patch_setup_needs_approval(req, setup, &needed, err);

    if (rc == 0 && needed)
        return refuse(req, 409, NULL, err, E_INVALID,
                      "'%" PRIstr "' is in force and for so many devices that "
                      "another person has to agree: take it out of force, "
                      "change it, and deploy it again",
                      ARGstr(setup->name));
    return rc;
}

/* Both sets count: the devices that a configuration leaves get another one. */
int patch_refuse_live(struct request *req, const struct patch_setup *setup,
                      const struct patch_setup *changed, struct err *err)
{
    int rc;

    if (changed != NULL && changed->place == setup->place &&
        str_eq(changed->targets, setup->targets))
        return 0;
    if (setup->asked != 0)
        return refuse(req, 409, NULL, err, E_INVALID,
                      "'%" PRIstr "' waits to be approved as it was asked for",
                      ARGstr(setup->name));
    if (setup->deployed == 0)
        return 0;
    if (!scope_may(&req->scope, PERM_PATCH_DEPLOY))
        return refuse(req, 403, NULL, err, E_PERM,
                      "'%" PRIstr "' is in force: changing what happens where "
                      "takes the permission %s",
                      ARGstr(setup->name), permission_name(PERM_PATCH_DEPLOY));
    rc = refuse_large(req, setup, err);
    return rc < 0 || changed == NULL ? rc : refuse_large(req, changed, err);
}

const struct field patch_run_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "kind", FIELD_ENUM, .required = true,
      .words = "deploy|stage|scan|reboot" },
    { "configuration", FIELD_INTEGER },
    { "version", FIELD_INTEGER },
    { "task", FIELD_TEXT },
    { "cause", FIELD_ENUM, .required = true, .words = "now|schedule|ring" },
    { "ring", FIELD_INTEGER },
    { "state", FIELD_ENUM, .required = true,
      .words = "approval|running|ended|refused|cancelled" },
    { "started_by", FIELD_TEXT, .required = true },
    { "due", FIELD_TEXT, .help = "local time, when it is by schedule" },
    { "started", FIELD_TIME, .required = true },
    { "ended", FIELD_TIME },
    { "patches", FIELD_TEXTS, .required = true, .max = 20000,
      .help = "only these; none: all that the configuration selects" },
    { "devices", FIELD_INTEGER, .required = true },
    { NULL },
};

struct jval *patch_run_json(const struct patch_run *run)
{
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", run->id);
    jval_set_text(o, "kind", run->kind);
    jval_set_i64(o, "configuration", run->configuration);
    jval_set_i64(o, "version", run->version);
    jval_set_text(o, "task", run->task);
    jval_set_text(o, "cause", run->cause);
    jval_set_i64(o, "ring", run->ring);
    jval_set_text(o, "state", run->state);
    jval_set_text(o, "started_by", run->started_by);
    jval_set_text(o, "due", run->due);
    json_time(o, "started", run->started);
    json_time(o, "ended", run->ended);
    jval_set(o, "patches", parsed_json(run->patches));
    jval_set_i64(o, "devices", run->devices);
    return o;
}

const struct field patch_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "patch", FIELD_TEXT, .required = true },
    { "os", FIELD_ENUM, .required = true, .words = "windows|macos|linux" },
    { "type", FIELD_ENUM, .required = true,
      .words = "unknown|security|nonsecurity|bugfix|enhancement" },
    { "severity", FIELD_ENUM, .required = true,
      .words = "unassigned|low|moderate|important|critical" },
    { "vendor", FIELD_TEXT, .required = true, .max = PATCH_TEXT_MAX },
    { "product", FIELD_TEXT, .required = true, .max = PATCH_TEXT_MAX },
    { "version", FIELD_TEXT, .required = true, .max = PATCH_TEXT_MAX },
    { "title", FIELD_TEXT, .required = true, .max = 4 * PATCH_TEXT_MAX },
    { "released", FIELD_TIME },
    { "source", FIELD_ENUM, .required = true,
      .words = "import|advisory|report|agent" },
    { "added", FIELD_TIME, .required = true },
    { "cves", FIELD_INTEGER, .required = true },
    { "exploited", FIELD_BOOL, .required = true },
    { "cvss", FIELD_TEXT, .help = "newest version, worst CVE" },
    { "rating", FIELD_TEXT, .help = "the open rating (P-RSK-8)" },
    { "preview", FIELD_BOOL, .required = true },
    { "enablement", FIELD_BOOL, .required = true },
    { "superseded", FIELD_BOOL, .help = "by a patch that is known" },
    { "without_advisory", FIELD_BOOL, .required = true,
      .help = "a package of Linux that no advisory is known of (P-LNX-6)" },
    { "download", FIELD_ENUM, .required = true,
      .words = "automatic|sideload_required|sideload_in_progress|uploaded" },
    { "unpatched", FIELD_INTEGER, .help = "devices you see that lack it" },
    { "over_sla", FIELD_INTEGER, .help = "of them, for too long (P-INT-7)" },
    { "near_sla", FIELD_INTEGER, .help = "of them, nearly" },
    { "votes", FIELD_INTEGER, .help = "users who voted against it" },
    { NULL },
};

/* Package managers fetch by themselves; other systems' files are not ours to
 * hand out. */
static str download_of(const struct patch *p)
{
    return p->os == PATCH_LINUX ? STR("automatic") : STR("sideload_required");
}

struct jval *patch_json(const struct patch_row *row)
{
    const struct patch *p = &row->patch;
    struct jval *o = jval_new_object();

    jval_set_i64(o, "id", row->id);
    jval_set_text(o, "patch", p->id);
    jval_set_text(o, "os", str_c(patch_os_name(p->os)));
    jval_set_text(o, "type", str_c(patch_type_name(p->type)));
    jval_set_text(o, "severity", str_c(patch_severity_name(p->severity)));
    jval_set_text(o, "vendor", str_or_empty(p->vendor));
    jval_set_text(o, "product", str_or_empty(p->product));
    jval_set_text(o, "version", str_or_empty(p->version));
    jval_set_text(o, "title", str_or_empty(p->title));
    json_time(o, "released", p->published);
    jval_set_text(o, "source", row->source);
    json_time(o, "added", row->added);
    jval_set_i64(o, "cves", (int64_t)p->cve_count);
    jval_set_bool(o, "exploited", patch_is_exploited(p));
    jval_set(o, "cvss", tenths_json(patch_cvss(p)));
    jval_set(o, "rating", tenths_json(patch_vrr(p)));
    jval_set_bool(o, "preview", p->preview);
    jval_set_bool(o, "enablement", p->enablement);
    jval_set_bool(o, "without_advisory",
                  p->os == PATCH_LINUX &&
                      str_eq(row->source, PATCH_FROM_AGENT) &&
                      str_find_char(p->id, '=') < p->id.n);
    jval_set_text(o, "download", download_of(p));
    return o;
}

int patch_finish(struct request *req, const struct patch_change *change,
                 struct err *err)
{
    int rc = patching_touch(req->core->db, req->scope.org, err);

    if (rc == 0)
        rc = request_audit(req, change->action, change->id, change->before,
                           change->after, err);
    if (rc == 0)
        rc = db_commit(req->core->db, err);
    if (rc == 0)
        patcher_changed(req->core);
    return rc;
}
