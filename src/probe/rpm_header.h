/* SPDX-License-Identifier: Apache-2.0
 *
 * A package header as the rpm database stores it (rpm's file format, "Header
 * Structure"): an index of tags and a store of their values, big-endian. The
 * bytes are foreign: rpm_header_parse() checks the frame, and an entry that
 * does not lie within it is as good as absent, so that the accessors need not
 * fail.
 *
 * A header is a view: the bytes it was made from must outlive it.
 */
#ifndef PROBE_RPM_HEADER_H
#define PROBE_RPM_HEADER_H

#include "base/str.h"

enum {
    RPM_ENTRIES_MAX = 65536,
    RPM_HEADER_MAX = 64 * 1024 * 1024,
};

enum rpm_tag {              /* those that are read here */
    RPM_TAG_IMMUTABLE = 63, /* the region that was signed */
    RPM_TAG_SIGPGP = 259,
    RPM_TAG_SIGGPG = 262,
    RPM_TAG_DSAHEADER = 267,
    RPM_TAG_RSAHEADER = 268,
    RPM_TAG_SHA1HEADER = 269,
    RPM_TAG_SHA256HEADER = 273,
    RPM_TAG_NAME = 1000,
    RPM_TAG_VERSION = 1001,
    RPM_TAG_RELEASE = 1002,
    RPM_TAG_EPOCH = 1003,
    RPM_TAG_ARCH = 1022,
    RPM_TAG_OLDFILENAMES = 1027,
    RPM_TAG_FILESIZES = 1028,
    RPM_TAG_FILESTATES = 1029,
    RPM_TAG_FILEMODES = 1030,
    RPM_TAG_FILERDEVS = 1033,
    RPM_TAG_FILEMTIMES = 1034,
    RPM_TAG_FILEDIGESTS = 1035,
    RPM_TAG_FILELINKTOS = 1036,
    RPM_TAG_FILEFLAGS = 1037,
    RPM_TAG_FILEUSERNAME = 1039,
    RPM_TAG_FILEGROUPNAME = 1040,
    RPM_TAG_FILEVERIFYFLAGS = 1045,
    RPM_TAG_PROVIDENAME = 1047,
    RPM_TAG_REQUIREFLAGS = 1048,
    RPM_TAG_REQUIRENAME = 1049,
    RPM_TAG_REQUIREVERSION = 1050,
    RPM_TAG_CONFLICTFLAGS = 1053,
    RPM_TAG_CONFLICTNAME = 1054,
    RPM_TAG_CONFLICTVERSION = 1055,
    RPM_TAG_VERIFYSCRIPT = 1079,
    RPM_TAG_VERIFYSCRIPTPROG = 1091,
    RPM_TAG_PROVIDEFLAGS = 1112,
    RPM_TAG_PROVIDEVERSION = 1113,
    RPM_TAG_DIRINDEXES = 1116,
    RPM_TAG_BASENAMES = 1117,
    RPM_TAG_DIRNAMES = 1118,
    RPM_TAG_LONGFILESIZES = 5008,
    RPM_TAG_FILECAPS = 5010,
    RPM_TAG_FILEDIGESTALGO = 5011,
};

struct rpm_header {
    const unsigned char *index; /* entries of 16 bytes */
    uint32_t entries;
    const unsigned char *store;
    uint32_t store_size;
};

/* Values of one tag, in order. Start it with rpm_header_values(). */
struct rpm_values {
    uint32_t type;
    uint32_t n; /* how many; 0: the header does not have the tag */
    str bytes;  /* all of them */
};

/* E_PARSE with the reason when blob is not a header. */
int rpm_header_parse(str blob, struct rpm_header *out,
                     struct err *err) MUST_CHECK;

struct rpm_values rpm_header_values(const struct rpm_header *header,
                                    enum rpm_tag tag);

/* Value `at` of a number tag, zero-extended; 0 when it is not there or not a
 * number. */
uint64_t rpm_values_number(const struct rpm_values *values, uint32_t at);

/* The next text of a text tag; false at the end. *values becomes the rest. */
bool rpm_values_next(struct rpm_values *values, str *out);

/* The first text of a tag; p == NULL when it is not there or not text. */
str rpm_header_text(const struct rpm_header *header, enum rpm_tag tag);

/* The id of the key that signed it, 16 digits in lower case, in out. False
 * when it carries no signature that names its key. */
bool rpm_header_key_id(const struct rpm_header *header, char out[17]);

/* The region that signatures and digests cover, in two parts: index entries
 * and store. False when there is none. */
bool rpm_header_region(const struct rpm_header *header, str *out_index,
                       str *out_store);

#endif
