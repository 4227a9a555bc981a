/* SPDX-License-Identifier: Apache-2.0 */
#include "patch/configuration_int.h"

static struct jval *write_fields(const struct patch_field *fields,
                                 const void *value)
{
    struct jval *object = jval_new_object();

    patch_fields_write(fields, value, object);
    return object;
}

static struct jval *write_reboot(const struct patch_reboot *reboot,
                                 enum patch_os os)
{
    struct jval *object = jval_new_object();

    if (os == PATCH_WINDOWS)
        jval_set(
            object, "before",
            reboot->has_before
                ? write_fields(configuration_experience_fields, &reboot->before)
                : jval_new_null());
    patch_fields_write(configuration_reboot_fields, reboot, object);
    return object;
}

static struct jval *write_task(const struct patch_task *task, enum patch_os os)
{
    struct jval *object = write_fields(configuration_task_fields, task);

    jval_set(object, "schedule", schedule_to_jval(&task->schedule));
    jval_set(object, "deploy", patch_options_to_jval(&task->deploy, os));
    jval_set(object, "reboot", write_reboot(&task->reboot, os));
    return object;
}

static struct jval *write_os(const struct patch_task *tasks, enum patch_os os)
{
    struct jval *object = jval_new_object();

    for (size_t i = 0; i < PATCH_TASKS; i++) {
        enum patch_task_kind kind = configuration_task_order[i];

        if (patch_task_is_offered(os, kind))
            jval_set(object, patch_task_name(kind),
                     write_task(&tasks[kind], os));
    }
    return object;
}

static struct jval *write_experience(
    const struct patch_reboot_experience *experience)
{
    struct jval *object = jval_new_object();

    jval_set_text(object, "minimum",
                  str_c(patch_level_name(experience->minimum)));
    for (unsigned i = PATCH_LEVELS; i-- > 0;)
        jval_set(object, patch_level_name((enum patch_level)i),
                 write_fields(configuration_experience_fields,
                              &experience->level[i]));
    return object;
}

struct jval *patch_configuration_to_jval(const struct patch_configuration *c)
{
    struct jval *object = write_fields(configuration_fields, c);

    for (unsigned os = 0; os < PATCH_OSES; os++)
        jval_set(object, patch_os_name((enum patch_os)os),
                 write_os(c->task[os], (enum patch_os)os));
    jval_set(object, "delivery",
             write_fields(configuration_delivery_fields, &c->delivery));
    jval_set(object, "reboot_experience", write_experience(&c->experience));
    return object;
}

void patch_configuration_print(const struct patch_configuration *c,
                               struct buf *out)
{
    AUTO(jval_freep) struct jval *object = patch_configuration_to_jval(c);

    jval_print(object, out);
}
