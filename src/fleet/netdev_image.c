/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet/netdev_image.h"

#define COLUMNS                                                                \
    "i.id, i.org, i.kind, i.name, i.version, i.md5, i.sha256, i.size,"         \
    " i.author, i.created, (SELECT count(*) FROM netdev_stage t WHERE"         \
    " t.org = i.org AND t.sha256 = i.sha256 AND t.ended = 0),"                 \
    " (SELECT count(*) FROM netdev_image_piece p JOIN netdev_image_file f ON"  \
    " f.id = p.file WHERE f.org = i.org AND f.sha256 = i.sha256)"

void netdev_images_clear(struct netdev_images *list)
{
    vec_clear(&list->all);
}

static int64_t pieces_of(int64_t size)
{
    return (size + NETDEV_IMAGE_PIECE - 1) / NETDEV_IMAGE_PIECE;
}

static void read_row(struct db_rows *rows, struct arena *arena,
                     struct netdev_image *out)
{
    *out = (struct netdev_image){
        .id = db_col_i64(rows, 0),
        .org = db_col_i64(rows, 1),
        .kind = db_col_i64(rows, 2) == STAGE_ASDM ? STAGE_ASDM : STAGE_IMAGE,
        .name = arena_str(arena, db_col_text(rows, 3)),
        .version = arena_str(arena, db_col_text(rows, 4)),
        .md5 = arena_str(arena, db_col_text(rows, 5)),
        .sha256 = arena_str(arena, db_col_text(rows, 6)),
        .size = db_col_i64(rows, 7),
        .author = arena_str(arena, db_col_text(rows, 8)),
        .created = db_col_i64(rows, 9),
        .uses = db_col_i64(rows, 10),
    };
    out->is_kept = db_col_i64(rows, 11) == pieces_of(out->size);
}

/* It is the end of a URL and a name in a device's flash. */
static bool is_name(str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
              (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
              (c == '.' && i > 0)))
            return false;
    }
    return name.n > 0 && name.n <= NETDEV_IMAGE_NAME_MAX;
}

int netdev_image_check(const struct netdev_image *image, const char **out_field,
                       struct err *err)
{
    *out_field = "name";
    if (!is_name(image->name))
        return err_set(err, E_INVALID,
                       "a file name of 1 to %d letters, digits, '.', '_', '-'",
                       NETDEV_IMAGE_NAME_MAX);
    *out_field = "version";
    if (image->version.n > NETDEV_IMAGE_VERSION_MAX)
        return err_set(err, E_INVALID, "at most %d bytes",
                       NETDEV_IMAGE_VERSION_MAX);
    return 0;
}

static int check_others(struct db *db, const struct netdev_image *image,
                        const char **out_field, struct err *err)
{
    int64_t n = 0;
    int rc = db_one_i64(db, "SELECT count(*) FROM netdev_image WHERE org = $1",
                        DB_ARGS(db_i64(image->org)), &n, err);

    if (rc < 0)
        return rc;
    if (n >= NETDEV_IMAGES_MAX)
        return err_set(err, E_LIMIT, "there are %d images already: remove one",
                       NETDEV_IMAGES_MAX);
    rc = db_one_i64(db,
                    "SELECT count(*) FROM netdev_image WHERE org = $1 AND"
                    " (name = $2 OR sha256 = $3)",
                    DB_ARGS(db_i64(image->org), db_text(image->name),
                            db_text(image->sha256)),
                    &n, err);
    *out_field = "name";
    if (rc == 0 && n > 0)
        return err_set(err, E_INVALID,
                       "an image of this name, or this very file, is there");
    return rc;
}

/* Another one may have removed what we took over. */
static int check_pieces(struct db *db, const struct netdev_image *image,
                        struct err *err)
{
    int64_t n = 0;
    int rc = db_one_i64(
        db,
        "SELECT count(*) FROM netdev_image_piece p JOIN netdev_image_file f"
        " ON f.id = p.file WHERE f.org = $1 AND f.sha256 = $2",
        DB_ARGS(db_i64(image->org), db_text(image->sha256)), &n, err);

    if (rc == 0 && n != pieces_of(image->size))
        return err_set(err, E_IO, "pieces of the image were lost: try again");
    return rc;
}

int netdev_image_add(struct db *db, const struct scope *scope,
                     struct netdev_image *image, int64_t now,
                     const char **out_field, struct err *err)
{
    int rc = netdev_image_check(image, out_field, err);

    image->org = scope->org;
    image->author = str_or_empty(scope->name);
    image->created = now;
    if (rc == 0)
        rc = check_others(db, image, out_field, err);
    if (rc == 0)
        rc = check_pieces(db, image, err);
    if (rc < 0)
        return rc;
    return db_one_i64(
        db,
        "INSERT INTO netdev_image (org, kind, name, version, md5, sha256,"
        " size, author, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " RETURNING id",
        DB_ARGS(db_i64(image->org), db_i64(image->kind), db_text(image->name),
                db_text(image->version), db_text(image->md5),
                db_text(image->sha256), db_i64(image->size),
                db_text(image->author), db_i64(image->created)),
        &image->id, err);
}

int netdev_image_get(struct db *db, const struct scope *scope, int64_t id,
                     struct arena *arena, struct netdev_image *out,
                     struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_get(db,
                    "SELECT " COLUMNS " FROM netdev_image i"
                    " WHERE i.org = $1 AND i.id = $2",
                    DB_ARGS(db_i64(scope->org), db_i64(id)),
                    DB_WANTED("image", id), &rows, err);

    if (rc < 0)
        return rc;
    read_row(rows, arena, out);
    return 0;
}

int netdev_image_list(struct db *db, const struct scope *scope,
                      const struct netdev_range *range, struct arena *arena,
                      struct netdev_images *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc = db_query(
        db,
        "SELECT " COLUMNS " FROM netdev_image i WHERE i.org = $1"
        " AND i.id > $2 ORDER BY i.id LIMIT $3",
        DB_ARGS(db_i64(scope->org), db_i64(range->after), db_i64(range->limit)),
        &rows, err);

    if (rc < 0)
        return rc;
    while ((rc = db_next(rows, err)) > 0)
        read_row(rows, arena, vec_push(&out->all));
    return rc;
}

int netdev_image_all(struct db *db, struct arena *arena,
                     struct netdev_images *out, struct err *err)
{
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    int rc =
        db_query(db, "SELECT " COLUMNS " FROM netdev_image i ORDER BY i.id",
                 DB_NO_ARGS, &rows, err);

    while (rc == 0 && (rc = db_next(rows, err)) > 0) {
        read_row(rows, arena, vec_push(&out->all));
        rc = 0;
    }
    return rc;
}

int netdev_image_has(struct db *db, int64_t org, str sha256, bool *out,
                     struct err *err)
{
    int64_t n = 0;
    int rc = db_one_i64(db,
                        "SELECT count(*) FROM netdev_image WHERE org = $1 AND"
                        " sha256 = $2",
                        DB_ARGS(db_i64(org), db_text(sha256)), &n, err);

    *out = n > 0;
    return rc;
}

int netdev_image_is_kept(struct db *db, int64_t org, str sha256, bool *out,
                         struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(db_rows_closep) struct db_rows *rows = NULL;
    struct netdev_image image;
    int rc = db_query(db,
                      "SELECT " COLUMNS " FROM netdev_image i"
                      " WHERE i.org = $1 AND i.sha256 = $2",
                      DB_ARGS(db_i64(org), db_text(sha256)), &rows, err);

    if (rc == 0)
        rc = db_next(rows, err);
    if (rc < 0)
        return rc;
    if (rc > 0)
        read_row(rows, &arena, &image);
    *out = rc > 0 && image.is_kept;
    return 0;
}

int netdev_image_remove(struct db *db, const struct scope *scope, int64_t id,
                        struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct netdev_image image;
    int rc = netdev_image_get(db, scope, id, &arena, &image, err);

    if (rc < 0)
        return rc;
    if (image.uses > 0)
        return err_set(err, E_INVALID,
                       "it is staged for %lld devices: cancel that first",
                       (long long)image.uses);
    rc = db_run(db, "DELETE FROM netdev_image WHERE id = $1",
                DB_ARGS(db_i64(id)), err);
    if (rc >= 0)
        rc = db_run(db,
                    "UPDATE netdev_image_file SET taken = 0 WHERE org = $1"
                    " AND sha256 = $2",
                    DB_ARGS(db_i64(image.org), db_text(image.sha256)), err);
    return rc < 0 ? rc : 0;
}
