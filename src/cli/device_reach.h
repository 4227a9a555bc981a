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
      "pix, asa, fwsm, ips, ios, ios-xe, catalyst, catos or frr" },            \
        { "transport", 0, "NAME", "ssh or telnet (default: ssh)" },            \
        { "port", 0, "N", "Another port than the transport's own" },           \
        { "user", 0, "NAME", "The user to log in as" },                        \
        { "password-file", 0, "FILE",                                          \
          "Read the password from it; - is standard input; without it, and "   \
          "without a key, it is asked for" },                                  \
        { "enable-password-file", 0, "FILE",                                   \
          "The same for the privileged level (default: the password)" },       \
        { "key", 0, "FILE", "Log in with this private key (SSH)" },            \
        { "host-key", 0, "SHA256:...", "The host's key that is approved" },    \
        { "trust-first", 0, NULL,                                              \
          "Accept whatever host key is shown, and print it" },                 \
        { "ssh-profile", 0, "NAME",                                            \
          "Algorithms: modern (default), legacy-1 or legacy-2" },              \
    {                                                                          \
        "timeout", 0, "SECONDS", "Wait so long for an answer (default: 60)"    \
    }

struct reach {
    struct contact_options options;
    struct buf password;
    struct buf enable_password;
    struct buf key;
    unsigned commands;
};

/* *reach holds the secrets until reach_clear(). */
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
};

/* Blocks until the conversation is over. The error names the step. */
int reach_device(struct reach *reach, const struct reach_events *events,
                 void *ctx, struct err *err) MUST_CHECK;

#endif
