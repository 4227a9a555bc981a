/* SPDX-License-Identifier: Apache-2.0
 *
 * holdfast-saml: an order on standard input, a result on standard output
 * (proto/saml.h). It is a helper program (confine/helper.h), as it reads what
 * browsers bring, with libraries that are large: it has no network, no file
 * at all and no other program, and each response is judged by a process of
 * its own.
 */
#include <unistd.h>

#include "base/utf8.h"
#include "confine/helper.h"
#include "saml/verify.h"
#include "saml/work.h"

static int read_all(struct buf *out, struct err *err)
{
    char bytes[65536];
    ssize_t n;

    while ((n = read(STDIN_FILENO, bytes, sizeof(bytes))) > 0)
        buf_add(out, (str){ bytes, (size_t)n });
    return buf_finish(out, "the order", err);
}

static int write_all(str bytes, struct err *err)
{
    while (bytes.n > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes.p, bytes.n);

        if (n <= 0)
            return err_set(err, E_IO, "nobody takes the result");
        bytes = str_sub(bytes, (size_t)n, bytes.n);
    }
    return 0;
}

/* A sentence may have been cut within a character. */
static void trim_text(struct saml_result *result)
{
    result->text = str_sub(result->text, 0, utf8_valid(result->text));
}

static int run(struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf in = BUF(SAML_ORDER_MAX);
    AUTO(buf_clear) struct buf out = BUF(SAML_RESULT_MAX);
    struct saml_order order;
    struct saml_result result;
    int rc = read_all(&in, err);

    if (rc == 0)
        rc = wire_read(&shape_saml_order, buf_str(&in), &arena, &order, err);
    if (rc < 0)
        return rc;
    saml_work(&order, &arena, &result);
    trim_text(&result);
    rc = wire_write(&shape_saml_result, &result, &out, err);
    return rc < 0 ? rc : write_all(buf_str(&out), err);
}

int main(int argc, char **argv)
{
    static const struct helper_program program = {
        .name = "holdfast-saml",
        .prepare = verify_prepare,
        .run = run,
        .memory_max = 512 << 20,
        .output_max = 16 << 20,
        .time_s = 10,
    };

    return helper_main(&program, argc, argv);
}
