/* SPDX-License-Identifier: Apache-2.0 */
#include "server/commands.h"

#include <unistd.h>

#include "server/local_commands.h"
#include "server/media_commands.h"
#include "server/netdev_key.h"
#include "server/openapi.h"
#include "server/store_commands.h"
#include "server/supervisor.h"

static int no_more(const struct server_terms *terms, size_t n, struct err *err)
{
    if (terms->argument_count > n)
        return err_set(err, E_USAGE, "unexpected argument '%s'",
                       terms->arguments[n]);
    return 0;
}

static void put(const struct buf *text)
{
    fwrite(text->p, 1, text->n, stdout);
}

static int run_server(struct server_terms *terms, struct err *err)
{
    int rc = no_more(terms, 1, err);

    if (rc < 0)
        return rc;
    return supervisor_run(&(struct supervisor_terms){
        terms->config, terms->clock, terms->program });
}

static int check_config(struct server_terms *terms, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(65536);
    int rc = no_more(terms, 1, err);

    if (rc < 0)
        return rc;
    config_print(terms->config, false, &text);
    put(&text);
    return 0;
}

static int print_openapi(struct server_terms *terms, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(64 << 20);
    AUTO(jval_freep) struct jval *document = NULL;
    int rc = no_more(terms, 1, err);

    if (rc < 0)
        return rc;
    document = openapi_make();
    jval_print_indented(document, &text);
    buf_add_char(&text, '\n');
    put(&text);
    return 0;
}

static int print_version(struct server_terms *terms, struct err *err)
{
    (void)terms;
    (void)err;
    puts("holdfastd " HOLDFAST_VERSION);
    return 0;
}

static int print_help(struct server_terms *terms, struct err *err);
static int print_manual(struct server_terms *terms, struct err *err);

static const struct server_command commands[] = {
    { "run", "", run_server, "Run the server (also without a command)." },
    { "backup", "FILE PASSPHRASE-FILE", command_backup,
      "Write the whole store into an encrypted file; the server may run." },
    { "restore", "FILE PASSPHRASE-FILE [replace]", command_restore,
      "Fill an empty store from a backup, or replace what is there." },
    { "check", "", command_check,
      "Check that the store is whole; the server may run." },
    { "enrol-token", "", command_enrol_token,
      "Print a one-time token for a device; the server may run." },
    { "status", "", command_status,
      "Print the devices and what was found; the server may run." },
    { "netdev-key", "[show|rotate|forget|passphrase FILE]", command_netdev_key,
      "Show, renew or seal the keys of network devices' credentials." },
    { "check-config", "", check_config,
      "Check the configuration and print every setting." },
    { "media-write", "FILE FOLDER", command_media_write,
      "Write a router's configuration for a USB medium, signed; FILE is JSON: "
      "name, family, version, model, medium, configuration, previous, "
      "passphrase_file." },
    { "media-check", "FOLDER PUBLIC-KEY [PASSPHRASE-FILE]", command_media_check,
      "Check such a folder; with a passphrase open what is encrypted." },
    { "release-sign", "KEY-FILE FILE", command_release_sign,
      "Print a release file, signed; the key is made when it is not there." },
    { "openapi", "", print_openapi, "Print the API as an OpenAPI document." },
    { "manual", "", print_manual, "Print the manual page (troff)." },
    { "--help", "", print_help, "Print this." },
    { "--version", "", print_version, "Print the version." },
};

const struct server_command *server_command_find(str name)
{
    for (size_t i = 0; i < COUNT(commands); i++) {
        if (str_eq_c(name, commands[i].name))
            return &commands[i];
    }
    return NULL;
}

static const struct {
    const char *name;
    const char *help;
} options[] = {
    { "--config FILE", "The configuration file; /etc/holdfast/holdfastd.conf "
                       "unless --data is given." },
    { "--data DIR", "The data directory, whatever the file says." },
    { "--set NAME=VALUE", "A setting, whatever the file says." },
    { "--clock FILE", "For tests: whole seconds in FILE are added to the "
                      "time." },
};

static int print_help(struct server_terms *terms, struct err *err)
{
    (void)terms;
    (void)err;
    puts("usage: holdfastd [--config FILE] [--data DIR] [--set NAME=VALUE]... "
         "[COMMAND]\n\nThe server of Holdfast: agents, assessment, API.\n");
    for (size_t i = 0; i < COUNT(commands); i++)
        printf("  %-13s %-30s %s\n", commands[i].name, commands[i].arguments,
               commands[i].summary);
    puts("");
    for (size_t i = 0; i < COUNT(options); i++)
        printf("  %-18s %s\n", options[i].name, options[i].help);
    return 0;
}

static int print_manual(struct server_terms *terms, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(1 << 20);

    (void)terms;
    (void)err;
    buf_add_c(&text,
              ".TH HOLDFASTD 8 \"\" \"Holdfast " HOLDFAST_VERSION
              "\"\n.SH NAME\nholdfastd \\- the server of Holdfast\n"
              ".SH SYNOPSIS\n.B holdfastd\n[\\fB--config\\fR \\fIFILE\\fR] "
              "[\\fB--data\\fR \\fIDIR\\fR] [\\fB--set\\fR "
              "\\fINAME=VALUE\\fR]... [\\fICOMMAND\\fR]\n.SH DESCRIPTION\n"
              "Keeps a fleet's inventories, assesses them, hands out jobs to "
              "agents and serves the API.\nIt runs as several processes: a "
              "supervisor, a front (network), a core (store and decisions) "
              "and small helpers, each with the rights it needs.\n"
              ".SH COMMANDS\n");
    for (size_t i = 0; i < COUNT(commands); i++)
        buf_printf(&text, ".TP\n\\fB%s\\fR %s\n%s\n", commands[i].name,
                   commands[i].arguments, commands[i].summary);
    buf_add_c(&text, ".SH OPTIONS\n");
    for (size_t i = 0; i < COUNT(options); i++)
        buf_printf(&text, ".TP\n\\fB%s\\fR\n%s\n", options[i].name,
                   options[i].help);
    buf_add_c(&text, ".SH CONFIGURATION\nLines of \\fIname = value\\fR; # "
                     "starts a comment line. The settings and their "
                     "defaults:\n");
    config_help(&text);
    buf_add_c(&text,
              ".SH SIGNALS\nSIGTERM and SIGINT stop the server; SIGHUP looks "
              "at the certificate files again.\n.SH EXIT STATUS\n0 stopped "
              "as told; 2 wrong usage; 3 bad configuration or data; 4 the "
              "machine failed us.\n");
    put(&text);
    return 0;
}
