/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as a file of the dpkg database; the first byte says which.
 */
#include "base/mem.h"
#include "probe/dpkg_db.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile size_t seen;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(dpkg_db_freep) struct dpkg_db *db = dpkg_db_new();
    struct buf text = BUF(1 << 20);
    struct err err = { 0 };

    if (size == 0)
        return 0;
    buf_add(&text, (str){ (const char *)data + 1, size - 1 });
    if (dpkg_db_add(db, (enum dpkg_kind)(data[0] % 3), "fuzz", &text, &err) < 0)
        seen += strlen(err_text(&err));
    dpkg_db_index_sources(db);
    for (size_t i = 0; i < db->packages.n; i++) {
        const struct dpkg_package *package = &db->packages.p[i];

        seen += dpkg_version_split(package->version).revision.n;
        seen += dpkg_db_find(db, package->name);
        seen += dpkg_db_find_source(db, package->source);
    }
    buf_clear(&text);
    return 0;
}
