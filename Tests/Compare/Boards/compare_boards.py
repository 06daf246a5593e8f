"""Counts the instructions of an inference, of Facet and other engines, on boards' CPUs under qemu-user. Scripts/compare-boards runs it.

One thread. Each engine quantizes with its own tool from the same images and takes the same float32 image, already normalized, to all scores.
count.py says what of a run counts. Instructions are not time: a CPU may execute one or several at once, and waits for memory.

What is counted is kept while the model, the packages and these scripts' way to run them stay the same; networks, models and boards' packages
are kept, too."""
import argparse
import hashlib
import inspect
import json
import math
import pathlib
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "Speed"))
from compare_speed import Failed, call, chosen, kept  # noqa: E402
from count import FEW, INFERENCES, MANY, Uncounted, between_marks, built, difference, executed  # noqa: E402
from engines import PEERS, run as run_peer  # noqa: E402
from guests import BOARDS, CPUS, Guests, pinned  # noqa: E402
from report import FACET, NETWORKS, markdown  # noqa: E402

EXAMPLE = HERE.parents[2] / "Examples/face-attributes"
PRECISIONS = ["int8", "float32"]
# How a peer is run, which its counts depend on: as it was when this program started.
HOW = {name: [inspect.getsource(peer.open), inspect.getsource(run_peer)] for name, peer in PEERS.items()}


class NotKept(Exception):
    """A cell that --kept leaves empty."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def digest(files, *words):
    """Of files' bytes and of what else a count depends on."""
    found = hashlib.sha256(json.dumps(words, default=str).encode())
    for file in files:
        found.update(pathlib.Path(file).read_bytes())
    return found.hexdigest()[:32]


def demo(folder):
    """The example's network, with its calibration images normalized as its recipe says."""
    import numpy
    from PIL import Image
    sys.path.append(str(EXAMPLE))
    from dataset import normalize
    recipe = json.loads((EXAMPLE / "recipe.json").read_text())
    pixels = numpy.stack([numpy.asarray(Image.open(path).convert("RGB")) for path in sorted((EXAMPLE / "calibration").glob("*.jpg"))])
    numpy.save(folder / "calibration.npy", normalize(pixels, recipe["input"]["mean"], recipe["input"]["std"]))
    (folder / "network.onnx").write_bytes((EXAMPLE / "face-attributes.onnx").read_bytes())


def noise(reference, outputs):
    """Decibels of the reference's scores above an engine's error. Engines order and name outputs in their own ways: each of the reference is
    compared with that of its size which is nearest. None where an output has no counterpart."""
    import numpy
    signal = error = 0.0
    for wanted in reference:
        errors = [float(((numpy.array(found) - wanted) ** 2).sum()) for found in outputs if len(found) == len(wanted)]
        if not errors:
            return None
        signal, error = signal + float((wanted ** 2).sum()), error + min(errors)
    # Infinities are not JSON.
    return round(10 * math.log10(signal / error), 1) if error and math.isfinite(error) else None if error else 300.0


class Network:
    """A network's files: its folder of compare-speed, the first of its images, and what is made from it."""

    def __init__(self, name, options):
        self.name, self.options = name, options
        self.home = kept(options.folder / "demo", demo) if name == "demo" else options.networks_folder / name
        self.onnx, self.calibration = self.home / "network.onnx", self.home / "calibration.npy"
        self.image = options.folder.resolve() / f"{name}.npy"
        import numpy
        numpy.save(self.image, numpy.load(self.calibration, mmap_mode="r")[:1])
        self.failures, self.bundles = {}, {}

    def reference(self):
        """The scores of the image in float32, by ONNX Runtime on this machine."""
        import numpy
        import onnxruntime
        session = onnxruntime.InferenceSession(self.onnx, providers=["CPUExecutionProvider"])
        return [scores.ravel() for scores in session.run(None, {"image": numpy.load(self.image)})]

    def bundle(self, board, precision):
        if (board, precision) not in self.bundles:
            self.bundles[board, precision] = self.compiled(board, precision)
        return self.bundles[board, precision]

    def compiled(self, board, precision):
        bundle = self.options.folder / f"{self.name}.{precision}.{board}.facet"
        call([self.options.facet, "compile", self.onnx, "--quiet", "--precision", precision, "--target", board,
              *(["--calibration", self.calibration] if precision == "int8" else []), "-o", bundle], "facet compile")
        return bundle

    def model(self, peer, precision):
        """A peer's model; what it cannot convert is told once and asked no more."""
        engine = PEERS[peer]
        python = {"tools": sys.executable, "litert": self.options.litert_python}[engine.tools]
        if peer in self.failures:
            raise Uncounted(self.failures[peer])
        try:
            return kept(self.options.folder / "models" / peer / self.name, lambda folder: call(
                [python, HERE / "engines.py", "make", peer, self.onnx, self.calibration, folder],
                f"making {self.name} for {engine.title}")) / engine.files[precision]
        except Failed as error:
            say(str(error))
            self.failures[peer] = f"its tools do not convert the network: {str(error).strip().splitlines()[-1][-120:]}"
            raise Uncounted(self.failures[peer])


class Counter:
    """Counts of cells, kept by what they depend on."""

    def __init__(self, options):
        self.options, self.file = options, options.folder / "counts.json"
        self.guests, self.plugin = Guests(options.folder / "guests"), built(options.folder)
        self.kept = json.loads(self.file.read_text()) if self.file.exists() else {}

    def measured(self, key, measure):
        """What `measure` gives, a dictionary, or gave for the same key."""
        if key not in self.kept and self.options.kept:
            raise NotKept
        if key not in self.kept or self.options.fresh:
            self.kept[key] = measure()
            aside = self.file.with_suffix(".new")
            aside.write_text(json.dumps(self.kept, indent=1) + "\n")
            aside.rename(self.file)
        return self.kept[key]

    def facet(self, network, precision, cpu):
        board = CPUS[cpu].board
        program, bundle = self.options.boards / board / "facet-run", network.bundle(board, precision)
        if not program.exists():
            raise Failed(f"there is no {program}: make boards builds it")
        key = digest([program, bundle, network.image], CPUS[cpu].qemu, FEW, MANY)
        emulator = self.guests.emulator(cpu, self.plugin)
        return self.measured(key, lambda: {"count": difference(
            lambda count: executed(emulator, [program, bundle, network.image, "--iterations", count]))})

    def peer(self, peer, network, precision, cpu):
        engine, board = PEERS[peer], CPUS[cpu].board
        if board not in engine.wheels:
            raise Uncounted("has no package for it")
        model = network.model(peer, precision).resolve()
        weights = [model, *([model.with_suffix(".bin")] if model.suffix == ".param" else [])]
        key = digest([*weights, network.image], *HOW[peer], precision, INFERENCES,
                     pinned([*BOARDS[board].wheels, *engine.wheels[board]]), CPUS[cpu].qemu, CPUS[cpu].cpuinfo)

        def measure():
            emulator, environment = self.guests.python(cpu, self.plugin, engine.wheels[board])
            program = [HERE / "engines.py", "run", peer, model, network.image, precision]
            count, scores = between_marks(lambda count: executed(emulator, [*program, count], environment))
            return {"count": count, "decibels": noise(network.reference(), scores)}
        return self.measured(key, measure)

    def entry(self, network, precision, cpu, engine):
        """A list of one cell, a count or the reason why there is none; of none where it is not kept and nothing is to be counted."""
        start, cell = time.monotonic(), {"network": network.name, "precision": precision, "cpu": cpu, "engine": engine}
        try:
            if engine == FACET:
                found = self.facet(network, precision, cpu)
            else:
                found = self.peer(engine, network, precision, cpu)
        except Uncounted as reason:
            say(f"{network.name}, {precision}, {CPUS[cpu].title}, {engine}: {reason}")
            return [{**cell, "reason": str(reason)}]
        except NotKept:
            return []
        say(f"{network.name}, {precision}, {CPUS[cpu].title}, {engine}: {found['count'] / 1e6:.2f} M "
            f"({time.monotonic() - start:.0f} s{', ' + str(found['decibels']) + ' dB' if 'decibels' in found else ''})")
        return [{**cell, **found}]


def about(options):
    qemu = call(["qemu-aarch64", "--version"], "qemu-aarch64 --version").split("version")[1].split()[0]
    names = dict.fromkeys(name for peer in options.peers for wheels in PEERS[peer].wheels.values() for name in wheels[:1])
    facet = call([options.facet, "--version"], "facet --version").strip().partition(";")[0]
    versions = [" ".join(name.split("==")) for name in pinned(names)] + [f"facet {facet})" if "(" in facet else f"facet {facet}"]
    return (f"Millions of instructions of an inference, one thread, qemu-user {qemu}; {', '.join(versions)}; "
            f"{time.strftime('%Y-%m-%d', time.gmtime())}. In bold the best peer of each precision.")


def run(options):
    counter, entries = Counter(options), []
    engines = {FACET: "Facet"} | {peer: PEERS[peer].title for peer in options.peers}
    for name in options.networks:
        network = Network(name, options)
        for precision in options.precisions:
            for cpu in options.cpus:
                for engine in engines:
                    if engine == FACET or precision in PEERS[engine].files:
                        entries += counter.entry(network, precision, cpu, engine)
        write(options, engines, entries)
    print(f"\n{(options.folder / 'results.md').read_text()}")
    say(f"The same is in {options.folder}/results.md, each count in results.json.")


def write(options, engines, entries):
    """After each network, so that what was counted stays when a run is interrupted."""
    facts = about(options)
    shown = argparse.Namespace(
        networks=[name for name in options.networks if any(entry["network"] == name for entry in entries)], precisions=options.precisions,
        cpus={cpu: CPUS[cpu].title for cpu in options.cpus}, engines=engines,
        arm={cpu for cpu in options.cpus if CPUS[cpu].board in ("aarch64", "armv7")})
    (options.folder / "results.md").write_text(markdown(facts, entries, shown) + "\n")
    (options.folder / "results.json").write_text(json.dumps({"about": facts, "results": entries}, indent=1) + "\n")


def missing(options):
    """Networks that compare-speed's script has yet to write, with PyTorch."""
    return [name for name in options.networks if name != "demo" and not (options.networks_folder / name).exists()]


def main():
    parser = argparse.ArgumentParser(prog="compare-boards", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facet", default=".build/release/facet", help="the compiler")
    parser.add_argument("--boards", type=pathlib.Path, default="dist", help="BOARD/facet-run, as make boards builds them")
    parser.add_argument("--folder", type=pathlib.Path, default="dist/compare-boards", help="for models, boards' packages and results")
    parser.add_argument("--networks-folder", type=pathlib.Path, default="dist/compare-speed/networks", help="NETWORK/network.onnx, calibration.npy")
    parser.add_argument("--litert-python", default=sys.executable, metavar="PYTHON", help="an interpreter that has onnx2tf")
    parser.add_argument("--networks", type=chosen(list(NETWORKS)), default=list(NETWORKS), metavar="A,B", help=", ".join(NETWORKS))
    parser.add_argument("--cpus", type=chosen(list(CPUS)), default=list(CPUS), metavar="A,B", help=", ".join(CPUS))
    parser.add_argument("--precisions", type=chosen(PRECISIONS), default=PRECISIONS, metavar="A,B", help=", ".join(PRECISIONS))
    parser.add_argument("--peers", type=chosen([*PEERS, "none"]), default=list(PEERS), metavar="A,B", help=f"{', '.join(PEERS)}; none")
    parser.add_argument("--fresh", action="store_true", help="count again what is kept")
    parser.add_argument("--kept", action="store_true", help="only what is kept: nothing runs, other cells stay empty")
    parser.add_argument("--missing", action="store_true", help="only print the networks that are not there")
    parser.add_argument("--needs", action="store_true", help="only print the environments that the peers' models are made in")
    parser.add_argument("--write", metavar="NETWORK", help="only write a network, where this Python has PyTorch")
    options = parser.parse_args()
    options.peers = [peer for peer in options.peers if peer != "none"]
    try:
        if options.missing:
            print(" ".join(missing(options)))
        elif options.needs:
            print(" ".join(sorted({PEERS[peer].tools for peer in options.peers})))
        elif options.write:
            kept(options.networks_folder / options.write, lambda folder: call(
                [sys.executable, HERE.parent / "Speed/networks.py", options.write, folder], f"writing {options.write}"))
        else:
            options.folder.mkdir(parents=True, exist_ok=True)
            run(options)
    except Failed as error:
        sys.exit(f"compare-boards: {error}")
    except KeyboardInterrupt:
        sys.exit("compare-boards: interrupted; what was counted is kept")


if __name__ == "__main__":
    main()
