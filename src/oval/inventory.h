/* SPDX-License-Identifier: Apache-2.0
 *
 * What is installed on one device: the facts that a server holds of it, and
 * that definitions about packages can be decided from without touching it.
 *
 * As text an inventory is one line of JSON:
 *
 *     {"device":"web-1",
 *      "os":{"id":"debian","version_id":"12","arch":"x86_64"},
 *      "manager":"dpkg",
 *      "packages":[["bash","0:5.2.15-2+b7","amd64"], ...]}
 *
 * A package is name, [epoch:]version[-release] and architecture, then as far
 * as known: source name, version of the source, and id of the signing key
 * (rpm); "" is not stated. "os" may also have "kernel", the release of the
 * running one. Members that are not known here are passed over; one that is
 * missing, given twice or of the wrong type is refused with file and line.
 *
 * As a source of items (oval/source.h) an inventory gives what follows from
 * it for certain: dpkginfo and rpminfo from its packages, family, uname,
 * rpmverifyfile and textfilecontent54 as far as the operating system
 * decides them. Everything else is not collected, so that what depends on it
 * is unknown, never false. A package manager that the device does not use has
 * no packages; what a version that does not follow its grammar decides is an
 * error.
 *
 * Every view lives as long as its owner says; nothing here is global.
 */
#ifndef OVAL_INVENTORY_H
#define OVAL_INVENTORY_H

#include "base/stream.h"
#include "oval/source.h"

enum {
    OVAL_INVENTORY_LINE_MAX = 16 << 20, /* bytes of one device */
    OVAL_INVENTORY_PACKAGES_MAX = 200000,
    OVAL_INVENTORY_WORD_MAX = 1024, /* bytes of a name or version */
    OVAL_INVENTORY_SAME_MAX = 512,  /* different packages of one name; of a
                                       fleet's devices */
};

enum oval_manager { /* the package manager of a device */
    OVAL_MANAGER_OTHER,
    OVAL_MANAGER_DPKG,
    OVAL_MANAGER_RPM
};

struct oval_installed { /* one installed package */
    str name;
    str evr;        /* [epoch:]version[-release], as the device states it */
    str arch;       /* empty: not stated */
    str source;     /* name of its source; empty: its own, or not stated */
    str source_evr; /* empty: as evr */
    str key_id;     /* of the signature (rpm); empty: not stated */
};

struct oval_os {
    str id; /* as os-release has it: "debian"; empty: not known */
    str version_id;
    str arch;   /* as uname -m has it: "x86_64" */
    str kernel; /* release of the running kernel; empty: not known */
};

struct oval_inventory {
    str device;
    struct oval_os os;
    enum oval_manager manager;
    const struct oval_installed *packages;
    size_t package_count;
};

/* "dpkg", "rpm" or any other word. */
enum oval_manager oval_manager_of(str text);

/* Checks what a reader checks, for inventories that come another way: sizes,
 * counts, UTF-8, no control characters, a name for device and packages.
 * E_INVALID or E_LIMIT. */
int oval_inventory_check(const struct oval_inventory *inventory,
                         struct err *err) MUST_CHECK;

/* --- Reading lines --- */

struct oval_inventory_reader;

/* The stream is borrowed. Memory is bounded by the longest line. */
struct oval_inventory_reader *oval_inventory_reader_new(struct stream *stream);
void oval_inventory_reader_free(struct oval_inventory_reader *reader);
void oval_inventory_reader_freep(struct oval_inventory_reader **reader);

/* 0: *out is the next device, and its views live until the next call; 1: the
 * end. Empty lines are passed over. Errors name file and line. */
int oval_inventory_read(struct oval_inventory_reader *reader,
                        struct oval_inventory *out, struct err *err) MUST_CHECK;

/* The line that was read last, from 1. */
uint64_t oval_inventory_line(const struct oval_inventory_reader *reader);

/* --- One device as a source of items --- */

struct oval_inventory_options {
    bool source_packages; /* a name of a dpkg package also means its source */
};

/* The inventory is borrowed and must outlive the source. NULL options: none
 * of them. */
int oval_inventory_source_new(const struct oval_inventory *inventory,
                              const struct oval_inventory_options *options,
                              struct oval_source **out,
                              struct err *err) MUST_CHECK;

#endif
