/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/rpm_db.h"

#include "probe/managers.h"
#include "probe/rpm_index.h"
#include "probe/rpm_store.h"

enum {
    TRIES_MAX = 5,
    EPOCH_SIZE = 16
};

static struct rpm_db *rpm_db_new(void)
{
    struct rpm_db *db = mem_alloc(1, sizeof(*db));

    db->blob = BUF_INIT(RPM_HEADER_MAX);
    return db;
}

void rpm_db_free(void *p)
{
    struct rpm_db *db = p;

    if (db == NULL)
        return;
    rpm_store_free(db->store);
    rpm_index_free(db->index);
    vec_clear(&db->packages);
    map_clear(&db->by_name);
    arena_clear(&db->arena);
    buf_clear(&db->blob);
    mem_free(db);
}

uint32_t rpm_db_find(const struct rpm_db *db, str name)
{
    return map_get(&db->by_name, name);
}

int rpm_db_header_in(struct rpm_db *db, uint32_t index, struct buf *blob,
                     struct rpm_header *out, struct err *err)
{
    int rc = rpm_store_read(db->store, index, blob, err);

    return rc < 0 ? rc : rpm_header_parse(buf_str(blob), out, err);
}

int rpm_db_header(struct rpm_db *db, uint32_t index, struct rpm_header *out,
                  struct err *err)
{
    return rpm_db_header_in(db, index, &db->blob, out, err);
}

static str text_or(const struct rpm_header *header, enum rpm_tag tag,
                   str otherwise, struct arena *arena)
{
    str text = rpm_header_text(header, tag);

    return text.n == 0 ? otherwise : arena_str(arena, text);
}

int rpm_package_read(const struct rpm_header *header, struct arena *arena,
                     struct rpm_package *out, struct err *err)
{
    struct rpm_values epoch = rpm_header_values(header, RPM_TAG_EPOCH);
    struct rpm_package package = { .next = RPM_NONE };
    str number = STR("0");
    char key_id[17];

    package.name = text_or(header, RPM_TAG_NAME, STR_NONE, arena);
    package.version = text_or(header, RPM_TAG_VERSION, STR_NONE, arena);
    package.release = text_or(header, RPM_TAG_RELEASE, STR_NONE, arena);
    package.arch = text_or(header, RPM_TAG_ARCH, STR("(none)"), arena);
    if (package.name.n == 0 || package.version.n == 0 || package.release.n == 0)
        return err_set(err, E_PARSE,
                       "package '%" PRIstr "' has no name, no "
                       "version or no release",
                       ARGstr(package.name));
    package.epoch = STR("(none)");
    if (epoch.n > 0) {
        number = arena_printf(arena, "%llu",
                              (unsigned long long)rpm_values_number(&epoch, 0));
        package.epoch = number;
    }
    package.evr =
        arena_printf(arena, "%" PRIstr ":%" PRIstr "-%" PRIstr, ARGstr(number),
                     ARGstr(package.version), ARGstr(package.release));
    package.extended_name = arena_printf(
        arena, "%" PRIstr "-%" PRIstr ".%" PRIstr, ARGstr(package.name),
        ARGstr(package.evr), ARGstr(package.arch));
    package.key_id = rpm_header_key_id(header, key_id)
                         ? arena_str(arena, str_c(key_id))
                         : STR("0");
    *out = package;
    return 0;
}

/* Behind the first of its name: the order among the others does not matter,
 * and many of one name cost nothing. */
static void add_package(struct rpm_db *db, const struct rpm_package *package)
{
    uint32_t index = (uint32_t)db->packages.n;
    uint32_t first = map_add(&db->by_name, package->name, index);

    *vec_push(&db->packages) = *package;
    if (first == index)
        return;
    db->packages.p[index].next = db->packages.p[first].next;
    db->packages.p[first].next = index;
}

/* Without packages here: are there any that others know of? */
static int check_empty(struct probe_machine *machine, const char *what,
                       struct err *err)
{
    unsigned others = 0;
    int rc = managers_find(machine, ~(unsigned)MANAGER_RPM, &others, err);

    if (rc < 0 || others != 0)
        return rc;
    return err_set(err, E_ABSENT,
                   "%s, and no other package database known "
                   "to this program is there",
                   what);
}

static int read_packages(struct probe_machine *machine, struct rpm_db *db,
                         const char *path, struct err *err)
{
    int rc = rpm_store_open(machine, path, &db->store, err);
    size_t n = rc < 0 ? 0 : rpm_store_count(db->store);

    map_reserve(&db->by_name, (uint32_t)n);
    for (size_t i = 0; i < n && rc == 0; i++) {
        struct rpm_package package;
        struct rpm_header header;

        rc = rpm_db_header(db, (uint32_t)i, &header, err);
        if (rc == 0)
            rc = rpm_package_read(&header, &db->arena, &package, err);
        if (rc < 0)
            return err_wrap(err, rc, "%s: header %zu of %zu", path, i + 1, n);
        add_package(db, &package);
    }
    if (rc == 0 && n == 0)
        rc = check_empty(
            machine, arena_printf(&db->arena, "%s holds no package", path).p,
            err);
    return rc;
}

static struct rpm_db *read_database(struct probe_machine *machine)
{
    struct rpm_db *db = rpm_db_new();
    const char *path;

    db->rc = managers_rpm_database(machine, &path, &db->err);
    if (db->rc == 0 && path == NULL)
        db->rc = check_empty(machine, "an rpm database is not there", &db->err);
    if (db->rc < 0 || path == NULL)
        return db;
    for (unsigned i = 0; i < TRIES_MAX; i++) {
        rpm_db_free(db);
        db = rpm_db_new();
        db->rc = read_packages(machine, db, path, &db->err);
        if (db->store == NULL || !rpm_store_changed(machine, db->store))
            return db;
    }
    db->rc = err_set(&db->err, E_IO, "%s keeps changing", path);
    return db;
}

struct rpm_db *rpm_db_of(struct probe_machine *machine)
{
    struct rpm_db *db = machine->caches[PROBE_CACHE_RPM].p;

    if (db == NULL) {
        db = read_database(machine);
        machine->caches[PROBE_CACHE_RPM].p = db;
        machine->caches[PROBE_CACHE_RPM].free = rpm_db_free;
    }
    return db;
}

void rpm_files_init(struct rpm_files *files, const struct rpm_header *header,
                    struct arena *arena)
{
    struct rpm_values names = rpm_header_values(header, RPM_TAG_BASENAMES);
    struct rpm_values dirs = rpm_header_values(header, RPM_TAG_DIRNAMES);
    str *directories = arena_alloc(arena, dirs.n, sizeof(*directories));

    *files = (struct rpm_files){
        .names = names,
        .indexes = rpm_header_values(header, RPM_TAG_DIRINDEXES),
        .directories = directories,
        .n = names.n,
    };
    while (rpm_values_next(&dirs, &directories[files->directory_count]))
        files->directory_count++;
    if (names.n == 0) { /* rpm 3 kept whole paths */
        files->names = rpm_header_values(header, RPM_TAG_OLDFILENAMES);
        files->n = files->names.n;
    }
}

bool rpm_files_next(struct rpm_files *files, struct buf *path)
{
    uint64_t directory = rpm_values_number(&files->indexes, files->at);
    str name;

    buf_reset(path);
    if (!rpm_values_next(&files->names, &name))
        return false;
    if (files->indexes.n > 0 && directory < files->directory_count)
        buf_add(path, files->directories[directory]);
    buf_add(path, name);
    files->at++;
    return true;
}
