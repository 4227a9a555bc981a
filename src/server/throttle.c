/* SPDX-License-Identifier: Apache-2.0 */
#include "server/throttle.h"

#include <arpa/inet.h>

#include "base/mem.h"
#include "trust/sign.h"

enum {
    SLOTS = 4096,
    ADDRESS_BURST = 10, /* failures of one address, then */
    ADDRESS_EVERY_MS = 10000,
    ALL_BURST = 1000,
    ALL_EVERY_MS = 20,
    LOG_BURST = 200, /* rows in the audit log */
    LOG_EVERY_MS = 60000,
    ADDRESS_TEXT_MAX = 64,
    NETWORK_BYTES = 8, /* of an IPv6 address: one site, usually */
};

static void refill(struct throttle *throttle, int64_t burst, int64_t every_ms,
                   int64_t now_ms)
{
    int64_t n = (now_ms - throttle->at_ms) / every_ms;

    if (throttle->at_ms == 0 || now_ms < throttle->at_ms ||
        throttle->left + n >= burst) {
        if (throttle->at_ms == 0 || throttle->left + n >= burst)
            throttle->left = burst;
        throttle->at_ms = now_ms;
        return;
    }
    throttle->left += n;
    throttle->at_ms += n * every_ms;
}

bool throttle_has(struct throttle *throttle, int64_t burst, int64_t every_ms,
                  int64_t now_ms)
{
    refill(throttle, burst, every_ms, now_ms);
    return throttle->left > 0;
}

bool throttle_take(struct throttle *throttle, int64_t burst, int64_t every_ms,
                   int64_t now_ms)
{
    if (!throttle_has(throttle, burst, every_ms, now_ms))
        return false;
    throttle->left--;
    return true;
}

/* Addresses share slots by a hash with a secret seed: nobody can choose an
 * address that shares one with another's. */
struct enrol_throttle {
    uint64_t seed;
    struct throttle all;
    struct throttle log;
    int64_t unlogged;
    struct throttle slots[SLOTS];
};

struct enrol_throttle *enrol_throttle_new(void)
{
    struct enrol_throttle *throttle = mem_alloc(1, sizeof(*throttle));

    trust_random(&throttle->seed, sizeof(throttle->seed));
    return throttle;
}

void enrol_throttle_free(struct enrol_throttle *throttle)
{
    mem_free(throttle);
}

static struct throttle *slot_of(struct enrol_throttle *throttle, str peer)
{
    char text[ADDRESS_TEXT_MAX] = "";
    uint8_t address[16];
    str key = peer;

    if (peer.n > 0 && peer.n < sizeof(text)) {
        memcpy(text, peer.p, peer.n);
        if (inet_pton(AF_INET6, text, address) == 1 &&
            memcmp(address, "\0\0\0\0\0\0\0\0\0\0\xFF\xFF", 12) != 0)
            key = (str){ (const char *)address, NETWORK_BYTES };
    }
    return &throttle->slots[str_hash_after(key, throttle->seed) % SLOTS];
}

bool enrol_throttle_open(struct enrol_throttle *throttle, str peer, int64_t now)
{
    return throttle_has(&throttle->all, ALL_BURST, ALL_EVERY_MS, now * 1000) &&
           throttle_has(slot_of(throttle, peer), ADDRESS_BURST,
                        ADDRESS_EVERY_MS, now * 1000);
}

bool enrol_throttle_failed(struct enrol_throttle *throttle, str peer,
                           int64_t now, int64_t *out_unlogged)
{
    (void)throttle_take(&throttle->all, ALL_BURST, ALL_EVERY_MS, now * 1000);
    (void)throttle_take(slot_of(throttle, peer), ADDRESS_BURST,
                        ADDRESS_EVERY_MS, now * 1000);
    if (!throttle_take(&throttle->log, LOG_BURST, LOG_EVERY_MS, now * 1000)) {
        throttle->unlogged++;
        return false;
    }
    *out_unlogged = throttle->unlogged;
    throttle->unlogged = 0;
    return true;
}
