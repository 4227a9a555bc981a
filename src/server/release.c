/* SPDX-License-Identifier: Apache-2.0 */
#include "server/release.h"

#include "base/clock.h"
#include "version/dpkg.h"

#define MAGIC STR("holdfast-release-1 ")

enum {
    VERSION_MAX = 64,
    NOTES_MAX = 20000,
    URL_MAX = 2000,
    TEXT_MAX = 500,
};

/* --- Reading ------------------------------------------------------------- */

static int text_of(const struct jval *object, const char *name, size_t max,
                   struct arena *arena, str *out, struct err *err)
{
    const struct jval *value = jval_get(object, name);
    str text = jval_text(value, STR(""));

    if ((value != NULL && jval_kind(value) != JVAL_TEXT) || text.n > max)
        return err_set(err, E_INVALID,
                       "%s: expected a text of at most %zu "
                       "bytes",
                       name, max);
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] < ' ' && text.p[i] != '\n')
            return err_set(err, E_INVALID, "%s: control characters", name);
    *out = arena_str(arena, text);
    return 0;
}

static bool is_version(str text)
{
    struct dpkg_version version;

    return text.n > 0 && text.n <= VERSION_MAX && text.p[0] >= '0' &&
           text.p[0] <= '9' && dpkg_version_parse(text, &version, NULL) == 0;
}

static int version_of(const struct jval *object, const char *name,
                      struct arena *arena, str *out, struct err *err)
{
    int rc = text_of(object, name, VERSION_MAX, arena, out, err);

    if (rc == 0 && !is_version(*out))
        return err_set(err, E_INVALID, "%s: expected a version", name);
    return rc;
}

static int read_flaw(const struct jval *object, struct arena *arena,
                     struct release_flaw *out, struct err *err)
{
    int rc =
        text_of(object, "component", TEXT_MAX, arena, &out->component, err);

    if (rc == 0)
        rc = version_of(object, "fixed", arena, &out->fixed, err);
    if (rc == 0)
        rc = text_of(object, "cve", TEXT_MAX, arena, &out->cve, err);
    if (rc == 0)
        rc = text_of(object, "severity", TEXT_MAX, arena, &out->severity, err);
    if (rc == 0)
        rc = text_of(object, "title", TEXT_MAX, arena, &out->title, err);
    return rc;
}

static int read_flaws(const struct jval *list, struct arena *arena,
                      struct release *out, struct err *err)
{
    size_t n = jval_count(list);

    if (list != NULL && jval_kind(list) != JVAL_ARRAY)
        return err_set(err, E_INVALID, "flaws: expected a list");
    if (n > RELEASE_FLAWS_MAX)
        return err_set(err, E_LIMIT, "flaws: more than %d", RELEASE_FLAWS_MAX);
    out->flaws = arena_alloc(arena, n + 1, sizeof(*out->flaws));
    for (size_t i = 0; i < n; i++) {
        int rc = read_flaw(jval_at(list, i), arena, &out->flaws[i], err);

        if (rc < 0)
            return err_wrap(err, rc, "flaws: the %zu.", i + 1);
    }
    out->flaw_count = n;
    return 0;
}

int release_read(str json, struct arena *arena, struct release *out,
                 struct err *err)
{
    AUTO(jval_freep) struct jval *tree = NULL;
    struct release release = { 0 };
    str released = STR("");
    int rc = jval_parse(json, RELEASE_FILE_MAX, &tree, err);

    if (rc == 0 && jval_kind(tree) != JVAL_OBJECT)
        rc = err_set(err, E_INVALID, "expected an object");
    if (rc == 0)
        rc = version_of(tree, "version", arena, &release.version, err);
    if (rc == 0)
        rc = text_of(tree, "released", TEXT_MAX, arena, &released, err);
    if (rc == 0 && clock_parse(released, &release.released, err) < 0)
        rc = err_wrap(err, E_INVALID, "released");
    if (rc == 0)
        rc = text_of(tree, "notes", NOTES_MAX, arena, &release.notes, err);
    if (rc == 0)
        rc = text_of(tree, "url", URL_MAX, arena, &release.url, err);
    if (rc == 0 && release.url.n > 0 &&
        !str_starts(release.url, STR("https://")))
        rc = err_set(err, E_INVALID, "url: expected https://");
    if (rc == 0)
        rc = read_flaws(jval_get(tree, "flaws"), arena, &release, err);
    if (rc < 0)
        return rc;
    release.security = jval_bool(jval_get(tree, "security"), false);
    *out = release;
    return 0;
}

/* --- Signature ----------------------------------------------------------- */

static bool read_hex(str hex, uint8_t *out, size_t n)
{
    if (hex.n != 2 * n)
        return false;
    for (size_t i = 0; i < hex.n; i++) {
        char c = hex.p[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                           : -1;

        if (digit < 0)
            return false;
        out[i / 2] = (uint8_t)(out[i / 2] << 4 | digit);
    }
    return true;
}

int release_keys_read(str text, struct release_keys *out, struct err *err)
{
    struct release_keys keys = { 0 };

    while (text.n > 0) {
        size_t end = 0;
        str one;

        while (end < text.n && text.p[end] != ' ' && text.p[end] != ',')
            end++;
        one = str_sub(text, 0, end);
        text = str_sub(text, end + 1, text.n);
        if (one.n == 0)
            continue;
        if (keys.count == RELEASE_KEYS_MAX ||
            !read_hex(one, keys.keys[keys.count++], SIGN_PUBLIC_BYTES))
            return err_set(err, E_INVALID,
                           "expected at most %d keys of 64 digits of "
                           "hexadecimal",
                           RELEASE_KEYS_MAX);
    }
    *out = keys;
    return 0;
}

int release_open(str file, const struct release_keys *keys, struct arena *arena,
                 struct release *out, struct err *err)
{
    uint8_t signature[SIGNATURE_BYTES] = { 0 };
    str line = str_cut(&file, '\n');
    bool good = false;

    if (line.n + file.n > RELEASE_FILE_MAX)
        return err_set(err, E_LIMIT, "a release file has at most %d bytes",
                       RELEASE_FILE_MAX);
    if (!str_starts(line, MAGIC) ||
        !read_hex(str_sub(line, MAGIC.n, line.n), signature, SIGNATURE_BYTES))
        return err_set(err, E_PARSE,
                       "line 1: expected 'holdfast-release-1' and a signature "
                       "in hexadecimal");
    for (size_t i = 0; i < keys->count; i++)
        good |= sign_check(keys->keys[i], STR(RELEASE_DOMAIN), file, signature);
    if (!good)
        return err_set(err, E_PERM,
                       keys->count > 0 ? "none of the keys of release.keys "
                                         "signed it"
                                       : "release.keys names no key");
    return release_read(file, arena, out, err);
}

/* --- Order --------------------------------------------------------------- */

bool release_is_older(str a, str b)
{
    int order = 0;

    return dpkg_version_compare(a, b, &order, NULL) == 0 && order < 0;
}

int release_may_follow(const struct release *known, const struct release *next,
                       struct err *err)
{
    char had[CLOCK_TEXT_MAX];

    if (known->version.n == 0)
        return 0;
    if (release_is_older(next->version, known->version))
        return err_set(err, E_INVALID,
                       "it names version %" PRIstr ", and %" PRIstr
                       " is known already",
                       ARGstr(next->version), ARGstr(known->version));
    clock_text(known->released, had);
    if (next->released < known->released)
        return err_set(err, E_INVALID, "it is older than the one of %s", had);
    return 0;
}
