/* SPDX-License-Identifier: Apache-2.0 */
#include "trust/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trust/sign.h"

enum {
    VERSION = 1,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};
_Static_assert(SEAL_OVERHEAD == 1 + NONCE + TAG, "version, nonce, tag");
_Static_assert(SEAL_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
               "the key of the cipher");

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* Written beside and linked into place, so that the key file is whole or not
 * there, and of two who make it at once one wins. */
static int make_file(const char *path, struct err *err)
{
    AUTO(buf_clear) struct buf beside = BUF(4096);
    AUTO(close_fd) int fd = -1;
    uint8_t key[SEAL_KEY_BYTES];
    ssize_t n;
    int rc = 0;

    buf_printf(&beside, "%s.%d", path, (int)getpid());
    fd = open(buf_c(&beside), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(err, errno, "%s", buf_c(&beside));
    trust_random(key, sizeof(key));
    n = write(fd, key, sizeof(key));
    sodium_memzero(key, sizeof(key));
    if (n != (ssize_t)sizeof(key) || fsync(fd) != 0)
        rc = err_errno(err, errno, "%s", buf_c(&beside));
    else if (link(buf_c(&beside), path) != 0 && errno != EEXIST)
        rc = err_errno(err, errno, "%s", path);
    unlink(buf_c(&beside));
    return rc;
}

int seal_key_file(const char *path, struct seal_key *out, struct err *err)
{
    AUTO(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct seal_key key;
    struct stat st;
    int rc;

    if (fd < 0 && errno == ENOENT) {
        rc = make_file(path, err);
        if (rc < 0)
            return rc;
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    }
    if (fd < 0 || fstat(fd, &st) != 0)
        return err_errno(err, errno, "%s", path);
    if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0)
        return err_set(err, E_PERM,
                       "%s: expected a file of mode 0600 that only its owner "
                       "may read",
                       path);
    if (st.st_size != SEAL_KEY_BYTES ||
        read(fd, key.bytes, sizeof(key.bytes)) != (ssize_t)sizeof(key.bytes))
        return err_set(err, E_CORRUPT, "%s: expected %d bytes", path,
                       SEAL_KEY_BYTES);
    *out = key;
    sodium_memzero(&key, sizeof(key));
    return 0;
}

void seal_key_clear(struct seal_key *key)
{
    sodium_memzero(key, sizeof(*key));
}

void seal_make(const struct seal_key *key, str context, str plain,
               struct buf *out)
{
    uint8_t nonce[NONCE];
    unsigned char *at;

    trust_random(nonce, sizeof(nonce));
    buf_add_char(out, VERSION);
    buf_add(out, (str){ (const char *)nonce, sizeof(nonce) });
    at = buf_grow(out, plain.n + TAG);
    if (at == NULL)
        return;
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        at, NULL, (const unsigned char *)plain.p, plain.n,
        (const unsigned char *)context.p, context.n, NULL, nonce, key->bytes);
}

int seal_open(const struct seal_key *key, str context, str sealed,
              struct buf *out, struct err *err)
{
    size_t before = out->n;
    unsigned char *at;

    if (sealed.n < SEAL_OVERHEAD || sealed.p[0] != VERSION)
        return err_set(err, E_CORRUPT, "a sealed secret is damaged");
    at = buf_grow(out, sealed.n - SEAL_OVERHEAD);
    if (at == NULL)
        return err_set(err, E_LIMIT, "a sealed secret is too long");
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            at, NULL, NULL, (const unsigned char *)sealed.p + 1 + NONCE,
            sealed.n - 1 - NONCE, (const unsigned char *)context.p, context.n,
            (const unsigned char *)sealed.p + 1, key->bytes) != 0) {
        out->n = before;
        return err_set(err, E_CORRUPT,
                       "a sealed secret was not sealed with this key");
    }
    return 0;
}
