/* SPDX-License-Identifier: Apache-2.0 */
#include "base/xml_int.h"

int xml_run_scan(struct xml_reader *r, unsigned *out_line)
{
    return xml_run_expat(r, out_line);
}
