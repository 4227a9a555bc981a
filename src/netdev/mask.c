/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/mask.h"

enum {
    SECRET_MIN = 3
};

/* What comes behind these is secret; numbers (types) and a few words between
 * are not. */
static const char *const before[] = {
    "password",
    "passwd",
    "secret",
    "key",
    "key-string",
    "community",
    "pre-shared-key",
    "md5",
    "hmac",
    "auth",
    "priv",
    "tacacs-key",
    "radius-key",
    "user-pin",
    "authentication-key",
    "area-password",
    "domain-password",
    "wpa-psk",
    "ascii",
};
static const char *const between[] = {
    "0",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
    "encrypted",
    "md5",
    "sha",
    "aes",
    "des",
    "3des",
    "128",
    "192",
    "256",
    "read-only",
    "read-write",
    "read-write-all",
    "address",
    "local",
    "remote",
    "hex",
    "ascii",
    "key-string",
    "text",
    "string",
    "mode",
};
/* Of `snmp-server host ADDRESS`: what is not the community; "+" takes one
 * word more. */
static const char *const of_host[] = {
    "traps", "trap", "informs", "inform", "poll",    "1",    "2c",
    "3",     "auth", "noauth",  "priv",   "version", "vrf+", "udp-port+",
};
/* Commands in which the words above name something else. */
static const char *const harmless[] = {
    "key chain", "key generate", "service password",   "crypto key",
    "ip ssh",    "auth ",        "security passwords",
};

static bool is_one_of(str word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq_c(word, list[i]))
            return true;
    }
    return false;
}

static str word_at(str line, size_t at)
{
    size_t n = 0;

    while (at + n < line.n && line.p[at + n] != ' ' && line.p[at + n] != '\t')
        n++;
    return str_sub(line, at, n);
}

static bool is_harmless(str line)
{
    line = str_trim(line);
    for (size_t i = 0; i < COUNT(harmless); i++) {
        if (str_starts(line, str_c(harmless[i])))
            return true;
    }
    return false;
}

/* In these, what stands behind "authentication" is the secret itself. */
static bool tells_secret(str line)
{
    line = str_trim(line);
    return str_starts(line, STR("standby ")) ||
           str_starts(line, STR("vrrp ")) || str_starts(line, STR("glbp ")) ||
           str_starts(line, STR("ip rip authentication "));
}

/* 2: the word takes the next one along; 1: it is no community. */
static int is_of_host(str word)
{
    for (size_t i = 0; i < COUNT(of_host); i++) {
        str row = str_c(of_host[i]);
        bool takes = str_ends(row, STR("+"));

        if (takes)
            row.n--;
        if (row.n > 0 && str_eq(word, row))
            return takes ? 2 : 1;
    }
    return 0;
}

/* snmp-server host ADDRESS ... COMMUNITY: the first word behind the address
 * that is nothing else. */
static void mask_host(str line, struct buf *out)
{
    bool is_behind = false;
    bool is_done = false;
    bool is_taken = false;

    for (size_t at = 0; at < line.n;) {
        str word = word_at(line, at);
        int kind = is_of_host(word);

        if (word.n == 0) {
            buf_add_char(out, line.p[at++]);
            continue;
        }
        at += word.n;
        if (is_behind && !is_done && !is_taken && kind == 0) {
            buf_add_c(out, MASKED);
            is_done = true;
            continue;
        }
        buf_add(out, word);
        is_taken = kind == 2;
        is_behind |= str_find_char(word, '.') < word.n ||
                     str_find_char(word, ':') < word.n;
    }
}

/* Word by word, blanks kept. */
static void mask_line(str line, struct buf *out)
{
    bool armed = false;
    bool skip = is_harmless(line);
    bool tells = tells_secret(line);

    if (str_starts(str_trim(line), STR("snmp-server host ")) &&
        str_find(line, STR(" community ")) == line.n) {
        mask_host(line, out);
        return;
    }

    for (size_t at = 0; at < line.n;) {
        str word = word_at(line, at);

        if (word.n == 0) {
            buf_add_char(out, line.p[at++]);
            continue;
        }
        at += word.n;
        if (armed && !is_one_of(word, between, COUNT(between))) {
            buf_add_c(out, MASKED);
            armed = false;
            continue;
        }
        buf_add(out, word);
        armed |= !skip && (is_one_of(word, before, COUNT(before)) ||
                           (tells && str_eq(word, STR("authentication"))));
    }
}

/* URLs hold user:password@ (R-AUS-4). */
static void mask_url(struct buf *line, struct buf *out)
{
    str text = buf_str(line);
    size_t at = str_find(text, STR("://"));
    str rest = str_sub(text, at + 3, SIZE_MAX);
    str host = word_at(rest, 0);
    size_t sign = str_find_char(host, '@');

    if (at == text.n || sign == host.n) {
        buf_add(out, text);
        return;
    }
    buf_add(out, str_sub(text, 0, at + 3));
    buf_add_c(out, MASKED);
    buf_add(out, str_sub(rest, sign, SIZE_MAX));
}

static void replace(str text, str secret, struct buf *out)
{
    while (text.n > 0) {
        size_t at = str_find(text, secret);

        buf_add(out, str_sub(text, 0, at));
        if (at == text.n)
            return;
        buf_add_c(out, MASKED);
        text = str_sub(text, at + secret.n, SIZE_MAX);
    }
}

void mask_text(str text, const str *secrets, size_t count, struct buf *out)
{
    AUTO(buf_clear) struct buf known = BUF(out->limit);
    AUTO(buf_clear) struct buf next = BUF(out->limit);
    AUTO(buf_clear) struct buf line = BUF(out->limit);
    str rest;

    buf_add(&known, text);
    for (size_t i = 0; i < count; i++) {
        struct buf swap = known;

        if (secrets[i].n < SECRET_MIN)
            continue;
        buf_reset(&next);
        replace(buf_str(&known), secrets[i], &next);
        known = next;
        next = swap;
    }
    rest = buf_str(&known);
    while (rest.n > 0) {
        bool is_ended = str_find_char(rest, '\n') < rest.n;

        buf_reset(&line);
        mask_line(str_cut(&rest, '\n'), &line);
        mask_url(&line, out);
        if (is_ended)
            buf_add_char(out, '\n');
    }
}
