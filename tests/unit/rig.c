/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/rig.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/unit.h"

#include "base/buf.h"
#include "oval/eval.h"

struct rig {
    char root[64];
    struct arena arena; /* of the last content */
    struct buf names;
    struct buf text;
};

struct rig *rig_new(void)
{
    struct rig *rig = calloc(1, sizeof(*rig));

    assert_non_null(rig);
    snprintf(rig->root, sizeof(rig->root), "/tmp/holdfast-rig-XXXXXX");
    assert_non_null(mkdtemp(rig->root));
    rig->names = BUF_INIT(1 << 20);
    rig->text = BUF_INIT(64 << 20);
    return rig;
}

static int remove_one(const char *path, const struct stat *st UNUSED,
                      int type UNUSED, struct FTW *ftw UNUSED)
{
    return remove(path);
}

void rig_free(struct rig *rig)
{
    if (rig == NULL)
        return;
    nftw(rig->root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    arena_clear(&rig->arena);
    buf_clear(&rig->names);
    buf_clear(&rig->text);
    free(rig);
}

int rig_setup(void **state)
{
    *state = rig_new();
    return 0;
}

int rig_teardown(void **state)
{
    rig_free(*state);
    return 0;
}

const char *rig_root(const struct rig *rig)
{
    return rig->root;
}

/* The path below the root; directories on the way are made. */
static const char *place(struct rig *rig, const char *path)
{
    char *full =
        arena_alloc(&rig->arena, 1, strlen(rig->root) + strlen(path) + 1);

    memcpy(full, rig->root, strlen(rig->root));
    memcpy(full + strlen(rig->root), path, strlen(path) + 1);
    for (char *at = full + strlen(rig->root) + 1; *at != '\0'; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        assert_true(mkdir(full, 0755) == 0 || errno == EEXIST);
        *at = '/';
    }
    return full;
}

void rig_file(struct rig *rig, const char *path, str text)
{
    const char *full = place(rig, path);
    int fd = open(full, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text.p, text.n), text.n);
    assert_int_equal(close(fd), 0);
}

void rig_file_c(struct rig *rig, const char *path, const char *text)
{
    rig_file(rig, path, str_c(text));
}

void rig_link(struct rig *rig, const char *path, const char *target)
{
    assert_int_equal(symlink(target, place(rig, path)), 0);
}

void rig_remove(struct rig *rig, const char *path)
{
    assert_int_equal(remove(place(rig, path)), 0);
}

static oval_name add_name(struct rig *rig, str text)
{
    uint32_t at = (uint32_t)rig->names.n;
    uint32_t n = (uint32_t)text.n;

    buf_add(&rig->names, (str){ (const char *)&n, sizeof(n) });
    buf_add(&rig->names, text);
    buf_add_char(&rig->names, '\0');
    return at;
}

static void add_entities(struct rig *rig, const struct rig_object *object,
                         struct oval_content *c)
{
    struct oval_entity *entities =
        arena_alloc(&rig->arena, COUNT(object->entities), sizeof(*entities));
    struct oval_pair *pairs =
        arena_alloc(&rig->arena, COUNT(object->behaviors), sizeof(*pairs));

    c->entities.p = entities;
    c->pairs.p = pairs;
    for (size_t i = 0; i < COUNT(object->entities); i++) {
        const struct rig_entity *entity = &object->entities[i];

        if (entity->name == NULL)
            break;
        entities[c->entities.n++] = (struct oval_entity){
            .name = add_name(rig, str_c(entity->name)),
            .value = add_name(rig, str_c(entity->value)),
            .var = OVAL_NONE,
            .operation = (uint8_t)entity->operation,
            .datatype = (uint8_t)entity->datatype,
            .existence = OVAL_AT_LEAST_ONE_EXISTS,
        };
    }
    for (size_t i = 0; i < COUNT(object->behaviors); i++) {
        const struct rig_behavior *behavior = &object->behaviors[i];

        if (behavior->name == NULL)
            break;
        pairs[c->pairs.n++] = (struct oval_pair){
            add_name(rig, str_c(behavior->name)),
            add_name(rig, str_c(behavior->value)),
        };
    }
}

/* Content of one object. */
static void fill_content(struct rig *rig, const struct rig_object *object,
                         struct oval_content *c)
{
    struct oval_object *o = arena_alloc(&rig->arena, 1, sizeof(*o));
    struct oval_kind *kind = arena_alloc(&rig->arena, 1, sizeof(*kind));
    str name = str_c(object->kind);
    str family = str_cut(&name, ':');

    buf_reset(&rig->names);
    add_name(rig, STR(""));
    kind->family = add_name(rig, family);
    kind->name = add_name(rig, name);
    add_entities(rig, object, c);
    o->set = OVAL_NONE;
    o->entity_count = c->entities.n;
    o->behavior_count = c->pairs.n;
    c->kinds.p = kind;
    c->kinds.n = 1;
    c->objects.p = o;
    c->objects.n = 1;
    c->names.p = rig->names.p;
    c->names.n = (uint32_t)rig->names.n;
    c->prose.p = c->names.p;
    c->prose.n = c->names.n;
}

static void show_facts(struct buf *out, const struct oval_fact *facts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct oval_fact *fact = &facts[i];

        buf_printf(out, " %" PRIstr, ARGstr(fact->name));
        if (fact->status != OVAL_EXISTS)
            buf_printf(out, ":%s",
                       oval_status_text((enum oval_status)fact->status));
        else if (fact->field_count > 0)
            show_facts(out, fact->fields, fact->field_count);
        else
            buf_printf(out, "=%" PRIstr, ARGstr(fact->value));
    }
}

static void show(struct buf *out, const struct oval_collected *collected)
{
    buf_printf(out, "%s\n", oval_flag_text((enum oval_flag)collected->flag));
    for (uint32_t i = 0; i < collected->item_count; i++) {
        const struct oval_item *item = collected->items[i];

        buf_add_c(out, item->kind);
        if (item->status != OVAL_EXISTS)
            buf_printf(out, ":%s",
                       oval_status_text((enum oval_status)item->status));
        show_facts(out, item->facts, item->fact_count);
        buf_add_char(out, '\n');
    }
    for (const struct oval_message *m = collected->messages; m != NULL;
         m = m->next)
        buf_printf(out, "! %" PRIstr "\n", ARGstr(m->text));
}

const char *rig_collect_with(struct rig *rig,
                             const struct probe_options *options,
                             const struct rig_object *object)
{
    AUTO(oval_source_freep) struct oval_source *source = NULL;
    AUTO(oval_eval_freep) struct oval_eval *eval = NULL;
    struct oval_eval_options eval_options = { .detail = true };
    struct oval_content content = { 0 };
    struct oval_collected collected;
    struct err err = { 0 };

    buf_reset(&rig->text);
    fill_content(rig, object, &content);
    assert_int_equal(probe_source_new(options, &source, &err), 0);
    assert_int_equal(
        oval_eval_new(&content, source, &eval_options, &eval, &err), 0);
    if (oval_eval_collect_all(eval, &err) < 0) {
        buf_printf(&rig->text, "ended: %s\n", err_text(&err));
        return buf_c(&rig->text);
    }
    collected = oval_eval_object(eval, 0);
    show(&rig->text, &collected);
    return buf_c(&rig->text);
}

const char *rig_collect(struct rig *rig, const struct rig_object *object)
{
    struct probe_options options = { .root = rig->root };

    return rig_collect_with(rig, &options, object);
}
