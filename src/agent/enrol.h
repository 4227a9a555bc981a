/* SPDX-License-Identifier: Apache-2.0
 *
 * Enrolment: a token becomes an identity. There is no trust on first use:
 * the server is checked by the authority of --ca, or by the one that it shows
 * and whose SHA-256 is the fingerprint, given by itself or at the end of the
 * token ("TOKEN.FINGERPRINT").
 *
 * The network is spoken to by a child without privilege, in which the key is
 * made. It keeps key and request in DATA/network/enrolling until the end, so
 * that after a crash the same request is made again, which the server answers
 * as the first time.
 */
#ifndef AGENT_ENROL_H
#define AGENT_ENROL_H

#include "agent/options.h"

int enrol_command(const struct options *options, struct err *err) MUST_CHECK;
int unenrol_command(const struct options *options, struct err *err) MUST_CHECK;

/* The child: descriptor 3 is the question, 4 the answer. */
int enroller_main(const struct options *options);

/* Splits "TOKEN" or "TOKEN.FINGERPRINT"; out_fingerprint is empty or 64
 * hexadecimal digits in lower case. */
int enrol_token_split(str text, struct arena *arena, str *out_token,
                      str *out_fingerprint, struct err *err) MUST_CHECK;

#endif
