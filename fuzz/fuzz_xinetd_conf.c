/* SPDX-License-Identifier: Apache-2.0
 *
 * The configuration of xinetd.
 */
#include "probe/xinetd_conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct xinetd_conf conf = { 0 };
    struct err err;

    if (xinetd_conf_parse(&conf, (str){ (const char *)data, size }, NULL, NULL,
                          &err) == 0)
        for (size_t i = 0; i < conf.services.n; i++) {
            (void)xinetd_conf_is_disabled(&conf, &conf.services.p[i]);
            (void)xinetd_conf_value(&conf, &conf.services.p[i],
                                    XINETD_ONLY_FROM);
        }
    xinetd_conf_clear(&conf);
    return 0;
}
