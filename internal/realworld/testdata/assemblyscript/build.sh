#!/bin/sh
# Builds the committed life.wasm with npm's assemblyscript at the version below. The output folder is the first argument,
# this folder by default.
set -eu
cd "$(dirname "$0")"
out=${1:-.}
npx --yes --package assemblyscript@0.28.20 asc life.ts -O2 --runtime incremental --outFile "$out/life.wasm"
