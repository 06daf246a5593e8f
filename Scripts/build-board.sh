#!/bin/sh
# usage: build-board.sh BOARD BUILD-FOLDER
# Builds facet-run and facet-kernel-test for one board into dist/BOARD/.
set -eu
board=$1
build=$2
mkdir -p "$build" "dist/$board"
triple=$(python3 Scripts/board_toolset.py "Targets/$board.json" "$build/$board.json")
for product in facet-run facet-kernel-test; do
  swift build --scratch-path "$build/$board" -c release --triple "$triple" --toolset "$build/$board.json" --product "$product"
  cp "$build/$board/release/$product" "dist/$board/$product"
done
