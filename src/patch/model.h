/* SPDX-License-Identifier: Apache-2.0
 *
 * What is known of patches: facts, without any decision. Pure; used by the
 * server (every operating system), the agent (what its device lacks) and the
 * command line.
 *
 * A patch is what a device lacks or has as one thing: an update of Windows or
 * macOS; on Linux an advisory where one is known ("DSA-5000-1",
 * "RHSA-2026:1"), otherwise the update of a package, with the id
 * "name=version" (P-LNX-6).
 *
 * A catalogue holds patches, finds them by id and knows what supersedes what.
 * It is filled, then sealed, then only read, by any number of threads.
 */
#ifndef PATCH_MODEL_H
#define PATCH_MODEL_H

#include "base/arena.h"
#include "patch/refusal.h"
#include "risk/cvss.h"

enum {
    PATCH_ID_MAX = 256,
    PATCH_TEXT_MAX = 1024,     /* of a vendor, a product, a title */
    PATCH_CVES_MAX = 4096,     /* of one patch */
    PATCH_LINKS_MAX = 1 << 16, /* what one patch supersedes or requires */
    PATCH_COUNT_MAX = 1 << 22, /* patches of a catalogue */
    PATCH_EDGES_MAX = 1 << 25, /* and all their links */
    PATCH_SCORE_NONE = -1,     /* never matches a threshold (P-RSK-5) */
    PATCH_SCORE_MAX = 100,     /* scores are in tenths (P-RSK-6) */
};
#define PATCH_NONE UINT32_MAX

enum patch_os {
    PATCH_WINDOWS,
    PATCH_MACOS,
    PATCH_LINUX,
    PATCH_OSES
};

enum patch_type {
    PATCH_TYPE_UNKNOWN,
    PATCH_SECURITY,    /* tied to a security bulletin */
    PATCH_NONSECURITY, /* Windows and macOS */
    PATCH_BUGFIX,      /* Linux */
    PATCH_ENHANCEMENT, /* Linux */
    PATCH_TYPES
};

/* The vendor's. A later one is worse. */
enum patch_severity {
    PATCH_UNASSIGNED,
    PATCH_LOW,
    PATCH_MODERATE,
    PATCH_IMPORTANT,
    PATCH_CRITICAL,
    PATCH_SEVERITIES
};

/* Whether installing it asks for a reboot, as far as its source says. */
enum patch_reboot_hint {
    PATCH_REBOOT_UNKNOWN,
    PATCH_REBOOT_NEVER,
    PATCH_REBOOT_SUGGESTED, /* "reboot suggested" of updateinfo */
    PATCH_REBOOT_REQUIRED,
    PATCH_REBOOT_HINTS
};

struct patch_cve {
    str id;
    int16_t cvss[CVSS_VERSIONS]; /* tenths, or PATCH_SCORE_NONE */
    int16_t vrr;                 /* the open rating: tenths, or none */
    bool exploited;
};

struct patch {
    str id;
    enum patch_os os;
    enum patch_type type;
    enum patch_severity severity;
    enum patch_reboot_hint reboot;
    bool preview;    /* Microsoft's, before Patch Tuesday (P-PRV-1) */
    bool enablement; /* moves Windows to another version (P-ENB-1) */
    bool os_update;  /* of macOS itself (P-RBT-5) */
    bool is_unknown; /* nothing but its id is known */
    str vendor;
    str product; /* family */
    str version; /* of the product; a level below it (P-VND-2) */
    str title;
    int64_t published;     /* seconds since the epoch; 0: not known */
    const str *supersedes; /* ids; they need not be in the catalogue */
    size_t supersede_count;
    const str *requires; /* advisories it depends on (P-LNX-3) */
    size_t require_count;
    const str *packages; /* names, on Linux */
    size_t package_count;
    const struct patch_cve *cves;
    size_t cve_count;
};

/* "windows"; what is of no name gives the _OSES, _TYPES, … of its list. */
const char *patch_os_name(enum patch_os os);
enum patch_os patch_os_of(str name);
const char *patch_type_name(enum patch_type type);
enum patch_type patch_type_of(str name);
const char *patch_severity_name(enum patch_severity severity);
enum patch_severity patch_severity_of(str name);

/* The values that thresholds are compared with, in tenths or
 * PATCH_SCORE_NONE. CVSS: the newest version of each CVE, the highest of all
 * (P-RSK-2, D-24). */
int patch_cvss(const struct patch *patch);
int patch_vrr(const struct patch *patch);
bool patch_is_exploited(const struct patch *patch);

/* A score as JSON has it: a number from 0 to 10 in steps of 0.1. */
int patch_score_from_jval(const struct jval *jval, int16_t *out_tenths,
                          struct err *err) MUST_CHECK;

/* A patch as INTERFACES.md has it; what is absent or null is not known.
 * Further members: "version", "title", "published" (UTC), "requires",
 * "packages", "os_update", "reboot" ("never", "suggested", "required"); others
 * are ignored, for feeds grow. `os` is what it has without one. Texts live in
 * the arena. What is refused goes to `refusals`, with `path` before the
 * member; false then. */
bool patch_from_jval(const struct jval *jval, enum patch_os os,
                     struct arena *arena, struct patch_refusals *refusals,
                     struct patch *out);
/* The same form; the caller's. */
struct jval *patch_to_jval(const struct patch *patch);

struct patch_catalogue;

struct patch_catalogue *patch_catalogue_new(void);
void patch_catalogue_free(struct patch_catalogue *catalogue);
void patch_catalogue_freep(struct patch_catalogue **catalogue);

/* Copies the patch, with its texts. E_INVALID tells what is wrong
 * with its id: empty, too long, or there already; E_LIMIT. */
int patch_catalogue_add(struct patch_catalogue *catalogue,
                        const struct patch *patch, struct err *err) MUST_CHECK;
/* Adds an id of which nothing is known, unless it is there; its index. */
uint32_t patch_catalogue_add_unknown(struct patch_catalogue *catalogue,
                                     enum patch_os os, str id);
/* Nothing is added any more; links are resolved. Linear in patches and links.
 * Patches that supersede each other in a circle do not displace each other:
 * such statements contradict themselves. What displaces one of them displaces
 * all. */
void patch_catalogue_seal(struct patch_catalogue *catalogue);

uint32_t patch_catalogue_count(const struct patch_catalogue *catalogue);
/* PATCH_NONE: there is none. */
uint32_t patch_catalogue_find(const struct patch_catalogue *catalogue, str id);
const struct patch *patch_catalogue_at(const struct patch_catalogue *catalogue,
                                       uint32_t index);
/* Whether a patch is one of a circle of supersedence. */
bool patch_catalogue_in_circle(const struct patch_catalogue *catalogue,
                               uint32_t index);

#endif
