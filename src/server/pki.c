/* SPDX-License-Identifier: Apache-2.0 */
#include "server/pki.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/log.h"
#include "trust/cert.h"
#include "trust/sign.h"

enum {
    CA_DAYS = 3650,
    SERVER_DAYS = 397,
    RENEW_DAYS = 30,
    DAY_S = 86400,
    NAMES_MAX = 32,
    BACKDATE_S = 3600, /* clocks differ */
};

static int write_secret(const char *path, str bytes, struct err *err)
{
    AUTO(buf_clear) struct buf temporary = BUF(4200);
    int fd;
    ssize_t n;
    bool good;

    buf_printf(&temporary, "%s.new", path);
    unlink(buf_c(&temporary));
    fd = open(buf_c(&temporary), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_errno(err, errno, "%s", buf_c(&temporary));
    n = write(fd, bytes.p, bytes.n);
    good = n == (ssize_t)bytes.n && fsync(fd) == 0;
    good = close(fd) == 0 && good;
    if (!good || rename(buf_c(&temporary), path) < 0)
        return err_errno(err, errno, "%s", path);
    return 0;
}

/* 1: it is not there. A key that others may read is refused. */
static int read_file(const char *path, bool secret, struct buf *out,
                     struct err *err)
{
    struct stat facts;

    if (stat(path, &facts) < 0) {
        if (errno == ENOENT)
            return 1;
        return err_errno(err, errno, "%s", path);
    }
    if (secret && (facts.st_mode & 077) != 0)
        return err_set(err, E_PERM, "%s: others may read it (chmod 600)", path);
    *out = BUF_INIT(65536);
    return io_read_file(AT_FDCWD, path, out, err);
}

static int make_ca(struct config *config, int64_t now, struct err *err)
{
    AUTO(buf_clear) struct buf key = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf cert = BUF(CERT_PEM_MAX);
    int rc = cert_key_make(&key, err);

    if (rc == 0)
        rc = cert_ca_make(buf_str(&key), STR("Holdfast authority"),
                          now - BACKDATE_S, CA_DAYS, &cert, err);
    if (rc == 0)
        rc = write_secret(config_path(config, "keys/ca.key"), buf_str(&key),
                          err);
    if (rc == 0)
        rc = write_secret(config_path(config, "keys/ca.pem"), buf_str(&cert),
                          err);
    trust_wipe(key.p, key.n);
    if (rc == 0)
        log_info("pki.authority_made",
                 LOG_TEXT("file", str_c(config_path(config, "keys/ca.pem"))));
    return rc;
}

/* A certificate of ours below keys/. */
struct own_files {
    const char *key;
    const char *pem;
    const char *names;
};
static const struct own_files server_files = { "keys/server.key",
                                               "keys/server.pem",
                                               "keys/server.names" };
static const struct own_files device_files = { "keys/devices.key",
                                               "keys/devices.pem",
                                               "keys/devices.names" };

struct authority {
    str ca;
    str key;
};

static int make_server(struct config *config, const struct own_files *files,
                       const struct authority *by, int64_t now, struct err *err)
{
    AUTO(buf_clear) struct buf key = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf csr = BUF(CERT_PEM_MAX);
    AUTO(buf_clear) struct buf cert = BUF(2 * CERT_PEM_MAX);
    str names[NAMES_MAX];
    struct cert_terms terms = { .name = config_public_name(config, 0),
                                .alt = names,
                                .server = true,
                                .not_before = now - BACKDATE_S,
                                .not_after = now + SERVER_DAYS * DAY_S };
    int rc = cert_key_make(&key, err);

    while (terms.alt_count < NAMES_MAX) {
        str name = config_public_name(config, terms.alt_count);

        if (name.n == 0)
            break;
        names[terms.alt_count++] = name;
    }
    trust_random(terms.serial, sizeof(terms.serial));
    terms.serial[0] &= 0x7f;
    if (rc == 0)
        rc = cert_request_make(buf_str(&key), terms.name, &csr, err);
    if (rc == 0)
        rc = cert_issue(by->ca, by->key, buf_str(&csr), &terms, &cert, err);
    /* The authority is shown, too: a device that enrols knows it by its
     * fingerprint. */
    buf_add(&cert, by->ca);
    if (rc == 0)
        rc = write_secret(config_path(config, files->key), buf_str(&key), err);
    if (rc == 0)
        rc = write_secret(config_path(config, files->pem), buf_str(&cert), err);
    if (rc == 0)
        rc = write_secret(config_path(config, files->names),
                          config->public_name, err);
    trust_wipe(key.p, key.n);
    return rc < 0 ? err_wrap(err, rc, "the server's certificate") : 0;
}

/* Whether the certificate is there, lasts and has the names of today. */
static bool server_is_good(struct config *config, const struct own_files *files,
                           int64_t now)
{
    AUTO(buf_clear) struct buf pem = BUF(0);
    AUTO(buf_clear) struct buf names = BUF(0);
    struct cert_facts facts;

    if (read_file(config_path(config, files->key), true, &pem, NULL) != 0)
        return false;
    trust_wipe(pem.p, pem.n);
    buf_clear(&pem);
    if (read_file(config_path(config, files->pem), false, &pem, NULL) != 0 ||
        read_file(config_path(config, files->names), false, &names, NULL) != 0)
        return false;
    return cert_read(buf_str(&pem), &facts, NULL) == 0 &&
           facts.not_after > now + RENEW_DAYS * DAY_S &&
           str_eq(buf_str(&names), config->public_name);
}

static bool gate_is_own(const struct config *config)
{
    return config->devices_tls_listen.n > 0 &&
           config->devices_tls_certificate.n == 0;
}

static int ensure(struct config *config, int64_t now, struct err *err)
{
    AUTO(buf_clear) struct buf ca = BUF(0);
    AUTO(buf_clear) struct buf ca_key = BUF(0);
    const struct own_files *const files[] = { &server_files, &device_files };
    size_t wanted = gate_is_own(config) ? 2 : 1;
    int rc = read_file(config_path(config, "keys/ca.key"), true, &ca_key, err);

    if (rc == 1) {
        rc = make_ca(config, now, err);
        if (rc == 0)
            rc = read_file(config_path(config, "keys/ca.key"), true, &ca_key,
                           err);
    }
    if (rc == 0)
        rc = read_file(config_path(config, "keys/ca.pem"), false, &ca, err);
    if (rc == 1)
        rc = err_set(err, E_ABSENT, "%s is missing",
                     config_path(config, "keys/ca.pem"));
    for (size_t i = 0; rc == 0 && i < wanted; i++) {
        struct authority by = { buf_str(&ca), buf_str(&ca_key) };

        if (server_is_good(config, files[i], now))
            continue;
        rc = make_server(config, files[i], &by, now, err);
        if (rc == 0)
            log_info("pki.certificate_made",
                     LOG_TEXT("names", config->public_name));
    }
    trust_wipe(ca_key.p, ca_key.n);
    return rc;
}

static int must_read(const char *path, bool secret, struct buf *out,
                     struct err *err)
{
    int rc = read_file(path, secret, out, err);

    return rc == 1 ? err_set(err, E_ABSENT, "%s is not there", path) : rc;
}

/* Our own certificates are shown with the authority behind them: a device
 * that only knows its fingerprint finds it there. */
static void add_authority(struct pki *pki, bool own)
{
    buf_add(&pki->own_certificate, buf_str(&pki->authority));
    if (own)
        buf_add(&pki->certificate, buf_str(&pki->authority));
}

static int load_gate(struct config *config, struct pki *out, struct err *err)
{
    bool own = gate_is_own(config);
    int rc;

    if (config->devices_tls_listen.n == 0)
        return 0;
    rc = must_read(own ? config_path(config, device_files.pem)
                       : config->devices_tls_certificate.p,
                   false, &out->device_certificate, err);
    if (rc == 0)
        rc = must_read(own ? config_path(config, device_files.key)
                           : config->devices_tls_key.p,
                       true, &out->device_key, err);
    return rc;
}

int pki_load(struct config *config, int64_t now, struct pki *out,
             struct err *err)
{
    bool own = config->tls_certificate.n == 0;
    const char *cert = config_path(config, "keys/server.pem");
    const char *key = config_path(config, "keys/server.key");
    int rc = trust_init(err);

    *out = (struct pki){ 0 };
    if (rc == 0)
        rc = ensure(config, now, err);
    if (rc == 0)
        rc = must_read(cert, false, &out->own_certificate, err);
    if (rc == 0)
        rc = must_read(key, true, &out->own_key, err);
    if (rc == 0)
        rc = must_read(own ? cert : config->tls_certificate.p, false,
                       &out->certificate, err);
    if (rc == 0)
        rc = must_read(own ? key : config->tls_key.p, true, &out->key, err);
    if (rc == 0)
        rc = must_read(config_path(config, "keys/ca.pem"), false,
                       &out->authority, err);
    if (rc == 0)
        rc = load_gate(config, out, err);
    if (rc == 0)
        add_authority(out, own);
    if (rc < 0)
        pki_clear(out);
    return rc;
}

void pki_clear(struct pki *pki)
{
    if (pki->key.p != NULL)
        trust_wipe(pki->key.p, pki->key.n);
    if (pki->own_key.p != NULL)
        trust_wipe(pki->own_key.p, pki->own_key.n);
    buf_clear(&pki->certificate);
    buf_clear(&pki->key);
    buf_clear(&pki->authority);
    buf_clear(&pki->own_certificate);
    buf_clear(&pki->own_key);
    if (pki->device_key.p != NULL)
        trust_wipe(pki->device_key.p, pki->device_key.n);
    buf_clear(&pki->device_certificate);
    buf_clear(&pki->device_key);
}
