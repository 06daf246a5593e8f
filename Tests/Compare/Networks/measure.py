"""Compares Facet with ONNX Runtime on one network: measure.py SETTINGS.json

The settings are those that compare_networks.py writes. RESULT grows with each step, so that what was measured before a failure or a time
limit is kept: `step` says what is under way, `failures` what failed, by step."""
import json
import os
import pathlib
import statistics
import sys

import numpy as np

HERE = pathlib.Path(__file__).parent
sys.path += [str(HERE.parent), str(HERE.parent / "Speed")]
from compare_onnxruntime import Facet, Failed, Reference, sqnr  # noqa: E402
import compare_speed  # noqa: E402
from compare_speed import Peer, alternate, call, kept  # noqa: E402
from load import Load  # noqa: E402


class Network:
    """One network's comparison; `result` is written after every step."""

    def __init__(self, settings):
        self.settings, self.result = settings, {"name": settings["name"], "failures": {}, "exporters": {}}
        self.home, self.file = pathlib.Path(settings["home"]), pathlib.Path(settings["result"])
        self.facet = {}

    def save(self, **values):
        self.result.update(values)
        aside = self.file.with_suffix(".part")
        aside.write_text(json.dumps(self.result, indent=1) + "\n")
        os.replace(aside, self.file)

    def step(self, name, function, *arguments):
        """What the function gives, or None where it fails."""
        self.save(step=name)
        print(f"  {name}", file=sys.stderr, flush=True)
        try:
            return function(*arguments)
        except (Failed, compare_speed.Failed, OSError, ValueError, RuntimeError) as error:
            self.result["failures"][name] = summary(str(error)) or repr(error)
        except Exception as error:   # ONNX Runtime has exceptions of its own
            self.result["failures"][name] = f"{type(error).__name__}: {summary(str(error))}"
        return None

    def export(self):
        home = kept(self.home / "model", lambda folder: call(
            [sys.executable, HERE / "export.py", self.settings["name"], folder, self.settings["pictures"]], "export"))
        about = json.loads((home / "about.json").read_text())
        pictures = pathlib.Path(self.settings["pictures"]) / str(about["side"])
        self.calibration, self.inputs = pictures / "calibration.npy", self.home / "inputs.npy"
        np.save(self.inputs, np.load(pictures / "evaluation.npy")[:self.settings["samples"]])
        self.result.update(about)
        return home

    def expected(self, model, torch):
        """What ONNX Runtime gives in float32, and how many labels win."""
        reference = Reference(model)
        scores = next(iter(reference.run(np.load(self.inputs)).values()))
        labels = np.load(torch).shape[1]
        checked = np.load(torch).reshape(-1, scores.shape[1])[:len(scores)]
        self.result.update(torch=relative(checked, scores[:len(checked)]), labels=int(len(np.unique(winners(scores, labels)))))
        return scores, labels, reference.outputs

    def converted(self, exporter, model, scores, labels, outputs):
        """Facet's float32 and int8, from what this exporter wrote."""
        found = self.result["exporters"][exporter] = {}
        for precision in ("float32", "int8"):
            folder = self.home / "facet" / exporter / precision
            folder.mkdir(parents=True, exist_ok=True)
            facet = Facet(self.settings["facet"], folder)
            results, _ = facet.run(model, self.inputs, outputs, precision, self.calibration)
            found[precision] = agreement(scores, results[outputs[0]], labels)
            self.facet.setdefault(exporter, {})[precision] = folder / "model.facet"
        return True

    def quantized(self, home, exporter, scores, labels):
        """ONNX Runtime's int8 of what this exporter wrote."""
        model = home / exporter / "network.onnx"
        folder = kept(self.home / f"onnxruntime-{self.settings['onnxruntime']}-{exporter}", lambda folder: call(
            [sys.executable, compare_speed.HERE / "peers.py", "quantize", "onnxruntime", model, self.calibration, folder], "quantization"))
        results = next(iter(Reference(folder / "model.onnx").run(np.load(self.inputs)).values()))
        self.result["onnxruntime"] = {"exporter": exporter, **agreement(scores, results, labels)}
        return folder / "model.onnx"

    def shares(self, bundle):
        """Of the multiply-accumulates and of the time of an int8 bundle, what runs in float32; and how long which operators take."""
        layers = json.loads(call([self.settings["facet"], "benchmark", bundle, "--layers", "--json", "--iterations", 3, "--warm-up", 1],
                                 "facet benchmark"))["layers"]
        kinds = {}
        for layer in layers:
            kind = layer["name"].split(" +")[0] + (", float32" if layer["is_float"] else "")
            kinds[kind] = kinds.get(kind, 0) + layer["minimum_ns"] / 1e6
        for what, key in ("multiply_accumulates", "float32_work"), ("minimum_ns", "float32_time"):
            total = sum(layer[what] for layer in layers)
            self.result[key] = sum(layer[what] for layer in layers if layer["is_float"]) / max(total, 1)
        self.result["multiply_accumulates"] = sum(layer["multiply_accumulates"] for layer in layers)
        self.result["slowest"] = dict(sorted(kinds.items(), key=lambda kind: -kind[1])[:8])

    def times(self, bundles, model, quantized):
        """Milliseconds with one thread, engines in turns: the least of all, and the median of the turns' medians."""
        engines, load = {}, Load()
        try:
            for precision, file in ("float32", model), ("int8", quantized):
                if file is not None:
                    engines[f"onnxruntime {precision}"] = Peer("onnxruntime", file, self.calibration, 1, precision)
                if precision in bundles:
                    engines[f"facet {precision}"] = compare_speed.Facet(self.settings["facet"], bundles[precision], 1)
            turns = alternate(engines, self.settings["rounds"], 3)
        finally:
            for engine in engines.values():
                engine.end()
        self.result["milliseconds"] = {name: {
            "minimum": min(map(min, rounds)) / 1e6,
            "median": statistics.median(statistics.median(times) for times in rounds) / 1e6} for name, rounds in turns.items()}
        self.result["others"] = load.others()

    def run(self):
        home = self.step("export", self.export)
        if home is None:
            return
        chosen = None
        for exporter in self.settings["exporters"]:
            model = home / exporter / "network.onnx"
            if not model.exists():
                self.result["failures"][f"export by {exporter}"] = (home / exporter / "error.txt").read_text().strip()
                continue
            expected = self.step(f"ONNX Runtime float32 on {exporter}", self.expected, model, home / "scores.npy")
            if expected is None:
                continue
            self.step(f"Facet on {exporter}", self.converted, exporter, model, *expected)
            # The rest is measured on what Facet takes best, the exporters as they were asked for.
            rank = len(self.facet.get(exporter, {}))
            if chosen is None or rank > chosen[0]:
                chosen = rank, exporter, model, expected
        if chosen is None:
            return
        _, exporter, model, (scores, labels, _) = chosen
        self.result["measured"] = exporter
        # Its quantizer fails on some graphs: what the other exporter wrote may do.
        models = [exporter] + [other for other in self.facet if other != exporter]
        quantized = next(filter(None, (self.step(f"ONNX Runtime int8 from {name}", self.quantized, home, name, scores, labels)
                                       for name in models)), None)
        bundles = self.facet.get(exporter, {})
        if "int8" in bundles:
            self.step("shares", self.shares, bundles["int8"])
        self.step("times", self.times, bundles, model, quantized)


def summary(text):
    """A message without the calls that led to it."""
    lines = text.strip().splitlines()
    return lines[-1] if "Traceback" in text or '  File "' in text else "\n".join(lines)[:2000]


def relative(expected, result):
    """The largest difference, relative to the largest magnitude."""
    return float(np.max(np.abs(result - expected)) / max(np.max(np.abs(expected)), 1e-30))


def winners(scores, labels):
    """For each sample, or each place of it, the label with the highest score."""
    return scores.reshape(len(scores), labels, -1).argmax(1)


def agreement(expected, result, labels):
    mean = expected.mean(0)
    return {"error": relative(expected, result), "sqnr": float(sqnr(expected, result)),
            # Without what all samples have in common: an answer that never changes has no signal.
            "sqnr_of_differences": float(sqnr(expected - mean, result - mean)),
            "median_sqnr": float(np.median([sqnr(*pair) for pair in zip(expected - mean, result - mean)])),
            "agreement": float((winners(expected, labels) == winners(result, labels)).mean())}


def main(settings):
    network = Network(json.loads(pathlib.Path(settings).read_text()))
    network.run()
    network.save(step=None)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
