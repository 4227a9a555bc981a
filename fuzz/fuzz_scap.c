/* SPDX-License-Identifier: Apache-2.0
 *
 * Any bytes as SCAP content: reading refuses them, or gives content that can
 * be validated, described, resolved for each of its profiles and evaluated
 * with nothing to collect, and whose results can be written.
 */
#include <fcntl.h>
#include <unistd.h>

#include "scap/describe.h"
#include "scap/report.h"
#include "scap/result_read.h"

enum {
    PROFILES_MAX = 3
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int collect_nothing(struct oval_source *source UNUSED,
                           const struct oval_query *query UNUSED,
                           struct oval_sink *sink UNUSED,
                           struct err *err UNUSED)
{
    return 0;
}

static int system_of(struct oval_source *source UNUSED, struct oval_system *out,
                     struct err *err UNUSED)
{
    static const struct oval_interface interface = { STR("eth0"),
                                                     STR("2001:db8::1/64"),
                                                     STR("02:00:00:00:00:01") };

    *out = (struct oval_system){ .os_name = STR("test"),
                                 .primary_host_name = STR("host.example"),
                                 .interfaces = &interface,
                                 .interface_count = 1 };
    return 0;
}

static void write_all(const struct scap_result *result)
{
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    struct io_out *out = io_out_fd(fd, "null");
    struct err err = { 0 };

    if (scap_test_result_write(result, out, &err) < 0 ||
        scap_arf_write(result, NULL, out, &err) < 0 ||
        scap_html_write(result, out, &err) < 0 ||
        scap_json_write(result, out, &err) < 0)
        abort();
    scap_tsv_write(result, out);
    io_out_free(out);
    close(fd);
}

static void evaluate(const struct scap *scap, str profile)
{
    static const struct oval_source_ops ops = { .collect = collect_nothing,
                                                .system = system_of };
    struct oval_source source = { &ops, false };
    const struct scap_choice choice = { .profile = profile };
    const struct scap_eval_options options = { .detail = true };
    struct scap_policy *policy = NULL;
    struct scap_result *result = NULL;
    struct err err = { 0 };

    if (scap_policy_new(scap, &choice, &policy, &err) < 0)
        return;
    if (scap_eval(policy, &source, &options, &result, &err) < 0)
        abort();
    write_all(result);
    scap_result_free(result);
    scap_policy_free(policy);
}

/* The same bytes as results of it. */
static void reread(const struct scap *scap, const uint8_t *data, size_t size)
{
    struct scap_reread again = { 0 };
    struct stream *stream = NULL;

    if (stream_open_memory((str){ (const char *)data, size }, "fuzz", NULL,
                           &stream, NULL) < 0)
        return;
    if (scap_result_read(scap, stream, &again, NULL) == 0)
        write_all(again.result);
    scap_reread_clear(&again);
    stream_free(stream);
}

static void describe(const struct scap *scap)
{
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    struct io_out *out = io_out_fd(fd, "null");
    struct json_writer *w = json_write_new(out);

    scap_describe(scap, w);
    json_write_free(w);
    io_out_free(out);
    close(fd);
}

static void use(struct scap *scap)
{
    const struct xccdf_profile *p = NULL;
    uint32_t ref = 0;

    (void)scap_validate(scap);
    describe(scap);
    if (scap_choose(scap, STR(""), STR(""), &ref, NULL) < 0)
        return;
    evaluate(scap, STR(""));
    p = scap_benchmark(scap, ref)->profiles;
    for (unsigned n = 0; p != NULL && n < PROFILES_MAX; p = p->next, n++)
        evaluate(scap, p->id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct scap *scap = NULL;

    if (scap_load_memory((str){ (const char *)data, size }, "fuzz", &scap,
                         NULL) == 0) {
        use(scap);
        reread(scap, data, size);
    }
    scap_free(scap);
    return 0;
}
