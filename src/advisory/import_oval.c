/* SPDX-License-Identifier: Apache-2.0
 *
 * OVAL definitions of the class "patch", as Red Hat, Ubuntu, SUSE, Oracle and
 * others publish them: a definition is an advisory; its criteria lead by tests
 * to objects (names of packages) and states (the version that has the fix).
 * Those follow the definitions in the file, so definitions wait for its end.
 *
 * Only "is earlier than" of packages is read: that a system is installed, a key
 * signed, a kernel runs, says nothing of what an update holds.
 */
#include "advisory/import_int.h"
#include "base/map.h"

#define DEFINITION "/oval_definitions/definitions/definition"
#define METADATA DEFINITION "/metadata"
#define ADVISORY METADATA "/advisory"

enum {
    IDS_MAX = 4 << 20, /* tests, objects, states, variables, references */
    RELEASES_MAX = 16, /* of one definition */
};

struct oval_definition {
    struct advisory advisory;
    str own_id;
    size_t vulns; /* the first of each in the lists of all; the next one's is
                     the end */
    size_t urls;
    size_t tests;
    size_t releases;
};

/* What a test compares. */
struct pair {
    str object;
    str state;
};

struct oval_file {
    struct advisory_reader *reader;
    struct arena *kept;
    VEC(struct oval_definition) all;
    VEC(str) vulns;
    VEC(str) urls;
    VEC(str) tests;    /* ids */
    VEC(str) releases; /* as os-release names them */
    size_t others;     /* definitions of other classes */
    bool wanted;       /* the definition that is read is a patch */
    size_t negated;    /* bytes of the path of negated criteria; 0: none */

    /* Later sections: text by id, and which element is read. */
    struct map objects; /* to `texts`: a name, or "=ID" of a variable */
    struct map states;  /* the version */
    struct map variables;
    struct map checks; /* tests, to `pairs` */
    VEC(str) texts;
    VEC(struct pair) pairs;
    str id;   /* of the element that is read */
    str text; /* what it came to so far */
    size_t ids;
};

static str keep(struct oval_file *f, str text)
{
    return arena_str(f->kept, str_trim(text));
}

static int count_id(struct oval_file *f, struct err *err)
{
    return ++f->ids > IDS_MAX
               ? err_set(err, E_LIMIT, "more than %d tests, objects and states",
                         IDS_MAX)
               : 0;
}

/* --- Definitions. --- */

static void on_definition(struct oval_file *f,
                          const struct xml_element *element)
{
    struct oval_definition *d;

    f->negated = 0;
    f->wanted = str_eq(xml_attr(element, STR("class")), STR("patch"));
    f->others += !f->wanted;
    if (!f->wanted)
        return;
    d = vec_push(&f->all);
    *d = (struct oval_definition){ .vulns = f->vulns.n,
                                   .urls = f->urls.n,
                                   .tests = f->tests.n,
                                   .releases = f->releases.n };
    d->own_id = keep(f, xml_attr(element, STR("id")));
    d->advisory.type = ADVISORY_SECURITY;
}

static void add_vuln(struct oval_file *f, str text)
{
    str id = reader_cut_cve(&text);
    size_t from = f->all.p[f->all.n - 1].vulns;

    if (id.n == 0 || f->vulns.n - from >= ADVISORY_VULNS_MAX)
        return;
    for (size_t i = from; i < f->vulns.n; i++)
        if (str_eq(f->vulns.p[i], id))
            return;
    *vec_push(&f->vulns) = keep(f, id);
}

static bool is_cve(str source, str id)
{
    return str_eq_nocase(source, STR("CVE")) || str_starts(id, STR("CVE-"));
}

/* The advisory's own number is the first reference that is no CVE. */
static void on_reference(struct oval_file *f, const struct xml_element *element)
{
    struct advisory *a = &f->all.p[f->all.n - 1].advisory;
    str id = xml_attr(element, STR("ref_id"));
    str url = xml_attr(element, STR("ref_url"));

    if (is_cve(xml_attr(element, STR("source")), id)) {
        add_vuln(f, id);
    } else if (a->id.n == 0) {
        a->id = keep(f, str_sub(str_trim(id), 0, ADVISORY_NAME_MAX));
        a->url = keep(f, url);
    }
    if (url.n > 0 && str_starts(url, STR("http")))
        *vec_push(&f->urls) = keep(f, url);
}

/* A bugfix has its word in the advisory's number (RHBA) or title. */
static void guess_type(struct advisory *a)
{
    if (str_starts(a->id, STR("RHBA")) || str_starts(a->id, STR("ELBA")) ||
        str_starts(a->id, STR("ALBA")))
        a->type = ADVISORY_BUGFIX;
    else if (str_starts(a->id, STR("RHEA")) || str_starts(a->id, STR("ELEA")) ||
             str_starts(a->id, STR("ALEA")))
        a->type = ADVISORY_ENHANCEMENT;
}

static void add_release(struct oval_file *f, str text)
{
    str name = reader_release(f->reader, text);
    size_t from = f->all.p[f->all.n - 1].releases;

    if (release_family_of(name) == RELEASE_OTHER ||
        f->releases.n - from >= RELEASES_MAX)
        return;
    for (size_t i = from; i < f->releases.n; i++)
        if (str_eq(f->releases.p[i], name))
            return;
    *vec_push(&f->releases) = keep(f, name);
}

static int on_criterion(struct oval_file *f, str path,
                        const struct xml_element *element, struct err *err)
{
    bool negate = str_eq(xml_attr(element, STR("negate")), STR("true"));

    if (str_ends(path, STR("/criteria"))) {
        if (negate && f->negated == 0)
            f->negated = path.n;
        return 0;
    }
    if (negate || f->negated != 0 || !str_ends(path, STR("/criterion")))
        return 0;
    *vec_push(&f->tests) = keep(f, xml_attr(element, STR("test_ref")));
    return count_id(f, err);
}

static int on_metadata(struct oval_file *f, str path,
                       const struct xml_element *element, struct err *err)
{
    struct advisory *a = &f->all.p[f->all.n - 1].advisory;

    if (str_starts(path, STR(DEFINITION "/criteria")))
        return on_criterion(f, path, element, err);
    if (str_eq(path, STR(METADATA "/reference")))
        on_reference(f, element);
    else if (str_eq(path, STR(ADVISORY "/issued")))
        a->issued = reader_time(xml_attr(element, STR("date")));
    else if (str_eq(path, STR(ADVISORY "/updated")))
        a->updated = reader_time(xml_attr(element, STR("date")));
    return 0;
}

static void on_metadata_text(struct oval_file *f, str path, str text)
{
    struct advisory *a = &f->all.p[f->all.n - 1].advisory;

    if (str_eq(path, STR(METADATA "/title"))) {
        a->title = keep(f, str_sub(text, 0, ADVISORY_TEXT_MAX));
    } else if (str_eq(path, STR(METADATA "/description"))) {
        a->text = keep(f, str_sub(text, 0, ADVISORY_TEXT_MAX));
    } else if (str_eq(path, STR(ADVISORY "/severity"))) {
        a->severity = advisory_severity_of(text);
        a->severity_text =
            str_eq_nocase(text, STR("none")) ? STR("") : keep(f, text);
    } else if (str_eq(path, STR(ADVISORY "/cve"))) {
        add_vuln(f, text);
    } else if (str_eq(path, STR(METADATA "/affected/platform")) ||
               str_eq(path, STR(ADVISORY "/affected_cpe_list/cpe"))) {
        add_release(f, text);
    }
}

/* --- Tests, objects, states, variables. --- */

static bool is_package_element(str path, const char *section, const char *kind)
{
    str rest = path;
    str prefix = str_c(section);
    static const str managers[] = { { "rpminfo", 7 }, { "dpkginfo", 8 } };

    if (!str_starts(rest, prefix))
        return false;
    rest = str_sub(rest, prefix.n, SIZE_MAX);
    for (size_t i = 0; i < COUNT(managers); i++)
        if (str_starts(rest, managers[i]) &&
            str_eq_c(str_sub(rest, managers[i].n, SIZE_MAX), kind))
            return true;
    return false;
}

static void remember(struct oval_file *f, struct map *map, str id, str text)
{
    if (id.n == 0 || text.n == 0 || map_get(map, id) != MAP_NONE)
        return;
    map_add(map, arena_str(f->kept, id), (uint32_t)f->texts.n);
    *vec_push(&f->texts) = arena_str(f->kept, text);
}

static str text_of(const struct oval_file *f, const struct map *map, str id)
{
    uint32_t at = map_get(map, id);

    return at == MAP_NONE ? STR("") : f->texts.p[at];
}

static int begin_element(struct oval_file *f, const struct xml_element *element,
                         struct err *err)
{
    f->id = keep(f, xml_attr(element, STR("id")));
    f->text = STR("");
    return count_id(f, err);
}

static int on_test(struct oval_file *f, const struct xml_element *element,
                   struct err *err)
{
    int rc = begin_element(f, element, err);

    if (rc == 0 && f->id.n > 0 && map_get(&f->checks, f->id) == MAP_NONE) {
        map_add(&f->checks, f->id, (uint32_t)f->pairs.n);
        *vec_push(&f->pairs) = (struct pair){ STR(""), STR("") };
    } else {
        f->id = STR("");
    }
    return rc;
}

static void on_test_part(struct oval_file *f, str path,
                         const struct xml_element *element)
{
    struct pair *pair;

    if (f->id.n == 0 || f->pairs.n == 0)
        return;
    pair = &f->pairs.p[f->pairs.n - 1];
    if (str_ends(path, STR("_test/object")))
        pair->object = keep(f, xml_attr(element, STR("object_ref")));
    else if (str_ends(path, STR("_test/state")) && pair->state.n == 0)
        pair->state = keep(f, xml_attr(element, STR("state_ref")));
}

#define TESTS "/oval_definitions/tests/"
#define OBJECTS "/oval_definitions/objects/"
#define STATES "/oval_definitions/states/"
#define VARIABLE "/oval_definitions/variables/constant_variable"

static int on_section(struct oval_file *f, str path,
                      const struct xml_element *element, struct err *err)
{
    str reference;

    if (is_package_element(path, TESTS, "_test"))
        return on_test(f, element, err);
    if (is_package_element(path, OBJECTS, "_object") ||
        is_package_element(path, STATES, "_state") ||
        str_eq(path, STR(VARIABLE)))
        return begin_element(f, element, err);
    if (str_starts(path, STR(TESTS)))
        on_test_part(f, path, element);
    reference = xml_attr(element, STR("var_ref"));
    if (is_package_element(path, OBJECTS, "_object/name") && reference.n > 0)
        f->text = arena_printf(f->kept, "=%" PRIstr, ARGstr(reference));
    if (is_package_element(path, STATES, "_state/evr") &&
        !str_eq(xml_attr(element, STR("operation")), STR("less than")))
        f->id = STR(""); /* another comparison says nothing of a fix */
    return 0;
}

static void on_section_end(struct oval_file *f, str path, str text)
{
    if (is_package_element(path, OBJECTS, "_object/name") && f->text.n == 0)
        f->text = keep(f, text);
    else if (is_package_element(path, STATES, "_state/evr"))
        f->text = keep(
            f, str_starts(text, STR("0:")) ? str_sub(text, 2, SIZE_MAX) : text);
    else if (str_eq(path, STR(VARIABLE "/value")))
        f->text =
            arena_printf(f->kept, "%" PRIstr "%s%" PRIstr, ARGstr(f->text),
                         f->text.n > 0 ? "\n" : "", ARGstr(text));
    else if (is_package_element(path, OBJECTS, "_object"))
        remember(f, &f->objects, f->id, f->text);
    else if (is_package_element(path, STATES, "_state"))
        remember(f, &f->states, f->id, f->text);
    else if (str_eq(path, STR(VARIABLE)))
        remember(f, &f->variables, f->id, f->text);
}

/* --- The file. --- */

static int on_start(void *ctx, str path, const struct xml_element *element,
                    struct err *err)
{
    struct oval_file *f = ctx;

    if (path.n <= sizeof("/oval_definitions") - 1)
        return str_eq(path, STR("/oval_definitions"))
                   ? 0
                   : err_set(err, E_PARSE, "<oval_definitions> was expected");
    if (str_eq(path, STR(DEFINITION)))
        on_definition(f, element);
    else if (!str_starts(path, STR(DEFINITION "/")))
        return on_section(f, path, element, err);
    else if (f->wanted)
        return on_metadata(f, path, element, err);
    return 0;
}

static int on_end(void *ctx, str path, str text, struct err *err UNUSED)
{
    struct oval_file *f = ctx;

    if (f->negated != 0 && path.n == f->negated)
        f->negated = 0;
    if (str_eq(path, STR(DEFINITION)) && f->wanted)
        guess_type(&f->all.p[f->all.n - 1].advisory);
    else if (str_eq(path, STR("/oval_definitions/generator/timestamp")))
        reader_date(f->reader, str_sub(text, 0, 10));
    else if (!str_starts(path, STR(DEFINITION)))
        on_section_end(f, path, text);
    else if (f->wanted)
        on_metadata_text(f, path, text);
    return 0;
}

/* --- What they came to. --- */

struct emitting {
    struct oval_file *file;
    const struct oval_definition *definition;
    size_t releases_end;
    struct map seen; /* "NAME VERSION" */
};

static int emit_item(struct emitting *e, str package, str version,
                     struct err *err)
{
    struct oval_file *f = e->file;
    const struct oval_definition *d = e->definition;
    struct advisory_item item = {
        .package = package,
        .version = version,
        .status = ADVISORY_FIXED,
        .day =
            d->advisory.issued > 0 ? (uint16_t)(d->advisory.issued / 86400) : 0,
    };
    int rc = 0;

    if (f->reader->import->release != NULL)
        item.release = str_c(f->reader->import->release);
    if (item.release.n > 0 || d->releases == e->releases_end)
        return advisory_draft_item(f->reader->draft, &item, err);
    for (size_t i = d->releases; rc == 0 && i < e->releases_end; i++) {
        item.release = f->releases.p[i];
        rc = advisory_draft_item(f->reader->draft, &item, err);
    }
    return rc;
}

/* One test: a package, or several by a variable, and its version. */
static int emit_test(struct emitting *e, str test, struct err *err)
{
    struct oval_file *f = e->file;
    uint32_t at = map_get(&f->checks, test);
    str names = STR("");
    str version = STR("");
    int rc = 0;

    if (at != MAP_NONE) {
        names = text_of(f, &f->objects, f->pairs.p[at].object);
        version = text_of(f, &f->states, f->pairs.p[at].state);
    }
    if (str_starts(names, STR("=")))
        names = text_of(f, &f->variables, str_sub(names, 1, SIZE_MAX));
    while (rc == 0 && version.n > 0 && names.n > 0) {
        str name = str_trim(str_cut(&names, '\n'));
        str key = arena_printf(&f->reader->arena, "%" PRIstr " %" PRIstr,
                               ARGstr(name), ARGstr(version));

        if (name.n > 0 && map_get(&e->seen, key) == MAP_NONE) {
            map_add(&e->seen, key, 0);
            rc = emit_item(e, name, version, err);
        }
    }
    return rc;
}

static int emit(struct oval_file *f, size_t at, struct err *err)
{
    struct oval_definition *d = &f->all.p[at];
    const struct oval_definition *next =
        at + 1 < f->all.n ? &f->all.p[at + 1] : NULL;
    size_t vulns = next != NULL ? next->vulns : f->vulns.n;
    size_t urls = next != NULL ? next->urls : f->urls.n;
    size_t tests = next != NULL ? next->tests : f->tests.n;
    struct advisory_draft *draft = f->reader->draft;
    struct emitting e = {
        .file = f,
        .definition = d,
        .releases_end = next != NULL ? next->releases : f->releases.n,
        .seen = MAP,
    };
    int rc;

    if (d->advisory.id.n == 0)
        d->advisory.id = d->own_id;
    rc = advisory_draft_advisory(draft, &d->advisory, err);
    for (size_t i = d->urls; rc == 0 && i < urls; i++)
        rc = advisory_draft_reference(draft, f->urls.p[i], err);
    if (rc == 0)
        rc = advisory_draft_notice(draft, err);
    for (size_t i = d->vulns; rc == 0 && i < vulns; i++)
        rc = advisory_draft_vulnerability(draft, f->vulns.p[i], err);
    for (size_t i = d->tests; rc == 0 && i < tests; i++)
        rc = emit_test(&e, f->tests.p[i], err);
    map_clear(&e.seen);
    arena_clear(&f->reader->arena);
    return rc;
}

/* "oval:com.redhat.rhsa:def:20230001": the publisher, com.redhat. What follows
 * differs from one definition to the next. */
static str publisher_of(const struct oval_file *f)
{
    str rest = f->all.p[0].own_id;
    str name;
    size_t dot;

    (void)str_cut(&rest, ':');
    name = str_sub(str_cut(&rest, ':'), 0, 200);
    dot = str_find_char(name, '.');
    if (dot < name.n)
        dot += 1 + str_find_char(str_sub(name, dot + 1, SIZE_MAX), '.');
    return str_sub(name, 0, dot);
}

static int emit_all(struct oval_file *f, struct err *err)
{
    AUTO(buf_clear) struct buf id = BUF(ADVISORY_NAME_MAX * 2);
    const struct advisory_import *import = f->reader->import;
    int rc;

    f->reader->skipped = f->others;
    if (f->all.n == 0)
        return err_set(err, E_INVALID,
                       "none of its definitions is of the class 'patch'");
    f->reader->source = arena_printf(&f->reader->kept, "OVAL %" PRIstr,
                                     ARGstr(publisher_of(f)));
    f->reader->documents = 1;
    if (import->release != NULL)
        buf_add_c(&id, import->release);
    else if (f->releases.n > 0)
        buf_add(&id, f->releases.p[0]);
    buf_printf(&id, " %" PRIstr, ARGstr(publisher_of(f)));
    rc = advisory_draft_document(f->reader->draft, buf_str(&id), err);
    for (size_t i = 0; rc == 0 && i < f->all.n; i++)
        rc = emit(f, i, err);
    return rc;
}

int import_oval(struct advisory_reader *reader, struct err *err)
{
    struct oval_file f = { .reader = reader,
                           .kept = &reader->kept,
                           .objects = MAP,
                           .states = MAP,
                           .variables = MAP,
                           .checks = MAP };
    struct reader_xml xml = { on_start, on_end, &f };
    int rc = reader_xml(reader, &xml, err);

    if (rc == 0)
        rc = emit_all(&f, err);
    vec_clear(&f.all);
    vec_clear(&f.vulns);
    vec_clear(&f.urls);
    vec_clear(&f.tests);
    vec_clear(&f.releases);
    vec_clear(&f.texts);
    vec_clear(&f.pairs);
    map_clear(&f.objects);
    map_clear(&f.states);
    map_clear(&f.variables);
    map_clear(&f.checks);
    return rc;
}
