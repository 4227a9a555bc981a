/* SPDX-License-Identifier: Apache-2.0 */
#include "base/zpack.h"
#include "store/backup_int.h"

int backup_next_block(void *ctx, struct buf *out, struct err *err)
{
    struct backup_reader *reader = ctx;
    int rc;

    buf_reset(&reader->packed);
    rc = vault_get(reader->vault, &reader->packed, err);
    if (rc <= 0)
        return rc;
    rc = zpack_open(buf_str(&reader->packed), out, err);
    return rc < 0 ? rc : 1;
}

/* What is read goes nowhere: that it can be read is what is asked. */
static int on_head(void *ctx UNUSED, const struct backup_facts *facts UNUSED,
                   struct err *err UNUSED)
{
    return 0;
}

static int on_table(void *ctx UNUSED, str name UNUSED,
                    const str *columns UNUSED, size_t n UNUSED,
                    struct err *err UNUSED)
{
    return 0;
}

static int on_row(void *ctx UNUSED, const struct db_cell *cells UNUSED,
                  struct err *err UNUSED)
{
    return 0;
}

static int on_end(void *ctx UNUSED, int64_t counter UNUSED,
                  struct err *err UNUSED)
{
    return 0;
}

int store_backup_check(const char *path, const struct vault_secret *secret,
                       struct backup_facts *out, struct err *err)
{
    static const struct backup_sink sink = { NULL, on_head, on_table, on_row,
                                             on_end };
    struct backup_reader reader = { .packed = BUF(VAULT_CHUNK_MAX) };
    int rc = vault_open(path, secret, &reader.vault, err);

    if (rc == 0)
        rc = backup_parse(backup_next_block, &reader, &sink, out, err);
    buf_clear(&reader.packed);
    vault_in_free(reader.vault);
    return rc < 0 ? err_wrap(err, rc, "%s", path) : 0;
}
