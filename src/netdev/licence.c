/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/licence.h"

#include "netdev/config.h"

/* A feature, by how its commands begin, and the licences (as `show version`
 * and `show license` of different versions call them) one of which it needs.
 * The first is the one that messages name. */
struct need {
    enum syntax syntax;
    const char *begins;
    const char *licences; /* separated by '|' */
};

/* clang-format off */
static const struct need needs[] = {
    { SYNTAX_ASA, "anyconnect ", "AnyConnect Premium Peers|"
      "AnyConnect Essentials|SSL VPN Peers" },
    { SYNTAX_ASA, "cluster group ", "Cluster" },
    { SYNTAX_ASA, "context ", "Security Contexts" },
    { SYNTAX_ASA, "dynamic-filter ", "Botnet Traffic Filter" },
    { SYNTAX_ASA, "failover", "Failover" },
    { SYNTAX_ASA, "inspect gtp", "GTP/GPRS|Carrier" },
    { SYNTAX_ASA, "license-server ", "Shared License" },
    { SYNTAX_ASA, "phone-proxy ", "UC Phone Proxy Sessions|"
      "Total UC Proxy Sessions" },
    { SYNTAX_ASA, "vpn load-balancing", "VPN Load Balancing" },
    { SYNTAX_ASA, "webvpn", "AnyConnect Premium Peers|AnyConnect Essentials|"
      "SSL VPN Peers|WebVPN Peers" },
    { SYNTAX_IOS, "call-manager-fallback", "uck9|uc" },
    { SYNTAX_IOS, "class-map type inspect ", "securityk9|security" },
    { SYNTAX_IOS, "crypto gdoi ", "securityk9|security" },
    { SYNTAX_IOS, "crypto ikev2 ", "securityk9|security" },
    { SYNTAX_IOS, "crypto ipsec ", "securityk9|security" },
    { SYNTAX_IOS, "crypto isakmp ", "securityk9|security" },
    { SYNTAX_IOS, "crypto map ", "securityk9|security" },
    { SYNTAX_IOS, "dial-peer voice ", "uck9|uc" },
    { SYNTAX_IOS, "ip inspect ", "securityk9|security" },
    { SYNTAX_IOS, "ip ips ", "securityk9|security" },
    { SYNTAX_IOS, "l2vpn ", "datak9|data|appxk9|appx" },
    { SYNTAX_IOS, "mpls ", "datak9|data|appxk9|appx" },
    { SYNTAX_IOS, "parameter-map type inspect", "securityk9|security" },
    { SYNTAX_IOS, "policy-map type inspect ", "securityk9|security" },
    { SYNTAX_IOS, "pseudowire-class ", "datak9|data|appxk9|appx" },
    { SYNTAX_IOS, "telephony-service", "uck9|uc" },
    { SYNTAX_IOS, "zone security ", "securityk9|security" },
    { SYNTAX_IOS, "zone-pair security ", "securityk9|security" },
};
/* clang-format on */

static str first_name(const struct need *need)
{
    str names = str_c(need->licences);

    return str_cut(&names, '|');
}

static const struct need *need_of(const struct family *family, str line)
{
    for (size_t i = 0; i < COUNT(needs); i++)
        if (needs[i].syntax == family->syntax &&
            str_starts(line, str_c(needs[i].begins)))
            return &needs[i];
    return NULL;
}

str licence_of_line(const struct family *family, str line)
{
    const struct need *need = need_of(family, str_trim(line));

    return need != NULL ? first_name(need) : STR_NONE;
}

/* The best of the licences that would do; NULL: the device said nothing of any
 * of them. */
static const struct licence *held(const struct licence_holder *holder,
                                  const struct need *need)
{
    const struct licence *best = NULL;

    for (size_t i = 0; i < holder->count; i++) {
        const struct licence *licence = &holder->licences[i];
        str names = str_c(need->licences);
        bool fits = false;

        while (names.n > 0)
            fits |= str_eq_nocase(str_cut(&names, '|'), licence->feature);
        if (!fits)
            continue;
        if (licence->state == LICENCE_ON)
            return licence;
        if (best == NULL || licence->state == LICENCE_EULA)
            best = licence;
    }
    return best;
}

static void remark(struct licence_remarks *out,
                   const struct licence_remark *what)
{
    for (size_t i = 0; i < out->all.n; i++)
        if (str_eq(out->all.p[i].text, what->text))
            return;
    if (out->all.n < LICENCE_REMARKS_MAX)
        *vec_push(&out->all) = *what;
}

static void judge(const struct licence_holder *holder, const struct need *need,
                  size_t line, struct licence_remarks *out)
{
    const struct licence *licence = held(holder, need);
    struct licence_remark what = { .line = line, .rule = "R-LIC-3" };

    if (licence == NULL || licence->state == LICENCE_ON ||
        licence->state == LICENCE_UNKNOWN)
        return;
    if (licence->state == LICENCE_EULA) {
        what.rule = "R-LIC-10";
        what.refuses = true;
        what.text = arena_printf(
            &out->arena,
            "nobody accepted the agreement of the licence %" PRIstr
            " yet: do so on the device first (`holdfast help device prepare`, "
            "\"licence\")",
            ARGstr(licence->feature));
    } else {
        what.text =
            arena_printf(&out->arena,
                         "this needs the licence %" PRIstr
                         ", which %s: the device may refuse it",
                         ARGstr(licence->feature),
                         licence->state == LICENCE_EXPIRED ? "has expired"
                                                           : "is not active");
    }
    remark(out, &what);
}

static void check_line(const struct licence_holder *holder, str line,
                       size_t number, struct licence_remarks *out)
{
    const struct need *need = need_of(holder->family, line);
    bool asa = holder->family->syntax == SYNTAX_ASA;

    if (asa && str_starts(line, STR("activation-key "))) {
        remark(out, &(struct licence_remark){
                        number, "R-LIC-2", true,
                        STR("activation keys are not entered from here: use "
                            "ASDM, Configuration > Device Management > "
                            "Licensing > Activation Key") });
        return;
    }
    if (need == NULL)
        return;
    if (asa && str_eq_c(first_name(need), "Failover") &&
        show_failover_is_optional(holder->model)) {
        if (holder->failover == TRISTATE_NO)
            remark(out, &(struct licence_remark){
                            number, "R-LIC-4", true,
                            STR("this device's licence does not support "
                                "failover (license_supports_failover)") });
        return;
    }
    judge(holder, need, number, out);
}

void licence_check(const struct licence_holder *holder, str lines,
                   struct licence_remarks *out)
{
    size_t number = 0;

    while (lines.n > 0)
        check_line(holder, str_trim(str_cut(&lines, '\n')), ++number, out);
}

void licence_remarks_clear(struct licence_remarks *remarks)
{
    vec_clear(&remarks->all);
    arena_clear(&remarks->arena);
}

enum licence_state licence_state_of(str name)
{
    for (int i = LICENCE_UNKNOWN; i <= LICENCE_EULA; i++)
        if (str_eq_c(name, licence_state_name((enum licence_state)i)))
            return (enum licence_state)i;
    return LICENCE_UNKNOWN;
}
