/* SPDX-License-Identifier: Apache-2.0 */
#include "server/self_report.h"

#include <fcntl.h>

#include "base/clock.h"
#include "base/io.h"
#include "fleet/role.h"
#include "server/config.h"
#include "server/release.h"
#include "server/reports.h"
#include "trust/cert.h"

enum {
    DAY_S = 86400,
    CERTIFICATE_SOON_S = 21 * DAY_S,
    UNUSED_S = 90 * DAY_S,
    OLD_CONTENT_S = 8 * DAY_S,
    FAILURES_MANY = 20,
    NAMES_MAX = 20,
};

static struct jval *add(struct jval *checks, const char *name,
                        const char *state, str text)
{
    struct jval *o = jval_new_object();

    jval_set_text(o, "name", str_c(name));
    jval_set_text(o, "state", str_c(state));
    jval_set_text(o, "text", text);
    jval_push(checks, o);
    return o;
}

/* A check that is a number: attention above `most`. */
static void add_count(struct jval *checks, const char *name, int64_t n,
                      int64_t most, const char *what)
{
    AUTO(buf_clear) struct buf text = BUF(256);

    buf_printf(&text, "%lld %s", (long long)n, what);
    jval_set_i64(
        add(checks, name, n > most ? "attention" : "good", buf_str(&text)),
        "count", n);
}

/* --- Certificate --------------------------------------------------------- */

static void certificate(struct core *core, int64_t now, struct jval *checks)
{
    AUTO(buf_clear) struct buf path = BUF(4096);
    AUTO(buf_clear) struct buf pem = BUF(1 << 20);
    struct cert_facts facts;
    char until[CLOCK_TEXT_MAX];
    struct err err = { 0 };

    if (core->config != NULL && core->config->tls_certificate.n > 0)
        buf_add(&path, core->config->tls_certificate);
    else
        buf_printf(&path, "%s/keys/server.pem", core->reports->data_dir);
    if (io_read_file(AT_FDCWD, buf_c(&path), &pem, &err) < 0 ||
        cert_read(buf_str(&pem), &facts, &err) < 0) {
        add(checks, "certificate", "unknown", str_c(err_text(&err)));
        return;
    }
    clock_text(facts.not_after, until);
    json_time(
        add(checks, "certificate",
            facts.not_after < now + CERTIFICATE_SOON_S ? "attention" : "good",
            STR("TLS 1.2 and 1.3 at the API, 1.3 for agents")),
        "until", facts.not_after);
}

/* --- Accounts ------------------------------------------------------------ */

/* Administrators: who may change users. Those without a second factor whom
 * we know the password of. */
static int without_factor(struct core *core, struct jval *checks,
                          struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct jval *names = jval_new_array();
    int64_t n = 0;
    int rc = db_query(core->db,
                      "SELECT id, login FROM app_user WHERE disabled = 0"
                      " AND source = 'local' AND totp IS NULL ORDER BY id",
                      DB_NO_ARGS, &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        struct access access;

        rc = access_of(core->db, db_col_i64(rows, 0), &access, err);
        if (rc < 0 || (access.permissions >> PERM_USER_WRITE & 1) == 0)
            continue;
        if (n++ < NAMES_MAX)
            jval_push(names, jval_new_text(db_col_text(rows, 1)));
    }
    add_count(checks, "second_factor", n, 0,
              "administrators without a second factor");
    jval_set(jval_at(checks, jval_count(checks) - 1), "names", names);
    return rc;
}

struct counted {
    const char *name;
    const char *what;
    int64_t most;
    const char *sql; /* $1: since when */
    int64_t age_s;
};
static const struct counted counted[] = {
    { "unused_accounts", "accounts not used for 90 days", 0,
      "SELECT COUNT(*) FROM app_user WHERE disabled = 0 AND last_login < $1"
      " AND created < $1",
      UNUSED_S },
    { "failed_logins", "refused log-ins in a day", FAILURES_MANY,
      "SELECT COUNT(*) FROM audit WHERE action = 'session.refused'"
      " AND at >= $1",
      DAY_S },
    { "old_content", "contents whose feed is older than 8 days", 0,
      "SELECT COUNT(*) FROM content WHERE active = 1 AND feed_time < $1",
      OLD_CONTENT_S },
    { "silent_agents", "agents not heard of for a day", 0,
      "SELECT COUNT(*) FROM device WHERE kind = 'agent' AND retired = 0"
      " AND last_seen < $1",
      DAY_S },
};

static int counts(struct core *core, int64_t now, struct jval *checks,
                  struct err *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < COUNT(counted); i++) {
        int64_t n = 0;

        rc = db_one_i64(core->db, counted[i].sql,
                        DB_ARGS(db_i64(now - counted[i].age_s)), &n, err);
        if (rc == 0)
            add_count(checks, counted[i].name, n, counted[i].most,
                      counted[i].what);
    }
    return rc;
}

static int agents(struct core *core, struct jval *checks, struct err *err)
{
    int64_t n = 0;
    int rc = db_one_i64(core->db,
                        "SELECT COUNT(*) FROM device WHERE kind = 'agent'"
                        " AND retired = 0 AND agent_version <> $1",
                        DB_ARGS(db_text(STR(HOLDFAST_VERSION))), &n, err);

    if (rc == 0)
        add_count(checks, "agent_versions", n, 0,
                  "agents of another version than the server");
    return rc;
}

/* --- This machine, by its own assessment --------------------------------- */

/* The device whose machine id is this machine's; 0: it is not enrolled. */
static int own_device(struct core *core, int64_t *out, struct err *err)
{
    AUTO(buf_clear) struct buf id = BUF(256);
    int rc;

    *out = 0;
    if (io_read_file(AT_FDCWD, "/etc/machine-id", &id, NULL) < 0 ||
        str_trim(buf_str(&id)).n == 0)
        return 0;
    rc = db_one_i64(core->db,
                    "SELECT id FROM device WHERE machine_id = $1"
                    " AND retired = 0 ORDER BY id DESC LIMIT 1",
                    DB_ARGS(db_text(str_trim(buf_str(&id)))), out, err);
    return rc < 0 ? rc : 0;
}

static bool affected_by(struct core *core, int64_t device, int64_t *out)
{
    for (size_t i = 0; i < assessor_count(core); i++) {
        const struct assessed *a = assessor_at(core, i);
        const struct oval_content *pack = assessed_pack(a);
        uint8_t *results = mem_alloc(pack->definitions.n + 1, 1);
        bool known = assessed_device(a, device, results, NULL) == 0;

        for (uint32_t k = 0; known && k < pack->definitions.n; k++)
            *out +=
                oval_meaning_of((enum oval_class)pack->definitions.p[k].class_,
                                (enum oval_result)results[k]) == OVAL_MEANS_BAD;
        mem_free(results);
        if (known)
            return true;
    }
    return false;
}

static int machine(struct core *core, struct jval *checks, struct err *err)
{
    int64_t device = 0;
    int64_t affected = 0;
    int rc = own_device(core, &device, err);

    if (rc < 0)
        return rc;
    if (device == 0 || !affected_by(core, device, &affected)) {
        add(checks, "components", "unknown",
            STR("the server's machine is not assessed: enrol it as a device"));
        return 0;
    }
    add_count(checks, "components", affected, 0,
              "definitions affect the machine that the server runs on");
    jval_set_i64(jval_at(checks, jval_count(checks) - 1), "device", device);
    return 0;
}

static int backup(struct core *core, int64_t now, struct jval *checks,
                  struct err *err)
{
    int64_t at = 0;
    int rc = db_one_i64(core->db,
                        "SELECT COALESCE(MAX(at), 0) FROM audit"
                        " WHERE action = 'backup.made'",
                        DB_NO_ARGS, &at, err);

    if (rc < 0)
        return rc;
    if (at == 0)
        add(checks, "backup", "unknown", STR("no backup is known of"));
    else
        json_time(add(checks, "backup",
                      now - at > 2 * DAY_S ? "attention" : "good",
                      STR("the newest backup")),
                  "at", at);
    return 0;
}

/* --- The report ---------------------------------------------------------- */

int self_report_make(struct core *core, int64_t now, struct jval **out,
                     struct err *err)
{
    AUTO(jval_freep) struct jval *o = jval_new_object();
    struct jval *checks = jval_new_array();
    int rc;

    json_time(o, "at", now);
    jval_set_text(o, "version", STR(HOLDFAST_VERSION));
    jval_set(o, "checks", checks);
    releases_check(core->releases, now, checks);
    certificate(core, now, checks);
    rc = without_factor(core, checks, err);
    if (rc == 0)
        rc = counts(core, now, checks, err);
    if (rc == 0)
        rc = agents(core, checks, err);
    if (rc == 0)
        rc = backup(core, now, checks, err);
    if (rc == 0)
        rc = machine(core, checks, err);
    if (rc == 0)
        *out = TAKE(o);
    return rc;
}

static int store(struct core *core, int64_t now, struct err *err)
{
    AUTO(jval_freep) struct jval *report = NULL;
    AUTO(buf_clear) struct buf text = BUF(1 << 20);
    int rc = self_report_make(core, now, &report, err);

    if (rc < 0)
        return rc;
    jval_print(report, &text);
    rc = db_run(core->db,
                "INSERT INTO self_report (at, body) VALUES ($1, $2)"
                " ON CONFLICT (at) DO NOTHING",
                DB_ARGS(db_i64(now), db_text(buf_str(&text))), err);
    if (rc >= 0)
        rc = db_run(core->db, "DELETE FROM self_report WHERE at < $1",
                    DB_ARGS(db_i64(now - (int64_t)SELF_REPORTS_KEPT * DAY_S)),
                    err);
    return rc < 0 ? rc : 0;
}

int self_report_daily(struct core *core, int64_t now, struct err *err)
{
    int64_t there = 0;
    int rc =
        db_one_i64(core->db, "SELECT COUNT(*) FROM self_report WHERE at > $1",
                   DB_ARGS(db_i64(now - SELF_REPORT_S)), &there, err);

    return rc < 0 ? rc : there > 0 ? 0 : store(core, now, err);
}
