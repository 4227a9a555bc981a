/* SPDX-License-Identifier: Apache-2.0 */
#include "server/fields.h"

#include <stdarg.h>

#include "base/clock.h"
#include "base/utf8.h"

const struct field fields_page[] = {
    { "limit", FIELD_INTEGER, .min = 1, .max = PAGE_LIMIT_MAX,
      .help = "how many to answer at most; 50 unless told" },
    { "after", FIELD_TEXT, .help = "`next` of the page before" },
    { NULL },
};

/* Where we are in the tree: a chain of members and indexes on the stack. */
struct place {
    const struct place *above;
    const char *name;
    size_t index; /* when name is NULL */
    unsigned depth;
};

static void add_place(const struct place *place, struct buf *out)
{
    if (place == NULL)
        return;
    add_place(place->above, out);
    if (place->name == NULL)
        buf_printf(out, "[%zu]", place->index);
    else
        buf_printf(out, "%s%s", out->n > 0 ? "." : "", place->name);
}

/* `code` is for programs: the same in every language. */
static void PRINTF(4, 5) wrong(struct jval *errors, const struct place *place,
                               const char *code, const char *format, ...)
{
    AUTO(buf_clear) struct buf path = BUF(1024);
    char reason[ERR_TEXT_MAX];
    struct jval *error;
    va_list args;

    if (jval_count(errors) >= FIELD_ERRORS_MAX)
        return;
    va_start(args, format);
    vsnprintf(reason, sizeof(reason), format, args);
    va_end(args);
    add_place(place, &path);
    error = jval_new_object();
    jval_set_text(error, "field", path.n > 0 ? buf_str(&path) : STR(""));
    jval_set_text(error, "code", str_c(code));
    jval_set_text(error, "reason", str_c(reason));
    jval_push(errors, error);
}

static void check_object(const struct field *fields, const struct jval *object,
                         const struct place *place, struct jval *errors);

static bool is_word(const char *words, str text)
{
    str left = str_c(words);

    while (left.n > 0) {
        if (str_eq(str_cut(&left, '|'), text))
            return true;
    }
    return false;
}

static void check_text(const struct field *field, str text,
                       const struct place *place, struct jval *errors)
{
    int64_t most =
        field->min == 0 && field->max == 0 ? FIELD_TEXT_MAX : field->max;
    int64_t time;

    if (field->type == FIELD_TIME) {
        if (clock_parse(text, &time, NULL) < 0)
            wrong(errors, place, "time",
                  "must be a time like 2026-11-22T04:30:00Z");
    } else if (field->type == FIELD_ENUM) {
        if (!is_word(field->words, text))
            wrong(errors, place, "choice", "must be one of %s", field->words);
    } else if (memchr(text.p, '\0', text.n) != NULL) {
        wrong(errors, place, "character", "must not hold a NUL");
    } else if ((int64_t)text.n < field->min) {
        wrong(errors, place, field->min == 1 ? "required" : "length",
              field->min == 1 ? "must not be empty"
                              : "must have at least %lld bytes",
              (long long)field->min);
    } else if ((int64_t)text.n > most) {
        wrong(errors, place, "length", "must have at most %lld bytes, not %zu",
              (long long)most, text.n);
    }
}

static void check_number(const struct field *field, int64_t number,
                         const struct place *place, struct jval *errors)
{
    if (field->min == 0 && field->max == 0)
        return;
    if (number < field->min || number > field->max)
        wrong(errors, place, "range", "must be from %lld to %lld, not %lld",
              (long long)field->min, (long long)field->max, (long long)number);
}

static void check_element(const struct field *field, const struct jval *element,
                          const struct place *place, struct jval *errors)
{
    static const struct field text = { "text", FIELD_TEXT };
    static const enum jval_kind kinds[] = {
        [FIELD_IDS] = JVAL_INTEGER,
        [FIELD_TEXTS] = JVAL_TEXT,
        [FIELD_LIST] = JVAL_OBJECT,
    };
    enum jval_kind want = kinds[field->type];

    if (jval_kind(element) != want)
        wrong(errors, place, "type", "must be %s, not %s", jval_kind_name(want),
              jval_kind_name(jval_kind(element)));
    else if (field->type == FIELD_IDS && jval_i64(element, 0) < 0)
        wrong(errors, place, "range", "must not be negative");
    else if (field->type == FIELD_TEXTS && field->words != NULL)
        check_text(&(struct field){ "", FIELD_ENUM, .words = field->words },
                   jval_text(element, STR("")), place, errors);
    else if (field->type == FIELD_TEXTS)
        check_text(&text, jval_text(element, STR("")), place, errors);
    else if (field->type == FIELD_LIST && field->of != NULL)
        check_object(field->of, element, place, errors);
}

static void check_array(const struct field *field, const struct jval *array,
                        const struct place *place, struct jval *errors)
{
    int64_t most =
        field->min == 0 && field->max == 0 ? FIELD_LIST_MAX : field->max;
    size_t n = jval_count(array);

    if ((int64_t)n < field->min || (int64_t)n > most) {
        wrong(errors, place, "count",
              "must have %lld to %lld elements, not %zu", (long long)field->min,
              (long long)most, n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        struct place inside = { place, NULL, i, place->depth + 1 };

        check_element(field, jval_at(array, i), &inside, errors);
    }
}

static enum jval_kind kind_of(enum field_type type)
{
    switch (type) {
    case FIELD_INTEGER:
        return JVAL_INTEGER;
    case FIELD_BOOL:
        return JVAL_BOOL;
    case FIELD_IDS:
    case FIELD_TEXTS:
    case FIELD_LIST:
        return JVAL_ARRAY;
    case FIELD_OBJECT:
        return JVAL_OBJECT;
    case FIELD_TEXT:
    case FIELD_TIME:
    case FIELD_ENUM:
        break;
    }
    return JVAL_TEXT;
}

static void check_value(const struct field *field, const struct jval *value,
                        const struct place *place, struct jval *errors)
{
    enum jval_kind want = kind_of(field->type);
    enum jval_kind is = jval_kind(value);

    if (is == JVAL_NULL && !field->required)
        return;
    if (is != want) {
        wrong(errors, place, "type", "must be %s, not %s", jval_kind_name(want),
              jval_kind_name(is));
        return;
    }
    if (want == JVAL_TEXT)
        check_text(field, jval_text(value, STR("")), place, errors);
    else if (want == JVAL_INTEGER)
        check_number(field, jval_i64(value, 0), place, errors);
    else if (want == JVAL_ARRAY)
        check_array(field, value, place, errors);
    else if (want == JVAL_OBJECT && field->of != NULL)
        check_object(field->of, value, place, errors);
}

static const struct field *find(const struct field *fields, str name)
{
    for (; fields != NULL && fields->name != NULL; fields++) {
        if (str_eq_c(name, fields->name))
            return fields;
    }
    return NULL;
}

static void check_object(const struct field *fields, const struct jval *object,
                         const struct place *place, struct jval *errors)
{
    unsigned depth = place == NULL ? 0 : place->depth;
    struct jval *value;
    str key;

    if (depth > FIELD_DEPTH_MAX) {
        wrong(errors, place, "depth", "is nested too deeply");
        return;
    }
    for (const struct field *field = fields; field->name != NULL; field++) {
        struct place inside = { place, field->name, 0, depth + 1 };

        value = jval_get(object, field->name);
        if (value != NULL)
            check_value(field, value, &inside, errors);
        else if (field->required)
            wrong(errors, &inside, "required", "is missing");
    }
    for (size_t i = 0; jval_member(object, i, &key, &value); i++) {
        struct place inside = { place, key.p, 0, depth + 1 };

        /* Iterating costs as much as there are members: bounded, here. */
        if (jval_count(errors) >= FIELD_ERRORS_MAX)
            return;
        if (find(fields, key) == NULL)
            wrong(errors, &inside, "unknown", "is not known here");
    }
}

void fields_check(const struct field *fields, const struct jval *object,
                  struct jval *errors)
{
    if (jval_kind(object) != JVAL_OBJECT)
        wrong(errors, NULL, "type", "must be an object, not %s",
              jval_kind_name(jval_kind(object)));
    else
        check_object(fields, object, NULL, errors);
}

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Percent-decoding (RFC 3986 2.1), with "+" as a blank as forms send it.
 * False for a broken escape, a NUL, and for what is no UTF-8 then. */
static bool decode(str text, struct arena *arena, str *out)
{
    char *to = arena_alloc(arena, text.n + 1, 1);
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        int c = text.p[i];

        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            int high = i + 2 < text.n ? hex(text.p[i + 1]) : -1;
            int low = high >= 0 ? hex(text.p[i + 2]) : -1;

            if (low < 0)
                return false;
            c = high * 16 + low;
            i += 2;
        }
        if (c == 0)
            return false;
        to[n++] = (char)c;
    }
    *out = (str){ to, n };
    return utf8_valid(*out) == n;
}

/* "1,2,3" as elements of an array that may be there already. */
static void split(const struct field *field, struct jval *object, str text,
                  const struct place *place, struct jval *errors)
{
    struct jval *array = jval_get(object, field->name);

    if (array == NULL) {
        array = jval_new_array();
        jval_set(object, field->name, array);
    }
    while (text.n > 0) {
        str element = str_cut(&text, ',');
        int64_t id;

        if (field->type == FIELD_TEXTS)
            jval_push(array, jval_new_text(element));
        else if (str_to_i64(element, 0, INT64_MAX, &id, NULL) == 0)
            jval_push(array, jval_new_i64(id));
        else
            wrong(errors, place, "type",
                  "must be whole numbers with commas between");
    }
}

static void set_member(const struct field *field, struct jval *object, str text,
                       struct jval *errors)
{
    struct place place = { NULL, field->name, 0, 1 };
    int64_t number;

    if (field->type == FIELD_IDS || field->type == FIELD_TEXTS) {
        split(field, object, text, &place, errors);
    } else if (jval_get(object, field->name) != NULL) {
        wrong(errors, &place, "twice", "is given twice");
    } else if (field->type == FIELD_INTEGER) {
        if (str_to_i64(text, INT64_MIN, INT64_MAX, &number, NULL) == 0)
            jval_set_i64(object, field->name, number);
        else
            wrong(errors, &place, "type", "must be a whole number");
    } else if (field->type == FIELD_BOOL) {
        bool yes = str_eq(text, STR("true"));

        if (yes || str_eq(text, STR("false")))
            jval_set_bool(object, field->name, yes);
        else
            wrong(errors, &place, "type", "must be true or false");
    } else {
        jval_set_text(object, field->name, text);
    }
}

struct jval *fields_query(const struct field *fields, bool list, str query,
                          struct arena *arena, struct jval *errors)
{
    static const struct field none[] = { { NULL } };
    struct jval *object = jval_new_object();
    struct jval *page = jval_new_object();
    size_t n = 0;

    if (query.n > QUERY_MAX) {
        wrong(errors, NULL, "limit", "the query has more than %d bytes",
              QUERY_MAX);
        query = STR("");
    }
    while (query.n > 0 && n++ < QUERY_MEMBERS_MAX) {
        str value = str_cut(&query, '&');
        str key = str_cut(&value, '=');
        const struct field *field;
        bool paging = false;

        if (key.n == 0 && value.n == 0)
            continue;
        if (!decode(key, arena, &key) || !decode(value, arena, &value)) {
            wrong(errors, NULL, "encoding",
                  "the query is not percent-encoded UTF-8");
            continue;
        }
        field = find(fields, key);
        if (field == NULL && list) {
            field = find(fields_page, key);
            paging = field != NULL;
        }
        if (field == NULL)
            wrong(errors, &(struct place){ NULL, arena_c(arena, key), 0, 1 },
                  "unknown", "is not known here");
        else
            set_member(field, paging ? page : object, value, errors);
    }
    if (query.n > 0)
        wrong(errors, NULL, "limit", "the query has more than %d members",
              QUERY_MEMBERS_MAX);
    if (jval_count(errors) == 0) {
        fields_check(fields != NULL ? fields : none, object, errors);
        fields_check(fields_page, page, errors);
    }
    for (const struct field *f = fields_page; f->name != NULL; f++) {
        if (jval_get(page, f->name) != NULL)
            jval_set(object, f->name, jval_copy(jval_get(page, f->name)));
    }
    jval_free(page);
    return object;
}

int form_value(str form, str name, struct arena *arena, str *out,
               struct err *err)
{
    str found = STR_NONE;

    while (form.n > 0) {
        str value = str_cut(&form, '&');
        str key = str_cut(&value, '=');

        if (!str_eq(key, name))
            continue;
        if (found.p != NULL || !decode(value, arena, &found))
            return err_set(err, E_PARSE, "the form has no good %" PRIstr,
                           ARGstr(name));
    }
    *out = str_or_empty(found);
    return 0;
}
