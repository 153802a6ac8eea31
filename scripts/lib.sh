# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# lib.sh - what the scripts share: a word to the user, the build, root.
# Sourced by bash scripts in this folder, which set `top`, the source tree.

say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
	say "$*"
	exit 1
}

# Where the programs are, or are to be made: $CHAPERONE_BUILD, a source tree that was
# configured in place, else _build.
build_directory() {
	if [ -n "${CHAPERONE_BUILD:-}" ]; then
		(cd "$CHAPERONE_BUILD" && pwd) || die "CHAPERONE_BUILD=$CHAPERONE_BUILD is no directory"
	elif [ -e "$top/config.status" ]; then
		printf '%s\n' "$top"
	else
		printf '%s\n' "$top/_build"
	fi
}

is_built() {
	[ -x "$1/chaperoned" ] && [ -x "$1/chaperone" ]
}

# Makes the programs in a directory, from the very beginning if need be.
build() {
	say "building in $1"
	mkdir -p "$1"
	[ -e "$top/configure" ] || "$top/autogen.sh" >"$1/autogen.log" 2>&1 ||
		die "autogen.sh failed: see $1/autogen.log"
	[ -e "$1/Makefile" ] || (cd "$1" && "$top/configure" --quiet >&2) ||
		die "configure failed: see $1/config.log"
	make -C "$1" -s -j"$(nproc)" >&2 || die "make failed in $1"
}

# Goes on as root, through sudo if need be, with the variables that these scripts read.
as_root() {
	[ "$(id -u)" != 0 ] || return 0
	command -v sudo >/dev/null || die "this needs root: run it as root, or install sudo"
	local name kept=()
	for name in CHAPERONE_BUILD CHAPERONE_CLOCK CHAPERONE_CORPUS CHAPERONE_SANDBOX_WRAP TERM; do
		[ -z "${!name+set}" ] || kept+=("$name=${!name}")
	done
	exec sudo -- env "${kept[@]}" "$0" "$@"
}
