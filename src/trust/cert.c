/* SPDX-License-Identifier: Apache-2.0 */
#include "trust/cert.h"

#include <arpa/inet.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "base/utf8.h"
#include "trust/sign.h"

enum {
    NAME_MAX_BYTES = 64, /* ub-common-name of RFC 5280 */
    ALT_MAX = 64,
    ALT_NAME_MAX = 253,
    VERSION_3 = 2, /* as X.509 counts */
};

static void free_key(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static void free_request(X509_REQ **request)
{
    X509_REQ_free(*request);
}

static void free_cert(X509 **cert)
{
    X509_free(*cert);
}

static void free_bio(BIO **bio)
{
    BIO_free_all(*bio);
}

/* Reads OpenSSL's queue of errors empty: it belongs to the thread, and what
 * stays in it would be told of the next failure. */
static int failed(struct err *err, int code, const char *what)
{
    unsigned long number = ERR_get_error();
    const char *reason = number != 0 ? ERR_reason_error_string(number) : NULL;

    ERR_clear_error();
    return err_set(err, code, "%s (%s)", what,
                   reason != NULL ? reason : "no reason given");
}

/* Without it, a PEM that says it is encrypted has OpenSSL ask at the
 * terminal. */
static int no_password(char *text UNUSED, int size UNUSED, int verify UNUSED,
                       void *ctx UNUSED)
{
    return -1;
}

static BIO *bio_of(str text)
{
    return text.n == 0 || text.n > CERT_PEM_MAX
               ? NULL
               : BIO_new_mem_buf(text.p, (int)text.n);
}

static int take_bio(BIO *bio, struct buf *out, struct err *err)
{
    char *text;
    int64_t n = BIO_get_mem_data(bio, &text);

    if (n <= 0)
        return failed(err, E_IO, "nothing was written");
    buf_add(out, (str){ text, (size_t)n });
    return buf_finish(out, "PEM", err);
}

static EVP_PKEY *read_key(str text)
{
    AUTO(free_bio) BIO *bio = bio_of(text);

    return bio == NULL ? NULL
                       : PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
}

static X509 *read_cert(str text)
{
    AUTO(free_bio) BIO *bio = bio_of(text);

    return bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, no_password, NULL);
}

static bool is_p256(const EVP_PKEY *key)
{
    char group[32] = "";
    size_t n;

    return EVP_PKEY_is_a(key, "EC") &&
           EVP_PKEY_get_group_name(key, group, sizeof(group), &n) == 1 &&
           str_eq_c(str_c(group), "prime256v1");
}

int cert_key_make(struct buf *out_key, struct err *err)
{
    AUTO(free_key) EVP_PKEY *key = EVP_EC_gen("P-256");
    AUTO(free_bio) BIO *bio = BIO_new(BIO_s_secmem());

    if (key == NULL || bio == NULL ||
        PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, no_password,
                                      NULL) != 1)
        return failed(err, E_IO, "cannot make a key");
    return take_bio(bio, out_key, err);
}

/* --- names ------------------------------------------------------------ */

static int set_name(X509_NAME *to, str name, struct err *err)
{
    if (name.n == 0 || name.n > NAME_MAX_BYTES || utf8_valid(name) != name.n ||
        memchr(name.p, '\0', name.n) != NULL)
        return err_set(err, E_INVALID,
                       "a certificate's name is text of 1 to %d"
                       " bytes",
                       NAME_MAX_BYTES);
    if (X509_NAME_add_entry_by_NID(to, NID_commonName, MBSTRING_UTF8,
                                   (const unsigned char *)name.p, (int)name.n,
                                   -1, 0) != 1)
        return failed(err, E_INVALID, "cannot set the certificate's name");
    return 0;
}

static bool is_dns_name(str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9') && c != '-' && c != '.')
            return false;
    }
    return true;
}

/* The alternative name of an address or a DNS name; NULL when it is none. */
static GENERAL_NAME *alt_name(str name)
{
    char text[ALT_NAME_MAX + 1] = "";
    ASN1_STRING *value;
    GENERAL_NAME *out;
    int type = GEN_DNS;

    if (name.n == 0 || name.n > ALT_NAME_MAX ||
        memchr(name.p, '\0', name.n) != NULL)
        return NULL;
    memcpy(text, name.p, name.n);
    value = a2i_IPADDRESS(text);
    if (value != NULL) {
        type = GEN_IPADD;
    } else {
        ERR_clear_error();
        value = is_dns_name(name) ? ASN1_IA5STRING_new() : NULL;
        if (value == NULL || ASN1_STRING_set(value, text, (int)name.n) != 1) {
            ASN1_STRING_free(value);
            return NULL;
        }
    }
    out = GENERAL_NAME_new();
    if (out == NULL)
        ASN1_STRING_free(value);
    else
        GENERAL_NAME_set0_value(out, type, value);
    return out;
}

static int add_alt_names(X509 *cert, const struct cert_terms *terms,
                         struct err *err)
{
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    int rc = 0;

    if (terms->alt_count > ALT_MAX)
        rc = err_set(err, E_LIMIT, "a certificate has at most %d names",
                     ALT_MAX);
    for (size_t i = 0; rc == 0 && i < terms->alt_count; i++) {
        GENERAL_NAME *name = alt_name(terms->alt[i]);

        if (name == NULL || sk_GENERAL_NAME_push(names, name) == 0)
            rc = err_set(err, E_INVALID, "'%" PRIstr "' is not a name",
                         ARGstr(terms->alt[i]));
    }
    if (rc == 0 && X509_add1_ext_i2d(cert, NID_subject_alt_name, names, 0,
                                     X509V3_ADD_DEFAULT) != 1)
        rc = failed(err, E_IO, "cannot add names to a certificate");
    GENERAL_NAMES_free(names);
    return rc;
}

/* --- requests --------------------------------------------------------- */

int cert_request_make(str key_text, str name, struct buf *out_csr,
                      struct err *err)
{
    AUTO(free_key) EVP_PKEY *key = read_key(key_text);
    AUTO(free_request) X509_REQ *request = X509_REQ_new();
    AUTO(free_bio) BIO *bio = BIO_new(BIO_s_mem());
    int rc;

    if (key == NULL || request == NULL || bio == NULL)
        return failed(err, E_PARSE, "the key is not a private key in PEM");
    rc = set_name(X509_REQ_get_subject_name(request), name, err);
    if (rc < 0)
        return rc;
    if (X509_REQ_set_version(request, 0) != 1 ||
        X509_REQ_set_pubkey(request, key) != 1 ||
        X509_REQ_sign(request, key, EVP_sha256()) <= 0 ||
        PEM_write_bio_X509_REQ(bio, request) != 1)
        return failed(err, E_IO, "cannot make a certificate request");
    return take_bio(bio, out_csr, err);
}

int cert_request_point(str csr, uint8_t out[CERT_POINT_BYTES], struct err *err)
{
    AUTO(free_bio) BIO *bio = bio_of(csr);
    AUTO(free_request) X509_REQ *request = NULL;
    uint8_t point[2 * CERT_POINT_BYTES];
    EVP_PKEY *key; /* the request's */
    size_t n = 0;

    if (bio != NULL)
        request = PEM_read_bio_X509_REQ(bio, NULL, no_password, NULL);
    if (request == NULL)
        return failed(err, E_PARSE, "is not a certificate request in PEM");
    key = X509_REQ_get0_pubkey(request);
    if (key == NULL || !is_p256(key) ||
        EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point,
                                        sizeof(point), &n) != 1 ||
        n != CERT_POINT_BYTES)
        return failed(err, E_INVALID,
                      "the request's key is not an EC key on P-256");
    if (X509_REQ_verify(request, key) != 1)
        return failed(err, E_INVALID,
                      "the request is not signed by its own key");
    memcpy(out, point, CERT_POINT_BYTES);
    return 0;
}

static EVP_PKEY *key_of_point(const uint8_t point[CERT_POINT_BYTES])
{
    char group[] = "prime256v1";
    uint8_t bytes[CERT_POINT_BYTES];
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, bytes,
                                          sizeof(bytes)),
        OSSL_PARAM_construct_end(),
    };
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *key = NULL;

    memcpy(bytes, point, sizeof(bytes));
    if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(ctx);
    return key;
}

/* --- certificates ----------------------------------------------------- */

/* Positive and of full length, as RFC 5280 wants it. */
static bool set_serial(X509 *cert, const uint8_t bytes[CERT_SERIAL_BYTES])
{
    uint8_t serial[CERT_SERIAL_BYTES];
    BIGNUM *number;
    bool done;

    memcpy(serial, bytes, CERT_SERIAL_BYTES);
    serial[0] = (serial[0] & 0x3F) | 0x40;
    number = BN_bin2bn(serial, CERT_SERIAL_BYTES, NULL);
    done = number != NULL &&
           BN_to_ASN1_INTEGER(number, X509_get_serialNumber(cert)) != NULL;
    BN_free(number);
    return done;
}

static bool set_times(X509 *cert, int64_t not_before, int64_t not_after)
{
    return ASN1_TIME_set(X509_getm_notBefore(cert), not_before) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(cert), not_after) != NULL;
}

/* value is one of our constants, never a text from outside. */
static bool add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
    X509_EXTENSION *extension;
    X509V3_CTX ctx;
    bool done;

    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
    extension = X509V3_EXT_nconf_nid(NULL, &ctx, nid, value);
    done = extension != NULL && X509_add_ext(cert, extension, -1) == 1;
    X509_EXTENSION_free(extension);
    return done;
}

static int write_cert(X509 *cert, EVP_PKEY *key, struct buf *out,
                      struct err *err)
{
    AUTO(free_bio) BIO *bio = BIO_new(BIO_s_mem());

    if (bio == NULL || X509_sign(cert, key, EVP_sha256()) <= 0 ||
        PEM_write_bio_X509(bio, cert) != 1)
        return failed(err, E_IO, "cannot sign a certificate");
    return take_bio(bio, out, err);
}

int cert_ca_make(str key_text, str name, int64_t now, int days, struct buf *out,
                 struct err *err)
{
    AUTO(free_key) EVP_PKEY *key = read_key(key_text);
    AUTO(free_cert) X509 *cert = X509_new();
    uint8_t serial[CERT_SERIAL_BYTES];
    int rc;

    if (key == NULL || cert == NULL)
        return failed(err, E_PARSE, "the key is not a private key in PEM");
    rc = set_name(X509_get_subject_name(cert), name, err);
    if (rc < 0)
        return rc;
    trust_random(serial, sizeof(serial));
    if (X509_set_version(cert, VERSION_3) != 1 || !set_serial(cert, serial) ||
        !set_times(cert, now, now + (int64_t)days * 86400) ||
        X509_set_issuer_name(cert, X509_get_subject_name(cert)) != 1 ||
        X509_set_pubkey(cert, key) != 1 ||
        !add_extension(cert, cert, NID_basic_constraints,
                       "critical,CA:TRUE,pathlen:0") ||
        !add_extension(cert, cert, NID_key_usage,
                       "critical,keyCertSign,cRLSign") ||
        !add_extension(cert, cert, NID_subject_key_identifier, "hash") ||
        !add_extension(cert, cert, NID_authority_key_identifier, "keyid"))
        return failed(err, E_IO, "cannot make a certificate authority");
    return write_cert(cert, key, out, err);
}

static int fill_cert(X509 *cert, X509 *ca, EVP_PKEY *key,
                     const struct cert_terms *terms, struct err *err)
{
    int rc = set_name(X509_get_subject_name(cert), terms->name, err);

    if (rc < 0)
        return rc;
    if (terms->not_after <= terms->not_before)
        return err_set(err, E_INVALID, "a certificate ends after it begins");
    if (X509_set_version(cert, VERSION_3) != 1 ||
        !set_serial(cert, terms->serial) ||
        !set_times(cert, terms->not_before, terms->not_after) ||
        X509_set_issuer_name(cert, X509_get_subject_name(ca)) != 1 ||
        X509_set_pubkey(cert, key) != 1 ||
        !add_extension(cert, ca, NID_basic_constraints, "critical,CA:FALSE") ||
        !add_extension(cert, ca, NID_key_usage, "critical,digitalSignature") ||
        !add_extension(cert, ca, NID_ext_key_usage,
                       terms->server ? "serverAuth" : "clientAuth") ||
        !add_extension(cert, ca, NID_subject_key_identifier, "hash") ||
        !add_extension(cert, ca, NID_authority_key_identifier, "keyid"))
        return failed(err, E_IO, "cannot make a certificate");
    return terms->alt_count > 0 ? add_alt_names(cert, terms, err) : 0;
}

int cert_issue_point(str ca_text, str ca_key_text,
                     const uint8_t point[CERT_POINT_BYTES],
                     const struct cert_terms *terms, struct buf *out,
                     struct err *err)
{
    AUTO(free_cert) X509 *ca = read_cert(ca_text);
    AUTO(free_key) EVP_PKEY *ca_key = read_key(ca_key_text);
    AUTO(free_cert) X509 *cert = X509_new();
    AUTO(free_key) EVP_PKEY *key = NULL;
    int rc;

    if (ca == NULL || ca_key == NULL || cert == NULL ||
        X509_check_private_key(ca, ca_key) != 1)
        return failed(err, E_CORRUPT,
                      "the authority's certificate and key do not match");
    key = key_of_point(point);
    if (key == NULL)
        return failed(err, E_INVALID, "the public key is no point of P-256");
    rc = fill_cert(cert, ca, key, terms, err);
    return rc < 0 ? rc : write_cert(cert, ca_key, out, err);
}

int cert_issue(str ca, str ca_key, str csr, const struct cert_terms *terms,
               struct buf *out, struct err *err)
{
    uint8_t point[CERT_POINT_BYTES];
    int rc = cert_request_point(csr, point, err);

    return rc < 0 ? rc : cert_issue_point(ca, ca_key, point, terms, out, err);
}

/* --- reading ---------------------------------------------------------- */

static bool time_of(const ASN1_TIME *at, int64_t *out)
{
    struct tm tm;

    if (ASN1_TIME_to_tm(at, &tm) != 1)
        return false;
    *out = timegm(&tm);
    return true;
}

static bool name_of(X509 *cert, char *out, size_t size)
{
    X509_NAME *subject = X509_get_subject_name(cert);
    int i = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    unsigned char *text = NULL;
    int n;

    if (i < 0)
        return false;
    n = ASN1_STRING_to_UTF8(
        &text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, i)));
    if (n < 0 || (size_t)n >= size || memchr(text, '\0', (size_t)n) != NULL) {
        OPENSSL_free(text);
        return false;
    }
    memcpy(out, text, (size_t)n);
    out[n] = '\0';
    OPENSSL_free(text);
    return true;
}

int cert_read(str pem, struct cert_facts *out, struct err *err)
{
    AUTO(free_cert) X509 *cert = read_cert(pem);
    uint8_t digest[EVP_MAX_MD_SIZE];
    struct cert_facts facts = { .name = "" };
    unsigned n;

    if (cert == NULL)
        return failed(err, E_PARSE, "is not a certificate in PEM");
    if (X509_digest(cert, EVP_sha256(), digest, &n) != 1 ||
        !time_of(X509_get0_notBefore(cert), &facts.not_before) ||
        !time_of(X509_get0_notAfter(cert), &facts.not_after) ||
        !name_of(cert, facts.name, sizeof(facts.name)))
        return failed(err, E_INVALID, "the certificate lacks a name or times");
    for (unsigned i = 0; i < n; i++) {
        facts.fingerprint[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        facts.fingerprint[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    facts.fingerprint[CERT_FINGERPRINT_HEX - 1] = '\0';
    *out = facts;
    return 0;
}

void cert_components(struct components *components)
{
    component_add(components, "openssl", OpenSSL_version(OPENSSL_VERSION));
}

int cert_rsa_bits(str pem, int *out, struct err *err)
{
    AUTO(free_cert) X509 *cert = read_cert(pem);
    const EVP_PKEY *key = cert == NULL ? NULL : X509_get0_pubkey(cert);

    if (key == NULL)
        return failed(err, E_PARSE, "is not a certificate in PEM");
    *out =
        EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA ? EVP_PKEY_get_bits(key) : 0;
    return 0;
}
