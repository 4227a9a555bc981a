/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/walk_match.h"

#include <errno.h>
#include <fcntl.h>

#include "oval/compare.h"
#include "oval/truth.h"

enum field_kind {
    FIELD_INT,
    FIELD_BIT,
    FIELD_TYPE,
    FIELD_TEXT
};

struct field {
    const char *name;
    uint8_t kind;
    uint16_t bits; /* of FIELD_BIT; enum walk_part of FIELD_TEXT */
};

enum {
    FIELD_UID,
    FIELD_GID,
    FIELD_SIZE,
    FIELD_ATIME,
    FIELD_CTIME,
    FIELD_MTIME
};

static const struct field fields[] = {
    { "a_time", FIELD_INT, FIELD_ATIME },
    { "c_time", FIELD_INT, FIELD_CTIME },
    { "filename", FIELD_TEXT, WALK_NAME },
    { "filepath", FIELD_TEXT, WALK_FILEPATH },
    { "gexec", FIELD_BIT, S_IXGRP },
    { "gread", FIELD_BIT, S_IRGRP },
    { "group_id", FIELD_INT, FIELD_GID },
    { "gwrite", FIELD_BIT, S_IWGRP },
    { "m_time", FIELD_INT, FIELD_MTIME },
    { "oexec", FIELD_BIT, S_IXOTH },
    { "oread", FIELD_BIT, S_IROTH },
    { "owrite", FIELD_BIT, S_IWOTH },
    { "path", FIELD_TEXT, WALK_PATH },
    { "sgid", FIELD_BIT, S_ISGID },
    { "size", FIELD_INT, FIELD_SIZE },
    { "sticky", FIELD_BIT, S_ISVTX },
    { "suid", FIELD_BIT, S_ISUID },
    { "type", FIELD_TYPE, 0 },
    { "uexec", FIELD_BIT, S_IXUSR },
    { "uread", FIELD_BIT, S_IRUSR },
    { "user_id", FIELD_INT, FIELD_UID },
    { "uwrite", FIELD_BIT, S_IWUSR },
};

struct walk_cond {
    const struct field *field; /* NULL: nothing can be said here */
    const struct oval_want *want;
    int64_t value;    /* of numbers and bits */
    uint32_t matcher; /* of texts */
    bool open_ended;  /* an expression that goes on matching */
};

/* --- compiling --- */

static bool is_same_want(const struct oval_want *a, const struct oval_want *b)
{
    if (a == b)
        return true;
    if (a->datatype != b->datatype || a->operation != b->operation ||
        a->var_check != b->var_check || a->nil != b->nil ||
        a->is_var != b->is_var || a->value_count != b->value_count)
        return false;
    for (size_t i = 0; i < a->value_count; i++)
        if (!str_eq(a->values[i], b->values[i]))
            return false;
    return true;
}

static bool matches_any_line(const struct oval_want *want)
{
    static const char *const texts[] = { ".*", "^.*$", "^.*", ".*$", "^",
                                         "",   "^.+$", ".+",  "." };

    if (want->operation != OVAL_PATTERN_MATCH || want->value_count != 1 ||
        (want->is_var && want->var_check == OVAL_CHECK_NONE_SATISFY))
        return false;
    for (size_t i = 0; i < COUNT(texts); i++)
        if (str_eq_c(want->values[0], texts[i]))
            return true;
    return false;
}

static uint32_t add_matcher(struct walk_rules *rules,
                            const struct oval_want *want, enum walk_part part)
{
    struct walk_matcher *m;

    if (want == NULL)
        return WALK_NO_MATCHER;
    for (uint32_t i = 0; i < rules->matchers.n; i++) {
        m = &rules->matchers.p[i];
        if (m->part == part && is_same_want(m->want, want))
            return i;
    }
    m = vec_push(&rules->matchers);
    m->want = want;
    m->part = (uint8_t)part;
    m->any_line = matches_any_line(want);
    m->regex = rules->regex_count;
    if (want->operation == OVAL_PATTERN_MATCH)
        rules->regex_count += (uint32_t)want->value_count;
    return (uint32_t)rules->matchers.n - 1;
}

static const struct field *field_of(str name)
{
    for (size_t i = 0; i < COUNT(fields); i++)
        if (str_eq_c(name, fields[i].name))
            return &fields[i];
    return NULL;
}

static bool is_one_value(const struct oval_want *want)
{
    return want->value_count == 1 &&
           (!want->is_var || want->var_check != OVAL_CHECK_NONE_SATISFY);
}

static bool is_true(str text)
{
    return str_eq_c(text, "true") || str_eq_c(text, "1");
}

static bool is_number_field(struct walk_cond *cond)
{
    const struct oval_want *want = cond->want;

    return want->datatype == OVAL_INT && is_one_value(want) &&
           want->operation <= OVAL_LESS_THAN_OR_EQUAL &&
           want->operation != OVAL_CASE_INSENSITIVE_EQUALS &&
           want->operation != OVAL_CASE_INSENSITIVE_NOT_EQUAL &&
           str_to_i64(want->values[0], INT64_MIN, INT64_MAX, &cond->value,
                      NULL) == 0;
}

static bool is_bit_field(struct walk_cond *cond)
{
    const struct oval_want *want = cond->want;
    str text = want->value_count > 0 ? want->values[0] : STR_NONE;

    cond->value = is_true(text);
    return want->datatype == OVAL_BOOLEAN && is_one_value(want) &&
           want->operation <= OVAL_NOT_EQUAL &&
           (cond->value || str_eq_c(text, "false") || str_eq_c(text, "0"));
}

/* What such an expression matches it matches with anything behind it too, up
 * to a line feed: it ends in ".*", has no other way to end, and does not look
 * ahead. */
static bool is_open_ended(const struct oval_want *want)
{
    str text = want->value_count == 1 ? want->values[0] : STR_NONE;

    if (want->operation != OVAL_PATTERN_MATCH || !is_one_value(want) ||
        memchr(text.p, '|', text.n) != NULL ||
        str_find(text, STR("(?")) < text.n ||
        str_find(text, STR("(*")) < text.n)
        return false;
    if (str_ends(text, STR("$")))
        text.n--;
    return str_ends(text, STR("/.*"));
}

static void add_cond(struct walk_rules *rules, struct walk_cond *cond,
                     const struct oval_want *want)
{
    const struct field *field = field_of(want->name);

    cond->want = want;
    if (field == NULL || want->nil || want->value_count == 0 ||
        want->existence != OVAL_AT_LEAST_ONE_EXISTS ||
        want->entity_check == OVAL_CHECK_NONE_SATISFY)
        return;
    if ((field->kind == FIELD_INT && !is_number_field(cond)) ||
        (field->kind == FIELD_BIT && !is_bit_field(cond)) ||
        (field->kind == FIELD_TYPE &&
         (want->datatype != OVAL_STRING || !is_one_value(want) ||
          want->operation > OVAL_NOT_EQUAL)))
        return;
    cond->field = field;
    if (field->kind != FIELD_TEXT)
        return;
    cond->matcher = add_matcher(rules, want, field->bits);
    cond->open_ended = is_open_ended(want);
}

/* What looks only at numbers is asked first. */
static int text_conds(const struct walk_filter *filter)
{
    int n = 0;

    for (uint32_t i = 0; i < filter->cond_count; i++)
        n += filter->conds[i].field == NULL ||
             filter->conds[i].field->kind == FIELD_TEXT;
    return n;
}

static int compare_filters(const void *a, const void *b)
{
    return text_conds(a) - text_conds(b);
}

static void add_filters(struct walk_rules *rules, struct walk_rule *rule)
{
    const struct walk_search *search = rule->search;

    rule->filter_count = (uint32_t)search->filter_count;
    rule->filters = arena_alloc(&rules->arena, search->filter_count,
                                sizeof(*rule->filters));
    for (size_t i = 0; i < search->filter_count; i++) {
        const struct oval_condition *from = &search->filters[i];
        struct walk_filter *filter = &rule->filters[i];

        filter->include = from->include;
        filter->op = from->op;
        filter->cond_count = (uint32_t)from->want_count;
        filter->conds = arena_alloc(&rules->arena, from->want_count,
                                    sizeof(*filter->conds));
        for (size_t k = 0; k < from->want_count; k++) {
            add_cond(rules, &filter->conds[k], &from->wants[k]);
            rule->asks_paths |= filter->conds[k].field != NULL &&
                                filter->conds[k].field->kind == FIELD_TEXT &&
                                filter->conds[k].field->bits != WALK_NAME;
        }
    }
    qsort(rule->filters, rule->filter_count, sizeof(*rule->filters),
          compare_filters);
}

/* Where the walk need not go is told by what a path must begin with. */
static bool can_prune(const struct oval_want *want)
{
    return want->datatype == OVAL_STRING && want->value_count > 0 &&
           (!want->is_var || want->var_check != OVAL_CHECK_NONE_SATISFY) &&
           (want->operation == OVAL_EQUALS ||
            want->operation == OVAL_CASE_INSENSITIVE_EQUALS ||
            want->operation == OVAL_PATTERN_MATCH);
}

void walk_rules_init(struct walk_rules *rules,
                     const struct walk_search *searches, size_t n)
{
    memset(rules, 0, sizeof(*rules));
    rules->count = n;
    rules->rules = arena_alloc(&rules->arena, n, sizeof(*rules->rules));
    for (size_t i = 0; i < n; i++) {
        const struct walk_search *search = &searches[i];
        struct walk_rule *rule = &rules->rules[i];

        rule->search = search;
        rule->path = add_matcher(rules, search->path, WALK_PATH);
        rule->filename = add_matcher(rules, search->filename, WALK_NAME);
        rule->filepath = add_matcher(rules, search->filepath, WALK_FILEPATH);
        rule->asks_paths = search->path != NULL || search->filepath != NULL;
        rule->prune = WALK_NO_MATCHER;
        if (search->filepath != NULL && can_prune(search->filepath))
            rule->prune = rule->filepath;
        else if (search->path != NULL && can_prune(search->path))
            rule->prune = rule->path;
        add_filters(rules, rule);
    }
}

void walk_rules_clear(struct walk_rules *rules)
{
    vec_clear(&rules->matchers);
    arena_clear(&rules->arena);
}

/* --- asking --- */

void walk_asker_init(struct walk_asker *asker, const struct walk_rules *rules)
{
    memset(asker, 0, sizeof(*asker));
    asker->rules = rules;
    asker->regexes = mem_alloc(rules->regex_count, sizeof(*asker->regexes));
    asker->answers = mem_alloc(rules->matchers.n, sizeof(*asker->answers));
    for (size_t i = 0; i < WALK_PARTS; i++)
        asker->serial[i] = 1;
}

void walk_asker_clear(struct walk_asker *asker)
{
    if (asker->rules != NULL)
        for (uint32_t i = 0; i < asker->rules->regex_count; i++)
            regex_free(asker->regexes[i]);
    mem_free(asker->regexes);
    mem_free(asker->answers);
}

static int regex_of(struct walk_asker *asker, const struct walk_matcher *m,
                    size_t value, struct regex **out)
{
    struct regex **slot = &asker->regexes[m->regex + value];
    int rc = 0;

    if (*slot == NULL)
        rc = regex_compile(m->want->values[value], 0, slot, &asker->err);
    *out = *slot;
    return rc;
}

static enum oval_result ask_value(struct walk_asker *asker,
                                  const struct walk_matcher *m, size_t i,
                                  str text)
{
    const struct oval_want *want = m->want;
    struct regex *regex = NULL;
    int rc;

    if (want->operation != OVAL_PATTERN_MATCH)
        return oval_compare(NULL, want->datatype, want->operation,
                            want->values[i], text, &asker->err);
    if (want->datatype == OVAL_STRING)
        rc = regex_of(asker, m, i, &regex);
    else
        rc = err_set(&asker->err, E_INVALID,
                     "pattern match is not defined for %s",
                     oval_datatype_text(want->datatype));
    if (rc == 0)
        rc = regex_match(regex, text, 0, NULL, &asker->err);
    if (rc < 0)
        return OVAL_ERROR;
    return rc > 0 ? OVAL_TRUE : OVAL_FALSE;
}

static int ask_fresh(struct walk_asker *asker, const struct walk_matcher *m,
                     str text)
{
    const struct oval_want *want = m->want;
    struct oval_tally tally = { 0 };
    enum oval_result result;

    if (m->any_line && text.n > 0 && memchr(text.p, '\n', text.n) == NULL)
        return 1;
    if (want->value_count == 0)
        return 0;
    if (!want->is_var && want->value_count == 1) {
        result = ask_value(asker, m, 0, text);
    } else {
        for (size_t i = 0; i < want->value_count; i++)
            tally.n[ask_value(asker, m, i, text)]++;
        result = oval_check_result(want->var_check, &tally);
    }
    if (result == OVAL_ERROR)
        return asker->err.code < 0 ? asker->err.code : E_INVALID;
    return result == OVAL_TRUE;
}

int walk_ask(struct walk_asker *asker, uint32_t matcher, str text)
{
    const struct walk_matcher *m;
    struct walk_answer *answer;

    if (matcher == WALK_NO_MATCHER)
        return 1;
    m = &asker->rules->matchers.p[matcher];
    answer = &asker->answers[matcher];
    if (answer->serial != asker->serial[m->part]) {
        answer->serial = asker->serial[m->part];
        answer->value = (int8_t)ask_fresh(asker, m, text);
    }
    return answer->value;
}

int walk_ask_once(struct walk_asker *asker, uint32_t matcher, str text)
{
    if (matcher == WALK_NO_MATCHER)
        return 1;
    return ask_fresh(asker, &asker->rules->matchers.p[matcher], text);
}

static bool value_can_begin(struct walk_asker *asker,
                            const struct walk_matcher *m, size_t i, str head)
{
    str value = m->want->values[i];
    struct regex *regex;

    if (m->want->operation != OVAL_PATTERN_MATCH)
        return value.n >= head.n &&
               str_eq_nocase(str_sub(value, 0, head.n), head);
    return regex_of(asker, m, i, &regex) < 0 || regex_can_begin(regex, head);
}

bool walk_can_begin(struct walk_asker *asker, uint32_t matcher, str head)
{
    const struct walk_matcher *m;

    if (matcher == WALK_NO_MATCHER)
        return true;
    m = &asker->rules->matchers.p[matcher];
    for (size_t i = 0; i < m->want->value_count; i++)
        if (value_can_begin(asker, m, i, head))
            return true;
    return false;
}

/* --- entries --- */

str walk_entry_filepath(struct walk_entry *entry)
{
    if (!entry->has_filepath) {
        buf_reset(entry->filepath);
        if (entry->path.n > 1)
            buf_add(entry->filepath, entry->path);
        buf_add_char(entry->filepath, '/');
        buf_add(entry->filepath, entry->name);
        entry->has_filepath = true;
    }
    return buf_str(entry->filepath);
}

const struct stat *walk_entry_stat(struct walk_entry *entry)
{
    if (entry->stat_state == 0) {
        entry->stat_state = 1;
        if (fstatat(entry->dir_fd, entry->name.p, &entry->st,
                    AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0) {
            entry->stat_state = -1;
            entry->stat_errno = errno;
        }
    }
    return entry->stat_state > 0 ? &entry->st : NULL;
}

str walk_type_text(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFREG:
        return STR("regular");
    case S_IFDIR:
        return STR("directory");
    case S_IFLNK:
        return STR("symbolic link");
    case S_IFIFO:
        return STR("fifo");
    case S_IFSOCK:
        return STR("socket");
    case S_IFBLK:
        return STR("block special");
    case S_IFCHR:
        return STR("character special");
    default:
        return STR("unknown");
    }
}

static int64_t number_of(const struct stat *st, unsigned which)
{
    switch (which) {
    case FIELD_UID:
        return st->st_uid;
    case FIELD_GID:
        return st->st_gid;
    case FIELD_ATIME:
        return st->st_atim.tv_sec;
    case FIELD_CTIME:
        return st->st_ctim.tv_sec;
    case FIELD_MTIME:
        return st->st_mtim.tv_sec;
    default:
        return st->st_size;
    }
}

static bool compare_number(enum oval_operation op, int64_t actual,
                           int64_t wanted)
{
    switch (op) {
    case OVAL_NOT_EQUAL:
        return actual != wanted;
    case OVAL_GREATER_THAN:
        return actual > wanted;
    case OVAL_LESS_THAN:
        return actual < wanted;
    case OVAL_GREATER_THAN_OR_EQUAL:
        return actual >= wanted;
    case OVAL_LESS_THAN_OR_EQUAL:
        return actual <= wanted;
    default:
        return actual == wanted;
    }
}

static enum oval_result ask_text(struct walk_asker *asker,
                                 const struct walk_cond *cond,
                                 struct walk_entry *entry)
{
    str text = entry->path;
    int rc;

    /* The item of a directory has neither filename nor filepath. */
    if (cond->field->bits != WALK_PATH && entry->name.p == NULL)
        return OVAL_FALSE;
    if (cond->field->bits == WALK_NAME)
        text = entry->name;
    else if (cond->field->bits == WALK_FILEPATH)
        text = walk_entry_filepath(entry);
    rc = walk_ask(asker, cond->matcher, text);
    if (rc < 0)
        return OVAL_UNKNOWN;
    return rc > 0 ? OVAL_TRUE : OVAL_FALSE;
}

static enum oval_result ask_cond(struct walk_asker *asker,
                                 const struct walk_cond *cond,
                                 struct walk_entry *entry)
{
    const struct field *field = cond->field;
    const struct stat *st;
    bool yes;

    if (field == NULL)
        return OVAL_UNKNOWN;
    if (field->kind == FIELD_TEXT)
        return ask_text(asker, cond, entry);
    st = walk_entry_stat(entry);
    if (st == NULL)
        return OVAL_UNKNOWN;
    if (field->kind == FIELD_TYPE)
        yes = str_eq(walk_type_text(st->st_mode), cond->want->values[0]) ==
              (cond->want->operation == OVAL_EQUALS);
    else if (field->kind == FIELD_BIT)
        yes = (((st->st_mode & field->bits) != 0) == (cond->value != 0)) ==
              (cond->want->operation == OVAL_EQUALS);
    else
        yes = compare_number(cond->want->operation, number_of(st, field->bits),
                             cond->value);
    return yes ? OVAL_TRUE : OVAL_FALSE;
}

bool walk_passes(struct walk_asker *asker, const struct walk_rule *rule,
                 struct walk_entry *entry)
{
    for (uint32_t i = 0; i < rule->filter_count; i++) {
        const struct walk_filter *filter = &rule->filters[i];
        struct oval_tally tally = { 0 };
        enum oval_result result;

        for (uint32_t k = 0; k < filter->cond_count; k++)
            tally.n[ask_cond(asker, &filter->conds[k], entry)]++;
        result = filter->cond_count == 0
                     ? OVAL_TRUE
                     : oval_operator_result(filter->op, &tally);
        if (result == (filter->include ? OVAL_FALSE : OVAL_TRUE))
            return false;
    }
    return true;
}

/* One such condition is enough to satisfy OR, or alone. */
bool walk_drops_below(struct walk_asker *asker, const struct walk_rule *rule,
                      str head)
{
    if (rule->search->directories)
        return false;
    for (uint32_t i = 0; i < rule->filter_count; i++) {
        const struct walk_filter *filter = &rule->filters[i];

        if (filter->include ||
            (filter->op != OVAL_OR && filter->cond_count != 1))
            continue;
        for (uint32_t k = 0; k < filter->cond_count; k++)
            if (filter->conds[k].open_ended &&
                filter->conds[k].field->bits == WALK_FILEPATH &&
                walk_ask_once(asker, filter->conds[k].matcher, head) == 1)
                return true;
    }
    return false;
}
