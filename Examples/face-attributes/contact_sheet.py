#!/usr/bin/env python3
"""Pastes the first 48 images of a rendered folder into one picture: contact_sheet.py FOLDER OUT.png"""

import os
import sys

from PIL import Image

COLUMNS, ROWS, TILE, GAP = 8, 6, 64, 1


def main(folder, out):
    sheet = Image.new("RGB", (COLUMNS * (TILE + GAP) - GAP, ROWS * (TILE + GAP) - GAP), "white")
    for i in range(COLUMNS * ROWS):
        with Image.open(os.path.join(folder, f"{i:05d}.jpg")) as image:
            sheet.paste(image, (i % COLUMNS * (TILE + GAP), i // COLUMNS * (TILE + GAP)))
    sheet.quantize(256, Image.Quantize.MEDIANCUT).save(out, optimize=True)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
