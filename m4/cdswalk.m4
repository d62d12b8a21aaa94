dnl SPDX-License-Identifier: GPL-3.0-or-later
dnl Macros of this project: warnings, sanitizers, libraries with the package that has them.

dnl CDSWALK_WARNINGS: the warnings this code is clean under, in CDSWALK_CFLAGS.
AC_DEFUN([CDSWALK_WARNINGS], [
	AC_ARG_ENABLE([werror], [AS_HELP_STRING([--disable-werror], [do not turn warnings into errors])],
		[], [enable_werror=yes])
	CDSWALK_CFLAGS=
	for flag in -std=c11 -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes \
		-Wmissing-prototypes -Wwrite-strings -Wcast-qual -Wvla -Wformat=2 -Wundef -Wnull-dereference \
		-Wimplicit-fallthrough -fno-common -fstack-protector-strong -fPIC; do
		CDSWALK_TRY_CFLAG([$flag])
	done
	AS_IF([test "$enable_werror" = yes], [CDSWALK_CFLAGS="$CDSWALK_CFLAGS -Werror"])
	AC_SUBST([CDSWALK_CFLAGS])
])

AC_DEFUN([CDSWALK_TRY_CFLAG], [
	saved_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS -Werror $1"
	AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])], [CDSWALK_CFLAGS="$CDSWALK_CFLAGS $1"])
	CFLAGS=$saved_CFLAGS
])

dnl CDSWALK_SANITIZER: --with-sanitizer[=LIST], address and undefined by default, no recovery.
AC_DEFUN([CDSWALK_SANITIZER], [
	AC_ARG_WITH([sanitizer], [AS_HELP_STRING([--with-sanitizer@<:@=LIST@:>@],
		[build with sanitizers (address,undefined when no list is given)])], [], [with_sanitizer=no])
	AS_CASE([$with_sanitizer], [no], [enable_sanitizer=no],
		[yes], [enable_sanitizer=address,undefined], [enable_sanitizer=$with_sanitizer])
	AS_IF([test "$enable_sanitizer" != no], [
		SANITIZER_FLAGS="-fsanitize=$enable_sanitizer -fno-sanitize-recover=all -fno-omit-frame-pointer"
		CFLAGS="$CFLAGS $SANITIZER_FLAGS"
		LDFLAGS="$LDFLAGS -fsanitize=$enable_sanitizer"
		AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])], [],
			[AC_MSG_ERROR([this compiler cannot link with -fsanitize=$enable_sanitizer. On Debian with clang: apt-get install libclang-rt-dev])])
	])
	AM_CONDITIONAL([PLAIN_BUILD], [test "$enable_sanitizer" = no])
])

dnl CDSWALK_FUZZER: --enable-fuzzer links the targets of tests/fuzz with libFuzzer (clang);
dnl without it the same targets are linked with a driver that runs the seeds.
AC_DEFUN([CDSWALK_FUZZER], [
	AC_ARG_ENABLE([fuzzer], [AS_HELP_STRING([--enable-fuzzer], [link tests/fuzz with libFuzzer (needs clang)])],
		[], [enable_fuzzer=no])
	AS_IF([test "$enable_fuzzer" = yes], [CFLAGS="$CFLAGS -fsanitize=fuzzer-no-link"])
	AM_CONDITIONAL([LIBFUZZER], [test "$enable_fuzzer" = yes])
])

dnl CDSWALK_LIBRARY(VAR, MODULE >= VERSION, DEBIAN-PACKAGE): needed; all missing ones are named at once.
AC_DEFUN([CDSWALK_LIBRARY], [
	PKG_CHECK_MODULES([$1], [$2],
		[version_$1=`$PKG_CONFIG --modversion m4_bpatsubst([$2], [ .*], [])`],
		[missing_packages="$missing_packages $3"; version_$1=missing])
])

AC_DEFUN([CDSWALK_LIBRARY_OPTIONAL], [
	PKG_CHECK_MODULES([$1], [$2], [have_$1=yes],
		[have_$1=no; AC_MSG_WARN([no $4: on Debian apt-get install $3])])
])

AC_DEFUN([CDSWALK_LIBRARIES_DONE], [
	AS_IF([test -n "$missing_packages"],
		[AC_MSG_ERROR([libraries are missing or too old. On Debian: apt-get install$missing_packages])])
])
