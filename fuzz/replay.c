/* SPDX-License-Identifier: Apache-2.0
 *
 * Gives every file of a corpus to a fuzz target, one TAP line a file, so that
 * what the fuzzer once found stays found in a build of any compiler. An input
 * that keeps the processor for longer than SECONDS_MAX ends the program.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/mem.h"

enum {
    SECONDS_MAX = 10,
    NAMES_MAX = 20000
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int is_input(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void on_alarm(int signal_number)
{
    static const char text[] = "Bail out! the input takes too long\n";

    (void)signal_number;
    (void)!write(STDOUT_FILENO, text, sizeof(text) - 1);
    _exit(1);
}

/* Of its own work: what other programs do meanwhile is not counted. */
static void limit_to(int seconds)
{
    const struct itimerval limit = { .it_value = { .tv_sec = seconds } };

    setitimer(ITIMER_PROF, &limit, NULL);
}

/* A buffer of exactly the input's size, so that a sanitizer sees every read
 * behind it. */
static uint8_t *read_input(int dir, const char *name, size_t *out_size)
{
    AUTO(mem_freep) uint8_t *data = NULL;
    size_t size = 0;
    size_t got = 1;
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return NULL;
    while (got > 0) {
        ssize_t n;

        data = mem_resize(data, size + 65536, 1);
        n = read(fd, data + size, 65536);
        got = n > 0 ? (size_t)n : 0;
        size += got;
    }
    close(fd);
    *out_size = size;
    return mem_resize(TAKE(data), size > 0 ? size : 1, 1);
}

int main(int argc, char **argv)
{
    struct dirent **names = NULL;
    int n = argc == 2 ? scandir(argv[1], &names, is_input, alphasort) : -1;
    int dir = n < 0 ? -1 : open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (dir < 0) {
        printf("Bail out! no corpus\n");
        return 1;
    }
    signal(SIGPROF, on_alarm);
    printf("1..%d\n", n);
    for (int i = 0; i < n; i++) {
        size_t size = 0;
        uint8_t *data = read_input(dir, names[i]->d_name, &size);

        printf("# %s\n", names[i]->d_name);
        fflush(stdout);
        limit_to(SECONDS_MAX);
        if (data != NULL)
            LLVMFuzzerTestOneInput(data, size);
        limit_to(0);
        printf("%s %d - %s\n", data != NULL ? "ok" : "not ok", i + 1,
               names[i]->d_name);
        mem_free(data);
        free(names[i]);
    }
    free(names);
    close(dir);
    return 0;
}
