"""Makes the cases of models that were exported for a batch of 4; expected is what the same model gives for one image. As make_cases.py,
whose helpers it uses.

    pip install onnx onnxruntime numpy
    python Tests/FacetImportTests/make_batch_cases.py
"""
import numpy as np

from make_cases import const, node, model, save, weights

conv = weights("w", 4, 3, 3, 3)
first = node("Conv", "x w", "c", pads=[1, 1, 1, 1])


def case(name, nodes, tensors, batch=4):
    """`nodes` and `tensors`: of a batch size."""
    def made(size): return model([first] + nodes(size), [conv] + tensors(size), x=(size, 3, 8, 8))
    save("batch_" + name, made(batch), expected_by=made(1))


def ints(name, *numbers):
    return const(name, numbers, np.int64)


case("network", lambda n: [node("Relu", "c", "r"), node("GlobalAveragePool", "r", "p"), node("Flatten", "p")], lambda n: [])
case("flattened_by_stored_sizes", lambda n: [node("Reshape", "c s", "f"), node("Gemm", "f g", "y", transB=1)],
     lambda n: [ints("s", n, -1), const("g", np.random.default_rng(1).standard_normal((5, 256)) / 8)])
case("channel_shuffle", lambda n: [
    node("Reshape", "c s", "a"), node("Transpose", "a", "b", perm=[0, 2, 1, 3, 4]), node("Reshape", "b t", "d"),
    node("Conv", "d v")], lambda n: [ints("s", n, 2, 2, 8, 8), ints("t", n, 4, 8, 8), const("v", np.random.default_rng(2).standard_normal((2, 4, 1, 1)))])
# One token more, queries, keys and values in one product, heads.
case("attention", lambda n: [
    node("Reshape", "c s", "r"), node("Transpose", "r", "t", perm=[0, 2, 1]), node("Concat", "token t", "k", axis=1), node("Add", "k place", "p"),
    node("MatMul", "p qkv", "m"), node("Reshape", "m split", "h"), node("Transpose", "h", "u", perm=[2, 0, 3, 1, 4]),
    node("Gather", "u zero", "q", axis=0), node("Gather", "u one", "key", axis=0), node("Gather", "u two", "v", axis=0),
    node("Transpose", "key", "kt", perm=[0, 1, 3, 2]), node("MatMul", "q kt", "qk"), node("Softmax", "qk", "soft", axis=-1),
    node("MatMul", "soft v", "o"), node("Transpose", "o", "ot", perm=[0, 2, 1, 3]), node("Reshape", "ot joined")],
    lambda n: [
        ints("s", n, 4, 64), const("token", np.repeat(np.array([[[1.0, -1, 0.5, 2]]]), n, 0)), const("place", np.linspace(-1, 1, 260).reshape(1, 65, 4)),
        const("qkv", np.random.default_rng(3).standard_normal((4, 12)) / 2), ints("split", n, 65, 3, 2, 2), ints("joined", n, 65, 4),
        const("zero", 0, np.int64), const("one", 1, np.int64), const("two", 2, np.int64)])
# Windows of 4 by 4: the batch is the outer part of an axis.
case("windows", lambda n: [
    node("Transpose", "c", "l", perm=[0, 2, 3, 1]), node("Reshape", "l s", "a"), node("Transpose", "a", "b", perm=[0, 1, 3, 2, 4, 5]),
    node("Reshape", "b t", "d"), node("Softmax", "d", "e", axis=1), node("Reshape", "e u", "f"), node("Transpose", "f", "g", perm=[0, 1, 3, 2, 4, 5]),
    node("Reshape", "g v")], lambda n: [ints("s", n, 2, 4, 2, 4, 4), ints("t", -1, 16, 4), ints("u", n, 2, 2, 4, 4, 4), ints("v", n, 8, 8, 4)])
case("expanded_and_resized", lambda n: [
    node("Expand", "k e", "b"), node("Concat", "c b", "d", axis=1), node("Resize", "d   z", "y", mode="nearest")],
    lambda n: [const("k", np.linspace(0, 1, 64).reshape(1, 1, 8, 8)), ints("e", n, 1, 8, 8), ints("z", n, 5, 16, 16)])
