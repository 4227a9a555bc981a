/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/kron.h"
#include "netdev/lint_int.h"
#include "netdev/prepare_int.h"

#define IOS (1u << SYNTAX_IOS)
#define ASA (1u << SYNTAX_ASA)
#define CATOS (1u << SYNTAX_CATOS)
#define IPS (1u << SYNTAX_IPS)

enum {
    NAMES_MAX = 4096,
    VTY_MAX = 1180,
    POLL_MAX = 35791,
};

static str next_word(str *text)
{
    str word;

    *text = str_trim(*text);
    word = str_cut(text, ' ');
    *text = str_trim(*text);
    return word;
}

static bool has_word(str text, const char *word)
{
    while (text.n > 0) {
        if (str_eq_c(next_word(&text), word))
            return true;
    }
    return false;
}

/* What follows a word; empty when it is not there or last. */
static str after_word(str text, const char *word)
{
    while (text.n > 0) {
        if (str_eq_c(next_word(&text), word))
            return next_word(&text);
    }
    return STR_NONE;
}

static bool is_number(str text, int64_t min, int64_t max)
{
    int64_t value;

    return str_to_i64(text, min, max, &value, NULL) == 0;
}

/* R-SSH-6. %p is '>' or '#', %s and %t are white space. */
static void check_prompt(struct lint_walk *walk, str rest)
{
    str text = rest;

    if (text.n >= 2 && text.p[0] == '"' && text.p[text.n - 1] == '"')
        text = str_sub(text, 1, text.n - 2);
    for (;;) {
        text = str_trim(text);
        if (!str_ends(text, STR("%s")) && !str_ends(text, STR("%t")))
            break;
        text.n -= 2;
    }
    if (str_ends(text, STR(">")) || str_ends(text, STR("#")) ||
        str_ends(text, STR("%p")) ||
        (walk->family->syntax == SYNTAX_CATOS && text.n == 0))
        return;
    lint_add(walk, walk->line, "R-SSH-6",
             "the prompt '%" PRIstr "' does not end in '>' or '#'",
             ARGstr(str_sub(rest, 0, 80)));
}

/* R-IOSSSL-2, R-IOSSSL-7. The name, but never the password, is repeated. */
static void check_username(struct lint_walk *walk, str rest)
{
    str name = str_sub(next_word(&rest), 0, 64);
    str level = after_word(rest, "privilege");
    str type = after_word(rest, "password");
    int64_t value = 1;

    if (level.n > 0 && str_to_i64(level, 0, 15, &value, NULL) < 0)
        lint_add(walk, walk->line, "R-IOSSSL-2",
                 "the privilege of user '%" PRIstr "' is no number from 0 to "
                 "15",
                 ARGstr(name));
    if (value == 15) {
        walk->has_level_15 = true;
    } else if (walk->low_users.n < NAMES_MAX) {
        struct lint_finding *low = vec_push(&walk->low_users);

        low->line = walk->line;
        low->rule = level.n > 0 ? "R-IOSSSL-2" : NULL;
        low->message = arena_printf(&walk->lint->arena,
                                    "HTTPS needs level 15: user '%" PRIstr
                                    "' has %d, and no user of "
                                    "this device has 15",
                                    ARGstr(name), (int)value);
    }
    if (walk->family->syntax == SYNTAX_IOS && str_eq_c(type, "0"))
        lint_add(walk, walk->line, "R-IOSSSL-7",
                 "the password of user '%" PRIstr "' stands here in clear; "
                 "use 'secret'",
                 ARGstr(name));
}

static void see_hostname(struct lint_walk *walk, str rest UNUSED)
{
    walk->has_hostname = true;
}

static void see_domain(struct lint_walk *walk, str rest UNUSED)
{
    walk->has_domain = true;
}

static void see_aaa(struct lint_walk *walk, str rest UNUSED)
{
    walk->has_aaa = true;
}

static void check_ip_ssh(struct lint_walk *walk, str rest)
{
    str word = next_word(&rest);

    walk->has_ip_ssh = true;
    if (str_eq_c(word, "version") && str_eq_c(rest, "1"))
        lint_add(walk, walk->line, "R-SSH-3",
                 "only SSH version 1 is spoken; use 'ip ssh version 2'");
    if ((str_eq_c(word, "time-out") || str_eq_c(word, "timeout")) &&
        !is_number(rest, 1, 120))
        lint_add(walk, walk->line, "R-SSH-12",
                 "'%" PRIstr "' is no time from 1 to 120 seconds",
                 ARGstr(str_sub(rest, 0, 32)));
    if (str_eq_c(word, "authentication-retries") && !is_number(rest, 0, 5))
        lint_add(walk, walk->line, "R-SSH-12",
                 "'%" PRIstr "' is no number of retries from 0 to 5",
                 ARGstr(str_sub(rest, 0, 32)));
}

static void check_modulus(struct lint_walk *walk, str rest)
{
    str bits = after_word(rest, "modulus");
    int64_t value;

    if (bits.n > 0 && str_to_i64(bits, 0, 1 << 20, &value, NULL) == 0 &&
        value < 768)
        lint_add(walk, walk->line, "R-SSH-11",
                 "%d bits are too short for SSH version 2, which needs 768",
                 (int)value);
}

/* R-SSH-13 */
static void check_vty(struct lint_walk *walk, str rest)
{
    str first = next_word(&rest);
    int64_t low = 0;
    int64_t high = 0;
    struct lint_vty *vty;

    if (str_to_i64(first, 0, VTY_MAX, &low, NULL) < 0 ||
        (rest.n > 0 && str_to_i64(rest, 0, VTY_MAX, &high, NULL) < 0))
        lint_add(walk, walk->line, "R-SSH-13",
                 "the numbers of lines go from 0 to %d", VTY_MAX);
    else if (rest.n > 0 && high <= low)
        lint_add(walk, walk->line, "R-SSH-13",
                 "the last line, %d, is not more than the first, %d", (int)high,
                 (int)low);
    if (walk->vtys.n >= NAMES_MAX)
        return;
    vty = vec_push(&walk->vtys);
    vty->line = walk->line;
    vty->takes_ssh = true;
}

static struct lint_vty *current_vty(struct lint_walk *walk)
{
    return walk->vtys.n > 0 && str_starts(walk->section, STR("line vty"))
               ? &walk->vtys.p[walk->vtys.n - 1]
               : NULL;
}

static void see_transport(struct lint_walk *walk, str rest)
{
    struct lint_vty *vty = current_vty(walk);

    if (vty == NULL && walk->is_whole)
        return; /* of the console or another line */
    if (vty == NULL) {
        vty = vec_push(&walk->vtys);
        vty->line = walk->line;
    }
    vty->transport_line = walk->line;
    vty->takes_ssh = has_word(rest, "ssh") || has_word(rest, "all");
}

static void see_login(struct lint_walk *walk, str rest)
{
    struct lint_vty *vty = current_vty(walk);

    if (vty != NULL)
        vty->plain_login = rest.n == 0;
}

static void see_https(struct lint_walk *walk, str rest UNUSED)
{
    walk->https_line = walk->line;
}

static void see_http_authentication(struct lint_walk *walk, str rest)
{
    walk->http_auth_line = walk->line;
    walk->http_auth_aaa |= str_starts(rest, STR("aaa"));
}

static bool is_address(str text)
{
    return text.n > 0 && text.p[0] >= '0' && text.p[0] <= '9' &&
           str_find_char(text, '.') < text.n;
}

static void see_cns(struct lint_walk *walk, str rest)
{
    str server = next_word(&rest);

    if (walk->cns_line == 0)
        walk->cns_line = walk->line;
    if (server.n > 0 && walk->asked.n < NAMES_MAX)
        *vec_push(&walk->asked) =
            (struct lint_server){ server, walk->line, false };
}

/* "cns exec [ADDRESS] [encrypt] [PORT]" */
static void see_cns_exec(struct lint_walk *walk, str rest)
{
    see_cns(walk, is_address(rest) ? rest : STR_NONE);
}

static void see_cns_password(struct lint_walk *walk, str rest UNUSED)
{
    walk->has_cns_password = true;
}

static bool is_agent(str word)
{
    static const char *const agents[] = { "all-agents", "config", "event",
                                          "exec", "image" };

    for (size_t i = 0; i < COUNT(agents); i++) {
        if (str_eq_c(word, agents[i]))
            return true;
    }
    return false;
}

/* R-CNE-5 */
static void see_trusted_server(struct lint_walk *walk, str rest)
{
    str agent = next_word(&rest);
    str server = next_word(&rest);

    if (str_eq_c(server, "ipaddress"))
        server = next_word(&rest);
    if (is_agent(agent) && walk->trusted.n < NAMES_MAX)
        *vec_push(&walk->trusted) =
            (struct lint_server){ server, walk->line,
                                  str_eq_c(agent, "all-agents") };
    if (!is_agent(agent))
        lint_add(walk, walk->line, "R-CNE-5",
                 "the trusted server is given for no agent; use 'all-agents'");
    else if (!is_address(server) && str_find_char(server, ':') == server.n)
        lint_add(walk, walk->line, "R-CNE-5",
                 "the trusted server is '%" PRIstr "'; it is given by its "
                 "address",
                 ARGstr(str_sub(server, 0, 64)));
}

static void check_cns_event(struct lint_walk *walk, str rest)
{
    see_cns(walk, rest);
    walk->cns_event_line = walk->line;
    (void)next_word(&rest);
    if (rest.n > 0 && rest.p[0] >= '0' && rest.p[0] <= '9' &&
        str_starts(rest, STR("11012")))
        lint_add(walk, walk->line, "R-CNE-2",
                 "port 11012 is the gateway's encrypted one, but encrypt is "
                 "missing");
    if (str_starts(rest, STR("encrypt")) && has_word(rest, "11011"))
        lint_add(walk, walk->line, "R-CNE-2",
                 "port 11011 is the gateway's clear one, but encrypt is set");
}

/* R-CNC-7, R-CNC-8 */
static void check_retrieve(struct lint_walk *walk, str rest)
{
    str page = after_word(rest, "page");
    str status = after_word(rest, "status");

    see_cns(walk, rest);
    if (!str_eq_c(page, "/cns/JobbedDynaConfig"))
        lint_add(walk, walk->line, "R-CNC-7",
                 "call-home asks for %s%" PRIstr " and gets the template, not "
                 "the job; the page must be /cns/JobbedDynaConfig",
                 page.n > 0 ? "" : "the default page",
                 ARGstr(str_sub(page, 0, 80)));
    if (status.n > 0 && !str_ends(status, STR("/cns/PostStatus")))
        lint_add(walk, walk->line, "R-CNC-8",
                 "the result is not sent to /cns/PostStatus");
    if (status.n == 0)
        lint_add(walk, walk->line, "R-CNC-8",
                 "without status URL nobody hears of the result; it is "
                 "http://SERVER/cns/PostStatus");
}

static void check_cli(struct lint_walk *walk, str rest)
{
    str cns = STR("cns config retrieve ");

    if (str_starts(rest, cns))
        check_retrieve(walk, str_sub(rest, cns.n, SIZE_MAX));
}

static void check_name(struct lint_walk *walk, const char *what, str name)
{
    if (name.n < 1 || name.n > 31)
        lint_add(walk, walk->line, "R-CNC-2",
                 "the name of the %s has %zu characters; 1 to 31 are taken",
                 what, name.n);
}

/* The words of a time: those before the one that says how often. */
static str cut_when(str rest)
{
    size_t n = 0;

    for (str left = rest; left.n > 0; n = (size_t)(left.p - rest.p)) {
        str word = next_word(&left);

        if (str_eq_c(word, "oneshot") || str_eq_c(word, "recurring") ||
            str_eq_c(word, "system-startup"))
            return str_trim(str_sub(rest, 0, n));
    }
    return rest;
}

/* R-CNC-3, R-CNC-4 */
static void check_occurrence(struct lint_walk *walk, str rest)
{
    str how;
    str when;

    check_name(walk, "occurrence", next_word(&rest));
    how = next_word(&rest);
    if (str_eq_c(how, "user")) {
        (void)next_word(&rest);
        how = next_word(&rest);
    }
    when = cut_when(rest);
    if (when.n == 0 || (!str_eq_c(how, "in") && !str_eq_c(how, "at")))
        lint_add(walk, walk->line, "R-CNC-1",
                 "the occurrence says neither in nor at");
    else if (str_eq_c(how, "in") && !kron_takes_in(when))
        lint_add(walk, walk->line, "R-CNC-3",
                 "'in %" PRIstr "' is no time to wait: [[days:]hours:]minutes "
                 "are taken",
                 ARGstr(str_sub(when, 0, 32)));
    else if (str_eq_c(how, "at") && !kron_takes_at(when))
        lint_add(walk, walk->line, "R-CNC-4",
                 "'at %" PRIstr "' is no time: 0:00 to 23:59, [[month] day] "
                 "[weekday] are taken",
                 ARGstr(str_sub(when, 0, 32)));
}

static void see_list(struct lint_walk *walk, str name, bool is_defined)
{
    struct lint_name *at;

    for (size_t i = 0; i < walk->lists.n; i++) {
        if (str_eq(walk->lists.p[i].name, name)) {
            walk->lists.p[i].is_defined |= is_defined;
            return;
        }
    }
    if (walk->lists.n >= NAMES_MAX)
        return;
    at = vec_push(&walk->lists);
    *at = (struct lint_name){ name, walk->line, is_defined };
}

static void check_policy_list(struct lint_walk *walk, str rest)
{
    check_name(walk, "policy list", rest);
    see_list(walk, rest, true);
}

static void see_policy_list(struct lint_walk *walk, str rest)
{
    if (!str_starts(walk->section, STR("kron occurrence")))
        return;
    check_name(walk, "policy list", rest);
    see_list(walk, rest, false);
}

static void see_http_server(struct lint_walk *walk, str rest UNUSED)
{
    walk->http_server_line = walk->line;
}

/* Whether the network holds the manager. */
static bool holds_manager(const struct lint_walk *walk, str network,
                          uint32_t mask)
{
    uint32_t first;
    uint32_t manager;

    return text_is_ipv4(network, &first) &&
           text_is_ipv4(walk->lint->manager, &manager) &&
           ((first ^ manager) & mask) == 0;
}

static void end_manager(struct lint_walk *walk, unsigned line, const char *rule,
                        const char *what)
{
    if (walk->lint->manager.n > 0 && line > 0 && !walk->lets_manager_in)
        lint_add(walk, line, rule, "no %s lets the manager %" PRIstr " in",
                 what, ARGstr(str_sub(walk->lint->manager, 0, 64)));
}

/* R-ASA-3, R-ASA-4 */
static void check_http(struct lint_walk *walk, str rest)
{
    str address = next_word(&rest);
    str mask = next_word(&rest);
    str if_name = next_word(&rest);
    uint32_t bits;

    if (!is_address(address))
        return;
    walk->http_client_line = walk->line;
    if (text_is_ipv4(mask, &bits))
        walk->lets_manager_in |= holds_manager(walk, address, bits);
    if (!is_address(mask) || if_name.n == 0)
        lint_add(walk, walk->line, "R-ASA-4",
                 "'http' needs address, netmask and interface");
}

static void see_http_console(struct lint_walk *walk, str rest UNUSED)
{
    walk->has_http_console = true;
}

/* R-AUS-4, R-AUS-5. The URL holds a password: it is not repeated. */
static void check_auto_update(struct lint_walk *walk, str rest)
{
    str url = next_word(&rest);
    str after = url;

    walk->aus_line = walk->line;
    if (str_starts(url, STR("http://")))
        lint_add(walk, walk->line, "R-AUS-4",
                 "the server is asked over HTTP: user and password go over "
                 "the network in clear text; use https");
    else if (!str_starts(url, STR("https://")))
        lint_add(walk, walk->line, "R-AUS-4",
                 "the URL of the server does not begin with https://");
    (void)str_cut(&after, '@');
    if (str_find_char(after, '@') < after.n)
        lint_add(walk, walk->line, "R-AUS-5",
                 "the URL has more than one '@': reserved characters of user "
                 "and password must be percent-encoded");
    if (rest.n > 0 && !has_word(rest, "source") &&
        !str_starts(rest, STR("verify-certificate")) &&
        !str_starts(rest, STR("no-verification")))
        lint_add(walk, walk->line, "R-AUS-5",
                 "the URL has a blank in it, and ends there");
}

static void check_poll(struct lint_walk *walk, str rest)
{
    static const int64_t least[] = { 1, 0, 1 };

    for (size_t i = 0; rest.n > 0; i++) {
        str word = next_word(&rest);

        if (i >= COUNT(least) || !is_number(word, least[i], POLL_MAX)) {
            lint_add(walk, walk->line, "R-AUS-6",
                     "'%" PRIstr "' is not what poll-period takes: minutes, "
                     "retries and minutes between retries, up to %d",
                     ARGstr(str_sub(word, 0, 32)), POLL_MAX);
            return;
        }
    }
}

static void see_aus_id(struct lint_walk *walk, str rest)
{
    static const char *const kinds[] = { "hardware-serial", "hostname",
                                         "ipaddress", "mac-address", "string" };
    str kind = next_word(&rest);

    walk->has_aus_id = true;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (str_eq_c(kind, kinds[i]))
            return;
    }
    lint_add(walk, walk->line, "R-AUS-7",
             "the identity is none of hardware-serial, hostname, ipaddress, "
             "mac-address and string");
}

static void check_sensor_telnet(struct lint_walk *walk, str rest)
{
    if (str_eq_c(rest, "enabled"))
        lint_add(walk, walk->line, "R-IPS-3",
                 "Telnet is enabled; it is off by default and not used");
}

static void check_sensor_tls(struct lint_walk *walk, str rest)
{
    if (str_eq_c(rest, "false"))
        lint_add(walk, walk->line, "R-IPS-3",
                 "TLS is off: the sensor cannot be managed over SSL");
}

static void check_sensor_port(struct lint_walk *walk, str rest)
{
    if (!str_starts(walk->section, STR("service web-server")))
        return;
    if (!is_number(rest, 1, 65535))
        lint_add(walk, walk->line, "R-IPS-3",
                 "'%" PRIstr "' is no port from 1 to 65535",
                 ARGstr(str_sub(rest, 0, 32)));
    else if (str_eq_c(rest, "80"))
        lint_add(walk, walk->line, "R-IPS-3",
                 "port 80 does not switch TLS off: the sensor speaks TLS "
                 "there");
}

static void see_access_list(struct lint_walk *walk, str rest)
{
    str network = str_cut(&rest, '/');
    int64_t bits = 32;

    walk->access_list_line = walk->line;
    if (rest.n == 0 || str_to_i64(rest, 0, 32, &bits, NULL) == 0)
        walk->lets_manager_in |= holds_manager(
            walk, network, bits > 0 ? UINT32_MAX << (32 - bits) : 0);
}

static void check_host_ip(struct lint_walk *walk, str rest)
{
    str address = str_cut(&rest, ',');
    str bits = address;

    (void)str_cut(&bits, '/');
    if (!is_address(address) || !is_number(bits, 1, 32) || !is_address(rest))
        lint_add(walk, walk->line, "R-IPS-1",
                 "the address is written X.X.X.X/nn,Y.Y.Y.Y: address, bits "
                 "and gateway");
}

/* clang-format off */
const struct lint_check lint_checks[] = {
    { IOS, "prompt ", check_prompt },
    { CATOS, "set prompt ", check_prompt },
    { IOS | ASA, "username ", check_username },
    { IOS | ASA, "hostname ", see_hostname },
    { IOS, "ip domain-name ", see_domain },
    { IOS, "ip domain name ", see_domain },
    { IOS, "aaa new-model", see_aaa },
    { IOS, "ip ssh ", check_ip_ssh },
    { IOS, "crypto key generate rsa", check_modulus },
    { IOS, "line vty ", check_vty },
    { IOS, "transport input ", see_transport },
    { IOS, "login", see_login },
    { IOS, "ip http secure-server", see_https },
    { IOS, "ip http authentication ", see_http_authentication },
    { IOS, "cns trusted-server ", see_trusted_server },
    { IOS, "cns event ", check_cns_event },
    { IOS, "cns config partial ", see_cns },
    { IOS, "cns config initial ", see_cns },
    { IOS, "cns config retrieve ", check_retrieve },
    { IOS, "cns exec", see_cns_exec },
    { IOS, "cns password ", see_cns_password },
    { IOS, "cli ", check_cli },
    { IOS, "kron occurrence ", check_occurrence },
    { IOS, "kron policy-list ", check_policy_list },
    { IOS, "policy-list ", see_policy_list },
    { ASA, "http server enable", see_http_server },
    { ASA, "http ", check_http },
    { ASA, "aaa authentication http console ", see_http_console },
    { ASA, "auto-update server ", check_auto_update },
    { ASA, "auto-update poll-period ", check_poll },
    { ASA, "auto-update device-id ", see_aus_id },
    { IPS, "telnet-option ", check_sensor_telnet },
    { IPS, "enable-tls ", check_sensor_tls },
    { IPS, "port ", check_sensor_port },
    { IPS, "access-list ", see_access_list },
    { IPS, "host-ip ", check_host_ip },
    { 0, NULL, NULL },
};
/* clang-format on */

static void end_users(struct lint_walk *walk)
{
    bool has_https = walk->https_line > 0 || walk->http_auth_line > 0;

    if (walk->has_level_15 || walk->http_auth_aaa)
        return;
    /* Where HTTPS is not seen, only a level that is written down counts, and
     * only in a piece of a configuration. */
    for (size_t i = 0; i < walk->low_users.n; i++) {
        const struct lint_finding *low = &walk->low_users.p[i];

        if (has_https || (low->rule != NULL && !walk->is_whole))
            lint_add(walk, low->line, "R-IOSSSL-2", "%" PRIstr,
                     ARGstr(low->message));
    }
}

static void end_ssh(struct lint_walk *walk)
{
    bool any = false;

    for (size_t i = 0; i < walk->vtys.n; i++)
        any |= walk->vtys.p[i].takes_ssh;
    for (size_t i = 0; !any && i < walk->vtys.n; i++)
        lint_add(walk, walk->vtys.p[i].transport_line, "R-COM-12",
                 "SSH is missing: no vty line takes it ('transport input "
                 "ssh')");
    for (size_t i = 0; walk->is_whole && i < walk->vtys.n; i++) {
        if (walk->vtys.p[i].plain_login && !walk->has_aaa)
            lint_add(walk, walk->vtys.p[i].line, "R-SSH-8",
                     "the vty lines ask for a line password only; SSH needs "
                     "users ('login local' or 'aaa new-model')");
    }
    if (walk->is_whole && !walk->has_ip_ssh && walk->has_hostname &&
        !walk->has_domain)
        lint_add(walk, walk->line, "R-SSH-10",
                 "SSH is missing: without 'ip domain-name' there is no key "
                 "for it");
}

static const struct lint_server *trusted(const struct lint_walk *walk, str name,
                                         bool of_all)
{
    for (size_t i = 0; i < walk->trusted.n; i++) {
        const struct lint_server *one = &walk->trusted.p[i];

        if (str_eq(one->name, name) && (one->is_of_all || !of_all))
            return one;
    }
    return NULL;
}

/* R-CNE-4, R-CNE-5 */
static void end_cns(struct lint_walk *walk)
{
    if (walk->cns_line > 0 && walk->trusted.n == 0)
        lint_add(walk, walk->cns_line, "R-CNE-5",
                 "'cns trusted-server all-agents' is missing: the agents "
                 "refuse the server");
    for (size_t i = 0; i < walk->trusted.n; i++) {
        const struct lint_server *one = &walk->trusted.p[i];

        if (trusted(walk, one->name, true) == NULL)
            lint_add(walk, one->line, "R-CNE-5",
                     "the server is trusted by one agent; with 'all-agents' "
                     "no other refuses it");
    }
    for (size_t i = 0; walk->trusted.n > 0 && i < walk->asked.n; i++) {
        const struct lint_server *one = &walk->asked.p[i];

        if (trusted(walk, one->name, false) == NULL)
            lint_add(walk, one->line, "R-CNE-5",
                     "the server %" PRIstr " is not among the trusted ones",
                     ARGstr(str_sub(one->name, 0, 64)));
    }
    if (walk->is_whole && walk->cns_event_line > 0 && !walk->has_cns_password)
        lint_add(walk, walk->cns_event_line, "R-CNE-4",
                 "'cns password' is missing: the gateway asks for it");
}

void lint_ios_end(struct lint_walk *walk)
{
    end_users(walk);
    end_ssh(walk);
    if (walk->https_line > 0 && walk->http_auth_line == 0)
        lint_add(walk, walk->https_line, "R-IOSSSL-4",
                 "'ip http authentication' is missing: HTTPS takes an empty "
                 "user and the enable password");
    end_cns(walk);
    for (size_t i = 0; walk->is_whole && i < walk->lists.n; i++) {
        const struct lint_name *list = &walk->lists.p[i];

        if (!list->is_defined)
            lint_add(walk, list->line, "R-CNC-6",
                     "the policy list '%" PRIstr "' is not there",
                     ARGstr(str_sub(list->name, 0, 32)));
    }
}

void lint_asa_end(struct lint_walk *walk)
{
    if (walk->is_whole && walk->http_server_line == 0)
        lint_add(walk, walk->line, "R-ASA-1",
                 "'http server enable' is missing: the device does not answer "
                 "on HTTPS");
    if (walk->is_whole && walk->http_client_line == 0)
        lint_add(walk, walk->line, "R-ASA-3",
                 "no 'http ADDRESS NETMASK INTERFACE' lets the manager in");
    end_manager(walk, walk->http_client_line, "R-ASA-3", "'http'");
    if (walk->is_whole && walk->http_server_line > 0 && !walk->has_http_console)
        lint_add(walk, walk->http_server_line, "R-ASA-5",
                 "'aaa authentication http console' is missing: HTTPS takes "
                 "an empty user and the enable password");
    if (walk->aus_line > 0 && !walk->has_aus_id)
        lint_add(walk, walk->aus_line, "R-AUS-7",
                 "'auto-update device-id' is missing: the server knows a "
                 "device by it");
}

void lint_ips_end(struct lint_walk *walk)
{
    if (walk->is_whole && walk->access_list_line == 0)
        lint_add(walk, walk->line, "R-IPS-3",
                 "the access list is empty: it must contain the manager");
    end_manager(walk, walk->access_list_line, "R-IPS-3", "'access-list'");
}
