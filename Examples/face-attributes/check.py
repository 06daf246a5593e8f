#!/usr/bin/env python3
"""Checks the committed example with ONNX Runtime: what the file holds, and its accuracy as the recipe reads images.

  check.py FOLDER [FOLDER ...] [--write-expected]

Prints parameters, multiply-accumulates (all, and for each attribute alone), batch normalizations, and for each
labelled folder the accuracy per attribute and per subgroup. With --write-expected, writes expected.json: scores of the first
16 test images and the SHA-256 of their decoded pixels (RGB, rows from the top)."""

import argparse
import hashlib
import json
import os

import numpy as np
import onnx
import onnxruntime

from dataset import load, normalize

HERE = os.path.dirname(os.path.abspath(__file__))


def describe(path):
    model = onnx.shape_inference.infer_shapes(onnx.load(path))
    onnx.checker.check_model(model)
    g = model.graph
    weights = {i.name: list(i.dims) for i in g.initializer}
    shapes = {v.name: [d.dim_value for d in v.type.tensor_type.shape.dim] for v in [*g.value_info, *g.output, *g.input]}
    maker = {o: n for n in g.node for o in n.output}

    def macs(outputs):
        seen, todo = {}, list(outputs)
        while todo:
            node = maker.get(todo.pop())
            if node is not None and node.output[0] not in seen:
                seen[node.output[0]] = node
                todo += node.input
        total = 0
        for n in seen.values():
            if n.op_type == "Conv":
                total += int(np.prod(weights[n.input[1]][1:]) * np.prod(shapes[n.output[0]]))
            elif n.op_type == "Gemm":
                total += int(np.prod(weights[n.input[1]]))
        return total

    counts = {}
    for n in g.node:
        counts[n.op_type] = counts.get(n.op_type, 0) + 1
    for n in g.node:
        if n.op_type == "BatchNormalization" and maker[n.input[0]].op_type != "Conv":
            raise SystemExit(f"{n.name}: a BatchNormalization without a convolution before it")
    if counts.get("Conv") != counts.get("BatchNormalization"):
        raise SystemExit("batch normalization was folded")
    names = [o.name for o in g.output]
    print(f"{os.path.basename(path)}: {os.path.getsize(path)} bytes, {sum(int(np.prod(d)) for d in weights.values())} values in weights")
    print("operators:", ", ".join(f"{k} {v}" for k, v in sorted(counts.items())))
    print(f"MACs: all {macs(names)},", ", ".join(f"{n} alone {macs([n])}" for n in names))


def scores(session, recipe, pixels):
    x = normalize(pixels, recipe["input"]["mean"], recipe["input"]["std"])
    runs = [session.run(None, {recipe["input"]["name"]: x[i : i + 1]}) for i in range(len(x))]
    return {o.name: np.concatenate(v) for o, v in zip(session.get_outputs(), zip(*runs))}


def report(session, recipe, folder):
    pixels, labels, rows = load(folder)
    found = scores(session, recipe, pixels)
    print(f"{folder}: {len(rows)} images")
    for name, a in recipe["attributes"].items():
        right = found[a["output"]].argmax(1) == labels[name]
        print(f"  {name:10} {100 * right.mean():.2f} %")
        for group in recipe["subgroups"]:
            of = np.array([r[group] for r in rows])
            print(f"    by {group}:", "  ".join(f"{g} {100 * right[of == g].mean():.1f}" for g in sorted(set(of))))


def expected(session, recipe, folder, path, count=16):
    pixels, _, rows = load(folder)
    found = scores(session, recipe, pixels[:count])
    images = [{"file": rows[i]["file"], "pixels_sha256": hashlib.sha256(pixels[i].tobytes()).hexdigest(),
               "scores": {n: [round(float(x), 6) for x in v[i]] for n, v in found.items()}} for i in range(count)]
    with open(path, "w") as f:
        json.dump({"model": recipe["model"], "images": images}, f, indent=1)
        f.write("\n")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folders", nargs="*", metavar="FOLDER")
    p.add_argument("--write-expected", action="store_true")
    a = p.parse_args()
    with open(os.path.join(HERE, "recipe.json")) as f:
        recipe = json.load(f)
    path = os.path.join(HERE, recipe["model"])
    describe(path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    for folder in a.folders:
        report(session, recipe, folder)
    if a.write_expected:
        expected(session, recipe, os.path.join(HERE, "test"), os.path.join(HERE, "expected.json"))


if __name__ == "__main__":
    main()
