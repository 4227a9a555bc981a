/* SPDX-License-Identifier: Apache-2.0
 *
 * Which characters past ASCII a name may begin with and contain, by the
 * tables of the fourth edition of XML 1.0, which are expat's too. The fifth
 * edition allows more, and nothing that we read uses it.
 */
#ifndef BASE_XML_NAMES_INT_H
#define BASE_XML_NAMES_INT_H

#include "base/str.h"

bool xml_is_name_start(uint32_t c);
bool xml_is_name(uint32_t c);

#endif
