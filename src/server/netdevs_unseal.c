/* SPDX-License-Identifier: Apache-2.0
 *
 * Texts with their secrets, for a device that nobody reaches and that loads a
 * file by itself (R-COM-2, R-DEP-1): the process netdev opens what is sealed,
 * the request waits for it. Nothing of it is kept or logged here.
 */
#include "server/held.h"
#include "server/netdevs_int.h"

struct unsealing {
    struct unsealing *next;
    struct netdevs_core *netdevs;
    int64_t number;
    struct held *held;
    struct arena arena;
    str name;
};

static void release(struct unsealing *u)
{
    struct unsealing **at = &u->netdevs->unsealing;

    while (*at != NULL && *at != u)
        at = &(*at)->next;
    if (*at == u)
        *at = u->next;
    arena_clear(&u->arena);
    mem_free(u);
}

static void gone(void *ctx)
{
    release(ctx);
}

static void answer(struct unsealing *u, const struct netdev_unsealed *told)
{
    struct response res;

    response_init(&res);
    if (told->code == 0) {
        res.body = BUF_INIT(REPORT_TEXT_MAX);
        buf_add(&res.body, told->text);
        res.private_page = true;
        res.content_type = "text/plain; charset=utf-8";
        res.disposition = u->name;
    } else {
        respond_problem(&res, 503, NULL,
                        arena_c(&u->arena, str_sub(told->text, 0, 1024)));
    }
    held_answer(u->held, &res);
    release(u);
}

int netdevs_unseal(struct request *req, struct response *res,
                   struct netdev_unseal *what, str name, struct err *err)
{
    struct netdevs_core *n = req->core->netdevs;
    struct unsealing *u;
    int rc;

    what->number = ++n->unseal_number;
    rc = n->send(n->ctx, NETDEV_SEND_UNSEAL, what, err);
    if (rc < 0)
        return rc;
    u = mem_alloc(1, sizeof(*u));
    *u = (struct unsealing){ .next = n->unsealing,
                             .netdevs = n,
                             .number = what->number,
                             .arena = ARENA };
    u->name = arena_str(&u->arena, name);
    n->unsealing = u;
    u->held = request_hold(req, gone, u);
    res->held = true;
    return 0;
}

int netdevs_unsealed(struct core *core, const struct netdev_unsealed *told,
                     struct err *err UNUSED)
{
    struct unsealing *u = core->netdevs->unsealing;

    while (u != NULL && u->number != told->number)
        u = u->next;
    if (u != NULL) /* else who asked has gone */
        answer(u, told);
    return 0;
}

void netdevs_unseal_lost(struct netdevs_core *n)
{
    const struct netdev_unsealed lost = {
        .code = E_ABSENT,
        .text = STR("the process that keeps the secrets ended; try again"),
    };

    while (n->unsealing != NULL)
        answer(n->unsealing, &lost);
}

void netdevs_unseal_free(struct netdevs_core *n)
{
    while (n->unsealing != NULL)
        release(n->unsealing);
}
