/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/inventory.h"
#include "agent/sessions.h"

enum {
    USERS_KEPT = 1024
};

struct adding {
    struct inventory_sources *from;
    struct wire_list *users;
};

static void add(void *ctx, const struct session *session)
{
    struct adding *adding = ctx;
    struct fact_user *users = adding->users->p;
    struct arena *arena = adding->from->arena;

    if (adding->users->n == USERS_KEPT)
        return;
    users[adding->users->n++] = (struct fact_user){
        .name = facts_clean(arena, session->name),
        .terminal = facts_clean(arena, session->terminal),
        .since = session->since > 0 ? session->since : 0,
    };
}

void facts_users(struct inventory_sources *from, struct inventory *out)
{
    struct adding adding = { from, &out->users };
    int64_t count;

    if (!from->machine->live && from->utmp == NULL)
        return;
    out->users.p =
        arena_alloc(from->arena, USERS_KEPT, sizeof(struct fact_user));
    if (sessions_each(from->utmp, add, &adding, &count, &from->err) < 0)
        facts_problem(from, "users");
}
