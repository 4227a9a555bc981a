/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a file of advisories, of every format and as an archive; what
 * was taken in is written and opened again.
 */
#include <assert.h>
#include <sys/mman.h>
#include <unistd.h>

#include "advisory/import.h"
#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile size_t seen;

static int on_statement(void *ctx, const struct advisory_statement *statement,
                        struct err *err)
{
    (void)ctx;
    (void)err;
    seen += statement->item.package.n + statement->item.version.n;
    return 0;
}

static void use(const struct advisory_data *data)
{
    struct advisory advisory;
    struct advisory_item item;
    str release;

    for (uint32_t i = 0; advisory_data_at(data, i, &advisory); i++) {
        seen += advisory.title.n;
        for (size_t k = 0; advisory_data_item(data, i, k, &item); k++)
            seen += item.note.n;
        seen += advisory_data_superseded_by(data, advisory.id, 0, &release).n +
                advisory_data_reference(data, i, 0).n;
    }
    for (size_t i = 0; i < 100; i++) {
        str name = advisory_data_name(data, i);

        if (name.p == NULL)
            break;
        if (advisory_data_vulnerability(data, name, on_statement, NULL, NULL) <
            0)
            break;
    }
}

static void write_and_open(struct advisory_draft *draft)
{
    AUTO(buf_clear) struct buf bytes = BUF(1 << 28);
    AUTO(advisory_data_freep) struct advisory_data *opened = NULL;
    AUTO(advisory_draft_freep) struct advisory_draft *again = NULL;
    AUTO(io_out_freep) struct io_out *out = NULL;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    off_t size;

    out = io_out_fd(fd, "fuzz");
    assert(advisory_draft_write(draft, out, NULL) == 0);
    assert(io_out_finish(out, NULL) == 0);
    size = lseek(fd, 0, SEEK_END);
    assert(pread(fd, buf_grow(&bytes, (size_t)size), (size_t)size, 0) == size);
    close(fd);
    assert(advisory_data_open_memory(buf_str(&bytes), "fuzz", &opened, NULL) ==
           0);
    assert(advisory_draft_new(opened, &again, NULL) == 0);
    use(opened);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(advisory_draft_freep) struct advisory_draft *draft = NULL;
    struct advisory_import import = { .path = "fuzz", .now_s = 1 };
    struct advisory_imported imported;
    struct err err = { 0 };

    if (advisory_draft_new(NULL, &draft, &err) < 0)
        return 0;
    if (advisory_import_memory(draft, (str){ (const char *)data, size },
                               &import, &imported, &err) == 0)
        write_and_open(draft);
    return 0;
}
