/* SPDX-License-Identifier: Apache-2.0 */
#include "profile/profile.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/utf8.h"
#include "base/zpack.h"
#include "proto/scap.h"
#include "scap/report.h"

enum {
    FILE_PLAIN_MAX = 256 << 20
};

struct work {
    const struct profile_order *order;
    struct scap_pack pack;
    struct buf document; /* plain */
    struct buf tailoring_bytes;
    struct scap *scap;
    struct scap *tailoring;
    struct scap_policy *policy;
    struct scap_result *result;
    struct buf xccdf; /* zstd */
    struct buf arf;
};

static void work_clear(struct work *w)
{
    scap_result_free(w->result);
    scap_policy_free(w->policy);
    scap_free(w->scap);
    scap_free(w->tailoring);
    buf_clear(&w->document);
    buf_clear(&w->tailoring_bytes);
    buf_clear(&w->xccdf);
    buf_clear(&w->arf);
}

/* A ZIP is in the pack as it is; everything else is zstd. */
static int load(struct work *w, struct err *err)
{
    str bytes = w->pack.document;
    int rc = 0;

    if (!str_starts(bytes, STR("PK\x03\x04"))) {
        rc = zpack_open(bytes, &w->document, err);
        bytes = buf_str(&w->document);
    }
    if (rc == 0)
        rc = scap_load_memory(bytes, arena_c(w->order->arena, w->pack.name),
                              &w->scap, err);
    if (rc == 0 && w->pack.tailoring_name.n > 0)
        rc = zpack_open(w->pack.tailoring, &w->tailoring_bytes, err);
    if (rc == 0 && w->pack.tailoring_name.n > 0)
        rc = scap_load_memory(buf_str(&w->tailoring_bytes),
                              arena_c(w->order->arena, w->pack.tailoring_name),
                              &w->tailoring, err);
    return rc;
}

static int evaluate(struct work *w, struct err *err)
{
    const struct scap_choice choice = {
        .stream = w->pack.stream,
        .benchmark = w->pack.benchmark,
        .profile = w->pack.profile,
        .tailoring = w->tailoring,
        .tailoring_path = arena_c(w->order->arena, w->pack.tailoring_name),
    };
    const struct scap_eval_options options = { .detail = true,
                                               .now_s = clock_now(),
                                               .clock = clock_now };
    int rc = scap_policy_new(w->scap, &choice, &w->policy, err);

    return rc < 0 ? rc
                  : scap_eval(w->policy, w->order->source, &options, &w->result,
                              err);
}

/* --- what is told --- */

static str clip(str text, size_t max)
{
    text = str_sub(text, 0, max);
    text.n = utf8_valid(text);
    return text.n == 0 ? STR("") : text;
}

static int64_t micro(double value)
{
    return value > 0 && value < 1e9 ? (int64_t)(value * 1e6 + 0.5) : 0;
}

static str idents_of(struct work *w, const struct xccdf_note *n)
{
    AUTO(buf_clear) struct buf text = BUF(SCAP_ID_MAX);

    for (; n != NULL && text.n + n->text.n + 1 < SCAP_ID_MAX; n = n->next) {
        buf_add_c(&text, text.n > 0 ? " " : "");
        buf_add(&text, n->text);
    }
    return clip(arena_str(w->order->arena, buf_str(&text)), SCAP_ID_MAX);
}

static void add_rules(struct work *w, struct scap_report *report)
{
    const struct scap_result *result = w->result;
    size_t n =
        result->rules.n < SCAP_RULES_MAX ? result->rules.n : SCAP_RULES_MAX;
    struct scap_report_rule *rules =
        arena_alloc(w->order->arena, n + 1, sizeof(*rules));

    for (size_t i = 0; i < n; i++) {
        const struct scap_rule_result *r = &result->rules.p[i];
        const struct scap_rule *rule = &w->policy->rules[r->item];

        rules[i] = (struct scap_report_rule){
            .id = clip(w->policy->benchmark->items.p[r->item].id, SCAP_ID_MAX),
            .title = clip(scap_policy_expand(w->policy, rule->title),
                          SCAP_MESSAGE_MAX),
            .result = r->result,
            .severity = r->severity,
            .weight_micro = micro(r->weight),
            .check = clip(r->name, SCAP_ID_MAX),
            .message = clip(r->message, SCAP_MESSAGE_MAX),
            .idents = idents_of(w, rule->idents),
        };
    }
    report->rules = (struct wire_list){ rules, n };
}

static void add_those(const struct work *w, bool asked,
                      struct scap_report_score *scores, size_t *n)
{
    for (unsigned i = 0; i < SCAP_MODELS; i++) {
        const struct scap_score *score = &w->result->scores[i];

        if (score->asked == asked)
            scores[(*n)++] = (struct scap_report_score){
                .model = str_c(scap_model_uri(i)),
                .score_micro = micro(score->score),
                .maximum_micro = micro(score->maximum),
            };
    }
}

static void add_scores(struct work *w, struct scap_report *report)
{
    struct scap_report_score *scores =
        arena_alloc(w->order->arena, SCAP_MODELS, sizeof(*scores));
    size_t n = 0;

    add_those(w, true, scores, &n);
    add_those(w, false, scores, &n);
    report->scores = (struct wire_list){ scores, n };
}

static int write_report(struct work *w, struct err *err)
{
    const struct scap_policy *policy = w->policy;
    const struct xccdf_item *root = &policy->benchmark->items.p[0];
    struct scap_report report = {
        .benchmark = clip(root->id, SCAP_ID_MAX),
        .title =
            clip(scap_policy_expand(w->policy, root->title), SCAP_MESSAGE_MAX),
        .version = clip(policy->benchmark->version, SCAP_ID_MAX),
        .profile = STR(""),
        .profile_title = STR(""),
        .applicable = w->result->applicable,
        .not_applicable =
            clip(w->result->applicable ? STR("") : w->result->not_applicable,
                 SCAP_MESSAGE_MAX),
    };

    if (policy->profile != NULL) {
        report.profile = clip(policy->profile->id, SCAP_ID_MAX);
        report.profile_title =
            clip(scap_policy_expand(w->policy, policy->profile->title),
                 SCAP_MESSAGE_MAX);
    }
    add_rules(w, &report);
    add_scores(w, &report);
    return wire_write(&shape_scap_report, &report, w->order->report, err);
}

/* --- files --- */

static int write_xccdf(struct work *w, struct io_out *out, struct err *err)
{
    return scap_test_result_write(w->result, out, err);
}

static int write_arf(struct work *w, struct io_out *out, struct err *err)
{
    return scap_arf_write(w->result, NULL, out, err);
}

/* A document goes to a file in memory, and from there into *packed. */
static int make_file(struct work *w,
                     int (*write)(struct work *w, struct io_out *out,
                                  struct err *err),
                     struct buf *packed, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    str plain = STR_NONE;
    int fd = memfd_create("scap", MFD_CLOEXEC);
    int rc;

    if (fd < 0)
        return err_errno(err, errno, "memory for the results");
    out = io_out_fd(fd, "results");
    rc = write(w, out, err);
    if (rc == 0)
        rc = io_out_finish(out, err);
    if (rc == 0)
        rc = io_map_fd(fd, "results", 1, FILE_PLAIN_MAX, &plain, err);
    close(fd);
    if (rc == 0)
        rc = zpack_make(plain, packed, err);
    io_unmap(plain);
    return rc;
}

/* What is too large for one message is left out, and said. */
static int write_files(struct work *w, struct profile_told *out,
                       struct err *err)
{
    struct scap_files files = { STR(""), STR("") };
    struct err why = { 0 };
    int rc = make_file(w, write_xccdf, &w->xccdf, err);

    if (rc < 0)
        return rc;
    files.xccdf = buf_str(&w->xccdf);
    if (w->xccdf.n < w->order->files_max)
        w->arf.limit = w->order->files_max - 64 - w->xccdf.n;
    if (make_file(w, write_arf, &w->arf, &why) == 0)
        files.arf = buf_str(&w->arf);
    else
        out->text = arena_printf(w->order->arena, "no ARF: %s", why.text);
    return wire_write(&shape_scap_files, &files, w->order->files, err);
}

static void count(const struct scap_result *result, struct profile_told *out)
{
    out->rules = (int64_t)result->rules.n;
    out->failed = result->counts[XCCDF_FAIL];
    out->undecided =
        result->counts[XCCDF_ERROR] + result->counts[XCCDF_UNKNOWN];
}

int profile_test(const struct profile_order *order, struct profile_told *out,
                 struct err *err)
{
    AUTO(work_clear)
    struct work w = {
        .order = order,
        .document = BUF(SCAP_PLAIN_MAX),
        .tailoring_bytes = BUF(SCAP_PLAIN_MAX),
        .xccdf = BUF(order->files_max - 64),
        .arf = BUF(order->files_max - 64),
    };
    int rc = scap_pack_read(order->pack, order->arena, &w.pack, err);

    *out = (struct profile_told){ 0 };
    if (rc == 0)
        rc = load(&w, err);
    if (rc == 0)
        rc = evaluate(&w, err);
    if (rc == 0)
        rc = write_report(&w, err);
    if (rc == 0)
        rc = write_files(&w, out, err);
    if (rc == 0)
        count(w.result, out);
    return rc;
}
