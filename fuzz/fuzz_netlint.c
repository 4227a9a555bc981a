/* SPDX-License-Identifier: Apache-2.0
 *
 * Configurations under lint: the first byte chooses the family. Findings are
 * in the order of lines, name lines that are there, and are bounded.
 */
#include <stdlib.h>

#include "netdev/lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(lint_clear) struct lint lint = { 0 };
    size_t lines = 1;
    str text;

    if (size == 0)
        return 0;
    text = (str){ (const char *)data + 1, size - 1 };
    for (size_t i = 0; i < text.n; i++)
        lines += text.p[i] == '\n';
    if (lint_text(&families[data[0] % family_count], text, &lint, NULL) < 0)
        return 0;
    require(lint.findings.n <= LINT_FINDINGS_MAX);
    for (size_t i = 0; i < lint.findings.n; i++) {
        require(lint.findings.p[i].line >= 1 &&
                lint.findings.p[i].line <= lines);
        require(i == 0 ||
                lint.findings.p[i - 1].line <= lint.findings.p[i].line);
        require(str_starts(str_c(lint.findings.p[i].rule), STR("R-")));
    }
    return 0;
}
