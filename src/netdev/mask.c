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
    "server-key",
    "set-key",
    "session-key",
    "ldap-login-password",
    "radius-common-pw",
    "idtoken",
    "enablepass",
    "srvtab",
    "pin",
    "api-key",
    "hello-password",
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
    "aes-128",
    "aes-192",
    "aes-256",
    "aes128",
    "aes192",
    "aes256",
    "sha-1",
    "sha-256",
    "sha-384",
    "sha-512",
    "sha1",
    "sha224",
    "sha256",
    "sha384",
    "sha512",
    "hmac-md5",
    "hmac-sha1",
    "hmac-sha2-256",
    "hmac-sha-1",
    "hmac-sha-256",
    "cmac-aes-128",
};
/* Words that a number follows: "level 7", "option 1 for 10". */
static const char *const numbered[] = { "level", "option", "required", "for" };
/* A password in clear (type 0) may have several words: it ends before one of
 * these. */
static const char *const behind[] = {
    "encrypted", "pbkdf2",   "privilege", "role",
    "secret",    "password", "realm",     "store-local",
};
/* Of `snmp-server host ADDRESS`: what is not the community; "+" takes one
 * word more. */
static const char *const of_host[] = {
    "traps", "trap",    "informs", "inform",    "poll",
    "1",     "2c",      "3",       "auth",      "noauth",
    "priv",  "version", "vrf+",    "udp-port+", "timeout+",
};
/* Commands in which the words above name something else. */
static const char *const harmless[] = {
    "aaa password",       "auth ",
    "crypto key",         "ip ssh",
    "key chain",          "key generate",
    "match community",    "ntp peer",
    "ntp server",         "password encryption",
    "security passwords", "service password",
    "set community",      "snmp-server group",
    "snmp-server view",
};

/* Lines that words alone do not tell: "*" is any word, "..." any number of
 * them, "~x" one with x in it, "#" a type if there is one, "$" the secret, and
 * "$$" all that follow but names of algorithms: these two come last. */
static const char *const shapes[] = {
    "... secret 10 $",
    "domain-password clear $",
    "isis password clear $",
    "... ipsec spi * $$",
    "authentication key eigrp * # $",
    "authentication mode hmac-sha-256 # $",
    "authentication text $",
    "config switchconfig ~secret encrypt $$",
    "crypto * export ... terminal 3des $",
    "crypto * export ... terminal des $",
    "crypto * export ... terminal password $",
    "crypto * export ... terminal $",
    "crypto * export ... url * 3des $",
    "crypto * export ... url * des $",
    "crypto * export ... url * password $",
    "crypto * import ... terminal password $",
    "crypto * import ... terminal $",
    "crypto * import ... url * password $",
    "encryption key * size * # $",
    "encryption vlan * key * size * # $",
    "event manager environment ~community $",
    "event manager environment ~key $",
    "event manager environment ~pass $",
    "event manager environment ~secret $",
    "ip msdp password peer * # $",
    "key config-key * $",
    "mpls ldp ... password fallback # $",
    "no key config-key * $",
    "sap pmk $",
    "set snmp community index * name $",
    "token $",
};
/* What "$$" leaves. */
static const char *const algorithms[] = {
    "0",   "7",    "128",       "192",        "256",       "esp", "null",
    "des", "3des", "md5",       "sha1",       "aes-cbc",   "ah",  "cipher",
    "aes", "hmac", "encrypted", "encryption", "auth-algo",
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

static bool is_between_word(str word)
{
    for (size_t i = 0; i < COUNT(between); i++)
        if (str_eq_nocase(word, str_c(between[i])))
            return true;
    return false;
}

static bool is_number(str word)
{
    for (size_t i = 0; i < word.n; i++)
        if (word.p[i] < '0' || word.p[i] > '9')
            return false;
    return word.n > 0;
}

static bool is_harmless(str line)
{
    for (size_t i = 0; i < COUNT(harmless); i++) {
        if (str_starts(line, str_c(harmless[i])))
            return true;
    }
    return false;
}

/* In these, what stands behind "authentication" is the secret itself. */
static bool tells_secret(str line)
{
    return str_starts(line, STR("standby ")) ||
           str_starts(line, STR("vrrp ")) || str_starts(line, STR("glbp ")) ||
           str_starts(line, STR("ip rip authentication ")) ||
           str_starts(line, STR("ip nhrp authentication "));
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

static bool is_address(str word)
{
    return str_find_char(word, '.') < word.n ||
           str_find_char(word, ':') < word.n;
}

static str word_behind(str line, size_t at)
{
    while (at < line.n && word_at(line, at).n == 0)
        at++;
    return word_at(line, at);
}

/* snmp-server host ADDRESS ... COMMUNITY, and aaa-server NAME (IF) host ADDRESS
 * KEY of a PIX: the first word behind the address
 * that is nothing else. */
static void mask_host(str line, struct buf *out)
{
    bool is_behind = false;
    bool is_done = false;
    bool is_taken = false;
    bool is_next = false; /* the address, or an interface before it */

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
        is_behind |=
            is_address(word) || (is_next && !is_address(word_behind(line, at)));
        is_next = str_eq_c(word, "host");
    }
}

/* Where in a line we are. */
struct place {
    bool armed;    /* the next word is secret, unless it is one between */
    bool number;   /* a number comes first */
    bool is_clear; /* of type 0 */
    bool eats;     /* what follows belongs to the secret */
    bool is_last;  /* nothing but secrets comes behind the first one */
    bool skip;     /* nothing arms in this line */
    bool tells;
};

/* Whether an armed word is none of the secret. */
static bool is_between(struct place *at, str word)
{
    bool number = at->number;

    at->number = is_one_of(word, numbered, COUNT(numbered));
    if (str_eq_c(word, "key-chain")) { /* a name follows */
        at->armed = false;
        return true;
    }
    if (at->number || number)
        return true;
    if (!is_between_word(word))
        return false;
    at->is_clear = str_eq_c(word, "0");
    return true;
}

/* Whether the word is to be masked. */
static bool take_word(struct place *at, str word)
{
    if (at->armed && !is_between(at, word)) {
        at->armed = false;
        at->eats = at->is_clear || at->is_last;
        return true;
    }
    if (at->eats && !is_one_of(word, behind, COUNT(behind)))
        return true;
    at->eats = false;
    if (!at->skip && (is_one_of(word, before, COUNT(before)) ||
                      (at->tells && str_eq(word, STR("authentication"))))) {
        at->is_clear &= at->armed;
        at->armed = true;
    }
    return false;
}

/* --- Shapes ------------------------------------------------------------------
 */

enum {
    WORDS_MAX = 64, /* of a line; what is behind is left to the words */
};

struct words {
    str all[WORDS_MAX];
    bool secret[WORDS_MAX];
    size_t n;
};

static bool is_type(str word)
{
    return word.n == 1 && word.p[0] >= '0' && word.p[0] <= '9';
}

static bool contains_nocase(str word, str part)
{
    for (size_t i = 0; i + part.n <= word.n; i++)
        if (str_eq_nocase(str_sub(word, i, part.n), part))
            return true;
    return false;
}

static bool fits(str token, str word)
{
    if (token.p[0] == '~')
        return contains_nocase(word, str_sub(token, 1, SIZE_MAX));
    return str_eq(token, STR("*")) || str_eq(token, word);
}

static size_t match(struct words *words, size_t at, str shape);

/* The rest of the shape, from here on or behind what fits nothing. */
static size_t match_behind(struct words *words, size_t at, str shape)
{
    size_t end = 0;

    for (; end == 0 && at < words->n; at++)
        end = match(words, at, shape);
    return end;
}

/* How many words the shape takes, from `at` on; 0: it is another one. */
static size_t match(struct words *words, size_t at, str shape)
{
    while (shape.n > 0) {
        str token = str_cut(&shape, ' ');

        if (str_eq_c(token, "..."))
            return match_behind(words, at, shape);
        if (at == words->n)
            return 0;
        if (str_eq_c(token, "#")) {
            at += is_type(words->all[at]);
        } else if (str_eq_c(token, "$$")) {
            for (; at < words->n; at++)
                words->secret[at] =
                    !is_one_of(words->all[at], algorithms, COUNT(algorithms));
        } else if (str_eq_c(token, "$")) {
            words->secret[at++] = true;
        } else if (!fits(token, words->all[at++])) {
            return 0;
        }
    }
    return at;
}

/* Marks what a shape says; how many words it takes. */
static size_t mark(str line, struct words *words)
{
    words->n = 0;
    for (size_t at = 0; at < line.n && words->n < WORDS_MAX;) {
        str word = word_at(line, at);

        if (word.n > 0) {
            words->secret[words->n] = false;
            words->all[words->n++] = word;
        }
        at += word.n > 0 ? word.n : 1;
    }
    for (size_t i = 0; i < COUNT(shapes); i++) {
        size_t end = match(words, 0, str_c(shapes[i]));

        if (end > 0)
            return end;
    }
    return 0;
}

/* --- Lines -------------------------------------------------------------------
 */

/* Word by word, blanks kept. */
static void mask_line(str line, bool in_chain, struct buf *out)
{
    str text = str_trim(line);
    struct place place = { .is_last =
                               str_find(text, STR(" session-key ")) < text.n ||
                               str_starts(text, STR("kerberos srvtab ")) ||
                               str_starts(text, STR("set kerberos srvtab ")),
                           .skip = is_harmless(text),
                           .tells = tells_secret(text) };
    struct words words;
    size_t known = mark(line, &words);
    size_t n = 0;

    if (str_starts(text, STR("aaa-server ")) ||
        (str_starts(text, STR("snmp-server host ")) &&
         str_find(line, STR(" community ")) == line.n)) {
        mask_host(line, out);
        return;
    }
    place.skip |= in_chain && is_number(str_sub(text, 4, SIZE_MAX)) &&
                  str_starts(text, STR("key "));
    for (size_t at = 0; at < line.n;) {
        str word = word_at(line, at);

        if (word.n == 0) {
            buf_add_char(out, line.p[at++]);
            continue;
        }
        at += word.n;
        if (n++ < known ? words.secret[n - 1] : take_word(&place, word))
            buf_add_c(out, MASKED);
        else
            buf_add(out, word);
        place.number |= place.armed && str_eq_c(word, "authentication-key") &&
                        str_starts(text, STR("ntp "));
    }
}

/* "user:password@host" without a scheme. */
static void mask_login(str text, struct buf *out)
{
    while (text.n > 0) {
        str word = word_at(text, 0);
        size_t colon = str_find_char(word, ':');
        size_t sign = word.n;

        while (sign > 0 && word.p[sign - 1] != '@')
            sign--;
        if (colon > 0 && colon < sign) {
            buf_add_c(out, MASKED);
            sign--;
        } else {
            sign = 0;
        }
        if (word.n == 0)
            word = str_sub(text, 0, 1);
        buf_add(out, str_sub(word, sign, SIZE_MAX));
        text = str_sub(text, word.n, SIZE_MAX);
    }
}

/* URLs hold user:password@ (R-AUS-4), and a password may hold an '@'. */
static void mask_url(struct buf *line, struct buf *out)
{
    str text = buf_str(line);

    while (text.n > 0) {
        size_t at = str_find(text, STR("://"));
        str rest = str_sub(text, at + 3, SIZE_MAX);
        str host = word_at(rest, 0);
        size_t sign = host.n;

        mask_login(str_sub(text, 0, at), out);
        if (at == text.n)
            return;
        buf_add_c(out, "://");
        while (sign > 0 && host.p[sign - 1] != '@')
            sign--;
        if (sign > 0) { /* just behind the last '@' */
            buf_add_c(out, MASKED "@");
            rest = str_sub(rest, sign, SIZE_MAX);
        }
        text = rest;
    }
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
    bool in_chain = false;
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
        str one = str_cut(&rest, '\n');

        /* "key 1" of a key chain is its number, elsewhere it is a secret. */
        if (one.n > 0 && one.p[0] != ' ' && one.p[0] != '\t')
            in_chain = str_starts(one, STR("key chain "));
        buf_reset(&line);
        mask_line(one, in_chain, &line);
        mask_url(&line, out);
        if (is_ended)
            buf_add_char(out, '\n');
    }
}
