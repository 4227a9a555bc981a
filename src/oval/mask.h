/* SPDX-License-Identifier: Apache-2.0
 *
 * Values that content marks mask="true" on an entity of an object or state:
 * they must not stand in results. Where objects disagree about an item, it is
 * masked (oval-system-characteristics-schema, attribute mask). What the source
 * conceals by itself (oval/source.h), such as passwords of network devices, is
 * taken out, too.
 */
#ifndef OVAL_MASK_H
#define OVAL_MASK_H

#include "oval/eval.h"

/* Sets fact.mask in the items of eval. Everything that is put out from an
 * evaluation calls it first; calling it again costs one look at the content
 * where nothing is masked. */
void oval_mask_items(struct oval_eval *eval);
/* Only what the source conceals. */
void oval_conceal_items(struct oval_eval *eval);

#endif
