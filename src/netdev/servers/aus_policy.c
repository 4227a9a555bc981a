/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/servers/aus_policy.h"

#include "base/encode.h"

enum {
    POLL_DEFAULT = 720, /* R-AUS-6; also what a device does without the line */
    RETRY_PERIOD_DEFAULT = 5,
    MINUTES_MAX = 35791,
};

/* What the configuration says; empty: nothing. */
struct found {
    str hostname;
    str server;
    str poll;
    str device_id;
};

static str next_word(str *text)
{
    *text = str_trim(*text);
    return str_cut(text, ' ');
}

static void look(str config, struct found *out)
{
    const struct {
        const char *start;
        str *rest;
    } rows[] = {
        { "hostname ", &out->hostname },
        { "auto-update server ", &out->server },
        { "auto-update poll-period ", &out->poll },
        { "auto-update device-id ", &out->device_id },
    };

    while (config.n > 0) {
        str line = str_trim(str_cut(&config, '\n'));

        for (size_t i = 0; i < COUNT(rows); i++) {
            if (str_starts(line, str_c(rows[i].start)))
                *rows[i].rest =
                    str_trim(str_sub(line, strlen(rows[i].start), line.n));
        }
    }
}

static int64_t number_or(str *text, int64_t otherwise)
{
    str word = next_word(text);
    int64_t n;

    return str_to_i64(word, 0, MINUTES_MAX, &n, NULL) == 0 ? n : otherwise;
}

/* R-AUS-6: trailing defaults are left out. */
static void poll_delta(str poll, const struct aus_policy *policy, bool all,
                       struct buf *out)
{
    int64_t period = number_or(&poll, POLL_DEFAULT);
    int64_t count = number_or(&poll, 0);
    int64_t again = number_or(&poll, RETRY_PERIOD_DEFAULT);

    if (!all && period == policy->poll_minutes &&
        count == policy->retry_count && again == policy->retry_minutes)
        return;
    buf_printf(out, "auto-update poll-period %lld",
               (long long)policy->poll_minutes);
    if (policy->retry_count != 0 ||
        policy->retry_minutes != RETRY_PERIOD_DEFAULT)
        buf_printf(out, " %lld", (long long)policy->retry_count);
    if (policy->retry_minutes != RETRY_PERIOD_DEFAULT)
        buf_printf(out, " %lld", (long long)policy->retry_minutes);
    buf_add_char(out, '\n');
}

/* An identity made of a serial number or an address is the device's to know:
 * only what stands in the configuration is compared (R-AUS-7). */
static bool knows_identity(const struct found *found,
                           const struct aus_policy *policy)
{
    str rest = found->device_id;
    str kind = next_word(&rest);

    if (str_eq_c(kind, "hostname"))
        return str_eq(found->hostname, policy->identity);
    if (str_eq_c(kind, "string"))
        return str_eq(str_trim(rest), policy->identity);
    return kind.n > 0;
}

static void identity_delta(const struct found *found,
                           const struct aus_policy *policy, bool all,
                           struct buf *out)
{
    bool knows = knows_identity(found, policy);

    if (knows && all)
        buf_printf(out, "auto-update device-id %" PRIstr "\n",
                   ARGstr(found->device_id));
    else if (!knows)
        buf_printf(out, "auto-update device-id string %" PRIstr "\n",
                   ARGstr(policy->identity));
}

static bool is_server(str url, const struct aus_policy *policy)
{
    bool tls = str_starts(url, STR("https://"));
    int64_t port = tls ? 443 : 80;
    size_t at = str_find(url, STR("://"));
    str host;

    url = str_sub(url, at + 3, url.n);
    host = str_cut(&url, '/');
    for (size_t i = str_find_char(host, '@'); i < host.n;
         i = str_find_char(host, '@'))
        host = str_sub(host, i + 1, host.n);
    url = host;
    host = str_cut(&url, ':');
    if (url.n > 0 && str_to_i64(url, 1, 65535, &port, NULL) < 0)
        return false;
    return str_eq(host, policy->address) && port == policy->port &&
           tls == policy->tls;
}

bool aus_policy_delta(str config, const struct aus_policy *policy,
                      struct buf *out)
{
    struct found found = { STR(""), STR(""), STR(""), STR("") };
    str server;
    bool all;

    look(config, &found);
    server = found.server;
    all = !is_server(next_word(&server), policy);
    if (all) {
        /* Which password stands there is not known here: all of it goes. */
        if (found.server.n > 0)
            buf_add_c(out, "clear configure auto-update\n");
        buf_printf(out, "auto-update server http%s://", policy->tls ? "s" : "");
        url_escape(out, policy->identity);
        buf_printf(out,
                   ":PASSWORD@%" PRIstr ":%lld/autoupdate/AutoUpdateServlet\n",
                   ARGstr(policy->address), (long long)policy->port);
    }
    poll_delta(found.poll, policy, all, out);
    identity_delta(&found, policy, all, out);
    return all;
}
