/* SPDX-License-Identifier: Apache-2.0 */
#include "risk/import_int.h"

struct kev {
    struct risk_importer *importer;
    struct risk_fact fact;
    bool has_id;
    int64_t count; /* as stated; -1 */
};

static int finish(struct kev *kev, struct err *err)
{
    struct risk_fact fact = kev->fact;

    if (!kev->has_id)
        return err_set(err, E_PARSE, "a vulnerability has no cveID");
    if (fact.added == 0)
        return err_set(err, E_PARSE, "a vulnerability has no dateAdded");
    kev->fact = (struct risk_fact){ 0 };
    kev->has_id = false;
    return risk_draft_add(kev->importer->draft, &fact, err);
}

static int set_member(struct kev *kev, str name, str text, struct err *err)
{
    if (str_eq(name, STR("cveID"))) {
        kev->has_id = true;
        return cve_parse(text, &kev->fact.key, err);
    }
    if (str_eq(name, STR("dateAdded")))
        return day_parse(text, &kev->fact.added, err);
    if (str_eq(name, STR("dueDate")))
        return day_parse(text, &kev->fact.due, err);
    if (str_eq(name, STR("knownRansomwareCampaignUse")))
        kev->fact.ransomware = str_eq(text, STR("Known"));
    return 0;
}

static int on_event(void *ctx, const struct json_event *event, struct err *err)
{
    struct kev *kev = ctx;
    str path = event->path;
    str element = STR("/vulnerabilities[]");

    if (str_eq(path, element)) {
        if (event->type == JSON_OBJECT_END)
            return finish(kev, err);
        if (event->type != JSON_OBJECT)
            return err_set(err, E_PARSE, "a vulnerability is no object");
    }
    if (event->type == JSON_STRING && str_eq(path, STR("/dateReleased")))
        kev->importer->date =
            arena_str(&kev->importer->arena, str_sub(event->text, 0, 64));
    if (event->type == JSON_NUMBER && str_eq(path, STR("/count")))
        return str_to_i64(event->text, 0, RISK_ENTRIES_MAX, &kev->count, err);
    if (event->type == JSON_STRING && str_starts(path, element) &&
        str_sub(path, element.n, 1).n > 0)
        return set_member(kev, str_sub(path, element.n + 1, SIZE_MAX),
                          event->text, err);
    return 0;
}

int risk_import_kev(struct risk_importer *importer, struct err *err)
{
    struct kev kev = { .importer = importer, .count = -1 };
    int rc = risk_import_json(importer, on_event, &kev, err);
    size_t n = risk_draft_added(importer->draft);

    if (rc == 0 && kev.count >= 0 && (size_t)kev.count != n)
        return err_set(err, E_INVALID,
                       "it holds %zu vulnerabilities and says that it holds "
                       "%lld",
                       n, (long long)kev.count);
    return rc;
}
