/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys, requests and certificates (X.509, RFC 5280; PKCS #10), by OpenSSL:
 * EC P-256 keys made where they are used, a CA of the server's own, and the
 * certificates of its ports and its devices.
 *
 * A device's certificate carries "CN=device-<id>" and the client usage only;
 * its names come from the server, never from the request. Texts are PEM.
 */
#ifndef TRUST_CERT_H
#define TRUST_CERT_H

#include "base/buf.h"
#include "base/component.h"

enum {
    CERT_FINGERPRINT_HEX = 65, /* SHA-256 of the DER, hex, NUL */
    CERT_PEM_MAX = 16384,
    CERT_POINT_BYTES = 65, /* a public key on P-256, uncompressed */
    CERT_SERIAL_BYTES = 16,
};

/* A new private key, PKCS #8 PEM; the caller wipes it (trust_wipe). */
int cert_key_make(struct buf *out_key, struct err *err) MUST_CHECK;
int cert_request_make(str key, str name, struct buf *out_csr,
                      struct err *err) MUST_CHECK;

/* A self-signed CA for `days`. */
int cert_ca_make(str key, str name, int64_t now, int days, struct buf *out,
                 struct err *err) MUST_CHECK;

struct cert_terms {
    str name;       /* common name */
    const str *alt; /* DNS names and IP addresses, for servers */
    size_t alt_count;
    bool server; /* serverAuth, else clientAuth */
    int64_t not_before;
    int64_t not_after;
    uint8_t serial[CERT_SERIAL_BYTES];
};
/* The public key of a request, once the request's own signature and kind of
 * key (EC P-256 only) are checked. Nothing else of a request is ever used, so
 * who holds an authority's key need not read requests. */
int cert_request_point(str csr, uint8_t out[CERT_POINT_BYTES],
                       struct err *err) MUST_CHECK;
/* Issues for a public key; E_INVALID when it is no point of the curve. */
int cert_issue_point(str ca, str ca_key, const uint8_t point[CERT_POINT_BYTES],
                     const struct cert_terms *terms, struct buf *out,
                     struct err *err) MUST_CHECK;
/* Both, one after the other. */
int cert_issue(str ca, str ca_key, str csr, const struct cert_terms *terms,
               struct buf *out, struct err *err) MUST_CHECK;

struct cert_facts {
    char fingerprint[CERT_FINGERPRINT_HEX];
    char name[256];
    int64_t not_before;
    int64_t not_after;
};
int cert_read(str pem, struct cert_facts *out, struct err *err) MUST_CHECK;

/* How long the RSA key of a certificate is; 0: it is of another kind. */
int cert_rsa_bits(str pem, int *out, struct err *err) MUST_CHECK;

void trust_wipe(void *p, size_t n);

/* The library it is made with, for a list of what is inside. */
void cert_components(struct components *components);

#endif
