#!/usr/bin/env python3
"""Cuts a network with several outputs into one network for each of them: split.py MODEL.onnx OUT_DIR

Writes OUT_DIR/OUTPUT.onnx, with the weights that this output needs: as if each attribute had been fine-tuned from the common
trunk in a training of its own. `facet compile OUT_DIR/*.onnx` puts them together again."""

import os
import sys

import onnx
from onnx.utils import Extractor


def main(path, out):
    os.makedirs(out, exist_ok=True)
    model = onnx.load(path)
    inputs = [i.name for i in model.graph.input]
    for output in (o.name for o in model.graph.output):
        onnx.save(Extractor(model).extract_model(inputs, [output]), os.path.join(out, f"{output}.onnx"))
        print(os.path.join(out, f"{output}.onnx"))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
