/* SPDX-License-Identifier: GPL-3.0-or-later */
/* walk.lock: one walk at a time, and nobody from another PID namespace beside it. Private to registry/store. */
#pragma once

/* *fd holds the lock until it is closed. ERR_BUSY, ERR_IO; the sentence in why. */
int lock_walk(const char *dir, int *fd, char why[256]);
/* LMDB finds dead readers by their process id, so all users of a store must see the same ids. ERR_BUSY when a walk is
 * running that does not. */
int lock_check_namespace(const char *dir, char why[256]);
/* LMDB maps and locks files in ways that network file systems do not keep up with. ERR_STORE. */
int lock_check_filesystem(const char *dir, char why[256]);
/* LMDB makes lock.mdb with a hole and maps it: on a full disk touching it would be a SIGBUS. So it is made in whole
 * before. ERR_FULL; whatever else is in the way LMDB says itself. */
int lock_reserve(const char *dir, char why[256]);
