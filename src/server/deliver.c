/* SPDX-License-Identifier: Apache-2.0
 *
 * Sends the reports that are due (fleet/report.h), one after the other: made
 * with the owner's scope at that moment, perhaps as a PDF, then to the
 * webhook, then by mail.
 *
 *   look --> claim --> render --> (print) --> webhook --> mail --> done
 *               \--- owner may not ---------------------------------/
 *
 * What a webhook gets is signed: X-Holdfast-Signature is "sha256=" and the
 * HMAC of "TIMESTAMP.BODY" with the secret that was shown once; a receiver
 * that keeps X-Holdfast-Delivery knows what it had before.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/utf8.h"
#include "fleet/report.h"
#include "fleet/setting.h"
#include "server/cluster.h"
#include "server/config.h"
#include "server/core.h"
#include "server/courier.h"
#include "server/exposure.h"
#include "server/people.h"
#include "server/print.h"
#include "server/report_patch.h"
#include "server/report_rows.h"
#include "server/self_report.h"
#include "trust/sign.h"

enum {
    LOOK_MS = 10000,
    SEND_MS = 60000,
};

struct delivery {
    struct core *core;
    struct arena arena;
    struct report_schedule r;
    struct buf body;
    struct helper_work *printing;
    struct listing_writing *writing;
    int64_t now;
    int64_t errand; /* 0: none is out */
};

/* --- The end ------------------------------------------------------------- */

static void delivery_free(struct delivery *d)
{
    if (d == NULL)
        return;
    helper_cancel(d->printing);
    listing_cancel(d->writing);
    if (d->errand != 0 && d->core->courier != NULL)
        courier_forget(d->core->courier, d->errand);
    buf_clear(&d->body);
    arena_clear(&d->arena);
    mem_free(d);
}

static void PRINTF(4, 5)
    finish(struct delivery *d, bool sent, bool again, const char *format, ...)
{
    struct core *core = d->core;
    char text[REPORT_RESULT_MAX];
    struct report_outcome outcome = { .sent = sent, .again = again };
    struct err err = { 0 };
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    outcome.text = str_sub(str_c(text), 0, utf8_valid(str_c(text)));
    if (report_done(d->core->db, &d->r, &outcome, d->now, &err) < 0)
        log_error("report.not_noted", LOG_I64("schedule", d->r.id),
                  LOG_TEXT("why", str_c(err_text(&err))));
    else
        log_info("report.delivery", LOG_I64("schedule", d->r.id),
                 LOG_TEXT("result", outcome.text));
    core->reports->delivery = NULL;
    d->errand = 0;
    delivery_free(d);
    reports_look_soon(core);
}

/* --- Mail ---------------------------------------------------------------- */

static void mail_done(void *ctx, const struct errand_return *answer)
{
    struct delivery *d = ctx;

    if (answer->code == 0)
        finish(d, true, false, "sent%s",
               d->r.webhook.n > 0 ? " to the webhook and by mail" : " by mail");
    else
        finish(d, false, true, "the mail was not sent: %" PRIstr,
               ARGstr(answer->text));
}

/* A mail server on this machine may be spoken to in plain. */
static bool is_loopback(str url)
{
    return str_starts(url, STR("smtp://127.")) ||
           str_starts(url, STR("smtp://localhost")) ||
           str_starts(url, STR("smtp://[::1]"));
}

static int read_password(struct delivery *d, str *out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(4096);
    str path = d->core->config->mail_password_file;
    int rc;

    *out = STR("");
    if (path.n == 0)
        return 0;
    rc = io_read_file(AT_FDCWD, arena_c(&d->arena, path), &text, err);
    if (rc == 0)
        *out = arena_str(&d->arena, str_trim(buf_str(&text)));
    return rc;
}

static void recipients(struct delivery *d, struct wire_list *out)
{
    struct errand_text *all =
        arena_alloc(&d->arena, REPORT_RECIPIENTS_MAX, sizeof(*all));
    str left = d->r.mail_to;

    out->p = all;
    while (left.n > 0 && out->n < REPORT_RECIPIENTS_MAX)
        all[out->n++].text = str_trim(str_cut(&left, ','));
}

static int send_mail(struct delivery *d, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(256);
    const struct config *config = d->core->config;
    enum table_format format = table_format_of(d->r.format);
    struct errand_attachment file = {
        .name = arena_printf(&d->arena, "holdfast-%" PRIstr ".%s",
                             ARGstr(d->r.report), table_suffix(format)),
        .content_type = str_c(table_content_type(format)),
        .bytes = buf_str(&d->body),
    };
    struct errand_mail mail = {
        .authority = STR(""),
        .subject =
            arena_printf(&d->arena, "Holdfast: %" PRIstr, ARGstr(d->r.name)),
        .html = STR(""),
        .attachments = { &file, 1 },
        .timeout_ms = SEND_MS,
        .operator_word = true,
    };
    int rc;

    sentence_add(STR("The report is attached."), language_of(d->r.language),
                 &text);
    buf_add_char(&text, '\n');
    mail.text = buf_str(&text);
    if (config == NULL || config->mail_server.n == 0)
        return err_set(err, E_INVALID, "mail.server is not set");
    if (d->body.n > ERRAND_ATTACHMENT_MAX)
        return err_set(err, E_LIMIT, "the report is too large for a mail");
    rc = read_password(d, &mail.password, err);
    if (rc < 0)
        return rc;
    mail.url = config->mail_server;
    mail.tls = !is_loopback(config->mail_server);
    mail.user = config->mail_user.n > 0 ? config->mail_user : STR("");
    mail.from = config->mail_from;
    recipients(d, &mail.to);
    rc = courier_mail(d->core->courier, &mail, mail_done, d, err);
    d->errand = mail.id;
    return rc;
}

static void mail_or_end(struct delivery *d)
{
    struct err err = { 0 };

    if (d->r.mail_to.n == 0)
        finish(d, true, false, "sent to the webhook");
    else if (send_mail(d, &err) < 0)
        finish(d, false, true, "the mail was not sent: %s", err_text(&err));
}

/* --- Webhook ------------------------------------------------------------- */

static void hook_done(void *ctx, const struct errand_return *answer)
{
    struct delivery *d = ctx;

    struct err err = { 0 };

    d->errand = 0;
    if (answer->code == 0 && answer->status >= 200 && answer->status < 300) {
        if (report_hooked(d->core->db, &d->r, &err) < 0)
            log_error("report.not_noted", LOG_I64("schedule", d->r.id),
                      LOG_TEXT("why", str_c(err_text(&err))));
        mail_or_end(d);
        return;
    }
    if (answer->code == 0)
        finish(d, false, true, "the webhook answered %lld",
               (long long)answer->status);
    else
        finish(d, false, true, "the webhook was not reached: %" PRIstr,
               ARGstr(answer->text));
}

static int sign(struct delivery *d, int64_t at, struct buf *out,
                struct err *err)
{
    AUTO(buf_clear) struct buf secret = BUF(1024);
    AUTO(buf_clear) struct buf text = BUF(ERRAND_FETCH_BODY_MAX + 64);
    uint8_t mac[32];
    int rc;

    if (d->core->people == NULL)
        return err_set(err, E_INVALID, "the server has no key");
    rc = seal_open(&d->core->people->key, STR("webhook"), d->r.secret, &secret,
                   err);
    if (rc < 0)
        return rc;
    buf_printf(&text, "%lld.", (long long)at);
    buf_add(&text, buf_str(&d->body));
    rc = buf_finish(&text, "the report for a webhook", err);
    if (rc < 0)
        return rc;
    trust_hmac(buf_str(&secret), buf_str(&text), mac);
    buf_add_c(out, "X-Holdfast-Signature: sha256=");
    for (size_t i = 0; i < sizeof(mac); i++)
        buf_printf(out, "%02x", mac[i]);
    return 0;
}

static int send_hook(struct delivery *d, struct err *err)
{
    AUTO(buf_clear) struct buf signature = BUF(256);
    struct setting_reader from = { .db = d->core->db,
                                   .org = d->r.org,
                                   .arena = &d->arena };
    struct errand_text headers[3];
    struct errand_fetch fetch = {
        .method = STR("POST"),
        .url = d->r.webhook,
        .content_type = str_c(table_content_type(table_format_of(d->r.format))),
        .headers = { headers, COUNT(headers) },
        .body = buf_str(&d->body),
        .answer_max = 65536,
        .timeout_ms = SEND_MS,
    };
    int rc;

    if (d->body.n > ERRAND_FETCH_BODY_MAX)
        return err_set(err, E_LIMIT, "the report is too large for a webhook");
    rc = sign(d, d->now, &signature, err);
    if (rc == 0)
        rc = setting_text(&from, "webhook.ca", &fetch.authority, err);
    if (rc < 0)
        return rc;
    headers[0].text = buf_str(&signature);
    headers[1].text = arena_printf(&d->arena, "X-Holdfast-Timestamp: %lld",
                                   (long long)d->now);
    headers[2].text =
        arena_printf(&d->arena, "X-Holdfast-Delivery: %lld-%lld",
                     (long long)d->r.id, (long long)d->r.last_due);
    rc = courier_fetch(d->core->courier, &fetch, hook_done, d, err);
    d->errand = fetch.id;
    return rc;
}

static void send(struct delivery *d)
{
    struct err err = { 0 };

    if (d->core->courier == NULL)
        finish(d, false, true, "not sent: there is no courier");
    else if (d->r.webhook.n == 0 || d->r.hooked)
        mail_or_end(d);
    else if (send_hook(d, &err) < 0)
        finish(d, false, true, "the webhook was not reached: %s",
               err_text(&err));
}

/* --- Rendering ----------------------------------------------------------- */

static int read_body(struct delivery *d, int fd, struct err *err)
{
    struct stat status;
    char *to;
    int rc = 0;

    if (fstat(fd, &status) < 0 || lseek(fd, 0, SEEK_SET) < 0)
        rc = err_set(err, E_IO, "the report cannot be read");
    to = rc == 0 && status.st_size <= ERRAND_ATTACHMENT_MAX
             ? buf_grow(&d->body, (size_t)status.st_size)
             : NULL;
    if (rc == 0 && to == NULL)
        rc = err_set(err, E_LIMIT, "the report is too large to be sent");
    if (rc == 0 && read(fd, to, (size_t)status.st_size) != status.st_size)
        rc = err_set(err, E_IO, "the report cannot be read");
    close(fd);
    return rc;
}

static void printed(void *ctx, int rc, int fd, const struct err *problem)
{
    struct delivery *d = ctx;
    struct err err = { 0 };

    d->printing = NULL;
    if (rc < 0)
        finish(d, false, true, "not sent: %s", err_text(problem));
    else if (read_body(d, fd, &err) < 0)
        finish(d, false, false, "not sent: %s", err_text(&err));
    else
        send(d);
}

static void use_file(struct delivery *d, int fd)
{
    struct err err = { 0 };

    if (!table_is_printed(table_format_of(d->r.format)))
        printed(d, 0, fd, &err);
    else if ((d->printing = print_start(d->core, fd, printed, d, &err)) == NULL)
        finish(d, false, true, "not sent: %s", err_text(&err));
}

static void written(void *ctx, int rc, int fd, const struct err *problem)
{
    struct delivery *d = ctx;

    d->writing = NULL;
    if (rc < 0)
        finish(d, false, true, "not sent: %s", err_text(problem));
    else
        use_file(d, fd);
}

/* Few rows at once, many in pieces. */
static int write_file(struct delivery *d, struct listing *listing,
                      struct err *err)
{
    struct listing_order order = { .core = d->core,
                                   .format = table_format_of(d->r.format),
                                   .language = language_of(d->r.language),
                                   .done = written,
                                   .ctx = d };
    int fd = -1;
    int rc;

    if (listing->rows.n > LISTING_SLICE) {
        d->writing = listing_write(listing, &order, err);
        return d->writing == NULL ? err->code : 0;
    }
    rc = listing_file(listing, order.format, order.language, &fd, err);
    if (rc == 0)
        use_file(d, fd);
    return rc;
}

static int open_and_write(struct delivery *d, const struct scope *scope,
                          const struct jval *query, struct err *err)
{
    AUTO(compliance_let_go) struct compliance *c = NULL;
    AUTO(summary_let_go) struct summary *s = NULL;
    struct listing *listing = NULL;
    int rc;

    if (str_starts(d->r.report, STR("patch_"))) {
        rc =
            report_patch_open(&(struct report_patch_ask){ .core = d->core,
                                                          .scope = scope,
                                                          .now = d->now,
                                                          .report = d->r.report,
                                                          .query = query },
                              &listing, err);
        if (rc == 0)
            rc = write_file(d, listing, err);
        listing_let_go(listing);
        return rc;
    }
    if (str_eq_c(d->r.report, "compliance")) {
        rc = compliance_new(d->core, scope, query, &c, err);
        return rc < 0 ? rc : write_file(d, &c->listing, err);
    }
    rc = summary_new(d->core, scope, query, &s, err);
    return rc < 0 ? rc : write_file(d, &s->listing, err);
}

static int render(struct delivery *d, const struct scope *scope,
                  struct err *err)
{
    AUTO(jval_freep) struct jval *query = NULL;
    int rc = jval_parse(d->r.query, REPORT_QUERY_MAX, &query, err);

    return rc < 0 ? rc : open_and_write(d, scope, query, err);
}

/* --- Looking ------------------------------------------------------------- */

static void begin(struct core *core, const struct report_schedule *r,
                  int64_t now)
{
    struct delivery *d = mem_alloc(1, sizeof(*d));
    const char *why = NULL;
    struct scope scope;
    struct err err = { 0 };
    int rc;

    d->core = core;
    d->now = now;
    d->r = *r;
    d->body = BUF_INIT(ERRAND_ATTACHMENT_MAX);
    core->reports->delivery = d;
    rc = report_scope(core->db, r, &d->arena, &scope, &why, &err);
    if (rc > 0)
        finish(d, false, false, "%s", why);
    else if (rc < 0 || render(d, &scope, &err) < 0)
        finish(d, false, true, "not sent: %s", err_text(&err));
}

/* The schedule's texts must outlive the look: they go to the delivery. */
static int next_delivery(struct core *core, int64_t now, struct err *err)
{
    AUTO(report_schedules_clear) struct report_schedules list = { 0 };
    AUTO(arena_clear) struct arena arena = ARENA;
    struct report_schedule kept;
    struct scope org;
    int rc = report_waiting(core->db, now, &arena, &list, err);

    for (size_t i = 0; rc >= 0 && i < list.all.n; i++) {
        const struct report_schedule *r = &list.all.p[i];

        rc = report_claim(core->db, r, now, err);
        if (rc != 0)
            continue;
        org = scope_system(r->org);
        arena_clear(&core->reports->arena);
        rc = report_get(core->db, &org, r->id, &core->reports->arena, &kept,
                        err);
        if (rc < 0)
            return rc;
        kept.tries = r->tries;
        begin(core, &kept, now);
        return 0;
    }
    return rc < 0 ? rc : 0;
}

int reports_look(struct core *core, int64_t now, struct err *err)
{
    int rc;

    if (core->reports->delivery != NULL)
        return 0;
    rc = db_begin(core->db, err);
    if (rc == 0)
        rc = report_come_due(core->db, now, err);
    if (rc == 0)
        rc = db_commit(core->db, err);
    if (rc < 0) {
        db_rollback(core->db);
        return rc;
    }
    rc = next_delivery(core, now, err);
    if (rc >= 0)
        rc = self_report_daily(core, now, err);
    return rc < 0 ? rc : exposure_daily(core, now, err);
}

static void on_timer(void *ctx)
{
    struct core *core = ctx;
    struct err err = { 0 };

    core->reports->timer = loop_timer(core->loop, LOOK_MS, on_timer, core);
    if (cluster_leads(core) && reports_look(core, clock_now(), &err) < 0)
        log_error("report.look_failed", LOG_TEXT("why", str_c(err_text(&err))));
}

void reports_look_soon(struct core *core)
{
    struct reports *reports = core->reports;

    if (reports == NULL || !reports->runs)
        return;
    loop_remove(reports->timer);
    reports->timer = loop_timer(core->loop, 100, on_timer, core);
}

void deliveries_stop(struct core *core)
{
    delivery_free(core->reports->delivery);
    core->reports->delivery = NULL;
}
