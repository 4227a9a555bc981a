/* SPDX-License-Identifier: Apache-2.0
 *
 * Patch configurations (P-CFG): made, saved as versions, compared, restored,
 * put into force. Every field is checked by patch/configuration.h, whoever
 * sends it.
 */
#include "base/clock.h"
#include "fleet/patch_group.h"
#include "server/api_patch_int.h"
#include "server/patch_config_int.h"
#include "server/routes_int.h"

enum {
    PLACE_MAX = 1000000,
};

#define TARGETS_HELP "(labels or devices) of these systems (D-30)"
static const struct field targets_fields[] = {
    { "labels", FIELD_IDS, .max = 1000, .help = "ids of labels" },
    { "devices", FIELD_IDS, .max = 10000, .help = "ids of devices" },
    { "systems", FIELD_TEXTS, .required = true, .min = 1, .max = 1000,
      .help = "paths in the tree of operating systems; \"\" is all" },
    { "user", FIELD_INTEGER, .max = INT64_MAX,
      .help = "whose limit holds for it; set by the server" },
    { NULL },
};
static const struct field body_fields[] = {
    { "settings", FIELD_OBJECT, .required = true,
      .help = "what, when, how (docs/patching.md)" },
    { "targets", FIELD_OBJECT, .required = true, .of = targets_fields,
      .help = TARGETS_HELP },
    { "place", FIELD_INTEGER, .min = 1, .max = PLACE_MAX - 1,
      .help = "where several are for a device, the smallest wins" },
    { "confirm", FIELD_BOOL,
      .help = "yes, also where the server asks back (P-SEL-9)" },
    { "confirm_all", FIELD_BOOL,
      .help = "yes, every device of the organisation (K-DEP-7)" },
    { NULL },
};
const struct field patch_advice_fields[] = {
    { "field", FIELD_TEXT, .required = true },
    { "text", FIELD_TEXT, .said = true, .required = true },
    { "rule", FIELD_TEXT, .required = true },
    { "confirm", FIELD_BOOL, .required = true },
    { NULL },
};
const struct field patch_setup_fields[] = {
    { "id", FIELD_INTEGER, .required = true },
    { "name", FIELD_TEXT, .required = true },
    { "built_in", FIELD_BOOL, .required = true },
    { "place", FIELD_INTEGER, .required = true },
    { "version", FIELD_INTEGER, .required = true,
      .help = "edit-and-save cycles (P-CFG-2)" },
    { "availability", FIELD_ENUM, .required = true,
      .words = "new|pending|deployed|archived" },
    { "deployed_version", FIELD_INTEGER, .help = "the one in force; or null" },
    { "deployed", FIELD_TIME },
    { "deployed_by", FIELD_TEXT, .required = true },
    { "asked_version", FIELD_INTEGER,
      .help = "the one that waits to be approved; or null" },
    { "asked_by", FIELD_TEXT, .required = true },
    { "saved", FIELD_TIME, .required = true },
    { "saved_by", FIELD_TEXT, .required = true },
    { "created", FIELD_TIME, .required = true },
    { "scan_only", FIELD_BOOL, .required = true, .help = "P-SCN-1" },
    { "devices", FIELD_INTEGER, .required = true,
      .help = "with an agent, that have it" },
    { "taken", FIELD_INTEGER, .required = true,
      .help = "of them, that took the version in force" },
    { "targets", FIELD_OBJECT, .required = true, .of = targets_fields },
    { "settings", FIELD_OBJECT, .required = true },
    { "advice", FIELD_LIST, .of = patch_advice_fields, .max = 1000 },
    { "revision", FIELD_INTEGER, .required = true },
    { NULL },
};

/* --- Between JSON and the struct
 * -------------------------------------------------------- */

static str availability(const struct patch_setup *s,
                        const struct patch_uptake *uptake)
{
    if (s->archived != 0)
        return STR("archived");
    if (s->deployed == 0)
        return s->asked != 0 ? STR("pending") : STR("new");
    return uptake->devices > 0 && uptake->taken == 0 ? STR("pending")
                                                     : STR("deployed");
}

static void set_version(struct jval *o, const char *key, int64_t version)
{
    jval_set(o, key, version > 0 ? jval_new_i64(version) : jval_new_null());
}

struct jval *patch_setup_json(struct request *req, const struct patch_setup *s,
                              struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct patch_configuration settings;
    struct patch_uptake uptake;
    struct jval *o;

    if (patch_setup_uptake(req->core->db, &req->scope, s, &uptake, err) < 0 ||
        patch_configuration_parse(s->settings, 0, &arena, &settings, err) < 0)
        return NULL;
    o = jval_new_object();
    jval_set_i64(o, "id", s->id);
    jval_set_text(o, "name", s->name);
    jval_set_bool(o, "built_in", s->built_in);
    jval_set_i64(o, "place", s->place);
    jval_set_i64(o, "version", s->version);
    jval_set_text(o, "availability", availability(s, &uptake));
    set_version(o, "deployed_version", s->deployed);
    json_time(o, "deployed", s->deployed_at);
    jval_set_text(o, "deployed_by", s->deployed_by);
    set_version(o, "asked_version", s->asked);
    jval_set_text(o, "asked_by", s->asked_by);
    json_time(o, "saved", s->saved);
    jval_set_text(o, "saved_by", s->saved_by);
    json_time(o, "created", s->created);
    jval_set_bool(o, "scan_only", patch_configuration_scans_only(&settings));
    jval_set_i64(o, "devices", uptake.devices);
    jval_set_i64(o, "taken", uptake.taken);
    jval_set(o, "targets", parsed_json(s->targets));
    jval_set(o, "settings", parsed_json(s->settings));
    jval_set_i64(o, "revision", s->revision);
    return o;
}

/* --- Checking ------------------------------------------------------------- */

/* "" for what a body may leave as it is. */
static int check_group(struct request *req, const struct patch_texts *names,
                       const char *member, struct patch_refusals *refusals,
                       struct err *err)
{
    for (size_t i = 0; i < names->n; i++) {
        struct patch_group_row group;
        int rc = patch_group_find(req->core->db, req->scope.org, names->p[i],
                                  &req->arena, &group, err);

        if (rc == E_ABSENT) {
            size_t before = patch_path_enter(refusals, member);

            patch_refuse(refusals, "P-GRP-1",
                         "there is no patch group called '%" PRIstr "'",
                         ARGstr(names->p[i]));
            patch_path_leave(refusals, before);
        } else if (rc < 0) {
            return rc;
        }
    }
    return 0;
}

static int check_groups(struct request *req,
                        const struct patch_configuration *settings,
                        struct patch_refusals *refusals, struct err *err)
{
    int rc = 0;

    for (int os = 0; rc == 0 && os < PATCH_OSES; os++) {
        size_t before = patch_path_enter(refusals, patch_os_name(os));

        for (int kind = 0; rc == 0 && kind < PATCH_TASKS; kind++) {
            const struct patch_options *o = &settings->task[os][kind].deploy;
            size_t task = patch_path_enter(refusals, patch_task_name(kind));

            rc = check_group(req, &o->include, "deploy.include", refusals, err);
            if (rc == 0)
                rc = check_group(req, &o->exclude, "deploy.exclude", refusals,
                                 err);
            patch_path_leave(refusals, task);
        }
        patch_path_leave(refusals, before);
    }
    return rc;
}

static int read_settings(struct request *req, const struct jval *json,
                         struct patch_configuration *out,
                         struct patch_refusals *refusals, struct err *err)
{
    size_t before = patch_path_enter(refusals, "settings");
    int rc = 0;

    patch_configuration_from_jval(json, req->now, &req->arena, refusals, out);
    if (!patch_refused(refusals))
        rc = check_groups(req, out, refusals, err);
    patch_path_leave(refusals, before);
    return rc < 0 ? rc : refuse_all(req, refusals, err);
}

int patch_settings_of_body(struct request *req, const struct jval *json,
                           struct patch_configuration *out, struct err *err)
{
    struct patch_refusals refusals = PATCH_REFUSALS;
    int rc = read_settings(req, json, out, &refusals, err);

    /* Refused texts were copied by then; those of *out are the request's. */
    patch_refusals_clear(&refusals);
    return rc;
}

struct jval *patch_advice_json(struct request *req,
                               const struct patch_configuration *settings,
                               bool *out_confirm)
{
    AUTO(zone_freep) struct zone *zone = NULL;
    struct jval *list = jval_new_array();
    struct patch_advices advices = { 0 };

    *out_confirm = false;
    if (zone_load_local(ZONE_LOCAL_FILE, &zone, NULL) < 0)
        return list;
    patch_configuration_advise(settings, zone, req->now, &req->arena, &advices);
    for (size_t i = 0; i < advices.all.n; i++) {
        const struct patch_advice *a = &advices.all.p[i];
        struct jval *o = jval_new_object();

        jval_set_text(o, "field", a->field);
        jval_set_text(o, "text", a->text);
        jval_set_text(o, "rule", str_c(a->rule));
        jval_set_bool(o, "confirm", a->confirm);
        *out_confirm |= a->confirm;
        jval_push(list, o);
    }
    vec_clear(&advices.all);
    return list;
}

static int ask_back(struct request *req, const struct jval *advice,
                    bool confirm, struct err *err)
{
    for (size_t i = 0; confirm && i < jval_count(advice); i++) {
        const struct jval *one = jval_at(advice, i);

        if (jval_bool(jval_get(one, "confirm"), false) &&
            !jval_bool(jval_get(req->json, "confirm"), false))
            return refuse(req, 422, "confirm", err, E_INVALID,
                          "%" PRIstr ": %" PRIstr "; say confirm: true if that"
                          " is meant (%" PRIstr ")",
                          ARGstr(jval_text(jval_get(one, "field"), STR(""))),
                          ARGstr(jval_text(jval_get(one, "text"), STR(""))),
                          ARGstr(jval_text(jval_get(one, "rule"), STR(""))));
    }
    return 0;
}

static int take_targets(struct request *req, struct patch_setup *setup,
                        struct err *err)
{
    int rc;

    setup->targets = member_text(req, "targets");
    rc = target_check(setup->targets, err);
    if (rc == 0)
        rc = target_check_exists(req->core->db, &req->scope, setup->targets,
                                 err);
    if (rc < 0)
        return rc == E_IO ? rc
                          : refuse(req, 422, "targets", err, rc, "%s",
                                   arena_c(&req->arena, str_c(err_text(err))));
    rc = target_limit(&req->scope, setup->targets, &req->arena, &setup->targets,
                      err);
    if (rc == 0 && target_is_all(setup->targets) && !setup->built_in &&
        !jval_bool(jval_get(req->json, "confirm_all"), false))
        return refuse(req, 422, "confirm_all", err, E_INVALID,
                      "without labels and devices this means every device of "
                      "the organisation; say confirm_all: true, or name some");
    return rc;
}

static int take_body(struct request *req, struct patch_setup *setup,
                     struct jval **out_advice, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(PATCH_SETUP_SETTINGS_MAX);
    struct patch_configuration settings;
    bool confirm = false;
    int rc = patch_settings_of_body(req, jval_get(req->json, "settings"),
                                    &settings, err);

    if (rc < 0)
        return rc;
    patch_configuration_print(&settings, &text);
    rc = buf_finish(&text, "settings", err);
    if (rc < 0)
        return blame(req, "settings", rc);
    setup->settings = arena_str(&req->arena, buf_str(&text));
    setup->name = settings.name;
    setup->place = jval_i64(jval_get(req->json, "place"),
                            setup->place > 0 ? setup->place : 1000);
    rc = take_targets(req, setup, err);
    if (rc < 0)
        return rc;
    *out_advice = patch_advice_json(req, &settings, &confirm);
    return ask_back(req, *out_advice, confirm, err);
}

/* --- Handlers ------------------------------------------------------------- */

static int list(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *items = jval_new_array();
    AUTO(patch_setups_clear) struct patch_setups all = { 0 };
    bool archived = jval_bool(jval_get(req->query, "archived"), false);
    int rc = db_begin(req->core->db, err);

    if (rc == 0)
        rc = patch_setup_seed(req->core->db, req->scope.org, req->now, err);
    if (rc == 0)
        rc = patch_setup_list(req->core->db, &req->scope, archived, &req->arena,
                              &all, err);
    if (rc == 0)
        rc = db_commit(req->core->db, err);
    for (size_t i = 0; rc == 0 && i < all.all.n; i++) {
        struct jval *o = patch_setup_json(req, &all.all.p[i], err);

        if (o == NULL)
            return err->code;
        jval_push(items, o);
    }
    if (rc == 0)
        respond_list(res, TAKE(items), STR(""), (int64_t)all.all.n);
    return rc;
}

static int answer(struct request *req, int64_t id, struct jval *advice,
                  struct response *res, struct err *err)
{
    struct patch_setup setup;
    int rc = patch_setup_get(req->core->db, &req->scope, id, &req->arena,
                             &setup, err);

    if (rc < 0) {
        jval_free(advice);
        return rc;
    }
    res->json = patch_setup_json(req, &setup, err);
    if (res->json == NULL) {
        jval_free(advice);
        return err->code;
    }
    if (advice != NULL)
        jval_set(res->json, "advice", advice);
    respond_revision(req, res, setup.revision);
    return 0;
}

static int get(struct request *req, struct response *res, struct err *err)
{
    struct patch_configuration settings;
    struct patch_setup setup;
    bool confirm;
    int rc = patch_setup_of_path(req, &setup, err);

    if (rc == 0)
        rc = patch_configuration_parse(setup.settings, 0, &req->arena,
                                       &settings, err);
    return rc < 0
               ? rc
               : answer(req, setup.id,
                        patch_advice_json(req, &settings, &confirm), res, err);
}

static int add(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *advice = NULL;
    struct patch_setup setup = { .name = STR("") };
    struct patch_change change = { .action = "patch_configuration.created",
                                   .after = req->json };
    int rc = take_body(req, &setup, &advice, err);

    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = patch_setup_add(req->core->db, &req->scope, &setup, req->now, err);
    change.id = setup.id;
    if (rc == 0)
        rc = patch_finish(req, &change, err);
    if (rc < 0)
        return rc;
    res->status = 201;
    res->location = arena_printf(&req->arena,
                                 "/api/v1/patch-configurations/"
                                 "%lld",
                                 (long long)setup.id);
    return answer(req, setup.id, TAKE(advice), res, err);
}

static int save(struct request *req, struct response *res, struct err *err)
{
    AUTO(jval_freep) struct jval *advice = NULL;
    AUTO(jval_freep) struct jval *before = NULL;
    struct patch_setup setup;
    struct patch_setup was;
    struct patch_change change = { .action = "patch_configuration.saved",
                                   .after = req->json };
    int rc = patch_setup_of_path(req, &setup, err);

    if (rc == 0)
        rc = patch_refuse_others(req, &setup, err);
    if (rc == 0)
        rc = request_match(req, setup.revision, err);
    if (rc < 0)
        return rc;
    before = parsed_json(setup.settings);
    was = setup;
    rc = take_body(req, &setup, &advice, err);
    if (rc == 0)
        rc = patch_refuse_live(req, &was, &setup, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc =
            patch_setup_save(req->core->db, &req->scope, &setup, req->now, err);
    change.id = setup.id;
    change.before = before;
    if (rc == 0)
        rc = patch_finish(req, &change, err);
    return rc < 0 ? rc : answer(req, setup.id, TAKE(advice), res, err);
}

static int remove_one(struct request *req, struct response *res UNUSED,
                      struct err *err)
{
    AUTO(jval_freep) struct jval *before = NULL;
    struct patch_setup setup;
    struct patch_change change = { .action = "patch_configuration.deleted" };
    int rc = patch_setup_of_path(req, &setup, err);

    if (rc == 0)
        rc = patch_refuse_others(req, &setup, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc < 0)
        return rc;
    before = parsed_json(setup.settings);
    change.id = setup.id;
    change.before = before;
    rc = patch_setup_remove(req->core->db, &req->scope, setup.id, err);
    if (rc == E_INVALID)
        return refuse(req, 409, NULL, err, rc, "%s",
                      arena_c(&req->arena, str_c(err_text(err))));
    return rc < 0 ? rc : patch_finish(req, &change, err);
}

static int archive(struct request *req, struct response *res, struct err *err)
{
    bool archived = jval_bool(jval_get(req->json, "archived"), true);
    struct patch_setup setup;
    struct patch_change change = { .action = "patch_configuration.archived",
                                   .after = req->json };
    int rc = patch_setup_of_path(req, &setup, err);

    if (rc == 0)
        rc = patch_refuse_others(req, &setup, err);
    if (rc == 0)
        rc = db_begin(req->core->db, err);
    if (rc == 0)
        rc = patch_setup_archive(req->core->db, &req->scope, setup.id, archived,
                                 req->now, err);
    change.id = setup.id;
    if (rc == 0)
        rc = patch_finish(req, &change, err);
    return rc < 0 ? rc : answer(req, setup.id, NULL, res, err);
}

static const struct field list_query[] = {
    { "archived", FIELD_BOOL, .help = "also those that are archived" },
    { NULL },
};
static const struct field archive_body[] = {
    { "archived", FIELD_BOOL, .help = "false brings it back, not in force" },
    { NULL },
};

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/patch-configurations", DOOR_API, PERM_PATCH_READ,
      .handler = list, .query = list_query, .answer = patch_setup_fields,
      .list = true,
      .summary = "Patch configurations, the newest deployed first." },
    { METHOD_POST, "/api/v1/patch-configurations", DOOR_API, PERM_PATCH_WRITE,
      PATCH_BODY_MAX, add, .body = body_fields, .answer = patch_setup_fields,
      .summary = "Make a patch configuration; it is in force nowhere yet." },
    { METHOD_GET, "/api/v1/patch-configurations/{configuration}", DOOR_API,
      PERM_PATCH_READ, .handler = get, .answer = patch_setup_fields,
      .summary = "One patch configuration, with advice." },
    { METHOD_PUT, "/api/v1/patch-configurations/{configuration}", DOOR_API,
      PERM_PATCH_WRITE, PATCH_BODY_MAX, save, .body = body_fields,
      .answer = patch_setup_fields,
      .summary = "Save it: a new version when the settings differ." },
    { METHOD_DELETE, "/api/v1/patch-configurations/{configuration}", DOOR_API,
      PERM_PATCH_WRITE, .handler = remove_one,
      .summary = "Delete one that was never in force." },
    { METHOD_POST, "/api/v1/patch-configurations/{configuration}/archive",
      DOOR_API, PERM_PATCH_DEPLOY, 4096, archive, .body = archive_body,
      .answer = patch_setup_fields,
      .summary = "Take it out of force and out of lists, or bring it back." },
};
const struct route_table routes_patch_configuration = { rows, COUNT(rows) };
