/* SPDX-License-Identifier: Apache-2.0
 *
 * How an operator installs a licence on a router or a sensor (R-LIC-9,
 * R-LIC-10). Activation keys of firewalls are none of ours (R-LIC-2).
 */
#include "netdev/prepare_int.h"

#define AT(member) offsetof(struct licence_facts, member)
#define IOS (1u << SYNTAX_IOS)
#define BOTH (IOS | 1u << SYNTAX_IPS)

/* clang-format off */
static const struct field licence_fields[] = {
    { "feature", "name", FIELD_WORD, AT(feature), 1, 64, NULL, "R-LIC-10",
      IOS },
    { "file", NULL, FIELD_WORD, AT(file), 1, 128, NULL, "R-LIC-10", BOTH },
    { "server", "ip|address", FIELD_IPV4, AT(server), 7, 15, NULL, "R-LIC-10",
      BOTH },
    { "flash", NULL, FIELD_WORD, AT(flash), 2, 32, NULL, "R-LIC-10", IOS },
    { "module", NULL, FIELD_WORD, AT(module), 1, 32, NULL, "R-LIC-10", IOS },
    { "evaluation", NULL, FIELD_BOOL, AT(is_evaluation), 0, 0, NULL,
      "R-LIC-10", IOS },
    { NULL },
};
/* clang-format on */

static int refuse(const char *name, struct err *err, const char *why)
{
    return field_error("licence.", name, "R-LIC-10", err, "%s", why);
}

static int check(const struct prepare_facts *facts, struct err *err)
{
    const struct licence_facts *l = &facts->licence;
    bool ios = facts->family->syntax == SYNTAX_IOS;

    if (ios && l->feature.n == 0)
        return refuse("feature", err, "is missing");
    if (l->is_evaluation && l->module.n == 0)
        return refuse("module", err,
                      "is missing: the technology package of which module, as "
                      "`show version` names it");
    if (l->is_evaluation && (l->file.n > 0 || l->server.n > 0))
        return refuse("file", err, "an evaluation has none");
    if (!l->is_evaluation && l->file.n == 0)
        return refuse("file", err, "is missing");
    if (ios && !l->is_evaluation && !str_ends(l->file, STR(".xml")) &&
        !str_ends(l->file, STR(".lic")))
        return refuse("file", err, "is no .xml or .lic");
    if (!ios && l->server.n == 0)
        return refuse("server", err, "is missing: a sensor copies its licence");
    return 0;
}

int read_licence(struct prepare_facts *facts, struct arena *arena,
                 const struct field *field, const struct jval *value,
                 struct err *err)
{
    int rc;

    if (jval_kind(value) != JVAL_OBJECT)
        return field_error("", field->name, field->rule, err,
                           "expected an object, found %s",
                           jval_kind_name(jval_kind(value)));
    facts->licence =
        (struct licence_facts){ .is_given = true, .flash = STR("flash0:") };
    rc = fields_read(
        &(struct field_reading){ facts, arena, "licence.", &facts->licence },
        licence_fields, value, err);
    return rc == 0 ? check(facts, err) : rc;
}

static void say_verify(struct prepare *prepare)
{
    say(prepare, "show version");
    say(prepare, "show license feature");
    say(prepare, "show license all");
}

static void say_install(struct prepare *prepare,
                        const struct prepare_facts *facts)
{
    const struct licence_facts *l = &facts->licence;

    say(prepare, "show license all");
    if (l->server.n > 0) {
        say(prepare, "copy tftp://%" PRIstr "/%" PRIstr " %" PRIstr,
            ARGstr(l->server), ARGstr(l->file), ARGstr(l->flash));
        say_remark(prepare, facts, "Destination filename [%" PRIstr "]?",
                   ARGstr(l->file));
    }
    say(prepare, "license install %" PRIstr "%" PRIstr, ARGstr(l->flash),
        ARGstr(l->file));
    say_remark(prepare, facts, "ACCEPT? [yes/no]: yes");
    say_verify(prepare);
}

static void say_evaluation(struct prepare *prepare,
                           const struct prepare_facts *facts)
{
    const struct licence_facts *l = &facts->licence;

    say(prepare, "show license all");
    say(prepare, "configure terminal");
    say(prepare, "license boot module %" PRIstr " technology-package %" PRIstr,
        ARGstr(l->module), ARGstr(l->feature));
    say_remark(prepare, facts, "ACCEPT? [yes/no]: yes");
    say(prepare, "exit");
    say(prepare, "write memory");
    say(prepare, "reload");
    say_remark(prepare, facts, "Proceed with reload? [confirm]");
    say_verify(prepare);
    note(prepare, "R-LIC-10", "the licence holds only after the restart");
}

void prepare_licence(struct prepare *prepare, const struct prepare_facts *facts)
{
    const struct licence_facts *l = &facts->licence;

    if (facts->family->syntax == SYNTAX_IPS) {
        say(prepare, "show version");
        say(prepare, "copy tftp://%" PRIstr "/%" PRIstr " license-key",
            ARGstr(l->server), ARGstr(l->file));
        say(prepare, "show version");
        note(prepare, "R-IPS-2",
             "only an administrator of the sensor may install a licence");
        return;
    }
    if (l->is_evaluation)
        say_evaluation(prepare, facts);
    else
        say_install(prepare, facts);
    note(prepare, "R-LIC-10",
         "accept the agreement before anything is deployed that needs %" PRIstr
         ": until then the device refuses its commands, and so does planning",
         ARGstr(l->feature));
}
