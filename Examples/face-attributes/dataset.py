"""Reads rendered folders into memory: pixels (N, 64, 64, 3) uint8 and label indices per attribute."""

import csv
import os

import numpy as np
from PIL import Image

from labels import ATTRIBUTES, SEEDS
from pose import SIZE
from render import render_folder


def load(folder):
    with open(os.path.join(folder, "labels.csv"), newline="") as f:
        rows = list(csv.DictReader(f))
    pixels = np.empty((len(rows), SIZE, SIZE, 3), np.uint8)
    for i, row in enumerate(rows):
        with Image.open(os.path.join(folder, row["file"])) as image:
            pixels[i] = np.asarray(image.convert("RGB"))
    labels = {name: np.array([names.index(row[name]) for row in rows]) for name, names in ATTRIBUTES.items()}
    return pixels, labels, rows


def load_or_render(data, name, count, workers):
    folder = os.path.join(data, name)
    if not os.path.exists(os.path.join(folder, "labels.csv")):
        print(f"rendering {count} images into {folder}", flush=True)
        render_folder(folder, count, SEEDS[name], workers)
    pixels, labels, rows = load(folder)
    if len(rows) != count:
        raise SystemExit(f"{folder} holds {len(rows)} images, {count} are wanted: remove it to render it again")
    return pixels, labels, rows


def normalize(pixels, mean, std):
    """(N, H, W, 3) uint8 to (N, 3, H, W) float32, as the recipe's `input` says."""
    x = (pixels.astype(np.float32) * np.float32(1 / 255) - np.array(mean, np.float32)) / np.array(std, np.float32)
    return np.ascontiguousarray(x.transpose(0, 3, 1, 2))
