/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/setting.h"

#include <assert.h>

enum {
    YEAR = 366 * 86400,
    TEXT_MAX = 1000,
    PEM_MAX = 65536,
    METADATA_MAX = 131072,
    KEY_MAX = 16384,
};

/* clang-format off */
const struct setting_row setting_rows[] = {
    { "keep.benchmark_days", SETTING_INTEGER, 1, 36500, NULL, "400",
      "Days for which the results of benchmarks are kept" },
    { "keep.findings_days", SETTING_INTEGER, 1, 36500, NULL, "400",
      "Days for which the findings of past runs are kept; the newest of a "
      "device always are" },
    { "keep.jobs_days", SETTING_INTEGER, 1, 36500, NULL, "400",
      "Days for which jobs that ended are kept" },
    { "keep.runs_days", SETTING_INTEGER, 1, 36500, NULL, "400",
      "Days for which runs that ended, and what became of each device, are "
      "kept" },
    { "ldap.bind_dn", SETTING_TEXT, 0, TEXT_MAX, NULL, "",
      "Account that searches the directory; empty: anonymous" },
    { "ldap.bind_password", SETTING_SECRET, 0, TEXT_MAX, NULL, "",
      "Its password" },
    { "ldap.ca", SETTING_TEXT, 0, PEM_MAX, NULL, "",
      "Certificates (PEM) that the directory is checked by; empty: the "
      "machine's own" },
    { "ldap.email_attribute", SETTING_TEXT, 1, 100, NULL, "mail",
      "Attribute with the e-mail address" },
    { "ldap.enabled", SETTING_BOOL, 0, 1, NULL, "0",
      "Log in with accounts of the directory" },
    { "ldap.group_attribute", SETTING_TEXT, 0, 100, NULL, "memberOf",
      "Attribute of an account that names its groups; empty: none" },
    { "ldap.group_base", SETTING_TEXT, 0, TEXT_MAX, NULL, "",
      "Where groups are searched; empty: they are not" },
    { "ldap.group_filter", SETTING_TEXT, 1, TEXT_MAX, NULL,
      "(&(objectClass=groupOfNames)(member={dn}))",
      "Finds the groups of an account: {dn} and {login} stand for it" },
    { "ldap.name_attribute", SETTING_TEXT, 1, 100, NULL, "cn",
      "Attribute with the person's name" },
    { "ldap.tls", SETTING_ENUM, 0, 0, "required|off", "required",
      "ldaps:// or StartTLS; off sends passwords in plain" },
    { "ldap.url", SETTING_TEXT, 0, TEXT_MAX, NULL, "",
      "ldaps://host[:port] or ldap://host[:port]" },
    { "ldap.user_base", SETTING_TEXT, 0, TEXT_MAX, NULL, "",
      "Where accounts are searched" },
    { "ldap.user_filter", SETTING_TEXT, 1, TEXT_MAX, NULL, "(uid={login})",
      "Finds the account: {login} stands for what was typed" },
    { "network.approve_alone", SETTING_BOOL, 0, 1, NULL, "0",
      "Who planned a change of a network device may approve it, too" },
    { "network.manager", SETTING_TEXT, 0, 64, NULL, "",
      "The IPv4 address that network devices see this server come from: plans "
      "and configurations are looked at for whether they let it in" },
    { "oidc.ca", SETTING_TEXT, 0, PEM_MAX, NULL, "",
      "Certificates (PEM) that the provider is checked by; empty: the "
      "machine's own" },
    { "oidc.client_id", SETTING_TEXT, 0, 255, NULL, "",
      "What the provider calls this server" },
    { "oidc.client_secret", SETTING_SECRET, 0, TEXT_MAX, NULL, "",
      "The secret shared with the provider; empty: a public client" },
    { "oidc.enabled", SETTING_BOOL, 0, 1, NULL, "0",
      "Log in through an OpenID Connect provider" },
    { "oidc.group_claim", SETTING_TEXT, 1, 100, NULL, "groups",
      "Claim with the names of the person's groups" },
    { "oidc.issuer", SETTING_TEXT, 0, TEXT_MAX, NULL, "",
      "The provider's issuer, https://..." },
    { "oidc.login_claim", SETTING_TEXT, 1, 100, NULL, "preferred_username",
      "Claim with the login" },
    { "oidc.scopes", SETTING_TEXT, 1, 255, NULL, "openid profile email",
      "Scopes asked for" },
    { "password.min", SETTING_INTEGER, 12, 128, NULL, "12",
      "Shortest password, in bytes" },
    { "patching.approval_devices", SETTING_INTEGER, 0, 1000000, NULL, "0",
      "Deployments to so many devices or more need a second person; 0: none" },
    { "patching.sla_critical_days", SETTING_INTEGER, 0, 3650, NULL, "0",
      "Days a device may lack Security Critical patches; 0: no limit" },
    { "patching.sla_from", SETTING_ENUM, 0, 0, "missing|released", "missing",
      "From when days count: first seen missing on the device, or released" },
    { "patching.sla_important_days", SETTING_INTEGER, 0, 3650, NULL, "0",
      "Days a device may lack Security Important patches; 0: no limit" },
    { "patching.sla_low_days", SETTING_INTEGER, 0, 3650, NULL, "0",
      "Days a device may lack Security Low patches; 0: no limit" },
    { "patching.sla_moderate_days", SETTING_INTEGER, 0, 3650, NULL, "0",
      "Days a device may lack Security Moderate patches; 0: no limit" },
    { "patching.sla_near_days", SETTING_INTEGER, 0, 365, NULL, "7",
      "So many days before its end a limit is near" },
    { "patching.sla_risk_critical_days", SETTING_INTEGER, 0, 3650, NULL, "0",
      "Days for an open rating of critical; the shorter limit counts" },
    { "patching.sla_risk_high_days", SETTING_INTEGER, 0, 3650, NULL, "0",
      "Days for an open rating of high; the shorter limit counts" },
    { "patching.sla_risk_info_days", SETTING_INTEGER, 0, 3650, NULL, "0",
      "Days for an open rating of info; the shorter limit counts" },
    { "patching.sla_risk_low_days", SETTING_INTEGER, 0, 3650, NULL, "0",
      "Days for an open rating of low; the shorter limit counts" },
    { "patching.sla_risk_medium_days", SETTING_INTEGER, 0, 3650, NULL, "0",
      "Days for an open rating of medium; the shorter limit counts" },
    { "patching.sla_unassigned_days", SETTING_INTEGER, 0, 3650, NULL, "0",
      "Days for security patches without a severity; 0: no limit" },
    { "saml.certificate", SETTING_TEXT, 0, KEY_MAX, NULL, "",
      "Certificate (PEM) of saml.key, for our metadata" },
    { "saml.email_attribute", SETTING_TEXT, 0, 255, NULL, "mail",
      "Attribute with the e-mail address" },
    { "saml.enabled", SETTING_BOOL, 0, 1, NULL, "0",
      "Log in through a SAML 2.0 identity provider" },
    { "saml.entity", SETTING_TEXT, 0, TEXT_MAX, NULL, "",
      "What the provider calls this server; empty: the URL of our metadata" },
    { "saml.group_attribute", SETTING_TEXT, 1, 255, NULL, "groups",
      "Attribute with the names of the person's groups" },
    { "saml.key", SETTING_SECRET, 0, KEY_MAX, NULL, "",
      "Private key (PEM) that signs our requests; empty: they are not "
      "signed" },
    { "saml.login_attribute", SETTING_TEXT, 0, 255, NULL, "uid",
      "Attribute with the login; without it the NameID" },
    { "saml.metadata", SETTING_TEXT, 0, METADATA_MAX, NULL, "",
      "The provider's metadata (XML): its name, URL and certificates" },
    { "saml.name_attribute", SETTING_TEXT, 0, 255, NULL, "displayName",
      "Attribute with the person's name" },
    { "saml.sha1", SETTING_BOOL, 0, 1, NULL, "0",
      "Accept signatures with SHA-1, which can be forged" },
    { "saml.subject_attribute", SETTING_TEXT, 0, 255, NULL, "",
      "Attribute that stays the same for a person; empty: the NameID" },
    { "saml.unsolicited", SETTING_BOOL, 0, 1, NULL, "0",
      "Accept log-ins that began at the provider: who can make a browser "
      "follow a link can then log it in to an account of theirs" },
    { "server.url", SETTING_TEXT, 0, TEXT_MAX, NULL, "",
      "How browsers reach this server: https://host[:port]" },
    { "session.absolute_s", SETTING_INTEGER, 300, YEAR, NULL, "43200",
      "Seconds after which a session ends in any case" },
    { "session.idle_s", SETTING_INTEGER, 60, 30 * 86400, NULL, "1800",
      "Seconds without a request after which a session ends" },
    { "session.most", SETTING_INTEGER, 1, 100, NULL, "10",
      "Sessions of one user at a time; the oldest goes" },
    { "token.longest_s", SETTING_INTEGER, 3600, 10LL * YEAR, NULL,
      "31622400", "Longest life of an API token, in seconds" },
    { "totp.required", SETTING_BOOL, 0, 1, NULL, "0",
      "Local users need a second factor for everything but making one" },
    { "webhook.ca", SETTING_TEXT, 0, PEM_MAX, NULL, "",
      "Certificates (PEM) that receivers of webhooks are checked by; empty: "
      "the machine's own" },
};
/* clang-format on */
const size_t setting_row_count = COUNT(setting_rows);

const struct setting_row *setting_find(str name)
{
    for (size_t i = 0; i < setting_row_count; i++) {
        if (str_eq_c(name, setting_rows[i].name))
            return &setting_rows[i];
    }
    return NULL;
}

/* The stored text, or the default. */
static int load(struct db *db, int64_t org, const struct setting_row *row,
                struct arena *arena, str *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc =
        db_query(db,
                 "SELECT value FROM setting WHERE org = $1 AND name = $2 "
                 "AND unset = 0",
                 DB_ARGS(db_i64(org), db_text(str_c(row->name))), &rows, err);

    if (rc < 0)
        return rc;
    rc = db_next(rows, err);
    if (rc < 0)
        return rc;
    *out = rc == 1 ? arena_str(arena, db_col_text(rows, 0))
                   : str_c(row->otherwise);
    return 0;
}

int setting_i64(struct db *db, int64_t org, const char *name, int64_t *out,
                struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const struct setting_row *row = setting_find(str_c(name));
    str text;
    int rc;

    assert(row != NULL);
    rc = load(db, org, row, &arena, &text, err);
    if (rc < 0)
        return rc;
    rc = str_to_i64(text, row->min, row->max, out, err);
    /* Limits may have become narrower since it was stored. */
    if (rc < 0)
        rc = str_to_i64(str_c(row->otherwise), row->min, row->max, out, err);
    return rc;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 0;
}

/* Sealed bytes are kept as hexadecimal in the text column. */
static int unseal(const struct setting_row *row, const struct seal_key *key,
                  struct arena *arena, str *text, struct err *err)
{
    AUTO(buf_clear) struct buf plain = BUF(PEM_MAX);
    char *bytes = arena_alloc(arena, text->n / 2 + 1, 1);
    int rc;

    for (size_t i = 0; i + 1 < text->n; i += 2)
        bytes[i / 2] =
            (char)(hex_value(text->p[i]) << 4 | hex_value(text->p[i + 1]));
    rc = seal_open(key, str_c(row->name), (str){ bytes, text->n / 2 }, &plain,
                   err);
    if (rc < 0)
        return err_wrap(err, rc, "setting %s", row->name);
    *text = arena_str(arena, buf_str(&plain));
    return 0;
}

int setting_text(const struct setting_reader *from, const char *name, str *out,
                 struct err *err)
{
    const struct setting_row *row = setting_find(str_c(name));
    int rc;

    assert(row != NULL);
    rc = load(from->db, from->org, row, from->arena, out, err);
    if (rc < 0 || row->type != SETTING_SECRET || out->n == 0)
        return rc;
    assert(from->key != NULL);
    return unseal(row, from->key, from->arena, out, err);
}

int setting_is_set(struct db *db, int64_t org, const char *name, bool *out,
                   struct err *err)
{
    int64_t n = 0;
    int rc = db_one_i64(db,
                        "SELECT COUNT(*) FROM setting WHERE org = $1 AND name "
                        "= $2 AND unset = 0",
                        DB_ARGS(db_i64(org), db_text(str_c(name))), &n, err);

    *out = n > 0;
    return rc < 0 ? rc : 0;
}

static bool has_word(const char *words, str value)
{
    str rest = str_c(words);

    while (rest.n > 0) {
        if (str_eq(str_cut(&rest, '|'), value))
            return true;
    }
    return false;
}

static int check_value(const struct setting_row *row, str value,
                       struct err *err)
{
    int64_t number = 0;

    switch (row->type) {
    case SETTING_INTEGER:
    case SETTING_BOOL:
        return str_to_i64(value, row->min, row->max, &number, err) < 0
                   ? err_set(err, E_INVALID,
                             "expected a whole number from %lld to %lld",
                             (long long)row->min, (long long)row->max)
                   : 0;
    case SETTING_ENUM:
        return has_word(row->words, value)
                   ? 0
                   : err_set(err, E_INVALID, "expected one of %s", row->words);
    case SETTING_TEXT:
    case SETTING_SECRET:
        if ((int64_t)value.n < row->min || (int64_t)value.n > row->max)
            return err_set(err, E_INVALID, "expected %lld to %lld bytes",
                           (long long)row->min, (long long)row->max);
        return 0;
    }
    return 0;
}

int setting_put(struct db *db, int64_t org, const struct setting_row *row,
                str value, const struct seal_key *key, struct err *err)
{
    AUTO(buf_clear) struct buf sealed = BUF(PEM_MAX);
    AUTO(buf_clear) struct buf hex = BUF(4 * PEM_MAX);
    bool unset = value.p == NULL;
    int rc = unset ? 0 : check_value(row, value, err);

    if (rc < 0)
        return rc;
    if (!unset && row->type == SETTING_SECRET && value.n > 0) {
        seal_make(key, str_c(row->name), value, &sealed);
        for (size_t i = 0; i < sealed.n; i++)
            buf_printf(&hex, "%02x", (unsigned char)sealed.p[i]);
        value = buf_str(&hex);
    }
    rc = db_run(db,
                "INSERT INTO setting (org, name, value, unset, revision) "
                "VALUES ($1, $2, $3, $4, 1) ON CONFLICT (org, name) DO UPDATE "
                "SET value = excluded.value, unset = excluded.unset, revision "
                "= setting.revision + 1",
                DB_ARGS(db_i64(org), db_text(str_c(row->name)),
                        db_text(unset || value.n == 0 ? STR("") : value),
                        db_i64(unset)),
                err);
    return rc < 0 ? rc : 0;
}

int setting_revision(struct db *db, int64_t org, int64_t *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(db,
                      "SELECT name, revision FROM setting WHERE org = $1"
                      " AND name NOT LIKE 'patching.new.%'",
                      DB_ARGS(db_i64(org)), &rows, err);

    *out = 1;
    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        /* Counters of other parts live in the table, too. */
        if (setting_find(db_col_text(rows, 0)) != NULL)
            *out += db_col_i64(rows, 1);
        rc = 0;
    }
    return rc;
}
