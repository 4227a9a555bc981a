/* SPDX-License-Identifier: Apache-2.0
 *
 * Who a request of the gate is from. Devices of several organisations may say
 * that they are the same: who logs in is the one whose password it is
 * (R-AUS-4), who does not is the one whose server serves the network it comes
 * from. No two organisations' servers serve the same network, so that none can
 * keep another's device from being found, or be taken for it.
 */
#include <arpa/inet.h>

#include "base/encode.h"
#include "http/address.h"
#include "server/gate_int.h"

bool visit_is_near(const struct visit *visit,
                   const struct netdev_server *server)
{
    const char *peer = arena_c(&visit->req->arena, visit->req->peer);
    struct sockaddr_in four = { .sin_family = AF_INET };
    struct sockaddr_in6 six = { .sin6_family = AF_INET6 };

    if (inet_pton(AF_INET, peer, &four.sin_addr) == 1)
        return address_in_list((const struct sockaddr *)&four,
                               server->networks);
    return inet_pton(AF_INET6, peer, &six.sin6_addr) == 1 &&
           address_in_list((const struct sockaddr *)&six, server->networks);
}

int visit_find_org(struct visit *visit, unsigned kinds, struct err *err)
{
    int rc = 0;

    for (size_t kind = 0; rc == 0 && kind < NETDEV_SERVER_KINDS; kind++) {
        struct netdev_servers servers = { 0 };

        if ((kinds >> kind & 1) == 0)
            continue;
        rc = netdev_server_of_kind(visit->req->core->db,
                                   (enum netdev_server_kind)kind,
                                   &visit->req->arena, &servers, err);
        for (size_t i = 0; visit->org == 0 && i < servers.all.n; i++) {
            if (!visit_is_near(visit, &servers.all.p[i]))
                continue;
            visit->server = servers.all.p[i];
            visit->org = visit->server.org;
        }
        netdev_servers_clear(&servers);
    }
    return rc;
}

/* Basic authentication (R-AUS-4): the user is the identity of a device, the
 * password is its own. */
static bool logs_in(struct visit *visit, const struct fetcher *fetcher)
{
    AUTO(buf_wipe) struct buf pair = BUF(1024);
    str text = visit->req->authorization;
    str name;

    if (!str_eq_nocase(str_cut(&text, ' '), STR("Basic")) ||
        base64_take(&pair, text, NULL) < 0 || pair.over)
        return false;
    text = buf_str(&pair);
    name = str_cut(&text, ':');
    return str_eq(name, fetcher->identity) && fetcher_is_secret(fetcher, text);
}

static bool is_aus(const struct visit *visit)
{
    return strcmp(ask_protocol((enum ask_kind)visit->ask.kind), "aus") == 0;
}

static unsigned kinds_of(enum ask_kind kind)
{
    const char *protocol = ask_protocol(kind);

    if (strcmp(protocol, "pnp") == 0)
        return 1U << NETDEV_SERVER_PNP;
    if (strcmp(protocol, "cns") == 0)
        return 1U << NETDEV_SERVER_CE;
    return 1U << NETDEV_SERVER_AUS | 1U << NETDEV_SERVER_CE;
}

/* Who is to log in gets nothing by a protocol in which nobody does. Who logs
 * in may come from anywhere unless networks are named. */
static bool is_it(struct visit *visit, const struct fetcher *fetcher,
                  const struct netdev_server *server)
{
    bool aus = fetching_is_aus(fetcher->server_kind, fetcher->family);
    bool near = visit_is_near(visit, server);

    if (!netdev_server_fits(fetcher->server_kind, fetcher->family) ||
        aus != is_aus(visit))
        return false;
    return aus ? (near || server->networks.n == 0) && logs_in(visit, fetcher)
               : near;
}

static int choose(struct visit *visit, const struct fetchers *all,
                  struct err *err)
{
    size_t found = 0;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < all->all.n; i++) {
        const struct fetcher *fetcher = &all->all.p[i];
        const struct scope scope = scope_system(fetcher->org);
        struct netdev_server server;

        rc = netdev_server_get(visit->req->core->db, &scope, fetcher->server,
                               &visit->req->arena, &server, err);
        if (rc < 0 || !is_it(visit, fetcher, &server))
            continue;
        found++;
        visit->fetcher = *fetcher;
        visit->server = server;
    }
    if (rc == 0 && found == 1) {
        visit->known = true;
        visit->org = visit->fetcher.org;
    }
    return rc;
}

/* A wrong password or network of a device is kept for diagnosis where its
 * identity can be nobody else's: on a server with one organisation. */
static int find_only_org(struct visit *visit, const struct fetchers *all,
                         struct err *err)
{
    int64_t orgs = 0;
    int rc = 0;

    if (all->all.n == 1)
        rc = db_one_i64(visit->req->core->db, "SELECT count(*) FROM org",
                        DB_NO_ARGS, &orgs, err);
    if (rc == 0 && orgs == 1)
        visit->org = all->all.p[0].org;
    return rc;
}

int visit_find(struct visit *visit, struct err *err)
{
    unsigned kinds = kinds_of((enum ask_kind)visit->ask.kind);
    struct fetchers all = { 0 };
    int rc = fetcher_find(visit->req->core->db, kinds, visit->ask.identity,
                          &visit->req->arena, &all, err);

    if (rc == 0)
        rc = choose(visit, &all, err);
    if (rc == 0 && !visit->known)
        rc = visit_find_org(visit, kinds, err);
    if (rc == 0 && visit->org == 0)
        rc = find_only_org(visit, &all, err);
    fetchers_clear(&all);
    return rc;
}
