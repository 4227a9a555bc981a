/* SPDX-License-Identifier: Apache-2.0
 *
 * What a work says of itself: nothing leaves it but masked, in UTF-8, within
 * the limits of its message.
 */
#include "base/utf8.h"
#include "fleet/netdev_config.h"
#include "netdev/mask.h"
#include "server/netdev_run_int.h"

enum {
    SHORT_MAX = 1000, /* of a fact */
};

/* --- Texts ------------------------------------------------------------------
 */

static str cleaned(struct work *work, str text)
{
    char *p = arena_alloc(&work->arena, text.n + 1, 1);
    str out = { p, text.n };
    size_t at = 0;

    if (text.n > 0)
        memcpy(p, text.p, text.n);
    for (size_t i = 0; i < text.n; i++)
        if (p[i] == '\0')
            p[i] = '?';
    while ((at += utf8_valid(str_sub(out, at, out.n))) < out.n)
        p[at++] = '?';
    return out;
}

/* Cut between characters. */
str report_plain(struct work *work, str text, size_t max)
{
    str clean = cleaned(work, str_sub(text, 0, max));
    size_t n = clean.n;

    if (text.n > max && n > 0)
        while (n > 0 && utf8_valid(str_sub(clean, 0, n)) < n)
            n--;
    return str_sub(clean, 0, n);
}

static size_t secrets_of(const struct work *work, str out[WORK_SECRETS])
{
    size_t n = 0;

    for (size_t i = 0; i < COUNT(work->secrets); i++) {
        out[n++] = work->secrets[i].password;
        out[n++] = work->secrets[i].enable_password;
        out[n++] = work->secrets[i].private_key;
    }
    return n;
}

str report_masked(struct work *work, str text)
{
    AUTO(buf_wipe) struct buf out = BUF(2 * WORK_TEXT_MAX);
    str secrets[WORK_SECRETS];
    size_t n = secrets_of(work, secrets);

    mask_text(text, secrets, n, &out);
    /* What could not be masked is not shown. */
    if (out.over)
        return STR("(too long to be shown)");
    return cleaned(work, buf_str(&out));
}

void report_transcript(struct work *work, const struct session_answer *answer)
{
    AUTO(buf_wipe) struct buf out = BUF(2 * WORK_TEXT_MAX);
    str secrets[WORK_SECRETS];
    size_t n = secrets_of(work, secrets);

    buf_add_c(&out, "> ");
    mask_text(answer->command, secrets, n, &out);
    buf_add_char(&out, '\n');
    mask_text(answer->text, secrets, n, &out);
    if (out.over || work->transcript.n + out.n > WORK_TRANSCRIPT_MAX - 64) {
        if (!str_ends(buf_str(&work->transcript), STR("(left out)\n")))
            buf_add_c(&work->transcript, "(left out)\n");
        return;
    }
    buf_add(&work->transcript, buf_str(&out));
    if (out.p[out.n - 1] != '\n')
        buf_add_char(&work->transcript, '\n');
}

/* --- Configurations ---------------------------------------------------------
 */

int report_config_of(struct work *work, str config, struct report_config *out,
                     struct err *err)
{
    AUTO(buf_wipe) struct buf sealed = BUF(ORDER_CONFIG_MAX);
    bool same = work->known.n > 0 && str_eq(buf_str(&work->known), config);
    int rc;

    if (config.n > WORK_TEXT_MAX)
        return err_set(err, E_LIMIT, "a configuration has at most %d bytes",
                       WORK_TEXT_MAX);
    out->masked = report_masked(work, config);
    if (same)
        return 0;
    rc = box_seal(&work->runner->terms.ring->keys[0].open,
                  netdev_config_context, config, &sealed, err);
    if (rc < 0)
        return rc;
    out->sealed = arena_str(&work->arena, buf_str(&sealed));
    out->secrets_differ =
        work->known.n > 0 &&
        str_eq(report_masked(work, buf_str(&work->known)), out->masked);
    return 0;
}

/* --- The report -------------------------------------------------------------
 */

static void fill_licences(struct work *work)
{
    const struct device_facts *facts = &work->discovery.facts;
    size_t n = facts->licences.n;
    struct report_licence *list =
        arena_alloc(&work->arena, n + 1, sizeof(*list));

    for (size_t i = 0; i < n; i++) {
        const struct licence *l = &facts->licences.p[i];

        list[i] = (struct report_licence){
            report_plain(work, l->feature, SHORT_MAX),
            report_plain(work, l->value, SHORT_MAX),
            str_c(licence_state_name(l->state)),
            report_plain(work, l->expiry, SHORT_MAX),
            l->is_time_based,
        };
    }
    work->report.licences = (struct wire_list){ list, n };
}

static void fill_interfaces(struct work *work)
{
    const struct device_interfaces *all = &work->discovery.interfaces;
    struct report_interface *list =
        arena_alloc(&work->arena, all->list.n + 1, sizeof(*list));

    for (size_t i = 0; i < all->list.n; i++) {
        const struct device_interface *one = &all->list.p[i];

        list[i] = (struct report_interface){
            report_plain(work, one->name, SHORT_MAX),
            report_plain(work, one->state, SHORT_MAX),
            report_plain(work, one->protocol, SHORT_MAX),
            report_plain(work, one->address, SHORT_MAX),
            report_masked(work, str_sub(one->description, 0, SHORT_MAX)),
        };
    }
    work->report.interfaces = (struct wire_list){ list, all->list.n };
    work->report.has_interfaces = true;
}

static void fill_facts(struct work *work)
{
    const struct device_facts *facts = &work->discovery.facts;
    struct netdev_report *report = &work->report;

    report->has_facts = true;
    report->family =
        str_c(facts->family != NULL ? facts->family->name : work->told_family);
    report->hostname = report_plain(work, facts->hostname, SHORT_MAX);
    report->version = report_plain(work, facts->version, SHORT_MAX);
    report->model = report_plain(work, facts->model, SHORT_MAX);
    report->serial = report_plain(work, facts->serial, SHORT_MAX);
    report->image = report_plain(work, facts->image, SHORT_MAX);
    report->mode = report_plain(work, facts->mode, SHORT_MAX);
    report->failover = facts->failover;
    report->encryption = facts->encryption;
    fill_licences(work);
}

static void fill_lines(struct work *work)
{
    size_t n;
    const struct change_line *lines = change_lines(work->change, &n);
    struct report_line *list = arena_alloc(&work->arena, n + 1, sizeof(*list));

    for (size_t i = 0; i < n; i++)
        list[i] = (struct report_line){
            report_masked(work, lines[i].text), lines[i].result,
            report_masked(work, str_sub(lines[i].reason, 0, SHORT_MAX))
        };
    work->report.lines = (struct wire_list){ list, n };
}

static void fill_change(struct work *work)
{
    const struct change *change = work->change;
    struct netdev_report *report = &work->report;

    report->change = change_result(change);
    if (report->code == 0 || change_reason(change).n > 0)
        report->text = report_masked(work, change_reason(change));
    report->saved = change_is_saved(change);
    report->undo = report_masked(work, change_undo(change));
    fill_lines(work);
    /* After an end without a look back nothing is known. */
    if (change_after(change).n > 0 &&
        report_config_of(work, change_after(change), &report->config, NULL) < 0)
        report->config = (struct report_config){ .masked = STR("") };
}

static void fill_transports(struct work *work)
{
    AUTO(buf_clear) struct buf out = BUF(64);

    for (unsigned i = 0; i < TRANSPORTS; i++)
        if ((work->used >> i & 1) != 0)
            buf_printf(&out, "%s%s", out.n > 0 ? ", " : "",
                       transport_name((enum transport)i));
    work->report.transports = arena_str(&work->arena, buf_str(&out));
}

static void no_null(str *text)
{
    if (text->p == NULL)
        *text = STR("");
}

void report_fill(struct work *work)
{
    struct netdev_report *report = &work->report;
    unsigned done = work->discovery.done;

    fill_transports(work);
    report->pins = (struct wire_list){ work->pins.p, work->pins.n };
    report->outputs = (struct wire_list){ work->outputs.p, work->outputs.n };
    report->transcript = cleaned(work, buf_str(&work->transcript));
    if (report->code == 0 && (done & DISCOVER_FACTS) != 0)
        fill_facts(work);
    if (report->code == 0 && (done & DISCOVER_INTERFACES) != 0)
        fill_interfaces(work);
    if (report->code == 0 && work->change == NULL &&
        (done & DISCOVER_CONFIG) != 0) {
        struct err err = { 0 };
        int rc = report_config_of(work, buf_str(&work->discovery.running),
                                  &report->config, &err);

        if (rc < 0) {
            report->code = rc;
            report->text = report_masked(work, str_c(err_text(&err)));
        }
    }
    if (work->change != NULL)
        fill_change(work);
    report->text = report_plain(work, report->text, ORDER_TEXT_MAX);
    no_null(&report->where);
    no_null(&report->text);
}
