/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/report.h"

#include <time.h>

/* The next definition of one content. */
static bool next_of(const struct oval_report_content *content,
                    struct oval_report_step *step)
{
    const struct oval_content *c = oval_eval_content(content->eval);
    uint32_t end = content->only == NULL ? c->definitions.n
                                         : (uint32_t)content->only_count;

    while (step->next < end) {
        uint32_t at = step->next++;

        step->definition = content->only == NULL ? at : content->only[at];
        if (oval_eval_result(content->eval, step->definition, &step->result))
            return true;
        step->result = OVAL_NOT_EVALUATED;
        if (content->only != NULL)
            return true;
    }
    return false;
}

bool oval_report_next(const struct oval_report *report,
                      struct oval_report_step *step)
{
    for (; step->content_index < report->count; step->content_index++) {
        const struct oval_report_content *content =
            &report->contents[step->content_index];

        if (next_of(content, step)) {
            const struct oval_content *c = oval_eval_content(content->eval);

            step->eval = content->eval;
            step->class_ = c->definitions.p[step->definition].class_;
            step->meaning = oval_meaning_of(step->class_, step->result);
            return true;
        }
        step->next = 0;
    }
    return false;
}

void oval_report_count(const struct oval_report *report,
                       struct oval_counts *out)
{
    struct oval_report_step step = { 0 };

    memset(out, 0, sizeof(*out));
    while (oval_report_next(report, &step)) {
        out->n[step.result]++;
        out->total++;
    }
}

enum oval_meaning oval_meaning_of(enum oval_class class_,
                                  enum oval_result result)
{
    bool is_true = result == OVAL_TRUE;

    if (result == OVAL_ERROR || result == OVAL_UNKNOWN)
        return OVAL_MEANS_UNDECIDED;
    if (result != OVAL_TRUE && result != OVAL_FALSE)
        return OVAL_MEANS_NOTHING;
    switch (class_) {
    case OVAL_CLASS_VULNERABILITY:
    case OVAL_CLASS_PATCH:
        return is_true ? OVAL_MEANS_BAD : OVAL_MEANS_GOOD;
    case OVAL_CLASS_COMPLIANCE:
        return is_true ? OVAL_MEANS_GOOD : OVAL_MEANS_BAD;
    case OVAL_CLASS_INVENTORY:
        return is_true ? OVAL_MEANS_GOOD : OVAL_MEANS_NOTHING;
    default:
        return OVAL_MEANS_NOTHING;
    }
}

const char *oval_meaning_text(enum oval_class class_, enum oval_result result)
{
    bool is_true = result == OVAL_TRUE;

    if (result != OVAL_TRUE && result != OVAL_FALSE)
        return oval_result_text(result);
    switch (class_) {
    case OVAL_CLASS_VULNERABILITY:
        return is_true ? "affected" : "not affected";
    case OVAL_CLASS_PATCH:
        return is_true ? "patch missing" : "not affected";
    case OVAL_CLASS_COMPLIANCE:
        return is_true ? "compliant" : "not compliant";
    case OVAL_CLASS_INVENTORY:
        return is_true ? "present" : "not present";
    default:
        return oval_result_text(result);
    }
}

str oval_entity_value(const struct oval_eval *eval,
                      const struct oval_entity *entity)
{
    const struct oval_content *c = oval_eval_content(eval);
    struct oval_values values;

    if ((entity->flags & OVAL_ENTITY_VAR) == 0)
        return oval_name_text(c, entity->value);
    if (entity->var == OVAL_NONE)
        return STR_NONE;
    values = oval_eval_variable(eval, entity->var);
    return values.evaluated && values.count == 1 ? values.values[0] : STR_NONE;
}

str oval_time_text(int64_t time_s, char space[OVAL_TIME_SIZE])
{
    time_t when = (time_t)time_s;
    struct tm tm;

    if (gmtime_r(&when, &tm) == NULL)
        return STR("1970-01-01T00:00:00Z");
    return (str){ space,
                  strftime(space, OVAL_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm) };
}

void oval_tsv_write(const struct oval_report *report, struct io_out *out)
{
    struct oval_report_step step = { 0 };

    while (oval_report_next(report, &step)) {
        const struct oval_content *c = oval_eval_content(step.eval);

        io_out_write(out,
                     oval_name_text(c, c->definitions.p[step.definition].id));
        io_out_write(out, STR("\t"));
        io_out_write(out, str_c(oval_result_text(step.result)));
        io_out_write(out, STR("\n"));
    }
}
