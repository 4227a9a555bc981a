/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/filedigest.h"

#include <errno.h>
#include <unistd.h>

#include "base/mem.h"
#include "probe/regular.h"

enum {
    PIECE = 256 * 1024
};

static int take(int fd, const char *path, struct digest *digests,
                unsigned which, struct err *err)
{
    AUTO(mem_freep) char *bytes = mem_alloc(1, PIECE);

    for (;;) {
        ssize_t n = read(fd, bytes, PIECE);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(err, errno, "%.*s", 1000, path);
        if (n == 0)
            return 0;
        for (unsigned i = 0; i < DIGEST_KINDS; i++)
            if ((which & 1U << i) != 0)
                digest_add(&digests[i], bytes, (size_t)n);
    }
}

int filedigest_read(struct probe_machine *machine, const char *path,
                    unsigned which, struct filedigest *out, struct err *err)
{
    struct digest digests[DIGEST_KINDS];
    struct stat st;
    int fd = regular_open(machine, path, &st, err);
    int rc;

    if (fd < 0)
        return fd;
    for (unsigned i = 0; i < DIGEST_KINDS; i++)
        digest_init(&digests[i], (enum digest_kind)i);
    rc = take(fd, path, digests, which, err);
    close(fd);
    if (rc < 0)
        return rc;
    for (unsigned i = 0; i < DIGEST_KINDS; i++)
        if ((which & 1U << i) != 0)
            digest_finish(&digests[i], out->text[i]);
    return 0;
}
