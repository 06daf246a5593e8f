"""The engines that Facet is timed against, each in a process of its own:

    peers.py quantize PEER NETWORK.onnx CALIBRATION.npy FOLDER    writes FOLDER/model.*: int8 from all images of CALIBRATION.npy
    peers.py serve PEER MODEL CALIBRATION.npy THREADS PRECISION   opens MODEL and answers on standard output, a line of JSON each:
                                                                  "ready", then the nanoseconds of N inferences for each line N

A peer's library is imported only where the peer is asked for. To add one: a class with `title`, `packages`, `quantized` (the file that
`quantize` writes; None where the user brings int8 files), `float32` (whether it opens ONNX itself), `quantize` and `open`, and a line in
PEERS."""
import ctypes
import json
import os
import pathlib
import signal
import sys
import time


class OpenVINO:
    """NNCF's defaults. One stream for the least latency; float32 stays float32 where the CPU has bfloat16, too."""
    title, packages, quantized, float32 = "OpenVINO", ["openvino", "nncf"], "model.xml", True

    @staticmethod
    def quantize(network, images, folder):
        import nncf
        import openvino
        data = nncf.Dataset([image[None] for image in images])
        model = nncf.quantize(openvino.Core().read_model(network), data, subset_size=len(images))
        openvino.save_model(model, folder / OpenVINO.quantized, compress_to_fp16=False)

    @staticmethod
    def open(model, image, threads, precision):
        import openvino
        settings = {"PERFORMANCE_HINT": "LATENCY", "NUM_STREAMS": 1, "INFERENCE_NUM_THREADS": threads}
        if precision == "float32":
            settings["INFERENCE_PRECISION_HINT"] = "f32"
        request = openvino.Core().compile_model(model, "CPU", settings).create_infer_request()
        request.set_input_tensor(openvino.Tensor(image))
        return request.infer


class ONNXRuntime:
    """Its own preparation, then static QDQ: unsigned activations, signed weights for each channel, which its VNNI kernels want."""
    title, packages, quantized, float32 = "ONNX Runtime", ["onnxruntime"], "model.onnx", True

    @staticmethod
    def quantize(network, images, folder):
        from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
        from onnxruntime.quantization.shape_inference import quant_pre_process

        class Images(CalibrationDataReader):
            def __init__(self):
                self.rest = iter(images)

            def get_next(self):
                image = next(self.rest, None)
                return None if image is None else {"image": image[None]}

        prepared = folder / "prepared.onnx"
        try:
            quant_pre_process(network, prepared)
        except Exception:   # its shape inference does not know all graphs, and is not needed where shapes are fixed
            quant_pre_process(network, prepared, skip_symbolic_shape=True)
        quantize_static(prepared, folder / ONNXRuntime.quantized, Images(), quant_format=QuantFormat.QDQ, per_channel=True,
                        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
        prepared.unlink()

    @staticmethod
    def open(model, image, threads, precision):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads, options.log_severity_level = threads, 1, 3
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        return lambda: session.run(None, {"image": image})


class LiteRT:
    """Files that the user brings; XNNPACK, which is the default."""
    title, packages, quantized, float32 = "LiteRT", ["ai-edge-litert"], None, False

    @staticmethod
    def open(model, image, threads, precision):
        import numpy
        from ai_edge_litert.interpreter import Interpreter
        interpreter = Interpreter(model, num_threads=threads)
        interpreter.allocate_tensors()
        about = interpreter.get_input_details()[0]
        if about["shape"][-1] == image.shape[1]:
            image = image.transpose(0, 2, 3, 1)
        if about["dtype"] != image.dtype:
            (scale, zero), limits = about["quantization"], numpy.iinfo(about["dtype"])
            image = (image / scale + zero).round().clip(limits.min, limits.max)
        interpreter.set_tensor(about["index"], image.astype(about["dtype"]))
        return interpreter.invoke


PEERS = {"openvino": OpenVINO, "onnxruntime": ONNXRuntime, "litert": LiteRT}


def serve(peer, model, image, threads, precision):
    # A stopped process would stay for ever if the one that started it were killed.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)   # PR_SET_PDEATHSIG
    # Standard output is for the answers; what libraries print goes to standard error.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    infer, now = peer.open(model, image, threads, precision), time.perf_counter_ns
    infer()
    print('"ready"', file=answers, flush=True)
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            start = now()
            infer()
            times.append(now() - start)
        print(json.dumps(times), file=answers, flush=True)


def main(what, name, model, calibration, *rest):
    import numpy
    images = numpy.load(calibration)
    if what == "quantize":
        PEERS[name].quantize(model, images, pathlib.Path(rest[0]))
    else:
        serve(PEERS[name], model, numpy.ascontiguousarray(images[:1]), int(rest[0]), rest[1])


if __name__ == "__main__":
    if len(sys.argv) < 6:
        sys.exit(__doc__)
    main(*sys.argv[1:])
