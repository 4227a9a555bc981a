/* SPDX-License-Identifier: Apache-2.0
 *
 * What kind of failure the managers' words tell of. They run with the C
 * locale, so these are the words of their sources. The order of the table is
 * the order of explanation: of several failures the first row that was met is
 * the cause, and the others its consequences.
 */
#include "install/install_int.h"

/* clang-format off */
static const struct {
    const char *words;
    enum install_fault fault;
} rows[] = {
    /* claim 17: never gone past */
    { "is not signed", INSTALL_FAULT_SIGNATURE },
    { "NO_PUBKEY", INSTALL_FAULT_SIGNATURE },
    { "BADSIG", INSTALL_FAULT_SIGNATURE },
    { "EXPKEYSIG", INSTALL_FAULT_SIGNATURE },
    { "REVKEYSIG", INSTALL_FAULT_SIGNATURE },
    { "EXPSIG", INSTALL_FAULT_SIGNATURE },
    { "signatures couldn't be verified", INSTALL_FAULT_SIGNATURE },
    { "signatures were invalid", INSTALL_FAULT_SIGNATURE },
    { "cannot be authenticated", INSTALL_FAULT_SIGNATURE },
    { "unauthenticated packages", INSTALL_FAULT_SIGNATURE },
    { "does not have a Release file", INSTALL_FAULT_SIGNATURE },
    { "no longer has a Release file", INSTALL_FAULT_SIGNATURE },
    { "no longer signed", INSTALL_FAULT_SIGNATURE },
    { "Clearsigned file isn't valid", INSTALL_FAULT_SIGNATURE },
    { "GPG check FAILED", INSTALL_FAULT_SIGNATURE },
    { "GPG signature verification error", INSTALL_FAULT_SIGNATURE },
    { "Bad GPG signature", INSTALL_FAULT_SIGNATURE },
    { "Bad PGP signature", INSTALL_FAULT_SIGNATURE },
    { "signature verification failed", INSTALL_FAULT_SIGNATURE },
    { "Signature verification failed", INSTALL_FAULT_SIGNATURE },
    { "is not installed. Failing package", INSTALL_FAULT_SIGNATURE },
    { "Public key for", INSTALL_FAULT_SIGNATURE },
    { "no GPG public keys", INSTALL_FAULT_SIGNATURE },
    { "signed with unknown key", INSTALL_FAULT_SIGNATURE },
    { "unknown GnuPG key", INSTALL_FAULT_SIGNATURE },
    { "unsigned file", INSTALL_FAULT_SIGNATURE },
    { "SIGNATURES NOT OK", INSTALL_FAULT_SIGNATURE },
    { "Header is unsigned", INSTALL_FAULT_SIGNATURE },
    { "Package is not signed", INSTALL_FAULT_SIGNATURE },

    { "Hash Sum mismatch", INSTALL_FAULT_CORRUPT },
    { "File has unexpected size", INSTALL_FAULT_CORRUPT },
    { "hashes of expected file", INSTALL_FAULT_CORRUPT },
    { "checksum doesn't match", INSTALL_FAULT_CORRUPT },
    { "checksum mismatch", INSTALL_FAULT_CORRUPT },
    { "Digest verification failed", INSTALL_FAULT_CORRUPT },
    { "fails integrity check", INSTALL_FAULT_CORRUPT },
    { "Wrong digest", INSTALL_FAULT_CORRUPT },

    { "Could not get lock", INSTALL_FAULT_LOCKED },
    { "Unable to lock", INSTALL_FAULT_LOCKED },
    { "Unable to acquire the dpkg frontend lock", INSTALL_FAULT_LOCKED },
    { "frontend lock was locked by another process", INSTALL_FAULT_LOCKED },
    { "database is locked by another process", INSTALL_FAULT_LOCKED },
    { "Failed to obtain the transaction lock", INSTALL_FAULT_LOCKED },
    { "Waiting for process with pid", INSTALL_FAULT_LOCKED },
    { "can't create transaction lock", INSTALL_FAULT_LOCKED },
    { "System management is locked", INSTALL_FAULT_LOCKED },
    { "Another app is currently holding", INSTALL_FAULT_LOCKED },
    { "lock is already taken", INSTALL_FAULT_LOCKED },
    { "already locked by", INSTALL_FAULT_LOCKED }, /* dnf, of another dnf */

    { "No space left on device", INSTALL_FAULT_DISK_FULL },
    { "don't have enough free space", INSTALL_FAULT_DISK_FULL },
    { "more space needed on", INSTALL_FAULT_DISK_FULL },
    { "Insufficient space in download directory", INSTALL_FAULT_DISK_FULL },
    { "Disk Requirements", INSTALL_FAULT_DISK_FULL },
    { "needs inodes on the", INSTALL_FAULT_DISK_FULL },
    { "Not enough space available", INSTALL_FAULT_DISK_FULL },
    { "not enough disk space", INSTALL_FAULT_DISK_FULL },
    { "more space on the", INSTALL_FAULT_DISK_FULL },
    { "Failed writing received data to disk", INSTALL_FAULT_DISK_FULL },
    { "Can't hardlink/copy", INSTALL_FAULT_DISK_FULL },

    { "installation script subprocess", INSTALL_FAULT_SCRIPT },
    { "removal script subprocess", INSTALL_FAULT_SCRIPT },
    { "maintainer script", INSTALL_FAULT_SCRIPT },
    { "package pre-installation script", INSTALL_FAULT_SCRIPT },
    { "scriptlet failed", INSTALL_FAULT_SCRIPT },
    { "Error in PREIN", INSTALL_FAULT_SCRIPT },
    { "Error in POSTIN", INSTALL_FAULT_SCRIPT },
    { "Error in PREUN", INSTALL_FAULT_SCRIPT },
    { "Error in POSTUN", INSTALL_FAULT_SCRIPT },
    { "Error in PRETRANS", INSTALL_FAULT_SCRIPT },
    { "Error in POSTTRANS", INSTALL_FAULT_SCRIPT },

    { "held broken packages", INSTALL_FAULT_DEPENDENCY },
    { "unmet dependencies", INSTALL_FAULT_DEPENDENCY },
    { "Unable to correct problems", INSTALL_FAULT_DEPENDENCY },
    { "but remove is disabled", INSTALL_FAULT_DEPENDENCY },
    { "Packages need to be removed", INSTALL_FAULT_DEPENDENCY },
    { "pkgProblemResolver", INSTALL_FAULT_DEPENDENCY },
    { "nothing provides", INSTALL_FAULT_DEPENDENCY },
    { "conflicting requests", INSTALL_FAULT_DEPENDENCY },
    { "none of the providers can be installed", INSTALL_FAULT_DEPENDENCY },
    { "would remove", INSTALL_FAULT_DEPENDENCY },
    { "trying to overwrite", INSTALL_FAULT_DEPENDENCY },
    { "conflicts with file from", INSTALL_FAULT_DEPENDENCY },
    { "conflicts between attempted installs", INSTALL_FAULT_DEPENDENCY },

    { "was not found", INSTALL_FAULT_GONE },
    { "Unable to locate package", INSTALL_FAULT_GONE },
    { "has no installation candidate", INSTALL_FAULT_GONE },
    { "No match for argument", INSTALL_FAULT_GONE },
    { "Unable to find a match", INSTALL_FAULT_GONE },
    { "not found in package names", INSTALL_FAULT_GONE },
    { "No provider of", INSTALL_FAULT_GONE },

    { "Held packages were changed", INSTALL_FAULT_HELD },
    { "dpkg was interrupted", INSTALL_FAULT_INTERRUPTED },

    { "Temporary failure resolving", INSTALL_FAULT_NETWORK },
    { "Could not resolve", INSTALL_FAULT_NETWORK },
    { "Could not connect", INSTALL_FAULT_NETWORK },
    { "Cannot initiate the connection", INSTALL_FAULT_NETWORK },
    { "Connection failed", INSTALL_FAULT_NETWORK },
    { "Connection timed out", INSTALL_FAULT_NETWORK },
    { "Connection refused", INSTALL_FAULT_NETWORK },
    { "Failed to fetch", INSTALL_FAULT_NETWORK },
    { "Unable to fetch some archives", INSTALL_FAULT_NETWORK },
    { "Some index files failed to download", INSTALL_FAULT_NETWORK },
    { "Failed to download metadata", INSTALL_FAULT_NETWORK },
    { "Curl error", INSTALL_FAULT_NETWORK },
    { "Cannot download", INSTALL_FAULT_NETWORK },
    { "Error downloading packages", INSTALL_FAULT_NETWORK },
    { "All mirrors were tried", INSTALL_FAULT_NETWORK },
    { "File not found on medium", INSTALL_FAULT_NETWORK },
    { "Download (curl) error", INSTALL_FAULT_NETWORK },
    { "Failed to retrieve new repository metadata", INSTALL_FAULT_NETWORK },
    { "Valid metadata not found", INSTALL_FAULT_NETWORK },
    { "Failed to provide Package", INSTALL_FAULT_NETWORK },
    { "Timeout exceeded when accessing", INSTALL_FAULT_NETWORK },
};
/* clang-format on */

static size_t row_of(str line)
{
    size_t i = 0;

    while (i < COUNT(rows) && str_find(line, str_c(rows[i].words)) == line.n)
        i++;
    return i;
}

enum install_fault fault_of_line(str line)
{
    size_t i = row_of(line);

    return i < COUNT(rows) ? rows[i].fault : INSTALL_FAULT_NONE;
}

/* Where a kind of failure stands in the table: the sooner, the more it
 * explains. */
static size_t rank(enum install_fault fault)
{
    size_t i = 0;

    if (fault == INSTALL_FAULT_TIMEOUT)
        return 0;
    if (fault == INSTALL_FAULT_NONE)
        return COUNT(rows) + 1;
    while (i < COUNT(rows) && rows[i].fault != fault)
        i++;
    return i;
}

enum install_fault fault_worse(enum install_fault a, enum install_fault b)
{
    return rank(a) <= rank(b) ? a : b;
}

const char *install_fault_name(enum install_fault fault)
{
    static const char *const names[INSTALL_FAULTS] = {
        [INSTALL_FAULT_NONE] = "",
        [INSTALL_FAULT_LOCKED] = "locked",
        [INSTALL_FAULT_NETWORK] = "network",
        [INSTALL_FAULT_SIGNATURE] = "signature",
        [INSTALL_FAULT_DISK_FULL] = "disk-full",
        [INSTALL_FAULT_SCRIPT] = "script",
        [INSTALL_FAULT_DEPENDENCY] = "dependency",
        [INSTALL_FAULT_GONE] = "gone",
        [INSTALL_FAULT_HELD] = "held",
        [INSTALL_FAULT_CORRUPT] = "corrupt",
        [INSTALL_FAULT_INTERRUPTED] = "interrupted",
        [INSTALL_FAULT_TIMEOUT] = "timeout",
        [INSTALL_FAULT_OTHER] = "other",
    };

    return (unsigned)fault < INSTALL_FAULTS ? names[fault] : "other";
}
