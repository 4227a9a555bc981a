/* SPDX-License-Identifier: Apache-2.0 */
#include "base/component.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <expat.h>
#include <jansson.h>
#include <lzma.h>
#include <pcre2.h>
#include <stdio.h>
#include <zlib.h>
#include <zstd.h>

#include "base/str.h"

void component_add(struct components *components, const char *name,
                   const char *text)
{
    struct component *one = vec_push(&components->all);
    size_t n;

    one->name = name;
    while (*text != '\0' && (*text < '0' || *text > '9'))
        text++;
    n = strcspn(text, " ,;(");
    snprintf(one->version, sizeof(one->version), "%.*s", (int)n, text);
}

void base_components(struct components *components)
{
    char pcre2[64] = "";

    if (pcre2_config(PCRE2_CONFIG_VERSION, NULL) < (int)sizeof(pcre2))
        pcre2_config(PCRE2_CONFIG_VERSION, pcre2);
    component_add(components, "expat", XML_ExpatVersion());
    component_add(components, "jansson", jansson_version_str());
    component_add(components, "pcre2", pcre2);
    component_add(components, "xz", lzma_version_string());
    component_add(components, "zlib", zlibVersion());
    component_add(components, "zstd", ZSTD_versionString());
}
