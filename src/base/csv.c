/* SPDX-License-Identifier: Apache-2.0 */
#include "base/csv.h"

#include "base/clock.h"

static void begin_field(struct csv *csv)
{
    if (csv->started)
        buf_add_char(csv->out, ',');
    csv->started = true;
}

static bool is_formula(str text)
{
    while (text.n > 0 && text.p[0] == ' ')
        text = str_sub(text, 1, text.n);
    /* U+FF1D and its like, which some programs take for their ASCII form. */
    if (text.n >= 3 && memcmp(text.p, "\xEF\xBC", 2) == 0)
        return strchr("\x9D\x8B\x8D\xA0", text.p[2]) != NULL;
    return text.n > 0 && str_find_char(STR("=+-@\t\r\n|"), text.p[0]) < 8;
}

void csv_text(struct csv *csv, str text)
{
    bool formula = is_formula(text);
    bool quote = formula;

    begin_field(csv);
    for (size_t i = 0; i < text.n && !quote; i++)
        quote = text.p[i] == '"' || text.p[i] == ',' || text.p[i] == '\n' ||
                text.p[i] == '\r' || text.p[i] == ';';
    if (quote)
        buf_add_char(csv->out, '"');
    if (formula)
        buf_add_char(csv->out, '\'');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"')
            buf_add_char(csv->out, '"');
        buf_add_char(csv->out, text.p[i]);
    }
    if (quote)
        buf_add_char(csv->out, '"');
}

void csv_i64(struct csv *csv, int64_t number)
{
    begin_field(csv);
    buf_printf(csv->out, "%lld", (long long)number);
}

void csv_time(struct csv *csv, int64_t at)
{
    char text[CLOCK_TEXT_MAX] = "";

    begin_field(csv);
    if (at != 0)
        clock_text(at, text);
    buf_add_c(csv->out, text);
}

void csv_end(struct csv *csv)
{
    buf_add_c(csv->out, "\r\n");
    csv->started = false;
}
