/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of people and rights share: objects as JSON (the same for
 * answers and for the audit log; no secrets), and who may go on.
 */
#ifndef SERVER_API_PEOPLE_INT_H
#define SERVER_API_PEOPLE_INT_H

#include "fleet/role.h"
#include "fleet/session.h"
#include "fleet/user.h"
#include "server/people.h"

extern const struct field user_fields[];
extern const struct field role_fields[];

struct jval *user_json(const struct user *user);
struct jval *role_json(const struct role *role);
struct jval *permissions_json(uint64_t permissions);
/* E_INVALID, refused with the field's name, for a word that is none. */
int permissions_read(struct request *req, const char *field, uint64_t *out,
                     struct err *err) MUST_CHECK;
/* Names the field that a refusal of src/fleet is about. */
static inline int blame(struct request *req, const char *field, int rc)
{
    if (rc < 0)
        req->refusal.field = str_c(field);
    return rc;
}
struct jval *json_ids(const int64_t *ids, size_t n);
/* The ids of a FIELD_IDS; in the arena. */
void json_read_ids(struct request *req, const struct jval *array,
                   const int64_t **out, size_t *out_n);

/* What one logs in with is changed only by a person who is logged in, not by
 * a token, and only at home, not in an organisation that was switched to. */
int need_own_session(struct request *req, struct err *err) MUST_CHECK;
/* Those who are limited to labels see no lists of people, and change
 * nothing that holds for all devices. */
int need_all_devices(struct request *req, struct err *err) MUST_CHECK;

#endif
