/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_write.h"
#include "cli/commands.h"
#include "cli/input.h"
#include "patch/document.h"

enum {
    SENTENCE_MAX = 1 << 14
};

static str id_of(const struct patch_document *d, uint32_t index)
{
    return patch_catalogue_at(d->catalogue, index)->id;
}

static void write_deploy(const struct patch_document *d,
                         const struct patch_answer *answer,
                         struct json_writer *w)
{
    json_write_key(w, "deploy");
    json_write_array(w);
    for (size_t i = 0; i < answer->deploy_count; i++)
        json_write_str(w, id_of(d, answer->deploy[i]));
    json_write_array_end(w);
}

static void write_decisions(const struct patch_document *d,
                            const struct patch_answer *answer,
                            struct json_writer *w)
{
    AUTO(buf_clear) struct buf because = BUF(SENTENCE_MAX);

    json_write_key(w, "decisions");
    json_write_array(w);
    for (size_t i = 0; i < answer->decision_count; i++) {
        const struct patch_decision *decision = &answer->decisions[i];

        buf_reset(&because);
        patch_decision_because(d->selector, decision, WORDS_EN, &because);
        json_write_object(w);
        json_write_member(w, "id", id_of(d, decision->patch));
        json_write_key(w, "deploy");
        json_write_bool(w, decision->deploy);
        json_write_member(w, "rule",
                          str_c(patch_rule_text(d->policy.os, decision->rule)));
        json_write_member(w, "because", buf_str(&because));
        json_write_member(w, "by",
                          decision->by == PATCH_NONE ? STR_NONE
                                                     : id_of(d, decision->by));
        json_write_object_end(w);
    }
    json_write_array_end(w);
}

static void write_warnings(struct patch_document *d,
                           const struct patch_answer *answer,
                           struct json_writer *w)
{
    AUTO(buf_clear) struct buf text = BUF(SENTENCE_MAX);
    struct patch_texts odd;

    patch_document_warn(d, &odd);
    json_write_key(w, "warnings");
    json_write_array(w);
    for (size_t i = 0; i < answer->decision_count; i++) {
        buf_reset(&text);
        if (patch_decision_warning(d->selector, &answer->decisions[i], WORDS_EN,
                                   &text))
            json_write_str(w, buf_str(&text));
    }
    for (size_t i = 0; i < odd.n; i++)
        json_write_str(w, odd.p[i]);
    json_write_array_end(w);
}

static int print(struct patch_document *d, struct err *err)
{
    AUTO(patch_work_freep)
    struct patch_work *work = patch_work_new(d->catalogue);
    AUTO(io_out_freep) struct io_out *out = NULL;
    struct patch_answer answer;
    struct json_writer *w;
    int rc = io_out_open("-", &out, err);

    if (rc < 0)
        return rc;
    patch_document_answer(d, work, &answer);
    w = json_write_new(out);
    json_write_object(w);
    write_deploy(d, &answer, w);
    write_decisions(d, &answer, w);
    write_warnings(d, &answer, w);
    json_write_object_end(w);
    json_write_free(w);
    mem_free(answer.deploy);
    return io_out_finish(out, err);
}

static int run(struct cli *cli, struct err *err)
{
    AUTO(patch_document_clear) struct patch_document document = { 0 };
    AUTO(buf_clear) struct buf text = BUF(PATCH_DOCUMENT_MAX);
    const char *path = cli_value(cli, "json");
    const char *name;
    int rc;

    if (path == NULL)
        return err_set(err, E_USAGE, "--json FILE is missing");
    rc = input_read(path, &text, &name, err);
    if (rc < 0)
        return rc;
    rc = patch_document_parse(buf_str(&text), &document, err);
    if (rc < 0)
        return err_wrap(err, rc, "%s", name);
    return print(&document, err);
}

static const struct cli_option options[] = {
    { "json", 0, "FILE", "The question; \"-\" is standard input" },
    { NULL },
};

const struct command command_patch_select = {
    .name = "patch select",
    .summary = "Say which missing patches are deployed, and why",
    .arguments = "--json FILE",
    .about =
        "Decides as agent and server do, without either: which of the patches "
        "that a device lacks a configuration deploys, and the one rule that "
        "decided of each. FILE holds an object:\n\n"
        "  {\"os\": \"windows\", \"catalogue\": [PATCH, ...],\n"
        "   \"missing\": [\"ID\", ...], \"configuration\": {...}}\n\n"
        "A PATCH has id, os, type (security, nonsecurity, bugfix, "
        "enhancement), severity (critical, important, moderate, low, "
        "unassigned or null), vendor, product, version, supersedes, preview, "
        "enablement and cves, each with id, cvss by version, vrr and "
        "exploited; on Linux also requires and packages.\n\n"
        "The configuration has, and null is off:\n\n"
        "  scan_preview      whether preview patches are scanned for\n"
        "  risk              {\"vrr\": 8.5, \"cvss\": 7.0, "
        "\"exploited\": true}\n"
        "  severity          [[\"security\", \"critical\"], ...]\n"
        "  groups            {\"GROUP\": [\"ID\", ...]}\n"
        "  include, exclude  names of groups\n"
        "  vendors           [[\"Adobe\", \"*\"], [\"Microsoft\", \"Edge\"]]\n"
        "  vendors_all_except  the same; all others pass\n"
        "  enablement        ids of enablement packages\n"
        "  all_missing       true: all of them (Linux)\n"
        "  exclude_packages  [\"linux-image-*\"] (Linux)\n\n"
        "What an operating system does not offer is refused: risk, vendors and "
        "enablement are Windows', exclude is Windows' and macOS's.\n\n"
        "It prints an object: deploy (ids, sorted), decisions (one for each "
        "missing patch: id, deploy, rule, because, by) and warnings.",
    .options = options,
    .run = run,
};
