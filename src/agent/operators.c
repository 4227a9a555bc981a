/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/operators.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/io.h"

enum {
    OPERATORS_FILE_MAX = 16 << 10
};

static bool hex_key(str text, uint8_t out[SIGN_PUBLIC_BYTES])
{
    static const char digits[] = "0123456789abcdef";

    if (text.n != (size_t)2 * SIGN_PUBLIC_BYTES)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        const char *at = memchr(digits, text.p[i], 16);

        if (at == NULL)
            return false;
        out[i / 2] = (uint8_t)(out[i / 2] << 4 | (at - digits));
    }
    return true;
}

int operators_read(const char *path, struct operators *out, struct err *err)
{
    AUTO(buf_clear) struct buf text = BUF(OPERATORS_FILE_MAX);
    str rest;

    if (access(path, F_OK) < 0 && errno == ENOENT)
        return 0;
    if (io_read_file(AT_FDCWD, path, &text, err) < 0)
        return E_IO; /* a file that cannot be read demands everything */
    rest = buf_str(&text);
    while (rest.n > 0) {
        str line = str_trim(str_cut(&rest, '\n'));
        static const str word = STR("threshold ");

        if (line.n == 0 || line.p[0] == '#')
            continue;
        if (str_starts(line, word)) {
            if (str_to_i64(str_sub(line, word.n, SIZE_MAX), 0, OPERATORS_MAX,
                           &out->threshold, err) < 0)
                return err_wrap(err, E_PARSE, "%s", path);
        } else if (out->n == OPERATORS_MAX ||
                   !hex_key(line, out->keys[out->n++])) {
            return err_set(err, E_PARSE, "%s: '%" PRIstr "' is no key", path,
                           ARGstr(line));
        }
    }
    return 0;
}
