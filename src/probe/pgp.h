/* SPDX-License-Identifier: Apache-2.0
 *
 * OpenPGP signature packets (RFC 4880), as far as they say who signed. Nothing
 * is verified here.
 */
#ifndef PROBE_PGP_H
#define PROBE_PGP_H

#include "base/str.h"

/* The id of the key that made the first signature in bytes: 16 digits in
 * lower case. False when there is none, or it does not say. */
bool pgp_signature_key_id(str bytes, char out[17]);

#endif
