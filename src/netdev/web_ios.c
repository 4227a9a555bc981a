/* SPDX-License-Identifier: Apache-2.0
 *
 * The web server of IOS: a set of commands in one request, each answered in a
 * block with its status (R-DEP-3), or command by command in pages, where the
 * image has no sets. The format of sets is known from what the vendor's own
 * pages send and read; what is more in an answer is skipped.
 *
 * Newer images want a token with each set, which /get_csrf gives.
 */
#include "base/encode.h"
#include "base/vec.h"
#include "netdev/web_int.h"

#define SET "/ios_web_exec/commandset"
#define TOKEN "/get_csrf"

enum step {
    ASK, /* or the token has been got */
    GET_TOKEN,
};

/* --- Requests --------------------------------------------------------------
 */

static void add_words(struct buf *path, str command)
{
    while (command.n > 0) {
        str word = str_cut(&command, ' ');

        if (word.n == 0)
            continue;
        url_escape(path, word);
        buf_add_char(path, '/');
    }
    buf_add_c(path, "CR");
}

static void ask_page(struct web *web, const char *level)
{
    AUTO(buf_clear) struct buf path = BUF(4 * SESSION_COMMAND_MAX);

    buf_printf(&path, "/level/%s/exec/-/", level);
    add_words(&path, buf_str(&web->command));
    web_request(web, buf_str(&path), NULL, STR_NONE,
                str_starts(buf_str(&web->command), STR("show ")));
}

static void ask_set(struct web *web)
{
    AUTO(buf_clear) struct buf body = BUF(2 * WEB_BATCH_MAX);
    bool is_config = web->lines.n > 0;

    buf_printf(&body,
               "! COMMANDSET VERSION=\"1.0\"\n! OPTIONS BEGIN\n"
               "! MODE=\"%d\"\n! OPTIONS END\n",
               is_config);
    buf_add(&body, str_trim(buf_str(is_config ? &web->lines : &web->command)));
    buf_add_c(&body, "\n! END\n! COMMANDSET END\n");
    web_request(web, STR(SET), "text/plain", buf_str(&body),
                !is_config && str_starts(buf_str(&web->command), STR("show ")));
}

static void ask_token(struct web *web)
{
    web->step = GET_TOKEN;
    web_request(web, STR(TOKEN), NULL, STR_NONE, true);
}

static int exec(struct web *web, struct err *err UNUSED)
{
    if (web->plan == PLAN_LEVEL)
        ask_page(web, "1");
    else if (web->has_no_set)
        ask_page(web, "15");
    else
        ask_set(web);
    return 0;
}

static int batch(struct web *web, struct err *err)
{
    if (web->has_no_set)
        return err_set(err, E_UNSUPPORTED,
                       "this image has no '" SET "', by which it could be "
                       "configured over HTTPS: use SSH");
    ask_set(web);
    return 0;
}

/* --- Answers ---------------------------------------------------------------
 */

/* 404, 405 and 501 where the image has no sets; 403 where it wants a token. */
static bool takes(const struct web *web, unsigned status)
{
    bool is_set = str_eq_c(buf_str(&web->path), SET);

    if (web->step == GET_TOKEN)
        return true;
    if (is_set && web->state == WEB_LOGIN &&
        (status == 404 || status == 405 || status == 501))
        return true;
    return is_set && status == 403 && web->csrf.n == 0;
}

static bool is_token(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        char low = (char)(c | 0x20);

        if (!((low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') ||
              strchr("-_=+/.", c) != NULL))
            return false;
    }
    return text.n > 0 && text.n <= 256;
}

static int take_token(struct web *web, struct err *err)
{
    str token = str_trim(buf_str(&web->answer.body));

    web->step = ASK;
    if (web->answer.status != 200 || !is_token(token))
        return err_set(err, E_PERM,
                       "the device forbids it to user '%" PRIstr
                       "' (HTTP 403), and gives no token",
                       ARGstr(buf_str(&web->user)));
    buf_add(&web->csrf, token);
    ask_set(web);
    return 0;
}

/* The page's answer stands in <DL> or <PRE>, or is all of it. */
static str page_core(str body)
{
    static const char *const marks[][2] = { { "<DL>", "</DL>" },
                                            { "<dl>", "</dl>" },
                                            { "<PRE>", "</PRE>" },
                                            { "<pre>", "</pre>" } };

    for (size_t i = 0; i < COUNT(marks); i++) {
        size_t from = str_find(body, str_c(marks[i][0]));
        str rest = str_sub(body, from + strlen(marks[i][0]), SIZE_MAX);

        if (from < body.n)
            return str_sub(rest, 0, str_find(rest, str_c(marks[i][1])));
    }
    return body;
}

static void take_page(struct web *web)
{
    AUTO(buf_clear) struct buf plain = BUF(web->answer.body.limit);

    web_plain(page_core(buf_str(&web->answer.body)), &plain);
    web_tell(web, buf_str(&web->command), buf_str(&plain), STR_NONE, false);
}

struct blocks {
    VEC(struct web_block) list;
};

static void on_block(void *ctx, const struct web_block *block)
{
    struct blocks *blocks = ctx;

    *vec_push(&blocks->list) = *block;
}

/* The device's own words, else the numbers. */
static void say_refusal(const struct web_block *block, struct buf *out)
{
    str output = block->output;

    if (block->parse_error == 0 && block->status == 0)
        return;
    while (output.n > 0 && out->n == 0) {
        str said = str_trim(str_cut(&output, '\n'));

        if (str_starts(said, STR("%")))
            buf_add(out, str_sub(said, 0, 1024));
    }
    if (out->n == 0 && block->parse_error != 0)
        buf_printf(out, "%% Invalid input (PARSE_ERROR=%lld)",
                   (long long)block->parse_error);
    else if (out->n == 0)
        buf_printf(out, "%% not done (STATUS=%lld)", (long long)block->status);
}

/* How many lines are answered. Behind a syntax error an image stops, and says
 * nothing of the rest. Where nothing is wrong, lines without a block of their
 * own were taken; what became of them is read back. */
static size_t count_told(const struct web *web, const struct blocks *blocks)
{
    size_t n = blocks->list.n;

    if (n == 0 || n >= web->line_count)
        return web->line_count;
    return blocks->list.p[n - 1].parse_error != 0 ||
                   blocks->list.p[n - 1].status != 0
               ? n
               : web->line_count;
}

static void tell_blocks(struct web *web, const struct blocks *blocks, str lines)
{
    size_t told = count_told(web, blocks);
    str line;

    for (size_t i = 0; i < told && web_next_line(&lines, &line); i++) {
        AUTO(buf_clear) struct buf refusal = BUF(4096);
        struct web_block block = { .output = STR("") };

        if (i < blocks->list.n)
            block = blocks->list.p[i];
        say_refusal(&block, &refusal);
        web_tell(web, line, block.output, buf_str(&refusal), i + 1 < told);
    }
}

static int take_set(struct web *web, struct err *err)
{
    AUTO(buf_clear) struct buf lines = BUF(WEB_BATCH_MAX);
    struct blocks blocks = { 0 };
    size_t count = 0;
    int rc;

    if (web->lines.n == 0)
        web->line_count = 1;
    /* What comes next may replace them while they are told. */
    buf_add(&lines, buf_str(web->lines.n > 0 ? &web->lines : &web->command));
    rc = web_read_blocks(buf_str(&web->answer.body), on_block, &blocks, &count,
                         err);
    if (rc == 0)
        tell_blocks(web, &blocks, buf_str(&lines));
    vec_clear(&blocks.list);
    return rc;
}

static int take(struct web *web, struct err *err)
{
    unsigned status = web->answer.status;

    if (web->step == GET_TOKEN)
        return take_token(web, err);
    if (!str_eq_c(buf_str(&web->path), SET)) {
        take_page(web);
        return 0;
    }
    if (status == 403) {
        ask_token(web);
        return 0;
    }
    if (status >= 300) {
        web->has_no_set = true;
        ask_page(web, "15");
        return 0;
    }
    return take_set(web, err);
}

const struct web_dialect web_ios = {
    .syntax = SYNTAX_IOS,
    .has_enable = true,
    .enable_rule = "R-IOSSSL-4",
    .enable_why = "'ip http authentication local' is missing: the web server "
                  "takes the enable password, from anybody",
    .takes = takes,
    .exec = exec,
    .batch = batch,
    .take = take,
};
