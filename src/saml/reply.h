/* SPDX-License-Identifier: Apache-2.0
 *
 * A response of an identity provider, judged. Pure: the signature itself is
 * checked elsewhere (saml/verify.h), of the elements that are named here.
 *
 * Only one form of response is known, the one that identity providers send:
 *
 *   samlp:Response
 *     saml:Issuer?  ds:Signature?  samlp:Extensions?  samlp:Status
 *     saml:Assertion
 *       saml:Issuer  ds:Signature  saml:Subject  saml:Conditions
 *       saml:AuthnStatement+  saml:AttributeStatement*
 *
 * No assertion or signature anywhere else, no ID twice, a signature over
 * exactly the element it stands in, no comments, instructions, CDATA or
 * entities. So there is nothing that two readers could read differently, and
 * what is used is what was signed.
 */
#ifndef SAML_REPLY_H
#define SAML_REPLY_H

#include "proto/saml.h"
#include "saml/provider.h"
#include "saml/tree.h"

enum {
    REPLY_SKEW_S = 60, /* clocks differ */
};

struct reply {
    const struct node *response;
    const struct node *assertion;
    bool response_signed;
};

/* The form. E_PERM or E_PARSE with the reason. */
int reply_read(str xml, bool sha1, struct arena *arena, struct reply *out,
               struct err *err) MUST_CHECK;

/* Who made it, for whom, in answer to what, and when. out_expires is when it
 * will be refused for its age. */
int reply_check(const struct reply *reply, const struct provider *provider,
                const struct saml_order *order, int64_t *out_expires,
                struct err *err) MUST_CHECK;

/* The person. */
int reply_tell(const struct reply *reply, const struct saml_order *order,
               struct arena *arena, struct saml_result *out,
               struct err *err) MUST_CHECK;

#endif
