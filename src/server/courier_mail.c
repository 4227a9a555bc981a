/* SPDX-License-Identifier: Apache-2.0
 *
 * One mail errand, in a child of the courier.
 */
#include "base/clock.h"
#include "http/mail.h"
#include "server/courier_int.h"

int courier_do_mail(const struct errand_mail *errand, str allow,
                    struct err *err)
{
    AUTO(arena_clear) struct arena arena = ARENA;
    const struct errand_text *to = errand->to.p;
    const struct errand_attachment *files = errand->attachments.p;
    str *addresses = arena_alloc(&arena, errand->to.n + 1, sizeof(*addresses));
    struct mail_part *parts =
        arena_alloc(&arena, errand->attachments.n + 1, sizeof(*parts));

    for (size_t i = 0; i < errand->to.n; i++)
        addresses[i] = to[i].text;
    for (size_t i = 0; i < errand->attachments.n; i++)
        parts[i] = (struct mail_part){ .name = files[i].name,
                                       .content_type = files[i].content_type,
                                       .bytes = files[i].bytes };
    return mail_send(
        &(struct mail){
            .url = arena_c(&arena, errand->url),
            .tls = errand->tls,
            .authority = errand->authority,
            .user = errand->user.n > 0 ? arena_c(&arena, errand->user) : NULL,
            .password = arena_c(&arena, errand->password),
            .from = errand->from,
            .to = addresses,
            .to_count = errand->to.n,
            .subject = errand->subject,
            .text = errand->text,
            .html = errand->html,
            .parts = parts,
            .part_count = errand->attachments.n,
            .now = clock_now(),
            .timeout_ms = errand->timeout_ms,
            .forbid_private = !errand->operator_word,
            .allow = allow,
        },
        err);
}
