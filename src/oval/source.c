/* SPDX-License-Identifier: Apache-2.0 */
#include "oval/source.h"

void oval_source_free(struct oval_source *source)
{
    if (source != NULL)
        source->ops->free(source);
}

void oval_source_freep(struct oval_source **source)
{
    oval_source_free(*source);
    *source = NULL;
}
