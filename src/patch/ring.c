/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/ring.h"

#include <stdarg.h>
#include <stdio.h>

#include "patch/fields_int.h"

#define AT(member) offsetof(struct patch_ring, member)

/* clang-format off */
static const struct patch_field fields[] = {
    { "name", FIELD_TEXT, AT(name), 1, PATCH_TEXT_MAX, "P-RNG-3" },
    { "success_percent", FIELD_NUMBER, AT(success_percent),
      0, 100, "P-RNG-1" },
    { "minimum_finished", FIELD_NUMBER, AT(minimum_finished),
      1, 1 << 24, "P-RNG-4" },
    { "stop_percent", FIELD_NUMBER, AT(stop_percent), 0, 100, "P-RNG-2" },
    { "wait_hours", FIELD_NUMBER, AT(wait_hours), 0, 24 * 365, "P-RNG-1" },
    { "by_hand", FIELD_BOOL, AT(by_hand), .rule = "P-RNG-1" },
    { NULL },
};
/* clang-format on */

bool patch_ring_from_jval(const struct jval *jval, struct arena *arena,
                          struct patch_refusals *refusals,
                          struct patch_ring *out)
{
    const struct patch_reading r = { arena, refusals };
    size_t refused = refusals->all.n + refusals->more;
    size_t before;

    *out = (struct patch_ring){
        .name = STR(""),
        .success_percent = 95,
        .minimum_finished = 1,
        .stop_percent = 20,
    };
    if (!patch_fields_read(&r, fields, jval, out))
        return false;
    before = patch_path_enter(refusals, "name");
    if (out->name.n == 0 && refusals->all.n + refusals->more == refused)
        patch_refuse(refusals, "P-RNG-3", "is missing");
    patch_path_leave(refusals, before);
    return refusals->all.n + refusals->more == refused;
}

struct jval *patch_ring_to_jval(const struct patch_ring *ring)
{
    struct jval *object = jval_new_object();

    patch_fields_write(fields, ring, object);
    return object;
}

int patch_ring_success(const struct patch_ring_count *count)
{
    uint64_t finished = count->succeeded + count->failed;

    return finished == 0
               ? -1
               : (int)((unsigned __int128)count->succeeded * 1000 / finished);
}

/* part / whole >= percent / 100, without rounding. */
static bool reaches(uint64_t part, uint64_t whole, int percent)
{
    return (unsigned __int128)part * 100 >=
           (unsigned __int128)whole * (unsigned)percent;
}

static void say(struct buf *reason, const char *format, ...) PRINTF(2, 3);
static void say(struct buf *reason, const char *format, ...)
{
    char line[256];
    va_list list;

    if (reason == NULL)
        return;
    va_start(list, format);
    (void)vsnprintf(line, sizeof(line), format, list);
    va_end(list);
    buf_add_c(reason, line);
}

static bool must_stop(const struct patch_ring *ring,
                      const struct patch_ring_count *count)
{
    uint64_t finished = count->succeeded + count->failed;

    return count->failed > 0 && ring->stop_percent < 100 &&
           finished >= (uint64_t)ring->minimum_finished &&
           (unsigned __int128)count->failed * 100 >
               (unsigned __int128)finished * (unsigned)ring->stop_percent;
}

/* Whether the ring did what it has to before the next may begin. */
static bool has_succeeded(const struct patch_ring *ring,
                          const struct patch_ring_count *count,
                          int64_t running_s, struct buf *reason)
{
    uint64_t finished = count->succeeded + count->failed;
    int success = patch_ring_success(count);

    if (finished < (uint64_t)ring->minimum_finished)
        say(reason, "%llu of at least %d devices have finished",
            (unsigned long long)finished, ring->minimum_finished);
    else if (!reaches(count->succeeded, finished, ring->success_percent))
        say(reason, "%d.%d %% succeeded; %d %% are needed", success / 10,
            success % 10, ring->success_percent);
    else if (running_s < (int64_t)ring->wait_hours * 3600)
        say(reason, "the ring runs for at least %d hours", ring->wait_hours);
    else
        return true;
    return false;
}

enum patch_ring_action patch_ring_step(const struct patch_ring *rings,
                                       size_t count,
                                       const struct patch_ring_count *counts,
                                       const struct patch_rollout *rollout,
                                       int64_t now, struct buf *reason)
{
    const struct patch_ring *ring;
    const struct patch_ring_count *done;
    int success;

    if (rollout->current >= count)
        return PATCH_RING_DONE;
    ring = &rings[rollout->current];
    done = &counts[rollout->current];
    success = patch_ring_success(done);
    if (rollout->is_paused) {
        say(reason, "paused");
        return PATCH_RING_PAUSED;
    }
    if (must_stop(ring, done)) {
        say(reason, "%llu of %llu devices failed, more than %d %%",
            (unsigned long long)done->failed,
            (unsigned long long)(done->failed + done->succeeded),
            ring->stop_percent);
        return PATCH_RING_STOP;
    }
    if (!has_succeeded(ring, done, now - rollout->since, reason))
        return PATCH_RING_WAIT;
    say(reason, "%d.%d %% of %llu devices succeeded", success / 10,
        success % 10, (unsigned long long)(done->failed + done->succeeded));
    if (rollout->current + 1 == count)
        return PATCH_RING_DONE;
    return ring->by_hand && !rollout->is_promoted ? PATCH_RING_ASK
                                                  : PATCH_RING_PROMOTE;
}
