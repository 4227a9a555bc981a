/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/device_source.h"

bool device_source_wanted(const struct cli *cli)
{
    return cli_offers(cli, "device") && cli_value(cli, "device") != NULL;
}

static int set_family(const struct cli *cli, struct device_outputs *outputs,
                      struct err *err)
{
    const char *name = cli_value(cli, "family");

    if (name == NULL)
        return 0;
    outputs->family = family_find(str_c(name));
    return outputs->family != NULL
               ? 0
               : err_set(err, E_INVALID,
                         "--family: '%s' is not known; expected %s", name,
                         family_names());
}

int device_source_new(const struct cli *cli, struct device_outputs *outputs,
                      struct oval_source **out, struct err *err)
{
    int rc = set_family(cli, outputs, err);

    if (rc == 0 && cli_offers(cli, "root") && cli_value(cli, "root") != NULL)
        rc = err_set(err, E_USAGE,
                     "--root and --device are two different systems");
    for (size_t i = 0; rc == 0; i++) {
        const char *path = cli_value_at(cli, "device", i);

        if (path == NULL)
            break;
        rc = outputs_add_path(outputs, path, err);
    }
    if (rc < 0)
        return rc;
    rc = network_source_new(outputs, out, err);
    if (rc == 0 && cli_has(cli, "secrets"))
        network_source_tell_secrets(*out);
    return rc < 0 ? err_wrap(err, rc, "--device %s", cli_value(cli, "device"))
                  : 0;
}
