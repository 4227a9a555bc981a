/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/change_int.h"

static bool is_as_before(const struct change *change)
{
    return str_eq(buf_str(&change->before), buf_str(&change->after));
}

static void end_undone(struct change *change)
{
    if (change->is_resumed && change->was_armed && !change->has_gone_back &&
        change->undo.n == 0)
        change_add_reason(change,
                          "the device is as it was: it went back by itself");
    if (change->is_armed && change_command_of(change, DISARM) != NULL)
        change_go(change, DISARM);
    else
        change_end(change, CHANGE_UNDONE);
}

static void end_broken(struct change *change)
{
    if (change->is_armed && change->revert->restart_s > 0)
        change_add_reason(change,
                          "its restart is not cancelled, and brings back what "
                          "was saved");
    change_end(change, CHANGE_BROKEN);
}

static void begin_lines_back(struct change *change)
{
    struct err err = { 0 };

    buf_reset(&change->undo);
    change->at = 0;
    if (change->revert != NULL && change->revert->is_transaction) {
        change_add_reason(change, "and what was committed is still there");
        end_broken(change);
    } else if (config_delta(change->options.family, buf_str(&change->after),
                            buf_str(&change->before), &change->undo,
                            &err) < 0) {
        change_set_reason(change, "it cannot be undone: %s", err_text(&err));
        end_broken(change);
    } else if (change->undo.n == 0) { /* only the order differs */
        end_broken(change);
    } else {
        change_go_or(change, UNDO_ENTER, UNDO_LINES);
    }
}

static void begin_undo(struct change *change)
{
    bool is_inside = change->revert != NULL && change->revert->is_inside;

    if (change->state == LOOK && is_as_before(change)) {
        end_undone(change);
    } else if (change->is_armed && !change->has_gone_back &&
               change_command_of(change, BACK) != NULL) {
        change_go(change, BACK);
    } else if (change->state == CHECK && is_inside) {
        change->has_gone_back = true; /* by leaving */
        change_go(change, LEAVE);
    } else if (is_as_before(change)) {
        end_undone(change);
    } else {
        begin_lines_back(change);
    }
}

void change_take_check(struct change *change,
                       const struct session_answer *answer)
{
    bool is_read = change_take_config(change, answer, &change->after);

    if (!is_read && change->state == LOOK) {
        change_end(change,
                   change->is_touched ? CHANGE_BROKEN : CHANGE_CANCELLED);
        return;
    }
    if (!is_read)
        change->is_failed = true;
    else if (change->state == CHECK)
        change_check_lines(change);
    if (!change->is_failed)
        change_advance(change);
    else if (!is_read && !change->is_armed)
        change_end(change, CHANGE_BROKEN);
    else
        begin_undo(change);
}

void change_take_confirm(struct change *change,
                         const struct session_answer *answer)
{
    if (!answer->refused) {
        change->is_armed = false;
        change_advance(change);
        return;
    }
    change_set_reason(change,
                      "the device does not take the confirmation: %" PRIstr,
                      ARGstr(str_sub(answer->refusal, 0, 200)));
    change_begin_leaving(change);
}

void change_take_leave(struct change *change)
{
    if (!change->is_failed)
        change_advance(change);
    else if (change->has_gone_back)
        change_go(change, UNDO_CHECK);
    else
        change_go(change, LOOK);
}

void change_take_back(struct change *change,
                      const struct session_answer *answer)
{
    change->has_gone_back = true;
    if (answer->refused && !change->revert->is_inside) {
        change->is_armed = false;
        change_go(change, LOOK); /* by lines, then */
        return;
    }
    change->is_armed = false;
    if (change->revert->is_inside)
        change_go_or(change, LEAVE, UNDO_CHECK);
    else
        change_go(change, UNDO_CHECK);
}

void change_take_undo_line(struct change *change,
                           const struct session_answer *answer)
{
    str rest = str_sub(buf_str(&change->undo), change->at, SIZE_MAX);

    (void)config_take_command(&rest);
    change->at = change->undo.n - rest.n;
    if (change->is_batched ? !answer->more : rest.n == 0)
        change_go_or(change, UNDO_LEAVE, UNDO_CHECK);
}

void change_take_undo_check(struct change *change,
                            const struct session_answer *answer)
{
    if (change_take_config(change, answer, &change->after) &&
        is_as_before(change))
        end_undone(change);
    else
        end_broken(change);
}

void change_take_disarm(struct change *change,
                        const struct session_answer *answer)
{
    change->is_armed = false;
    if (answer->refused)
        change_add_reason(change,
                          "and the device does not say that its timer has "
                          "stopped");
    change_end(change, change->is_touched || change->is_failed
                           ? CHANGE_UNDONE
                           : CHANGE_CANCELLED);
}

void change_take_undo_enter(struct change *change,
                            const struct session_answer *answer)
{
    if (!answer->refused) {
        change_go(change, UNDO_LINES);
        return;
    }
    change_set_reason(change,
                      "the device does not enter configuration mode: %" PRIstr,
                      ARGstr(str_sub(answer->refusal, 0, 200)));
    end_broken(change);
}
