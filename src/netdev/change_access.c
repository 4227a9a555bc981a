/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a change cuts off whoever makes it (R-DEP-5): the address that the
 * device is reached by, the user who logs in, what asks for his password, the
 * server he speaks to. It is judged on the configuration that is there.
 * Filters are not judged: what they let through is known to the device only.
 */
#include <string.h>

#include "netdev/change_int.h"
#include "netdev/config_tree.h"
#include "netdev/delta_int.h"

enum place {
    ELSEWHERE,
    PARENT, /* the interface that the one with the address is a part of */
    HOME,
};

struct guard {
    const struct change *change;
    const struct change_access *access;
    str home;      /* the interface that has the address */
    enum place at; /* which the line is of */
    bool at_door;  /* or of the lines that people log in at from afar */
    int routes;    /* by default, that are left */
    int routes6;   /* of IPv6 */
};

/* "Gi0/1" and "GigabitEthernet0/1" */
static bool is_interface(str shown, str given)
{
    size_t a = 0;
    size_t b = 0;

    while (a < shown.n && (shown.p[a] < '0' || shown.p[a] > '9'))
        a++;
    while (b < given.n && (given.p[b] < '0' || given.p[b] > '9'))
        b++;
    return b <= a && b > 0 &&
           str_eq_nocase(str_sub(shown, 0, b), str_sub(given, 0, b)) &&
           str_eq(str_sub(shown, a, SIZE_MAX), str_sub(given, b, SIZE_MAX));
}

/* "Gi 0/1": some write it in two words. */
static bool is_home(const struct guard *g, str given)
{
    AUTO(buf_clear) struct buf name = BUF(4096);

    for (size_t i = 0; i < given.n; i++) {
        if (given.p[i] != ' ')
            buf_add_char(&name, given.p[i]);
    }
    return g->home.n > 0 && (str_eq_nocase(g->home, given) ||
                             is_interface(g->home, buf_str(&name)));
}

/* "Gi0/" and 4 of "Gi0/4". */
static str cut_number(str name, int64_t *out)
{
    size_t at = name.n;

    while (at > 0 && name.p[at - 1] >= '0' && name.p[at - 1] <= '9')
        at--;
    if (str_to_i64(str_sub(name, at, SIZE_MAX), 0, INT32_MAX, out, NULL) < 0)
        *out = -1;
    return str_sub(name, 0, at);
}

/* "Gi0/1-4", "Gi0/1-Gi0/4" */
static bool is_between(str shown, str from, str to)
{
    int64_t number = -1;
    int64_t low = -1;
    int64_t high = -1;
    str base = cut_number(shown, &number);
    str given = cut_number(from, &low);

    (void)cut_number(to, &high);
    return number >= 0 && low >= 0 && number >= low &&
           (high < 0 || number <= high) &&
           (str_eq_nocase(base, given) || is_interface(base, given));
}

/* Where the second interface of a range begins; given.n when there is none:
 * "Port-channel1" is a name. */
static size_t find_range(str given)
{
    for (size_t i = 1; i < given.n; i++)
        if (given.p[i] == '-' && given.p[i - 1] >= '0' && given.p[i - 1] <= '9')
            return i;
    return given.n;
}

static enum place place_of_one(const struct guard *g, str given)
{
    AUTO(buf_clear) struct buf name = BUF(4096);
    str parent = str_sub(g->home, 0, str_find_char(g->home, '.'));
    str from;
    size_t dash;

    for (size_t i = 0; i < given.n; i++)
        if (given.p[i] != ' ')
            buf_add_char(&name, given.p[i]);
    from = buf_str(&name);
    dash = find_range(from);
    if (is_home(g, given))
        return HOME;
    if (dash < from.n) {
        str to = str_sub(from, dash + 1, SIZE_MAX);

        from = str_sub(from, 0, dash);
        return is_between(g->home, from, to)  ? HOME
               : is_between(parent, from, to) ? PARENT
                                              : ELSEWHERE;
    }
    return parent.n < g->home.n &&
                   (str_eq_nocase(parent, from) || is_interface(parent, from))
               ? PARENT
               : ELSEWHERE;
}

/* "Gi0/1", "Gi 0/1", "range Gi0/1 - 4 , Gi0/7". What a macro stands for only
 * the device knows. */
static enum place place_of(const struct guard *g, str given)
{
    enum place place = ELSEWHERE;
    str rest = given;

    if (g->home.n == 0)
        return ELSEWHERE;
    if (change_is_word(change_next_word(&rest), "range", 2)) {
        given = rest;
        if (change_is_word(change_next_word(&rest), "macro", 3))
            return HOME;
    }
    while (given.n > 0) {
        enum place one = place_of_one(g, str_trim(str_cut(&given, ',')));

        place = one > place ? one : place;
    }
    return place;
}

static bool has_address(str line, str address)
{
    while (line.n > 0) {
        str word = change_next_word(&line);

        if (str_eq(str_sub(word, 0, str_find_char(word, '/')), address))
            return true;
    }
    return false;
}

static bool is_default_route(str line)
{
    str verb = change_next_word(&line);

    if (change_is_word(verb, "route", 2)) { /* of a firewall */
        (void)change_next_word(&line);
    } else {
        str second = change_next_word(&line);

        if (!change_is_word(verb, "ip", 2))
            return false;
        if (change_is_word(second, "default-gateway", 9))
            return true;
        if (!change_is_word(second, "route", 3))
            return false;
    }
    verb = change_next_word(&line);
    return str_eq_c(verb, "0.0.0.0/0") || str_eq_c(verb, "0") ||
           (str_eq_c(verb, "0.0.0.0") &&
            str_starts(change_next_word(&line), STR("0")));
}

/* "ipv6 route ::/0 ..."; a firewall names the interface first. */
static bool is_default_route6(str line)
{
    if (!change_is_word(change_next_word(&line), "ipv6", 4) ||
        !change_is_word(change_next_word(&line), "route", 3))
        return false;
    return str_eq_c(change_next_word(&line), "::/0") ||
           str_eq_c(change_next_word(&line), "::/0");
}

static void read_before(struct guard *g, const struct config_tree *tree)
{
    for (const struct config_node *n = tree->root.first; n != NULL;
         n = n->next) {
        g->routes += is_default_route(n->line);
        g->routes6 += is_default_route6(n->line);
        for (const struct config_node *c = n->first;
             c != NULL && str_starts(n->line, STR("interface ")); c = c->next)
            if (g->access->address.n > 0 &&
                (str_starts(c->line, STR("ip address ")) ||
                 str_starts(c->line, STR("ipv6 address "))) &&
                has_address(c->line, g->access->address))
                g->home = str_sub(n->line, strlen("interface "), SIZE_MAX);
    }
}

/* The next words are these, shortened or not. */
static bool is_next(str line, const char *first, const char *second)
{
    str word = change_next_word(&line);

    if (!change_is_word(word, first, strlen(first) < 4 ? strlen(first) : 3))
        return false;
    return second == NULL || change_is_word(change_next_word(&line), second, 3);
}

static const char *of_home(const struct guard *g, str line, bool negated)
{
    str rest = line;
    bool is_address =
        (is_next(line, "ip", "address") || is_next(line, "ipv6", "address"));

    (void)change_next_word(&rest);
    (void)change_next_word(&rest);
    if (!negated && is_next(line, "shutdown", NULL))
        return "shuts the interface that it is reached by";
    if (g->at == PARENT) /* which has addresses of its own */
        return !negated && str_eq_c(line, "switchport")
                   ? "takes the interface that it is reached by"
                   : NULL;
    if (is_next(line, "vrf", "forwarding") ||
        str_starts(line, STR("ip vrf forwarding")) ||
        (!negated && str_eq_c(line, "switchport")))
        return "takes the address that it is reached by";
    if (!is_address)
        return NULL;
    if (negated && (rest.n == 0 || has_address(rest, g->access->address)))
        return "takes the address that it is reached by";
    /* Where there is one address, another replaces it. */
    if (!negated && g->change->options.family->syntax != SYNTAX_FRR &&
        is_next(line, "ip", "address") && !str_ends(line, STR(" secondary")) &&
        !has_address(rest, g->access->address))
        return "takes the address that it is reached by";
    return NULL;
}

static bool leaves(str left, bool negated, const char *protocol)
{
    while (!negated && left.n > 0) {
        str word = change_next_word(&left);

        if (change_is_word(word, protocol, 1) || change_is_word(word, "all", 1))
            return true;
    }
    return false;
}

static const char *of_door(const struct guard *g, str line, bool negated)
{
    const char *protocol =
        g->access->transport == TRANSPORT_TELNET ? "telnet" : "ssh";
    str left;

    if (g->access->transport == TRANSPORT_HTTP)
        return NULL;
    /* R-SSH-14: a login over SSH has just shown that it does as well. */
    if (change_takes_transport(line, &left) &&
        !leaves(left, negated, protocol) &&
        !(g->change->options.is_ssh_proven && leaves(left, negated, "ssh")))
        return "shuts the lines that it logs in at";
    if (!negated && is_next(line, "access-class", NULL))
        return "filters who logs in";
    return negated && is_next(line, "exec", NULL)
               ? "shuts the lines that it logs in at"
               : NULL;
}

static const char *of_web(const struct guard *g, str line, bool negated)
{
    enum syntax syntax = g->change->options.family->syntax;
    str rest = line;

    if (g->access->transport != TRANSPORT_SSL &&
        g->access->transport != TRANSPORT_HTTP)
        return NULL;
    if (syntax == SYNTAX_ASA && negated && is_next(line, "http", NULL))
        return "shuts the HTTPS server that it is reached by, or whom it "
               "lets in";
    if (syntax != SYNTAX_IOS || !is_next(line, "ip", "http"))
        return NULL;
    (void)change_next_word(&rest);
    (void)change_next_word(&rest);
    if (negated && (g->access->transport == TRANSPORT_SSL
                        ? is_next(rest, "secure-server", NULL)
                        : is_next(rest, "server", NULL)))
        return "shuts the server that it is reached by";
    return is_next(rest, "authentication", NULL) ||
                   is_next(rest, "access-class", NULL)
               ? "changes whom its HTTPS server lets in"
               : NULL;
}

static const char *of_login(const struct guard *g, str line, bool negated)
{
    str rest = line;

    if (is_next(line, "username", NULL)) {
        (void)change_next_word(&rest);
        return g->access->user.n > 0 &&
                       str_eq(change_next_word(&rest), g->access->user)
                   ? "removes or sets anew the user who logs in"
                   : NULL;
    }
    if (g->change->options.family->syntax != SYNTAX_FRR && /* no such level */
        (is_next(line, "enable", "secret") ||
         is_next(line, "enable", "password")))
        return "sets anew what the privileged level asks for";
    if (is_next(line, "aaa", "new-model") ||
        is_next(line, "aaa", "authentication") ||
        (is_next(line, "aaa", "authorization") &&
         delta_has_word(line, STR("exec"))))
        return "changes how people log in";
    if (is_next(line, "crypto", "key") && delta_has_word(line, STR("zeroize")))
        return "deletes the keys of SSH and HTTPS";
    return negated && is_next(line, "interface", NULL) &&
                   place_of(g, (change_next_word(&rest), rest)) != ELSEWHERE
               ? "removes the interface that it is reached by"
               : NULL;
}

/* Whom SSH and Telnet of a firewall let in. */
static const char *of_firewall_door(const struct guard *g, str line,
                                    bool negated)
{
    const char *protocol =
        g->access->transport == TRANSPORT_TELNET ? "telnet" : "ssh";
    str word = change_next_word(&line);
    bool is_address = line.n == 0 || (line.p[0] >= '0' && line.p[0] <= '9') ||
                      str_find_char(line, ':') < line.n;

    return g->change->options.family->syntax == SYNTAX_ASA && negated &&
                   g->access->transport != TRANSPORT_SSL &&
                   g->access->transport != TRANSPORT_HTTP && is_address &&
                   change_is_word(word, protocol, 3)
               ? "shuts whom it lets in by the protocol that it is reached by"
               : NULL;
}

/* "clear configure WORD ..." of a firewall, "clear WORD ..." of an old one, is
 * "no WORD ..." for all that begins so. */
static const char *of_clear(struct guard *g, str line)
{
    const struct family *family = g->change->options.family;
    const char *why;
    str rest;
    str word;

    if (family->syntax != SYNTAX_ASA ||
        !change_is_word(change_next_word(&line), "clear", 3))
        return NULL;
    rest = line;
    if (change_is_word(change_next_word(&rest), "configure", 4))
        line = rest;
    else if (str_eq_c(str_c(family->name), "asa"))
        return NULL; /* counters, connections: nothing of the configuration */
    rest = line;
    word = change_next_word(&rest);
    if (line.n == 0 || change_is_word(word, "all", 1) ||
        change_is_word(word, "primary", 3) ||
        change_is_word(word, "secondary", 3))
        return "clears the configuration";
    if (rest.n == 0 && change_is_word(word, "username", 4))
        return "removes the users who log in";
    if (g->home.n > 0 &&
        (change_is_word(word, "ip", 2) ||
         (rest.n == 0 && change_is_word(word, "interface", 3))))
        return "takes the address that it is reached by";
    if (change_is_word(word, "aaa", 3) || change_is_word(word, "enable", 3))
        return "changes how people log in";
    if (change_is_word(word, "route", 3))
        g->routes = 0;
    if (change_is_word(word, "ipv6", 4))
        g->routes6 = 0;
    why = of_web(g, line, true);
    if (why == NULL)
        why = of_firewall_door(g, line, true);
    return why != NULL ? why : of_login(g, line, true);
}

/* Into which section a line leads. */
static void follow(struct guard *g, str line)
{
    str rest = line;
    str word = change_next_word(&rest);

    if (change_is_word(word, "interface", 3)) {
        g->at = place_of(g, rest);
        g->at_door = false;
    } else if (change_is_word(word, "line", 2)) {
        str kind = change_next_word(&rest);

        g->at = ELSEWHERE;
        g->at_door = !change_is_word(kind, "console", 1) &&
                     !change_is_word(kind, "aux", 1);
    } else if (str_eq_c(word, "exit")) {
        g->at = ELSEWHERE;
        g->at_door = false;
    }
}

static const char *judge(struct guard *g, str line)
{
    str positive = line;
    bool negated = change_is_negated(&positive);
    const char *why = NULL;

    if (!negated)
        follow(g, line);
    if (!negated && config_count(buf_str(&g->change->before), line) > 0 &&
        !is_next(line, "shutdown", NULL))
        return NULL;
    if (g->at != ELSEWHERE)
        why = of_home(g, positive, negated);
    if (why == NULL && g->at_door)
        why = of_door(g, positive, negated);
    if (why == NULL)
        why = of_web(g, positive, negated);
    if (why == NULL)
        why = of_firewall_door(g, positive, negated);
    if (why == NULL)
        why = of_login(g, positive, negated);
    if (why == NULL)
        why = of_clear(g, line);
    if (why != NULL)
        return why;
    if (is_default_route(positive))
        g->routes += negated ? -1 : 1;
    if (is_default_route6(positive))
        g->routes6 += negated ? -1 : 1;
    return NULL;
}

/* The device goes back by itself, without a restart: then it does no harm. */
static bool is_safe(const struct change *change)
{
    return change->revert != NULL && change->revert->restart_s == 0;
}

bool change_cuts_access(struct change *change)
{
    const struct change_options *options = &change->options;
    AUTO(config_tree_clear) struct config_tree tree = { 0 };
    struct guard guard = { .change = change, .access = &options->access };
    bool is_6 =
        str_find_char(options->access.address, ':') < options->access.address.n;
    int had;
    int had6;

    if (!options->access.is_known || options->may_cut_access ||
        is_safe(change) || options->family->syntax == SYNTAX_NETCONF ||
        config_tree_read(buf_str(&change->before), &tree, NULL) < 0)
        return false;
    read_before(&guard, &tree);
    had = guard.routes;
    had6 = guard.routes6;
    for (size_t i = 0; i < change->lines.list.n; i++) {
        str line = change->lines.list.p[i].text;
        const char *why = judge(&guard, line);

        if (why == NULL)
            continue;
        change_set_reason(change,
                          "line %zu, '%" PRIstr "', %s: it could cut the "
                          "manager off, and nobody allowed that (R-DEP-5)",
                          i + 1, ARGstr(change_shown(change, line)), why);
        return true;
    }
    if ((had <= 0 || guard.routes > 0) &&
        (!is_6 || had6 <= 0 || guard.routes6 > 0))
        return false;
    change_set_reason(change, "%s",
                      "the lines take the last default route away: it could "
                      "cut the manager off, and nobody allowed that (R-DEP-5)");
    return true;
}
