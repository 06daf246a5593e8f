"""What int8 costs the zoo's networks, by Facet's methods and by other toolchains: compare_accuracy.py FACET [NAME...]

Compiles each network with --effort fast and normal and quantizes it with ONNX Runtime's static QDQ (unsigned activations, signed weights for each
channel, MinMax) and with NNCF (its defaults), all from the same 128 images; runs all of dist/zoo/NAME/inputs.npy (SAMPLES in the environment: fewer)
and prints two tables in Markdown. The first has the signal-to-quantization-noise ratio of the scores against float32, the worst output's, and the
network's own metric. The second has the same ratio, for Facet the share of the multiply-accumulates that are more than int8, and the time of an
inference on one thread of this machine: the least of several rounds, in which all take turns.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

import metrics
import peers

HERE = pathlib.Path(__file__).parent
DATA = HERE.parent.parent / "dist" / "zoo"
ROUNDS = 5


def normalized(name, images):
    """Pixels as the network takes them, by its recipe."""
    said = json.loads((HERE / f"{name}.recipe.json").read_text())["input"]
    x = (images * np.float32(said.get("scale", 1 / 255)) - np.float32(said.get("mean", 0))) / np.float32(said.get("std", 1))
    return x.astype(np.float32) if said.get("layout") == "nhwc" else np.ascontiguousarray(x.transpose(0, 3, 1, 2), np.float32)


class Facet:
    def __init__(self, facet, name, effort, work):
        self.facet, self.bundle, self.work = facet, work / f"{effort}.facet", work
        model, recipe, calibration = HERE / f"{name}.onnx", HERE / f"{name}.recipe.json", DATA / name / "calibration.npy"
        report = self.run("compile", model, "--recipe", recipe, "--calibration", calibration, "--effort", effort, "-o", self.bundle, "--json")
        self.chosen = len(json.loads(report).get("more_bits", []))

    def run(self, *words):
        return subprocess.run([str(word) for word in (self.facet, *words)], check=True, capture_output=True).stdout

    def scores(self, images):
        np.save(self.work / "inputs.npy", images)
        folder = self.bundle.with_suffix("")
        self.run("run", self.bundle, self.work / "inputs.npy", "--output", folder)
        return {file.stem: np.load(file) for file in folder.glob("*.npy")}

    def microseconds(self, _):
        said = self.run("benchmark", self.bundle, "--threads", 1, "--iterations", peers.ITERATIONS, "--json")
        return min(json.loads(said)["ns"]) / 1000

    def beyond_int8(self):
        """The share of the multiply-accumulates that read 16 bits or float32, and how many results the compiler chose to give more than int8."""
        every = more = 0
        writers = {}  # of each shape, who wrote it last
        for layer in json.loads(self.run("inspect", self.bundle, "--layers", "--json"))["layers"]:
            count, reads, writes = layer["multiply_accumulates"], layer["input_shape"], layer["output_shape"]
            writer = writers.get(tuple(reads))
            if writer and writer["operation"] == "split":
                # Two int8 planes for one number: those of images are channels, and counted twice.
                count //= reads[0] // writer["input_shape"][0]
                more += count
            elif layer["is_float"]:
                more += count
            every += count
            writers[tuple(writes)] = layer
        chosen = f" ({self.chosen} result{'s' if self.chosen > 1 else ''})" if self.chosen else ""
        return f"{100 * more / every:.2f} %{chosen}"


def decibels(reference, scores):
    """Of the worst output."""
    def one(a, b):
        a, b = a.astype(np.float64).ravel(), b.astype(np.float64).ravel()
        return 10 * np.log10(np.sum(a * a) / max(np.sum((a - b) ** 2), 1e-300))

    return min(one(reference[name], scores[name]) for name in reference)


def rows(facet, name):
    """Of the first table and of the second."""
    count = int(os.environ.get("SAMPLES", 1 << 30))
    images, labels = np.load(DATA / name / "inputs.npy"), np.load(DATA / name / "labels.npy")
    if name != "embedding":  # whose labels are pairs of all images
        images, labels = images[:count], labels[:count]
    with tempfile.TemporaryDirectory() as folder:
        work, model = pathlib.Path(folder), HERE / f"{name}.onnx"
        x, calibration = normalized(name, images), normalized(name, np.load(DATA / name / "calibration.npy"))
        float32 = peers.ONNXRuntime(model).scores(x)
        ours, theirs = [Facet(facet, name, effort, work) for effort in ("fast", "normal")], [peer(model, calibration, work) for peer in peers.PEERS]
        found = [way.scores(images) for way in ours] + [way.scores(x) for way in theirs]
        noise = [f"{decibels(float32, scores):.1f} dB" for scores in found]
        least = np.min([[way.microseconds(x[0]) for way in ours + theirs] for _ in range(ROUNDS)], axis=0)
        shares = [f", {way.beyond_int8()}" for way in ours] + [""] * len(theirs)
    first = [f"{ratio}, {metrics.value(name, scores, labels):.2f}" for ratio, scores in zip(noise, found)]
    second = [f"{ratio}{share}, {time:.0f} µs" for ratio, share, time in zip(noise, shares, least)]
    return (f"| {name} | {metrics.METRICS[name][0]} | {metrics.value(name, float32, labels):.2f} | {' | '.join(first)} |",
            f"| {name} | {' | '.join(second)} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("facet")
    parser.add_argument("names", nargs="*", metavar="NAME")
    a = parser.parse_args()
    ways = ["Facet, `--effort fast`", "Facet, `--effort normal`", *(peer.title for peer in peers.PEERS)]
    costs = [f"| network | {' | '.join(ways)} |", "|---" * (1 + len(ways)) + "|"]
    print(f"| network | metric | float32 | {' | '.join(ways)} |")
    print("|---" * (3 + len(ways)) + "|", flush=True)
    for name in a.names or metrics.METRICS:
        if name not in metrics.METRICS:
            sys.exit(f"compare_accuracy: no network '{name}'; there are {', '.join(metrics.METRICS)}")
        if not (DATA / name / "inputs.npy").exists():
            sys.exit(f"compare_accuracy: {DATA / name} has no images: make zoo-data NAMES={name}")
        first, second = rows(a.facet, name)
        print(first, flush=True)
        costs.append(second)
    print("", *costs, sep="\n")


if __name__ == "__main__":
    main()
