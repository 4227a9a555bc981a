/* SPDX-License-Identifier: Apache-2.0 */
#include "server/local_commands.h"

#include <fcntl.h>
#include <inttypes.h>

#include "base/clock.h"
#include "base/io.h"
#include "fleet/audit.h"
#include "fleet/enrol.h"
#include "server/release.h"
#include "server/store_commands.h"
#include "trust/cert.h"
#include "trust/sign.h"

enum {
    TOKEN_LIFE_S = 3600,
    NAME_COLUMNS = 24,
    SYSTEM_COLUMNS = 34,
};

static int open_db(struct server_terms *terms, struct db **out, struct err *err)
{
    AUTO(buf_clear) struct buf url = BUF(8192);
    int rc = trust_init(err);

    if (rc == 0 && terms->argument_count > 1)
        rc = err_set(err, E_USAGE, "unexpected argument '%s'",
                     terms->arguments[1]);
    if (rc < 0)
        return rc;
    store_url(terms->config, &url);
    return db_open(buf_c(&url), out, err);
}

/* --- enrol-token -----------------------------------------------------------
 */

static int read_fingerprint(struct config *config, struct cert_facts *out,
                            struct err *err)
{
    AUTO(buf_clear) struct buf pem = BUF(CERT_PEM_MAX);
    const char *path = config_path(config, "keys/ca.pem");
    int rc = io_read_file(AT_FDCWD, path, &pem, err);

    if (rc == 0)
        rc = cert_read(buf_str(&pem), out, err);
    return rc < 0 ? err_wrap(err, rc, "%s", path) : 0;
}

static int make_token(struct db *db, struct enrol_made *out, struct err *err)
{
    struct scope scope = scope_system(1);
    struct enrol_order order = { .life_s = TOKEN_LIFE_S };
    struct audit_entry entry = {
        .org = 1,
        .at = clock_now(),
        .actor = STR("local administrator"),
        .peer = STR(""),
        .action = STR("enrol_token.created"),
        .kind = STR("enrol_token"),
    };
    int rc = db_begin(db, err);

    if (rc == 0)
        rc = enrol_token_make(db, &scope, &order, entry.at, out, err);
    entry.object = out->id;
    if (rc == 0)
        rc = audit_add(db, &entry, err);
    if (rc == 0)
        rc = db_commit(db, err);
    return rc;
}

int command_enrol_token(struct server_terms *terms, struct err *err)
{
    AUTO(db_closep) struct db *db = NULL;
    struct cert_facts authority;
    struct enrol_made made = { 0 };
    int rc = open_db(terms, &db, err);

    if (rc == 0)
        rc = read_fingerprint(terms->config, &authority, err);
    if (rc == 0)
        rc = make_token(db, &made, err);
    if (rc == 0)
        printf("%s.%s\n", made.text, authority.fingerprint);
    return rc;
}

/* --- status ----------------------------------------------------------------
 */

/* Names come from devices: what a terminal would obey is not shown. */
static void put_cell(str text, int columns)
{
    int n = 0;

    for (size_t i = 0; i < text.n && n < columns; i++, n++) {
        unsigned char c = (unsigned char)text.p[i];

        putchar(c < 0x20 || c == 0x7f ? '?' : c);
    }
    printf("%*s", columns - n + 1, "");
}

static int print_devices(struct db *db, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT d.id, d.name, d.os_name, d.last_seen, f.n_true, f.n_unknown,"
        " f.n_error FROM device d LEFT JOIN finding f ON f.device = d.id"
        " AND f.origin = 'server' AND f.at = (SELECT MAX(g.at) FROM finding g"
        " WHERE g.device = d.id AND g.origin = 'server')"
        " WHERE d.retired = 0 ORDER BY d.id LIMIT 1000",
        DB_NO_ARGS, &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        char seen[CLOCK_TEXT_MAX];

        clock_text(db_col_i64(rows, 3), seen);
        printf("d-%-5" PRId64 " ", db_col_i64(rows, 0));
        put_cell(db_col_text(rows, 1), NAME_COLUMNS);
        put_cell(db_col_text(rows, 2), SYSTEM_COLUMNS);
        if (db_col_null(rows, 4))
            printf("not assessed yet\n");
        else
            printf("%" PRId64 " findings, %" PRId64 " undecided\n",
                   db_col_i64(rows, 4),
                   db_col_i64(rows, 5) + db_col_i64(rows, 6));
        rc = 0;
    }
    return rc;
}

int command_status(struct server_terms *terms, struct err *err)
{
    AUTO(db_closep) struct db *db = NULL;
    int64_t devices = 0;
    int64_t users = 0;
    int rc = open_db(terms, &db, err);

    if (rc == 0)
        rc = db_one_i64(db, "SELECT COUNT(*) FROM device WHERE retired = 0",
                        DB_NO_ARGS, &devices, err);
    if (rc == 0)
        rc = db_one_i64(db, "SELECT COUNT(*) FROM app_user", DB_NO_ARGS, &users,
                        err);
    if (rc < 0)
        return rc;
    printf("%" PRId64 " devices, %" PRId64 " users\n", devices, users);
    return print_devices(db, err);
}

/* --- release-sign -------------------------------------------------------- */

static void print_hex(FILE *to, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fprintf(to, "%02x", bytes[i]);
}

int command_release_sign(struct server_terms *terms, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf json = BUF(RELEASE_FILE_MAX);
    AUTO(sign_key_clear) struct sign_key key = { 0 };
    uint8_t signature[SIGNATURE_BYTES];
    struct release release;
    int rc = trust_init(err);

    if (rc == 0 && terms->argument_count != 3)
        rc = err_set(err, E_USAGE,
                     "usage: holdfastd release-sign KEY-FILE "
                     "FILE");
    if (rc == 0)
        rc = io_read_file(AT_FDCWD, terms->arguments[2], &json, err);
    if (rc == 0)
        rc = release_read(buf_str(&json), &arena, &release, err);
    if (rc == 0)
        rc = sign_key_file(terms->arguments[1], true, &key, err);
    if (rc < 0)
        return rc;
    sign_make(&key, STR(RELEASE_DOMAIN), buf_str(&json), signature);
    fputs("release.keys = ", stderr);
    print_hex(stderr, key.public, sizeof(key.public));
    fputs("holdfast-release-1 ", stdout);
    print_hex(stdout, signature, sizeof(signature));
    putchar('\n');
    fwrite(json.p, 1, json.n, stdout);
    fputc('\n', stderr);
    return fflush(stdout) != 0 ? err_set(err, E_IO, "standard output") : 0;
}
