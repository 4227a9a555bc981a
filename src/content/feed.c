/* SPDX-License-Identifier: Apache-2.0 */
#include "content/feed.h"

#include <time.h>

enum {
    FORMAT = 1
};

/* clang-format off */
static const struct field {
    const char *key;
    size_t offset;
} fields[] = {
    { "id", offsetof(struct feed, id) },
    { "title", offsetof(struct feed, title) },
    { "vendor", offsetof(struct feed, vendor) },
    { "os", offsetof(struct feed, os) },
    { "os_version", offsetof(struct feed, os_version) },
    { "url", offsetof(struct feed, url) },
    { "etag", offsetof(struct feed, etag) },
    { "last_modified", offsetof(struct feed, last_modified) },
    { "sha256", offsetof(struct feed, sha256) },
    { "generated", offsetof(struct feed, generated) },
    { "pack", offsetof(struct feed, pack) },
};
/* clang-format on */

static str *field_of(struct feed *feed, size_t i)
{
    return (str *)(void *)((char *)feed + fields[i].offset);
}

void feed_clear(struct feed *feed)
{
    arena_clear(&feed->arena);
    *feed = (struct feed)FEED;
}

static bool is_id_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool feed_id_is_valid(str id)
{
    if (id.n == 0 || id.n > FEED_ID_MAX || !is_id_char(id.p[0]))
        return false;
    for (size_t i = 0; i < id.n; i++) {
        char c = id.p[i];

        if (!is_id_char(c) && (c == '\0' || strchr("._-", c) == NULL))
            return false;
    }
    return true;
}

str feed_id_of_path(struct arena *arena, str path)
{
    static const char *const endings[] = { ".bz2",  ".gz",  ".xz",  ".zst",
                                           ".pack", ".xml", ".oval" };
    char *id;
    size_t n = 0;

    path = str_sub(path, 0, str_find_char(path, '?'));
    while (path.n > 0 && path.p[path.n - 1] == '/')
        path.n--;
    while (str_find_char(path, '/') < path.n)
        str_cut(&path, '/');
    for (size_t i = 0; i < COUNT(endings); i++) {
        str ending = str_c(endings[i]);

        if (str_ends(path, ending))
            path.n -= ending.n;
    }
    id = arena_alloc(arena, path.n + 1, 1);
    for (size_t i = 0; i < path.n && n < FEED_ID_MAX; i++) {
        char c = path.p[i];

        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (is_id_char(c) || (n > 0 && strchr("._-", c) != NULL && c != 0))
            id[n++] = c;
    }
    return (str){ id, n };
}

static bool is_text(str value)
{
    if (value.n > FEED_VALUE_MAX)
        return false;
    for (size_t i = 0; i < value.n; i++) {
        if ((unsigned char)value.p[i] < ' ')
            return false;
    }
    return true;
}

static int parse_line(str key, str value, struct feed *out, struct err *err)
{
    int64_t flag = 0;
    int rc;

    if (!is_text(value))
        return err_set(err, E_PARSE, "the value of '%" PRIstr "' is no text",
                       ARGstr(key));
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (str_eq_c(key, fields[i].key)) {
            *field_of(out, i) = arena_str(&out->arena, value);
            return 0;
        }
    }
    if (str_eq_c(key, "installed"))
        return str_to_i64(value, 0, INT64_MAX, &out->installed_s, err);
    if (str_eq_c(key, "definitions"))
        return str_to_i64(value, 0, UINT32_MAX, &out->definitions, err);
    if (!str_eq_c(key, "names_sources"))
        return 0; /* a newer Holdfast knows more */
    rc = str_to_i64(value, 0, 1, &flag, err);
    if (rc == 0)
        out->names_sources = flag == 1;
    return rc;
}

static int check(const struct feed *feed, struct err *err)
{
    if (!feed_id_is_valid(feed->id))
        return err_set(err, E_INVALID, "'%" PRIstr "' is no id of a feed",
                       ARGstr(feed->id));
    if (!str_ends(feed->pack, STR(".pack")) ||
        str_find_char(feed->pack, '/') < feed->pack.n)
        return err_set(err, E_INVALID, "'%" PRIstr "' is no name of a pack",
                       ARGstr(feed->pack));
    return 0;
}

int feed_parse(str text, struct feed *out, struct err *err)
{
    AUTO(feed_clear) struct feed feed = FEED;
    str first = str_cut(&text, '\n');
    int rc = 0;

    if (!str_eq(first, STR("holdfast-feed 1")))
        return err_set(err, E_UNSUPPORTED,
                       "line 1: expected 'holdfast-feed %d'", FORMAT);
    for (unsigned line = 2; rc == 0 && text.n > 0; line++) {
        str value = str_cut(&text, '\n');
        str key = str_cut(&value, '=');

        rc = parse_line(key, value, &feed, err);
        if (rc < 0)
            return err_wrap(err, rc, "line %u", line);
    }
    rc = check(&feed, err);
    if (rc < 0)
        return rc;
    *out = feed;
    feed = (struct feed)FEED;
    return 0;
}

void feed_write(const struct feed *feed, struct buf *out)
{
    struct feed *f = (struct feed *)(uintptr_t)feed; /* only read */

    buf_printf(out, "holdfast-feed %d\n", FORMAT);
    for (size_t i = 0; i < COUNT(fields); i++) {
        str value = *field_of(f, i);

        if (value.n == 0 || !is_text(value))
            continue;
        buf_printf(out, "%s=", fields[i].key);
        buf_add(out, value);
        buf_add_char(out, '\n');
    }
    buf_printf(out, "installed=%lld\ndefinitions=%lld\nnames_sources=%d\n",
               (long long)feed->installed_s, (long long)feed->definitions,
               feed->names_sources);
}

static bool number_at(str text, size_t at, size_t n, int min, int max, int *out)
{
    int64_t value;

    if (at + n > text.n || text.p[at] == '-' || text.p[at] == '+' ||
        str_to_i64(str_sub(text, at, n), min, max, &value, NULL) < 0)
        return false;
    *out = (int)value;
    return true;
}

/* Seconds east of UTC that "Z", "+hh:mm" or "" stand for. */
static bool zone_of(str text, int *out_seconds)
{
    int hours;
    int minutes;

    *out_seconds = 0;
    if (text.n == 0 || str_eq(text, STR("Z")))
        return true;
    if (text.n != 6 || text.p[3] != ':' ||
        (text.p[0] != '+' && text.p[0] != '-') ||
        !number_at(text, 1, 2, 0, 14, &hours) ||
        !number_at(text, 4, 2, 0, 59, &minutes))
        return false;
    *out_seconds = (hours * 60 + minutes) * 60 * (text.p[0] == '-' ? -1 : 1);
    return true;
}

int64_t feed_time(str text)
{
    struct tm tm = { 0 };
    size_t at = 19;
    int zone;

    if (text.n < at || text.p[4] != '-' || text.p[7] != '-' ||
        (text.p[10] != 'T' && text.p[10] != ' ') || text.p[13] != ':' ||
        text.p[16] != ':')
        return -1;
    if (!number_at(text, 0, 4, 1970, 9999, &tm.tm_year) ||
        !number_at(text, 5, 2, 1, 12, &tm.tm_mon) ||
        !number_at(text, 8, 2, 1, 31, &tm.tm_mday) ||
        !number_at(text, 11, 2, 0, 24, &tm.tm_hour) ||
        !number_at(text, 14, 2, 0, 59, &tm.tm_min) ||
        !number_at(text, 17, 2, 0, 60, &tm.tm_sec))
        return -1;
    if (at < text.n && text.p[at] == '.') {
        for (at++; at < text.n && text.p[at] >= '0' && text.p[at] <= '9';)
            at++;
    }
    if (!zone_of(str_sub(text, at, SIZE_MAX), &zone))
        return -1;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    return (int64_t)timegm(&tm) - zone;
}

bool feed_fits(const struct feed *feed, str os, str os_version)
{
    str version = feed->os_version;

    if (feed->os.n == 0 || !str_eq(feed->os, os))
        return false;
    return version.n == 0 || str_eq(version, os_version) ||
           (str_starts(os_version, version) && os_version.p[version.n] == '.');
}
