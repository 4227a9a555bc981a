/* SPDX-License-Identifier: Apache-2.0 */
#include "server/print.h"

#include <unistd.h>

#include "base/mem.h"
#include "server/core.h"
#include "server/reports.h"

struct helper_work *print_start(struct core *core, int fd, helper_done *done,
                                void *ctx, struct err *err)
{
    struct helper_order order = { core->loop, fd, PRINT_MS, done, ctx };
    struct reports *reports = core->reports;
    struct helper_work *work = NULL;

    if (reports->printer == NULL &&
        helper_start("print", &reports->printer, err) < 0)
        (void)err_wrap(err, E_UNSUPPORTED,
                       "PDF and XLSX are not available, ask for html or csv");
    else
        work = helper_ask(reports->printer, &order, err);
    close(fd);
    return work;
}

/* --- As an answer -------------------------------------------------------- */

struct answer {
    struct helper_work *printing;
    struct held *held;
    struct buf name;
    const char *type;
};

static void answer_free(struct answer *a)
{
    buf_clear(&a->name);
    mem_free(a);
}

static void answer_done(void *ctx, int rc, int fd, const struct err *err)
{
    struct answer *a = ctx;
    struct response res;

    response_init(&res);
    if (rc < 0) {
        respond_problem(&res, rc == E_LIMIT ? 422 : 500, NULL, err_text(err));
    } else {
        res.file = fd;
        res.content_type = a->type;
        res.disposition = buf_str(&a->name);
        res.private_page = true;
    }
    held_answer(a->held, &res);
    answer_free(a);
}

static void answer_gone(void *ctx)
{
    struct answer *a = ctx;

    helper_cancel(a->printing);
    answer_free(a);
}

int print_answer(struct request *req, struct response *res, int fd,
                 struct err *err)
{
    struct answer *a = mem_alloc(1, sizeof(*a));

    a->name = BUF_INIT(256);
    buf_add(&a->name, res->disposition);
    a->type = res->content_type;
    a->printing = print_start(req->core, fd, answer_done, a, err);
    if (a->printing == NULL) {
        answer_free(a);
        return err->code;
    }
    a->held = request_hold(req, answer_gone, a);
    res->held = true;
    return 0;
}
