/* SPDX-License-Identifier: Apache-2.0
 *
 * What the commands that read or change a device share: its transcript, and
 * reading it by a discovery.
 */
#ifndef CLI_DEVICE_WORK_H
#define CLI_DEVICE_WORK_H

#include "cli/device_reach.h"
#include "netdev/discover.h"

/* Commands and answers, secrets masked (R-DEP-8). */
struct transcript {
    struct buf text;
    str secrets[2];
};
void transcript_init(struct transcript *transcript, const struct reach *reach);
void transcript_add(struct transcript *transcript,
                    const struct session_answer *answer);
/* To the file that --transcript names, if it does. */
int transcript_write(const struct cli *cli, struct transcript *transcript,
                     struct err *err) MUST_CHECK;
void transcript_clear(struct transcript *transcript);

#define TRANSCRIPT_OPTION                                                      \
    {                                                                          \
        "transcript", 0, "FILE", "Write what was said, without secrets"        \
    }

/* "host key: SHA256:..." on standard error where it was accepted unseen. */
void device_tell_key(const struct cli *cli, const char *step, str detail,
                     const struct err *why);

/* Reads what *out wants of the device that the options name. */
int device_read(struct cli *cli, struct reach *reach, struct discovery *out,
                struct err *err) MUST_CHECK;

#endif
