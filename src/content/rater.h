/* SPDX-License-Identifier: Apache-2.0
 *
 * What risk data say, in the words in which the OVAL library asks: a rater
 * for findings whose content states no severity.
 *
 * When the data turn out to be damaged, `warn` is told each time they are
 * asked; findings stay without what they held.
 */
#ifndef CONTENT_RATER_H
#define CONTENT_RATER_H

#include "oval/finding.h"
#include "risk/data.h"

struct content_rater;

typedef void content_rater_warn(void *ctx, const struct err *err);

/* Takes over the data. */
struct content_rater *content_rater_new(struct risk_data *data,
                                        content_rater_warn *warn, void *ctx);
void content_rater_free(struct content_rater *rater);
void content_rater_freep(struct content_rater **rater);

/* Lives as long as the rater; NULL for NULL. */
const struct oval_rater *content_rater_oval(const struct content_rater *rater);

#endif
