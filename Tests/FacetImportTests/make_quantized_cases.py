"""Makes the folders of Cases/ whose names begin with `quantized_`: quantized models with what onnxruntime gives for them.

    pip install onnx onnxruntime numpy
    python Tests/FacetImportTests/make_quantized_cases.py
    python Tests/FacetImportTests/make_quantized_cases.py --measure .build/release/facet    # the figures of docs/quantized-models.md

Laid out as make_cases.py says. onnxruntime runs them without its optimizations: every operator for itself, as ONNX defines it. Beside
codes of uint8 the weights of integer operators stay within 7 bits: without VNNI onnxruntime's sums of pairs saturate at 16 bits.
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static

ROOT = pathlib.Path(__file__).parent / "Cases"
random = np.random.default_rng(21)


def const(name, value, dtype=np.float32):
    return numpy_helper.from_array(np.array(value, dtype), name)


def normal(name, *shape, scale=0.5):
    return const(name, random.standard_normal(shape) * scale)


def codes(name, *shape, dtype=np.int8, low=-63, high=63):
    return const(name, random.integers(low, high, shape, endpoint=True), dtype)


def node(op, inputs, outputs="y", **attributes):
    return helper.make_node(op, [i.strip("-") for i in inputs.split(" ")], outputs.split(" "), **attributes)


def model(nodes, tensors, x=(1, 3, 8, 8), opset=17, kind=TensorProto.FLOAT, result=TensorProto.FLOAT):
    graph = helper.make_graph(
        nodes, "case", [helper.make_tensor_value_info("x", kind, x)], [helper.make_tensor_value_info("y", result, None)],
        initializer=tensors)
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=7 if opset < 21 else 10, producer_name="make_cases")


def save(name, proto, x=None):
    folder = ROOT / ("quantized_" + name)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    onnx.save(proto, folder / "model.onnx")
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
    shape = [size if isinstance(size, int) and size > 0 else 1 for size in session.get_inputs()[0].shape]
    if x is None:
        x = np.asarray(random.standard_normal(shape), np.float32)
    x.astype(np.float32).tofile(folder / "input_0.bin")
    for index, result in enumerate(session.run(None, {"x": x})):
        assert np.isfinite(result).all()
        result.astype(np.float32).tofile(folder / f"output_{index}.bin")


def pair(value, scale, zero, result, **attributes):
    """QuantizeLinear and DequantizeLinear."""
    return [node("QuantizeLinear", f"{value} {scale} {zero}", result + ".q", **attributes),
            node("DequantizeLinear", f"{result}.q {scale} {zero}", result, **attributes)]


def linear():
    s, u, i = const("s", 0.02), const("u", 117, np.uint8), const("i", -9, np.int8)
    save("uint8", model(pair("x", "s", "u", "y"), [s, u], opset=10))
    save("int8", model(pair("x", "s", "i", "y"), [s, i], opset=13))
    save("default_uint8", model([node("QuantizeLinear", "x s", "q"), node("DequantizeLinear", "q s", "y")], [s]))
    save("output_dtype", model([node("QuantizeLinear", "x s", "q", output_dtype=3), node("DequantizeLinear", "q s i", "y")], [s, const("i", 0, np.int8)], opset=21))
    axis = [const("s3", [0.01, 0.02, 0.05]), const("z3", [100, 128, 3], np.uint8)]
    save("axis", model(pair("x", "s3", "z3", "y", axis=1), axis))
    save("axis_negative", model(pair("x", "s3", "z3", "y", axis=-1), axis, x=(1, 4, 5, 3)))
    save("codes_as_output", model([node("QuantizeLinear", "x s u")], [s, u], result=TensorProto.UINT8))
    save("other_scale", model([node("QuantizeLinear", "x s u", "q"), node("DequantizeLinear", "q t v")], [s, u, const("t", 0.03), const("v", 100, np.uint8)]))
    x = np.asarray(random.integers(0, 255, (1, 3, 8, 8)), np.uint8)
    save("input_of_codes", model([node("DequantizeLinear", "x s u")], [s, u], kind=TensorProto.UINT8), x)
    save("moved_codes", model(
        [node("QuantizeLinear", "x s u", "q"), node("MaxPool", "q", "m", kernel_shape=[2, 2], strides=[2, 2]),
         node("Transpose", "m", "t", perm=[0, 2, 3, 1]), node("Concat", "t t", "c", axis=3), node("DequantizeLinear", "c s u")], [s, u]))
    save("cast_codes", model(
        [node("QuantizeLinear", "x s u", "q"), node("Cast", "q", "f", to=1), node("Relu", "f")], [s, u]))
    weight = [codes("w", 4, 3, 3, 3), const("ws", [0.01, 0.02, 0.005, 0.03]), const("wz", [0] * 4, np.int8),
              const("b", random.integers(-2000, 2000, 4), np.int32), const("bs", np.float32([0.01, 0.02, 0.005, 0.03]) * np.float32(0.02))]
    save("conv", model(
        pair("x", "s", "u", "a") + [node("DequantizeLinear", "w ws wz", "wf", axis=0), node("DequantizeLinear", "b bs", "bf", axis=0),
                                     node("Conv", "a wf bf", "c", pads=[1, 1, 1, 1]), node("Relu", "c", "r")] + pair("r", "t", "v", "y"),
        [s, u, const("t", 0.05), const("v", 0, np.uint8)] + weight))
    save("weights_of_float", model(
        pair("x", "s", "u", "a") + pair("w", "ws", "wz", "wf", axis=0) + [node("Conv", "a wf", "y")],
        [s, u, normal("w", 4, 3, 3, 3)] + weight[1:3]))
    save("gemm", model(
        [node("Flatten", "x", "f")] + pair("f", "s", "u", "a") + [
            node("DequantizeLinear", "w ws wz", "wf", axis=0), node("Gemm", "a wf", "c", transB=1)] + pair("c", "t", "v", "y"),
        [s, u, const("t", 0.1), const("v", 128, np.uint8), codes("w", 4, 192)] + weight[1:3]))
    save("matmul_of_transposed", model(
        [node("Flatten", "x", "f")] + pair("f", "s", "u", "a") + [
            node("DequantizeLinear", "w ws wz", "wf", axis=0), node("Transpose", "wf", "wt"), node("MatMul", "a wt", "y")],
        [s, u, codes("w", 4, 192)] + weight[1:3]))


def integer():
    x = np.asarray(random.integers(0, 255, (1, 3, 6, 6)), np.uint8)
    save("conv_integer", model([node("ConvInteger", "x w xz", pads=[1, 0, 1, 0])], [codes("w", 4, 3, 3, 3), const("xz", 120, np.uint8)],
                               x=(1, 3, 6, 6), kind=TensorProto.UINT8, result=TensorProto.INT32), x)
    x = np.asarray(random.integers(0, 255, (3, 5)), np.uint8)
    save("matmul_integer", model([node("MatMulInteger", "x w xz wz")], [codes("w", 5, 4), const("xz", 120, np.uint8), const("wz", [3, -4, 0, 7], np.int8)],
                                 x=(3, 5), kind=TensorProto.UINT8, result=TensorProto.INT32), x)
    save("dynamic", model([node("DynamicQuantizeLinear", "x", "q s z"), node("DequantizeLinear", "q s z")], []))
    s, z = const("xs", 0.02), const("xz", 130, np.uint8)
    # A scale that brings no sums halfway between two codes.
    out = [const("ys", 0.05713), const("yz", 120, np.uint8)]
    quantize = [node("QuantizeLinear", "x xs xz", "q")]
    dequantize = [node("DequantizeLinear", "r ys yz", "y")]
    save("qlinear_conv", model(
        quantize + [node("QLinearConv", "q xs xz w ws wz ys yz b", "r", strides=[2, 2], pads=[1, 1, 1, 1], group=3)] + dequantize,
        [s, z, codes("w", 6, 1, 3, 3), const("ws", 0.01 + 0.01 * np.arange(6)), const("wz", [0] * 6, np.int8), const("b", random.integers(-500, 500, 6), np.int32)] + out))
    save("qlinear_conv_uint8_weights", model(
        quantize + [node("QLinearConv", "q xs xz w ws wz ys yz", "r")] + dequantize,
        [s, z, codes("w", 4, 3, 3, 3, dtype=np.uint8, low=50, high=180), const("ws", 0.01), const("wz", 110, np.uint8)] + out))
    save("qlinear_matmul", model(
        quantize + [node("QLinearMatMul", "q xs xz w ws wz ys yz", "r")] + dequantize,
        [s, z, codes("w", 8, 5), const("ws", 0.02), const("wz", 0, np.int8)] + out))
    microsoft = dict(domain="com.microsoft")
    tail = "ys yz"
    second = [codes("c", 1, 3, 8, 8), const("cs", 0.03), const("cz", 4, np.int8)]
    save("qlinear_add", model(quantize + [node("QLinearAdd", f"q xs xz q xs xz {tail}", "r", **microsoft)] + dequantize, [s, z] + out))
    save("qlinear_mul", model(quantize + [node("QLinearMul", f"q xs xz q xs xz {tail}", "r", **microsoft)] + dequantize, [s, z] + out))
    save("qlinear_sigmoid", model(quantize + [node("QLinearSigmoid", f"q xs xz ss sz", "r", **microsoft), node("DequantizeLinear", "r ss sz")], [s, z, const("ss", 1 / 256), const("sz", 0, np.uint8)]))
    save("qlinear_leaky_relu", model(quantize + [node("QLinearLeakyRelu", f"q xs xz {tail}", "r", alpha=0.2, **microsoft)] + dequantize, [s, z] + out))
    save("qlinear_average_pool", model(quantize + [node("QLinearAveragePool", f"q xs xz {tail}", "r", kernel_shape=[2, 2], strides=[2, 2], **microsoft)] + dequantize, [s, z] + out))
    save("qlinear_global_average_pool", model(quantize + [node("QLinearGlobalAveragePool", f"q xs xz {tail}", "r", **microsoft)] + dequantize, [s, z, const("ys", 0.01), const("yz", 128, np.uint8)]))
    save("qlinear_concat", model(quantize + [node("QLinearConcat", f"{tail} q xs xz q xs xz", "r", axis=1, **microsoft)] + dequantize, [s, z] + out))
    save("qlinear_softmax", model(quantize + [node("QLinearSoftmax", "q xs xz ss sz", "r", axis=-1, opset=17, **microsoft), node("DequantizeLinear", "r ss sz")], [s, z, const("ss", 1 / 256), const("sz", 0, np.uint8)]))
    save("qgemm", model(
        [node("Flatten", "x", "f"), node("QuantizeLinear", "f xs xz", "q"),
         node("QGemm", f"q xs xz w ws wz b {tail}", "r", transB=1, **microsoft)] + dequantize,
        [s, z, codes("w", 5, 192), const("ws", 0.01 + 0.01 * np.arange(5)), const("wz", [0] * 5, np.int8), const("b", random.integers(-500, 500, 5), np.int32), const("ys", 0.2), const("yz", 120, np.uint8)]))


def network(residual=True):
    """A small residual network in float32, which the quantizers of onnxruntime take."""
    nodes = [node("Conv", "x w1 b1", "c1", pads=[1, 1, 1, 1], strides=[2, 2]), node("Relu", "c1", "r1"),
             node("Conv", "r1 w2 b2", "c2", pads=[1, 1, 1, 1]), node("Relu", "c2", "r2"),
             node("Conv", "r2 w3 b3", "c3", pads=[1, 1, 1, 1]), node("Add", "c3 r1", "a"), node("Relu", "a", "r3"),
             node("Conv", "r3 w4 b4", "c4", pads=[1, 1, 1, 1], group=8), node("Clip", "c4 zero six", "r4"),
             node("Conv", "r4 w5 b5", "c5"), node("Sigmoid", "c5", "g"), node("Mul", "c5 g", "m"),
             node("MaxPool", "m", "p", kernel_shape=[2, 2], strides=[2, 2]), node("Concat", "p p", "k", axis=1),
             node("AveragePool", "k", "v", kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
             node("GlobalAveragePool", "v", "h"), node("Flatten", "h", "f"), node("Gemm", "f w6 b6", "d", transB=1),
             node("Relu", "d", "e"), node("MatMul", "e w7", "n"), node("Add", "n b7")]
    tensors = [normal("w1", 8, 3, 3, 3, scale=0.3), normal("b1", 8, scale=0.2), normal("w2", 8, 8, 3, 3, scale=0.15), normal("b2", 8, scale=0.2),
               normal("w3", 8, 8, 3, 3, scale=0.15), normal("b3", 8, scale=0.2), normal("w4", 8, 1, 3, 3, scale=0.5), normal("b4", 8, scale=0.2),
               normal("w5", 12, 8, 1, 1, scale=0.4), normal("b5", 12, scale=0.2), normal("w6", 10, 24, scale=0.4), normal("b6", 10, scale=0.2),
               normal("w7", 10, 6, scale=0.4), normal("b7", 6, scale=0.2), const("zero", 0), const("six", 6)]
    return model(nodes, tensors, x=(1, 3, 16, 16))


class Data(CalibrationDataReader):
    def __init__(self):
        self.samples = iter([{"x": np.asarray(random.standard_normal((1, 3, 16, 16)), np.float32)} for _ in range(8)])

    def get_next(self):
        return next(self.samples, None)


def networks():
    proto = network()
    with tempfile.TemporaryDirectory() as folder:
        path = folder + "/float.onnx"
        onnx.save(proto, path)

        def static(name, activation_type=QuantType.QUInt8, **options):
            quantize_static(path, folder + "/q.onnx", Data(), activation_type=activation_type, **options)
            save("network_" + name, onnx.load(folder + "/q.onnx"))

        static("qdq", quant_format=QuantFormat.QDQ, per_channel=True, weight_type=QuantType.QInt8)
        static("qdq_int8", quant_format=QuantFormat.QDQ, activation_type=QuantType.QInt8, weight_type=QuantType.QInt8, extra_options={"ActivationSymmetric": True})
        static("qdq_reduce_range", quant_format=QuantFormat.QDQ, reduce_range=True, weight_type=QuantType.QInt8)
        static("qdq_uint8_weights", quant_format=QuantFormat.QDQ, weight_type=QuantType.QUInt8)
        static("qoperator", quant_format=QuantFormat.QOperator, reduce_range=True, per_channel=True, weight_type=QuantType.QInt8)
        static("qoperator_whole", quant_format=QuantFormat.QOperator, reduce_range=True, per_channel=False, weight_type=QuantType.QInt8)
        quantize_dynamic(path, folder + "/d.onnx", weight_type=QuantType.QInt8)
        save("network_dynamic", onnx.load(folder + "/d.onnx"))


def measure(facet):
    """Compares Facet with onnxruntime on 64 inputs of noise."""
    global random
    random = np.random.default_rng(21)
    real = network()
    inputs = np.random.default_rng(5).standard_normal((64, 3, 16, 16)).astype(np.float32)

    def run(proto):
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        session = onnxruntime.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return np.concatenate([session.run(None, {"x": x[None]})[0] for x in inputs])

    def compare(found, wanted):
        noise = ((found - wanted).astype(float) ** 2).sum()
        ratio = 10 * np.log10((wanted.astype(float) ** 2).sum() / noise) if noise else np.inf
        return f"{ratio:.1f} dB, {100 * (np.abs(found - wanted) < 1e-5).mean():.1f} % equal"

    with tempfile.TemporaryDirectory() as folder:
        np.save(folder + "/x.npy", inputs)
        for case in sorted(ROOT.glob("quantized_network_*")):
            path = str(case / "model.onnx")
            expected = run(onnx.load(path))
            print(case.name, "| quantized to float:", compare(expected, run(real)))
            for precision in ["float32", "int8"]:
                data = ["--calibration", folder + "/x.npy"] if "dynamic" in case.name else []
                subprocess.run([facet, "compile", path, "-o", folder + "/b.facet", "--precision", precision] + data, check=True, capture_output=True)
                subprocess.run([facet, "run", folder + "/b.facet", folder + "/x.npy", "--output", folder], check=True, capture_output=True)
                print("   ", precision, compare(np.load(folder + "/y.npy").reshape(expected.shape), expected))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        sys.exit(measure(sys.argv[2]))
    for make in [linear, integer, networks]:
        random = np.random.default_rng(21)
        make()
