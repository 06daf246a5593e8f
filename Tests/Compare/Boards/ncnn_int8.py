"""An int8 model of ncnn from a float32 one: what its tools ncnn2table and ncnn2int8, which its packages lack, make of convolutions.

Formats: https://github.com/Tencent/ncnn/wiki, "param and model file structure" and "quantized int8 inference". A .param file has a line for
each layer: type, name, numbers of inputs and outputs, their names, then KEY=VALUE. The .bin file has the weights in that order.
Convolutions and inner products get weights of 8 bits with a scale for each output channel, and one scale for their input, by which ncnn
rounds while it runs. A convolution whose output only convolutions read rounds to their scale itself ("requantizes").

A scale is that of an image's largest magnitude, the mean over the calibration images. ncnn's own tool looks at the whole distribution
(Kullback-Leibler), which changes scores but no instruction."""
import numpy

# The key of a layer that says how many weights it has, and that of its int8 form, with what it is: 2 a scale for each output channel;
# of depthwise convolutions 1.
WEIGHTS = {"Convolution": 6, "ConvolutionDepthWise": 6, "InnerProduct": 2}
INT8_KEY, INT8_FORM = 8, {"Convolution": 2, "ConvolutionDepthWise": 1, "InnerProduct": 2}
REQUANTIZES = 100
# Layers that have no weights in the .bin file.
PLAIN = {"Input", "Split", "Pooling", "BinaryOp", "ReLU", "Clip", "HardSwish", "HardSigmoid", "Sigmoid", "Swish", "Flatten", "Reshape",
         "Softmax", "Concat", "Dropout", "Noop"}
# What stands before weights in a .bin file: 4-byte floats, or bytes.
FLOAT_TAG, INT8_TAG = 0, 0x000D4B38


class Layer:
    def __init__(self, line):
        self.type, self.name, inputs, outputs, *rest = line.split()
        inputs, outputs = int(inputs), int(outputs)
        self.inputs, self.outputs = rest[:inputs], rest[inputs:inputs + outputs]
        self.keys = dict(part.split("=") for part in rest[inputs + outputs:])
        self.blocks = []

    @property
    def convolves(self):
        return self.type in ("Convolution", "ConvolutionDepthWise")

    def line(self):
        keys = " ".join(f"{key}={value}" for key, value in self.keys.items())
        return " ".join([f"{self.type:<24}", f"{self.name:<24}", str(len(self.inputs)), str(len(self.outputs)), *self.inputs, *self.outputs, keys])


def read(model):
    """Layers with their weights and biases; `model` is a path without .param."""
    magic, counts, *lines = open(f"{model}.param").read().splitlines()
    layers, data, at = [Layer(line) for line in lines], open(f"{model}.bin", "rb").read(), 0
    for layer in layers:
        if layer.type in WEIGHTS:
            outputs, biased, count = (int(layer.keys.get(str(key), 0)) for key in (0, 5 if layer.convolves else 1, WEIGHTS[layer.type]))
            if int.from_bytes(data[at:at + 4], "little") != FLOAT_TAG:
                raise ValueError(f"{layer.name} of {model} has no weights of float32")
            weights = numpy.frombuffer(data, "<f4", count, at + 4)
            at += 4 + 4 * count
            layer.blocks = [weights.reshape(outputs, -1), numpy.frombuffer(data, "<f4", outputs * biased, at)]
            at += 4 * outputs * biased
        elif layer.type not in PLAIN:
            raise ValueError(f"it is not known whether {layer.type} ({layer.name} of {model}) has weights")
    if at != len(data):
        raise ValueError(f"{model}.bin has {len(data)} bytes, its layers {at}")
    return [magic, counts], layers


def magnitudes(model, layers, images):
    """The largest magnitude of each value that a quantized layer reads, as the mean over images: of all of them one would be an outlier."""
    import ncnn
    net = ncnn.Net()
    net.opt.use_vulkan_compute, net.opt.lightmode = False, False
    net.load_param(f"{model}.param")
    net.load_model(f"{model}.bin")
    largest = {layer.inputs[0]: 0.0 for layer in layers if layer.type in WEIGHTS}
    for image in images:
        extractor = net.create_extractor()
        extractor.set_light_mode(False)
        extractor.input(layers[0].outputs[0], ncnn.Mat(numpy.ascontiguousarray(image)).clone())
        for name in largest:
            largest[name] += float(numpy.abs(numpy.array(extractor.extract(name)[1])).max()) / len(images)
    return largest


def scale(largest):
    return numpy.float32(127 / largest if largest else 1)


def requantized(layer, readers):
    """The convolution whose input's scale a convolution can round to: all that read its output, by a Split perhaps, convolve."""
    found = readers.get(layer.outputs[0], [])
    if len(found) == 1 and found[0].type == "Split":
        found = [reader for output in found[0].outputs for reader in readers.get(output, [])]
    return found[0] if found and all(reader.convolves for reader in found) else None


def quantize(model, images, target):
    """Writes TARGET.param and TARGET.bin from MODEL.param and MODEL.bin."""
    head, layers = read(model)
    largest, readers = magnitudes(model, layers, images), {}
    for layer in layers:
        for name in layer.inputs:
            readers.setdefault(name, []).append(layer)
    data = bytearray()
    for layer in layers:
        if layer.type not in WEIGHTS:
            continue
        weights, bias = layer.blocks
        scales = numpy.array([scale(row) for row in numpy.abs(weights).max(1)], "<f4")
        steps = numpy.clip(numpy.rint(weights * scales[:, None]), -127, 127).astype(numpy.int8).tobytes()
        data += INT8_TAG.to_bytes(4, "little") + steps + bytes(-len(steps) % 4) + bias.tobytes()
        data += scales.tobytes() + scale(largest[layer.inputs[0]]).tobytes()
        form, follower = INT8_FORM[layer.type], requantized(layer, readers) if layer.convolves else None
        if follower:
            form += REQUANTIZES
            data += scale(largest[follower.inputs[0]]).tobytes()
        layer.keys[str(INT8_KEY)] = str(form)
    with open(f"{target}.param", "w") as file:
        file.write("\n".join([*head, *(layer.line() for layer in layers)]) + "\n")
    with open(f"{target}.bin", "wb") as file:
        file.write(data)
