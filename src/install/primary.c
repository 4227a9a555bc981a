/* SPDX-License-Identifier: Apache-2.0
 *
 * primary.xml: the packages of a repository of rpms, each with the place,
 * the size and the digest of its archive. The package manager fetched it and
 * judged its signature; here it only says what an archive from elsewhere must
 * be. Read as a stream; only what is needed is kept.
 */
#include <dirent.h>

#include "base/xml.h"
#include "install/rpm_int.h"

enum {
    DEPTH_MAX = 16,
    TEXT_ROOM = 4096,
    PLACE_MAX = 1024,
};

struct reading {
    const struct rpm_need *needs;
    size_t need_count;
    struct rpm_archives *out;
    str folder; /* in the stage; empty: the stage itself */
    struct buf text;
    unsigned depth;
    /* the package that is open */
    struct arena arena;
    bool in_package;
    str open; /* the child whose text matters; else empty */
    str name;
    str arch;
    str evr;
    str place;
    str digest;
    enum digest_kind kind;
    int64_t size;
};

static enum digest_kind kind_of(str word)
{
    static const struct {
        const char *word;
        enum digest_kind kind;
    } words[] = { { "sha256", DIGEST_SHA256 },
                  { "sha512", DIGEST_SHA512 },
                  { "sha384", DIGEST_SHA384 },
                  { "sha224", DIGEST_SHA224 } };

    for (size_t i = 0; i < COUNT(words); i++) {
        if (str_eq_c(word, words[i].word))
            return words[i].kind;
    }
    return DIGEST_KINDS; /* a weak one proves nothing */
}

static bool is_needed(const struct reading *r)
{
    for (size_t i = 0; i < r->need_count; i++) {
        const struct rpm_need *need = &r->needs[i];

        if (str_eq(need->name, r->name) && str_eq(need->arch, r->arch) &&
            str_eq(rpm_evr(need->evr), r->evr))
            return true;
    }
    return false;
}

static void end_package(struct reading *r)
{
    struct arena *arena = r->out->arena;
    struct archive *archive;
    str file = r->place;

    r->in_package = false;
    if (!is_needed(r) || r->digest.n == 0 || r->kind == DIGEST_KINDS ||
        r->place.n == 0 || r->place.n > PLACE_MAX)
        return;
    while (str_find_char(file, '/') < file.n)
        file = str_sub(file, str_find_char(file, '/') + 1, SIZE_MAX);
    archive = vec_push(&r->out->all);
    archive->file = arena_str(arena, file);
    archive->place = r->folder.n > 0
                         ? arena_printf(arena, "%" PRIstr "/%" PRIstr,
                                        ARGstr(r->folder), ARGstr(r->place))
                         : archive->file;
    archive->digest = arena_str(arena, r->digest);
    archive->kind = r->kind;
    archive->size = r->size;
}

static void begin_package(struct reading *r)
{
    arena_clear(&r->arena);
    r->in_package = true;
    r->name = r->arch = r->evr = r->place = r->digest = STR("");
    r->kind = DIGEST_KINDS;
    r->size = 0;
}

static void begin_child(struct reading *r, const struct xml_element *element)
{
    if (str_eq(element->name, STR("name"))) {
        r->open = STR("name");
    } else if (str_eq(element->name, STR("arch"))) {
        r->open = STR("arch");
    } else if (str_eq(element->name, STR("checksum"))) {
        r->open = STR("checksum");
        r->kind = kind_of(xml_attr(element, STR("type")));
    } else if (str_eq(element->name, STR("version"))) {
        r->evr =
            rpm_evr(arena_printf(&r->arena, "%" PRIstr ":%" PRIstr "-%" PRIstr,
                                 ARGstr(xml_attr(element, STR("epoch")).n > 0
                                            ? xml_attr(element, STR("epoch"))
                                            : STR("0")),
                                 ARGstr(xml_attr(element, STR("ver"))),
                                 ARGstr(xml_attr(element, STR("rel")))));
    } else if (str_eq(element->name, STR("location"))) {
        r->place = arena_str(&r->arena, xml_attr(element, STR("href")));
    } else if (str_eq(element->name, STR("size")) &&
               str_to_i64(xml_attr(element, STR("package")), 0,
                          (int64_t)1 << 50, &r->size, NULL) < 0) {
        r->size = 0;
    }
}

static int on_start(void *ctx, const struct xml_element *element,
                    struct err *err UNUSED)
{
    struct reading *r = ctx;

    r->depth++;
    r->open = STR("");
    buf_reset(&r->text);
    if (r->depth == 2 && str_eq(element->name, STR("package")))
        begin_package(r);
    else if (r->depth == 3 && r->in_package)
        begin_child(r, element);
    return 0;
}

static int on_end(void *ctx, struct err *err UNUSED)
{
    struct reading *r = ctx;
    str value = arena_str(&r->arena, str_trim(buf_str(&r->text)));

    if (str_eq(r->open, STR("name")))
        r->name = value;
    else if (str_eq(r->open, STR("arch")))
        r->arch = value;
    else if (str_eq(r->open, STR("checksum")))
        r->digest = value;
    r->open = STR("");
    buf_reset(&r->text);
    if (--r->depth == 1 && r->in_package)
        end_package(r);
    return 0;
}

static int on_text(void *ctx, str piece, struct err *err UNUSED)
{
    struct reading *r = ctx;

    if (r->open.n > 0)
        buf_add(&r->text, piece);
    return 0;
}

static const struct xml_handler handler = { .start = on_start,
                                            .end = on_end,
                                            .text = on_text };

int primary_read(const struct rpm_need *needs, size_t need_count, str folder,
                 const char *path, struct rpm_archives *out, struct err *err)
{
    struct reading r = { .needs = needs,
                         .need_count = need_count,
                         .out = out,
                         .folder = folder,
                         .text = BUF(TEXT_ROOM),
                         .open = STR("") };
    AUTO(stream_freep) struct stream *stream = NULL;
    struct xml_limits limits = XML_LIMITS;
    int rc = stream_open(path, NULL, &stream, err);

    limits.depth = DEPTH_MAX;
    if (rc == 0)
        rc = xml_read(stream, &limits, &handler, &r, err);
    buf_clear(&r.text);
    arena_clear(&r.arena);
    return rc;
}

/* --- The repositories of a cache. --- */

struct finding {
    const struct rpm_need *needs;
    size_t need_count;
    bool in_folders;
    struct rpm_archives *out;
};

/* "CACHE/ALIAS/repodata" */
static str alias_of(str folder)
{
    str rest = folder;
    str before = STR("");
    str last = STR("");

    while (rest.n > 0) {
        before = last;
        last = str_cut(&rest, '/');
    }
    return before;
}

/* What cannot be read (zchunk, a damaged file) only means that the share is
 * not asked. */
static void read_repository(void *ctx, const char *folder)
{
    struct finding *f = ctx;
    DIR *dir = opendir(folder);
    str alias = f->in_folders ? alias_of(str_c(folder)) : STR("");
    struct dirent *entry;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        AUTO(buf_clear) struct buf path = BUF(PATH_TEXT_MAX);
        str name = str_c(entry->d_name);

        if (str_find(name, STR("primary.xml")) == name.n)
            continue;
        buf_printf(&path, "%s/%s", folder, entry->d_name);
        if (primary_read(f->needs, f->need_count, alias, buf_c(&path), f->out,
                         NULL) < 0)
            continue;
    }
    if (dir != NULL)
        closedir(dir);
}

void rpm_share(struct install *install, struct changing *changing,
               const char *cache, const struct rpm_needs *needs)
{
    struct rpm_archives archives = { .arena = changing->arena };
    struct finding finding = { needs->p, needs->n, needs->in_folders,
                               &archives };

    if (install->options.source == NULL || needs->n == 0)
        return;
    rpm_each_repository(cache, read_repository, &finding);
    share_bring(install, changing, archives.all.p, archives.all.n);
    vec_clear(&archives.all);
}
