/* SPDX-License-Identifier: Apache-2.0
 *
 * The system's D-Bus, through libsystemd's sd-bus: method calls without
 * change, and the text of what they return. A peer that does not answer in
 * time is an error. systemd is also reached by its own socket, which works
 * for root without a bus daemon.
 */
#ifndef PROBE_DBUS_H
#define PROBE_DBUS_H

#include <systemd/sd-bus.h>

#include "base/buf.h"

struct dbus_functions {
    __typeof__(sd_bus_open_system) *open_system;
    __typeof__(sd_bus_new) *new_;
    __typeof__(sd_bus_set_address) *set_address;
    __typeof__(sd_bus_start) *start;
    __typeof__(sd_bus_set_method_call_timeout) *set_timeout;
    __typeof__(sd_bus_call_method) *call_method;
    __typeof__(sd_bus_flush_close_unref) *close;
    __typeof__(sd_bus_error_free) *error_free;
    __typeof__(sd_bus_error_has_name) *error_has_name;
    __typeof__(sd_bus_message_unref) *message_unref;
    __typeof__(sd_bus_message_read) *read;
    __typeof__(sd_bus_message_peek_type) *peek_type;
    __typeof__(sd_bus_message_read_basic) *read_basic;
    __typeof__(sd_bus_message_enter_container) *enter;
    __typeof__(sd_bus_message_exit_container) *exit;
    __typeof__(sd_bus_message_skip) *skip;
};

struct dbus {
    struct dbus_functions fn;
    sd_bus *bus;
    bool is_private; /* systemd's own socket: only systemd is there */
};

/* Connects to the system's bus, or to systemd's socket when there is none and
 * `systemd` is set. E_UNSUPPORTED: no libsystemd; E_ABSENT: nobody listens. */
int dbus_open(bool systemd, struct dbus *out, struct err *err) MUST_CHECK;
void dbus_close(struct dbus *dbus);

/* The error of a failed call, as one of ours: E_ABSENT when the service or
 * object is not there, E_PERM, E_IO. Releases *error. */
int dbus_error(struct dbus *dbus, int code, sd_bus_error *error,
               const char *what, struct err *err) MUST_CHECK;

/* Reads a variant. add is called for its value: for each element when it is an
 * array, once otherwise. What is inside a container is separated by blanks. */
typedef void dbus_add_fn(void *ctx, str value);
int dbus_read_variant(struct dbus *dbus, sd_bus_message *message,
                      dbus_add_fn *add, void *ctx, struct err *err) MUST_CHECK;

#endif
