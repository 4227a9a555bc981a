/* SPDX-License-Identifier: Apache-2.0
 *
 * Configurations between JSON and structs: api_patch_configuration.c makes
 * them, api_patch_version.c compares them and puts them into force.
 */
#ifndef SERVER_PATCH_CONFIG_INT_H
#define SERVER_PATCH_CONFIG_INT_H

#include "fleet/patch_setup.h"
#include "server/route.h"

extern const struct field patch_setup_fields[];
/* NULL with *err. */
struct jval *patch_setup_json(struct request *req,
                              const struct patch_setup *setup, struct err *err);

/* Settings as a body has them, with the groups they name; 422 with every
 * mistake. Texts are the request's. */
int patch_settings_of_body(struct request *req, const struct jval *json,
                           struct patch_configuration *out,
                           struct err *err) MUST_CHECK;
/* What is valid, but perhaps not meant: [{"field", "text", "rule",
 * "confirm"}]. *out_confirm: some of it needs a confirmation. */
extern const struct field patch_advice_fields[];
struct jval *patch_advice_json(struct request *req,
                               const struct patch_configuration *settings,
                               bool *out_confirm);

#endif
