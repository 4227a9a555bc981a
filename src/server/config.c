/* SPDX-License-Identifier: Apache-2.0 */
#include "server/config.h"

#include <fcntl.h>

#include "base/io.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "schedule/calendar.h"
#include "server/release.h"

enum {
    CONFIG_FILE_MAX = 65536,
};

enum kind {
    KIND_TEXT,
    KIND_PATH,   /* absolute, or empty */
    KIND_LISTEN, /* ADDRESS:PORT */
    KIND_MAYBE,  /* the same, or empty */
    KIND_WORD,   /* one of `words` */
    KIND_NUMBER,
    KIND_BOOL,
};

static const struct setting {
    const char *name;
    enum kind kind;
    size_t offset;
    const char *otherwise;
    const char *words;
    int64_t min;
    int64_t max;
    enum config_reader reader;
    const char *help;
} settings[] = {
/* clang-format off */
#define AT(m) offsetof(struct config, m)
    { "data", KIND_PATH, AT(data), "/var/lib/holdfast", .help =
      "Directory of everything the server keeps." },
    { "api.listen", KIND_LISTEN, AT(api_listen), "127.0.0.1:8443", .help =
      "Address and port of console and API. Port 0: the kernel picks one, "
      "and run/ports.json in the data directory says which." },
    { "agent.listen", KIND_LISTEN, AT(agent_listen), "127.0.0.1:8444",
      .help = "Where enrolled agents connect, with their certificate." },
    { "enrol.listen", KIND_LISTEN, AT(enrol_listen), "127.0.0.1:8445",
      .help = "Where new agents enrol, with a one-time token." },
    { "devices.listen", KIND_MAYBE, AT(devices_listen), "", .help =
      "Where network devices fetch by HTTP: Auto Update, CNS call-home, "
      "Plug-n-Play. In clear text; empty: nowhere." },
    { "devices.tls_listen", KIND_MAYBE, AT(devices_tls_listen), "", .help =
      "Where they fetch by HTTPS. Empty: nowhere." },
    { "devices.tls", KIND_WORD, AT(devices_tls), "modern",
      "modern|compatible|legacy", .help = "What of TLS is spoken there: 1.2 "
      "and 1.3; from 1.0 on; or with 3DES and RSA key exchange, too, which "
      "old devices need and which protects little. No other port is "
      "affected." },
    { "devices.tls_certificate", KIND_PATH, AT(devices_tls_certificate), "",
      .help = "PEM file with the certificate chain shown there. Empty: one of "
      "the server's own authority, with a key of its own. Old devices need "
      "one with an RSA key." },
    { "devices.tls_key", KIND_PATH, AT(devices_tls_key), "", .help =
      "PEM file with its private key." },
    { "public.name", KIND_TEXT, AT(public_name), "localhost,127.0.0.1",
      .help = "Names and addresses the server is reached by, with commas "
      "between; they are in its certificate. Agents are told the first." },
    { "database", KIND_TEXT, AT(database), "", .reader = CONFIG_NO_FRONT,
      .help = "sqlite:PATH or postgresql://USER@HOST/NAME. Empty: SQLite in "
      "the data directory." },
    { "user", KIND_TEXT, AT(user), "holdfast", .help =
      "The user to become when started as root." },
    { "log.level", KIND_WORD, AT(log_level), "info",
      "error|warn|info|debug", .help = "How much is logged." },
    { "log.form", KIND_WORD, AT(log_form), "text", "text|json",
      .help = "How a line looks." },
    { "syslog", KIND_TEXT, AT(syslog), "", .help =
      "Where the log is sent, too (RFC 5424): udp:HOST:PORT, tcp:HOST:PORT "
      "or unix:PATH. Empty: nowhere." },
    { "tls.certificate", KIND_PATH, AT(tls_certificate), "", .help =
      "PEM file with the certificate chain of API and enrolment. Empty: one "
      "of the server's own authority." },
    { "tls.key", KIND_PATH, AT(tls_key), "", .help =
      "PEM file with its private key." },
    { "content.update", KIND_TEXT, AT(content_update), "02:17", .reader =
      CONFIG_NO_FRONT, .help = "When new definitions are looked for every "
      "night, HH:MM of this machine. Empty: never." },
    { "release.url", KIND_TEXT, AT(release_url), "", .reader =
      CONFIG_NO_FRONT, .help = "https:// address of the signed file that "
      "announces new versions of Holdfast; it is asked once a day. Empty: "
      "never." },
    { "release.keys", KIND_TEXT, AT(release_keys), "", .reader =
      CONFIG_NO_FRONT, .help = "The public keys that may have signed it: "
      "Ed25519, 64 digits of hexadecimal each, at most four." },
    { "mail.server", KIND_TEXT, AT(mail_server), "", .reader =
      CONFIG_NO_FRONT, .help = "smtp://HOST:PORT or smtps://HOST:PORT. "
      "Empty: no mail is sent." },
    { "mail.from", KIND_TEXT, AT(mail_from), "", .reader = CONFIG_NO_FRONT,
      .help = "The sender of our mail." },
    { "mail.user", KIND_TEXT, AT(mail_user), "", .reader = CONFIG_NO_FRONT,
      .help = "The user at the mail server." },
    { "mail.password_file", KIND_PATH, AT(mail_password_file), "", .reader =
      CONFIG_NO_FRONT, .help = "File that holds the user's password." },
    { "outbound.allow", KIND_TEXT, AT(outbound_allow), "", .reader =
      CONFIG_NO_FRONT, .help = "Networks, as 10.0.0.0/8, with commas between, "
      "that directories, sign-on providers and webhooks may be in, besides "
      "public addresses." },
    { "calls.listen", KIND_MAYBE, AT(calls_listen), "", .help =
      "Where network devices call (RFC 8071, NETCONF over SSH), as "
      "0.0.0.0:4334. Empty: nowhere." },
    { "netdev.allow", KIND_TEXT, AT(netdev_allow), "", .reader =
      CONFIG_NO_FRONT, .help = "Networks, as 10.0.0.0/8, with commas between, "
      "that network devices are reached in. Empty: everywhere but this "
      "machine, link-local and multicast addresses." },
    { "netdev.vault", KIND_TEXT, AT(netdev_vault), "", .reader =
      CONFIG_NO_FRONT, .help = "A command that prints a device's secret when "
      "it is started with the name of the credential's entry behind its "
      "arguments. Empty: none." },
    { "netdev.key_file", KIND_PATH, AT(netdev_key_file), "", .reader =
      CONFIG_NO_FRONT, .help = "File with the keys that credentials of "
      "network devices are opened by. Empty: keys/netdev.key in the data "
      "directory." },
    { "netdev.passphrase_file", KIND_PATH, AT(netdev_passphrase_file), "",
      .reader = CONFIG_NO_FRONT, .help = "File with the passphrase that these "
      "keys are sealed by; not needed where systemd hands over the credential "
      "netdev.passphrase. Empty: none." },
    { "netdev.sessions", KIND_NUMBER, AT(netdev_sessions), "64", NULL, 1,
      4096, .help = "Sessions with network devices at a time." },
    { "limit.connections", KIND_NUMBER, AT(connections), "15000", NULL, 16,
      1000000, .help = "Open connections of one listener." },
    { "limit.connections_per_address", KIND_NUMBER, AT(connections_address),
      "512", NULL, 1, 1000000, .help = "Open connections from one address "
      "to the API or to enrolment." },
    { "limit.header_seconds", KIND_NUMBER, AT(header_timeout_s), "10", NULL,
      1, 300, .help = "How long a client may take for the handshake and for "
      "the headers of a request." },
    { "limit.idle_seconds", KIND_NUMBER, AT(idle_timeout_s), "75", NULL, 1,
      3600, .help = "After this long without a byte a connection is "
      "closed." },
    { "limit.address_rate", KIND_NUMBER, AT(address_rate), "200", NULL, 0,
      1000000, .help = "Requests a second from one address to API and "
      "enrolment, ten times as many at once; 0: any number." },
    { "limit.token_rate", KIND_NUMBER, AT(token_rate), "100", NULL, 0,
      1000000, .help = "Requests a second of one user or token; 0: any "
      "number." },
    { "limit.upload", KIND_NUMBER, AT(upload_max), "1073741824", NULL, 1024,
      17179869184, .help = "Bytes of one uploaded feed." },
    { "check_answers", KIND_BOOL, AT(check_answers), "false", .help =
      "For tests: an answer that differs from the API's description is an "
      "error." },
#undef AT
    /* clang-format on */
};

static int bad(const struct setting *setting, struct err *err, const char *what)
{
    return err_set(err, E_INVALID, "%s: %s", setting->name, what);
}

int config_split(str address, str *out_host, int64_t *out_port, struct err *err)
{
    size_t at = address.n;
    str host;

    while (at > 0 && address.p[at - 1] != ':')
        at--;
    if (at == 0)
        return err_set(err, E_PARSE, "'%" PRIstr "' is no ADDRESS:PORT",
                       ARGstr(address));
    host = str_sub(address, 0, at - 1);
    if (host.n >= 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        host = str_sub(host, 1, host.n - 2);
    else if (str_find_char(host, ':') < host.n)
        return err_set(err, E_PARSE, "'%" PRIstr "': IPv6 is [ADDRESS]:PORT",
                       ARGstr(address));
    if (host.n == 0)
        return err_set(err, E_PARSE, "'%" PRIstr "' has no address",
                       ARGstr(address));
    *out_host = host;
    return str_to_i64(str_sub(address, at, address.n), 0, 65535, out_port, err);
}

static bool is_word(const char *words, str text)
{
    str left = str_c(words);

    while (left.n > 0) {
        if (str_eq(str_cut(&left, '|'), text))
            return true;
    }
    return false;
}

static int check(const struct setting *setting, str value, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(256);
    int64_t port;
    str host;
    int rc;

    switch (setting->kind) {
    case KIND_PATH:
        if (value.n > 0 && value.p[0] != '/')
            return bad(setting, err, "must be an absolute path");
        break;
    case KIND_MAYBE:
        if (value.n == 0)
            break;
        FALLTHROUGH;
    case KIND_LISTEN:
        rc = config_split(value, &host, &port, err);
        return rc < 0 ? err_wrap(err, rc, "%s", setting->name) : 0;
    case KIND_WORD:
        buf_printf(&text, "must be one of %s", setting->words);
        if (!is_word(setting->words, value))
            return bad(setting, err, buf_c(&text));
        break;
    case KIND_BOOL:
        if (!is_word("true|false", value))
            return bad(setting, err, "must be true or false");
        break;
    case KIND_TEXT:
    case KIND_NUMBER:
        break;
    }
    return 0;
}

static const struct setting *find(str name)
{
    for (size_t i = 0; i < COUNT(settings); i++) {
        if (str_eq_c(name, settings[i].name))
            return &settings[i];
    }
    return NULL;
}

static int set(struct config *config, const struct setting *setting, str value,
               struct err *err)
{
    char *at = (char *)config + setting->offset;
    int rc;

    if (utf8_valid(value) != value.n ||
        (value.n > 0 && memchr(value.p, '\0', value.n) != NULL))
        return bad(setting, err, "is not UTF-8 text");
    rc = check(setting, value, err);
    if (rc < 0)
        return rc;
    if (setting->kind == KIND_NUMBER) {
        rc = str_to_i64(value, setting->min, setting->max,
                        (int64_t *)(void *)at, err);
        return rc < 0 ? err_wrap(err, rc, "%s", setting->name) : 0;
    }
    if (setting->kind == KIND_BOOL)
        *(bool *)at = str_eq(value, STR("true"));
    else
        *(str *)(void *)at = arena_str(&config->arena, value);
    return 0;
}

int config_set(struct config *config, str name, str value, struct err *err)
{
    const struct setting *setting = find(name);

    if (setting == NULL)
        return err_set(err, E_PARSE, "unknown setting '%" PRIstr "'",
                       ARGstr(name));
    return set(config, setting, value, err);
}

static struct config *defaults(void)
{
    struct config *config = mem_alloc(1, sizeof(*config));

    for (size_t i = 0; i < COUNT(settings); i++)
        (void)!set(config, &settings[i], str_c(settings[i].otherwise), NULL);
    return config;
}

/* What fits alone may still not fit together. */
static int check_all(const struct config *config, struct err *err)
{
    struct release_keys keys;
    int minute;

    if ((config->tls_certificate.n == 0) != (config->tls_key.n == 0))
        return err_set(err, E_INVALID,
                       "tls.certificate and tls.key come together");
    if ((config->devices_tls_certificate.n == 0) !=
        (config->devices_tls_key.n == 0))
        return err_set(err, E_INVALID,
                       "devices.tls_certificate and devices.tls_key come "
                       "together");
    if (str_eq_c(config->devices_tls, "legacy") &&
        config->devices_tls_certificate.n == 0)
        return err_set(err, E_INVALID,
                       "devices.tls = legacy needs devices.tls_certificate "
                       "with an RSA key of its own");
    if (config->data.n == 0)
        return err_set(err, E_INVALID, "data: must not be empty");
    if (config->public_name.n == 0)
        return err_set(err, E_INVALID, "public.name: must not be empty");
    if (config->mail_server.n > 0 && config->mail_from.n == 0)
        return err_set(err, E_INVALID, "mail.server needs mail.from");
    if (config->content_update.n > 0 &&
        calendar_parse_minute(config->content_update, &minute, err) < 0)
        return err_wrap(err, E_INVALID, "content.update");
    if (config->release_url.n > 0 &&
        !str_starts(config->release_url, STR("https://")))
        return err_set(err, E_INVALID, "release.url: expected https://");
    if (release_keys_read(config->release_keys, &keys, err) < 0)
        return err_wrap(err, E_INVALID, "release.keys");
    return 0;
}

static int parse_line(struct config *config, str line, bool *seen,
                      struct err *err)
{
    const struct setting *setting;
    str name;

    line = str_trim(line);
    if (line.n == 0 || line.p[0] == '#')
        return 0;
    if (str_find_char(line, '=') == line.n)
        return err_set(err, E_PARSE, "expected 'name = value'");
    name = str_trim(str_cut(&line, '='));
    setting = find(name);
    if (setting == NULL)
        return err_set(err, E_PARSE, "unknown setting '%" PRIstr "'",
                       ARGstr(name));
    if (seen[setting - settings])
        return err_set(err, E_PARSE, "'%s' is set twice", setting->name);
    seen[setting - settings] = true;
    return set(config, setting, str_trim(line), err);
}

int config_parse(str text, const char *name, struct config **out,
                 struct err *err)
{
    AUTO(config_freep) struct config *config = defaults();
    bool seen[COUNT(settings)] = { false };
    int rc;

    for (unsigned line = 1; text.n > 0; line++) {
        rc = parse_line(config, str_cut(&text, '\n'), seen, err);
        if (rc < 0)
            return err_wrap(err, rc, "%s:%u", name, line);
    }
    rc = check_all(config, err);
    if (rc < 0)
        return err_wrap(err, rc, "%s", name);
    *out = TAKE(config);
    return 0;
}

int config_load(const char *path, struct config **out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(CONFIG_FILE_MAX);
    int rc = io_read_file(AT_FDCWD, path, &text, err);

    return rc < 0 ? rc : config_parse(buf_str(&text), path, out, err);
}

void config_free(struct config *config)
{
    if (config == NULL)
        return;
    arena_clear(&config->arena);
    mem_free(config);
}

void config_freep(struct config **config)
{
    config_free(*config);
}

void config_print(const struct config *config, bool front, struct buf *out)
{
    for (size_t i = 0; i < COUNT(settings); i++) {
        const char *at = (const char *)config + settings[i].offset;

        if (front && settings[i].reader == CONFIG_NO_FRONT)
            continue;
        buf_printf(out, "%s = ", settings[i].name);
        if (settings[i].kind == KIND_NUMBER)
            buf_printf(out, "%lld",
                       (long long)*(const int64_t *)(const void *)at);
        else if (settings[i].kind == KIND_BOOL)
            buf_add_c(out, *(const bool *)at ? "true" : "false");
        else
            buf_add(out, *(const str *)(const void *)at);
        buf_add_char(out, '\n');
    }
}

void config_help(struct buf *out)
{
    for (size_t i = 0; i < COUNT(settings); i++) {
        const struct setting *setting = &settings[i];

        buf_printf(out, ".TP\n\\fB%s\\fR = %s\n%s\n", setting->name,
                   setting->otherwise[0] != '\0' ? setting->otherwise
                                                 : "(empty)",
                   setting->help);
        if (setting->words != NULL)
            buf_printf(out, "One of %s.\n", setting->words);
        if (setting->kind == KIND_NUMBER)
            buf_printf(out, "From %lld to %lld.\n", (long long)setting->min,
                       (long long)setting->max);
    }
}

str config_public_name(const struct config *config, size_t index)
{
    str left = config->public_name;

    for (;; index--) {
        str one = str_trim(str_cut(&left, ','));

        if (index == 0)
            return one.n > 0 ? one : STR_NONE;
        if (left.n == 0)
            return STR_NONE;
    }
}

const char *config_path(struct config *config, const char *name)
{
    return arena_printf(&config->arena, "%" PRIstr "/%s", ARGstr(config->data),
                        name)
        .p;
}

void config_log(const struct config *config)
{
    static const char *const levels[] = { "error", "warn", "info", "debug" };

    for (size_t i = 0; i < COUNT(levels); i++) {
        if (str_eq_c(config->log_level, levels[i]))
            log_set_level((enum log_level)i);
    }
    log_set_json(str_eq(config->log_form, STR("json")));
}
