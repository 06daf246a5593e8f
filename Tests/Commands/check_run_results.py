#!/usr/bin/env python3
"""Holds results against Formats/run-result.schema.json: check_run_results.py FILE...

A FILE with {"results": [...]} is what 'facet run --json' printed, another one the lines of 'facet-run --json'. Two files must hold the
same samples with the same answers, each score the same float32 number.
"""
import json
import os
import struct
import sys

SCHEMA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Formats", "run-result.schema.json")
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
CHECKED = {"$schema", "$defs", "title", "description", "oneOf", "$ref", "type", "enum", "required", "additionalProperties", "properties", "items",
           "minItems", "maxItems", "minimum"}


def problem(value, schema, root, place="$"):
    """What of the schema does not hold, or None. Of JSON Schema, what the file uses; other words are refused."""
    unknown = set(schema) - CHECKED
    assert not unknown, f"this check does not know {unknown}"
    if "$ref" in schema:
        found = problem(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root, place)
        if found:
            return found
    if "oneOf" in schema:
        found = [problem(value, choice, root, place) for choice in schema["oneOf"]]
        if found.count(None) != 1:
            return f"{place}: {found.count(None)} of the choices hold: {found}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{place}: {value!r} is none of {schema['enum']}"
    if "type" in schema:
        is_bool = isinstance(value, bool)
        if not isinstance(value, TYPES[schema["type"]]) or is_bool != (schema["type"] == "boolean"):
            return f"{place}: {value!r} is no {schema['type']}"
    if isinstance(value, dict):
        missing = [key for key in schema.get("required", []) if key not in value]
        if missing:
            return f"{place}: {missing} missing"
        for key, item in value.items():
            if key in schema.get("properties", {}):
                found = problem(item, schema["properties"][key], root, f"{place}.{key}")
                if found:
                    return found
            elif schema.get("additionalProperties") is False:
                return f"{place}: {key} is not described"
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            return f"{place}: {len(value)} items"
        for index, item in enumerate(value):
            found = problem(item, schema.get("items", {}), root, f"{place}[{index}]")
            if found:
                return found
    if "minimum" in schema and value < schema["minimum"]:
        return f"{place}: {value} is less than {schema['minimum']}"
    return None


def plain(value):
    """Numbers that are not whole as the float32 that they mean."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return struct.unpack("f", struct.pack("f", value))[0] if isinstance(value, float) else value


def main(files):
    with open(SCHEMA, encoding="utf-8") as file:
        schema = json.load(file)
    samples = []
    for name in files:
        with open(name, encoding="utf-8") as file:
            text = file.read()
        try:
            values = [json.loads(text)]
        except json.JSONDecodeError:
            values = [json.loads(line) for line in text.splitlines()]
        for value in values:
            found = problem(value, schema, schema)
            if found:
                sys.exit(f"{name}: {found}")
        samples.append([sample for value in values for sample in value.get("results", [value])])
    for name, other in zip(files[1:], samples[1:]):
        if plain(other) != plain(samples[0]):
            sys.exit(f"{name} and {files[0]} differ:\n{json.dumps(other)}\n{json.dumps(samples[0])}")
    print(f"{len(samples[0])} samples agree")


main(sys.argv[1:])
