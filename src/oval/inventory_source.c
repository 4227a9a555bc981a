/* SPDX-License-Identifier: Apache-2.0
 *
 * An inventory as a source of items. What it gives of a package is what the
 * probes give of the same package on the device (src/probe/dpkginfo.c,
 * rpminfo.c), so that server and agent agree.
 */
#include "base/regex.h"
#include "base/vec.h"
#include "oval/inventory_int.h"
#include "oval/inventory_package.h"

struct inventory_source {
    struct oval_source source; /* first */
    const struct oval_inventory *inventory;
    const struct inventory_os *os; /* NULL: not known */
    bool source_packages;
    struct arena arena;
    struct regex_cache *regexes;                  /* once one is needed */
    VEC(const struct oval_installed *) all;       /* by name, each once */
    VEC(const struct oval_installed *) of_source; /* by name of the source */
};

/* --- the packages in order --- */

int inventory_package_order(const struct oval_installed *a,
                            const struct oval_installed *b)
{
    const str x[] = { a->name,   a->evr,    a->arch,
                      a->key_id, a->source, a->source_evr };
    const str y[] = { b->name,   b->evr,    b->arch,
                      b->key_id, b->source, b->source_evr };

    for (size_t i = 0; i < COUNT(x); i++) {
        int order = str_cmp(x[i], y[i]);

        if (order != 0)
            return order;
    }
    return 0;
}

static int by_package(const void *a, const void *b)
{
    return inventory_package_order(*(const struct oval_installed *const *)a,
                                   *(const struct oval_installed *const *)b);
}

static int by_source(const void *a, const void *b)
{
    const struct oval_installed *x = *(const struct oval_installed *const *)a;
    const struct oval_installed *y = *(const struct oval_installed *const *)b;
    int order = str_cmp(x->source, y->source);

    return order != 0 ? order : inventory_package_order(x, y);
}

static void sort_packages(struct inventory_source *s)
{
    const struct oval_inventory *inventory = s->inventory;

    for (size_t i = 0; i < inventory->package_count; i++)
        *vec_push(&s->all) = &inventory->packages[i];
    if (s->all.n > 1)
        qsort(s->all.p, s->all.n, sizeof(*s->all.p), by_package);
    for (size_t i = 0; s->source_packages && i < s->all.n; i++)
        if (s->all.p[i]->source.n > 0 &&
            !str_eq(s->all.p[i]->source, s->all.p[i]->name))
            *vec_push(&s->of_source) = s->all.p[i];
    if (s->of_source.n > 1)
        qsort(s->of_source.p, s->of_source.n, sizeof(*s->of_source.p),
              by_source);
}

/* Index of the first package whose name (or source) is not below name. */
static size_t lower_bound(const struct oval_installed *const *list, size_t n,
                          str name, bool of_source)
{
    size_t low = 0;

    while (n > 0) {
        size_t half = n / 2;
        str text =
            of_source ? list[low + half]->source : list[low + half]->name;

        if (str_cmp(text, name) < 0) {
            low += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return low;
}

/* --- packages as items --- */

static void give(struct inventory_source *s, struct oval_sink *sink,
                 const struct oval_installed *package, bool paths)
{
    struct inventory_facts facts;
    bool rpm = s->inventory->manager == OVAL_MANAGER_RPM;

    inventory_facts_of(&facts, s->inventory->manager, package,
                       oval_sink_arena(sink));
    oval_item_begin(sink, rpm ? "linux:rpminfo" : "linux:dpkginfo");
    for (size_t i = 0; i < facts.n; i++) {
        const struct oval_fact *fact = &facts.fact[i];

        if (fact->status == OVAL_EXISTS)
            oval_item_typed(sink, fact->name.p, fact->datatype, fact->value);
        else
            oval_item_status(sink, fact->name.p, fact->datatype, fact->status);
    }
    if (paths)
        oval_item_status(sink, "filepath", OVAL_STRING, OVAL_NOT_COLLECTED);
    oval_item_end(sink);
}

static void give_named(struct inventory_source *s, struct oval_sink *sink,
                       str name, bool paths)
{
    size_t at = lower_bound(s->all.p, s->all.n, name, false);

    for (; at < s->all.n && str_eq(s->all.p[at]->name, name); at++)
        give(s, sink, s->all.p[at], paths);
    at = lower_bound(s->of_source.p, s->of_source.n, name, true);
    for (; at < s->of_source.n && str_eq(s->of_source.p[at]->source, name);
         at++) {
        struct oval_installed as = inventory_as_source(s->of_source.p[at]);

        give(s, sink, &as, paths);
    }
}

/* The packages of a name, of listed names, or those whose name matches. */
static void collect_packages(struct inventory_source *s,
                             const struct oval_query *query,
                             struct oval_sink *sink)
{
    const struct oval_want *want = oval_query_want(query, "name");
    bool paths = !str_eq(oval_query_behavior(query, "filepaths", STR("false")),
                         STR("false"));
    str name;

    if (want == NULL) {
        oval_sink_error(sink, "%s_object has no name", query->name.p);
        return;
    }
    if (oval_query_literal(query, "name", &name)) {
        give_named(s, sink, name, paths);
        return;
    }
    if (inventory_is_list(want)) {
        for (size_t i = 0; i < want->value_count; i++)
            give_named(s, sink, want->values[i], paths);
        return;
    }
    for (size_t i = 0; i < s->all.n; i++)
        if (oval_sink_match(sink, want, s->all.p[i]->name) == OVAL_TRUE)
            give(s, sink, s->all.p[i], paths);
}

static void not_collected(struct oval_sink *sink, const char *why)
{
    oval_sink_flag(sink, OVAL_FLAG_NOT_COLLECTED);
    oval_sink_message(sink, OVAL_LEVEL_INFO, "%s", why);
}

/* A system that comes with one package manager has no packages of another;
 * of a system that is not known that cannot be said. */
enum oval_flag inventory_flag_of(str os_id, enum oval_manager used,
                                 enum oval_manager asked)
{
    const struct inventory_os *os = inventory_os_of(os_id);

    if (used == asked)
        return OVAL_FLAG_COMPLETE;
    return os != NULL && os->manager == used ? OVAL_FLAG_DOES_NOT_EXIST
                                             : OVAL_FLAG_NOT_COLLECTED;
}

static void collect_of(struct inventory_source *s, enum oval_manager manager,
                       const struct oval_query *query, struct oval_sink *sink)
{
    enum oval_flag flag =
        inventory_flag_of(s->inventory->os.id, s->inventory->manager, manager);

    if (flag == OVAL_FLAG_COMPLETE)
        collect_packages(s, query, sink);
    else if (flag == OVAL_FLAG_NOT_COLLECTED)
        not_collected(sink, "the inventory is of another package manager");
}

static void collect_dpkginfo(struct inventory_source *s,
                             const struct oval_query *query,
                             struct oval_sink *sink)
{
    oval_sink_trust(sink);
    collect_of(s, OVAL_MANAGER_DPKG, query, sink);
}

static void collect_rpminfo(struct inventory_source *s,
                            const struct oval_query *query,
                            struct oval_sink *sink)
{
    oval_sink_trust(sink);
    collect_of(s, OVAL_MANAGER_RPM, query, sink);
}

/* --- what the operating system decides --- */

static void collect_family(struct inventory_source *s,
                           const struct oval_query *query UNUSED,
                           struct oval_sink *sink)
{
    oval_item_begin(sink, "independent:family");
    if (s->os != NULL)
        oval_item_str(sink, "family", STR("unix"));
    else
        oval_item_status(sink, "family", OVAL_STRING, OVAL_NOT_COLLECTED);
    oval_item_end(sink);
}

static void give_known(struct oval_sink *sink, const char *name, str value)
{
    if (value.n > 0)
        oval_item_str(sink, name, value);
    else
        oval_item_status(sink, name, OVAL_STRING, OVAL_NOT_COLLECTED);
}

/* The machine as uname tells it, from the words that people also use. */
static str machine_of(str arch)
{
    static const char *const exact[] = { "x86_64",  "aarch64", "ppc64le",
                                         "s390x",   "i686",    "armv7l",
                                         "riscv64", "ppc64",   "loongarch64" };

    for (size_t i = 0; i < COUNT(exact); i++)
        if (str_eq_c(arch, exact[i]))
            return arch;
    if (str_eq(arch, STR("amd64")))
        return STR("x86_64");
    return str_eq(arch, STR("arm64")) ? STR("aarch64") : STR_NONE;
}

/* Whatever has dpkg or rpm has uname. */
static void collect_uname(struct inventory_source *s,
                          const struct oval_query *query UNUSED,
                          struct oval_sink *sink)
{
    str machine = machine_of(s->inventory->os.arch);

    if (s->os == NULL && s->inventory->manager == OVAL_MANAGER_OTHER) {
        not_collected(sink, "the operating system is not known");
        return;
    }
    oval_item_begin(sink, "unix:uname");
    give_known(sink, "machine_class", machine);
    give_known(sink, "node_name", STR_NONE);
    give_known(sink, "os_name", s->os != NULL ? STR("Linux") : STR_NONE);
    give_known(sink, "os_release", s->inventory->os.kernel);
    give_known(sink, "os_version", STR_NONE);
    give_known(sink, "processor_type", machine);
    oval_item_end(sink);
}

static void collect_text(struct inventory_source *s,
                         const struct oval_query *query, struct oval_sink *sink)
{
    if (s->regexes == NULL)
        s->regexes = regex_cache_new();
    inventory_collect_text(s->inventory, s->regexes, query, sink);
}

/* --- rpmverifyfile: who owns /etc/redhat-release --- */

#define RELEASE_FILE "/etc/redhat-release"

static const struct oval_installed *release_package(struct inventory_source *s)
{
    const struct oval_installed *found = NULL;

    for (size_t i = 0; i < INVENTORY_RELEASE_NAMES; i++) {
        str name = str_c(inventory_release_names[i]);
        size_t at = lower_bound(s->all.p, s->all.n, name, false);

        if (at == s->all.n || !str_eq(s->all.p[at]->name, name))
            continue;
        if (found != NULL ||
            (at + 1 < s->all.n && str_eq(s->all.p[at + 1]->name, name)))
            return NULL;
        found = s->all.p[at];
    }
    return found;
}

/* Facts of which the object asks nothing are of no matter; the others have
 * to satisfy it. An epoch that is one of two satisfies it when both do.
 * OVAL_UNKNOWN: it cannot be told. */
static enum oval_result release_matches(const struct oval_query *query,
                                        const struct inventory_facts *facts,
                                        struct oval_sink *sink)
{
    static const str epochs[] = { { "0", 1 }, { "(none)", 6 } };

    for (size_t i = 0; i < facts->n; i++) {
        const struct oval_fact *fact = &facts->fact[i];
        const struct oval_want *want = oval_query_want(query, fact->name.p);
        enum oval_result result;

        if (want == NULL)
            continue;
        if (fact->status == OVAL_EXISTS) {
            result = oval_sink_match(sink, want, fact->value);
        } else if (str_eq(fact->name, STR("epoch"))) {
            result = oval_sink_match(sink, want, epochs[0]);
            if (oval_sink_match(sink, want, epochs[1]) != result)
                result = OVAL_UNKNOWN;
        } else {
            result = OVAL_UNKNOWN;
        }
        if (result != OVAL_TRUE)
            return result;
    }
    return OVAL_TRUE;
}

static void give_release(struct inventory_facts *facts, struct oval_sink *sink)
{
    static const char *const first[] = { "name", "epoch", "version", "release",
                                         "arch" };
    static const char *const rest[] = {
        "size_differs",       "mode_differs",       "md5_differs",
        "device_differs",     "link_mismatch",      "ownership_differs",
        "group_differs",      "mtime_differs",      "capabilities_differ",
        "configuration_file", "documentation_file", "ghost_file",
        "license_file",       "readme_file",
    };

    oval_item_begin(sink, "linux:rpmverifyfile");
    for (size_t i = 0; i < COUNT(first); i++)
        give_known(sink, first[i], inventory_fact(facts, first[i])->value);
    oval_item_str(sink, "filepath", STR(RELEASE_FILE));
    give_known(sink, "extended_name",
               inventory_fact(facts, "extended_name")->value);
    for (size_t i = 0; i < COUNT(rest); i++)
        give_known(sink, rest[i], STR_NONE);
    oval_item_end(sink);
}

static void collect_verify(struct inventory_source *s,
                           const struct oval_query *query,
                           struct oval_sink *sink)
{
    const struct oval_installed *package = release_package(s);
    struct inventory_facts facts;
    str path;

    if (s->os != NULL && s->os->manager == OVAL_MANAGER_DPKG &&
        s->inventory->manager == OVAL_MANAGER_DPKG)
        return; /* no package of rpm, no file of one */
    if (!oval_query_literal(query, "filepath", &path) ||
        !str_eq(path, STR(RELEASE_FILE)) || s->os == NULL ||
        s->inventory->manager != OVAL_MANAGER_RPM ||
        (s->os->is_redhat && package == NULL)) {
        not_collected(sink, "an inventory does not tell the files of packages");
        return;
    }
    if (!s->os->is_redhat)
        return;
    oval_sink_trust(sink);
    inventory_facts_of(&facts, OVAL_MANAGER_RPM, package,
                       oval_sink_arena(sink));
    switch (release_matches(query, &facts, sink)) {
    case OVAL_TRUE:
        give_release(&facts, sink);
        break;
    case OVAL_UNKNOWN:
        not_collected(sink, "the inventory does not tell the whole package");
        break;
    default:
        break;
    }
}

/* --- the source --- */

static const struct {
    const char *family;
    const char *name;
    void (*collect)(struct inventory_source *s, const struct oval_query *query,
                    struct oval_sink *sink);
} kinds[] = {
    { "linux", "dpkginfo", collect_dpkginfo },
    { "linux", "rpminfo", collect_rpminfo },
    { "linux", "rpmverifyfile", collect_verify },
    { "independent", "family", collect_family },
    { "independent", "textfilecontent54", collect_text },
    { "unix", "uname", collect_uname },
};

static int collect(struct oval_source *source, const struct oval_query *query,
                   struct oval_sink *sink, struct err *err UNUSED)
{
    struct inventory_source *s = (struct inventory_source *)source;

    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (str_eq_c(query->name, kinds[i].name) &&
            str_eq_c(query->family, kinds[i].family)) {
            kinds[i].collect(s, query, sink);
            return 0;
        }
    }
    not_collected(sink, "an inventory does not tell this");
    return 0;
}

static int get_system(struct oval_source *source, struct oval_system *out,
                      struct err *err UNUSED)
{
    const struct inventory_source *s = (struct inventory_source *)source;

    *out = (struct oval_system){ .os_name = s->inventory->os.id,
                                 .os_version = s->inventory->os.version_id,
                                 .architecture = s->inventory->os.arch,
                                 .primary_host_name = s->inventory->device };
    return 0;
}

static void release(struct oval_source *source)
{
    struct inventory_source *s = (struct inventory_source *)source;

    regex_cache_free(s->regexes);
    arena_clear(&s->arena);
    vec_clear(&s->all);
    vec_clear(&s->of_source);
    mem_free(s);
}

static const struct oval_source_ops ops = {
    .collect = collect,
    .system = get_system,
    .free = release,
};

int oval_inventory_source_new(const struct oval_inventory *inventory,
                              const struct oval_inventory_options *options,
                              struct oval_source **out, struct err *err UNUSED)
{
    struct inventory_source *s = mem_alloc(1, sizeof(*s));

    s->source.ops = &ops;
    s->inventory = inventory;
    s->os = inventory_os_of(inventory->os.id);
    s->source_packages = options != NULL && options->source_packages &&
                         inventory->manager == OVAL_MANAGER_DPKG;
    sort_packages(s);
    *out = &s->source;
    return 0;
}
