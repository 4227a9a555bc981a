/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/discover.h"

static const char *command_of(const struct family *family, unsigned what)
{
    switch (what) {
    case DISCOVER_FACTS:
        return family->show_version;
    case DISCOVER_INTERFACES:
        return family->show_interfaces;
    case DISCOVER_LICENCES:
        return family->show_licences;
    case DISCOVER_HTTPS:
        return family->show_https;
    default:
        return family->show_running;
    }
}

/* The lowest bit that is wanted and not done; 0 when there is none. */
static unsigned next_of(const struct discovery *d)
{
    unsigned left = d->what & ~d->done;

    while (left != 0) {
        unsigned lowest = left & (~left + 1);

        if (command_of(d->family, lowest) != NULL)
            return lowest;
        left &= ~lowest; /* the family has no such command */
    }
    return 0;
}

str discovery_next(const struct discovery *discovery)
{
    unsigned next = next_of(discovery);

    return next == 0 ? STR_NONE : str_c(command_of(discovery->family, next));
}

static int take_facts(struct discovery *d, str text, struct err *err)
{
    int rc = show_read(NULL, text, &d->facts, err);

    if (rc == 0 && d->facts.version.n == 0 &&
        d->family->syntax != SYNTAX_NETCONF)
        rc = err_set(err, E_PARSE,
                     "'%s' is answered, but with no version that is known",
                     d->family->show_version);
    return rc;
}

static int take_config(struct discovery *d, str text, struct err *err)
{
    if (!config_is_whole(d->family, text))
        return err_set(err, E_PARSE,
                       "the answer to '%s' does not end as a configuration of "
                       "the family %s does: it was cut off",
                       d->family->show_running, d->family->name);
    return config_clean(d->family, text, &d->running, err);
}

int discovery_take(struct discovery *discovery,
                   const struct session_answer *answer, struct err *err)
{
    unsigned what = next_of(discovery);

    discovery->done |= what;
    if (answer->refused &&
        (what == DISCOVER_LICENCES || what == DISCOVER_HTTPS))
        return 0;
    if (answer->refused)
        return err_set(
            err, E_INVALID, "the device refuses '%" PRIstr "': %" PRIstr,
            ARGstr(answer->command), ARGstr(str_sub(answer->refusal, 0, 200)));
    switch (what) {
    case DISCOVER_FACTS:
        return take_facts(discovery, answer->text, err);
    case DISCOVER_INTERFACES:
        return show_read_interfaces(answer->text, &discovery->interfaces, err);
    case DISCOVER_LICENCES:
        return show_read(NULL, answer->text, &discovery->facts, err);
    case DISCOVER_HTTPS:
        discovery->https = show_https_state(answer->text);
        return 0;
    default:
        return take_config(discovery, answer->text, err);
    }
}

void discovery_clear(struct discovery *discovery)
{
    device_facts_clear(&discovery->facts);
    device_interfaces_clear(&discovery->interfaces);
    buf_clear(&discovery->running);
}
