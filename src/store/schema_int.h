/* SPDX-License-Identifier: Apache-2.0
 *
 * The SQL of each migration; the rows are in schema.c.
 */
#ifndef STORE_SCHEMA_INT_H
#define STORE_SCHEMA_INT_H

#include "store/schema.h"

extern const char *const schema_base[];
extern const char *const schema_people[];
extern const char *const schema_device[];
extern const char *const schema_trust[];
extern const char *const schema_run[];
extern const char *const schema_finding[];

#endif
