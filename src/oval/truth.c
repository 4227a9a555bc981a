/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/truth.h"

/* The rows that all tables share below their true and false rows: what was
 * not decided, in the order error, unknown, not evaluated. OVAL_RESULTS when
 * every value was decided or not applicable. */
static enum oval_result undecided(const struct oval_tally *tally)
{
    if (tally->n[OVAL_ERROR] > 0)
        return OVAL_ERROR;
    if (tally->n[OVAL_UNKNOWN] > 0)
        return OVAL_UNKNOWN;
    if (tally->n[OVAL_NOT_EVALUATED] > 0)
        return OVAL_NOT_EVALUATED;
    return OVAL_RESULTS;
}

/* The last row of each table: only "not applicable" was counted, or nothing. */
static enum oval_result nothing_decided(const struct oval_tally *tally)
{
    return tally->n[OVAL_NOT_APPLICABLE] > 0 ? OVAL_NOT_APPLICABLE
                                             : OVAL_UNKNOWN;
}

/* One `decisive` decides for `result`. Otherwise what is undecided stands,
 * then `other` if there was any true or false at all. Serves AND (false), OR
 * (true) and NONE SATISFY (true). */
static enum oval_result decide(const struct oval_tally *tally,
                               enum oval_result decisive,
                               enum oval_result result, enum oval_result other)
{
    enum oval_result open = undecided(tally);

    if (tally->n[decisive] > 0)
        return result;
    if (open != OVAL_RESULTS)
        return open;
    if (tally->n[OVAL_TRUE] > 0 || tally->n[OVAL_FALSE] > 0)
        return other;
    return nothing_decided(tally);
}

static enum oval_result exactly_one(const struct oval_tally *tally)
{
    enum oval_result open = undecided(tally);

    if (tally->n[OVAL_TRUE] > 1)
        return OVAL_FALSE;
    if (open != OVAL_RESULTS)
        return open;
    if (tally->n[OVAL_TRUE] == 1)
        return OVAL_TRUE;
    return tally->n[OVAL_FALSE] > 0 ? OVAL_FALSE : nothing_decided(tally);
}

static enum oval_result odd(const struct oval_tally *tally)
{
    enum oval_result open = undecided(tally);

    if (open != OVAL_RESULTS)
        return open;
    if (tally->n[OVAL_TRUE] == 0 && tally->n[OVAL_FALSE] == 0)
        return nothing_decided(tally);
    return tally->n[OVAL_TRUE] % 2 == 1 ? OVAL_TRUE : OVAL_FALSE;
}

enum oval_result oval_operator_result(enum oval_operator op,
                                      const struct oval_tally *tally)
{
    switch (op) {
    case OVAL_AND:
        return decide(tally, OVAL_FALSE, OVAL_FALSE, OVAL_TRUE);
    case OVAL_OR:
        return decide(tally, OVAL_TRUE, OVAL_TRUE, OVAL_FALSE);
    case OVAL_ONE:
        return exactly_one(tally);
    case OVAL_XOR:
        return odd(tally);
    case OVAL_OPERATOR_BAD:
        break;
    }
    return OVAL_ERROR;
}

enum oval_result oval_check_result(enum oval_check check,
                                   const struct oval_tally *tally)
{
    switch (check) {
    case OVAL_CHECK_ALL:
        return decide(tally, OVAL_FALSE, OVAL_FALSE, OVAL_TRUE);
    case OVAL_CHECK_AT_LEAST_ONE:
        return decide(tally, OVAL_TRUE, OVAL_TRUE, OVAL_FALSE);
    case OVAL_CHECK_NONE_SATISFY:
        return decide(tally, OVAL_TRUE, OVAL_FALSE, OVAL_TRUE);
    case OVAL_CHECK_ONLY_ONE:
        return exactly_one(tally);
    case OVAL_CHECK_BAD:
        break;
    }
    return OVAL_ERROR;
}

/* What could not be seen, where it can change the answer; otherwise seen. */
static enum oval_result unless_unseen(const struct oval_existence_tally *tally,
                                      enum oval_result seen)
{
    if (tally->n[OVAL_STATUS_ERROR] > 0)
        return OVAL_ERROR;
    if (tally->n[OVAL_NOT_COLLECTED] > 0)
        return OVAL_UNKNOWN;
    return seen;
}

enum oval_result oval_existence_result(enum oval_existence existence,
                                       const struct oval_existence_tally *tally)
{
    uint32_t exist = tally->n[OVAL_EXISTS];

    switch (existence) {
    case OVAL_ALL_EXIST:
        if (tally->n[OVAL_DOES_NOT_EXIST] > 0)
            return OVAL_FALSE;
        return unless_unseen(tally, exist > 0 ? OVAL_TRUE : OVAL_FALSE);
    case OVAL_ANY_EXIST:
        if (exist == 0 && tally->n[OVAL_STATUS_ERROR] > 0)
            return OVAL_ERROR;
        return OVAL_TRUE;
    case OVAL_AT_LEAST_ONE_EXISTS:
        return exist > 0 ? OVAL_TRUE : unless_unseen(tally, OVAL_FALSE);
    case OVAL_NONE_EXIST:
        return exist > 0 ? OVAL_FALSE : unless_unseen(tally, OVAL_TRUE);
    case OVAL_ONLY_ONE_EXISTS:
        if (exist > 1)
            return OVAL_FALSE;
        return unless_unseen(tally, exist == 1 ? OVAL_TRUE : OVAL_FALSE);
    case OVAL_EXISTENCE_BAD:
        break;
    }
    return OVAL_ERROR;
}

enum oval_result oval_negate(enum oval_result value)
{
    if (value == OVAL_TRUE)
        return OVAL_FALSE;
    return value == OVAL_FALSE ? OVAL_TRUE : value;
}

static const char *const set_operators[] = {
    [OVAL_COMPLEMENT] = "COMPLEMENT",
    [OVAL_INTERSECTION] = "INTERSECTION",
    [OVAL_UNION] = "UNION",
};

enum oval_set_operator oval_set_operator_of(str text)
{
    for (unsigned i = 0; i < COUNT(set_operators); i++)
        if (str_eq_c(text, set_operators[i]))
            return (enum oval_set_operator)i;
    return OVAL_SET_OPERATOR_BAD;
}

const char *oval_set_operator_text(enum oval_set_operator value)
{
    return value < OVAL_SET_OPERATOR_BAD ? set_operators[value] : "";
}

#define ER OVAL_FLAG_ERROR
#define CO OVAL_FLAG_COMPLETE
#define IN OVAL_FLAG_INCOMPLETE
#define DE OVAL_FLAG_DOES_NOT_EXIST
#define NC OVAL_FLAG_NOT_COLLECTED
#define NA OVAL_FLAG_NOT_APPLICABLE

/* As the schema prints them: a row is the flag of the second operand, a
 * column that of the first; both in the order of enum oval_flag. */
/* clang-format off */
static const uint8_t set_flags[][OVAL_FLAGS][OVAL_FLAGS] = {
    [OVAL_UNION] = {
        { ER, ER, ER, ER, ER, ER },
        { ER, CO, IN, CO, IN, CO },
        { ER, IN, IN, IN, IN, IN },
        { ER, CO, IN, DE, IN, DE },
        { ER, IN, IN, IN, NC, NC },
        { ER, CO, IN, DE, NC, NA },
    },
    [OVAL_INTERSECTION] = {
        { ER, ER, ER, DE, ER, ER },
        { ER, CO, IN, DE, NC, CO },
        { ER, IN, IN, DE, NC, IN },
        { DE, DE, DE, DE, DE, DE },
        { ER, NC, NC, DE, NC, NC },
        { ER, CO, IN, DE, NC, NA },
    },
    [OVAL_COMPLEMENT] = {
        { ER, ER, ER, DE, ER, ER },
        { ER, CO, IN, DE, NC, ER },
        { ER, ER, ER, DE, NC, ER },
        { ER, CO, IN, DE, NC, ER },
        { ER, NC, NC, DE, NC, ER },
        { ER, ER, ER, ER, ER, ER },
    },
};
/* clang-format on */

enum oval_flag oval_set_flag(enum oval_set_operator op, enum oval_flag first,
                             enum oval_flag second)
{
    if (op >= OVAL_SET_OPERATOR_BAD || first >= OVAL_FLAGS ||
        second >= OVAL_FLAGS)
        return OVAL_FLAG_ERROR;
    return (enum oval_flag)set_flags[op][second][first];
}

enum oval_flag oval_component_flag(const struct oval_flag_tally *tally)
{
    static const uint8_t order[] = { ER, NA, NC, DE, IN };

    for (size_t i = 0; i < COUNT(order); i++)
        if (tally->n[order[i]] > 0)
            return (enum oval_flag)order[i];
    return tally->n[CO] > 0 ? OVAL_FLAG_COMPLETE : OVAL_FLAG_DOES_NOT_EXIST;
}
