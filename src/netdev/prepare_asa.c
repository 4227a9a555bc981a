/* SPDX-License-Identifier: Apache-2.0
 *
 * PIX, ASA and FWSM: HTTPS (R-ASA) and Auto Update (R-AUS).
 */
#include "netdev/prepare_int.h"

static const char not_given[] = "...";

static str or_dots(str text)
{
    return text.n > 0 ? text : str_c(not_given);
}

static const char *number_or_dots(int64_t number, char text[24])
{
    if (number == NOT_GIVEN)
        return not_given;
    (void)snprintf(text, 24, "%02lld", (long long)number);
    return text;
}

/* What a question is answered with: of an existing device, what it has. */
static void say_answer(struct prepare *prepare,
                       const struct prepare_facts *facts, const char *question,
                       str value)
{
    if (facts->is_new)
        say_remark(prepare, facts, "%s: %" PRIstr, question,
                   ARGstr(or_dots(value)));
    else if (value.n > 0)
        say_remark(prepare, facts, "%s: %" PRIstr " (verify)", question,
                   ARGstr(value));
    else
        say_remark(prepare, facts, "%s: (verify and keep what it has)",
                   question);
}

static void say_date(struct prepare *prepare, const struct prepare_facts *facts)
{
    const struct first_dialogue *d = &facts->dialogue;
    char year[24];
    char month[24];
    char day[24];

    say_remark(prepare, facts, "Time zone: %" PRIstr,
               ARGstr(d->time_zone.n > 0 ? d->time_zone : STR("UTC")));
    say_remark(prepare, facts, "Year: %s", number_or_dots(d->year, year));
    say_remark(prepare, facts, "Month: %s", number_or_dots(d->month, month));
    say_remark(prepare, facts, "Day: %s", number_or_dots(d->day, day));
    say_remark(prepare, facts, "Time: %" PRIstr, ARGstr(or_dots(d->time)));
}

/* R-ASA-2. The questions of a device that has no configuration, or of
 * `setup`, in their order, with what to answer. */
static void say_dialogue(struct prepare *prepare,
                         const struct prepare_facts *facts)
{
    const struct first_dialogue *d = &facts->dialogue;

    say_remark(prepare, facts,
               "Pre-configure Firewall now through interactive prompts "
               "[yes]? y");
    say_remark(prepare, facts, "Enable password [<use current password>]: %s",
               facts->enable_password.n > 0 ? "(the value of enable_password)"
                                            : "(the current enable password)");
    say_date(prepare, facts);
    say_answer(prepare, facts, "Inside IP address", d->inside_ip);
    say_answer(prepare, facts, "Inside network mask", d->inside_netmask);
    say_answer(prepare, facts, "Host name", facts->hostname);
    say_answer(prepare, facts, "Domain name", facts->domain);
    say_remark(prepare, facts,
               "IP address of host running Device Manager: %" PRIstr,
               ARGstr(facts->clients.p[0].ip));
    say_remark(prepare, facts,
               "Use this configuration and write to flash? yes");
    note(prepare, "R-ASA-2", "%s; lines that begin with '!' say what to answer",
         facts->is_new
             ? "a device without configuration asks these questions by itself"
             : "an existing device asks these questions by 'setup' only; "
               "without it, compare what is marked");
}

static bool is_asa(const struct prepare_facts *facts)
{
    return str_eq_c(str_c(facts->family->name), "asa");
}

/* R-ASA-5 */
static void say_user(struct prepare *prepare, const struct prepare_facts *facts)
{
    if (facts->username.n == 0) {
        note(prepare, "R-ASA-5",
             "without a username, HTTPS takes an empty user and the enable "
             "password");
        return;
    }
    say(prepare, "username %" PRIstr " password %" PRIstr " privilege 15",
        ARGstr(facts->username), ARGstr(facts->password));
    say(prepare, "aaa authentication http console LOCAL");
    if (is_asa(facts) && facts->has_version &&
        os_version_from(&facts->version, 9, 12, 0)) {
        say(prepare, "http server basic-auth-client Holdfast");
        note(prepare, "R-ASA-5",
             "this version takes passwords over HTTPS only from clients that "
             "'http server basic-auth-client' names, or ASDM, CSM and REST "
             "API Agent");
    } else if (is_asa(facts) && !facts->has_version) {
        note(prepare, "R-ASA-5",
             "no \"version\" is given: where the device knows 'http server "
             "basic-auth-client', enter 'http server basic-auth-client "
             "Holdfast', or it answers the manager 400");
    }
}

void prepare_asa(struct prepare *prepare, const struct prepare_facts *facts)
{
    say(prepare, "configure terminal");
    say_dialogue(prepare, facts);
    if (facts->http_port != NOT_GIVEN && facts->http_port != 443)
        say(prepare, "http server enable %d", (int)facts->http_port);
    else
        say(prepare, "http server enable");
    for (size_t i = 0; i < facts->clients.n; i++) {
        const struct http_client *client = &facts->clients.p[i];

        say(prepare, "http %" PRIstr " %" PRIstr " %" PRIstr,
            ARGstr(client->ip), ARGstr(client->netmask),
            ARGstr(client->if_name));
    }
    note(prepare, "R-ASA-4",
         "'http' has address, netmask and interface: since version 7 all "
         "three are needed, which the document calls optional");
    say_user(prepare, facts);
    say(prepare, "write memory");
    note(prepare, "R-COM-13",
         "'show version' must have VPN-3DES-AES (Encryption-3DES-AES) "
         "enabled; without that licence no TLS connection comes about");
}

/* RFC 3986: all but unreserved characters, so that no password ends the URL
 * or its part (R-AUS-5). */
static void add_percent(struct buf *out, str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (c >= '0' && c <= '9') || strchr("-._~", c) != NULL;

        if (is_plain)
            buf_add_char(out, c);
        else
            buf_printf(out, "%%%02X", (unsigned)(uint8_t)c);
    }
}

/* From 9.2(1) on a device checks the server's certificate unless it is told
 * not to, which earlier ones cannot be told. */
static bool checks_by_itself(const struct prepare_facts *facts)
{
    return is_asa(facts) && facts->has_version &&
           os_version_from(&facts->version, 9, 2, 1);
}

static void say_aus_server(struct prepare *prepare,
                           const struct prepare_facts *facts)
{
    const struct aus_facts *aus = &facts->aus;
    AUTO(buf_clear) struct buf line = BUF(4096);

    buf_add_c(&line, "auto-update server https://");
    add_percent(&line, aus->username);
    buf_add_char(&line, ':');
    add_percent(&line, aus->password);
    buf_printf(&line, "@%" PRIstr ":%d/autoupdate/AutoUpdateServlet",
               ARGstr(aus->ip), (int)aus->port);
    if (aus->source.n > 0)
        buf_printf(&line, " source %" PRIstr, ARGstr(aus->source));
    if (aus->verify_certificate)
        buf_add_c(&line, " verify-certificate");
    else if (aus->has_verify && checks_by_itself(facts))
        buf_add_c(&line, " no-verification");
    say(prepare, "%s", buf_c(&line));
}

/* R-AUS-6: trailing defaults are left out. */
static void say_poll(struct prepare *prepare, const struct aus_facts *aus)
{
    if (aus->retry_period != 5)
        say(prepare, "auto-update poll-period %d %d %d", (int)aus->poll_period,
            (int)aus->retry_count, (int)aus->retry_period);
    else if (aus->retry_count != 0)
        say(prepare, "auto-update poll-period %d %d", (int)aus->poll_period,
            (int)aus->retry_count);
    else
        say(prepare, "auto-update poll-period %d", (int)aus->poll_period);
}

static void say_device_id(struct prepare *prepare, const struct aus_facts *aus)
{
    str if_name = aus->id_if_name.n > 0 ? aus->id_if_name : STR("inside");

    if (str_eq_c(aus->id_type, "string"))
        say(prepare, "auto-update device-id string %" PRIstr,
            ARGstr(aus->id_text));
    else if (str_eq_c(aus->id_type, "ipaddress") ||
             str_eq_c(aus->id_type, "mac-address"))
        say(prepare, "auto-update device-id %" PRIstr " %" PRIstr,
            ARGstr(aus->id_type), ARGstr(if_name));
    else
        say(prepare, "auto-update device-id %" PRIstr, ARGstr(aus->id_type));
}

static void note_verification(struct prepare *prepare,
                              const struct prepare_facts *facts)
{
    const struct aus_facts *aus = &facts->aus;

    if (aus->verify_certificate)
        return;
    if (checks_by_itself(facts) && aus->has_verify)
        warning(prepare, "R-AUS-5",
                "'no-verification': the device takes whoever answers for the "
                "server, and gives it user and password");
    else if (checks_by_itself(facts))
        note(prepare, "R-AUS-5",
             "from 9.2(1) on the device checks who the server is: it must "
             "trust the authority of the server's certificate; "
             "\"verify_certificate\": false switches that off");
    else
        note(prepare, "R-AUS-5",
             "\"verify_certificate\": true makes the device check who the "
             "server is%s",
             is_asa(facts) && !facts->has_version
                 ? "; from 9.2(1) on it does so by itself, and refuses what "
                   "it does not trust (no \"version\" is given)"
                 : "");
}

void prepare_aus(struct prepare *prepare, const struct prepare_facts *facts)
{
    const struct aus_facts *aus = &facts->aus;

    say(prepare, "configure terminal");
    say_aus_server(prepare, facts);
    say_poll(prepare, aus);
    say_device_id(prepare, aus);
    say(prepare, "write memory");
    note(prepare, "R-AUS-5",
         "the URL has no blanks, and reserved characters of user and password "
         "are percent-encoded");
    note(prepare, "R-AUS-7",
         "the identity must be unique, and the same in the device's "
         "properties");
    if (str_eq_c(aus->id_type, "ipaddress"))
        warning(prepare, "R-COM-11",
                "an address is no identity of a device that gets its address "
                "by DHCP");
    note_verification(prepare, facts);
}
