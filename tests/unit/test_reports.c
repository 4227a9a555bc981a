/* SPDX-License-Identifier: Apache-2.0
 *
 * The reports over the API: by test, by device, of one device, as files, and
 * the label for all that are affected.
 */
#include "tests/unit/report_rig.h"
#include "tests/unit/unit.h"

#include "fleet/finding.h"
#include "oval/verdicts.h"
#include "server/config.h"
#include "server/courier.h"
#include "server/patcher.h"
#include "server/people.h"

#define SUMMARY "/api/v1/reports/summary"
#define COMPLIANCE "/api/v1/reports/compliance"

static const struct jval *ask(struct report_rig *r, const char *path)
{
    return core_rig_ask(r->rig, 200, "GET", path, NULL);
}

static const struct jval *items(struct report_rig *r, const char *path)
{
    return jval_get(ask(r, path), "items");
}

static int64_t number(const struct jval *object, const char *key)
{
    return jval_i64(jval_get(object, key), -1);
}

static bool has(struct report_rig *r, const char *text)
{
    return str_find(buf_str(&r->rig->body), str_c(text)) < r->rig->body.n;
}

static void assert_text(const struct jval *object, const char *key,
                        const char *text)
{
    str is = jval_text(jval_get(object, key), STR("(none)"));

    if (!str_eq_c(is, text))
        fail_msg("%s is '%.*s', not '%s'", key, (int)is.n, is.p, text);
}

static void krep1_krep3_summary_has_the_columns_of_each_test(void **state)
{
    struct report_rig *r = *state;
    const struct jval *list = items(r, SUMMARY);
    const struct jval *first = jval_at(list, 0);

    assert_int_equal(jval_count(list), 7);
    assert_text(first, "id", "oval:test:def:1");
    assert_text(first, "title", "openssl: two flaws");
    assert_text(first, "class", "vulnerability");
    assert_text(first, "status", "ACCEPTED");
    assert_int_equal(number(first, "tested"), 3);
    assert_int_equal(number(first, "failed"), 1);
    assert_int_equal(number(first, "errors"), 0);
    assert_int_equal(jval_kind(jval_get(first, "last_run")), JVAL_TEXT);
    assert_int_equal(number(jval_at(list, 4), "errors"), 3);
    assert_int_equal(jval_count(items(r, SUMMARY "?show=failed")), 3);
    assert_int_equal(jval_count(items(r, SUMMARY "?q=cve-2026-0002")), 1);
}

static void krep2_d35_page_begins_anew_and_history_stays(void **state)
{
    struct report_rig *r = *state;
    int64_t old = r->content;
    char path[128];

    ask(r, SUMMARY);
    assert_true(has(r, "since content version 2025-12-31T00:00:00Z of"));
    report_rig_content(r, "0:3.0.2", "0:3.0.10", r->rig->now);
    assert_int_equal(number(jval_at(items(r, SUMMARY), 0), "failed"), 2);
    assert_true(has(r, "since content version 2026-01-01T00:00:00Z of"));
    snprintf(path, sizeof(path), SUMMARY "?content=%lld", (long long)old);
    assert_int_equal(number(jval_at(items(r, path), 0), "failed"), 1);
    assert_int_equal(number(jval_at(items(r, path), 0), "tested"), 3);
    report_rig_as(r, &r->limited);
    assert_int_equal(number(jval_at(items(r, path), 0), "failed"), 0);
    assert_int_equal(number(jval_at(items(r, path), 0), "tested"), 2);
    assert_int_equal(jval_count(items(r, SUMMARY "?run=77")), 0);
}

static void kcmp1_kcmp2_kcmp3_compliance_is_by_device(void **state)
{
    struct report_rig *r = *state;
    const struct jval *list = items(r, COMPLIANCE);
    const struct jval *first = jval_at(list, 0);

    assert_int_equal(jval_count(list), 3); /* the printer has no results */
    assert_text(first, "name", "db-1");
    assert_text(first, "inventory_id", "d-3");
    assert_text(first, "os", "Debian GNU/Linux 12");
    assert_int_equal(number(first, "tests"), 7);
    assert_int_equal(number(first, "failed"), 1);
    assert_int_equal(number(first, "errors"), 1);
    assert_int_equal(number(first, "not_applicable"), 0);
    assert_int_equal(jval_kind(jval_get(first, "last_run")), JVAL_TEXT);
    assert_true(number(first, "duration_ms") >= 0);
    assert_text(jval_get(first, "content"), "platform", "debian:12");
    list = items(r, COMPLIANCE "?sort=failed");
    assert_text(jval_at(list, 0), "name", "web-1");
    assert_int_equal(jval_count(items(r, COMPLIANCE "?q=WEB")), 2);
}

static void kcmp4_d31_each_link_shows_what_it_says(void **state)
{
    struct report_rig *r = *state;

    assert_non_null(jval_get(jval_at(items(r, SUMMARY), 0), "tested"));
    assert_non_null(jval_get(jval_at(items(r, COMPLIANCE), 0), "device"));
}

static void kcmp5_x8_x9_files_have_every_row_in_three_languages(void **state)
{
    static const struct {
        const char *path;
        const char *has;
    } cases[] = {
        { SUMMARY "?format=csv&limit=1", "\"OVAL-ID\",\"Title\"" },
        { SUMMARY "?format=csv&lang=fr", "\"Titre\"" },
        { SUMMARY "?format=csv&lang=nl", "\"Laatste run\"" },
        { SUMMARY "?format=csv", "oval:test:def:7" },
        { SUMMARY "?format=html&lang=fr", "<html lang=\"fr\">" },
        { SUMMARY "?format=html&lang=nl", "Mislukt" },
        { SUMMARY "?format=html", "@media print" },
        { COMPLIANCE "?format=csv&lang=nl", "\"Apparaat\"" },
        { COMPLIANCE "?format=html&lang=fr", "Appareil" },
        { "/api/v1/catalogue?format=csv&lang=fr", "non indiqué" },
        { "/api/v1/devices/1/findings?format=csv", "openssl 3.0.1" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct report_rig *r = *state;

        core_rig_ask(r->rig, 200, "GET", cases[i].path, NULL);
        if (!has(r, cases[i].has))
            fail_msg("%s has no %s: %.*s", cases[i].path, cases[i].has,
                     (int)r->rig->body.n, r->rig->body.p);
    }
}

static void claim12_hostile_texts_come_out_harmless(void **state)
{
    struct report_rig *r = *state;

    core_rig_ask(r->rig, 200, "GET", SUMMARY "?format=html", NULL);
    assert_false(has(r, "<script"));
    assert_true(has(r, "&lt;script&gt;"));
    assert_true(has(r, "default-src 'none'"));
    assert_false(has(r, "\xe2\x80\xae"));
    assert_false(has(r, "\xc2\x85"));
    core_rig_ask(r->rig, 200, "GET", SUMMARY "?format=csv", NULL);
    assert_true(has(r, "\"'=cmd|'"));
    assert_false(has(r, ",=cmd"));
    assert_false(has(r, "\"=cmd"));
    assert_false(has(r, "\xe2\x80\xae"));
}

static void kcmp5_a_pdf_is_made_by_a_process_of_its_own(void **state)
{
    struct report_rig *r = *state;

    if (UNIT_SANITIZED)
        UNIT_SKIP("not with sanitizers");
    core_rig_ask(r->rig, 0, "GET", SUMMARY "?format=pdf&lang=fr", NULL);
    for (int i = 0; i < 1000 && r->rig->held; i++)
        loop_once(r->rig->core.loop, 100);
    assert_false(r->rig->held);
    assert_int_equal(r->rig->status, 200);
    assert_true(str_starts(buf_str(&r->rig->body), STR("%PDF-")));
    assert_true(str_find(buf_str(&r->rig->body), STR("%%EOF")) <
                r->rig->body.n);
}

static void prpt6_a_sheet_is_made_by_that_process_too(void **state)
{
    struct report_rig *r = *state;

    if (UNIT_SANITIZED)
        UNIT_SKIP("not with sanitizers");
    core_rig_ask(r->rig, 0, "GET", SUMMARY "?format=xlsx", NULL);
    for (int i = 0; i < 1000 && r->rig->held; i++)
        loop_once(r->rig->core.loop, 100);
    assert_false(r->rig->held);
    assert_int_equal(r->rig->status, 200);
    assert_true(str_starts(buf_str(&r->rig->body), STR("PK\003\004")));
    assert_true(has(r, "xl/worksheets/sheet1.xml"));
}

static void findings_of_a_device_are_worst_first_with_fixes(void **state)
{
    struct report_rig *r = *state;
    const struct jval *list = items(r, "/api/v1/devices/1/findings");
    const struct jval *fix;

    assert_int_equal(jval_count(list), 2);
    assert_text(jval_at(list, 0), "id", "oval:test:def:1");
    assert_text(jval_at(list, 0), "meaning", "affected");
    /* The first fix is of the package that only has to be there. */
    fix = jval_at(jval_get(jval_at(list, 0), "fixes"), 1);
    assert_text(fix, "package", "openssl");
    assert_text(fix, "installed", "3.0.1");
    assert_text(fix, "fixed", "3.0.2");
    assert_int_equal(
        jval_count(items(r, "/api/v1/devices/1/findings?show=all")), 3);
    assert_int_equal(jval_count(items(r, "/api/v1/devices/1/findings/history")),
                     1);
}

#define CHANGES "/api/v1/devices/1/findings/changes"

static void d35_findings_of_a_device_open_and_close(void **state)
{
    struct report_rig *r = *state;
    const struct jval *list = items(r, CHANGES);

    assert_int_equal(jval_count(list), 2);
    assert_text(jval_at(list, 0), "change", "opened");
    assert_text(jval_at(list, 0), "origin", "server");
    assert_true(jval_bool(jval_get(r->rig->json, "whole"), false));
    r->rig->now += 3600;
    report_rig_inventory(r, 1, "3.0.9", true);
    list = items(r, CHANGES);
    assert_int_equal(jval_count(list), 3);
    list = items(r, CHANGES "?change=closed");
    assert_int_equal(jval_count(list), 1);
    assert_text(jval_at(list, 0), "id", "oval:test:def:1");
    assert_false(jval_bool(jval_get(jval_at(list, 0), "withdrawn"), true));
    assert_int_equal(jval_count(jval_get(jval_at(list, 0), "cves")), 2);
    /* Content that has the definition under another name. */
    r->rig->now += 3600;
    report_rig_content(r, "id=\"oval:test:def:2\"", "id=\"oval:test:def:9\"",
                       r->rig->now);
    (void)ask(r, SUMMARY);
    list = items(r, CHANGES "?change=closed");
    assert_int_equal(jval_count(list), 2);
    assert_true(jval_bool(jval_get(jval_at(list, 0), "withdrawn"), false) ||
                jval_bool(jval_get(jval_at(list, 1), "withdrawn"), false));
    list = items(r, CHANGES "?change=opened");
    assert_int_equal(jval_count(list), 3);
    list = items(r, CHANGES "?limit=1");
    assert_int_equal(jval_count(list), 1);
    assert_int_equal(jval_kind(jval_get(r->rig->json, "next")), JVAL_TEXT);
    report_rig_as(r, &r->limited);
    core_rig_ask(r->rig, 404, "GET", CHANGES, NULL);
}

/* Kept blobs of the inventory's results; then what the agent could not. */
static void kov12_what_cannot_be_decided_any_more_is_not_closed(void **state)
{
    struct report_rig *r = *state;
    const struct jval *list;

    assert_int_equal(jval_count(items(r, CHANGES)), 2);
    report_rig_content(r, "<linux:name>openssl</linux:name>",
                       "<linux:name operation=\"pattern match\">(</linux:name>",
                       r->rig->now);
    (void)ask(r, SUMMARY);
    list = items(r, CHANGES "?change=undecided");
    assert_int_equal(jval_count(list), 1);
    assert_text(jval_at(list, 0), "id", "oval:test:def:1");
    assert_int_equal(jval_count(items(r, CHANGES "?change=closed")), 0);
}

static void kov2_an_agentless_device_is_not_tested_and_says_so(void **state)
{
    struct report_rig *r = *state;
    const struct jval *o = ask(r, "/api/v1/devices/5/findings");

    assert_int_equal(jval_count(jval_get(o, "items")), 0);
    assert_false(jval_bool(jval_get(o, "available"), true));
    assert_text(o, "reason", "not available: no agent");
}

/* The agent says the opposite of the server, of the same inventory. */
static void agent_says(struct report_rig *r, int64_t device)
{
    AUTO(buf_clear) struct buf blob = BUF(1 << 16);
    const struct assessed *assessed = assessor_at(&r->rig->core, 0);
    const struct oval_content *pack = assessed_pack(assessed);
    uint8_t results[7];
    struct finding server = { .device = device,
                              .content = r->content,
                              .origin = FINDING_SERVER };
    struct arena arena = ARENA;
    struct finding agent;
    struct err err = { 0 };

    memset(results, OVAL_FALSE, sizeof(results));
    results[4] = OVAL_TRUE;
    oval_verdicts_encode(results, 7, oval_verdicts_key(pack), &blob);
    assert_int_equal(finding_get(r->rig->core.db, &arena, &server, &err), 0);
    agent = server;
    agent.origin = FINDING_AGENT;
    agent.at = r->rig->now;
    agent.run = 0;
    agent.duration_ms = 1234;
    agent.verdicts = buf_str(&blob);
    agent.nonce = STR("0123456789abcdef");
    assert_int_equal(db_begin(r->rig->core.db, &err), 0);
    assert_int_equal(finding_put(r->rig->core.db, &agent, &err), 0);
    assert_int_equal(db_commit(r->rig->core.db, &err), 0);
    arena_clear(&arena);
    assessor_device_changed(&r->rig->core, device);
    assert_int_equal(assessor_finish(&r->rig->core, &err), 0);
}

static void a_disagreement_of_agent_and_server_is_shown(void **state)
{
    struct report_rig *r = *state;
    const struct jval *list;

    agent_says(r, 1);
    list = items(r, "/api/v1/devices/1/findings?show=disagree");
    assert_true(jval_count(list) > 0);
    assert_true(jval_bool(jval_get(jval_at(list, 0), "disagree"), false));
    list = items(r, COMPLIANCE "?q=web-1");
    assert_true(number(jval_at(list, 0), "disagree") > 0);
    assert_int_equal(number(jval_at(list, 0), "duration_ms"), 1234);
}

static const struct jval *label(struct report_rig *r, int status,
                                const char *body)
{
    return core_rig_ask(r->rig, status, "POST", "/api/v1/definition/label",
                        body);
}

static void kaff2_kaff3_label_all_affected_and_undo_as_one_step(void **state)
{
    struct report_rig *r = *state;
    const struct jval *o =
        label(r, 200, "{\"id\": \"oval:test:def:2\", \"new_label\": \"todo\"}");
    int64_t action = number(o, "action");
    int64_t made = number(o, "label");
    char body[128];
    char path[128];

    assert_int_equal(number(o, "affected"), 2);
    assert_int_equal(number(o, "labelled"), 2);
    assert_int_equal(number(o, "already"), 0);
    snprintf(body, sizeof(body),
             "{\"id\": \"oval:test:def:2\", \"label\": %lld}", (long long)made);
    o = label(r, 200, body);
    assert_int_equal(number(o, "labelled"), 0);
    assert_int_equal(number(o, "already"), 2);
    assert_int_equal(jval_count(items(r, "/api/v1/label-actions")), 1);
    snprintf(path, sizeof(path), "/api/v1/label-actions/%lld/undo",
             (long long)action);
    o = core_rig_ask(r->rig, 200, "POST", path, NULL);
    assert_int_equal(number(o, "removed"), 2);
    core_rig_ask(r->rig, 409, "POST", path, NULL);
    core_rig_ask(r->rig, 404, "POST", "/api/v1/label-actions/99/undo", NULL);
    label(r, 422, "{\"id\": \"oval:test:def:2\"}");
    label(r, 404, "{\"id\": \"oval:test:def:2\", \"label\": 12345}");
    label(r, 404, "{\"id\": \"oval:none:def:2\", \"new_label\": \"x\"}");
}

static void kaff3_only_devices_of_the_scope_are_labelled(void **state)
{
    struct report_rig *r = *state;

    report_rig_as(r, &r->limited);
    assert_int_equal(number(label(r, 200,
                                  "{\"id\": \"oval:test:def:2\","
                                  " \"new_label\": \"mine\"}"),
                            "labelled"),
                     1);
    report_rig_as(r, &r->other);
    core_rig_ask(r->rig, 404, "POST", "/api/v1/label-actions/1/undo", NULL);
}

/* --- Deliveries ---------------------------------------------------------- */

/* What the courier was asked to do; the test answers as the network would. */
struct errands {
    enum errand_kind kind;
    int64_t id;
    size_t n;
    struct buf text; /* address, headers, body of the newest */
};

static int keep_errand(void *ctx, enum errand_kind kind, const void *errand,
                       struct err *err)
{
    struct errands *e = ctx;
    const struct errand_mail *mail = errand;
    const struct errand_fetch *fetch = errand;

    (void)err;
    e->kind = kind;
    e->n++;
    buf_reset(&e->text);
    if (kind == ERRAND_MAIL) {
        const struct errand_attachment *files = mail->attachments.p;
        const struct errand_text *to = mail->to.p;

        e->id = mail->id;
        buf_add(&e->text, to[0].text);
        buf_add(&e->text, files[0].bytes);
    } else {
        const struct errand_text *headers = fetch->headers.p;

        e->id = fetch->id;
        buf_add(&e->text, fetch->url);
        for (size_t i = 0; i < fetch->headers.n; i++)
            buf_add(&e->text, headers[i].text);
        buf_add(&e->text, fetch->body);
    }
    return 0;
}

static void answer(struct report_rig *r, struct errands *e, int64_t code,
                   int64_t status)
{
    struct errand_return answer = { .id = e->id,
                                    .code = code,
                                    .text = STR("refused by the test"),
                                    .status = status };

    courier_answer(r->rig->core.courier, &answer);
}

static void look(struct report_rig *r)
{
    struct err err = { 0 };

    if (reports_look(&r->rig->core, r->rig->now, &err) < 0)
        fail_msg("%s", err_text(&err));
}

static bool was_asked(const struct errands *e, const char *text)
{
    return str_find(buf_str(&e->text), str_c(text)) < e->text.n;
}

static void begin_deliveries(struct report_rig *r, struct errands *e)
{
    static struct people people;
    struct config *config = NULL;
    struct err err = { 0 };

    e->text = BUF_INIT(1 << 20);
    assert_int_equal(config_parse(STR("mail.server = smtp://127.0.0.1:25\n"
                                      "mail.from = holdfast@example.org\n"),
                                  "test", &config, &err),
                     0);
    r->rig->core.config = config;
    r->rig->core.people = &people;
    r->rig->core.courier = courier_new(r->rig->core.loop, keep_errand, e);
    report_rig_as(r, &r->limited);
}

static void end_deliveries(struct report_rig *r, struct errands *e)
{
    deliveries_stop(&r->rig->core);
    courier_free(r->rig->core.courier);
    config_free((struct config *)(uintptr_t)r->rig->core.config);
    r->rig->core.courier = NULL;
    r->rig->core.config = NULL;
    r->rig->core.people = NULL;
    buf_clear(&e->text);
}

static int64_t schedule(struct report_rig *r, const char *rest)
{
    char body[1024];

    snprintf(body, sizeof(body),
             "{\"name\": \"daily\", %s"
             " \"format\": \"csv\", \"zone\": \"UTC\", \"schedule\":"
             " {\"type\": \"daily\", \"time\": \"06:00\"}, %s}",
             strstr(rest, "\"report\"") == NULL ? "\"report\": \"summary\","
                                                : "",
             rest);
    return number(
        core_rig_ask(r->rig, 201, "POST", "/api/v1/report-schedules", body),
        "id");
}

static const struct jval *result(struct report_rig *r)
{
    return ask(r, "/api/v1/report-schedules/1");
}

static void kcmp5_claim24_mail_has_what_its_owner_sees_when_it_is_due(
    void **state)
{
    struct report_rig *r = *state;
    struct errands e = { 0 };

    begin_deliveries(r, &e);
    assert_int_equal(schedule(r, "\"mail_to\": \"a@example.org\""), 1);
    assert_text(jval_at(items(r, "/api/v1/tasks?days=1"), 0), "kind", "report");
    look(r);
    assert_int_equal(e.n, 0);
    r->rig->now += 7 * 3600;
    look(r);
    assert_int_equal(e.n, 1);
    assert_int_equal(e.kind, ERRAND_MAIL);
    assert_true(was_asked(&e, "a@example.org"));
    assert_true(was_asked(&e, "oval:test:def:2"));
    /* web-2 and db-1 are seen: two tested, none of them has flaw 1. */
    assert_true(was_asked(&e, "\"ACCEPTED\",2,0,0,"));
    answer(r, &e, 0, 0);
    assert_text(result(r), "last_result", "sent by mail");
    look(r);
    assert_int_equal(e.n, 1); /* not twice */
    r->rig->now += 86400;
    look(r);
    assert_int_equal(e.n, 2);
    end_deliveries(r, &e);
}

static void a_webhook_is_signed_and_tried_again(void **state)
{
    struct report_rig *r = *state;
    struct errands e = { 0 };

    begin_deliveries(r, &e);
    schedule(r, "\"webhook\": \"https://hook.example/x\"");
    assert_int_equal(
        jval_text(jval_get(r->rig->json, "webhook_secret"), STR("")).n, 64);
    assert_int_equal(jval_kind(jval_get(result(r), "webhook_secret")),
                     JVAL_ABSENT);
    core_rig_ask(r->rig, 204, "POST", "/api/v1/report-schedules/1/send", NULL);
    look(r);
    assert_int_equal(e.kind, ERRAND_FETCH);
    assert_true(was_asked(&e, "X-Holdfast-Signature: sha256="));
    answer(r, &e, 0, 500);
    assert_text(result(r), "last_result", "the webhook answered 500");
    look(r);
    assert_int_equal(e.n, 1); /* not at once */
    r->rig->now += 61;
    look(r);
    assert_int_equal(e.n, 2);
    answer(r, &e, 0, 200);
    assert_text(result(r), "last_result", "sent to the webhook");
    end_deliveries(r, &e);
}

static void a_webhook_that_took_it_is_not_asked_again_for_the_mail(void **state)
{
    struct report_rig *r = *state;
    struct errands e = { 0 };

    begin_deliveries(r, &e);
    schedule(r, "\"mail_to\": \"a@example.org\","
                " \"webhook\": \"https://hook.example/x\"");
    core_rig_ask(r->rig, 204, "POST", "/api/v1/report-schedules/1/send", NULL);
    look(r);
    assert_int_equal(e.kind, ERRAND_FETCH);
    answer(r, &e, 0, 200);
    assert_int_equal(e.kind, ERRAND_MAIL);
    answer(r, &e, E_IO, 0);
    r->rig->now += 61;
    look(r);
    assert_int_equal(e.n, 3);
    assert_int_equal(e.kind, ERRAND_MAIL); /* only what failed */
    answer(r, &e, 0, 0);
    assert_text(result(r), "last_result", "sent to the webhook and by mail");
    core_rig_ask(r->rig, 204, "POST", "/api/v1/report-schedules/1/send", NULL);
    look(r);
    assert_int_equal(e.kind, ERRAND_FETCH); /* another delivery: both again */
    answer(r, &e, 0, 200);
    answer(r, &e, 0, 0);
    end_deliveries(r, &e);
}

/* One schedule is made, sent, and removed; what was sent is in e->text. */
static void send_once(struct report_rig *r, struct errands *e, const char *what)
{
    char path[100];
    int64_t id;
    size_t n = e->n;

    buf_reset(&e->text);
    id = schedule(r, what);
    snprintf(path, sizeof(path), "/api/v1/report-schedules/%lld/send",
             (long long)id);
    core_rig_ask(r->rig, 204, "POST", path, NULL);
    look(r);
    assert_int_equal(e->n, n + 1);
    answer(r, e, 0, 200);
    snprintf(path, sizeof(path), "/api/v1/report-schedules/%lld",
             (long long)id);
    assert_true(
        str_starts(jval_text(jval_get(ask(r, path), "last_result"), STR("")),
                   STR("sent")));
    core_rig_ask(r->rig, 204, "DELETE", path, NULL);
}

#define MAIL "\"mail_to\": \"a@example.org\""
#define HOOK "\"webhook\": \"https://hook.example/x\""

static void patch_lists_and_sets_are_sent_as_their_owner_sees_them_p_rpt(
    void **state)
{
    struct report_rig *r = *state;
    struct errands e = { 0 };

    r->rig->core.patcher = patcher_new(&r->rig->core, str_c(r->rig->directory));
    ask(r, "/api/v1/patch-configurations"); /* the default is made */
    core_rig_ask(r->rig, 201, "POST", "/api/v1/patch-configurations",
                 "{\"settings\": {\"name\": \"all\", \"linux\": {\"routine\":"
                 " {\"enabled\": true, \"schedule\": {\"type\": \"daily\","
                 " \"time\": \"03:00\"}, \"deploy\": {\"all_missing\":"
                 " true}}}}, \"targets\": {\"systems\": [\"\"]},"
                 " \"confirm_all\": true, \"confirm\": true}");
    core_rig_ask(r->rig, 200, "POST", "/api/v1/patch-configurations/2/deploy",
                 "{}");
    core_rig_ask(r->rig, 201, "POST", "/api/v1/patch-report-sets",
                 "{\"name\": \"fleet\", \"configurations\": [2],"
                 " \"levels\": [\"security critical\"], \"threshold\": 90}");
    core_rig_ask(r->rig, 201, "POST", "/api/v1/patch-report-templates",
                 "{\"name\": \"states\", \"source\": \"scan\","
                 " \"columns\": [\"name\", \"state\"]}");
    begin_deliveries(r, &e);
    send_once(r, &e,
              "\"report\": \"patch_set\", \"query\": {\"set\": 1}, " MAIL);
    assert_true(was_asked(&e, "db-1"));
    assert_false(was_asked(&e, "web-1")); /* claim 24 */
    send_once(r, &e,
              "\"report\": \"patch_template\", \"query\": {\"template\": 1},"
              " \"lang\": \"nl\", " HOOK);
    assert_int_equal(e.kind, ERRAND_FETCH);
    assert_true(was_asked(&e, "web-2"));
    assert_true(was_asked(&e, "Apparaat"));
    assert_false(was_asked(&e, "web-1"));
    send_once(r, &e, "\"report\": \"patch_missing\", " MAIL);
    send_once(r, &e, "\"report\": \"patch_installed\", " MAIL);
    end_deliveries(r, &e);
    patcher_free(r->rig->core.patcher);
    r->rig->core.patcher = NULL;
}

static void a_patch_report_that_cannot_be_made_is_refused_or_told_p_rpt(
    void **state)
{
    static const char *const bodies[] = {
        "\"report\": \"patch_set\", \"query\": {\"set\": 9}",
        "\"report\": \"patch_set\"",
        "\"report\": \"patch_template\", \"query\": {\"template\": 9}",
    };
    struct report_rig *r = *state;
    struct errands e = { 0 };

    begin_deliveries(r, &e);
    for (size_t i = 0; i < COUNT(bodies); i++) {
        char body[1024];
        const struct jval *refused;

        snprintf(body, sizeof(body),
                 "{\"name\": \"x\", \"schedule\": {\"type\": \"daily\","
                 " \"time\": \"06:00\"}, " MAIL ", %s}",
                 bodies[i]);
        refused =
            core_rig_ask(r->rig, 422, "POST", "/api/v1/report-schedules", body);
        assert_text(jval_at(jval_get(refused, "errors"), 0), "field",
                    i < 2 ? "query.set" : "query.template");
    }
    /* without patch.read it is neither made nor sent */
    assert_int_equal(schedule(r, "\"report\": \"patch_missing\", " MAIL), 1);
    core_rig_sql(r->rig, "UPDATE role SET permissions = permissions -"
                         " 1048576 WHERE id = 70");
    r->rig->now += 7 * 3600;
    look(r);
    assert_int_equal(e.n, 0);
    assert_text(result(r), "last_result",
                "not sent: its owner may not read patches");
    end_deliveries(r, &e);
}

static void a_disabled_owner_is_sent_nothing(void **state)
{
    struct report_rig *r = *state;
    struct errands e = { 0 };

    begin_deliveries(r, &e);
    schedule(r, "\"mail_to\": \"a@example.org\"");
    core_rig_sql(r->rig, "UPDATE app_user SET disabled = 1 WHERE id = 7");
    r->rig->now += 7 * 3600;
    look(r);
    assert_int_equal(e.n, 0);
    assert_text(result(r), "last_result", "not sent: its owner is disabled");
    end_deliveries(r, &e);
}

static void report_schedules_refuse_what_cannot_be_sent(void **state)
{
    static const char *const bodies[] = {
        "\"mail_to\": \"\"",
        "\"mail_to\": \"no address\"",
        "\"mail_to\": \"a@b\\r\\nBcc: c@d\"",
        "\"webhook\": \"http://hook.example/\"",
        "\"webhook\": \"file:///etc/passwd\"",
    };
    struct report_rig *r = *state;
    struct errands e = { 0 };

    begin_deliveries(r, &e);
    for (size_t i = 0; i < COUNT(bodies); i++) {
        char body[1024];

        snprintf(body, sizeof(body),
                 "{\"name\": \"x\", \"report\": \"summary\","
                 " \"schedule\": {\"type\": \"daily\", \"time\":"
                 " \"06:00\"}, %s}",
                 bodies[i]);
        core_rig_ask(r->rig, 422, "POST", "/api/v1/report-schedules", body);
    }
    end_deliveries(r, &e);
}

static void kapp1_kapp3_the_server_reports_of_itself_every_day(void **state)
{
    struct report_rig *r = *state;
    const struct jval *o = ask(r, "/api/v1/reports/self");
    AUTO(buf_clear) struct buf text = BUF(1 << 16);
    static const char *const names[] = {
        "version",       "certificate",    "second_factor", "unused_accounts",
        "failed_logins", "agent_versions", "backup",        "components",
    };

    jval_print(o, &text);
    for (size_t i = 0; i < COUNT(names); i++)
        assert_true(str_find(buf_str(&text), str_c(names[i])) < text.n);
    assert_true(
        str_find(buf_str(&text), STR("3 agents of another version")) < text.n ||
        str_find(buf_str(&text), STR("4 agents of another version")) < text.n);
    r->rig->now += 86401;
    assert_text(ask(r, "/api/v1/reports/self"), "at", "2026-01-02T00:00:01Z");
    report_rig_as(r, &r->limited);
    core_rig_ask(r->rig, 403, "GET", "/api/v1/reports/self", NULL);
}

#define ROW(fn)                                                                \
    cmocka_unit_test_setup_teardown(fn, report_rig_setup, report_rig_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROW(krep1_krep3_summary_has_the_columns_of_each_test),
        ROW(d35_findings_of_a_device_open_and_close),
        ROW(kov12_what_cannot_be_decided_any_more_is_not_closed),
        ROW(krep2_d35_page_begins_anew_and_history_stays),
        ROW(kcmp1_kcmp2_kcmp3_compliance_is_by_device),
        ROW(kcmp4_d31_each_link_shows_what_it_says),
        ROW(kcmp5_x8_x9_files_have_every_row_in_three_languages),
        ROW(claim12_hostile_texts_come_out_harmless),
        ROW(kcmp5_a_pdf_is_made_by_a_process_of_its_own),
        ROW(prpt6_a_sheet_is_made_by_that_process_too),
        ROW(findings_of_a_device_are_worst_first_with_fixes),
        ROW(kov2_an_agentless_device_is_not_tested_and_says_so),
        ROW(a_disagreement_of_agent_and_server_is_shown),
        ROW(kaff2_kaff3_label_all_affected_and_undo_as_one_step),
        ROW(kaff3_only_devices_of_the_scope_are_labelled),
        ROW(kcmp5_claim24_mail_has_what_its_owner_sees_when_it_is_due),
        ROW(a_webhook_is_signed_and_tried_again),
        ROW(a_webhook_that_took_it_is_not_asked_again_for_the_mail),
        ROW(a_disabled_owner_is_sent_nothing),
        ROW(report_schedules_refuse_what_cannot_be_sent),
        ROW(patch_lists_and_sets_are_sent_as_their_owner_sees_them_p_rpt),
        ROW(a_patch_report_that_cannot_be_made_is_refused_or_told_p_rpt),
        ROW(kapp1_kapp3_the_server_reports_of_itself_every_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
