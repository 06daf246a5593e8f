"""Measures Facet on one network: engine.py FACET FACET-RUN NETWORK

NETWORK.onnx, NETWORK.json and NETWORK.calibration.npy are those of Examples/face-attributes/paper_scale.py. Bundles are written beside
them. Prints Markdown: what is wanted beside what was measured, then times by threads and by instruction set. Scripts/benchmark-engine
runs it."""
import json
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time

from load import Load

SIDE, STARTS, ROUNDS, THREADS = 128, 20, 6, [1, 2]
MEASURE = pathlib.Path(__file__).parents[3] / "Scripts/measure"
# From these targets' bundles each level's time is taken: the layout of the weights is the target's.
TARGETS = ["x86-64-vnni", "x86-64"]


def call(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"benchmark-engine: {command[0]} {command[1]} failed:\n{(done.stderr or done.stdout).strip()}")
    return done.stdout


def row(*cells):
    print("| " + " | ".join(cells) + " |")


def megabytes(count):
    return f"{count / 1e6:.2f} MB"


def start_to_scores(command):
    """Milliseconds from before a process starts until it has ended, its scores printed; the least and the median."""
    nothing = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    times = []
    for _ in range(STARTS):
        start = time.perf_counter_ns()
        _, status = os.waitpid(os.posix_spawn(command[0], command, os.environ, file_actions=nothing), 0)
        times.append((time.perf_counter_ns() - start) / 1e6)
        if status:
            sys.exit(f"benchmark-engine: {' '.join(command)} failed")
    return min(times), statistics.median(times)


class Times:
    """Medians of single inferences for several settings of `facet benchmark`, taken in turns."""

    def __init__(self, facet, settings):
        rounds = {key: [] for key in settings}
        for _ in range(ROUNDS):
            for key, (bundle, iterations, options) in settings.items():
                times = json.loads(call(facet, "benchmark", bundle, "--iterations", iterations, "--json", *options))["ns"]
                rounds[key].append(statistics.median(times) / 1e6)
        self.rounds = rounds

    def __getitem__(self, key):
        return statistics.median(self.rounds[key])

    def ratio(self, one, other):
        return statistics.median(a / b for a, b in zip(self.rounds[one], self.rounds[other]))


def levels_of(facet, bundle):
    """The instruction sets that this CPU has kernels of, as the message on one that does not exist lists them; the best first."""
    done = subprocess.run([facet, "benchmark", bundle, "--isa", "none", "--iterations", "1"], capture_output=True, text=True)
    found = re.search(r"It has ([a-z0-9, ]+)\.", done.stderr)
    if not found:
        sys.exit(f"benchmark-engine: 'facet benchmark --isa none' lists no instruction sets:\n{done.stderr}")
    return found[1].split(", ")


def main(facet, runner, network):
    load = Load()
    model = [f"{network}.onnx", "--recipe", f"{network}.json", "--calibration", f"{network}.calibration.npy"]
    bundles = {target: f"{network}.{target}.facet" for target in TARGETS}
    reports = {target: call(sys.executable, MEASURE, facet, "compile", *model, "--target", target, "-o", bundle, "--json")
               for target, bundle in bundles.items()}
    main_report, bundle = reports[TARGETS[0]], bundles[TARGETS[0]]
    # `measure` prints its line after the report.
    report, cost = json.JSONDecoder().raw_decode(main_report)[0], main_report.strip().splitlines()[-1]
    size, arena, bound = os.path.getsize(bundle), report["arena_bytes"], report["arena_lower_bound"]
    levels = levels_of(facet, bundle)

    with tempfile.TemporaryDirectory() as folder:
        pixels = os.path.join(folder, "pixels.raw")
        with open(pixels, "wb") as file:
            file.write(random.Random(5).randbytes(SIDE * SIDE * 3))
        least, median = start_to_scores([runner, bundle, pixels])
        # A shell between: the kernel counts what a process held before it became another program, here this one's memory.
        peak = json.loads(call("sh", "-c", '"$@"; exit $?', "sh", runner, bundle, pixels, "--iterations", 10))["rss_mb"] * 2**20
        scores = set()
        for target in TARGETS:
            for level in levels:
                for threads in (1, 2, 4):
                    written = os.path.join(folder, "scores")
                    call(runner, bundles[target], pixels, "--isa", level, "--threads", threads, "--dump-scores", written)
                    scores.add(pathlib.Path(written).read_bytes())

    # Scalar code takes far longer: fewer inferences.
    count = {level: 5 if level == "scalar" else 40 for level in levels}
    by_threads = Times(facet, {threads: (bundle, 100, ["--threads", threads]) for threads in THREADS})
    by_level = Times(facet, {(level, target): (bundles[target], count[level], ["--isa", level]) for level in levels for target in TARGETS})

    others = load.others()
    about = call(facet, "benchmark", bundle, "--iterations", 1).splitlines()
    print(f"{about[0].split(maxsplit=1)[1]}, kernels {levels[0]}; facet {call(facet, '--version').strip()}; "
          f"{time.strftime('%Y-%m-%d', time.gmtime())}; other processes took {100 * others:.0f} % of the CPUs.\n")
    row("full-size network, int8", "wanted", "measured")
    row(*["---"] * 3)
    row(f"process start to scores, `facet-run`, raw pixels, least and median of {STARTS}", "at most 8 ms",
        f"{least:.1f} and {median:.1f} ms")
    row("peak resident memory of `facet-run`", "bundle + arena + 2 MB",
        f"{megabytes(peak)}: bundle + arena + {megabytes(peak - size - arena)}")
    row("arena, and what no plan can go below", "at most 0.5 MB", f"{megabytes(arena)}, {megabytes(bound)}")
    row("bundle", "at most 10.9 MB", megabytes(size))
    row("`facet compile` with 32 images, its peak memory", "at most 15 s", cost.replace(" peak memory", ""))
    row("one thread's time / two threads'", "at least 1.93",
        f"{by_threads.ratio(*THREADS):.2f} ({by_threads[1]:.2f} / {by_threads[2]:.2f} ms)")
    row(f"different scores of {len(levels)} instruction sets, 1, 2, 4 threads, {len(TARGETS)} layouts", "none",
        "none: the same bytes" if len(scores) == 1 else f"{len(scores)} different results")
    print()
    row("one thread, ms", *(f"bundle for {target}" for target in TARGETS), "wanted")
    row(*["---"] * (len(TARGETS) + 2))
    for level in levels:
        row(level, *(f"{by_level[level, target]:.2f}" for target in TARGETS), "at most 7" if level == "avx2" else "")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
