"""Makes the small models that `make fuzz` damages: one in the style of each of five producers of ONNX files.

    pip install onnx onnxruntime numpy
    python Tests/FuzzModels/make_models.py

They are written with onnx's helpers, not by those producers: names, opsets, where weights stand and what surrounds an operator are
theirs. Made once and committed; running this again rewrites them.
"""
import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

FOLDER = pathlib.Path(__file__).parent
random = np.random.default_rng(5)


def numbers(*shape, scale=0.4):
    return (random.standard_normal(shape) * scale).astype(np.float32)


def raw(name, values, kind=np.float32):
    return numpy_helper.from_array(np.asarray(values, kind), name)


def typed(name, values, kind=TensorProto.FLOAT):
    """In float_data or int64_data instead of raw_data."""
    values = np.asarray(values)
    return helper.make_tensor(name, kind, values.shape, values.ravel().tolist())


def info(name, shape, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


def norm(prefix, channels, make=raw, names=("weight", "bias", "running_mean", "running_var")):
    values = [numbers(channels) + 1, numbers(channels), numbers(channels), random.random(channels).astype(np.float32) + 0.5]
    return [make(f"{prefix}.{name}", value) for name, value in zip(names, values)]


def save(name, graph, opset, ir, producer, version, domains=(), input_name=None, shape=(1, 3, 12, 12)):
    imports = [helper.make_opsetid("", opset), *(helper.make_opsetid(*d) for d in domains)]
    model = helper.make_model(graph, opset_imports=imports, ir_version=ir, producer_name=producer, producer_version=version)
    onnx.checker.check_model(model)
    onnx.save(model, FOLDER / f"{name}.onnx")
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    results = session.run(None, {session.get_inputs()[0].name: numbers(*shape)})
    assert all(np.isfinite(r).all() for r in results)
    print(f"{name}: {(FOLDER / name).with_suffix('.onnx').stat().st_size} bytes, {[r.shape for r in results]}")


def pytorch():
    """torch.onnx.export through TorchScript: paths as names, Constant nodes, a flatten made of Shape, Gather, Concat, Reshape."""
    def conv(name, x, o, i, k=3, stride=1, group=1):
        weights.append(raw(f"{name}.weight", numbers(o, i // group, k, k)))
        return helper.make_node(
            "Conv", [x, f"{name}.weight"], [f"/{name}/Conv_output_0"], f"/{name}/Conv", dilations=[1, 1], group=group,
            kernel_shape=[k, k], pads=[k // 2] * 4, strides=[stride, stride])

    def bn(name, x, c):
        weights.extend(norm(name, c))
        return helper.make_node(
            "BatchNormalization", [x, *(f"{name}.{n}" for n in ("weight", "bias", "running_mean", "running_var"))],
            [f"/{name}/BatchNormalization_output_0"], f"/{name}/BatchNormalization", epsilon=1e-5, momentum=0.9, training_mode=0)

    def constant(name, value, kind):
        return helper.make_node("Constant", [], [f"/{name}_output_0"], f"/{name}", value=raw("", value, kind))

    weights = []
    nodes = [
        conv("stem/conv", "image", 8, 3, stride=2), bn("stem/bn", "/stem/conv/Conv_output_0", 8),
        constant("stem/act/Constant", 0, np.float32), constant("stem/act/Constant_1", 6, np.float32),
        helper.make_node(
            "Clip", ["/stem/bn/BatchNormalization_output_0", "/stem/act/Constant_output_0", "/stem/act/Constant_1_output_0"],
            ["/stem/act/Clip_output_0"], "/stem/act/Clip"),
        conv("block/depthwise", "/stem/act/Clip_output_0", 8, 8, group=8),
        helper.make_node("Relu", ["/block/depthwise/Conv_output_0"], ["/block/Relu_output_0"], "/block/Relu"),
        conv("block/pointwise", "/block/Relu_output_0", 8, 8, k=1), bn("block/bn", "/block/pointwise/Conv_output_0", 8),
        helper.make_node("Add", ["/block/bn/BatchNormalization_output_0", "/stem/act/Clip_output_0"], ["/block/Add_output_0"], "/block/Add"),
        helper.make_node("GlobalAveragePool", ["/block/Add_output_0"], ["/pool/GlobalAveragePool_output_0"], "/pool/GlobalAveragePool"),
        helper.make_node("Shape", ["/pool/GlobalAveragePool_output_0"], ["/Shape_output_0"], "/Shape"),
        constant("Constant", 0, np.int64),
        helper.make_node("Gather", ["/Shape_output_0", "/Constant_output_0"], ["/Gather_output_0"], "/Gather", axis=0),
        constant("Constant_1", [0], np.int64),
        helper.make_node("Unsqueeze", ["/Gather_output_0", "/Constant_1_output_0"], ["/Unsqueeze_output_0"], "/Unsqueeze"),
        constant("Constant_2", [-1], np.int64),
        helper.make_node("Concat", ["/Unsqueeze_output_0", "/Constant_2_output_0"], ["/Concat_output_0"], "/Concat", axis=0),
        helper.make_node("Reshape", ["/pool/GlobalAveragePool_output_0", "/Concat_output_0"], ["/Reshape_output_0"], "/Reshape", allowzero=0),
    ]
    for head, classes in [("age", 4), ("glasses", 2)]:
        weights += [raw(f"{head}.weight", numbers(classes, 8)), raw(f"{head}.bias", numbers(classes))]
        nodes.append(helper.make_node(
            "Gemm", ["/Reshape_output_0", f"{head}.weight", f"{head}.bias"], [head], f"/{head}/Gemm", alpha=1.0, beta=1.0, transB=1))
    graph = helper.make_graph(
        nodes, "main_graph", [info("image", ["batch", 3, 12, 12])], [info("age", ["batch", 4]), info("glasses", ["batch", 2])], weights)
    save("pytorch", graph, 17, 8, "pytorch", "2.4.0")


def dynamo():
    """torch.onnx.export with dynamo: every value has a shape, nodes have metadata, constants are initializers, functions are inlined."""
    weights = [
        raw("features.0.weight", numbers(6, 3, 3, 3)), raw("features.0.bias", numbers(6)), raw("features.2.weight", numbers(6, 1, 3, 3)),
        raw("head.weight", numbers(5, 6)), raw("head.bias", numbers(5)), raw("val_7", [2, 3], np.int64), raw("val_9", 0.5), raw("val_10", 0.7071068),
        raw("val_11", 1.0), *norm("features.3", 6),
    ]
    same = dict(auto_pad="NOTSET", dilations=[1, 1], pads=[1, 1, 1, 1], strides=[1, 1])
    nodes = [
        helper.make_node("Conv", ["x", "features.0.weight", "features.0.bias"], ["conv2d"], "node_Conv_0", group=1, **same),
        helper.make_node("Mul", ["conv2d", "val_10"], ["val_12"], "node_Mul_1"),
        helper.make_node("Erf", ["val_12"], ["val_13"], "node_Erf_2"),
        helper.make_node("Add", ["val_13", "val_11"], ["val_14"], "node_Add_3"),
        helper.make_node("Mul", ["val_9", "val_14"], ["val_15"], "node_Mul_4"),
        helper.make_node("Mul", ["conv2d", "val_15"], ["gelu"], "node_Mul_5"),
        helper.make_node("Conv", ["gelu", "features.2.weight"], ["conv2d_1"], "node_Conv_6", group=6, **same),
        helper.make_node(
            "BatchNormalization", ["conv2d_1", *(f"features.3.{n}" for n in ("weight", "bias", "running_mean", "running_var"))],
            ["getitem"], "node_BatchNormalization_7", epsilon=1e-5, momentum=0.9, training_mode=0),
        helper.make_node("HardSwish", ["getitem"], ["hardswish"], "node_HardSwish_8"),
        helper.make_node("ReduceMean", ["hardswish", "val_7"], ["mean"], "node_ReduceMean_9", keepdims=0, noop_with_empty_axes=0),
        helper.make_node("Gemm", ["mean", "head.weight", "head.bias"], ["scores"], "node_Gemm_10", alpha=1.0, beta=1.0, transA=0, transB=1),
    ]
    for node in nodes:
        for key, value in [
            ("namespace", f": tiny.Net/features: torch.nn.modules.container.Sequential/{node.name}: aten.{node.op_type.lower()}.default"),
            ("pkg.torch.onnx.class_hierarchy", "['tiny.Net', 'torch.nn.modules.container.Sequential']"),
            ("pkg.torch.onnx.fx_node", f"%{node.output[0]} : [num_users=1] = call_function[target=torch.ops.aten]"),
        ]:
            entry = node.metadata_props.add()
            entry.key, entry.value = key, value
    image = [1, 6, 12, 12]
    shapes = {n.output[0]: image for n in nodes[:9]} | {"mean": [1, 6]}
    graph = helper.make_graph(
        nodes, "main_graph", [info("x", [1, 3, 12, 12])], [info("scores", [1, 5])], weights,
        value_info=[info(name, shape) for name, shape in shapes.items()])
    save("dynamo", graph, 18, 10, "pytorch", "2.9.0", [("pkg.onnxscript.torch_lib.common", 1)])


def keras():
    """tf2onnx: channels last outside, a Transpose around each convolution, scopes and ':0' in names, MatMul and Add for Dense."""
    scope = "StatefulPartitionedCall/model"
    weights = [
        raw(f"{scope}/conv2d/Conv2D/ReadVariableOp:0", numbers(8, 3, 3, 3)), raw(f"{scope}/bn/FusedBatchNormV3/gamma:0", numbers(8) + 1),
        raw(f"{scope}/bn/FusedBatchNormV3/beta:0", numbers(8)), raw(f"{scope}/bn/FusedBatchNormV3/mean:0", numbers(8)),
        raw(f"{scope}/bn/FusedBatchNormV3/variance:0", random.random(8).astype(np.float32) + 0.5),
        raw(f"{scope}/dense/MatMul/ReadVariableOp:0", numbers(6 * 6 * 8, 4, scale=0.1)), raw(f"{scope}/dense/BiasAdd/ReadVariableOp:0", numbers(4)),
        raw("const_fold_opt__31", [-1, 288], np.int64), raw("new_shape__29", [0, 0, 0, 0, 0, 0, 1, 1], np.int64), raw("const_zero__30", 0.0),
    ]
    nodes = [
        helper.make_node("Transpose", ["input_1:0"], [f"{scope}/conv2d/Conv2D__6:0"], f"{scope}/conv2d/Conv2D__6", perm=[0, 3, 1, 2]),
        helper.make_node(
            "Pad", [f"{scope}/conv2d/Conv2D__6:0", "new_shape__29", "const_zero__30"], [f"{scope}/pad/Pad:0"], f"{scope}/pad/Pad", mode="constant"),
        helper.make_node(
            "Conv", [f"{scope}/pad/Pad:0", weights[0].name], [f"{scope}/conv2d/Conv2D:0"], f"{scope}/conv2d/Conv2D", dilations=[1, 1],
            kernel_shape=[3, 3], strides=[1, 1], auto_pad="SAME_UPPER", group=1),
        helper.make_node(
            "BatchNormalization", [f"{scope}/conv2d/Conv2D:0", *(w.name for w in weights[1:5])], [f"{scope}/bn/FusedBatchNormV3:0"],
            f"{scope}/bn/FusedBatchNormV3", epsilon=1e-3),
        helper.make_node("Transpose", [f"{scope}/bn/FusedBatchNormV3:0"], [f"{scope}/bn/nhwc:0"], f"{scope}/bn/nhwc", perm=[0, 2, 3, 1]),
        helper.make_node("LeakyRelu", [f"{scope}/bn/nhwc:0"], [f"{scope}/leaky/LeakyRelu:0"], f"{scope}/leaky/LeakyRelu", alpha=0.2),
        helper.make_node("Transpose", [f"{scope}/leaky/LeakyRelu:0"], [f"{scope}/pool/nchw:0"], f"{scope}/pool/nchw", perm=[0, 3, 1, 2]),
        helper.make_node("MaxPool", [f"{scope}/pool/nchw:0"], [f"{scope}/pool/MaxPool:0"], f"{scope}/pool/MaxPool", kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Transpose", [f"{scope}/pool/MaxPool:0"], [f"{scope}/pool/nhwc:0"], f"{scope}/pool/nhwc", perm=[0, 2, 3, 1]),
        helper.make_node("Reshape", [f"{scope}/pool/nhwc:0", "const_fold_opt__31"], [f"{scope}/flatten/Reshape:0"], f"{scope}/flatten/Reshape"),
        helper.make_node("MatMul", [f"{scope}/flatten/Reshape:0", weights[5].name], [f"{scope}/dense/MatMul:0"], f"{scope}/dense/MatMul"),
        helper.make_node("Add", [f"{scope}/dense/MatMul:0", weights[6].name], [f"{scope}/dense/BiasAdd:0"], f"{scope}/dense/BiasAdd"),
        helper.make_node("Softmax", [f"{scope}/dense/BiasAdd:0"], ["Identity:0"], f"{scope}/dense/Softmax", axis=-1),
    ]
    graph = helper.make_graph(
        nodes, "tf2onnx", [info("input_1:0", ["unk__40", 12, 12, 3])], [info("Identity:0", ["unk__41", 4])], weights)
    save("keras", graph, 15, 8, "tf2onnx", "1.16.1 15c810", [("ai.onnx.ml", 2)], shape=(1, 12, 12, 3))


def caffe2():
    """Opset 8 and IR 3: weights in typed fields and among the inputs, numbers as names, LRN and Dropout, Reshape by an input."""
    weights = [
        typed("1", numbers(8, 3, 3, 3)), typed("2", numbers(8)), *norm("3", 8, typed, ("w", "b", "m", "v")), typed("8", numbers(8, 4, 1, 1)),
        typed("9", numbers(8)), typed("10", numbers(4, 8 * 36, scale=0.1)), typed("11", numbers(4)), typed("12", [1, 288], TensorProto.INT64),
    ]
    nodes = [
        helper.make_node("Conv", ["data", "1", "2"], ["20"], kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1]),
        helper.make_node("BatchNormalization", ["20", "3.w", "3.b", "3.m", "3.v"], ["21"], epsilon=1e-5, momentum=0.9),
        helper.make_node("Relu", ["21"], ["22"]),
        helper.make_node("LRN", ["22"], ["23"], size=3, alpha=1e-4, beta=0.75, bias=1.0),
        helper.make_node("MaxPool", ["23"], ["24"], kernel_shape=[2, 2], strides=[2, 2], pads=[0, 0, 0, 0]),
        helper.make_node("Conv", ["24", "8", "9"], ["25"], kernel_shape=[1, 1], group=2),
        helper.make_node("Sum", ["25", "24"], ["26"]),
        helper.make_node("Dropout", ["26"], ["27", "27_mask"], ratio=0.5),
        helper.make_node("Reshape", ["27", "12"], ["28"]),
        helper.make_node("Gemm", ["28", "10", "11"], ["29"], transB=1),
        helper.make_node("Softmax", ["29"], ["prob"], axis=1),
    ]
    inputs = [info("data", [1, 3, 12, 12])] + [info(w.name, w.dims, w.data_type) for w in weights]
    graph = helper.make_graph(nodes, "net", inputs, [info("prob", [1, 4])], weights, doc_string="converted")
    save("caffe2", graph, 8, 3, "onnx-caffe2", "")


def qdq():
    """onnxruntime's static quantization: QuantizeLinear and DequantizeLinear around operators, int8 weights, shared scales behind Identity."""
    weights, nodes = [], []

    def scale(name, value, zero, kind):
        weights.extend([raw(f"{name}_scale", value), raw(f"{name}_zero_point", zero, kind)])
        return [f"{name}_scale", f"{name}_zero_point"]

    def activation(name, value, zero):
        nodes.append(helper.make_node("QuantizeLinear", [name, *scale(name, value, zero, np.uint8)], [f"{name}_QuantizeLinear_Output"], f"{name}_QuantizeLinear"))
        nodes.append(helper.make_node(
            "DequantizeLinear", [f"{name}_QuantizeLinear_Output", f"{name}_scale", f"{name}_zero_point"], [f"{name}_DequantizeLinear_Output"],
            f"{name}_DequantizeLinear"))
        return f"{name}_DequantizeLinear_Output"

    def weight(name, values, axis=0):
        flat = np.abs(values.reshape(values.shape[0], -1)).max(1) / 127
        codes = np.round(values / flat.reshape(-1, *[1] * (values.ndim - 1)))
        weights.append(raw(f"{name}_quantized", codes, np.int8))
        nodes.append(helper.make_node(
            "DequantizeLinear", [f"{name}_quantized", *scale(name, flat, np.zeros(len(flat)), np.int8)], [f"{name}_DequantizeLinear_Output"],
            f"{name}_DequantizeLinear", axis=axis))
        return f"{name}_DequantizeLinear_Output", flat

    def bias(name, values, scales):
        weights.extend([raw(f"{name}_quantized", np.round(values / scales), np.int32), raw(f"{name}_quantized_scale", scales),
                        raw(f"{name}_quantized_zero_point", np.zeros(len(scales)), np.int32)])
        nodes.append(helper.make_node("Identity", [f"{name}_quantized_scale"], [f"{name}_shared"], f"{name}_Identity"))
        nodes.append(helper.make_node(
            "DequantizeLinear", [f"{name}_quantized", f"{name}_shared", f"{name}_quantized_zero_point"], [f"{name}_DequantizeLinear_Output"],
            f"{name}_DequantizeLinear", axis=0))
        return f"{name}_DequantizeLinear_Output"

    x = activation("input", 0.02, 128)
    w, scales = weight("conv1.weight", numbers(8, 3, 3, 3))
    b = bias("conv1.bias", numbers(8), scales * np.float32(0.02))
    nodes.append(helper.make_node("Conv", [x, w, b], ["conv1"], "conv1", kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[2, 2]))
    nodes.append(helper.make_node("Relu", ["conv1"], ["relu1"], "relu1"))
    y = activation("relu1", 0.03, 0)
    w, scales = weight("conv2.weight", numbers(8, 8, 1, 1))
    nodes.append(helper.make_node("Conv", [y, w], ["conv2"], "conv2", kernel_shape=[1, 1]))
    z = activation("conv2", 0.03, 120)
    nodes.append(helper.make_node("Add", [z, y], ["sum"], "sum"))
    s = activation("sum", 0.05, 100)
    nodes.append(helper.make_node("GlobalAveragePool", [s], ["pool"], "pool"))
    p = activation("pool", 0.03, 110)
    nodes.append(helper.make_node("Flatten", [p], ["flat"], "flat", axis=1))
    w, scales = weight("fc.weight", numbers(4, 8))
    b = bias("fc.bias", numbers(4), scales * np.float32(0.03))
    nodes.append(helper.make_node("Gemm", ["flat", w, b], ["fc"], "fc", transB=1))
    out = activation("fc", 0.03, 128)
    nodes.append(helper.make_node("Identity", [out], ["output"], "output"))
    graph = helper.make_graph(nodes, "torch_jit", [info("input", [1, 3, 12, 12])], [info("output", [1, 4])], weights)
    save("qdq", graph, 13, 7, "onnx.quantize", "0.1.0", [("com.microsoft", 1)])


for make in [pytorch, dynamo, keras, caffe2, qdq]:
    make()
