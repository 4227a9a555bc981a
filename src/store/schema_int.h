/* SPDX-License-Identifier: Apache-2.0
 *
 * The SQL of each migration; the rows are in schema.c.
 */
#ifndef STORE_SCHEMA_INT_H
#define STORE_SCHEMA_INT_H

#include "store/schema.h"

struct schema {
    const struct migration *migrations;
    size_t count;
};

/* schema_migrate() with a table of the caller's: tests have others. */
int schema_apply(struct db *db, const struct schema *schema, int64_t version,
                 int64_t now, struct err *err) MUST_CHECK;

/* The same inside a transaction of the caller's, who has the lock "schema". */
int schema_apply_inside(struct db *db, const struct schema *schema,
                        int64_t version, int64_t now,
                        struct err *err) MUST_CHECK;

extern const char *const schema_base[];
extern const char *const schema_people[];
extern const char *const schema_device[];
extern const char *const schema_trust[];
extern const char *const schema_run[];
extern const char *const schema_finding[];
extern const char *const schema_patch[];
extern const char *const schema_scap[];
extern const char *const schema_patch_more[];
extern const char *const schema_patch_template[];
extern const char *const schema_patch_failed[];
extern const char *const schema_netdev_deploy[];
extern const char *const schema_netdev_schedule[];
extern const char *const schema_netdev_more[];
extern const char *const schema_netdev_restore[];
extern const char *const schema_netdev_stop[];
extern const char *const schema_netdev[];
extern const char *const schema_overview[];
extern const char *const schema_netdev_fetch[];
extern const char *const schema_netdev_decide[];
extern const char *const schema_netdev_image[];
extern const char *const schema_netdev_image_file[];
extern const char *const schema_netdev_ssh_port[];
extern const char *const schema_backup[];
extern const char *const schema_netdev_confirm[];
extern const char *const schema_saved_filter[];

#endif
