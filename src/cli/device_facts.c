/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/device_facts.h"

#include "cli/commands.h"
#include "cli/help.h"
#include "cli/input.h"
#include "cli/term.h"

static void write_tristate(struct json_writer *w, const char *key,
                           enum tristate value)
{
    json_write_key(w, key);
    if (value == TRISTATE_UNKNOWN)
        json_write_null(w);
    else
        json_write_bool(w, value == TRISTATE_YES);
}

static void write_licence(struct json_writer *w, const struct licence *licence)
{
    json_write_object(w);
    json_write_member(w, "feature", licence->feature);
    json_write_member(w, "value", licence->value);
    json_write_member(w, "state", str_c(licence_state_name(licence->state)));
    json_write_member(w, "expiry",
                      licence->expiry.n > 0 ? licence->expiry : STR_NONE);
    json_write_key(w, "time_based");
    json_write_bool(w, licence->is_time_based);
    json_write_object_end(w);
}

static str or_null(str text)
{
    return text.n > 0 ? text : STR_NONE;
}

void device_facts_write(struct json_writer *w, const struct device_facts *f)
{
    json_write_object(w);
    json_write_member(w, "family",
                      f->family != NULL ? str_c(f->family->name) : STR_NONE);
    json_write_member(w, "hostname", or_null(f->hostname));
    json_write_member(w, "version", or_null(f->version));
    json_write_member(w, "model", or_null(f->model));
    json_write_member(w, "serial", or_null(f->serial));
    json_write_member(w, "image", or_null(f->image));
    json_write_member(w, "uptime", or_null(f->uptime));
    json_write_member(w, "license_mode", or_null(f->mode));
    write_tristate(w, "encryption_3des_aes", f->encryption);
    write_tristate(w, "failover", f->failover);
    /* R-LIC-4: the property exists on two models only. */
    write_tristate(w, "license_supports_failover",
                   show_failover_is_optional(f->model) ? f->failover
                                                       : TRISTATE_UNKNOWN);
    json_write_key(w, "licences");
    json_write_array(w);
    for (size_t i = 0; i < f->licences.n; i++)
        write_licence(w, &f->licences.p[i]);
    json_write_array_end(w);
    json_write_object_end(w);
}

static int print_json(const struct device_facts *facts, struct err *err)
{
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct json_writer *w;
    int rc = io_out_open("-", &out, err);

    if (rc < 0)
        return rc;
    w = json_write_new(out);
    device_facts_write(w, facts);
    json_write_free(w);
    return io_out_finish(out, err);
}

static void add_line(struct buf *out, const struct term *term, const char *name,
                     str value)
{
    if (value.n == 0)
        return;
    buf_printf(out, "%-14s", name);
    term_text(term, out, value, TERM_WIDE);
    buf_add_char(out, '\n');
}

static int print_lines(const struct device_facts *f, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(1 << 22);
    struct term term = term_init();

    add_line(&out, &term, "family",
             f->family != NULL ? str_c(f->family->title) : STR("unknown"));
    add_line(&out, &term, "hostname", f->hostname);
    add_line(&out, &term, "version", f->version);
    add_line(&out, &term, "model", f->model);
    add_line(&out, &term, "serial", f->serial);
    add_line(&out, &term, "image", f->image);
    add_line(&out, &term, "uptime", f->uptime);
    if (f->encryption == TRISTATE_NO)
        buf_add_c(&out, "warning: without the 3DES-AES licence no TLS "
                        "connection comes about (R-COM-13)\n");
    for (size_t i = 0; i < f->licences.n; i++) {
        const struct licence *licence = &f->licences.p[i];

        buf_add_c(&out, i == 0 ? "\n" : "");
        buf_printf(&out, "%-18s", licence_state_name(licence->state));
        term_text(&term, &out, licence->feature, TERM_WIDE);
        buf_add_c(&out, ": ");
        term_text(&term, &out, licence->value, TERM_WIDE);
        if (licence->expiry.n > 0) {
            buf_add_c(&out, ", ");
            term_text(&term, &out, licence->expiry, TERM_WIDE);
        }
        buf_add_char(&out, '\n');
    }
    return help_print(&out, err);
}

static int read_family(struct cli *cli, const struct family **out,
                       struct err *err)
{
    const char *wanted = cli_value(cli, "family");

    *out = NULL;
    if (wanted == NULL)
        return 0;
    *out = family_find(str_c(wanted));
    return *out != NULL ? 0
                        : err_set(err, E_INVALID,
                                  "--family: '%s' is not known; expected %s",
                                  wanted, family_names());
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(device_facts_clear) struct device_facts facts = { 0 };
    const struct family *family;
    int rc = read_family(cli, &family, err);

    for (size_t i = 0; rc == 0 && i < cli->args.n; i++) {
        AUTO(buf_clear) struct buf text = BUF(SHOW_TEXT_MAX);
        const char *name;

        rc = input_read(cli->args.p[i], &text, &name, err);
        if (rc < 0)
            return rc;
        rc = show_read(family, buf_str(&text), &facts, err);
        if (rc < 0)
            return err_wrap(err, rc, "%s", name);
    }
    if (rc < 0)
        return rc;
    return cli_has(cli, "json") ? print_json(&facts, err)
                                : print_lines(&facts, err);
}

static const struct cli_option options[] = {
    { "family", 0, "FAMILY",
      "pix, asa, fwsm, ips, ios, ios-xe, catalyst, catos or frr; without it, "
      "what the text looks like" },
    { "json", 0, NULL, "Print the facts as JSON" },
    { NULL },
};

const struct command command_device_facts = {
    .name = "device facts",
    .summary = "Read what a network device says of itself",
    .arguments = "FILE...",
    .about =
        "Reads saved answers of one network device ('show version', 'show "
        "license', 'show license all', 'show activation-key') and prints what "
        "they say: family, version, model, serial number, and every licence "
        "with its state and expiry. What is not understood is left out. FILE "
        "may be '-'.\n\n"
        "  holdfast device facts --json show-version.txt show-license.txt",
    .options = options,
    .args_min = 1,
    .args_max = CLI_ARGS_MANY,
    .run = run,
};
