"""What the results of a comparison say: a table, on a terminal or in Markdown, and the failures in full."""
import re

HEADS = ["network", "dynamo", "TorchScript", "float32 error", "SQNR Facet", "ORT", "top-1 Facet", "ORT", "labels", "float32 MACs", "time",
         "ms int8 Facet", "ORT", "ratio", "float32 Facet", "ORT"]
# What is worth a look: int8 this much less accurate, in dB, or slower than ONNX Runtime's.
DECIBELS, SLOWER = 1, 1.1


def code(text):
    """Of a failure, Facet's code, or what kind of error it is."""
    found = re.search(r"error\[([^\]]+)\]", text) or re.search(r"\b(\w+Error|Fail|NotImplemented|\w+Exception)\b", text)
    return found[1] if found else text.split("\n")[0][:24]


def conversion(result, exporter):
    """yes, or what went wrong where."""
    for step, text in result["failures"].items():
        if step in (f"export by {exporter}", f"ONNX Runtime float32 on {exporter}", f"Facet on {exporter}"):
            return code(text)
    return "yes" if "int8" in result["exporters"].get(exporter, {}) else "–"


def value(number, form, scale=1):
    return "–" if number is None else format(number * scale, form)


def time(result, engine):
    times = result.get("milliseconds", {}).get(engine)
    return "–" if times is None else f"{times['minimum']:.3g} ({times['median']:.3g})"


def ratio(result):
    """Facet's int8 time as a share of ONNX Runtime's, of the minima."""
    times = result.get("milliseconds", {})
    ours, theirs = times.get("facet int8"), times.get("onnxruntime int8")
    return ours["minimum"] / theirs["minimum"] if ours and theirs else None


def cells(result):
    facet, peer = result["exporters"].get(result.get("measured"), {}), result.get("onnxruntime", {})
    single, ours = facet.get("float32", {}), facet.get("int8", {})
    return [result["name"], conversion(result, "dynamo"), conversion(result, "torchscript"), value(single.get("error"), ".0e"),
            value(ours.get("sqnr_of_differences"), ".1f"), value(peer.get("sqnr_of_differences"), ".1f"),
            value(ours.get("agreement"), ".0f", 100), value(peer.get("agreement"), ".0f", 100), value(result.get("labels"), "d"),
            value(result.get("float32_work"), ".0f", 100) + " %", value(result.get("float32_time"), ".0f", 100) + " %",
            time(result, "facet int8"), time(result, "onnxruntime int8"), value(ratio(result), ".2f"),
            time(result, "facet float32"), time(result, "onnxruntime float32")]


def table(results, markdown):
    rows = [HEADS] + [cells(result) for result in results]
    if markdown:
        rows.insert(1, ["---"] * len(HEADS))
        return "\n".join("| " + " | ".join(row) + " |" for row in rows)
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    return "\n".join("  ".join(cell.ljust(width) if column < 3 else cell.rjust(width)
                               for column, (cell, width) in enumerate(zip(row, widths))).rstrip() for row in rows)


def failures(results):
    """Each with its network and step."""
    return [f"{result['name']}, {step}: {text}" for result in results for step, text in result["failures"].items()]


def behind(results):
    """Where Facet's int8 is less accurate or slower than ONNX Runtime's."""
    lines = []
    for result in results:
        ours = result["exporters"].get(result.get("measured"), {}).get("int8")
        theirs = result.get("onnxruntime")
        if ours and theirs and theirs["sqnr_of_differences"] - ours["sqnr_of_differences"] > DECIBELS:
            lines.append(f"{result['name']}: {theirs['sqnr_of_differences'] - ours['sqnr_of_differences']:.1f} dB less accurate")
        if (ratio(result) or 0) > SLOWER:
            slowest = ", ".join(f"{kind} {milliseconds:.2f} ms" for kind, milliseconds in list(result.get("slowest", {}).items())[:4])
            lines.append(f"{result['name']}: {ratio(result):.2f} times as long; most of it: {slowest}")
    return lines
