/* SPDX-License-Identifier: MIT */
/* replay.c - runs a target over files, and over the files of folders, where
 * libFuzzer does not: with any compiler, as an ordinary test.
 *
 * The inputs are run by a child process, which notes in shared memory where it
 * is: however it ends, the parent can say which input it was. */
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECONDS = 20, MAX_RSS_MB = 2048 };

static struct notes {
    size_t done;
    char path[PATH_MAX]; /* what is being run; empty before and after */
} * notes;

static void die(const char *what, const char *path)
{
    fprintf(stderr, "replay: cannot %s %s\n", what, path);
    exit(EXIT_FAILURE);
}

/* A region whose last page cannot be touched, and where that begins. */
static uint8_t *guarded(size_t size, void **region, size_t *len)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t room = (size + page - 1) / page * page;
    uint8_t *at = mmap(NULL, room + page, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (at == MAP_FAILED || mprotect(at + room, page, PROT_NONE) < 0)
        die("get memory for", notes->path);
    *region = at;
    *len = room + page;
    return at + room;
}

/* The input ends where the page begins that cannot be read. */
static void run_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "rb");
    void *region;
    size_t len;
    uint8_t *data;

    snprintf(notes->path, sizeof notes->path, "%s", path);
    data = guarded(size, &region, &len) - size;
    if (!file || fread(data, 1, size, file) != size)
        die("read", path);
    fclose(file);
    alarm(SECONDS);
    LLVMFuzzerTestOneInput(data, size);
    alarm(0);
    munmap(region, len);
    notes->done++;
    notes->path[0] = '\0';
}

static void run_path(const char *path);

static void run_folder(const char *path)
{
    struct dirent **names;
    int n = scandir(path, &names, NULL, alphasort);

    if (n < 0)
        die("read", path);
    for (int i = 0; i < n; i++) {
        char below[PATH_MAX];

        snprintf(below, sizeof below, "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.')
            run_path(below);
        free(names[i]);
    }
    free(names);
}

static void run_path(const char *path)
{
    struct stat st;

    if (stat(path, &st) < 0)
        die("find", path);
    if (S_ISDIR(st.st_mode))
        run_folder(path);
    else
        run_file(path, (size_t)st.st_size);
}

/* Says how the child ended if it is not as it should. */
static bool ended_well(int status, const struct rusage *usage)
{
    const char *where = notes->path[0] ? notes->path : "(not in an input)";

    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
        fprintf(stderr, "replay: %s: not done in %d s\n", where, SECONDS);
    else if (WIFSIGNALED(status))
        fprintf(stderr, "replay: %s: killed by %s\n", where,
                strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) != 0)
        fprintf(stderr, "replay: %s: ended with %d\n", where,
                WEXITSTATUS(status));
    else if (usage->ru_maxrss / 1024 > MAX_RSS_MB)
        fprintf(stderr, "replay: took %ld MiB\n", usage->ru_maxrss / 1024);
    else if (notes->done == 0)
        fprintf(stderr, "replay: there was nothing to run\n");
    else
        return true;
    return false;
}

int main(int argc, char **argv)
{
    struct rusage usage;
    int status;
    pid_t pid;

    notes = mmap(NULL, sizeof *notes, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (notes == MAP_FAILED)
        return EXIT_FAILURE;
    pid = fork();
    if (pid == 0) {
        for (int i = 1; i < argc; i++)
            run_path(argv[i]);
        exit(EXIT_SUCCESS);
    }
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid)
        return EXIT_FAILURE;
    printf("%zu inputs\n", notes->done);
    return ended_well(status, &usage) ? EXIT_SUCCESS : EXIT_FAILURE;
}
