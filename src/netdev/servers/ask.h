/* SPDX-License-Identifier: Apache-2.0
 *
 * What devices that fetch (AUS, CNS, PnP) say, in one form for all three: the
 * process that speaks with them turns the bytes of a request into a struct
 * ask, and nobody behind it sees those bytes. Pure; the bytes are hostile.
 *
 *   bytes ──ask_read()──► struct ask ──aus/cns/pnp_decide()──► what to answer,
 *                                                             what changed
 *
 * Two of the three protocols are public in part only. Reading is tolerant:
 * names of elements count without name space, case, '-' and '_'; what is not
 * known is named in `unknown`, and the request is kept for a person, with
 * secrets masked.
 */
#ifndef NETDEV_SERVERS_ASK_H
#define NETDEV_SERVERS_ASK_H

#include "base/arena.h"
#include "base/buf.h"

enum {
    ASK_BODY_MAX = 49152,
    ASK_ID_MAX = 200,
    ASK_TEXT_MAX = 2048,
    ASK_RAW_MAX = 8192,
    ASK_SUM_MAX = 128,
};

enum ask_kind {
    ASK_NOTHING,    /* no path of ours */
    ASK_UNREADABLE, /* `text` says why */
    ASK_DETAILS,    /* AUS: what the device is and runs */
    ASK_PROBLEM,    /* AUS: what went wrong on it */
    ASK_CONFIG,     /* CNS: the page in `topic` */
    ASK_STATUS,     /* CNS: what became of a configuration */
    ASK_HELLO,      /* PnP: is there a server? */
    ASK_WORK,       /* PnP: is there work? */
    ASK_ANSWER,     /* PnP: what became of the work `topic` */
    ASK_FAULT,      /* PnP: it did not understand */
    ASK_FILE,       /* a staged file: `correlator` is its token */
    ASK_KINDS,
};

/* What became of something. */
enum ask_outcome {
    ASK_OUTCOME_NONE,
    ASK_OUTCOME_DONE,
    ASK_OUTCOME_WARNED, /* done, but the device has something to say */
    ASK_OUTCOME_FAILED,
};

struct ask {
    int64_t kind;
    bool is_head; /* only looks at what is there: it fetches nothing */
    str identity; /* device-id, ConfigID, serial number */
    str event_id; /* CNS: DeviceID, where it is told */
    str correlator;
    str topic;   /* CNS: page; PnP: the work, "config-upgrade" */
    str product; /* PnP: PID */
    str udi;     /* PnP: as it was sent */
    int64_t outcome;
    int64_t line; /* first line that was refused; 0: not told */
    str code;
    str text; /* in the device's words */
    str hostname;
    str platform;
    str version;
    str image;     /* the file that runs */
    str image_sum; /* checksums, hexadecimal without 0x; "": not told */
    str asdm_sum;
    str config_sum;
    str running_sum; /* of the running configuration */
    str unknown;     /* names of elements that nobody reads */
    str raw;         /* the request, masked, at most ASK_RAW_MAX bytes */
};

/* A request as HTTP has it. `headers` are the lines that nobody else reads,
 * "name: value\n", without Authorization and Cookie. */
struct ask_request {
    bool is_post;
    bool is_head;
    str path;
    str query;
    str headers;
    str body;
};

/* Never fails: what cannot be read is ASK_UNREADABLE. Texts are in the arena,
 * at most ASK_TEXT_MAX bytes, valid UTF-8. */
void ask_read(const struct ask_request *request, struct arena *arena,
              struct ask *out);

const char *ask_kind_name(enum ask_kind kind);
/* "aus", "cns", "pnp", or "" */
const char *ask_protocol(enum ask_kind kind);

/* Checksums are alike without case, "0x", blanks and ':'. Empty ones are
 * not. */
bool ask_sum_eq(str a, str b);

#endif
