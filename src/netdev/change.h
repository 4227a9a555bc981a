/* SPDX-License-Identifier: Apache-2.0
 *
 * A change of a device's configuration, from the first look to the proof that
 * it holds or is undone (R-DEP-3, R-DEP-4, R-DEP-5). Pure: it says which
 * command comes next and takes the answers.
 *
 *   READ ─► ARM ─► ENTER ─► LINES ─► LEAVE ─► CHECK ─┬─► CONFIRM ─► SAVE
 *    │                 │ refused              ┌────────┘        over: applied
 *    │                 │                      │ a line is not there
 *    │                 ▼                      ▼
 *    │               LEAVE ─► LOOK ──► UNDO ENTER ─► UNDO LINES ─► UNDO LEAVE
 *    │                         │ nothing changed                      │
 *    │                         ▼                                      ▼
 *    │                       over: undone ◄──── as before ──── UNDO CHECK
 *    │                                                                │ not
 *    └─► over: cancelled (changed behind our back,    over: broken ◄──┘
 *              or it could cut us off)
 *
 * Nothing is saved before it was checked, so that a restart undoes a change
 * that was interrupted. A contact that ends half-way is told with
 * change_interrupted(); with a new one the change goes on at LOOK, and is
 * undone.
 *
 * With revert_s the device itself is told to go back unless that is confirmed
 * in time (ARM, CONFIRM; family.h has how): then a change that cuts the
 * manager off does no harm. When the contact ends, new ones are tried for
 * change_patience_s(); what the device did is read back and said.
 */
#ifndef NETDEV_CHANGE_H
#define NETDEV_CHANGE_H

#include "base/buf.h"
#include "netdev/config.h"
#include "netdev/session.h"

enum {
    CHANGE_LINES_MAX = 100000,
};

enum change_result {
    CHANGE_PENDING,
    CHANGE_APPLIED,
    CHANGE_CANCELLED, /* nothing was sent */
    CHANGE_UNDONE,    /* the configuration is as it was */
    CHANGE_BROKEN,    /* it is not: a person must look */
};
const char *change_result_name(enum change_result result);

enum line_result {
    LINE_NOT_SENT,
    LINE_TAKEN,
    LINE_REFUSED,
    LINE_TOLERATED, /* refused, as `tolerate` allows */
    LINE_MISSING,   /* taken, but not in the configuration that was read back */
};
const char *line_result_name(enum line_result result);

struct change_line {
    str text;
    enum line_result result;
    str reason; /* of the device; of one that was taken: its warning */
};

/* Who manages the device, and how. What is empty is not looked at. */
struct change_access {
    bool is_known;
    str user;
    str address;
    enum transport transport;
};

/* What it points at stays with the caller while the change lives. */
struct change_options {
    const struct family *family;
    str lines;    /* commands of configuration mode, one a line */
    str expected; /* the clean configuration that was planned on; empty: any */
    bool overwrite; /* also when it is another */
    bool no_save;
    bool no_verify;      /* lines need not be seen again */
    bool go_on;          /* behind refused lines, too ("allow download on
                            error") */
    const str *tolerate; /* patterns (PCRE2) of refusals that are none */
    size_t tolerate_count;
    /* The device goes back by itself after so long; 0: not. Rounded up to
     * minutes where it counts in minutes. E_UNSUPPORTED where it cannot. */
    unsigned revert_s;
    /* R-SSH-14: a login over SSH has just succeeded. Without it lines that
     * leave nothing but SSH are E_PERM (change_needs_ssh()). */
    bool is_ssh_proven;
    /* Lines that could cut that off end the change before any is sent, unless
     * somebody allowed it or the device goes back by itself. */
    struct change_access access;
    bool may_cut_access;
};

/* R-DEP-4, as a sentence. */
#define CHANGED_BEHIND                                                         \
    "the configuration is not the one the change was planned on: somebody "    \
    "changed it meanwhile (R-DEP-4)"

/* Whether lines of `line vty` leave nothing but SSH, or not even that: however
 * they are shortened or written. */
bool change_needs_ssh(str lines);

struct change;

/* E_INVALID for lines that cannot be entered, E_UNSUPPORTED for a family that
 * is not configured line by line. */
int change_new(const struct change_options *options, struct change **out,
               struct err *err) MUST_CHECK;
void change_free(struct change *change);
void change_freep(struct change **change);

/* Where that is known only later: before the first command. */
void change_reached(struct change *change, const struct change_access *access);

/* Empty when it is over. */
str change_next(const struct change *change);
/* What comes next as a whole, one command a line, for contact_batch(); empty:
 * only change_next(). Valid until the next call. */
str change_batch(struct change *change);
bool change_is_stopping(const struct change *change);
void change_take(struct change *change, const struct session_answer *answer);
/* The contact ended. Before anything was sent the change is over; else a new
 * contact is wanted once (change_next() is not empty). */
void change_interrupted(struct change *change, const struct err *why);
/* After that: for so many seconds from now new contacts are worth trying; 0:
 * one, at once. */
unsigned change_patience_s(const struct change *change);
/* None worked. */
void change_given_up(struct change *change);

enum change_result change_result(const struct change *change);
str change_reason(const struct change *change); /* a sentence */
bool change_is_saved(const struct change *change);
str change_before(const struct change *change); /* configurations, clean */
str change_after(const struct change *change);
str change_undo(const struct change *change); /* the lines that undid it */
const struct change_line *change_lines(const struct change *change,
                                       size_t *out_count);

#endif
