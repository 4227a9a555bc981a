/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/rpm_index.h"

#include "version/rpm.h"

enum { /* flags of a relation */
    SENSE_LESS = 2,
    SENSE_GREATER = 4,
    SENSE_EQUAL = 8,
    SENSE_ANY = SENSE_LESS | SENSE_GREATER | SENSE_EQUAL,
    SENSE_MISSINGOK = 1 << 19,
    PATH_TEXT_MAX = 64 * 1024,
};

struct relation {
    str name;
    str evr;
    uint32_t flags;
};

struct provided {
    struct relation relation;
    uint32_t package;
    uint32_t next; /* of the same name, or RPM_NONE */
};

struct owned {
    uint64_t path; /* its hash */
    uint32_t package;
};

struct rpm_index {
    VEC(struct provided) provided;
    struct map by_name;
    VEC(struct owned) owned; /* sorted */
    uint32_t *owners;        /* package of each owned */
    uint32_t packages;       /* how many there are */
    struct arena arena;
};

void rpm_index_free(struct rpm_index *index)
{
    if (index == NULL)
        return;
    vec_clear(&index->provided);
    vec_clear(&index->owned);
    map_clear(&index->by_name);
    mem_free(index->owners);
    arena_clear(&index->arena);
    mem_free(index);
}

/* --- making it --- */

static void add_provided(struct rpm_index *index, uint32_t package,
                         struct relation relation)
{
    uint32_t at = (uint32_t)index->provided.n;
    struct provided *provided = vec_push(&index->provided);
    uint32_t first;

    relation.name = arena_str(&index->arena, relation.name);
    relation.evr = arena_str(&index->arena, relation.evr);
    *provided = (struct provided){ relation, package, RPM_NONE };
    first = map_add(&index->by_name, relation.name, at);
    if (first != at) {
        provided->next = index->provided.p[first].next;
        index->provided.p[first].next = at;
    }
}

static void add_header(struct rpm_index *index, uint32_t package,
                       const struct rpm_header *header)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    AUTO(buf_clear) struct buf path = BUF(PATH_TEXT_MAX);
    struct rpm_values names = rpm_header_values(header, RPM_TAG_PROVIDENAME);
    struct rpm_values evrs = rpm_header_values(header, RPM_TAG_PROVIDEVERSION);
    struct rpm_values flags = rpm_header_values(header, RPM_TAG_PROVIDEFLAGS);
    struct relation relation = { STR_NONE, STR_NONE, 0 };
    struct rpm_files files;

    for (uint32_t i = 0; rpm_values_next(&names, &relation.name); i++) {
        relation.evr = STR_NONE;
        rpm_values_next(&evrs, &relation.evr);
        relation.flags = (uint32_t)rpm_values_number(&flags, i);
        add_provided(index, package, relation);
    }
    rpm_files_init(&files, header, &arena);
    while (rpm_files_next(&files, &path))
        *vec_push(&index->owned) =
            (struct owned){ str_hash(buf_str(&path)), package };
}

static int compare_owned(const void *a, const void *b)
{
    const struct owned *x = a;
    const struct owned *y = b;

    if (x->path != y->path)
        return x->path < y->path ? -1 : 1;
    return x->package < y->package ? -1 : x->package > y->package;
}

static void sort_owned(struct rpm_index *index)
{
    size_t n = index->owned.n;

    index->owners = mem_alloc(n, sizeof(*index->owners));
    if (n > 1)
        qsort(index->owned.p, n, sizeof(*index->owned.p), compare_owned);
    for (size_t i = 0; i < n; i++)
        index->owners[i] = index->owned.p[i].package;
}

int rpm_index_of(struct rpm_db *db, const struct rpm_index **out,
                 struct err *err)
{
    struct rpm_index *index = db->index;

    if (index == NULL) {
        index = mem_alloc(1, sizeof(*index));
        index->packages = (uint32_t)db->packages.n;
        for (uint32_t i = 0; i < db->packages.n; i++) {
            struct rpm_header header;
            int rc = rpm_db_header(db, i, &header, err);

            if (rc < 0) {
                rpm_index_free(index);
                return rc;
            }
            add_header(index, i, &header);
        }
        sort_owned(index);
        db->index = index;
    }
    *out = index;
    return 0;
}

const uint32_t *rpm_index_owners(const struct rpm_index *index, str path,
                                 size_t *out_n)
{
    uint64_t hash = str_hash(path);
    size_t first = 0;
    size_t end = index->owned.n;

    while (first < end) {
        size_t middle = first + (end - first) / 2;

        if (index->owned.p[middle].path < hash)
            first = middle + 1;
        else
            end = middle;
    }
    while (end < index->owned.n && index->owned.p[end].path == hash)
        end++;
    *out_n = end - first;
    return index->owners + first;
}

/* --- one relation --- */

/* The order of two versions, of which each may lack epoch and release. */
static int compare_evr(str a, str b)
{
    struct rpm_version x;
    struct rpm_version y;
    int order;

    if (rpm_version_parse(a, &x, NULL) < 0 ||
        rpm_version_parse(b, &y, NULL) < 0)
        return 0;
    order = rpm_version_order_part(x.epoch, y.epoch);
    if (order == 0)
        order = rpm_version_order_part(x.version, y.version);
    if (order == 0 && x.release.n > 0 && y.release.n > 0)
        order = rpm_version_order_part(x.release, y.release);
    return order;
}

static bool overlap(const struct relation *a, const struct relation *b)
{
    uint32_t both = a->flags & b->flags;
    int order;

    if ((a->flags & SENSE_ANY) == 0 || (b->flags & SENSE_ANY) == 0 ||
        a->evr.n == 0 || b->evr.n == 0)
        return true;
    order = compare_evr(a->evr, b->evr);
    if (order < 0)
        return (a->flags & SENSE_GREATER) != 0 || (b->flags & SENSE_LESS) != 0;
    if (order > 0)
        return (a->flags & SENSE_LESS) != 0 || (b->flags & SENSE_GREATER) != 0;
    return (both & SENSE_ANY) != 0;
}

/* The packages that satisfy something: one bit each. */
struct answer {
    bool yes;
    uint64_t *set;
};

static struct answer no_answer(const struct rpm_index *index,
                               struct arena *arena)
{
    return (struct answer){ false, arena_alloc(arena, index->packages / 64 + 1,
                                               sizeof(uint64_t)) };
}

static void add_package(struct answer *answer, uint32_t package)
{
    answer->yes = true;
    answer->set[package / 64] |= (uint64_t)1 << package % 64;
}

static struct answer find_providers(const struct rpm_index *index,
                                    const struct relation *relation,
                                    struct arena *arena)
{
    struct answer answer = no_answer(index, arena);
    uint32_t at = map_get(&index->by_name, relation->name);
    const uint32_t *owners;
    size_t n;

    for (; at != MAP_NONE; at = index->provided.p[at].next)
        if (overlap(&index->provided.p[at].relation, relation))
            add_package(&answer, index->provided.p[at].package);
    if (str_starts(relation->name, STR("/"))) {
        owners = rpm_index_owners(index, relation->name, &n);
        for (size_t i = 0; i < n; i++)
            add_package(&answer, owners[i]);
    }
    return answer;
}

/* --- boolean relations: (a or (b >= 2 with c)) --- */

struct rich {
    const struct rpm_index *index;
    struct arena *arena;
    str text; /* what is still to be read */
    unsigned depth;
    bool bad;
};

static str next_word(struct rich *rich)
{
    size_t n = 0;
    size_t open = 0;

    rich->text = str_trim(rich->text);
    /* names may hold balanced parentheses: libfoo.so.1()(64bit) */
    while (n < rich->text.n && rich->text.p[n] != ' ') {
        char c = rich->text.p[n];

        if (c == ')' && open == 0)
            break;
        open += c == '(';
        open -= c == ')';
        n++;
    }
    rich->text = (str){ rich->text.p + n, rich->text.n - n };
    return (str){ rich->text.p - n, n };
}

static bool peek(struct rich *rich, char c)
{
    rich->text = str_trim(rich->text);
    return rich->text.n > 0 && rich->text.p[0] == c;
}

static uint32_t sense_of(str word)
{
    uint32_t flags = 0;

    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] == '<')
            flags |= SENSE_LESS;
        else if (word.p[i] == '>')
            flags |= SENSE_GREATER;
        else if (word.p[i] == '=')
            flags |= SENSE_EQUAL;
        else
            return 0;
    }
    return flags;
}

/* name, or name and sense and version */
static struct relation read_relation(struct rich *rich)
{
    struct relation relation = { next_word(rich), STR_NONE, 0 };
    str before = rich->text;

    relation.flags = sense_of(next_word(rich));
    if (relation.flags != 0)
        relation.evr = next_word(rich);
    else
        rich->text = before;
    if (relation.name.n == 0)
        rich->bad = true;
    return relation;
}

static struct answer read_rich(struct rich *rich);

static struct answer read_operand(struct rich *rich)
{
    struct relation relation;

    if (peek(rich, '('))
        return read_rich(rich);
    relation = read_relation(rich);
    return find_providers(rich->index, &relation, rich->arena);
}

/* (A with B): one package satisfies both; (A without B): A, and not B. */
static void restrict_to(const struct rpm_index *index, struct answer *a,
                        const struct answer *b, bool with)
{
    a->yes = false;
    for (uint32_t i = 0; i < index->packages / 64 + 1; i++) {
        a->set[i] &= with ? b->set[i] : ~b->set[i];
        a->yes = a->yes || a->set[i] != 0;
    }
}

/* (A if B else C) and (A unless B else C), behind the "if" or "unless". */
static bool read_condition(struct rich *rich, bool first, bool unless)
{
    bool condition = read_operand(rich).yes;
    bool otherwise = !unless;

    if (!peek(rich, ')')) {
        if (!str_eq(next_word(rich), STR("else")))
            rich->bad = true;
        otherwise = read_operand(rich).yes;
    }
    return condition != unless ? first : otherwise;
}

static void read_operator(struct rich *rich, struct answer *answer)
{
    str word = next_word(rich);
    struct answer second;

    if (str_eq(word, STR("if")) || str_eq(word, STR("unless"))) {
        answer->yes = read_condition(rich, answer->yes, word.p[0] == 'u');
        return;
    }
    second = read_operand(rich);
    if (str_eq(word, STR("and")))
        answer->yes = answer->yes && second.yes;
    else if (str_eq(word, STR("or")))
        answer->yes = answer->yes || second.yes;
    else if (str_eq(word, STR("with")) || str_eq(word, STR("without")))
        restrict_to(rich->index, answer, &second, word.n == 4);
    else
        rich->bad = true;
}

/* From "(" to its ")". */
static struct answer read_rich(struct rich *rich)
{
    struct answer answer;

    if (++rich->depth > RPM_INDEX_RICH_DEPTH) {
        rich->bad = true;
        return no_answer(rich->index, rich->arena);
    }
    rich->text = str_sub(rich->text, 1, SIZE_MAX);
    answer = read_operand(rich);
    while (!rich->bad && !peek(rich, ')'))
        read_operator(rich, &answer);
    rich->text = str_sub(rich->text, 1, SIZE_MAX);
    rich->depth--;
    return answer;
}

bool rpm_index_satisfies(const struct rpm_index *index, str text)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    struct rich rich = { index, &arena, text, 0, false };
    bool yes = read_operand(&rich).yes;

    return yes && !rich.bad && str_trim(rich.text).n == 0;
}

/* --- a header's relations --- */

static bool is_satisfied(const struct rpm_index *index,
                         const struct relation *relation)
{
    AUTO(arena_clear) struct arena arena = ARENA;

    if (str_starts(relation->name, STR("rpmlib(")))
        return true;
    if (str_starts(relation->name, STR("(")))
        return rpm_index_satisfies(index, relation->name);
    return find_providers(index, relation, &arena).yes;
}

static void say(struct buf *out, const char *what,
                const struct relation *relation)
{
    buf_printf(out, "%s %" PRIstr, what, ARGstr(relation->name));
    if (relation->evr.n > 0)
        buf_printf(out, " %s%s%s %" PRIstr,
                   (relation->flags & SENSE_LESS) != 0 ? "<" : "",
                   (relation->flags & SENSE_GREATER) != 0 ? ">" : "",
                   (relation->flags & SENSE_EQUAL) != 0 ? "=" : "",
                   ARGstr(relation->evr));
}

struct kind { /* of relations */
    const char *what;
    enum rpm_tag name;
    enum rpm_tag evr;
    enum rpm_tag flags;
    bool satisfied; /* how it has to be */
};

static int check_kind(const struct rpm_index *index,
                      const struct rpm_header *header, const struct kind *kind,
                      struct buf *out_unmet)
{
    struct rpm_values names = rpm_header_values(header, kind->name);
    struct rpm_values evrs = rpm_header_values(header, kind->evr);
    struct rpm_values flags = rpm_header_values(header, kind->flags);
    struct relation relation = { STR_NONE, STR_NONE, 0 };

    for (uint32_t i = 0; rpm_values_next(&names, &relation.name); i++) {
        relation.evr = STR_NONE;
        rpm_values_next(&evrs, &relation.evr);
        relation.flags = (uint32_t)rpm_values_number(&flags, i);
        if ((relation.flags & SENSE_MISSINGOK) != 0 ||
            is_satisfied(index, &relation) == kind->satisfied)
            continue;
        say(out_unmet, kind->what, &relation);
        return 1;
    }
    return 0;
}

int rpm_index_check(const struct rpm_index *index,
                    const struct rpm_header *header, struct buf *out_unmet)
{
    static const struct kind kinds[] = {
        { "needs", RPM_TAG_REQUIRENAME, RPM_TAG_REQUIREVERSION,
          RPM_TAG_REQUIREFLAGS, true },
        { "conflicts with", RPM_TAG_CONFLICTNAME, RPM_TAG_CONFLICTVERSION,
          RPM_TAG_CONFLICTFLAGS, false },
    };

    for (size_t i = 0; i < COUNT(kinds); i++)
        if (check_kind(index, header, &kinds[i], out_unmet) != 0)
            return 1;
    return 0;
}
