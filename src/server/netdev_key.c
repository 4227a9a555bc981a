/* SPDX-License-Identifier: Apache-2.0 */
#include "server/netdev_key.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "trust/sign.h"

enum {
    KEY_FILE_MAX = 16384,
    PASSPHRASE_MAX = 4096,
};

/* A file of systemd's, when it hands one over. */
static const char *credential_path(struct config *config, const char *name)
{
    const char *directory = getenv("CREDENTIALS_DIRECTORY");
    const char *path;

    if (directory == NULL || directory[0] != '/')
        return NULL;
    path = arena_printf(&config->arena, "%s/%s", directory, name).p;
    return access(path, R_OK) == 0 ? path : NULL;
}

static const char *key_path(struct config *config)
{
    return config->netdev_key_file.n > 0
               ? config->netdev_key_file.p
               : config_path(config, "keys/netdev.key");
}

static int read_passphrase(struct config *config, struct buf *out,
                           struct err *err)
{
    const char *path = credential_path(config, "netdev.passphrase");
    int rc;

    if (path == NULL && config->netdev_passphrase_file.n > 0)
        path = config->netdev_passphrase_file.p;
    if (path == NULL)
        return 0;
    rc = io_read_file(AT_FDCWD, path, out, err);
    while (rc == 0 && out->n > 0 &&
           (out->p[out->n - 1] == '\n' || out->p[out->n - 1] == '\r'))
        out->n--;
    return rc;
}

int netdev_key_load(struct config *config, struct box_ring *out,
                    struct err *err)
{
    AUTO(buf_wipe) struct buf passphrase = BUF(PASSPHRASE_MAX);
    AUTO(buf_wipe) struct buf text = BUF(KEY_FILE_MAX);
    const char *path = credential_path(config, "netdev.key");
    int rc = read_passphrase(config, &passphrase, err);

    if (rc < 0)
        return err_wrap(err, rc, "the passphrase of the keys");
    if (path == NULL)
        return box_ring_file(key_path(config), buf_str(&passphrase), out, err);
    rc = io_read_file(AT_FDCWD, path, &text, err);
    if (rc == 0)
        rc = box_ring_read(buf_str(&text), buf_str(&passphrase), out, err);
    return rc < 0 ? err_wrap(err, rc, "%s", path) : 0;
}

/* --- The command ------------------------------------------------------------
 */

static int save(struct config *config, str passphrase,
                const struct box_ring *ring, struct err *err)
{
    if (credential_path(config, "netdev.key") != NULL)
        return err_set(err, E_UNSUPPORTED,
                       "the keys are a credential of systemd's: change the "
                       "file that it is made from");
    return box_ring_save(key_path(config), passphrase, ring, err);
}

static int show(struct config *config, const struct box_ring *ring)
{
    char id[BOX_ID_MAX];

    printf("%s\n", key_path(config));
    for (size_t i = 0; i < ring->n; i++) {
        box_id(&ring->keys[i].open, id);
        printf("%s  %s\n", id, i == 0 ? "seals and opens" : "opens");
    }
    return 0;
}

static int change(struct config *config, const char *what, const char *file,
                  struct err *err)
{
    AUTO(buf_wipe) struct buf passphrase = BUF(PASSPHRASE_MAX);
    AUTO(box_ring_clear) struct box_ring ring = { .n = 0 };
    int rc = netdev_key_load(config, &ring, err);

    if (rc < 0)
        return rc;
    if (strcmp(what, "show") == 0)
        return show(config, &ring);
    rc = read_passphrase(config, &passphrase, err);
    if (rc == 0 && strcmp(what, "rotate") == 0)
        rc = box_ring_renew(&ring, err);
    else if (rc == 0 && strcmp(what, "forget") == 0)
        box_ring_forget(&ring);
    else if (rc == 0 && strcmp(what, "passphrase") == 0 && file != NULL) {
        buf_reset(&passphrase);
        config->netdev_passphrase_file = str_c(file);
        rc = read_passphrase(config, &passphrase, err);
    } else if (rc == 0)
        rc = err_set(err, E_USAGE,
                     "expected show, rotate, forget or passphrase FILE");
    return rc < 0 ? rc : save(config, buf_str(&passphrase), &ring, err);
}

int command_netdev_key(struct server_terms *terms, struct err *err)
{
    const char *const *words = terms->arguments + 1;
    size_t n = terms->argument_count > 0 ? terms->argument_count - 1 : 0;
    int rc = trust_init(err);

    if (rc < 0)
        return rc;
    return change(terms->config, n > 0 ? words[0] : "show",
                  n > 1 ? words[1] : NULL, err);
}
