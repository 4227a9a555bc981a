/* SPDX-License-Identifier: Apache-2.0 */
#include "server/media_commands.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/io.h"
#include "base/jval.h"
#include "netdev/config.h"
#include "netdev/media.h"
#include "trust/sign.h"
#include "trust/vault.h"

#define DOMAIN STR("holdfast media v1")
#define MARK STR("holdfast-media-1 ")

enum {
    ORDER_MAX = 65536,
    MANIFEST_MAX = 65536,
    FILES_MAX = 16,
    SIGNATURE_HEX = 2 * SIGNATURE_BYTES,
    PUBLIC_HEX = 2 * SIGN_PUBLIC_BYTES,
};

/* --- writing ---------------------------------------------------------------
 */

struct folder {
    const char *path;
    str passphrase; /* empty: not encrypted */
    struct buf manifest;
};

static void path_of(const char *folder, str name, struct buf *out)
{
    buf_reset(out);
    buf_printf(out, "%s/%" PRIstr, folder, ARGstr(name));
}

static void note(struct buf *manifest, str name, str bytes)
{
    char sum[DIGEST_HEX_MAX];
    struct digest digest;

    digest_init(&digest, DIGEST_SHA256);
    digest_add(&digest, bytes.p, bytes.n);
    digest_finish(&digest, sum);
    buf_printf(manifest, "%s  %zu  %" PRIstr "\n", sum, bytes.n, ARGstr(name));
}

static int put(const char *path, str bytes, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    int rc = io_out_open(path, &out, err);

    if (rc < 0)
        return rc;
    io_out_write(out, bytes);
    return io_out_finish(out, err);
}

static int put_vault(const char *path, str passphrase, str bytes,
                     struct err *err)
{
    AUTO(vault_out_freep) struct vault_out *vault = NULL;
    struct vault_secret secret = { .passphrase = passphrase };
    int rc = vault_create(path, &secret, &vault, err);

    while (rc == 0 && bytes.n > 0) {
        rc = vault_put(vault, str_sub(bytes, 0, VAULT_CHUNK_MAX), err);
        bytes = str_sub(bytes, VAULT_CHUNK_MAX, bytes.n);
    }
    return rc < 0 ? rc : vault_finish(vault, err);
}

/* A configuration; the manifest is of what is on the disk. */
static int put_config(struct folder *folder, str name, str bytes,
                      struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(8192);
    AUTO(buf_clear) struct buf file = BUF(256);
    AUTO(buf_wipe) struct buf written = BUF(2 * CONFIG_TEXT_MAX);
    int rc;

    buf_add(&file, name);
    if (folder->passphrase.n > 0)
        buf_add_c(&file, ".vault");
    path_of(folder->path, buf_str(&file), &path);
    rc = folder->passphrase.n > 0
             ? put_vault(buf_c(&path), folder->passphrase, bytes, err)
             : put(buf_c(&path), bytes, err);
    if (rc == 0)
        rc = io_read_file(AT_FDCWD, buf_c(&path), &written, err);
    if (rc == 0)
        note(&folder->manifest, buf_str(&file), buf_str(&written));
    return rc;
}

static int put_files(struct folder *folder, const struct media_order *order,
                     struct err *err)
{
    AUTO(buf_wipe) struct buf delta = BUF(CONFIG_TEXT_MAX);
    AUTO(buf_clear) struct buf guide = BUF(8192);
    AUTO(buf_clear) struct buf name = BUF(256);
    AUTO(buf_clear) struct buf path = BUF(8192);
    int rc;

    media_name(order, false, &name);
    rc = put_config(folder, buf_str(&name), order->full, err);
    if (rc == 0 && order->previous.n > 0) {
        buf_reset(&name);
        media_name(order, true, &name);
        rc = media_delta(order, &delta, err);
        if (rc == 0)
            rc = put_config(folder, buf_str(&name), buf_str(&delta), err);
    }
    if (rc < 0)
        return rc;
    media_guide(order, &guide);
    path_of(folder->path, STR("COPY.txt"), &path);
    rc = put(buf_c(&path), buf_str(&guide), err);
    note(&folder->manifest, STR("COPY.txt"), buf_str(&guide));
    return rc;
}

static void add_hex(struct buf *out, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%02x", bytes[i]);
}

static int seal_folder(struct folder *folder, struct config *config,
                       struct err *err)
{
    AUTO(sign_key_clear) struct sign_key key = { 0 };
    AUTO(buf_clear) struct buf text = BUF(MANIFEST_MAX + 512);
    AUTO(buf_clear) struct buf path = BUF(8192);
    uint8_t signature[SIGNATURE_BYTES];
    int rc = 0;

    if (mkdir(config_path(config, "keys"), 0700) < 0 && errno != EEXIST)
        rc = err_errno(err, errno, "%s", config_path(config, "keys"));
    if (rc == 0)
        rc = sign_key_file(config_path(config, "keys/media.key"), true, &key,
                           err);
    if (rc < 0)
        return rc;
    sign_make(&key, DOMAIN, buf_str(&folder->manifest), signature);
    buf_add(&text, MARK);
    add_hex(&text, signature, sizeof(signature));
    buf_add_char(&text, '\n');
    buf_add(&text, buf_str(&folder->manifest));
    path_of(folder->path, STR("MANIFEST"), &path);
    rc = put(buf_c(&path), buf_str(&text), err);
    buf_reset(&text);
    add_hex(&text, key.public, sizeof(key.public));
    if (rc == 0)
        printf("public key %s\n", buf_c(&text));
    return rc;
}

/* --- the order -------------------------------------------------------------
 */

static int read_path(const struct jval *json, const char *name, bool needed,
                     struct buf *out, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(4096);
    int rc;

    buf_add(&path, jval_text(jval_get(json, name), STR("")));
    if (path.n == 0)
        return needed ? err_set(err, E_INVALID, "%s: is missing", name) : 0;
    rc = io_read_file(AT_FDCWD, buf_c(&path), out, err);
    return rc < 0 ? err_wrap(err, rc, "%s", name) : 0;
}

static int read_order(const struct jval *json, struct buf *full,
                      struct buf *previous, struct media_order *out,
                      struct err *err)
{
    int rc;

    *out = (struct media_order){
        .family = family_find(jval_text(jval_get(json, "family"), STR(""))),
        .name = jval_text(jval_get(json, "name"), STR("")),
        .version = jval_text(jval_get(json, "version"), STR("")),
        .model = jval_text(jval_get(json, "model"), STR("")),
        .medium = jval_text(jval_get(json, "medium"), STR("usbtoken0")),
    };
    if (out->family == NULL)
        return err_set(err, E_INVALID, "family: expected one of %s",
                       family_names());
    rc = read_path(json, "configuration", true, full, err);
    if (rc == 0)
        rc = read_path(json, "previous", false, previous, err);
    out->full = buf_str(full);
    out->previous = buf_str(previous);
    return rc < 0 ? rc : media_check(out, err);
}

int command_media_write(struct server_terms *terms, struct err *err)
{
    AUTO(jval_freep) struct jval *json = NULL;
    AUTO(buf_clear) struct buf text = BUF(ORDER_MAX);
    AUTO(buf_wipe) struct buf full = BUF(CONFIG_TEXT_MAX);
    AUTO(buf_wipe) struct buf previous = BUF(CONFIG_TEXT_MAX);
    AUTO(buf_wipe) struct buf passphrase = BUF(4096);
    struct folder folder = { .manifest = BUF(MANIFEST_MAX) };
    struct media_order order;
    int rc = trust_init(err);

    if (rc == 0 && terms->argument_count != 3)
        rc = err_set(err, E_USAGE, "usage: holdfastd media-write FILE FOLDER");
    if (rc == 0)
        rc = io_read_file(AT_FDCWD, terms->arguments[1], &text, err);
    if (rc == 0)
        rc = jval_parse(buf_str(&text), ORDER_MAX, &json, err);
    if (rc == 0)
        rc = read_order(json, &full, &previous, &order, err);
    if (rc == 0)
        rc = read_path(json, "passphrase_file", false, &passphrase, err);
    if (rc < 0)
        return rc;
    folder.path = terms->arguments[2];
    folder.passphrase = str_trim(buf_str(&passphrase));
    if (passphrase.n > 0 && folder.passphrase.n < VAULT_PASSPHRASE_MIN)
        return err_set(err, E_INVALID, "a passphrase has at least %d bytes",
                       VAULT_PASSPHRASE_MIN);
    if (mkdir(folder.path, 0700) < 0)
        return err_errno(err, errno, "%s", folder.path);
    rc = put_files(&folder, &order, err);
    if (rc == 0)
        rc = seal_folder(&folder, terms->config, err);
    buf_clear(&folder.manifest);
    return rc;
}

/* --- checking --------------------------------------------------------------
 */

static bool take_hex(str text, uint8_t *out, size_t n)
{
    if (text.n != 2 * n)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        int value = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                           : -1;

        if (value < 0)
            return false;
        out[i / 2] = (uint8_t)(i % 2 == 0 ? value << 4 : out[i / 2] | value);
    }
    return true;
}

static int check_signature(str *manifest, const char *public_hex,
                           struct err *err)
{
    uint8_t public[SIGN_PUBLIC_BYTES];
    uint8_t signature[SIGNATURE_BYTES];
    str first = str_cut(manifest, '\n');

    if (!take_hex(str_c(public_hex), public, sizeof(public)))
        return err_set(err, E_INVALID,
                       "the public key has 64 digits of hexadecimal");
    if (!str_starts(first, MARK) || !take_hex(str_sub(first, MARK.n, first.n),
                                              signature, sizeof(signature)))
        return err_set(err, E_PARSE, "MANIFEST: it is none of ours");
    if (!sign_check(public, DOMAIN, *manifest, signature))
        return err_set(err, E_PERM,
                       "MANIFEST: the signature is not of this key");
    return 0;
}

static int check_file(const char *folder, str line, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(8192);
    AUTO(buf_wipe) struct buf bytes = BUF(2 * CONFIG_TEXT_MAX);
    AUTO(buf_clear) struct buf found = BUF(1024);
    str name = line;
    int rc;

    (void)str_cut(&name, ' ');
    name = str_trim(name);
    (void)str_cut(&name, ' ');
    name = str_trim(name);
    if (name.n == 0 || str_find_char(name, '/') < name.n)
        return err_set(err, E_PARSE, "MANIFEST: a line is none of ours");
    path_of(folder, name, &path);
    rc = io_read_file(AT_FDCWD, buf_c(&path), &bytes, err);
    if (rc < 0)
        return rc;
    note(&found, name, buf_str(&bytes));
    if (!str_eq(str_trim(buf_str(&found)), str_trim(line)))
        return err_set(err, E_CORRUPT, "%s is not what was signed",
                       buf_c(&path));
    return 0;
}

/* With a passphrase what is encrypted is opened beside it. */
static int open_file(const char *folder, str name, str passphrase,
                     struct err *err)
{
    AUTO(vault_in_freep) struct vault_in *vault = NULL;
    AUTO(buf_clear) struct buf path = BUF(8192);
    AUTO(buf_wipe) struct buf plain = BUF(CONFIG_TEXT_MAX);
    struct vault_secret secret = { .passphrase = passphrase };
    int rc;

    path_of(folder, name, &path);
    rc = vault_open(buf_c(&path), &secret, &vault, err);
    if (rc < 0)
        return rc;
    while ((rc = vault_get(vault, &plain, err)) == 1)
        continue;
    if (rc == 0)
        rc = buf_finish(&plain, "the configuration", err);
    if (rc < 0)
        return rc;
    path_of(folder, str_sub(name, 0, name.n - strlen(".vault")), &path);
    return put(buf_c(&path), buf_str(&plain), err);
}

static int check_all(const char *folder, str manifest, str passphrase,
                     struct err *err)
{
    int rc = 0;

    for (unsigned n = 0; rc == 0 && manifest.n > 0; n++) {
        str line = str_cut(&manifest, '\n');
        size_t at = line.n;

        rc = n < FILES_MAX ? check_file(folder, line, err)
                           : err_set(err, E_LIMIT, "MANIFEST: too long");
        while (at > 0 && line.p[at - 1] != ' ')
            at--;
        line = str_sub(line, at, line.n);
        if (rc == 0)
            printf("good %.*s\n", (int)line.n, line.p);
        if (rc == 0 && passphrase.n > 0 && str_ends(line, STR(".vault")))
            rc = open_file(folder, line, passphrase, err);
    }
    return rc;
}

int command_media_check(struct server_terms *terms, struct err *err)
{
    AUTO(buf_clear) struct buf path = BUF(8192);
    AUTO(buf_clear) struct buf text = BUF(MANIFEST_MAX);
    AUTO(buf_wipe) struct buf passphrase = BUF(4096);
    const char *folder = terms->arguments[1];
    str manifest;
    int rc = trust_init(err);

    if (rc == 0 && terms->argument_count != 3 && terms->argument_count != 4)
        rc = err_set(err, E_USAGE,
                     "usage: holdfastd media-check FOLDER PUBLIC-KEY "
                     "[PASSPHRASE-FILE]");
    if (rc < 0)
        return rc;
    path_of(folder, STR("MANIFEST"), &path);
    rc = io_read_file(AT_FDCWD, buf_c(&path), &text, err);
    if (rc == 0 && terms->argument_count == 4)
        rc = io_read_file(AT_FDCWD, terms->arguments[3], &passphrase, err);
    if (rc < 0)
        return rc;
    manifest = buf_str(&text);
    rc = check_signature(&manifest, terms->arguments[2], err);
    return rc < 0 ? rc
                  : check_all(folder, manifest, str_trim(buf_str(&passphrase)),
                              err);
}
