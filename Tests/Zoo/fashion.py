"""Images drawn from Fashion-MNIST (Debian's dataset-fashion-mnist; H. Xiao and others, arXiv 1708.07747): its own, coloured ones in front of
backgrounds, and scenes of several with boxes."""
import functools
import gzip
import os
import pathlib
import sys

import numpy as np
from PIL import Image

sys.path.append(str(pathlib.Path(__file__).parents[2] / "Examples/face-attributes"))
from scene import background  # noqa: E402

FOLDER = pathlib.Path(os.environ.get("FASHION_MNIST", "/usr/share/datasets/fashion-mnist"))
LABELS = ("t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")
ITEM, SCENE = 32, 64
# What scenes tell apart, and which of the labels is which.
KINDS = ("top", "trousers", "dress", "shoe", "bag")
KIND = np.array([0, 1, 0, 2, 0, 3, 0, 3, 4, 3])
MOST = 3


@functools.cache
def originals(part):
    """Images (uint8, N x 28 x 28) and labels of 'train' or 't10k'."""
    def read(name, header):
        path = FOLDER / f"{part}-{name}-ubyte.gz"
        if not path.exists():
            raise SystemExit(f"{path} is missing: install Debian's package dataset-fashion-mnist, or set FASHION_MNIST to its folder")
        return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8)[header:]
    return read("images-idx3", 16).reshape(-1, 28, 28), read("labels-idx1", 8).astype(np.int64)


def turned(rng, image, side, least, most, canvas, tilt=0.25):
    """The image turned, scaled to `least` to `most` pixels and put somewhere on a canvas where all of its square stays."""
    size, angle = rng.uniform(least, most), rng.normal(0, tilt)
    x, y = (rng.uniform(size / 2 - 1, canvas - size / 2 + 1) for _ in range(2))
    c, s, scale = np.cos(angle), np.sin(angle), side / size
    if rng.random() < 0.5:
        image = image[:, ::-1]
    # From pixels of the canvas to pixels of the image.
    place = (c * scale, s * scale, side / 2 - (c * x + s * y) * scale, -s * scale, c * scale, side / 2 - (c * y - s * x) * scale)
    image = Image.fromarray(np.ascontiguousarray(image))
    return np.asarray(image.transform((canvas, canvas), Image.Transform.AFFINE, place, Image.Resampling.BILINEAR))


def paint(rng, picture, gray):
    """Puts an item onto a picture in 0...255, in any colour."""
    there = np.clip(gray.astype(np.float32)[..., None] / 60, 0, 1)
    colour = rng.uniform(0.35, 1.1, 3) * rng.uniform(0.6, 1.1)
    texture = np.clip(gray.astype(np.float32)[..., None] * rng.uniform(0.7, 1.0) + rng.uniform(0, 60), 0, 255)
    if rng.random() < 0.2:
        texture = 255 - texture
    return picture * (1 - there) + texture * colour * there


def seen(rng, picture):
    """Light and noise; uint8."""
    picture = (picture - 128) * rng.uniform(0.6, 1.1) + 128 + rng.uniform(-30, 30)
    return np.clip(np.rint(picture + rng.normal(0, rng.uniform(1, 14), picture.shape)), 0, 255).astype(np.uint8)


def around(rng, side):
    """A background of 64x64 pixels, or a quarter of the pixels."""
    picture = background(rng)
    return picture if side == SCENE else picture.reshape(side, SCENE // side, side, SCENE // side, 3).mean((1, 3))


def item(seed, index, part):
    """A coloured item of 32x32 RGB pixels, with its label: sample `index` of the part, in an order that the seed does not change."""
    rng = np.random.default_rng([seed, index])
    images, labels = originals(part)
    i = index % len(images)
    gray = turned(rng, images[i], 28, 24, 34, ITEM)
    return seen(rng, paint(rng, around(rng, ITEM), gray)), labels[i]


def scene(seed, index, part):
    """One to three items of different size in 64x64 RGB pixels. With them, for each: its kind (-1 where there is none) and its box, as left, top,
    right and bottom in pixels."""
    rng = np.random.default_rng([seed, index])
    images, labels = originals(part)
    picture, found = around(rng, SCENE), np.full((MOST, 5), -1, np.float32)
    taken = np.zeros((SCENE, SCENE), bool)
    for slot in range(int(rng.integers(1, MOST + 1))):
        i = int(rng.integers(len(images)))
        gray = turned(rng, images[i], 28, 18, 42, SCENE, 0.15)
        ys, xs = np.nonzero(gray > 40)
        if len(ys) < 20 or (taken & (gray > 40)).sum() > 0.1 * len(ys):
            continue
        picture, taken = paint(rng, picture, gray), taken | (gray > 40)
        found[slot] = KIND[labels[i]], xs.min(), ys.min(), xs.max() + 1, ys.max() + 1
    return seen(rng, picture), found
