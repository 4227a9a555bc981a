/* SPDX-License-Identifier: Apache-2.0
 *
 * Values against what is wanted (Language Specification 5.11.2, sections
 * 5.3.6 and 5.3.7): one value by an operation, several by var_check and
 * entity_check, records field by field.
 */
#include "oval/compare.h"
#include "oval/eval_int.h"
#include "oval/hidden.h"

enum {
    COMPARISONS_MAX = 1000000 /* of one item's facts with one entity's values */
};

/* True when no further result can change the outcome of check. */
static bool decides(uint8_t check, enum oval_result r)
{
    return (check == OVAL_CHECK_ALL && r == OVAL_FALSE) ||
           (check == OVAL_CHECK_AT_LEAST_ONE && r == OVAL_TRUE) ||
           (check == OVAL_CHECK_NONE_SATISFY && r == OVAL_TRUE);
}

static enum oval_result compare(struct oval_eval *eval,
                                const struct oval_want *want, str wanted,
                                str value, struct err *err)
{
    const struct oval_comparison it = {
        .entity = want->name,
        .datatype = want->datatype,
        .operation = want->operation,
        .wanted = wanted,
        .actual = value,
    };
    str hidden = eval->source != NULL ? eval->source->hidden : STR_NONE;

    return oval_is_hidden(hidden, value)
               ? oval_compare_hidden(eval->regexes, hidden, &it, err)
               : oval_compare_entity(eval->regexes, &it, err);
}

enum oval_result match_value(struct oval_eval *eval,
                             const struct oval_want *want, str value,
                             struct err *err)
{
    struct oval_tally tally = { 0 };

    if (!want->is_var && want->value_count == 1)
        return compare(eval, want, want->values[0], value, err);
    for (size_t i = 0; i < want->value_count; i++) {
        enum oval_result r = compare(eval, want, want->values[i], value, err);

        tally.n[r]++;
        if (decides(want->var_check, r))
            break;
    }
    return oval_check_result(want->var_check, &tally);
}

static enum oval_result match_fields(struct oval_eval *eval,
                                     const struct oval_want *want,
                                     const struct oval_fact *fact,
                                     struct err *err);

static enum oval_result match_fact(struct oval_eval *eval,
                                   const struct oval_want *want,
                                   const struct oval_fact *fact,
                                   struct err *err)
{
    switch ((enum oval_status)fact->status) {
    case OVAL_EXISTS:
        break;
    case OVAL_DOES_NOT_EXIST:
        return OVAL_FALSE;
    case OVAL_NOT_COLLECTED:
        return OVAL_UNKNOWN;
    default:
        err_set(err, E_IO, "'%" PRIstr "' of the item is in error",
                ARGstr(want->name));
        return OVAL_ERROR;
    }
    if (want->datatype == OVAL_RECORD || fact->datatype == OVAL_RECORD)
        return match_fields(eval, want, fact, err);
    return match_value(eval, want, fact->value, err);
}

/* All facts of one name against one want. */
static enum oval_result match_facts(struct oval_eval *eval,
                                    const struct oval_want *want,
                                    const struct oval_fact *facts, size_t n,
                                    struct err *err)
{
    struct oval_existence_tally existence = { 0 };
    struct oval_tally tally = { 0 };
    enum oval_result exists;
    size_t found = 0;

    if (want->value_count > COMPARISONS_MAX / (n + 1)) {
        err_set(err, E_LIMIT,
                "'%" PRIstr "' would take more than %d comparisons",
                ARGstr(want->name), COMPARISONS_MAX);
        return OVAL_ERROR;
    }
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(facts[i].name, want->name))
            continue;
        found++;
        existence.n[facts[i].status < OVAL_STATUSES ? facts[i].status
                                                    : OVAL_STATUS_ERROR]++;
        if (facts[i].status == OVAL_DOES_NOT_EXIST &&
            want->existence != OVAL_AT_LEAST_ONE_EXISTS)
            continue;
        tally.n[match_fact(eval, want, &facts[i], err)]++;
    }
    if (found == 0)
        return OVAL_UNKNOWN;
    if (want->existence != OVAL_AT_LEAST_ONE_EXISTS) {
        exists = oval_existence_result(want->existence, &existence);
        if (exists != OVAL_TRUE || existence.n[OVAL_EXISTS] == 0)
            return exists;
    }
    return oval_check_result(want->entity_check, &tally);
}

/* A field of a state that the item does not have is an error
 * (EntityObjectFieldType), while an entity it does not have is unknown. */
static enum oval_result match_field(struct oval_eval *eval,
                                    const struct oval_want *want,
                                    const struct oval_fact *fact,
                                    struct err *err)
{
    for (size_t i = 0; i < fact->field_count; i++)
        if (str_eq(fact->fields[i].name, want->name))
            return match_facts(eval, want, fact->fields, fact->field_count,
                               err);
    err_set(err, E_INVALID, "the record has no field '%" PRIstr "'",
            ARGstr(want->name));
    return OVAL_ERROR;
}

static enum oval_result match_fields(struct oval_eval *eval,
                                     const struct oval_want *want,
                                     const struct oval_fact *fact,
                                     struct err *err)
{
    struct oval_tally tally = { 0 };

    if (want->datatype != OVAL_RECORD || fact->datatype != OVAL_RECORD) {
        err_set(err, E_INVALID, "'%" PRIstr "' is a record on one side only",
                ARGstr(want->name));
        return OVAL_ERROR;
    }
    if (want->operation != OVAL_EQUALS) {
        err_set(err, E_INVALID, "operation '%s' is not defined for records",
                oval_operation_text(want->operation));
        return OVAL_ERROR;
    }
    for (size_t i = 0; i < want->field_count; i++)
        tally.n[match_field(eval, &want->fields[i], fact, err)]++;
    return oval_operator_result(OVAL_AND, &tally);
}

/* A want whose variable has no values is an error in a state. */
static enum oval_result match_want(struct oval_eval *eval,
                                   const struct oval_want *want,
                                   const struct oval_fact *facts, size_t n,
                                   struct err *err)
{
    if (want->is_var && want->value_count == 0) {
        err_set(err, E_INVALID, "the variable of '%" PRIstr "' has no values",
                ARGstr(want->name));
        return OVAL_ERROR;
    }
    if (want->nil)
        return OVAL_TRUE; /* nil in a state asks for nothing */
    return match_facts(eval, want, facts, n, err);
}

enum oval_result match_item(struct oval_eval *eval,
                            const struct oval_condition *condition,
                            const struct oval_fact *facts, size_t n,
                            struct err *err)
{
    struct oval_tally tally = { 0 };

    if (condition->want_count == 0)
        return OVAL_TRUE; /* a state without entities asks for nothing */
    for (size_t i = 0; i < condition->want_count; i++)
        tally.n[match_want(eval, &condition->wants[i], facts, n, err)]++;
    return oval_operator_result(condition->op, &tally);
}

static enum oval_result wanted(struct oval_eval *eval,
                               const struct oval_want *want,
                               const struct oval_fact *facts, size_t n,
                               struct err *err)
{
    enum oval_result result = want->nil ? OVAL_TRUE : OVAL_FALSE;

    for (size_t i = 0; i < n; i++) {
        enum oval_result r;

        if (!str_eq(facts[i].name, want->name))
            continue;
        if (want->nil)
            return facts[i].status != OVAL_EXISTS || facts[i].value.n == 0
                       ? OVAL_TRUE
                       : OVAL_FALSE;
        if (facts[i].status == OVAL_STATUS_ERROR ||
            facts[i].status == OVAL_NOT_COLLECTED) {
            (void)err_set(err, E_IO, "'%" PRIstr "' of an item is not known",
                          ARGstr(want->name));
            result = OVAL_ERROR;
        }
        if (facts[i].status != OVAL_EXISTS)
            continue;
        r = match_value(eval, want, facts[i].value, err);
        if (r == OVAL_TRUE)
            return OVAL_TRUE;
        if (r == OVAL_ERROR ||
            (r == OVAL_UNKNOWN && result != OVAL_ERROR &&
             oval_is_hidden(eval->source->hidden, facts[i].value)))
            result = r;
    }
    return result;
}

enum oval_result match_object(struct oval_eval *eval,
                              const struct oval_query *query,
                              const struct oval_fact *facts, size_t n,
                              struct err *err)
{
    for (size_t i = 0; i < query->want_count; i++) {
        enum oval_result r = wanted(eval, &query->wants[i], facts, n, err);

        if (r != OVAL_TRUE)
            return r;
    }
    return OVAL_TRUE;
}
