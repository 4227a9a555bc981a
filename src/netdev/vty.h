/* SPDX-License-Identifier: Apache-2.0
 *
 * The bytes of a line to a device, over SSH, Telnet, TLS or plain TCP: one row
 * a transport in vty.c, one file each in transports/. On a loop; nothing
 * blocks.
 *
 * The steps of getting there are told one by one (R-INV-4): name, TCP, key
 * exchange, authentication, shell.
 */
#ifndef NETDEV_VTY_H
#define NETDEV_VTY_H

#include <sys/socket.h>

#include "base/loop.h"
#include "netdev/family.h"

struct vty;

enum vty_step {
    VTY_NAME,  /* the address of a name */
    VTY_TCP,   /* a connection */
    VTY_KEYS,  /* protocol, algorithms, the host's key or certificate */
    VTY_LOGIN, /* SSH: the user */
    VTY_SHELL, /* a command line; from here on bytes flow */
    VTY_LEG,   /* of a contact over HTTPS: the SSH beside it (R-COM-12) */
    VTY_STEPS,
};
const char *vty_step_name(enum vty_step step);

/* R-SSH-15. What is not modern is a finding, and is chosen device by
 * device. */
enum ssh_profile {
    SSH_MODERN,
    SSH_LEGACY_1, /* and group14-sha1, AES-CBC, ssh-rsa */
    SSH_LEGACY_2, /* and group1-sha1, 3DES, RSA of 1024 bits */
    SSH_MUSEUM,   /* and DSA, MD5, cut SHA-1: spoken by OpenSSH's ssh in a
                     process of its own, never by this one */
    SSH_PROFILES,
};
const char *ssh_profile_name(enum ssh_profile profile);
int ssh_profile_find(str name, enum ssh_profile *out,
                     struct err *err) MUST_CHECK;

/* The same for TLS; section C of the transports' rules. */
enum tls_profile {
    TLS_MODERN,   /* TLS 1.2 and 1.3 */
    TLS_LEGACY_1, /* and TLS 1.0, 1.1, SHA-1, small keys */
    TLS_LEGACY_2, /* and 3DES, RC4, MD5 */
    TLS_PROFILES,
};
const char *tls_profile_name(enum tls_profile profile);
int tls_profile_find(str name, enum tls_profile *out,
                     struct err *err) MUST_CHECK;

enum {
    VTY_KEY_TEXT_MAX = 64, /* "SHA256:..." with its NUL */
};

/* R-SSH-16, R-IOSSSL-8: what proves the device, and what was made of it. */
enum key_state {
    KEY_APPROVED, /* it is one of those that are */
    KEY_TRUSTED,  /* none is; taken unseen, as the options say */
    KEY_NEW,      /* none is: this one is to be approved */
    KEY_CHANGED,  /* another one is: an alert */
};
const char *key_state_name(enum key_state state);
struct vty_key {
    enum transport transport; /* by which it came */
    enum key_state state;
    str kind;        /* "ssh-ed25519", "certificate" */
    str fingerprint; /* "SHA256:..." */
};

/* key and finding may be NULL. */
struct vty_events {
    /* A step is done; for VTY_KEYS `detail` is the host key's fingerprint,
     * for VTY_NAME the address, else what is worth saying. */
    void (*step)(void *ctx, enum vty_step step, str detail);
    void (*data)(void *ctx, str bytes);
    /* Once: the line is at its end, or could not be had. failed is the step
     * that was being taken. */
    void (*ended)(void *ctx, enum vty_step failed, const struct err *err);
    /* Once, before VTY_KEYS is done or has failed. */
    void (*key)(void *ctx, const struct vty_key *key);
    /* What is wrong with the device though it works (R-SSH-15, R-TEL-4). */
    void (*finding)(void *ctx, const char *rule, str text);
};

/* Copied but for the loop and the functions. */
struct vty_options {
    struct loop *loop;
    enum transport transport; /* all but TRANSPORT_TMS */
    str host;                 /* a name, an IPv4 or IPv6 address */
    uint16_t port;            /* 0: the transport's own */
    str user;
    str password;
    str private_key; /* OpenSSH or PEM text; tried before the password */
    /* R-SSH-16, R-IOSSSL-8. The fingerprints that are approved, "SHA256:...",
     * separated by blanks: more than one while a key is changed. Empty: none
     * yet, and then the vty ends at VTY_KEYS with E_PERM, the fingerprint
     * told, unless trust_first. A certificate's is that of its DER form. */
    str host_key;
    bool trust_first;
    enum ssh_profile profile;
    enum tls_profile tls_profile;
    /* R-COM-13: the sentence that names it is for a firewall. */
    bool is_firewall;
    /* The device has called (RFC 8071): this connected descriptor, which
     * becomes the vty's, is used instead of host and port. */
    bool is_called;
    int fd;
    int64_t connect_ms; /* up to the shell; 0: 20,000 */
    /* Which addresses may be connected to, asked after names were looked up;
     * NULL: all. E_PERM with the reason. */
    int (*may_reach)(const void *reach, const struct sockaddr *address,
                     struct err *err);
    const void *reach;
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

/* Who logs in, of a device that has called and is known by its key only: from
 * the event `key`, with a key that is approved. Copied. */
struct vty_login {
    str user;
    str password;
    str private_key;
};
void vty_login_as(struct vty *vty, const struct vty_login *login);

/* Queued; after VTY_SHELL only. */
void vty_send(struct vty *vty, str bytes);
/* Ends the channel of the connection and opens a fresh one, when VTY_SHELL is
 * done once more. False: this transport has none, or it is at its end. */
bool vty_again(struct vty *vty);

#endif
