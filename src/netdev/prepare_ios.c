/* SPDX-License-Identifier: Apache-2.0
 *
 * Routers and switches with IOS: HTTPS, SSH, Telnet, TMS.
 */
#include "netdev/prepare_int.h"

enum {
    MODULUS_DEFAULT = 2048
};

/* R-IOSSSL-3 */
static void say_local(struct prepare *prepare,
                      const struct prepare_facts *facts)
{
    for (size_t i = 0; i < facts->aaa_lists.n; i++) {
        str list = facts->aaa_lists.p[i];

        say(prepare, "no aaa authorization network %" PRIstr, ARGstr(list));
        say(prepare, "no aaa authentication login %" PRIstr, ARGstr(list));
    }
    say(prepare, "ip http authentication local");
    if (!facts->has_aaa_lists)
        note(prepare, "R-IOSSSL-3",
             "if the device has AAA lists, \"aaa_lists\" must name them: "
             "they come before local users");
}

/* R-IOSSSL-5 */
static void say_aaa(struct prepare *prepare, const struct prepare_facts *facts)
{
    str login = facts->login_authentication;
    str exec = facts->exec_authorization;

    say(prepare, "ip http authentication aaa");
    if (facts->aaa_lists.n < 2)
        return;
    say(prepare, "ip http authentication aaa login-authentication %" PRIstr,
        ARGstr(login.n > 0 ? login : facts->aaa_lists.p[0]));
    say(prepare, "ip http authentication aaa exec-authorization %" PRIstr,
        ARGstr(exec.n > 0 ? exec : facts->aaa_lists.p[1]));
}

void prepare_ios_ssl(struct prepare *prepare, const struct prepare_facts *facts)
{
    say(prepare, "configure terminal");
    say_names(prepare, facts);
    if (facts->username.n > 0)
        say_ios_user(prepare, facts, 15);
    if (str_eq_c(facts->authorization, "aaa"))
        say_aaa(prepare, facts);
    else
        say_local(prepare, facts);
    if (facts->http_port != NOT_GIVEN && facts->http_port != 443)
        say(prepare, "ip http secure-port %d", (int)facts->http_port);
    say(prepare, "ip http secure-server");
    say(prepare, "exit");
    note(prepare, "R-IOSSSL-6",
         "'show ip http server secure status' must answer Enabled; then save "
         "with 'write memory'");
    if (!facts->ssh)
        note(prepare, "R-COM-12",
             "interactive commands of a deployment go over SSH: the device is "
             "ready only when that is set up too (\"ssh\": true)");
}

/* Whose users log in on the vty lines. Beside HTTPS it is whoever that asks;
 * on a device with AAA lists `login local` is not there. */
static bool login_is_local(const struct prepare_facts *facts)
{
    if (facts->login.n > 0 || facts->transport != TRANSPORT_SSL)
        return str_eq_c(facts->login, "local");
    return str_eq_c(facts->authorization, "local") && facts->aaa_lists.n == 0;
}

/* What the lines of an existing device take stays as it is: it may be SSH
 * only, for a reason. */
static void say_lines_beside_https(struct prepare *prepare,
                                   const struct prepare_facts *facts)
{
    if (facts->transport != TRANSPORT_SSL)
        return;
    if (facts->is_new)
        say(prepare, "transport input telnet ssh");
    else
        note(prepare, "R-COM-12",
             "the vty lines must take SSH: 'transport input' must name ssh "
             "or all");
}

static void say_local_login(struct prepare *prepare,
                            const struct prepare_facts *facts)
{
    int64_t first = facts->vty_first != NOT_GIVEN ? facts->vty_first : 0;
    int64_t last = facts->vty_last != NOT_GIVEN ? facts->vty_last : 4;

    say(prepare, "line vty %d %d", (int)first, (int)last);
    say(prepare, "login local");
    say_lines_beside_https(prepare, facts);
    say(prepare, "exit");
}

/* R-SSH-8: logging in must work before SSH is looked at. The user of HTTPS
 * is there already. */
static void say_login(struct prepare *prepare,
                      const struct prepare_facts *facts)
{
    if (facts->username.n == 0 && facts->login.n == 0)
        return;
    say(prepare, "configure terminal");
    if (login_is_local(facts))
        say_local_login(prepare, facts);
    else
        say(prepare, "aaa new-model");
    if (facts->username.n > 0 && facts->transport != TRANSPORT_SSL)
        say_ios_user(prepare, facts, facts->privilege);
    say(prepare, "exit");
    say(prepare, "write memory");
}

static int64_t modulus_of(const struct prepare_facts *facts)
{
    return facts->modulus != NOT_GIVEN ? facts->modulus : MODULUS_DEFAULT;
}

static void note_modulus(struct prepare *prepare, int64_t modulus)
{
    if (modulus < 768)
        warning(prepare, "R-SSH-11",
                "a modulus of %d bits is too short for SSH version 2, which "
                "needs 768, and Holdfast does not speak version 1",
                (int)modulus);
    else if (modulus < 2048)
        warning(prepare, "R-SSH-11",
                "a modulus of %d bits is weak; the document recommends 1024, "
                "today 2048 is the least",
                (int)modulus);
    else
        note(prepare, "R-SSH-11",
             "the modulus has %d bits, where the document recommends 1024",
             (int)modulus);
}

/* R-SSH-12: the spelling changed with 12.3; seconds it always was. */
static void say_limits(struct prepare *prepare,
                       const struct prepare_facts *facts)
{
    bool is_old = facts->has_version &&
                  !os_version_from(&facts->version, 12, 3, 0) &&
                  !str_eq_c(str_c(facts->family->name), "ios-xe");

    if (facts->timeout != NOT_GIVEN) {
        say(prepare, "ip ssh %s %d", is_old ? "timeout" : "time-out",
            (int)facts->timeout);
        note(prepare, "R-SSH-12",
             "the time is in seconds, which the document calls minutes%s",
             is_old ? "" : ", and the command is spelled 'time-out'");
    }
    if (facts->retries != NOT_GIVEN)
        say(prepare, "ip ssh authentication-retries %d", (int)facts->retries);
}

/* R-SSH-13 */
static void say_only_ssh(struct prepare *prepare,
                         const struct prepare_facts *facts)
{
    if (facts->vty_first == NOT_GIVEN)
        return;
    say(prepare, "configure terminal");
    say(prepare, "line vty %d %d", (int)facts->vty_first, (int)facts->vty_last);
    say(prepare, "transport input ssh");
    say(prepare, "end");
    say(prepare, "write memory");
    warning(prepare, "R-SSH-14",
            "enter 'transport input ssh' only after a login over SSH has "
            "succeeded: it ends every other way in");
}

void prepare_ios_ssh(struct prepare *prepare, const struct prepare_facts *facts)
{
    int64_t modulus = modulus_of(facts);

    say_login(prepare, facts);
    say(prepare, "configure terminal");
    if (facts->transport == TRANSPORT_SSH)
        say_names(prepare, facts);
    say(prepare, "crypto key generate rsa");
    say(prepare, "%d", (int)modulus);
    note(prepare, "R-SSH-10",
         "'crypto key generate rsa' asks for the bits of the modulus; the "
         "line behind it is the answer");
    note_modulus(prepare, modulus);
    say_limits(prepare, facts);
    say(prepare, "exit");
    say(prepare, "write memory");
    say_only_ssh(prepare, facts);
}

void prepare_ios_telnet(struct prepare *prepare,
                        const struct prepare_facts *facts)
{
    int64_t first = facts->vty_first != NOT_GIVEN ? facts->vty_first : 0;
    int64_t last = facts->vty_last != NOT_GIVEN ? facts->vty_last : 4;

    say(prepare, "configure terminal");
    say_names(prepare, facts);
    if (facts->username.n > 0)
        say_ios_user(prepare, facts, facts->privilege);
    if (facts->enable_password.n > 0)
        say(prepare, "enable secret %" PRIstr, ARGstr(facts->enable_password));
    if (str_eq_c(facts->login, "aaa"))
        say(prepare, "aaa new-model");
    say(prepare, "line vty %d %d", (int)first, (int)last);
    if (facts->username.n > 0 && !str_eq_c(facts->login, "aaa"))
        say(prepare, "login local");
    say(prepare, "transport input telnet ssh");
    say(prepare, "end");
    say(prepare, "write memory");
    if (facts->username.n == 0)
        note(prepare, "R-SSH-8",
             "without a username the lines need a password or AAA already");
}

/* R-TMS-1, R-TMS-3: no session; an operator carries the files. */
void prepare_ios_tms(struct prepare *prepare, const struct prepare_facts *facts)
{
    str name = facts->hostname.n > 0 ? facts->hostname : STR("router");

    say(prepare, "configure terminal");
    say_names(prepare, facts);
    say(prepare, "exit");
    say(prepare, "write memory");
    say_remark(prepare, facts,
               "with the token in the USB port: copy usbtoken0:%" PRIstr
               "_delta.cfg running-config",
               ARGstr(name));
    say_remark(prepare, facts, "then: write memory");
    note(prepare, "R-TMS-1",
         "nothing connects to the router: its configuration is written to "
         "files that an operator carries on a token");
    note(prepare, "R-TMS-2", "the token gets the delta configuration");
}
