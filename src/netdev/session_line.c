/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/session_int.h"

static bool ends_nocase(str s, const char *end)
{
    str tail = str_c(end);

    return s.n >= tail.n &&
           str_eq_nocase(str_sub(s, s.n - tail.n, tail.n), tail);
}

static bool ends_c(str s, const char *end)
{
    return end != NULL && str_ends(s, str_c(end));
}

bool line_is_privileged(const struct family *family, str line)
{
    return ends_c(line, family->enabled_ends);
}

bool line_ends_as_prompt(const struct family *family, str line)
{
    return line.n > 0 && line.n <= PROMPT_MAX &&
           (ends_c(line, family->enabled_ends) ||
            ends_c(line, family->user_ends));
}

size_t line_pager(const struct family *family, str line)
{
    for (const char *const *p = family->pagers; p != NULL && *p != NULL; p++)
        if (str_ends(line, str_c(*p)))
            return strlen(*p);
    return 0;
}

bool line_is_question(str line)
{
    return line.n > 0 && strchr("?:])", line.p[line.n - 1]) != NULL;
}

bool line_asks_user(str line)
{
    return ends_nocase(line, "username:") || ends_nocase(line, "login:") ||
           ends_nocase(line, "user name:");
}

bool line_asks_password(str line)
{
    return ends_nocase(line, "password:") || ends_nocase(line, "passcode:");
}

bool line_refuses_login(str line)
{
    static const char *const texts[] = {
        "login incorrect",        "% authentication failed",
        "% login invalid",        "% bad passwords",
        "% bad secrets",          "access denied",
        "permission denied",      "% access denied",
        "password is incorrect.", "% error in authentication",
        "bad passwords",
    };

    for (size_t i = 0; i < COUNT(texts); i++)
        if (line.n >= strlen(texts[i]) &&
            str_eq_nocase(str_sub(line, 0, strlen(texts[i])), str_c(texts[i])))
            return true;
    return false;
}

/* --- The prompt ---------------------------------------------------------- */

void prompt_clear(struct prompt *prompt)
{
    buf_clear(&prompt->whole);
    buf_clear(&prompt->base);
    buf_clear(&prompt->next);
}

/* "r1(config-if)#" -> "r1"; "sw> (enable)" -> "sw". */
static str base_of(const struct family *family, str line)
{
    str base = line;

    if (ends_c(base, family->enabled_ends))
        base.n -= strlen(family->enabled_ends);
    base = str_trim(base);
    if (ends_c(base, family->user_ends))
        base.n -= strlen(family->user_ends);
    base = str_trim(base);
    if (base.n > 0 && base.p[base.n - 1] == ')') {
        size_t open = base.n;

        while (open > 0 && base.p[open - 1] != '(')
            open--;
        if (open > 1)
            base.n = open - 1;
    }
    return base;
}

void prompt_learn(struct prompt *prompt, const struct family *family, str line)
{
    buf_reset(&prompt->whole);
    buf_add(&prompt->whole, line);
    buf_reset(&prompt->base);
    buf_add(&prompt->base, base_of(family, line));
    buf_reset(&prompt->next);
    prompt->odd = !line_ends_as_prompt(family, line);
}

void prompt_expect(struct prompt *prompt, str command)
{
    static const char *const commands[] = { "hostname ", "switchname ",
                                            "set system name " };

    buf_reset(&prompt->next);
    for (size_t i = 0; i < COUNT(commands); i++)
        if (str_starts(command, str_c(commands[i])))
            buf_add(&prompt->next,
                    str_trim(str_sub(command, strlen(commands[i]), command.n)));
}

/* Devices cut a long name in their configuration modes. */
static bool is_base(str base, str learned)
{
    enum {
        CUT_AT = 18
    };

    return str_eq(base, learned) || (base.n >= CUT_AT && base.n < learned.n &&
                                     str_starts(learned, base));
}

bool prompt_matches(struct prompt *prompt, const struct family *family,
                    str line)
{
    str base;

    if (str_eq(line, buf_str(&prompt->whole)))
        return true;
    if (prompt->odd || !line_ends_as_prompt(family, line))
        return false;
    base = base_of(family, line);
    if (is_base(base, buf_str(&prompt->base)))
        return true;
    if (prompt->next.n == 0 || !is_base(base, buf_str(&prompt->next)))
        return false;
    prompt_learn(prompt, family, line);
    return true;
}
