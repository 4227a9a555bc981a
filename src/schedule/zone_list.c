/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>

#include "base/io.h"
#include "base/vec.h"
#include "schedule/zone.h"

enum {
    TABLE_MAX = 1 << 20
};

static int compare(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

/* Of a line "CC\tcoordinates\tNAME\tcomments" the third column. */
static str name_of_line(str line)
{
    if (str_starts(line, STR("#")))
        return STR_NONE;
    (void)str_cut(&line, '\t');
    (void)str_cut(&line, '\t');
    return str_trim(str_cut(&line, '\t'));
}

int zone_list(const char *dir, struct arena *arena, str **out_names,
              size_t *out_count, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_MAX);
    AUTO(buf_clear) struct buf table = BUF(TABLE_MAX);
    str *names = arena_alloc(arena, ZONE_LIST_MAX, sizeof(*names));
    size_t n = 0;
    str rest;
    int rc;

    buf_printf(&path, "%s/zone.tab", dir == NULL ? ZONE_DIR : dir);
    rc = io_read_file(AT_FDCWD, buf_c(&path), &table, err);
    if (rc < 0 && rc != E_ABSENT)
        return rc;
    names[n++] = STR("UTC");
    rest = buf_str(&table);
    while (rest.n > 0) {
        str name = name_of_line(str_cut(&rest, '\n'));

        if (!zone_name_is_valid(name) || str_eq_c(name, "UTC"))
            continue;
        if (n == ZONE_LIST_MAX)
            return err_set(err, E_LIMIT, "%s names more than %d zones",
                           buf_c(&path), ZONE_LIST_MAX);
        names[n++] = arena_str(arena, name);
    }
    qsort(names, n, sizeof(*names), compare);
    *out_names = names;
    *out_count = n;
    return 0;
}
