/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dnssec-cds: the dsset file, read and replaced in place. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "registry/sink/dsset.h"
#include "registry/source/masterview.h"
#include "scanner/command.h"
#include "scanner/dnssec_cds.h"
#include "validate/wire/err.h"

static bool fail(const struct dsset_file *f, const char *what)
{
	say("%s %s: %s", say_text(f->path), what, strerror(errno));
	return false;
}

/* A directory has one such file for each child. */
static bool find(const struct dnssec_cds_options *o, struct dsset_file *f)
{
	struct stat status;
	const char *slash = strrchr(o->ds_path, '/');
	bool inside = stat(o->ds_path, &status) == 0 && S_ISDIR(status.st_mode);
	size_t size = inside ? strlen(o->ds_path) : slash == NULL ? 0 : (size_t)(slash - o->ds_path) + 1;
	const char *name = slash == NULL ? o->ds_path : slash + 1;
	if (size + 1 >= sizeof(f->folder) || (!inside && strlen(name) >= sizeof(f->name))) {
		say("-d: %s is too long for a path", say_text(o->ds_path));
		return false;
	}
	memcpy(f->folder, o->ds_path, size);
	if (inside && !dsset_file_name(DSSET_PREFIX, &o->child, f->name)) {
		say("the name of the child is too long for that of a dsset file; give the file itself with -d");
		return false;
	}
	if (!inside) {
		memcpy(f->name, name, strlen(name));
	}
	snprintf(f->path, sizeof(f->path), "%s%s%s", f->folder, inside && f->folder[size - 1] != '/' ? "/" : "", f->name);
	return true;
}

/* Others would be gone with the next -i. */
static bool is_of_one_child(const struct dnssec_cds_options *o, const struct dsset_file *f)
{
	struct source_error error = { .file = "" };
	bool others;
	if (masterview_ds_has_others(f->path, &o->child, &others, &error) != ERR_OK) {
		say_source_error(&error);
		return false;
	}
	if (others) {
		say("%s has other records than DS of the child; -i would lose them", say_text(f->path));
	}
	return !others;
}

bool dsset_file_read(const struct dnssec_cds_options *o, struct arena *arena, struct dsset_file *f)
{
	memset(f, 0, sizeof(*f));
	f->dir = -1;
	if (!find(o, f)) {
		return false;
	}
	/* A link would be replaced by a file, and what it leads to would not change. */
	if ((o->in_place ? lstat(f->path, &f->status) : stat(f->path, &f->status)) != 0) {
		return fail(f, "cannot be read");
	}
	if (o->in_place && !S_ISREG(f->status.st_mode)) {
		say("%s is %s; -i needs the dsset file itself", say_text(f->path),
			S_ISLNK(f->status.st_mode) ? "a symbolic link" : "not a regular file");
		return false;
	}
	struct source_error error = { .file = "" };
	if (masterview_read_ds(f->path, &o->child, arena, &f->ds, &f->ttl, &error) != ERR_OK) {
		say_source_error(&error);
		return false;
	}
	return !o->in_place || is_of_one_child(o, f);
}

void dsset_print(const struct name *child, const struct ds_set *ds, uint32_t ttl, bool by_digest, FILE *to)
{
	char name[NAME_TEXT_SIZE];
	name_to_text(child, name);
	for (unsigned type = 0; type <= (by_digest ? UINT8_MAX : 0u); type++) {
		for (size_t i = 0; i < ds->count; i++) {
			char text[DS_TEXT_SIZE];
			char number[16] = "";
			ds_to_text(&ds->ds[i], text);
			if (ttl != 0) {
				snprintf(number, sizeof(number), "%lu ", (unsigned long)ttl);
			}
			if (!by_digest || ds->ds[i].digest_type == type) {
				fprintf(to, "%s %sIN DS %s\n", name, number, text);
			}
		}
	}
}

/* Everything but the octets is as it was, and its time does not go back. */
static bool dress(const struct dsset_file *f, uint64_t modified)
{
	int fd = fileno(f->next.stream);
	struct timespec times[2] = { { .tv_nsec = UTIME_NOW }, f->status.st_mtim };
	if (f->status.st_mtim.tv_sec < 0 || (uint64_t)f->status.st_mtim.tv_sec < modified) {
		times[1] = (struct timespec){ .tv_sec = (time_t)modified };
	}
	/* Who may write the folder but not give files away owns the new one. */
	if (fchown(fd, f->status.st_uid, f->status.st_gid) != 0 && errno != EPERM) {
		return false;
	}
	return fchmod(fd, f->status.st_mode & 0777) == 0 && futimens(fd, times) == 0;
}

bool dsset_file_prepare(struct dsset_file *f, const struct dsset_content *c)
{
	f->dir = open(f->folder[0] == '\0' ? "." : f->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (f->dir < 0 || replacement_begin(f->dir, &f->next) != 0) {
		return fail(f, "cannot be replaced");
	}
	if (c->ds->count == 0) {
		/* A file of nothing at all would look like one that was lost. */
		char name[NAME_TEXT_SIZE];
		name_to_text(c->child, name);
		fprintf(f->next.stream, "; %s has no DS records: they are to be removed (RFC 8078 section 4).\n", name);
	}
	dsset_print(c->child, c->ds, c->ttl, c->by_digest, f->next.stream);
	if (fflush(f->next.stream) != 0 || !dress(f, c->modified)) {
		replacement_drop(&f->next);
		return fail(f, "cannot be replaced");
	}
	f->sealed = replacement_seal(&f->next) == 0;
	return f->sealed || fail(f, "cannot be replaced");
}

/* Somebody else may have written it since: then this decision is about the past. */
static bool is_unchanged(const struct dsset_file *f)
{
	struct stat now;
	const struct stat *was = &f->status;
	return fstatat(f->dir, f->name, &now, AT_SYMLINK_NOFOLLOW) == 0 && now.st_dev == was->st_dev && now.st_ino == was->st_ino &&
		now.st_size == was->st_size && now.st_mtim.tv_sec == was->st_mtim.tv_sec && now.st_mtim.tv_nsec == was->st_mtim.tv_nsec;
}

static bool keep_backup(const struct dsset_file *f, const char *extension)
{
	char backup[sizeof(f->name)];
	int size = snprintf(backup, sizeof(backup), "%s%s", f->name, extension);
	if (size < 0 || (size_t)size >= sizeof(backup)) {
		say("-i: %s%s is too long for the name of a backup", say_text(f->name), say_text(extension));
		return false;
	}
	return replacement_keep(&f->next, f->name, backup) == 0 || fail(f, "cannot be kept as a backup");
}

bool dsset_file_replace(struct dsset_file *f, const char *extension)
{
	if (!is_unchanged(f)) {
		say("%s was changed by somebody else meanwhile; it stays as it is, run this again", say_text(f->path));
		return false;
	}
	if (extension != NULL && !keep_backup(f, extension)) {
		return false;
	}
	f->sealed = false;
	if (replacement_commit(&f->next, f->name) != 0) {
		return fail(f, "cannot be replaced");
	}
	return fsync(f->dir) == 0 || fail(f, "is replaced, but its folder cannot be written to disk");
}

void dsset_file_end(struct dsset_file *f)
{
	if (f->sealed) {
		replacement_drop(&f->next);
	}
	if (f->dir >= 0) {
		close(f->dir);
	}
	f->sealed = false;
	f->dir = -1;
}
