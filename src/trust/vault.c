/* SPDX-License-Identifier: Apache-2.0 */
#include "trust/vault.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#define MAGIC "holdfast vault 1"

enum {
    KIND_PASSPHRASE = 1,
    KIND_KEY = 2,
    OPS = 3,
    KIB = 256 << 10, /* 256 MiB: most of a second */
    OPS_MAX = 10,
    KIB_MIN = 8 << 10,
    KIB_MAX = 1 << 20,
    TAG_LAST = crypto_secretstream_xchacha20poly1305_TAG_FINAL,
    OVERHEAD = crypto_secretstream_xchacha20poly1305_ABYTES,
    KEY_BYTES = crypto_secretstream_xchacha20poly1305_KEYBYTES,
    PATH_LIMIT = 4096,
};

/* As it lies in the file. */
struct head {
    char magic[sizeof(MAGIC) - 1];
    uint8_t kind;
    uint8_t ops[4];
    uint8_t kib[4];
    uint8_t salt[crypto_pwhash_SALTBYTES];
    uint8_t stream[crypto_secretstream_xchacha20poly1305_HEADERBYTES];
};
_Static_assert(sizeof(struct head) == 16 + 1 + 4 + 4 + 16 + 24, "no gaps");
_Static_assert((int)SEAL_KEY_BYTES == (int)KEY_BYTES, "a key file fits");

typedef crypto_secretstream_xchacha20poly1305_state stream_state;

struct vault_out {
    stream_state state;
    struct head head;
    bool first;
    FILE *file;
    struct buf path;
    struct buf temp; /* empty once it is in place */
    unsigned char sealed[VAULT_CHUNK_MAX + OVERHEAD];
};

struct vault_in {
    stream_state state;
    struct head head;
    bool first;
    bool ended;
    FILE *file;
    struct buf path;
    unsigned char sealed[VAULT_CHUNK_MAX + OVERHEAD];
};

static void put_u32(uint8_t out[4], uint32_t number)
{
    number = htole32(number);
    memcpy(out, &number, 4);
}

static uint32_t get_u32(const uint8_t bytes[4])
{
    uint32_t number;

    memcpy(&number, bytes, 4);
    return le32toh(number);
}

/* The key that secret and header give. */
static int derive(const struct head *head, const struct vault_secret *secret,
                  uint8_t key[KEY_BYTES], struct err *err)
{
    uint32_t ops = get_u32(head->ops);
    uint32_t kib = get_u32(head->kib);

    if (head->kind == KIND_KEY) {
        if (secret->key == NULL)
            return err_set(err, E_PERM, "was sealed with a key file");
        memcpy(key, secret->key->bytes, KEY_BYTES);
        return 0;
    }
    if (head->kind != KIND_PASSPHRASE)
        return err_set(err, E_UNSUPPORTED, "was sealed by a newer program");
    if (secret->key != NULL)
        return err_set(err, E_PERM, "was sealed with a passphrase");
    if (ops < 1 || ops > OPS_MAX || kib < KIB_MIN || kib > KIB_MAX)
        return err_set(err, E_LIMIT, "asks for more work than is allowed");
    if (crypto_pwhash(key, KEY_BYTES, secret->passphrase.p,
                      secret->passphrase.n, head->salt, ops, (size_t)kib << 10,
                      crypto_pwhash_ALG_ARGON2ID13) != 0)
        return err_set(err, E_IO, "there is not enough memory for Argon2id");
    return 0;
}

/* --- writing ------------------------------------------------------------ */

static int failed(const struct vault_out *vault, struct err *err)
{
    int number = errno;
    str path = buf_str(&vault->path);

    return err_errno(err, number, "%" PRIstr, ARGstr(path));
}

static int open_temp(struct vault_out *vault, const char *path, struct err *err)
{
    uint32_t number = randombytes_random();
    int fd;

    vault->path = BUF_INIT(PATH_LIMIT);
    vault->temp = BUF_INIT(PATH_LIMIT);
    buf_add_c(&vault->path, path);
    buf_printf(&vault->temp, "%s.%08x", path, number);
    if (buf_finish(&vault->temp, "the path", err) < 0)
        return E_LIMIT;
    fd = open(buf_c(&vault->temp),
              O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        buf_clear(&vault->temp);
        return failed(vault, err);
    }
    vault->file = fdopen(fd, "w");
    return vault->file == NULL ? failed(vault, err) : 0;
}

static int start(struct vault_out *vault, const struct vault_secret *secret,
                 struct err *err)
{
    struct head *head = &vault->head;
    uint8_t key[KEY_BYTES];
    int rc;

    if (secret->key == NULL && secret->passphrase.n < VAULT_PASSPHRASE_MIN)
        return err_set(err, E_INVALID,
                       "a passphrase has at least %d characters",
                       VAULT_PASSPHRASE_MIN);
    memcpy(head->magic, MAGIC, sizeof(head->magic));
    head->kind = secret->key != NULL ? KIND_KEY : KIND_PASSPHRASE;
    if (secret->key == NULL) {
        put_u32(head->ops, OPS);
        put_u32(head->kib, KIB);
        randombytes_buf(head->salt, sizeof(head->salt));
    }
    rc = derive(head, secret, key, err);
    if (rc == 0)
        crypto_secretstream_xchacha20poly1305_init_push(&vault->state,
                                                        head->stream, key);
    sodium_memzero(key, sizeof(key));
    if (rc == 0 && fwrite(head, sizeof(*head), 1, vault->file) != 1)
        rc = failed(vault, err);
    vault->first = true;
    return rc;
}

int vault_create(const char *path, const struct vault_secret *secret,
                 struct vault_out **out, struct err *err)
{
    AUTO(vault_out_freep) struct vault_out *vault = NULL;
    int rc;

    vault = mem_alloc(1, sizeof(*vault));
    rc = open_temp(vault, path, err);
    if (rc == 0)
        rc = start(vault, secret, err);
    if (rc < 0)
        return rc;
    *out = TAKE(vault);
    return 0;
}

static int put(struct vault_out *vault, str chunk, uint8_t tag, struct err *err)
{
    const void *bound = vault->first ? &vault->head : NULL;
    size_t bound_n = vault->first ? sizeof(vault->head) : 0;
    uint8_t length[4];
    size_t n;

    if (chunk.n > VAULT_CHUNK_MAX)
        return err_set(err, E_LIMIT, "a chunk of %zu bytes", chunk.n);
    crypto_secretstream_xchacha20poly1305_push(
        &vault->state, vault->sealed, NULL, (const unsigned char *)chunk.p,
        chunk.n, bound, bound_n, tag);
    vault->first = false;
    n = chunk.n + OVERHEAD;
    put_u32(length, (uint32_t)n);
    if (fwrite(length, 4, 1, vault->file) != 1 ||
        fwrite(vault->sealed, n, 1, vault->file) != 1)
        return failed(vault, err);
    return 0;
}

int vault_put(struct vault_out *vault, str chunk, struct err *err)
{
    return put(vault, chunk, 0, err);
}

static int sync_folder(struct vault_out *vault, struct err *err)
{
    str path = buf_str(&vault->path);
    AUTO(buf_clear) struct buf folder = BUF(PATH_LIMIT);
    int rc = 0;
    int fd;

    while (path.n > 0 && path.p[path.n - 1] != '/')
        path.n--;
    buf_add(&folder, path.n > 0 ? path : STR("."));
    fd = open(buf_c(&folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fsync(fd) < 0)
        rc = failed(vault, err);
    if (fd >= 0)
        close(fd);
    return rc;
}

int vault_finish(struct vault_out *vault, struct err *err)
{
    int rc = put(vault, STR_NONE, TAG_LAST, err);
    int closed;

    if (rc < 0)
        return rc;
    if (fflush(vault->file) != 0 || fsync(fileno(vault->file)) < 0)
        return failed(vault, err);
    closed = fclose(TAKE(vault->file));
    if (closed != 0 || rename(buf_c(&vault->temp), buf_c(&vault->path)) < 0)
        return failed(vault, err);
    buf_clear(&vault->temp);
    return sync_folder(vault, err);
}

void vault_out_free(struct vault_out *vault)
{
    if (vault == NULL)
        return;
    if (vault->file != NULL)
        fclose(vault->file);
    if (vault->temp.n > 0)
        unlink(buf_c(&vault->temp));
    buf_clear(&vault->temp);
    buf_clear(&vault->path);
    sodium_memzero(vault, sizeof(*vault));
    mem_free(vault);
}

void vault_out_freep(struct vault_out **vault)
{
    vault_out_free(*vault);
    *vault = NULL;
}

/* --- reading ------------------------------------------------------------ */

static int open_file(struct vault_in *vault, const char *path, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat st;

    if (fd < 0)
        return err_errno(err, errno, "cannot open");
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        vault->file = fdopen(fd, "r");
    if (vault->file != NULL)
        return 0;
    close(fd);
    return err_set(err, E_INVALID, "is not a regular file");
}

static int read_head(struct vault_in *vault, const struct vault_secret *secret,
                     struct err *err)
{
    struct head *head = &vault->head;
    uint8_t key[KEY_BYTES];
    int rc;

    if (fread(head, sizeof(*head), 1, vault->file) != 1 ||
        memcmp(head->magic, MAGIC, sizeof(head->magic)) != 0)
        return ferror(vault->file)
                   ? err_errno(err, errno, "cannot read")
                   : err_set(err, E_PARSE,
                             "is not a sealed file of Holdfast's");
    rc = derive(head, secret, key, err);
    if (rc == 0 && crypto_secretstream_xchacha20poly1305_init_pull(
                       &vault->state, head->stream, key) != 0)
        rc = err_set(err, E_CORRUPT, "is damaged in its first bytes");
    sodium_memzero(key, sizeof(key));
    vault->first = true;
    return rc;
}

int vault_open(const char *path, const struct vault_secret *secret,
               struct vault_in **out, struct err *err)
{
    AUTO(vault_in_freep) struct vault_in *vault = NULL;
    int rc;

    vault = mem_alloc(1, sizeof(*vault));
    vault->path = BUF_INIT(PATH_LIMIT);
    buf_add_c(&vault->path, path);
    rc = open_file(vault, path, err);
    if (rc == 0)
        rc = read_head(vault, secret, err);
    if (rc < 0)
        return err_wrap(err, rc, "%s", path);
    *out = TAKE(vault);
    return 0;
}

static int too_short(struct vault_in *vault, struct err *err)
{
    if (ferror(vault->file))
        return err_errno(err, errno, "cannot read");
    return err_set(err, E_CORRUPT, "ends too early");
}

static int get(struct vault_in *vault, struct buf *out, struct err *err)
{
    const void *bound = vault->first ? &vault->head : NULL;
    size_t bound_n = vault->first ? sizeof(vault->head) : 0;
    size_t before = out->n;
    unsigned char tag = 0;
    uint8_t length[4];
    char none;
    char *plain;
    size_t n;

    if (fread(length, 4, 1, vault->file) != 1)
        return too_short(vault, err);
    n = get_u32(length);
    if (n < OVERHEAD || n > sizeof(vault->sealed))
        return err_set(err, E_CORRUPT, "is damaged");
    if (fread(vault->sealed, n, 1, vault->file) != 1)
        return too_short(vault, err);
    plain = n == OVERHEAD ? &none : buf_grow(out, n - OVERHEAD);
    if (plain == NULL)
        return err_set(err, E_LIMIT, "a chunk does not fit");
    if (crypto_secretstream_xchacha20poly1305_pull(
            &vault->state, (unsigned char *)plain, NULL, &tag, vault->sealed, n,
            bound, bound_n) != 0) {
        out->n = before;
        return vault->first ? err_set(err, E_PERM,
                                      "the secret is not the one it was "
                                      "sealed with, or it is damaged")
                            : err_set(err, E_CORRUPT, "is damaged");
    }
    vault->first = false;
    vault->ended = tag == TAG_LAST;
    if (!vault->ended)
        return 1;
    if (n != OVERHEAD || fgetc(vault->file) != EOF)
        return err_set(err, E_CORRUPT, "goes on after its end");
    return 0;
}

int vault_get(struct vault_in *vault, struct buf *out, struct err *err)
{
    int rc = vault->ended ? 0 : get(vault, out, err);

    return rc < 0 ? err_wrap(err, rc, "%s", buf_c(&vault->path)) : rc;
}

void vault_in_free(struct vault_in *vault)
{
    if (vault == NULL)
        return;
    if (vault->file != NULL)
        fclose(vault->file);
    buf_clear(&vault->path);
    sodium_memzero(vault, sizeof(*vault));
    mem_free(vault);
}

void vault_in_freep(struct vault_in **vault)
{
    vault_in_free(*vault);
    *vault = NULL;
}
