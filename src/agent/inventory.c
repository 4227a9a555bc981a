/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/inventory.h"

#include "base/utf8.h"
#include "base/vec.h"

enum {
    LINE_MAX = 4096,
    PROBLEMS_MAX = 32768,
};

str facts_clean(struct arena *arena, str text)
{
    size_t out = 0;
    char *copy = arena_alloc(arena, AGENT_NAME_MAX + 1, 1);

    text = str_trim(text);
    while (text.n > 0) {
        unsigned n = utf8_char(text);

        if (n > 1 ||
            (n == 1 && (unsigned char)text.p[0] >= ' ' && text.p[0] != 0x7f)) {
            if (out + n > AGENT_NAME_MAX)
                break;
            memcpy(copy + out, text.p, n);
            out += n;
        }
        text = str_sub(text, n > 0 ? n : 1, SIZE_MAX);
    }
    return (str){ copy, out };
}

void facts_problem(struct inventory_sources *from, const char *what)
{
    str text = facts_clean(from->arena, str_c(err_text(&from->err)));

    if (from->problems.n + text.n > PROBLEMS_MAX / 2)
        return;
    buf_printf(&from->problems, "%s: %" PRIstr "\n", what, ARGstr(text));
}

str facts_line(struct inventory_sources *from, const char *path)
{
    AUTO(buf_clear) struct buf text = BUF(LINE_MAX);

    if (probe_read(from->machine, path, &text, NULL) < 0)
        return STR("");
    return facts_clean(from->arena, buf_str(&text));
}

void inventory_collect(struct probe_machine *machine, const char *utmp,
                       int64_t now, struct arena *arena, struct inventory *out)
{
    struct inventory_sources from = {
        .utmp = utmp,
        .problems = BUF(PROBLEMS_MAX),
        .arena = arena,
        .machine = machine,
    };
    uint8_t *digest = arena_alloc(arena, JOB_DIGEST_BYTES, 1);

    *out = (struct inventory){ .collected = now };
    facts_os(&from, out);
    facts_hardware(&from, out);
    facts_packages(&from, out);
    facts_interfaces(&from, out);
    facts_users(&from, out);
    packages_sort(&out->packages);
    out->errors = arena_str(arena, str_trim(buf_str(&from.problems)));
    buf_clear(&from.problems);
    inventory_digest(out, digest);
    out->digest = (str){ (const char *)digest, JOB_DIGEST_BYTES };
}

/* Same name, architecture and version, so that only what is said of it
 * (source, key) may differ: that is a change, too. */
static bool same(const struct fact_package *a, const struct fact_package *b)
{
    return str_eq(a->source, b->source) &&
           str_eq(a->source_evr, b->source_evr) && str_eq(a->key_id, b->key_id);
}

static int identity_cmp(const struct fact_package *a,
                        const struct fact_package *b)
{
    int order = str_cmp(a->name, b->name);

    if (order == 0)
        order = str_cmp(a->arch, b->arch);
    return order != 0 ? order : str_cmp(a->evr, b->evr);
}

void inventory_delta(const struct inventory *older,
                     const struct inventory *newer, struct arena *arena,
                     struct inventory *out)
{
    const struct fact_package *a = older->packages.p;
    const struct fact_package *b = newer->packages.p;
    struct fact_package *added =
        arena_alloc(arena, newer->packages.n + 1, sizeof(*added));
    struct fact_package *removed =
        arena_alloc(arena, older->packages.n + 1, sizeof(*removed));
    size_t i = 0;
    size_t k = 0;

    *out = *newer;
    out->base_digest = older->digest;
    out->packages = (struct wire_list){ added, 0 };
    out->removed = (struct wire_list){ removed, 0 };
    while (i < older->packages.n || k < newer->packages.n) {
        int order = i == older->packages.n   ? 1
                    : k == newer->packages.n ? -1
                                             : identity_cmp(&a[i], &b[k]);

        if (order < 0)
            removed[out->removed.n++] = a[i];
        else if (order > 0 || !same(&a[i], &b[k]))
            added[out->packages.n++] = b[k];
        i += order <= 0;
        k += order >= 0;
    }
}
