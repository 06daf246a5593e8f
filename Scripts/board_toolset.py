#!/usr/bin/env python3
"""Writes the SwiftPM toolset that builds the engine for a board in Embedded Swift.

usage: board_toolset.py Targets/BOARD.json OUT.json     writes the toolset, prints the Swift triple

The toolset carries every flag; Package.swift knows nothing of boards. Linked with lld, static, against the cross C library.
"""
import json
import os
import shutil
import sys


def toolset(board, swiftc):
    clang_target = "--target=" + board["clangTarget"]
    embedded = ["-enable-experimental-feature", "Embedded", "-wmo", "-Xfrontend", "-function-sections"]
    link = ["-use-ld=lld", "-Xclang-linker", clang_target, "-Xclang-linker", "-static"]
    sections = ["-ffunction-sections", "-fdata-sections"]
    return {
        "schemaVersion": "1.0",
        "rootPath": os.path.dirname(swiftc),
        "swiftCompiler": {"extraCLIOptions": embedded + board["swiftFlags"] + link},
        # clang fuses multiply and add by default on aarch64 and riscv64; kernels promise the same bits everywhere.
        "cCompiler": {"extraCLIOptions": [clang_target, "-ffp-contract=off"] + board["cFlags"] + sections},
        "linker": {"extraCLIOptions": ["-s", "--gc-sections"]},
        "librarian": {"path": "llvm-ar"},
    }


def main(arguments):
    if len(arguments) != 3:
        sys.exit(__doc__)
    with open(arguments[1], encoding="utf-8") as file:
        board = json.load(file)
    swiftc = shutil.which("swiftc")
    if swiftc is None:
        sys.exit("board_toolset.py: swiftc is not in the PATH: install the Swift 6.3 toolchain")
    text = json.dumps(toolset(board, os.path.realpath(swiftc)), indent=2) + "\n"
    # SwiftPM builds again when the toolset is newer, so an equal one stays.
    if not os.path.exists(arguments[2]) or open(arguments[2], encoding="utf-8").read() != text:
        with open(arguments[2], "w", encoding="utf-8") as file:
            file.write(text)
    print(board["triple"])


main(sys.argv)
