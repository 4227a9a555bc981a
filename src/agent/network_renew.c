/* SPDX-License-Identifier: Apache-2.0
 *
 * A new key and a certificate for it, before the old one ends or because the
 * server asks. Key, certificate and authority are one file, so that they
 * change together.
 */
#include "agent/disk.h"
#include "agent/network_int.h"
#include "trust/cert.h"

enum {
    URL_ROOM = JOB_URL_MAX + 256,
    IDENTITY_MAX = 8 * CERT_PEM_MAX,
};

static void post(struct network *network);

static void renew_again(void *ctx)
{
    struct network *network = ctx;

    network->renew.timer = NULL;
    post(network);
}

static int keep(struct network *network, const struct renewed *renewed,
                struct err *err)
{
    AUTO(buf_clear) struct buf bytes = BUF(IDENTITY_MAX);
    struct link_identity identity = {
        .url = network->identity.url,
        .authority = renewed->authority.n > 0 ? renewed->authority
                                              : network->identity.authority,
        .certificate = renewed->certificate,
        .key = buf_str(&network->renew_key),
    };
    struct cert_facts facts;
    int rc = cert_read(renewed->certificate, &facts, err);

    if (rc == 0)
        rc = wire_write(&shape_link_identity, &identity, &bytes, err);
    if (rc == 0)
        rc = disk_write(network->dir, "identity", buf_str(&bytes), err);
    if (rc < 0)
        return rc;
    /* What requests under way point at stays in the arena. */
    return wire_read(&shape_link_identity,
                     arena_str(&network->arena, buf_str(&bytes)),
                     &network->arena, &network->identity, err);
}

static void take(struct network *network, str body)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct renewed renewed;
    struct err err = { 0 };
    int rc = message_unpack(&shape_renewed, body, &arena, &renewed, &err);

    if (rc == 0)
        rc = keep(network, &renewed, &err);
    if (rc < 0) {
        log_error("renew.failed", LOG_TEXT("text", str_c(err.text)));
        attempt_later(network, &network->renew, BACKOFF_MAX_MS, renew_again);
        return;
    }
    log_info("certificate.renewed");
    renew_stop(network);
    network_say(network, &(struct message){ .type = MSG_RENEWED }, -1);
    /* Connections with the old certificate are not used again. */
    jobs_stop(network);
    http_client_reset(network->client);
    network_checkin(network);
    jobs_begin(network);
}

static void on_renewed(void *ctx, int rc, const struct http_answer *answer,
                       const struct err *err)
{
    struct network *network = ctx;

    network->renew.transfer = NULL;
    if (rc == 0 && answer->status == 200) {
        take(network, answer->body);
        return;
    }
    log_warn("renew.later",
             LOG_TEXT("text", str_c(rc < 0 ? err_text(err) : "refused")),
             LOG_I64("status", rc < 0 ? 0 : answer->status));
    attempt_later(network, &network->renew, 0, renew_again);
}

static int make_body(struct network *network, struct err *err)
{
    AUTO(buf_clear) struct buf csr = BUF(CERT_PEM_MAX);
    struct renew renew;
    int rc = 0;

    if (network->renew_body.n > 0)
        return 0; /* the same key again */
    buf_reset(&network->renew_key);
    rc = cert_key_make(&network->renew_key, err);
    if (rc == 0)
        rc = cert_request_make(buf_str(&network->renew_key), STR("device"),
                               &csr, err);
    renew.csr = buf_str(&csr);
    return rc < 0
               ? rc
               : message_pack(&shape_renew, &renew, &network->renew_body, err);
}

static void post(struct network *network)
{
    AUTO(buf_clear) struct buf url = BUF(URL_ROOM);
    struct http_request request =
        network_request(network, "/agent/v1/renew", &url);
    struct err err = { 0 };

    if (make_body(network, &err) < 0) {
        log_error("renew.failed", LOG_TEXT("text", str_c(err.text)));
        attempt_later(network, &network->renew, BACKOFF_MAX_MS, renew_again);
        return;
    }
    request.body = buf_str(&network->renew_body);
    network->renew.transfer =
        http_start(network->client, &request, on_renewed, network, &err);
    if (network->renew.transfer == NULL)
        attempt_later(network, &network->renew, 0, renew_again);
}

void renew_begin(struct network *network)
{
    if (network->renew.transfer == NULL && network->renew.timer == NULL)
        post(network);
}

void renew_stop(struct network *network)
{
    attempt_cancel(&network->renew);
    trust_wipe(network->renew_key.p, network->renew_key.n);
    buf_reset(&network->renew_key);
    buf_reset(&network->renew_body);
}
