/* SPDX-License-Identifier: Apache-2.0
 *
 * Logging in with an account of an LDAP directory: the courier finds
 * the account by a filter, checks the password by binding as it, and reads
 * its groups; groups give roles. The password is in one errand and nowhere
 * else.
 */
#include <stdio.h>

#include "base/log.h"
#include "fleet/setting.h"
#include "server/signon.h"

enum {
    FILTER_MAX = 8192,
    GROUPS_MAX = 1000,
    TIMEOUT_MS = 15000,
};

int directory_wants(struct request *req, const struct attempt *attempt,
                    bool *out, struct err *err)
{
    struct credentials found;
    int64_t enabled = 0;
    str login;
    int rc;

    *out = false;
    if (attempt->org == 0 ||
        login_form(attempt->login, false, &req->arena, &login, NULL) < 0)
        return 0;
    rc =
        setting_i64(req->core->db, attempt->org, "ldap.enabled", &enabled, err);
    if (rc < 0 || enabled == 0)
        return rc;
    rc = credentials_find(req->core->db, attempt->org, login, &req->arena,
                          &found, err);
    if (rc < 0)
        return rc;
    *out = rc == 1 || str_eq(found.source, STR("ldap"));
    return 0;
}

/* --- the errand -------------------------------------------------------- */

static int text_setting(struct core *core, int64_t org, const char *name,
                        struct arena *arena, str *out, struct err *err)
{
    return setting_text(
        &(struct setting_reader){ core->db, org, &core->people->key, arena },
        name, out, err);
}

int directory_errand(struct core *core, int64_t org, struct arena *arena,
                     struct errand_ldap *out, struct err *err)
{
    const struct {
        const char *name;
        str *to;
    } texts[] = {
        { "ldap.url", &out->url },
        { "ldap.ca", &out->authority },
        { "ldap.bind_dn", &out->bind_dn },
        { "ldap.bind_password", &out->bind_password },
        { "ldap.user_base", &out->base },
        { "ldap.group_base", &out->group_base },
        { "ldap.group_filter", &out->group_filter },
    };
    str tls;
    int rc = 0;

    *out =
        (struct errand_ldap){ .limit = GROUPS_MAX, .timeout_ms = TIMEOUT_MS };
    for (size_t i = 0; rc == 0 && i < COUNT(texts); i++)
        rc = text_setting(core, org, texts[i].name, arena, texts[i].to, err);
    if (rc == 0)
        rc = text_setting(core, org, "ldap.tls", arena, &tls, err);
    if (rc < 0)
        return rc;
    out->tls = !str_eq(tls, STR("off"));
    return out->url.n > 0
               ? 0
               : err_set(err, E_INVALID, "no directory is set up (ldap.url)");
}

/* Names of the attributes that matter. */
struct directory {
    str name_attribute;
    str email_attribute;
    str group_attribute;
};

static int add_attributes(struct signon *signon, struct errand_ldap *errand,
                          struct err *err)
{
    struct directory *directory =
        arena_alloc(&signon->arena, 1, sizeof(*directory));
    struct errand_text *list = arena_alloc(&signon->arena, 5, sizeof(*list));
    size_t n = 0;
    int rc = text_setting(signon->core, signon->org, "ldap.name_attribute",
                          &signon->arena, &directory->name_attribute, err);

    if (rc == 0)
        rc = text_setting(signon->core, signon->org, "ldap.email_attribute",
                          &signon->arena, &directory->email_attribute, err);
    if (rc == 0)
        rc = text_setting(signon->core, signon->org, "ldap.group_attribute",
                          &signon->arena, &directory->group_attribute, err);
    if (rc < 0)
        return rc;
    list[n++].text = directory->name_attribute;
    list[n++].text = directory->email_attribute;
    list[n++].text = STR("entryUUID");
    list[n++].text = STR("objectGUID");
    if (directory->group_attribute.n > 0)
        list[n++].text = directory->group_attribute;
    errand->attributes = (struct wire_list){ list, n };
    signon->more = directory;
    return 0;
}

static int fill_errand(struct signon *signon, const struct attempt *attempt,
                       struct errand_ldap *out, struct err *err)
{
    AUTO(buf_clear) struct buf filter = BUF(FILTER_MAX);
    str template;
    int rc =
        directory_errand(signon->core, signon->org, &signon->arena, out, err);

    if (rc == 0)
        rc = add_attributes(signon, out, err);
    if (rc == 0)
        rc = text_setting(signon->core, signon->org, "ldap.user_filter",
                          &signon->arena, &template, err);
    if (rc < 0)
        return rc;
    filter_fill(&filter, template, attempt->login, STR(""));
    rc = buf_finish(&filter, "directory: the filter of accounts", err);
    out->filter = arena_str(&signon->arena, buf_str(&filter));
    out->login = true;
    out->password = attempt->password;
    return rc;
}

/* --- the answer -------------------------------------------------------- */

/* What stays when a person is renamed: entryUUID (RFC 4530), Active
 * Directory's objectGUID, or else the name. */
static str subject_of(struct signon *signon, const struct errand_entry *entry)
{
    str guid = errand_value(entry, STR("objectGUID"));
    str uuid = errand_value(entry, STR("entryUUID"));
    char *hex;

    if (uuid.n > 0)
        return uuid;
    if (guid.n == 0)
        return entry->dn;
    hex = arena_alloc(&signon->arena, 2 * guid.n + 1, 1);
    for (size_t i = 0; i < guid.n; i++)
        snprintf(hex + 2 * i, 3, "%02x", (unsigned char)guid.p[i]);
    return (str){ hex, 2 * guid.n };
}

/* Groups named by the account, and those that were searched. */
static void read_groups(struct signon *signon, const struct errand_entry *entry,
                        size_t n, struct outsider *out)
{
    const struct directory *directory = signon->more;
    const struct errand_value *values = entry->values.p;
    str *groups =
        arena_alloc(&signon->arena, entry->values.n + n + 1, sizeof(*groups));
    size_t count = 0;

    for (size_t i = 0; i < entry->values.n; i++) {
        if (str_eq_nocase(values[i].name, directory->group_attribute))
            groups[count++] = values[i].bytes;
    }
    for (size_t i = 1; i < n; i++)
        groups[count++] = entry[i].dn;
    out->groups = groups;
    out->group_count = count;
}

static void count_failure(struct signon *signon)
{
    AUTO(request_clear) struct request req;
    struct credentials found;
    struct err err = { 0 };
    int rc;

    request_init(&req, signon->core);
    req.now = signon->now;
    req.peer = signon->peer;
    rc = credentials_find(signon->core->db, signon->org, signon->login,
                          &req.arena, &found, &err);
    if (rc == 0)
        rc = login_failed(&req, signon->org, &found, &err);
    if (rc < 0)
        log_error("login.failed", LOG_TEXT("error", str_c(err_text(&err))));
}

static void answered(void *ctx, const struct errand_return *answer)
{
    struct signon *signon = ctx;
    const struct directory *directory = signon->more;
    const struct errand_entry *entry = answer->entries.p;
    struct outsider outsider = { .source = STR("ldap"),
                                 .login = signon->login };

    signon->errand = 0;
    if (answer->code == E_PERM) {
        log_warn("login.refused", LOG_TEXT("peer", signon->peer));
        count_failure(signon);
        signon_refuse(signon, 401, NULL, login_wrong);
        return;
    }
    if (answer->code < 0 || answer->entries.n == 0) {
        log_error("directory.failed", LOG_TEXT("error", answer->text));
        signon_refuse(signon, 502, NULL,
                      "the directory does not answer as it should; the "
                      "server's log says why");
        return;
    }
    outsider.subject = subject_of(signon, entry);
    outsider.name = errand_value(entry, directory->name_attribute);
    outsider.email = errand_value(entry, directory->email_attribute);
    read_groups(signon, entry, answer->entries.n, &outsider);
    signon_accept(signon, &outsider);
}

/* A closed account is refused without asking the directory. */
static int check_closed(struct request *req, const struct attempt *attempt,
                        str login, struct err *err)
{
    struct credentials found;
    int rc = credentials_find(req->core->db, attempt->org, login, &req->arena,
                              &found, err);

    if (rc < 0)
        return rc;
    if (rc == 0 && (found.disabled || found.locked_until > req->now))
        return refuse(req, 401, NULL, err, E_PERM, "%s", login_wrong);
    return 0;
}

int directory_login(struct request *req, struct response *res,
                    const struct attempt *attempt, bool bearer, struct err *err)
{
    struct errand_ldap errand;
    struct signon *signon;
    str login;
    int rc = login_form(attempt->login, false, &req->arena, &login, err);

    if (rc == 0)
        rc = check_closed(req, attempt, login, err);
    if (rc < 0)
        return rc;
    signon = signon_hold(req, res, attempt->org);
    signon->login = arena_str(&signon->arena, login);
    signon->code = arena_str(&signon->arena, attempt->code);
    signon->bearer = bearer;
    rc = fill_errand(signon, attempt, &errand, err);
    if (rc == 0)
        rc = courier_ldap(req->core->courier, &errand, answered, signon, err);
    if (rc == 0) {
        signon->errand = errand.id;
        return 0;
    }
    log_error("directory.failed", LOG_TEXT("error", str_c(err_text(err))));
    signon_refuse(signon, 502, NULL,
                  "the directory cannot be asked; the server's log says why");
    return 0;
}
