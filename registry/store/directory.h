/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is there a directory that can hold a store, is there a store's file in it? Private to registry/store. */
#pragma once

#include "registry/store/store.h"

/* To write: made when absent (its parents are not). ERR_NOTFOUND, ERR_IO; the sentence in why. */
int directory_check(const char *dir, enum store_mode mode, char why[256]);
/* Without it LMDB would leave a lock file in a directory that has no store. */
int directory_check_data(const char *dir, const char *path, char why[256]);
