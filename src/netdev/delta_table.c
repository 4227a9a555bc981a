/* SPDX-License-Identifier: Apache-2.0 */
#include "base/attr.h"
#include "netdev/delta_int.h"

#define I (1u << SYNTAX_IOS)
#define A (1u << SYNTAX_ASA)
#define F (1u << SYNTAX_FRR)
#define C (1u << SYNTAX_CATOS)
#define ONE DELTA_ONE
#define BARE DELTA_BARE
#define EARLY DELTA_EARLY
#define LATE DELTA_LATE

/* clang-format off */

/* The first row that fits counts. What has no row is a line of a set. */
static const struct delta_rule rules[] = {
    /* Who the device is. */
    { I | A | F, "", "hostname", ONE, BARE, NULL },
    { I | A | F, "", "domainname", ONE, BARE, NULL },
    { I, "", "ip domain-name", ONE, 0, NULL },
    { I, "", "ip domain name", ONE, 0, NULL },
    { A, "", "domain-name", ONE, 0, NULL },
    { I | A, "", "prompt", ONE, BARE, NULL },
    { I | F, "", "banner *", ONE, BARE, NULL },
    { A, "", "banner *", DELTA_LINES, BARE, NULL },
    { I | A, "", "clock timezone", ONE, BARE, NULL },
    { I | A, "", "clock summer-time", ONE, BARE, NULL },
    { I, "", "config-register", DELTA_KEPT, 0, NULL },
    { I | A, "", "version", DELTA_KEPT, 0, NULL },
    { F, "", "frr version", DELTA_KEPT, 0, NULL },
    { F, "", "frr defaults", DELTA_KEPT, 0, NULL },
    { A, "", "ASA Version", DELTA_KEPT, 0, NULL },
    { A, "", "PIX Version", DELTA_KEPT, 0, NULL },
    { A, "", "FWSM Version", DELTA_KEPT, 0, NULL },

    /* Who may log in, and how. A user is made before another goes. */
    { I | A, "", "username * attributes", DELTA_PLAIN, EARLY, NULL },
    { I | A, "", "username *", ONE, BARE | EARLY, NULL },
    { I, "", "enable secret level *", ONE, BARE, NULL },
    { I, "", "enable secret", ONE, BARE, NULL },
    { I | A | F, "", "enable password level *", ONE, BARE, NULL },
    { I | A | F, "", "enable password", ONE, BARE, NULL },
    { A, "", "passwd", ONE, BARE, NULL },
    { F, "", "password", ONE, BARE, NULL },
    { I, "", "aaa authentication * *", ONE, BARE, NULL },
    { I, "", "aaa authorization commands * *", ONE, BARE, NULL },
    { I, "", "aaa authorization * *", ONE, BARE, NULL },
    { I, "", "aaa accounting commands * *", ONE, BARE, NULL },
    { A, "", "aaa authentication * console", ONE, 0, NULL },
    { I, "", "aaa session-id", ONE, 0, NULL },
    { I, "", "ip http authentication", ONE, BARE, NULL },
    { I, "", "ip http port", ONE, BARE, NULL },
    { I, "", "ip http secure-port", ONE, BARE, NULL },
    { I, "", "ip http access-class ipv4", ONE, 0, NULL },
    { I, "", "ip http access-class ipv6", ONE, 0, NULL },
    { I, "", "ip http access-class", ONE, 0, NULL },
    { I, "", "ip ssh version", ONE, BARE, NULL },
    { I, "", "ip ssh time-out", ONE, BARE, NULL },
    { I, "", "ip ssh timeout", ONE, BARE, NULL },
    { I, "", "ip ssh authentication-retries", ONE, BARE, NULL },
    { I, "", "ip ssh source-interface", ONE, BARE, NULL },
    { A, "", "ssh version", ONE, BARE, NULL },
    { A, "", "ssh timeout", ONE, BARE, NULL },
    { A, "", "telnet timeout", ONE, BARE, NULL },
    { A, "", "console timeout", ONE, BARE, NULL },
    { A, "", "http server", DELTA_PAIR, 0, NULL },

    /* Lines: "no login" asks nobody, "no transport input" lets nobody in. */
    { I, "", "line *", DELTA_RANGE, 0, NULL },
    { I, "line ", "login ~authentication", ONE, 0, "no login authentication" },
    { I, "line ", "login", ONE, 0, "login" },
    { I, "line ", "transport input", ONE, 0, "default transport input" },
    { I, "line ", "transport output", ONE, 0, "default transport output" },
    { I, "line ", "transport preferred", ONE, 0,
      "default transport preferred" },
    { I, "line ", "access-class ? in", ONE, 0, NULL },
    { I, "line ", "access-class ? out", ONE, 0, NULL },
    { I, "line ", "ipv6 access-class ? in", ONE, 0, NULL },
    { I, "line ", "password", ONE, BARE, NULL },
    { I, "line ", "exec-timeout", ONE, BARE, NULL },
    { I, "line ", "session-timeout", ONE, BARE, NULL },
    { I, "line ", "absolute-timeout", ONE, BARE, NULL },
    { I, "line ", "privilege level", ONE, BARE, NULL },
    { I, "line ", "authorization *", ONE, 0, NULL },
    { I, "line ", "accounting *", ONE, 0, NULL },
    { I, "line ", "stopbits", ONE, BARE, NULL },
    { I, "line ", "speed", ONE, BARE, NULL },
    { I, "line ", "length", ONE, BARE, NULL },
    { I, "line ", "width", ONE, BARE, NULL },
    { I, "line ", "logging synchronous", ONE, BARE, NULL },

    /* Interfaces: what is of hardware stays. */
    { I | A, "", "interface Loopback*", DELTA_PLAIN, 0, NULL },
    { I | A, "", "interface Tunnel*", DELTA_PLAIN, 0, NULL },
    { I | A, "", "interface Vlan*", DELTA_PLAIN, 0, NULL },
    { I | A, "", "interface Port-channel*", DELTA_PLAIN, 0, NULL },
    { I | A, "", "interface BVI*", DELTA_PLAIN, 0, NULL },
    { I | A, "", "interface Dialer*", DELTA_PLAIN, 0, NULL },
    { I | A, "", "interface Virtual-Template*", DELTA_PLAIN, 0, NULL },
    { I | A, "", "interface Multilink*", DELTA_PLAIN, 0, NULL },
    { I | A, "", "interface Group-Async*", DELTA_PLAIN, 0, NULL },
    { I | A, "", "interface Redundant*", DELTA_PLAIN, 0, NULL },
    { I | A | F, "", "interface *", DELTA_FIXED, 0, NULL },
    { I | F, "interface ", "vrf forwarding", ONE, DELTA_HOMELESS, NULL },
    { I, "interface ", "ip vrf forwarding", ONE, DELTA_HOMELESS, NULL },
    { A, "interface ", "nameif", ONE, BARE, NULL },
    { I, "interface ", "ip address * * secondary", DELTA_PLAIN, DELTA_HOME,
      NULL },
    { I | A, "interface ", "ip address", ONE, DELTA_HOME, NULL },
    { F, "interface ", "ip address *", DELTA_PLAIN, LATE, NULL },
    { F, "interface ", "ipv6 address *", DELTA_PLAIN, LATE, NULL },
    { I | A, "interface ", "ipv6 address", DELTA_PLAIN, LATE | DELTA_HOME,
      NULL },
    { I | A | F, "interface ", "description", ONE, BARE, NULL },
    { I | A | F, "interface ", "bandwidth", ONE, BARE, NULL },
    { I | A | F, "interface ", "delay", ONE, BARE, NULL },
    { I | A | F, "interface ", "duplex", ONE, BARE, NULL },
    { I | A | F, "interface ", "speed", ONE, BARE, NULL },
    { I | A | F, "interface ", "mtu", ONE, BARE, NULL },
    { I, "interface ", "ip mtu", ONE, BARE, NULL },
    { I, "interface ", "ip tcp adjust-mss", ONE, BARE, NULL },
    { I, "interface ", "load-interval", ONE, BARE, NULL },
    { I, "interface ", "keepalive", ONE, 0, NULL },
    { I, "interface ", "encapsulation", ONE, 0, NULL },
    { I, "interface ", "ip access-group ? in", ONE, 0, NULL },
    { I, "interface ", "ip access-group ? out", ONE, 0, NULL },
    { I, "interface ", "ipv6 traffic-filter ? in", ONE, 0, NULL },
    { I, "interface ", "ipv6 traffic-filter ? out", ONE, 0, NULL },
    { I, "interface ", "ip policy route-map", ONE, 0, NULL },
    { I, "interface ", "ip unnumbered", ONE, DELTA_HOME, NULL },
    { I, "interface ", "crypto map", ONE, 0, NULL },
    { I | A, "interface ", "tunnel source", ONE, BARE, NULL },
    { I | A, "interface ", "tunnel destination", ONE, BARE, NULL },
    { I | A, "interface ", "tunnel mode", ONE, BARE, NULL },
    { I, "interface ", "service-policy input", DELTA_PAIR, 0, NULL },
    { I, "interface ", "service-policy output", DELTA_PAIR, 0, NULL },
    { I, "interface ", "zone-member security", ONE, 0, NULL },
    { I, "interface ", "standby * ip ? secondary", DELTA_PLAIN, 0, NULL },
    { I, "interface ", "standby * ip", ONE, 0, NULL },
    { I, "interface ", "standby * priority", ONE, BARE, NULL },
    { I, "interface ", "standby * timers", ONE, BARE, NULL },
    { I, "interface ", "standby * authentication", ONE, BARE, NULL },
    { I | F, "interface ", "ip ospf cost", ONE, BARE, NULL },
    { I | F, "interface ", "ip ospf priority", ONE, BARE, NULL },
    { I | F, "interface ", "ip ospf hello-interval", ONE, BARE, NULL },
    { I | F, "interface ", "ip ospf dead-interval", ONE, BARE, NULL },
    { I | F, "interface ", "ip ospf network", ONE, BARE, NULL },
    { I, "interface ", "switchport mode", ONE, BARE, NULL },
    { I, "interface ", "switchport access vlan", ONE, BARE, NULL },
    { I, "interface ", "switchport voice vlan", ONE, BARE, NULL },
    { I, "interface ", "switchport trunk native vlan", ONE, BARE, NULL },
    { I, "interface ", "switchport trunk encapsulation", ONE, BARE, NULL },
    { I, "interface ", "switchport trunk allowed vlan", DELTA_GROUP, BARE,
      NULL },
    { A, "interface ", "security-level", ONE, BARE, NULL },

    /* The way to the device: a new one is there before the old one goes. */
    { I, "", "ip default-gateway", ONE, 0, NULL },
    { I, "", "ip route vrf * * * *", ONE, LATE, NULL },
    { I, "", "ip route * * *", ONE, LATE, NULL },
    { F, NULL, "ip route", DELTA_PLAIN, LATE, NULL },
    { I | F, NULL, "ipv6 route", DELTA_PLAIN, LATE, NULL },
    { A, "", "route * * *", DELTA_PAIR, 0, NULL },

    /* Routing: "no ... remote-as" takes the whole neighbor. */
    { I | F, "router ", "router-id", ONE, BARE, NULL },
    { I | F, "router ", "bgp router-id", ONE, BARE, NULL },
    { I | F, "router ", "ospf router-id", ONE, BARE, NULL },
    { I | F, "router ", "auto-cost reference-bandwidth", ONE, BARE, NULL },
    { I | F, "router ", "neighbor * remote-as", ONE, LATE, NULL },
    { I | F, "router ", "neighbor * peer-group", ONE, LATE, NULL },
    { I | F, "router ", "neighbor * description", ONE, BARE, NULL },
    { I | F, "router ", "neighbor * update-source", ONE, BARE, NULL },
    { I | F, "router ", "neighbor * password", ONE, BARE, NULL },
    { I | F, "router ", "neighbor * timers", ONE, BARE, NULL },
    { I | F, NULL, "neighbor * route-map ? *", ONE, 0, NULL },
    { I | F, NULL, "neighbor * prefix-list ? *", ONE, 0, NULL },
    { I | F, NULL, "neighbor * filter-list ? *", ONE, 0, NULL },
    { I | F, NULL, "neighbor * distribute-list ? *", ONE, 0, NULL },
    { I | F, "", "route-map * ? *", DELTA_PAIR, EARLY, NULL },
    { F, "route-map ", "on-match", ONE, BARE, NULL },
    { I | F, "route-map ", "description", ONE, BARE, NULL },
    { I | F, "route-map ", "set *", ONE, 0, NULL },
    { F, "route-map ", "match *", ONE, 0, NULL },
    { I | F, "", "ip prefix-list * seq *", DELTA_PAIR, EARLY, NULL },
    { I | F, "", "ipv6 prefix-list * seq *", DELTA_PAIR, EARLY, NULL },
    { I | F, "", "ip prefix-list * description", ONE, EARLY | BARE, NULL },
    { F, "", "access-list * seq *", DELTA_PAIR, EARLY, NULL },
    { F, "", "ipv6 access-list * seq *", DELTA_PAIR, EARLY, NULL },
    { F, "", "access-list * remark", ONE, BARE | LATE, NULL },
    { F, NULL, "log file", ONE, BARE, NULL },
    { F, NULL, "log syslog", ONE, BARE, NULL },

    /* What others refer to. */
    { I | A, "", "ip access-list", DELTA_PLAIN, EARLY, NULL },
    { I | A, "", "ipv6 access-list", DELTA_PLAIN, EARLY, NULL },
    { A, "", "access-list", DELTA_PLAIN, EARLY, NULL },
    { I, "", "access-list", DELTA_PLAIN, EARLY, NULL },
    { A, "", "object network *", DELTA_PLAIN, EARLY, NULL },
    { A, "", "object service *", DELTA_PLAIN, EARLY, NULL },
    { A, "object network", "host", ONE, 0, NULL },
    { A, "object network", "subnet", ONE, 0, NULL },
    { A, "object network", "range", ONE, 0, NULL },
    { A, "object network", "fqdn", ONE, 0, NULL },
    { A, "object network", "nat", DELTA_PAIR, 0, NULL },
    { A, "object service", "service", ONE, 0, NULL },
    { I | A, "", "object-group * *", DELTA_PLAIN, EARLY, NULL },
    { I | A, "object-group ", "description", ONE, BARE, NULL },
    { I | A, "object-group ", "*", DELTA_PLAIN, LATE, NULL },
    { I | A, "", "class-map", DELTA_PLAIN, EARLY, NULL },
    { I | A, "", "policy-map", DELTA_PLAIN, EARLY, NULL },
    { I, "", "ip vrf *", DELTA_PLAIN, EARLY, NULL },
    { I | F, "", "vrf *", DELTA_PLAIN, EARLY, NULL },
    { I, "", "crypto isakmp policy *", DELTA_PLAIN, EARLY, NULL },
    { I, "", "crypto ipsec transform-set *", DELTA_PAIR, EARLY, NULL },
    { I, "crypto map ", "match address", ONE, 0, NULL },
    { I, "crypto map ", "set transform-set", ONE, 0, NULL },
    { A, "", "crypto map * * match address", ONE, 0, NULL },
    { A, "", "crypto map * * set peer", ONE, 0, NULL },
    { A, "", "crypto map * * set transform-set", ONE, 0, NULL },
    { I, "", "kron policy-list *", DELTA_PLAIN, EARLY, NULL },
    { A, "", "access-group ? in interface *", ONE, 0, NULL },
    { A, "", "access-group ? out interface *", ONE, 0, NULL },
    { A, "", "access-group ? global", ONE, 0, NULL },

    /* Services. */
    { I | A, "", "snmp-server location", ONE, BARE, NULL },
    { I | A, "", "snmp-server contact", ONE, BARE, NULL },
    { I, "", "snmp-server chassis-id", ONE, BARE, NULL },
    { I, "", "snmp-server trap-source", ONE, BARE, NULL },
    { I, "", "snmp-server community *", ONE, BARE, NULL },
    { I | A, "", "logging buffered", ONE, 0, NULL },
    { I | A, "", "logging trap", ONE, 0, NULL },
    { I | A, "", "logging console", ONE, 0, NULL },
    { I | A, "", "logging monitor", ONE, 0, NULL },
    { I | A, "", "logging facility", ONE, BARE, NULL },
    { I, "", "logging source-interface", ONE, BARE, NULL },
    { I, "", "ntp source", ONE, BARE, NULL },
    { I | A, "", "ntp server *", DELTA_PAIR, 0, NULL },
    { I, "", "service timestamps *", ONE, BARE, NULL },
    { A, "", "logging asdm", ONE, 0, NULL },
    { A, "", "mtu *", ONE, 0, NULL },
    { A, "", "asdm image", ONE, BARE, NULL },
    { I, "", "ip tftp source-interface", ONE, BARE, NULL },
    { I, "", "ip radius source-interface", ONE, BARE, NULL },
    { I, "", "ip tacacs source-interface", ONE, BARE, NULL },
    { I, "", "vtp mode", ONE, BARE, NULL },
    { I, "", "vtp domain", ONE, 0, NULL },
    { I, "", "spanning-tree mode", ONE, BARE, NULL },

    /* Of keys, that no line makes. */
    { I | A, "", "crypto pki certificate chain", DELTA_KEPT, 0, NULL },
    { I | A, "", "crypto ca certificate chain", DELTA_KEPT, 0, NULL },
    { I, "", "license udi", DELTA_KEPT, 0, NULL },

    /* CatOS sets; only few things are cleared by what set them. */
    { C, "", "set system *", ONE, BARE, NULL },
    { C, "", "set prompt", ONE, BARE, NULL },
    { C, "", "set password", ONE, 0, NULL },
    { C, "", "set enablepass", ONE, 0, NULL },
    { C, "", "set banner *", ONE, 0, NULL },
    { C, "", "set snmp community *", ONE, 0, NULL },
    { C, "", "set port name *", ONE, BARE, NULL },
    { C, "", "set interface *", ONE, 0, NULL },
    { C, "", "set logging level *", ONE, 0, NULL },
    { C, "", "set logging server *", DELTA_PLAIN, 0, NULL },
    { C, "", "set ip route", DELTA_PLAIN, LATE, NULL },
    { C, "", "set ip permit *", DELTA_PLAIN, LATE, NULL },
    { C, "", "set ntp server *", DELTA_PLAIN, 0, NULL },
    { C, "", "set snmp trap *", DELTA_PLAIN, 0, NULL },
};
/* clang-format on */

str delta_word(str *line)
{
    str word;

    *line = str_trim(*line);
    word = str_cut(line, ' ');
    *line = str_trim(*line);
    return word;
}

/* "*": any; "Vlan*": what begins so; "~x": x, that is no key. */
static bool is_word(str word, str pattern)
{
    size_t n = pattern.n;

    if (str_starts(pattern, STR("~")))
        return str_eq(word, str_sub(pattern, 1, SIZE_MAX));
    if (n > 0 && pattern.p[n - 1] == '*')
        return str_eq_nocase(str_sub(word, 0, n - 1),
                             str_sub(pattern, 0, n - 1));
    return str_eq(pattern, STR("?")) || str_eq(pattern, STR("@")) ||
           str_eq(word, pattern);
}

bool delta_matches(str line, const char *pattern, str *out_at)
{
    str rest = str_c(pattern);

    while (rest.n > 0) {
        str wanted = str_cut(&rest, ' ');
        str word = delta_word(&line);

        if (word.n == 0 || !is_word(word, wanted))
            return false;
        if (str_eq(wanted, STR("@")) && out_at != NULL)
            *out_at = word;
    }
    return true;
}

bool delta_has_word(str line, str word)
{
    while (line.n > 0) {
        if (str_eq(delta_word(&line), word))
            return true;
    }
    return false;
}

static str key_of(struct delta *d, str line, const struct delta_rule *rule)
{
    AUTO(buf_clear) struct buf key = BUF(1 << 16);
    str head = str_c(rule->head);

    while (head.n > 0) {
        str wanted = str_cut(&head, ' ');
        str word = delta_word(&line);

        if (str_eq(wanted, STR("?")) || str_starts(wanted, STR("~")))
            continue;
        if (key.n > 0)
            buf_add_char(&key, ' ');
        buf_add(&key, word);
    }
    return arena_str(&d->arena, buf_str(&key));
}

static bool is_in(str section, const struct delta_rule *rule)
{
    if (rule->section == NULL)
        return true;
    return rule->section[0] == '\0' ? section.n == 0
                                    : str_starts(section, str_c(rule->section));
}

const struct delta_rule *delta_rule_find(struct delta *d, str section, str line,
                                         str *out_key)
{
    if (str_starts(line, STR("no ")))
        line = str_sub(line, 3, SIZE_MAX);
    for (size_t i = 0; i < COUNT(rules); i++) {
        if ((rules[i].languages >> d->family->syntax & 1) == 0 ||
            !is_in(section, &rules[i]) ||
            !delta_matches(line, rules[i].head, NULL))
            continue;
        *out_key = key_of(d, line, &rules[i]);
        return &rules[i];
    }
    return NULL;
}
