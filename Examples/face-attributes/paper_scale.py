#!/usr/bin/env python3
"""Writes the full-size face-attribute network for benchmarks: paper_scale.py OUT_DIR

10.67 million parameters and 532 million multiply-accumulates at 128x128, after arXiv 1609.09018: the trunk's four
stages, age and emotion leaving after the third, gender and ethnicity after the fourth. Its weights are random
(He), its batch statistics measured on synthetic pictures, its heads scaled so that the scores spread over the
labels: time, memory and the error of int8 resemble a trained network's, accuracy means nothing.

Writes face-attributes-paper.onnx, face-attributes-paper.calibration.npy (32 images, float32 NCHW, normalized)
and face-attributes-paper.json, the recipe. Nothing of this is committed."""

import json
import os
import sys

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from network import Block, Branch, conv_bn

SIDE, SEED = 128, 0x0FACE7
OUTPUTS = {"age": 8, "emotion": 7, "gender": 2, "ethnicity": 5}


class PaperScale(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [32, 64, 128, 256, 384]
        self.stem = conv_bn(3, widths[0], 3, 2)
        self.stages = nn.ModuleList(nn.Sequential(Block(i, o, 2), Block(o, o)) for i, o in zip(widths, widths[1:]))
        self.age, self.emotion = (Branch(256, 192, OUTPUTS[n], 2) for n in ("age", "emotion"))
        self.gender, self.ethnicity = (Branch(384, 128, OUTPUTS[n]) for n in ("gender", "ethnicity"))

    def forward(self, x):
        x = F.relu(self.stem(x))
        for stage in self.stages[:3]:
            x = stage(x)
        late = self.stages[3](x)
        return self.age(x), self.emotion(x), self.gender(late), self.ethnicity(late)


def pictures(count, seed, side=SIDE):
    """(count, 3, side, side), about N(0, 1): correlated colour noise with the 1/f spectrum of photographs."""
    rng = np.random.default_rng(seed)
    f = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None])
    f[0, 0] = 1 / side
    out = np.empty((count, 3, side, side), np.float32)
    for i in range(count):
        spectrum = (rng.normal(size=(3, *f.shape)) + 1j * rng.normal(size=(3, *f.shape))) / f ** rng.uniform(0.9, 1.6)
        noise = np.fft.irfft2(spectrum, (side, side))
        noise /= noise.std((1, 2), keepdims=True)
        # Red, green and blue of a photograph mostly rise and fall together.
        mixed = np.tensordot(np.full((3, 3), 0.5) + 0.5 * np.eye(3) + 0.15 * rng.normal(size=(3, 3)), noise, 1)
        out[i] = mixed * rng.uniform(0.3, 1.0) + 0.4 * rng.normal(size=(3, 1, 1))
    return np.clip(out, -2.2, 2.6)


def randomize(model, sample):
    """He weights, and batch normalizations whose statistics are those of the sample: activations stay in range."""
    norms = [m for m in model.modules() if isinstance(m, nn.BatchNorm2d)]
    for m in model.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
            # Trained filters differ in size, which is what scales per channel are for.
            m.weight.data *= torch.exp(0.35 * torch.randn(len(m.weight), 1, 1, 1))
    for m in norms:
        nn.init.uniform_(m.weight, 0.5, 1.5)
        nn.init.normal_(m.bias, std=0.3)
        m.momentum = None            # cumulative: one batch gives just its own statistics
    for m in model.modules():
        if isinstance(m, Block):     # the residual is the smaller part in trained networks
            m.second[1].weight.data *= 0.6
    with torch.no_grad():
        model.train()
        model(sample)
    model.eval()


def initialize(model):
    sample = torch.from_numpy(pictures(64, SEED + 1))
    randomize(model, sample)
    branches = [m for m in model.modules() if isinstance(m, Branch)]
    features = {}
    with torch.no_grad():
        for b in branches:
            b.scores.register_forward_pre_hook(lambda module, x: features.__setitem__(module, x[0]))
        model(sample)
        for b in branches:           # whitened, then mixed: scores about N(0, 3) over pictures
            x, head = features[b.scores], b.scores
            _, s, axes = torch.linalg.svd(x - x.mean(0), full_matrices=False)
            white = axes[:24] / (s[:24, None] / len(x) ** 0.5)
            mixing = torch.randn(head.out_features, 24)
            head.weight.copy_(3 * mixing / mixing.norm(dim=1, keepdim=True) @ white)
            head.bias.copy_(-head.weight @ x.mean(0))
            head._forward_pre_hooks.clear()


def export(model, side, outputs, path):
    """ONNX with batch normalization as the network has it."""
    torch.onnx.export(model.eval(), torch.zeros(1, 3, side, side), path, opset_version=17, input_names=["image"], output_names=outputs,
                      training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False, dynamo=False)


def main(out):
    os.makedirs(out, exist_ok=True)
    torch.manual_seed(SEED)
    torch.set_num_threads(2)   # the order of sums, hence the last bits, depends on it
    model = PaperScale()
    initialize(model)
    base = os.path.join(out, "face-attributes-paper")
    np.save(base + ".calibration.npy", pictures(32, SEED + 2))
    export(model, SIDE, list(OUTPUTS), base + ".onnx")
    recipe = {
        "version": 1,
        "model": "face-attributes-paper.onnx",
        "input": {"name": "image", "width": SIDE, "height": SIDE, "color": "rgb", "resize": "stretch",
                  "scale": 1 / 255, "mean": [0.5] * 3, "std": [0.25] * 3},
        "attributes": {n: {"output": n, "labels": [f"{n}_{i}" for i in range(k)], "confidence": "softmax"} for n, k in OUTPUTS.items()},
        "calibration": "face-attributes-paper.calibration.npy",
    }
    with open(base + ".json", "w") as f:
        json.dump(recipe, f, indent=2)
        f.write("\n")
    print(f"{base}.onnx: {sum(p.numel() for p in model.parameters())} parameters")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
