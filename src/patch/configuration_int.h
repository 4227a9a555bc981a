/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables that reading, writing and comparing configurations go by.
 */
#ifndef PATCH_CONFIGURATION_INT_H
#define PATCH_CONFIGURATION_INT_H

#include "patch/configuration.h"
#include "patch/fields_int.h"

extern const struct patch_field configuration_fields[];
extern const struct patch_field configuration_task_fields[];
extern const struct patch_field configuration_reboot_fields[];
extern const struct patch_field configuration_delivery_fields[];
extern const struct patch_field configuration_experience_fields[];

/* The tasks of an operating system in the order in which they are written. */
extern const enum patch_task_kind configuration_task_order[PATCH_TASKS];

struct patch_task configuration_task_default(enum patch_os os,
                                             enum patch_task_kind kind);

#endif
