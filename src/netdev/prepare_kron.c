/* SPDX-License-Identifier: Apache-2.0
 *
 * When call-home runs: a kron occurrence and its policy lists (R-CNC).
 */
#include "netdev/kron.h"
#include "netdev/prepare_int.h"

#define KRON(member) offsetof(struct kron_facts, member)
#define IOS (1u << SYNTAX_IOS)

enum {
    IN_DAYS_MAX = 365
};

/* clang-format off */
static const struct field list_fields[] = {
    { "name", NULL, FIELD_WORD, offsetof(struct policy_list, name), 1, 31,
      NULL, "R-CNC-2", IOS },
    { "ip", NULL, FIELD_IPV4, offsetof(struct policy_list, ip), 7, 15, NULL,
      "R-CNC-6", IOS },
    { NULL },
};
/* clang-format on */

/* A name that comes again edits what it named (R-CNC-2). */
static struct policy_list *list_named(struct kron_facts *kron, str name)
{
    for (size_t i = 0; i < kron->lists.n; i++) {
        if (str_eq(kron->lists.p[i].name, name))
            return &kron->lists.p[i];
    }
    return vec_push(&kron->lists);
}

static int read_lists(struct prepare_facts *facts, struct arena *arena,
                      const struct field *field, const struct jval *value,
                      struct err *err)
{
    bool is_array = jval_kind(value) == JVAL_ARRAY;
    size_t n = is_array ? jval_count(value) : 1;

    if (n == 0 || n > PREPARE_LIST_MAX)
        return field_error("ce.kron.", field->name, field->rule, err,
                           "has %zu elements; expected 1 to %d", n,
                           PREPARE_LIST_MAX);
    for (size_t i = 0; i < n; i++) {
        const struct jval *item = is_array ? jval_at(value, i) : value;
        AUTO(jval_freep) struct jval *object = NULL;
        struct policy_list list = { STR_NONE, STR_NONE };
        int rc;

        if (jval_kind(item) != JVAL_OBJECT) {
            object = jval_new_object();
            jval_set(object, "name", jval_copy(item));
            item = object;
        }
        rc = fields_read(&(struct field_reading){ facts, arena,
                                                  "ce.kron.policy_lists.",
                                                  &list },
                         list_fields, item, err);
        if (rc < 0)
            return rc;
        if (list.name.n == 0)
            return field_error("ce.kron.", field->name, "R-CNC-2", err,
                               "each needs a name");
        *list_named(&facts->ce.kron, list.name) = list;
    }
    return 0;
}

/* R-CNC-3: [[d:]h:]m, written again without leading zeros. */
static int read_in(struct arena *arena, const struct jval *value, str *out,
                   struct err *err)
{
    static const int64_t most[] = { 59, 23, IN_DAYS_MAX };
    int64_t parts[3] = { 0 };
    str text = jval_text(value, STR_NONE);
    bool ends_open;
    size_t n = 0;

    if (jval_kind(value) == JVAL_INTEGER)
        text = arena_printf(arena, "%lld", (long long)jval_i64(value, 0));
    ends_open = str_ends(text, STR(":"));
    for (str rest = text; rest.n > 0 && n < 3; n++)
        (void)str_cut(&rest, ':');
    for (size_t i = n; i > 0; i--) {
        str part = str_cut(&text, ':');

        if (part.n == 0 || part.p[0] < '0' || part.p[0] > '9' ||
            str_to_i64(part, 0, most[i - 1], &parts[i - 1], NULL) < 0)
            n = 0;
    }
    if (n == 0 || text.n > 0 || ends_open)
        return field_error("ce.kron.", "in", "R-CNC-3", err,
                           "expected [[days:]hours:]minutes, as 5, 1:30 or "
                           "2:0:0, with up to 59 minutes, 23 hours and %d "
                           "days",
                           IN_DAYS_MAX);
    if (parts[0] + parts[1] + parts[2] == 0)
        return field_error("ce.kron.", "in", "R-CNC-3", err,
                           "0 is no time to wait");
    if (n == 3)
        *out = arena_printf(arena, "%d:%d:%d", (int)parts[2], (int)parts[1],
                            (int)parts[0]);
    else
        *out = n == 2
                   ? arena_printf(arena, "%d:%d", (int)parts[1], (int)parts[0])
                   : arena_printf(arena, "%d", (int)parts[0]);
    return 0;
}

struct date_facts { /* what stands behind the time; 0: nothing does */
    unsigned month;
    int64_t day;
    unsigned weekday;
};

static const char months[] =
    "January|February|March|April|May|June|July|August|September|October|"
    "November|December";
static const char weekdays[] =
    "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday";

/* From 1, for a name of three letters or more; 0 when it is none. */
static unsigned find_name(const char *names, str text)
{
    str rest = str_c(names);

    for (unsigned i = 1; rest.n > 0; i++) {
        str name = str_cut(&rest, '|');

        if (text.n >= 3 && text.n <= name.n &&
            str_eq_nocase(text, str_sub(name, 0, text.n)))
            return i;
    }
    return 0;
}

static str short_name(const char *names, unsigned index)
{
    str rest = str_c(names);

    while (--index > 0)
        (void)str_cut(&rest, '|');
    return str_sub(rest, 0, 3);
}

static int refuse_name(const char *field, str text, const char *names,
                       struct err *err)
{
    return field_error("ce.kron.", field, "R-CNC-4", err,
                       "'%" PRIstr "' is none of %s",
                       ARGstr(str_sub(text, 0, 32)), names);
}

static int read_name(const struct jval *object, const char *field,
                     const char *also, const char *names, unsigned *out,
                     struct err *err)
{
    const struct jval *value = jval_get(object, field);
    int64_t number;

    if (value == NULL && also != NULL)
        value = jval_get(object, also);
    if (value == NULL || jval_kind(value) == JVAL_NULL)
        return 0;
    number = jval_i64(value, 0);
    *out = find_name(names, jval_text(value, STR_NONE));
    if (names == months && number >= 1 && number <= 12)
        *out = (unsigned)number;
    return *out > 0
               ? 0
               : refuse_name(field, jval_text(value, STR("it")), names, err);
}

static int read_day(const struct jval *object, int64_t *out, struct err *err)
{
    const struct jval *value = jval_get(object, "day_of_month");

    if (value == NULL)
        value = jval_get(object, "dom");
    if (value == NULL || jval_kind(value) == JVAL_NULL)
        return 0;
    *out = jval_i64(value, 0);
    return *out >= 1 && *out <= 31
               ? 0
               : field_error("ce.kron.", "day_of_month", "R-CNC-4", err,
                             "expected a number from 1 to 31");
}

static int read_at_hour(str text, int64_t *hour, int64_t *minute,
                        struct err *err)
{
    str first = str_cut(&text, ':');

    if (first.n >= 1 && first.n <= 2 && text.n >= 1 && text.n <= 2 &&
        first.p[0] >= '0' && text.p[0] >= '0' &&
        str_to_i64(first, 0, 23, hour, NULL) == 0 &&
        str_to_i64(text, 0, 59, minute, NULL) == 0)
        return 0;
    return field_error("ce.kron.", "at", "R-CNC-4", err,
                       "expected a time from 0:00 to 23:59");
}

/* What may stand behind the time in "at" itself: [[month] day] [weekday]. */
static int read_at_words(str rest, struct date_facts *out, struct err *err)
{
    while (rest.n > 0) {
        str word = str_cut(&rest, ' ');
        int64_t number;

        if (word.n == 0)
            continue;
        if (str_to_i64(word, 1, 31, &number, NULL) == 0)
            out->day = number;
        else if (find_name(weekdays, word) > 0)
            out->weekday = find_name(weekdays, word);
        else if (find_name(months, word) > 0)
            out->month = find_name(months, word);
        else
            return refuse_name("at", word, "[[month] day] [weekday]", err);
    }
    return 0;
}

static int check_date(const struct date_facts *date, struct err *err)
{
    static const uint8_t days[] = { 31, 31, 29, 31, 30, 31, 30,
                                    31, 31, 30, 31, 30, 31 };

    if (date->month > 0 && date->day == 0)
        return field_error("ce.kron.", "day_of_month", "R-CNC-4", err,
                           "is missing; a month needs it");
    if (date->day > days[date->month])
        return field_error("ce.kron.", "day_of_month", "R-CNC-4", err,
                           "%" PRIstr " has no day %d",
                           ARGstr(short_name(months, date->month)),
                           (int)date->day);
    return 0;
}

static int read_at(struct arena *arena, const struct jval *object,
                   const struct jval *value, str *out, struct err *err)
{
    str text = str_trim(jval_text(value, STR_NONE));
    struct date_facts date = { 0 };
    AUTO(buf_clear) struct buf line = BUF(128);
    int64_t hour = 0;
    int64_t minute = 0;
    int rc = read_at_hour(str_cut(&text, ' '), &hour, &minute, err);

    if (rc == 0)
        rc = read_at_words(text, &date, err);
    if (rc == 0)
        rc = read_name(object, "month", NULL, months, &date.month, err);
    if (rc == 0)
        rc = read_day(object, &date.day, err);
    if (rc == 0)
        rc = read_name(object, "day_of_week", "dow", weekdays, &date.weekday,
                       err);
    if (rc == 0)
        rc = check_date(&date, err);
    if (rc < 0)
        return rc;
    buf_printf(&line, "%d:%02d", (int)hour, (int)minute);
    if (date.month > 0)
        buf_printf(&line, " %" PRIstr, ARGstr(short_name(months, date.month)));
    if (date.day > 0)
        buf_printf(&line, " %d", (int)date.day);
    if (date.weekday > 0)
        buf_printf(&line, " %" PRIstr,
                   ARGstr(short_name(weekdays, date.weekday)));
    *out = arena_str(arena, buf_str(&line));
    return 0;
}

bool kron_takes_in(str when)
{
    AUTO(arena_clear) struct arena arena = { 0 };
    AUTO(jval_freep) struct jval *value = jval_new_text(when);
    str text;

    return read_in(&arena, value, &text, NULL) == 0;
}

bool kron_takes_at(str when)
{
    AUTO(arena_clear) struct arena arena = { 0 };
    AUTO(jval_freep) struct jval *nothing = jval_new_object();
    AUTO(jval_freep) struct jval *value = jval_new_text(when);
    str text;

    return read_at(&arena, nothing, value, &text, NULL) == 0;
}

static int read_when(struct arena *arena, const struct jval *object,
                     struct kron_facts *kron, struct err *err)
{
    static const char *const dated[] = { "month", "day_of_month", "dom",
                                         "day_of_week", "dow" };
    const struct jval *in = jval_get(object, "in");
    const struct jval *at = jval_get(object, "at");

    if ((in == NULL) == (at == NULL))
        return err_set(err, E_INVALID,
                       "ce.kron.in: exactly one of in and at is needed "
                       "(R-CNC-1)");
    if (at != NULL)
        return read_at(arena, object, at, &kron->at, err);
    for (size_t i = 0; i < COUNT(dated); i++) {
        if (jval_get(object, dated[i]) != NULL)
            return field_error("ce.kron.", dated[i], "R-CNC-4", err,
                               "belongs to at, not to in");
    }
    return read_in(arena, in, &kron->in, err);
}

static int skip(struct prepare_facts *facts UNUSED, struct arena *arena UNUSED,
                const struct field *field UNUSED,
                const struct jval *value UNUSED, struct err *err UNUSED)
{
    return 0; /* read_when() reads these together */
}

/* clang-format off */
static const struct field kron_fields[] = {
    { "occurrence", "name", FIELD_WORD, KRON(occurrence), 1, 31, NULL,
      "R-CNC-2", IOS },
    { "user", "username", FIELD_WORD, KRON(user), 1, 64, NULL, "R-CNC-1",
      IOS },
    { "in", NULL, FIELD_OTHER, 0, 0, 0, NULL, "R-CNC-3", IOS, skip },
    { "at", NULL, FIELD_OTHER, 0, 0, 0, NULL, "R-CNC-4", IOS, skip },
    { "month", NULL, FIELD_OTHER, 0, 0, 0, NULL, "R-CNC-4", IOS, skip },
    { "day_of_month", "dom", FIELD_OTHER, 0, 0, 0, NULL, "R-CNC-4", IOS,
      skip },
    { "day_of_week", "dow", FIELD_OTHER, 0, 0, 0, NULL, "R-CNC-4", IOS,
      skip },
    { "recurrence", "repeat", FIELD_CHOICE, KRON(recurrence), 1, 16,
      "oneshot|recurring", "R-CNC-5", IOS },
    { "policy_lists", "policy_list|policy-list", FIELD_OTHER, 0, 0, 0, NULL,
      "R-CNC-6", IOS, read_lists },
    { NULL },
};
/* clang-format on */

int read_kron(struct prepare_facts *facts, struct arena *arena,
              const struct field *field UNUSED, const struct jval *value,
              struct err *err)
{
    struct kron_facts *kron = &facts->ce.kron;
    const char *absent = NULL;
    int rc;

    if (jval_kind(value) != JVAL_OBJECT)
        return err_set(err, E_INVALID, "ce.kron: expected an object (R-CNC-1)");
    rc = fields_read(&(struct field_reading){ facts, arena, "ce.kron.", kron },
                     kron_fields, value, err);
    if (rc < 0)
        return rc;
    if (kron->occurrence.n == 0)
        absent = "occurrence";
    else if (kron->recurrence.n == 0)
        absent = "recurrence";
    else if (kron->lists.n == 0)
        absent = "policy_lists";
    if (absent != NULL)
        return field_error("ce.kron.", absent, "R-CNC-1", err, "is missing");
    return read_when(arena, value, kron, err);
}
