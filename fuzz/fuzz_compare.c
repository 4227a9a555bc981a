/* SPDX-License-Identifier: Apache-2.0
 *
 * Two bytes choose datatype and operation, a newline parts the wanted text
 * from the actual one. Whatever they are: the answer is true, false or an
 * error with a reason, and the operations do not contradict each other.
 */
#include "oval/compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

static enum oval_result ask(enum oval_datatype datatype,
                            enum oval_operation operation, str wanted,
                            str actual)
{
    struct regex_cache *cache = regex_cache_new();
    struct err err = { 0 };
    enum oval_result result =
        oval_compare(cache, datatype, operation, wanted, actual, &err);

    require(result == OVAL_TRUE || result == OVAL_FALSE ||
            result == OVAL_ERROR);
    require((result == OVAL_ERROR) == (err.text[0] != '\0'));
    if (oval_compare_check(cache, datatype, operation, wanted, NULL) < 0)
        require(result == OVAL_ERROR);
    regex_cache_free(cache);
    return result;
}

/* What one operation says, its counterpart must deny. */
static void contradict(enum oval_datatype datatype, str wanted, str actual)
{
    enum oval_result equal = ask(datatype, OVAL_EQUALS, wanted, actual);
    enum oval_result unequal = ask(datatype, OVAL_NOT_EQUAL, wanted, actual);
    enum oval_result greater = ask(datatype, OVAL_GREATER_THAN, wanted, actual);
    enum oval_result less = ask(datatype, OVAL_LESS_THAN, actual, wanted);

    require((equal == OVAL_ERROR) == (unequal == OVAL_ERROR));
    if (equal != OVAL_ERROR)
        require(equal != unequal);
    require(greater == less);
    if (equal == OVAL_TRUE && greater != OVAL_ERROR)
        require(greater == OVAL_FALSE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum oval_datatype datatype;
    enum oval_operation operation;
    str rest;
    str wanted;

    if (size < 2)
        return 0;
    datatype = (enum oval_datatype)(data[0] % (OVAL_DATATYPE_BAD + 1));
    operation = (enum oval_operation)(data[1] % (OVAL_OPERATION_BAD + 1));
    rest = (str){ (const char *)data + 2, size - 2 };
    wanted = str_cut(&rest, '\n');
    (void)ask(datatype, operation, wanted, rest);
    contradict(datatype, wanted, rest);
    return 0;
}
