"""Writes a network of the speed comparison: networks.py NAME FOLDER

FOLDER/network.onnx has random weights, and batch normalization unfolded and measured on made pictures, so that activations stay in
range as a trained network's do: times mean something, labels do not. FOLDER/calibration.npy has 32 pictures, float32
[32, 3, side, side], normalized."""
import os
import pathlib
import sys
import warnings

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "Examples/face-attributes"))
import paper_scale  # noqa: E402
from network import Block, conv_bn  # noqa: E402

SIDE, SEED, LABELS = 224, 0x5BEED, 1000


class Squeeze(nn.Module):
    """Squeeze and excite (arXiv 1709.01507), hard sigmoid: each channel times a factor that the means of all channels give."""

    def __init__(self, channels):
        super().__init__()
        inner = (channels + 16) // 32 * 8   # a quarter, rounded to eights
        self.reduce, self.expand = nn.Conv2d(channels, inner, 1), nn.Conv2d(inner, channels, 1)

    def forward(self, x):
        return x * F.hardsigmoid(self.expand(F.relu(self.reduce(F.adaptive_avg_pool2d(x, 1)))))


class Inverted(nn.Module):
    """An inverted residual: 1x1 to more channels, depthwise, 1x1 to few, beside a skip connection where the shape stays."""

    def __init__(self, inputs, hidden, outputs, kernel, stride, activation, squeeze=False):
        super().__init__()
        widen = [conv_bn(inputs, hidden, 1), activation()] if hidden != inputs else []
        depthwise = nn.Conv2d(hidden, hidden, kernel, stride, kernel // 2, groups=hidden, bias=False)
        excite = [Squeeze(hidden)] if squeeze else []
        self.path = nn.Sequential(*widen, depthwise, nn.BatchNorm2d(hidden), activation(), *excite, conv_bn(hidden, outputs, 1))
        self.skips = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.path(x) if self.skips else self.path(x)


class Classifier(nn.Module):
    """Layers, the mean over space, layers on that, and one score per label."""

    def __init__(self, layers, width, late=()):
        super().__init__()
        self.features = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), *late)
        self.scores = nn.Linear(width, LABELS)

    def forward(self, x):
        return self.scores(self.features(x))


def resnet18():
    """arXiv 1512.03385, table 1."""
    layers, width = [conv_bn(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], 64
    for outputs, stride in (64, 1), (128, 2), (256, 2), (512, 2):
        layers += [Block(width, outputs, stride), Block(outputs, outputs)]
        width = outputs
    return Classifier(layers, width)


def mobilenetv2():
    """arXiv 1801.04381, table 2: expansion, channels, repetitions, stride."""
    layers, width = [conv_bn(3, 32, 3, 2), nn.ReLU6()], 32
    for expansion, outputs, repetitions, stride in (
            (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)):
        for repetition in range(repetitions):
            layers.append(Inverted(width, width * expansion, outputs, 3, 1 if repetition else stride, nn.ReLU6))
            width = outputs
    return Classifier([*layers, conv_bn(width, 1280, 1), nn.ReLU6()], 1280)


def mobilenetv3s():
    """The small network of arXiv 1905.02244, table 2: kernel, expanded channels, channels, squeeze, activation, stride."""
    hard, plain = nn.Hardswish, nn.ReLU
    layers, width = [conv_bn(3, 16, 3, 2), hard()], 16
    for kernel, hidden, outputs, squeeze, activation, stride in (
            (3, 16, 16, True, plain, 2), (3, 72, 24, False, plain, 2), (3, 88, 24, False, plain, 1), (5, 96, 40, True, hard, 2),
            (5, 240, 40, True, hard, 1), (5, 240, 40, True, hard, 1), (5, 120, 48, True, hard, 1), (5, 144, 48, True, hard, 1),
            (5, 288, 96, True, hard, 2), (5, 576, 96, True, hard, 1), (5, 576, 96, True, hard, 1)):
        layers.append(Inverted(width, hidden, outputs, kernel, stride, activation, squeeze))
        width = outputs
    return Classifier([*layers, conv_bn(width, 576, 1), hard()], 1024, [nn.Linear(576, 1024), hard()])


def spread_scores(model, sample):
    """Makes the scores about N(0, 3) over the sample, as a trained network's are."""
    with torch.no_grad():
        features, head = model.features(sample), model.scores
        nn.init.normal_(head.weight)
        head.weight *= 3 / (features @ head.weight.T).std(0, keepdim=True).T
        head.bias.copy_(-head.weight @ features.mean(0))


def main(name, folder):
    warnings.filterwarnings("ignore")
    onnx, calibration = os.path.join(folder, "network.onnx"), os.path.join(folder, "calibration.npy")
    if name == "face-attributes":
        paper_scale.main(folder)
        for written, wanted in (".onnx", onnx), (".calibration.npy", calibration):
            os.rename(os.path.join(folder, f"face-attributes-paper{written}"), wanted)
        return
    torch.manual_seed(SEED)
    torch.set_num_threads(2)   # the order of sums, hence the last bits, depends on it
    model = {"resnet18": resnet18, "mobilenetv2": mobilenetv2, "mobilenetv3s": mobilenetv3s}[name]()
    sample = torch.from_numpy(paper_scale.pictures(32, SEED + 1, SIDE))
    paper_scale.randomize(model, sample)
    spread_scores(model, sample)
    np.save(calibration, paper_scale.pictures(32, SEED + 2, SIDE))
    paper_scale.export(model, SIDE, ["scores"], onnx)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
