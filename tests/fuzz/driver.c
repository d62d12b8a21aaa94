/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a fuzz target over files and over the files of folders, for builds without libFuzzer.
 * Without arguments: tests/fuzz/seeds/X of the source tree for the program fuzz_X. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/fuzz/target.h"

#define SEED_OCTETS (1024 * 1024)

/* How many inputs were run, -1 when one could not be read. */
static int run_file(const char *path)
{
	uint8_t *room = malloc(SEED_OCTETS);
	FILE *file = fopen(path, "rb");
	int count = -1;
	if (room == NULL || file == NULL) {
		goto out;
	}
	size_t size = fread(room, 1, SEED_OCTETS, file);
	if (ferror(file) || !feof(file)) {
		goto out;
	}
	/* Of exactly its size, so that sanitizers see a read over the end. */
	uint8_t *data = malloc(size == 0 ? 1 : size);
	if (data == NULL) {
		goto out;
	}
	memcpy(data, room, size);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	count = 1;
out:
	if (count < 0) {
		fprintf(stderr, "%s: cannot be read: %s\n", path, strerror(errno));
	}
	if (file != NULL) {
		fclose(file);
	}
	free(room);
	return count;
}

static int run_folder(const char *path)
{
	DIR *folder = opendir(path);
	if (folder == NULL) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		return -1;
	}
	int count = 0;
	for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
		if (entry->d_name[0] == '.') {
			continue;
		}
		char file[PATH_MAX];
		int length = snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		int one = length > 0 && (size_t)length < sizeof(file) ? run_file(file) : -1;
		if (one < 0) {
			count = -1;
			break;
		}
		count += one;
	}
	closedir(folder);
	return count;
}

static int run(const char *path)
{
	struct stat status;
	int count = stat(path, &status) == 0 && S_ISDIR(status.st_mode) ? run_folder(path) :
		run_file(path);
	if (count > 0) {
		printf("%s: %d inputs\n", path, count);
	} else if (count == 0) {
		fprintf(stderr, "%s: no inputs\n", path);
	}
	return count;
}

static int run_seeds(const char *program)
{
	const char *name = strstr(program, "fuzz_");
	for (const char *next = name; next != NULL; next = strstr(next + 1, "fuzz_")) {
		name = next;
	}
	if (name == NULL) {
		fprintf(stderr, "usage: fuzz_X [FILE|FOLDER]...\n");
		return -1;
	}
	/* make check tells the source tree in srcdir. */
	const char *top = getenv("srcdir");
	char path[PATH_MAX];
	int length = snprintf(path, sizeof(path), "%s/tests/fuzz/seeds/%s", top == NULL ? "." : top,
		name + strlen("fuzz_"));
	return length > 0 && (size_t)length < sizeof(path) ? run(path) : -1;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		return run_seeds(argv[0]) > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	}
	for (int i = 1; i < argc; i++) {
		if (run(argv[i]) <= 0) {
			return EXIT_FAILURE;
		}
	}
	return EXIT_SUCCESS;
}
