/* SPDX-License-Identifier: Apache-2.0
 *
 * How often somebody may ask: a token bucket a key (an address, a user, a
 * token). Memory is fixed: when the table is full, the bucket that is fullest
 * (who asked least) is given to a new key.
 */
#ifndef SERVER_LIMITS_H
#define SERVER_LIMITS_H

#include "base/str.h"

struct limits;

/* rate: tokens a second; burst: how many a key may save. rate 0: no limit. */
struct limits *limits_new(int64_t rate, int64_t burst);
void limits_free(struct limits *limits);

/* 0: go on; otherwise after how many seconds to come again (1 or more). */
int64_t limits_take(struct limits *limits, str key, int64_t now_ms);

#endif
