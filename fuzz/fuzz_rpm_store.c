/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as an rpm database file of any format: it is refused, or every
 * header can be read or refused by itself.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "probe/rpm_store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile size_t seen;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(rpm_store_freep) struct rpm_store *store = NULL;
    AUTO(buf_clear) struct buf blob = BUF(1 << 20);
    int fd = memfd_create("fuzz", MFD_CLOEXEC);

    if (fd < 0)
        return 0;
    if (write(fd, data, size) != (ssize_t)size) {
        close(fd);
        return 0;
    }
    if (rpm_store_open_fd(fd, "fuzz", &store, NULL) < 0)
        return 0;
    for (size_t i = 0; i < rpm_store_count(store); i++)
        if (rpm_store_read(store, i, &blob, NULL) == 0)
            seen += blob.n;
    return 0;
}
