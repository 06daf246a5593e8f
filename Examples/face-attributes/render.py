#!/usr/bin/env python3
"""Renders the face-attributes data set: drawn faces of nobody, with labels.

  render.py OUT --count N --seed S [--workers W]

writes OUT/00000.jpg, OUT/00001.jpg, ... (64x64 RGB) and OUT/labels.csv. Image i depends on the seed and on i
only: a smaller count gives the same first images, and the number of workers changes nothing. The same
versions of numpy and Pillow give the same bytes. Needs nothing else."""

import argparse
import csv
import multiprocessing
import os
import sys

import numpy as np
from PIL import Image, ImageDraw

from face import Looks, draw_person
from labels import ATTRIBUTES, COLUMNS, LIGHTING
from pose import CANVAS, OVERSAMPLING
from scene import background, draw_obstacle, illuminate, photograph


def render(seed, index):
    """The image and its labels (indices, in the order of COLUMNS after `file`)."""
    rng = np.random.default_rng([seed, index])
    labels = [int(rng.integers(len(names))) for names in (*ATTRIBUTES.values(), LIGHTING)]
    return take_picture(rng, Looks(rng, *labels[:4]), labels[4])[0], labels, int(rng.integers(88, 93))


def take_picture(rng, looks, lighting):
    """The image of a person, and the pose."""
    # The colour is drawn on an opaque black canvas, and the cover (where anything was drawn) is its own picture.
    colour, cover = Image.new("RGB", (CANVAS, CANVAS)), Image.new("L", (CANVAS, CANVAS))
    pose = draw_person(_Both(colour, cover), rng, looks)
    draw_obstacle(_Both(colour, cover), rng)
    person = np.asarray(colour.reduce(OVERSAMPLING), np.float32)   # premultiplied by the cover, as the rest is black
    there = np.asarray(cover.reduce(OVERSAMPLING), np.float32)[..., None] / 255
    light, around = illuminate(rng, lighting, pose)
    picture = person * light + background(rng) * (1 - there) * around
    return photograph(rng, picture), pose


class _Both:
    """Draws each shape in colour, and marks the area as covered."""

    def __init__(self, colour, cover):
        self._colour, self._cover = ImageDraw.Draw(colour, "RGBA"), ImageDraw.Draw(cover)

    def polygon(self, points, fill):
        self._colour.polygon(points, fill=fill)
        if fill[3] > 200:
            self._cover.polygon(points, fill=255)

    def line(self, points, fill, width, joint=None):
        self._colour.line(points, fill=fill, width=width, joint=joint)
        if fill[3] > 200:
            self._cover.line(points, fill=255, width=width, joint=joint)


def _write(job):
    folder, seed, index = job
    image, labels, quality = render(seed, index)
    name = f"{index:05d}.jpg"
    image.save(os.path.join(folder, name), quality=quality)
    return [name, *(names[i] for names, i in zip((*ATTRIBUTES.values(), LIGHTING), labels))]


def render_folder(folder, count, seed, workers):
    os.makedirs(folder, exist_ok=True)
    jobs = ((folder, seed, i) for i in range(count))
    rows = []
    with multiprocessing.Pool(workers) as pool:
        for row in pool.imap(_write, jobs, chunksize=64):
            rows.append(row)
            if sys.stderr.isatty() and len(rows) % 500 == 0:
                print(f"\r{len(rows)} of {count}", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    # Written last and renamed, so that a folder with labels is a complete one.
    path = os.path.join(folder, "labels.csv")
    with open(path + ".part", "w", newline="") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(COLUMNS)
        out.writerows(rows)
    os.replace(path + ".part", path)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("out", metavar="OUT")
    p.add_argument("--count", type=int, required=True)
    p.add_argument("--seed", type=int, required=True)
    p.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    a = p.parse_args()
    if a.count < 1 or a.count > 100000 or a.seed < 0 or a.workers < 1:
        p.error("--count must be 1 to 100000, --seed at least 0, --workers at least 1")
    render_folder(a.out, a.count, a.seed, a.workers)


if __name__ == "__main__":
    main()
