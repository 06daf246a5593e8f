"""The eight networks of the zoo, each small for its task: so small that it cannot do without a third of its channels."""
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils import parametrize

AGES, EMOTIONS, EYEWEAR, TONES, ITEMS, KINDS = 5, 6, 3, 6, 10, 5


def conv_bn(inputs, outputs, kernel, stride=1, groups=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False), nn.BatchNorm2d(outputs))


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions beside a skip connection (K. He and others, arXiv 1512.03385)."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first, self.second = conv_bn(inputs, outputs, 3, stride), conv_bn(outputs, outputs, 3)
        self.skip = conv_bn(inputs, outputs, 1, stride) if stride != 1 or inputs != outputs else nn.Identity()

    def forward(self, x):
        return F.relu(self.second(F.relu(self.first(x))) + self.skip(x))


class Residual(nn.Module):
    """Residual blocks with batch normalization: 32x32 RGB to the item."""

    def __init__(self):
        super().__init__()
        self.stem = conv_bn(3, 16, 3, 2)
        self.blocks = nn.Sequential(ResidualBlock(16, 16, 1), ResidualBlock(16, 28, 2), ResidualBlock(28, 48, 2))
        self.item = nn.Linear(48, ITEMS)

    def forward(self, x):
        return self.item(F.adaptive_avg_pool2d(self.blocks(F.relu(self.stem(x))), 1).flatten(1))


class SqueezeExcite(nn.Module):
    """A factor for each channel, from the means of all (J. Hu and others, arXiv 1709.01507)."""

    def __init__(self, channels, inner):
        super().__init__()
        self.reduce, self.expand = nn.Conv2d(channels, inner, 1), nn.Conv2d(inner, channels, 1)

    def forward(self, x):
        return x * F.hardsigmoid(self.expand(F.relu(self.reduce(F.adaptive_avg_pool2d(x, 1)))))


class InvertedResidual(nn.Module):
    """Wide inside, narrow outside (M. Sandler and others, arXiv 1801.04381; A. Howard and others, arXiv 1905.02244)."""

    def __init__(self, inputs, outputs, wide, kernel, stride):
        super().__init__()
        self.expand, self.depthwise = conv_bn(inputs, wide, 1), conv_bn(wide, wide, kernel, stride, wide)
        self.excite, self.project = SqueezeExcite(wide, max(8, wide // 4)), conv_bn(wide, outputs, 1)
        self.same = stride == 1 and inputs == outputs

    def forward(self, x):
        y = self.project(self.excite(F.hardswish(self.depthwise(F.hardswish(self.expand(x))))))
        return x + y if self.same else y


class Mobile(nn.Module):
    """Inverted residuals with squeeze-and-excite and hard-swish: 48x48 RGB to age, emotion, eyewear and skin tone of a face."""

    def __init__(self):
        super().__init__()
        self.stem = conv_bn(3, 12, 3, 2)
        self.blocks = nn.Sequential(InvertedResidual(12, 16, 36, 3, 2), InvertedResidual(16, 16, 48, 3, 1), InvertedResidual(16, 28, 64, 5, 2),
                                    InvertedResidual(28, 28, 84, 5, 1), InvertedResidual(28, 40, 100, 3, 2))
        self.last = conv_bn(40, 96, 1)
        self.age, self.emotion, self.eyewear, self.tone = (nn.Linear(96, n) for n in (AGES, EMOTIONS, EYEWEAR, TONES))

    def forward(self, x):
        x = F.adaptive_avg_pool2d(F.hardswish(self.last(self.blocks(F.hardswish(self.stem(x))))), 1).flatten(1)
        return self.age(x), self.emotion(x), self.eyewear(x), self.tone(x)


def separable(inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, inputs, 3, 1, 1, groups=inputs, bias=False), conv_bn(inputs, outputs, 1))


class XceptionModule(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.first, self.second, self.skip = separable(inputs, outputs), separable(outputs, outputs), conv_bn(inputs, outputs, 1, 2)

    def forward(self, x):
        return F.max_pool2d(self.second(F.relu(self.first(x))), 3, 2, 1) + self.skip(x)


class Xception(nn.Module):
    """Separable convolutions and max pooling, after mini-Xception (O. Arriaga and others, arXiv 1710.07557): 48x48 gray to the emotion."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(conv_bn(1, 8, 3, 2), nn.ReLU(), conv_bn(8, 12, 3), nn.ReLU())
        self.modules_ = nn.Sequential(XceptionModule(12, 24), XceptionModule(24, 48), XceptionModule(48, 72))
        self.emotion = nn.Conv2d(72, EMOTIONS, 3, padding=1)

    def forward(self, x):
        return self.emotion(self.modules_(self.stem(x))).mean((2, 3))


class PReLULandmarks(nn.Module):
    """PReLU, and axes in the order of TensorFlow where tensors come in and where they are flattened: 48x48 RGB (NHWC) to five points of a face."""

    def __init__(self):
        super().__init__()
        widths = (3, 12, 20, 32, 44)
        self.convolutions = nn.Sequential(*(nn.Sequential(nn.Conv2d(a, b, 3, 2, 1), nn.PReLU(b)) for a, b in zip(widths, widths[1:])))
        self.inner, self.act, self.points = nn.Linear(9 * 44, 64), nn.PReLU(64), nn.Linear(64, 10)

    def forward(self, x):
        x = self.convolutions(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        return self.points(self.act(self.inner(x.flatten(1))))


class Detector(nn.Module):
    """Down and up again with a skip connection: 64x64 RGB to [4 + 5, 64]: for each of 8x8 cells a box (centre, width, height, in pixels) and the
    confidences of five kinds (0...1), in one tensor."""

    CELLS, STRIDE = 8, 8

    def __init__(self):
        super().__init__()
        self.to16 = nn.Sequential(conv_bn(3, 12, 3, 2), nn.ReLU(), conv_bn(12, 20, 3, 2), nn.ReLU())
        self.to8 = nn.Sequential(conv_bn(20, 32, 3, 2), nn.ReLU(), conv_bn(32, 32, 3), nn.ReLU())
        self.to4 = nn.Sequential(conv_bn(32, 40, 3, 2), nn.ReLU(), conv_bn(40, 40, 3), nn.ReLU())
        self.up = nn.Sequential(nn.Upsample(scale_factor=2, mode="nearest"))
        self.joined = nn.Sequential(conv_bn(32 + 40, 40, 1), nn.ReLU(), conv_bn(40, 40, 3), nn.ReLU())
        self.box, self.kind = nn.Conv2d(40, 4, 1), nn.Conv2d(40, KINDS, 1)
        steps = torch.arange(self.CELLS) * float(self.STRIDE)
        corners = torch.stack([steps.repeat(self.CELLS), steps.repeat_interleave(self.CELLS)])
        self.register_buffer("corners", corners[None])
        nn.init.constant_(self.kind.bias, -4)

    def maps(self, x):
        """Boxes and scores before the sigmoid, N x 4 or 5 x 64."""
        x = self.to8(self.to16(x))
        x = self.joined(torch.cat([self.up(self.to4(x)), x], 1))
        box = torch.sigmoid(self.box(x).flatten(2))
        centre = (box[:, :2] * 2 - 0.5) * self.STRIDE + self.corners
        return torch.cat([centre, box[:, 2:] * (self.CELLS * self.STRIDE)], 1), self.kind(x).flatten(2)

    def forward(self, x):
        boxes, kinds = self.maps(x)
        return torch.cat([boxes, torch.sigmoid(kinds)], 1)


class Embedding(nn.Module):
    """A face in 64 numbers of length 1: 48x48 RGB; two images of a person lie close together. The mean over space is weighed, as in MobileFaceNets
    (S. Chen and others, arXiv 1804.07573)."""

    def __init__(self):
        super().__init__()
        widths = (3, 16, 24, 40, 64)
        self.convolutions = nn.Sequential(*(nn.Sequential(conv_bn(a, b, 3, 2), nn.ReLU()) for a, b in zip(widths, widths[1:])))
        self.inner, self.whole = nn.Sequential(conv_bn(64, 64, 3), nn.ReLU()), conv_bn(64, 64, 3, 1, 64)
        self.whole[0].padding = (0, 0)
        self.last = nn.Linear(64, 64, bias=False)

    def forward(self, x):
        x = self.whole(self.inner(self.convolutions(x)))
        return F.normalize(self.last(x.flatten(1)))


class LayerNorm2d(nn.LayerNorm):
    """Over the channels of NCHW."""

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class ConvNeXtBlock(nn.Module):
    """Z. Liu and others, arXiv 2201.03545."""

    def __init__(self, channels):
        super().__init__()
        self.depthwise, self.norm = nn.Conv2d(channels, channels, 7, padding=3, groups=channels), nn.LayerNorm(channels, 1e-6)
        self.expand, self.project = nn.Linear(channels, 3 * channels), nn.Linear(3 * channels, channels)
        self.scale = nn.Parameter(torch.full((channels,), 0.1))

    def forward(self, x):
        y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        return x + (self.scale * self.project(F.gelu(self.expand(y)))).permute(0, 3, 1, 2)


class ConvNeXt(nn.Module):
    """Layer normalization and GELU: 28x28 gray to the item."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, 24, 4, 2, 1), LayerNorm2d(24, 1e-6))
        self.blocks = nn.Sequential(ConvNeXtBlock(24), LayerNorm2d(24, 1e-6), nn.Conv2d(24, 40, 2, 2), ConvNeXtBlock(40), ConvNeXtBlock(40))
        self.norm, self.item = nn.LayerNorm(40, 1e-6), nn.Linear(40, ITEMS)

    def forward(self, x):
        return self.item(self.norm(self.blocks(self.stem(x)).mean((2, 3))))


class Factor(nn.Module):
    """A parameter is what is learned, times this. Adam moves every parameter by about the same, so that what is small stays small."""

    def __init__(self, factor):
        super().__init__()
        self.register_buffer("factor", factor)

    def forward(self, learned):
        return learned * self.factor


class Troubled(nn.Module):
    """Plain depthwise separable layers that learn with what makes int8 hard: 32x32 RGB to the item.

    Each inner layer has channels that are nearly dead (what follows normalization is 500 times smaller), channels whose input has hardly any
    variance, so that normalization multiplies it by hundreds, and one channel thirty times as large as others, whose readers have weights that
    are a thirtieth. The factors are part of training; `settle` makes them part of the weights."""

    WIDTHS = (16, 28, 40, 64, 72)

    def __init__(self):
        super().__init__()
        layers = [conv_bn(3, self.WIDTHS[0], 3, 2), nn.ReLU()]
        for i, (a, b) in enumerate(zip(self.WIDTHS, self.WIDTHS[1:])):
            layers += [conv_bn(a, a, 3, 1 + i % 2, a), nn.ReLU(), conv_bn(a, b, 1), nn.ReLU()]
        self.layers, self.item = nn.Sequential(*layers), nn.Linear(self.WIDTHS[-1], ITEMS)
        pairs = [layer for layer in self.layers if isinstance(layer, nn.Sequential)]
        for i, (convolution, norm) in enumerate(pairs[:-1]):
            n, reader = norm.num_features, pairs[i + 1][0]
            after, before = torch.ones(n), torch.ones(n, 1, 1, 1)
            after[: n // 12], before[n // 12 : n // 4], after[-1] = 0.002, 0.01, 30
            self.multiply(norm, "weight", after)
            self.multiply(norm, "bias", after)
            self.multiply(convolution, "weight", before)
            if reader.groups == 1:
                self.multiply(reader, "weight", 1 / after.clamp(min=1).view(1, n, 1, 1))

    @staticmethod
    def multiply(module, name, factor):
        parametrize.register_parametrization(module, name, Factor(factor))

    def settle(self):
        for module in self.modules():
            for name in list(getattr(module, "parametrizations", {})):
                parametrize.remove_parametrizations(module, name)

    def forward(self, x):
        return self.item(F.adaptive_avg_pool2d(self.layers(x), 1).flatten(1))


# Network, its input (batch 1), names of the outputs.
NETWORKS = {
    "residual": (Residual, (1, 3, 32, 32), ["item"]),
    "mobile": (Mobile, (1, 3, 48, 48), ["age", "emotion", "eyewear", "skin_tone"]),
    "xception": (Xception, (1, 1, 48, 48), ["emotion"]),
    "prelu": (PReLULandmarks, (1, 48, 48, 3), ["landmarks"]),
    "detector": (Detector, (1, 3, 64, 64), ["detections"]),
    "embedding": (Embedding, (1, 3, 48, 48), ["embedding"]),
    "convnext": (ConvNeXt, (1, 1, 28, 28), ["item"]),
    "troubled": (Troubled, (1, 3, 32, 32), ["item"]),
}
