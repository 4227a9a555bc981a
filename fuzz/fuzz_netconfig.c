/* SPDX-License-Identifier: Apache-2.0
 *
 * Two configurations, divided by a NUL: cleaning is done once and for all,
 * the difference of a text with itself is empty, what leads from one to the
 * other and what differs stay within their bounds, and masking again changes
 * nothing that was masked.
 */
#include <stdlib.h>

#include "netdev/config.h"
#include "netdev/diff.h"
#include "netdev/mask.h"
#include "netdev/show.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    OUT_MAX = 16 << 20
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_clean(const struct family *family, str text)
{
    AUTO(buf_clear) struct buf once = BUF(OUT_MAX);
    AUTO(buf_clear) struct buf twice = BUF(OUT_MAX);

    if (config_clean(family, text, &once, NULL) < 0)
        return;
    require(config_clean(family, buf_str(&once), &twice, NULL) == 0);
    require(str_eq(buf_str(&once), buf_str(&twice)));
}

static void check_mask(str text)
{
    AUTO(buf_clear) struct buf once = BUF(OUT_MAX);
    AUTO(buf_clear) struct buf twice = BUF(OUT_MAX);

    mask_text(text, NULL, 0, &once);
    mask_text(buf_str(&once), NULL, 0, &twice);
    require(once.over || str_eq(buf_str(&once), buf_str(&twice)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct device_interfaces interfaces = { 0 };
    AUTO(buf_clear) struct buf delta = BUF(OUT_MAX);
    AUTO(buf_clear) struct buf same = BUF(OUT_MAX);
    AUTO(buf_clear) struct buf diff = BUF(OUT_MAX);
    const struct family *family;
    str to;
    str from;

    if (size == 0)
        return 0;
    family = &families[data[0] % family_count];
    to = (str){ (const char *)data + 1, size - 1 };
    from = str_cut(&to, '\0');
    check_clean(family, from);
    check_mask(from);
    if (config_delta(family, from, from, &same, NULL) == 0)
        require(same.n == 0);
    (void)!config_delta(family, from, to, &delta, NULL);
    if (diff_unified(STR("a"), from, STR("b"), to, &diff, NULL) == 0)
        require((diff.n == 0) == str_eq(from, to));
    (void)!show_read_interfaces(from, &interfaces, NULL);
    device_interfaces_clear(&interfaces);
    return 0;
}
