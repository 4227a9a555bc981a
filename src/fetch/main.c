/* SPDX-License-Identifier: Apache-2.0
 *
 * holdfast-fetch: gets one document by HTTPS. `holdfast content update` runs
 * it; it is a program of its own so that the process that reads the network
 * holds no privilege and parses no document. For archives of packages, whose
 * digests are known, it asks a share (--share), also by plain HTTP.
 *
 * It writes the document to descriptor 3 and its state to descriptor 4 (see
 * transfer.h), and reports on standard output in lines "key value":
 *
 *   progress DONE TOTAL      etag TEXT      last-modified TEXT
 *   complete                 unchanged      error KIND SENTENCE
 *
 * Exit code 0 with complete or unchanged, 1 with error, 2 for wrong usage.
 */
#include <fcntl.h>
#include <stdio.h>
#include <time.h>

#include "base/io.h"
#include "fetch/sandbox.h"
#include "fetch/transfer.h"
#include "http/client.h"

enum {
    FD_OUT = 3,
    FD_STATE = 4,
    CA_MAX = 4 << 20,
    TRIES = 3,
    PROGRESS_MS = 200,
    TIMEOUT_S = 3600,
    TIMEOUT_MAX_S = 7 * 24 * 3600,
};

static void on_progress(uint64_t done, uint64_t total)
{
    static int64_t last_ms; /* one process makes one transfer */
    struct timespec now;
    int64_t ms;

    clock_gettime(CLOCK_MONOTONIC, &now);
    ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    if (ms - last_ms < PROGRESS_MS)
        return;
    last_ms = ms;
    printf("progress %llu %llu\n", (unsigned long long)done,
           (unsigned long long)total);
    fflush(stdout);
}

static int parse_option(const char *name, const char *value, struct transfer *t,
                        const char **ca_file, struct err *err)
{
    int64_t number = 0;
    int rc;

    if (strcmp(name, "--url") == 0) {
        t->url = value;
    } else if (strcmp(name, "--ca-file") == 0) {
        *ca_file = value;
    } else if (strcmp(name, "--etag") == 0) {
        t->etag = value;
    } else if (strcmp(name, "--last-modified") == 0) {
        t->last_modified = value;
    } else if (strcmp(name, "--max-bytes") == 0) {
        rc = str_to_i64(str_c(value), 1, INT64_MAX / 2, &number, err);
        t->bytes_max = (uint64_t)number;
        return rc;
    } else if (strcmp(name, "--timeout") == 0) {
        rc = str_to_i64(str_c(value), 1, TIMEOUT_MAX_S, &number, err);
        t->timeout_s = (unsigned)number;
        return rc;
    } else if (strcmp(name, "--rate") == 0) {
        return str_to_i64(str_c(value), 1, INT64_MAX / 2, &t->rate, err);
    } else {
        return err_set(err, E_USAGE, "there is no such option");
    }
    return 0;
}

static int parse(int argc, char **argv, struct transfer *t,
                 const char **ca_file, struct err *err)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--insecure-http") == 0) {
            t->insecure_http = true;
            continue;
        }
        if (strcmp(argv[i], "--share") == 0) {
            t->share = true;
            continue;
        }
        if (i + 1 == argc)
            return err_set(err, E_USAGE, "%s needs a value", argv[i]);
        if (parse_option(argv[i], argv[i + 1], t, ca_file, err) < 0)
            return err_wrap(err, E_USAGE, "%s", argv[i]);
        i++;
    }
    if (t->url == NULL)
        return err_set(err, E_USAGE, "--url is missing");
    if (fcntl(FD_OUT, F_GETFD) < 0 || fcntl(FD_STATE, F_GETFD) < 0)
        return err_set(err, E_USAGE,
                       "descriptors 3 and 4 are not open; this program is "
                       "run by 'holdfast content update'");
    return 0;
}

static const char *kind_of(int rc)
{
    switch (rc) {
    case E_LIMIT:
        return "limit";
    case E_INVALID:
        return "invalid";
    case E_ABSENT:
        return "absent";
    default:
        return "io";
    }
}

/* One line, whatever the server put into the sentence. */
static void report_error(int rc, struct err *err)
{
    for (char *c = err->text; *c != '\0'; c++) {
        if ((unsigned char)*c < ' ')
            *c = ' ';
    }
    printf("error %s %s\n", kind_of(rc), err_text(err));
}

static void report(const struct transfer *t, int rc)
{
    if (t->got_etag.n > 0)
        printf("etag %" PRIstr "\n", ARGstr(buf_str(&t->got_etag)));
    if (t->got_last_modified.n > 0)
        printf("last-modified %" PRIstr "\n",
               ARGstr(buf_str(&t->got_last_modified)));
    puts(rc == TRANSFER_UNCHANGED ? "unchanged" : "complete");
}

/* A connection that breaks is taken up again a few times. */
static int run(struct transfer *t, struct err *err)
{
    int rc = transfer_run(t, err);

    for (int i = 1; i < TRIES && rc == E_IO; i++) {
        nanosleep(&(struct timespec){ i, 0 }, NULL);
        rc = transfer_run(t, err);
    }
    return rc;
}

static int prepare(struct transfer *t, const char *ca_file, struct buf *ca,
                   struct err *err)
{
    int rc = 0;

    if (ca_file != NULL)
        rc = io_read_file(AT_FDCWD, ca_file, ca, err);
    t->ca = buf_str(ca);
    if (rc == 0)
        http_client_free(http_client_new(NULL)); /* opens what TLS needs */
    return rc < 0 ? rc : sandbox_enter(t->bytes_max, err);
}

int main(int argc, char **argv)
{
    struct transfer t = {
        .bytes_max = (uint64_t)1 << 30,
        .timeout_s = TIMEOUT_S,
        .out_fd = FD_OUT,
        .state_fd = FD_STATE,
        .progress = on_progress,
        .got_etag = BUF(TRANSFER_HEADER_MAX),
        .got_last_modified = BUF(TRANSFER_HEADER_MAX),
    };
    AUTO(buf_clear) struct buf ca = BUF(CA_MAX);
    const char *ca_file = NULL;
    struct err err = { 0 };
    int rc = parse(argc, argv, &t, &ca_file, &err);

    if (rc < 0) {
        fprintf(stderr, "holdfast-fetch: %s\n", err_text(&err));
        return 2;
    }
    rc = prepare(&t, ca_file, &ca, &err);
    if (rc == 0)
        rc = run(&t, &err);
    if (rc < 0)
        report_error(rc, &err);
    else
        report(&t, rc);
    buf_clear(&t.got_etag);
    buf_clear(&t.got_last_modified);
    return rc < 0 || fflush(stdout) != 0 ? 1 : 0;
}
