/* SPDX-License-Identifier: GPL-3.0-or-later */
/* walk.lock and the places where locks cannot be trusted. */
#include "registry/store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/vfs.h>
#endif

#include "validate/wire/err.h"

/* Places for 510 readers. */
#define LOCK_OCTETS 32768
#define NAMESPACE_TEXT 64
#define HOLDER_TEXT (NAMESPACE_TEXT + 32)
#define RETRIES 10
#define RETRY_MS 20

/* "pid:[4026531836]"; empty where the system does not say. */
static void own_namespace(char text[NAMESPACE_TEXT])
{
	ssize_t size = readlink("/proc/self/ns/pid", text, NAMESPACE_TEXT - 1);
	text[size > 0 ? size : 0] = '\0';
}

static char *path_of(const char *dir, const char *file)
{
	size_t size = strlen(dir) + 1 + strlen(file) + 1;
	char *path = malloc(size);
	if (path != NULL) {
		snprintf(path, size, "%s/%s", dir, file);
	}
	return path;
}

static int file_open(const char *dir, const char *file, int flags)
{
	char *path = path_of(dir, file);
	if (path == NULL) {
		errno = ENOMEM;
		return -1;
	}
	int fd = open(path, flags | O_CLOEXEC, 0600);
	int saved = errno;
	free(path);
	errno = saved;
	return fd;
}

/* What the holder wrote: "PID NAMESPACE"; false when nobody did. */
static bool read_holder(int fd, long *pid, char space[NAMESPACE_TEXT])
{
	char text[HOLDER_TEXT];
	ssize_t size = pread(fd, text, sizeof(text) - 1, 0);
	if (size <= 0) {
		return false;
	}
	text[size] = '\0';
	space[0] = '\0';
	return sscanf(text, "%ld %63s", pid, space) >= 1;
}

/* The last to write here was in another namespace than this process. */
static bool is_elsewhere(int fd)
{
	long pid = 0;
	char own[NAMESPACE_TEXT];
	char space[NAMESPACE_TEXT];
	own_namespace(own);
	return read_holder(fd, &pid, space) && own[0] != '\0' && space[0] != '\0' && strcmp(own, space) != 0;
}

static void pause_briefly(void)
{
	const struct timespec t = { .tv_nsec = RETRY_MS * 1000000L };
	nanosleep(&t, NULL);
}

/* lock_check_namespace may have it for a moment, to see who else has. 0, or errno. */
static int try_lock(int fd)
{
	int code = flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
	for (int i = 0; i < RETRIES && code == EWOULDBLOCK && is_elsewhere(fd); i++) {
		pause_briefly();
		code = flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
	}
	return code;
}

int lock_walk(const char *dir, int *fd, char why[256])
{
	int lock = file_open(dir, "walk.lock", O_RDWR | O_CREAT);
	if (lock < 0) {
		snprintf(why, 256, "cannot open %s/walk.lock: %s", dir, strerror(errno));
		return ERR_IO;
	}
	int saved = try_lock(lock);
	if (saved != 0) {
		long pid = 0;
		char space[NAMESPACE_TEXT];
		if (saved != EWOULDBLOCK) {
			snprintf(why, 256, "cannot lock %s/walk.lock: %s; the store needs a local file system", dir,
				strerror(saved));
		} else if (read_holder(lock, &pid, space)) {
			snprintf(why, 256, "%s is in use by another walk (process %ld); wait for it to end, or stop it", dir,
				pid);
		} else {
			snprintf(why, 256, "%s is in use by another walk; wait for it to end, or stop it", dir);
		}
		close(lock);
		return saved == EWOULDBLOCK ? ERR_BUSY : ERR_IO;
	}
	char space[NAMESPACE_TEXT];
	own_namespace(space);
	char text[HOLDER_TEXT];
	int size = snprintf(text, sizeof(text), "%ld %s\n", (long)getpid(), space);
	/* Only for messages and the check below: a full disk must not stop a walk here. */
	if (ftruncate(lock, 0) != 0 || pwrite(lock, text, (size_t)size, 0) != size) {
		errno = 0;
	}
	*fd = lock;
	return 0;
}

static bool is_held_elsewhere(int fd)
{
	return is_elsewhere(fd) && flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

int lock_check_namespace(const char *dir, char why[256])
{
	int fd = file_open(dir, "walk.lock", O_RDONLY);
	if (fd < 0) {
		return 0;
	}
	bool elsewhere = is_held_elsewhere(fd);
	/* A walk that begins has the lock for a moment before it writes who it is over what the last one wrote. */
	for (int i = 0; i < RETRIES && elsewhere; i++) {
		pause_briefly();
		elsewhere = is_held_elsewhere(fd);
	}
	close(fd);
	if (elsewhere) {
		snprintf(why, 256, "%s is in use by a walk in another PID namespace (a container?); run this command there",
			dir);
	}
	return elsewhere ? ERR_BUSY : 0;
}

int lock_reserve(const char *dir, char why[256])
{
	struct stat st;
	char *path = path_of(dir, "lock.mdb");
	bool is_there = path != NULL && stat(path, &st) == 0 && st.st_size > 0;
	free(path);
	int fd = is_there ? -1 : file_open(dir, "lock.mdb", O_RDWR | O_CREAT);
	if (fd < 0) {
		return 0;
	}
	int code = posix_fallocate(fd, 0, LOCK_OCTETS);
	close(fd);
	if (code != ENOSPC && code != EDQUOT && code != EFBIG) {
		return 0;
	}
	snprintf(why, 256, "no room for the store in %s: %s; free some disk space", dir, strerror(code));
	return ERR_FULL;
}

#ifdef __linux__
static const struct {
	unsigned long magic;
	const char *name;
} network_filesystems[] = {
	{ 0x6969, "NFS" }, { 0xff534d42, "CIFS" }, { 0xfe534d42, "SMB" }, { 0x517b, "SMB" }, { 0x5346414f, "AFS" },
	{ 0x01021997, "9P" }, { 0x00c36400, "Ceph" },
};

int lock_check_filesystem(const char *dir, char why[256])
{
	struct statfs fs;
	if (statfs(dir, &fs) != 0) {
		snprintf(why, 256, "cannot examine the file system of %s: %s", dir, strerror(errno));
		return ERR_IO;
	}
	for (size_t i = 0; i < sizeof(network_filesystems) / sizeof(network_filesystems[0]); i++) {
		if ((unsigned long)fs.f_type == network_filesystems[i].magic) {
			snprintf(why, 256, "%s is on a network file system (%s); the store needs a local disk", dir,
				network_filesystems[i].name);
			return ERR_STORE;
		}
	}
	return 0;
}
#else
int lock_check_filesystem(const char *dir, char why[256])
{
	(void)dir;
	(void)why;
	return 0;
}
#endif
