/* SPDX-License-Identifier: Apache-2.0
 *
 * The message tables, an area a file. Rows are sorted by their English.
 */
#ifndef SERVER_SENTENCE_INT_H
#define SERVER_SENTENCE_INT_H

#include "server/sentence.h"

struct sentence {
    const char *in[WORDS_LANGUAGES];
};
struct sentence_table {
    const struct sentence *rows;
    size_t count;
};
extern const struct sentence_table sentences_account;
extern const struct sentence_table sentences_device;
extern const struct sentence_table sentences_fleet;
extern const struct sentence_table sentences_form;
extern const struct sentence_table sentences_help;
extern const struct sentence_table sentences_network;
extern const struct sentence_table sentences_patch;
extern const struct sentence_table sentences_schedule;
extern const struct sentence_table sentences_server;

extern const struct sentence_table *const sentence_tables[];
extern const size_t sentence_table_count;

#endif
