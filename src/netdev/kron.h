/* SPDX-License-Identifier: Apache-2.0
 *
 * When an occurrence of kron runs, as its command line says it. Pure.
 */
#ifndef NETDEV_KRON_H
#define NETDEV_KRON_H

#include "base/str.h"

/* Whether IOS takes it behind `in`, as "1:30" (R-CNC-3), or behind `at`, as
 * "23:59 Feb 28 Mon" (R-CNC-4). */
bool kron_takes_in(str when);
bool kron_takes_at(str when);

#endif
