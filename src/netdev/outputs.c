/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/outputs.h"

#include <string.h>

#include "base/regex.h"
#include "base/utf8.h"
#include "netdev/config.h"
#include "netdev/show.h"

enum {
    WORDS_MAX = 64,
    FILTERED_MAX = 16 << 20,
};

/* --- Commands as people write them --- */

/* What a word may be cut to: "run" is "running-config". */
static const struct {
    const char *shortest;
    const char *whole;
} words[] = {
    { "run", "running-config" },
    { "ver", "version" },
    { "star", "startup-config" },
    { "int", "interfaces" },
};

static const struct {
    const char *shortest;
    const char *whole;
} filters[] = {
    { "i", "include" }, { "e", "exclude" },  { "b", "begin" },
    { "s", "section" }, { "gr", "include" },
};

static bool is_cut_of(str word, const char *shortest, const char *whole)
{
    str all = str_c(whole);

    return word.n >= strlen(shortest) && word.n <= all.n &&
           str_eq_nocase(word, str_sub(all, 0, word.n));
}

static str whole_word(str word, size_t index)
{
    if (index == 0 && is_cut_of(word, "sh", "show"))
        return STR("show");
    for (size_t i = 0; index == 1 && i < COUNT(words); i++)
        if (is_cut_of(word, words[i].shortest, words[i].whole))
            return str_c(words[i].whole);
    return word;
}

static str whole_filter(str word)
{
    if (str_eq_nocase(word, STR("grep")))
        return STR("include");
    for (size_t i = 0; i < COUNT(filters); i++)
        if (is_cut_of(word, filters[i].shortest, filters[i].whole))
            return str_c(filters[i].whole);
    return word;
}

/* Other words for the same. */
static const struct {
    const char *command;
    const char *whole;
} synonyms[] = {
    { "write terminal", "show running-config" },
    { "more system:running-config", "show running-config" },
    { "show configuration running", "show running-config" },
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static str next_word(str *text)
{
    size_t n = 0;

    *text = str_trim(*text);
    while (n < text->n && !is_blank(text->p[n]))
        n++;
    str word = str_sub(*text, 0, n);

    *text = str_sub(*text, n, SIZE_MAX);
    return word;
}

static int check_text(str command, struct err *err)
{
    if (command.n == 0 || command.n > OUTPUTS_COMMAND_MAX)
        return err_set(err, E_INVALID, "a command has 1 to %d bytes",
                       OUTPUTS_COMMAND_MAX);
    for (size_t i = 0; i < command.n; i++)
        if ((uint8_t)command.p[i] < ' ' || command.p[i] == 0x7f)
            return err_set(err, E_INVALID,
                           "a command has no control characters");
    return 0;
}

int outputs_command(str command, struct arena *arena, str *out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(4 * OUTPUTS_COMMAND_MAX);
    str rest = str_trim(command);
    str head;
    int rc = check_text(rest, err);

    if (rc < 0)
        return rc;
    head = str_trim(str_cut(&rest, '|'));
    for (size_t i = 0; head.n > 0; i++) {
        if (i > 0)
            buf_add_char(&text, ' ');
        buf_add(&text, whole_word(next_word(&head), i));
        head = str_trim(head);
    }
    for (size_t i = 0; i < COUNT(synonyms); i++)
        if (str_eq_c(buf_str(&text), synonyms[i].command)) {
            buf_reset(&text);
            buf_add_c(&text, synonyms[i].whole);
        }
    rest = str_trim(rest);
    if (rest.n > 0) {
        buf_add_c(&text, " | ");
        buf_add(&text, whole_filter(next_word(&rest)));
        buf_add_char(&text, ' ');
        buf_add(&text, str_trim(rest));
    }
    rc = buf_finish(&text, "the command", err);
    if (rc == 0)
        *out = arena_str(arena, buf_str(&text));
    return rc;
}

/* Letters, digits and what names of interfaces, addresses and files need. */
static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || (c != '\0' && strchr(" -_./:", c) != NULL);
}

/* What follows a second '|' is alternatives of an expression on some devices,
 * and one more filter on others: what could be a filter that writes is none of
 * ours. */
static bool is_chained(str rest)
{
    static const char *const writers[] = { "append", "redirect", "tee",
                                           "file" };

    while (str_find_char(rest, '|') < rest.n) {
        str before = str_cut(&rest, '|');
        str after = rest;
        str word = str_cut(&after, '|');

        if (word.n == 0 || before.n == 0 || is_blank(word.p[0]) ||
            is_blank(before.p[before.n - 1]))
            return true;
        word = next_word(&word);
        for (size_t i = 0; i < COUNT(writers); i++)
            if (is_cut_of(word, "", writers[i]))
                return true;
    }
    return false;
}

/* "show tech-support file disk0:/x", "... destination-url ftp://x/". */
static bool names_place(str head)
{
    return str_find(head, STR("//")) < head.n ||
           (str_starts(head, STR("show tec")) &&
            str_find_char(head, ':') < head.n);
}

int outputs_check_command(str command, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    static const char *const known[] = { "include", "exclude", "begin",
                                         "section" };
    str rest;
    str head;
    str word;
    bool is_known = false;
    int rc = outputs_command(command, &arena, &rest, err);

    if (rc < 0)
        return rc;
    head = str_trim(str_cut(&rest, '|'));
    for (size_t i = 0; i < head.n; i++)
        if (!is_plain(head.p[i]))
            return err_set(err, E_PERM,
                           "'%c' does not stand in a command that only shows",
                           head.p[i]);
    if (names_place(head))
        return err_set(err, E_PERM, "a command that shows names no place");
    word = next_word(&head);
    if (!str_eq_c(word, "show") || str_trim(head).n == 0)
        return err_set(err, E_PERM, "only commands with 'show' are sent");
    if (rest.n == 0)
        return 0;
    if (str_find_char(rest, '>') < rest.n ||
        str_find_char(rest, ';') < rest.n || is_chained(rest))
        return err_set(err, E_PERM, "a filter does not write anywhere");
    word = next_word(&rest);
    for (size_t i = 0; i < COUNT(known); i++)
        is_known |= str_eq_c(word, known[i]);
    return is_known ? 0
                    : err_set(err, E_PERM,
                              "'%" PRIstr "' is not a filter that only shows",
                              ARGstr(word));
}

/* --- Taking answers in --- */

static bool is_prompt(str line)
{
    line = str_trim(line);
    if (line.n == 0 || line.n > 100)
        return false;
    if (str_ends(line, STR("(enable)")))
        line = str_trim(str_sub(line, 0, line.n - 8));
    else if (line.p[line.n - 1] != '#' && line.p[line.n - 1] != '>')
        return false;
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] == ' ' || line.p[i] == '\t')
            return false;
    return true;
}

/* Without the echo of the command and the prompt that follows the answer. */
static str without_frame(str command, str text)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    str rest = text;
    str first = str_trim(str_cut(&rest, '\n'));
    str echo;
    size_t at;

    while (first.n == 0 && rest.n > 0)
        first = str_trim(str_cut(&rest, '\n'));
    if (outputs_command(first, &arena, &echo, NULL) == 0 &&
        str_eq(echo, command))
        text = rest;
    rest = text;
    while (rest.n > 0 && strchr(" \t\r\n", rest.p[rest.n - 1]) != NULL)
        rest.n--;
    for (at = rest.n; at > 0 && rest.p[at - 1] != '\n'; at--)
        continue;
    return at > 0 && is_prompt(str_sub(rest, at, SIZE_MAX))
               ? str_sub(text, 0, at)
               : text;
}

/* Lines without control characters; what delimits a banner is written as the
 * device writes it in its configuration. */
static int clean(str text, struct buf *out, struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;

    text = utf8_cut(text, SIZE_MAX, &arena);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (c == '\x03')
            buf_add_c(out, "^C");
        else if (c == '\n' || c == '\t' || ((uint8_t)c >= ' ' && c != 0x7f))
            buf_add_char(out, c);
    }
    if (out->n > 0 && out->p[out->n - 1] != '\n')
        buf_add_char(out, '\n');
    return buf_finish(out, "the answer of the device", err);
}

static str first_line(str text)
{
    str line = str_trim(str_cut(&text, '\n'));

    while (text.n > 0 && (line.n == 0 || line.p[0] == '^'))
        line = str_trim(str_cut(&text, '\n'));
    return line;
}

static bool begins_with_one_of(str line, const char *const *begins)
{
    for (; *begins != NULL; begins++)
        if (str_starts(line, str_c(*begins)))
            return true;
    return false;
}

/* The device does not have the command. */
static bool is_refusal(str text)
{
    static const char *const begins[] = {
        "% Invalid input",        "%Invalid input",  "% Unknown command",
        "ERROR: % Invalid input", "Unknown command", NULL,
    };

    return begins_with_one_of(first_line(text), begins);
}

/* It has not told anything: because of who asked, or how. */
static bool is_no_answer(str text)
{
    static const char *const begins[] = {
        "Command authorization failed",
        "% Authorization failed",
        "% Permission denied",
        "Permission denied",
        "% Incomplete command",
        "%Incomplete command",
        "% Ambiguous command",
        "%Ambiguous command",
        "ERROR: % Incomplete command",
        "ERROR: % Ambiguous command",
        "ERROR: Command authorization failed",
        NULL,
    };

    return begins_with_one_of(first_line(text), begins);
}

static struct device_output *find(struct device_outputs *outputs, str command)
{
    for (size_t i = 0; i < outputs->list.n; i++)
        if (str_eq_nocase(outputs->list.p[i].command, command))
            return &outputs->list.p[i];
    return NULL;
}

int outputs_add(struct device_outputs *outputs, str command, str text,
                struct err *err)
{
    AUTO(buf_clear) struct buf cleaned = BUF(OUTPUTS_BYTES_MAX);
    struct device_output *place;
    str name;
    int rc = outputs_command(command, &outputs->arena, &name, err);

    if (rc == 0)
        rc = clean(without_frame(name, text), &cleaned, err);
    if (rc < 0 || is_no_answer(buf_str(&cleaned)))
        return rc;
    place = find(outputs, name);
    if (place == NULL && outputs->list.n >= OUTPUTS_MAX)
        return err_set(err, E_LIMIT, "a device has at most %d answers",
                       OUTPUTS_MAX);
    if (cleaned.n > OUTPUTS_BYTES_MAX - outputs->bytes)
        return err_set(err, E_LIMIT,
                       "the answers of a device have at most %d bytes",
                       OUTPUTS_BYTES_MAX);
    if (place == NULL)
        place = vec_push(&outputs->list);
    outputs->bytes += cleaned.n;
    place->command = name;
    place->text = arena_str(&outputs->arena, buf_str(&cleaned));
    place->refused = is_refusal(place->text);
    return 0;
}

/* --- Filters, as the device would have applied them --- */

/* '_' of IOS is where a word ends. */
static int compile(str pattern, struct regex **out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(32 * OUTPUTS_COMMAND_MAX);

    for (size_t i = 0; i < pattern.n; i++) {
        if (pattern.p[i] == '_')
            buf_add_c(&text, "(?:^|$|[ ,{}()])");
        else
            buf_add_char(&text, pattern.p[i]);
    }
    return regex_compile(buf_str(&text), 0, out, err);
}

static size_t indent_of(str line)
{
    size_t n = 0;

    while (n < line.n && line.p[n] == ' ')
        n++;
    return n;
}

struct filter {
    str name;
    struct regex *regex;
    bool inside; /* behind the begin; in a section */
    size_t indent;
};

static bool passes(struct filter *f, str line)
{
    bool matches = regex_match(f->regex, line, 0, NULL, NULL) > 0;

    if (str_eq_c(f->name, "include"))
        return matches;
    if (str_eq_c(f->name, "exclude"))
        return !matches;
    if (str_eq_c(f->name, "begin"))
        return f->inside |= matches;
    if (f->inside && indent_of(line) > f->indent)
        return true;
    f->inside = matches;
    f->indent = indent_of(line);
    return matches;
}

static int apply(struct filter *f, str text, struct buf *out, struct err *err)
{
    while (text.n > 0) {
        str line = str_cut(&text, '\n');

        if (!passes(f, line))
            continue;
        buf_add(out, line);
        buf_add_char(out, '\n');
    }
    return buf_finish(out, "what the filter leaves", err);
}

/* 1: it cannot be told from the whole text. */
static int filtered(struct device_outputs *outputs,
                    const struct device_output *whole, str expression,
                    struct device_output *out, struct err *err)
{
    AUTO(regex_freep) struct regex *regex = NULL;
    AUTO(buf_clear) struct buf text = BUF(FILTERED_MAX);
    str rest = expression;
    struct filter filter = { .name = next_word(&rest) };
    int rc;

    if (outputs_check_command(out->command, NULL) < 0 ||
        compile(str_trim(rest), &regex, NULL) < 0)
        return 1;
    filter.regex = regex;
    *out = (struct device_output){ .command = out->command,
                                   .refused = whole->refused,
                                   .text = whole->text };
    if (whole->refused)
        return 0;
    rc = apply(&filter, whole->text, &text, err);
    if (rc < 0 || outputs->list.n >= OUTPUTS_MAX ||
        text.n > OUTPUTS_BYTES_MAX - outputs->bytes)
        return rc < 0 ? rc : 1;
    outputs->bytes += text.n;
    out->text = arena_str(&outputs->arena, buf_str(&text));
    *vec_push(&outputs->list) = *out; /* content may ask it again */
    return 0;
}

int outputs_find(struct device_outputs *outputs, str command,
                 struct device_output *out, struct err *err)
{
    const struct device_output *there;
    str rest;
    int rc = outputs_command(command, &outputs->arena, &out->command, err);

    if (rc < 0)
        return rc;
    there = find(outputs, out->command);
    if (there != NULL) {
        *out = *there;
        return 0;
    }
    rest = out->command;
    there = find(outputs, str_trim(str_cut(&rest, '|')));
    if (there == NULL || rest.n == 0)
        return 1;
    return filtered(outputs, there, str_trim(rest), out, err);
}

/* --- Which family it is of --- */

static const char *family_of_config(str text)
{
    static const struct {
        const char *begins;
        const char *family;
    } marks[] = {
        { "ASA Version ", "asa" },   { "PIX Version ", "pix" },
        { "FWSM Version ", "fwsm" }, { "frr version ", "frr" },
        { "#version ", "catos" },    { "version 1.", "ios" },
        { "version 3.", "ios-xe" },  { "version 16.", "ios-xe" },
        { "version 17.", "ios-xe" }, { "version 1", "ios" },
        { "! Version ", "ips" },     { "service host", "ips" },
    };

    while (text.n > 0) {
        str line = str_cut(&text, '\n');

        for (size_t i = 0; i < COUNT(marks); i++)
            if (str_starts(line, str_c(marks[i].begins)))
                return marks[i].family;
    }
    return NULL;
}

void outputs_recognise(struct device_outputs *outputs)
{
    AUTO(device_facts_clear) struct device_facts facts = { 0 };
    const struct device_output *version = find(outputs, STR("show version"));
    const struct device_output *config;
    const char *name = NULL;

    if (outputs->family == NULL && version != NULL &&
        show_read(NULL, version->text, &facts, NULL) == 0)
        outputs->family = facts.family;
    if (outputs->family != NULL)
        return;
    config = find(outputs, STR("show running-config"));
    if (config == NULL)
        config = find(outputs, STR("show config"));
    if (config != NULL)
        name = family_of_config(config->text);
    if (name != NULL)
        outputs->family = family_find(str_c(name));
}

void outputs_clear(struct device_outputs *outputs)
{
    vec_clear(&outputs->list);
    arena_clear(&outputs->arena);
    outputs->bytes = 0;
}
