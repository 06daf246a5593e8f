"""Trains the networks of the zoo on the CPU, and writes them as ONNX: train.py [NAME...] [--epochs N]

Each is written to NAME.onnx beside this file, batch normalization not folded. Prints the loss of each epoch, and at the end what metrics.py says of
the held-out images. One thread each: start several for several cores.
"""
import argparse
import json
import pathlib
import time
import warnings

import torch
import torch.nn as nn
import torch.nn.functional as F

import losses
from data import samples
from metrics import METRICS, value
from networks import NETWORKS

HERE = pathlib.Path(__file__).parent
BATCH, SEED = 64, 23
# Loss, epochs, highest learning rate.
PLANS = {
    "residual": (losses.Loss, 8, 6e-3),
    "mobile": (losses.Attributes, 10, 6e-3),
    "xception": (losses.Emotion, 12, 6e-3),
    "prelu": (losses.Landmarks, 30, 2e-3),
    "detector": (losses.Detections, 20, 4e-3),
    "embedding": (losses.People, 60, 5e-3),
    "convnext": (losses.Loss, 10, 4e-3),
    "troubled": (losses.Loss, 12, 6e-3),
}


def recipe(name):
    return json.loads((HERE / f"{name}.recipe.json").read_text())["input"]


def to_input(pixels, how):
    """uint8 N x height x width x channels as the recipe wants it: float NCHW, or NHWC where the network takes that."""
    channels = pixels.shape[3]
    mean, std = (torch.tensor(how.get(key, [neutral] * channels)) for key, neutral in (("mean", 0.0), ("std", 1.0)))
    x = (pixels.float() * how.get("scale", 1 / 255) - mean) / std
    return x if how.get("layout") == "nhwc" else x.permute(0, 3, 1, 2)


def augment(pixels, labels, loss, generator):
    """Mirrors half of the batches, and shifts each by some pixels."""
    side, d = pixels.shape[1], loss.shift
    if torch.rand((), generator=generator) < 0.5:
        pixels, labels = pixels.flip(2), loss.mirrored(labels, side)
    if d:
        dy, dx = (int(torch.randint(-d, d + 1, (), generator=generator)) for _ in range(2))
        padded = F.pad(pixels.permute(0, 3, 1, 2).float(), (d, d, d, d), mode="replicate").permute(0, 2, 3, 1)
        pixels, labels = padded[:, d - dy : d - dy + side, d - dx : d - dx + side], loss.moved(labels, dx, dy, side)
    return pixels, labels


def learn(name, epochs=None):
    torch.manual_seed(SEED)
    make_loss, planned, rate = PLANS[name]
    epochs, how = epochs or planned, recipe(name)
    pixels, labels = (torch.from_numpy(a) for a in samples(name, False))
    model, loss = NETWORKS[name][0]().to(memory_format=torch.channels_last), make_loss()
    parameters = [*model.parameters(), *loss.parameters()]
    wide, thin = ([p for p in parameters if (p.dim() > 1) == w] for w in (True, False))
    optimizer = torch.optim.AdamW([{"params": wide, "weight_decay": 0.03}, {"params": thin, "weight_decay": 0.0}])
    steps = len(pixels) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, epochs=epochs, steps_per_epoch=steps, pct_start=0.2)
    generator, start = torch.Generator().manual_seed(SEED), time.process_time()
    for epoch in range(epochs):
        model.train()
        order, total = torch.randperm(len(pixels), generator=generator), 0.0
        for step in range(steps):
            pick = order[step * BATCH : (step + 1) * BATCH]
            images, wanted = augment(pixels[pick], labels[pick], loss, generator)
            x = to_input(images, how)
            result = loss(model, x, wanted)
            optimizer.zero_grad(set_to_none=True)
            result.backward()
            nn.utils.clip_grad_norm_(parameters, 5.0)
            optimizer.step()
            schedule.step()
            total += result.item()
        print(f"{name}: epoch {epoch + 1} of {epochs}, {time.process_time() - start:.0f} s of CPU, loss {total / steps:.4f}", flush=True)
    return model


def scores(name, model):
    """What the network says of the held-out images, by output."""
    model.eval()
    pixels, labels = samples(name, True)
    how, found = recipe(name), []
    with torch.no_grad():
        for i in range(0, len(pixels), 250):
            result = model(to_input(torch.from_numpy(pixels[i : i + 250]), how))
            found.append(result if isinstance(result, tuple) else (result,))
    return {output: torch.cat(parts).numpy() for output, parts in zip(NETWORKS[name][2], zip(*found))}, labels


def export(name, model, path):
    """The modes keep the exporter from folding batch normalization into the convolutions."""
    _, shape, outputs = NETWORKS[name]
    model = model.to(memory_format=torch.contiguous_format).eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(model, torch.zeros(shape), str(path), opset_version=17, input_names=["image"], output_names=outputs,
                          training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False, dynamo=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PLANS)}; all without any")
    parser.add_argument("--epochs", type=int, help="instead of the planned ones")
    parser.add_argument("--out", type=pathlib.Path, default=HERE, help="the folder for NAME.onnx")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(PLANS):
        parser.error(f"no network is called {', '.join(sorted(unknown))}")
    torch.set_num_threads(1)
    for name in arguments.names or PLANS:
        model = learn(name, arguments.epochs)
        if hasattr(model, "settle"):
            model.settle()
        path = arguments.out / f"{name}.onnx"
        export(name, model, path)
        found, labels = scores(name, model)
        print(f"{name}: {sum(p.numel() for p in model.parameters()):,} parameters, {path.stat().st_size:,} bytes; held out, "
              f"{METRICS[name][0]}: {value(name, found, labels):.2f}", flush=True)


if __name__ == "__main__":
    main()
