"""Makes the models of Scripts/test-commands, with random weights:

    pip install onnx numpy
    python Tests/Commands/make_models.py

detector.onnx: an image of open size, a threshold as a second input, and non-maximum suppression at the end.
nhwc.onnx: as TensorFlow's converter writes it, an NHWC input with transposes around the convolutions.
merged/: two networks of one base, whose outputs have one name.
"""
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

ROOT = pathlib.Path(__file__).parent
random = np.random.default_rng(7)


def weights(name, *shape):
    return numpy_helper.from_array((random.standard_normal(shape) * 0.3).astype(np.float32), name)


def value(name, *shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape or None)


def write(name, nodes, inputs, outputs, tensors):
    graph = helper.make_graph([helper.make_node(op, i.split(), o.split(), **a) for op, i, o, a in nodes], name, inputs, outputs, tensors)
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7, producer_name="make_models")
    onnx.save(proto, ROOT / f"{name}.onnx")


write(
    "detector",
    [
        ("Conv", "image w", "map", {"pads": [1, 1, 1, 1], "strides": [4, 4]}),
        ("Relu", "map", "features", {}),
        ("Conv", "features b", "box_map", {}),
        ("Conv", "features c", "score_map", {}),
        ("Reshape", "box_map four", "box_rows", {}),
        ("Transpose", "box_rows", "boxes", {"perm": [0, 2, 1]}),
        ("Reshape", "score_map one", "logits", {}),
        ("Add", "logits threshold", "shifted", {}),
        ("Sigmoid", "shifted", "scores", {}),
        ("NonMaxSuppression", "boxes scores", "selected", {}),
    ],
    [value("image", "N", 3, "height", "width"), value("threshold", 1)],
    [helper.make_tensor_value_info("selected", TensorProto.INT64, None)],
    [weights("w", 8, 3, 3, 3), weights("b", 4, 8, 1, 1), weights("c", 1, 8, 1, 1),
     numpy_helper.from_array(np.array([1, 4, -1], np.int64), "four"), numpy_helper.from_array(np.array([1, 1, -1], np.int64), "one")])

write(
    "nhwc",
    [
        ("Transpose", "pixels", "t0", {"perm": [0, 3, 1, 2]}),
        ("Conv", "t0 w", "t1", {"pads": [1, 1, 1, 1]}),
        ("Transpose", "t1", "t2", {"perm": [0, 2, 3, 1]}),
        ("Relu", "t2", "t3", {}),
        ("Transpose", "t3", "t4", {"perm": [0, 3, 1, 2]}),
        ("GlobalAveragePool", "t4", "t5", {}),
        ("Flatten", "t5", "scores", {}),
    ],
    [value("pixels", "N", 12, 16, 3)],
    [value("scores")],
    [weights("w", 5, 3, 3, 3)])

base = weights("base", 8, 3, 3, 3)
(ROOT / "merged").mkdir(exist_ok=True)
for name, classes in [("age", 3), ("eyes", 2)]:
    write(
        f"merged/{name}",
        [
            ("Conv", "image base", "map", {"pads": [1, 1, 1, 1], "strides": [2, 2]}),
            ("Relu", "map", "features", {}),
            ("GlobalAveragePool", "features", "mean", {}),
            ("Flatten", "mean", "vector", {}),
            ("Gemm", "vector head", "scores", {}),
        ],
        [value("image", 1, 3, 16, 16)], [value("scores", 1, classes)], [base, weights("head", 8, classes)])
