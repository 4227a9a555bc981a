/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/estate.h"

#include "tests/unit/unit.h"

static void must(int rc, const struct err *err)
{
    if (rc < 0)
        fail_msg("%s", err_text(err));
}

int64_t estate_device_of(struct db *db, int64_t org, const char *name)
{
    struct err err = { 0 };
    int64_t id = 0;

    must(db_one_i64(
             db,
             "INSERT INTO device (org, name, kind, machine_id, os_id,"
             " os_version, os_name, arch, kernel, os_build, manager,"
             " time_zone, agent_version, created, last_seen, last_inventory,"
             " boot_time, sessions, policy_revision, retired, revision)"
             " VALUES ($1, $2, 'agent', $2, '', '', '', '', '', '', '',"
             " 'Etc/UTC', '0.1.0', $3, $3, 0, 0, 0, 0, 0, 1) RETURNING id",
             DB_ARGS(db_i64(org), db_text(str_c(name)), db_i64(ESTATE_NOW)),
             &id, &err),
         &err);
    return id;
}

int64_t estate_device(struct db *db, const char *name)
{
    return estate_device_of(db, ESTATE_ORG, name);
}

static size_t read_packages(str text, struct fact_package *out, size_t max)
{
    size_t n = 0;

    while (text.n > 0 && n < max) {
        str one = str_cut(&text, ';');

        out[n].name = str_cut(&one, ' ');
        out[n].evr = str_cut(&one, ' ');
        out[n].arch = one;
        out[n++].source = STR("");
    }
    return n;
}

static struct fact_os read_os(str path)
{
    struct fact_os os = { .codename = STR("") };

    os.family = str_cut(&path, '/');
    os.id = str_cut(&path, '/');
    os.version_id = str_cut(&path, '/');
    os.arch = str_cut(&path, '/');
    os.build = path.n > 0 ? path : STR("");
    os.name = os.id;
    os.kernel = STR("6.1.0");
    return os;
}

void estate_inventory(struct db *db, int64_t device,
                      const struct estate_facts *facts)
{
    static struct fact_package packages[64];
    uint8_t digest[JOB_DIGEST_BYTES];
    struct fact_text address = { STR("") };
    struct fact_interface interface = { STR("eth0"),
                                        STR("02:00:00:00:00:01"),
                                        { &address, 1 } };
    int64_t now = facts->now != 0 ? facts->now : ESTATE_NOW;
    struct inventory whole = {
        .base_digest = STR(""),
        .collected = now,
        .hostname = str_c(facts->hostname),
        .manager = STR("dpkg"),
        .os = read_os(str_c(facts->os)),
        .hardware = { STR(""), STR(""), STR(""), STR(""), 2, facts->memory_mb,
                      0, STR("") },
        .interfaces = { &interface, facts->address != NULL },
        .errors = STR(""),
    };
    struct err err = { 0 };

    whole.packages.p = packages;
    whole.packages.n =
        read_packages(str_c(facts->packages), packages, COUNT(packages));
    address.text = str_c(facts->address);
    inventory_digest(&whole, digest);
    whole.digest = (str){ (const char *)digest, sizeof(digest) };
    must(db_begin(db, &err), &err);
    must(inventory_store(db, device, &whole, now, &err), &err);
    must(db_commit(db, &err), &err);
}

int64_t estate_label(struct db *db, const char *name, const char *kind,
                     const char *query, int64_t parent)
{
    struct scope scope = scope_system(ESTATE_ORG);
    struct label label = { .name = str_c(name),
                           .kind = str_c(kind),
                           .query = query != NULL ? str_c(query) : STR(""),
                           .notes = STR(""),
                           .download_url = STR(""),
                           .parent = parent };
    const char *field = NULL;
    struct err err = { 0 };

    must(db_begin(db, &err), &err);
    must(label_check(db, &scope, &label, &field, &err), &err);
    must(label_add(db, &scope, &label, ESTATE_NOW, &err), &err);
    must(db_commit(db, &err), &err);
    estate_settle(db, ESTATE_NOW);
    return label.id;
}

void estate_member(struct db *db, int64_t label, int64_t device)
{
    struct label_change change = { label, &device, 1, ESTATE_NOW };
    struct scope scope = scope_system(ESTATE_ORG);
    struct label_count count = { 0 };
    struct err err = { 0 };

    must(db_begin(db, &err), &err);
    must(label_members_add(db, &scope, &change, &count, &err), &err);
    must(db_commit(db, &err), &err);
}

int64_t estate_org(struct db *db, const char *name)
{
    struct err err = { 0 };
    int64_t id = 0;

    must(db_one_i64(db,
                    "INSERT INTO org (name, created) VALUES ($1, 1)"
                    " RETURNING id",
                    DB_ARGS(db_text(str_c(name))), &id, &err),
         &err);
    return id;
}

struct scope estate_user(struct db *db, const char *login, int64_t label,
                         int64_t other)
{
    struct scope scope = scope_system(ESTATE_ORG);
    struct err err = { 0 };
    int64_t role = 0;

    must(db_one_i64(
             db,
             "INSERT INTO app_user (org, login, name, email, source,"
             " totp_last, password_set, disabled, failures, locked_until, "
             "created,"
             " last_login, revision) VALUES (1, $1, '', '', 'local', 0, 0,"
             " 0, 0, 0, 0, 0, 1) RETURNING id",
             DB_ARGS(db_text(str_c(login))), &scope.user, &err),
         &err);
    must(db_one_i64(db,
                    "INSERT INTO role (org, name, permissions, built_in,"
                    " revision) VALUES (1, $1, 0, 0, 1) RETURNING id",
                    DB_ARGS(db_text(str_c(login))), &role, &err),
         &err);
    must(db_run(db, "INSERT INTO user_role (app_user, role) VALUES ($1, $2)",
                DB_ARGS(db_i64(scope.user), db_i64(role)), &err),
         &err);
    for (int i = 0; i < 2; i++)
        if ((i == 0 ? label : other) != 0)
            must(db_run(db,
                        "INSERT INTO role_label (role, label)"
                        " VALUES ($1, $2)",
                        DB_ARGS(db_i64(role), db_i64(i == 0 ? label : other)),
                        &err),
                 &err);
    scope.all_devices = false;
    scope.name = str_c(login);
    return scope;
}

const char *estate_ids(const int64_t *ids, size_t n)
{
    static char text[4096];
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < n && used < sizeof(text) - 32; i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%lld",
                                 i > 0 ? " " : "", (long long)ids[i]);
    return text;
}

const char *estate_members(struct db *db, int64_t label)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(label_members_clear) struct label_members members = { 0 };
    struct label_member_find find = { label, 0, 100 };
    struct scope scope = scope_system(ESTATE_ORG);
    int64_t ids[100];
    struct err err = { 0 };

    must(label_member_list(db, &scope, &find, &arena, &members, &err), &err);
    for (size_t i = 0; i < members.all.n; i++)
        ids[i] = members.all.p[i].device;
    return estate_ids(ids, members.all.n);
}

const char *estate_find(struct db *db, const struct scope *scope,
                        const char *filter)
{
    AUTO(device_scan_freep) struct device_scan *scan = NULL;
    AUTO(device_ids_clear) struct device_ids ids = { 0 };
    AUTO(arena_clear) struct arena arena = ARENA;
    struct device_find find = { .text = STR(""),
                                .filter = str_c(filter),
                                .sort = DEVICE_BY_ID,
                                .now = ESTATE_NOW };
    struct err err = { 0 };
    int rc;

    must(device_scan_new(db, scope, &find, &scan, &err), &err);
    while ((rc = device_scan_step(db, scan, 3, &err)) == 1)
        continue;
    must(rc, &err);
    must(device_scan_page(scan, STR(""), 100, &arena, &ids, &err), &err);
    assert_int_equal(device_scan_count(scan), ids.ids.n);
    return estate_ids(ids.ids.p, ids.ids.n);
}

void estate_settle(struct db *db, int64_t now)
{
    AUTO(label_sweep_freep) struct label_sweep *sweep = NULL;
    struct err err = { 0 };
    int rc;

    must(label_sweep_new(db, ESTATE_ORG, &sweep, &err), &err);
    while ((rc = label_sweep_step(db, sweep, 3, now, &err)) == 1)
        continue;
    must(rc, &err);
}
