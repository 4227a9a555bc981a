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

static int load_xml(const struct cli *cli, const struct load *load,
                    struct oval_content **out, struct err *err)
{
    struct stream **streams = mem_alloc(load->n, sizeof(struct stream *));
    struct progress progress;
    int rc = 0;

    progress_init(&progress, "Reading", cli_is_quiet(cli));
    for (size_t i = 0; rc == 0 && i < load->n; i++) {
        rc = stream_open(load->paths[i], NULL, &streams[i], err);
        if (rc == 0 && load->digest)
            stream_digest(streams[i]);
        if (rc == 0)
            stream_watch(streams[i], on_read, &progress);
    }
    if (rc == 0)
        rc = oval_load_all(streams, load->n, NULL, NULL, out, err);
    progress_end(&progress);
    close_all(streams, load->n);
    return rc;
}

int load_content(const struct cli *cli, const struct load *load,
                 struct oval_content **out, struct err *err)
{
    for (size_t i = 0; i < load->n; i++) {
        int rc = oval_pack_is_file(load->paths[i], err);

        if (rc < 0)
            return rc;
        if (rc > 0 && load->n > 1)
            return err_set(err, E_INVALID,
                           "%s: is a pack, and packs cannot be merged",
                           load->paths[i]);
        if (rc > 0)
            return oval_pack_open(load->paths[i], out, err);
    }
    return load_xml(cli, load, out, err);
}
