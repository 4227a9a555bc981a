/* SPDX-License-Identifier: Apache-2.0
 *
 * Routers that fetch from a Configuration Engine: by its event bus (R-CNE)
 * or by call-home (R-CNC).
 */
#include "netdev/prepare_int.h"

enum {
    EVENT_PORT = 11011,
    EVENT_PORT_ENCRYPTED = 11012,
    EXEC_PORT = 80,
    EXEC_PORT_ENCRYPTED = 443,
};

static const char *encrypt(bool is_on)
{
    return is_on ? " encrypt" : "";
}

/* " 1234", or "" for the default (R-CNE-2, R-CNE-3). */
static const char *port_text(int64_t port, int by_default, char text[16])
{
    text[0] = '\0';
    if (port != NOT_GIVEN && port != by_default)
        (void)snprintf(text, 16, " %d", (int)port);
    return text;
}

/* R-CNE-8 */
static void say_ids(struct prepare *prepare, const struct ce_facts *ce)
{
    if (ce->config_id.n > 0)
        say(prepare, "cns id string %" PRIstr, ARGstr(ce->config_id));
    if (ce->device_id.n > 0)
        say(prepare, "cns id string %" PRIstr " event", ARGstr(ce->device_id));
    if (ce->config_id.n == 0 || ce->device_id.n == 0)
        note(prepare, "R-CNE-8",
             "ConfigID and DeviceID are both needed and unique; what is not "
             "given (config_id, device_id) is the host name");
}

void prepare_event_bus(struct prepare *prepare,
                       const struct prepare_facts *facts)
{
    const struct ce_facts *ce = &facts->ce;
    char port[16];

    say(prepare, "configure terminal");
    say_names(prepare, facts);
    say_ids(prepare, ce);
    say(prepare, "cns trusted-server all-agents %" PRIstr, ARGstr(ce->ip));
    say(prepare, "cns event %" PRIstr "%s%s", ARGstr(ce->ip),
        encrypt(ce->event_encrypt),
        port_text(ce->event_port,
                  ce->event_encrypt ? EVENT_PORT_ENCRYPTED : EVENT_PORT, port));
    say(prepare, "cns config partial %" PRIstr "%s", ARGstr(ce->ip),
        encrypt(ce->config_encrypt));
    say(prepare, "cns password %" PRIstr, ARGstr(ce->password));
    say(prepare, "cns exec%s%s", encrypt(ce->exec_encrypt),
        port_text(ce->exec_port,
                  ce->exec_encrypt ? EXEC_PORT_ENCRYPTED : EXEC_PORT, port));
    say(prepare, "exit");
    say(prepare, "write memory");
    note(prepare, "R-CNE-6",
         "the wire format of the event gateway is not public: Holdfast makes "
         "and checks these commands, and deploys by call-home or SSH");
    if (!ce->event_encrypt || !ce->config_encrypt || !ce->exec_encrypt)
        warning(prepare, "R-CNE-3",
                "without encrypt, what the agents send can be read on the "
                "way");
}

static void say_occurrence(struct prepare *prepare,
                           const struct kron_facts *kron)
{
    AUTO(buf_clear) struct buf line = BUF(1024);

    buf_printf(&line, "kron occurrence %" PRIstr, ARGstr(kron->occurrence));
    if (kron->user.n > 0)
        buf_printf(&line, " user %" PRIstr, ARGstr(kron->user));
    if (kron->in.n > 0)
        buf_printf(&line, " in %" PRIstr, ARGstr(kron->in));
    else
        buf_printf(&line, " at %" PRIstr, ARGstr(kron->at));
    buf_printf(&line, " %" PRIstr, ARGstr(kron->recurrence));
    say(prepare, "%s", buf_c(&line));
    for (size_t i = 0; i < kron->lists.n; i++)
        say(prepare, "policy-list %" PRIstr, ARGstr(kron->lists.p[i].name));
    say(prepare, "exit");
}

void prepare_call_home(struct prepare *prepare,
                       const struct prepare_facts *facts)
{
    const struct ce_facts *ce = &facts->ce;
    const struct kron_facts *kron = &ce->kron;

    say(prepare, "configure terminal");
    say_names(prepare, facts);
    if (ce->config_id.n > 0 || ce->device_id.n > 0)
        say_ids(prepare, ce);
    say(prepare, "cns trusted-server all-agents %" PRIstr, ARGstr(ce->ip));
    for (size_t i = 0; i < kron->lists.n; i++) {
        if (!str_eq(kron->lists.p[i].ip, ce->ip))
            say(prepare, "cns trusted-server all-agents %" PRIstr,
                ARGstr(kron->lists.p[i].ip));
    }
    say_occurrence(prepare, kron);
    for (size_t i = 0; i < kron->lists.n; i++) {
        const struct policy_list *list = &kron->lists.p[i];

        say(prepare, "kron policy-list %" PRIstr, ARGstr(list->name));
        say(prepare,
            "cli cns config retrieve %" PRIstr "%s page /cns/JobbedDynaConfig "
            "status http%s://%" PRIstr "/cns/PostStatus",
            ARGstr(list->ip), encrypt(ce->encrypt), ce->encrypt ? "s" : "",
            ARGstr(list->ip));
        say(prepare, "exit");
    }
    say(prepare, "cns exec%s", encrypt(ce->encrypt));
    say(prepare, "exit");
    say(prepare, "write memory");
    if (!ce->encrypt)
        warning(prepare, "R-CNC-9",
                "the document's status URL is plain HTTP; \"encrypt\": true "
                "makes it HTTPS where IOS has it");
    if (str_eq_c(kron->recurrence, "oneshot"))
        note(prepare, "R-CNC-5",
             "an occurrence that is oneshot removes itself after its run");
}
