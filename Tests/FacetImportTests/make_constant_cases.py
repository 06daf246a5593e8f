"""Makes the folders of Cases/ for what is computed of constants, for branches, functions, Einsum and index lists, by the means of
make_cases.py:

    pip install onnx onnxruntime numpy
    python Tests/FacetImportTests/make_constant_cases.py [FAMILY...]
"""
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import make_cases as cases
from make_cases import const, model, node, positive, save, weights

INT, BOOL, FLOAT = np.int64, np.bool_, np.float32


def added(name, nodes, tensors, results, **options):
    """x plus all elements of some constants, whatever their types and shapes: each reaches the result."""
    more = []
    for index, result in enumerate(results):
        more += [node("Cast", result, f"cast{index}", to=TensorProto.FLOAT), node("Reshape", f"cast{index} flat", f"part{index}")]
    more += [node("Concat", " ".join(f"part{i}" for i in range(len(results))), "all", axis=0), node("Add", "x all")]
    # onnxruntime tells how many there are.
    probe = model(nodes + more[:-1], [*tensors, const("flat", [-1], INT)], outputs=("all",), **options)
    session = cases.onnxruntime.InferenceSession(probe.SerializeToString(), providers=["CPUExecutionProvider"])
    found = session.run(None, {session.get_inputs()[0].name: np.zeros((1, 3, 8, 8), np.float32)} if session.get_inputs() else {})[0]
    assert np.isfinite(found).all(), name
    save(name, model(nodes + more, [*tensors, const("flat", [-1], INT)], x=(1, found.size), **options))


def integers():
    a, b = const("a", [[7, -7, 5], [2**53 + 1, -9, 0]], INT), const("b", [3, -2, 4], INT)
    modulus = const("m", 97, INT)
    nodes = [node(op, "a b", op.lower()) for op in ["Add", "Sub", "Mul", "Div", "Mod", "Max", "Min"]]
    # Numbers that float32 and even float64 do not have, brought into sight by what is left of them.
    nodes += [node("Mod", f"{op} m", f"{op}.rest") for op in ["add", "sub", "mul", "div"]]
    nodes += [node("Mod", "a b", "fmod", fmod=1), node("Neg", "a", "neg"), node("Mod", "neg m", "neg.rest"), node("Abs", "b", "abs"), node("Sign", "a", "sign")]
    nodes += [node("Clip", "b low high", "clip"), node("Max", "b low", "one"), node("Where", "which a b", "where"), node("Mod", "where m", "where.rest")]
    nodes += [node("BitShift", "u u", "left", direction="LEFT"), node("BitShift", "u u", "right", direction="RIGHT")]
    nodes += [node(f"Bitwise{op}", "b low", f"bits{op}") for op in ["And", "Or", "Xor"]] + [node("BitwiseNot", "b", "bitsNot")]
    tensors = [a, b, modulus, const("low", -1, INT), const("high", 3, INT), const("which", [True, False, True], BOOL), const("u", [1, 2, 3], np.uint64)]
    results = ["add.rest", "sub.rest", "mul.rest", "div.rest", "mod", "max", "min", "fmod", "neg.rest", "abs", "sign", "clip", "one", "where.rest"]
    results = [r for r in results if r not in ("max", "min")] + ["left", "right", "bitsAnd", "bitsOr", "bitsXor", "bitsNot"]
    added("constant_integers", nodes, tensors, results, opset=18)
    powers = [node("Pow", "i j", "p"), node("Pow", "i f", "q"), node("MatMul", "s t", "product"), node("MatMul", "s v", "vector")]
    added("constant_integer_powers_and_products", powers, [
        const("i", [2, -3, 10], INT), const("j", [10, 3, 0], INT), const("f", [0.5, 2.0, 1.5]),
        const("s", np.arange(12).reshape(2, 2, 3), np.int32), const("t", np.arange(6).reshape(3, 2) - 2, np.int32), const("v", [1, -2, 3], np.int32),
    ], ["p", "q", "product", "vector"])
    wrap = [node("Mul", "i i", "square"), node("Cast", "wide", "narrow", to=TensorProto.INT32), node("Cast", "narrow", "byte", to=TensorProto.UINT8)]
    wrap += [node("Cast", "byte", "signed", to=TensorProto.INT8), node("Cast", "wide", "truth", to=TensorProto.BOOL)]
    added("constant_integers_wrap_around", wrap, [const("i", [70_000, -5], np.int32), const("wide", [2**32 + 300, -1, 0], INT)], ["square", "narrow", "byte", "signed", "truth"])


def truths():
    tensors = [const("f", [[1.5, 2, -3]]), const("g", [[2.0], [1.5]]), const("i", [[1, 2, 3]], INT), const("j", [[2], [1]], INT), const("t", [True, False, True], BOOL), const("n", [1.0, np.nan, -np.inf])]
    compared = ["Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual"]
    nodes = [node(op, "f g", op + ".f") for op in compared] + [node(op, "i j", op + ".i") for op in compared]
    nodes += [node("And", "Less.f t", "and"), node("Or", "Less.i t", "or"), node("Xor", "Equal.i t", "xor"), node("Not", "xor", "not"), node("Equal", "t not", "same")]
    nodes += [node("Where", "and f g", "chosen"), node("Where", "t i j", "chosen.i"), node("IsNaN", "n", "nan"), node("IsInf", "n", "inf"), node("IsInf", "n", "inf.above", detect_negative=0)]
    results = [op + k for op in compared for k in (".f", ".i")] + ["and", "or", "xor", "not", "same", "chosen", "chosen.i", "nan", "inf", "inf.above"]
    added("constant_truths", nodes, tensors, results, opset=18)


def reductions():
    grid = const("i", np.arange(24).reshape(2, 3, 4) % 7 - 3, INT)
    nodes, results = [], []
    for op in ["ReduceSum", "ReduceProd", "ReduceMax", "ReduceMin", "ReduceSumSquare", "ReduceL1", "ReduceMean"]:
        source = "i32" if op in ("ReduceL1", "ReduceMean") else "i"
        for axes, keep in [("last", 1), ("outer", 0), ("", 1)]:
            results.append(f"{op}{axes}{keep}")
            nodes.append(node(op, f"{source} {axes}".strip(), results[-1], keepdims=keep))
    for op in ["ArgMax", "ArgMin"]:
        results += [op, op + ".f"]
        nodes += [node(op, "i", op, axis=1, keepdims=0, select_last_index=1), node(op, "f", op + ".f", axis=-1)]
    for source in "if":
        for exclusive, reverse in [(0, 0), (1, 0), (0, 1), (1, 1)]:
            results.append(f"cum{source}{exclusive}{reverse}")
            nodes.append(node("CumSum", f"{source} axis", results[-1], exclusive=exclusive, reverse=reverse))
    nodes += [node("TopK", "i k", "top at", axis=2), node("TopK", "f k", "low at.low", axis=0, largest=0)]
    results += ["top", "at", "low", "at.low"]
    tensors = [grid, const("i32", np.arange(24).reshape(2, 3, 4) - 9, np.int32), const("f", np.cos(np.arange(6)).reshape(3, 2)), const("axis", 1, INT), const("last", [-1], INT), const("outer", [0, 1], INT), const("k", [2], INT)]
    added("constant_reductions", nodes, tensors, results, opset=18)


def indexing():
    grid, floats = const("i", np.arange(24).reshape(2, 3, 4), INT), const("f", np.sin(np.arange(24)).reshape(2, 3, 4))
    nodes, results = [], []

    def add(op, inputs, name, **attributes):
        nodes.append(node(op, inputs, name, **attributes))
        results.append(name)

    for source in "if":
        add("GatherElements", f"{source} elements", f"ge{source}", axis=2)
        add("GatherND", f"{source} rows", f"gn{source}")
        add("GatherND", f"{source} perbatch", f"gb{source}", batch_dims=1)
        add("ScatterND", f"{source} rows update{source}", f"sn{source}")
        add("ScatterElements", f"{source} elements up{source}", f"se{source}", axis=-1)
        add("ScatterElements", f"{source} elements up{source}", f"sm{source}", axis=2, reduction="add")
        add("Trilu", f"{source} diagonal", f"tu{source}")
        add("Trilu", source, f"tl{source}", upper=0)
        add("Compress", f"{source} kept", f"co{source}", axis=1)
        add("Compress", f"{source} few", f"cf{source}")
        add("OneHot", f"hot depth values{source}", f"oh{source}", axis=1)
        add("NonZero", f"{source}", f"nz{source}")
    add("ScatterND", "i rows updatei", "sna", reduction="mul")
    add("EyeLike", "square", "eye", k=1)
    add("EyeLike", "square", "eye.i", dtype=TensorProto.INT64)
    add("Concat", "i i", "rank3", axis=1)
    add("Concat", "i i", "last", axis=-1)
    add("Concat", "none flat none", "list", axis=0)
    add("Tile", "i repeats", "tiled")
    add("Pad", "i pads", "padded")
    update = np.arange(8).reshape(2, 4)
    tensors = [
        grid, floats, const("elements", [[[3, 0], [-1, 1]]], INT), const("rows", [[1, 2], [0, -3]], INT), const("perbatch", [[2], [0]], INT),
        const("updatei", update, INT), const("updatef", update / 3), const("upi", [[[50, 60], [70, 80]]], INT), const("upf", [[[0.5, 1.5], [2.5, 3.5]]]),
        const("diagonal", -1, INT), const("kept", [True, False, True], BOOL), const("few", [True, False, False, True, True], BOOL),
        const("hot", [[1, -1], [5, 0]], INT), const("depth", 3, INT), const("valuesi", [-2, 7], INT), const("valuesf", [0.25, 4.0]),
        const("square", np.zeros((3, 4))), const("none", np.zeros(0), INT), const("repeats", [1, 2, 1], INT), const("pads", [0, 1, 0, 1, 0, 2], INT),
    ]
    added("constant_indexing", nodes, tensors, results, opset=18)


def numbers():
    tensors = [const("f", [[0.0, 1.5, -2.5], [4.0, 9.0, -0.25]]), const("h", 1.25), const("low", -5.0), const("high", 5.0)]
    nodes = [node(op, "f", op) for op in ["Abs", "Exp", "Sin", "Cos", "Floor", "Ceil", "Round", "Sign", "Sigmoid", "Tanh", "Softplus", "Erf", "Neg"]]
    # Infinite and undefined numbers on the way do no harm.
    nodes += [node("Abs", "f", "abs"), node("Log", "abs", "log"), node("Clip", "log low high", "clipped"), node("Reciprocal", "f", "inverse")]
    nodes += [node("Sqrt", "f", "root"), node("IsNaN", "root", "isnan"), node("Where", "isnan h root", "mended"), node("IsInf", "inverse", "isinf"), node("Where", "isinf h inverse", "finite")]
    nodes += [node("Mod", "f h", "rest", fmod=1), node("Pow", "abs h", "power"), node("Range", "low high h", "range"), node("Softmax", "f", "soft"), node("ReduceMean", "f", "mean")]
    results = ["Abs", "Exp", "Sin", "Cos", "Floor", "Ceil", "Round", "Sign", "Sigmoid", "Tanh", "Softplus", "Erf", "Neg", "clipped", "mended", "finite", "rest", "power", "range", "soft", "mean"]
    added("constant_numbers", nodes, tensors, results)
    # Windows over constants: how many pixels of an image each window has.
    ones = const("ones", np.ones((1, 3, 8, 8)))
    pools = [
        node("AveragePool", "ones", "share", kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1), node("Div", "x share", "d"),
        node("Conv", "ones w", "c", kernel_shape=[1, 1]), node("MaxPool", "c", "m", kernel_shape=[3, 3], pads=[1, 1, 1, 1]), node("Mul", "d m"),
    ]
    save("constant_windows", model(pools, [ones, weights("w", 3, 3, 1, 1)]))
    # Weight standardization (S. Qiao et al., arXiv 1903.10520), spelled as by timm and with means.
    w = weights("w", 4, 3, 3, 3)
    normal = [
        node("Reshape", "w rows", "flat"), node("BatchNormalization", "flat gain zero zero one", "n", epsilon=1e-4), node("Reshape", "n back", "k"),
        node("Conv", "x k", pads=[1, 1, 1, 1]),
    ]
    flat = numpy_helper.to_array(w).reshape(4, -1).astype(np.float64)
    gain = np.array([1.5, 0.5, 2, 1])
    own = (flat - flat.mean(1, keepdims=True)) / np.sqrt(flat.var(1, keepdims=True) + 1e-4) * gain[:, None]
    parts = [w, const("rows", [1, 4, 27], INT), const("gain", gain), const("zero", np.zeros(4)), const("one", np.ones(4)), const("back", [4, 3, 3, 3], INT)]
    trained = [n for n in normal if n.op_type != "BatchNormalization"]
    trained.insert(1, node("BatchNormalization", "flat gain zero zero one", "n mean var", epsilon=1e-4, training_mode=1))
    direct = model([node("Conv", "x k", pads=[1, 1, 1, 1])], [const("k", own.reshape(4, 3, 3, 3))])
    save("constant_weights_standardized_batch_normalization", model(trained, parts), expected_by=direct)
    spelled = [
        node("ReduceMean", "w", "mean", axes=[1, 2, 3]), node("Sub", "w mean", "c"), node("Mul", "c c", "cc"), node("ReduceMean", "cc", "var", axes=[1, 2, 3]),
        node("Add", "var eps", "ve"), node("Sqrt", "ve", "std"), node("Div", "c std", "n"), node("Mul", "n g", "k"), node("Conv", "x k", pads=[1, 1, 1, 1]),
    ]
    save("constant_weights_standardized_spelled_out", model(spelled, [w, const("eps", 1e-4), const("g", gain.reshape(4, 1, 1, 1))]))


def positions():
    """Sine positions as DETR makes them, and YOLOX's grid."""
    half = [
        node("CumSum", "ones axis", "c"), node("Slice", "c last end axes", "l"), node("Add", "l eps", "le"), node("Div", "c le", "d"), node("Unsqueeze", "d two", "u"),
        node("Div", "u freq", "p"), node("Sin", "p", "s"), node("Cos", "p", "k"), node("Concat", "s k", "sk", axis=3), node("Transpose", "sk", "t", perm=[0, 3, 1, 2]), node("Add", "x t"),
    ]
    tensors = [const("ones", np.ones((1, 8, 8))), const("axis", 1, np.int32), const("last", [-1], INT), const("end", [2**63 - 1], INT), const("axes", [1], INT), const("eps", 1e-6), const("two", [3], INT), const("freq", [1.0, 10.0])]
    save("constant_sine_positions", model(half, tensors, x=(1, 4, 8, 8)))
    grid = [
        node("Range", "zero n step", "r"), node("Unsqueeze", "r first", "row"), node("Unsqueeze", "r second", "column"), node("Expand", "row size", "gx"), node("Expand", "column size", "gy"),
        node("Unsqueeze", "gx third", "ux"), node("Unsqueeze", "gy third", "uy"), node("Concat", "ux uy", "xy", axis=2), node("Reshape", "xy points", "g"), node("Cast", "g", "f", to=1), node("Add", "x f"),
    ]
    lists = [const("zero", 0, INT), const("n", 8, INT), const("step", 1, INT), const("first", [0], INT), const("second", [1], INT), const("third", [2], INT), const("size", [8, 8], INT), const("points", [1, -1, 2], INT)]
    save("constant_grid_of_integers", model(grid, lists, x=(1, 64, 2)))


def branch(nodes, outputs, tensors=()):
    return helper.make_graph(nodes, "branch", [], [helper.make_tensor_value_info(o, TensorProto.FLOAT, None) for o in outputs], initializer=list(tensors))


def conditions():
    truth, image = const("t", True, BOOL), (1, 3, 8, 8)

    def choice(then, other, condition="t", outputs="y"):
        return node("If", condition, outputs, then_branch=then, else_branch=other)

    relu, sigmoid = branch([node("Relu", "x", "b")], ["b"]), branch([node("Sigmoid", "x", "b")], ["b"])
    save("if_takes_then", model([choice(relu, sigmoid)], [truth], x=image))
    shaped = [node("Shape", "x", "s"), node("Gather", "s one", "c"), node("Equal", "c four", "t"), choice(relu, sigmoid)]
    save("if_takes_else_by_the_shape", model(shaped, [const("one", 1, INT), const("four", 4, INT)], x=image))
    # Names of the outside, tensors of its own, names that stand outside, too, and a result that the outside computes.
    inner = branch([node("Mul", "outer w", "m"), node("Add", "m outer", "late")], ["late"], [const("w", 0.5)])
    unused = branch([node("Identity", "outer", "o")], ["o"])
    save("if_sees_outer_names", model([node("Exp", "x", "outer"), choice(inner, unused, outputs="i"), node("Tanh", "i", "w"), node("Sub", "i w")], [truth], x=image))
    save("if_gives_an_outer_value", model([node("Exp", "x", "outer"), choice(branch([node("Relu", "x", "r")], ["r"]), branch([node("Identity", "outer", "o")], ["o"]), condition="f", outputs="i"), node("Sin", "i")], [const("f", False, BOOL)], x=image))
    nested = branch([choice(branch([node("Cos", "x", "deep")], ["deep"]), branch([node("Sin", "x", "deep2")], ["deep2"]), outputs="b1"), node("Neg", "b1", "b2")], ["b2"])
    save("if_in_if", model([choice(nested, sigmoid)], [truth], x=image))
    two = branch([node("Split", "x", "p q r", axis=1)], ["p", "r"])
    save("if_with_two_results", model([choice(two, branch([node("Split", "x", "p2 q2 r2", axis=1)], ["q2", "r2"]), outputs="a b"), node("Sub", "a b")], [truth], x=image))
    # What only the other branch needs is not converted, be it an operator that is not supported.
    loss = [node("Relu", "x", "r"), node("Det", "r", "det"), choice(branch([node("Neg", "r", "n")], ["n"]), branch([node("Identity", "det", "d")], ["d"]))]
    save("if_leaves_the_other_branch", model(loss, [truth], x=image), expected_by=model([node("Relu", "x", "r"), node("Neg", "r")], x=image))


def function(name, inputs, outputs, nodes, attributes=(), defaults=(), opset=17, domain="local"):
    return helper.make_function(
        domain, name, inputs, outputs, nodes, [helper.make_opsetid("", opset), helper.make_opsetid("local", 1)], list(attributes), list(defaults))


def reference(op, inputs, outputs, **attributes):
    """A node with attributes that refer to those of the function."""
    result = node(op, inputs, outputs)
    for attribute, (outer, kind) in attributes.items():
        result.attribute.append(onnx.AttributeProto(name=attribute, ref_attr_name=outer, type=kind))
    return result


def functions_of_the_file():
    def calling(name, nodes, functions, tensors=(), expected_by=None, **options):
        proto = model(nodes, tensors, **options)
        proto.opset_import.append(helper.make_opsetid("local", 1))
        proto.functions.extend(functions)
        proto.ir_version = 10
        save(name, proto, expected_by=expected_by)

    def call(op, inputs, outputs="y", name="", **attributes):
        return helper.make_node(op, inputs.split(" "), outputs.split(" "), domain="local", name=name, **attributes)

    block = function("Block", ["x", "w"], ["y"], [node("Conv", "x w", "t", pads=[1, 1, 1, 1]), node("Relu", "t", "y")])
    # `t` of the body, `t` of the file and the `t` of the other call are three values.
    calls = [call("Block", "x w", "t", "one"), call("Block", "t w", "u", "two"), node("Add", "t u")]
    calling("function_called_twice", calls, [block], [weights("w", 3, 3, 3, 3, scale=0.3)])
    outer = function("Outer", ["a", "w"], ["b"], [call("Block", "a w", "t"), node("Sigmoid", "t", "s"), call("Block", "s w", "b")])
    calling("function_in_a_function", [call("Outer", "x w")], [outer, block], [weights("w", 3, 3, 3, 3, scale=0.3)])
    kind = onnx.AttributeProto
    leaky = function(
        "Leak", ["x"], ["y"], [reference("LeakyRelu", "x", "t", alpha=("slope", kind.FLOAT)), reference("Softmax", "t", "y", axis=("axis", kind.INT))], ["slope"],
        [helper.make_attribute("axis", 1)])
    passing = function("Pass", ["x"], ["y"], [call("Leak", "x", "y")], ["slope"])
    passing.node[0].attribute.append(kind(name="slope", ref_attr_name="slope", type=kind.FLOAT))
    calling("function_attributes", [call("Leak", "x", "a", slope=0.3), call("Leak", "a", "b", slope=0.1, axis=2), call("Pass", "b", "y", slope=0.7)], [leaky, passing])
    # An input that is left out, an output that is an input, and the same value twice.
    bounds = function("Bound", ["x", "low", "high"], ["y", "same"], [node("Clip", "x low high", "y"), node("Identity", "x", "same")])
    calling("function_optional_input", [helper.make_node("Bound", ["x", "", "h"], ["c", "d"], domain="local"), node("Sub", "c d")], [bounds], [const("h", 0.5)])
    # Softmax over all axes from the first on before opset 13, along one since.
    old = function("Old", ["x"], ["y"], [node("Softmax", "x", "y", axis=1)], opset=11)
    spelled = [node("Flatten", "x", "f"), node("Softmax", "f", "s"), node("Reshape", "s size", "a"), node("Softmax", "x", "b", axis=1), node("Sub", "a b")]
    calling(
        "function_with_its_own_opset", [call("Old", "x", "a"), node("Softmax", "x", "b", axis=1), node("Sub", "a b")], [old],
        expected_by=model(spelled, [const("size", [1, 3, 8, 8], INT)]))
    deciding = function("Decide", ["x", "t"], ["y"], [node("Exp", "x", "e"), node("If", "t", "y", then_branch=branch([reference("LeakyRelu", "e", "l", alpha=("slope", kind.FLOAT))], ["l"]), else_branch=branch([node("Neg", "e", "m")], ["m"]))], ["slope"])
    calling("function_with_a_branch", [call("Decide", "x f", "a", slope=0.2), call("Decide", "a t", "y", slope=0.2)], [deciding], [const("t", True, BOOL), const("f", False, BOOL)])


def einsums():
    def einsum(name, equation, x, *tensors, opset=17):
        inputs = " ".join(["x"] + [t.name for t in tensors])
        save(f"einsum_{name}", model([node("Einsum", inputs, equation=equation)], list(tensors), x=x, opset=opset))

    einsum("image_to_scores", "bchw,ck->bk", (1, 4, 3, 5), weights("w", 4, 6))
    einsum("pointwise", "bchw,kc->bkhw", (1, 4, 3, 5), weights("w", 6, 4))
    einsum("matrix", "ij,jk->ik", (1, 5), weights("w", 5, 3))
    einsum("implicit", "bc,ck", (2, 4), weights("w", 4, 3))
    einsum("permutation", "bchw->bhcw", (1, 4, 3, 5))
    einsum("sum", "bchw->bc", (1, 4, 3, 5))
    einsum("trace_of_a_product", "bij,jki->bk", (1, 3, 4), weights("w", 4, 5, 3))
    einsum("batched", "bhid,bhdj->bhij", (1, 2, 3, 4), weights("w", 1, 2, 4, 5))
    einsum("attention_of_constants", "bhid,bhjd->bhij", (1, 2, 3, 4), weights("w", 1, 2, 5, 4))
    einsum("weighted", "bchw,c->bchw", (1, 4, 3, 5), weights("w", 4))
    einsum("outer", "bi,j->bji", (1, 4), weights("w", 3))
    einsum("ellipsis", "...ij,...jk->...ik", (2, 3, 4), weights("w", 2, 4, 5))
    einsum("ellipsis_implicit", "...i,i", (2, 3, 4), weights("w", 4))
    einsum("dot", "bi,bi->b", (2, 4), weights("w", 2, 4))
    einsum("constant_first", "bchw,chw->bhw", (1, 4, 3, 5), weights("w", 4, 3, 5))
    both = [node("Sigmoid", "x", "s"), node("Einsum", "x s", equation="bchw,bdhw->bcd")]
    save("einsum_bilinear", model(both, x=(1, 4, 3, 5)))


def lists_of_indices():
    """x[:, [2, 1, 0]] and its like, as dynamo writes them."""
    def swapped(name, perm, indices, x=(1, 4, 5, 6), **attributes):
        nodes = [node("Transpose", "x", "t", perm=perm), node("GatherND", "t i", "g", **attributes)]
        nodes.append(node("Identity", "g"))
        save(f"gather_nd_{name}", model(nodes, [const("i", indices, INT)], x=x, opset=18))

    swapped("channels", [1, 0, 2, 3], [[2], [1], [0]])
    rows, columns = np.array([0, 0, 3, 4])[:, None], np.array([1, 1, 5, -1, 2])
    grid = np.stack(np.broadcast_arrays(rows, columns), -1)
    swapped("rows_and_columns", [2, 3, 0, 1], grid)
    swapped("elements", [0, 1, 2, 3], [[0, 1, 2, 3], [0, -1, -1, -1]])
    swapped("batches", [1, 0, 2, 3], [[[0, 1]], [[0, 2]], [[0, 3]], [[0, 0]]], batch_dims=1)


def local_response():
    """torch's LocalResponseNorm: the mean over channels is a pooling in three dimensions."""
    def exported(name, pool, shape, pads, back):
        nodes = [node("Mul", "x x", "q"), node("Reshape", "q wide", "u"), node("Pad", "u pads", "p"), pool, node("Reshape", "m back", "r")]
        nodes += [node("Mul", "r alpha", "ra"), node("Add", "ra k", "rk"), node("Pow", "rk beta", "d"), node("Div", "x d")]
        tensors = [const("wide", shape, INT), const("pads", pads, INT), const("back", back, INT), const("alpha", 0.01), const("k", 1.0), const("beta", 0.75)]
        save(name, model(nodes, tensors, x=tuple(back)))

    volume = node("AveragePool", "p", "m", kernel_shape=[5, 1, 1], strides=[1, 1, 1], pads=[0] * 6, count_include_pad=1)
    exported("lrn_by_a_volume", volume, [1, 1, 7, 4, 5], [0, 0, 2, 0, 0, 0, 0, 2, 0, 0], [1, 7, 4, 5])
    line = node("AveragePool", "p", "m", kernel_shape=[3, 1], strides=[1, 1], count_include_pad=1)
    exported("lrn_by_an_image", line, [1, 1, 7, 20], [0, 0, 1, 0, 0, 0, 1, 0], [1, 7, 20])
    flat = dict(strides=[1, 2, 3], pads=[0, 1, 0, 0, 1, 1])
    save("average_pool_volume_of_images", model([node("AveragePool", "x", kernel_shape=[1, 3, 2], **flat)], x=(1, 2, 3, 6, 7)))
    save("max_pool_volume_of_images", model([node("MaxPool", "x", kernel_shape=[1, 3, 2], **flat)], x=(1, 2, 3, 6, 7)))
    save("max_pool_over_depth", model([node("MaxPool", "x", kernel_shape=[2, 1, 1], strides=[2, 1, 1], dilations=[2, 1, 1], ceil_mode=1)], x=(1, 2, 6, 3, 4)))


def by_shape():
    """MXNet's spellings, and normalization by the image itself."""
    names = [positive("g", 3), weights("b", 3), weights("m", 3), positive("v", 3)]
    mxnet = model([node("BatchNormalization", "x g b m v", spatial=0, epsilon=2e-5)], names, opset=8)
    save("batch_normalization_mxnet", mxnet, expected_by=model([node("BatchNormalization", "x g b m v", epsilon=2e-5)], names, opset=8))
    each = [positive("g", 3, 4, 5), weights("b", 3, 4, 5), weights("m", 3, 4, 5), positive("v", 3, 4, 5)]
    arrays = [numpy_helper.to_array(t) for t in each]
    scale = arrays[0] / np.sqrt(arrays[3] + 1e-5)
    affine = model([node("Mul", "x s", "a"), node("Add", "a t")], [const("s", scale), const("t", arrays[1] - arrays[2] * scale)], x=(1, 3, 4, 5), opset=8)
    save("batch_normalization_per_element", model([node("BatchNormalization", "x g b m v", spatial=0)], each, x=(1, 3, 4, 5), opset=8), expected_by=affine)
    slope = model([node("PRelu", "x s")], [const("s", [0.1, 0.2, 0.3])], opset=9)
    save("prelu_mxnet", slope, expected_by=model([node("PRelu", "x s")], [const("s", [[[0.1]], [[0.2]], [[0.3]]])], opset=9))
    own = [node("BatchNormalization", "x g b m v", "y mean var", training_mode=1, epsilon=1e-3)]
    instance = model([node("InstanceNormalization", "x g b", epsilon=1e-3)], names[:2], x=(1, 3, 8, 8))
    save("batch_normalization_without_statistics", model(own, names, x=(1, 3, 8, 8)), expected_by=instance)
    line = model([node("InstanceNormalization", "x g b", epsilon=1e-3)], names[:2], x=(1, 3, 9))
    save("batch_normalization_without_statistics_line", model(own, names, x=(1, 3, 9)), expected_by=line)


def versions():
    """Opsets 22 to 25: a network of what has a new version in one of them, as opset 21 computes it."""
    nodes = [
        node("Conv", "x w", "c", pads=[1, 1, 1, 1]), node("BatchNormalization", "c g b m v", "n"), node("Elu", "n", "e"), node("HardSigmoid", "e", "hs"), node("HardSwish", "hs", "hw"),
        node("MaxPool", "hw", "mp", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1), node("Pad", "mp pads", "p", mode="reflect"), node("AveragePool", "p", "ap", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        node("InstanceNormalization", "ap g b", "in"), node("Mish", "in", "mi"), node("Round", "mi", "ro"), node("Selu", "mi", "se"), node("Softplus", "se", "sp"), node("Softsign", "sp", "ss"),
        node("Sin", "ss", "si"), node("Cos", "si", "co"), node("Add", "co ro", "ad"), node("ThresholdedRelu", "ad", "tr", alpha=0.2), node("LpNormalization", "tr", "ln", axis=1), node("LpPool", "ln", "lp", kernel_shape=[2, 2]),
        node("ConvTranspose", "lp wt", "ct", strides=[2, 2]), node("Transpose", "ct", "t", perm=[0, 2, 3, 1]), node("Shape", "t", "s"), node("Slice", "s one three", "hw2"), node("ReduceProd", "hw2", "hwp"),
        node("Concat", "first hwp minus", "target", axis=0), node("Reshape", "t target", "r"), node("Unsqueeze", "r one", "u"), node("Squeeze", "u one", "q"), node("Dropout", "q", "dr"), node("Identity", "dr", "id"),
        node("Cast", "id", "ca", to=TensorProto.FLOAT), node("TopK", "ca k", "tk ti", axis=2), node("Flatten", "tk"),
    ]
    tensors = [
        weights("w", 3, 3, 3, 3), positive("g", 3), weights("b", 3), weights("m", 3), positive("v", 3), const("pads", [0, 0, 1, 1, 0, 0, 1, 1], INT), weights("wt", 3, 2, 2, 2),
        const("one", [1], INT), const("three", [3], INT), const("first", [1], INT), const("minus", [-1], INT), const("k", [1], INT),
    ]
    base = model(nodes, tensors, opset=21)
    for opset in [22, 23, 24, 25]:
        proto = model(nodes, tensors, opset=opset)
        save(f"network_opset{opset}", proto, expected_by=base)
    rms = model([node("RMSNormalization", "x s", axis=-2, epsilon=1e-3)], [weights("s", 4, 5)], x=(1, 3, 4, 5), opset=23)
    spelled = [node("Mul", "x x", "q"), node("ReduceMean", "q axes", "m"), node("Add", "m e", "me"), node("Sqrt", "me", "r"), node("Div", "x r", "d"), node("Mul", "d s")]
    cases.random = np.random.default_rng(20)
    save("rms_normalization_opset23", rms, expected_by=model(spelled, [rms.graph.initializer[0], const("axes", [2, 3], INT), const("e", 1e-3)], x=(1, 3, 4, 5), opset=21))
    swish = [node("Mul", "x a", "ax"), node("Sigmoid", "ax", "s"), node("Mul", "x s")]
    save("swish_opset24", model([node("Swish", "x", alpha=1.5)], opset=24), expected_by=model(swish, [const("a", 1.5)], opset=21))


if __name__ == "__main__":
    families = [integers, truths, reductions, indexing, numbers, positions, conditions, functions_of_the_file, einsums, lists_of_indices, local_response, by_shape, versions]
    for make in families:
        if len(sys.argv) == 1 or make.__name__ in sys.argv[1:]:
            cases.random = np.random.default_rng(20)
            make()
