/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists of one device a line, and NetBox's JSON.
 */
#include <string.h>

#include "base/jval.h"
#include "netdev/roster_int.h"

enum {
    COLUMNS_MAX = 64
};

/* --- CSV (RFC 4180) --- */

/* The next field; false at the end of the row. In quotes, a quote is written
 * twice and the field may hold line ends. */
struct csv_walk {
    str rest;
    unsigned line;
    bool is_row_end;
    struct arena *arena;
};

static int quoted(struct csv_walk *w, str *out, struct err *err)
{
    AUTO(buf_clear) struct buf field = BUF(64 << 10);
    unsigned first = w->line;

    w->rest = str_sub(w->rest, 1, SIZE_MAX);
    for (;;) {
        size_t n = str_find_char(w->rest, '"');

        if (n == w->rest.n)
            return err_set(err, E_PARSE, "line %u: a '\"' has no other", first);
        for (size_t i = 0; i < n; i++)
            w->line += w->rest.p[i] == '\n';
        buf_add(&field, str_sub(w->rest, 0, n));
        w->rest = str_sub(w->rest, n + 1, SIZE_MAX);
        if (w->rest.n == 0 || w->rest.p[0] != '"')
            break;
        buf_add_char(&field, '"');
        w->rest = str_sub(w->rest, 1, SIZE_MAX);
    }
    *out = arena_str(w->arena, buf_str(&field));
    buf_wipe(&field);
    return field.over
               ? err_set(err, E_LIMIT, "line %u: a field is too long", first)
               : 0;
}

static int next_field(struct csv_walk *w, str *out, struct err *err)
{
    size_t n = 0;
    int rc = 0;

    if (w->rest.n > 0 && w->rest.p[0] == '"') {
        rc = quoted(w, out, err);
    } else {
        while (n < w->rest.n && strchr(",\r\n", w->rest.p[n]) == NULL)
            n++;
        *out = str_sub(w->rest, 0, n);
        w->rest = str_sub(w->rest, n, SIZE_MAX);
    }
    if (rc < 0)
        return rc;
    if (w->rest.n > 0 && w->rest.p[0] == '\r')
        w->rest = str_sub(w->rest, 1, SIZE_MAX);
    w->is_row_end = w->rest.n == 0 || w->rest.p[0] == '\n';
    if (!w->is_row_end && w->rest.p[0] != ',')
        return err_set(err, E_PARSE, "line %u: expected ',' behind a field",
                       w->line);
    w->line += w->is_row_end && w->rest.n > 0;
    w->rest = str_sub(w->rest, 1, SIZE_MAX);
    return 0;
}

static int read_heading(struct csv_walk *w, str names[COLUMNS_MAX],
                        size_t *out_n, struct err *err)
{
    size_t n = 0;
    int rc = 0;

    do {
        if (n == COLUMNS_MAX)
            return err_set(err, E_LIMIT, "line 1: more than %d columns",
                           COLUMNS_MAX);
        rc = next_field(w, &names[n], err);
        if (rc < 0)
            return rc;
        names[n] = str_trim(names[n]);
        if (!roster_knows(names[n]))
            return err_set(err, E_PARSE,
                           "line 1: '%" PRIstr "' is no column; expected "
                           "name, address, port, family, version, model, "
                           "serial, transport, user, password, "
                           "enable_password, key_file, host_key, realm, notes, "
                           "state, license_supports_failover",
                           ARGstr(str_sub(names[n], 0, 64)));
        n++;
    } while (!w->is_row_end);
    *out_n = n;
    return 0;
}

static int read_row(struct roster_reading *r, struct csv_walk *w,
                    const str *names, size_t n, struct err *err)
{
    struct roster_entry entry = { 0 };
    bool good = true;
    bool any = false;
    size_t i = 0;
    int rc;

    r->line = w->line;
    do {
        str field;

        rc = next_field(w, &field, err);
        if (rc < 0)
            return rc;
        any |= field.n > 0;
        if (i < n)
            good &= roster_set(r, &entry, names[i], field);
        i++;
    } while (!w->is_row_end);
    if (!any)
        return 0;
    if (i > n) {
        roster_problem(r, "the row has %zu fields, the heading %zu", i, n);
        return 0;
    }
    return good ? roster_add(r, &entry, err) : 0;
}

int roster_read_csv(struct roster_reading *r, str text, struct err *err)
{
    struct csv_walk w = { .rest = text, .line = 1, .arena = &r->roster->arena };
    str names[COLUMNS_MAX];
    size_t n = 0;
    int rc;

    if (str_starts(text, STR("\xef\xbb\xbf")))
        w.rest = str_sub(text, 3, SIZE_MAX);
    rc = read_heading(&w, names, &n, err);
    while (rc == 0 && w.rest.n > 0)
        rc = read_row(r, &w, names, n, err);
    return rc;
}

/* --- RANCID: "name;type;state;comment", before 3.0 with ':' --- */

static str without_remark(str line)
{
    line = str_trim(line);
    return line.n > 0 && line.p[0] == '#' ? STR_NONE : line;
}

static bool read_rancid_line(struct roster_reading *r, str line,
                             struct roster_entry *entry)
{
    char mark = str_find_char(line, ';') < line.n ? ';' : ':';
    str rest = line;
    str name = str_cut(&rest, mark);
    str type = str_cut(&rest, mark);
    str state = str_cut(&rest, mark);

    if (type.n == 0 || state.n == 0) {
        roster_problem(r, "expected name;type;state");
        return false;
    }
    if (roster_family(str_trim(type)) == NULL) {
        roster_problem(r,
                       "'%" PRIstr "' of RANCID is none of our families (%s)",
                       ARGstr(str_sub(type, 0, 64)), family_names());
        return false;
    }
    return roster_set(r, entry, STR("name"), name) &&
           roster_set(r, entry, STR("address"), name) &&
           roster_set(r, entry, STR("family"), type) &&
           roster_set(r, entry, STR("state"), state) &&
           roster_set(r, entry, STR("notes"), rest);
}

int roster_read_rancid(struct roster_reading *r, str text, struct err *err)
{
    int rc = 0;

    while (rc == 0 && text.n > 0) {
        struct roster_entry entry = { 0 };
        str line = without_remark(str_cut(&text, '\n'));

        r->line++;
        if (line.n > 0 && read_rancid_line(r, line, &entry))
            rc = roster_add(r, &entry, err);
    }
    return rc;
}

/* --- Oxidized: columns by a map --- */

struct columns {
    str name[COLUMNS_MAX];
    size_t n; /* one more than the highest */
};

static int read_columns(str text, struct columns *out, struct err *err)
{
    if (text.n == 0)
        text = STR("name:0,model:1,group:2");
    while (text.n > 0) {
        str number = str_cut(&text, ',');
        str name = str_trim(str_cut(&number, ':'));
        int64_t at;

        /* Oxidized calls the program of a device its model. */
        if (str_eq_c(name, "model"))
            name = STR("family");
        if (!roster_knows(name) ||
            str_to_i64(str_trim(number), 0, COLUMNS_MAX - 1, &at, NULL) < 0)
            return err_set(err, E_INVALID,
                           "the columns are NAME:NUMBER,... as in "
                           "name:0,ip:1,model:2,group:3,username:4,password:5");
        out->name[at] = name;
        if ((size_t)at >= out->n)
            out->n = (size_t)at + 1;
    }
    return 0;
}

int roster_read_oxidized(struct roster_reading *r, str text, struct err *err)
{
    char mark = r->options->delimiter != '\0' ? r->options->delimiter : ':';
    struct columns columns = { .n = 0 };
    int rc = read_columns(r->options->columns, &columns, err);

    while (rc == 0 && text.n > 0) {
        struct roster_entry entry = { 0 };
        str line = without_remark(str_cut(&text, '\n'));
        bool good = true;

        r->line++;
        if (line.n == 0)
            continue;
        for (size_t i = 0; i < columns.n && good; i++) {
            str field = str_cut(&line, mark);

            if (columns.name[i].n > 0)
                good = roster_set(r, &entry, columns.name[i], field);
        }
        if (entry.address.n == 0)
            entry.address = entry.name;
        if (good)
            rc = roster_add(r, &entry, err);
    }
    return rc;
}

/* --- NetBox: {"results": [...]} or the list itself --- */

static str member(const struct jval *device, const char *object,
                  const char *name)
{
    return jval_text(jval_get(jval_get(device, object), name), STR_NONE);
}

/* "10.0.0.1/24" */
static str address_of(const struct jval *device)
{
    static const char *const places[] = { "primary_ip", "primary_ip4",
                                          "primary_ip6" };

    for (size_t i = 0; i < COUNT(places); i++) {
        str address = member(device, places[i], "address");

        if (address.n > 0)
            return str_cut(&address, '/');
    }
    return STR_NONE;
}

static str platform_of(const struct jval *device)
{
    str slug = member(device, "platform", "slug");

    return slug.n > 0 ? slug : member(device, "platform", "name");
}

/* R-LIC-5: a field of NetBox that a site makes, of text or of truth. */
static str failover_of(const struct jval *device)
{
    const struct jval *value = jval_get(jval_get(device, "custom_fields"),
                                        "license_supports_failover");

    if (jval_kind(value) == JVAL_BOOL)
        return jval_bool(value, false) ? STR("yes") : STR("no");
    return jval_text(value, STR_NONE);
}

static int read_netbox_device(struct roster_reading *r,
                              const struct jval *device, struct err *err)
{
    struct roster_entry entry = { 0 };
    str platform = platform_of(device);
    str state = member(device, "status", "value");
    const struct {
        const char *name;
        str value;
    } texts[] = {
        { "name", jval_text(jval_get(device, "name"), STR_NONE) },
        { "address", address_of(device) },
        { "model", member(device, "device_type", "model") },
        { "serial", jval_text(jval_get(device, "serial"), STR_NONE) },
        { "realm", member(device, "tenant", "slug") },
        { "state", state.n > 0 ? state : STR("active") },
        { "notes", jval_text(jval_get(device, "comments"), STR_NONE) },
        { "license_supports_failover", failover_of(device) },
    };

    if (jval_kind(device) != JVAL_OBJECT) {
        roster_problem(r, "a device must be an object");
        return 0;
    }
    if (platform.n > 0 && roster_family(platform) == NULL) {
        roster_problem(r,
                       "platform '%" PRIstr "' of NetBox is none of our "
                       "families (%s)",
                       ARGstr(str_sub(platform, 0, 64)), family_names());
        return 0;
    }
    if (!roster_set(r, &entry, STR("family"), platform))
        return 0;
    for (size_t i = 0; i < COUNT(texts); i++) {
        str value = texts[i].value;

        /* Remarks of people may be long and have lines. */
        if (strcmp(texts[i].name, "notes") == 0)
            value = str_cut(&value, '\n');
        if (!roster_set(r, &entry, str_c(texts[i].name),
                        str_sub(value, 0, ROSTER_WORD_MAX)))
            return 0;
    }
    return roster_add(r, &entry, err);
}

int roster_read_netbox(struct roster_reading *r, str text, struct err *err)
{
    AUTO(jval_freep) struct jval *root = NULL;
    const struct jval *list;
    int rc = jval_parse(text, ROSTER_TEXT_MAX, &root, err);

    if (rc < 0)
        return rc;
    list = jval_kind(root) == JVAL_OBJECT ? jval_get(root, "results") : root;
    if (jval_kind(list) != JVAL_ARRAY)
        return err_set(err, E_PARSE,
                       "expected NetBox's list of devices: {\"results\": "
                       "[...]}");
    for (size_t i = 0; rc == 0 && i < jval_count(list); i++) {
        r->line = (unsigned)i + 1;
        rc = read_netbox_device(r, jval_at(list, i), err);
    }
    return rc;
}
