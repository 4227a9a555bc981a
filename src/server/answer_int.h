/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_ANSWER_INT_H
#define SERVER_ANSWER_INT_H

#include "server/route.h"

enum {
    CURSOR_MAX = 2048,
    RESPONSE_BODY_MAX = 256 << 20,
};

const char *status_title(int status);
const char *status_code(int status);
/* A problem details answer; `errors` (or NULL) is taken over. */
void respond_errors(struct response *res, int status, str detail,
                    struct jval *errors);
/* Whether an If-None-Match or If-Match list names the tag. */
bool tag_matches(str list, str tag);
/* What is said in a problem, and in what the route (or NULL) answers, in the
 * language of who reads. */
void response_translate(const struct route *route, struct response *res,
                        enum words_language language);
/* What is left to do for any answer: bodies are printed, ETags served. */
void response_finish(struct request *req, struct response *res);

#endif
