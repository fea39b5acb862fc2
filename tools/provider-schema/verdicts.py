"""Reads what the oracle recorded into the compact list that the generator uses.

    python3 verdicts.py SCHEMA.json RECORD.jsonl enforced.json

A message is read only if it says exactly what the provider accepts: an enum, a length, a range, a
regular expression, an ARN, JSON or CIDR notation. An argument about which several different
things are said is left out, for it is not told whether all or one of them must hold.
"""

import json
import re
import sys

import blocks
from pulumi import is_settable

QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
KEY = r'"?([\w.\-]+)"?'
INDEX = re.compile(r"\.(?:\d+|k)(?=\.|$)")
# (pattern over "summary | detail", name, group of the key or 0, groups of the values)
READERS = [
    (re.compile(rf"^expected {KEY} to be one of \[(.*)\], got"), "enum", 1),
    (re.compile(r"^Invalid Attribute Value Match \| Attribute (\S.*?) value must be one of: \[(.*)\], got", re.S), "exact", 1),
    (re.compile(r"^Invalid String Enum Value \| .*Path: (\S.*)\nGiven Value: .*\nValid Values: \[(.*)\]$", re.S), "words", 1),
    (re.compile(rf"^expected length of {KEY} to be in the range \((\d+) - (\d+)\)"), "length", 1),
    (re.compile(rf"^expected length of {KEY} to be at least \((\d+)\)()"), "length", 1),
    (re.compile(r"^Invalid Attribute Value Length \| Attribute (\S.*?) string length must be between (\d+) and (\d+)", re.S), "length", 1),
    (re.compile(r"^Invalid Attribute Value Length \| Attribute (\S.*?) string length must be at most ()(\d+)", re.S), "length", 1),
    (re.compile(r'^"([\w.]+)" cannot be longer than ()(\d+) characters'), "length", 1),
    (re.compile(rf"^expected {KEY} to be in the range \((-?[\d.]+) - (-?[\d.]+)\)"), "range", 1),
    (re.compile(rf"^expected {KEY} to be at least \((-?[\d.]+)\)()"), "range", 1),
    (re.compile(rf"^expected {KEY} to be at most \(()(-?[\d.]+)\)"), "range", 1),
    (re.compile(r"^Invalid Attribute Value \| Attribute (\S.*?) value must be between (-?[\d.]+) and (-?[\d.]+)", re.S), "range", 1),
    (re.compile(r"^Invalid Attribute Value \| Attribute (\S.*?) value must be at least (-?[\d.]+)()", re.S), "range", 1),
    (re.compile(r"^Invalid Attribute Value \| Attribute (\S.*?) value must be at most ()(-?[\d.]+)", re.S), "range", 1),
    (re.compile(rf"^expected {KEY} to be a valid port number, got"), "port", 1),
    (re.compile(rf"^expected {KEY} to be a valid port number or 0, got"), "port0", 1),
    (re.compile(rf'^expected value of {KEY} to match regular expression "(.*)", got', re.S), "pattern", 1),
    (re.compile(r'^"([\w.]+)" doesn\'t comply with restrictions \("(.*)"\)'), "pattern", 1),
    (re.compile(r"^Invalid Attribute Value Match \| Attribute (\S.*?) value must match regular expression '(.*)', got", re.S), "pattern", 1),
    (re.compile(r"^Invalid IAM Policy Value \| .*Path: (\S.*)\nValue", re.S), "policy", 1),
    (re.compile(r'^"([\w.]+)" \(.*\) is an invalid ARN', re.S), "arn", 1),
    (re.compile(r"^Invalid ARN Value \| .*Path: (\S.*)\nValue", re.S), "arn", 1),
    (re.compile(r'^"([\w.]+)" contains an invalid JSON policy', re.S), "policy", 1),
    (re.compile(r'^"([\w.]+)" contains an invalid JSON', re.S), "json", 1),
    (re.compile(rf"^expected {KEY} to be a valid RFC3339 date", re.S), "rfc3339", 1),
    (re.compile(r"^Invalid RFC3339 String Value \| ()", re.S), "rfc3339", 0),
    (re.compile(r"^Invalid JSON String Value \| ()", re.S), "json", 0),
    (re.compile(rf'^"{KEY}" doesn\'t look like AWS Account ID'), "account", 1),
    (re.compile(r"^Invalid Attribute Value \| Attribute (\S.*?) value must be a valid AWS account ID", re.S), "account", 1),
    (re.compile(r"CIDR"), "cidr", 0),
]
ODD = "\u00a7"
IGNORED = re.compile(
    r"^(Conflicting configuration|Invalid combination|Invalid Attribute Combination|Missing required argument"
    r"|Argument is deprecated|Deprecated|Value for undeclared|Redundant|Argument deprecated|Attribute Deprecated)"
)
CIDR_SWEEPS = ("odd", "odd_alone", "host_bits", "host_bits6", "network", "network6")


def leaves(schema):
    """{"resource/aws_x": {inner path: type}} of all arguments that may be set."""
    found = {}
    for keyword, kind in (("resource", "resource_schemas"), ("data", "data_source_schemas")):
        for name, entry in schema[kind].items():
            found[f"{keyword}/{name}"] = {
                path: entry_["type"]
                for path, what, entry_, _ in blocks.walk(entry["block"])
                if what == "attribute" and is_settable(entry_)
            }
    return found


def plain(path):
    """A path of a message without indexes and set elements."""
    while "[" in path:
        start, depth, end = path.index("["), 0, len(path)
        for at in range(start, len(path)):
            depth += {"[": 1, "]": -1}.get(path[at], 0)
            if depth == 0:
                end = at + 1
                break
        path = path[:start] + path[end:]
    return INDEX.sub("", path)


def locate(paths, line_path, key):
    """The argument that a message speaks of, or nothing."""
    key = plain(key) if key else ""
    if line_path in paths:
        return line_path if not key or line_path.endswith(key.rsplit(".", 1)[-1]) else None
    if "." in key and key in paths:
        return key
    # A bare name may be that of any argument inside.
    inside = [p for p in paths if (not line_path or p.startswith(line_path + ".")) and key and ("." + p).endswith("." + key)]
    return inside[0] if len(inside) == 1 else None


def read(message):
    """(kind, key, values) of a message; kind "other" where it is not understood."""
    for pattern, kind, key_group in READERS:
        match = pattern.search(message)
        if not match:
            continue
        key = match[key_group] if key_group else ""
        groups = match.groups()[1:] if key_group else ()
        if kind in ("enum", "exact"):
            quoted = QUOTED.findall(groups[0])
            values = quoted if quoted else groups[0].split()
            return kind, key, tuple(values)
        if kind == "words":
            return kind, key, tuple(groups[0].split())
        if kind in ("port", "port0"):
            return "range", key, ("0" if kind == "port0" else "1", "65535")
        if kind == "pattern":
            return kind, key, (groups[0].replace("\\\\", "\\").replace('\\"', '"'),)
        return kind, key, tuple(groups)
    return "other", "", ()


def collect(schema, rows):
    """{path: {kind: set of values, "sweeps": {...}}}."""
    known, found = leaves(schema), {}
    for line_path, sweep, summary, detail in rows:
        if not line_path or IGNORED.match(summary):
            continue
        # Beside the value in the other case stand arguments that have the odd one.
        if sweep == "case" and ODD in summary + detail:
            continue
        keyword, name, inner = line_path.split("/", 2)
        kind, key, values = read(f"{summary} | {detail}" if detail else summary)
        path = locate(known[f"{keyword}/{name}"], inner, key)
        if path is None:
            continue
        full = f"{'data/' if keyword == 'data' else ''}{name}.{path}"
        found.setdefault(full, {}).setdefault(sweep.removesuffix("_alone"), set()).add((kind, values))
    return found


def summarize(said, path=""):
    """The verdict on one argument from what was said of it in each sweep."""
    odd, long = said.get("odd", set()), said.get("long", set())
    kinds = {kind for kind, _ in odd}
    verdict = {"refused": True} if odd else {}
    if len(odd) == 1:
        (kind, values), = odd
        if kind in ("enum", "exact", "words"):
            verdict["words" if kind == "words" else "enum"] = sorted(set(values))
            if kind == "enum" and not said.get("case") and any(v.lower() != v.upper() for v in values):
                verdict["ignore_case"] = True
        elif kind == "range":
            verdict["range"] = bounds(values, long, "range")
        elif kind == "length":
            verdict["length"] = bounds(values, long, "length")
        elif kind == "pattern":
            verdict["pattern"] = values[0]
        elif kind == "cidr":
            verdict["format"] = cidr_format(said, path)
        elif kind in ("json", "policy"):
            verdict["format"] = json_format(kind, said)
        elif kind in ("arn", "rfc3339", "account"):
            verdict["format"] = kind
    elif kinds == {"json", "policy"} or kinds == {"json", "other"}:
        verdict["format"] = "json"
    lengths = {values for kind, values in long if kind == "length"}
    if len(lengths) == 1 and "length" not in verdict and not verdict.keys() & {"enum", "words"}:
        verdict["length"] = numbers(lengths.pop())
    ranges = {values for kind, values in long if kind == "range"}
    if not odd and len(long) == 1 and len(ranges) == 1:
        verdict["range"] = numbers(ranges.pop())
    return {key: value for key, value in verdict.items() if value}


def numbers(values):
    """Bounds as numbers; what is not said is nothing."""
    return [json.loads(v) if v else None for v in values]


def bounds(values, long, kind):
    """Bounds from the odd sweep, completed by those of the long one."""
    low, high = numbers(values)
    for other, more in long:
        if other == kind:
            more = numbers(more)
            low, high = (more[0] if low is None else low), (more[1] if high is None else high)
    return [low, high]


def cidr_format(said, path=""):
    """Which CIDR notation the provider wants; "cidr" where the sweeps do not say more."""
    refused = {sweep: bool(said.get(sweep)) for sweep in ("host_bits", "host_bits6", "network", "network6")}
    if refused["network"] and refused["network6"]:
        return None
    if refused["network"] and "v6" not in path:
        # The sweep's IPv4 network may have been refused for its size.
        return "cidr"
    family = "ipv6_" if refused["network"] else "ipv4_" if refused["network6"] else ""
    strict = refused["host_bits"] if family != "ipv6_" else refused["host_bits6"]
    if not family and refused["host_bits"] != refused["host_bits6"]:
        return "cidr"
    if strict:
        return family + "cidr_network"
    return family + "cidr"


def json_format(kind, said):
    """Whether any JSON will do."""
    return None if said.get("object") else ("policy" if said.get("list") and kind == "policy" else "json")


def main(arguments):
    """The command line."""
    schema_path, record_path, out_path = arguments
    with open(schema_path, encoding="utf-8") as handle:
        schema = next(iter(json.load(handle)["provider_schemas"].values()))
    with open(record_path, encoding="utf-8") as handle:
        rows = [json.loads(line) for line in handle]
    found = collect(schema, rows)
    verdicts = {path: summarize(said, path) for path, said in sorted(found.items())}
    verdicts = {path: verdict for path, verdict in verdicts.items() if verdict.keys() - {"refused"}}
    with open(out_path, "w", encoding="utf-8") as handle:
        handle.write("{\n")
        lines = [json.dumps(p) + ":" + json.dumps(v, sort_keys=True, separators=(",", ":"), ensure_ascii=False) for p, v in verdicts.items()]
        handle.write(",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
