/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule/zone.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "schedule/calendar.h"
#include "schedule/zone_int.h"

enum {
    HEADER_BYTES = 44,
    TYPE_BYTES = 6,
};

struct zone {
    char *name;
    size_t changes;
    int64_t *at;       /* ascending */
    int32_t *offset_s; /* from at[i] on */
    int64_t first_s;   /* the offset before the first change */
    bool has_rule;     /* for what follows the last change */
    struct zone_rule rule;
};

/* What the header of a TZif block counts. */
struct counts {
    uint32_t utc_flags;
    uint32_t std_flags;
    uint32_t leaps;
    uint32_t changes;
    uint32_t types;
    uint32_t chars;
};

const struct zone *zone_utc(void)
{
    static char name[] = "UTC";
    static const struct zone utc = { .name = name };

    return &utc;
}

void zone_free(struct zone *zone)
{
    if (zone == NULL || zone == zone_utc())
        return;
    mem_free(zone->name);
    mem_free(zone->at);
    mem_free(zone->offset_s);
    mem_free(zone);
}

void zone_freep(struct zone **zone)
{
    zone_free(*zone);
    *zone = NULL;
}

const char *zone_name(const struct zone *zone)
{
    return zone->name;
}

static struct zone *zone_new(str name)
{
    struct zone *zone = mem_alloc(1, sizeof(*zone));

    zone->name = mem_alloc(name.n + 1, 1);
    if (name.n > 0)
        memcpy(zone->name, name.p, name.n);
    return zone;
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '+' || c == '-';
}

bool zone_name_is_valid(str name)
{
    if (name.n == 0 || name.n > ZONE_NAME_MAX || name.p[name.n - 1] == '/')
        return false;
    while (name.n > 0) {
        str part = str_cut(&name, '/');

        if (part.n == 0)
            return false;
        for (size_t i = 0; i < part.n; i++) {
            if (!is_name_char(part.p[i]))
                return false;
        }
    }
    return true;
}

static uint64_t number(const char *p, size_t n)
{
    uint64_t value = 0;

    for (size_t i = 0; i < n; i++)
        value = value << 8 | (uint8_t)p[i];
    return value;
}

static int cut_short(struct err *err)
{
    return err_set(err, E_CORRUPT, "it ends too early");
}

static int take_header(str *bytes, struct counts *out, struct err *err)
{
    const char *p = bytes->p;

    if (bytes->n < HEADER_BYTES)
        return cut_short(err);
    if (!str_starts(*bytes, STR("TZif")))
        return err_set(err, E_CORRUPT, "it is no TZif file");
    if (p[4] < '2')
        return err_set(err, E_UNSUPPORTED,
                       "it is a TZif file of version 1; expected version 2 "
                       "or later");
    out->utc_flags = (uint32_t)number(p + 20, 4);
    out->std_flags = (uint32_t)number(p + 24, 4);
    out->leaps = (uint32_t)number(p + 28, 4);
    out->changes = (uint32_t)number(p + 32, 4);
    out->types = (uint32_t)number(p + 36, 4);
    out->chars = (uint32_t)number(p + 40, 4);
    *bytes = str_sub(*bytes, HEADER_BYTES, SIZE_MAX);
    return 0;
}

/* Six counts of 32 bits times at most 13 do not overflow 64 bits. */
static uint64_t block_bytes(const struct counts *c, uint64_t time_bytes)
{
    return c->changes * (time_bytes + 1) + (uint64_t)c->types * TYPE_BYTES +
           c->chars + c->leaps * (time_bytes + 4) + c->std_flags +
           (uint64_t)c->utc_flags;
}

static int take_type(const char *types, uint32_t i, int32_t *out,
                     struct err *err)
{
    uint64_t raw = number(types + (size_t)i * TYPE_BYTES, 4);
    int64_t offset_s = (int32_t)(uint32_t)raw;

    if (offset_s < ZONE_OFFSET_LOW_S || offset_s > ZONE_OFFSET_HIGH_S)
        return err_set(err, E_CORRUPT,
                       "an offset of %lld seconds lies outside -25 to 26 hours",
                       (long long)offset_s);
    *out = (int32_t)offset_s;
    return 0;
}

static int take_changes(struct zone *zone, const char *p,
                        const struct counts *c, struct err *err)
{
    const char *kinds = p + (size_t)c->changes * 8;
    const char *types = kinds + c->changes;
    int32_t first_s = 0;
    int rc = take_type(types, 0, &first_s, err);

    if (rc < 0)
        return rc;
    zone->first_s = first_s;
    zone->at = mem_alloc(c->changes + 1, sizeof(*zone->at));
    zone->offset_s = mem_alloc(c->changes + 1, sizeof(*zone->offset_s));
    for (uint32_t i = 0; i < c->changes; i++) {
        uint8_t kind = (uint8_t)kinds[i];

        zone->at[i] = (int64_t)number(p + (size_t)i * 8, 8);
        if (i > 0 && zone->at[i] <= zone->at[i - 1])
            return err_set(err, E_CORRUPT, "its times do not ascend");
        if (kind >= c->types)
            return err_set(err, E_CORRUPT,
                           "a time has a kind that is not "
                           "there");
        rc = take_type(types, kind, &zone->offset_s[i], err);
        if (rc < 0)
            return rc;
    }
    zone->changes = c->changes;
    return 0;
}

/* The rule stands between two line ends; it may be empty. */
static int take_footer(struct zone *zone, str bytes, struct err *err)
{
    str rule;

    if (!str_starts(bytes, STR("\n")))
        return cut_short(err);
    bytes = str_sub(bytes, 1, SIZE_MAX);
    if (str_find_char(bytes, '\n') == bytes.n)
        return cut_short(err);
    rule = str_cut(&bytes, '\n');
    if (rule.n == 0)
        return 0;
    zone->has_rule = true;
    return zone_rule_parse(rule, &zone->rule, err);
}

static int parse(struct zone *zone, str bytes, struct err *err)
{
    struct counts c;
    uint64_t n;
    int rc = take_header(&bytes, &c, err);

    if (rc < 0)
        return rc;
    n = block_bytes(&c, 4); /* for programs that know 32 bits only */
    if (n > bytes.n)
        return cut_short(err);
    bytes = str_sub(bytes, n, SIZE_MAX);
    rc = take_header(&bytes, &c, err);
    if (rc < 0)
        return rc;
    n = block_bytes(&c, 8);
    if (n > bytes.n)
        return cut_short(err);
    if (c.leaps > 0)
        return err_set(err, E_UNSUPPORTED,
                       "it counts leap seconds, which the clock does not");
    if (c.types == 0)
        return err_set(err, E_CORRUPT, "it has no kind of time");
    rc = take_changes(zone, bytes.p, &c, err);
    return rc < 0 ? rc : take_footer(zone, str_sub(bytes, n, SIZE_MAX), err);
}

int zone_parse(str bytes, str name, struct zone **out_zone, struct err *err)
{
    AUTO(zone_freep) struct zone *zone = zone_new(name);
    int rc = parse(zone, bytes, err);

    if (rc == 0)
        *out_zone = TAKE(zone);
    return rc;
}

int zone_parse_rule(str rule, str name, struct zone **out_zone, struct err *err)
{
    AUTO(zone_freep) struct zone *zone = zone_new(name);
    int rc = zone_rule_parse(rule, &zone->rule, err);

    if (rc < 0)
        return rc;
    zone->has_rule = true;
    *out_zone = TAKE(zone);
    return 0;
}

static int no_zone(str name, const char *dir, struct err *err)
{
    struct stat st;

    if (stat(dir, &st) < 0 || !S_ISDIR(st.st_mode))
        return err_set(err, E_IO,
                       "no time zones are installed in %s: install the "
                       "package tzdata, or use UTC",
                       dir);
    return err_set(err, E_INVALID,
                   "there is no time zone '%" PRIstr "' in %s; expected a "
                   "name such as Europe/Amsterdam or UTC",
                   ARGstr(name), dir);
}

int zone_load(const char *dir, str name, struct zone **out_zone,
              struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_MAX);
    AUTO(buf_clear) struct buf bytes = BUF(ZONE_FILE_MAX);
    struct stat st;
    int rc;

    if (dir == NULL)
        dir = ZONE_DIR;
    if (!zone_name_is_valid(name))
        return err_set(err, E_INVALID,
                       "'%" PRIstr "' is no name of a time zone; expected "
                       "one such as Europe/Amsterdam or UTC",
                       ARGstr(str_sub(name, 0, ZONE_NAME_MAX)));
    if (str_eq_c(name, "UTC") || str_eq_c(name, "Etc/UTC")) {
        *out_zone = zone_new(name);
        return 0;
    }
    buf_printf(&path, "%s/%" PRIstr, dir, ARGstr(name));
    rc = buf_finish(&path, "the path of a time zone", err);
    if (rc < 0)
        return rc;
    if (stat(buf_c(&path), &st) < 0 || S_ISDIR(st.st_mode))
        return no_zone(name, dir, err);
    rc = io_read_file(AT_FDCWD, buf_c(&path), &bytes, err);
    if (rc < 0)
        return rc;
    rc = zone_parse(buf_str(&bytes), name, out_zone, err);
    return rc < 0 ? err_wrap(err, rc, "%s", buf_c(&path)) : 0;
}

/* What a link to "…/zoneinfo/NAME" calls the zone. */
static str name_of_link(const char *path, char target[PATH_MAX])
{
    str mark = STR("/zoneinfo/");
    ssize_t n = readlink(path, target, PATH_MAX);
    str text = { target, n > 0 ? (size_t)n : 0 };
    size_t at = str_find(text, mark);

    return at < text.n ? str_sub(text, at + mark.n, SIZE_MAX) : STR_NONE;
}

static bool has_bytes(str name, str bytes)
{
    AUTO(buf_clear) struct buf path = BUF(PATH_MAX);
    AUTO(buf_clear) struct buf other = BUF(ZONE_FILE_MAX);

    buf_printf(&path, ZONE_DIR "/%" PRIstr, ARGstr(name));
    return io_read_file(AT_FDCWD, buf_c(&path), &other, NULL) == 0 &&
           str_eq(buf_str(&other), bytes);
}

/* Where the file is a copy, Debian says in a file beside it of what. */
static str name_beside(const char *path, str bytes, struct buf *text)
{
    AUTO(buf_clear) struct buf beside = BUF(PATH_MAX);
    const char *slash = strrchr(path, '/');
    str name;

    buf_add(&beside, (str){ path, slash == NULL ? 0 : (size_t)(slash - path) });
    buf_add_c(&beside, slash == NULL ? "timezone" : "/timezone");
    if (io_read_file(AT_FDCWD, buf_c(&beside), text, NULL) < 0)
        return STR_NONE;
    name = str_trim(buf_str(text));
    return zone_name_is_valid(name) && has_bytes(name, bytes) ? name : STR_NONE;
}

int zone_load_local(const char *path, struct zone **out_zone, struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(ZONE_FILE_MAX);
    AUTO(buf_clear) struct buf text = BUF(ZONE_NAME_MAX + 1);
    char target[PATH_MAX];
    str name;
    int rc = io_read_file(AT_FDCWD, path, &bytes, err);

    if (rc == E_ABSENT) {
        *out_zone = zone_new(STR("UTC"));
        return 0;
    }
    if (rc < 0)
        return rc;
    name = name_of_link(path, target);
    if (!zone_name_is_valid(name))
        name = name_beside(path, buf_str(&bytes), &text);
    if (!zone_name_is_valid(name))
        name = STR("local");
    rc = zone_parse(buf_str(&bytes), name, out_zone, err);
    return rc < 0 ? err_wrap(err, rc, "%s", path) : 0;
}

int zone_load_named(str name, struct zone **out_zone, struct err *err)
{
    return name.n == 0 ? zone_load_local(ZONE_LOCAL_FILE, out_zone, err)
                       : zone_load(NULL, name, out_zone, err);
}

/* The change t lies behind, counted from 1; 0 before the first. */
static size_t find_change(const struct zone *zone, int64_t t)
{
    size_t low = 0;
    size_t high = zone->changes;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (zone->at[middle] <= t)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct zone_span span_at(const struct zone *zone, int64_t t)
{
    size_t i = find_change(zone, t);
    struct zone_span span = { INT64_MIN, INT64_MAX, zone->first_s };

    if (i == zone->changes && zone->has_rule)
        span = zone_rule_span(&zone->rule, t);
    else if (i > 0)
        span.offset_s = zone->offset_s[i - 1];
    if (i > 0 && span.start < zone->at[i - 1])
        span.start = zone->at[i - 1];
    if (i < zone->changes)
        span.end = zone->at[i];
    return span;
}

static int64_t clamp(int64_t time)
{
    int64_t low = CALENDAR_FIRST_DAY * CALENDAR_DAY_S;
    int64_t high = (CALENDAR_LAST_DAY + 1) * CALENDAR_DAY_S - 1;

    return time < low ? low : time > high ? high : time;
}

int64_t zone_utc_to_local(const struct zone *zone, int64_t utc)
{
    utc = clamp(utc);
    return utc + span_at(zone, utc).offset_s;
}

int64_t zone_local_to_utc(const struct zone *zone, int64_t local)
{
    /* Where no offset lets the clock have passed local already. */
    int64_t t = clamp(local) - ZONE_OFFSET_HIGH_S - 1;
    struct zone_span span = span_at(zone, t);

    local = clamp(local);
    while (local - span.offset_s >= span.end)
        span = span_at(zone, span.end);
    t = local - span.offset_s;
    return t > span.start ? t : span.start;
}

bool zone_has_local(const struct zone *zone, int64_t local)
{
    int64_t utc = zone_local_to_utc(zone, local);

    return utc + span_at(zone, utc).offset_s == clamp(local);
}
