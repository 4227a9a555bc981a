/* SPDX-License-Identifier: Apache-2.0
 *
 * The machine as a source of items: each query goes to the probe of its kind.
 */
#include "oval/source.h"

#include "probe/machine.h"
#include "probe/sysinfo.h"

static struct probe_machine *machine_of(struct oval_source *source)
{
    return (struct probe_machine *)source; /* its first member */
}

static bool is_of(const struct probe *row, const struct oval_query *query)
{
    str object = str_c(row->object);

    return object.n == query->family.n + 1 + query->name.n &&
           str_starts(object, query->family) &&
           object.p[query->family.n] == ':' && str_ends(object, query->name);
}

/* Feeds ask for the same kind thousands of times in a row. */
static const struct probe *row_of(struct probe_machine *machine,
                                  const struct oval_query *query)
{
    if (machine->row == NULL || !is_of(machine->row, query))
        machine->row = probe_find(query->family, query->name);
    return machine->row;
}

static int collect(struct oval_source *source, const struct oval_query *query,
                   struct oval_sink *sink, struct err *err)
{
    struct probe_machine *machine = machine_of(source);
    const struct probe *row = row_of(machine, query);

    if (row == NULL)
        return 1;
    if ((row->needs & PROBE_ONLINE) != 0 && !machine->live) {
        oval_sink_flag(sink, OVAL_FLAG_NOT_COLLECTED);
        oval_sink_message(sink, OVAL_LEVEL_INFO,
                          "%" PRIstr "_object asks the running system, which "
                          "a directory does not have",
                          ARGstr(query->name));
        return 0;
    }
    if ((row->needs & PROBE_MATCHES) != 0)
        oval_sink_trust(sink);
    return row->collect(machine, query, sink, err);
}

static bool is_batch(struct oval_source *source, const struct oval_query *query)
{
    const struct probe *row = row_of(machine_of(source), query);

    return row != NULL && (row->needs & PROBE_BATCH) != 0 &&
           (row->is_batch == NULL || row->is_batch(query));
}

static int prepare(struct oval_source *source,
                   const struct oval_query *const *queries, size_t n,
                   struct err *err)
{
    struct probe_machine *machine = machine_of(source);

    if (n == 0)
        return 0;
    return row_of(machine, queries[0])->prepare(machine, queries, n, err);
}

static int system_of(struct oval_source *source, struct oval_system *out,
                     struct err *err)
{
    return sysinfo_read(machine_of(source), out, err);
}

static void free_source(struct oval_source *source)
{
    probe_machine_free(machine_of(source));
}

static const struct oval_source_ops ops = {
    .collect = collect,
    .is_batch = is_batch,
    .prepare = prepare,
    .system = system_of,
    .free = free_source,
};

int probe_source_new(const struct probe_options *options,
                     struct oval_source **out, struct err *err)
{
    struct probe_machine *machine;
    int rc = probe_machine_new(options, &machine, err);

    if (rc < 0)
        return rc;
    machine->source.ops = &ops;
    *out = &machine->source;
    return 0;
}
