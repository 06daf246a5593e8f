"""What int8 costs the zoo's networks, by Facet's methods and by ONNX Runtime: compare_accuracy.py FACET [NAME...]

Compiles each network with --effort fast and normal and quantizes it with ONNX Runtime's static QDQ (unsigned activations, signed weights for each
channel, MinMax), all from the same 128 images; runs all of dist/zoo/NAME/inputs.npy (SAMPLES in the environment: fewer) and prints a table in
Markdown: signal-to-quantization-noise ratio of the scores against float32, the worst output's, and the network's own metric.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

import metrics

HERE = pathlib.Path(__file__).parent
DATA = HERE.parent.parent / "dist" / "zoo"


class Samples(CalibrationDataReader):
    """Normalized images one after the other, as ONNX Runtime's quantizer asks for them."""

    def __init__(self, name, images):
        self.samples = iter({name: image[None]} for image in images)

    def get_next(self):
        return next(self.samples, None)


def normalized(name, images):
    """Pixels as the network takes them, by its recipe."""
    said = json.loads((HERE / f"{name}.recipe.json").read_text())["input"]
    x = (images * np.float32(said.get("scale", 1 / 255)) - np.float32(said.get("mean", 0))) / np.float32(said.get("std", 1))
    return x.astype(np.float32) if said.get("layout") == "nhwc" else np.ascontiguousarray(x.transpose(0, 3, 1, 2), np.float32)


def run_onnxruntime(model, images):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    names, entry = [o.name for o in session.get_outputs()], session.get_inputs()[0].name
    rows = [session.run(names, {entry: image[None]}) for image in images]
    return {name: np.concatenate([row[i] for row in rows]) for i, name in enumerate(names)}


def run_facet(facet, name, effort, images, work):
    bundle, model = work / f"{effort}.facet", HERE / f"{name}.onnx"
    recipe, calibration = HERE / f"{name}.recipe.json", DATA / name / "calibration.npy"
    command = [facet, "compile", model, "--recipe", recipe, "--calibration", calibration, "--effort", effort, "-o", bundle, "--quiet"]
    subprocess.run([str(word) for word in command], check=True, capture_output=True)
    np.save(work / "inputs.npy", images)
    subprocess.run([facet, "run", str(bundle), str(work / "inputs.npy"), "--output", str(work / effort)], check=True, capture_output=True)
    return {file.stem: np.load(file) for file in (work / effort).glob("*.npy")}


def quantized(name, images, work):
    quant_pre_process(str(HERE / f"{name}.onnx"), str(work / "folded.onnx"), skip_symbolic_shape=True)
    entry = onnxruntime.InferenceSession(str(work / "folded.onnx"), providers=["CPUExecutionProvider"]).get_inputs()[0].name
    quantize_static(
        str(work / "folded.onnx"), str(work / "int8.onnx"), Samples(entry, images), quant_format=QuantFormat.QDQ, per_channel=True,
        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, calibrate_method=CalibrationMethod.MinMax)
    return work / "int8.onnx"


def decibels(reference, scores):
    """Of the worst output."""
    def one(a, b):
        a, b = a.astype(np.float64).ravel(), b.astype(np.float64).ravel()
        return 10 * np.log10(np.sum(a * a) / max(np.sum((a - b) ** 2), 1e-300))

    return min(one(reference[name], scores[name]) for name in reference)


def row(facet, name):
    count = int(os.environ.get("SAMPLES", 1 << 30))
    images, labels = np.load(DATA / name / "inputs.npy"), np.load(DATA / name / "labels.npy")
    if name != "embedding":  # whose labels are pairs of all images
        images, labels = images[:count], labels[:count]
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        x = normalized(name, images)
        float32 = run_onnxruntime(HERE / f"{name}.onnx", x)
        other = quantized(name, normalized(name, np.load(DATA / name / "calibration.npy")), work)
        ways = [run_facet(facet, name, "fast", images, work), run_facet(facet, name, "normal", images, work), run_onnxruntime(other, x)]
    cells = [f"{decibels(float32, scores):.1f} dB, {metrics.value(name, scores, labels):.2f}" for scores in ways]
    return f"| {name} | {metrics.METRICS[name][0]} | {metrics.value(name, float32, labels):.2f} | {' | '.join(cells)} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("facet")
    parser.add_argument("names", nargs="*", metavar="NAME")
    a = parser.parse_args()
    print("| network | metric | float32 | Facet, `--effort fast` | Facet, `--effort normal` | ONNX Runtime, QDQ |")
    print("|---|---|---|---|---|---|", flush=True)
    for name in a.names or metrics.METRICS:
        if name not in metrics.METRICS:
            sys.exit(f"compare_accuracy: no network '{name}'; there are {', '.join(metrics.METRICS)}")
        if not (DATA / name / "inputs.npy").exists():
            sys.exit(f"compare_accuracy: {DATA / name} has no images: make zoo-data NAMES={name}")
        print(row(a.facet, name), flush=True)


if __name__ == "__main__":
    main()
