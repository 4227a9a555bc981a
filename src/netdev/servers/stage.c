/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/servers/stage.h"

const char *stage_kind_name(enum stage_kind kind)
{
    static const char *const names[STAGE_KINDS] = { "image", "asdm",
                                                    "configuration" };

    return names[kind];
}

const char *stage_state_name(enum stage_state state)
{
    static const char *const names[STAGE_STATES] = {
        "staged",  "fetched",  "confirmed", "partial", "failed",
        "expired", "replaced", "waiting",   "refused",
    };

    return names[state];
}

bool stage_is_open(enum stage_state state)
{
    return state == STAGE_STAGED || state == STAGE_FETCHED;
}

void stage_change(struct stage *stage, enum stage_kind kind,
                  enum stage_state state, str told,
                  struct stage_changes *changes)
{
    struct stage_item *item = &stage->items[kind];

    if (item->id == 0 || changes->n >= COUNT(changes->p))
        return;
    changes->p[changes->n++] = (struct stage_change){
        .id = item->id,
        .state = state,
        .applied = -1,
        .told = str_sub(told, 0, STAGE_TOLD_MAX),
    };
    item->state = state;
    if (!stage_is_open(state))
        item->id = 0;
}

void stage_expire(struct stage *stage, int64_t now,
                  struct stage_changes *changes)
{
    for (size_t i = 0; i < STAGE_KINDS; i++) {
        if (stage->items[i].id != 0 && stage->items[i].expires <= now)
            stage_change(stage, (enum stage_kind)i, STAGE_EXPIRED,
                         STR("the device did not take it in time"), changes);
    }
}

int64_t stage_next_poll(const struct stage_poll *poll, int64_t last_seen)
{
    return last_seen == 0 ? 0 : last_seen + poll->period * 60;
}

bool stage_is_overdue(const struct stage_poll *poll, int64_t last_seen,
                      int64_t now)
{
    int64_t most = poll->period + poll->retries * poll->retry_period;

    return last_seen != 0 && poll->period > 0 && now > last_seen + most * 60;
}
