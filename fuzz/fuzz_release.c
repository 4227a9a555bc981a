/* SPDX-License-Identifier: Apache-2.0
 *
 * The file that announces new versions, signed or not: what is read keeps to
 * its limits, and nothing without a key's signature is taken.
 */
#include "server/release.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    str text = { (const char *)data, size };
    struct release_keys keys = { .count = 1 };
    struct release release;
    struct err err = { 0 };

    require(release_open(text, &keys, &arena, &release, &err) < 0);
    if (release_read(text, &arena, &release, &err) == 0) {
        require(release.version.n > 0 && release.version.n <= 64);
        require(release.flaw_count <= RELEASE_FLAWS_MAX);
        require(release.url.n == 0 || str_starts(release.url, STR("https://")));
        require(!release_is_older(release.version, release.version));
        require(release_may_follow(&release, &release, &err) == 0);
    }
    if (release_keys_read(text, &keys, &err) == 0)
        require(keys.count <= RELEASE_KEYS_MAX);
    return 0;
}
