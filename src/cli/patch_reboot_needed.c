/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/patching.h"
#include "cli/term.h"

enum {
    TEXT_ROOM = 4 << 20
};

static void write_reboot(const void *what, struct json_writer *w)
{
    const struct install_reboot *reboot = what;

    json_write_object(w);
    json_write_key(w, "needed");
    json_write_bool(w, reboot->needed);
    json_write_key(w, "reasons");
    json_write_array(w);
    for (size_t i = 0; i < reboot->reason_count; i++) {
        const struct install_reboot_reason *reason = &reboot->reasons[i];

        json_write_object(w);
        json_write_member(w, "source",
                          str_c(install_reboot_source_name(reason->source)));
        json_write_member(w, "text", reason->text);
        json_write_object_end(w);
    }
    json_write_array_end(w);
    patching_write_texts(w, "packages", &reboot->packages);
    json_write_key(w, "processes");
    json_write_array(w);
    for (size_t i = 0; i < reboot->process_count; i++) {
        json_write_object(w);
        json_write_key(w, "pid");
        json_write_i64(w, reboot->processes[i].pid);
        json_write_member(w, "name", reboot->processes[i].name);
        json_write_member(w, "file", reboot->processes[i].file);
        json_write_object_end(w);
    }
    json_write_array_end(w);
    patching_write_texts(w, "unknown", &reboot->unknown);
    json_write_object_end(w);
}

static void add_texts(struct buf *out, const struct term *term,
                      const char *heading, const struct install_texts *texts)
{
    if (texts->n > 0)
        buf_printf(out, "\n%s:\n", heading);
    for (size_t i = 0; i < texts->n; i++) {
        buf_add_c(out, "  ");
        term_text(term, out, texts->p[i], TERM_WIDE);
        buf_add_char(out, '\n');
    }
}

static int show(const struct install_reboot *reboot, struct err *err)
{
    AUTO(buf_clear) struct buf out = BUF(TEXT_ROOM);
    struct term term = term_init();

    buf_add_c(&out, reboot->needed ? "A restart is needed:\n"
                                   : "No restart is needed.\n");
    for (size_t i = 0; i < reboot->reason_count; i++) {
        buf_add_c(&out, "  ");
        term_text(&term, &out, reboot->reasons[i].text, TERM_WIDE);
        buf_add_char(&out, '\n');
    }
    add_texts(&out, &term, "Packages that ask for it", &reboot->packages);
    if (reboot->process_count > 0)
        buf_add_c(&out, "\nProcesses that run replaced code (restarting them "
                        "is enough):\n");
    for (size_t i = 0; i < reboot->process_count; i++) {
        const struct install_process *process = &reboot->processes[i];

        buf_printf(&out, "  %lld ", (long long)process->pid);
        term_text(&term, &out, process->name, TERM_WIDE);
        buf_add_c(&out, ": ");
        term_text(&term, &out, process->file, TERM_WIDE);
        buf_add_char(&out, '\n');
    }
    add_texts(&out, &term, "Not known", &reboot->unknown);
    return help_print(&out, err);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(patching_clear) struct patching patching = { 0 };
    struct install_reboot reboot;
    int rc = patching_open(&patching, cli, false, err);

    if (rc == 0)
        rc = install_reboot_needed(patching.install, &patching.arena, &reboot,
                                   err);
    if (rc < 0)
        return rc;
    if (cli_has(cli, "json"))
        rc = patching_json(write_reboot, &reboot, err);
    else if (!cli_has(cli, "quiet"))
        rc = show(&reboot, err);
    if (rc == 0 && cli_has(cli, "exit-code") && reboot.needed)
        rc = CLI_FOUND;
    return rc;
}

static const struct cli_option options[] = {
    PATCHING_OPTIONS,
    { "exit-code", 0, NULL, "End with 1 when a restart is needed" },
    { NULL },
};

const struct command command_patch_reboot_needed = {
    .name = "patch reboot-needed",
    .summary = "Show whether this machine must be restarted, and why",
    .arguments = "",
    .about = "Asks the distribution's flag (/run/reboot-required), the newest "
             "installed kernel, needrestart, the package manager (dnf "
             "needs-restarting, zypper needs-rebooting) and the processes that "
             "run code which was replaced. Each reason is shown with its "
             "source, and what could not be asked is said. Below a root only "
             "files are read.",
    .options = options,
    .run = run,
};
