/* SPDX-License-Identifier: Apache-2.0
 *
 * One line of JSON that is the inventory of a device. Made for millions of
 * packages of which most came before: their text is found by its bytes and
 * not taken apart again. JSON is read as RFC 8259 has it, and nothing more.
 */
#include "base/utf8.h"
#include "oval/inventory_int.h"

enum {
    DEPTH_MAX = 32, /* of members that are passed over */
    COLUMNS_MAX = 6 /* texts of a package */
};

struct parser {
    const char *start;
    const char *p;
    const char *end;
    struct arena *arena;
    const struct inventory_taker *taker;
    size_t packages;
};

static int expected(const struct parser *parser, const char *what,
                    struct err *err)
{
    return err_set(err, E_PARSE, "column %zu: expected %s",
                   (size_t)(parser->p - parser->start) + 1, what);
}

static void skip_blanks(struct parser *parser)
{
    while (parser->p < parser->end &&
           (*parser->p == ' ' || *parser->p == '\t' || *parser->p == '\r' ||
            *parser->p == '\n'))
        parser->p++;
}

static bool take(struct parser *parser, char c)
{
    skip_blanks(parser);
    if (parser->p == parser->end || *parser->p != c)
        return false;
    parser->p++;
    return true;
}

static char next_char(struct parser *parser)
{
    skip_blanks(parser);
    return parser->p < parser->end ? *parser->p : '\0';
}

/* --- texts --- */

static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The number of \uXXXX behind the backslash; -1: it is none. */
static int32_t take_unit(struct parser *parser)
{
    int32_t unit = 0;

    if (parser->end - parser->p < 5 || parser->p[0] != 'u')
        return -1;
    for (unsigned i = 1; i < 5; i++) {
        int digit = hex_of(parser->p[i]);

        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    parser->p += 5;
    return unit;
}

static size_t put_utf8(char *to, uint32_t c)
{
    if (c < 0x80) {
        to[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        to[0] = (char)(0xc0 | c >> 6);
        to[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        to[0] = (char)(0xe0 | c >> 12);
        to[1] = (char)(0x80 | (c >> 6 & 0x3f));
        to[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    to[0] = (char)(0xf0 | c >> 18);
    to[1] = (char)(0x80 | (c >> 12 & 0x3f));
    to[2] = (char)(0x80 | (c >> 6 & 0x3f));
    to[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

static int take_unicode(struct parser *parser, char *to, size_t *n,
                        struct err *err)
{
    int32_t unit = take_unit(parser);
    int32_t low;

    if (unit < 0 || (unit >= 0xdc00 && unit < 0xe000))
        return expected(parser, "four hexadecimal digits of a character", err);
    if (unit < 0xd800 || unit >= 0xe000) {
        *n += put_utf8(to + *n, (uint32_t)unit);
        return 0;
    }
    if (parser->p < parser->end && *parser->p == '\\')
        parser->p++;
    low = take_unit(parser);
    if (low < 0xdc00 || low >= 0xe000)
        return expected(parser, "the second half of a character", err);
    *n += put_utf8(to + *n, 0x10000 + ((uint32_t)(unit - 0xd800) << 10) +
                                (uint32_t)(low - 0xdc00));
    return 0;
}

static int take_escape(struct parser *parser, char *to, size_t *n,
                       struct err *err)
{
    static const char names[] = "\"\\/bfnrt";
    static const char values[] = "\"\\/\b\f\n\r\t";
    const char *found;

    parser->p++;
    if (parser->p == parser->end)
        return expected(parser, "a character behind '\\'", err);
    if (*parser->p == 'u')
        return take_unicode(parser, to, n, err);
    found = memchr(names, *parser->p, sizeof(names) - 1);
    if (found == NULL)
        return expected(parser, "a character that JSON escapes", err);
    to[(*n)++] = values[found - names];
    parser->p++;
    return 0;
}

/* From the first escape on: the text is put together in the arena. No escape
 * becomes longer than it is written. */
static int take_escaped(struct parser *parser, const char *first, str *out,
                        struct err *err)
{
    const char *quote = parser->p;
    size_t n = (size_t)(parser->p - first);
    char *to;

    while (quote < parser->end && *quote != '"')
        quote += *quote == '\\' ? 2 : 1;
    if (quote >= parser->end)
        return expected(parser, "the end of a text", err);
    to = arena_alloc(parser->arena, (size_t)(quote - first) + 1, 1);
    memcpy(to, first, n);
    while (parser->p < parser->end && *parser->p != '"') {
        int rc = 0;

        if ((unsigned char)*parser->p < 0x20)
            return expected(parser, "no control character in a text", err);
        if (*parser->p == '\\')
            rc = take_escape(parser, to, &n, err);
        else
            to[n++] = *parser->p++;
        if (rc < 0)
            return rc;
    }
    *out = (str){ to, n };
    return 0;
}

static int take_text(struct parser *parser, const char *what, str *out,
                     struct err *err)
{
    const char *first;
    int rc = 0;

    if (!take(parser, '"'))
        return expected(parser, what, err);
    first = parser->p;
    while (parser->p < parser->end && *parser->p != '"' && *parser->p != '\\' &&
           (unsigned char)*parser->p >= 0x20)
        parser->p++;
    *out = (str){ first, (size_t)(parser->p - first) };
    if (parser->p < parser->end && *parser->p == '\\')
        rc = take_escaped(parser, first, out, err);
    if (rc < 0)
        return rc;
    if (parser->p == parser->end || *parser->p != '"')
        return expected(parser, "the end of a text", err);
    parser->p++;
    if (utf8_valid(*out) != out->n)
        return expected(parser, "UTF-8 in the text before", err);
    return 0;
}

int inventory_check_word(str word, const char *what, struct err *err)
{
    if (word.n > OVAL_INVENTORY_WORD_MAX)
        return err_set(err, E_LIMIT, "%s is longer than %d bytes", what,
                       OVAL_INVENTORY_WORD_MAX);
    for (size_t i = 0; i < word.n; i++)
        if ((unsigned char)word.p[i] < 0x20 || word.p[i] == 0x7f)
            return err_set(err, E_INVALID, "%s has a control character", what);
    return 0;
}

static int take_word(struct parser *parser, const char *what, str *out,
                     struct err *err)
{
    int rc = take_text(parser, what, out, err);

    return rc < 0 ? rc : inventory_check_word(*out, what, err);
}

/* --- values that are passed over --- */

static int skip_digits(struct parser *parser, struct err *err)
{
    const char *first = parser->p;

    while (parser->p < parser->end && *parser->p >= '0' && *parser->p <= '9')
        parser->p++;
    return parser->p > first ? 0 : expected(parser, "a digit", err);
}

static int skip_number(struct parser *parser, struct err *err)
{
    const char *end = parser->end;
    int rc = 0;

    if (*parser->p == '-')
        parser->p++;
    if (parser->p < end && *parser->p == '0')
        parser->p++;
    else
        rc = skip_digits(parser, err);
    if (rc == 0 && parser->p < end && *parser->p == '.') {
        parser->p++;
        rc = skip_digits(parser, err);
    }
    if (rc == 0 && parser->p < end &&
        (*parser->p == 'e' || *parser->p == 'E')) {
        parser->p++;
        if (parser->p < end && (*parser->p == '+' || *parser->p == '-'))
            parser->p++;
        rc = skip_digits(parser, err);
    }
    return rc;
}

static bool take_literal(struct parser *parser, str word)
{
    if (!str_starts((str){ parser->p, (size_t)(parser->end - parser->p) },
                    word))
        return false;
    parser->p += word.n;
    return true;
}

static int skip_value(struct parser *parser, unsigned depth, struct err *err);

static int skip_members(struct parser *parser, char close, unsigned depth,
                        struct err *err)
{
    str name;

    parser->p++;
    if (take(parser, close))
        return 0;
    do {
        int rc = 0;

        if (close == '}') {
            rc = take_text(parser, "a name in quotes", &name, err);
            if (rc == 0 && !take(parser, ':'))
                rc = expected(parser, "':'", err);
        }
        if (rc == 0)
            rc = skip_value(parser, depth + 1, err);
        if (rc < 0)
            return rc;
    } while (take(parser, ','));
    return take(parser, close)
               ? 0
               : expected(parser, close == '}' ? "',' or '}'" : "',' or ']'",
                          err);
}

static int skip_value(struct parser *parser, unsigned depth, struct err *err)
{
    char c = next_char(parser);
    str text;

    if (depth > DEPTH_MAX)
        return err_set(err, E_LIMIT, "JSON is nested more than %d deep",
                       DEPTH_MAX);
    if (c == '"')
        return take_text(parser, "a text", &text, err);
    if (c == '{')
        return skip_members(parser, '}', depth, err);
    if (c == '[')
        return skip_members(parser, ']', depth, err);
    if (c == '-' || (c >= '0' && c <= '9'))
        return skip_number(parser, err);
    if (take_literal(parser, STR("true")) ||
        take_literal(parser, STR("false")) || take_literal(parser, STR("null")))
        return 0;
    return expected(parser, "a value", err);
}

/* --- members --- */

/* Goes through the members of an object; each is read by its row. */
struct member {
    const char *name;
    bool required;
    int (*read)(struct parser *parser, struct oval_inventory *out,
                struct err *err);
};

static int read_member(struct parser *parser, const struct member *rows,
                       size_t count, uint32_t *seen, struct oval_inventory *out,
                       struct err *err)
{
    const struct member *row = NULL;
    str name;
    int rc = take_text(parser, "a name in quotes", &name, err);

    if (rc < 0)
        return rc;
    for (size_t i = 0; i < count && row == NULL; i++)
        if (str_eq_c(name, rows[i].name))
            row = &rows[i];
    if (row != NULL && (*seen & 1U << (row - rows)) != 0)
        return err_set(err, E_PARSE, "'%s' is given twice", row->name);
    if (!take(parser, ':'))
        return expected(parser, "':'", err);
    if (row == NULL)
        return skip_value(parser, 1, err);
    *seen |= 1U << (row - rows);
    return row->read(parser, out, err);
}

static int read_object(struct parser *parser, const struct member *rows,
                       size_t count, struct oval_inventory *out,
                       struct err *err)
{
    uint32_t seen = 0;

    if (!take(parser, '{'))
        return expected(parser, "'{'", err);
    if (next_char(parser) != '}') {
        do {
            int rc = read_member(parser, rows, count, &seen, out, err);

            if (rc < 0)
                return rc;
        } while (take(parser, ','));
    }
    if (!take(parser, '}'))
        return expected(parser, "',' or '}'", err);
    for (size_t i = 0; i < count; i++)
        if (rows[i].required && (seen & 1U << i) == 0)
            return err_set(err, E_PARSE, "'%s' is missing", rows[i].name);
    return 0;
}

static int read_os_id(struct parser *parser, struct oval_inventory *out,
                      struct err *err)
{
    return take_word(parser, "the id of the operating system", &out->os.id,
                     err);
}

static int read_os_version(struct parser *parser, struct oval_inventory *out,
                           struct err *err)
{
    return take_word(parser, "the version of the operating system",
                     &out->os.version_id, err);
}

static int read_os_arch(struct parser *parser, struct oval_inventory *out,
                        struct err *err)
{
    return take_word(parser, "the architecture", &out->os.arch, err);
}

static int read_os_kernel(struct parser *parser, struct oval_inventory *out,
                          struct err *err)
{
    return take_word(parser, "the release of the kernel", &out->os.kernel, err);
}

static int read_os(struct parser *parser, struct oval_inventory *out,
                   struct err *err)
{
    static const struct member rows[] = {
        { "id", true, read_os_id },
        { "version_id", true, read_os_version },
        { "arch", true, read_os_arch },
        { "kernel", false, read_os_kernel },
    };
    int rc = read_object(parser, rows, COUNT(rows), out, err);

    return rc < 0 ? err_wrap(err, rc, "'os'") : 0;
}

static int read_device(struct parser *parser, struct oval_inventory *out,
                       struct err *err)
{
    int rc = take_word(parser, "the name of the device", &out->device, err);

    if (rc == 0 && out->device.n == 0)
        rc = err_set(err, E_INVALID, "the name of the device is empty");
    return rc;
}

enum oval_manager oval_manager_of(str text)
{
    if (str_eq(text, STR("dpkg")))
        return OVAL_MANAGER_DPKG;
    return str_eq(text, STR("rpm")) ? OVAL_MANAGER_RPM : OVAL_MANAGER_OTHER;
}

static int read_manager(struct parser *parser, struct oval_inventory *out,
                        struct err *err)
{
    str word;
    int rc = take_word(parser, "the package manager", &word, err);

    if (rc == 0 && word.n == 0)
        rc = err_set(err, E_INVALID, "the package manager is empty");
    if (rc == 0)
        out->manager = oval_manager_of(word);
    return rc;
}

/* --- packages --- */

static int read_columns(struct parser *parser, str *columns, struct err *err)
{
    static const char *const names[COLUMNS_MAX] = {
        "the name of a package", "the version of a package", "the architecture",
        "the name of a source",  "the version of a source",  "the id of a key",
    };
    unsigned n = 0;

    if (!take(parser, '['))
        return expected(parser, "'[' of a package", err);
    do {
        int rc;

        if (n == COLUMNS_MAX)
            return err_set(err, E_PARSE, "a package has more than %d texts",
                           COLUMNS_MAX);
        rc = take_word(parser, names[n], &columns[n], err);
        if (rc < 0)
            return rc;
        n++;
    } while (take(parser, ','));
    if (!take(parser, ']'))
        return expected(parser, "',' or ']'", err);
    if (n < 3)
        return err_set(err, E_PARSE,
                       "column %zu: a package is [name, version, "
                       "architecture]",
                       (size_t)(parser->p - parser->start));
    if (columns[0].n == 0)
        return err_set(err, E_INVALID,
                       "column %zu: the name of a package is empty",
                       (size_t)(parser->p - parser->start));
    return 0;
}

static int read_package(struct parser *parser, struct err *err)
{
    const struct inventory_taker *taker = parser->taker;
    const char *first = parser->p;
    size_t left = (size_t)(parser->end - first);
    size_t taken;
    const char *close;
    str columns[COLUMNS_MAX] = { 0 };
    str raw = STR("");
    int rc;

    if (++parser->packages > OVAL_INVENTORY_PACKAGES_MAX)
        return err_set(err, E_LIMIT, "more than %d packages",
                       OVAL_INVENTORY_PACKAGES_MAX);
    if (taker->guess != NULL) {
        taken = taker->guess(taker->ctx, (str){ first, left });
        parser->p += taken;
        if (taken > 0)
            return 0;
    }
    close = memchr(first, ']', left);
    if (close == NULL)
        return expected(parser, "']' of a package", err);
    if (taker->known != NULL) {
        raw = (str){ first, (size_t)(close + 1 - first) };
        if (taker->known(taker->ctx, raw)) {
            parser->p = close + 1;
            return 0;
        }
    }
    rc = read_columns(parser, columns, err);
    if (rc < 0)
        return rc;
    if (parser->p != close + 1)
        raw = STR("");
    return taker->package(taker->ctx, raw,
                          &(struct oval_installed){ columns[0], columns[1],
                                                    columns[2], columns[3],
                                                    columns[4], columns[5] },
                          err);
}

static int read_packages(struct parser *parser,
                         struct oval_inventory *out UNUSED, struct err *err)
{
    if (!take(parser, '['))
        return expected(parser, "'[' of the packages", err);
    if (take(parser, ']'))
        return 0;
    do {
        int rc;

        skip_blanks(parser);
        rc = read_package(parser, err);
        if (rc < 0)
            return rc;
    } while (take(parser, ','));
    return take(parser, ']') ? 0 : expected(parser, "',' or ']'", err);
}

int inventory_parse(str line, struct arena *arena,
                    const struct inventory_taker *taker,
                    struct oval_inventory *out, struct err *err)
{
    static const struct member rows[] = {
        { "device", true, read_device },
        { "os", true, read_os },
        { "manager", true, read_manager },
        { "packages", true, read_packages },
    };
    struct parser parser = { .start = line.p,
                             .p = line.p,
                             .end = line.p + line.n,
                             .arena = arena,
                             .taker = taker };
    struct oval_inventory inventory = { 0 };
    int rc = read_object(&parser, rows, COUNT(rows), &inventory, err);

    if (rc < 0)
        return rc;
    if (next_char(&parser) != '\0' || parser.p != parser.end)
        return expected(&parser, "the end of the line", err);
    inventory.package_count = parser.packages;
    *out = inventory;
    return 0;
}
