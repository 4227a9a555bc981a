/* SPDX-License-Identifier: Apache-2.0
 *
 * How a command of `holdfast device` reaches a device: the options that say
 * so, and one conversation from the first step to the last answer.
 */
#ifndef CLI_DEVICE_REACH_H
#define CLI_DEVICE_REACH_H

#include "base/buf.h"
#include "cli/cli.h"
#include "netdev/contact.h"

enum {
    REACH_SECRET_MAX = 64 << 10,
};

/* The rows that such a command has in its table of options. */
#define REACH_OPTIONS                                                          \
    { "family", 0, "FAMILY",                                                   \
      "pix, asa, fwsm, ips, ios, ios-xe, catalyst, catos, frr, frr-tcli or "   \
      "netconf" },                                                             \
        { "transport", 0, "NAME",                                              \
          "ssl, ssh, telnet, http or netconf (default: ssh)" },                \
        { "port", 0, "N", "Another port than the transport's own" },           \
        { "user", 0, "NAME", "The user to log in as" },                        \
        { "password-file", 0, "FILE",                                          \
          "Read the password from it; - is standard input; without it, and "   \
          "without a key, it is asked for" },                                  \
        { "enable-password-file", 0, "FILE",                                   \
          "The same for the privileged level (default: the password)" },       \
        { "key", 0, "FILE", "Log in with this private key (SSH)" },            \
        { "host-key", 0, "SHA256:...",                                         \
          "The host's key, or certificate, that is approved; several in one "  \
          "word, separated by blanks" },                                       \
        { "trust-first", 0, NULL,                                              \
          "Accept whatever host key is shown, and print it" },                 \
        { "ssh-profile", 0, "NAME",                                            \
          "Algorithms: modern (default), legacy-1, legacy-2 or museum" },      \
        { "tls-profile", 0, "NAME",                                            \
          "The same for HTTPS: modern, legacy-1 or legacy-2" },                \
        { "user-agent", 0, "NAME",                                             \
          "How HTTPS requests call us (default: Holdfast)" },                  \
        { "ssh-port", 0, "N", "Of the SSH beside HTTPS (default: 22)" },       \
        { "call-home", 0, NULL,                                                \
          "Wait for the device to call at --port (default: 4334; RFC 8071)" }, \
        { "ssh-host-key", 0, "SHA256:...", "Its key that is approved" },       \
        { "timeout", 0, "SECONDS",                                             \
          "Wait so long for an answer (default: 60)" },                        \
    {                                                                          \
        "command-timeout", 0, "SECONDS",                                       \
            "And so long for all of one (default: 600)"                        \
    }

struct reach {
    struct contact_options options;
    struct buf password;
    struct buf enable_password;
    struct buf key;
    unsigned commands;
    bool is_called; /* it calls us */
};

/* *reach holds the secrets until reach_clear(). host NULL: what is said for
 * many devices; then no option must be there, and no password is asked for. */
int reach_read(const struct cli *cli, const char *host, struct reach *reach,
               struct err *err) MUST_CHECK;
void reach_clear(struct reach *reach);

struct reach_events {
    /* done, or NULL: not done because of *why. */
    void (*step)(void *ctx, const char *step, str detail,
                 const struct err *why);
    void (*answer)(void *ctx, const struct session_answer *answer);
    /* The next command; an empty one hangs up. */
    str (*next)(void *ctx);
    /* The commands that may go together next; or NULL. */
    str (*batch)(void *ctx, bool *out_is_stopping);
    void (*finding)(void *ctx, const char *rule, str text); /* or NULL */
};

/* Blocks until the conversation is over. The error names the step. */
int reach_device(struct reach *reach, const struct reach_events *events,
                 void *ctx, struct err *err) MUST_CHECK;

#endif
