/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/terminal.h"

enum state {
    STATE_TEXT,
    STATE_ESCAPE, /* after ESC */
    STATE_CSI,    /* after ESC [ */
    STATE_STRING, /* after ESC ], P, X, ^ or _: until BEL or ESC \ */
    STATE_STRING_ESCAPE,
    STATE_CHARSET, /* one more byte */
};

void terminal_init(struct terminal *terminal, size_t text_max)
{
    *terminal = (struct terminal){ .text = BUF_INIT(text_max),
                                   .line = BUF_INIT(TERMINAL_LINE_MAX) };
}

void terminal_clear(struct terminal *terminal)
{
    buf_clear(&terminal->text);
    buf_clear(&terminal->line);
}

void terminal_reset(struct terminal *terminal)
{
    buf_reset(&terminal->text);
    buf_reset(&terminal->line);
    terminal->column = 0;
    terminal->over = false;
}

static size_t without_blanks(const struct buf *line)
{
    size_t n = line->n;

    while (n > 0 && line->p[n - 1] == ' ')
        n--;
    return n;
}

str terminal_line(const struct terminal *terminal)
{
    return (str){ terminal->line.p, without_blanks(&terminal->line) };
}

void terminal_unwrite(struct terminal *terminal, size_t n)
{
    terminal->line.n -= n < terminal->line.n ? n : terminal->line.n;
    if (terminal->column > terminal->line.n)
        terminal->column = terminal->line.n;
}

static void end_line(struct terminal *t)
{
    buf_add(&t->text, (str){ t->line.p, without_blanks(&t->line) });
    buf_add_char(&t->text, '\n');
    t->over = t->over || t->text.over;
    buf_reset(&t->line);
    t->column = 0;
}

static void put(struct terminal *t, char c)
{
    if (t->column < t->line.n) {
        t->line.p[t->column++] = c;
        return;
    }
    buf_add_char(&t->line, c);
    if (t->line.over)
        t->over = true;
    else
        t->column++;
}

static void control(struct terminal *t, char c)
{
    switch (c) {
    case '\n':
        end_line(t);
        break;
    case '\r':
        t->column = 0;
        break;
    case '\b':
        t->column -= t->column > 0;
        break;
    case '\t':
        put(t, c);
        break;
    case '\033':
        t->state = STATE_ESCAPE;
        t->escape_n = 0;
        t->parameter = 0;
        break;
    default:
        break;
    }
}

static void after_escape(struct terminal *t, char c)
{
    if (c == '[')
        t->state = STATE_CSI;
    else if (c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_')
        t->state = STATE_STRING;
    else if (c == '(' || c == ')' || c == '*' || c == '+' || c == '#' ||
             c == '%')
        t->state = STATE_CHARSET;
    else
        t->state = c == '\033' ? STATE_ESCAPE : STATE_TEXT;
}

/* Of the sequences only the one that erases in the line matters. */
static void in_csi(struct terminal *t, char c)
{
    if (c < '@' || c > '~') {
        if (t->parameter == 0)
            t->parameter = c;
        return;
    }
    t->state = STATE_TEXT;
    if (c != 'K' || t->parameter == '1')
        return;
    t->line.n = t->parameter == '2' ? 0 : t->column;
    if (t->column > t->line.n)
        t->column = t->line.n;
}

static void feed_one(struct terminal *t, char c)
{
    bool is_control = (unsigned char)c < 0x20 || c == 0x7f;

    if (t->state != STATE_TEXT && ++t->escape_n > TERMINAL_ESCAPE_MAX)
        t->state = STATE_TEXT;
    switch (t->state) {
    case STATE_ESCAPE:
        after_escape(t, c);
        break;
    case STATE_CSI:
        in_csi(t, c);
        break;
    case STATE_STRING:
        if (c == '\a')
            t->state = STATE_TEXT;
        else if (c == '\033')
            t->state = STATE_STRING_ESCAPE;
        break;
    case STATE_STRING_ESCAPE:
        t->state = c == '\\' ? STATE_TEXT : STATE_STRING;
        break;
    case STATE_CHARSET:
        t->state = STATE_TEXT;
        break;
    default:
        if (is_control)
            control(t, c);
        else
            put(t, c);
    }
}

void terminal_feed(struct terminal *terminal, str bytes)
{
    for (size_t i = 0; i < bytes.n && !terminal->over; i++)
        feed_one(terminal, bytes.p[i]);
}
