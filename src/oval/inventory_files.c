/* SPDX-License-Identifier: Apache-2.0
 *
 * Files whose contents follow from the operating system, but for a part that
 * an inventory does not tell, such as the point release. Such a file is given
 * as all the texts that it may have. What an expression finds in all of them
 * alike is a fact; what differs is not collected.
 */
#include "base/regex.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "oval/inventory_int.h"

enum {
    TEXTS_MAX = 48,
    MATCHES_MAX = 64,
    POINT_RELEASES = 40 /* more than any release has had */
};

/* Systems that are known by the id of their os-release. */
/* clang-format off */
static const struct inventory_os systems[] = {
    { "almalinux",           OVAL_MANAGER_RPM,  true },
    { "amzn",                OVAL_MANAGER_RPM,  false },
    { "azurelinux",          OVAL_MANAGER_RPM,  false },
    { "centos",              OVAL_MANAGER_RPM,  true },
    { "debian",              OVAL_MANAGER_DPKG, false },
    { "fedora",              OVAL_MANAGER_RPM,  true },
    { "mariner",             OVAL_MANAGER_RPM,  false },
    { "ol",                  OVAL_MANAGER_RPM,  true },
    { "opensuse-leap",       OVAL_MANAGER_RPM,  false },
    { "opensuse-tumbleweed", OVAL_MANAGER_RPM,  false },
    { "photon",              OVAL_MANAGER_RPM,  false },
    { "rhel",                OVAL_MANAGER_RPM,  true },
    { "rocky",               OVAL_MANAGER_RPM,  true },
    { "sled",                OVAL_MANAGER_RPM,  false },
    { "sles",                OVAL_MANAGER_RPM,  false },
    { "ubuntu",              OVAL_MANAGER_DPKG, false },
};

static const struct {
    const char *version;
    const char *codename;
    const char *debian; /* what /etc/debian_version says; NULL: one of
                           the later releases of Debian */
    bool lts;
} ubuntus[] = {
    { "10.04", "lucid",    "squeeze/sid",  true },
    { "12.04", "precise",  "wheezy/sid",   true },
    { "14.04", "trusty",   "jessie/sid",   true },
    { "16.04", "xenial",   "stretch/sid",  true },
    { "18.04", "bionic",   "buster/sid",   true },
    { "20.04", "focal",    "bullseye/sid", true },
    { "20.10", "groovy",   "bullseye/sid", false },
    { "21.04", "hirsute",  "bullseye/sid", false },
    { "21.10", "impish",   "bookworm/sid", false },
    { "22.04", "jammy",    "bookworm/sid", true },
    { "22.10", "kinetic",  "bookworm/sid", false },
    { "23.04", "lunar",    "bookworm/sid", false },
    { "23.10", "mantic",   "trixie/sid",   false },
    { "24.04", "noble",    "trixie/sid",   true },
    { "24.10", "oracular", "trixie/sid",   false },
    { "25.04", "plucky",   NULL,           false },
    { "25.10", "questing", NULL,           false },
    { "26.04", "resolute", NULL,           true },
};
/* clang-format on */

const struct inventory_os *inventory_os_of(str id)
{
    for (size_t i = 0; i < COUNT(systems); i++)
        if (str_eq_c(id, systems[i].id))
            return &systems[i];
    return NULL;
}

/* --- the texts a file may have --- */

struct texts {
    bool known; /* false: nothing is known of the file */
    size_t n;   /* 0 and known: the file is not there */
    str text[TEXTS_MAX];
    struct arena *arena;
};

static bool is_digits(str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    return text.n > 0;
}

/* "12" is of 12.0, 12.1 and so on; "12.4" is that one. */
static void texts_of_debian(struct texts *texts, str version)
{
    str minor = version;
    str major = str_cut(&minor, '.');

    texts->known = is_digits(major) && major.n <= 4 &&
                   (minor.n == 0 ? major.n == version.n : is_digits(minor));
    if (!texts->known)
        return;
    if (minor.n > 0)
        texts->text[texts->n++] =
            arena_printf(texts->arena, "%" PRIstr "\n", ARGstr(version));
    for (unsigned i = 0; minor.n == 0 && i < POINT_RELEASES; i++)
        texts->text[texts->n++] =
            arena_printf(texts->arena, "%" PRIstr ".%u\n", ARGstr(major), i);
}

static size_t ubuntu_of(str version)
{
    size_t i = 0;

    while (i < COUNT(ubuntus) && !str_eq_c(version, ubuntus[i].version))
        i++;
    return i;
}

static void texts_of_debian_version(struct texts *texts,
                                    const struct oval_os *os)
{
    const struct inventory_os *known = inventory_os_of(os->id);

    if (known == NULL)
        return;
    if (str_eq(os->id, STR("debian"))) {
        texts_of_debian(texts, os->version_id);
    } else if (str_eq(os->id, STR("ubuntu"))) {
        size_t i = ubuntu_of(os->version_id);

        texts->known = i < COUNT(ubuntus);
        if (texts->known && ubuntus[i].debian != NULL) {
            texts->text[texts->n++] =
                arena_printf(texts->arena, "%s\n", ubuntus[i].debian);
        } else if (texts->known) {
            texts->text[texts->n++] = STR("trixie/sid\n");
            texts->text[texts->n++] = STR("forky/sid\n");
        }
    } else {
        texts->known = known->manager == OVAL_MANAGER_RPM;
    }
}

static void texts_of_lsb_release(struct texts *texts, const struct oval_os *os)
{
    size_t i = ubuntu_of(os->version_id);

    texts->known = str_eq(os->id, STR("debian")) ||
                   (str_eq(os->id, STR("ubuntu")) && i < COUNT(ubuntus));
    if (!texts->known || !str_eq(os->id, STR("ubuntu")))
        return;
    for (unsigned point = 0; point < (ubuntus[i].lts ? 10 : 1); point++) {
        char number[8] = "";

        if (point > 0)
            snprintf(number, sizeof(number), ".%u", point);
        texts->text[texts->n++] = arena_printf(
            texts->arena,
            "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=%s\nDISTRIB_CODENAME=%s\n"
            "DISTRIB_DESCRIPTION=\"Ubuntu %s%s%s\"\n",
            ubuntus[i].version, ubuntus[i].codename, ubuntus[i].version, number,
            ubuntus[i].lts ? " LTS" : "");
    }
}

static const struct {
    const char *filename; /* in /etc */
    void (*texts)(struct texts *texts, const struct oval_os *os);
} files[] = {
    { "debian_version", texts_of_debian_version },
    { "lsb-release", texts_of_lsb_release },
};

/* --- what an expression finds --- */

struct match {
    int64_t instance;
    unsigned groups;
    str group[REGEX_GROUPS_MAX];
};

struct job {
    struct oval_sink *sink;
    const struct oval_want *instance;
    struct regex *regex;
    struct arena arena;
    bool differs; /* the texts do not have the same matches */
    struct err err;
};

struct matches {
    size_t n;
    struct match *match; /* MATCHES_MAX */
};

/* Groups that took no part give nothing. */
static void keep(struct matches *to, int64_t instance,
                 const struct regex_groups *groups)
{
    struct match *m = &to->match[to->n++];

    m->instance = instance;
    m->groups = 0;
    for (unsigned i = 0; i < groups->n; i++)
        if (groups->group[i].p != NULL)
            m->group[m->groups++] = groups->group[i];
}

static int find(struct job *job, str text, struct matches *to)
{
    struct regex_groups groups;
    int64_t instance = 0;
    size_t from = 0;

    to->n = 0;
    while (from <= text.n) {
        char number[24];
        int n;
        int rc = regex_match(job->regex, text, from, &groups, &job->err);

        if (rc <= 0)
            return rc;
        n = snprintf(number, sizeof(number), "%lld", (long long)++instance);
        if (oval_sink_match(job->sink, job->instance,
                            (str){ number, (size_t)n }) == OVAL_TRUE) {
            if (to->n == MATCHES_MAX)
                return err_set(&job->err, E_LIMIT, "more than %d matches",
                               MATCHES_MAX);
            keep(to, instance, &groups);
        }
        from = (size_t)(groups.group[0].p - text.p) + groups.group[0].n;
        from += groups.group[0].n == 0;
    }
    return 0;
}

/* Leaves in `first` what both have; a text that differs becomes p == NULL. */
static void intersect(struct job *job, struct matches *first,
                      const struct matches *other)
{
    job->differs |= first->n != other->n;
    for (size_t i = 0; !job->differs && i < first->n; i++) {
        struct match *a = &first->match[i];
        const struct match *b = &other->match[i];

        job->differs |= a->instance != b->instance || a->groups != b->groups;
        for (unsigned g = 0; !job->differs && g < a->groups; g++)
            if (a->group[g].p != NULL && !str_eq(a->group[g], b->group[g]))
                a->group[g] = STR_NONE;
    }
}

static void give_text(struct oval_sink *sink, const char *name, str value)
{
    if (value.p != NULL)
        oval_item_str(sink, name, value);
    else
        oval_item_status(sink, name, OVAL_STRING, OVAL_NOT_COLLECTED);
}

static void give(struct job *job, const char *filename, str pattern,
                 const struct match *m)
{
    struct oval_sink *sink = job->sink;

    oval_item_begin(sink, "independent:textfilecontent");
    oval_item_str(sink, "filepath",
                  arena_printf(&job->arena, "/etc/%s", filename));
    oval_item_str(sink, "path", STR("/etc"));
    oval_item_str(sink, "filename", str_c(filename));
    oval_item_str(sink, "pattern", pattern);
    oval_item_int(sink, "instance", m->instance);
    give_text(sink, "text", m->group[0]);
    for (unsigned i = 1; i < m->groups; i++)
        give_text(sink, "subexpression", m->group[i]);
    oval_item_end(sink);
}

static int go_over(struct job *job, const struct texts *texts,
                   const char *filename, str pattern)
{
    struct matches first = { 0 };
    struct matches other = { 0 };
    int rc = 0;

    first.match = mem_alloc(MATCHES_MAX, sizeof(*first.match));
    other.match = mem_alloc(MATCHES_MAX, sizeof(*other.match));
    for (size_t i = 0; rc == 0 && i < texts->n && !job->differs; i++) {
        rc = find(job, texts->text[i], i == 0 ? &first : &other);
        if (rc == 0 && i > 0)
            intersect(job, &first, &other);
    }
    for (size_t i = 0; rc == 0 && !job->differs && i < first.n; i++)
        give(job, filename, pattern, &first.match[i]);
    mem_free(first.match);
    mem_free(other.match);
    return rc;
}

/* --- the object --- */

static bool is_on(const struct oval_query *query, const char *name,
                  const char *otherwise)
{
    str value = oval_query_behavior(query, name, str_c(otherwise));

    return str_eq_c(value, "true") || str_eq_c(value, "1");
}

static unsigned flags_of(const struct oval_query *query)
{
    return (is_on(query, "multiline", "true") ? REGEX_MULTILINE : 0) |
           (is_on(query, "singleline", "false") ? REGEX_DOTALL : 0) |
           (is_on(query, "ignore_case", "false") ? REGEX_NOCASE : 0);
}

/* The row of the file that the object names word by word, or NULL. */
static const char *filename_of(const struct oval_query *query, size_t *out_row)
{
    str path;
    str name;

    if (!str_eq(oval_query_behavior(query, "recurse_direction", STR("none")),
                STR("none")))
        return NULL;
    if (oval_query_literal(query, "filepath", &path)) {
        if (!str_starts(path, STR("/etc/")))
            return NULL;
        name = str_sub(path, 5, SIZE_MAX);
    } else if (!oval_query_literal(query, "path", &path) ||
               !oval_query_literal(query, "filename", &name) ||
               (!str_eq(path, STR("/etc")) && !str_eq(path, STR("/etc/")))) {
        return NULL;
    }
    for (size_t i = 0; i < COUNT(files); i++) {
        *out_row = i;
        if (str_eq_c(name, files[i].filename))
            return files[i].filename;
    }
    return NULL;
}

/* An instance below zero counts from the last match: of that, nothing is
 * known for sure here. */
static bool is_understood(const struct oval_want *pattern,
                          const struct oval_want *instance)
{
    if (pattern == NULL || instance == NULL || pattern->is_var ||
        pattern->value_count != 1 || pattern->nil || instance->nil ||
        (pattern->operation != OVAL_PATTERN_MATCH &&
         pattern->operation != OVAL_EQUALS) ||
        instance->value_count == 0)
        return false;
    for (size_t i = 0; i < instance->value_count; i++) {
        int64_t value;

        if (str_to_i64(str_trim(instance->values[i]), 0, INT32_MAX, &value,
                       NULL) < 0)
            return false;
    }
    return true;
}

void inventory_collect_text(const struct oval_inventory *inventory,
                            struct regex_cache *regexes,
                            const struct oval_query *query,
                            struct oval_sink *sink)
{
    struct job job = { .sink = sink,
                       .instance = oval_query_want(query, "instance") };
    const struct oval_want *pattern = oval_query_want(query, "pattern");
    struct texts texts = { .arena = &job.arena };
    size_t row = 0;
    const char *filename = filename_of(query, &row);

    oval_sink_trust(sink);
    if (filename != NULL && is_understood(pattern, job.instance))
        files[row].texts(&texts, &inventory->os);
    if (!texts.known) {
        oval_sink_flag(sink, OVAL_FLAG_NOT_COLLECTED);
        oval_sink_message(sink, OVAL_LEVEL_INFO,
                          "an inventory does not tell this");
    } else if (texts.n > 0) {
        int rc = regex_cache_get(regexes, pattern->values[0], flags_of(query),
                                 &job.regex, &job.err);

        if (rc == 0)
            rc = go_over(&job, &texts, filename, pattern->values[0]);
        if (rc < 0)
            oval_sink_error(sink, "%s", err_text(&job.err));
        else if (job.differs)
            oval_sink_flag(sink, OVAL_FLAG_NOT_COLLECTED);
    }
    arena_clear(&job.arena);
}
