/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/word.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

str word_take(str *line)
{
    size_t from = 0;
    size_t end;
    str word;

    while (from < line->n && is_blank(line->p[from]))
        from++;
    end = from;
    while (end < line->n && !is_blank(line->p[end]))
        end++;
    word = str_sub(*line, from, end - from);
    *line = str_sub(*line, end, line->n);
    return word;
}
