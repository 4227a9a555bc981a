/* SPDX-License-Identifier: Apache-2.0 */
#include "risk/import_int.h"

enum {
    MILLION = 1000000,
    DIGITS = 6,
};

/* Ten to the n, for n from 0 to DIGITS. */
static int64_t power(int n)
{
    int64_t value = 1;

    while (n-- > 0)
        value *= 10;
    return value;
}

/* Digits of a fraction from place `shift` on, as millionths: what lies behind
 * the sixth place is cut off. */
static int millionths(str digits, int64_t shift, int64_t *out, struct err *err)
{
    if (shift >= DIGITS) {
        *out = 0;
        return 0;
    }
    digits = str_sub(digits, 0, (size_t)(DIGITS - shift));
    if (digits.n == 0) {
        *out = 0;
        return 0;
    }
    if (digits.p[0] < '0' || digits.p[0] > '9')
        return err_set(err, E_PARSE, "no digit");
    if (str_to_i64(digits, 0, MILLION - 1, out, err) < 0)
        return E_PARSE;
    *out *= power((int)(DIGITS - shift - (int64_t)digits.n));
    return 0;
}

static bool is_digits(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    }
    return text.n > 0;
}

/* "0.18126", "1", "1.0", "4.3e-05": from 0 to 1, in millionths. With an
 * exponent the fraction moves to the right; one digit stands before it. */
static bool parse_share(str text, uint32_t *out)
{
    str fraction = text;
    str exponent;
    str mantissa = str_cut(&fraction, 'e');
    bool has_exponent = mantissa.n < text.n;
    int64_t whole = 0;
    int64_t value;
    int64_t shift = 0;

    exponent = fraction;
    fraction = mantissa;
    mantissa = str_cut(&fraction, '.');
    if (mantissa.n != 1 || !is_digits(mantissa) ||
        (fraction.n > 0 && !is_digits(fraction)))
        return false;
    whole = mantissa.p[0] - '0';
    if (has_exponent && (!str_starts(exponent, STR("-")) ||
                         str_to_i64(exponent, -99, 0, &shift, NULL) < 0))
        return false;
    shift = -shift;
    if (millionths(fraction, shift, &value, NULL) < 0)
        return false;
    if (shift <= DIGITS)
        value += whole * power((int)(DIGITS - shift));
    if (value > MILLION)
        return false;
    *out = (uint32_t)value;
    return true;
}

static int add_line(struct risk_importer *importer, str line, char separator,
                    struct err *err)
{
    struct risk_fact fact = { 0 };
    str id = str_cut(&line, separator);
    str epss = str_cut(&line, separator);
    int rc = cve_parse(id, &fact.key, err);

    if (rc < 0)
        return rc;
    if (!parse_share(epss, &fact.epss))
        return err_set(err, E_PARSE,
                       "EPSS score '%" PRIstr "' is no number from 0 to 1",
                       ARGstr(str_sub(epss, 0, 32)));
    if (!parse_share(line, &fact.percentile))
        return err_set(err, E_PARSE,
                       "percentile '%" PRIstr "' is no number from 0 to 1",
                       ARGstr(str_sub(line, 0, 32)));
    return risk_draft_add(importer->draft, &fact, err);
}

/* "#model_version:v2025.03.14,score_date:2026-08-16T00:00:00Z" */
static void take_date(struct risk_importer *importer, str line)
{
    str key = STR("score_date:");
    size_t at = str_find(line, key);

    if (at < line.n)
        importer->date =
            arena_str(&importer->arena, str_sub(line, at + key.n, 10));
}

int risk_import_epss(struct risk_importer *importer, struct err *err)
{
    str line;
    int rc;

    while ((rc = risk_input_line(&importer->input, &line, err)) == 0) {
        char separator = str_find_char(line, ';') < line.n ? ';' : ',';

        if (str_starts(line, STR("#"))) {
            take_date(importer, line);
            continue;
        }
        if (line.n == 0 || str_starts(line, STR("cve,")) ||
            str_starts(line, STR("cve;")))
            continue;
        rc = add_line(importer, line, separator, err);
        if (rc < 0)
            return err_wrap(err, rc, "line %llu",
                            (unsigned long long)importer->input.line);
    }
    return rc < 0 ? rc : 0;
}
