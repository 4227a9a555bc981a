/* SPDX-License-Identifier: Apache-2.0
 *
 * The first byte chooses a scheme, newlines part three versions: their order
 * has no contradiction.
 */
#include "version/dotted.h"
#include "version/dpkg.h"
#include "version/fileset.h"
#include "version/ios.h"
#include "version/rpm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef int compare_fn(str a, str b, int *out_order, struct err *err);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static int order_of(compare_fn *compare, str a, str b)
{
    int order = 0;
    int back = 0;

    require(compare(a, b, &order, NULL) == 0);
    require(compare(b, a, &back, NULL) == 0);
    require((order > 0) == (back < 0) && (order < 0) == (back > 0));
    return order;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static compare_fn *const compares[] = {
        dotted_version_compare, dpkg_version_compare, fileset_revision_compare,
        ios_version_compare,    rpm_version_compare,
    };
    compare_fn *compare;
    str rest;
    str a;
    str b;
    int order = 0;

    if (size < 1)
        return 0;
    compare = compares[data[0] % COUNT(compares)];
    rest = (str){ (const char *)data + 1, size - 1 };
    a = str_cut(&rest, '\n');
    b = str_cut(&rest, '\n');
    if (compare(a, b, &order, NULL) != 0 ||
        compare(b, rest, &order, NULL) != 0 ||
        compare(a, rest, &order, NULL) != 0)
        return 0;
    require(order_of(compare, a, a) == 0);
    if (order_of(compare, a, b) <= 0 && order_of(compare, b, rest) <= 0)
        require(order_of(compare, a, rest) <= 0);
    return 0;
}
