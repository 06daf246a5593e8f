"""Runs models in ONNX Runtime and in Facet on the same inputs, and compares the results.

    make compare-onnxruntime MODEL=network.onnx [INPUTS=inputs.npy] [CALIBRATION=inputs.npy]

float32: the largest difference of each output, relative to the largest magnitude that ONNX Runtime gives for it; more than 1e-4 fails.
int8: the signal-to-quantization-noise ratio of each output, 10 log10(sum r^2 / sum (r - q)^2) over all inputs; less than 15 dB fails.

Inputs are float32 tensors, the first axis counting samples. Without a file they are made: noise with the 1/f spectrum of photographs
(D. Field, "Relations between the statistics of natural images and the response properties of cortical cells", 1987), seeded.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np
import onnxruntime

ROOT = pathlib.Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "Examples/face-attributes/face-attributes.onnx"
CASES = ROOT / "Tests/FacetImportTests/Cases"


class Failed(Exception):
    """A command of Facet that ended with an error, as it printed it."""


def noise(shape, count, seed):
    """`count` samples of `shape`, about N(0, 1): images where there are rows and columns, else white noise."""
    random = np.random.default_rng(seed)
    shape = [count, *shape[1:]] if shape and shape[0] == 1 else [count, int(np.prod(shape))]
    white = random.standard_normal(shape)
    if len(shape) != 4 or min(shape[2:]) < 8:
        return white.astype(np.float32)
    frequency = np.hypot(np.fft.fftfreq(shape[2])[:, None], np.fft.rfftfreq(shape[3])[None])
    frequency[0, 0] = 1 / max(shape[2:])
    images = np.fft.irfft2(np.fft.rfft2(white) / frequency ** random.uniform(0.9, 1.5, (count, 1, 1, 1)), shape[2:])
    images /= images.std((2, 3), keepdims=True)
    # Contrast and brightness differ between images, the colours of one less.
    contrast, brightness = random.uniform(0.4, 1.2, (count, 1, 1, 1)), random.normal(0, 0.4, (count, 1, 1, 1))
    gray = images.mean(1, keepdims=True)
    return np.clip((0.4 * images + 0.6 * gray) * contrast + brightness, -2.5, 2.5).astype(np.float32)


class Refused(Failed):
    """A model that the engine has no form of, and that the compiler says so of."""


class Reference:
    """A model in ONNX Runtime, with one input: where the batch is open, it is 1."""

    def __init__(self, model):
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        self.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        # Old models list their weights among the inputs; onnxruntime leaves those out.
        inputs = self.session.get_inputs()
        if len(inputs) != 1 or inputs[0].type != "tensor(float)":
            raise Failed(f"it has {len(inputs)} inputs of {', '.join(i.type for i in inputs)}; one of floats can be compared")
        self.name, self.shape = inputs[0].name, [d if isinstance(d, int) else 1 for d in inputs[0].shape]
        self.outputs = [o.name for o in self.session.get_outputs()]

    def run(self, inputs):
        samples = [self.session.run(None, {self.name: sample.reshape(self.shape)}) for sample in inputs]
        return {name: np.stack([np.asarray(s[i], np.float32).ravel() for s in samples]) for i, name in enumerate(self.outputs)}


class Facet:
    """The built command, in a folder of its own."""

    def __init__(self, command, folder):
        self.command, self.folder = command, folder

    def call(self, *arguments):
        done = subprocess.run([self.command, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode:
            message = (done.stderr or done.stdout).strip()
            raise (Refused if message.startswith("error[compile.lower]") else Failed)(message)
        return done.stdout

    def run(self, model, inputs, names, precision, calibration=None):
        """Compiles, runs; also gives what the compiler reported."""
        bundle, results = self.folder / "model.facet", self.folder / f"results-{precision}"
        options = ["--calibration", calibration] if precision == "int8" else []
        report = self.call("compile", model, "--precision", precision, *options, "-o", bundle)
        self.call("run", bundle, inputs, "--output", results)
        files = {name: results / (re.sub(r"[^A-Za-z0-9_.-]", "_", name) + ".npy") for name in names}
        return {name: np.load(file).reshape(len(np.load(inputs)), -1) for name, file in files.items()}, report


def sqnr(reference, result):
    signal, error = np.sum(np.square(reference, dtype=np.float64)), np.sum(np.square(reference.astype(np.float64) - result))
    return np.inf if error == 0 else 10 * np.log10(max(signal, 1e-300) / error)


def compare(arguments, model, inputs=None, precisions=("float32", "int8"), verbose=True, rounds=False):
    """Whether a model passes; prints a line for each output where it is `verbose` or fails. None for a refused one that is not `verbose`.

    rounds: the network itself rounds to int8 along the way. Where a number lies nearly halfway, other sums in float32 round it otherwise, so
    that it is held to the noise that it may have.
    """
    with tempfile.TemporaryDirectory(prefix="facet-compare-") as folder:
        folder = pathlib.Path(folder)
        try:
            reference = Reference(model)
            facet = Facet(arguments.facet, folder)
            inputs = noise(reference.shape, arguments.samples, 1) if inputs is None else inputs
            np.save(folder / "inputs.npy", inputs)
            calibration = arguments.calibration
            if calibration is None:
                calibration = folder / "calibration.npy"
                np.save(calibration, noise(reference.shape, 32, 2))
            expected = reference.run(inputs)
            passed = True
            for precision in precisions:
                results, report = facet.run(model, folder / "inputs.npy", reference.outputs, precision, calibration)
                if verbose and precision == "int8":
                    print("\n".join(line for line in report.splitlines() if "folded" in line or "affine" in line))
                for name, wanted in expected.items():
                    if precision == "float32" and not rounds:
                        value = np.max(np.abs(results[name] - wanted)) / max(np.max(np.abs(wanted)), 1e-30)
                        good, text = value <= arguments.tolerance, f"{value:.1e} of its largest magnitude"
                    else:
                        value = sqnr(wanted, results[name])
                        good, text = value >= arguments.sqnr, f"{value:.1f} dB"
                    if verbose or not good:
                        print(f"  {precision:8} {name}: {text}{'' if good else '  FAILED'}")
                    passed &= bool(good)
            return passed
        except (Failed, ValueError, OSError, RuntimeError) as error:
            if isinstance(error, Refused) and not verbose:
                return None
            print("  FAILED:", error)
            return False


def cases():
    """The importer's small models that both take: one float input, its stored value."""
    for folder in sorted(CASES.iterdir()):
        model, stored = folder / "model.onnx", folder / "input_0.bin"
        if not model.exists() or not stored.exists() or (folder / "input_1.bin").exists():
            continue
        try:
            shape = Reference(model).shape
        except Exception:  # what this runtime does not take, or another kind of input
            continue
        values = np.fromfile(stored, "<f4")
        yield folder.name, model, values.reshape(shape if len(shape) in (3, 4) and shape[0] == 1 else (1, -1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", type=pathlib.Path)
    parser.add_argument("--facet", default=".build/release/facet")
    parser.add_argument("--inputs", type=pathlib.Path, help=".npy, float32")
    parser.add_argument("--calibration", type=pathlib.Path, help=".npy, float32")
    parser.add_argument("--samples", type=int, default=16, help="how many inputs are made where none are given")
    parser.add_argument("--tolerance", type=float, default=1e-4, help="of float32, relative to an output's largest magnitude")
    parser.add_argument("--sqnr", type=float, default=15, help="of int8, in dB")
    arguments = parser.parse_args()
    print(f"ONNX Runtime {onnxruntime.__version__}")
    passed = failed = 0
    for model in arguments.models or [EXAMPLE]:
        print(f"{model.name}")
        good = compare(arguments, model, None if arguments.inputs is None else np.load(arguments.inputs))
        passed, failed = passed + good, failed + (not good)
    if not arguments.models:
        print(f"small models of {CASES.relative_to(ROOT)}, float32")
        for name, model, inputs in cases():
            good = compare(arguments, model, inputs, ["float32"], verbose=False, rounds=name.startswith("quantized_network"))
            if good is None:
                print(f"  {name} is refused: the engine has no form of it")
                continue
            if not good:
                print(f"  in {name}")
            passed, failed = passed + good, failed + (not good)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
