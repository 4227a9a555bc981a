/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a package header of rpm: it is refused, or all that is read of
 * it lies within it.
 */
#include "probe/rpm_db.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile size_t seen;

static void read_files(const struct rpm_header *header, struct arena *arena)
{
    AUTO(buf_clear) struct buf path = BUF(4096);
    struct rpm_files files;

    rpm_files_init(&files, header, arena);
    while (rpm_files_next(&files, &path))
        seen += path.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    str blob = arena_str(&arena, (str){ (const char *)data, size });
    struct rpm_package package;
    struct rpm_header header;
    str index;
    str store;

    if (rpm_header_parse(blob, &header, NULL) < 0)
        return 0;
    if (rpm_package_read(&header, &arena, &package, NULL) == 0)
        seen += package.extended_name.n;
    if (rpm_header_region(&header, &index, &store))
        for (size_t i = 0; i < store.n; i++)
            seen += (unsigned char)store.p[i];
    read_files(&header, &arena);
    return 0;
}
