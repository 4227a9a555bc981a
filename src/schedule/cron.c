/* SPDX-License-Identifier: Apache-2.0 */
#include "schedule/cron.h"

#include "schedule/calendar.h"

enum {
    FIELDS = 5,
    WEEKDAY = 4,
};

static const struct field {
    const char *name;
    int min;
    int max;
} fields[FIELDS] = {
    { "minute", 0, 59 }, { "hour", 0, 23 },       { "day of month", 1, 31 },
    { "month", 1, 12 },  { "day of week", 0, 7 }, /* 7 is Sunday too */
};

static str take_word(str *text)
{
    size_t n = 0;
    str word;

    *text = str_trim(*text);
    while (n < text->n && text->p[n] != ' ' && text->p[n] != '\t')
        n++;
    word = str_sub(*text, 0, n);
    *text = str_trim(str_sub(*text, n, SIZE_MAX));
    return word;
}

static bool is_digits(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    }
    return text.n > 0;
}

static int bad_item(const struct field *field, str item, struct err *err)
{
    return err_set(err, E_INVALID,
                   "%s: '%" PRIstr "' is not understood; expected numbers "
                   "from %d to %d, '*', ',', '-' and '/'",
                   field->name, ARGstr(str_sub(item, 0, 32)), field->min,
                   field->max);
}

static int to_number(const struct field *field, str text, str item,
                     int64_t *out, struct err *err)
{
    if (!is_digits(text))
        return bad_item(field, item, err);
    if (str_to_i64(text, field->min, field->max, out, NULL) < 0)
        return err_set(err, E_INVALID,
                       "%s: '%" PRIstr "' lies outside %d to %d", field->name,
                       ARGstr(str_sub(text, 0, 32)), field->min, field->max);
    return 0;
}

static int to_step(const struct field *field, str text, str item, int64_t *out,
                   struct err *err)
{
    if (!is_digits(text))
        return bad_item(field, item, err);
    if (str_to_i64(text, 1, field->max, out, NULL) < 0)
        return err_set(err, E_INVALID,
                       "%s: the step '%" PRIstr "' lies outside 1 to %d",
                       field->name, ARGstr(str_sub(text, 0, 32)), field->max);
    return 0;
}

/* '*', a number, or a range; *out_many says that a step may follow. */
static int to_range(const struct field *field, str text, str item,
                    int64_t range[2], struct err *err)
{
    str low = text;
    str high = text;
    int rc;

    if (str_eq_c(text, "*")) {
        range[0] = field->min;
        range[1] = field == &fields[WEEKDAY] ? 6 : field->max;
        return 1;
    }
    if (str_find_char(text, '-') < text.n)
        low = str_cut(&high, '-');
    rc = to_number(field, low, item, &range[0], err);
    if (rc == 0)
        rc = to_number(field, high, item, &range[1], err);
    if (rc < 0)
        return rc;
    if (range[0] > range[1])
        return err_set(err, E_INVALID, "%s: the range '%" PRIstr "' descends",
                       field->name, ARGstr(str_sub(text, 0, 32)));
    return low.p != high.p;
}

static int add_item(const struct field *field, str item, uint64_t *bits,
                    struct err *err)
{
    str step_text = item;
    str range_text = str_cut(&step_text, '/');
    bool has_step = range_text.n < item.n;
    int64_t range[2] = { 0, 0 };
    int64_t step = 1;
    int rc;

    if (item.n == 0)
        return err_set(err, E_INVALID, "%s: an item of the list is empty",
                       field->name);
    rc = to_range(field, range_text, item, range, err);
    if (rc < 0)
        return rc;
    if (has_step && rc == 0)
        return err_set(err, E_INVALID,
                       "%s: '%" PRIstr "' has a step after a single number; "
                       "steps follow '*' or a range",
                       field->name, ARGstr(str_sub(item, 0, 32)));
    rc = has_step ? to_step(field, step_text, item, &step, err) : 0;
    if (rc < 0)
        return rc;
    for (int64_t i = range[0]; i <= range[1]; i += step)
        *bits |= UINT64_C(1) << i;
    return 0;
}

static int parse_field(const struct field *field, str text, uint64_t *out,
                       struct err *err)
{
    int rc;

    *out = 0;
    for (;;) {
        size_t comma = str_find_char(text, ',');

        rc = add_item(field, str_sub(text, 0, comma), out, err);
        if (rc < 0 || comma == text.n)
            return rc;
        text = str_sub(text, comma + 1, SIZE_MAX);
    }
}

static int split(str text, str words[FIELDS], struct err *err)
{
    unsigned n = 0;
    str rest = str_trim(text);

    if (text.n > CRON_TEXT_MAX)
        return err_set(err, E_LIMIT,
                       "the expression is longer than %d characters",
                       CRON_TEXT_MAX);
    if (str_starts(rest, STR("@")))
        return err_set(err, E_INVALID,
                       "minute: '%" PRIstr "' is a word; expected five fields "
                       "of numbers",
                       ARGstr(str_sub(rest, 0, 32)));
    while (rest.n > 0) {
        str word = take_word(&rest);

        if (n < FIELDS)
            words[n] = word;
        n++;
    }
    if (n < FIELDS)
        return err_set(err, E_INVALID,
                       "%s is missing: expected five fields, found %u",
                       fields[n].name, n);
    if (n > FIELDS)
        return err_set(err, E_INVALID,
                       "%u fields follow day of week: expected five fields, "
                       "found %u",
                       n - FIELDS, n);
    return 0;
}

int cron_parse(str text, struct cron *out_cron, struct err *err)
{
    uint64_t bits[FIELDS];
    str words[FIELDS] = { { NULL, 0 } };
    int rc = split(text, words, err);

    for (unsigned i = 0; rc == 0 && i < FIELDS; i++)
        rc = parse_field(&fields[i], words[i], &bits[i], err);
    if (rc < 0)
        return rc;
    if (bits[WEEKDAY] & 1 << 7)
        bits[WEEKDAY] |= 1;
    *out_cron = (struct cron){
        .minutes = bits[0],
        .hours = (uint32_t)bits[1],
        .dates = (uint32_t)bits[2],
        .months = (uint16_t)bits[3],
        .weekdays = (uint8_t)(bits[WEEKDAY] & 0x7f),
        .any_date = words[2].p[0] == '*',
        .any_weekday = words[WEEKDAY].p[0] == '*',
    };
    return 0;
}

static bool has(uint64_t bits, int i)
{
    return (bits >> i & 1) != 0;
}

bool cron_has_day(const struct cron *cron, int64_t day)
{
    struct calendar_date date = calendar_date(day);
    bool by_date = has(cron->dates, date.day);
    bool by_weekday = has(cron->weekdays, calendar_weekday(day));

    if (!has(cron->months, date.month))
        return false;
    if (cron->any_date || cron->any_weekday)
        return by_date && by_weekday;
    return by_date || by_weekday;
}

bool cron_runs(const struct cron *cron, int64_t from_day)
{
    for (int64_t day = from_day; day <= from_day + CRON_YEARS * 366; day++) {
        if (cron_has_day(cron, day))
            return true;
    }
    return false;
}

/* One item of the days of the week whose range ends on 7, which is 0. */
static void add_to_sunday(int low, int step, struct buf *out)
{
    if (step == 1 && low > 0 && low < 6) {
        buf_printf(out, "%d-6,0", low);
        return;
    }
    if (step == 1 && low == 0) {
        buf_add_c(out, "0-6");
        return;
    }
    for (int i = low; i <= 7; i += step) {
        if (i == 7 && low == 0)
            break; /* 0 stands there already */
        buf_printf(out, "%s%d", i > low ? "," : "", i % 7);
    }
}

/* An item that was accepted: its numbers, and what stands between them. */
static void add_normal_item(str item, bool is_weekday, struct buf *out)
{
    str step = item;
    str range = str_cut(&step, '/');
    str high = range;
    str low = str_cut(&high, '-');
    int64_t number[3] = { 0, 0, 1 };
    str text[3] = { low, high.n > 0 ? high : low, step };

    if (str_eq_c(range, "*")) {
        number[0] = -1;
        text[0] = text[1] = STR_NONE;
    }
    for (unsigned i = 0; i < COUNT(text); i++) {
        if (text[i].n > 0 && str_to_i64(text[i], 0, 99, &number[i], NULL) < 0)
            return; /* it was not accepted */
    }
    if (is_weekday && number[0] >= 0 && number[1] == 7) {
        add_to_sunday((int)number[0], (int)number[2], out);
        return;
    }
    if (number[0] < 0)
        buf_add_char(out, '*');
    else
        buf_printf(out, "%d", (int)number[0]);
    if (high.n > 0)
        buf_printf(out, "-%d", (int)number[1]);
    if (step.n > 0)
        buf_printf(out, "/%d", (int)number[2]);
}

void cron_normalise(str text, struct buf *out)
{
    for (unsigned i = 0; i < FIELDS; i++) {
        str word = take_word(&text);

        if (i > 0)
            buf_add_char(out, ' ');
        while (word.n > 0) {
            add_normal_item(str_cut(&word, ','), i == WEEKDAY, out);
            if (word.n > 0)
                buf_add_char(out, ',');
        }
    }
}
