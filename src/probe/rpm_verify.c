/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/rpm_verify.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/digest.h"
#include "probe/rpm_caps.h"

enum {
    PATH_TEXT_MAX = 64 * 1024,
    OWNERS_MAX = 16 * 1024 * 1024,
    READ_SIZE = 256 * 1024,
    CAPS_SIZE = 64,
    BY_CONTENT = RPM_VERIFY_DIGEST | RPM_VERIFY_SIZE | RPM_VERIFY_MTIME,
};

enum number {
    NUMBER_MARKERS,
    NUMBER_VERIFY,
    NUMBER_STATE,
    NUMBER_MODE,
    NUMBER_DEVICE,
    NUMBER_SIZE,
    NUMBER_MTIME,
    NUMBER_LONG_SIZE,
    NUMBERS
};

enum text {
    TEXT_DIGEST,
    TEXT_LINK,
    TEXT_USER,
    TEXT_GROUP,
    TEXT_CAPS,
    TEXTS
};

static const enum rpm_tag number_tags[NUMBERS] = {
    [NUMBER_MARKERS] = RPM_TAG_FILEFLAGS,
    [NUMBER_VERIFY] = RPM_TAG_FILEVERIFYFLAGS,
    [NUMBER_STATE] = RPM_TAG_FILESTATES,
    [NUMBER_MODE] = RPM_TAG_FILEMODES,
    [NUMBER_DEVICE] = RPM_TAG_FILERDEVS,
    [NUMBER_SIZE] = RPM_TAG_FILESIZES,
    [NUMBER_MTIME] = RPM_TAG_FILEMTIMES,
    [NUMBER_LONG_SIZE] = RPM_TAG_LONGFILESIZES,
};

static const enum rpm_tag text_tags[TEXTS] = {
    [TEXT_DIGEST] = RPM_TAG_FILEDIGESTS, [TEXT_LINK] = RPM_TAG_FILELINKTOS,
    [TEXT_USER] = RPM_TAG_FILEUSERNAME,  [TEXT_GROUP] = RPM_TAG_FILEGROUPNAME,
    [TEXT_CAPS] = RPM_TAG_FILECAPS,
};

/* --- owners --- */

struct owner {
    int64_t id;
    str name;
};

struct rpm_owners {
    struct buf users_text;
    struct buf groups_text;
    VEC(struct owner) users;
    VEC(struct owner) groups;
};

/* NAME:PASSWORD:ID:... in passwd and in group. */
static bool read_owner(str line, struct owner *out)
{
    out->name = str_cut(&line, ':');
    str_cut(&line, ':');
    return out->name.n > 0 &&
           str_to_i64(str_cut(&line, ':'), 0, UINT32_MAX, &out->id, NULL) == 0;
}

static void read_owners(struct probe_machine *machine,
                        const char *const paths[2], struct rpm_owners *owners,
                        bool groups)
{
    struct buf *text = groups ? &owners->groups_text : &owners->users_text;
    str rest;

    for (int i = 0; i < 2; i++) /* where there is none, nobody has a name */
        if (probe_read(machine, paths[i], text, NULL) == 0)
            buf_add_char(text, '\n');
    rest = buf_str(text);
    while (rest.n > 0) {
        struct owner owner;

        if (!read_owner(str_cut(&rest, '\n'), &owner))
            continue;
        if (groups)
            *vec_push(&owners->groups) = owner;
        else
            *vec_push(&owners->users) = owner;
    }
}

struct rpm_owners *rpm_owners_new(struct probe_machine *machine)
{
    /* image-based systems keep the packages' accounts below /usr */
    static const char *const users[] = { "/etc/passwd", "/usr/lib/passwd" };
    static const char *const groups[] = { "/etc/group", "/usr/lib/group" };
    struct rpm_owners *owners = mem_alloc(1, sizeof(*owners));

    owners->users_text = BUF_INIT(OWNERS_MAX);
    owners->groups_text = BUF_INIT(OWNERS_MAX);
    read_owners(machine, users, owners, false);
    read_owners(machine, groups, owners, true);
    return owners;
}

void rpm_owners_free(struct rpm_owners *owners)
{
    if (owners == NULL)
        return;
    buf_clear(&owners->users_text);
    buf_clear(&owners->groups_text);
    vec_clear(&owners->users);
    vec_clear(&owners->groups);
    mem_free(owners);
}

void rpm_owners_freep(struct rpm_owners **owners)
{
    rpm_owners_free(*owners);
    *owners = NULL;
}

/* The first name of a number counts, as for getpwuid(3). */
static bool is_owner(const struct owner *owners, size_t n, uint32_t id,
                     str name)
{
    for (size_t i = 0; i < n; i++)
        if (owners[i].id == (int64_t)id)
            return str_eq(owners[i].name, name);
    return id == 0 && str_eq(name, STR("root"));
}

/* --- what the header says --- */

void rpm_verify_init(struct rpm_verify *verify, struct probe_machine *machine,
                     const struct rpm_header *header, struct arena *arena)
{
    struct rpm_values algorithm =
        rpm_header_values(header, RPM_TAG_FILEDIGESTALGO);

    *verify = (struct rpm_verify){ .machine = machine,
                                   .path = BUF_INIT(PATH_TEXT_MAX) };
    rpm_files_init(&verify->files, header, arena);
    for (size_t i = 0; i < NUMBERS; i++)
        verify->numbers[i] = rpm_header_values(header, number_tags[i]);
    for (size_t i = 0; i < TEXTS; i++)
        verify->texts[i] = rpm_header_values(header, text_tags[i]);
    verify->digest_algorithm = (uint32_t)rpm_values_number(&algorithm, 0);
}

void rpm_verify_clear(struct rpm_verify *verify)
{
    buf_clear(&verify->path);
}

static uint32_t number(const struct rpm_verify *verify, enum number kind,
                       uint32_t at, uint32_t otherwise)
{
    const struct rpm_values *values = &verify->numbers[kind];

    return values->n == 0 ? otherwise : (uint32_t)rpm_values_number(values, at);
}

bool rpm_verify_next(struct rpm_verify *verify, struct rpm_stated *out)
{
    const struct rpm_values *sizes = &verify->numbers[NUMBER_LONG_SIZE];
    uint32_t at = verify->files.at;
    str texts[TEXTS] = { { NULL, 0 } };

    if (!rpm_files_next(&verify->files, &verify->path))
        return false;
    for (size_t i = 0; i < TEXTS; i++)
        rpm_values_next(&verify->texts[i], &texts[i]);
    if (sizes->n == 0)
        sizes = &verify->numbers[NUMBER_SIZE];
    *out = (struct rpm_stated){
        .path = buf_c(&verify->path),
        .markers = number(verify, NUMBER_MARKERS, at, 0),
        .verify = number(verify, NUMBER_VERIFY, at, RPM_VERIFY_ALL),
        .state = number(verify, NUMBER_STATE, at, 0),
        .mode = number(verify, NUMBER_MODE, at, 0),
        .device = number(verify, NUMBER_DEVICE, at, 0),
        .size = rpm_values_number(sizes, at),
        .mtime = number(verify, NUMBER_MTIME, at, 0),
        .digest = texts[TEXT_DIGEST],
        .link = texts[TEXT_LINK],
        .user = texts[TEXT_USER],
        .group = texts[TEXT_GROUP],
        .caps = texts[TEXT_CAPS],
    };
    return true;
}

/* --- what the disk says --- */

enum answer {
    SAME,
    DIFFERS,
    NOT_KNOWN
};

static enum digest_kind digest_kind(uint32_t algorithm)
{
    switch (algorithm) { /* RFC 4880, section 9.4 */
    case 0:
    case 1:
        return DIGEST_MD5;
    case 2:
        return DIGEST_SHA1;
    case 8:
        return DIGEST_SHA256;
    case 9:
        return DIGEST_SHA384;
    case 10:
        return DIGEST_SHA512;
    case 11:
        return DIGEST_SHA224;
    default:
        return DIGEST_KINDS;
    }
}

static int digest_file(int fd, enum digest_kind kind, char out[DIGEST_HEX_MAX])
{
    AUTO(mem_freep) unsigned char *bytes = mem_alloc(1, READ_SIZE);
    struct digest digest;
    ssize_t n;

    digest_init(&digest, kind);
    while ((n = read(fd, bytes, READ_SIZE)) != 0) {
        if (n < 0 && errno != EINTR)
            return E_IO;
        if (n > 0)
            digest_add(&digest, bytes, (size_t)n);
    }
    digest_finish(&digest, out);
    return 0;
}

static enum answer compare_digest(const struct rpm_verify *verify,
                                  const struct rpm_stated *stated)
{
    enum digest_kind kind = digest_kind(verify->digest_algorithm);
    char hex[DIGEST_HEX_MAX];
    int fd;
    int rc;

    if (kind == DIGEST_KINDS || stated->digest.n == 0)
        return NOT_KNOWN;
    fd = probe_open(verify->machine, stated->path, O_RDONLY | O_NOFOLLOW, NULL);
    if (fd < 0)
        return NOT_KNOWN;
    rc = digest_file(fd, kind, hex);
    close(fd);
    if (rc < 0)
        return NOT_KNOWN;
    return str_eq_nocase(stated->digest, str_c(hex)) ? SAME : DIFFERS;
}

/* An O_PATH descriptor of the link itself. */
static int open_path(const struct rpm_verify *verify, const char *path)
{
    return probe_open(verify->machine, path, O_PATH | O_NOFOLLOW, NULL);
}

static enum answer compare_link(const struct rpm_verify *verify,
                                const struct rpm_stated *stated)
{
    char target[PATH_MAX];
    int fd = open_path(verify, stated->path);
    ssize_t n;

    if (fd < 0)
        return NOT_KNOWN;
    n = readlinkat(fd, "", target, sizeof(target));
    close(fd);
    if (n < 0)
        return errno == ENOENT ? DIFFERS : NOT_KNOWN; /* not a link */
    return str_eq(stated->link, (str){ target, (size_t)n }) ? SAME : DIFFERS;
}

static enum answer compare_caps(const struct rpm_verify *verify,
                                const struct rpm_stated *stated)
{
    char bytes[CAPS_SIZE];
    char name[64];
    struct rpm_caps wanted;
    struct rpm_caps found;
    int fd = open_path(verify, stated->path);
    ssize_t n;

    if (fd < 0)
        return NOT_KNOWN;
    snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
    n = getxattr(name, "security.capability", bytes, sizeof(bytes));
    close(fd);
    if (n < 0 && errno != ENODATA && errno != EOPNOTSUPP)
        return NOT_KNOWN;
    if (rpm_caps_parse(stated->caps, &wanted, NULL) < 0 ||
        rpm_caps_decode((str){ bytes, n < 0 ? 0 : (size_t)n }, &found, NULL) <
            0)
        return NOT_KNOWN;
    return rpm_caps_equal(&wanted, &found) ? SAME : DIFFERS;
}

static bool differs_in_device(const struct rpm_stated *stated,
                              const struct stat *st)
{
    bool is_device = S_ISCHR(stated->mode) || S_ISBLK(stated->mode);

    if (S_ISCHR(stated->mode) != S_ISCHR(st->st_mode) ||
        S_ISBLK(stated->mode) != S_ISBLK(st->st_mode))
        return true;
    return is_device && (stated->device & 0xffff) != (st->st_rdev & 0xffff);
}

/* A %ghost file may be of any type. */
static bool differs_in_mode(const struct rpm_stated *stated,
                            const struct stat *st)
{
    uint32_t mask = (stated->markers & RPM_FILE_GHOST) != 0 ? 07777 : 0xffff;

    return (stated->mode & mask) != (st->st_mode & mask);
}

/* What makes sense for the type that the file has on the disk. */
static uint32_t applicable(const struct rpm_stated *stated,
                           const struct stat *st)
{
    uint32_t attributes = stated->verify & RPM_VERIFY_ALL;

    if (S_ISLNK(st->st_mode))
        attributes &=
            ~(uint32_t)(BY_CONTENT | RPM_VERIFY_MODE | RPM_VERIFY_CAPS);
    else if (S_ISREG(st->st_mode))
        attributes &= ~(uint32_t)RPM_VERIFY_LINK;
    else
        attributes &=
            ~(uint32_t)(BY_CONTENT | RPM_VERIFY_LINK | RPM_VERIFY_CAPS);
    if ((stated->markers & RPM_FILE_GHOST) != 0)
        attributes &= ~(uint32_t)(BY_CONTENT | RPM_VERIFY_LINK);
    return attributes;
}

static enum answer answer(bool differs)
{
    return differs ? DIFFERS : SAME;
}

static enum answer compare(const struct rpm_verify *verify,
                           const struct rpm_owners *owners,
                           const struct rpm_stated *stated,
                           const struct stat *st, uint32_t attribute)
{
    switch (attribute) {
    case RPM_VERIFY_DIGEST:
        return compare_digest(verify, stated);
    case RPM_VERIFY_SIZE:
        return answer(stated->size != (uint64_t)st->st_size);
    case RPM_VERIFY_LINK:
        return compare_link(verify, stated);
    case RPM_VERIFY_USER:
        return answer(!is_owner(owners->users.p, owners->users.n, st->st_uid,
                                stated->user));
    case RPM_VERIFY_GROUP:
        return answer(!is_owner(owners->groups.p, owners->groups.n, st->st_gid,
                                stated->group));
    case RPM_VERIFY_MTIME:
        return answer((int64_t)stated->mtime != st->st_mtim.tv_sec);
    case RPM_VERIFY_MODE:
        return answer(differs_in_mode(stated, st));
    case RPM_VERIFY_DEVICE:
        return answer(differs_in_device(stated, st));
    default:
        return compare_caps(verify, stated);
    }
}

struct rpm_outcome rpm_verify_file(const struct rpm_verify *verify,
                                   const struct rpm_owners *owners,
                                   const struct rpm_stated *stated,
                                   uint32_t wanted)
{
    struct rpm_outcome outcome = { 0, ~wanted & RPM_VERIFY_ALL };
    struct stat st;
    uint32_t todo;
    int rc;

    if (stated->state != 0)
        return (struct rpm_outcome){ 0, RPM_VERIFY_ALL };
    rc = probe_stat(verify->machine, stated->path, false, &st, NULL);
    if (rc < 0 && rc != E_ABSENT)
        return (struct rpm_outcome){ 0, RPM_VERIFY_ALL };
    if (rc < 0) {
        if ((stated->markers & (RPM_FILE_GHOST | RPM_FILE_MISSINGOK)) != 0)
            return (struct rpm_outcome){ 0, RPM_VERIFY_ALL };
        outcome.failed = wanted & RPM_VERIFY_ALL;
        return outcome;
    }
    todo = wanted & applicable(stated, &st);
    for (uint32_t bit = 1; bit <= RPM_VERIFY_CAPS; bit <<= 1) {
        enum answer found;

        if ((todo & bit) == 0)
            continue;
        found = compare(verify, owners, stated, &st, bit);
        outcome.failed |= found == DIFFERS ? bit : 0;
        outcome.not_done |= found == NOT_KNOWN ? bit : 0;
    }
    return outcome;
}
