/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparing the files of a package with what its header says of them, as
 * `rpm -V` does: the same attributes are compared, by type of file and the
 * package's own verify flags. Nothing is executed. Files are opened through
 * the machine, so that a root's links stay in the root; names of owners are
 * those of the machine's passwd and group files.
 *
 * A file that is not there fails every attribute that was asked for. What
 * cannot be read is not done. A file that the database marks as not installed
 * (other colour, net shared, replaced), and a missing %ghost or
 * %config(missingok) file, is not done in whole.
 */
#ifndef PROBE_RPM_VERIFY_H
#define PROBE_RPM_VERIFY_H

#include "probe/rpm_db.h"

enum { /* attributes: the bits of FILEVERIFYFLAGS */
    RPM_VERIFY_DIGEST = 1,
    RPM_VERIFY_SIZE = 2,
    RPM_VERIFY_LINK = 4,
    RPM_VERIFY_USER = 8,
    RPM_VERIFY_GROUP = 16,
    RPM_VERIFY_MTIME = 32,
    RPM_VERIFY_MODE = 64,
    RPM_VERIFY_DEVICE = 128,
    RPM_VERIFY_CAPS = 256,
    RPM_VERIFY_ALL = 511,
};

enum { /* markers: the bits of FILEFLAGS */
    RPM_FILE_CONFIG = 1,
    RPM_FILE_DOC = 2,
    RPM_FILE_MISSINGOK = 8,
    RPM_FILE_GHOST = 64,
    RPM_FILE_LICENSE = 128,
    RPM_FILE_README = 256,
};

struct rpm_stated { /* what the header says of a file */
    const char *path;
    uint32_t markers;
    uint32_t verify; /* attributes that the package wants compared */
    uint32_t state;  /* of its installation; 0: installed */
    uint32_t mode;
    uint32_t device;
    uint64_t size;
    uint32_t mtime;
    str digest;
    str link;
    str user;
    str group;
    str caps;
};

struct rpm_outcome {
    uint32_t failed;   /* attributes */
    uint32_t not_done; /* attributes */
};

/* The files of one header, in order. */
struct rpm_verify {
    struct probe_machine *machine;
    struct rpm_files files;
    struct buf path;
    uint32_t digest_algorithm;
    struct rpm_values numbers[8];
    struct rpm_values texts[5];
};

struct rpm_owners; /* names by number */
struct rpm_owners *rpm_owners_new(struct probe_machine *machine);
void rpm_owners_free(struct rpm_owners *owners);
void rpm_owners_freep(struct rpm_owners **owners);

/* The arena holds directories; header must outlive *verify. */
void rpm_verify_init(struct rpm_verify *verify, struct probe_machine *machine,
                     const struct rpm_header *header, struct arena *arena);
void rpm_verify_clear(struct rpm_verify *verify);

/* The next file as stated, whose texts live until the next call. */
bool rpm_verify_next(struct rpm_verify *verify, struct rpm_stated *out);

/* Compares `wanted` attributes of a file; the others are not done. */
struct rpm_outcome rpm_verify_file(const struct rpm_verify *verify,
                                   const struct rpm_owners *owners,
                                   const struct rpm_stated *stated,
                                   uint32_t wanted);

#endif
