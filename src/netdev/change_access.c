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

struct guard {
    const struct change *change;
    const struct change_access *access;
    str home;     /* the interface that has the address */
    bool at_home; /* the line is of it */
    bool at_door; /* or of the lines that people log in at from afar */
    int routes;   /* by default, that are left */
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

static void read_before(struct guard *g, const struct config_tree *tree)
{
    for (const struct config_node *n = tree->root.first; n != NULL;
         n = n->next) {
        g->routes += is_default_route(n->line);
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
                   is_home(g, (change_next_word(&rest), rest))
               ? "removes the interface that it is reached by"
               : NULL;
}

/* Into which section a line leads. */
static void follow(struct guard *g, str line)
{
    str rest = line;
    str word = change_next_word(&rest);

    if (change_is_word(word, "interface", 3)) {
        g->at_home = is_home(g, rest);
        g->at_door = false;
    } else if (change_is_word(word, "line", 2)) {
        str kind = change_next_word(&rest);

        g->at_home = false;
        g->at_door = !change_is_word(kind, "console", 1) &&
                     !change_is_word(kind, "aux", 1);
    } else if (str_eq_c(word, "exit")) {
        g->at_home = g->at_door = false;
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
    if (g->at_home)
        why = of_home(g, positive, negated);
    if (why == NULL && g->at_door)
        why = of_door(g, positive, negated);
    if (why == NULL)
        why = of_web(g, positive, negated);
    if (why == NULL)
        why = of_login(g, positive, negated);
    if (why != NULL || !is_default_route(positive))
        return why;
    g->routes += negated ? -1 : 1;
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
    int had;

    if (!options->access.is_known || options->may_cut_access ||
        is_safe(change) || options->family->syntax == SYNTAX_NETCONF ||
        config_tree_read(buf_str(&change->before), &tree, NULL) < 0)
        return false;
    read_before(&guard, &tree);
    had = guard.routes;
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
    if (had <= 0 || guard.routes > 0)
        return false;
    change_set_reason(change, "%s",
                      "the lines take the last default route away: it could "
                      "cut the manager off, and nobody allowed that (R-DEP-5)");
    return true;
}
