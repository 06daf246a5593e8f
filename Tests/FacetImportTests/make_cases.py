"""Makes the folders of Cases/: small ONNX models with an input and the outputs that onnxruntime gives.

    pip install onnx onnxruntime numpy
    python Tests/FacetImportTests/make_cases.py [FAMILY...]

Each folder holds model.onnx, input_I.bin and output_I.bin (float32, little-endian, row-major). The cases are
made once and committed; running this again rewrites them (the tests only need them, not Python), or only the families named.
"""
import pathlib
import shutil
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

ROOT = pathlib.Path(__file__).parent / "Cases"
random = np.random.default_rng(20)


def weights(name, *shape, scale=0.5, dtype=np.float32):
    return numpy_helper.from_array((random.standard_normal(shape) * scale).astype(dtype), name)


def positive(name, *shape):
    return numpy_helper.from_array((random.random(shape) + 0.5).astype(np.float32), name)


def const(name, value, dtype=np.float32):
    return numpy_helper.from_array(np.array(value, dtype), name)


def node(op, inputs, outputs="y", **attributes):
    return helper.make_node(op, inputs.split(" ") if inputs else [], outputs.split(" "), **attributes)


def model(nodes, tensors=(), x=("N", 3, 8, 8), outputs=("y",), opset=17, inputs=None, kind=TensorProto.FLOAT, ir=7, result=TensorProto.FLOAT):
    """A checked model; its only input is `x` unless `inputs` says otherwise, its outputs have shapes inferred by the runtime."""
    infos = inputs or [helper.make_tensor_value_info("x", kind, x)]
    results = [helper.make_tensor_value_info(name, result, None) for name in outputs]
    graph = helper.make_graph(nodes, "case", infos, results, initializer=list(tensors))
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=ir if opset < 21 else 10, producer_name="make_cases")


def save(name, proto, expected_by=None, scale=2.0, external=False, low=None):
    """Writes a case. `low`: the inputs' magnitudes, at least that. `expected_by`: the model that onnxruntime runs where it cannot run `proto` itself."""
    folder = ROOT / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    path = folder / "model.onnx"
    if external:
        onnx.save(proto, path, save_as_external_data=True, location="weights.data", size_threshold=0)
    else:
        onnx.save(proto, path)
    if expected_by is not None:
        session = onnxruntime.InferenceSession(expected_by.SerializeToString(), providers=["CPUExecutionProvider"])
    else:
        session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    feeds = {}
    for index, info in enumerate(session.get_inputs()):
        shape = [size if isinstance(size, int) and size > 0 else 1 for size in info.shape]
        feeds[info.name] = np.asarray(random.standard_normal(shape) * scale, np.float32)
        if low is not None:
            feeds[info.name] = np.maximum(np.abs(feeds[info.name]), np.float32(low))
        feeds[info.name].tofile(folder / f"input_{index}.bin")
    for index, result in enumerate(session.run(None, feeds)):
        assert np.isfinite(result).all() and result.size < 100_000
        result.astype(np.float32).tofile(folder / f"output_{index}.bin")


def convolutions():
    w = weights("w", 4, 3, 3, 3)
    save("conv_plain_opset9", model([node("Conv", "x w")], [w], opset=9))
    save("conv_bias_opset11", model([node("Conv", "x w b", kernel_shape=[3, 3])], [w, weights("b", 4)], opset=11))
    save("conv_strides_pads_asymmetric", model([node("Conv", "x w", strides=[2, 3], pads=[0, 1, 2, 1])], [w], x=(1, 3, 9, 10)))
    save("conv_dilated", model([node("Conv", "x w", dilations=[2, 3], pads=[2, 3, 2, 3])], [w], opset=21))
    save("conv_groups", model([node("Conv", "x w b", group=2)], [weights("w", 6, 2, 3, 2), weights("b", 6)], x=("N", 4, 7, 6)))
    save("conv_depthwise", model([node("Conv", "x w", group=5, pads=[1, 1, 1, 1])], [weights("w", 5, 1, 3, 3)], x=(1, 5, 6, 6)))
    save("conv_depthwise_multiplier", model([node("Conv", "x w", group=3)], [weights("w", 6, 1, 3, 3)]))
    save("conv_pointwise", model([node("Conv", "x w")], [weights("w", 7, 3, 1, 1)], opset=13))
    for rule in ["SAME_UPPER", "SAME_LOWER", "VALID"]:
        even = weights("w", 4, 3, 4, 2)
        save(f"conv_auto_pad_{rule.lower()}", model([node("Conv", "x w", auto_pad=rule, strides=[2, 2])], [even], x=(1, 3, 9, 7)))
    save("conv_auto_pad_notset", model([node("Conv", "x w", auto_pad="NOTSET", pads=[1, 0, 0, 1])], [w]))
    shared = [node("Conv", "x w", "a", pads=[1, 1, 1, 1]), node("Conv", "a w", "y")]
    save("conv_shared_weights", model(shared, [weights("w", 3, 3, 3, 3, scale=0.2)]))


def fully_connected():
    def gemm(name, tensors, inputs="x w c", opset=17, **attributes):
        save(name, model([node("Gemm", inputs, **attributes)], tensors, x=("N", 6), opset=opset))

    gemm("gemm_trans_b", [weights("w", 4, 6), weights("c", 4)], transB=1)
    gemm("gemm_plain_opset9", [weights("w", 6, 4), weights("c", 4)], opset=9)
    gemm("gemm_alpha_beta", [weights("w", 4, 6), weights("c", 1, 4)], transB=1, alpha=0.5, beta=-2.0)
    gemm("gemm_scalar_bias", [weights("w", 6, 4), const("c", 0.75)], opset=11)
    gemm("gemm_one_element_bias", [weights("w", 6, 4), const("c", [[0.25]])], opset=13)
    gemm("gemm_no_bias_opset11", [weights("w", 4, 6)], inputs="x w", opset=11, transB=1)


def normalizations():
    tensors = [positive("g", 3), weights("b", 3), weights("m", 3), positive("v", 3)]
    for opset in [9, 13, 14, 15, 21]:
        save(f"batch_normalization_opset{opset}", model([node("BatchNormalization", "x g b m v", epsilon=1e-3)], tensors, opset=opset))
    flat = model([node("BatchNormalization", "x g b m v")], tensors, x=("N", 3))
    save("batch_normalization_flat", flat)
    explicit = [node("BatchNormalization", "x g b m v", training_mode=0, momentum=0.8)]
    save("batch_normalization_evaluation_mode", model(explicit, tensors))
    save("dropout_opset9", model([node("Dropout", "x", "d", ratio=0.3), node("Relu", "d")], opset=9))
    ratio = [const("ratio", 0.4), const("training", False, bool)]
    save("dropout_opset13", model([node("Dropout", "x ratio training", "d mask"), node("Relu", "d")], ratio, opset=13))
    save("softmax_default_opset11", model([node("Softmax", "x")], x=("N", 9), opset=11))
    save("softmax_default_opset13", model([node("Softmax", "x")], x=("N", 9), opset=13))
    save("softmax_channels_opset9", model([node("Softmax", "x", axis=1)], x=("N", 9, 1, 1), opset=9))
    save("softmax_channels_opset17", model([node("Softmax", "x", axis=-3)], x=("N", 5, 3, 2)))


def elementwise():
    save("relu_opset9", model([node("Relu", "x")], opset=9))
    save("sigmoid_opset13", model([node("Sigmoid", "x")], opset=13))
    save("hard_sigmoid_default", model([node("HardSigmoid", "x")]))
    save("hard_sigmoid_sixth_opset9", model([node("HardSigmoid", "x", alpha=1 / 6, beta=0.4)], opset=9))
    save("hard_swish_opset14", model([node("HardSwish", "x")], opset=14), scale=4)
    save("hard_swish_opset21", model([node("HardSwish", "x")], opset=21), scale=4)
    save("clip_attributes_opset9", model([node("Clip", "x", min=-0.5, max=1.0)], opset=9))
    save("clip_only_max_opset9", model([node("Clip", "x", max=0.25)], opset=9))
    save("clip_inputs_opset11", model([node("Clip", "x low high")], [const("low", 0.0), const("high", 6.0)], opset=11), scale=5)
    save("clip_only_max_opset13", model([node("Clip", "x  high")], [const("high", 1.0)], opset=13))
    save("clip_infinite_bound", model([node("Clip", "x low high")], [const("low", -0.5), const("high", np.inf)]))
    save("clip_no_bounds_opset21", model([node("Clip", "x")], opset=21))
    save("add_constant_channels", model([node("Add", "x c")], [weights("c", 3, 1, 1)]))
    save("add_same_tensor_opset9", model([node("Add", "x x")], opset=9))
    save("add_branches", model([node("Relu", "x", "a"), node("Sigmoid", "x", "b"), node("Add", "a b")], opset=13))
    save("add_scalar_on_the_left", model([node("Add", "c x")], [const("c", 1.5)], opset=11))
    save("mul_constant_full_rank", model([node("Mul", "x c")], [weights("c", 1, 3, 1, 1)], opset=21))
    gate = [node("GlobalAveragePool", "x", "p"), node("Sigmoid", "p", "s"), node("Mul", "x s")]
    save("mul_squeeze_excite", model(gate))
    save("mul_vector", model([node("Mul", "x c")], [weights("c", 5)], x=("N", 5), opset=9))


def pooling():
    save("max_pool_opset9", model([node("MaxPool", "x", kernel_shape=[2, 2], strides=[2, 2])], opset=9))
    save("max_pool_pads", model([node("MaxPool", "x", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])], x=(1, 2, 7, 8)))
    save("max_pool_ceil", model([node("MaxPool", "x", kernel_shape=[3, 2], strides=[2, 2], ceil_mode=1)], x=(1, 2, 8, 7), opset=11))
    save("max_pool_dilated", model([node("MaxPool", "x", kernel_shape=[2, 3], dilations=[3, 2])], opset=13))
    save("max_pool_same_upper", model([node("MaxPool", "x", kernel_shape=[3, 3], strides=[2, 2], auto_pad="SAME_UPPER")]))
    save("max_pool_same_lower", model([node("MaxPool", "x", kernel_shape=[2, 2], strides=[2, 2], auto_pad="SAME_LOWER")], x=(1, 3, 7, 9)))
    save("max_pool_unread_indices", model([node("MaxPool", "x", "y indices", kernel_shape=[2, 2])], opset=12))
    average = dict(kernel_shape=[3, 3], strides=[2, 2], pads=[1, 0, 1, 1])
    save("average_pool_opset9", model([node("AveragePool", "x", **average)], opset=9))
    save("average_pool_include_pad", model([node("AveragePool", "x", count_include_pad=1, **average)]))
    save("average_pool_opset19", model([node("AveragePool", "x", dilations=[1, 1], **average)], opset=19))
    save("average_pool_ceil", model([node("AveragePool", "x", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1)], x=(1, 2, 7, 7), opset=13))
    save("average_pool_valid", model([node("AveragePool", "x", kernel_shape=[3, 2], auto_pad="VALID")], opset=11))
    save("average_pool_same_lower", model([node("AveragePool", "x", kernel_shape=[4, 4], strides=[2, 2], auto_pad="SAME_LOWER")], x=(1, 2, 7, 7)))
    save("global_average_pool", model([node("GlobalAveragePool", "x")], opset=9))
    save("reduce_mean_opset9", model([node("ReduceMean", "x", axes=[2, 3])], opset=9))
    save("reduce_mean_flat_opset13", model([node("ReduceMean", "x", axes=[-1, -2], keepdims=0)], opset=13))
    axes = [const("axes", [-2, -1], np.int64)]
    save("reduce_mean_opset18", model([node("ReduceMean", "x axes", keepdims=1)], axes, opset=18))
    save("reduce_mean_flat_opset21", model([node("ReduceMean", "x axes", keepdims=0)], axes, opset=21))
    noop = model([node("ReduceMean", "x", noop_with_empty_axes=1)], opset=18)
    save("reduce_mean_noop_opset18", noop, expected_by=model([node("Identity", "x")], opset=18))


def shapes():
    save("flatten_opset9", model([node("Flatten", "x")], opset=9))
    save("flatten_negative_axis", model([node("Flatten", "x", axis=-3)], opset=13))
    save("flatten_axis0", model([node("Flatten", "x", axis=0)], x=(1, 3, 2, 2), opset=21))

    def reshape(name, shape, x=("N", 4, 3, 2), opset=17, **attributes):
        save(name, model([node("Reshape", "x s", **attributes)], [const("s", shape, np.int64)], x=x, opset=opset))

    reshape("reshape_minus_one_opset9", [1, -1], opset=9)
    reshape("reshape_zero_copies", [0, 0, -1, 1])
    reshape("reshape_open_batch", [-1, 24], opset=11)
    reshape("reshape_vector_to_image", [1, 2, 3, 4], x=("N", 24), opset=21)
    reshape("reshape_allowzero", [1, 2, -1, 3], opset=14, allowzero=1)
    channels = [weights("flat", 3), const("s", [1, 3, 1, 1], np.int64)]
    save("reshape_of_a_constant", model([node("Reshape", "flat s", "c"), node("Mul", "x c")], channels))
    branches = [node("Relu", "x", "a"), node("Sigmoid", "x", "b")]
    save("concat_channels_opset9", model(branches + [node("Concat", "a b x", axis=1)], opset=9))
    save("concat_width_negative_axis", model(branches + [node("Concat", "a b", axis=-1)], opset=13))
    save("concat_vectors", model(branches + [node("Concat", "b a", axis=1)], x=("N", 5), opset=21))
    save("identity_of_a_weight", model([node("Identity", "w", "same"), node("Conv", "x same")], [weights("w", 2, 3, 1, 1)]))
    save("identity_of_an_activation", model([node("Identity", "x", "a"), node("Relu", "a")], opset=14))

    def constant(name, attribute, value, opset=13, use="Mul"):
        save(name, model([node("Constant", "", "c", **{attribute: value}), node(use, "x c")], opset=opset))

    constant("constant_tensor_opset9", "value", weights("", 3, 1, 1), opset=9)
    constant("constant_float", "value_float", 1.25)
    constant("constant_floats", "value_floats", [0.5, -1, 2, 3, 4, 5, 6, 7], opset=21)
    constant("constant_ints", "value_ints", [1, -1], use="Reshape")
    mean = [node("Constant", "", "c", value_ints=[2, 3]), node("ReduceMean", "x c")]
    save("constant_ints_as_axes", model(mean, opset=18))


def storage():
    """The same network with its weights stored in every way."""
    arrays = [(random.standard_normal(s) * 0.4).astype(np.float16).astype(np.float32) for s in [(4, 3, 3, 3), (4,), (5, 4)]]
    nodes = [node("Conv", "x w b", "a"), node("GlobalAveragePool", "a", "p"), node("Flatten", "p", "f"), node("Gemm", "f g", transB=1)]

    def typed(dtype, kind, values=lambda a: a):
        return [
            helper.make_tensor(name, kind, array.shape, values(array).flatten().tolist())
            for name, array in zip("wbg", arrays)
        ]

    raw = [numpy_helper.from_array(array, name) for name, array in zip("wbg", arrays)]
    plain = model(nodes, raw, opset=13)
    save("weights_raw", plain)
    save("weights_typed", model(nodes, typed(np.float32, TensorProto.FLOAT), opset=13))
    save("weights_external", model(nodes, raw, opset=13), external=True)
    as_inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, ("N", 3, 8, 8))] + [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, array.shape) for name, array in zip("wbg", arrays)]
    save("weights_also_inputs", model(nodes, raw, opset=11, inputs=as_inputs), expected_by=model(nodes, raw, opset=11))
    half = [numpy_helper.from_array(array.astype(np.float16), name) for name, array in zip("wbg", arrays)]
    save("weights_float16_raw", model(nodes, half, opset=13), expected_by=plain)
    save("weights_float16_typed", model(nodes, typed(np.float16, TensorProto.FLOAT16), opset=13), expected_by=plain)
    double = [numpy_helper.from_array(array.astype(np.float64), name) for name, array in zip("wbg", arrays)]
    save("weights_float64_raw", model(nodes, double, opset=13), expected_by=plain)
    save("weights_float64_typed", model(nodes, typed(np.float64, TensorProto.DOUBLE), opset=13), expected_by=plain)
    rounded = [(array.view(np.uint32) & 0xFFFF0000).view(np.float32) for array in arrays]
    arrays[:] = rounded
    exact = model(nodes, [numpy_helper.from_array(array, name) for name, array in zip("wbg", arrays)], opset=13)
    brain = []
    for name, array in zip("wbg", arrays):
        tensor = TensorProto(name=name, dims=array.shape, data_type=TensorProto.BFLOAT16)
        tensor.raw_data = (array.view(np.uint32) >> 16).astype(np.uint16).tobytes()
        brain.append(tensor)
    save("weights_bfloat16_raw", model(nodes, brain, opset=13), expected_by=exact)
    shape32 = helper.make_tensor("s", TensorProto.INT64, [2], [1, -1])
    save("shape_typed_int64", model([node("Reshape", "x s")], [shape32]))


def networks():
    """What exporters write: two branches, batch normalization kept, unsorted nodes, nodes that no output needs."""
    def residual(prefix, x, out):
        names = [f"{prefix}{i}" for i in range(6)]
        tensors = [weights(names[0], 4, 4, 3, 3, scale=0.2), positive(names[1], 4), weights(names[2], 4), weights(names[3], 4), positive(names[4], 4)]
        nodes = [
            node("Conv", f"{x} {names[0]}", f"{prefix}c", pads=[1, 1, 1, 1], name=f"{prefix}/conv"),
            node("BatchNormalization", f"{prefix}c {names[1]} {names[2]} {names[3]} {names[4]}", f"{prefix}n"),
            node("Add", f"{prefix}n {x}", f"{prefix}s"),
            node("Relu", f"{prefix}s", out),
        ]
        return nodes, tensors

    stem = [weights("stem", 4, 3, 3, 3)]
    first, one = residual("a", "t", "u")
    second, two = residual("b", "u", "v")
    heads = [node("GlobalAveragePool", "u", "p"), node("Flatten", "p", "q"), node("Gemm", "q age.w age.b", "age", transB=1),
             node("ReduceMean", "v", "r", axes=[2, 3], keepdims=0), node("Gemm", "r emotion.w", "e"), node("Softmax", "e", "emotion")]
    tensors = stem + one + two + [weights("age.w", 5, 4), weights("age.b", 5), weights("emotion.w", 4, 6)]
    nodes = [node("Conv", "x stem", "t", strides=[2, 2])] + first + second + heads
    save("network_two_branches", model(nodes, tensors, x=("N", 3, 16, 16), outputs=("age", "emotion"), opset=13))
    unsorted = model(list(reversed(nodes)), tensors, x=("N", 3, 16, 16), outputs=("emotion", "age"), opset=13)
    save("network_unsorted", unsorted, expected_by=model(nodes, tensors, x=("N", 3, 16, 16), outputs=("emotion", "age"), opset=13))
    dead = nodes + [node("NonZero", "v", "unread")]
    save("network_with_dead_nodes", model(dead, tensors, x=("N", 3, 16, 16), outputs=("age", "emotion"), opset=13))
    two_inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, (1, 2, 4, 4)) for name in "xz"]
    save("network_two_inputs", model([node("Concat", "x z", "c", axis=1), node("Relu", "c")], inputs=two_inputs))
    flat = [node("Mul", "x scale", "m"), node("Add", "m shift", "s"), node("Conv", "s w", "c"), node("Mul", "c k", "d"), node("Add", "d l", "e"), node("Relu", "e")]
    affine = [const("scale", 0.02), weights("shift", 1, 3, 1, 1), weights("w", 4, 3, 3, 3), weights("k", 4, 1, 1), weights("l", 4, 1, 1)]
    save("network_affine_spelled_out", model(flat, affine, opset=18))


def functions():
    for op in ["Softplus", "Softsign", "Tanh", "Exp", "Neg", "Abs", "Floor", "Ceil", "Round", "Erf", "Sin", "Cos"]:
        save(op.lower(), model([node(op, "x")], x=(2, 3, 5)))
    for op in ["Log", "Sqrt", "Reciprocal"]:
        save(op.lower(), model([node(op, "x")], x=(3, 7), opset=7), low=0.1)
    image = (1, 3, 4, 4)
    for name, op, opset, attributes in [
        ("leaky_relu_opset7", "LeakyRelu", 7, {}), ("leaky_relu_alpha", "LeakyRelu", 17, dict(alpha=0.2)),
        ("elu", "Elu", 17, dict(alpha=0.7)), ("celu_opset12", "Celu", 12, dict(alpha=0.6)), ("selu_default", "Selu", 17, {}),
        ("selu", "Selu", 7, dict(alpha=1.5, gamma=0.9)), ("gelu_opset20", "Gelu", 20, {}), ("gelu_tanh_opset20", "Gelu", 20, dict(approximate="tanh")),
        ("mish_opset18", "Mish", 18, {}),
    ]:
        save(name, model([node(op, "x", **attributes)], x=image, opset=opset))
    save("swish_spelled_out", model([node("Sigmoid", "x", "s"), node("Mul", "x s")], x=image))
    save("mish_spelled_out", model([node("Softplus", "x", "s"), node("Tanh", "s", "t"), node("Mul", "x t")], x=image))
    steps = [node("Add", "x three", "a"), node("Clip", "a zero six", "b"), node("Div", "b six", "c"), node("Mul", "x c")]
    numbers = [const("zero", 0), const("three", 3), const("six", 6)]
    save("hard_swish_spelled_out", model(steps, numbers, x=image), scale=4)
    save("sigmoid_scalar", model([node("Sigmoid", "x")], x=()))
    save("relu_rank8", model([node("Relu", "x")], x=(2, 1, 2, 1, 3, 1, 2, 2)))
    save("thresholded_relu", model([node("ThresholdedRelu", "x", alpha=0.4)], x=image, opset=10))


def arithmetic():
    image = (1, 3, 4, 5)
    def two(op, name, c, x=image, **options):
        save(name, model([node(op, "x c")], [c], x=x), **options)
    two("Sub", "sub_channels", weights("c", 3, 1, 1))
    two("Div", "div_channels", positive("c", 1, 3, 1, 1))
    two("Div", "div_width", positive("c", 5))
    two("Mul", "mul_outer_broadcast", weights("c", 1, 4, 1, 2), x=(3, 1, 5, 2))
    two("Add", "add_into_the_batch", weights("c", 2, 1, 3), x=(4, 1))
    for name, value in [("square", 2.0), ("root", 0.5), ("reciprocal", [-1.0]), ("fraction", 1.7)]:
        two("Pow", "pow_" + name, const("c", value), low=0.1)
    two("Pow", "pow_integer_exponent", const("c", 3, np.int64))
    two("PRelu", "prelu_channels", weights("c", 3, 1, 1))
    two("PRelu", "prelu_scalar", weights("c", 1))
    for op in ["Sub", "Div", "Pow"]:
        save(f"{op.lower()}_from_a_constant", model([node(op, "c x")], [positive("c", 3, 1, 1)], x=image), low=0.2)
    pair = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in [("x", (2, 3, 4)), ("z", (3, 1))]]
    for op in ["Sub", "Div", "Min", "Max", "Pow"]:
        save(f"{op.lower()}_two_inputs", model([node(op, "x z")], inputs=pair), scale=1, low=0.2 if op in ["Div", "Pow"] else None)
    three = [weights("c", 3, 1), weights("d", 4)]
    for op in ["Sum", "Mean", "Min", "Max"]:
        save(f"{op.lower()}_of_three_opset8", model([node(op, "c x d")], three, x=(2, 3, 4), opset=8))
        save(f"{op.lower()}_of_one", model([node(op, "x")], x=(2, 3)))
    computed = [node("Mul", "v k", "w"), node("ReduceMean", "w", "m", axes=[1, 2, 3]), node("Sub", "w m", "z"), node("Conv", "x z")]
    save("weights_computed_from_constants", model(computed, [weights("v", 2, 3, 1, 1), const("k", 0.5)], x=image))


def reductions():
    for op in ["Reduce" + kind for kind in "Mean Sum Max Min L1 L2 Prod SumSquare LogSum LogSumExp".split()]:
        low = 0.1 if op == "ReduceLogSum" else None
        save(f"{op.lower()}_all_opset11", model([node(op, "x", keepdims=0)], x=(2, 3, 4), opset=11), scale=1.2, low=low)
        save(f"{op.lower()}_axes_opset11", model([node(op, "x", axes=[-1, 1])], x=(2, 3, 1, 4), opset=11), low=low)
        axes = [const("axes", [1], np.int64)]
        save(f"{op.lower()}_input_opset18", model([node(op, "x axes", keepdims=0)], axes, x=(3, 2, 4, 2), opset=18), low=low)
    save("reduce_sum_opset13", model([node("ReduceSum", "x axes")], [const("axes", [0, 2], np.int64)], x=(3, 2, 4), opset=13))
    save("reduce_sum_noop", model([node("ReduceSum", "x", noop_with_empty_axes=1)], x=(3, 2)))
    save("reduce_mean_batch", model([node("ReduceMean", "x", axes=[2, 3])], x=(2, 3, 4, 4)))
    for op in ["ArgMax", "ArgMin"]:
        save(f"{op.lower()}_default", model([node(op, "x")], x=(3, 4), result=TensorProto.INT64))
        flat = node(op, "x", axis=-2, keepdims=0, select_last_index=0)
        save(f"{op.lower()}_flat", model([flat], x=(2, 5, 3), result=TensorProto.INT64))
    for name, op, x in [
        ("global_max_pool", "GlobalMaxPool", (1, 3, 4, 5)), ("global_max_pool_batch", "GlobalMaxPool", (2, 3, 4, 5)),
        ("global_lp_pool", "GlobalLpPool", (1, 3, 7)), ("global_average_pool_1d", "GlobalAveragePool", (2, 3, 7)),
        ("global_average_pool_3d", "GlobalAveragePool", (1, 2, 3, 2, 4)),
    ]:
        save(name, model([node(op, "x")], x=x))
    save("global_lp_pool_l1", model([node("GlobalLpPool", "x", p=1)], x=(2, 3, 4, 5)))


def products():
    for name, b, x in [
        ("one_row", (6, 4), (1, 6)), ("rows", (6, 4), (3, 6)), ("one_row_of_rank3", (6, 4), (1, 1, 6)),
        ("batch", (2, 1, 4, 5), (3, 2, 4)), ("by_a_vector", (6,), (2, 3, 6)), ("of_a_vector", (2, 6, 3), (6,)),
        ("of_vectors", (6,), (6,)),
    ]:
        save("matmul_" + name, model([node("MatMul", "x w")], [weights("w", *b)], x=x))
    save("matmul_constant_first", model([node("MatMul", "w x")], [weights("w", 4, 6)], x=(6, 3)))
    save("matmul_of_itself", model([node("Tanh", "x", "t"), node("MatMul", "x t")], x=(2, 3, 3)))
    save("matmul_with_bias", model([node("MatMul", "x w", "m"), node("Add", "m b")], [weights("w", 6, 4), weights("b", 4)], x=(1, 6)))

    def gemm(name, inputs, tensors, x, opset=13, **attributes):
        save(name, model([node("Gemm", inputs, **attributes)], tensors, x=x, opset=opset))

    gemm("gemm_rows", "x w c", [weights("w", 6, 4), weights("c", 3, 1)], (3, 6), alpha=0.5, beta=0.3)
    gemm("gemm_all_transposed", "x w c", [weights("w", 4, 6), weights("c", 1, 4)], (6, 3), opset=7, transA=1, transB=1)
    gemm("gemm_column_transposed", "x w", [weights("w", 6, 4)], (6, 1), transA=1)
    gemm("gemm_constant_a", "w x c", [weights("w", 6, 4), weights("c", 5)], (6, 5), transA=1)
    gemm("gemm_computed_bias", "x w x", [weights("w", 4, 4)], (1, 4), transB=1, beta=2.0, alpha=1.5)
    gemm("gemm_computed_b", "x x", [], (3, 5), transB=1)


def general_normalizations():
    for opset in [11, 13]:
        save(f"softmax_rank3_opset{opset}", model([node("Softmax", "x", axis=1)], x=(2, 3, 4), opset=opset))
        save(f"log_softmax_opset{opset}", model([node("LogSoftmax", "x", axis=1)], x=(2, 3, 4), opset=opset))
    for opset in [9, 13]:
        save(f"softmax_first_axis_opset{opset}", model([node("Softmax", "x", axis=0)], x=(2, 4, 3), opset=opset))
    save("log_softmax_far_apart", model([node("LogSoftmax", "x")], x=(1, 6)), scale=200.0)
    save("lrn", model([node("LRN", "x", size=3, alpha=0.4, beta=0.6, bias=1.5)], x=(2, 6, 3, 2)))
    save("lrn_default", model([node("LRN", "x", size=5)], x=(1, 7, 3, 2)))
    save("lrn_wider_than_the_channels", model([node("LRN", "x", size=9, alpha=1.0)], x=(1, 3, 2, 2)))
    pair = [weights("s", 3), weights("b", 3)]
    for name, x in [("instance_normalization", (2, 3, 4, 5)), ("instance_normalization_1d", (1, 3, 7))]:
        save(name, model([node("InstanceNormalization", "x s b", epsilon=1e-3)], pair, x=x))
    save("layer_normalization", model([node("LayerNormalization", "x s b")], [weights("s", 6), weights("b", 6)], x=(1, 4, 6)))
    save("layer_normalization_two_axes", model([node("LayerNormalization", "x s", axis=1)], [weights("s", 4, 6)], x=(2, 4, 6)))
    for opset, size in [(18, 2), (21, 4)]:
        groups = [node("GroupNormalization", "x s b", num_groups=2, epsilon=1e-3)]
        save(f"group_normalization_opset{opset}", model(groups, [weights("s", size), weights("b", size)], x=(2, 4, 3, 2), opset=opset))
    save("lp_normalization", model([node("LpNormalization", "x")], x=(1, 8)))
    save("lp_normalization_l1", model([node("LpNormalization", "x", axis=1, p=1)], x=(2, 3, 4)))
    tensors = [positive("g", 3), weights("b", 3), weights("m", 3), positive("v", 3)]
    for x in [(4, 3), (1, 3, 5), (2, 3, 4, 4), (1, 3, 2, 3, 2)]:
        nodes = [node("BatchNormalization", "x g b m v", epsilon=1e-3)]
        save(f"batch_normalization_rank{len(x)}", model(nodes, tensors, x=x))
    save("batch_normalization_opset7", model([node("BatchNormalization", "x g b m v", spatial=1)], tensors, opset=7),
         expected_by=model([node("BatchNormalization", "x g b m v")], tensors, opset=9))


def moving():
    """What only moves elements."""
    save("transpose_default", model([node("Transpose", "x")], x=(2, 3, 4)))
    save("transpose_nhwc_opset7", model([node("Transpose", "x", perm=[0, 2, 3, 1])], x=(1, 3, 2, 4), opset=7))
    save("slice_opset9", model([node("Slice", "x", starts=[1, -3], ends=[99, -1], axes=[1, 3])], x=(1, 4, 2, 5), opset=9))
    bounds = [const("s", [-1, 0], np.int64), const("e", [-99, 7], np.int64), const("a", [2, -1], np.int64), const("k", [-2, 3], np.int64)]
    save("slice_negative_steps", model([node("Slice", "x s e a k")], bounds, x=(2, 3, 6, 7), opset=13))
    huge = [const("s", [5], np.int64), const("e", [-(2**63)], np.int64), const("a", [1], np.int64), const("k", [-1], np.int64)]
    save("slice_reversed", model([node("Slice", "x s e a k")], huge, x=(1, 6)))
    joined = node("Concat", "b a", axis=1)
    save("split_equal_opset11", model([node("Split", "x", "a b", axis=1), joined], x=(1, 4, 3, 2), opset=11))
    save("split_attribute_opset11", model([node("Split", "x", "a b", axis=-3, split=[1, 3]), joined], x=(1, 4, 3, 2), opset=11))
    save("split_input_opset13", model([node("Split", "x s", "a b", axis=1), joined], [const("s", [3, 1], np.int64)], x=(1, 4, 3), opset=13))
    save("split_uneven_opset18", model([node("Split", "x", "a b c", axis=1, num_outputs=3)], x=(1, 7, 2), opset=18, outputs=("a", "b", "c")))
    save("pad_opset10", model([node("Pad", "x", pads=[0, 1, 2, 0, 0, 0, 1, 3], value=0.5)], x=(1, 2, 3, 4), opset=10))
    for mode in ["constant", "reflect", "edge"]:
        save(f"pad_{mode}", model([node("Pad", "x p v", mode=mode)], [const("p", [0, 1, 2, 1, 0, 0, 1, 2], np.int64), const("v", -1.5)], x=(1, 2, 3, 4)))
    save("pad_axes_opset18", model([node("Pad", "x p  a")], [const("p", [1, 2], np.int64), const("a", [-1], np.int64)], x=(2, 3), opset=18))
    save("pad_crops", model([node("Pad", "x p")], [const("p", [0, 0, -1, 2, 0, 1, 0, -2], np.int64)], x=(1, 2, 3, 4)))
    save("squeeze_default", model([node("Squeeze", "x")], x=(1, 3, 1, 2), opset=11))
    save("squeeze_axes_opset11", model([node("Squeeze", "x", axes=[2])], x=(1, 3, 1, 2), opset=11))
    save("squeeze_axes_opset13", model([node("Squeeze", "x a")], [const("a", [-2], np.int64)], x=(1, 3, 1, 2)))
    save("unsqueeze_opset11", model([node("Unsqueeze", "x", axes=[0, -1])], x=(3, 2), opset=11))
    save("unsqueeze_opset13", model([node("Unsqueeze", "x a")], [const("a", [3, 1], np.int64)], x=(3, 2)))
    save("expand", model([node("Expand", "x s")], [const("s", [2, 1, 4], np.int64)], x=(3, 1)))
    save("tile", model([node("Tile", "x s")], [const("s", [1, 2, 3], np.int64)], x=(2, 1, 2)))
    save("gather_one", model([node("Gather", "x i", axis=1)], [const("i", -1, np.int64)], x=(2, 3, 4)))
    save("gather_matrix", model([node("Gather", "x i", axis=-2)], [const("i", [[0, 2], [-1, 1]], np.int32)], x=(2, 3, 4)))
    save("concat_batch", model([node("Relu", "x", "a"), node("Concat", "a x", axis=0)], x=(2, 3)))
    save("depth_to_space_opset9", model([node("DepthToSpace", "x", blocksize=2)], x=(1, 8, 2, 3), opset=9))
    save("depth_to_space_crd", model([node("DepthToSpace", "x", blocksize=2, mode="CRD")], x=(1, 8, 2, 3), opset=13))
    save("space_to_depth", model([node("SpaceToDepth", "x", blocksize=3)], x=(2, 2, 3, 6)))
    save("cast_to_float", model([node("Cast", "x", "a", to=1), node("Relu", "a")], x=(2, 3)))


def sizes():
    """Arithmetic on sizes, as exporters leave it in the graph."""
    index = [const("zero", 0, np.int64), const("one", 1, np.int64), const("minus", [-1], np.int64), const("axis", [0], np.int64)]
    flat = [node("Shape", "x", "s"), node("Gather", "s zero", "n"), node("Unsqueeze", "n axis", "u"), node("Concat", "u minus", "t", axis=0), node("Reshape", "x t")]
    save("sizes_flatten", model(flat, index, x=(1, 3, 4)))
    half = [node("Shape", "x", "s", start=2), node("Cast", "s", "f", to=1), node("Mul", "f half", "g"), node("Floor", "g", "h"), node("Cast", "h", "i", to=7),
            node("Shape", "x", "p", end=2), node("Concat", "p i", "o", axis=0), node("Resize", "x   o", mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")]
    save("sizes_resize", model(half, [const("half", 1.5)], x=(1, 2, 3, 5)))
    ones = helper.make_tensor("v", TensorProto.INT64, [1], [1])
    where = [node("Shape", "d", "r"), node("ConstantOfShape", "r", "o", value=ones), node("Mul", "o k", "m"), node("Equal", "d m", "q"), node("Where", "q o d", "w"), node("Expand", "x w")]
    save("sizes_expand_where", model(where, [const("d", [2, -1, 4], np.int64), const("k", -1, np.int64)], x=(3, 1)))
    product = [node("Shape", "x", "s"), node("Slice", "s one three", "t"), node("ReduceProd", "t", "p", keepdims=0), node("Div", "p two", "q"), node("Range", "zero q one1", "r"),
               node("Cast", "r", "f", to=1), node("Add", "x f")]
    numbers = [const("one", [1], np.int64), const("three", [3], np.int64), const("two", 2, np.int64), const("zero", 0, np.int64), const("one1", 1, np.int64)]
    save("sizes_range", model(product, numbers, x=(1, 2, 4, 4), opset=13))
    pads = [node("ConstantOfShape", "four", "z", value=helper.make_tensor("v", TensorProto.INT64, [1], [0])), node("Concat", "p z", "c", axis=0), node("Reshape", "c m", "r"),
            node("Slice", "r last first zero back", "f"), node("Transpose", "f", "t", perm=[1, 0]), node("Reshape", "t flat", "g"), node("Pad", "x g")]
    numbers = [const("four", [4], np.int64), const("p", [1, 2, 0, 1], np.int64), const("m", [-1, 2], np.int64), const("last", [-1], np.int64), const("first", [-(2**63) + 1], np.int64),
               const("zero", [0], np.int64), const("back", [-1], np.int64), const("flat", [-1], np.int64)]
    save("sizes_pad_pytorch", model(pads, numbers, x=(1, 2, 3, 4), opset=13))
    count = [node("Size", "x", "n"), node("Cast", "n", "f", to=1), node("Div", "x f")]
    save("sizes_count", model(count, x=(2, 3), opset=13))
    filled = [node("ConstantOfShape", "s", "c", value=helper.make_tensor("v", TensorProto.FLOAT, [1], [0.5])), node("Mul", "x c")]
    save("constant_of_shape", model(filled, [const("s", [3, 1], np.int64)], x=(2, 3, 2), opset=9))


def resizing():
    up = [const("k", [1, 1, 2, 3], np.float32)]
    save("upsample_nearest_opset7", model([node("Upsample", "x", scales=[1.0, 1.0, 2.0, 3.0])], x=(1, 2, 3, 2), opset=7))
    save("upsample_linear_opset9", model([node("Upsample", "x k", mode="linear")], up, x=(1, 2, 3, 2), opset=9))
    save("resize_opset10", model([node("Resize", "x k")], [const("k", [1, 1, 0.6, 2.6], np.float32)], x=(1, 2, 5, 3), opset=10))
    save("resize_linear_opset10", model([node("Resize", "x k", mode="linear")], up, x=(1, 2, 3, 2), opset=10))
    empty = const("e", [], np.float32)
    save("resize_empty_region", model([node("Resize", "x e k")], [empty, const("k", [1, 1, 2, 2], np.float32)], x=(1, 2, 3, 2), opset=11))
    target = [const("s", [1, 2, 7, 3], np.int64)]
    for rule in ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"]:
        for mode in ["nearest", "linear", "cubic"]:
            save(f"resize_{mode}_{rule}", model([node("Resize", "x   s", mode=mode, coordinate_transformation_mode=rule)], target, x=(1, 2, 4, 5), opset=13))
    for rule in ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]:
        save(f"resize_nearest_{rule}", model([node("Resize", "x   s", nearest_mode=rule)], [const("s", [1, 1, 8, 4], np.int64)], x=(1, 1, 4, 8), opset=13))
    scales = [const("k", [1, 1, 1.3, 0.7], np.float32)]
    save("resize_symmetric_opset19", model([node("Resize", "x  k", mode="linear", coordinate_transformation_mode="half_pixel_symmetric")], scales, x=(1, 2, 5, 6), opset=19))
    save("resize_linear_scales", model([node("Resize", "x  k", mode="linear")], scales, x=(1, 2, 5, 6)))
    save("resize_cubic_outside", model([node("Resize", "x  k", mode="cubic", cubic_coeff_a=-0.5, exclude_outside=1)], scales, x=(1, 2, 5, 6)))
    save("resize_axes_opset18", model([node("Resize", "x   s", mode="linear", axes=[3, 2])], [const("s", [9, 2], np.int64)], x=(1, 2, 4, 3), opset=18))
    region = [const("r", [0, 0, 0.2, 0.1, 1, 1, 0.9, 0.7], np.float32), const("s", [1, 2, 4, 3], np.int64)]
    save("resize_region", model([node("Resize", "x r  s", mode="linear", coordinate_transformation_mode="tf_crop_and_resize")], region, x=(1, 2, 6, 5), opset=13))


def transposed():
    def transpose(name, shape=(4, 3, 3, 3), x=(1, 4, 4, 3), bias=False, opset=17, **attributes):
        outputs = shape[1] * attributes.get("group", 1)
        tensors = [weights("w", *shape)] + ([weights("b", outputs)] if bias else [])
        save("conv_transpose_" + name, model([node("ConvTranspose", "x w b" if bias else "x w", **attributes)], tensors, x=x, opset=opset))

    transpose("plain_opset7", opset=7)
    transpose("stride", bias=True, strides=[2, 3], pads=[1, 0, 1, 2])
    transpose("groups", shape=(4, 3, 2, 3), group=2, bias=True, strides=[2, 2])
    transpose("depthwise", shape=(4, 1, 4, 4), group=4, strides=[2, 2], pads=[1, 1, 1, 1])
    transpose("output_padding", strides=[3, 2], output_padding=[2, 1], pads=[1, 1, 1, 1])
    transpose("dilated", dilations=[2, 3], strides=[2, 1], pads=[2, 1, 0, 3])
    transpose("pads_crop", shape=(4, 2, 2, 2), pads=[2, 1, 2, 1], strides=[2, 2])
    transpose("pads_beyond_the_kernel", shape=(4, 2, 1, 1), strides=[3, 3], output_padding=[2, 1])
    transpose("output_shape", strides=[2, 2], output_shape=[8, 6])
    transpose("output_shape_upper", strides=[2, 2], output_shape=[8, 6], auto_pad="SAME_UPPER")
    transpose("same_upper", strides=[2, 2], auto_pad="SAME_UPPER")
    transpose("same_lower", strides=[2, 2], auto_pad="SAME_LOWER")
    transpose("valid", strides=[2, 2], auto_pad="VALID")
    transpose("line", shape=(4, 2, 3), x=(1, 4, 5), strides=[2], pads=[1, 0], output_padding=[1], bias=True)


def lines():
    """One spatial axis."""
    save("conv_line", model([node("Conv", "x w b", strides=[2], pads=[1, 2], dilations=[2])], [weights("w", 4, 3, 3), weights("b", 4)], x=(1, 3, 12)))
    save("conv_line_same", model([node("Conv", "x w", auto_pad="SAME_LOWER", strides=[2])], [weights("w", 4, 3, 4)], x=(1, 3, 9)))
    save("max_pool_line", model([node("MaxPool", "x", kernel_shape=[3], strides=[2], pads=[1, 0], ceil_mode=1)], x=(1, 3, 8)))
    save("average_pool_line", model([node("AveragePool", "x", kernel_shape=[3], strides=[2], pads=[1, 1], count_include_pad=1)], x=(1, 3, 8)))
    save("dropout_opset7", model([node("Dropout", "x", "d", ratio=0.3), node("Relu", "d")], opset=7))


def rarer():
    """Operators and options that few networks use."""
    for name, op in [("sign", "Sign"), ("sinh", "Sinh"), ("cosh", "Cosh"), ("atan", "Atan")]:
        save(name, model([node(op, "x")]))
    # Ties, so that the first and the last differ.
    for op in ["ArgMax", "ArgMin"]:
        last = [node("Round", "x", "r"), node(op, "r", "i", axis=-1, keepdims=0, select_last_index=1), node("Cast", "i", to=TensorProto.FLOAT)]
        save(op.lower() + "_last", model(last, x=(1, 3, 4, 9)), scale=1.0)
    wrap = [const("p", [0, 1, 3, 2, 0, 2, 0, 9], np.int64)]
    save("pad_wrap_opset19", model([node("Pad", "x p", mode="wrap")], wrap, x=(1, 3, 4, 4), opset=19))


def windows():
    """Norms over windows, and dilated averages."""
    pads = dict(kernel_shape=[3, 2], strides=[2, 1], pads=[1, 0, 1, 1])
    save("lp_pool_default", model([node("LpPool", "x", kernel_shape=[2, 2])], opset=11))
    save("lp_pool_l1", model([node("LpPool", "x", p=1, **pads)]))
    save("lp_pool_l2", model([node("LpPool", "x", p=2, **pads)]))
    save("lp_pool_l3", model([node("LpPool", "x", p=3, **pads)]))
    save("lp_pool_dilated_ceil", model([node("LpPool", "x", kernel_shape=[2, 3], strides=[2, 3], dilations=[3, 1], ceil_mode=1)], opset=18))
    save("lp_pool_ceil_pads", model([node("LpPool", "x", p=1, kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 0, 1], ceil_mode=1)], x=(1, 2, 8, 7), opset=18))
    for rule in ["SAME_UPPER", "SAME_LOWER", "VALID"]:
        save(f"lp_pool_{rule.lower()}", model([node("LpPool", "x", kernel_shape=[3, 2], strides=[2, 3], auto_pad=rule)], x=(1, 2, 7, 8)))
    save("lp_pool_line", model([node("LpPool", "x", p=4, kernel_shape=[3], strides=[2], pads=[1, 0])], x=(1, 3, 8)))
    save("global_lp_pool_l3", model([node("GlobalLpPool", "x", p=3)], x=(2, 3, 4, 5)))
    for include in [0, 1]:
        dilated = dict(kernel_shape=[3, 2], dilations=[2, 3], count_include_pad=include)
        name = "average_pool_dilated" + "_include_pad" * include
        save(name, model([node("AveragePool", "x", pads=[2, 1, 0, 1], **dilated)], x=(1, 2, 7, 8), opset=19))
        save(name + "_ceil", model([node("AveragePool", "x", pads=[1, 1, 1, 1], strides=[2, 3], ceil_mode=1, **dilated)], x=(1, 2, 8, 9), opset=19))
    save("average_pool_dilated_line", model([node("AveragePool", "x", kernel_shape=[3], dilations=[2], pads=[1, 2], strides=[2])], x=(1, 3, 9), opset=19))


if __name__ == "__main__":
    families = [convolutions, fully_connected, normalizations, elementwise, pooling, shapes, storage, networks]
    families += [functions, arithmetic, reductions, products, general_normalizations]
    families += [moving, sizes, resizing, transposed, lines, rarer, windows]
    for make in families:
        if len(sys.argv) == 1 or make.__name__ in sys.argv[1:]:
            random = np.random.default_rng(20)
            make()
    print(sum(1 for _ in ROOT.iterdir()), "cases,", sum(f.stat().st_size for f in ROOT.rglob("*.*")) // 1024, "KiB")
