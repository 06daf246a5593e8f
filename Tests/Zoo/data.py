"""The images that the networks of the zoo learn from and are measured on: data.py NAME... [--out FOLDER] [--workers N]

For each network OUT/NAME/: calibration.npy, 128 images from the training; inputs.npy, the held-out images; both uint8, samples x height x width x
channels, as the network's recipe reads them; labels.npy, what metrics.py takes. An image depends on seed and number only; what was drawn is kept
in OUT/images, so that it is drawn once.
"""
import argparse
import functools
import multiprocessing
import os
import pathlib

import numpy as np

import faces
import fashion

OUT = pathlib.Path(__file__).parents[2] / "dist/zoo"
CALIBRATION = 128
# How each kind of image is drawn, how many are learned from and held out, and the seeds of the two.
KINDS = {
    "faces": (faces.face, 24000, 6000, 7101, 7201),
    "people": (faces.shot, 1600 * faces.SHOTS, 450 * faces.SHOTS, 7102, 7202),
    "items": (fashion.item, 60000, 10000, 7103, 7203),
    "scenes": (fashion.scene, 16000, 5000, 7104, 7204),
    "originals": (None, 60000, 10000, 0, 0),
}
# Which kind a network sees, which of its labels, and whether in gray.
NETWORKS = {
    "residual": ("items", 0, False),
    "mobile": ("faces", 0, False),
    "xception": ("faces", 0, True),
    "prelu": ("faces", 1, False),
    "detector": ("scenes", 0, False),
    "embedding": ("people", 0, False),
    "convnext": ("originals", 0, True),
    "troubled": ("items", 0, False),
}


def gray(pixels):
    """One channel, as a recipe's "gray" makes it and rounds it."""
    return np.rint(pixels @ np.array([0.299, 0.587, 0.114], np.float32)).astype(np.uint8)[..., None]


def _one(job):
    draw, arguments = job
    return draw(*arguments)


def _draw(kind, held_out, workers):
    draw, learned, held, seed, other = KINDS[kind]
    part = ("t10k",) if held_out else ("train",)
    if draw is None:
        images, labels = fashion.originals(*part)
        return [images[..., None], labels]
    part = part if draw.__module__ == "fashion" else ()
    jobs = ((draw, (other if held_out else seed, i, *part)) for i in range(held if held_out else learned))
    if workers == 1:
        return [np.stack(column) for column in zip(*map(_one, jobs))]
    with multiprocessing.Pool(workers) as pool:
        return [np.stack(column) for column in zip(*pool.imap(_one, jobs, chunksize=64))]


@functools.cache
def images(kind, held_out, out=OUT, workers=1):
    """Pixels (uint8, N x height x width x channels), then labels, as a list of arrays; drawn where they are not there yet."""
    file = out / "images" / f"{kind}-{'held-out' if held_out else 'training'}.npz"
    if not file.exists():
        print(f"drawing {file.name}", flush=True)
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part.npz")
        np.savez(part, *_draw(kind, held_out, workers))
        os.replace(part, file)
    with np.load(file) as stored:
        return [stored[name] for name in stored.files]


def samples(name, held_out, out=OUT, workers=1):
    """What a network sees, and what it is to say."""
    kind, column, one_channel = NETWORKS[name]
    pixels, *labels = images(kind, held_out, out, workers)
    return gray(pixels) if one_channel and pixels.shape[3] == 3 else pixels, labels[column]


def write(name, out, workers):
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    learned, _ = samples(name, False, out, workers)
    held_out, labels = samples(name, True, out, workers)
    # Spread over what was learned from, so that every label is in it.
    np.save(folder / "calibration.npy", learned[:: len(learned) // CALIBRATION][:CALIBRATION])
    np.save(folder / "inputs.npy", held_out)
    np.save(folder / "labels.npy", labels)
    print(f"{folder}: {len(held_out)} held-out images of {'x'.join(map(str, held_out.shape[1:]))}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NETWORKS)}; all without any")
    parser.add_argument("--out", type=pathlib.Path, default=OUT)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes that draw")
    arguments = parser.parse_args()
    for name in arguments.names or NETWORKS:
        write(name, arguments.out, arguments.workers)


if __name__ == "__main__":
    main()
