/* SPDX-License-Identifier: Apache-2.0
 *
 * SCAP content: source data streams (1.2 to 1.4), bundles of 1.0 and 1.1 (a
 * ZIP of XCCDF, OVAL and CPE files), and XCCDF documents with their OVAL files
 * beside them. One pass reads all components; OVAL is read by the one engine's
 * own loader (oval/content.h).
 *
 * Content is hostile: XML, archives, counts and depths are bounded, nothing
 * outside the document (or the folder it lies in) is ever opened, and no
 * reference is fetched.
 *
 * A fault that concerns one thing (a reference to nothing, a profile that
 * extends itself) is a problem in `problems`, and what uses it has a result
 * that says so. What makes the document itself doubtful is an error.
 */
#ifndef SCAP_SCAP_H
#define SCAP_SCAP_H

#include "oval/content.h"
#include "scap/xccdf.h"

#define SCAP_NONE UINT32_MAX
#define SCAP_SYSTEM_OVAL "http://oval.mitre.org/XMLSchema/oval-definitions-5"

enum scap_kind {
    SCAP_XCCDF,
    SCAP_TAILORING,
    SCAP_OVAL,
    SCAP_CPE,
    SCAP_OCIL,
    SCAP_OTHER, /* a script, or XML that is none of these */
    SCAP_KINDS
};
const char *scap_kind_text(enum scap_kind kind);

struct scap_component {
    str id; /* in a bundle: the path of the file */
    str timestamp;
    uint8_t kind;   /* enum scap_kind */
    uint64_t bytes; /* of a file of a bundle */
    struct xccdf_benchmark *benchmark;
    struct xccdf_tailoring *tailoring;
    struct oval_content *oval;
    struct cpe_list *cpe;
};

struct scap_uri { /* of a catalogue: what `name` means here */
    struct scap_uri *next;
    str name;
    str uri;
};

enum scap_place {
    SCAP_DICTIONARIES,
    SCAP_CHECKLISTS,
    SCAP_CHECKS,
    SCAP_EXTENDED,
    SCAP_PLACES
};

struct scap_ref { /* component-ref of a data stream */
    str id;
    str href;
    uint8_t place;      /* enum scap_place */
    uint32_t stream;    /* index */
    uint32_t component; /* index, or SCAP_NONE */
    struct scap_uri *uris;
};

struct scap_stream {
    str id;
    str version; /* of SCAP, "1.2"; empty when not stated */
    str use_case;
    str timestamp;
    uint32_t ref_first;
    uint32_t ref_count;
};

struct scap_problem {
    uint32_t line; /* 0: no line */
    bool fatal;    /* content with it is refused by the server */
    str text;
};

enum scap_form {
    SCAP_FORM_STREAM, /* data-stream-collection */
    SCAP_FORM_BUNDLE, /* ZIP */
    SCAP_FORM_FILES,  /* an XCCDF document and what lies beside it */
    SCAP_FORM_TAILORING
};

struct scap {
    uint8_t form;   /* enum scap_form */
    str name;       /* how messages call it */
    str id;         /* of the collection */
    bool is_signed; /* carries an XML signature; it is not verified here */
    bool bundled;   /* came out of a ZIP */
    VEC(struct scap_component) components;
    VEC(struct scap_stream) streams; /* at least one but of a tailoring */
    VEC(struct scap_ref) refs;
    VEC(struct scap_problem) problems;
    struct arena arena;
};

/* Reads path: XML in any compression, or ZIP. An XCCDF document's checks are
 * looked for in the files of the same folder that it names. "-" is standard
 * input. */
int scap_load(const char *path, struct scap **out, struct err *err) MUST_CHECK;

/* The same for bytes; nothing else is opened. */
int scap_load_memory(str bytes, const char *name, struct scap **out,
                     struct err *err) MUST_CHECK;

void scap_free(struct scap *scap);
void scap_freep(struct scap **scap);

/* Looks for what scap_load() could not see: references that do not resolve,
 * cycles, ids of nothing. Adds to problems; true when none of all is fatal. */
bool scap_validate(struct scap *scap);

void scap_problem(struct scap *scap, bool fatal, uint32_t line,
                  const char *format, ...) PRINTF(4, 5);

/* The component that href means in the document that `ref` brings in. */
uint32_t scap_find_component(const struct scap *scap, uint32_t ref, str href);

/* True when href leads out of the content, to what only the network has. */
bool scap_is_remote(const struct scap *scap, uint32_t ref, str href);

/* --- Choosing, from outside to inside. "" takes the only (or first) one. */

/* The ref of the checklist `benchmark` (id of the benchmark, of its component
 * or of the ref) in the stream `stream`. */
int scap_choose(const struct scap *scap, str stream, str benchmark,
                uint32_t *out_ref, struct err *err) MUST_CHECK;

const struct xccdf_benchmark *scap_benchmark(const struct scap *scap,
                                             uint32_t ref);

#endif
