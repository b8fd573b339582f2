#!/bin/sh
# Builds the committed ledger.wasm with Debian's emscripten (3.1.6 in Debian 12). The output folder is the first
# argument, this folder by default.
set -eu
cd "$(dirname "$0")"
out=${1:-.}
emcc -std=c++17 -O2 -Wall -Wextra -ffp-contract=off -fno-exceptions -fno-rtti -sSTANDALONE_WASM -sTOTAL_MEMORY=16MB \
	-o "$out/ledger.wasm" ledger.cpp
