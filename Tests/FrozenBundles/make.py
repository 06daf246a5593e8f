"""Freezes small bundles of the current compiler, with what the current engine makes of them: every later engine must do the same.

    pip install onnx numpy
    Scripts/build facet && python Tests/FrozenBundles/make.py 0.1

writes the folder of that name, which must not exist: what is frozen is never made again. Each bundle has a `.txt` beside it, which names its input and then has, with and
without gates, for each sample and attribute: status, class, confidence and scores (the bits, hexadecimal). One was corrected by hand: in
0.1's one-label-gate.txt the gate `smile == yes` stays closed where smile is class 0, since one label is that of the positive class.
"""
import json
import pathlib
import struct
import subprocess
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
FACET = TOP / ".build/release/facet"
SAMPLES = 8


class Net:
    """A small residual, batch-normalized trunk and branches; all weights come from the seed, so that trunks of one seed are equal."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.nodes, self.weights, self.outputs = [], [], []

    def constant(self, *shape, scale=1.0, offset=0.0):
        name = f"w{len(self.weights)}_{self.random.integers(1 << 30)}"
        values = (self.random.standard_normal(shape) * scale + offset).astype(np.float32)
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def add(self, kind, *inputs, **attributes):
        name = f"{kind.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name, **attributes))
        return name

    def norm(self, x, channels):
        statistics = [self.constant(channels, scale=0.1, offset=o) for o in (1, 0, 0)]
        variance = self.constant(channels, scale=0.0, offset=1.0)
        return self.add("BatchNormalization", x, *statistics, variance)

    def conv(self, x, i, o, k=3, stride=1, group=1):
        w = self.constant(o, i // group, k, k, scale=(2 / (k * k * i // group)) ** 0.5)
        return self.norm(self.add("Conv", x, w, kernel_shape=[k, k], strides=[stride] * 2, pads=[k // 2] * 4, group=group), o)

    def trunk(self):
        x = self.add("Relu", self.conv("image", 3, 16, stride=2))
        y = self.add("Relu", self.conv(x, 16, 16, group=16))
        x = self.add("Relu", self.add("Add", self.conv(y, 16, 16, k=1), x))
        return self.add("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])

    def head(self, name, x, channels, count):
        x = self.add("Flatten", self.add("GlobalAveragePool", x))
        node = helper.make_node("Gemm", [x, self.constant(count, channels, scale=1.0), self.constant(count)], [name], name, transB=1)
        self.nodes.append(node)
        self.outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, count]))

    def save(self, path):
        graph = helper.make_graph(
            self.nodes, "net", [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, 16, 16])], self.outputs, self.weights)
        onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


def models(folder):
    """a: age and emotion; b: smile (one score), of the same trunk; c: another age, of the same trunk."""
    a = Net(1)
    x = a.trunk()
    a.head("age", a.add("HardSwish", a.conv(x, 16, 24, stride=2)), 24, 4)
    a.head("emotion", x, 16, 3)
    a.save(folder / "a.onnx")
    b = Net(1)
    x = b.trunk()
    b.random = np.random.default_rng(2)
    b.head("smile", b.add("Sigmoid", b.conv(x, 16, 8)), 8, 1)
    b.save(folder / "b.onnx")
    c = Net(1)
    x = c.trunk()
    c.random = np.random.default_rng(3)
    c.head("age", c.add("Relu", c.conv(x, 16, 32, stride=2)), 32, 4)
    c.save(folder / "c.onnx")


PIXELS = {"width": 16, "height": 16, "color": "bgr", "resize": "letterbox", "mean": [0.5, 0.4, 0.3], "std": [0.25, 0.25, 0.2]}
AGE = {"labels": ["child", "teen", "adult", "old"], "when": "emotion != sad && emotion.confidence > 0.4"}
EMOTION = {"labels": ["neutral", "happy", "sad"], "threshold": 0.9, "priority": -1}
SMILE = {"labels": ["yes"], "confidence": "sigmoid", "priority": -2}


def recipe(folder, name, attributes, **more):
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"version": 1, "input": PIXELS, "attributes": attributes, **more}))
    return path


def facet(*arguments):
    result = subprocess.run([FACET, *map(str, arguments)], capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"facet {' '.join(map(str, arguments))}: {result.stderr}")
    return result.stdout


def bits(value):
    return struct.pack(">f", value).hex()


def record(bundle, data):
    """What the engine says now: with gates, and as if there were none."""
    lines = [f"input {data.name}"]
    for gates, options in (("gated", []), ("all", ["--ignore-gates"])):
        for index, sample in enumerate(json.loads(facet("run", bundle, data, "--json", *options))["results"]):
            for found in sample["attributes"]:
                words = [gates, str(index), found["name"], found.get("status", "evaluated").replace(" ", "-"), str(found.get("index", "-"))]
                words.append(bits(found["confidence"]) if "confidence" in found else "-")
                lines.append(" ".join(words + [bits(float(s)) for s in found.get("scores", [])]))
    bundle.with_suffix(".txt").write_text("\n".join(lines) + "\n")


def main():
    out = HERE / sys.argv[1]
    out.mkdir()
    random = np.random.default_rng(7)
    pixels, floats, small, nhwc = (out / f"{name}.npy" for name in ("pixels", "floats", "small", "nhwc"))
    np.save(pixels, random.integers(0, 256, (SAMPLES, 16, 16, 3), dtype=np.uint8))
    np.save(floats, random.standard_normal((SAMPLES, 3, 16, 16)).astype(np.float32))
    np.save(small, random.standard_normal((SAMPLES, 3, 12, 12)).astype(np.float32))
    np.save(nhwc, np.ascontiguousarray(np.load(small).transpose(0, 2, 3, 1)))
    models(out)
    a, b, c = (out / f"{name}.onnx" for name in "abc")
    plain = recipe(out, "plain", {"age": AGE, "emotion": EMOTION})
    merged = recipe(out, "merged", {"age": AGE, "emotion": EMOTION, "smile": SMILE}, profiles={"door": ["emotion", "smile"]})
    one = recipe(out, "one-label", {"smile": SMILE})
    gated = recipe(out, "one-label-gate", {"smile": SMILE, "age": {**AGE, "when": "smile == yes"}, "emotion": EMOTION})
    data = ["--calibration", pixels]

    def compile(name, models, *options):
        facet("compile", *models, "-o", out / f"{name}.facet", *options)

    for target in ("x86-64-vnni", "aarch64"):
        compile(f"int8-{target}", [a], "--recipe", plain, *data, "--target", target)
        compile(f"merged-{target}", [a, b], "--recipe", merged, *data, "--target", target)
        compile(f"one-label-{target}", [b], "--recipe", one, *data, "--target", target)
    compile("float32", [a], "--recipe", plain, "--precision", "float32")
    compile("one-label-gate", [a, b], "--recipe", gated, *data)
    compile("tensors", [a], "--calibration", floats)
    for model in ("keras", "dynamo", "caffe2", "pytorch"):
        path = TOP / f"Tests/FuzzModels/{model}.onnx"
        compile(f"{model}-float32", [path], "--precision", "float32")
        compile(f"{model}-int8", [path], "--calibration", nhwc if model == "keras" else small)
    compile("qdq", [TOP / "Tests/FuzzModels/qdq.onnx"])
    facet("replace", out / "merged-x86-64-vnni.facet", "--branch", "age", c, *data, "-o", out / "replaced.facet")
    kinds = {"tensors": floats, "keras": nhwc} | dict.fromkeys(("dynamo", "caffe2", "pytorch", "qdq"), small)
    for bundle in sorted(out.glob("*.facet")):
        data = kinds.get(bundle.stem.split("-")[0], pixels)
        record(bundle, data)
        print(f"{bundle.name}: {bundle.stat().st_size} bytes, {data.name}")


main()
