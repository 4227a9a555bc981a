/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <assert.h>
#include <string.h>

#include "netdev/policies_int.h"
#include "netdev/prepare_int.h"

enum {
    PARTS_MAX = 48,
    ADDRESS_MAX = 64,
};

/* --- A row as parts --- */

static void add_value(struct policy_shape *shape, str inside)
{
    struct policy_part *part = &shape->parts[shape->n++];

    part->kind = PART_VALUE;
    part->text = str_cut(&inside, ':');
    part->type = inside;
    if (str_ends(part->text, STR("*"))) {
        part->kind = PART_REST;
        part->text.n--;
    }
    part->slot = (uint8_t)shape->slots++;
}

static void add_words(struct policy_shape *shape, str form)
{
    while (form.n > 0) {
        str word = str_sub(form, 0, str_find_char(form, ' '));

        if (word.n > 0 && word.p[0] == '{')
            word = str_sub(form, 0, str_find_char(form, '}') + 1);
        form = str_sub(form, word.n + 1, SIZE_MAX);
        assert(shape->n < PARTS_MAX && shape->slots < POLICY_VALUES_MAX);
        if (word.n > 1 && word.p[0] == '{')
            add_value(shape, str_sub(word, 1, word.n - 2));
        else if (word.n > 0)
            shape->parts[shape->n++] = (struct policy_part){ .text = word };
    }
}

static void add_group(struct policy_shape *shape, str inside)
{
    struct policy_part *open = &shape->parts[shape->n++];

    open->slot = (uint8_t)shape->slots;
    if (str_find_char(inside, '{') == inside.n) {
        open->kind = PART_FLAG;
        open->text = inside;
        shape->slots++;
        return;
    }
    open->kind = PART_OPEN;
    add_words(shape, inside);
    shape->parts[shape->n++].kind = PART_CLOSE;
    open->skip = (uint8_t)shape->n;
}

void policy_shape_make(const struct policy_row *row, struct arena *arena,
                       struct policy_shape *out)
{
    struct policy_part parts[PARTS_MAX] = { 0 };
    str form = str_c(row->form);
    size_t head = 0;

    while (head < form.n && form.p[head] != '{' && form.p[head] != '[')
        head++;
    *out = (struct policy_shape){ .row = row, .parts = parts };
    out->head = str_trim(str_sub(form, 0, head));
    while (form.n > 0) {
        size_t at = str_find_char(form, '[');

        add_words(out, str_trim(str_sub(form, 0, at)));
        form = str_sub(form, at + 1, SIZE_MAX);
        if (form.n > 0)
            add_group(out, str_cut(&form, ']'));
        form = str_trim(form);
    }
    assert(out->n <= PARTS_MAX && out->slots <= POLICY_VALUES_MAX);
    out->parts = arena_alloc(arena, out->n + 1, sizeof(*out->parts));
    memcpy(out->parts, parts, out->n * sizeof(*parts));
}

/* --- Lines --- */

static bool is_address(str text)
{
    char address[ADDRESS_MAX];
    struct in6_addr six;

    if (text_is_ipv4(text, NULL))
        return true;
    if (text.n == 0 || text.n >= sizeof(address) ||
        str_find_char(text, ':') == text.n)
        return false;
    memcpy(address, text.p, text.n);
    address[text.n] = '\0';
    return inet_pton(AF_INET6, address, &six) == 1;
}

static bool is_net(str text)
{
    str address = str_cut(&text, '/');
    int64_t bits;

    return is_address(address) && str_to_i64(text, 0, 128, &bits, NULL) == 0;
}

static bool is_number(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    }
    return text.n > 0;
}

static bool is_one_of(str text, str words)
{
    while (words.n > 0) {
        if (str_eq(text, str_cut(&words, '|')))
            return true;
    }
    return false;
}

bool policy_part_takes(const struct policy_part *part, str text)
{
    bool whole = part->kind == PART_REST;

    if (part->kind == PART_FLAG)
        return str_eq(text, part->text);
    if (text.n == 0 || text.p[0] == ' ' || text.p[text.n - 1] == ' ' ||
        (!whole && str_find_char(text, ' ') < text.n))
        return false;
    if (part->type.n == 0)
        return true;
    if (str_eq_c(part->type, "n"))
        return is_number(text);
    if (str_eq_c(part->type, "ip"))
        return is_address(text);
    return str_eq_c(part->type, "net") ? is_net(text)
                                       : is_one_of(text, part->type);
}

/* Takes words from the line's begin; one blank stands between words. */
static bool take_words(str *line, str words)
{
    if (!str_starts(*line, words) ||
        (line->n > words.n && line->p[words.n] != ' '))
        return false;
    *line = str_sub(*line, words.n + 1, SIZE_MAX);
    return true;
}

static void forget_group(const struct policy_shape *shape, size_t at,
                         str *values)
{
    for (size_t i = at + 1; i < shape->parts[at].skip; i++) {
        if (shape->parts[i].kind == PART_VALUE ||
            shape->parts[i].kind == PART_REST)
            values[shape->parts[i].slot] = STR_NONE;
    }
}

/* Of the parts from `at` on; groups are tried with and without. */
static bool match(const struct policy_shape *shape, size_t at, str line,
                  str *values)
{
    const struct policy_part *part = &shape->parts[at];
    str rest = line;
    str word;

    if (at == shape->n)
        return line.n == 0;
    switch (part->kind) {
    case PART_WORD:
        return take_words(&rest, part->text) &&
               match(shape, at + 1, rest, values);
    case PART_FLAG:
        if (take_words(&rest, part->text)) {
            values[part->slot] = part->text;
            if (match(shape, at + 1, rest, values))
                return true;
        }
        values[part->slot] = STR_NONE;
        return match(shape, at + 1, line, values);
    case PART_OPEN:
        if (match(shape, at + 1, line, values))
            return true;
        forget_group(shape, at, values);
        return match(shape, part->skip, line, values);
    case PART_CLOSE:
        return match(shape, at + 1, line, values);
    case PART_VALUE:
    case PART_REST:
    default:
        word = part->kind == PART_REST
                   ? rest
                   : str_sub(rest, 0, str_find_char(rest, ' '));
        if (!policy_part_takes(part, word))
            return false;
        values[part->slot] = word;
        return match(shape, at + 1, str_sub(rest, word.n + 1, SIZE_MAX),
                     values);
    }
}

bool policy_shape_match(const struct policy_shape *shape, str line,
                        str values[POLICY_VALUES_MAX])
{
    if (!str_starts(line, shape->head))
        return false;
    for (size_t i = 0; i < shape->slots; i++)
        values[i] = STR_NONE;
    return match(shape, 0, line, values);
}

/* --- And back --- */

static void add_word(struct buf *out, size_t begun, str word)
{
    if (out->n > begun)
        buf_add_char(out, ' ');
    buf_add(out, word);
}

/* Only the words that it begins with: "no ip address". */
static bool is_bare(const struct config_policy *policy)
{
    if (!policy->is_no)
        return false;
    for (size_t i = 0; i < policy->shape->slots; i++) {
        if (policy->values[i].n > 0)
            return false;
    }
    return true;
}

void policy_shape_write(const struct config_policy *policy, struct buf *out)
{
    const struct policy_shape *shape = policy->shape;
    size_t begun = out->n;

    if (policy->is_no)
        buf_add_c(out, "no");
    if (is_bare(policy)) {
        add_word(out, begun, shape->head);
        return;
    }
    for (size_t i = 0; i < shape->n; i++) {
        const struct policy_part *part = &shape->parts[i];

        if (part->kind == PART_OPEN && policy->values[part->slot].n == 0)
            i = part->skip - 1u;
        else if (part->kind == PART_WORD)
            add_word(out, begun, part->text);
        else if (part->kind != PART_OPEN && part->kind != PART_CLOSE &&
                 policy->values[part->slot].n > 0)
            add_word(out, begun, policy->values[part->slot]);
    }
}
