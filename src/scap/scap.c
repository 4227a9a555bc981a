/* SPDX-License-Identifier: Apache-2.0 */
#include "scap/scap.h"

#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include "scap/read_int.h"

enum {
    FOLDER_FILES_MAX = 200,
    FILE_NAME_MAX = 255,
};

static const char *const kinds[] = {
    [SCAP_XCCDF] = "XCCDF", [SCAP_TAILORING] = "tailoring",
    [SCAP_OVAL] = "OVAL",   [SCAP_CPE] = "CPE",
    [SCAP_OCIL] = "OCIL",   [SCAP_OTHER] = "other",
};

const char *scap_kind_text(enum scap_kind kind)
{
    return kind < SCAP_KINDS ? kinds[kind] : "";
}

void scap_problem(struct scap *scap, bool fatal, uint32_t line,
                  const char *format, ...)
{
    char text[ERR_TEXT_MAX];
    struct scap_problem *problem;
    va_list args;

    if (scap->problems.n >= READ_PROBLEMS_MAX && !fatal)
        return;
    if (scap->problems.n >= 2 * (size_t)READ_PROBLEMS_MAX)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    problem = vec_push(&scap->problems);
    problem->fatal = fatal;
    problem->line = line;
    problem->text = arena_str(&scap->arena, str_c(text));
}

static struct scap *scap_new(const char *name)
{
    struct scap *scap = mem_alloc(1, sizeof(*scap));

    scap->form = SCAP_FORM_FILES;
    scap->name = arena_str(&scap->arena, str_c(name));
    return scap;
}

static void benchmark_clear(struct xccdf_benchmark *b)
{
    if (b == NULL)
        return;
    vec_clear(&b->items);
    vec_clear(&b->values);
    map_clear(&b->item_ids);
    map_clear(&b->value_ids);
}

void scap_free(struct scap *scap)
{
    if (scap == NULL)
        return;
    for (size_t i = 0; i < scap->components.n; i++) {
        oval_content_free(scap->components.p[i].oval);
        benchmark_clear(scap->components.p[i].benchmark);
    }
    vec_clear(&scap->components);
    vec_clear(&scap->streams);
    vec_clear(&scap->refs);
    vec_clear(&scap->problems);
    arena_clear(&scap->arena);
    mem_free(scap);
}

void scap_freep(struct scap **scap)
{
    scap_free(*scap);
    *scap = NULL;
}

static int find_by_id(const struct scap *scap, str id)
{
    for (size_t i = 0; i < scap->components.n; i++)
        if (str_eq(scap->components.p[i].id, id))
            return (int)i;
    return -1;
}

/* The name without folders. */
static str base_name(str path)
{
    size_t at = path.n;

    while (at > 0 && path.p[at - 1] != '/')
        at--;
    return str_sub(path, at, path.n);
}

/* The reference of the stream called by "#id"; SCAP_NONE when there is none. */
static uint32_t ref_of_uri(const struct scap *scap, uint32_t stream, str uri)
{
    const struct scap_stream *s = &scap->streams.p[stream];

    if (uri.n < 2 || uri.p[0] != '#')
        return SCAP_NONE;
    uri = str_sub(uri, 1, uri.n);
    for (uint32_t i = 0; i < s->ref_count; i++)
        if (str_eq(scap->refs.p[s->ref_first + i].id, uri))
            return s->ref_first + i;
    return SCAP_NONE;
}

static uint32_t component_of_uri(const struct scap *scap, uint32_t stream,
                                 str uri)
{
    uint32_t ref = ref_of_uri(scap, stream, uri);
    int found;

    if (ref != SCAP_NONE)
        return scap->refs.p[ref].component;
    if (uri.n < 2 || uri.p[0] != '#')
        return SCAP_NONE;
    found = find_by_id(scap, str_sub(uri, 1, uri.n));
    return found < 0 ? SCAP_NONE : (uint32_t)found;
}

static bool is_address(str href)
{
    return str_find(href, STR("://")) < href.n;
}

bool scap_is_remote(const struct scap *scap, uint32_t ref, str href)
{
    const struct scap_uri *u = scap->refs.p[ref].uris;
    uint32_t to = SCAP_NONE;

    while (u != NULL && !str_eq(u->name, href))
        u = u->next;
    if (u != NULL)
        to = ref_of_uri(scap, scap->refs.p[ref].stream, u->uri);
    return is_address(to == SCAP_NONE ? href : scap->refs.p[to].href);
}

uint32_t scap_find_component(const struct scap *scap, uint32_t ref, str href)
{
    const struct scap_ref *from = &scap->refs.p[ref];
    int found;

    if (scap->form == SCAP_FORM_STREAM) {
        for (const struct scap_uri *u = from->uris; u != NULL; u = u->next)
            if (str_eq(u->name, href))
                return component_of_uri(scap, from->stream, u->uri);
        return component_of_uri(scap, from->stream, href);
    }
    found = find_by_id(scap, href);
    for (size_t i = 0; found < 0 && i < scap->components.n; i++)
        if (str_eq(base_name(scap->components.p[i].id), base_name(href)))
            found = (int)i;
    return found < 0 ? SCAP_NONE : (uint32_t)found;
}

static enum scap_place place_of(enum scap_kind kind)
{
    if (kind == SCAP_XCCDF || kind == SCAP_TAILORING)
        return SCAP_CHECKLISTS;
    return kind == SCAP_CPE ? SCAP_DICTIONARIES : SCAP_CHECKS;
}

static void make_stream(struct scap *scap)
{
    struct scap_stream *stream = vec_push(&scap->streams);

    stream->ref_first = (uint32_t)scap->refs.n;
    for (uint32_t i = 0; i < scap->components.n; i++) {
        struct scap_ref *ref = vec_push(&scap->refs);

        ref->id = scap->components.p[i].id;
        ref->href = ref->id;
        ref->place = (uint8_t)place_of(scap->components.p[i].kind);
        ref->component = i;
        stream->ref_count++;
    }
}

void scap_link(struct scap *scap)
{
    if (scap->streams.n == 0) {
        if (scap->form == SCAP_FORM_STREAM)
            scap_problem(scap, true, 0, "the collection has no data stream");
        make_stream(scap);
        return;
    }
    for (size_t i = 0; i < scap->refs.n; i++) {
        struct scap_ref *ref = &scap->refs.p[i];
        str id = str_sub(ref->href, 1, ref->href.n);
        int found = -1;

        if (ref->href.n > 0 && ref->href.p[0] == '#')
            found = find_by_id(scap, id);
        if (found >= 0)
            ref->component = (uint32_t)found;
        else
            scap_problem(scap, !is_address(ref->href), 0,
                         "component-ref '%" PRIstr "' refers to '%" PRIstr
                         "', which is not in the collection",
                         ARGstr(ref->id), ARGstr(ref->href));
    }
}

/* --- an XCCDF document and the files beside it --- */

struct folder {
    struct scap *scap;
    str dir; /* with a slash at its end, or "" */
    unsigned files;
};

static bool is_plain_name(str name)
{
    return name.n > 0 && name.n <= FILE_NAME_MAX && name.p[0] != '.' &&
           str_find_char(name, '/') == name.n &&
           str_find_char(name, '\0') == name.n;
}

/* What is not there stays a reference to nothing. */
static int add_beside(struct folder *folder, str name, struct err *err)
{
    AUTO(stream_freep) struct stream *stream = NULL;
    struct scap *scap = folder->scap;
    struct stream_limits limits = { READ_BYTES_MAX };
    const char *path;

    if (!is_plain_name(name) || find_by_id(scap, name) >= 0 ||
        folder->files >= FOLDER_FILES_MAX)
        return 0;
    path = arena_printf(&scap->arena, "%" PRIstr "%" PRIstr,
                        ARGstr(folder->dir), ARGstr(name))
               .p;
    if (access(path, F_OK) < 0)
        return 0;
    folder->files++;
    if (stream_open(path, &limits, &stream, err) < 0)
        return err->code;
    return scap_read(scap, stream, arena_c(&scap->arena, name), err);
}

static int add_checks(struct folder *folder, const struct xccdf_check *check,
                      struct err *err)
{
    int rc = 0;

    for (; rc == 0 && check != NULL; check = check->next) {
        const struct xccdf_content *c = check->contents;

        for (; rc == 0 && c != NULL; c = c->next)
            rc = add_beside(folder, c->href, err);
        if (rc == 0)
            rc = add_checks(folder, check->children, err);
    }
    return rc;
}

static int add_tests(struct folder *folder, const struct cpe_test *test,
                     struct err *err)
{
    int rc = 0;

    for (; rc == 0 && test != NULL; test = test->next) {
        rc = add_beside(folder, test->href, err);
        if (rc == 0)
            rc = add_tests(folder, test->children, err);
    }
    return rc;
}

/* "x-xccdf.xml" has its dictionary in "x-cpe-dictionary.xml". */
static int add_dictionary(struct folder *folder, str name, struct err *err)
{
    struct scap *scap = folder->scap;
    size_t at = str_find(name, STR("-xccdf.xml"));
    size_t before = scap->components.n;
    const struct cpe_item *item = NULL;
    int rc;

    if (at == name.n)
        return 0;
    rc = add_beside(folder,
                    arena_printf(&scap->arena, "%" PRIstr "-cpe-dictionary.xml",
                                 ARGstr(str_sub(name, 0, at))),
                    err);
    if (rc == 0 && scap->components.n > before &&
        scap->components.p[before].cpe != NULL)
        item = scap->components.p[before].cpe->items;
    for (; rc == 0 && item != NULL; item = item->next)
        for (const struct cpe_check *c = item->checks; rc == 0 && c != NULL;
             c = c->next)
            rc = add_beside(folder, c->href, err);
    return rc;
}

static int add_folder(struct scap *scap, str path, struct err *err)
{
    str name = base_name(path);
    struct folder folder = { scap, str_sub(path, 0, path.n - name.n), 0 };
    const struct xccdf_benchmark *b = scap->components.p[0].benchmark;
    const struct cpe_platform *p = b->platforms;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < b->items.n; i++)
        rc = add_checks(&folder, b->items.p[i].checks, err);
    for (; rc == 0 && p != NULL; p = p->next)
        rc = add_tests(&folder, p->test, err);
    return rc == 0 ? add_dictionary(&folder, name, err) : rc;
}

/* --- loading --- */

static int finish(struct scap *scap, struct err *err)
{
    bool tailoring =
        scap->components.n == 1 && scap->components.p[0].kind == SCAP_TAILORING;

    scap_link(scap);
    if (tailoring)
        scap->form = SCAP_FORM_TAILORING;
    for (size_t i = 0; i < scap->components.n; i++)
        if (tailoring || scap->components.p[i].kind == SCAP_XCCDF)
            return 0;
    return err_set(err, E_INVALID, "%" PRIstr ": has no XCCDF benchmark",
                   ARGstr(scap->name));
}

static int slurp(struct stream *stream, struct buf *out, struct err *err)
{
    size_t n = 1;
    int rc = 0;

    while (rc == 0 && n > 0) {
        char piece[1 << 14];

        rc = stream_read(stream, piece, sizeof(piece), &n, err);
        if (rc == 0)
            buf_add(out, (str){ piece, n });
    }
    return rc < 0 ? rc : buf_finish(out, stream_name(stream), err);
}

static int load_bytes(struct scap *scap, str bytes, struct err *err)
{
    AUTO(stream_freep) struct stream *stream = NULL;
    struct stream_limits limits = { READ_BYTES_MAX };
    int rc;

    if (scap_is_zip(bytes)) {
        scap->bundled = true;
        scap->form = SCAP_FORM_BUNDLE;
        return scap_read_bundle(scap, bytes, err);
    }
    rc = stream_open_memory(bytes, scap->name.p, &limits, &stream, err);
    if (rc == 0)
        rc = scap_read(scap, stream, base_name(scap->name).p, err);
    return rc;
}

/* A ZIP must be read whole, for its index is at its end. */
static bool is_zip_file(const char *path)
{
    char head[4];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    bool zip = fd >= 0 && read(fd, head, sizeof(head)) == sizeof(head) &&
               scap_is_zip((str){ head, sizeof(head) });

    if (fd >= 0)
        close(fd);
    return zip;
}

static int load_file(struct scap *scap, const char *path, struct err *err)
{
    AUTO(stream_freep) struct stream *stream = NULL;
    AUTO(buf_clear) struct buf bytes = BUF(READ_BYTES_MAX);
    struct stream_limits limits = { READ_BYTES_MAX };
    bool whole = strcmp(path, "-") == 0 || is_zip_file(path);
    int rc = stream_open(path, &limits, &stream, err);

    if (rc == 0 && whole) {
        rc = slurp(stream, &bytes, err);
        return rc < 0 ? rc : load_bytes(scap, buf_str(&bytes), err);
    }
    if (rc == 0)
        rc = scap_read(scap, stream, base_name(scap->name).p, err);
    if (rc == 0 && scap->form == SCAP_FORM_FILES &&
        scap->components.p[0].kind == SCAP_XCCDF)
        rc = add_folder(scap, scap->name, err);
    return rc;
}

static int loaded(struct scap *scap, int rc, struct scap **out, struct err *err)
{
    if (rc == 0)
        rc = finish(scap, err);
    if (rc < 0)
        scap_free(scap);
    else
        *out = scap;
    return rc;
}

int scap_load(const char *path, struct scap **out, struct err *err)
{
    struct err own = { 0 };
    struct scap *scap = scap_new(path);

    err = err == NULL ? &own : err;
    return loaded(scap, load_file(scap, path, err), out, err);
}

int scap_load_memory(str bytes, const char *name, struct scap **out,
                     struct err *err)
{
    struct err own = { 0 };
    struct scap *scap = scap_new(name);

    err = err == NULL ? &own : err;
    return loaded(scap, load_bytes(scap, bytes, err), out, err);
}

/* --- choosing --- */

const struct xccdf_benchmark *scap_benchmark(const struct scap *scap,
                                             uint32_t ref)
{
    uint32_t component = scap->refs.p[ref].component;

    return component == SCAP_NONE ? NULL
                                  : scap->components.p[component].benchmark;
}

static bool is_called(const struct scap *scap, uint32_t ref, str id)
{
    const struct scap_ref *r = &scap->refs.p[ref];

    return id.n == 0 || str_eq(id, r->id) ||
           str_eq(id, scap->components.p[r->component].id) ||
           str_eq(id, scap_benchmark(scap, ref)->items.p[0].id);
}

int scap_choose(const struct scap *scap, str stream, str benchmark,
                uint32_t *out_ref, struct err *err)
{
    bool known = stream.n == 0;

    for (uint32_t i = 0; i < scap->refs.n; i++) {
        const struct scap_ref *ref = &scap->refs.p[i];

        if (stream.n > 0 && !str_eq(stream, scap->streams.p[ref->stream].id))
            continue;
        known = true;
        if (scap_benchmark(scap, i) == NULL || !is_called(scap, i, benchmark))
            continue;
        *out_ref = i;
        return 0;
    }
    if (!known)
        return err_set(err, E_ABSENT,
                       "%" PRIstr ": there is no data stream '%" PRIstr "'",
                       ARGstr(scap->name), ARGstr(stream));
    return err_set(err, E_ABSENT,
                   "%" PRIstr ": there is no benchmark '%" PRIstr "'",
                   ARGstr(scap->name), ARGstr(benchmark));
}
