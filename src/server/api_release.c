/* SPDX-License-Identifier: Apache-2.0
 *
 * Newer versions of Holdfast itself (K-APP-2, server/release.h).
 */
#include "server/core.h"
#include "server/release.h"
#include "server/routes_int.h"

const struct field release_component_fields[] = {
    { "name", FIELD_TEXT, .required = true },
    { "version", FIELD_TEXT, .required = true },
    { NULL },
};
const struct field release_flaw_fields[] = {
    { "component", FIELD_TEXT, .required = true },
    { "version", FIELD_TEXT, .required = true, .help = "that runs here" },
    { "fixed", FIELD_TEXT, .required = true },
    { "cve", FIELD_TEXT, .required = true },
    { "severity", FIELD_TEXT, .required = true },
    { "title", FIELD_TEXT, .required = true },
    { NULL },
};
static const struct field release_fields[] = {
    { "version", FIELD_TEXT, .required = true, .help = "of this server" },
    { "newest", FIELD_TEXT, .help = "null: not known" },
    { "newer", FIELD_BOOL, .required = true,
      .help = "the newest is newer than this server" },
    { "released", FIELD_TIME },
    { "security", FIELD_BOOL, .required = true, .help = "it mends flaws" },
    { "notes", FIELD_TEXT, .max = 20000 },
    { "url", FIELD_TEXT, .max = 2000 },
    { "apply", FIELD_TEXT,
      .help = "the command that installs it; null: nothing to do" },
    { "heard", FIELD_TIME, .help = "when a signed file last came" },
    { "stale", FIELD_BOOL, .required = true,
      .help = "that is long ago: what is newest is not known" },
    { "problem", FIELD_TEXT, .said = true,
      .help = "why the newest try failed" },
    { "flaws", FIELD_LIST, .required = true, .max = RELEASE_FLAWS_MAX,
      .of = release_flaw_fields, .help = "known of what runs here" },
    { "components", FIELD_LIST, .required = true, .max = 100,
      .of = release_component_fields, .help = "what this server is built on" },
    { NULL },
};

static int may(struct request *req, struct err *err)
{
    if (req->scope.org != 1 || !req->scope.all_devices)
        return refuse(req, 403, NULL, err, E_PERM,
                      "the server itself is for the first organisation, "
                      "without a label scope");
    if (req->core->releases == NULL)
        return err_set(err, E_UNSUPPORTED, "this server knows no releases");
    return 0;
}

static int get(struct request *req, struct response *res, struct err *err)
{
    int rc = may(req, err);

    if (rc == 0)
        res->json = releases_json(req->core->releases, req->now);
    return rc;
}

static int post(struct request *req, struct response *res, struct err *err)
{
    struct db *db = req->core->db;
    int rc = may(req, err);

    if (rc < 0)
        return rc;
    rc = releases_take(req->core->releases, req->body, req->now, err);
    if (rc == E_PARSE || rc == E_INVALID || rc == E_PERM || rc == E_LIMIT)
        return refuse(req, 422, NULL, &(struct err){ 0 }, E_INVALID,
                      "the release file is refused: %s", err_text(err));
    if (rc == 0)
        rc = db_begin(db, err);
    if (rc == 0)
        rc = request_audit(req, "release.imported", 0, NULL, NULL, err);
    if (rc == 0)
        rc = db_commit(db, err);
    if (rc == 0)
        res->json = releases_json(req->core->releases, req->now);
    return rc;
}

static const struct route rows[] = {
    { METHOD_GET, "/api/v1/release", DOOR_API, PERM_SETTING_READ,
      .handler = get, .answer = release_fields,
      .summary = "This server's version, the newest one, and known flaws." },
    { METHOD_POST, "/api/v1/release", DOOR_API, PERM_SETTING_WRITE,
      .body_max = RELEASE_FILE_MAX, .handler = post, .answer = release_fields,
      .summary = "Bring a signed release file by hand." },
};
const struct route_table routes_release = { rows, COUNT(rows) };
