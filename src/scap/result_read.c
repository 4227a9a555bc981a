/* SPDX-License-Identifier: Apache-2.0 */
#include "scap/result_read.h"

#include "base/clock.h"
#include "scap/read_int.h"

enum where {
    R_OUTSIDE = READ_OTHER, /* not in a TestResult yet */
    R_RESULT,
    R_RULE,
    R_CHECK,
};

struct score_note {
    struct score_note *next;
    str model;
    str maximum;
    str score;
};

struct rule_note {
    struct rule_note *next;
    str id;
    str result;
    str severity;
    str weight;
    str role;
    str message;
    str name; /* of the definition */
};

struct reader {
    struct read read;
    bool done; /* the first one is over */
    str benchmark;
    str profile;
    str target;
    str start;
    str end;
    struct rule_note *rules;
    struct rule_note *rule; /* that is open */
    struct score_note *scores;
    uint32_t count;
};

struct told_source { /* the system that the document tells of */
    struct oval_source source;
    struct arena arena;
    str name;
};

static int told_system(struct oval_source *source, struct oval_system *out,
                       struct err *err UNUSED)
{
    *out = (struct oval_system){ .primary_host_name =
                                     ((struct told_source *)source)->name };
    return 0;
}

static void told_free(struct oval_source *source)
{
    arena_clear(&((struct told_source *)source)->arena);
    mem_free(source);
}

static const struct oval_source_ops told_ops = { .system = told_system,
                                                 .free = told_free };

/* --- the document --- */

static void start_result(struct reader *r, const struct xml_element *el)
{
    r->start = read_attr(&r->read, el, STR("start-time"));
    r->end = read_attr(&r->read, el, STR("end-time"));
    read_push(&r->read, R_RESULT, NULL);
}

static int start_rule(struct reader *r, const struct xml_element *el,
                      struct err *err)
{
    struct rule_note *note;

    if (r->count++ >= READ_ITEMS_MAX)
        return err_set(err, E_LIMIT, "more than %d rule results",
                       READ_ITEMS_MAX);
    note = r->rule = read_append(&r->read, &r->rules);
    note->id = read_attr(&r->read, el, STR("idref"));
    note->severity = read_attr(&r->read, el, STR("severity"));
    note->weight = read_attr(&r->read, el, STR("weight"));
    note->role = read_attr(&r->read, el, STR("role"));
    read_push(&r->read, R_RULE, NULL);
    return 0;
}

static int in_result(struct reader *r, const struct xml_element *el,
                     struct err *err)
{
    if (str_eq(el->name, STR("rule-result")))
        return start_rule(r, el, err);
    if (str_eq(el->name, STR("score"))) {
        struct score_note *score = read_append(&r->read, &r->scores);

        score->model = read_attr(&r->read, el, STR("system"));
        score->maximum = read_attr(&r->read, el, STR("maximum"));
        read_push_leaf(&r->read, &score->score);
        return 0;
    }
    if (str_eq(el->name, STR("target"))) {
        read_push_leaf(&r->read, &r->target);
        return 0;
    }
    if (str_eq(el->name, STR("benchmark")))
        r->benchmark = read_attr(&r->read, el, STR("id"));
    else if (str_eq(el->name, STR("profile")))
        r->profile = read_attr(&r->read, el, STR("idref"));
    read_push(&r->read, READ_SKIP, NULL);
    return 0;
}

static void in_rule(struct reader *r, const struct xml_element *el)
{
    if (str_eq(el->name, STR("result")))
        read_push_leaf(&r->read, &r->rule->result);
    else if (str_eq(el->name, STR("message")))
        read_push_leaf(&r->read, &r->rule->message);
    else if (str_eq(el->name, STR("check")))
        read_push(&r->read, R_CHECK, NULL);
    else
        read_push(&r->read, READ_SKIP, NULL);
}

static int on_start(void *ctx, const struct xml_element *el, struct err *err)
{
    struct reader *r = ctx;
    struct read *read = &r->read;
    unsigned where =
        read->depth == 0 ? R_OUTSIDE : read->stack[read->depth].where;

    switch (where) {
    case R_OUTSIDE:
        if (!r->done && str_eq(el->name, STR("TestResult")) &&
            str_find(el->ns, STR("/xccdf/")) < el->ns.n)
            start_result(r, el);
        else
            read_push(read, R_OUTSIDE, NULL);
        return 0;
    case R_RESULT:
        return in_result(r, el, err);
    case R_RULE:
        in_rule(r, el);
        return 0;
    case R_CHECK:
        if (str_eq(el->name, STR("check-content-ref")))
            r->rule->name = read_attr(read, el, STR("name"));
        break;
    case READ_LEAF:
        read_markup(read, el);
        return 0;
    default:
        break;
    }
    read_push(read, READ_SKIP, NULL);
    return 0;
}

static int on_end(void *ctx, struct err *err)
{
    struct reader *r = ctx;
    const struct read_frame *frame = &r->read.stack[r->read.depth];
    int rc = 0;

    if (frame->where == READ_LEAF && frame->to != NULL)
        rc = read_leaf_end(&r->read, err);
    r->done |= frame->where == R_RESULT;
    r->read.depth--;
    return rc;
}

static int on_text(void *ctx, str text, struct err *err UNUSED)
{
    struct reader *r = ctx;

    if (r->read.depth > 0 && r->read.stack[r->read.depth].where == READ_LEAF)
        buf_add(&r->read.text, text);
    return 0;
}

/* --- making the result --- */

/* xsd:dateTime: "Z", an offset, or neither (then it is taken as UTC). */
static int64_t time_of(str text)
{
    AUTO(buf_clear) struct buf utc = BUF(64);
    str zone = str_sub(text, 19, text.n);
    int64_t hours = 0;
    int64_t minutes = 0;
    int64_t at = 0;

    buf_add(&utc, str_sub(text, 0, 19));
    buf_add_char(&utc, 'Z');
    if (clock_parse(buf_str(&utc), &at, NULL) < 0)
        return 0;
    while (zone.n > 0 && zone.p[0] != '+' && zone.p[0] != '-')
        zone = str_sub(zone, 1, zone.n);
    if (zone.n != 6 ||
        str_to_i64(str_sub(zone, 1, 2), 0, 14, &hours, NULL) < 0 ||
        str_to_i64(str_sub(zone, 4, 2), 0, 59, &minutes, NULL) < 0)
        return at;
    minutes += hours * 60;
    return zone.p[0] == '+' ? at - minutes * 60 : at + minutes * 60;
}

static double number_of(str text, double otherwise)
{
    AUTO(buf_clear) struct buf copy = BUF(64);
    double value;
    char *end;

    buf_add(&copy, str_trim(text));
    value = strtod(buf_c(&copy), &end);
    return copy.n == 0 || *end != '\0' || !(value >= 0 && value < 1e12)
               ? otherwise
               : value;
}

static void add_rule(const struct rule_note *note, struct scap_reread *out)
{
    struct scap_result *result = out->result;
    uint32_t item = xccdf_find_item(out->policy->benchmark, note->id);
    struct scap_rule_result *r;
    unsigned value = xccdf_result_of(note->result);
    const struct scap_rule *rule;

    if (item == XCCDF_NONE || value == XCCDF_RESULTS) {
        out->unknown++;
        return;
    }
    rule = &out->policy->rules[item];
    r = vec_push(&result->rules);
    r->item = item;
    r->result = (uint8_t)value;
    r->severity = rule->severity;
    r->role = rule->role;
    r->session = SCAP_NONE;
    r->weight = number_of(note->weight, rule->weight);
    if (xccdf_severity_of(note->severity) < XCCDF_SEVERITIES)
        r->severity = (uint8_t)xccdf_severity_of(note->severity);
    if (xccdf_role_of(note->role) < XCCDF_ROLES)
        r->role = (uint8_t)xccdf_role_of(note->role);
    r->message = arena_str(&result->arena, note->message);
    r->name = arena_str(&result->arena, note->name);
}

/* What the document says counts, not what we would compute. */
static void set_scores(struct scap_result *result,
                       const struct score_note *scores)
{
    for (unsigned i = 0; i < SCAP_MODELS; i++)
        result->scores[i].asked = false;
    for (; scores != NULL; scores = scores->next) {
        unsigned model = scap_model_of(scores->model);

        if (model == SCAP_MODELS)
            continue;
        result->scores[model] =
            (struct scap_score){ true, number_of(scores->score, 0),
                                 number_of(scores->maximum, 100) };
    }
}

static struct oval_source *source_of(str name)
{
    struct told_source *told = mem_alloc(1, sizeof(*told));

    told->source.ops = &told_ops;
    told->name = arena_str(&told->arena, name);
    return &told->source;
}

static int resolve(const struct scap *scap, const struct reader *r,
                   struct scap_reread *out, struct err *err)
{
    struct scap_choice choice = { .benchmark = r->benchmark,
                                  .profile = r->profile };
    int rc = scap_policy_new(scap, &choice, &out->policy, NULL);

    if (rc == 0)
        return 0;
    choice.profile = STR(""); /* one of a tailoring, which is not here */
    rc = scap_policy_new(scap, &choice, &out->policy, err);
    return rc == E_ABSENT ? E_INVALID : rc;
}

static int make(const struct scap *scap, const struct reader *r,
                struct scap_reread *out, struct err *err)
{
    const struct rule_note *note = r->rules;
    int rc = resolve(scap, r, out, err);

    if (rc < 0)
        return rc;
    out->source = source_of(r->target);
    out->result = mem_alloc(1, sizeof(*out->result));
    out->result->policy = out->policy;
    out->result->source = out->source;
    out->result->start_s = time_of(r->start);
    out->result->end_s = time_of(r->end);
    out->result->applicable = true;
    for (; note != NULL; note = note->next)
        add_rule(note, out);
    scap_score(out->result);
    set_scores(out->result, r->scores);
    return 0;
}

int scap_result_read(const struct scap *scap, struct stream *stream,
                     struct scap_reread *out, struct err *err)
{
    static const struct xml_handler handler = { .start = on_start,
                                                .end = on_end,
                                                .text = on_text };
    AUTO(arena_clear) struct arena arena = ARENA;
    struct reader *r = mem_alloc(1, sizeof(*r));
    struct xml_limits limits = XML_LIMITS;
    int rc;

    limits.depth = READ_DEPTH_MAX;
    r->read.arena = &arena;
    r->read.text = BUF_INIT(READ_TEXT_MAX);
    rc = xml_read(stream, &limits, &handler, r, err);
    if (rc == 0 && !r->done)
        rc = err_set(err, E_INVALID, "%s: holds no TestResult of XCCDF",
                     stream_name(stream));
    if (rc == 0)
        rc = make(scap, r, out, err);
    buf_clear(&r->read.text);
    mem_free(r);
    return rc;
}

void scap_reread_clear(struct scap_reread *reread)
{
    scap_result_free(reread->result);
    scap_policy_free(reread->policy);
    oval_source_free(reread->source);
}
