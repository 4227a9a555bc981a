/* SPDX-License-Identifier: Apache-2.0
 *
 * What a patch configuration means, a sentence a line, by operating system
 * (P-CFG-6).
 */
#ifndef SERVER_PATCH_SUMMARY_H
#define SERVER_PATCH_SUMMARY_H

#include "patch/configuration.h"

/* {"windows": [{"field", "text"}], "macos": …, "linux": …, "all": …} */
struct jval *patch_summary_json(const struct patch_configuration *settings);

#endif
