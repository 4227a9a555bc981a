/* SPDX-License-Identifier: Apache-2.0
 *
 * What the agent reads from its disk, from its other processes and from the
 * machine. The first byte says as what.
 */
#include "agent/channel.h"
#include "agent/enrol.h"
#include "agent/enrol_int.h"
#include "agent/evaluated.h"
#include "agent/network.h"
#include "agent/options.h"
#include "agent/sessions.h"
#include "agent/state.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile size_t seen;

static void read_state(str bytes)
{
    struct state state = { 0 };

    if (state_read(bytes, &state, NULL) < 0)
        return;
    seen += state.runs.n + state.events.n;
    state_forget_nonces(&state, 1000);
    state_add_event(&state, 7, JOB_STATE_DONE, 1, STR("x"));
    state_clear(&state);
}

static void read_message(str bytes, int side)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct message message;

    if (message_read(bytes, side != 0 ? SIDE_KEEPER : SIDE_NETWORK, side == 2,
                     &arena, &message, NULL) == 0)
        seen += message.text.n + strlen(message_name(message.type));
}

static void read_options(str text)
{
    struct options options = { 0 };

    if (options_parse(&options, text, NULL) == 0)
        seen += (size_t)options.limit_s;
    options_clear(&options);
}

static void read_shape(const struct wire_shape *shape, str bytes)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    void *out = arena_alloc(&arena, 1, shape->size);

    if (wire_read(shape, bytes, &arena, out, NULL) == 0)
        seen++;
}

static void read_token(str text)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    str fingerprint;
    str token;

    if (enrol_token_split(text, &arena, &token, &fingerprint, NULL) == 0)
        seen += token.n + fingerprint.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str bytes = { (const char *)data + 1, size - 1 };

    if (size == 0)
        return 0;
    switch (data[0] % 10) {
    case 0:
        read_state(bytes);
        break;
    case 1:
    case 2:
    case 3:
        read_message(bytes, data[0] % 10 - 1);
        break;
    case 4:
        read_options(bytes);
        break;
    case 5:
        seen += (size_t)sessions_read(bytes, NULL, NULL);
        break;
    case 6:
        read_shape(&shape_evaluated, bytes);
        break;
    case 7:
        read_shape(&shape_identity, bytes);
        read_shape(&shape_link_identity, bytes);
        break;
    case 8:
        read_shape(&shape_enrol_answer, bytes);
        read_shape(&shape_enrol_question, bytes);
        break;
    default:
        read_token(bytes);
        break;
    }
    return 0;
}
