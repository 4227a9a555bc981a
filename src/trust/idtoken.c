/* SPDX-License-Identifier: Apache-2.0 */
#include "trust/idtoken.h"

#include <cjose/cjose.h>

#include "base/mem.h"
#include "trust/sign.h"

enum {
    RSA_BITS_MIN = 2048,
    KEYS_MAX = 50,
    AUDIENCES_MAX = 50,
};

/* The algorithms that there are for us, and the key each needs. */
static const struct {
    const char *name;
    const char *kty;
    const char *curve; /* NULL: RSA */
} algorithms[] = {
    { "ES256", "EC", "P-256" },
    { "PS256", "RSA", NULL },
    { "RS256", "RSA", NULL },
};

static int wrong(struct err *err, const char *what)
{
    return err_set(err, E_PERM, "ID token: %s", what);
}

/* --- the header -------------------------------------------------------- */

/* Letters only, and as many as bytes can make: the library ends the process
 * where a text is neither. */
static bool is_base64url(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || c == '-' || c == '_'))
            return false;
    }
    return text.n > 0 && text.n % 4 != 1;
}

/* Three parts with dots between. */
static bool is_compact(str token)
{
    int parts = 0;

    if (token.n > IDTOKEN_MAX || token.p[token.n - 1] == '.')
        return false;
    for (; token.n > 0; parts++) {
        if (!is_base64url(str_cut(&token, '.')))
            return false;
    }
    return parts == 3;
}

static int decode_json(str part, struct jval **out, struct err *err)
{
    uint8_t *bytes = NULL;
    size_t n = 0;
    cjose_err why;
    int rc;

    if (!cjose_base64url_decode(part.p, part.n, &bytes, &n, &why))
        return wrong(err, "it is not base64url");
    rc = jval_parse((str){ (const char *)bytes, n }, IDTOKEN_MAX, out, err);
    cjose_get_dealloc()(bytes);
    return rc < 0 ? wrong(err, "a part of it is not JSON") : 0;
}

static int read_header(str token, size_t *out_algorithm, struct jval **out,
                       struct err *err)
{
    AUTO(jval_freep) struct jval *header = NULL;
    str rest = token;
    int rc = decode_json(str_cut(&rest, '.'), &header, err);
    str name;

    if (rc < 0)
        return rc;
    if (jval_get(header, "crit") != NULL)
        return wrong(err, "it demands an extension (crit)");
    name = jval_text(jval_get(header, "alg"), STR(""));
    for (size_t i = 0; i < COUNT(algorithms); i++) {
        if (str_eq_c(name, algorithms[i].name)) {
            *out_algorithm = i;
            *out = TAKE(header);
            return 0;
        }
    }
    return err_set(err, E_PERM,
                   "ID token: the algorithm '%.*s' is not accepted (only "
                   "RS256, PS256, ES256)",
                   (int)(name.n > 40 ? 40 : name.n), name.p);
}

/* --- the key ----------------------------------------------------------- */

/* Whether a key of the set is of the right kind and meant for this. */
static bool key_fits(const struct jval *key, size_t algorithm, str kid)
{
    str use = jval_text(jval_get(key, "use"), STR("sig"));
    str alg =
        jval_text(jval_get(key, "alg"), str_c(algorithms[algorithm].name));
    str curve = jval_text(jval_get(key, "crv"), STR(""));

    if (!str_eq_c(jval_text(jval_get(key, "kty"), STR("")),
                  algorithms[algorithm].kty) ||
        !str_eq(use, STR("sig")) || !str_eq_c(alg, algorithms[algorithm].name))
        return false;
    if (algorithms[algorithm].curve != NULL &&
        !str_eq_c(curve, algorithms[algorithm].curve))
        return false;
    return kid.p == NULL ||
           str_eq(jval_text(jval_get(key, "kid"), STR("")), kid);
}

/* 1: none. Without kid the set must leave no choice. */
static int find_key(const struct jval *set, size_t algorithm,
                    const struct jval *header, const struct jval **out,
                    struct err *err)
{
    const struct jval *keys = jval_get(set, "keys");
    const struct jval *kid = jval_get(header, "kid");
    const struct jval *found = NULL;

    if (kid != NULL && jval_kind(kid) != JVAL_TEXT)
        return wrong(err, "its key id is not a text");
    for (size_t i = 0; i < jval_count(keys) && i < KEYS_MAX; i++) {
        const struct jval *key = jval_at(keys, i);

        if (!key_fits(key, algorithm, jval_text(kid, STR_NONE)))
            continue;
        if (found != NULL)
            return wrong(err, "more than one key of the provider fits");
        found = key;
    }
    *out = found;
    return found != NULL ? 0 : 1;
}

static void free_jwk(cjose_jwk_t **jwk)
{
    if (*jwk != NULL)
        cjose_jwk_release(*jwk);
}

static void free_jws(cjose_jws_t **jws)
{
    if (*jws != NULL)
        cjose_jws_release(*jws);
}

/* Of a key only what it is made of. */
static int copy_key(const struct jval *key, struct jval *out, struct err *err)
{
    static const struct {
        const char *name;
        bool bytes;
    } members[] = { { "kty", false }, { "crv", false }, { "n", true },
                    { "e", true },    { "x", true },    { "y", true } };

    for (size_t i = 0; i < COUNT(members); i++) {
        str value = jval_text(jval_get(key, members[i].name), STR_NONE);

        if (value.p == NULL)
            continue;
        if (members[i].bytes && !is_base64url(value))
            return wrong(err, "the provider's key is damaged");
        jval_set_text(out, members[i].name, value);
    }
    return 0;
}

static int import_key(const struct jval *key, size_t algorithm,
                      cjose_jwk_t **out, struct err *err)
{
    AUTO(free_jwk) cjose_jwk_t *jwk = NULL;
    AUTO(jval_freep) struct jval *copy = jval_new_object();
    AUTO(buf_clear) struct buf text = BUF(JWKS_MAX);
    cjose_err why;
    int rc = copy_key(key, copy, err);

    if (rc < 0)
        return rc;
    jval_print(copy, &text);
    jwk = cjose_jwk_import(text.p, text.n, &why);
    if (jwk == NULL)
        return wrong(err, "the provider's key is damaged");
    if (cjose_jwk_get_kty(jwk, &why) != (algorithms[algorithm].curve != NULL
                                             ? CJOSE_JWK_KTY_EC
                                             : CJOSE_JWK_KTY_RSA))
        return wrong(err, "the provider's key is of another kind");
    if (algorithms[algorithm].curve == NULL &&
        cjose_jwk_get_keysize(jwk, &why) < RSA_BITS_MIN)
        return wrong(err, "the provider's RSA key is too short");
    *out = TAKE(jwk);
    return 0;
}

static int check_signature(str token, cjose_jwk_t *jwk, struct jval **out,
                           struct err *err)
{
    AUTO(free_jws) cjose_jws_t *jws = NULL;
    uint8_t *payload = NULL;
    size_t n = 0;
    cjose_err why;

    jws = cjose_jws_import(token.p, token.n, &why);
    if (jws == NULL)
        return wrong(err, "it is not a signed token");
    if (!cjose_jws_verify(jws, jwk, &why))
        return wrong(err, "its signature is wrong");
    /* The payload is the token's to release. */
    if (!cjose_jws_get_plaintext(jws, &payload, &n, &why) ||
        jval_parse((str){ (const char *)payload, n }, IDTOKEN_MAX, out, err) <
            0)
        return wrong(err, "its payload is not JSON");
    return 0;
}

/* --- the claims -------------------------------------------------------- */

static bool names_client(const struct jval *aud, str client)
{
    if (jval_kind(aud) == JVAL_TEXT)
        return str_eq(jval_text(aud, STR("")), client);
    for (size_t i = 0; i < jval_count(aud) && i < AUDIENCES_MAX; i++) {
        if (jval_kind(aud) == JVAL_ARRAY &&
            str_eq(jval_text(jval_at(aud, i), STR("")), client))
            return true;
    }
    return false;
}

static int check_audience(const struct jval *claims, str client,
                          struct err *err)
{
    const struct jval *aud = jval_get(claims, "aud");
    const struct jval *azp = jval_get(claims, "azp");

    if (client.n == 0 || !names_client(aud, client))
        return wrong(err, "it is meant for somebody else (aud)");
    if (jval_kind(aud) == JVAL_ARRAY && jval_count(aud) > 1 && azp == NULL)
        return wrong(err, "it is for several, and does not say for whom (azp)");
    if (azp != NULL && !str_eq(jval_text(azp, STR("")), client))
        return wrong(err, "it was given to somebody else (azp)");
    return 0;
}

/* A time as a whole number of seconds: what has a fraction is refused, not
 * rounded. */
static int check_times(const struct jval *claims, int64_t now, struct err *err)
{
    const struct jval *exp = jval_get(claims, "exp");
    const struct jval *iat = jval_get(claims, "iat");
    const struct jval *nbf = jval_get(claims, "nbf");

    if (jval_kind(exp) != JVAL_INTEGER || jval_kind(iat) != JVAL_INTEGER ||
        (nbf != NULL && jval_kind(nbf) != JVAL_INTEGER))
        return wrong(err, "its times (exp, iat) are missing or no numbers");
    if (jval_i64(exp, 0) <= now - IDTOKEN_LEEWAY_S)
        return wrong(err, "it has expired");
    if (jval_i64(iat, 0) > now + IDTOKEN_LEEWAY_S ||
        jval_i64(nbf, 0) > now + IDTOKEN_LEEWAY_S)
        return wrong(err, "it is from the future");
    return 0;
}

static int check_claims(const struct jval *claims,
                        const struct idtoken_terms *terms, struct err *err)
{
    str nonce = jval_text(jval_get(claims, "nonce"), STR(""));
    str subject = jval_text(jval_get(claims, "sub"), STR(""));
    int rc;

    if (!str_eq(jval_text(jval_get(claims, "iss"), STR("")), terms->issuer))
        return wrong(err, "it is of another issuer");
    rc = check_audience(claims, terms->client, err);
    if (rc == 0)
        rc = check_times(claims, terms->now, err);
    if (rc < 0)
        return rc;
    if (terms->nonce.n == 0 || !trust_equal(nonce, terms->nonce))
        return wrong(err, "it is of another log-in (nonce)");
    if (subject.n == 0 || subject.n > 255)
        return wrong(err, "it names nobody (sub)");
    return 0;
}

int idtoken_check(str token, str jwks, const struct idtoken_terms *terms,
                  struct jval **out_claims, struct err *err)
{
    AUTO(jval_freep) struct jval *header = NULL;
    AUTO(jval_freep) struct jval *set = NULL;
    AUTO(jval_freep) struct jval *claims = NULL;
    AUTO(free_jwk) cjose_jwk_t *jwk = NULL;
    const struct jval *key = NULL;
    size_t algorithm = 0;
    int rc;

    if (token.n == 0 || !is_compact(token))
        return wrong(err, "it is not three parts with dots between");
    rc = read_header(token, &algorithm, &header, err);
    if (rc < 0)
        return rc;
    if (jval_parse(jwks, JWKS_MAX, &set, err) < 0)
        return wrong(err, "the provider's set of keys is not JSON");
    rc = find_key(set, algorithm, header, &key, err);
    if (rc != 0)
        return rc;
    rc = import_key(key, algorithm, &jwk, err);
    if (rc == 0)
        rc = check_signature(token, jwk, &claims, err);
    if (rc == 0)
        rc = check_claims(claims, terms, err);
    if (rc == 0)
        *out_claims = TAKE(claims);
    return rc;
}
