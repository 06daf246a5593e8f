"""Writes a network as each exporter of PyTorch does, and its pictures: export.py NAME FOLDER PICTURES

FOLDER/EXPORTER/network.onnx, or FOLDER/EXPORTER/error.txt where the exporter fails. FOLDER/about.json: the pictures' side, parameters.
FOLDER/scores.npy: what PyTorch gives for the first evaluation pictures. PICTURES/SIDE/calibration.npy and evaluation.npy, for all networks
of one size: float32 NCHW, normalized, with the 1/f spectrum of photographs."""
import json
import os
import pathlib
import sys
import warnings

import numpy as np
import torch

HERE = pathlib.Path(__file__)
sys.path += [str(HERE.parents[3] / "Examples/face-attributes"), str(HERE.parents[1] / "Speed")]
from compare_speed import kept  # noqa: E402
from names import EXPORTERS  # noqa: E402
from paper_scale import pictures  # noqa: E402
from zoo import network  # noqa: E402

SEED = 0x0DD5
# How many pictures: for batch statistics, for calibration, to compare on at most, to compare PyTorch on.
SAMPLE, CALIBRATION, EVALUATION, CHECKED = 48, 32, 128, 4


def write_pictures(side):
    def write(folder):
        np.save(folder / "calibration.npy", pictures(CALIBRATION, SEED + 1, side))
        np.save(folder / "evaluation.npy", pictures(EVALUATION, SEED + 2, side))
    return write


def write(exporter, model, side, folder):
    """With the exporter's defaults, but for the names."""
    folder.mkdir()
    try:
        torch.onnx.export(model, (torch.zeros(1, 3, side, side),), str(folder / "network.onnx"), dynamo=exporter == "dynamo",
                          input_names=["image"], output_names=["scores"])
    except Exception as error:   # whatever an exporter raises is its result
        (folder / "error.txt").write_text(f"{type(error).__name__}: {' '.join(str(error).split())[:1000]}\n")
        for file in folder.glob("network.onnx*"):
            os.remove(file)


def main(name, folder, shared):
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    folder = pathlib.Path(folder)
    model, side = network(name, lambda side: pictures(SAMPLE, SEED, side), SEED)
    about = {"side": side, "parameters": sum(parameter.numel() for parameter in model.parameters())}
    (folder / "about.json").write_text(json.dumps(about))
    images = np.load(kept(pathlib.Path(shared) / str(side), write_pictures(side)) / "evaluation.npy", mmap_mode="r")
    with torch.no_grad():
        for exporter in EXPORTERS:
            write(exporter, model, side, folder / exporter)
        np.save(folder / "scores.npy", np.concatenate([model(torch.from_numpy(image[None].copy())) for image in images[:CHECKED]]))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
