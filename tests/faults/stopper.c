/* Preloaded into a process, counts the system calls that change files below a folder, and at one of them kills the
   process, kills it in the middle of a write, or from there on says that the disk is full. For tests only. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { KILL = 0, TEAR = 1, FULL = 2 };

static char watched[4096];
static long points, at;
static int mode;

void stopper_arm(const char *folder, long point, int how) {
    snprintf(watched, sizeof watched, "%s/", folder);
    points = 0, at = point, mode = how;
}

long stopper_points(void) { return points; }

static int is_watched(int descriptor) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = watched[0] ? readlink(link, path, sizeof path - 1) : -1;
    if (length < 0) return 0;
    path[length] = 0;
    return !strncmp(path, watched, strlen(watched));
}

/* Whether the call must fail for want of room; does not return when it is the one to die at. */
static int stopped(int grows) {
    points++;
    if (at && points == at && (mode == KILL || (mode == TEAR && !grows))) kill(getpid(), SIGKILL);
    return at && mode == FULL && points >= at && grows;
}

static int torn(void) { return at && mode == TEAR && points == at; }

#define REAL(name, ...) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))(__VA_ARGS__)
#define NO_ROOM return errno = ENOSPC, -1

ssize_t write(int fd, const void *data, size_t size) {
    if (is_watched(fd)) {
        if (stopped(1)) NO_ROOM;
        if (torn()) REAL(write, fd, data, size / 2), kill(getpid(), SIGKILL);
    }
    return REAL(write, fd, data, size);
}

static ssize_t at_offset(const char *name, int fd, const void *data, size_t size, off_t place) {
    ssize_t (*real)(int, const void *, size_t, off_t) = dlsym(RTLD_NEXT, name);
    if (is_watched(fd)) {
        if (stopped(1)) NO_ROOM;
        if (torn()) real(fd, data, size / 2, place), kill(getpid(), SIGKILL);
    }
    return real(fd, data, size, place);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t place) { return at_offset("pwrite", fd, data, size, place); }
ssize_t pwrite64(int fd, const void *data, size_t size, off_t place) { return at_offset("pwrite64", fd, data, size, place); }

#define ON_DESCRIPTOR(type, name, grows, parameters, ...)            \
    type name parameters {                                           \
        if (is_watched(fd) && stopped(grows)) NO_ROOM;               \
        return REAL(name, __VA_ARGS__);                              \
    }
#define ON_PATH(name, path, parameters, ...)                                                   \
    int name parameters {                                                                      \
        if (watched[0] && !strncmp(path, watched, strlen(watched)) && stopped(0)) NO_ROOM;     \
        return REAL(name, __VA_ARGS__);                                                        \
    }

ON_DESCRIPTOR(int, fsync, 0, (int fd), fd)
ON_DESCRIPTOR(int, fdatasync, 0, (int fd), fd)
ON_DESCRIPTOR(int, ftruncate, 0, (int fd, off_t size), fd, size)
ON_DESCRIPTOR(int, ftruncate64, 0, (int fd, off_t size), fd, size)
ON_PATH(rename, from, (const char *from, const char *to), from, to)
ON_PATH(unlink, path, (const char *path), path)
ON_PATH(mkdir, path, (const char *path, mode_t bits), path, bits)
ON_PATH(rmdir, path, (const char *path), path)
