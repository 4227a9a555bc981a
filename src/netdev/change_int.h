/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of a change: change.c is the way through it, change_back.c the
 * one that leads back, change_lines.c what its lines are and whether they are
 * seen again.
 */
#ifndef NETDEV_CHANGE_INT_H
#define NETDEV_CHANGE_INT_H

#include "base/arena.h"
#include "base/vec.h"
#include "netdev/change.h"

struct change_lines {
    VEC(struct change_line) list;
};

/* Comments and empty lines are left out. */
int change_read_lines(const struct change_options *options, struct arena *arena,
                      struct change_lines *out, struct err *err) MUST_CHECK;

/* Words as a device takes them: shortened to at least so many letters, in any
 * case. */
str change_next_word(str *line);
bool change_is_word(str word, const char *whole, size_t least);
/* "no ..." or "default ...": *line is what follows. */
bool change_is_negated(str *line);
/* "transport input X", also negated: *out_left is X. */
bool change_takes_transport(str line, str *out_left);

enum seen {
    SEEN,
    SEEN_MISSING,
    SEEN_SKIPPED, /* no configuration shows such a line */
    SEEN_SECRET,  /* the words before the secret are there */
};
enum seen change_line_seen(const struct family *family, str line, str before,
                           str after);

/* The steps; those behind SAVE lead back. */
enum state {
    READ,
    KEEP,
    KEEP_2,
    ARM,
    ENTER,
    LINES,
    VALIDATE,
    COMMIT,
    LEAVE,
    CHECK,
    CONFIRM,
    SAVE,
    /* Back. */
    DROP,
    LOOK,
    BACK,
    UNDO_ENTER,
    UNDO_LINES,
    UNDO_LEAVE,
    UNDO_CHECK,
    DISARM,
    OVER,
};

struct change {
    struct change_options options;
    const struct timed_revert *revert; /* NULL: not used */
    unsigned revert_n;                 /* in its unit */
    enum state state;
    enum change_result result;
    struct arena arena;
    str reason;
    struct change_lines lines;
    size_t at; /* in lines, or bytes of undo */
    struct buf before;
    struct buf after;
    struct buf undo;
    struct buf batch;
    struct buf command; /* of the step */
    VEC(struct regex *) tolerate;
    bool is_touched; /* something was sent that may have changed it */
    bool is_armed;   /* the device goes back by itself */
    bool was_armed;
    bool is_committed;
    bool is_failed;
    bool is_saved;
    bool is_resumed;
    bool is_batched;
    bool has_gone_back; /* BACK was tried */
};

void change_set_reason(struct change *change, const char *format, ...)
    PRINTF(2, 3);
void change_add_reason(struct change *change, const char *more);
void change_end(struct change *change, enum change_result result);
/* NULL: there is no such step. "" for what has commands of its own. */
const char *change_command_of(const struct change *change, enum state state);
void change_go(struct change *change, enum state state);
/* The first of the two that the family has a command for. */
void change_go_or(struct change *change, enum state state,
                  enum state otherwise);
void change_advance(struct change *change);
/* Out of configuration mode, and then to look what there is. */
void change_begin_leaving(struct change *change);
/* What the device says instead of a configuration is no configuration. */
bool change_take_config(struct change *change,
                        const struct session_answer *answer, struct buf *out);
void change_check_lines(struct change *change);
/* Of a line, for a reason: short, and without secrets. */
str change_shown(struct change *change, str line);

/* change_access.c: whether it would, and then its reason says so. */
bool change_cuts_access(struct change *change);

/* change_back.c: the answers of what checks, confirms and leads back. */
void change_take_check(struct change *change,
                       const struct session_answer *answer);
void change_take_confirm(struct change *change,
                         const struct session_answer *answer);
void change_take_leave(struct change *change);
void change_take_back(struct change *change,
                      const struct session_answer *answer);
void change_take_undo_enter(struct change *change,
                            const struct session_answer *answer);
void change_take_undo_line(struct change *change,
                           const struct session_answer *answer);
void change_take_undo_check(struct change *change,
                            const struct session_answer *answer);
void change_take_disarm(struct change *change,
                        const struct session_answer *answer);

#endif
