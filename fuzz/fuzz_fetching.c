/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests of devices that fetch. The input: path, query and headers, a line
 * each, then the body. Whatever is read fits its limits, is UTF-8, and every
 * machine decides on it.
 */
#include <stdlib.h>

#include "base/utf8.h"
#include "netdev/servers/aus.h"
#include "netdev/servers/cns.h"
#include "netdev/servers/pnp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void is_text(str text, size_t max)
{
    if (text.p == NULL || text.n > max || utf8_valid(text) != text.n ||
        str_find_char(text, '\0') < text.n)
        abort();
}

static void check(const struct ask *ask)
{
    const str texts[] = { ask->correlator, ask->topic,   ask->product,
                          ask->udi,        ask->code,    ask->text,
                          ask->hostname,   ask->version, ask->platform,
                          ask->image,      ask->unknown };
    const str sums[] = { ask->image_sum, ask->asdm_sum, ask->config_sum,
                         ask->running_sum };

    is_text(ask->identity, ASK_ID_MAX);
    is_text(ask->event_id, ASK_ID_MAX);
    is_text(ask->raw, ASK_RAW_MAX);
    for (size_t i = 0; i < COUNT(texts); i++)
        is_text(texts[i], ASK_TEXT_MAX);
    for (size_t i = 0; i < COUNT(sums); i++)
        is_text(sums[i], ASK_SUM_MAX);
}

static struct stage full_stage(const struct ask *ask)
{
    struct stage stage = { 0 };

    for (size_t i = 0; i < STAGE_KINDS; i++)
        stage.items[i] = (struct stage_item){ .id = (int64_t)i + 1,
                                              .kind = (enum stage_kind)i,
                                              .state = STAGE_FETCHED,
                                              .sum = STR("ab"),
                                              .url = STR("http://a/b"),
                                              .name = STR("b"),
                                              .offered = ask->correlator,
                                              .lines = 3,
                                              .expires = 10 };
    return stage;
}

static void decide(const struct ask *ask, struct arena *arena)
{
    AUTO(buf_clear) struct buf out = BUF(1 << 20);
    struct pnp_state state = { true, false, ask->correlator, ask->version };
    struct stage stage = full_stage(ask);
    struct aus_answer aus;
    struct cns_answer cns;
    struct pnp_answer pnp;

    aus_decide(&stage, ask, 1, arena, &aus);
    aus_write(&stage, &aus, STR("http://a/error"), &out);
    stage = full_stage(ask);
    cns_decide(&stage, ask, 1, arena, &cns);
    stage = full_stage(ask);
    pnp_decide(&stage, &state, ask, 1, arena, &pnp);
    pnp_write(&stage, &pnp, ask, &out);
    if (out.over)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = ARENA;
    str text = { (const char *)data, size };
    struct ask_request request = { .is_post = size % 8 != 0 };
    struct ask ask;

    request.path = str_cut(&text, '\n');
    request.query = str_cut(&text, '\n');
    request.headers = str_cut(&text, '\n');
    request.body = text;
    ask_read(&request, &arena, &ask);
    check(&ask);
    decide(&ask, &arena);
    arena_clear(&arena);
    return 0;
}
