/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/media.h"

#include "netdev/archive.h"
#include "netdev/config.h"

int media_check(const struct media_order *order, struct err *err)
{
    struct os_version version;
    int rc = archive_check_name(order->name, err);

    if (rc < 0)
        return err_wrap(err, rc, "name");
    if (!str_eq_c(order->medium, "usbtoken0") &&
        !str_eq_c(order->medium, "usbflash0"))
        return err_set(err, E_INVALID,
                       "medium: expected usbtoken0 or usbflash0");
    rc = os_version_parse(order->version, &version, err);
    if (rc < 0)
        return err_wrap(err, rc, "version");
    rc = family_check_transport(order->family, &version, order->model,
                                TRANSPORT_TMS, err);
    if (rc < 0)
        return rc;
    if (!config_is_whole(order->family, order->full))
        return err_set(err, E_INVALID,
                       "configuration: it is not whole, or was cut off");
    if (order->previous.n > 0 &&
        !config_is_whole(order->family, order->previous))
        return err_set(err, E_INVALID,
                       "previous: it is not whole, or was cut off");
    return 0;
}

void media_name(const struct media_order *order, bool delta, struct buf *out)
{
    buf_printf(out, "%" PRIstr "_%s.cfg", ARGstr(order->name),
               delta ? "delta" : "full");
}

int media_delta(const struct media_order *order, struct buf *out,
                struct err *err)
{
    int rc =
        config_delta(order->family, order->previous, order->full, out, err);

    if (rc < 0)
        return rc;
    if (out->n > 0 && out->p[out->n - 1] != '\n')
        buf_add_char(out, '\n');
    buf_add_c(out, "end\n");
    return 0;
}

void media_guide(const struct media_order *order, struct buf *out)
{
    bool delta = order->previous.n > 0;

    buf_printf(out,
               "Router %" PRIstr ": a configuration on a USB medium\n\n"
               "Before: check the folder (holdfastd media-check), copy the\n"
               "file to the medium and plug it into the router. The files\n"
               "hold passwords: erase the medium afterwards.\n\n",
               ARGstr(order->name));
    if (str_eq_c(order->medium, "usbtoken0"))
        buf_add_c(out, "! unlocks the token; it asks for the PIN\n"
                       "crypto pki token usbtoken0 login\n");
    buf_printf(out, "dir %" PRIstr ":\n", ARGstr(order->medium));
    if (delta) {
        buf_printf(out, "copy %" PRIstr ":", ARGstr(order->medium));
        media_name(order, true, out);
        buf_add_c(out, " running-config\n"
                       "copy running-config startup-config\n");
        buf_add_c(out, "\nOr, to replace everything at the next restart:\n\n");
    }
    buf_printf(out, "copy %" PRIstr ":", ARGstr(order->medium));
    media_name(order, false, out);
    buf_add_c(out, " startup-config\nreload\n");
}
