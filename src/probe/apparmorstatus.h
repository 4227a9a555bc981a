/* SPDX-License-Identifier: Apache-2.0
 *
 * AppArmor's texts: "NAME (MODE)", as the list of profiles and the label of a
 * process have it.
 */
#ifndef PROBE_APPARMORSTATUS_H
#define PROBE_APPARMORSTATUS_H

#include "base/str.h"

/* A label without a mode ("unconfined") has an empty one. */
void apparmor_parse_label(str text, str *out_name, str *out_mode);

#endif
