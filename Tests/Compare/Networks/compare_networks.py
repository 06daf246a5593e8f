"""Compares Facet with ONNX Runtime on networks of torchvision and timm: what converts, accuracy, time. Scripts/compare-networks runs it.

    make compare-networks [ONLY=resnet18,timm/convnext_base] [EXPORTER=dynamo] [SAMPLES=64] [ROUNDS=4] [LIMIT=1200] [FRESH=1]

Networks have random weights that zoo.py makes matter; nothing but packages is downloaded. Each is written by both exporters of PyTorch
and compiled; the rest is measured on the first exporter whose model converts. Columns:

dynamo, TorchScript    yes where both float32 and int8 convert from what that exporter wrote, otherwise the first error's code
float32 error          the largest difference from ONNX Runtime's float32, relative to the largest score
SQNR                   dB of int8 against ONNX Runtime's float32, of what differs between samples; the table's JSON also has it of the scores
top-1                  percent of samples (of places, for segmentation) with the same best label as float32
labels                 how many labels are best anywhere: agreement on few labels says little
float32 MACs, time     what of an int8 bundle's multiply-accumulates and of its time is spent in float32
ms                     one thread, minimum (median), engines in turns

ONNX Runtime's int8: its own preparation, then static QDQ; unsigned activations, signed weights for each channel, minimum and maximum of the
same 32 pictures; where its quantizer fails on one exporter's model, of the other's. Each network has a process and a time limit; what fails
is a row. Results are kept and not measured again while Facet, these scripts and the packages stay the same.
"""
import argparse
import os
import pathlib
import signal
import sys
import time

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE.parent / "Speed"))
from compare_speed import Failed, call, chosen, number, system, versions  # noqa: E402
from names import EXPORTERS, NAMES  # noqa: E402
from rows import Rows, write  # noqa: E402
from report import behind, failures, table  # noqa: E402

PACKAGES = ["torch", "torchvision", "timm", "onnx", "onnxscript", "onnxruntime"]


def networks(text):
    """Full names: of the list, or any that timm/ or torchvision/ stands before."""
    known, found = {name.partition("/")[2]: name for name in NAMES}, []
    for name in text.replace(",", " ").split():
        if name not in known and name.partition("/")[0] not in ("timm", "torchvision"):
            raise argparse.ArgumentTypeError(f"'{name}' is none of {', '.join(known)}, nor timm/NAME, nor torchvision/NAME")
        found.append(known.get(name, name))
    return found


def about(options, found):
    """Where and of what the figures are."""
    cpu = next((line.partition(":")[2].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "unknown CPU")
    facet = call([options.facet, "--version"], "facet --version").strip()
    return {"machine": f"{cpu}, {os.cpu_count()} CPUs", "system": system(), "threads": 1, "date": time.strftime("%Y-%m-%d", time.gmtime()),
            "versions": {**found, "facet": facet}, "samples": options.samples, "calibration": 32, "rounds": options.rounds}


def heading(about, results):
    others = max((result.get("others", 0) for result in results), default=0)
    return (f"{about['machine']}; {about['system']}; {', '.join(f'{name} {version}' for name, version in about['versions'].items())}; "
            f"{about['date']}; one thread; {about['rounds']} rounds; {about['samples']} samples; other processes took at most "
            f"{100 * others:.0f} % of the CPUs.")


def run(options):
    if options.facet is None or not pathlib.Path(options.facet).exists():
        raise Failed(f"there is no {options.facet}")
    found = versions(PACKAGES)
    facts = about(options, found)
    settings = {"facet": str(pathlib.Path(options.facet).resolve()), "onnxruntime": found["onnxruntime"], "samples": options.samples,
                "rounds": options.rounds, "exporters": options.exporter}
    rows, results = Rows(options.folder.resolve(), settings, found, options.limit, options.fresh), []
    for index, name in enumerate(options.only):
        result = rows.kept(name)
        print(f"{index + 1} of {len(options.only)}: {name}{', kept' if result else ''}", file=sys.stderr, flush=True)
        results.append(result or rows.measured(name))
        write(options.json, {"about": facts, "results": results})
    print(f"{heading(facts, results)}\n\n{table(results, options.markdown)}")
    for title, lines in ("Failures", failures(results)), ("int8 behind ONNX Runtime's", behind(results)):
        if lines:
            print(f"\n{title}:\n\n" + "\n".join(f"- {line}" for line in lines))


def main():
    parser = argparse.ArgumentParser(prog="compare-networks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--facet", default=".build/release/facet", help="the command to measure")
    parser.add_argument("--folder", type=pathlib.Path, default="dist/compare-networks", help="for networks and results that are kept")
    parser.add_argument("--only", type=networks, default=NAMES, metavar="A,B", help="these networks; timm/NAME or torchvision/NAME names others")
    parser.add_argument("--exporter", type=chosen(EXPORTERS), default=EXPORTERS, metavar="A,B", help=", ".join(EXPORTERS))
    parser.add_argument("--samples", type=number, default=64, metavar="N", help="pictures to compare on, at most 128")
    parser.add_argument("--rounds", type=number, default=4, metavar="N", help="turns of each engine")
    parser.add_argument("--limit", type=int, default=1200, metavar="SECONDS", help="for one network")
    parser.add_argument("--markdown", action="store_true", help="print the table as Markdown")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write all figures here, too, after each network")
    parser.add_argument("--fresh", action="store_true", help="make networks and figures again that were kept")
    options = parser.parse_args()
    options.json = options.json or options.folder / "results.json"
    # Also in the background, where a shell ignores the first: what was started ends with this.
    for ending in signal.SIGINT, signal.SIGTERM:
        signal.signal(ending, signal.default_int_handler)
    try:
        run(options)
    except Failed as error:
        sys.exit(f"compare-networks: {error}")
    except KeyboardInterrupt:
        sys.exit("compare-networks: interrupted; the same command goes on from here")


if __name__ == "__main__":
    main()
