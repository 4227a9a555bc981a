/* SPDX-License-Identifier: Apache-2.0 */
#include "server/store_commands.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "fleet/audit.h"
#include "fleet/inventory.h"
#include "fleet/org.h"
#include "oval/verdicts.h"
#include "store/backup.h"
#include "store/check.h"
#include "store/schema.h"
#include "trust/cert.h"
#include "trust/sign.h"

enum {
    URL_MAX = 8192,
    SECRET_MAX = 4096,
    PATH_BYTES = 4096,
    EXIT_PROBLEMS = 1,
};

void store_url(const struct config *config, struct buf *out)
{
    if (config->database.n > 0)
        buf_add(out, config->database);
    else
        buf_printf(out, "sqlite:%" PRIstr "/holdfast.db", ARGstr(config->data));
}

/* A command does not make the database that it is to read. */
static int open_store(const struct server_terms *terms, bool make,
                      struct db **out, struct err *err)
{
    AUTO(buf_clear) struct buf url = BUF(URL_MAX);
    str path;
    int rc = trust_init(err);

    if (rc < 0)
        return rc;
    store_url(terms->config, &url);
    path = buf_str(&url);
    if (!make && str_starts(path, STR("sqlite:")) &&
        access(buf_c(&url) + strlen("sqlite:"), F_OK) != 0)
        return err_errno(err, errno, "%s", buf_c(&url) + strlen("sqlite:"));
    return db_open(buf_c(&url), out, err);
}

/* The first line of a file that nobody else may read. */
static int read_passphrase(const char *path, struct buf *text, str *out,
                           struct err *err)
{
    struct stat st;
    str rest;
    int rc = io_read_file(AT_FDCWD, path, text, err);

    if (rc < 0)
        return rc;
    if (stat(path, &st) < 0)
        return err_errno(err, errno, "%s", path);
    if ((st.st_mode & 077) != 0)
        return err_set(err, E_PERM,
                       "%s: others may read the passphrase; it needs mode 0600",
                       path);
    rest = buf_str(text);
    *out = str_trim(str_cut(&rest, '\n'));
    return 0;
}

/* The arguments: FILE PASSPHRASE-FILE, and what only `last` may be. */
static int check_arguments(const struct server_terms *terms, const char *last,
                           struct err *err)
{
    size_t most = last == NULL ? 3 : 4;

    if (terms->argument_count < 3)
        return err_set(err, E_USAGE, "%s needs FILE and PASSPHRASE-FILE",
                       terms->arguments[0]);
    if (terms->argument_count > most)
        return err_set(err, E_USAGE, "unexpected argument '%s'",
                       terms->arguments[most]);
    if (terms->argument_count == 4 && strcmp(terms->arguments[3], last) != 0)
        return err_set(err, E_USAGE, "expected '%s', not '%s'", last,
                       terms->arguments[3]);
    return 0;
}

/* So that its age is known (K-APP-3). The backup is there whether or not this
 * succeeds. */
static int note_backup(struct db *db, const struct backup_facts *facts,
                       struct err *err)
{
    AUTO(buf_clear) struct buf after = BUF(256);
    struct audit_entry entry = { .org = ORG_FIRST,
                                 .at = clock_now(),
                                 .actor = STR("local administrator"),
                                 .peer = STR(""),
                                 .action = STR("backup.made"),
                                 .kind = STR("store") };
    int rc = db_begin(db, err);

    if (rc < 0)
        return rc;
    buf_printf(&after, "{\"rows\":%" PRId64 "}", facts->rows);
    entry.after = buf_str(&after);
    rc = audit_add(db, &entry, err);
    if (rc == 0)
        rc = db_commit(db, err);
    else
        db_rollback(db);
    return rc;
}

int command_backup(struct server_terms *terms, struct err *err)
{
    AUTO(buf_wipe) struct buf text = BUF(SECRET_MAX);
    AUTO(db_closep) struct db *db = NULL;
    struct vault_secret secret = { STR_NONE, NULL };
    struct backup_facts facts;
    int rc = check_arguments(terms, NULL, err);

    if (rc == 0)
        rc = read_passphrase(terms->arguments[2], &text, &secret.passphrase,
                             err);
    if (rc == 0)
        rc = open_store(terms, false, &db, err);
    if (rc == 0)
        rc = store_backup(db, terms->arguments[1], &secret, clock_now(), &facts,
                          err);
    if (rc < 0)
        return rc;
    printf("%s: %" PRId64 " rows of %" PRId64 " tables\n", terms->arguments[1],
           facts.rows, facts.tables);
    rc = note_backup(db, &facts, err);
    return rc < 0 ? err_wrap(err, rc, "the backup was made, but not noted") : 0;
}

/* The log of changes now ends where the backup does: a row says so, and the
 * head that was kept beside the store is put aside, not lost. */
static int note_restore(const struct server_terms *terms, struct db *db,
                        const struct backup_facts *facts, struct err *err)
{
    AUTO(buf_clear) struct buf head = BUF(PATH_BYTES);
    AUTO(buf_clear) struct buf aside = BUF(PATH_BYTES);
    AUTO(buf_clear) struct buf after = BUF(256);
    char created[CLOCK_TEXT_MAX];
    struct audit_entry entry = { .org = ORG_FIRST,
                                 .at = clock_now(),
                                 .actor = STR("system"),
                                 .peer = STR(""),
                                 .action = STR("store.restored"),
                                 .kind = STR("store") };
    int rc;

    clock_text(facts->created, created);
    buf_printf(&after, "{\"backup\":\"%s\"}", created);
    entry.after = buf_str(&after);
    rc = db_begin(db, err);
    if (rc < 0)
        return rc;
    rc = audit_add(db, &entry, err);
    if (rc == 0)
        rc = db_commit(db, err);
    else
        db_rollback(db);
    if (rc < 0)
        return rc;
    buf_printf(&head, "%" PRIstr "/audit.head", ARGstr(terms->config->data));
    buf_printf(&aside, "%s.%" PRId64, buf_c(&head), entry.at);
    if (rename(buf_c(&head), buf_c(&aside)) < 0 && errno != ENOENT)
        return err_errno(err, errno, "%s", buf_c(&head));
    return 0;
}

int command_restore(struct server_terms *terms, struct err *err)
{
    AUTO(buf_wipe) struct buf text = BUF(SECRET_MAX);
    AUTO(db_closep) struct db *db = NULL;
    struct restore_terms how = { .now = clock_now() };
    struct backup_facts facts = { 0 };
    int rc = check_arguments(terms, "replace", err);

    if (rc < 0)
        return rc;
    how.path = terms->arguments[1];
    how.replace = terms->argument_count == 4;
    if (access(how.path, R_OK) != 0)
        return err_errno(err, errno, "%s", how.path);
    rc = read_passphrase(terms->arguments[2], &text, &how.secret.passphrase,
                         err);
    if (rc == 0)
        rc = open_store(terms, true, &db, err);
    if (rc == 0)
        rc = db_use(db, true, err);
    if (rc == 0)
        rc = store_restore(db, &how, &facts, err);
    if (rc == 0)
        rc = note_restore(terms, db, &facts, err);
    if (rc < 0)
        return rc;
    printf("%" PRId64 " rows of %" PRId64 " tables restored\n", facts.rows,
           facts.tables);
    return 0;
}

/* --- check ---------------------------------------------------------------- */

static int check_verdicts(void *ctx UNUSED, struct db_rows *row,
                          struct err *err)
{
    int rc = oval_verdicts_check(db_col_blob(row, 1), err);

    return rc < 0 ? err_wrap(err, rc, "%" PRId64, db_col_i64(row, 0)) : 0;
}

static int check_inventory(void *ctx UNUSED, struct db_rows *row,
                           struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct inventory whole = { 0 };
    uint8_t digest[JOB_DIGEST_BYTES];
    int rc = message_unpack(&shape_inventory, db_col_blob(row, 1), &arena,
                            &whole, err);

    if (rc == 0) {
        inventory_digest(&whole, digest);
        if (!str_eq((str){ (const char *)digest, sizeof(digest) },
                    db_col_blob(row, 2)))
            rc = err_set(err, E_CORRUPT, "its digest is of another inventory");
    }
    return rc < 0 ? err_wrap(err, rc, "%" PRId64, db_col_i64(row, 0)) : 0;
}

static int check_facts(void *ctx UNUSED, struct db_rows *row, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(package_ids_clear) struct package_ids ids = { 0 };
    struct inventory facts = { 0 };
    int rc = inventory_facts_read(db_col_blob(row, 1), &arena, &facts, err);

    if (rc == 0)
        rc = package_ids_read(db_col_blob(row, 2), &ids, err);
    return rc < 0 ? err_wrap(err, rc, "%" PRId64, db_col_i64(row, 0)) : 0;
}

/* What the fleet's tables hold beyond what any database can know. */
static const struct store_rule rules[] = {
    { "the findings of device",
      "SELECT device, verdicts FROM finding ORDER BY device", check_verdicts,
      NULL },
    { "the history of findings, row",
      "SELECT id, verdicts FROM finding_history", check_verdicts, NULL },
    { "the inventory of device", "SELECT device, body, digest FROM inventory",
      check_inventory, NULL },
    { "the facts of device", "SELECT device, facts, packages FROM device_fact",
      check_facts, NULL },
};

static void say(void *ctx UNUSED, const char *sentence)
{
    puts(sentence);
}

static int check_audit(struct db *db, int *problems, struct err *err)
{
    struct audit_walk walk;
    int rc = audit_verify(db, NULL, &walk, err);

    if (rc < 0 || walk.first_bad == 0)
        return rc;
    printf("the log of changes: row %" PRId64 ": %s\n", walk.first_bad,
           walk.reason);
    ++*problems;
    return 0;
}

int command_check(struct server_terms *terms, struct err *err)
{
    AUTO(db_closep) struct db *db = NULL;
    int problems = 0;
    int rc = 0;

    if (terms->argument_count > 1)
        return err_set(err, E_USAGE, "unexpected argument '%s'",
                       terms->arguments[1]);
    rc = open_store(terms, false, &db, err);
    if (rc == 0)
        rc = store_check(db, rules, COUNT(rules), say, NULL, err);
    problems = rc;
    if (rc == 0)
        rc = check_audit(db, &problems, err);
    if (rc < 0)
        return rc;
    if (problems == 0)
        puts("the store is whole");
    else
        printf("%d problems\n", problems);
    return problems == 0 ? 0 : EXIT_PROBLEMS;
}
