"""Makes the folders Cases/topk_*, by the means of make_cases.py:

    pip install onnx onnxruntime numpy
    python Tests/FacetImportTests/make_topk_cases.py
"""
import numpy as np
from onnx import TensorProto, helper, numpy_helper

import make_cases as cases


def topk(name, attributes, k, x=(1, 5, 4), opset=17, nodes=None, outputs=("v", "i"), kinds=(TensorProto.FLOAT, TensorProto.INT64)):
    """Rounded first, so that many elements are equal."""
    rounded = [cases.node("Floor", "x", "r")]
    if opset >= 10:
        tensors, node = [cases.const("k", [k], np.int64)], cases.node("TopK", "r k", "v i", **attributes)
    else:
        tensors, node = [], cases.node("TopK", "r", "v i", k=k, **attributes)
    graph = helper.make_graph(
        rounded + [node] + (nodes or []), "case", [helper.make_tensor_value_info("x", TensorProto.FLOAT, x)],
        [helper.make_tensor_value_info(output, kind, None) for output, kind in zip(outputs, kinds)], initializer=tensors)
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=7, producer_name="make_cases")
    cases.save("topk_" + name, proto)


topk("last_axis", {}, 3)
topk("first_axis_smallest", {"axis": 0, "largest": 0}, 4, x=(6, 7))
topk("middle_axis", {"axis": -2, "largest": 1, "sorted": 1}, 5, x=(2, 9, 3))
topk("attribute_opset9", {"axis": 1}, 2, x=(1, 10), opset=9)
topk("opset10", {"axis": 1}, 10, x=(1, 10), opset=10)
topk("indices_only", {}, 2, outputs=("i",), kinds=(TensorProto.INT64,))
topk("scores_of_boxes", {"axis": 1}, 6, x=(1, 40, 2),
     nodes=[cases.node("Sigmoid", "v", "s"), cases.node("Cast", "i", "f", to=TensorProto.FLOAT)],
     outputs=("s", "f"), kinds=(TensorProto.FLOAT, TensorProto.FLOAT))
