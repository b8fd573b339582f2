#!/bin/sh
# Builds the committed .wasm files of this folder with Debian's clang-19, lld-19, wasi-libc and
# libclang-rt-19-dev-wasm32. The output folder is the first argument, this folder by default.
set -eu
cd "$(dirname "$0")"
out=${1:-.}
cflags="--target=wasm32-wasi --sysroot=/usr -isystem /usr/include/wasm32-wasi -O2 -Wall -Wextra -ffp-contract=off -g0
	-L/usr/lib/wasm32-wasi -fuse-ld=/usr/bin/wasm-ld-19 -Wl,--strip-debug"
clang-19 $cflags -o "$out/stations.wasm" stations.c
clang-19 $cflags -msimd128 -o "$out/mosaic.wasm" mosaic.c
