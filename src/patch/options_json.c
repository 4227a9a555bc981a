/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"
#include "patch/fields_int.h"
#include "patch/options_int.h"

#define AT(member) offsetof(struct patch_options, member)

/* clang-format off */
static const struct patch_field fields[] = {
    { "all_missing", FIELD_BOOL, AT(all_missing), .rule = "P-LNX-1" },
    { "risk", FIELD_OTHER },
    { "severity", FIELD_OTHER },
    { "include", FIELD_TEXTS, AT(include), 0, PATCH_GROUPS_MAX },
    { "exclude", FIELD_TEXTS, AT(exclude), 0, PATCH_GROUPS_MAX },
    { "exclude_packages", FIELD_TEXTS, AT(exclude_packages),
      0, PATCH_PACKAGES_MAX },
    { "vendors", FIELD_OTHER },
    { "vendors_all_except", FIELD_OTHER },
    { "enablement", FIELD_TEXTS, AT(enablement), 0, PATCH_PACKAGES_MAX },
    { NULL },
};

static const struct patch_field risk_fields[] = {
    { "vrr", FIELD_SCORE, AT(min_vrr), 0, PATCH_SCORE_MAX, "P-RSK-6" },
    { "cvss", FIELD_SCORE, AT(min_cvss), 1, PATCH_SCORE_MAX, "P-RSK-2" },
    { "exploited", FIELD_BOOL, AT(exploited), .rule = "P-RSK-3" },
    { NULL },
};
/* clang-format on */

static const char *const os_names[PATCH_OSES] = { "Windows", "macOS", "Linux" };

/* Whether a member asks for more than "off". */
static bool asks(const struct jval *value)
{
    struct jval *member;
    void *at = NULL;
    bool is_on = false;
    str name;

    switch (jval_kind(value)) {
    case JVAL_ABSENT:
    case JVAL_NULL:
        return false;
    case JVAL_BOOL:
        return jval_bool(value, false);
    case JVAL_ARRAY:
        return jval_count(value) > 0;
    case JVAL_OBJECT:
        while (!is_on && jval_next(value, &at, &name, &member))
            is_on = jval_kind(member) != JVAL_OBJECT ? asks(member) : true;
        return is_on;
    default:
        return true;
    }
}

static void refuse_not_offered(const struct patch_reading *r,
                               const struct jval *object, enum patch_os os)
{
    for (const struct patch_option *o = patch_option_table; o->name; o++) {
        const struct jval *value = jval_get(object, o->name);
        bool is_vendors = str_starts(str_c(o->name), STR("vendors"));
        size_t before;

        /* An empty list of vendors lets nothing pass: it is not "off". */
        if (patch_option_is_offered(o, os) ||
            !(asks(value) || (is_vendors && jval_kind(value) == JVAL_ARRAY)))
            continue;
        before = patch_path_enter(r->refusals, o->name);
        patch_refuse(r->refusals, o->rule, "is not offered on %s",
                     os_names[os]);
        patch_path_leave(r->refusals, before);
    }
}

static const char *severity_rule(enum patch_type type)
{
    static const char *const rules[PATCH_TYPES] = {
        [PATCH_TYPE_UNKNOWN] = "P-SEV-3", [PATCH_SECURITY] = "P-SEV-3",
        [PATCH_NONSECURITY] = "P-SEV-5",  [PATCH_BUGFIX] = "P-SEV-6",
        [PATCH_ENHANCEMENT] = "P-SEV-7",
    };

    return rules[type];
}

/* Whether any level of a type may be chosen on an operating system. */
static bool type_is_offered(enum patch_os os, enum patch_type type)
{
    return patch_severity_is_offered(os, type, PATCH_LOW) ||
           patch_type_is_switch(os, type);
}

static bool read_type(const struct patch_reading *r, enum patch_os os,
                      const struct jval *value, enum patch_type *out)
{
    str text = jval_text(value, STR(""));

    *out = patch_type_of(text);
    if (jval_kind(value) != JVAL_TEXT)
        patch_refuse_kind(r->refusals, "P-SEV-3", "the type of a patch", value);
    else if (*out == PATCH_TYPES || *out == PATCH_TYPE_UNKNOWN)
        patch_refuse(r->refusals, "P-SEV-3",
                     "'%" PRIstr "' is not one of \"security\", "
                     "\"nonsecurity\", \"bugfix\", \"enhancement\"",
                     ARGstr(str_sub(text, 0, 64)));
    else if (!type_is_offered(os, *out))
        patch_refuse(r->refusals, severity_rule(*out),
                     "'%s' is not offered on %s", patch_type_name(*out),
                     os_names[os]);
    else
        return true;
    return false;
}

/* The level of a row, on which nothing was refused yet. */
static void read_level(const struct patch_reading *r, enum patch_os os,
                       const struct jval *row, struct patch_options *out)
{
    enum patch_type type = patch_type_of(jval_text(jval_at(row, 0), STR("")));
    const struct jval *value = jval_at(row, 1);
    bool is_switch = patch_type_is_switch(os, type);
    str text = jval_text(value, STR(""));
    enum patch_severity level = patch_severity_of(text);

    if (is_switch && jval_kind(value) <= JVAL_NULL) {
        out->severity[type] = 1u << PATCH_UNASSIGNED;
    } else if (jval_kind(value) != JVAL_TEXT) {
        patch_refuse_kind(r->refusals, "P-SEV-3", "a severity", value);
    } else if (level == PATCH_SEVERITIES) {
        patch_refuse(r->refusals, "P-SEV-3",
                     "'%" PRIstr "' is not one of \"critical\", "
                     "\"important\", \"moderate\", \"low\", \"unassigned\"",
                     ARGstr(str_sub(text, 0, 64)));
    } else if (is_switch) {
        out->severity[type] = 1u << PATCH_UNASSIGNED;
        if (level != PATCH_UNASSIGNED)
            out->levels_ignored |= (uint8_t)(1u << type);
    } else if (!patch_severity_is_offered(os, type, level)) {
        patch_refuse(r->refusals, severity_rule(type),
                     "'%s' is not offered for '%s' on %s",
                     patch_severity_name(level), patch_type_name(type),
                     os_names[os]);
    } else {
        out->severity[type] |= (uint8_t)(1u << level);
    }
}

static void read_severity_row(const struct patch_reading *r, enum patch_os os,
                              const struct jval *row, struct patch_options *out)
{
    enum patch_type type;
    size_t before;
    bool is_good;

    if (jval_kind(row) != JVAL_ARRAY || jval_count(row) < 1 ||
        jval_count(row) > 2) {
        patch_refuse(r->refusals, "P-SEV-3",
                     "expected a pair such as [\"security\", \"critical\"]");
        return;
    }
    before = patch_path_index(r->refusals, 0);
    is_good = read_type(r, os, jval_at(row, 0), &type);
    patch_path_leave(r->refusals, before);
    if (!is_good)
        return;
    before = patch_path_index(r->refusals, 1);
    read_level(r, os, row, out);
    patch_path_leave(r->refusals, before);
}

static bool is_list(const struct patch_reading *r, const struct jval *array,
                    size_t max)
{
    if (jval_kind(array) != JVAL_ARRAY)
        patch_refuse_kind(r->refusals, "", "a list or null", array);
    else if (jval_count(array) > max)
        patch_refuse(r->refusals, "", "%zu entries are more than %zu",
                     jval_count(array), max);
    else
        return true;
    return false;
}

static void read_severity(const struct patch_reading *r, enum patch_os os,
                          const struct jval *array, struct patch_options *out)
{
    if (!is_list(r, array, PATCH_LEVELS_MAX))
        return;
    out->has_severity = true;
    for (size_t i = 0; i < jval_count(array); i++) {
        size_t before = patch_path_index(r->refusals, i);

        read_severity_row(r, os, jval_at(array, i), out);
        patch_path_leave(r->refusals, before);
    }
}

static void read_vendor(const struct patch_reading *r, const struct jval *row,
                        struct patch_vendor *out)
{
    str levels[3] = { STR(""), STR(""), STR("") };
    size_t count = jval_count(row);
    bool is_end = false;

    if (jval_kind(row) != JVAL_ARRAY || count < 1 || count > COUNT(levels)) {
        patch_refuse(r->refusals, "P-VND-2",
                     "expected a list such as [\"VENDOR\", \"PRODUCT\"]; "
                     "\"*\" is every one");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        size_t before = patch_path_index(r->refusals, i);
        str text = jval_text(jval_at(row, i), STR(""));

        if (jval_kind(jval_at(row, i)) != JVAL_TEXT)
            patch_refuse_kind(r->refusals, "P-VND-2", "a text",
                              jval_at(row, i));
        else if (text.n == 0 || text.n > PATCH_TEXT_MAX)
            patch_refuse(r->refusals, "P-VND-2",
                         "expected a text of 1 to %d bytes", PATCH_TEXT_MAX);
        else if (is_end && !str_eq_c(text, "*"))
            patch_refuse(r->refusals, "P-VND-2",
                         "stands below \"*\", which means all of them");
        else if (!str_eq_c(text, "*"))
            levels[i] = arena_str(r->arena, text);
        is_end = levels[i].n == 0;
        patch_path_leave(r->refusals, before);
    }
    *out = (struct patch_vendor){ levels[0], levels[1], levels[2] };
}

static void read_vendors(const struct patch_reading *r,
                         const struct jval *array, struct patch_options *out)
{
    size_t count = jval_count(array);
    struct patch_vendor *rows;

    if (!is_list(r, array, PATCH_VENDORS_MAX))
        return;
    if (out->has_vendors) {
        patch_refuse(r->refusals, "P-VND-5",
                     "stands beside \"vendors\"; only one of them may be set");
        return;
    }
    rows = arena_alloc(r->arena, count, sizeof(*rows));
    for (size_t i = 0; i < count; i++) {
        size_t before = patch_path_index(r->refusals, i);

        read_vendor(r, jval_at(array, i), &rows[i]);
        patch_path_leave(r->refusals, before);
    }
    out->has_vendors = true;
    out->vendors = rows;
    out->vendor_count = count;
}

/* P-GRD-2: a group is included or excluded, not both. */
static void refuse_both(const struct patch_reading *r,
                        const struct patch_options *options)
{
    AUTO(map_clear) struct map included = MAP;

    for (size_t i = 0; i < options->include.n; i++)
        (void)map_add(&included, options->include.p[i], 1);
    for (size_t i = 0; i < options->exclude.n; i++) {
        size_t before;

        if (map_get(&included, options->exclude.p[i]) == MAP_NONE)
            continue;
        before = patch_path_enter(r->refusals, "exclude");
        patch_refuse(r->refusals, "P-GRD-2",
                     "the group '%" PRIstr "' is included, too; it can be one "
                     "of both",
                     ARGstr(options->exclude.p[i]));
        patch_path_leave(r->refusals, before);
    }
}

static void read_risk(const struct patch_reading *r, const struct jval *object,
                      struct patch_options *out)
{
    out->has_risk = patch_fields_read(r, risk_fields, object, out);
}

static void read_other(const struct patch_reading *r, enum patch_os os,
                       const struct jval *object, struct patch_options *out)
{
    static const char *const names[] = { "risk", "severity", "vendors",
                                         "vendors_all_except" };

    for (size_t i = 0; i < COUNT(names); i++) {
        const struct jval *value = jval_get(object, names[i]);
        size_t before;

        if (jval_kind(value) <= JVAL_NULL)
            continue;
        before = patch_path_enter(r->refusals, names[i]);
        if (i == 0)
            read_risk(r, value, out);
        else if (i == 1)
            read_severity(r, os, value, out);
        else
            read_vendors(r, value, out);
        patch_path_leave(r->refusals, before);
    }
    out->all_except =
        out->has_vendors && jval_kind(jval_get(object, "vendors")) <= JVAL_NULL;
}

void patch_options_from_jval(const struct jval *jval, enum patch_os os,
                             struct arena *arena,
                             struct patch_refusals *refusals,
                             struct patch_options *out)
{
    const struct patch_reading r = { arena, refusals };
    struct patch_options options = PATCH_OPTIONS_OFF;
    size_t refused = refusals->all.n;

    if (!patch_fields_read(&r, fields, jval, &options))
        return;
    refuse_not_offered(&r, jval, os);
    if (refusals->all.n > refused)
        return;
    options.has_enablement =
        os == PATCH_WINDOWS &&
        jval_kind(jval_get(jval, "enablement")) > JVAL_NULL;
    read_other(&r, os, jval, &options);
    if (os != PATCH_WINDOWS)
        options.has_risk = false;
    refuse_both(&r, &options);
    *out = options;
}

static struct jval *write_risk(const struct patch_options *o)
{
    struct jval *object = jval_new_object();

    if (!o->has_risk) {
        jval_free(object);
        return jval_new_null();
    }
    patch_fields_write(risk_fields, o, object);
    return object;
}

static void write_level(struct jval *list, enum patch_type type, int level)
{
    struct jval *row = jval_new_array();

    jval_push(row, jval_new_text(str_c(patch_type_name(type))));
    if (level >= 0)
        jval_push(row, jval_new_text(str_c(
                           patch_severity_name((enum patch_severity)level))));
    jval_push(list, row);
}

static struct jval *write_severity(const struct patch_options *o,
                                   enum patch_os os)
{
    struct jval *list;

    if (!o->has_severity)
        return jval_new_null();
    list = jval_new_array();
    for (unsigned t = PATCH_SECURITY; t < PATCH_TYPES; t++) {
        enum patch_type type = (enum patch_type)t;
        bool is_switch = patch_type_is_switch(os, type);

        if (is_switch && o->severity[t] != 0)
            write_level(list, type, -1);
        for (int level = PATCH_CRITICAL; level >= 0 && !is_switch; level--) {
            if (o->severity[t] >> level & 1)
                write_level(list, type, level);
        }
    }
    return list;
}

static struct jval *write_vendors(const struct patch_options *o,
                                  bool all_except)
{
    struct jval *list;

    if (!o->has_vendors || o->all_except != all_except)
        return jval_new_null();
    list = jval_new_array();
    for (size_t i = 0; i < o->vendor_count; i++) {
        const struct patch_vendor *v = &o->vendors[i];
        const str any = STR("*");
        struct jval *row = jval_new_array();

        jval_push(row, jval_new_text(v->vendor.n > 0 ? v->vendor : any));
        jval_push(row, jval_new_text(v->product.n > 0 ? v->product : any));
        if (v->version.n > 0)
            jval_push(row, jval_new_text(v->version));
        jval_push(list, row);
    }
    return list;
}

static struct jval *write_option(const struct patch_options *o,
                                 enum patch_os os,
                                 const struct patch_field *field)
{
    str name = str_c(field->name);

    if (str_eq_c(name, "risk"))
        return write_risk(o);
    if (str_eq_c(name, "severity"))
        return write_severity(o, os);
    if (str_eq_c(name, "vendors"))
        return write_vendors(o, false);
    if (str_eq_c(name, "vendors_all_except"))
        return write_vendors(o, true);
    if (str_eq_c(name, "enablement") && !o->has_enablement)
        return jval_new_null();
    return patch_field_write(field, o);
}

struct jval *patch_options_to_jval(const struct patch_options *options,
                                   enum patch_os os)
{
    struct jval *object = jval_new_object();

    for (size_t i = 0; fields[i].name != NULL; i++) {
        if (patch_option_is_offered(&patch_option_table[i], os))
            jval_set(object, fields[i].name,
                     write_option(options, os, &fields[i]));
    }
    return object;
}
