/* SPDX-License-Identifier: Apache-2.0
 *
 * Labels given to many devices at once (K-AFF-2, K-AFF-3): what was done is
 * kept, so that it can be undone as one step. Undoing takes the label from
 * those devices that had got it then, and from no others.
 */
#ifndef FLEET_LABEL_ACTION_H
#define FLEET_LABEL_ACTION_H

#include "fleet/label.h"

struct label_action {
    int64_t id;
    int64_t label;
    str label_name; /* empty: the label is gone */
    int64_t at;
    str actor;
    int64_t devices; /* that got it */
    int64_t undone;  /* since when; 0: it is not */
};
struct label_actions {
    VEC(struct label_action) all;
};
void label_actions_clear(struct label_actions *actions);

/* Gives the label to the devices that the scope sees, in the caller's
 * transaction. *out counts; *out_id names the action, 0 when all of them had
 * it. */
int label_action_apply(struct db *db, const struct scope *scope,
                       const struct label_change *change,
                       struct label_count *out, int64_t *out_id,
                       struct err *err) MUST_CHECK;
/* E_ABSENT; E_INVALID when it was undone before. A label that is gone has no
 * members: then nothing changes. */
int label_action_undo(struct db *db, const struct scope *scope, int64_t id,
                      int64_t now, struct label_count *out,
                      struct err *err) MUST_CHECK;
/* Newest first, ids below `before` (0: all). A scope with limits has its own
 * only. */
struct label_action_find {
    int64_t before;
    int64_t limit;
};
int label_action_list(struct db *db, const struct scope *scope,
                      const struct label_action_find *find, struct arena *arena,
                      struct label_actions *out, struct err *err) MUST_CHECK;

#endif
