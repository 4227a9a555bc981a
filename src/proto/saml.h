/* SPDX-License-Identifier: Apache-2.0
 *
 * What the core asks of holdfast-saml (src/saml), and its answer: one order
 * on standard input, one result on standard output.
 *
 * An order without `response` makes the URL that a log-in begins with. With
 * it, the response of the identity provider is judged: the result has `code`
 * 0 and the person, or an E_ code and the reason.
 */
#ifndef PROTO_SAML_H
#define PROTO_SAML_H

#include "proto/wire.h"

enum {
    SAML_METADATA_MAX = 1 << 20,
    SAML_RESPONSE_MAX = 512 << 10, /* base64 */
    SAML_KEY_MAX = 16384,
    SAML_URL_MAX = 16384,
    SAML_NAME_MAX = 1024, /* of entities, attributes, values */
    SAML_GROUPS_MAX = 1000,
    SAML_ORDER_MAX = 2 << 20,
    SAML_RESULT_MAX = 2 << 20,
};

struct saml_order {
    int64_t now;
    str metadata;          /* of the identity provider */
    str entity;            /* who we are */
    str consumer;          /* URL of our assertion consumer service */
    str request;           /* ID of the request; of a response, the one it must
                              answer: empty when it must answer none */
    str relay;             /* RelayState of a request */
    str key;               /* PEM, signs the request; or empty */
    str response;          /* base64, as it was posted; or empty */
    bool sha1;             /* RSA-SHA1 and SHA-1 are good enough */
    str subject_attribute; /* instead of the NameID; or empty */
    str login_attribute;   /* of those that are empty nothing is told */
    str name_attribute;
    str email_attribute;
    str group_attribute;
};

struct saml_group {
    str name;
};
struct saml_result {
    int64_t code;
    str text; /* why */
    str url;
    str assertion;   /* its ID */
    int64_t expires; /* after that it is refused for its age */
    str subject;
    str login;
    str name;
    str email;
    struct wire_list groups; /* struct saml_group */
};

extern const struct wire_shape shape_saml_order;
extern const struct wire_shape shape_saml_result;

#endif
