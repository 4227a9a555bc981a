/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "netdev/web_int.h"
#include "tests/unit/unit.h"

static void answers_of_HTTP_are_read_byte_by_byte_and_at_once(
    void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc; /* at the end of the text; 2: at the end of the connection */
        const char *body;
        bool is_closing;
    } cases[] = {
        { "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", 1, "abc", false },
        { "HTTP/1.0 200 OK\nContent-Length: 3\n\nabc", 1, "abc", true },
        { "HTTP/1.1 200 OK\r\nConnection: close\r\ncontent-length:0\r\n\r\n", 1,
          "", true },
        { "HTTP/1.1 200 OK\r\n\r\nall of it", 2, "all of it", true },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
          "3;x\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n",
          1, "abcde", false },
        { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 None\r\n\r\n", 1, "",
          false },
        { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", E_IO, NULL,
          false },
        { "SSH-2.0-x\r\n", E_PARSE, NULL, false },
        { "HTTP/1.1 2000\r\n", E_PARSE, NULL, false },
        { "HTTP/1.1 200 OK\r\nno field\r\n", E_PARSE, NULL, false },
        { "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", E_PARSE, NULL,
          false },
        { "HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", E_LIMIT, NULL,
          false },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", E_PARSE, NULL,
          false },
        { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
          E_PARSE, NULL, false },
    };

    for (size_t i = 0; i < 2 * COUNT(cases); i++) {
        struct web_answer answer;
        str text = str_c(cases[i / 2].text);
        size_t piece = i % 2 == 0 ? 1 : text.n;
        struct err err = { 0 };
        int rc = 0;

        web_answer_init(&answer, 1000);
        for (size_t at = 0; rc == 0 && at < text.n; at += piece) {
            size_t used;

            rc =
                web_answer_feed(&answer, str_sub(text, at, piece), &used, &err);
        }
        if (rc == 0)
            rc = web_answer_end(&answer, &err) == 1 ? 2 : E_IO;
        assert_int_equal(rc, cases[i / 2].rc);
        if (rc > 0) {
            assert_true(str_eq_c(buf_str(&answer.body), cases[i / 2].body));
            assert_int_equal(answer.is_closing, cases[i / 2].is_closing);
        }
        web_answer_clear(&answer);
    }
}

static void pages_become_text(void **state UNUSED)
{
    static const char *const cases[][2] = {
        { "<B>a</B> &lt;b&gt; &amp;amp; &#65;&#x;", "a <b> &amp; A&#x;" },
        { "1 < 2 and 3 > 2 <br/>x", "1 < 2 and 3 > 2 x" },
        { "a <never closed", "a <never closed" },
        { "&", "&" },
        { "<", "<" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(1000);

        web_plain(str_c(cases[i][0]), &out);
        assert_string_equal(buf_c(&out), cases[i][1]);
    }
}

static void add_block(void *ctx, const struct web_block *block)
{
    buf_printf(ctx, "%lld/%lld:%" PRIstr "|", (long long)block->status,
               (long long)block->parse_error, ARGstr(block->output));
}

static void R_DEP_3_sets_of_commands_are_read_however_they_are_framed(
    void **state UNUSED)
{
    static const struct {
        const char *text;
        int rc;
        const char *blocks;
    } cases[] = {
        { "! COMMANDSET VERSION=\"1.0\" STATUS=\"0\"\n! COMMAND BEGIN\n"
          "! STATUS=\"0\" PARSE_ERROR=\"2\"\n! OUTPUT BEGIN\na\n! b\n"
          "! OUTPUT END\n! COMMAND END\n! COMMAND BEGIN\n! COMMAND END\n"
          "! COMMANDSET END\n",
          0, "0/2:a\n! b\n|0/0:|" },
        { "! COMMANDSET\n! OUTPUT BEGIN\nx\n! OUTPUT END\n! OUTPUT BEGIN\n"
          "! OUTPUT END\n! COMMANDSET END",
          0, "0/0:x\n|0/0:|" },
        { "! COMMANDSET\n! STATUS=7\n! COMMANDSET END\n", 0, "" },
        { "! COMMANDSET\n! OUTPUT BEGIN\ncut", E_PARSE, "" },
        { "<html>login</html>", E_PARSE, "" },
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        AUTO(buf_clear) struct buf out = BUF(1000);
        size_t count = 0;

        assert_int_equal(web_read_blocks(str_c(cases[i].text), add_block, &out,
                                         &count, NULL),
                         cases[i].rc);
        if (cases[i].rc == 0)
            assert_string_equal(buf_c(&out), cases[i].blocks);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_of_HTTP_are_read_byte_by_byte_and_at_once),
        cmocka_unit_test(pages_become_text),
        cmocka_unit_test(
            R_DEP_3_sets_of_commands_are_read_however_they_are_framed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
