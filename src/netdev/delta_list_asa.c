/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists of filters of firewalls: "no" takes one line, and "line N" puts one at
 * its place. What comes is put from the top, then what goes is taken from the
 * bottom, so that the list is never empty while it is used (with its last line
 * the firewall takes away the access-group, too). A line that moves goes
 * first: a firewall knows no line twice.
 */
#include "netdev/delta_int.h"

#include "base/map.h"

struct moves {
    struct map in_old;
    VEC(uint32_t) at;    /* of each new line: its place in old, or MAP_NONE */
    VEC(uint32_t) tails; /* new lines that end the best runs, by length */
    VEC(uint32_t) before;
    bool *stays; /* of each old line */
};

static void moves_clear(struct moves *m)
{
    map_clear(&m->in_old);
    vec_clear(&m->at);
    vec_clear(&m->tails);
    vec_clear(&m->before);
    mem_free(m->stays);
}

/* The most lines that keep their order: they stay. */
static void find_stays(const struct delta_list *list, struct moves *m)
{
    for (uint32_t i = 0; i < list->old.n; i++)
        (void)map_add(&m->in_old, list->old.p[i], i);
    for (uint32_t i = 0; i < list->new.n; i++) {
        uint32_t at = map_get(&m->in_old, list->new.p[i]);
        size_t low = 0;
        size_t high = m->tails.n;

        *vec_push(&m->at) = at;
        *vec_push(&m->before) = MAP_NONE;
        if (at == MAP_NONE)
            continue;
        while (low < high) {
            size_t middle = (low + high) / 2;

            if (m->at.p[m->tails.p[middle]] < at)
                low = middle + 1;
            else
                high = middle;
        }
        m->before.p[i] = low > 0 ? m->tails.p[low - 1] : MAP_NONE;
        if (low == m->tails.n)
            (void)vec_push(&m->tails);
        m->tails.p[low] = i;
    }
    for (uint32_t i = m->tails.n > 0 ? m->tails.p[m->tails.n - 1] : MAP_NONE;
         i != MAP_NONE; i = m->before.p[i])
        m->stays[m->at.p[i]] = true;
}

static bool is_in_new(const struct map *in_new, str line)
{
    return map_get(in_new, line) != MAP_NONE;
}

static void put(struct delta *d, const struct delta_list *list, size_t place,
                bool is_last, str line)
{
    str word = line;

    word = delta_word(&word);
    if (is_last)
        delta_say(d, "%" PRIstr " %" PRIstr, ARGstr(list->head), ARGstr(line));
    else if (str_eq_c(word, "extended") || str_eq_c(word, "remark") ||
             str_eq_c(word, "permit") || str_eq_c(word, "deny"))
        delta_say(d, "%" PRIstr " line %zu %" PRIstr, ARGstr(list->head), place,
                  ARGstr(line));
    else
        delta_fail(d,
                   "'%" PRIstr "' changes before its end while it is used, and "
                   "is of a kind whose lines have no places (R-DEP-5)",
                   ARGstr(list->head));
}

static void take(struct delta *d, const struct delta_list *list, str line)
{
    delta_say(d, "no %" PRIstr " %" PRIstr, ARGstr(list->head), ARGstr(line));
}

/* The old lines that stand before place `at` of old and are there still. */
static size_t skip_old(const struct delta_list *list, const struct moves *m,
                       const struct map *in_new, size_t *at, size_t until)
{
    size_t n = 0;

    for (; *at < until; (*at)++)
        n += m->stays[*at] || !is_in_new(in_new, list->old.p[*at]);
    return n;
}

/* Only lines of some kinds have places. */
static bool has_places(const struct delta_list *list)
{
    for (size_t i = 0; i < list->new.n; i++) {
        str rest = list->new.p[i];
        str word = delta_word(&rest);

        if (!str_eq_c(word, "extended") && !str_eq_c(word, "remark") &&
            !str_eq_c(word, "permit") && !str_eq_c(word, "deny"))
            return false;
    }
    return true;
}

static void make_anew(struct delta *d, const struct delta_list *list)
{
    for (size_t i = list->old.n; i-- > 0;)
        take(d, list, list->old.p[i]);
    for (size_t i = 0; i < list->new.n; i++)
        put(d, list, 0, true, list->new.p[i]);
}

static void edit(struct delta *d, const struct delta_list *list,
                 const struct moves *m, const struct map *in_new)
{
    size_t old = 0;
    size_t place = 1;
    size_t count = 0; /* of lines that are in the list */

    for (size_t i = list->old.n; i-- > 0;) {
        if (m->stays[i] || !is_in_new(in_new, list->old.p[i]))
            count++;
        else
            take(d, list, list->old.p[i]);
    }
    for (size_t i = 0; i < list->new.n; i++) {
        uint32_t at = m->at.p[i];

        if (at != MAP_NONE && m->stays[at]) {
            place += skip_old(list, m, in_new, &old, at + 1);
            continue;
        }
        put(d, list, place, place > count, list->new.p[i]);
        place++;
        count++;
    }
    for (size_t i = list->old.n; i-- > 0;) {
        if (!is_in_new(in_new, list->old.p[i]))
            take(d, list, list->old.p[i]);
    }
}

void delta_list_asa(struct delta *d, const struct delta_list *list,
                    bool is_used)
{
    AUTO(moves_clear) struct moves m = { .in_old = MAP };
    AUTO(map_clear) struct map in_new = MAP;

    if (!is_used && !has_places(list)) {
        make_anew(d, list);
        return;
    }
    m.stays = mem_alloc(list->old.n + 1, sizeof(*m.stays));
    find_stays(list, &m);
    for (uint32_t i = 0; i < list->new.n; i++)
        (void)map_add(&in_new, list->new.p[i], i);
    edit(d, list, &m, &in_new);
}
