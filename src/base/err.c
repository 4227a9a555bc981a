/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>

int err_set(struct err *err, int code, const char *format, ...)
{
    va_list args;

    if (err == NULL)
        return code;
    err->code = code;
    va_start(args, format);
    vsnprintf(err->text, sizeof(err->text), format, args);
    va_end(args);
    return code;
}

static int code_of_errno(int number)
{
    switch (number) {
    case EACCES:
    case EPERM:
    case EROFS:
        return E_PERM;
    case ENOENT:
    case ENOTDIR:
        return E_ABSENT;
    default:
        return E_IO;
    }
}

int err_errno(struct err *err, int number, const char *format, ...)
{
    int code = code_of_errno(number);
    va_list args;
    int n;

    if (err == NULL)
        return code;
    err->code = code;
    va_start(args, format);
    n = vsnprintf(err->text, sizeof(err->text), format, args);
    va_end(args);
    if (n >= 0 && (size_t)n < sizeof(err->text))
        snprintf(err->text + n, sizeof(err->text) - (size_t)n, ": %s",
                 strerror(number));
    return code;
}

int err_wrap(struct err *err, int code, const char *format, ...)
{
    size_t size = sizeof(err->text);
    char inner[ERR_TEXT_MAX];
    size_t room;
    va_list args;
    int n;

    if (err == NULL)
        return code;
    memcpy(inner, err->text, size);
    va_start(args, format);
    n = vsnprintf(err->text, size, format, args);
    va_end(args);
    err->code = code;
    if (n < 0 || (size_t)n + 3 >= size)
        return code;
    room = size - (size_t)n - 3;
    memcpy(err->text + n, ": ", 2);
    n += 2;
    inner[strnlen(inner, room)] = '\0';
    memcpy(err->text + n, inner, strlen(inner) + 1);
    return code;
}

const char *err_text(const struct err *err)
{
    return err == NULL || err->text[0] == '\0' ? "unknown error" : err->text;
}
