"""Makes the cases of comparisons, truth values and choices. As make_cases.py, whose helpers it uses.

    pip install onnx onnxruntime numpy
    python Tests/FacetImportTests/make_logic_cases.py
"""
import numpy as np
from onnx import TensorProto, helper

from make_cases import const, model, node, save

BOOL, FLOAT, INT64 = TensorProto.BOOL, TensorProto.FLOAT, TensorProto.INT64


def cast(inputs, output, to):
    return node("Cast", inputs, output, to=to)


def comparisons():
    half = [const("k", 0.25)]
    for name, op, opset in [("equal", "Equal", 11), ("greater", "Greater", 9), ("less", "Less", 13), ("greater_or_equal", "GreaterOrEqual", 12),
                            ("less_or_equal", "LessOrEqual", 16)]:
        # Rounded, so that some are equal.
        rounded = [node("Round", "x", "r")]
        save(f"compare_{name}_number", model(rounded + [node(op, "r one")], [const("one", 1.0)], opset=max(opset, 11), result=BOOL))
        save(f"compare_{name}_number_first", model(rounded + [node(op, "one r")], [const("one", 1.0)], opset=max(opset, 11), result=BOOL))
        two = rounded + [node("ReduceMax", "r", "m", axes=[1], keepdims=1), node(op, "r m")]
        save(f"compare_{name}_two", model(two, opset=max(opset, 11), result=BOOL))
    save("compare_with_infinity", model([node("Greater", "x k")], [const("k", -np.inf)], result=BOOL))
    save("compare_integers", model(
        [node("ArgMax", "x", "i", axis=1), node("Equal", "i k")], [const("k", 2, np.int64)], result=BOOL))
    both = [node("Greater", "x k", "a"), node("Less", "x l", "b")]
    limits = half + [const("l", 1.0)]
    for op in ["And", "Or", "Xor"]:
        save("truth_" + op.lower(), model(both + [node(op, "a b")], limits, result=BOOL))
    save("truth_not", model([node("Greater", "x k", "a"), node("Not", "a")], half, opset=9, result=BOOL))
    save("truth_and_with_a_stored_mask", model(
        [node("Greater", "x k", "a"), node("And", "a m")], half + [const("m", [[True], [False]] * 4, np.bool_)], x=(1, 3, 8, 5), result=BOOL))
    save("is_nan", model([node("IsNaN", "x")], result=BOOL))
    power = [node("Mul", "x k", "m"), node("Exp", "m", "e"), node("Neg", "e", "n"), node("Where", "c n e", "w")]
    stored = [const("k", 100.0), const("c", [[True], [False]] * 4, np.bool_)]
    for name, attributes in [("is_inf", {}), ("is_inf_negative", dict(detect_positive=0)), ("is_inf_positive", dict(detect_negative=0))]:
        save(name, model(power + [node("IsInf", "w", **attributes)], stored, result=BOOL))


def casts():
    some = [node("Round", "x", "r")]
    save("cast_to_bool", model(some + [cast("r", "y", BOOL)], result=BOOL), scale=0.7)
    save("cast_to_bool_and_back", model(some + [cast("r", "b", BOOL), cast("b", "y", FLOAT)]), scale=0.7)
    save("cast_to_integers", model([cast("x", "y", INT64)], result=INT64), scale=3.0)
    save("cast_bool_to_integers_and_count", model(
        [node("Greater", "x k", "a"), cast("a", "i", INT64), node("ReduceSum", "i ax", "s", keepdims=0), node("Mul", "s two")],
        [const("k", 0.25), const("ax", [2, 3], np.int64), const("two", 2, np.int64)], result=INT64))


def choices():
    save("where_leaky", model(
        [node("Greater", "x z", "c"), node("Mul", "x k", "s"), node("Where", "c x s")], [const("z", 0.0), const("k", 0.1)], opset=9))
    save("where_softplus", model(
        [node("Softplus", "x", "s"), node("Greater", "x k", "c"), node("Where", "c x s")], [const("k", 2.0)], opset=16), scale=4.0)
    # The branch that is not taken is infinite.
    save("where_softplus_spelled_out", model(
        [node("Exp", "x", "e"), node("Add", "e one", "f"), node("Log", "f", "s"), node("Greater", "x k", "c"), node("Where", "c x s")],
        [const("one", 1.0), const("k", 20.0)]), scale=60.0)
    save("where_clip", model(
        [node("Less", "x lo", "a"), node("Where", "a lo x", "b"), node("Greater", "b hi", "d"), node("Where", "d hi b")],
        [const("lo", -1.0), const("hi", 1.5)]))
    save("where_of_one_number_everywhere", model(
        [node("Less", "x lo", "a"), node("Where", "a lo x", "b"), node("Greater", "b z", "d"), node("Where", "d b z")],
        [const("lo", np.full((1, 3, 8, 8), -1.0)), const("z", np.zeros((1, 1, 8, 8)))]))
    save("where_nan_to_num", model(
        [node("IsNaN", "x", "n"), node("Where", "n z x", "a"), node("IsInf", "a", "i"), node("Where", "i b a")],
        [const("z", 0.0), const("b", 3e38)]))
    save("where_hardshrink", model(
        [node("Greater", "x k", "a"), node("Less", "x l", "b"), node("Or", "a b", "c"), node("Where", "c x z")],
        [const("k", 0.5), const("l", -0.5), const("z", 0.0)]))
    save("where_sign", model(
        [node("Greater", "x z", "a"), node("Less", "x z", "b"), cast("a", "c", FLOAT), cast("b", "d", FLOAT), node("Sub", "c d")],
        [const("z", 0.0)]))
    save("where_two_values", model(
        [node("Tanh", "x", "t"), node("ReduceMean", "x", "m", axes=[1], keepdims=1), node("Greater", "t m", "c"), node("Where", "c x m")]))
    mask = [const("m", [[True, False, True, False, True]], np.bool_)]
    save("where_stored_mask", model([node("Where", "m x z")], mask + [const("z", -3.0)], x=(1, 3, 4, 5), opset=9))
    save("where_stored_mask_infinite_softmax", model(
        [node("Where", "m z x", "f"), node("Softmax", "f", axis=-1)], mask + [const("z", -np.inf)], x=(1, 3, 4, 5)))
    causal = [const("m", np.triu(np.full((5, 5), -np.inf), 1))]
    save("add_mask_infinite_softmax", model([node("Add", "x m", "f"), node("Softmax", "f", axis=-1)], causal, x=(1, 3, 5, 5)))
    save("add_mask_infinite_scaled_softmax", model(
        [node("Mul", "x s", "h"), node("Add", "m h", "f"), node("Softmax", "f", axis=-1)], causal + [const("s", 0.25)], x=(1, 3, 5, 5)))
    save("where_stored_mask_stretches", model(
        [node("ReduceMean", "x", "r", axes=[3], keepdims=1), node("Where", "m r z")], mask + [const("z", [[0.0], [1.0], [2.0], [3.0]])], x=(1, 3, 4, 5)))
    save("where_always", model([node("Where", "m x z")], [const("m", [[True]], np.bool_), const("z", 0.0)]))
    save("where_never_stretched", model(
        [node("Where", "m x r")], [const("m", False, np.bool_), const("r", [[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0], [8.0]])]))
    save("where_of_stored_branches", model(
        [node("Greater", "x z", "c"), node("Where", "c a b")],
        [const("z", 0.0), const("a", np.arange(8.0)), const("b", [[-1.0]] * 8)]))
    save("where_of_integers", model(
        [node("Greater", "x z", "c"), node("Where", "c one two")], [const("z", 0.0), const("one", 1, np.int64), const("two", 2, np.int64)],
        result=INT64))
    save("shrink_hard", model([node("Shrink", "x", lambd=0.7)], opset=9))
    save("shrink_soft", model([node("Shrink", "x", lambd=0.5, bias=0.5)]))


def peaks():
    keep = [node("MaxPool", "x", "p", kernel_shape=[3, 3], pads=[1, 1, 1, 1]), node("Equal", "p x", "e"), cast("e", "k", FLOAT), node("Mul", "x k")]
    save("peaks", model(keep))
    other = [node("MaxPool", "x", "p", kernel_shape=[3, 3], pads=[1, 1, 1, 1]), node("Equal", "x p", "e"), node("Where", "e x z")]
    save("peaks_where", model(other, [const("z", 0.0)]))


if __name__ == "__main__":
    for make in [comparisons, casts, choices, peaks]: make()
