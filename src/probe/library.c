/* SPDX-License-Identifier: Apache-2.0 */
#include "probe/library.h"

#include <dlfcn.h>

int library_load(const struct library *library, void *functions,
                 struct err *err)
{
    void *handle = NULL;

    for (size_t i = 0; handle == NULL && library->sonames[i] != NULL; i++)
        handle = dlopen(library->sonames[i], RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL)
        return err_set(err, E_UNSUPPORTED,
                       "this needs the library %s: install the package %s",
                       library->sonames[0], library->package);
    for (size_t i = 0; i < library->symbol_count; i++) {
        void *symbol = dlsym(handle, library->symbols[i].name);

        if (symbol == NULL)
            return err_set(err, E_UNSUPPORTED,
                           "the library of the package %s is too old: it "
                           "lacks %s",
                           library->package, library->symbols[i].name);
        memcpy((char *)functions + library->symbols[i].offset, &symbol,
               sizeof(symbol));
    }
    return 0;
}
