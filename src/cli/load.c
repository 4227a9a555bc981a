/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/load.h"

#include "cli/term.h"
#include "oval/pack.h"

static void on_read(void *ctx, uint64_t done, uint64_t total)
{
    progress_update(ctx, done, total);
}

static void close_all(struct stream **streams, size_t n)
{
    for (size_t i = 0; i < n; i++)
        stream_free(streams[i]);
    mem_free(streams);
}

static int load_xml(const struct cli *cli, const char *const *paths, size_t n,
                    struct oval_content **out, struct err *err)
{
    struct stream **streams = mem_alloc(n, sizeof(struct stream *));
    struct progress progress;
    int rc = 0;

    progress_init(&progress, "Reading", cli_is_quiet(cli));
    for (size_t i = 0; rc == 0 && i < n; i++) {
        rc = stream_open(paths[i], NULL, &streams[i], err);
        if (rc == 0)
            stream_watch(streams[i], on_read, &progress);
    }
    if (rc == 0)
        rc = oval_load_all(streams, n, NULL, NULL, out, err);
    progress_end(&progress);
    close_all(streams, n);
    return rc;
}

int load_content(const struct cli *cli, const char *const *paths, size_t n,
                 struct oval_content **out, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        int rc = oval_pack_is_file(paths[i], err);

        if (rc < 0)
            return rc;
        if (rc > 0 && n > 1)
            return err_set(err, E_INVALID,
                           "%s: is a pack, and packs cannot be merged",
                           paths[i]);
        if (rc > 0)
            return oval_pack_open(paths[i], out, err);
    }
    return load_xml(cli, paths, n, out, err);
}
