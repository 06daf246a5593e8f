#!/usr/bin/env python3
"""Trains the example network on the CPU and writes it as ONNX, batch normalization not folded.

  train.py [--epochs N] [--images N] [--workers N] [--out FILE.onnx] [--data FOLDER]

Renders what is missing under the data folder: training (as many images as asked for), validation (2,000, to
watch), evaluation (10,000, looked at once, at the end). Prints the float accuracy of each attribute. After each
epoch it saves data/checkpoint.pt, and continues from there if it was interrupted.

The workers are processes of one thread each that average their gradients: on a busy machine far quicker
than threads of one process, which spin while they wait for each other."""

import argparse
import os
import tempfile
import time

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as F

from dataset import load_or_render
from labels import ATTRIBUTES
from network import INPUT, MEAN, STD, FaceAttributes

HERE = os.path.dirname(os.path.abspath(__file__))
BATCH, RATE, SEED = 64, 3e-3, 17


def to_input(pixels):
    """uint8 NHWC tensor to normalized float NCHW, in channels-last memory."""
    x = pixels.permute(0, 3, 1, 2).float().div(255)
    return ((x - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)).contiguous(memory_format=torch.channels_last)


def augment(pixels, generator):
    """Mirrors half of the batches and shifts each by up to two pixels; no label depends on either."""
    if torch.rand((), generator=generator) < 0.5:
        pixels = pixels.flip(2)
    dy, dx = (int(torch.randint(-2, 3, (), generator=generator)) for _ in range(2))
    padded = F.pad(pixels.permute(0, 3, 1, 2).float(), (2, 2, 2, 2), mode="replicate").to(torch.uint8)
    return padded[:, :, 2 + dy : 66 + dy, 2 + dx : 66 + dx].permute(0, 2, 3, 1)


def accuracies(model, pixels, labels):
    model.eval()
    scores = []
    with torch.no_grad():
        for i in range(0, len(pixels), 250):
            scores.append(model(to_input(pixels[i : i + 250])))
    return {name: (torch.cat(s).argmax(1) == labels[name]).float().mean().item() for name, s in zip(ATTRIBUTES, zip(*scores))}


def average_gradients(model, workers):
    """One message per step: the gradients of all parameters in a row."""
    grads = [p.grad for p in model.parameters()]
    flat = torch.cat([g.reshape(-1) for g in grads])
    dist.all_reduce(flat)
    for g, part in zip(grads, flat.div_(workers).split([g.numel() for g in grads])):
        g.copy_(part.view(g.shape))


def worker(rank, meeting, training, validation, a):
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method="file://" + meeting, rank=rank, world_size=a.workers)
    torch.manual_seed(SEED)
    model = FaceAttributes().to(memory_format=torch.channels_last)
    pixels, labels = training
    steps = len(pixels) // BATCH
    # No weight decay on biases and on batch normalization, as usual.
    wide, thin = ([p for p in model.parameters() if (p.dim() > 1) == w] for w in (True, False))
    optimizer = torch.optim.AdamW([{"params": wide, "weight_decay": 0.05}, {"params": thin, "weight_decay": 0.0}])
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, epochs=a.epochs, steps_per_epoch=steps, pct_start=0.2)
    parts = {"model": model, "optimizer": optimizer, "schedule": schedule}
    first, checkpoint = 0, os.path.join(a.data, "checkpoint.pt")
    if os.path.exists(checkpoint):
        saved = torch.load(checkpoint)
        if saved["plan"] != (a.epochs, a.images):
            raise SystemExit(f"{checkpoint} is of another plan (epochs, images) {saved['plan']}: remove it to start anew")
        first = saved["epoch"]
        for name, part in parts.items():
            part.load_state_dict(saved[name])
    start = time.time()
    for epoch in range(first, a.epochs):
        model.train()
        # All workers draw the same order; each takes its share of every batch.
        generator = torch.Generator().manual_seed(SEED + epoch)
        order, total = torch.randperm(len(pixels), generator=generator), 0.0
        for step in range(steps):
            pick = order[step * BATCH : (step + 1) * BATCH][rank :: a.workers]
            # bfloat16 nearly halves the time where the CPU has it; weights and batch statistics stay float32.
            with torch.autocast("cpu", torch.bfloat16, enabled=a.bf16):
                scores = model(to_input(augment(pixels[pick], generator)))
            loss = sum(F.cross_entropy(s.float(), labels[name][pick]) for name, s in zip(ATTRIBUTES, scores))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            if a.workers > 1:
                average_gradients(model, a.workers)
            optimizer.step()
            schedule.step()
            total += loss.item()
        if rank == 0:
            shown = "  ".join(f"{n} {100 * v:.2f}" for n, v in accuracies(model, *validation).items())
            print(f"epoch {epoch + 1}/{a.epochs}  {time.time() - start:.0f} s  loss {total / steps:.3f}  validation: {shown}", flush=True)
            state = {name: part.state_dict() for name, part in parts.items()}
            torch.save({**state, "epoch": epoch + 1, "plan": (a.epochs, a.images)}, checkpoint + ".part")
            os.replace(checkpoint + ".part", checkpoint)
    dist.destroy_process_group()


def export(model, path):
    """Opset 17. The modes below keep the exporter from folding batch normalization into the convolutions."""
    model = model.to(memory_format=torch.contiguous_format).eval()
    torch.onnx.export(model, torch.zeros(1, 3, 64, 64), path, opset_version=17, input_names=[INPUT], output_names=list(ATTRIBUTES),
                      training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False, dynamo=False)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--epochs", type=int, default=6)
    p.add_argument("--images", type=int, default=40000)
    p.add_argument("--workers", type=int, default=2)
    p.add_argument("--out", default=os.path.join(HERE, "face-attributes.onnx"))
    p.add_argument("--data", default=os.path.join(HERE, "data"))
    p.add_argument("--bf16", action=argparse.BooleanOptionalAction, default=True)
    a = p.parse_args()

    def images(name, count):
        pixels, labels, _ = load_or_render(a.data, name, count, a.workers)
        return torch.from_numpy(pixels).share_memory_(), {k: torch.from_numpy(v).share_memory_() for k, v in labels.items()}

    training, validation = images("training", a.images), images("validation", 2000)
    with tempfile.TemporaryDirectory() as folder:
        mp.spawn(worker, (os.path.join(folder, "meeting"), training, validation, a), nprocs=a.workers)
    model = FaceAttributes().to(memory_format=torch.channels_last)
    model.load_state_dict(torch.load(os.path.join(a.data, "checkpoint.pt"))["model"])
    print(f"{sum(p.numel() for p in model.parameters())} parameters")
    export(model, a.out)
    for name, value in accuracies(model, *images("evaluation", 10000)).items():
        print(f"evaluation  {name:10} {100 * value:.2f} %")


if __name__ == "__main__":
    main()
