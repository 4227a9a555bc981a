/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading the files of the dpkg database: see dpkg_db.h for the rules.
 */
#include "probe/dpkg_db.h"
#include "probe/listing.h"
#include "probe/managers.h"

#define DIRECTORY "/var/lib/dpkg"
#define STATUS "/var/lib/dpkg/status"
#define STATUS_D "/var/lib/dpkg/status.d"
#define UPDATES "/var/lib/dpkg/updates"
#define INFO "/var/lib/dpkg/info"

enum {
    TRIES_MAX = 5,
    INFO_FILES_MAX = 4000000
};

static int add_file(struct probe_machine *machine, struct dpkg_db *db,
                    enum dpkg_kind kind, const char *path, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(DPKG_TEXT_MAX);
    int rc = probe_read(machine, path, &text, err);

    return rc < 0 ? rc : dpkg_db_add(db, kind, path, &text, err);
}

static bool is_digits(str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] < '0' || name.p[i] > '9')
            return false;
    return name.n > 0;
}

/* updates holds dpkg's numbered files and its temporary one; status.d the
 * packages' files, and their checksums. */
static bool is_wanted(enum dpkg_kind kind, str name)
{
    if (kind == DPKG_UPDATE)
        return is_digits(name);
    return name.p[0] != '.' && !str_ends(name, STR(".md5sums"));
}

/* E_ABSENT: there is no such directory. */
static int add_directory(struct probe_machine *machine, struct dpkg_db *db,
                         enum dpkg_kind kind, const char *path, struct err *err)
{
    AUTO(listing_clear) struct listing listing = { 0 };
    AUTO(arena_clear) struct arena arena = ARENA;
    int rc = listing_read(machine, path, DPKG_FILES_MAX, &listing, err);

    for (size_t i = 0; i < listing.names.n && rc == 0; i++) {
        const char *name = listing.names.p[i];

        if (is_wanted(kind, str_c(name))) {
            rc = add_file(machine, db, kind,
                          arena_printf(&arena, "%s/%s", path, name).p, err);
            /* the directory is there: a file of it went away just now */
            rc = rc == E_ABSENT ? E_IO : rc;
        }
    }
    return rc;
}

static bool is_known(const struct dpkg_db *db, str name)
{
    return dpkg_db_find(db, name) != DPKG_NONE ||
           map_get(&db->not_present, name) != MAP_NONE;
}

/* Every package with a file list stands in a status file that is whole. */
static int check_info(struct probe_machine *machine, const struct dpkg_db *db,
                      struct err *err)
{
    AUTO(listing_clear) struct listing listing = { 0 };
    int rc = listing_read(machine, INFO, INFO_FILES_MAX, &listing, err);

    if (rc == E_ABSENT)
        return 0;
    for (size_t i = 0; i < listing.names.n && rc == 0; i++) {
        str name = str_c(listing.names.p[i]);

        if (!str_ends(name, STR(".list")))
            continue;
        name = str_sub(name, 0, name.n - 5);
        name = str_sub(name, 0, str_find_char(name, ':'));
        if (!is_known(db, name))
            rc = err_set(err, E_PARSE,
                         STATUS ": cut off: it ends without an empty line, "
                                "and '%" PRIstr
                                "', which has a file list in " INFO
                                ", is not in it",
                         ARGstr(name));
    }
    return rc;
}

/* Without packages here: are there any that others know of? */
static int check_empty(struct probe_machine *machine, const char *what,
                       struct err *err)
{
    unsigned others = 0;
    int rc = managers_find(machine, ~(unsigned)MANAGER_DPKG, &others, err);

    if (rc < 0 || others != 0)
        return rc;
    return err_set(err, E_ABSENT,
                   "%s, and no other package database known "
                   "to this program is there",
                   what);
}

static int check_absent(struct probe_machine *machine, struct err *err)
{
    struct stat st;
    int rc = probe_stat(machine, DIRECTORY, true, &st, err);

    if (rc < 0 && rc != E_ABSENT)
        return rc;
    if (rc == 0)
        return err_set(err, E_ABSENT,
                       DIRECTORY " holds neither status nor status.d");
    return check_empty(machine, STATUS " is not there", err);
}

static int read_status_file(struct probe_machine *machine, struct dpkg_db *db,
                            bool *out_whole, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(DPKG_TEXT_MAX);
    int rc = probe_read(machine, STATUS, &text, err);

    if (rc < 0)
        return rc;
    *out_whole = str_ends(buf_str(&text), STR("\n\n"));
    return dpkg_db_add(db, DPKG_STATUS, STATUS, &text, err);
}

static int read_files(struct probe_machine *machine, struct dpkg_db *db,
                      struct err *err)
{
    bool has_status = true;
    bool has_directory = true;
    bool whole = true;
    int rc = read_status_file(machine, db, &whole, err);

    has_status = rc != E_ABSENT;
    if (rc == 0)
        rc = add_directory(machine, db, DPKG_UPDATE, UPDATES, err);
    if (rc < 0 && rc != E_ABSENT)
        return rc;
    rc = add_directory(machine, db, DPKG_STATUS_D, STATUS_D, err);
    has_directory = rc != E_ABSENT;
    if (rc < 0 && rc != E_ABSENT)
        return rc;
    if (!has_status && !has_directory)
        return check_absent(machine, err);
    if (db->packages.n == 0) {
        rc = check_empty(machine, STATUS " lists no installed package", err);
        if (rc < 0)
            return rc;
    }
    return whole && db->packages.n > 0 ? 0 : check_info(machine, db, err);
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* When dpkg puts a new status in place it then removes the updates that went
 * into it: who read the old one and found no updates must read again. */
static struct dpkg_db *read_database(struct probe_machine *machine)
{
    struct dpkg_db *db = NULL;

    for (unsigned i = 0; i < TRIES_MAX; i++) {
        struct stat before = { 0 };
        struct stat after = { 0 };
        int had = probe_stat(machine, STATUS, true, &before, NULL);

        dpkg_db_free(db);
        db = dpkg_db_new();
        db->rc = read_files(machine, db, &db->err);
        if (probe_stat(machine, STATUS, true, &after, NULL) == had &&
            is_same(&before, &after))
            return db;
    }
    db->rc = err_set(&db->err, E_IO, STATUS " keeps changing");
    return db;
}

struct dpkg_db *dpkg_db_of(struct probe_machine *machine)
{
    struct dpkg_db *db = machine->caches[PROBE_CACHE_DPKG].p;

    if (db == NULL) {
        db = read_database(machine);
        machine->caches[PROBE_CACHE_DPKG].p = db;
        machine->caches[PROBE_CACHE_DPKG].free = dpkg_db_free;
    }
    return db;
}
