/* SPDX-License-Identifier: Apache-2.0
 *
 * Policy discovery (R-INV-3): a configuration as policies, in the order of its
 * lines, and back to text. A command that a row of the tables knows (forms, see
 * policies_int.h) becomes a policy: its area, its form and named values, of
 * which it is written again. What no row knows is kept as it stands, and so are
 * remarks and separators. What is read and written without a change is the same
 * text, byte for byte: a line whose form would not give it back exactly counts
 * as not known. Pure; the text is hostile, borrowed, and outlives its policies.
 */
#ifndef NETDEV_POLICIES_H
#define NETDEV_POLICIES_H

#include "base/arena.h"
#include "base/vec.h"
#include "netdev/config.h"
#include "netdev/family.h"

enum {
    POLICY_VALUES_MAX = 16 /* of a form */
};

enum policy_kind {
    POLICY_KNOWN, /* written of its form and values */
    POLICY_KEPT,  /* a command that no row knows */
    POLICY_NOTE,  /* a remark, a separator, an empty line */
    POLICY_KINDS,
};

struct policy_shape; /* a form as it is matched */

struct config_policy {
    enum policy_kind kind;
    unsigned line;  /* its first one, from 1 */
    unsigned lines; /* a banner has several */
    size_t section; /* index + 1 of the policy that it stands below; 0: none */
    bool is_no;     /* "no ..." */
    bool is_gone;   /* taken away: not written */
    str indent;     /* what stands before it */
    str text;       /* as it was read, without indent and tail */
    str tail;       /* blanks and the end of the line */
    const struct policy_shape *shape; /* of what is known */
    str *values;                      /* one a slot; no text: left out */
};

/* Zeroed; policies_clear() releases it. */
struct policies {
    VEC(struct config_policy) all;
    size_t counts[POLICY_KINDS]; /* as it was read */
    const struct policy_shape *shapes;
    size_t shape_count;
    struct arena arena;
};

/* E_LIMIT past the limits of config.h. */
int policies_read(const struct family *family, str text, struct policies *out,
                  struct err *err) MUST_CHECK;
void policies_clear(struct policies *policies);

/* Appends the configuration. */
int policies_write(const struct policies *policies, struct buf *out,
                   struct err *err) MUST_CHECK;

/* Of what is known: "users", "filters"; its form, and its values. */
const char *policy_area(const struct config_policy *policy);
const char *policy_form(const struct config_policy *policy);
size_t policy_slots(const struct config_policy *policy);
str policy_slot_name(const struct config_policy *policy, size_t slot);

/* Gives a value another text; an empty one leaves it out. E_INVALID for a
 * policy that is not known, a name that it does not have, a text that the form
 * does not take, and for what the form cannot be without. */
int policies_set(struct policies *policies, size_t index, str name, str value,
                 struct err *err) MUST_CHECK;
/* Takes a policy away, with what stands below it. */
void policies_remove(struct policies *policies, size_t index);

/* What was understood of one area. */
struct policy_area_count {
    const char *area;
    size_t n;
};
/* By name; at most `max`. */
size_t policies_areas(const struct policies *policies,
                      struct policy_area_count *out, size_t max);

#endif
