/* SPDX-License-Identifier: Apache-2.0 */
#include "netdev/family.h"

#include "base/buf.h"

static const char *const transports[TRANSPORTS] = {
    [TRANSPORT_SSL] = "ssl",       [TRANSPORT_SSH] = "ssh",
    [TRANSPORT_TELNET] = "telnet", [TRANSPORT_HTTP] = "http",
    [TRANSPORT_TMS] = "tms",       [TRANSPORT_NETCONF] = "netconf",
};

/* R-TMS-4: the routers that read an eToken. */
static const char *const tms_models[] = { "87", "18", "28", "38" };

static char plain(char c)
{
    if (c == '_' || c == ' ')
        return '-';
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool same_name(str a, str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        if (plain(a.p[i]) != plain(b.p[i]))
            return false;
    }
    return true;
}

const struct family *family_find(str name)
{
    name = str_trim(name);
    for (size_t i = 0; i < family_count; i++) {
        str aliases = str_c(families[i].aliases);

        if (same_name(name, str_c(families[i].name)) ||
            same_name(name, str_c(families[i].title)))
            return &families[i];
        while (aliases.n > 0) {
            if (same_name(name, str_cut(&aliases, '|')))
                return &families[i];
        }
    }
    return NULL;
}

const char *transport_name(enum transport transport)
{
    return transport < TRANSPORTS ? transports[transport] : "";
}

int transport_find(str name, enum transport *out, struct err *err)
{
    for (unsigned i = 0; i < TRANSPORTS; i++) {
        if (same_name(name, str_c(transports[i]))) {
            *out = (enum transport)i;
            return 0;
        }
    }
    if (same_name(name, STR("https"))) {
        *out = TRANSPORT_SSL;
        return 0;
    }
    return err_set(err, E_INVALID,
                   "'%" PRIstr "' is no transport; expected ssl, ssh, telnet, "
                   "http, tms or netconf (R-COM-6)",
                   ARGstr(str_sub(name, 0, 64)));
}

bool transport_is_clear(enum transport transport)
{
    return transport == TRANSPORT_TELNET || transport == TRANSPORT_HTTP;
}

static bool take_number(str *text, unsigned *out)
{
    size_t n = 0;
    int64_t value;

    while (n < text->n && text->p[n] >= '0' && text->p[n] <= '9')
        n++;
    if (str_to_i64(str_sub(*text, 0, n), 0, 99999, &value, NULL) < 0)
        return false;
    *out = (unsigned)value;
    *text = str_sub(*text, n, SIZE_MAX);
    return true;
}

static bool take_char(str *text, const char *any)
{
    if (text->n == 0 || strchr(any, text->p[0]) == NULL || text->p[0] == '\0')
        return false;
    *text = str_sub(*text, 1, SIZE_MAX);
    return true;
}

static bool is_version_rest(str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = plain(text.p[i]);

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
              strchr(".()-+", c) != NULL))
            return false;
    }
    return text.n <= 32;
}

int os_version_parse(str text, struct os_version *out, struct err *err)
{
    struct os_version version = { 0 };
    str rest = text;

    if (take_number(&rest, &version.major) && take_char(&rest, ".") &&
        take_number(&rest, &version.minor) && is_version_rest(rest)) {
        if (take_char(&rest, ".(") && !take_number(&rest, &version.release))
            version.release = 0;
        *out = version;
        return 0;
    }
    return err_set(err, E_INVALID,
                   "'%" PRIstr "' is no version; expected one such as "
                   "12.2(25)SEE2, 9.12(4) or 17.9.4",
                   ARGstr(str_sub(text, 0, 64)));
}

bool os_version_from(const struct os_version *version, unsigned major,
                     unsigned minor, unsigned release)
{
    if (version->major != major)
        return version->major > major;
    if (version->minor != minor)
        return version->minor > minor;
    return version->release >= release;
}

int family_transports(const struct family *family,
                      const struct os_version *version, unsigned *out_allowed,
                      enum transport *out_default, struct err *err)
{
    for (size_t i = 0; i < family->band_count; i++) {
        const struct transport_band *band = &family->bands[i];

        if (version != NULL &&
            !os_version_from(version, band->from_major, band->from_minor, 0))
            continue;
        *out_allowed = band->allowed;
        *out_default = band->by_default;
        return 0;
    }
    return err_set(err, E_INVALID,
                   "%u.%u is older than what is known of the family %s "
                   "(R-COM-7)",
                   version->major, version->minor, family->name);
}

static void list_transports(unsigned set, struct buf *out)
{
    for (unsigned i = 0; i < TRANSPORTS; i++) {
        if ((set >> i & 1) == 0)
            continue;
        if (out->n > 0)
            buf_add_c(out, ", ");
        buf_add_c(out, transports[i]);
    }
}

/* "2811", "cisco 2811", "CISCO2811/K9", "871W" */
static bool is_tms_model(str model)
{
    size_t at = 0;
    str digits;

    while (at < model.n && (model.p[at] < '0' || model.p[at] > '9'))
        at++;
    digits = str_sub(model, at, SIZE_MAX);
    for (size_t i = 0; i < COUNT(tms_models); i++) {
        size_t n = 0;

        while (n < digits.n && digits.p[n] >= '0' && digits.p[n] <= '9')
            n++;
        if (str_starts(digits, str_c(tms_models[i])) &&
            n == (tms_models[i][0] == '8' ? 3u : 4u))
            return str_starts(digits, STR("871")) || n == 4;
    }
    return false;
}

static int check_tms(const struct family *family,
                     const struct os_version *version, str model,
                     struct err *err)
{
    if (version != NULL && version->major == 12 && version->minor == 3 &&
        version->release < 14)
        return err_set(err, E_INVALID,
                       "tms needs 12.3(14)T or later on a router (R-TMS-4)");
    if (model.n == 0 || !is_tms_model(model))
        return err_set(
            err, E_INVALID,
            "tms is for the routers 871, 1800, 2800 and 3800 only, "
            "and the model of this %s is %" PRIstr " (R-TMS-4)",
            family->title,
            ARGstr(model.n > 0 ? str_sub(model, 0, 64) : STR("not given")));
    return 0;
}

int family_check_transport(const struct family *family,
                           const struct os_version *version, str model,
                           enum transport transport, struct err *err)
{
    AUTO(buf_clear) struct buf list = BUF(256);
    enum transport by_default;
    unsigned allowed;
    int rc = family_transports(family, version, &allowed, &by_default, err);

    if (rc < 0)
        return rc;
    if ((allowed >> transport & 1) == 0) {
        list_transports(allowed, &list);
        return err_set(
            err, E_INVALID, "%s is not allowed for %s%s; allowed: %s (%s)",
            transport_name(transport), family->title,
            version != NULL && family->band_count > 1 ? " of this version" : "",
            buf_c(&list),
            transport == TRANSPORT_TMS    ? "R-COM-9"
            : transport == TRANSPORT_HTTP ? "R-COM-8"
                                          : "R-COM-7");
    }
    return transport == TRANSPORT_TMS ? check_tms(family, version, model, err)
                                      : 0;
}
