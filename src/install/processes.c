/* SPDX-License-Identifier: Apache-2.0
 *
 * Processes that still run code which was replaced: their maps name files
 * that were deleted.
 */
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/io.h"
#include "install/reboot_int.h"

enum {
    MAPS_MAX = 16 << 20,
    PROCESSES_MAX = 5000, /* that are listed */
    NAME_MAX_BYTES = 64,
};

/* Where programs and libraries lie; what is mapped from elsewhere (memory
 * files, caches, /tmp) is not an update's. */
static bool is_code_place(str path)
{
    static const char *const places[] = { "/usr/", "/lib/",  "/lib64/",
                                          "/bin/", "/sbin/", "/opt/" };

    for (size_t i = 0; i < COUNT(places); i++) {
        if (str_starts(path, str_c(places[i])))
            return true;
    }
    return false;
}

/* "7f00-7f01 r-xp 00000000 08:01 1234    /usr/lib/libx.so.1 (deleted)" */
bool reboot_deleted_code(str line, str *out_file)
{
    static const str mark = STR(" (deleted)");
    str rest = line;
    str rights;
    str path;
    size_t at;

    if (!str_ends(line, mark))
        return false;
    (void)str_cut(&rest, ' ');
    rights = str_cut(&rest, ' ');
    if (str_find_char(rights, 'x') == rights.n)
        return false;
    at = str_find_char(rest, '/');
    path = str_sub(rest, at, rest.n - at - mark.n);
    if (!is_code_place(path))
        return false;
    *out_file = path;
    return true;
}

static void add_process(struct install_reboot *out, struct arena *arena,
                        const char *folder, int64_t pid, str file)
{
    AUTO(buf_clear) struct buf name = BUF(NAME_MAX_BYTES);
    struct install_process *process;

    if ((out->process_count & (out->process_count - 1)) == 0) {
        size_t room = out->process_count == 0 ? 1 : 2 * out->process_count;
        struct install_process *p = arena_alloc(arena, room, sizeof(*p));

        if (out->process_count > 0)
            memcpy(p, out->processes, out->process_count * sizeof(*p));
        out->processes = p;
    }
    process = &out->processes[out->process_count++];
    process->pid = pid;
    process->file = arena_str(arena, file);
    process->name = STR("");
    if (io_read_file(AT_FDCWD, arena_printf(arena, "%s/comm", folder).p, &name,
                     NULL) == 0)
        process->name = arena_str(arena, str_trim(buf_str(&name)));
    if (pid == 1)
        reboot_add(out, arena, INSTALL_REBOOT_LIBRARY,
                   arena_printf(arena,
                                "process 1 (%" PRIstr ") runs code of %" PRIstr
                                ", which was replaced",
                                ARGstr(process->name), ARGstr(process->file)));
}

static void look_at(struct install_reboot *out, struct arena *arena,
                    const char *folder, int64_t pid)
{
    AUTO(buf_clear) struct buf maps = BUF(MAPS_MAX);
    str rest;
    str file;

    /* It may have ended, or be the kernel's. */
    if (io_read_file(AT_FDCWD, arena_printf(arena, "%s/maps", folder).p, &maps,
                     NULL) < 0)
        return;
    rest = buf_str(&maps);
    while (rest.n > 0) {
        if (reboot_deleted_code(str_cut(&rest, '\n'), &file)) {
            add_process(out, arena, folder, pid, file);
            return;
        }
    }
}

void reboot_look_at_processes(const char *proc, struct arena *arena,
                              struct install_reboot *out)
{
    DIR *dir = opendir(proc);
    struct dirent *entry;
    int64_t pid;

    if (dir == NULL) {
        texts_add(&out->unknown, arena, STR("/proc is not there"));
        return;
    }
    while ((entry = readdir(dir)) != NULL &&
           out->process_count < PROCESSES_MAX) {
        if (str_to_i64(str_c(entry->d_name), 1, INT32_MAX, &pid, NULL) == 0)
            look_at(out, arena,
                    arena_printf(arena, "%s/%s", proc, entry->d_name).p, pid);
    }
    closedir(dir);
}
