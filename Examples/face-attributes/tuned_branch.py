#!/usr/bin/env python3
"""Stands for a training of one attribute's branch: tuned_branch.py MODEL.onnx OUTPUT OUT.onnx

Writes a network of OUTPUT alone. The weights that only this output needs are a little different (by 5 % of each, normally
distributed, always the same); those that others need, too, are as they were: as if the trunk had been fixed in the training.
`facet replace` puts the branch into a bundle of MODEL."""

import sys

import numpy as np
import onnx
from onnx import numpy_helper
from onnx.utils import Extractor


def needed(model, outputs):
    """Names of all values that these outputs are computed from."""
    producers = {name: node for node in model.graph.node for name in node.output}
    found, left = set(), list(outputs)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += producers[name].input if name in producers else []
    return found


def main(path, output, out):
    model = onnx.load(path)
    outputs = [o.name for o in model.graph.output]
    if output not in outputs:
        sys.exit(f"{path} has no output '{output}'; it has {', '.join(outputs)}")
    own = needed(model, [output]) - needed(model, [name for name in outputs if name != output])
    branch, rng = Extractor(model).extract_model([i.name for i in model.graph.input], [output]), np.random.default_rng(1)
    changed = 0
    for tensor in branch.graph.initializer:
        if tensor.name in own and tensor.data_type == onnx.TensorProto.FLOAT:
            weights = numpy_helper.to_array(tensor)
            noise = 1 + 0.05 * rng.normal(size=weights.shape)
            tensor.CopyFrom(numpy_helper.from_array((weights * noise).astype(np.float32), tensor.name))
            changed += weights.size
    onnx.save(branch, out)
    print(f"{out}: {changed} weights of the branch '{output}' are changed")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
