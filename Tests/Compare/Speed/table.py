"""What the measured times say: medians, ratios, and the Markdown of BENCHMARKS.md."""
import statistics

# Facet's time, at most, as a share of the fastest peer's.
WANTED = {"int8": {"face-attributes": 0.87, "resnet18": 0.97, "mobilenetv2": 0.85, "mobilenetv3s": 0.75},
          "float32": dict.fromkeys(["face-attributes", "resnet18", "mobilenetv2", "mobilenetv3s"], 1.15)}
TITLES = {"face-attributes": "face-attributes, full size", "resnet18": "ResNet-18", "mobilenetv2": "MobileNetV2",
          "mobilenetv3s": "MobileNetV3-small"}


def summary(turns):
    """Of one network, precision and number of threads: `turns` has for each engine, "facet" among them, a list for each round of its
    nanoseconds. Milliseconds of each engine, the fastest peer and Facet's share of its time: medians over the rounds."""
    rounds = {engine: [statistics.median(times) / 1e6 for times in bursts] for engine, bursts in turns.items()}
    result = {"milliseconds": {engine: statistics.median(values) for engine, values in rounds.items()},
              "minimum": {engine: min(map(min, bursts)) / 1e6 for engine, bursts in turns.items()}, "rounds": rounds}
    peers = [engine for engine in turns if engine != "facet"]
    if peers:
        fastest = min(peers, key=result["milliseconds"].get)
        result["fastest"] = fastest
        result["ratio"] = statistics.median(ours / theirs for ours, theirs in zip(rounds["facet"], rounds[fastest]))
    return result


def significant(value):
    """Milliseconds with three digits."""
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def row(cells):
    return "| " + " | ".join(cells) + " |"


def markdown(results, engines, precision, threads):
    """The table of one precision; `results` maps (network, threads) to a summary, `engines` the name of each to its title."""
    counts = " / ".join(map(str, threads))
    lines = [row([f"{precision}: ms, {counts} thread{'s' if threads != [1] else ''}", *engines.values(), "Facet / fastest peer", "wanted"]),
             "|---" * (len(engines) + 3) + "|"]
    for network in dict.fromkeys(network for network, _ in results):
        parts = [results[network, count] for count in threads]

        def cell(engine):
            if engine not in parts[0]["milliseconds"]:
                return "–"
            times = " / ".join(significant(part["milliseconds"][engine]) for part in parts)
            return f"**{times}**" if all(part.get("fastest") == engine for part in parts) else times

        ratios = " / ".join(f"{part['ratio']:.2f}" if "ratio" in part else "–" for part in parts)
        lines.append(row([TITLES[network], *map(cell, engines), ratios, f"at most {WANTED[precision][network]}"]))
    return "\n".join(lines)
