/* SPDX-License-Identifier: Apache-2.0
 *
 * TLS to the web server of a device, by GnuTLS without blocking. GnuTLS for
 * all of it, because it is the one library here that still speaks what old
 * devices have (3DES, RC4, keys of 512 bits), session by session and only
 * where a device's profile says so; and what it speaks is told as a finding.
 *
 * Nobody signs the certificates of devices: the certificate itself is
 * compared with what was approved (R-IOSSSL-8), before anything is sent.
 */
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "base/digest.h"
#include "base/encode.h"
#include "base/mem.h"
#include "netdev/vty_int.h"

enum {
    WAITING_MAX = 16 << 20,
    PIECE = 16384,
    DH_BITS_OLD = 512,
    RSA_BITS_GOOD = 2048,
};

struct line {
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
    struct buf waiting; /* to be sent */
    bool is_open;
    bool is_blocked; /* a send is to be finished first */
};

#define OLD_VERSIONS                                                           \
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:+VERS-TLS1.1:+VERS-TLS1.0:"    \
    "+SIGN-RSA-SHA1:+SIGN-ECDSA-SHA1:+SHA1:+DHE-RSA:%VERIFY_ALLOW_SIGN_"       \
    "WITH_SHA1:%PROFILE_VERY_WEAK:%COMPAT"

static const char *const priorities[TLS_PROFILES] = {
    [TLS_MODERN] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2",
    [TLS_LEGACY_1] = OLD_VERSIONS,
    [TLS_LEGACY_2] = OLD_VERSIONS ":+3DES-CBC:+ARCFOUR-128:+MD5:"
                                  "%VERIFY_ALLOW_BROKEN",
};

/* --- Saying why ------------------------------------------------------------
 */

/* R-COM-13: what a peer without a common cipher or version does. */
static bool is_no_match(const struct line *line, int code)
{
    gnutls_alert_description_t alert;

    switch (code) {
    case GNUTLS_E_UNKNOWN_CIPHER_SUITE:
    case GNUTLS_E_NO_CIPHER_SUITES:
    case GNUTLS_E_UNSUPPORTED_VERSION_PACKET:
    case GNUTLS_E_UNWANTED_ALGORITHM:
    case GNUTLS_E_INSUFFICIENT_SECURITY:
    case GNUTLS_E_DH_PRIME_UNACCEPTABLE:
        return true;
    case GNUTLS_E_FATAL_ALERT_RECEIVED:
        alert = gnutls_alert_get(line->session);
        return alert == GNUTLS_A_HANDSHAKE_FAILURE ||
               alert == GNUTLS_A_PROTOCOL_VERSION ||
               alert == GNUTLS_A_INSUFFICIENT_SECURITY;
    default:
        return false;
    }
}

static void no_session(struct vty *vty, int code)
{
    const struct line *line = vty->carried;
    const char *why = gnutls_strerror(code);
    bool is_last = vty->options.tls_profile == TLS_LEGACY_2;
    struct err err = { 0 };

    if (code == GNUTLS_E_FATAL_ALERT_RECEIVED)
        why = gnutls_alert_get_name(gnutls_alert_get(line->session));
    if (is_no_match(line, code))
        (void)err_set(
            &err, E_UNSUPPORTED, "no common cipher%s%s (%s)",
            vty->options.is_firewall
                ? ": check the VPN-3DES-AES licence ('show version'), without "
                  "which the firewall has DES only (R-COM-13)"
                : ": the device speaks none of the profile's versions and "
                  "algorithms",
            is_last ? "; or it speaks SSL 3.0 only, which is not safe"
                    : "; or it is old, and needs the TLS profile legacy-1 or "
                      "legacy-2",
            why);
    else if (code == GNUTLS_E_PREMATURE_TERMINATION)
        (void)err_set(&err, E_IO,
                      "the device ended the connection during the TLS "
                      "handshake%s",
                      vty->options.is_firewall
                          ? ": does its 'http' command let this address in, "
                            "and is the VPN-3DES-AES licence there (R-COM-13)?"
                          : "");
    else
        (void)err_set(&err, E_PARSE, "no TLS session: %s", why);
    vty_fail(vty, &err);
}

/* --- The certificate -------------------------------------------------------
 */

static void say_weak(struct vty *vty, gnutls_x509_crt_t cert)
{
    struct line *line = vty->carried;
    gnutls_protocol_t version = gnutls_protocol_get_version(line->session);
    gnutls_cipher_algorithm_t cipher = gnutls_cipher_get(line->session);
    int signature = gnutls_x509_crt_get_signature_algorithm(cert);
    unsigned bits = 0;
    int kind = gnutls_x509_crt_get_pk_algorithm(cert, &bits);
    AUTO(buf_clear) struct buf text = BUF(1024);

    if (version < GNUTLS_TLS1_2)
        buf_printf(&text, "%s, ", gnutls_protocol_get_name(version));
    if (cipher == GNUTLS_CIPHER_3DES_CBC || cipher == GNUTLS_CIPHER_ARCFOUR_128)
        buf_printf(&text, "%s, ", gnutls_cipher_get_name(cipher));
    if (kind == GNUTLS_PK_RSA && bits < RSA_BITS_GOOD)
        buf_printf(&text, "an RSA key of %u bits, ", bits);
    if (signature == GNUTLS_SIGN_RSA_MD5 || signature == GNUTLS_SIGN_RSA_SHA1)
        buf_printf(&text, "a certificate signed with %s, ",
                   gnutls_sign_get_name((gnutls_sign_algorithm_t)signature));
    if (text.n == 0)
        return;
    text.n -= 2;
    buf_add_c(&text, ": the device's TLS is weak");
    vty_finding(vty, "R-COM-13", buf_str(&text));
}

static bool take_certificate(struct vty *vty)
{
    struct line *line = vty->carried;
    AUTO(buf_clear) struct buf text = BUF(VTY_KEY_TEXT_MAX);
    unsigned count = 0;
    const gnutls_datum_t *chain =
        gnutls_certificate_get_peers(line->session, &count);
    gnutls_x509_crt_t cert = NULL;
    uint8_t hash[DIGEST_BYTES_MAX];
    struct digest digest;
    struct err err = { 0 };

    if (chain == NULL || count == 0) {
        (void)err_set(&err, E_PARSE, "the device shows no certificate");
        vty_fail(vty, &err);
        return false;
    }
    digest_init(&digest, DIGEST_SHA256);
    digest_add(&digest, chain[0].data, chain[0].size);
    buf_add_c(&text, "SHA256:");
    base64_add(&text, (str){ (char *)hash, digest_bytes(&digest, hash) });
    while (text.n > 0 && text.p[text.n - 1] == '=')
        text.n--;
    if (gnutls_x509_crt_init(&cert) == 0) {
        if (gnutls_x509_crt_import(cert, &chain[0], GNUTLS_X509_FMT_DER) == 0)
            say_weak(vty, cert);
        gnutls_x509_crt_deinit(cert);
    }
    return !vty->dead && vty_key_seen(vty, "the device's certificate",
                                      "certificate", buf_str(&text));
}

/* --- The line --------------------------------------------------------------
 */

static void open_line(struct vty *vty)
{
    struct line *line = vty->carried;
    char *what;

    if (!take_certificate(vty))
        return;
    line->is_open = true;
    what = gnutls_session_get_desc(line->session);
    if (vty_step_done(vty, VTY_LOGIN, STR("asked by the device")))
        (void)vty_step_done(vty, VTY_SHELL, str_c(what));
    gnutls_free(what);
}

static void watch(struct vty *vty)
{
    const struct line *line = vty->carried;
    bool writes = line->is_open ? line->waiting.n > 0
                                : gnutls_record_get_direction(line->session);

    vty_watch(vty, writes ? LOOP_READ | LOOP_WRITE : LOOP_READ);
}

static bool shake_hands(struct vty *vty)
{
    struct line *line = vty->carried;
    int rc;

    do {
        rc = gnutls_handshake(line->session);
    } while (rc == GNUTLS_E_INTERRUPTED ||
             rc == GNUTLS_E_WARNING_ALERT_RECEIVED);
    if (rc == GNUTLS_E_AGAIN)
        return false;
    if (rc < 0)
        no_session(vty, rc);
    else
        open_line(vty);
    return !vty->dead;
}

/* After GNUTLS_E_AGAIN the library has the bytes, and wants no others. */
static void flush(struct vty *vty)
{
    struct line *line = vty->carried;

    while (line->is_open && line->waiting.n > 0) {
        ssize_t n = line->is_blocked
                        ? gnutls_record_send(line->session, NULL, 0)
                        : gnutls_record_send(line->session, line->waiting.p,
                                             line->waiting.n);

        line->is_blocked = n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED;
        if (n <= 0)
            break; /* reading tells when the line is dead */
        memmove(line->waiting.p, line->waiting.p + n,
                line->waiting.n - (size_t)n);
        line->waiting.n -= (size_t)n;
    }
}

static bool step_read(struct vty *vty)
{
    struct line *line = vty->carried;
    char bytes[PIECE];
    ssize_t n = gnutls_record_recv(line->session, bytes, sizeof(bytes));
    struct err err = { 0 };

    if (n > 0)
        return vty_data(vty, (str){ bytes, (size_t)n });
    if (n == GNUTLS_E_INTERRUPTED)
        return true;
    if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_REHANDSHAKE)
        return false;
    if (n == 0 || n == GNUTLS_E_PREMATURE_TERMINATION)
        (void)err_set(&err, E_IO, "the device ended the connection");
    else
        (void)err_set(&err, E_IO, "the TLS line broke: %s",
                      gnutls_strerror((int)n));
    vty_fail(vty, &err);
    return false;
}

static void ready(struct vty *vty, int events UNUSED)
{
    const struct line *line = vty->carried;

    if (!line->is_open && !shake_hands(vty)) {
        if (!vty->dead)
            watch(vty);
        return;
    }
    flush(vty);
    while (!vty->dead && step_read(vty))
        ;
    if (!vty->dead)
        watch(vty);
}

/* RFC 6066: a name, never an address. */
static bool is_name(str host)
{
    bool has_letter = false;

    for (size_t i = 0; i < host.n; i++) {
        if (host.p[i] == ':')
            return false;
        has_letter |= (host.p[i] | 0x20) >= 'a' && (host.p[i] | 0x20) <= 'z';
    }
    return has_letter;
}

static int begin(struct vty *vty, struct line *line)
{
    str host = vty->options.host;
    int rc = gnutls_init(&line->session,
                         GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);

    if (rc == 0)
        rc = gnutls_certificate_allocate_credentials(&line->credentials);
    if (rc == 0)
        rc = gnutls_credentials_set(line->session, GNUTLS_CRD_CERTIFICATE,
                                    line->credentials);
    if (rc == 0)
        rc = gnutls_priority_set_direct(
            line->session, priorities[vty->options.tls_profile], NULL);
    if (rc == 0 && is_name(host))
        rc = gnutls_server_name_set(line->session, GNUTLS_NAME_DNS, host.p,
                                    host.n);
    return rc;
}

static void stop(struct vty *vty)
{
    struct line *line = vty->carried;

    if (line->is_open)
        (void)gnutls_bye(line->session, GNUTLS_SHUT_WR);
    if (line->session != NULL)
        gnutls_deinit(line->session);
    if (line->credentials != NULL)
        gnutls_certificate_free_credentials(line->credentials);
    if (line->waiting.p != NULL) /* credentials were sent */
        explicit_bzero(line->waiting.p, line->waiting.cap);
    buf_clear(&line->waiting);
    mem_free(line);
}

static int start(struct vty *vty, struct err *err)
{
    struct line *line = mem_alloc(1, sizeof(*line));
    int rc;

    *line = (struct line){ .waiting = BUF(WAITING_MAX) };
    vty->carried = line;
    rc = begin(vty, line);
    if (rc < 0)
        return err_set(err, E_IO, "GnuTLS: %s", gnutls_strerror(rc));
    if (vty->options.tls_profile != TLS_MODERN)
        gnutls_dh_set_prime_bits(line->session, DH_BITS_OLD);
    gnutls_transport_set_int(line->session, vty->fd);
    (void)shake_hands(vty);
    if (!vty->dead)
        watch(vty);
    return 0;
}

static void send_bytes(struct vty *vty, str bytes)
{
    struct line *line = vty->carried;

    buf_add(&line->waiting, bytes);
    flush(vty);
    watch(vty);
}

const struct carrier carrier_tls = {
    .transport = TRANSPORT_SSL,
    .port = 443,
    .start = start,
    .ready = ready,
    .send = send_bytes,
    .stop = stop,
};
