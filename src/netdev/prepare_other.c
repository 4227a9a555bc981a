/* SPDX-License-Identifier: Apache-2.0
 *
 * Sensors (R-IPS), switches with CatOS, and FRR.
 */
#include "netdev/prepare_int.h"

static int64_t port_of(const struct sensor_facts *sensor)
{
    if (sensor->port != NOT_GIVEN)
        return sensor->port;
    return sensor->tls ? 443 : 80;
}

/* Whom the sensor lets in: what access_list and servers name. */
static bool say_permits(struct prepare *prepare,
                        const struct prepare_facts *facts)
{
    for (size_t i = 0; i < facts->access_list.n; i++) {
        str at = facts->access_list.p[i];
        bool is_host = str_find_char(at, '/') == at.n;

        say_remark(prepare, facts, "Permit: %" PRIstr "%s", ARGstr(at),
                   is_host ? "/32" : "");
    }
    for (size_t i = 0; i < facts->clients.n; i++)
        say_remark(prepare, facts, "Permit: %" PRIstr "/%u",
                   ARGstr(facts->clients.p[i].ip),
                   netmask_bits(facts->clients.p[i].netmask));
    return facts->access_list.n + facts->clients.n > 0;
}

static void say_setup(struct prepare *prepare,
                      const struct prepare_facts *facts)
{
    const struct sensor_facts *sensor = &facts->sensor;

    say(prepare, "setup");
    say_remark(prepare, facts,
               "Continue with configuration dialog?[yes]: "
               "yes");
    say_remark(prepare, facts, "Enter host name[sensor]: %" PRIstr,
               ARGstr(sensor->name));
    say_remark(prepare, facts,
               "Enter IP interface[192.168.1.2/24,192.168.1.1]: %" PRIstr
               "/%u,%" PRIstr,
               ARGstr(sensor->ip), netmask_bits(sensor->netmask),
               ARGstr(sensor->default_route));
    say_remark(prepare, facts,
               "Enter telnet-server status[disabled]: "
               "disabled");
    say_remark(prepare, facts, "Enter web-server port[443]: %d",
               (int)port_of(sensor));
    if (facts->access_list.n + facts->clients.n > 0) {
        say_remark(prepare, facts, "Modify current access list?[no]: yes");
        (void)say_permits(prepare, facts);
        say_remark(prepare, facts, "Permit:");
    } else {
        say_remark(prepare, facts, "Modify current access list?[no]: no");
        warning(prepare, "R-IPS-3",
                "the sensor's access list must contain the manager; "
                "\"access_list\" says what to permit");
    }
    say_remark(prepare, facts, "Modify system clock settings?[no]: no");
    say_remark(prepare, facts, "Enter your selection[2]: 2");
}

/* The same as commands, for what can be pasted. */
static void say_service_host(struct prepare *prepare,
                             const struct prepare_facts *facts)
{
    const struct sensor_facts *sensor = &facts->sensor;

    say(prepare, "configure terminal");
    say(prepare, "service host");
    say(prepare, "network-settings");
    say(prepare, "host-ip %" PRIstr "/%u,%" PRIstr, ARGstr(sensor->ip),
        netmask_bits(sensor->netmask), ARGstr(sensor->default_route));
    say(prepare, "host-name %" PRIstr, ARGstr(sensor->name));
    say(prepare, "telnet-option disabled");
    for (size_t i = 0; i < facts->access_list.n; i++) {
        str at = facts->access_list.p[i];
        bool is_host = str_find_char(at, '/') == at.n;

        say(prepare, "access-list %" PRIstr "%s", ARGstr(at),
            is_host ? "/32" : "");
    }
    for (size_t i = 0; i < facts->clients.n; i++)
        say(prepare, "access-list %" PRIstr "/%u",
            ARGstr(facts->clients.p[i].ip),
            netmask_bits(facts->clients.p[i].netmask));
    say(prepare, "exit");
    say(prepare, "exit");
    say_remark(prepare, facts, "Apply Changes?[yes]: yes");
    say(prepare, "service web-server");
    say(prepare, "enable-tls %s", sensor->tls ? "true" : "false");
    say(prepare, "port %d", (int)port_of(sensor));
    say(prepare, "exit");
    say_remark(prepare, facts, "Apply Changes?[yes]: yes");
    say(prepare, "exit");
}

void prepare_ips(struct prepare *prepare, const struct prepare_facts *facts)
{
    const struct sensor_facts *sensor = &facts->sensor;

    if (facts->is_new)
        say_setup(prepare, facts);
    say_service_host(prepare, facts);
    note(prepare, "R-IPS-2",
         "only an administrator of the sensor may set these");
    note(prepare, "R-IPS-4",
         "a router with IOS IPS is prepared as a router, not so");
    if (sensor->tls && port_of(sensor) == 80)
        warning(prepare, "R-IPS-3",
                "port 80 does not switch TLS off: the sensor then speaks TLS "
                "on port 80");
    if (!sensor->tls)
        warning(prepare, "R-IPS-3",
                "TLS is on by default; without it passwords are sent in clear "
                "text");
}

static void say_permit(struct prepare *prepare,
                       const struct prepare_facts *facts)
{
    const char *what = facts->transport == TRANSPORT_SSH ? "ssh" : "telnet";

    for (size_t i = 0; i < facts->clients.n; i++)
        say(prepare, "set ip permit %" PRIstr " %s",
            ARGstr(facts->clients.p[i].ip), what);
    if (facts->clients.n > 0)
        say(prepare, "set ip permit enable %s", what);
}

void prepare_catos(struct prepare *prepare, const struct prepare_facts *facts)
{
    int64_t modulus = facts->modulus != NOT_GIVEN ? facts->modulus : 2048;

    if (facts->is_new) {
        say(prepare, "set system name %" PRIstr, ARGstr(facts->hostname));
        if (facts->domain.n > 0)
            say(prepare, "set ip dns domain %" PRIstr, ARGstr(facts->domain));
    }
    if (facts->username.n > 0) {
        say(prepare,
            "set localuser user %" PRIstr " password %" PRIstr " privilege 15",
            ARGstr(facts->username), ARGstr(facts->password));
        say(prepare, "set localuser authentication enable");
    }
    if (facts->transport == TRANSPORT_SSH) {
        say(prepare, "set crypto key rsa %d", (int)modulus);
        note(prepare, "R-SSH-2",
             "CatOS speaks SSH version 2 from 8.3 on; before that it has "
             "version 1 only, which is detected and refused");
    }
    say_permit(prepare, facts);
    note(prepare, "R-SSH-6",
         "the enabled prompt of CatOS ends in '(enable)', and is known so; a "
         "command takes effect and is kept at once");
}

void prepare_frr(struct prepare *prepare, const struct prepare_facts *facts)
{
    say(prepare, "configure terminal");
    if (facts->is_new) {
        say(prepare, "hostname %" PRIstr, ARGstr(facts->hostname));
        if (facts->domain.n > 0)
            say(prepare, "domainname %" PRIstr, ARGstr(facts->domain));
    }
    if (facts->transport == TRANSPORT_TELNET && facts->password.n > 0)
        say(prepare, "password %" PRIstr, ARGstr(facts->password));
    if (facts->enable_password.n > 0)
        say(prepare, "enable password %" PRIstr,
            ARGstr(facts->enable_password));
    say(prepare, "service password-encryption");
    say(prepare, "end");
    say(prepare, "write memory");
    if (facts->transport == TRANSPORT_SSH) {
        say_remark(
            prepare, facts,
            "on the host: useradd --shell /usr/bin/vtysh --groups "
            "frrvty %" PRIstr,
            ARGstr(facts->username.n > 0 ? facts->username : STR("USER")));
        note(prepare, "R-SSH-1",
             "SSH is the host's own server; the user's login shell is vtysh");
    }
}
