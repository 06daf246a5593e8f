"""Which channels of which tensors of an ONNX network are one: what can be removed of it, and what that saves.

A channel is a number. A convolution makes new ones; what works on each channel alone passes them on; a sum or product of two tensors makes
theirs one.
"""
import numpy as np
import onnx
from onnx import numpy_helper

# They work on each element, or on each channel, alone, and make 0 of 0 (or stand where that does not matter).
EACH = {"Relu", "PRelu", "HardSwish", "HardSigmoid", "Sigmoid", "Clip", "Erf", "Identity", "MaxPool", "AveragePool", "GlobalAveragePool",
        "BatchNormalization", "Resize", "Cast", "Dropout", "LeakyRelu"}
# They look at all channels, so that one less changes the others.
ACROSS = {"LayerNormalization", "ReduceL2", "Softmax"}


class Channels:
    def __init__(self, path):
        self.model = onnx.shape_inference.infer_shapes(onnx.load(path), data_prop=True)
        graph = self.model.graph
        self.weights = {i.name: numpy_helper.to_array(i).copy() for i in graph.initializer}
        for node in graph.node:
            if node.op_type == "Constant":
                self.weights[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
            elif node.op_type == "Identity" and node.input[0] in self.weights:
                self.weights[node.output[0]] = self.weights[node.input[0]]
        self.shapes = {v.name: [d.dim_value for d in v.type.tensor_type.shape.dim] for v in [*graph.value_info, *graph.input, *graph.output]}
        self.parent, self.locked = [], set()
        # Of a tensor: the channels along one axis, and the axis. Of a node with weights: what it reads and what it makes.
        self.of, self.layers = {}, []
        image = graph.input[0].name
        self.lock(self.new(image, self.shapes[image], 3 if self.shapes[image][3] <= 4 else 1))
        for node in graph.node:
            self.follow(node)
        for output in graph.output:
            self.lock(self.of[output.name][0])

    def new(self, name, shape, axis):
        start = len(self.parent)
        self.parent += range(start, start + shape[axis])
        self.of[name] = list(range(start, start + shape[axis])), axis
        return self.of[name][0]

    def root(self, channel):
        while self.parent[channel] != channel:
            channel = self.parent[channel]
        return channel

    def unite(self, some, others):
        for a, b in zip(some, others):
            self.parent[self.root(a)] = self.root(b)

    def lock(self, channels):
        self.locked.update(channels)

    def follow(self, node):
        kind, output = node.op_type, node.output[0]
        read = [i for i in node.input if i in self.of]
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        if kind == "Transpose" and node.input[0] in self.weights:
            # The same numbers: what is cleared here is cleared there.
            self.weights[output] = self.weights[node.input[0]].transpose(attributes["perm"])
        if not read or kind == "Shape":
            return
        channels, axis = self.of[read[0]]
        if kind in ("Conv", "Gemm") or kind == "MatMul" and node.input[1] in self.weights:
            weight, shape = self.weights[node.input[1]], self.shapes[output]
            if attributes.get("group", 1) > 1:
                self.of[output] = channels, axis
                made = channels
            else:
                made = self.new(output, shape, 1 if kind != "MatMul" else len(shape) - 1)
            places = np.prod(shape) // len(made) * (np.prod(weight.shape[2:]) if kind == "Conv" else 1)
            self.layers.append((node, channels, made, int(places)))
        elif kind == "Transpose":
            self.of[output] = channels, attributes["perm"].index(axis)
        elif kind == "Concat" and len(read) == len(node.input) and attributes["axis"] == axis:
            self.of[output] = [c for name in read for c in self.of[name][0]], axis
        elif kind in ACROSS:
            self.lock(channels)
            self.of[output] = channels, axis
        elif kind in EACH or kind in ("Add", "Mul", "Sub", "Div", "Pow"):
            for other in read[1:]:
                if len(self.of[other][0]) == len(channels):
                    self.unite(self.of[other][0], channels)
            self.of[output] = channels, axis
        elif kind == "ReduceMean" or kind in ("Flatten", "Reshape", "Squeeze") and np.prod(self.shapes[output]) == len(channels):
            shape = self.shapes[output]
            self.of[output] = channels, shape.index(len(channels)) if len(channels) in shape else axis
        else:
            # Flattened pixels, slices and the like: what comes out depends on all, and is not taken apart.
            self.lock(channels)
            self.new(output, self.shapes[output], min(1, len(self.shapes[output]) - 1))
            self.lock(self.of[output][0])

    def norms(self):
        """Of each channel that may be removed, by the layer that makes it: the norm of its weights, normalization included."""
        norms, layer = {}, {}
        locked = {self.root(c) for c in self.locked}
        readers = {}
        for node in self.model.graph.node:
            for name in node.input:
                readers.setdefault(name, []).append(node)
        for index, (node, read, made, _) in enumerate(self.layers):
            if made is read:
                continue
            weight = self.weights[node.input[1]]
            rows = weight.reshape(len(made), -1) if node.op_type == "Conv" or node.op_type == "Gemm" else weight.reshape(-1, len(made)).T
            norm = np.linalg.norm(rows, axis=1)
            after = readers.get(node.output[0], [])
            if len(after) == 1 and after[0].op_type == "BatchNormalization":
                scale, _, _, variance = (self.weights[name] for name in after[0].input[1:])
                norm = norm * np.abs(scale) / np.sqrt(variance + 1e-5)
            for channel, n in zip(map(self.root, made), norm):
                if channel not in locked:
                    norms[channel] = np.hypot(norms.get(channel, 0), n)
                    layer.setdefault(channel, index)
        return norms, layer

    def macs(self, removed=frozenset()):
        total = 0
        for _, read, made, places in self.layers:
            left = [sum(self.root(c) not in removed for c in channels) for channels in (read, made)]
            total += places * (left[1] if made is read else left[0] * left[1])
        return total

    def smallest(self):
        """The channels in the order in which they go: those with the smallest norms first, from all layers about the same share."""
        norms, layer = self.norms()
        order = []
        for index in sorted(set(layer.values())):
            own = sorted((c for c in layer if layer[c] == index), key=norms.get)
            order += [((rank + 0.5) / len(own), index, channel) for rank, channel in enumerate(own[:-1])]
        return [channel for _, _, channel in sorted(order)]

    def without(self, removed):
        """The network where these channels are 0 all the way: what is left computes what it would without them."""
        makers = {node.output[0]: made for node, _, made, _ in self.layers}
        for node in self.model.graph.node:
            output = node.output[0]
            if output not in self.of:
                continue
            channels = makers.get(output, self.of[output][0])
            gone = np.array([self.root(c) in removed for c in channels])
            # A variance of 0 would divide by 0.
            for name in node.input[:4] if node.op_type == "BatchNormalization" else node.input:
                weight = self.weights.get(name)
                if weight is None or weight.size == 1:
                    continue
                axis = (weight.ndim - 1 if node.op_type == "MatMul" else 0) if output in makers else int(np.argmax(weight.shape))
                if weight.shape[axis] == len(gone):
                    np.moveaxis(weight, axis, 0)[gone] = 0
        for initializer in self.model.graph.initializer:
            initializer.CopyFrom(numpy_helper.from_array(self.weights[initializer.name], initializer.name))
        return self.model
