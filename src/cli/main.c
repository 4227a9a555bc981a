/* SPDX-License-Identifier: Apache-2.0 */
#include "base/attr.h"

int main(int argc UNUSED, char **argv UNUSED)
{
    return 2;
}
