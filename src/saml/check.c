/* SPDX-License-Identifier: Apache-2.0
 *
 * Who made a response, for whom, in answer to what, when (SAML 2.0 Profiles
 * 4.1.4.3, Core 2.5).
 */
#include "base/clock.h"
#include "saml/reply.h"

static const char bearer[] = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
static const char entity_format[] =
    "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";

struct judge {
    const struct saml_order *order;
    const struct provider *provider;
    int64_t expires; /* the earliest end of all */
};

static int wrong(struct err *err, const char *what)
{
    return err_set(err, E_PERM, "assertion: %s", what);
}

/* The time of an attribute; 1 when it is not there. */
static int read_time(const struct node *node, str name, int64_t *out,
                     struct err *err)
{
    str text = node_attr(node, name);

    if (text.p == NULL)
        return 1;
    if (clock_parse(text, out, err) < 0)
        return err_set(err, E_PERM, "assertion: %.40s is not a time in UTC",
                       name.p);
    return 0;
}

static int check_start(struct judge *judge, const struct node *node, str name,
                       struct err *err)
{
    int64_t at = 0;
    int rc = read_time(node, name, &at, err);

    if (rc == 0 && at > judge->order->now + REPLY_SKEW_S)
        return wrong(err, "it is not valid yet");
    return rc < 0 ? rc : 0;
}

static int check_end(struct judge *judge, const struct node *node, str name,
                     struct err *err)
{
    int64_t at = 0;
    int rc = read_time(node, name, &at, err);

    if (rc != 0)
        return rc;
    if (at + REPLY_SKEW_S <= judge->order->now)
        return wrong(err, "it is not valid any more");
    if (at + REPLY_SKEW_S < judge->expires)
        judge->expires = at + REPLY_SKEW_S;
    return 0;
}

static int check_issuer(const struct judge *judge, const struct node *owner,
                        struct err *err)
{
    const struct node *issuer = node_child(owner, NS_SAML, STR("Issuer"));
    str format = node_attr(issuer, STR("Format"));

    if (issuer == NULL) /* only a response may have none */
        return 0;
    if (!str_eq(str_trim(issuer->text), judge->provider->entity) ||
        (format.n > 0 && !str_eq_c(format, entity_format)))
        return wrong(err, "it is of another issuer");
    return 0;
}

/* Empty: none may be named. */
static int check_answer(const struct judge *judge, const struct node *node,
                        struct err *err)
{
    str answers = node_attr(node, STR("InResponseTo"));

    if (judge->order->request.n == 0 && answers.p != NULL)
        return wrong(err, "it answers a request that is not known here");
    if (judge->order->request.n > 0 && !str_eq(answers, judge->order->request))
        return wrong(err, "it does not answer this browser's request");
    return 0;
}

static int check_audience(const struct judge *judge, const struct node *node,
                          struct err *err)
{
    const struct node *audience = node_child(node, NS_SAML, STR("Audience"));

    for (; audience != NULL; audience = node_again(audience)) {
        if (str_eq(str_trim(audience->text), judge->order->entity))
            return 0;
    }
    return wrong(err, "it is for another audience");
}

/* A condition that is not known is one that is not met (Core 2.5.1). */
static int check_conditions(struct judge *judge, const struct node *assertion,
                            struct err *err)
{
    const struct node *conditions =
        node_child(assertion, NS_SAML, STR("Conditions"));
    size_t audiences = 0;
    int rc = check_start(judge, conditions, STR("NotBefore"), err);

    if (rc == 0)
        rc = check_end(judge, conditions, STR("NotOnOrAfter"), err);
    for (const struct node *at = conditions->first; rc >= 0 && at != NULL;
         at = at->next) {
        if (node_is(at, NS_SAML, STR("AudienceRestriction"))) {
            audiences++;
            rc = check_audience(judge, at, err);
        } else if (!node_is(at, NS_SAML, STR("OneTimeUse")) &&
                   !node_is(at, NS_SAML, STR("ProxyRestriction"))) {
            rc = wrong(err, "it has a condition that is not known");
        }
    }
    if (rc >= 0 && audiences == 0)
        rc = wrong(err, "it does not say for whom it is");
    return rc < 0 ? rc : 0;
}

/* One confirmation that is as it should be is enough. */
static int check_confirmation(struct judge *judge, const struct node *node,
                              struct err *err)
{
    const struct node *data =
        node_child(node, NS_SAML, STR("SubjectConfirmationData"));
    int rc;

    if (!str_eq_c(node_attr(node, STR("Method")), bearer) || data == NULL)
        return wrong(err, "it is not for who brings it");
    if (!str_eq(node_attr(data, STR("Recipient")), judge->order->consumer))
        return wrong(err, "it is for another recipient");
    rc = check_answer(judge, data, err);
    if (rc == 0)
        rc = check_start(judge, data, STR("NotBefore"), err);
    if (rc == 0)
        rc = check_end(judge, data, STR("NotOnOrAfter"), err);
    return rc == 1 ? wrong(err, "it does not say until when") : rc;
}

static int check_subject(struct judge *judge, const struct node *assertion,
                         struct err *err)
{
    const struct node *node =
        node_child(node_child(assertion, NS_SAML, STR("Subject")), NS_SAML,
                   STR("SubjectConfirmation"));
    int rc = wrong(err, "it is not for who brings it");

    for (; rc < 0 && node != NULL; node = node_again(node))
        rc = check_confirmation(judge, node, err);
    return rc;
}

static int check_statements(struct judge *judge, const struct node *assertion,
                            struct err *err)
{
    const struct node *node =
        node_child(assertion, NS_SAML, STR("AuthnStatement"));
    int rc = check_start(judge, assertion, STR("IssueInstant"), err);

    for (; rc >= 0 && node != NULL; node = node_again(node)) {
        rc = check_start(judge, node, STR("AuthnInstant"), err);
        if (rc >= 0)
            rc = check_end(judge, node, STR("SessionNotOnOrAfter"), err);
    }
    return rc < 0 ? rc : 0;
}

int reply_check(const struct reply *reply, const struct provider *provider,
                const struct saml_order *order, int64_t *out_expires,
                struct err *err)
{
    struct judge judge = { order, provider, INT64_MAX };
    str destination = node_attr(reply->response, STR("Destination"));
    int rc;

    if (destination.n > 0 && !str_eq(destination, order->consumer))
        return wrong(err, "the response was sent to another address");
    rc = check_issuer(&judge, reply->response, err);
    if (rc == 0)
        rc = check_issuer(&judge, reply->assertion, err);
    if (rc == 0)
        rc = check_answer(&judge, reply->response, err);
    if (rc == 0)
        rc = check_conditions(&judge, reply->assertion, err);
    if (rc == 0)
        rc = check_subject(&judge, reply->assertion, err);
    if (rc == 0)
        rc = check_statements(&judge, reply->assertion, err);
    if (rc == 0)
        *out_expires = judge.expires;
    return rc;
}
