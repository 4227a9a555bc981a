/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/dpkg_db.h"

enum field {
    FIELD_PACKAGE,
    FIELD_STATUS,
    FIELD_ARCHITECTURE,
    FIELD_VERSION,
    FIELD_SOURCE,
    FIELDS,
    FIELD_OTHER = FIELDS
};

struct parser {
    struct dpkg_db *db;
    enum dpkg_kind kind;
    const char *file;
    uint32_t line;
    uint32_t first_line; /* of the stanza */
    bool in_stanza;
    str fields[FIELDS]; /* p == NULL: not given */
};

struct dpkg_db *dpkg_db_new(void)
{
    return mem_alloc(1, sizeof(struct dpkg_db));
}

void dpkg_db_free(void *p)
{
    struct dpkg_db *db = p;

    if (db == NULL)
        return;
    for (size_t i = 0; i < db->texts.n; i++)
        mem_free(db->texts.p[i]);
    vec_clear(&db->texts);
    vec_clear(&db->packages);
    map_clear(&db->by_name);
    map_clear(&db->by_source);
    map_clear(&db->not_present);
    mem_free(db);
}

void dpkg_db_freep(struct dpkg_db **db)
{
    dpkg_db_free(*db);
    *db = NULL;
}

uint32_t dpkg_db_find(const struct dpkg_db *db, str name)
{
    return map_get(&db->by_name, name);
}

uint32_t dpkg_db_find_source(const struct dpkg_db *db, str name)
{
    return map_get(&db->by_source, name);
}

struct dpkg_version dpkg_version_split(str version)
{
    struct dpkg_version parts = { STR_NONE, version, STR("") };
    size_t colon = str_find_char(version, ':');

    if (colon < version.n) {
        parts.epoch = str_sub(version, 0, colon);
        parts.upstream = str_sub(version, colon + 1, SIZE_MAX);
    }
    for (size_t i = parts.upstream.n; i > 0; i--) {
        if (parts.upstream.p[i - 1] != '-')
            continue;
        parts.revision = str_sub(parts.upstream, i, SIZE_MAX);
        parts.upstream = str_sub(parts.upstream, 0, i - 1);
        break;
    }
    return parts;
}

void dpkg_db_index_sources(struct dpkg_db *db)
{
    if (db->has_sources)
        return;
    db->has_sources = true;
    map_reserve(&db->by_source, (uint32_t)db->packages.n);
    for (size_t i = db->packages.n; i > 0; i--) {
        struct dpkg_package *package = &db->packages.p[i - 1];
        str source = package->source;

        if (source.n == 0 || package->gone)
            continue;
        package->next_source = map_get(&db->by_source, source);
        map_set(&db->by_source, source, (uint32_t)i - 1);
    }
}

/* True for the states of dpkg(1) that leave files on the disk. */
static int read_status(str status, bool *out_present)
{
    static const struct {
        const char *name;
        bool present;
    } states[] = {
        { "installed", true },        { "unpacked", true },
        { "half-configured", true },  { "half-installed", true },
        { "triggers-awaited", true }, { "triggers-pending", true },
        { "config-files", false },    { "not-installed", false },
    };
    str want = str_cut(&status, ' ');
    str flag = str_cut(&status, ' ');

    if (want.n == 0 || flag.n == 0)
        return E_PARSE;
    for (size_t i = 0; i < COUNT(states); i++) {
        if (!str_eq_c(status, states[i].name))
            continue;
        *out_present = states[i].present;
        return 0;
    }
    return E_PARSE;
}

static bool is_word(str text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] <= ' ')
            return false;
    return text.n > 0;
}

static int add_package(struct dpkg_db *db, const struct dpkg_package *package)
{
    uint32_t index = (uint32_t)db->packages.n;
    uint32_t at = map_add(&db->by_name, package->name, index);

    if (at != index) {
        unsigned same = 1;

        for (; db->packages.p[at].next != DPKG_NONE; same++)
            at = db->packages.p[at].next;
        if (same >= DPKG_SAME_NAME_MAX)
            return E_LIMIT;
        db->packages.p[at].next = index;
    }
    *vec_push(&db->packages) = *package;
    return db->packages.n > DPKG_PACKAGES_MAX ? E_LIMIT : 0;
}

/* A pending change: what was known of the package is no longer so. */
static void drop_package(struct dpkg_db *db, str name, str arch)
{
    for (uint32_t at = dpkg_db_find(db, name); at != DPKG_NONE;
         at = db->packages.p[at].next)
        if (str_eq(db->packages.p[at].arch, arch))
            db->packages.p[at].gone = true;
}

/* Source: name, or name (version). */
static int read_source(struct dpkg_package *package, str source)
{
    str name;

    if (source.n == 0)
        return 0;
    name = str_cut(&source, ' ');
    source = str_trim(source);
    package->source = name;
    if (source.n == 0)
        return 0;
    if (source.p[0] != '(' || source.p[source.n - 1] != ')')
        return E_PARSE;
    package->source_version = str_trim(str_sub(source, 1, source.n - 2));
    return is_word(package->source_version) ? 0 : E_PARSE;
}

static int bad(const struct parser *parser, str name, const char *what,
               struct err *err)
{
    return err_set(err, E_PARSE, "%s: line %u: package '%" PRIstr "': %s",
                   parser->file, parser->first_line, ARGstr(name), what);
}

static int end_stanza(struct parser *parser, struct err *err)
{
    const str *fields = parser->fields;
    struct dpkg_package package = { .name = fields[FIELD_PACKAGE],
                                    .arch = fields[FIELD_ARCHITECTURE],
                                    .version = fields[FIELD_VERSION],
                                    .next = DPKG_NONE,
                                    .next_source = DPKG_NONE };
    bool present = parser->kind == DPKG_STATUS_D;

    parser->in_stanza = false;
    parser->db->paragraphs++;
    if (!is_word(package.name))
        return err_set(err, E_PARSE,
                       "%s: line %u: no 'Package: NAME' in this paragraph",
                       parser->file, parser->first_line);
    if (fields[FIELD_STATUS].p == NULL) {
        if (!present)
            return bad(parser, package.name, "no Status", err);
    } else if (read_status(fields[FIELD_STATUS], &present) < 0) {
        return bad(parser, package.name,
                   "Status is not three words that end in a state of dpkg",
                   err);
    }
    if (parser->kind == DPKG_UPDATE)
        drop_package(parser->db, package.name, package.arch);
    if (!present) {
        map_add(&parser->db->not_present, package.name, 0);
        return 0;
    }
    if (!is_word(package.version) || package.version.n > DPKG_WORD_MAX)
        return bad(parser, package.name, "present, but Version is not one word",
                   err);
    if (package.arch.n > 0 && !is_word(package.arch))
        return bad(parser, package.name, "Architecture is not one word", err);
    if (read_source(&package, fields[FIELD_SOURCE]) < 0)
        return bad(parser, package.name, "Source is not 'NAME (VERSION)'", err);
    if (add_package(parser->db, &package) < 0)
        return err_set(err, E_LIMIT,
                       "%s: line %u: more than %d packages, or more than %d "
                       "called '%" PRIstr "'",
                       parser->file, parser->first_line, DPKG_PACKAGES_MAX,
                       DPKG_SAME_NAME_MAX, ARGstr(package.name));
    return 0;
}

/* The length tells nearly all other fields apart. */
static enum field field_of(str name)
{
    switch (name.n) {
    case 6:
        if (str_eq_nocase(name, STR("Status")))
            return FIELD_STATUS;
        return str_eq_nocase(name, STR("Source")) ? FIELD_SOURCE : FIELD_OTHER;
    case 7:
        if (str_eq_nocase(name, STR("Package")))
            return FIELD_PACKAGE;
        return str_eq_nocase(name, STR("Version")) ? FIELD_VERSION
                                                   : FIELD_OTHER;
    case 12:
        return str_eq_nocase(name, STR("Architecture")) ? FIELD_ARCHITECTURE
                                                        : FIELD_OTHER;
    default:
        return FIELD_OTHER;
    }
}

static int add_line(struct parser *parser, str line, struct err *err)
{
    str value = line;
    str name = str_cut(&value, ':');
    enum field field;

    if (line.p[0] == ' ' || line.p[0] == '\t') {
        if (parser->in_stanza)
            return 0; /* goes on with a field; none of ours has two lines */
        return err_set(err, E_PARSE,
                       "%s: line %u: a continuation line before any field",
                       parser->file, parser->line);
    }
    if (name.n == line.n || !is_word(name))
        return err_set(err, E_PARSE, "%s: line %u: expected 'Field: value'",
                       parser->file, parser->line);
    if (!parser->in_stanza) {
        parser->in_stanza = true;
        parser->first_line = parser->line;
        memset(parser->fields, 0, sizeof(parser->fields));
    }
    field = field_of(name);
    if (field == FIELD_OTHER)
        return 0;
    if (parser->fields[field].p != NULL)
        return err_set(err, E_PARSE, "%s: line %u: %" PRIstr " is given twice",
                       parser->file, parser->line, ARGstr(name));
    parser->fields[field] = str_trim(value);
    return 0;
}

static int parse(struct parser *parser, str text, struct err *err)
{
    while (text.n > 0) {
        str line = str_cut(&text, '\n');
        int rc = 0;

        parser->line++;
        if (line.n > 0)
            rc = add_line(parser, line, err);
        else if (parser->in_stanza)
            rc = end_stanza(parser, err);
        if (rc < 0)
            return rc;
    }
    return parser->in_stanza ? end_stanza(parser, err) : 0;
}

int dpkg_db_add(struct dpkg_db *db, enum dpkg_kind kind, const char *file,
                struct buf *text, struct err *err)
{
    struct parser parser = { .db = db, .kind = kind, .file = file };
    str all = buf_str(text);

    if (all.n == 0)
        return 0;
    *vec_push(&db->texts) = TAKE(text->p);
    *text = BUF_INIT(text->limit);
    if (all.n > DPKG_TEXT_MAX - db->text_size)
        return err_set(err, E_LIMIT, "%s: package lists of more than %d MB",
                       file, DPKG_TEXT_MAX / 1024 / 1024);
    db->text_size += all.n;
    if (memchr(all.p, '\0', all.n) != NULL)
        return err_set(err, E_PARSE, "%s: holds a NUL byte", file);
    if (all.p[all.n - 1] != '\n' && kind != DPKG_STATUS_D)
        return err_set(err, E_PARSE, "%s: cut off: its last line does not end",
                       file);
    return parse(&parser, all, err);
}
