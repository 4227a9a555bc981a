/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/prepare.h"

#include <stdarg.h>

#include "netdev/prepare_int.h"

static void say_args(struct prepare *prepare, const char *format, va_list args)
{
    char line[1024]; /* members are shorter (prepare_fields.c) */
    int n = vsnprintf(line, sizeof(line), format, args);

    buf_add(&prepare->text, (str){ line, n < 0 ? 0 : (size_t)n });
    buf_add_char(&prepare->text, '\n');
}

void say(struct prepare *prepare, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say_args(prepare, format, args);
    va_end(args);
}

void say_remark(struct prepare *prepare, const struct prepare_facts *facts,
                const char *format, ...)
{
    va_list args;

    buf_add_c(&prepare->text,
              facts->family->syntax == SYNTAX_CATOS ? "# " : "! ");
    va_start(args, format);
    say_args(prepare, format, args);
    va_end(args);
}

static void add_note(struct prepare *prepare, const char *rule, bool is_warning,
                     const char *format, va_list args)
{
    struct prepare_note *added = vec_push(&prepare->notes);
    char text[1024];

    (void)vsnprintf(text, sizeof(text), format, args);
    added->rule = rule;
    added->is_warning = is_warning;
    added->text = arena_str(&prepare->arena, str_c(text));
}

void note(struct prepare *prepare, const char *rule, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add_note(prepare, rule, false, format, args);
    va_end(args);
}

void warning(struct prepare *prepare, const char *rule, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add_note(prepare, rule, true, format, args);
    va_end(args);
}

/* R-IOSSSL-1, R-SSH-10, R-CNE-1: of a new device only. */
void say_names(struct prepare *prepare, const struct prepare_facts *facts)
{
    if (!facts->is_new)
        return;
    say(prepare, "hostname %" PRIstr, ARGstr(facts->hostname));
    if (facts->domain.n > 0)
        say(prepare, "ip domain-name %" PRIstr, ARGstr(facts->domain));
}

static bool has_scrypt(const struct prepare_facts *facts)
{
    if (str_eq_c(str_c(facts->family->name), "ios-xe"))
        return !facts->has_version || facts->version.major >= 16;
    return facts->has_version && os_version_from(&facts->version, 15, 3, 3);
}

void say_ios_user(struct prepare *prepare, const struct prepare_facts *facts,
                  int64_t privilege)
{
    char level[32] = "";
    const char *how =
        has_scrypt(facts) ? "algorithm-type scrypt secret" : "secret";

    if (privilege != NOT_GIVEN)
        (void)snprintf(level, sizeof(level), " privilege %d", (int)privilege);
    if (str_eq_c(facts->password_type, "0")) {
        how = "password 0";
        warning(prepare, "R-IOSSSL-7",
                "'password 0' keeps the password in clear in the "
                "configuration; without \"password_type\": 0 it is a secret");
    } else if (!str_eq_c(facts->password_type, "secret")) {
        say(prepare, "username %" PRIstr "%s secret %" PRIstr " %" PRIstr,
            ARGstr(facts->username), level, ARGstr(facts->password_type),
            ARGstr(facts->password));
        return;
    } else {
        note(prepare, "R-IOSSSL-7",
             "'%s' in place of the document's 'password 0', so that the "
             "configuration does not hold the password in clear",
             how);
    }
    if (memchr(facts->password.p, '?', facts->password.n) != NULL)
        note(prepare, "R-AUS-5",
             "the password holds a '?': type Ctrl-V before it");
    say(prepare, "username %" PRIstr "%s %s %" PRIstr, ARGstr(facts->username),
        level, how, ARGstr(facts->password));
}

static void prepare_ios(struct prepare *prepare,
                        const struct prepare_facts *facts)
{
    static void (*const blocks[TRANSPORTS])(struct prepare *,
                                            const struct prepare_facts *) = {
        [TRANSPORT_SSL] = prepare_ios_ssl,
        [TRANSPORT_SSH] = prepare_ios_ssh,
        [TRANSPORT_TELNET] = prepare_ios_telnet,
        [TRANSPORT_TMS] = prepare_ios_tms,
    };

    if (!facts->ce.is_given || facts->direct)
        blocks[facts->transport](prepare, facts);
    if (facts->transport == TRANSPORT_SSL && facts->ssh &&
        (!facts->ce.is_given || facts->direct))
        prepare_ios_ssh(prepare, facts);
    if (!facts->ce.is_given)
        return;
    if (facts->ce.is_call_home)
        prepare_call_home(prepare, facts);
    else
        prepare_event_bus(prepare, facts);
}

static void prepare_family(struct prepare *prepare,
                           const struct prepare_facts *facts)
{
    if (facts->licence.is_given)
        prepare_licence(prepare, facts);
    if (facts->licence.is_given && !facts->direct)
        return;
    if (transport_is_clear(facts->transport))
        warning(prepare,
                facts->transport == TRANSPORT_HTTP ? "R-COM-8" : "R-TEL-4",
                "%s sends passwords and configurations in clear text",
                transport_name(facts->transport));
    switch (facts->family->syntax) {
    case SYNTAX_ASA:
        if (!facts->aus.is_given || facts->direct)
            prepare_asa(prepare, facts);
        if (facts->aus.is_given)
            prepare_aus(prepare, facts);
        break;
    case SYNTAX_IOS:
        prepare_ios(prepare, facts);
        break;
    case SYNTAX_CATOS:
        prepare_catos(prepare, facts);
        break;
    case SYNTAX_IPS:
        prepare_ips(prepare, facts);
        break;
    case SYNTAX_FRR:
        prepare_frr(prepare, facts);
        break;
    case SYNTAX_NETCONF:
        note(prepare, "R-COM-3",
             "a NETCONF device is prepared by its own means: it needs SSH with "
             "the subsystem netconf, and a user");
        break;
    }
}

int prepare_device(str json, struct prepare *out, struct err *err)
{
    AUTO(prepare_facts_clear) struct prepare_facts facts = { 0 };
    int rc = prepare_read(out, json, &facts, err);

    if (rc < 0)
        return rc;
    prepare_family(out, &facts);
    return buf_finish(&out->text, "the text for the device", err);
}

void prepare_clear(struct prepare *prepare)
{
    buf_clear(&prepare->text);
    vec_clear(&prepare->notes);
    arena_clear(&prepare->arena);
}
