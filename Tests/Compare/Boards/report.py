"""What the counts say: Markdown for BENCHMARKS.md."""
import math
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).parents[1] / "Speed"))
from table import TITLES, row, significant  # noqa: E402

NETWORKS = {**TITLES, "demo": "the example's network"}
# Facet's int8 instructions, at most, as a share of the best int8 peer's; and int8's as a share of float32's, Facet's own and the best peer's.
WANTED = {"face-attributes": 1, "resnet18": 1, "mobilenetv2": 1, "mobilenetv3s": 0.9, "demo": 0.9}
WANTED_OF_FLOAT32 = 1
FACET = "facet"


class Counts:
    """`entries` has dictionaries with network, precision, cpu, engine and either count or reason."""

    def __init__(self, entries):
        self.by_cell = {(entry["network"], entry["precision"], entry["cpu"], entry["engine"]): entry for entry in entries}

    def count(self, network, precision, cpu, engine):
        return self.by_cell.get((network, precision, cpu, engine), {}).get("count")

    def best(self, network, precision, cpu):
        """The peer with the fewest instructions, and how many; None where no peer runs."""
        found = {engine: entry["count"] for (*cell, engine), entry in self.by_cell.items()
                 if cell == [network, precision, cpu] and engine != FACET and "count" in entry}
        return min(found.items(), key=lambda item: item[1], default=None)


def table(counts, network, precisions, cpus, engines):
    """Millions of instructions of one network."""
    lines = [row([NETWORKS[network], *cpus.values()]), "|---" * (len(cpus) + 1) + "|"]
    for precision in precisions:
        for engine, title in engines.items():
            if not any((network, precision, cpu, engine) in counts.by_cell for cpu in cpus):
                continue
            cells = []
            for cpu in cpus:
                count, best = counts.count(network, precision, cpu, engine), counts.best(network, precision, cpu)
                text = "–" if count is None else significant(count / 1e6)
                cells.append(f"**{text}**" if best and best[0] == engine else text)
            lines.append(row([f"{title}, {precision}", *cells]))
    return "\n".join(lines)


def checks(counts, networks, cpus, arm):
    """Three tables of Facet's int8 counts as shares of others', and the list of those that are larger than wanted. The last two are wanted
    of ARM only."""
    def peer(network, precision):
        return lambda cpu: (counts.best(network, precision, cpu) or (None, None))[1]

    def own(network):
        return lambda cpu: counts.count(network, "float32", cpu, FACET)

    parts, missed = [], []
    for title, of, wanted, where in (
            ("int8 / best int8 peer", lambda network: peer(network, "int8"), WANTED.get, set(cpus)),
            ("int8 / Facet's float32", own, lambda network: WANTED_OF_FLOAT32, arm),
            ("int8 / best peer's float32", lambda network: peer(network, "float32"), lambda network: WANTED_OF_FLOAT32, arm)):
        lines = []
        for network in networks:
            cells = []
            for cpu in cpus:
                count, other = counts.count(network, "int8", cpu, FACET), of(network)(cpu)
                if count is None or other is None:
                    cells.append("–")
                    continue
                ratio = count / other
                cells.append(f"{ratio:.3f}")
                if cpu in where and ratio > wanted(network):
                    missed.append(f"{NETWORKS[network]}, {cpus[cpu]}: {title} is {ratio:.3f}, wanted at most {wanted(network)}")
            if any(cell != "–" for cell in cells):
                lines.append(row([NETWORKS[network], *cells, f"at most {wanted(network)}" + ("" if where == set(cpus) else ", ARM")]))
        if lines:
            parts.append("\n".join([row([title, *cpus.values(), "wanted"]), "|---" * (len(cpus) + 2) + "|", *lines]))
    return parts, missed


def reasons(entries, cpus, engines):
    """Why cells are empty: one line for each peer and reason, with its networks where it is not all of them."""
    found, of_engine = {}, {}
    for entry in entries:
        kind = f"{NETWORKS[entry['network']]} {entry['precision']}"
        of_engine.setdefault(entry["engine"], set()).add(kind)
        if "reason" in entry:
            found.setdefault((entry["engine"], entry["reason"]), {}).setdefault(entry["cpu"], []).append(kind)
    lines = []
    for (engine, reason), places in found.items():
        kinds = list(dict.fromkeys(kind for listed in places.values() for kind in listed))
        which = "" if set(kinds) == of_engine[engine] else f" ({', '.join(kinds)})"
        lines.append(f"{engines[engine]} on {', '.join(title for cpu, title in cpus.items() if cpu in places)}{which}: {reason}")
    return lines


def doubtful(entries, cpus, engines):
    """Counts of scores that are far from float32's: float32 itself, or int8 that is much worse on one CPU than on another."""
    best, lines = {}, []
    for entry in entries:
        key = entry["network"], entry["precision"], entry["engine"]
        best[key] = max(best.get(key, -math.inf), entry.get("decibels") or -math.inf)
    for entry in entries:
        if "decibels" not in entry:
            continue
        key, decibels = (entry["network"], entry["precision"], entry["engine"]), entry["decibels"]
        least = 40 if entry["precision"] == "float32" else best[key] - 4
        if decibels is None or decibels < least:
            lines.append(f"{engines[entry['engine']]} on {cpus[entry['cpu']]}, {NETWORKS[entry['network']]}, {entry['precision']}: "
                         f"{'not comparable' if decibels is None else f'{decibels} dB'}"
                         + ("" if entry["precision"] == "float32" else f", elsewhere {best[key]} dB"))
    return lines


def bullets(title, lines):
    return f"{title}\n\n" + "\n".join(f"- {line}" for line in lines)


def markdown(about, entries, options):
    """All of it; `options` has networks, precisions, cpus and engines, the last two with their titles."""
    counts = Counts(entries)
    parts = [about]
    parts += [table(counts, network, options.precisions, options.cpus, options.engines) for network in options.networks]
    shares, missed = checks(counts, options.networks, options.cpus, options.arm)
    parts += shares
    if shares:
        parts.append(bullets("More than wanted:", missed) if missed else "None is more than wanted.")
    empty = reasons(entries, options.cpus, options.engines)
    if empty:
        parts.append(bullets("Without a count (–):", empty))
    wrong = doubtful(entries, options.cpus, options.engines)
    if wrong:
        parts.append(bullets("Counted, but with wrong scores (error against float32):", wrong))
    return "\n\n".join(parts)
