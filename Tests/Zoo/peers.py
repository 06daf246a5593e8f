"""Toolchains beside Facet that quantize the zoo's networks: the scores, and the time of an inference on one thread.

On x86-64 without VNNI both add up pairs of products in 16 bits, saturated, unless told otherwise: up to 25 dB less than their quantization has.
So scores are computed without that, as CPUs with VNNI give them; times are of what each does by itself.
"""
import contextlib
import logging
import os
import sys
import time

import numpy as np
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

os.environ.setdefault("NNCF_CI", "1")  # Without it NNCF reports its use over the network.
with contextlib.redirect_stdout(sys.stderr):
    import nncf
    import openvino
nncf.set_log_level(logging.ERROR)

ITERATIONS = 200


def least_microseconds(infer):
    least = float("inf")
    for _ in range(ITERATIONS):
        begin = time.perf_counter()
        infer()
        least = min(least, time.perf_counter() - begin)
    return 1e6 * least


def joined(names, rows):
    """Scores of each output, samples along the first axis."""
    return {name: np.concatenate([row[i] for row in rows]) for i, name in enumerate(names)}


class Samples(CalibrationDataReader):
    """Normalized images one after the other, as ONNX Runtime's quantizer asks for them."""

    def __init__(self, name, images):
        self.samples = iter({name: image[None]} for image in images)

    def get_next(self):
        return next(self.samples, None)


class ONNXRuntime:
    """Of any model."""

    def __init__(self, model, settings=()):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        for key, value in settings:
            options.add_session_config_entry(key, value)
        self.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self.names, self.entry = [o.name for o in self.session.get_outputs()], self.session.get_inputs()[0].name

    def scores(self, images):
        return joined(self.names, [self.session.run(self.names, {self.entry: image[None]}) for image in images])

    def microseconds(self, image):
        return least_microseconds(lambda: self.session.run(self.names, {self.entry: image[None]}))


class QDQ:
    """ONNX Runtime's static quantization."""
    title = "ONNX Runtime, QDQ"

    def __init__(self, model, images, work):
        folded, int8 = work / "folded.onnx", work / "int8.onnx"
        quant_pre_process(str(model), str(folded), skip_symbolic_shape=True)
        quantize_static(
            str(folded), str(int8), Samples(ONNXRuntime(folded).entry, images), quant_format=QuantFormat.QDQ, per_channel=True,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, calibrate_method=CalibrationMethod.MinMax)
        self.timed, self.exact = ONNXRuntime(int8), ONNXRuntime(int8, [("session.x64quantprecision", "1")])

    def scores(self, images):
        return self.exact.scores(images)

    def microseconds(self, image):
        return self.timed.microseconds(image)


class NNCF:
    """NNCF's quantization with its defaults, run by OpenVINO."""
    title = "NNCF, OpenVINO"

    def __init__(self, model, images, work):
        core = openvino.Core()
        settings = {"PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": "1", "INFERENCE_NUM_THREADS": "1", "INFERENCE_PRECISION_HINT": "f32"}
        with contextlib.redirect_stdout(sys.stderr):
            int8 = nncf.quantize(core.read_model(model), nncf.Dataset([image[None] for image in images]), subset_size=len(images))
        self.timed = core.compile_model(int8, "CPU", settings).create_infer_request()
        # Not lowered to int8 arithmetic: quantized numbers are computed with in float32.
        self.exact = core.compile_model(int8, "CPU", settings | {"LP_TRANSFORMS_MODE": "NO"})

    def scores(self, images):
        rows = [self.exact(image[None]) for image in images]
        return joined([output.get_any_name() for output in self.exact.outputs], [list(row.values()) for row in rows])

    def microseconds(self, image):
        self.timed.set_input_tensor(openvino.Tensor(np.ascontiguousarray(image[None])))
        return least_microseconds(self.timed.infer)


PEERS = (QDQ, NNCF)
