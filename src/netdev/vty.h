/* SPDX-License-Identifier: Apache-2.0
 *
 * The bytes of a device's command line, over SSH or Telnet: one row a
 * transport in vty.c, one file each in transports/. On a loop; nothing
 * blocks.
 *
 * The steps of getting there are told one by one (R-INV-4): name, TCP, key
 * exchange, authentication, shell.
 */
#ifndef NETDEV_VTY_H
#define NETDEV_VTY_H

#include "base/loop.h"
#include "netdev/family.h"

struct vty;

enum vty_step {
    VTY_NAME,  /* the address of a name */
    VTY_TCP,   /* a connection */
    VTY_KEYS,  /* SSH: protocol, algorithms, the host's key */
    VTY_LOGIN, /* SSH: the user */
    VTY_SHELL, /* a command line; from here on bytes flow */
    VTY_STEPS,
};
const char *vty_step_name(enum vty_step step);

/* R-SSH-15. What is not modern is a finding, and is chosen device by
 * device. */
enum ssh_profile {
    SSH_MODERN,
    SSH_LEGACY_1, /* and group14-sha1, AES-CBC, ssh-rsa */
    SSH_LEGACY_2, /* and group1-sha1, 3DES, RSA of 1024 bits */
    SSH_PROFILES,
};
const char *ssh_profile_name(enum ssh_profile profile);
int ssh_profile_find(str name, enum ssh_profile *out,
                     struct err *err) MUST_CHECK;

enum {
    VTY_KEY_TEXT_MAX = 64, /* "SHA256:..." with its NUL */
};

struct vty_events {
    /* A step is done; for VTY_KEYS `detail` is the host key's fingerprint,
     * for VTY_NAME the address, else what is worth saying. */
    void (*step)(void *ctx, enum vty_step step, str detail);
    void (*data)(void *ctx, str bytes);
    /* Once: the line is at its end, or could not be had. failed is the step
     * that was being taken. */
    void (*ended)(void *ctx, enum vty_step failed, const struct err *err);
};

/* Copied but for the loop and the functions. */
struct vty_options {
    struct loop *loop;
    enum transport transport; /* TRANSPORT_SSH or TRANSPORT_TELNET */
    str host;                 /* a name, an IPv4 or IPv6 address */
    uint16_t port;            /* 0: the transport's own */
    str user;
    str password;
    str private_key; /* OpenSSH or PEM text; tried before the password */
    /* R-SSH-16. The fingerprint that is approved, "SHA256:..."; empty: none
     * yet, and then the vty ends at VTY_KEYS with E_PERM, the
     * fingerprint told, unless trust_first. */
    str host_key;
    bool trust_first;
    enum ssh_profile profile;
    int64_t connect_ms; /* up to the shell; 0: 20,000 */
    const struct vty_events *events;
    void *ctx;
};

/* E_INVALID when the options are wrong; everything else comes as an event,
 * never before this function has returned. */
int vty_new(const struct vty_options *options, struct vty **out,
            struct err *err) MUST_CHECK;
/* Ends the connection; no event comes any more. May be called from events. */
void vty_free(struct vty *vty);
void vty_freep(struct vty **vty);

/* Queued; after VTY_SHELL only. */
void vty_send(struct vty *vty, str bytes);

#endif
