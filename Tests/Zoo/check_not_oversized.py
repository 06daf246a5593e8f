"""Checks that the networks of the zoo are not larger than they need to be: check_not_oversized.py [NAME...]

From each the channels with the smallest norms are removed, the same share of each inner tensor's, until 30 % of the multiply-accumulates are gone,
and nothing is trained again. On the held-out images each must lose at least 3 points. ONNX Runtime computes.
"""
import argparse
import pathlib
import sys

import numpy as np
import onnxruntime
import torch

from channels import Channels
from data import samples
from metrics import METRICS, lost, value
from train import recipe, to_input

HERE = pathlib.Path(__file__).parent
SAVED, LEAST = 0.30, 3.0


def scores(name, model, pixels):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    how, outputs = recipe(name), [o.name for o in session.get_outputs()]
    found = [session.run(None, {"image": to_input(torch.from_numpy(p[None]), how).numpy()}) for p in pixels]
    return {output: np.concatenate(parts) for output, parts in zip(outputs, zip(*found))}


def fewest(channels):
    """The channels that go, no more than save enough."""
    order, whole = channels.smallest(), channels.macs()
    for count in range(1, len(order) + 1):
        removed = set(order[:count])
        if channels.macs(removed) <= (1 - SAVED) * whole:
            return removed
    raise SystemExit("so much cannot be saved")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--folder", type=pathlib.Path, default=HERE, help="of NAME.onnx")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    large = []
    print("| network | numbers | bytes | MACs | metric | float32 | removed | then | lost |\n|---|---|---|---|---|---|---|---|---|")
    for name in arguments.names or METRICS:
        path = arguments.folder / f"{name}.onnx"
        channels = Channels(path)
        parameters = sum(channels.weights[i.name].size for i in channels.model.graph.initializer)
        removed = fewest(channels)
        macs = channels.macs(), channels.macs(removed)
        pixels, labels = samples(name, True)
        whole = value(name, scores(name, path.read_bytes(), pixels), labels)
        pruned = value(name, scores(name, channels.without(removed).SerializeToString(), pixels), labels)
        points = lost(name, whole, pruned)
        print(f"| {name} | {parameters:,} | {path.stat().st_size:,} | {macs[0]:,} | {METRICS[name][0]} | {whole:.2f} | "
              f"{len(removed)} channels, {100 * (1 - macs[1] / macs[0]):.1f} % of the MACs | {pruned:.2f} | {points:.2f} |", flush=True)
        if points < LEAST:
            large.append(name)
    if large:
        sys.exit(f"larger than they need to be: {', '.join(large)}")


if __name__ == "__main__":
    main()
