/* SPDX-License-Identifier: Apache-2.0
 *
 * One profile of SCAP content on one source of facts: from its pack
 * (proto/scap.h) to what is told of it. The agent's evaluator does it on its
 * machine, the server's reader on what a network device answered, and both
 * tell it in one form. The pack is hostile to neither: its digest was taken
 * before, or it was made here.
 */
#ifndef PROFILE_PROFILE_H
#define PROFILE_PROFILE_H

#include "base/arena.h"
#include "base/buf.h"
#include "oval/source.h"

struct profile_order {
    str pack;
    struct oval_source *source; /* borrowed */
    struct arena *arena;
    struct buf *report; /* a scap_report is appended */
    struct buf *files;  /* and a scap_files */
    size_t files_max;   /* bytes of it */
};

struct profile_told {
    int64_t rules;
    int64_t failed;
    int64_t undecided;
    str text; /* what was left out; or empty */
};

int profile_test(const struct profile_order *order, struct profile_told *out,
                 struct err *err) MUST_CHECK;

#endif
