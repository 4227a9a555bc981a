/* SPDX-License-Identifier: Apache-2.0 */
#include "trust/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "trust/cert.h"

_Static_assert(SIGN_PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES, "Ed25519");
_Static_assert(SIGN_SECRET_BYTES == crypto_sign_SECRETKEYBYTES, "Ed25519");
_Static_assert(SIGNATURE_BYTES == crypto_sign_BYTES, "Ed25519");

int trust_init(struct err *err)
{
    if (sodium_init() < 0)
        return err_set(err, E_IO, "the machine gives no random numbers");
    return 0;
}

void trust_random(void *out, size_t n)
{
    randombytes_buf(out, n);
}

void trust_hmac(str key, str text, uint8_t out[32])
{
    crypto_auth_hmacsha256_state state;

    crypto_auth_hmacsha256_init(&state, (const unsigned char *)key.p, key.n);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)text.p,
                                  text.n);
    crypto_auth_hmacsha256_final(&state, out);
    sodium_memzero(&state, sizeof(state));
}

bool trust_equal(str a, str b)
{
    return a.n == b.n && (a.n == 0 || sodium_memcmp(a.p, b.p, a.n) == 0);
}

void trust_wipe(void *p, size_t n)
{
    if (p != NULL)
        sodium_memzero(p, n);
}

void sign_key_make(struct sign_key *key)
{
    crypto_sign_keypair(key->public, key->secret);
}

void sign_key_clear(struct sign_key *key)
{
    if (key != NULL)
        sodium_memzero(key, sizeof(*key));
}

/* --- the file --------------------------------------------------------- */

static void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* 0: read; 1: there is none. */
static int read_key(const char *path, struct sign_key *key, struct err *err)
{
    uint8_t seed[crypto_sign_SEEDBYTES];
    AUTO(sign_key_clear) struct sign_key again = { 0 };
    AUTO(fd_close)
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat st;

    if (fd < 0 && errno == ENOENT)
        return 1;
    if (fd < 0 || fstat(fd, &st) < 0)
        return err_errno(err, errno, "%s", path);
    if (!S_ISREG(st.st_mode))
        return err_set(err, E_INVALID, "%s: is not a regular file", path);
    if ((st.st_mode & 077) != 0 || (st.st_uid != geteuid() && st.st_uid != 0))
        return err_set(err, E_PERM,
                       "%s: a key must belong to who uses it, with mode 0600",
                       path);
    if (st.st_size != SIGN_SECRET_BYTES ||
        read(fd, again.secret, SIGN_SECRET_BYTES) != SIGN_SECRET_BYTES)
        return err_set(err, E_CORRUPT, "%s: is not an Ed25519 key of ours",
                       path);
    memcpy(key->secret, again.secret, SIGN_SECRET_BYTES);
    crypto_sign_ed25519_sk_to_seed(seed, key->secret);
    crypto_sign_seed_keypair(key->public, again.secret, seed);
    trust_wipe(seed, sizeof(seed));
    if (sodium_memcmp(again.secret, key->secret, SIGN_SECRET_BYTES) != 0) {
        sign_key_clear(key);
        return err_set(err, E_CORRUPT, "%s: is a damaged Ed25519 key", path);
    }
    return 0;
}

static int sync_folder(const char *path, struct err *err)
{
    str name = str_c(path);
    AUTO(buf_clear) struct buf folder = BUF(4096);
    AUTO(fd_close) int fd = -1;

    while (name.n > 0 && name.p[name.n - 1] != '/')
        name.n--;
    buf_add(&folder, name.n > 0 ? name : STR("."));
    fd = open(buf_c(&folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) < 0)
        return err_errno(err, errno, "%s", buf_c(&folder));
    return 0;
}

/* Written beside its place and linked there, so that a key that is already
 * there is never replaced and a half-written one never seen. 1: another was
 * faster. */
static int write_key(const char *path, const struct sign_key *key,
                     struct err *err)
{
    AUTO(buf_clear) struct buf temp = BUF(4096);
    AUTO(fd_close) int fd = -1;
    int rc = 0;

    buf_printf(&temp, "%s.new.%d", path, (int)getpid());
    (void)unlink(buf_c(&temp));
    fd = open(buf_c(&temp), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(err, errno, "%s", buf_c(&temp));
    if (write(fd, key->secret, SIGN_SECRET_BYTES) != SIGN_SECRET_BYTES ||
        fsync(fd) < 0)
        rc = err_errno(err, errno, "%s", buf_c(&temp));
    else if (link(buf_c(&temp), path) < 0)
        rc = errno == EEXIST ? 1 : err_errno(err, errno, "%s", path);
    (void)unlink(buf_c(&temp));
    return rc != 0 ? rc : sync_folder(path, err);
}

int sign_key_file(const char *path, bool make, struct sign_key *key,
                  struct err *err)
{
    AUTO(sign_key_clear) struct sign_key made = { 0 };
    int rc = read_key(path, key, err);

    if (rc <= 0)
        return rc;
    if (!make)
        return err_set(err, E_ABSENT, "%s: there is no such key", path);
    sign_key_make(&made);
    rc = write_key(path, &made, err);
    if (rc < 0)
        return rc;
    rc = read_key(path, key, err);
    if (rc == 1)
        return err_set(err, E_ABSENT, "%s: the key is gone again", path);
    return rc;
}

/* --- signatures ------------------------------------------------------- */

/* Domain, NUL, bytes: a domain has no NUL, so no two pairs are one text. */
static char *join(str domain, str bytes, size_t *n)
{
    char *all = mem_alloc(domain.n + 1 + bytes.n, 1);

    memcpy(all, domain.p, domain.n);
    if (bytes.n > 0)
        memcpy(all + domain.n + 1, bytes.p, bytes.n);
    *n = domain.n + 1 + bytes.n;
    return all;
}

void sign_make(const struct sign_key *key, str domain, str bytes,
               uint8_t out[SIGNATURE_BYTES])
{
    size_t n;
    AUTO(mem_freep) char *all = join(domain, bytes, &n);

    crypto_sign_detached(out, NULL, (const uint8_t *)all, n, key->secret);
}

bool sign_check(const uint8_t public[SIGN_PUBLIC_BYTES], str domain, str bytes,
                const uint8_t signature[SIGNATURE_BYTES])
{
    size_t n;
    AUTO(mem_freep) char *all = join(domain, bytes, &n);

    return crypto_sign_verify_detached(signature, (const uint8_t *)all, n,
                                       public) == 0;
}

void sign_components(struct components *components)
{
    component_add(components, "libsodium", sodium_version_string());
}
