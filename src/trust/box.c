/* SPDX-License-Identifier: Apache-2.0
 *
 * A file of keys is text: the head line, and then a line "key BASE64" a key,
 * or one line "sealed OPERATIONS KIB SALT BOX" with those lines in it.
 */
#include "trust/box.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/encode.h"
#include "base/io.h"
#include "trust/sign.h"

#define HEAD "holdfast keys 1\n"

enum {
    VERSION = 1,
    ID_BYTES = 8,
    PREFIX = 1 + ID_BYTES,
    CONTEXT_MAX = 64,
    FILE_MAX = 16384,
    OPS = 3,
    KIB = 64 << 10,
    OPS_MAX = 10,
    KIB_MIN = 8 << 10,
    KIB_MAX = 1 << 20,
};
_Static_assert(BOX_OVERHEAD >= PREFIX + crypto_box_SEALBYTES + 1,
               "what a box adds");

void box_ring_clear(struct box_ring *ring)
{
    sodium_memzero(ring, sizeof(*ring));
}

static void raw_id(const struct box_public *key, uint8_t out[ID_BYTES])
{
    uint8_t bytes[DIGEST_BYTES_MAX];
    struct digest digest;

    digest_init(&digest, DIGEST_SHA256);
    digest_add(&digest, key->bytes, sizeof(key->bytes));
    (void)digest_bytes(&digest, bytes);
    memcpy(out, bytes, ID_BYTES);
}

static void id_text(const uint8_t id[ID_BYTES], char out[BOX_ID_MAX])
{
    for (size_t i = 0; i < ID_BYTES; i++)
        (void)snprintf(out + 2 * i, 3, "%02x", id[i]);
}

void box_id(const struct box_public *key, char out[BOX_ID_MAX])
{
    uint8_t id[ID_BYTES];

    raw_id(key, id);
    id_text(id, out);
}

void box_sealed_id(str sealed, char out[BOX_ID_MAX])
{
    out[0] = '\0';
    if (sealed.n > PREFIX && sealed.p[0] == VERSION)
        id_text((const uint8_t *)sealed.p + 1, out);
}

int box_ring_renew(struct box_ring *ring, struct err *err)
{
    if (ring->n == BOX_KEYS_MAX)
        return err_set(err, E_LIMIT,
                       "there are %d keys already; drop the old ones first",
                       BOX_KEYS_MAX);
    memmove(&ring->keys[1], &ring->keys[0], ring->n * sizeof(ring->keys[0]));
    ring->n++;
    crypto_box_keypair(ring->keys[0].open.bytes, ring->keys[0].secret);
    return 0;
}

void box_ring_forget(struct box_ring *ring)
{
    if (ring->n < 2)
        return;
    sodium_memzero(&ring->keys[1], (ring->n - 1) * sizeof(ring->keys[0]));
    ring->n = 1;
}

/* --- Files ----------------------------------------------------------------
 */

static void add_keys(const struct box_ring *ring, struct buf *out)
{
    for (size_t i = 0; i < ring->n; i++) {
        buf_add_c(out, "key ");
        base64_add(out,
                   (str){ (const char *)ring->keys[i].secret, BOX_KEY_BYTES });
        buf_add_char(out, '\n');
    }
}

static int seal_keys(str keys, str passphrase, struct buf *out, struct err *err)
{
    AUTO(buf_wipe) struct buf box = BUF(FILE_MAX);
    uint8_t salt[crypto_pwhash_SALTBYTES];
    uint8_t nonce[crypto_secretbox_NONCEBYTES];
    uint8_t key[crypto_secretbox_KEYBYTES];
    unsigned char *at;

    trust_random(salt, sizeof(salt));
    trust_random(nonce, sizeof(nonce));
    if (crypto_pwhash(key, sizeof(key), passphrase.p, passphrase.n, salt, OPS,
                      (size_t)KIB << 10, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return err_set(err, E_IO, "there is not enough memory for Argon2id");
    buf_add(&box, (str){ (const char *)nonce, sizeof(nonce) });
    at = buf_grow(&box, keys.n + crypto_secretbox_MACBYTES);
    if (at != NULL)
        crypto_secretbox_easy(at, (const unsigned char *)keys.p, keys.n, nonce,
                              key);
    sodium_memzero(key, sizeof(key));
    buf_printf(out, "sealed %d %d ", OPS, KIB);
    base64_add(out, (str){ (const char *)salt, sizeof(salt) });
    buf_add_char(out, ' ');
    base64_add(out, buf_str(&box));
    buf_add_char(out, '\n');
    return buf_finish(&box, "the keys", err);
}

int box_ring_write(const struct box_ring *ring, str passphrase, struct buf *out,
                   struct err *err)
{
    AUTO(buf_wipe) struct buf keys = BUF(FILE_MAX);
    int rc = 0;

    if (passphrase.n > 0 && passphrase.n < BOX_PASSPHRASE_MIN)
        return err_set(err, E_INVALID,
                       "a passphrase has at least %d characters",
                       BOX_PASSPHRASE_MIN);
    buf_add_c(out, HEAD);
    add_keys(ring, &keys);
    if (passphrase.n > 0)
        rc = seal_keys(buf_str(&keys), passphrase, out, err);
    else
        buf_add(out, buf_str(&keys));
    return rc < 0 ? rc : buf_finish(out, "the keys", err);
}

static int read_keys(str text, struct box_ring *ring, struct err *err)
{
    while (text.n > 0) {
        AUTO(buf_wipe) struct buf bytes = BUF(BOX_KEY_BYTES + 1);
        str line = str_cut(&text, '\n');

        if (!str_starts(line, STR("key ")) || ring->n == BOX_KEYS_MAX ||
            base64_take(&bytes, str_sub(line, 4, line.n), NULL) < 0 ||
            bytes.n != BOX_KEY_BYTES)
            return err_set(err, E_PARSE,
                           "expected lines \"key BASE64\", at most %d",
                           BOX_KEYS_MAX);
        memcpy(ring->keys[ring->n].secret, bytes.p, BOX_KEY_BYTES);
        crypto_scalarmult_base(ring->keys[ring->n].open.bytes,
                               ring->keys[ring->n].secret);
        ring->n++;
    }
    if (ring->n == 0)
        return err_set(err, E_PARSE, "there is no key in it");
    return 0;
}

struct sealed {
    int64_t ops;
    int64_t kib;
    struct buf salt;
    struct buf box;
};

static int read_sealed(str line, struct sealed *out, struct err *err)
{
    str words[4];

    for (size_t i = 0; i < COUNT(words); i++)
        words[i] = str_cut(&line, i < 3 ? ' ' : '\n');
    if (str_to_i64(words[0], 1, OPS_MAX, &out->ops, NULL) < 0 ||
        str_to_i64(words[1], KIB_MIN, KIB_MAX, &out->kib, NULL) < 0 ||
        base64_take(&out->salt, words[2], NULL) < 0 ||
        base64_take(&out->box, words[3], NULL) < 0 ||
        out->salt.n != crypto_pwhash_SALTBYTES ||
        out->box.n <= crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES)
        return err_set(err, E_PARSE,
                       "expected \"sealed OPERATIONS KIB SALT BOX\"");
    return 0;
}

static int open_sealed(const struct sealed *sealed, str passphrase,
                       struct buf *out, struct err *err)
{
    const unsigned char *box = (const unsigned char *)sealed->box.p;
    size_t n = sealed->box.n - crypto_secretbox_NONCEBYTES;
    uint8_t key[crypto_secretbox_KEYBYTES];
    unsigned char *at = buf_grow(out, n - crypto_secretbox_MACBYTES);
    int rc;

    if (passphrase.n == 0)
        return err_set(err, E_PERM, "a passphrase is needed");
    if (at == NULL ||
        crypto_pwhash(key, sizeof(key), passphrase.p, passphrase.n,
                      (const unsigned char *)sealed->salt.p,
                      (unsigned long long)sealed->ops,
                      (size_t)sealed->kib << 10,
                      crypto_pwhash_ALG_ARGON2ID13) != 0)
        return err_set(err, E_IO, "there is not enough memory for Argon2id");
    rc = crypto_secretbox_open_easy(at, box + crypto_secretbox_NONCEBYTES, n,
                                    box, key);
    sodium_memzero(key, sizeof(key));
    return rc == 0 ? 0 : err_set(err, E_PERM, "the passphrase is wrong");
}

int box_ring_read(str text, str passphrase, struct box_ring *out,
                  struct err *err)
{
    AUTO(buf_wipe) struct buf plain = BUF(FILE_MAX);
    AUTO(box_ring_clear) struct box_ring ring = { .n = 0 };
    struct sealed sealed = { .salt = BUF(64), .box = BUF(FILE_MAX) };
    int rc = 0;

    if (!str_starts(text, STR(HEAD)))
        return err_set(err, E_PARSE, "it does not begin with \"%.15s\"", HEAD);
    text = str_sub(text, sizeof(HEAD) - 1, text.n);
    if (str_starts(text, STR("sealed "))) {
        rc = read_sealed(str_sub(text, 7, text.n), &sealed, err);
        if (rc == 0)
            rc = open_sealed(&sealed, passphrase, &plain, err);
        buf_clear(&sealed.salt);
        buf_clear(&sealed.box);
        text = buf_str(&plain);
    }
    if (rc == 0)
        rc = read_keys(text, &ring, err);
    if (rc == 0)
        *out = ring;
    return rc;
}

int box_ring_save(const char *path, str passphrase, const struct box_ring *ring,
                  struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    AUTO(buf_wipe) struct buf text = BUF(FILE_MAX);
    mode_t before;
    int rc = box_ring_write(ring, passphrase, &text, err);

    if (rc < 0)
        return rc;
    before = umask(077);
    rc = io_out_open(path, &out, err);
    (void)umask(before);
    if (rc < 0)
        return rc;
    io_out_write(out, buf_str(&text));
    return io_out_finish(out, err);
}

static int check_file(const char *path, struct err *err)
{
    struct stat st;

    if (lstat(path, &st) < 0)
        return err_errno(err, errno, "%s", path);
    if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0)
        return err_set(err, E_PERM,
                       "%s: expected a file of mode 0600 that only its owner "
                       "may read",
                       path);
    return 0;
}

static int make_file(const char *path, str passphrase, struct err *err)
{
    AUTO(box_ring_clear) struct box_ring ring = { .n = 0 };
    int rc = box_ring_renew(&ring, err);

    return rc < 0 ? rc : box_ring_save(path, passphrase, &ring, err);
}

int box_ring_file(const char *path, str passphrase, struct box_ring *out,
                  struct err *err)
{
    AUTO(buf_wipe) struct buf text = BUF(FILE_MAX);
    int rc = 0;

    if (access(path, F_OK) < 0 && errno == ENOENT)
        rc = make_file(path, passphrase, err);
    if (rc == 0)
        rc = check_file(path, err);
    if (rc == 0)
        rc = io_read_file(AT_FDCWD, path, &text, err);
    if (rc < 0)
        return rc;
    rc = box_ring_read(buf_str(&text), passphrase, out, err);
    return rc < 0 ? err_wrap(err, rc, "%s", path) : 0;
}

/* --- Texts ------------------------------------------------------------------
 */

int box_seal(const struct box_public *key, str context, str plain,
             struct buf *out, struct err *err)
{
    AUTO(buf_wipe) struct buf inner = BUF(plain.n + CONTEXT_MAX + 1);
    uint8_t id[ID_BYTES];
    unsigned char *at;

    if (context.n > CONTEXT_MAX)
        return err_set(err, E_INVALID, "a context is too long");
    buf_add_char(&inner, (char)context.n);
    buf_add(&inner, context);
    buf_add(&inner, plain);
    raw_id(key, id);
    buf_add_char(out, VERSION);
    buf_add(out, (str){ (const char *)id, sizeof(id) });
    at = buf_grow(out, inner.n + crypto_box_SEALBYTES);
    if (at == NULL)
        return err_set(err, E_LIMIT, "what is to be sealed is too long");
    if (crypto_box_seal(at, (const unsigned char *)inner.p, inner.n,
                        key->bytes) != 0)
        return err_set(err, E_INVALID, "the key to seal with is no key");
    return 0;
}

static int find_key(const struct box_ring *ring, str sealed, size_t *out,
                    struct err *err)
{
    char text[BOX_ID_MAX];
    uint8_t id[ID_BYTES];

    if (sealed.n < PREFIX + crypto_box_SEALBYTES + 1 || sealed.p[0] != VERSION)
        return err_set(err, E_CORRUPT, "a sealed text is damaged");
    for (size_t i = 0; i < ring->n; i++) {
        raw_id(&ring->keys[i].open, id);
        if (memcmp(id, sealed.p + 1, ID_BYTES) == 0) {
            *out = i;
            return 0;
        }
    }
    box_sealed_id(sealed, text);
    return err_set(err, E_ABSENT,
                   "it was sealed with the key %s, which is not "
                   "here",
                   text);
}

int box_open(const struct box_ring *ring, str context, str sealed,
             struct buf *out, struct err *err)
{
    AUTO(buf_wipe) struct buf inner = BUF(sealed.n);
    unsigned char *at;
    size_t i = 0;
    int rc = find_key(ring, sealed, &i, err);

    if (rc < 0)
        return rc;
    at = buf_grow(&inner, sealed.n - PREFIX - crypto_box_SEALBYTES);
    if (at == NULL ||
        crypto_box_seal_open(at, (const unsigned char *)sealed.p + PREFIX,
                             sealed.n - PREFIX, ring->keys[i].open.bytes,
                             ring->keys[i].secret) != 0 ||
        (size_t)(uint8_t)inner.p[0] != context.n || inner.n < context.n + 1 ||
        memcmp(inner.p + 1, context.p, context.n) != 0)
        return err_set(err, E_CORRUPT,
                       "a sealed text was changed, or is not for this place");
    buf_add(out, str_sub(buf_str(&inner), context.n + 1, inner.n));
    return buf_finish(out, "what was sealed", err);
}
