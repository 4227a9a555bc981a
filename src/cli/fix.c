/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/fix.h"

#include <sys/stat.h>

enum {
    NAMES_MAX = 24, /* more than this, and everything is upgraded */
    INDENT = 2,
};

static const struct {
    enum fix_manager manager;
    const char *path;
    const char *some; /* before the names */
    const char *all;
    const char *root; /* option that names the root */
} managers[] = {
    { FIX_APT, "/usr/bin/apt-get", "apt-get install --only-upgrade",
      "apt-get update && apt-get upgrade", NULL },
    { FIX_DNF, "/usr/bin/dnf", "dnf upgrade", "dnf upgrade --security",
      "--installroot=" },
    { FIX_ZYPPER, "/usr/bin/zypper", "zypper update",
      "zypper patch --category security", "--root " },
    { FIX_TDNF, "/usr/bin/tdnf", "tdnf update", "tdnf update",
      "--installroot=" },
    { FIX_YUM, "/usr/bin/yum", "yum update", "yum update --security",
      "--installroot=" },
};

void fix_list_clear(struct fix_list *list)
{
    vec_clear(&list->packages);
    map_clear(&list->seen);
    arena_clear(&list->arena);
}

static bool is_name(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                     (c >= '0' && c <= '9');

        if (!plain && (i == 0 || strchr("+-._:", c) == NULL || c == '\0'))
            return false;
    }
    return text.n > 0;
}

/* A kernel image is replaced by one of another name: what follows it is the
 * package of its flavour. "linux-image-6.1.0-9-cloud-amd64" becomes
 * "linux-image-cloud-amd64". */
static str follow_kernel(struct arena *arena, str package)
{
    str prefix = STR("linux-image-");
    str rest = str_sub(package, prefix.n, SIZE_MAX);
    size_t dash;

    if (!str_starts(package, prefix) || rest.n == 0 || rest.p[0] < '0' ||
        rest.p[0] > '9')
        return package;
    dash = str_find_char(rest, '-');
    rest = str_sub(rest, dash + 1, SIZE_MAX);
    if (rest.n > 0 && rest.p[0] >= '0' && rest.p[0] <= '9')
        rest = str_sub(rest, str_find_char(rest, '-') + 1, SIZE_MAX);
    if (rest.n == 0)
        return package;
    return arena_printf(arena, "linux-image-%" PRIstr, ARGstr(rest));
}

void fix_list_add(struct fix_list *list, str package)
{
    uint32_t next = (uint32_t)list->packages.n;

    if (!is_name(package))
        return;
    package = arena_str(&list->arena, package);
    package = follow_kernel(&list->arena, package);
    if (map_add(&list->seen, package, next) == next &&
        list->seen.n > list->packages.n)
        *vec_push(&list->packages) = package;
}

static int by_name(const void *a, const void *b)
{
    return str_cmp(*(const str *)a, *(const str *)b);
}

/* Words of a command, broken before the width with a backslash. */
static void add_names(const struct fix_list *list, size_t column,
                      unsigned width, struct buf *out)
{
    for (size_t i = 0; i < list->packages.n; i++) {
        str name = list->packages.p[i];

        if (column + 1 + name.n + 2 > width) {
            buf_add_c(out, " \\\n     ");
            column = INDENT + 4;
        }
        buf_add_char(out, ' ');
        buf_add(out, name);
        column += 1 + name.n;
    }
}

void fix_list_command(struct fix_list *list, enum fix_manager manager,
                      const char *root, unsigned width, struct buf *out)
{
    for (size_t i = 0; i < COUNT(managers); i++) {
        size_t start = out->n;

        if (managers[i].manager != manager)
            continue;
        qsort(list->packages.p, list->packages.n, sizeof(*list->packages.p),
              by_name);
        buf_add_c(out, "  ");
        if (root != NULL && managers[i].root == NULL)
            buf_printf(out, "chroot %s ", root);
        if (list->packages.n > NAMES_MAX) {
            buf_add_c(out, managers[i].all);
        } else {
            buf_add_c(out, managers[i].some);
            if (root != NULL && managers[i].root != NULL)
                buf_printf(out, " %s%s", managers[i].root, root);
            add_names(list, out->n - start, width, out);
        }
        buf_add_char(out, '\n');
        return;
    }
}

static enum fix_manager manager_of(const char *root)
{
    AUTO(buf_clear) struct buf path = BUF(8192);
    struct stat st;

    for (size_t i = 0; i < COUNT(managers); i++) {
        buf_reset(&path);
        buf_printf(&path, "%s%s", root == NULL ? "" : root, managers[i].path);
        if (lstat(buf_c(&path), &st) == 0)
            return managers[i].manager;
    }
    return FIX_NONE;
}

void fix_list_print(struct fix_list *list, const char *root,
                    const struct term *term, struct buf *out)
{
    enum fix_manager manager = manager_of(root);
    bool plain = root == NULL || is_name(str_c(root)) || root[0] == '/';

    if (list->packages.n == 0 || manager == FIX_NONE || !plain)
        return;
    buf_printf(out, "\n%sTo install what fixes %s:%s\n",
               term_style(term, TERM_BOLD),
               list->packages.n == 1 ? "it" : "them", term_end(term));
    fix_list_command(
        list, manager, root,
        term->width < TERM_TEXT_WIDTH ? term->width : TERM_TEXT_WIDTH, out);
}
