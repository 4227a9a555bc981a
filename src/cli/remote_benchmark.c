/* SPDX-License-Identifier: Apache-2.0
 *
 * The commands that ask a server about benchmarks, in the order in which help
 * lists them.
 */
#include "cli/remote_rows_int.h"

/* clang-format off */
const char remote_about[] =
    "Asks the server that 'holdfast login' made known. What may be done "
    "there, the server decides by the user's roles. In a command that "
    "changes something, options become members of the request; lists and "
    "objects are written as JSON.";

static const struct cli_option nothing[] = { { NULL } };
static const struct cli_option only_json[] = { JSON, { NULL } };
static const struct cli_option only_list[] = { LIMIT, JSON, { NULL } };
static const struct cli_option benchmark_add_options[] = {
    { "name", 0, "NAME", "What to call it; the name of the file unless told" },
    { "sha256", 0, "HEX", "What its publisher states: another file is "
                    "refused" },
    JSON,
    { NULL },
};
static const struct cli_option benchmark_results_options[] = {
    { "device", 0, "N", "Of this device" },
    { "configuration", 0, "N", "Of this configuration" },
    { "run", 0, "N", "Of this run" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option benchmark_rules_options[] = {
    { "result", 0, "RESULT", "pass, fail, error, unknown, notapplicable, "
                    "notchecked, notselected, informational or fixed" },
    { "severity", 0, "SEVERITY", "high, medium, low, info or unknown" },
    { "waived", 0, "BOOL", "true: only failures that are waived" },
    { "search", 0, "TEXT", "In id, title, CCE and CVE" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option benchmark_compare_options[] = {
    { "with", 0, "RESULT", "The older result (required)" },
    { "change", 0, "CHANGE", "newly_failing, newly_passing, unchanged, "
                    "changed, added or removed" },
    LIMIT,
    JSON,
    { NULL },
};
static const struct cli_option waiver_add_options[] = {
    { "rule", 0, "ID", "The rule (required)" },
    { "device", 0, "N", "For this device; or:" },
    { "label", 0, "N", "For the members of this label" },
    { "reason", 0, "TEXT", "Why it may fail (required)" },
    { "expires", 0, "TIME", "When that ends: 2026-12-31T00:00:00Z "
                    "(required)" },
    DATA,
    JSON,
    { NULL },
};

const struct remote remote_benchmarks[] = {
    {
        COMMAND("benchmark add",
                "Upload a benchmark or a tailoring to the server", "FILE",
                benchmark_add_options, 1),
        "POST", "/api/v1/benchmarks",
        .upload = "name",
    },
    {
        COMMAND("benchmark arf",
                "Print a result in the Asset Reporting Format", "RESULT",
                nothing, 1),
        "GET", "/api/v1/benchmark-results/{}/arf",
        .raw = true,
    },
    {
        COMMAND("benchmark compare",
                "Show what changed since an older result", "RESULT",
                benchmark_compare_options, 1),
        "GET", "/api/v1/benchmark-results/{}/compare",
        .list = true,
        .columns = "change CHANGE|before BEFORE|after AFTER|title RULE",
    },
    {
        COMMAND("benchmark files",
                "Show the files that a configuration's devices get",
                "CONFIGURATION", only_list, 1),
        "GET", "/api/v1/configurations/{}/files",
        .list = true,
        .columns = "kind KIND|name NAME|size BYTES|sha256 SHA-256",
    },
    {
        COMMAND("benchmark list",
                "List the benchmarks of the server", "",
                only_list, 0),
        "GET", "/api/v1/benchmarks",
        .list = true,
        .columns = "id NUMBER|kind KIND|name NAME|size BYTES|uploaded "
                   "UPLOADED",
    },
    {
        COMMAND("benchmark remove",
                "Remove a benchmark that no configuration uses", "BENCHMARK",
                only_json, 1),
        "DELETE", "/api/v1/benchmarks/{}",
    },
    {
        COMMAND("benchmark result",
                "Show one result of a benchmark", "RESULT",
                only_json, 1),
        "GET", "/api/v1/benchmark-results/{}",
    },
    {
        COMMAND("benchmark results",
                "List results of benchmarks, newest first", "",
                benchmark_results_options, 0),
        "GET", "/api/v1/benchmark-results",
        .list = true,
        .columns = "id NUMBER|device_name DEVICE|ended ENDED|score SCORE|"
                   "maximum OF|counts.fail FAILED|counts.error ERRORS|"
                   "title BENCHMARK",
    },
    {
        COMMAND("benchmark rules",
                "Show what each rule came to", "RESULT",
                benchmark_rules_options, 1),
        "GET", "/api/v1/benchmark-results/{}/rules",
        .list = true,
        .columns = "severity SEVERITY|shown RESULT|title RULE|message "
                   "MESSAGE",
    },
    {
        COMMAND("benchmark scores",
                "Show the scores of a result", "RESULT",
                only_list, 1),
        "GET", "/api/v1/benchmark-results/{}/scores",
        .list = true,
        .columns = "model MODEL|score SCORE|maximum OF",
    },
    {
        COMMAND("benchmark show",
                "Show what is in a benchmark", "BENCHMARK",
                only_json, 1),
        "GET", "/api/v1/benchmarks/{}",
    },
    {
        COMMAND("benchmark xccdf",
                "Print a result as XCCDF", "RESULT",
                nothing, 1),
        "GET", "/api/v1/benchmark-results/{}/xccdf",
        .raw = true,
    },
    {
        COMMAND("waiver add",
                "Let a rule fail on a device or label, until a day", "",
                waiver_add_options, 0),
        "POST", "/api/v1/waivers",
    },
    {
        COMMAND("waiver list",
                "List the waivers", "",
                only_list, 0),
        "GET", "/api/v1/waivers",
        .list = true,
        .columns = "id NUMBER|rule RULE|device DEVICE|label LABEL|expires "
                   "EXPIRES|author AUTHOR|reason REASON",
    },
    {
        COMMAND("waiver remove",
                "End a waiver now", "WAIVER",
                only_json, 1),
        "DELETE", "/api/v1/waivers/{}",
    },
};
/* clang-format on */
const size_t remote_benchmark_count = COUNT(remote_benchmarks);
