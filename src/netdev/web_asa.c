/* SPDX-License-Identifier: Apache-2.0
 *
 * The web server of ASA, PIX and FWSM. Show commands answer as text. Lines of
 * a configuration go together as a document, each with a number, and what
 * the device says of one comes back with that number (R-DEP-3). It goes on
 * behind a line that it refuses.
 */
#include "base/encode.h"
#include "base/vec.h"
#include "base/xml.h"
#include "base/xml_write.h"
#include "netdev/web_int.h"

#define EXEC "/admin/exec/"
#define CONFIG "/admin/config"

static int exec(struct web *web, struct err *err UNUSED)
{
    AUTO(buf_clear) struct buf path = BUF(4 * SESSION_COMMAND_MAX);
    str command = buf_str(&web->command);
    bool is_show = str_starts(command, STR("show "));

    if (str_eq_c(command, web->options.session.family->show_running)) {
        web_request(web, STR(CONFIG), NULL, STR_NONE, true);
        return 0;
    }
    buf_add_c(&path, EXEC);
    url_escape(&path, command);
    web_request(web, buf_str(&path), NULL, STR_NONE, is_show);
    return 0;
}

static int batch(struct web *web, struct err *err)
{
    AUTO(buf_clear) struct buf body = BUF(2 * WEB_BATCH_MAX);
    str rest = buf_str(&web->lines);
    str line;
    unsigned id = 0;
    int rc;

    buf_add_c(&body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                     "<config-data config-action=\"merge\" "
                     "errors=\"continue\">\n");
    while (web_next_line(&rest, &line)) {
        buf_printf(&body, "<cli id=\"%u\">", id++);
        xml_escape(&body, line);
        buf_add_c(&body, "</cli>\n");
    }
    buf_add_c(&body, "</config-data>\n");
    rc = buf_finish(&body, "the request", err);
    if (rc < 0)
        return rc;
    web_request(web, STR(CONFIG), "text/xml", buf_str(&body), false);
    return 0;
}

/* --- <ErrorList><config-failure><error-info id="0" type="error">... --------
 */

struct remark {
    unsigned id;
    bool is_error;
    size_t from; /* of texts */
    size_t n;
};

struct reading {
    VEC(struct remark) remarks;
    struct buf texts;
    size_t count; /* of lines */
    bool is_list;
    bool in_info;
};

static int on_start(void *ctx, const struct xml_element *element,
                    struct err *err)
{
    struct reading *r = ctx;
    struct remark *remark;
    int64_t id;

    if (str_eq_c(element->name, "ErrorList"))
        r->is_list = true;
    if (!str_eq_c(element->name, "error-info"))
        return 0;
    if (str_to_i64(xml_attr(element, STR("id")), 0, WEB_BLOCKS_MAX, &id, NULL) <
        0)
        id = 0; /* of the document as a whole: said at its first line */
    if (r->remarks.n > 4 * r->count + 64)
        return err_set(err, E_LIMIT, "more remarks than lines");
    remark = vec_push(&r->remarks);
    remark->id = (unsigned)id;
    remark->is_error =
        str_eq_nocase(xml_attr(element, STR("type")), STR("error"));
    remark->from = r->texts.n;
    r->in_info = true;
    return 0;
}

static int on_text(void *ctx, str text, struct err *err)
{
    struct reading *r = ctx;

    if (!r->in_info)
        return 0;
    buf_add(&r->texts, text);
    r->remarks.p[r->remarks.n - 1].n =
        r->texts.n - r->remarks.p[r->remarks.n - 1].from;
    return r->texts.over ? err_set(err, E_LIMIT, "the remarks are too long")
                         : 0;
}

/* Elements inside a remark belong to it: their text does. */
static int on_end(void *ctx UNUSED, struct err *err UNUSED)
{
    return 0;
}

static const struct xml_handler handler = { on_start, on_end, on_text, NULL };

/* The line that says it: above it stands a '^' that points. */
static str error_line(str said)
{
    str last = STR("an error that is not named");

    while (said.n > 0) {
        str line = str_trim(str_cut(&said, '\n'));

        if (line.n > 1)
            last = line;
        if (str_starts(line, STR("ERROR")))
            return line;
    }
    return last;
}

static void tell_line(struct web *web, const struct reading *r, str line,
                      unsigned id)
{
    AUTO(buf_clear) struct buf text = BUF(web->answer.body.limit);
    AUTO(buf_clear) struct buf refusal = BUF(4096);

    for (size_t i = 0; i < r->remarks.n; i++) {
        const struct remark *remark = &r->remarks.p[i];
        str said =
            str_trim(str_sub(buf_str(&r->texts), remark->from, remark->n));

        if (remark->id != id)
            continue;
        buf_add(&text, said);
        buf_add_char(&text, '\n');
        if (remark->is_error && refusal.n == 0)
            buf_add(&refusal, error_line(said));
    }
    web_tell(web, line, buf_str(&text), buf_str(&refusal),
             id + 1 < web->line_count);
}

static int take_list(struct web *web, struct reading *r, struct err *err)
{
    AUTO(buf_clear) struct buf lines = BUF(WEB_BATCH_MAX);
    str body = str_trim(buf_str(&web->answer.body));
    str rest;
    str line;
    int rc = 0;

    /* An empty answer: nothing to say of any line. */
    if (body.n > 0)
        rc = web_xml(body, &handler, r, err);
    if (rc == 0 && body.n > 0 && !r->is_list)
        rc = err_set(err, E_PARSE, "the answer is no ErrorList");
    if (rc < 0)
        return rc;
    buf_add(&lines, buf_str(&web->lines)); /* the next batch may replace it */
    rest = buf_str(&lines);
    for (unsigned id = 0; web_next_line(&rest, &line); id++)
        tell_line(web, r, line, id);
    return 0;
}

static int take(struct web *web, struct err *err)
{
    struct reading r = { .texts = BUF(web->answer.body.limit),
                         .count = web->line_count };
    int rc;

    if (web->lines.n == 0) {
        web_tell(web, buf_str(&web->command), buf_str(&web->answer.body),
                 STR_NONE, false);
        return 0;
    }
    rc = take_list(web, &r, err);
    vec_clear(&r.remarks);
    buf_clear(&r.texts);
    return rc;
}

const struct web_dialect web_asa = {
    .syntax = SYNTAX_ASA,
    .has_enable = true,
    .enable_rule = "R-ASA-5",
    .enable_why = "'aaa authentication http console' is missing: the web "
                  "server takes the enable password, from anybody",
    .exec = exec,
    .batch = batch,
    .take = take,
};
