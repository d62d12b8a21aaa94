/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which mutant is active, and which were reached: an octet each in a file, so that nothing is lost with a process
 * that crashes. */
#include "tests/mutation/mutant.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>

unsigned char mutant_nothing[65536];

static unsigned active;
static unsigned char *reached;
static unsigned numbers;

__attribute__((constructor)) static void mutant_begin(void)
{
	const char *number = getenv("MUTANT");
	const char *file = getenv("MUTANTS_REACHED");
	const char *size = getenv("MUTANTS");
	active = number == NULL ? 0 : (unsigned)strtoul(number, NULL, 10);
	if (file == NULL || size == NULL) {
		return;
	}
	int fd = open(file, O_RDWR);
	void *map = mmap(NULL, strtoul(size, NULL, 10), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (fd < 0 || map == MAP_FAILED) {
		abort();
	}
	numbers = (unsigned)strtoul(size, NULL, 10);
	reached = map;
}

bool mutant(unsigned number)
{
	if (number < numbers) {
		reached[number] = 1;
	}
	return number == active;
}
