// The yardstick: what the system calls themselves cost, in plain C. Prints "<seconds> <count>", a walk also
// the seconds of processor time.
//
//   walk read4096|read1024|expire|unlink DIR THREADS   one operation on every file below DIR
//   walk storm STAGING DIR                             renames STAGING/<name>.<10 digits> into DIR, as nginx stores
//   walk find FILE TEXT                                memmem over a file held in memory
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef int (*operation)(int dir, const char *name); // 1 when the file was dealt with

static char *dirs[300000];
static int dir_count;
static atomic_int next_dir;
static atomic_long done;
static operation each;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static int read_head(int dir, const char *name, size_t size)
{
    char buffer[4096];
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t n = pread(fd, buffer, size, 0);
    close(fd);
    return n > 0;
}

static int read4096(int dir, const char *name) { return read_head(dir, name, 4096); }

static int read1024(int dir, const char *name) { return read_head(dir, name, 1024); }

static int expire(int dir, const char *name)
{
    char times[32] = {1};
    int fd = openat(dir, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t n = pwrite(fd, times, sizeof times, 8);
    close(fd);
    return n == sizeof times;
}

static int unlink_file(int dir, const char *name) { return unlinkat(dir, name, 0) == 0; }

static void collect(const char *path)
{
    if (dir_count == sizeof dirs / sizeof *dirs) die("too many directories");
    dirs[dir_count++] = strdup(path);
    DIR *d = opendir(path);
    if (!d) die(path);
    for (struct dirent *e; (e = readdir(d));)
    {
        char below[4096];
        if (e->d_type != DT_DIR || e->d_name[0] == '.') continue;
        snprintf(below, sizeof below, "%s/%s", path, e->d_name);
        collect(below);
    }
    closedir(d);
}

// Directories are shared by an atomic counter; finding them is part of the walk and of its time.
static void *work(void *unused)
{
    long mine = 0;
    for (int i; (i = atomic_fetch_add(&next_dir, 1)) < dir_count;)
    {
        DIR *d = opendir(dirs[i]);
        if (!d) die(dirs[i]);
        for (struct dirent *e; (e = readdir(d));)
            if (e->d_type == DT_REG) mine += each(dirfd(d), e->d_name);
        closedir(d);
    }
    atomic_fetch_add(&done, mine);
    return unused;
}

static void walk(const char *path, int threads)
{
    pthread_t others[64];
    collect(path);
    for (int i = 1; i < threads; i++)
        if (pthread_create(&others[i], NULL, work, NULL)) die("pthread_create");
    work(NULL);
    for (int i = 1; i < threads; i++) pthread_join(others[i], NULL);
}

static long storm(const char *staging, const char *to)
{
    static char *names[1000000];
    long count = 0, moved = 0;
    DIR *d = opendir(staging);
    if (!d) die(staging);
    for (struct dirent *e; (e = readdir(d)) && count < 1000000;)
        if (strlen(e->d_name) == 43) names[count++] = strdup(e->d_name);
    closedir(d);
    double began = now();
    for (long i = 0; i < count; i++)
    {
        char from[4096], first[4096], second[4096], final[8192];
        const char *n = names[i];
        snprintf(from, sizeof from, "%s/%s", staging, n);
        snprintf(first, sizeof first, "%s/%c", to, n[31]);
        snprintf(second, sizeof second, "%s/%c/%.2s", to, n[31], n + 29);
        snprintf(final, sizeof final, "%s/%.32s", second, n);
        if (rename(from, final) != 0)
        {
            if (errno != ENOENT) die(final);
            if (mkdir(first, 0700) && errno != EEXIST) die(first);
            if (mkdir(second, 0700) && errno != EEXIST) die(second);
            if (rename(from, final) != 0) die(final);
        }
        moved++;
    }
    printf("%.6f %ld\n", now() - began, moved);
    return 0;
}

static int find(const char *file, const char *text)
{
    struct stat status;
    int fd = open(file, O_RDONLY);
    if (fd < 0 || fstat(fd, &status)) die(file);
    char *all = malloc(status.st_size);
    for (off_t at = 0; at < status.st_size;)
    {
        ssize_t n = pread(fd, all + at, status.st_size - at, at);
        if (n <= 0) die(file);
        at += n;
    }
    double began = now();
    long hits = 0;
    size_t length = strlen(text);
    for (char *at = all, *hit; (hit = memmem(at, all + status.st_size - at, text, length)); at = hit + length) hits++;
    printf("%.6f %ld\n", now() - began, hits);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 4) return fprintf(stderr, "see walk.c\n"), 2;
    const char *what = argv[1];
    if (!strcmp(what, "storm")) return storm(argv[2], argv[3]);
    if (!strcmp(what, "find")) return find(argv[2], argv[3]);
    each = !strcmp(what, "read4096") ? read4096
        : !strcmp(what, "read1024") ? read1024
        : !strcmp(what, "expire") ? expire
        : !strcmp(what, "unlink") ? unlink_file : NULL;
    if (!each) return fprintf(stderr, "see walk.c\n"), 2;
    double began = now();
    walk(argv[2], atoi(argv[3]));
    double seconds = now() - began;
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("%.6f %ld %.6f\n", seconds, (long)done,
        used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6);
    return 0;
}
