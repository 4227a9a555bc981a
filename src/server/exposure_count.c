/* SPDX-License-Identifier: Apache-2.0 */
#include "server/exposure_count.h"

#include "base/clock.h"
#include "base/idset.h"
#include "risk/cve.h"
#include "risk/data.h"
#include "server/core.h"

enum {
    CVES_OF_ONE_MAX = 1000,
    IDS_A_PIECE = 1000,
    DEVICES_A_LOOK = 16, /* at the clock */
    DEFINITIONS_A_LOOK = 64,
};

/* --- Marks --------------------------------------------------------------- */

enum mark {
    MARK_NONE, /* not looked at yet */
    MARK_PLAIN,
    MARK_EXPLOITED,
};

struct marked { /* one content */
    int64_t content;
    uint32_t n;
    uint32_t *before; /* n + 1: how many definitions before it count */
    uint8_t *marks;   /* enum mark */
};

struct exposure_marks {
    struct core *core;
    uint64_t risk; /* what the marks were made with */
    VEC(struct marked *) all;
};

struct exposure_marks *exposure_marks_new(struct core *core)
{
    struct exposure_marks *marks = mem_alloc(1, sizeof(*marks));

    marks->core = core;
    return marks;
}

static void marked_free(struct marked *marked)
{
    mem_free(marked->before);
    mem_free(marked->marks);
    mem_free(marked);
}

void exposure_marks_free(struct exposure_marks *marks)
{
    if (marks == NULL)
        return;
    for (size_t i = 0; i < marks->all.n; i++)
        marked_free(marks->all.p[i]);
    vec_clear(&marks->all);
    mem_free(marks);
}

static struct rater *rater_of(const struct core *core)
{
    return core->reports == NULL ? NULL : core->reports->rater;
}

/* Forgets content that is not active any more. */
static void tidy(struct exposure_marks *marks)
{
    for (size_t i = marks->all.n; i-- > 0;) {
        if (assessor_find(marks->core, marks->all.p[i]->content) != NULL)
            continue;
        marked_free(marks->all.p[i]);
        marks->all.p[i] = marks->all.p[--marks->all.n];
    }
}

/* Only what an update closes counts; compliance is another question. */
static bool counts_as_finding(const struct oval_definition *d)
{
    return d->class_ == OVAL_CLASS_VULNERABILITY ||
           d->class_ == OVAL_CLASS_PATCH;
}

static struct marked *marked_of(struct exposure_marks *marks,
                                const struct assessed *assessed)
{
    const struct oval_content *c = assessed_pack(assessed);
    struct marked *marked;

    for (size_t i = 0; i < marks->all.n; i++) {
        if (marks->all.p[i]->content == assessed_content(assessed)->id)
            return marks->all.p[i];
    }
    marked = mem_alloc(1, sizeof(*marked));
    marked->content = assessed_content(assessed)->id;
    marked->n = c->definitions.n;
    marked->before = mem_alloc((size_t)marked->n + 1, sizeof(uint32_t));
    marked->marks = mem_alloc((size_t)marked->n + 1, 1);
    for (uint32_t i = 0; i < marked->n; i++)
        marked->before[i + 1] =
            marked->before[i] + counts_as_finding(&c->definitions.p[i]);
    *vec_push(&marks->all) = marked;
    return marked;
}

static bool counts(const struct marked *marked, uint32_t definition)
{
    return marked->before[definition + 1] != marked->before[definition];
}

/* --- A count ------------------------------------------------------------- */

struct pile { /* of one content */
    const struct assessed *assessed;
    struct marked *marked;
    uint32_t *affected; /* devices, by definition */
};

struct exposure_count {
    struct exposure_marks *marks;
    struct scope scope;
    struct visible *visible;
    bool all_visible;
    uint64_t changes; /* of the assessor; what the piles were made of */
    uint64_t risk;
    VEC(struct pile) piles;
    size_t pile;    /* of the first pass */
    int64_t device; /* the newest that was counted */
    size_t read;    /* the pile of the second pass */
    uint32_t definition;
    struct idset *assessed;
    struct idset *affected;
    struct exposure sum;
    VEC(struct exposed_cve) cves;
    struct arena arena; /* their texts */
};

struct exposure_count *exposure_count_new(struct exposure_marks *marks,
                                          const struct scope *scope)
{
    struct exposure_count *count = mem_alloc(1, sizeof(*count));

    count->marks = marks;
    count->scope = (struct scope){ .org = scope->org,
                                   .user = scope_limit(scope),
                                   .all_devices = scope_limit(scope) == 0,
                                   .name = STR("") };
    return count;
}

/* The second pass begins anew. */
static void forget_cves(struct exposure_count *count)
{
    count->read = 0;
    count->definition = 0;
    count->sum.exploited = 0;
    count->cves.n = 0;
    arena_clear(&count->arena);
}

static void forget(struct exposure_count *count)
{
    for (size_t i = 0; i < count->piles.n; i++)
        mem_free(count->piles.p[i].affected);
    count->piles.n = 0;
    count->pile = 0;
    count->device = 0;
    visible_free(count->visible);
    count->visible = NULL;
    count->all_visible = false;
    idset_freep(&count->assessed);
    idset_freep(&count->affected);
    count->assessed = count->affected = NULL;
    count->sum = (struct exposure){ 0 };
    forget_cves(count);
}

void exposure_count_free(struct exposure_count *count)
{
    if (count == NULL)
        return;
    forget(count);
    vec_clear(&count->piles);
    vec_clear(&count->cves);
    mem_free(count);
}

static void begin(struct exposure_count *count)
{
    struct core *core = count->marks->core;

    forget(count);
    tidy(count->marks);
    count->changes = assessor_changes(core);
    count->visible = visible_begin();
    for (size_t i = 0; i < assessor_count(core); i++) {
        struct pile *pile = vec_push(&count->piles);

        pile->assessed = assessor_at(core, i);
        pile->marked = marked_of(count->marks, pile->assessed);
        pile->affected =
            mem_alloc((size_t)pile->marked->n + 1, sizeof(uint32_t));
    }
}

/* --- Devices ------------------------------------------------------------- */

struct of_device {
    struct pile *pile;
    int64_t findings;
    int64_t undecided;
};

static int note_run(void *ctx, uint32_t first, uint32_t n,
                    enum oval_result result, struct err *err UNUSED)
{
    struct of_device *of = ctx;
    const struct marked *marked = of->pile->marked;
    uint32_t counted = marked->before[first + n] - marked->before[first];

    if (result == OVAL_ERROR || result == OVAL_UNKNOWN)
        of->undecided += counted;
    if (result != OVAL_TRUE || counted == 0)
        return 0;
    of->findings += counted;
    for (uint32_t i = first; i < first + n; i++)
        of->pile->affected[i] += counts(marked, i);
    return 0;
}

/* Keeps the list of the worst in order; of as many findings, the device that
 * was seen first. */
static void keep_worst(struct exposure *sum, int64_t device, int64_t findings)
{
    size_t at = sum->worst_count;

    if (findings == 0)
        return;
    while (at > 0 && sum->worst[at - 1].findings < findings)
        at--;
    if (at == EXPOSURE_WORST)
        return;
    if (sum->worst_count < EXPOSURE_WORST)
        sum->worst_count++;
    memmove(&sum->worst[at + 1], &sum->worst[at],
            (sum->worst_count - at - 1) * sizeof(sum->worst[0]));
    sum->worst[at] = (struct exposed_device){ device, findings };
}

static void count_device(struct exposure_count *count, int64_t device)
{
    struct of_device of = { .pile = &count->piles.p[count->pile] };

    if (assessed_runs(of.pile->assessed, device, note_run, &of, NULL) != 0)
        return;
    idset_add(&count->assessed, (uint32_t)device);
    if (of.findings > 0)
        idset_add(&count->affected, (uint32_t)device);
    count->sum.findings += of.findings;
    count->sum.undecided += of.undecided;
    keep_worst(&count->sum, device, of.findings);
}

/* A few devices. 1: there may be more. */
static int count_devices(struct exposure_count *count)
{
    for (int i = 0; i < DEVICES_A_LOOK; i++) {
        int64_t device;

        if (count->pile == count->piles.n)
            return 0;
        device = assessed_next(count->piles.p[count->pile].assessed,
                               count->visible, count->device);
        if (device == 0)
            count->pile++;
        else
            count_device(count, device);
        count->device = device;
    }
    return 1;
}

/* --- Exploited CVEs ------------------------------------------------------ */

static str cve_of(const struct oval_content *c, const struct oval_note *note)
{
    str text = STR("");

    if (note->kind == OVAL_NOTE_CVE)
        text = oval_prose_text(c, note->a);
    else if (note->kind == OVAL_NOTE_REFERENCE)
        text = oval_prose_text(c, note->b);
    return str_starts(text, STR("CVE-")) ? text : STR("");
}

static struct exposed_cve *slot_of(struct exposure_count *count, str cve)
{
    struct exposed_cve *one;

    for (size_t i = 0; i < count->cves.n; i++) {
        if (str_eq(count->cves.p[i].cve, cve))
            return &count->cves.p[i];
    }
    one = vec_push(&count->cves);
    one->cve = arena_str(&count->arena, cve);
    return one;
}

static void note_cve(struct exposure_count *count, const struct risk *risk,
                     str cve)
{
    struct exposed_cve *one = slot_of(count, cve);
    const struct pile *pile = &count->piles.p[count->read];
    const struct oval_content *c = assessed_pack(pile->assessed);
    const struct oval_definition *d = &c->definitions.p[count->definition];
    int64_t devices = pile->affected[count->definition];

    one->added = risk->added;
    if (devices <= one->devices)
        return;
    one->devices = devices;
    one->content = assessed_content(pile->assessed)->id;
    one->definition = arena_str(&count->arena, oval_name_text(c, d->id));
    one->title =
        arena_str(&count->arena, str_trim(oval_prose_text(c, d->title)));
}

/* All CVEs of the definition that are known to be exploited join the list. */
static int look_at_cves(struct exposure_count *count, struct risk_data *data,
                        struct err *err)
{
    struct pile *pile = &count->piles.p[count->read];
    const struct oval_content *c = assessed_pack(pile->assessed);
    const struct oval_definition *d = &c->definitions.p[count->definition];
    uint32_t n =
        d->note_count < CVES_OF_ONE_MAX ? d->note_count : CVES_OF_ONE_MAX;
    uint8_t mark = MARK_PLAIN;
    struct risk risk;

    for (uint32_t i = 0; i < n; i++) {
        str cve = cve_of(c, &c->notes.p[d->note_first + i]);
        int rc = cve.n > 0 ? risk_data_find(data, cve, &risk, err) : 1;

        if (rc < 0)
            return rc;
        if (rc > 0 || !risk.exploited)
            continue;
        note_cve(count, &risk, cve);
        mark = MARK_EXPLOITED;
    }
    pile->marked->marks[count->definition] = mark;
    if (mark == MARK_EXPLOITED)
        count->sum.exploited += pile->affected[count->definition];
    return 0;
}

/* Marks were made with the risk data as they were. */
static void check_risk(struct exposure_count *count)
{
    struct exposure_marks *marks = count->marks;
    uint64_t now = rater_version(rater_of(marks->core));

    if (marks->risk != now) {
        for (size_t i = 0; i < marks->all.n; i++)
            memset(marks->all.p[i]->marks, MARK_NONE, marks->all.p[i]->n);
        marks->risk = now;
    }
    if (count->risk != now)
        forget_cves(count);
    count->risk = now;
}

/* A few definitions that count. 1: there may be more. */
static int read_definitions(struct exposure_count *count, struct err *err)
{
    struct risk_data *data = rater_data(rater_of(count->marks->core));
    int left = DEFINITIONS_A_LOOK;

    if (data == NULL)
        return 0;
    while (count->read < count->piles.n && left > 0) {
        const struct pile *pile = &count->piles.p[count->read];
        uint32_t i = count->definition;
        int rc = 0;

        if (i == pile->marked->n) {
            count->read++;
            count->definition = 0;
            continue;
        }
        if (pile->affected[i] > 0 && pile->marked->marks[i] != MARK_PLAIN) {
            rc = look_at_cves(count, data, err);
            left--;
        }
        if (rc < 0)
            return rc;
        count->definition++;
    }
    return count->read < count->piles.n;
}

static int newest_first(const void *a, const void *b)
{
    const struct exposed_cve *x = a;
    const struct exposed_cve *y = b;

    if (x->added != y->added)
        return x->added > y->added ? -1 : 1;
    if (x->devices != y->devices)
        return x->devices > y->devices ? -1 : 1;
    return str_cmp(y->cve, x->cve);
}

static void finish(struct exposure_count *count, struct arena *arena,
                   struct exposure *out)
{
    if (count->cves.n > 0)
        qsort(count->cves.p, count->cves.n, sizeof(*count->cves.p),
              newest_first);
    *out = count->sum;
    out->devices = (int64_t)idset_count(count->assessed);
    out->affected = (int64_t)idset_count(count->affected);
    out->cve_total = count->cves.n;
    for (size_t i = 0; i < count->cves.n && i < EXPOSURE_EXPLOITED; i++) {
        struct exposed_cve *cve = &out->cves[out->cve_count++];

        *cve = count->cves.p[i];
        cve->cve = arena_str(arena, cve->cve);
        cve->definition = arena_str(arena, cve->definition);
        cve->title = arena_str(arena, cve->title);
    }
}

/* --- Steps --------------------------------------------------------------- */

/* One small step of what comes next. */
static int step(struct exposure_count *count, struct err *err)
{
    int rc;

    if (!count->all_visible) {
        rc = visible_more(count->visible, count->marks->core, &count->scope,
                          IDS_A_PIECE, err);
        count->all_visible = rc == 0;
        return rc < 0 ? rc : 1;
    }
    rc = count_devices(count);
    return rc != 0 ? rc : read_definitions(count, err);
}

int exposure_count_step(struct exposure_count *count, int64_t until_ms,
                        struct arena *arena, struct exposure *out,
                        struct err *err)
{
    int rc;

    if (count->visible == NULL ||
        count->changes != assessor_changes(count->marks->core))
        begin(count);
    check_risk(count);
    do {
        rc = step(count, err);
    } while (rc == 1 && clock_monotonic_ms() < until_ms);
    if (rc == 0)
        finish(count, arena, out);
    return rc;
}
