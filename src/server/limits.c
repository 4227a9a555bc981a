/* SPDX-License-Identifier: Apache-2.0 */
#include "server/limits.h"

#include "base/mem.h"
#include "trust/sign.h"

enum {
    SETS = 4096,
    WAYS = 8,
    MILLI = 1000, /* tokens are counted in thousandths */
};

struct bucket {
    uint64_t key; /* 0: free */
    int64_t filled_ms;
    int64_t milli;
};

struct limits {
    int64_t rate;
    int64_t burst;
    uint8_t secret[16]; /* so that nobody can choose keys of one set */
    struct bucket buckets[SETS][WAYS];
};

struct limits *limits_new(int64_t rate, int64_t burst)
{
    struct limits *limits = mem_alloc(1, sizeof(*limits));

    limits->rate = rate;
    limits->burst = burst > 0 ? burst : 1;
    trust_random(limits->secret, sizeof(limits->secret));
    return limits;
}

void limits_free(struct limits *limits)
{
    mem_free(limits);
}

static uint64_t key_of(const struct limits *limits, str key)
{
    uint64_t before =
        str_hash((str){ (const char *)limits->secret, sizeof(limits->secret) });
    uint64_t hash = str_hash_after(key, before);

    return hash != 0 ? hash : 1;
}

/* What a bucket holds by now. */
static int64_t level(const struct limits *limits, const struct bucket *bucket,
                     int64_t now_ms)
{
    int64_t full = limits->burst * MILLI;
    int64_t passed = now_ms - bucket->filled_ms;

    if (bucket->key == 0 || passed >= full / limits->rate + 1)
        return full;
    passed = bucket->milli + (passed > 0 ? passed * limits->rate : 0);
    return passed < full ? passed : full;
}

static struct bucket *find(struct limits *limits, uint64_t key, int64_t now_ms)
{
    struct bucket *set = limits->buckets[key % SETS];
    struct bucket *fullest = &set[0];

    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].key == key)
            return &set[i];
        if (level(limits, &set[i], now_ms) > level(limits, fullest, now_ms))
            fullest = &set[i];
    }
    *fullest = (struct bucket){ key, now_ms, limits->burst * MILLI };
    return fullest;
}

int64_t limits_take(struct limits *limits, str key, int64_t now_ms)
{
    struct bucket *bucket;
    int64_t now;

    if (limits == NULL || limits->rate <= 0)
        return 0;
    bucket = find(limits, key_of(limits, key), now_ms);
    now = level(limits, bucket, now_ms);
    bucket->milli = now;
    bucket->filled_ms = now_ms;
    if (now >= MILLI) {
        bucket->milli -= MILLI;
        return 0;
    }
    return 1 + (MILLI - now) / (limits->rate * MILLI);
}
