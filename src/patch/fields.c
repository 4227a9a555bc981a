/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/fields_int.h"

#include "base/map.h"
#include "schedule/calendar.h"

static const char *rule_of(const struct patch_field *field)
{
    return field->rule != NULL ? field->rule : "";
}

void patch_refuse_kind(struct patch_refusals *refusals, const char *rule,
                       const char *expected, const struct jval *found)
{
    patch_refuse(refusals, rule, "expected %s, found %s", expected,
                 jval_kind_name(jval_kind(found)));
}

/* A whole number, also when it is written as 8.0. */
static bool whole(const struct jval *value, int64_t *out)
{
    double real = jval_real(value, 0.5);

    if (jval_kind(value) == JVAL_REAL && real >= -1e15 && real <= 1e15 &&
        real == (double)(int64_t)real) {
        *out = (int64_t)real;
        return true;
    }
    *out = jval_i64(value, 0);
    return jval_kind(value) == JVAL_INTEGER;
}

static bool read_number(const struct patch_reading *r,
                        const struct patch_field *field,
                        const struct jval *value, int64_t *out)
{
    if (!whole(value, out)) {
        patch_refuse_kind(r->refusals, rule_of(field), "a whole number", value);
        return false;
    }
    if (*out >= field->min && *out <= field->max)
        return true;
    patch_refuse(r->refusals, rule_of(field), "%lld lies outside %lld to %lld",
                 (long long)*out, (long long)field->min, (long long)field->max);
    return false;
}

static void read_name(const struct patch_reading *r,
                      const struct patch_field *field, const struct jval *value,
                      int *out)
{
    AUTO(buf_clear) struct buf list = BUF(ERR_TEXT_MAX);
    str text = jval_text(value, STR(""));

    for (int i = 0; field->names[i] != NULL; i++) {
        if (jval_kind(value) == JVAL_TEXT && str_eq_c(text, field->names[i])) {
            *out = i;
            return;
        }
        buf_printf(&list, "%s\"%s\"", i > 0 ? ", " : "", field->names[i]);
    }
    if (jval_kind(value) != JVAL_TEXT)
        patch_refuse(r->refusals, rule_of(field),
                     "expected one of %s, found %s", buf_c(&list),
                     jval_kind_name(jval_kind(value)));
    else
        patch_refuse(r->refusals, rule_of(field),
                     "'%" PRIstr "' is not one of %s",
                     ARGstr(str_sub(text, 0, 64)), buf_c(&list));
}

static void read_text(const struct patch_reading *r,
                      const struct patch_field *field, const struct jval *value,
                      str *out)
{
    str text = jval_text(value, STR(""));

    if (jval_kind(value) != JVAL_TEXT)
        patch_refuse_kind(r->refusals, rule_of(field), "a text", value);
    else if (text.n > (size_t)field->max)
        patch_refuse(r->refusals, rule_of(field),
                     "a text of %zu bytes is longer than %lld", text.n,
                     (long long)field->max);
    else if (text.n < (size_t)field->min)
        patch_refuse(r->refusals, rule_of(field), "must not be empty");
    else
        *out = arena_str(r->arena, text);
}

static void read_score(const struct patch_reading *r,
                       const struct patch_field *field,
                       const struct jval *value, int16_t *out)
{
    struct err err;
    int16_t tenths;

    if (patch_score_from_jval(value, &tenths, &err) < 0)
        patch_refuse(r->refusals, rule_of(field), "%s", err_text(&err));
    else if (tenths < field->min)
        patch_refuse(r->refusals, rule_of(field),
                     "%d.%d lies outside %d.%d to 10.0", tenths / 10,
                     tenths % 10, (int)field->min / 10, (int)field->min % 10);
    else
        *out = tenths;
}

static void read_instant(const struct patch_reading *r,
                         const struct patch_field *field,
                         const struct jval *value, int64_t *out)
{
    struct err err;

    if (jval_kind(value) != JVAL_TEXT)
        patch_refuse_kind(r->refusals, rule_of(field),
                          "a time such as \"2026-01-31T08:30Z\"", value);
    else if (calendar_parse(jval_text(value, STR("")), true, out, &err) < 0)
        patch_refuse(r->refusals, rule_of(field), "%s", err_text(&err));
}

static void read_one(const struct patch_reading *r,
                     const struct patch_field *field, const struct jval *value,
                     void *place)
{
    int64_t number;

    switch (field->kind) {
    case FIELD_BOOL:
        if (jval_kind(value) == JVAL_BOOL)
            *(bool *)place = jval_bool(value, false);
        else
            patch_refuse_kind(r->refusals, rule_of(field), "true or false",
                              value);
        break;
    case FIELD_NUMBER:
        if (read_number(r, field, value, &number))
            *(int *)place = (int)number;
        break;
    case FIELD_COUNT:
        if (read_number(r, field, value, &number))
            *(int64_t *)place = number;
        break;
    case FIELD_NAME:
        read_name(r, field, value, place);
        break;
    case FIELD_TEXT:
        read_text(r, field, value, place);
        break;
    case FIELD_SCORE:
        read_score(r, field, value, place);
        break;
    case FIELD_TEXTS:
        patch_texts_read(r, value, (size_t)field->max, place);
        break;
    case FIELD_INSTANT:
        read_instant(r, field, value, place);
        break;
    case FIELD_OTHER:
        break;
    }
}

static bool read_fields(const struct patch_reading *r,
                        const struct patch_field *fields, bool ignore,
                        const struct jval *object, void *out)
{
    struct jval *value;
    void *at = NULL;
    str name;

    if (jval_kind(object) != JVAL_OBJECT) {
        patch_refuse_kind(r->refusals, "", "an object", object);
        return false;
    }
    while (jval_next(object, &at, &name, &value)) {
        const struct patch_field *field = fields;
        size_t before = patch_path_enter_str(r->refusals, name);

        while (field->name != NULL && !str_eq_c(name, field->name))
            field++;
        if (field->name == NULL && !ignore)
            patch_refuse(r->refusals, "", "there is no such field");
        else if (field->name != NULL && jval_kind(value) != JVAL_NULL)
            read_one(r, field, value, (char *)out + field->at);
        patch_path_leave(r->refusals, before);
    }
    return true;
}

bool patch_fields_read(const struct patch_reading *r,
                       const struct patch_field *fields,
                       const struct jval *object, void *out)
{
    return read_fields(r, fields, false, object, out);
}

bool patch_fields_read_known(const struct patch_reading *r,
                             const struct patch_field *fields,
                             const struct jval *object, void *out)
{
    return read_fields(r, fields, true, object, out);
}

struct jval *patch_field_write(const struct patch_field *field,
                               const void *value)
{
    const void *place = (const char *)value + field->at;
    char text[CALENDAR_TEXT_MAX];
    int64_t at;

    switch (field->kind) {
    case FIELD_BOOL:
        return jval_new_bool(*(const bool *)place);
    case FIELD_NUMBER:
        return jval_new_i64(*(const int *)place);
    case FIELD_COUNT:
        return jval_new_i64(*(const int64_t *)place);
    case FIELD_NAME:
        return jval_new_text(str_c(field->names[*(const int *)place]));
    case FIELD_TEXT:
        return jval_new_text(((const str *)place)->n > 0 ? *(const str *)place
                                                         : STR(""));
    case FIELD_SCORE:
        if (*(const int16_t *)place == PATCH_SCORE_NONE)
            return jval_new_null();
        return jval_new_real(*(const int16_t *)place / 10.0);
    case FIELD_TEXTS:
        return patch_texts_write(*(const struct patch_texts *)place);
    case FIELD_INSTANT:
        at = *(const int64_t *)place;
        return at == 0 ? jval_new_null()
                       : jval_new_text(str_c(calendar_format(at, "Z", text)));
    case FIELD_OTHER:
        break;
    }
    return jval_new_null();
}

void patch_fields_write(const struct patch_field *fields, const void *value,
                        struct jval *object)
{
    for (const struct patch_field *f = fields; f->name != NULL; f++) {
        if (f->kind != FIELD_OTHER)
            jval_set(object, f->name, patch_field_write(f, value));
    }
}

static bool read_id(const struct patch_reading *r, const struct jval *value,
                    str *out)
{
    str text = jval_text(value, STR(""));

    if (jval_kind(value) != JVAL_TEXT)
        patch_refuse_kind(r->refusals, "", "a text", value);
    else if (text.n == 0)
        patch_refuse(r->refusals, "", "must not be empty");
    else if (text.n > PATCH_ID_MAX)
        patch_refuse(r->refusals, "", "a text of %zu bytes is longer than %d",
                     text.n, PATCH_ID_MAX);
    else
        *out = text;
    return out->n > 0;
}

void patch_texts_read(const struct patch_reading *r, const struct jval *array,
                      size_t max, struct patch_texts *out)
{
    AUTO(map_clear) struct map seen = MAP;
    size_t count = jval_count(array);
    size_t n = 0;
    str *list;

    if (jval_kind(array) != JVAL_ARRAY) {
        patch_refuse_kind(r->refusals, "", "a list of texts", array);
        return;
    }
    if (count > max) {
        patch_refuse(r->refusals, "", "%zu entries are more than %zu", count,
                     max);
        return;
    }
    list = arena_alloc(r->arena, count, sizeof(*list));
    for (size_t i = 0; i < count; i++) {
        size_t before = patch_path_index(r->refusals, i);
        str text = STR_NONE;

        if (read_id(r, jval_at(array, i), &text) &&
            map_add(&seen, text, (uint32_t)i) == i)
            list[n++] = arena_str(r->arena, text);
        patch_path_leave(r->refusals, before);
    }
    *out = (struct patch_texts){ list, n };
}

struct jval *patch_texts_write(struct patch_texts texts)
{
    struct jval *list = jval_new_array();

    for (size_t i = 0; i < texts.n; i++)
        jval_push(list, jval_new_text(texts.p[i]));
    return list;
}
