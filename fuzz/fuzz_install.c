/* SPDX-License-Identifier: Apache-2.0
 *
 * What package managers and repositories say: the tables of `apt-cache
 * policy`, updateinfo.xml, primary.xml, maps of processes, and lines of any
 * output.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "install/apt_int.h"
#include "install/reboot_int.h"
#include "install/rpm_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void read_lines(str text)
{
    struct told told = TOLD;

    while (text.n > 0) {
        str line = str_cut(&text, '\n');
        struct apt_version version;
        int64_t priority;
        str rest;

        if (apt_version_row(line, &version))
            require(version.text.n < line.n);
        if (apt_source_row(line, &priority, &rest))
            require(rest.n < line.n);
        if (reboot_deleted_code(line, &rest))
            require(rest.n > 0 && rest.p[0] == '/');
        told_line(&told, line);
        require(told.log.n <= told.log.limit);
    }
    told_clear(&told);
}

static void read_advisories(const uint8_t *data, size_t size)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(rpm_scan_clear) struct rpm_scan scan = { .arena = &arena };
    AUTO(buf_clear) struct buf path = BUF(64);
    struct install_scan out = { 0 };
    struct installed *package = vec_push(&scan.list);
    int fd = memfd_create("updateinfo", MFD_CLOEXEC);

    package->name = STR("lib");
    package->arch = STR("noarch");
    package->version = STR("1.0-1");
    rpm_scan_add(&scan, &(struct install_update){ .name = STR("lib"),
                                                  .candidate = STR("0:1.1-1"),
                                                  .arch = STR("noarch"),
                                                  .suite = STR("base"),
                                                  .size = 1,
                                                  .held = STR("") });
    require(scan.updates.n == 1);
    if (fd >= 0 && write(fd, data, size) == (ssize_t)size) {
        buf_printf(&path, "/proc/self/fd/%d", fd);
        if (updateinfo_read(&scan, buf_c(&path), NULL) == 0)
            require(scan.updates.p[0].advisories.n <= scan.advisories.n);
    }
    rpm_scan_finish(&scan, &out);
    close(fd);
}

static void read_sources(str text, bool stanzas)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct apt_lax_list list = { 0 };

    apt_lax_parse(text, stanzas, &arena, &list);
    for (size_t i = 0; i < list.n; i++)
        require(apt_lax_find(&list, list.p[i].uri) != NULL);
    mem_free(list.p);
}

static void read_primary(const uint8_t *data, size_t size)
{
    static const struct rpm_need need = { STR("lib"), STR("1.1-1"),
                                          STR("noarch") };
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf path = BUF(64);
    struct rpm_archives archives = { .arena = &arena };
    int fd = memfd_create("primary", MFD_CLOEXEC);

    if (fd >= 0 && write(fd, data, size) == (ssize_t)size) {
        buf_printf(&path, "/proc/self/fd/%d", fd);
        if (primary_read(&need, 1, STR("base"), buf_c(&path), &archives,
                         NULL) == 0)
            require(archives.all.n <= size);
    }
    for (size_t i = 0; i < archives.all.n; i++)
        require(archives.all.p[i].digest.n > 0 &&
                str_find_char(archives.all.p[i].file, '/') ==
                    archives.all.p[i].file.n);
    vec_clear(&archives.all);
    close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_primary(data, size);
    read_sources((str){ (const char *)data, size }, false);
    read_sources((str){ (const char *)data, size }, true);
    read_lines((str){ (const char *)data, size });
    read_advisories(data, size);
    return 0;
}
