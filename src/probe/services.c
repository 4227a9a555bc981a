/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/services.h"

#include "probe/word.h"

int services_find_port(str text, str service, str protocol)
{
    while (service.n > 0 && text.n > 0) {
        str line = str_cut(&text, '\n');
        int64_t number;
        bool named;
        str port;

        line = str_cut(&line, '#');
        named = str_eq(word_take(&line), service);
        port = word_take(&line);
        while (!named && line.n > 0)
            named = str_eq(word_take(&line), service);
        if (named &&
            str_to_i64(str_cut(&port, '/'), 0, 65535, &number, NULL) == 0 &&
            str_eq(port, protocol))
            return (int)number;
    }
    return -1;
}
