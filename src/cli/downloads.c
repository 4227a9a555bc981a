/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/downloads.h"

#include <unistd.h>

#include "cli/term.h"
#include "content/fetch.h"

enum {
    TIMEOUT_S = 3600,
};

static const uint64_t bytes_max = (uint64_t)1 << 30;

static void on_progress(void *ctx, uint64_t done, uint64_t total)
{
    progress_update(ctx, done, total);
}

int download(const struct cli *cli, struct store *store, const char *url,
             const char **out_path, struct err *err)
{
    const char *path =
        arena_printf(&store->arena, "%s/.risk@%016llx", store->dir,
                     (unsigned long long)str_hash(str_c(url)))
            .p;
    struct progress progress;
    struct fetch_request request = {
        .url = url,
        .path = path,
        .ca_file = cli_value(cli, "ca-file"),
        .bytes_max = bytes_max,
        .timeout_s = TIMEOUT_S,
        .insecure_http = cli_has(cli, "insecure-http"),
        .progress = on_progress,
        .progress_ctx = &progress,
    };
    struct fetch_answer answer;
    int rc;

    progress_init(&progress, "Fetching", cli_has(cli, "quiet"));
    rc = content_fetch(&request, &store->arena, &answer, err);
    progress_end(&progress);
    *out_path = path;
    return rc;
}

void download_remove(struct store *store, const char *path)
{
    unlink(path);
    unlink(arena_printf(&store->arena, "%s.state", path).p);
}

const char *download_name(const char *url)
{
    const char *name = strrchr(url, '/');

    return name != NULL && name[1] != '\0' ? name + 1 : url;
}
