"""The engines that Facet is compared with on boards.

    engines.py make PEER NETWORK.onnx CALIBRATION.npy FOLDER   writes the models of both precisions, on the workstation
    engines.py run PEER MODEL IMAGE.npy PRECISION N            N inferences after one to warm up, under qemu; prints their scores as JSON

A peer's library is imported only where the peer is asked for. To add one: a class with `title`, `wheels` (what pip brings to each kind of
board; a board that is missing has none), `tools` (where `make` runs: a requirements file), `files` (of each precision), `make` and `open` (gives two
functions: an inference, and the scores of the last one as a list of arrays), and a line in PEERS. Each quantizes with its own tool from the same images, one scale for each output channel of weights.

float32 stays float32 where a board computes in 16 bits, too."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile



def without_identities(network, target):
    """Writes a network whose nodes read constants themselves, not through Identity: onnx2tf loses such a constant of a batch normalization."""
    import onnx
    model = onnx.load(network)
    constants, through = {constant.name for constant in model.graph.initializer}, {}
    for node in list(model.graph.node):
        if node.op_type == "Identity" and node.input[0] in constants:
            through[node.output[0]] = node.input[0]
            model.graph.node.remove(node)
    for node in model.graph.node:
        for index, name in enumerate(node.input):
            node.input[index] = through.get(name, name)
    onnx.save(model, target)


class LiteRT:
    """onnx2tf, by TensorFlow's converter; float32 image and scores. XNNPACK, which the older package for armv7 lacks."""
    title, tools = "LiteRT", "litert"
    wheels = {"aarch64": ["ai-edge-litert", "backports.strenum", "flatbuffers"], "armv7": ["tflite-runtime"]}
    files = {"int8": "model.int8.tflite", "float32": "model.float32.tflite"}

    @staticmethod
    def make(network, images, folder):
        import numpy
        import onnx2tf.onnx2tf as onnx2tf
        onnx2tf.download_test_image_data = lambda: numpy.zeros((20, 128, 128, 3), numpy.float32)   # it would fetch them
        with tempfile.TemporaryDirectory() as work:
            numpy.save(f"{work}/images.npy", numpy.ascontiguousarray(images.transpose(0, 2, 3, 1)))
            without_identities(network, f"{work}/network.onnx")   # a copy: it writes into the file that it reads
            onnx2tf.convert(
                input_onnx_file_path=f"{work}/network.onnx", output_folder_path=f"{work}/out", output_integer_quantized_tflite=True,
                quant_type="per-channel", not_use_onnxsim=True, non_verbose=True, verbosity="error",
                custom_input_op_name_np_data_path=[["image", f"{work}/images.npy", [[[[0, 0, 0]]]], [[[[1, 1, 1]]]]]])
            for ending, precision in ("_float32", "float32"), ("_integer_quant", "int8"):
                found, = (path for path in pathlib.Path(work, "out").glob(f"*{ending}.tflite") if "_full_" not in path.name)
                shutil.move(found, folder / LiteRT.files[precision])

    @staticmethod
    def open(model, image, precision):
        try:
            from ai_edge_litert.interpreter import Interpreter
        except ImportError:
            from tflite_runtime.interpreter import Interpreter
        interpreter = Interpreter(model, num_threads=1)
        interpreter.allocate_tensors()
        place, scores = interpreter.get_input_details()[0]["index"], [about["index"] for about in interpreter.get_output_details()]
        interpreter.set_tensor(place, image.transpose(0, 2, 3, 1))

        def last():
            interpreter.set_tensor(place, image.transpose(0, 2, 3, 1))   # an inference may have used its memory
            interpreter.invoke()
            return [interpreter.get_tensor(index) for index in scores]
        return interpreter.invoke, last


class ONNXRuntime:
    """Its own preparation, then static QDQ; activations unsigned, which it has as default."""
    title, tools, signed = "ONNX Runtime", "tools", False
    wheels = {"aarch64": ["onnxruntime", "flatbuffers"]}
    files = {"int8": "model.int8.onnx", "float32": "model.float32.onnx"}

    @classmethod
    def make(cls, network, images, folder):
        from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
        from onnxruntime.quantization.shape_inference import quant_pre_process

        class Images(CalibrationDataReader):
            def __init__(self):
                self.rest = iter(images)

            def get_next(self):
                image = next(self.rest, None)
                return None if image is None else {"image": image[None]}

        shutil.copyfile(network, folder / cls.files["float32"])
        prepared = folder / "prepared.onnx"
        try:
            quant_pre_process(network, prepared)
        except Exception:   # its shape inference does not know all graphs, and is not needed where shapes are fixed
            quant_pre_process(network, prepared, skip_symbolic_shape=True)
        quantize_static(prepared, folder / cls.files["int8"], Images(), quant_format=QuantFormat.QDQ, per_channel=True,
                        activation_type=QuantType.QInt8 if cls.signed else QuantType.QUInt8, weight_type=QuantType.QInt8)
        prepared.unlink()

    @staticmethod
    def open(model, image, precision):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads, options.log_severity_level = 1, 1, 3
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        return lambda: session.run(None, {"image": image}), lambda: session.run(None, {"image": image})


class ONNXRuntimeSigned(ONNXRuntime):
    """The same with signed activations, which take fewer instructions on some ARM CPUs."""
    title, signed = "ONNX Runtime, signed", True
    files = {"int8": "model.int8.onnx"}

    @classmethod
    def make(cls, network, images, folder):
        cls.files = ONNXRuntime.files
        super().make(network, images, folder)
        (folder / cls.files["float32"]).unlink()


class NCNN:
    """pnnx, then ncnn_int8.py in place of the tools that its packages lack."""
    title, tools = "ncnn", "tools"
    wheels = {"aarch64": ["ncnn"], "armv7": ["ncnn"], "riscv64": ["ncnn"]}
    files = {"int8": "model.int8.param", "float32": "model.float32.param"}

    @staticmethod
    def make(network, images, folder):
        import importlib.util
        import ncnn_int8
        # The program itself: its Python package wants PyTorch.
        pnnx = pathlib.Path(importlib.util.find_spec("pnnx").origin).parent / "pnnx"
        with tempfile.TemporaryDirectory() as work:
            shutil.copyfile(network, f"{work}/model.onnx")
            size = ",".join(map(str, (1, *images.shape[1:])))
            subprocess.run([pnnx, "model.onnx", f"inputshape=[{size}]", "fp16=0"], cwd=work, check=True, stdout=subprocess.DEVNULL)
            for ending in "param", "bin":
                shutil.move(f"{work}/model.ncnn.{ending}", folder / f"model.float32.{ending}")
        ncnn_int8.quantize(folder / "model.float32", images, folder / "model.int8")

    @staticmethod
    def open(model, image, precision):
        import ncnn
        import numpy
        net = ncnn.Net()
        net.opt.use_vulkan_compute, net.opt.num_threads = False, 1
        if precision == "float32" or os.uname().machine == "riscv64":   # whose package lacks the functions of 16 bits
            for option in "use_fp16_packed", "use_fp16_storage", "use_fp16_arithmetic", "use_bf16_storage":
                setattr(net.opt, option, False)
        net.load_param(model)
        net.load_model(model.removesuffix("param") + "bin")
        pixels, names = ncnn.Mat(image[0]).clone(), net.output_names()

        def infer():
            extractor = net.create_extractor()
            extractor.input("in0", pixels)
            return [extractor.extract(name)[1] for name in names]
        return infer, lambda: [numpy.array(scores) for scores in infer()]


class MNN:
    """Its converter and quantizer, called past the commands, which would install and call a logging service."""
    title, tools = "MNN", "tools"
    wheels = {"aarch64": ["mnn"]}
    files = {"int8": "model.int8.mnn", "float32": "model.float32.mnn"}

    @staticmethod
    def make(network, images, folder):
        import _tools
        import numpy
        from PIL import Image
        plain, quantized = (str(folder / MNN.files[precision]) for precision in ("float32", "int8"))
        _tools.mnnconvert(["mnnconvert", "-f", "ONNX", "--modelFile", str(network), "--MNNModel", plain, "--bizCode", "facet"])
        # It reads pictures: 8 bits over the range of the images, which mean and factor undo.
        least, step = float(images.min()), float(images.max() - images.min()) / 255
        with tempfile.TemporaryDirectory() as work:
            pathlib.Path(work, "images").mkdir()
            for index, image in enumerate(images):
                pixels = numpy.rint((image - least) / step).astype(numpy.uint8).transpose(1, 2, 0)
                Image.fromarray(pixels).save(f"{work}/images/{index}.png")
            settings = {"format": "RGB", "mean": [-least / step] * 3, "normal": [step] * 3, "width": images.shape[3], "height": images.shape[2],
                        "path": f"{work}/images/", "used_image_num": len(images), "feature_quantize_method": "KL",
                        "weight_quantize_method": "MAX_ABS", "model": "facet"}
            pathlib.Path(work, "settings.json").write_text(json.dumps(settings))
            _tools.mnnquant(["mnnquant", plain, quantized, f"{work}/settings.json"])

    @staticmethod
    def open(model, image, precision):
        import MNN
        import numpy
        interpreter = MNN.Interpreter(model)
        session = interpreter.createSession({"backend": "CPU", "numThread": 1, "precision": "high"})
        pixels = MNN.Tensor(image.shape, MNN.Halide_Type_Float, image, MNN.Tensor_DimensionType_Caffe)
        interpreter.getSessionInput(session).copyFrom(pixels)

        def scores():
            interpreter.getSessionInput(session).copyFrom(pixels)   # an inference may have used its memory
            interpreter.runSession(session)
            found = []
            for output in interpreter.getSessionOutputAll(session).values():
                shape = output.getShape()
                copy = MNN.Tensor(shape, MNN.Halide_Type_Float, numpy.zeros(shape, numpy.float32), MNN.Tensor_DimensionType_Caffe)
                output.copyToHostTensor(copy)
                found.append(numpy.array(copy.getData(), numpy.float32))
            return found
        return lambda: interpreter.runSession(session), scores


PEERS = {"litert": LiteRT, "onnxruntime": ONNXRuntime, "onnxruntime-s8": ONNXRuntimeSigned, "ncnn": NCNN, "mnn": MNN}


def run(peer, model, image, precision, count):
    infer, scores = peer.open(model, image, precision)
    infer()
    # A system call that nothing else makes, where count.py has qemu write down what was executed.
    os.getppid()
    for _ in range(count):
        infer()
        os.getppid()
    print(json.dumps([part.ravel().tolist() for part in scores()]))


def main(what, name, model, images, *rest):
    import numpy
    images = numpy.load(images)
    if what == "make":
        PEERS[name].make(pathlib.Path(model), images, pathlib.Path(rest[0]))
    else:
        run(PEERS[name], model, numpy.ascontiguousarray(images[:1]), rest[0], int(rest[1]))
    # Some libraries end threads badly: what was asked for is done.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    if len(sys.argv) < 6:
        sys.exit(__doc__)
    main(*sys.argv[1:])
