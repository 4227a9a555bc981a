/* SPDX-License-Identifier: Apache-2.0
 *
 * Loading a definitions document that stands inside another document: who
 * reads the outer one hands the events of the inner one over, from the start
 * of its root element to the end of it. The strings it makes are the content's
 * own; an error is the reader's to give a line.
 */
#ifndef OVAL_LOADER_H
#define OVAL_LOADER_H

#include "base/xml.h"
#include "oval/content.h"

struct oval_loader;

/* reader may be NULL: then warnings have no line. */
struct oval_loader *oval_loader_new(struct xml_reader *reader,
                                    oval_warn_fn *warn, void *warn_ctx);
void oval_loader_free(struct oval_loader *loader);

/* Its events; ctx is the loader. */
extern const struct xml_handler oval_loader_handler;

/* After the end of the root element. Takes the loader in every case; name is
 * what errors call the document. */
int oval_loader_finish(struct oval_loader *loader, const char *name,
                       struct oval_content **out, struct err *err) MUST_CHECK;

#endif
