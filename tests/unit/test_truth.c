/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables of oval-common-schema.xsd are written here as they are printed
 * there: one text a row, "T F E U NE NA > result". Every combination of small
 * counts must match a row, all rows it matches must agree, and our answer
 * must be theirs.
 */
#include "tests/unit/unit.h"

#include "oval/truth.h"

enum {
    COUNT_MAX = 3,
    COLUMNS_MAX = 6
};

/* A cell: "0", "0+", "1", "1+", "2+", "0,1", "odd", "even". */
static bool cell_holds(str cell, uint32_t n)
{
    if (str_eq_c(cell, "odd") || str_eq_c(cell, "even"))
        return (n % 2 == 1) == (cell.p[0] == 'o');
    if (str_eq_c(cell, "0,1"))
        return n <= 1;
    if (cell.n == 2 && cell.p[1] == '+')
        return n >= (uint32_t)(cell.p[0] - '0');
    assert_int_equal(cell.n, 1);
    return n == (uint32_t)(cell.p[0] - '0');
}

static str next_word(str *row)
{
    *row = str_trim(*row);
    return str_cut(row, ' ');
}

/* True when counts match the row; then *out_result is what it says. */
static bool row_holds(const char *text, const uint32_t *counts, size_t columns,
                      enum oval_result *out_result)
{
    str row = str_c(text);
    bool holds = true;

    for (size_t i = 0; i < columns; i++)
        holds = cell_holds(next_word(&row), counts[i]) && holds;
    assert_true(str_eq_c(next_word(&row), ">"));
    *out_result = oval_result_of(str_trim(row));
    assert_int_not_equal(*out_result, OVAL_RESULTS);
    return holds;
}

/* What the table says of counts; OVAL_RESULTS when no row holds. Where the
 * printed rows contradict each other, the first one counts: the tables print
 * them in the order in which they are meant. */
static enum oval_result look_up(const char *const *rows, size_t n,
                                const uint32_t *counts, size_t columns)
{
    for (size_t i = 0; i < n; i++) {
        enum oval_result result;

        if (row_holds(rows[i], counts, columns, &result))
            return result;
    }
    return OVAL_RESULTS;
}

/* The next combination of counts up to COUNT_MAX; false after the last. */
static bool next_counts(uint32_t *counts, size_t columns)
{
    for (size_t i = 0; i < columns; i++) {
        if (++counts[i] <= COUNT_MAX)
            return true;
        counts[i] = 0;
    }
    return false;
}

typedef enum oval_result result_fn(int kind, const uint32_t *counts);

static void check_table(const char *const *rows, size_t n, size_t columns,
                        result_fn *ours, int kind)
{
    uint32_t counts[COLUMNS_MAX] = { 0 };

    do {
        enum oval_result expected = look_up(rows, n, counts, columns);
        enum oval_result actual = ours(kind, counts);

        /* No row is about nothing at all. */
        if (expected == OVAL_RESULTS) {
            for (size_t i = 0; i < columns; i++)
                assert_int_equal(counts[i], 0);
            expected = OVAL_UNKNOWN;
        }
        if (actual != expected)
            print_error("kind %d, counts %u %u %u %u %u %u\n", kind, counts[0],
                        counts[1], counts[2], counts[3], counts[4], counts[5]);
        assert_int_equal(actual, expected);
    } while (next_counts(counts, columns));
}

/* The tables' columns are T F E U NE NA. */
static struct oval_tally tally_of(const uint32_t *counts)
{
    return (struct oval_tally){ .n = { [OVAL_TRUE] = counts[0],
                                       [OVAL_FALSE] = counts[1],
                                       [OVAL_ERROR] = counts[2],
                                       [OVAL_UNKNOWN] = counts[3],
                                       [OVAL_NOT_EVALUATED] = counts[4],
                                       [OVAL_NOT_APPLICABLE] = counts[5] } };
}

static enum oval_result operator_of(int op, const uint32_t *counts)
{
    struct oval_tally tally = tally_of(counts);

    return oval_operator_result((enum oval_operator)op, &tally);
}

static enum oval_result check_of(int check, const uint32_t *counts)
{
    struct oval_tally tally = tally_of(counts);

    return oval_check_result((enum oval_check)check, &tally);
}

/* The tables' columns are EX DE ER NC. */
static enum oval_result existence_of(int existence, const uint32_t *counts)
{
    struct oval_existence_tally tally = {
        .n = { [OVAL_EXISTS] = counts[0],
               [OVAL_DOES_NOT_EXIST] = counts[1],
               [OVAL_STATUS_ERROR] = counts[2],
               [OVAL_NOT_COLLECTED] = counts[3] }
    };

    return oval_existence_result((enum oval_existence)existence, &tally);
}

/* clang-format off */
static const char *const all_rows[] = {
    "1+ 0  0  0  0  0+ > true",
    "0+ 1+ 0+ 0+ 0+ 0+ > false",
    "0+ 0  1+ 0+ 0+ 0+ > error",
    "0+ 0  0  1+ 0+ 0+ > unknown",
    "0+ 0  0  0  1+ 0+ > not evaluated",
    "0  0  0  0  0  1+ > not applicable",
};
static const char *const one_rows[] = {
    "1   0+ 0  0  0  0+ > true",
    "2+  0+ 0+ 0+ 0+ 0+ > false",
    "0   1+ 0  0  0  0+ > false",
    "0,1 0+ 1+ 0+ 0+ 0+ > error",
    "0,1 0+ 0  1+ 0+ 0+ > unknown",
    "0,1 0+ 0  0  1+ 0+ > not evaluated",
    "0   0  0  0  0  1+ > not applicable",
};
static const char *const any_rows[] = {
    "1+ 0+ 0+ 0+ 0+ 0+ > true",
    "0  1+ 0  0  0  0+ > false",
    "0  0+ 1+ 0+ 0+ 0+ > error",
    "0  0+ 0  1+ 0+ 0+ > unknown",
    "0  0+ 0  0  1+ 0+ > not evaluated",
    "0  0  0  0  0  1+ > not applicable",
};
static const char *const none_rows[] = {
    "0  1+ 0  0  0  0+ > true",
    "1+ 0+ 0+ 0+ 0+ 0+ > false",
    "0  0+ 1+ 0+ 0+ 0+ > error",
    "0  0+ 0  1+ 0+ 0+ > unknown",
    "0  0+ 0  0  1+ 0+ > not evaluated",
    "0  0  0  0  0  1+ > not applicable",
};
/* The row of "even" holds for no true at all too, where the table means the
 * last row; so that stands first here. */
static const char *const xor_rows[] = {
    "0    0  0  0  0  1+ > not applicable",
    "0    0  0  0  0  0  > unknown",
    "odd  0+ 0  0  0  0+ > true",
    "even 0+ 0  0  0  0+ > false",
    "0+   0+ 1+ 0+ 0+ 0+ > error",
    "0+   0+ 0  1+ 0+ 0+ > unknown",
    "0+   0+ 0  0  1+ 0+ > not evaluated",
};
static const char *const all_exist_rows[] = {
    "1+ 0  0  0  > true",
    "0  0  0  0  > false",
    "0+ 1+ 0+ 0+ > false",
    "0+ 0  1+ 0+ > error",
    "0+ 0  0  1+ > unknown",
};
static const char *const any_exist_rows[] = {
    "0+ 0+ 0  0+ > true",
    "1+ 0+ 1+ 0+ > true",
    "0  0+ 1+ 0+ > error",
};
static const char *const at_least_one_exists_rows[] = {
    "1+ 0+ 0+ 0+ > true",
    "0  0+ 0  0  > false",
    "0  0+ 1+ 0+ > error",
    "0  0+ 0  1+ > unknown",
};
static const char *const none_exist_rows[] = {
    "0  0+ 0  0  > true",
    "1+ 0+ 0+ 0+ > false",
    "0  0+ 1+ 0+ > error",
    "0  0+ 0  1+ > unknown",
};
static const char *const only_one_exists_rows[] = {
    "1   0+ 0  0  > true",
    "2+  0+ 0+ 0+ > false",
    "0   0+ 0  0  > false",
    "0,1 0+ 1+ 0+ > error",
    "0,1 0+ 0  1+ > unknown",
};
/* clang-format on */

#define CHECK(rows, columns, ours, kind)                                       \
    check_table(rows, COUNT(rows), columns, ours, kind)

static void operators_follow_the_tables(void **state UNUSED)
{
    CHECK(all_rows, 6, operator_of, OVAL_AND);
    CHECK(any_rows, 6, operator_of, OVAL_OR);
    CHECK(one_rows, 6, operator_of, OVAL_ONE);
    CHECK(xor_rows, 6, operator_of, OVAL_XOR);
}

static void checks_follow_the_tables(void **state UNUSED)
{
    CHECK(all_rows, 6, check_of, OVAL_CHECK_ALL);
    CHECK(any_rows, 6, check_of, OVAL_CHECK_AT_LEAST_ONE);
    CHECK(one_rows, 6, check_of, OVAL_CHECK_ONLY_ONE);
    CHECK(none_rows, 6, check_of, OVAL_CHECK_NONE_SATISFY);
}

static void existence_follows_the_tables(void **state UNUSED)
{
    CHECK(all_exist_rows, 4, existence_of, OVAL_ALL_EXIST);
    CHECK(any_exist_rows, 4, existence_of, OVAL_ANY_EXIST);
    CHECK(at_least_one_exists_rows, 4, existence_of, OVAL_AT_LEAST_ONE_EXISTS);
    CHECK(none_exist_rows, 4, existence_of, OVAL_NONE_EXIST);
    CHECK(only_one_exists_rows, 4, existence_of, OVAL_ONLY_ONE_EXISTS);
}

static void what_is_not_in_the_language_is_an_error(void **state UNUSED)
{
    struct oval_tally tally = { .n = { [OVAL_TRUE] = 1 } };
    struct oval_existence_tally exist = { .n = { [OVAL_EXISTS] = 1 } };

    assert_int_equal(oval_operator_result(OVAL_OPERATOR_BAD, &tally),
                     OVAL_ERROR);
    assert_int_equal(oval_check_result(OVAL_CHECK_BAD, &tally), OVAL_ERROR);
    assert_int_equal(oval_existence_result(OVAL_EXISTENCE_BAD, &exist),
                     OVAL_ERROR);
}

static void negation_swaps_true_and_false_only(void **state UNUSED)
{
    assert_int_equal(oval_negate(OVAL_TRUE), OVAL_FALSE);
    assert_int_equal(oval_negate(OVAL_FALSE), OVAL_TRUE);
    for (int i = OVAL_UNKNOWN; i < OVAL_RESULTS; i++)
        assert_int_equal(oval_negate((enum oval_result)i), i);
}

/* Rows: the second operand E C I DNE NC NA; columns: the first, likewise. */
static void set_flags_follow_the_tables(void **state UNUSED)
{
    static const struct {
        enum oval_set_operator op;
        const char *rows[OVAL_FLAGS];
    } tables[] = {
        { OVAL_UNION,
          { "E E E E E E", "E C I C I C", "E I I I I I", "E C I D I D",
            "E I I I N N", "E C I D N A" } },
        { OVAL_INTERSECTION,
          { "E E E D E E", "E C I D N C", "E I I D N I", "D D D D D D",
            "E N N D N N", "E C I D N A" } },
        { OVAL_COMPLEMENT,
          { "E E E D E E", "E C I D N E", "E E E D N E", "E C I D N E",
            "E N N D N E", "E E E E E E" } },
    };
    static const char letters[] = "ECIDNA";

    for (size_t t = 0; t < COUNT(tables); t++)
        for (int second = 0; second < OVAL_FLAGS; second++)
            for (int first = 0; first < OVAL_FLAGS; first++) {
                enum oval_flag flag =
                    oval_set_flag(tables[t].op, (enum oval_flag)first,
                                  (enum oval_flag)second);

                assert_int_equal(letters[flag],
                                 tables[t].rows[second][2 * first]);
            }
    assert_int_equal(oval_set_flag(OVAL_SET_OPERATOR_BAD, OVAL_FLAG_COMPLETE,
                                   OVAL_FLAG_COMPLETE),
                     OVAL_FLAG_ERROR);
}

/* The chart of ConcatFunctionType; columns E C I DNE NC NA. */
static void component_flags_follow_the_chart(void **state UNUSED)
{
    static const struct {
        const char *cells;
        enum oval_flag flag;
    } rows[] = {
        { "1+ 0+ 0+ 0+ 0+ 0+", OVAL_FLAG_ERROR },
        { "0  1+ 0  0  0  0 ", OVAL_FLAG_COMPLETE },
        { "0  0+ 1+ 0  0  0 ", OVAL_FLAG_INCOMPLETE },
        { "0  0+ 0+ 1+ 0  0 ", OVAL_FLAG_DOES_NOT_EXIST },
        { "0  0+ 0+ 0+ 1+ 0 ", OVAL_FLAG_NOT_COLLECTED },
        { "0  0+ 0+ 0+ 0+ 1+", OVAL_FLAG_NOT_APPLICABLE },
    };
    uint32_t counts[COLUMNS_MAX] = { 0 };

    while (next_counts(counts, COLUMNS_MAX)) {
        struct oval_flag_tally tally;
        unsigned matched = 0;

        for (size_t i = 0; i < OVAL_FLAGS; i++)
            tally.n[i] = counts[i];
        for (size_t r = 0; r < COUNT(rows); r++) {
            str row = str_c(rows[r].cells);
            bool holds = true;

            for (size_t i = 0; i < COLUMNS_MAX; i++)
                holds = cell_holds(next_word(&row), counts[i]) && holds;
            if (!holds)
                continue;
            matched++;
            assert_int_equal(oval_component_flag(&tally), rows[r].flag);
        }
        assert_int_equal(matched, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_follow_the_tables),
        cmocka_unit_test(checks_follow_the_tables),
        cmocka_unit_test(existence_follows_the_tables),
        cmocka_unit_test(what_is_not_in_the_language_is_an_error),
        cmocka_unit_test(negation_swaps_true_and_false_only),
        cmocka_unit_test(set_flags_follow_the_tables),
        cmocka_unit_test(component_flags_follow_the_chart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
