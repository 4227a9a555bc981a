/* SPDX-License-Identifier: Apache-2.0
 *
 * What the routes of patching share.
 */
#ifndef SERVER_API_PATCH_INT_H
#define SERVER_API_PATCH_INT_H

#include "fleet/patch_run.h"
#include "fleet/patch_setup.h"
#include "fleet/patch_store.h"
#include "fleet/target.h"
#include "server/api_people_int.h"
#include "server/core.h"
#include "server/route.h"
#include "server/run_json_int.h"

enum {
    PATCH_BODY_MAX = 1 << 20,
};

/* A 422 with every refusal of a document; 0 when there is none. */
int refuse_all(struct request *req, const struct patch_refusals *refusals,
               struct err *err) MUST_CHECK;

/* The tree of a text of ours; null when it is none. */
struct jval *parsed_json(str text);
/* The text of a member of the body; in the arena. */
str member_text(struct request *req, const char *key);
struct jval *time_json(int64_t at);
/* "7.0", or null. */
struct jval *tenths_json(int tenths);

/* The configuration that the path names. */
int patch_setup_of_path(struct request *req, struct patch_setup *out,
                        struct err *err) MUST_CHECK;
/* The zone of the query's "zone"; the machine's own without one. */
int patch_zone_of_query(struct request *req, struct zone **out,
                        struct err *err) MUST_CHECK;
/* Who sees only some devices leaves alone what is for others, too. */
int patch_refuse_others(struct request *req, const struct patch_setup *setup,
                        struct err *err) MUST_CHECK;

/* Whom labels limit agrees only to what is for devices they see, now and
 * later. */
int patch_refuse_hidden(struct request *req, const struct patch_setup *setup,
                        struct err *err) MUST_CHECK;

/* Whom labels limit changes nothing that is for the whole organisation. */
int patch_refuse_limited(struct request *req, struct err *err) MUST_CHECK;
/* setup is about to become `changed`, or gets other rings or other patches in
 * a group that it names (NULL). For one in
 * force that is deploying: it takes the permission and, from so many devices
 * on, is refused (409), because a second person agrees to deployments only. One
 * that waits to be approved stays as it was asked for. */
int patch_refuse_live(struct request *req, const struct patch_setup *setup,
                      const struct patch_setup *changed,
                      struct err *err) MUST_CHECK;

/* A device that the scope sees. */
int patch_see_device(struct request *req, int64_t device,
                     struct err *err) MUST_CHECK;

/* A deployment of so many devices needs a second person (claim 3). */
int patch_needs_approval(struct request *req, int64_t devices, bool *out,
                         struct err *err) MUST_CHECK;
/* All its targets count, also those that another one comes first for: once
 * that is taken out of force, nobody is asked again. */
int patch_setup_needs_approval(struct request *req,
                               const struct patch_setup *setup, bool *out,
                               struct err *err) MUST_CHECK;

extern const struct field patch_run_fields[];
struct jval *patch_run_json(const struct patch_run *run);

extern const struct field patch_fields[];
/* What is known of a patch, as lists show it. */
struct jval *patch_json(const struct patch_row *row);

/* Touches policies, writes the audit row, commits. */
struct patch_change {
    const char *action;
    int64_t id;
    const struct jval *before;
    const struct jval *after;
};
int patch_finish(struct request *req, const struct patch_change *change,
                 struct err *err) MUST_CHECK;

#endif
