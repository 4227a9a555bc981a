/* SPDX-License-Identifier: Apache-2.0
 *
 * What a SCAP scan is told and tells.
 *
 * A pack of SCAP is one file: SCAP_PACK_MAGIC, then one message of shape
 * scap_pack. It holds everything a device needs for one profile: the content,
 * a tailoring, and what is chosen of them, so its digest, which the signed
 * job or policy names, covers the choice as well.
 *
 * Of results, `verdicts` is a scap_report and `details` a scap_files.
 */
#ifndef PROTO_SCAP_H
#define PROTO_SCAP_H

#include "proto/wire.h"

#define SCAP_PACK_MAGIC "HFSCAP1\n"

enum {
    SCAP_DOCUMENT_MAX = 64 << 20, /* as it is in the pack: compressed */
    SCAP_PLAIN_MAX = 256 << 20,   /* decompressed */
    SCAP_ID_MAX = 1024,
    SCAP_MESSAGE_MAX = 4000,
    SCAP_RULES_MAX = 50000,
    SCAP_FILE_MAX = 6 << 20,
};

struct scap_pack {
    str stream; /* what is chosen; empty: the only one */
    str benchmark;
    str profile;        /* empty: none */
    str name;           /* of the document */
    str document;       /* XML as zstd, or a ZIP as it is */
    str tailoring_name; /* empty: there is none */
    str tailoring;      /* zstd */
};

struct scap_report_score {
    str model;
    int64_t score_micro; /* millionths */
    int64_t maximum_micro;
};
struct scap_report_rule {
    str id;
    str title;
    int64_t result;   /* enum xccdf_result */
    int64_t severity; /* enum xccdf_severity */
    int64_t weight_micro;
    str check;   /* definition; or empty */
    str message; /* or empty */
    str idents;  /* "CCE-123 CVE-1", separated by blanks */
};
struct scap_report {
    str benchmark;
    str title;
    str version;
    str profile;
    str profile_title;
    bool applicable;
    str not_applicable;      /* why; or empty */
    struct wire_list scores; /* struct scap_report_score: what the benchmark
                              * asks for, then the other models */
    struct wire_list rules;  /* struct scap_report_rule */
};

struct scap_files {
    str xccdf; /* TestResult, zstd */
    str arf;   /* zstd; empty when it was too large */
};

extern const struct wire_shape shape_scap_pack;
extern const struct wire_shape shape_scap_report;
extern const struct wire_shape shape_scap_files;

/* Appends the file of a pack. */
int scap_pack_write(const struct scap_pack *pack, struct buf *out,
                    struct err *err) MUST_CHECK;
bool scap_pack_is(str bytes);
int scap_pack_read(str bytes, struct arena *arena, struct scap_pack *out,
                   struct err *err) MUST_CHECK;

#endif
