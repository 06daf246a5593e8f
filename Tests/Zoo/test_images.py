"""Picks the few images that the tests take, from those that data.py drew: test_images.py [--data dist/zoo] [--out Tests/Zoo/test-images.npz]

Of each kind of image 16 to calibrate on and 16 held out, spread over what data.py wrote; networks that see the same kind share them, and a network that
sees gray takes the faces without colour. Arrays KIND.calibration and KIND.held-out, uint8, samples x height x width x channels. The same
drawn images give the same bytes. Whoever writes them anew writes Tests/Zoo/sqnr.txt anew.
"""
import argparse
import pathlib

import numpy as np

import data

COUNT = 16
# Which network's folder has the images of a kind.
SOURCES = {"items": "residual", "faces": "mobile", "scenes": "detector", "people": "embedding", "originals": "convnext"}


def some(file):
    images = np.load(file, mmap_mode="r")
    return np.array(images[:: len(images) // COUNT][:COUNT])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, default=data.OUT)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent / "test-images.npz")
    arguments = parser.parse_args()
    arrays = {}
    for kind, network in SOURCES.items():
        folder = arguments.data / network
        arrays[f"{kind}.calibration"], arrays[f"{kind}.held-out"] = some(folder / "calibration.npy"), some(folder / "inputs.npy")
    np.savez_compressed(arguments.out, **arrays)
    print(f"{arguments.out}: {arguments.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
