/* SPDX-License-Identifier: Apache-2.0
 *
 * The floor under every reader of XML by expat: parses a file with empty
 * handlers and does nothing else. Built and run by bench/run.
 */
#include <expat.h>
#include <stdio.h>

static void on_start(void *ctx, const XML_Char *name, const XML_Char **attrs)
{
    (void)name;
    (void)attrs;
    ++*(unsigned *)ctx;
}

static void on_end(void *ctx, const XML_Char *name)
{
    (void)ctx;
    (void)name;
}

int main(int argc, char **argv)
{
    FILE *in = argc == 2 ? fopen(argv[1], "rb") : NULL;
    XML_Parser parser = XML_ParserCreateNS(NULL, '|');
    unsigned elements = 0;
    int n = 1;

    if (in == NULL || parser == NULL)
        return 1;
    XML_SetUserData(parser, &elements);
    XML_SetElementHandler(parser, on_start, on_end);
    while (n > 0) {
        void *bytes = XML_GetBuffer(parser, 1 << 16);

        n = bytes == NULL ? -1 : (int)fread(bytes, 1, 1 << 16, in);
        if (n < 0 || XML_ParseBuffer(parser, n, n == 0) == XML_STATUS_ERROR)
            return 1;
    }
    XML_ParserFree(parser);
    fclose(in);
    return elements == 0;
}
