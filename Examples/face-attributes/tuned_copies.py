#!/usr/bin/env python3
"""Makes full-size networks that share a trunk, to measure merging: tuned_copies.py MODEL.onnx OUT_DIR COUNT

MODEL.onnx is what paper_scale.py writes. Each copy has all of its parameters; from the last stage on they are a little
different in each, as if it had been fine-tuned from there."""

import os
import sys

import numpy as np
import onnx
from onnx import numpy_helper

TUNED = ("stages.3", "age", "emotion", "gender", "ethnicity")


def main(path, out, count):
    os.makedirs(out, exist_ok=True)
    for copy in range(count):
        model, rng = onnx.load(path), np.random.default_rng(copy)
        for tensor in model.graph.initializer:
            if tensor.name.startswith(TUNED) and tensor.data_type == onnx.TensorProto.FLOAT:
                weights = numpy_helper.to_array(tensor)
                noise = 1 + 0.05 * rng.normal(size=weights.shape).astype(np.float32)
                tensor.CopyFrom(numpy_helper.from_array(weights * noise.astype(np.float32), tensor.name))
        onnx.save(model, os.path.join(out, f"copy{copy}.onnx"))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
