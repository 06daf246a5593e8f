"""Times Facet and other engines on four networks, in alternation, and prints the tables of BENCHMARKS.md. Scripts/compare-speed runs it.

Every engine has a process of its own, which is stopped while it is not its turn: threads that wait for work by spinning take nothing
from the others. A turn lasts about 0.1 s; its first inferences do not count. All engines take the same float32 image, already
normalized, and give all scores. Networks and the peers' int8 models are kept in the folder and made again only when they are missing."""
import argparse
import importlib.metadata
import json
import pathlib
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from load import Load
from peers import PEERS
from table import TITLES, markdown, summary

HERE = pathlib.Path(__file__).parent
# Inferences of a turn that do not count: caches and clocks are another's.
DROPPED = 5


class Failed(Exception):
    """What went wrong and what to do."""


def chosen(known):
    """Reads a list such as a,b, of what is known."""
    def read(text):
        names = text.replace(",", " ").split()
        unknown = [name for name in names if name not in known]
        if unknown or not names:
            raise argparse.ArgumentTypeError(f"'{', '.join(unknown) or text}' is none of {', '.join(known)}")
        return names
    return read


def number(text):
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"'{text}' is no number from 1 to 1000")
    return int(text)


def numbers(text):
    return [number(part) for part in text.replace(",", " ").split()] or [number(text)]


def packages(peers):
    """Names for pip: networks are written with PyTorch."""
    return ["numpy", "torch", "onnx"] + [package for peer in peers for package in PEERS[peer].packages]


def versions(names):
    """Of installed packages; what is missing is told at once."""
    found, missing = {}, []
    for name in names:
        try:
            found[name] = importlib.metadata.version(name).partition("+")[0]
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    if missing:
        raise Failed(f"the Python environment lacks {', '.join(missing)}. Install: {sys.executable} -m pip install {' '.join(missing)}")
    return found


def call(command, what):
    try:
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    except OSError as error:
        raise Failed(f"{what} cannot be started: {error}")
    if done.returncode:
        raise Failed(f"{what} failed, with status {done.returncode}:\n{(done.stderr or done.stdout).strip()[-1500:]}")
    return done.stdout


def kept(folder, make):
    """A folder that `make` fills aside if it is missing, so that it is whole or not there."""
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = pathlib.Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            make(aside)
            aside.chmod(0o755)
            aside.rename(folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return folder


class Peer:
    """A peer with a model open, stopped between its turns."""

    def __init__(self, name, model, calibration, threads, precision):
        self.what, self.errors = f"{PEERS[name].title} on {model}", tempfile.TemporaryFile("w+")
        command = [sys.executable, HERE / "peers.py", "serve", name, model, calibration, threads, precision]
        self.process = subprocess.Popen(list(map(str, command)), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.errors)
        self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            self.errors.seek(0)
            raise Failed(f"{self.what} ended:\n{self.errors.read().strip()[-1500:]}")
        self.process.send_signal(signal.SIGSTOP)
        return json.loads(line)

    def turn(self, inferences):
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.write(f"{inferences + DROPPED}\n")
        self.process.stdin.flush()
        return self.answer()[DROPPED:]

    def end(self):
        self.process.kill()
        self.process.communicate()
        self.errors.close()


class Facet:
    """One process for each turn."""

    def __init__(self, command, bundle, threads):
        self.command = [command, "benchmark", bundle, "--threads", threads, "--warm-up", DROPPED, "--json", "--iterations"]

    def turn(self, inferences):
        return json.loads(call([*self.command, inferences], "facet benchmark"))["ns"]

    def end(self):
        pass


def alternate(engines, rounds, least=10):
    """Nanoseconds of each engine and round. A round before them finds how many inferences a turn of each has, `least` or more."""
    inferences = {name: max(least, min(500, int(1e8 / min(engine.turn(least))))) for name, engine in engines.items()}
    turns = {name: [] for name in engines}
    order = list(engines)
    for _ in range(rounds):
        for name in order:
            turns[name].append(engines[name].turn(inferences[name]))
        order.append(order.pop(0))
    return turns


def measure(options, network, precision, threads):
    """A summary of one network, precision and number of threads."""
    home = kept(options.folder / "networks" / network, lambda folder: call(
        [sys.executable, HERE / "networks.py", network, folder], f"writing {network}"))
    onnx, calibration = home / "network.onnx", home / "calibration.npy"
    models = {}
    for peer in options.peers:
        engine = PEERS[peer]
        if engine.quantized is None:
            file = options.litert / f"{network}.{'fp32' if precision == 'float32' else precision}.tflite"
            if file.exists():
                models[peer] = file
            else:
                print(f"{engine.title}: no {file}, left out", file=sys.stderr)
        elif precision == "float32":
            models[peer] = onnx
        else:
            release = "-".join(options.versions[package] for package in engine.packages)
            models[peer] = kept(options.folder / f"{peer}-{release}" / network, lambda folder: call(
                [sys.executable, HERE / "peers.py", "quantize", peer, onnx, calibration, folder],
                f"quantizing {network} for {engine.title}")) / engine.quantized
    bundle = options.folder / f"{network}.{precision}.facet"
    call([options.facet, "compile", onnx, "--precision", precision, *(["--calibration", calibration] if precision == "int8" else []),
          "-o", bundle], "facet compile")
    engines, load = {}, Load()
    try:
        for peer, model in models.items():
            engines[peer] = Peer(peer, model, calibration, threads, precision)
        engines["facet"] = Facet(options.facet, bundle, threads)
        result = summary(alternate(engines, options.rounds))
    finally:
        for engine in engines.values():
            engine.end()
    return {**result, "others": load.others()}


def machine(facet, bundle):
    """As `facet benchmark` names it: the CPU and the kernels that it runs."""
    lines = call([facet, "benchmark", bundle, "--iterations", 1], "facet benchmark").splitlines()
    about = {line.split()[0]: line.split(maxsplit=1)[1] for line in lines if len(line.split()) > 1}
    return f"{about['machine']}, kernels {about['kernels'].partition(',')[0]}"


def system():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()


def run(options):
    if "litert" in options.peers and not options.litert:
        raise Failed("LiteRT has no quantizer here: LITERT=folder names one with NAME.int8.tflite and NAME.fp32.tflite")
    options.versions = versions(packages(options.peers))
    results = {precision: {} for precision in options.precisions}
    for precision in options.precisions:
        for network in options.networks:
            for threads in options.threads:
                print(f"{network}, {precision}, {threads} thread{'s' if threads > 1 else ''}", file=sys.stderr)
                results[precision][network, threads] = measure(options, network, precision, threads)
    engines = {peer: PEERS[peer].title for peer in options.peers} | {"facet": "Facet"}
    about = {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "machine": machine(options.facet, options.folder / f"{options.networks[0]}.{options.precisions[0]}.facet"), "system": system(),
        "versions": {name: options.versions[name] for peer in options.peers for name in PEERS[peer].packages}
        | {"facet": call([options.facet, "--version"], "facet --version").strip()}, "rounds": options.rounds}
    others = max(entry["others"] for part in results.values() for entry in part.values())
    text = (f"{about['machine']}; {about['system']}; {', '.join(f'{name} {version}' for name, version in about['versions'].items())}; "
            f"{about['date']}; medians of {options.rounds} round{'s' if options.rounds > 1 else ''}; "
            f"other processes took at most {100 * others:.0f} % of the CPUs.\n\n"
            + "\n\n".join(markdown(results[precision], engines, precision, options.threads) for precision in options.precisions))
    entries = [{"precision": precision, "network": network, "threads": threads, **entry}
               for precision, part in results.items() for (network, threads), entry in part.items()]
    (options.folder / "results.json").write_text(json.dumps({**about, "results": entries}, indent=1) + "\n")
    (options.folder / "results.md").write_text(text + "\n")
    print(f"\n{text}\n")
    print(f"The same is in {options.folder}/results.md, each round in results.json.", file=sys.stderr)
    if others > 0.1:
        print("The machine had other work: ratios, those of several threads above all, are not to be trusted.", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(prog="compare-speed", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facet", default=".build/release/facet", help="the command to measure")
    parser.add_argument("--folder", type=pathlib.Path, default="dist/compare-speed", help="for networks, models and results")
    parser.add_argument("--networks", type=chosen(list(TITLES)), default=list(TITLES), metavar="A,B", help=", ".join(TITLES))
    parser.add_argument("--precisions", type=chosen(["int8", "float32"]), default=["int8", "float32"], metavar="A,B", help="int8, float32")
    parser.add_argument("--threads", type=numbers, default=[1, 2], metavar="A,B", help="numbers of threads")
    parser.add_argument("--peers", type=chosen(list(PEERS)), metavar="A,B", help=f"{', '.join(PEERS)}; LiteRT where --litert is given")
    parser.add_argument("--litert", type=pathlib.Path, metavar="FOLDER", help="NETWORK.int8.tflite and NETWORK.fp32.tflite")
    parser.add_argument("--rounds", type=number, default=8, metavar="N", help="turns of each engine")
    parser.add_argument("--packages", action="store_true", help="only print what pip has to install")
    options = parser.parse_args()
    options.peers = options.peers or [peer for peer in PEERS if peer != "litert" or options.litert]
    if options.packages:
        print(" ".join(packages(options.peers)))
        return
    try:
        run(options)
    except Failed as error:
        sys.exit(f"compare-speed: {error}")
    except KeyboardInterrupt:
        sys.exit("compare-speed: interrupted; nothing was written")


if __name__ == "__main__":
    main()
