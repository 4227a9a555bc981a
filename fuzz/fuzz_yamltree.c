/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes are YAML documents or are refused; a tree is what it says.
 */
#include "probe/yamltree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str text = { (const char *)data, size };
    struct yamltree tree;

    if (yamltree_read(&tree, text, "input", NULL) == 0)
        for (size_t i = 0; i < tree.nodes.n; i++) {
            const struct yamlnode *node = tree.nodes.p[i];

            if (node->open ||
                (node->kind == YAMLNODE_SCALAR && node->children.n > 0))
                abort();
            if (node->kind == YAMLNODE_MAPPING && node->children.n % 2 != 0)
                abort();
        }
    yamltree_clear(&tree);
    return 0;
}
