/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/change.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/regex.h"
#include "base/vec.h"
#include "netdev/mask.h"

enum state {
    READ,
    ENTER,
    LINES,
    LEAVE,
    CHECK,
    LOOK,
    SAVE,
    UNDO_ENTER,
    UNDO_LINES,
    UNDO_LEAVE,
    UNDO_CHECK,
    OVER,
};

struct change {
    struct change_options options;
    enum state state;
    enum change_result result;
    struct arena arena;
    str reason;
    VEC(struct change_line) lines;
    size_t at; /* in lines, or bytes of undo */
    struct buf before;
    struct buf after;
    struct buf undo;
    VEC(struct regex *) tolerate;
    bool is_touched; /* something was sent that may have changed it */
    bool is_failed;
    bool is_saved;
    bool is_resumed;
};

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

static void set_reason(struct change *change, const char *format, ...)
    PRINTF(2, 3);

static void set_reason(struct change *change, const char *format, ...)
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

/* Of a line, for a reason: short, and without secrets. */
static str shown(struct change *change, str line)
{
    AUTO(buf_clear) struct buf masked = BUF(1 << 16);

    mask_text(line, NULL, 0, &masked);
    return arena_str(&change->arena, str_sub(buf_str(&masked), 0, 200));
}

static void end(struct change *change, enum change_result result)
{
    change->result = result;
    change->state = OVER;
}

/* Comments and empty lines are not sent. */
static int read_lines(struct change *change, struct err *err)
{
    str rest = change->options.lines;

    for (unsigned number = 1; rest.n > 0; number++) {
        str line = str_trim(str_cut(&rest, '\n'));

        if (line.n == 0 || line.p[0] == '!')
            continue;
        for (size_t i = 0; i < line.n; i++) {
            if ((uint8_t)line.p[i] < 0x20 || line.p[i] == 0x7f)
                return err_set(err, E_INVALID,
                               "line %u holds a control character", number);
        }
        if (line.n > SESSION_COMMAND_MAX || change->lines.n >= CHANGE_LINES_MAX)
            return err_set(err, E_LIMIT,
                           "line %u: a change has at most %d lines of at most "
                           "%d bytes",
                           number, CHANGE_LINES_MAX, SESSION_COMMAND_MAX);
        if (str_eq_c(line, "end") || str_starts(line, STR("configure ")))
            return err_set(err, E_INVALID,
                           "line %u: '%" PRIstr "' leaves or enters "
                           "configuration mode, which is done around the lines",
                           number, ARGstr(line));
        *vec_push(&change->lines) =
            (struct change_line){ arena_str(&change->arena, line) };
    }
    return change->lines.n > 0 ? 0 : err_set(err, E_INVALID, "has no line");
}

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
    rc = read_lines(change, err);
    if (rc == 0)
        rc = read_tolerate(change, err);
    if (rc < 0)
        return rc;
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
    vec_clear(&change->lines);
    buf_clear(&change->before);
    buf_clear(&change->after);
    buf_clear(&change->undo);
    arena_clear(&change->arena);
    mem_free(change);
}

void change_freep(struct change **change)
{
    change_free(*change);
}

static str undo_line(const struct change *change)
{
    str rest = str_sub(buf_str(&change->undo), change->at, SIZE_MAX);

    return str_cut(&rest, '\n');
}

str change_next(const struct change *change)
{
    const struct family *family = change->options.family;

    switch (change->state) {
    case READ:
    case CHECK:
    case LOOK:
    case UNDO_CHECK:
        return str_c(family->show_running);
    case ENTER:
    case UNDO_ENTER:
        return str_c(family->configure);
    case LINES:
        return change->lines.p[change->at].text;
    case UNDO_LINES:
        return undo_line(change);
    case LEAVE:
    case UNDO_LEAVE:
        return str_c(family->leave);
    case SAVE:
        return str_c(family->save);
    default:
        return STR_NONE;
    }
}

/* What the device says instead of a configuration is no configuration. */
static bool take_config(struct change *change,
                        const struct session_answer *answer, struct buf *out)
{
    const struct family *family = change->options.family;
    struct err err = { 0 };

    buf_reset(out);
    if (answer->refused)
        set_reason(change,
                   "the device refuses to show its configuration: "
                   "%" PRIstr,
                   ARGstr(str_sub(answer->refusal, 0, 200)));
    else if (!config_is_whole(family, answer->text))
        set_reason(change, "the configuration that was read is cut off");
    else if (config_clean(family, answer->text, out, &err) < 0)
        set_reason(change, "%s", err_text(&err));
    else
        return true;
    return false;
}

static enum state or_skip(const char *command, enum state state,
                          enum state otherwise)
{
    return command != NULL ? state : otherwise;
}

static void take_first(struct change *change,
                       const struct session_answer *answer)
{
    const struct change_options *options = &change->options;

    if (!take_config(change, answer, &change->before)) {
        end(change, CHANGE_CANCELLED);
        return;
    }
    if (options->expected.n > 0 && !options->overwrite &&
        !str_eq(options->expected, buf_str(&change->before))) {
        set_reason(change, "the configuration is not the one the change was "
                           "planned on: somebody changed it meanwhile "
                           "(R-DEP-4)");
        end(change, CHANGE_CANCELLED);
        return;
    }
    change->state = or_skip(options->family->configure, ENTER, LINES);
}

static bool is_tolerated(const struct change *change, str refusal)
{
    for (size_t i = 0; i < change->tolerate.n; i++) {
        if (regex_match(change->tolerate.p[i], refusal, 0, NULL, NULL) > 0)
            return true;
    }
    return false;
}

static void begin_leaving(struct change *change)
{
    change->state = or_skip(change->options.family->leave, LEAVE,
                            change->is_failed ? LOOK : CHECK);
}

static void take_line(struct change *change,
                      const struct session_answer *answer)
{
    struct change_line *line = &change->lines.p[change->at];

    change->is_touched = true;
    line->result = LINE_TAKEN;
    if (answer->refused) {
        line->reason =
            arena_str(&change->arena, str_sub(answer->refusal, 0, 1024));
        line->result = is_tolerated(change, answer->refusal) ? LINE_TOLERATED
                                                             : LINE_REFUSED;
    }
    if (line->result == LINE_REFUSED && !change->options.go_on) {
        change->is_failed = true;
        set_reason(change,
                   "the device refuses line %zu, '%" PRIstr "': %" PRIstr,
                   change->at + 1, ARGstr(shown(change, line->text)),
                   ARGstr(str_sub(line->reason, 0, 200)));
    }
    change->at++;
    if (change->is_failed || change->at == change->lines.n)
        begin_leaving(change);
}

/* Lines that no configuration shows, and such that it shows otherwise: with
 * a secret, or as a command that is done at once. */
static bool is_not_shown(str line)
{
    static const char *const begins[] = { "exit", "do ", "crypto key ",
                                          "default ", "quit" };
    AUTO(buf_clear) struct buf masked = BUF(1 << 20);

    for (size_t i = 0; i < COUNT(begins); i++) {
        if (str_starts(line, str_c(begins[i])))
            return true;
    }
    mask_text(line, NULL, 0, &masked);
    return !str_eq(buf_str(&masked), line);
}

static bool is_seen(const struct change *change, str line)
{
    str after = buf_str(&change->after);
    str negated = str_trim(str_sub(line, 3, SIZE_MAX));

    if (config_count(after, line) > 0 || is_not_shown(line))
        return true;
    if (!str_starts(line, STR("no ")))
        return false;
    return config_count(after, negated) == 0 ||
           config_count(after, negated) <
               config_count(buf_str(&change->before), negated);
}

static void check_lines(struct change *change)
{
    for (size_t i = 0; i < change->lines.n; i++) {
        struct change_line *line = &change->lines.p[i];

        if (change->options.no_verify || line->result != LINE_TAKEN ||
            is_seen(change, line->text))
            continue;
        line->result = LINE_MISSING;
        change->is_failed = true;
        set_reason(change,
                   "line %zu, '%" PRIstr "', was taken but is not in "
                   "the configuration that was read back",
                   i + 1, ARGstr(shown(change, line->text)));
    }
}

static void begin_undo(struct change *change)
{
    const struct family *family = change->options.family;
    struct err err = { 0 };

    buf_reset(&change->undo);
    change->at = 0;
    if (str_eq(buf_str(&change->before), buf_str(&change->after))) {
        end(change, CHANGE_UNDONE);
        return;
    }
    if (config_delta(family, buf_str(&change->after), buf_str(&change->before),
                     &change->undo, &err) < 0) {
        set_reason(change, "it cannot be undone: %s", err_text(&err));
        end(change, CHANGE_BROKEN);
        return;
    }
    if (change->undo.n == 0) { /* only the order differs */
        end(change, CHANGE_BROKEN);
        return;
    }
    change->state = or_skip(family->configure, UNDO_ENTER, UNDO_LINES);
}

static void take_check(struct change *change,
                       const struct session_answer *answer)
{
    if (!take_config(change, answer, &change->after)) {
        end(change, change->is_touched ? CHANGE_BROKEN : CHANGE_CANCELLED);
        return;
    }
    if (change->state == CHECK)
        check_lines(change);
    if (change->is_failed)
        begin_undo(change);
    else if (change->options.no_save || change->options.family->save == NULL)
        end(change, CHANGE_APPLIED);
    else
        change->state = SAVE;
}

static void take_save(struct change *change,
                      const struct session_answer *answer)
{
    change->is_saved = !answer->refused;
    if (answer->refused)
        set_reason(change, "the change holds, but is not saved: %" PRIstr,
                   ARGstr(str_sub(answer->refusal, 0, 200)));
    end(change, CHANGE_APPLIED);
}

static void take_undo_line(struct change *change)
{
    change->at += undo_line(change).n + 1;
    if (change->at >= change->undo.n)
        change->state =
            or_skip(change->options.family->leave, UNDO_LEAVE, UNDO_CHECK);
}

static void take_undo_check(struct change *change,
                            const struct session_answer *answer)
{
    if (!take_config(change, answer, &change->after)) {
        end(change, CHANGE_BROKEN);
        return;
    }
    end(change, str_eq(buf_str(&change->before), buf_str(&change->after))
                    ? CHANGE_UNDONE
                    : CHANGE_BROKEN);
}

static void take_enter(struct change *change,
                       const struct session_answer *answer)
{
    if (answer->refused) {
        set_reason(change,
                   "the device does not enter configuration mode: "
                   "%" PRIstr,
                   ARGstr(str_sub(answer->refusal, 0, 200)));
        end(change, change->state == ENTER ? CHANGE_CANCELLED : CHANGE_BROKEN);
        return;
    }
    change->state = change->state == ENTER ? LINES : UNDO_LINES;
}

void change_take(struct change *change, const struct session_answer *answer)
{
    switch (change->state) {
    case READ:
        take_first(change, answer);
        break;
    case ENTER:
    case UNDO_ENTER:
        take_enter(change, answer);
        break;
    case LINES:
        take_line(change, answer);
        break;
    case LEAVE:
        change->state = change->is_failed ? LOOK : CHECK;
        break;
    case CHECK:
    case LOOK:
        take_check(change, answer);
        break;
    case SAVE:
        take_save(change, answer);
        break;
    case UNDO_LINES:
        take_undo_line(change);
        break;
    case UNDO_LEAVE:
        change->state = UNDO_CHECK;
        break;
    case UNDO_CHECK:
        take_undo_check(change, answer);
        break;
    case OVER:
        break;
    }
}

void change_interrupted(struct change *change, const struct err *why)
{
    bool may_have_changed = change->is_touched || change->state == LINES ||
                            change->state == UNDO_LINES;

    if (change->state == OVER)
        return;
    set_reason(change, "the contact ended: %s", err_text(why));
    if (change->state == LINES) {
        change->lines.p[change->at].result = LINE_REFUSED;
        change->lines.p[change->at].reason =
            arena_str(&change->arena, str_c(err_text(why)));
    }
    change->is_failed = true;
    if (change->state == SAVE) { /* it was checked, and holds */
        end(change, CHANGE_APPLIED);
    } else if (!may_have_changed) {
        end(change, CHANGE_CANCELLED);
    } else if (change->is_resumed) {
        end(change, CHANGE_BROKEN);
    } else {
        change->is_resumed = true;
        change->state = LOOK;
    }
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
    *out_count = change->lines.n;
    return change->lines.p;
}
