"""Writes Cases/: images of less usual kinds with the pixels that they hold.

    python3 make_cases.py        (numpy 2.4, Pillow 13; the same bytes again with the same versions)
"""
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image

cases = pathlib.Path(__file__).parent / "Cases"
cases.mkdir(exist_ok=True)

# Images: NAME.png and the pixels it stands for, NAME.npy (height x width x 3), worked out here and not by a decoder.
random = np.random.default_rng(11)


def image(name, picture, pixels, **options):
    picture.save(cases / f"{name}.png", **options)
    np.save(cases / f"{name}.npy", np.ascontiguousarray(pixels, "u1"))


rgb = random.integers(0, 256, (3, 5, 3), dtype="u1")
gray = random.integers(0, 256, (4, 7), dtype="u1")
alpha = random.integers(0, 256, (4, 7), dtype="u1")
repeated = np.repeat(gray[:, :, None], 3, axis=2)
image("gray_alpha", Image.merge("LA", [Image.fromarray(gray), Image.fromarray(alpha)]), repeated)
bits = random.integers(0, 2, (5, 9), dtype="u1")
image("one_bit", Image.fromarray(bits * 255).convert("1"), np.repeat(bits[:, :, None] * 255, 3, axis=2))
palette = random.integers(0, 256, (7, 3), dtype="u1")
indices = random.integers(0, 7, (4, 6), dtype="u1")
indexed = Image.fromarray(indices, "P")
indexed.putpalette(palette.tobytes())
image("palette_transparent", indexed, palette[indices], transparency=2)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


# 16 bits of red, green, blue and alpha, and interlaced: Pillow does not write it. A level is v * 255 / 65535, rounded.
deep = random.integers(0, 65536, (9, 6, 4)).astype(">u2")
passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
lines = b""
for top, left, down, across in passes:
    part = deep[top::down, left::across]
    if part.size:
        lines += b"".join(b"\0" + row.tobytes() for row in part)
(cases / "deep_interlaced.png").write_bytes(
    b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">2I5B", 6, 9, 16, 6, 0, 0, 1)) + chunk(b"IDAT", zlib.compress(lines, 9))
    + chunk(b"IEND", b""))
np.save(cases / "deep_interlaced.npy", np.round(deep[:, :, :3].astype("f8") * 255 / 65535).astype("u1"))
