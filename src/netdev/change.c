/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/change.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/regex.h"
#include "netdev/change_int.h"
#include "netdev/licence.h"
#include "netdev/mask.h"

enum {
    REVERT_DEFAULT_S = 300, /* of families that commit */
    GRACE_S = 60,
};

/* The way that all goes well; steps without a command are left out. */
static const enum state outside[] = { READ,  KEEP,  KEEP_2,  ARM,  ENTER, LINES,
                                      LEAVE, CHECK, CONFIRM, SAVE, OVER };
static const enum state inside[] = { READ,  ENTER,   LINES, VALIDATE, COMMIT,
                                     CHECK, CONFIRM, LEAVE, SAVE,     OVER };

static const char *const results[] = {
    [CHANGE_PENDING] = "pending",     [CHANGE_APPLIED] = "applied",
    [CHANGE_CANCELLED] = "cancelled", [CHANGE_UNDONE] = "undone",
    [CHANGE_BROKEN] = "broken",
};
static const char *const line_results[] = {
    [LINE_NOT_SENT] = "not sent", [LINE_TAKEN] = "taken",
    [LINE_REFUSED] = "refused",   [LINE_TOLERATED] = "tolerated",
    [LINE_MISSING] = "missing",
};

const char *change_result_name(enum change_result result)
{
    return results[result];
}

const char *line_result_name(enum line_result result)
{
    return line_results[result];
}

void change_set_reason(struct change *change, const char *format, ...)
{
    char text[1024];
    va_list args;

    if (change->reason.n > 0) /* the first one counts */
        return;
    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    change->reason = arena_str(&change->arena, str_c(text));
}

void change_add_reason(struct change *change, const char *more)
{
    AUTO(buf_clear) struct buf text = BUF(4096);

    buf_add(&text, change->reason);
    buf_add_c(&text, change->reason.n > 0 ? "; " : "");
    buf_add_c(&text, more);
    change->reason = arena_str(&change->arena, buf_str(&text));
}

str change_shown(struct change *change, str line)
{
    AUTO(buf_clear) struct buf masked = BUF(1 << 16);

    mask_text(str_sub(line, 0, 4096), NULL, 0, &masked);
    return arena_str(&change->arena, str_sub(buf_str(&masked), 0, 200));
}

void change_end(struct change *change, enum change_result result)
{
    change->result = result;
    change->state = OVER;
}

/* --- Steps and their commands ----------------------------------------------
 */

static const char *of_revert(const struct change *change, enum state state)
{
    const struct timed_revert *revert = change->revert;

    if (revert == NULL)
        return NULL;
    switch (state) {
    case KEEP:
    case KEEP_2:
        return revert->prepare[state - KEEP];
    case ARM:
        return revert->arm;
    case ENTER:
        return revert->enter;
    case VALIDATE:
        return revert->validate;
    case COMMIT:
        return revert->commit;
    case CHECK:
        return revert->check;
    case CONFIRM:
        return revert->confirm;
    case DROP:
        return revert->drop;
    case BACK:
        return revert->back;
    default:
        return state == DISARM ? revert->disarm : NULL;
    }
}

/* NULL: there is no such step. "" for what has commands of its own. */
const char *change_command_of(const struct change *change, enum state state)
{
    const struct family *family = change->options.family;
    const char *own = of_revert(change, state);

    if (own != NULL)
        return own;
    switch (state) {
    case READ:
    case CHECK:
    case LOOK:
    case UNDO_CHECK:
        return family->show_running;
    case ENTER:
    case UNDO_ENTER:
        return family->configure;
    case LEAVE:
    case UNDO_LEAVE:
        return family->leave;
    case SAVE:
        return change->options.no_save ? NULL : family->save;
    case LINES:
    case UNDO_LINES:
    case OVER:
        return "";
    default:
        return NULL;
    }
}

void change_go(struct change *change, enum state state)
{
    const char *command = change_command_of(change, state);

    change->state = state;
    buf_reset(&change->command);
    if (command != NULL)
        buf_printf(&change->command, command, change->revert_n);
    change->is_batched = false;
}

/* The first of the two that the family has a command for. */
void change_go_or(struct change *change, enum state state, enum state otherwise)
{
    change_go(change,
              change_command_of(change, state) != NULL ? state : otherwise);
}

void change_advance(struct change *change)
{
    bool is_inside = change->revert != NULL && change->revert->is_inside;
    const enum state *way = is_inside ? inside : outside;

    while (*way != change->state)
        way++;
    do {
        way++;
    } while (change_command_of(change, *way) == NULL);
    if (*way == OVER)
        change_end(change, CHANGE_APPLIED);
    else
        change_go(change, *way);
    change->at = 0;
}

/* --- Making and ending -----------------------------------------------------
 */

static int read_tolerate(struct change *change, struct err *err)
{
    for (size_t i = 0; i < change->options.tolerate_count; i++) {
        int rc = regex_compile(change->options.tolerate[i], 0,
                               vec_push(&change->tolerate), err);

        if (rc < 0)
            return rc;
    }
    return 0;
}

static int read_revert(struct change *change, struct err *err)
{
    const struct timed_revert *revert = change->options.family->revert;
    unsigned wanted = change->options.revert_s;

    if (wanted > 0 && revert == NULL)
        return err_set(err, E_UNSUPPORTED,
                       "no way is known by which a %s goes back by itself",
                       change->options.family->title);
    if (revert == NULL || (wanted == 0 && !revert->is_transaction))
        return 0;
    wanted = wanted > 0 ? wanted : REVERT_DEFAULT_S;
    change->revert = revert;
    change->revert_n = (wanted + revert->unit_s - 1) / revert->unit_s;
    return change->revert_n <= revert->most
               ? 0
               : err_set(err, E_LIMIT,
                         "a %s goes back by itself after at most %u seconds",
                         change->options.family->title,
                         revert->most * revert->unit_s);
}

int change_new(const struct change_options *options, struct change **out,
               struct err *err)
{
    AUTO(change_freep) struct change *change = NULL;
    int rc;

    if (options->family->syntax == SYNTAX_IPS)
        return err_set(err, E_UNSUPPORTED,
                       "a sensor is not configured line by line");
    change = mem_alloc(1, sizeof(*change));
    change->options = *options;
    change->before = BUF_INIT(CONFIG_TEXT_MAX);
    change->after = BUF_INIT(CONFIG_TEXT_MAX);
    change->undo = BUF_INIT(CONFIG_TEXT_MAX);
    change->batch = BUF_INIT(CONFIG_TEXT_MAX);
    change->command = BUF_INIT(SESSION_COMMAND_MAX);
    rc = change_read_lines(options, &change->arena, &change->lines, err);
    if (rc == 0)
        rc = read_revert(change, err);
    if (rc == 0)
        rc = read_tolerate(change, err);
    if (rc < 0)
        return rc;
    change_go(change, READ);
    *out = TAKE(change);
    return 0;
}

void change_free(struct change *change)
{
    if (change == NULL)
        return;
    for (size_t i = 0; i < change->tolerate.n; i++)
        regex_free(change->tolerate.p[i]);
    vec_clear(&change->tolerate);
    vec_clear(&change->lines.list);
    buf_clear(&change->before);
    buf_clear(&change->after);
    buf_clear(&change->undo);
    buf_clear(&change->batch);
    buf_clear(&change->command);
    arena_clear(&change->arena);
    mem_free(change);
}

void change_freep(struct change **change)
{
    change_free(*change);
}

void change_reached(struct change *change, const struct change_access *access)
{
    change->options.access = *access;
}

static str undo_line(const struct change *change)
{
    str rest = str_sub(buf_str(&change->undo), change->at, SIZE_MAX);

    return config_take_command(&rest);
}

str change_next(const struct change *change)
{
    switch (change->state) {
    case LINES:
        return change->lines.list.p[change->at].text;
    case UNDO_LINES:
        return undo_line(change);
    case OVER:
        return STR_NONE;
    default:
        return buf_str(&change->command);
    }
}

str change_batch(struct change *change)
{
    buf_reset(&change->batch);
    if (change->state == UNDO_LINES)
        buf_add(&change->batch,
                str_sub(buf_str(&change->undo), change->at, SIZE_MAX));
    for (size_t i = change->at;
         change->state == LINES && i < change->lines.list.n; i++) {
        buf_add(&change->batch, change->lines.list.p[i].text);
        buf_add_char(&change->batch, '\n');
    }
    change->is_batched = change->batch.n > 0;
    return buf_str(&change->batch);
}

bool change_is_stopping(const struct change *change)
{
    return change->state == LINES && !change->options.go_on;
}

/* --- Forth -----------------------------------------------------------------
 */

/* What the device says instead of a configuration is no configuration. */
bool change_take_config(struct change *change,
                        const struct session_answer *answer, struct buf *out)
{
    const struct family *family = change->options.family;
    struct err err = { 0 };

    buf_reset(out);
    if (answer->refused)
        change_set_reason(change,
                          "the device refuses to show its configuration: "
                          "%" PRIstr,
                          ARGstr(str_sub(answer->refusal, 0, 200)));
    else if (!config_is_whole(family, answer->text))
        change_set_reason(change, "the configuration that was read is cut off");
    else if (config_clean(family, answer->text, out, &err) < 0)
        change_set_reason(change, "%s", err_text(&err));
    else
        return true;
    return false;
}

static void take_first(struct change *change,
                       const struct session_answer *answer)
{
    const struct change_options *options = &change->options;

    if (!change_take_config(change, answer, &change->before)) {
        change_end(change, CHANGE_CANCELLED);
        return;
    }
    if (options->expected.n > 0 && !options->overwrite &&
        !str_eq(options->expected, buf_str(&change->before))) {
        change_set_reason(change, CHANGED_BEHIND);
        change_end(change, CHANGE_CANCELLED);
        return;
    }
    if (change_cuts_access(change))
        change_end(change, CHANGE_CANCELLED);
    else
        change_advance(change);
}

static bool is_tolerated(const struct change *change, str refusal)
{
    for (size_t i = 0; i < change->tolerate.n; i++) {
        if (regex_match(change->tolerate.p[i], refusal, 0, NULL, NULL) > 0)
            return true;
    }
    return false;
}

/* Out of configuration mode, and then to look what there is. */
void change_begin_leaving(struct change *change)
{
    change->is_failed = true;
    if (!change->is_committed && change_command_of(change, DROP) != NULL)
        change_go(change, DROP);
    else
        change_go_or(change, LEAVE, LOOK);
}

/* What the device goes back to, how, and into what the lines are entered. */
static void take_step(struct change *change,
                      const struct session_answer *answer)
{
    const struct timed_revert *revert = change->revert;
    bool is_timer = change->state == ARM ||
                    (change->state == COMMIT && revert != NULL) ||
                    (change->state == ENTER && revert != NULL &&
                     revert->enter != NULL && !revert->is_transaction);

    if (!answer->refused) {
        change->is_armed |= is_timer;
        change->was_armed |= is_timer;
        change->is_committed |= change->state == COMMIT;
        change->is_touched |= change->state == COMMIT;
        change_advance(change);
        return;
    }
    change_set_reason(change,
                      "the device refuses '%" PRIstr "': %" PRIstr "%s%s",
                      ARGstr(buf_str(&change->command)),
                      ARGstr(str_sub(answer->refusal, 0, 200)),
                      revert != NULL ? "; going back by itself needs " : "",
                      revert != NULL ? revert->needs : "");
    if (change->state == COMMIT || change->state == VALIDATE)
        change_begin_leaving(change);
    else if (change->is_armed)
        change_go_or(change, DISARM, LOOK);
    else
        change_end(change, CHANGE_CANCELLED);
}

static void judge_line(struct change *change, struct change_line *line,
                       const struct session_answer *answer)
{
    str licence;

    line->result = LINE_TAKEN;
    if (answer->warning.n > 0)
        line->reason =
            arena_str(&change->arena, str_sub(answer->warning, 0, 1024));
    if (!answer->refused)
        return;
    line->reason = arena_str(&change->arena, str_sub(answer->refusal, 0, 1024));
    line->result =
        is_tolerated(change, answer->refusal) ? LINE_TOLERATED : LINE_REFUSED;
    if (line->result == LINE_TOLERATED || change->options.go_on)
        return;
    change->is_failed = true;
    licence = licence_of_line(change->options.family, line->text);
    change_set_reason(
        change,
        "the device refuses line %zu, '%" PRIstr "': %" PRIstr "%s%" PRIstr
        "%s",
        change->at + 1, ARGstr(change_shown(change, line->text)),
        ARGstr(str_sub(line->reason, 0, 200)),
        licence.n > 0 ? "; it needs the licence " : "", ARGstr(licence),
        licence.n > 0 ? ", which may be missing (see `show version`)" : "");
}

static void take_line(struct change *change,
                      const struct session_answer *answer)
{
    size_t count = change->lines.list.n;

    change->is_touched = true;
    judge_line(change, &change->lines.list.p[change->at], answer);
    change->at++;
    if (change->is_batched && answer->more && change->at < count)
        return;
    if (change->is_batched && !change->is_failed && change->at < count) {
        change_set_reason(
            change,
            "the device stopped at line %zu, and took none behind it "
            "(R-DEP-3)",
            change->at);
        change->is_failed = true;
    }
    if (change->is_failed)
        change_begin_leaving(change);
    else if (change->at == count)
        change_advance(change);
}

/* Whether the line is of what the family's configurations are cleaned of. */
static bool is_passing(const struct change *change, str line, bool *below)
{
    AUTO(buf_clear) struct buf clean = BUF(1 << 16);

    if (str_eq_c(line, "exit") || (!*below && !str_starts(line, STR("kron "))))
        *below = false;
    else if (config_clean(change->options.family, line, &clean, NULL) == 0)
        *below = clean.n == 0 || (*below && str_starts(line, STR("policy-")));
    return *below;
}

void change_check_lines(struct change *change)
{
    bool below = false;

    for (size_t i = 0; i < change->lines.list.n; i++) {
        struct change_line *line = &change->lines.list.p[i];
        enum seen seen;

        if (is_passing(change, line->text, &below) ||
            change->options.no_verify || line->result != LINE_TAKEN)
            continue;
        seen =
            change_line_seen(change->options.family, line->text,
                             buf_str(&change->before), buf_str(&change->after));
        if (seen == SEEN_SECRET && line->reason.n == 0)
            line->reason = STR("not compared: the secret itself");
        else if (seen == SEEN_SKIPPED && line->reason.n == 0)
            line->reason = STR("not compared: no configuration shows it so");
        if (seen != SEEN_MISSING)
            continue;
        line->result = LINE_MISSING;
        change->is_failed = true;
        change_set_reason(change,
                          "line %zu, '%" PRIstr "', was taken but is not in "
                          "the configuration that was read back",
                          i + 1, ARGstr(change_shown(change, line->text)));
    }
}

static void take_save(struct change *change,
                      const struct session_answer *answer)
{
    change->is_saved = !answer->refused;
    if (answer->refused)
        change_set_reason(change,
                          "the change holds, but is not saved: %" PRIstr,
                          ARGstr(str_sub(answer->refusal, 0, 200)));
    change_end(change, CHANGE_APPLIED);
}

/* --- Answers ---------------------------------------------------------------
 */

void change_take(struct change *change, const struct session_answer *answer)
{
    switch (change->state) {
    case READ:
        take_first(change, answer);
        break;
    case KEEP:
    case KEEP_2:
    case ARM:
    case ENTER:
    case VALIDATE:
    case COMMIT:
        take_step(change, answer);
        break;
    case LINES:
        take_line(change, answer);
        break;
    case DROP:
        change_go_or(change, LEAVE, LOOK);
        break;
    case LEAVE:
        change_take_leave(change);
        break;
    case CHECK:
    case LOOK:
        change_take_check(change, answer);
        break;
    case CONFIRM:
        change_take_confirm(change, answer);
        break;
    case SAVE:
        take_save(change, answer);
        break;
    case BACK:
        change_take_back(change, answer);
        break;
    case UNDO_ENTER:
        change_take_undo_enter(change, answer);
        break;
    case UNDO_LINES:
        change_take_undo_line(change, answer);
        break;
    case UNDO_LEAVE:
        change_go(change, UNDO_CHECK);
        break;
    case UNDO_CHECK:
        change_take_undo_check(change, answer);
        break;
    case DISARM:
        change_take_disarm(change, answer);
        break;
    case OVER:
        break;
    }
}

/* --- When the contact ends -------------------------------------------------
 */

/* What was being sent may have arrived. */
static bool may_have_changed(const struct change *change)
{
    const struct timed_revert *revert = change->revert;

    return change->is_touched || change->is_armed || change->state == LINES ||
           change->state == COMMIT || change->state == UNDO_LINES ||
           change->state == ARM ||
           (change->state == ENTER && revert != NULL && revert->enter != NULL &&
            !revert->is_transaction);
}

void change_interrupted(struct change *change, const struct err *why)
{
    bool may = may_have_changed(change);
    enum state state = change->state;

    if (state == OVER)
        return;
    change_set_reason(change, "the contact ended: %s", err_text(why));
    if (state == LINES) {
        struct change_line *line = &change->lines.list.p[change->at];

        line->result = LINE_REFUSED;
        line->reason = arena_str(&change->arena, str_c(err_text(why)));
    }
    change->is_failed = true;
    change->was_armed |= may && change->revert != NULL;
    change->is_armed = change->was_armed;
    if (state == SAVE) { /* it was checked, and holds */
        change_end(change, CHANGE_APPLIED);
    } else if (!may && !change->is_resumed) {
        change_end(change, CHANGE_CANCELLED);
    } else if (change->is_resumed && change->revert == NULL) {
        change_end(change, CHANGE_BROKEN);
    } else {
        change->is_resumed = true;
        change->is_armed &=
            !(change->revert != NULL && change->revert->is_inside);
        change_go(change, LOOK);
    }
}

unsigned change_patience_s(const struct change *change)
{
    const struct timed_revert *revert = change->revert;

    if (revert == NULL || !change->is_resumed || change->state == OVER)
        return 0;
    return revert->is_inside ? GRACE_S
                             : change->revert_n * revert->unit_s +
                                   revert->restart_s + GRACE_S;
}

void change_given_up(struct change *change)
{
    if (change->state == OVER)
        return;
    change_set_reason(change, "the device cannot be reached any more");
    change_add_reason(change, "no new contact came about");
    change_end(change, change->is_touched || change->is_armed
                           ? CHANGE_BROKEN
                           : CHANGE_CANCELLED);
}

enum change_result change_result(const struct change *change)
{
    return change->result;
}

str change_reason(const struct change *change)
{
    return change->reason;
}

bool change_is_saved(const struct change *change)
{
    return change->is_saved;
}

str change_before(const struct change *change)
{
    return buf_str(&change->before);
}

str change_after(const struct change *change)
{
    return buf_str(&change->after);
}

str change_undo(const struct change *change)
{
    return buf_str(&change->undo);
}

const struct change_line *change_lines(const struct change *change,
                                       size_t *out_count)
{
    *out_count = change->lines.list.n;
    return change->lines.list.p;
}
