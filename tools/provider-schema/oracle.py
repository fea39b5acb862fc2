"""Asks the real provider, through `terraform validate`, which values it refuses, and records its words.

    python3 oracle.py SCHEMA.json OUT.json --work DIR --plugin-dir DIR

SCHEMA.json is the output of `terraform providers schema -json` of the provider in the plugin
folder. For every type one block is written in which every argument has a value that no validation
admits; the diagnostics say what the validation wanted. Needs terraform and the provider's binary; the
generator does not: it reads the committed result, `enforced.json`.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys

# Values that no enum, pattern, format or range admits, for one sweep each.
SWEEPS = {
    "odd": {"string": "\u00a7 wrong", "number": "-987654321"},
    "long": {"string": "a" * 3000, "number": "987654321"},
    "host_bits": {"string": "10.0.0.1/8", "number": "1"},
    "host_bits6": {"string": "2001:db8::1/32", "number": "1"},
    "network": {"string": "10.0.0.0/8", "number": "1"},
    "network6": {"string": "2001:db8::/32", "number": "1"},
    "object": {"string": '{"a":1}', "number": "1"},
    "list": {"string": "[1]", "number": "1"},
}
# Sweeps that only ask about arguments whose refusal of the odd value spoke of these.
NARROWED = {
    "host_bits": "CIDR", "host_bits6": "CIDR", "network": "CIDR", "network6": "CIDR", "object": "JSON", "list": "JSON",
}
# The values that a refusal lists, of validations that may ignore the case.
LISTED = re.compile(r"to be one of \[(.*?)\]")
# Refusals that hide the validation of the value: the argument stands beside one that it excludes.
EXCLUDED = re.compile("Conflicting configuration|Invalid combination|Invalid Attribute Combination|Missing required argument")
TYPES_PER_FILE = 60
ALONE_PER_FILE = 400
# Blocks deeper than this are not written: the trees of statements and visuals repeat themselves.
DEEPEST = 7
LARGEST_BLOCK = 6000


class Writer:
    """Writes one configuration and remembers which argument stands on which line."""

    def __init__(self, values):
        self.values = values
        self.own = None
        self.lines = []
        self.places = {}

    def line(self, text, path=None):
        """Adds a line; `path` says which argument it sets."""
        self.lines.append(text)
        if path:
            self.places[len(self.lines)] = path

    def type(self, keyword, name, block):
        """Writes one block of a resource or data source."""
        self.line(f'{keyword} "{name}" "x" {{', f"{keyword}/{name}/")
        self.body(block, f"{keyword}/{name}/", "", 0)
        self.line("}")

    def body(self, block, where, prefix, depth):
        """Writes the arguments and nested blocks of a block."""
        for name, attribute in sorted(block.get("attributes", {}).items()):
            if not (attribute.get("required") or attribute.get("optional")):
                continue
            if name in ("id", "tags_all") and not depth:
                continue
            value = self.value(attribute["type"])
            if value is not None:
                self.line(f"{name} = {value}", where + prefix + name)
        for name, entry in sorted(block.get("block_types", {}).items()):
            needed = entry.get("min_items", 0)
            if name == "timeouts" or (depth >= DEEPEST and not needed) or len(self.lines) > LARGEST_BLOCK * TYPES_PER_FILE:
                continue
            for _ in range(max(1, needed)):
                self.line(f"{name} {{", where + prefix + name)
                self.body(entry["block"], where, prefix + name + ".", depth + 1)
                self.line("}")

    def chain(self, block, where, prefix, names):
        """Writes the required arguments of a block and one chain of names through its blocks."""
        for name, attribute in sorted(block.get("attributes", {}).items()):
            wanted = attribute.get("required") or names[:1] == [name]
            value = self.value(attribute["type"]) if wanted else None
            if self.own is not None and names == [name]:
                value = Writer({**self.values, "string": self.own}).value(attribute["type"])
            if value is not None:
                self.line(f"{name} = {value}", where + prefix + name)
        for name, entry in sorted(block.get("block_types", {}).items()):
            wanted = names[:1] == [name]
            for _ in range(max(entry.get("min_items", 0), 1 if wanted else 0)):
                self.line(f"{name} {{", where + prefix + name)
                self.chain(entry["block"], where, prefix + name + ".", names[1:] if wanted else [])
                self.line("}")

    def value(self, kind):
        """A wrong value of a type, as text."""
        if kind == "bool":
            return "true"
        if kind == "string":
            return json.dumps(self.values["string"], ensure_ascii=False)
        if kind == "number":
            return self.values["number"]
        if isinstance(kind, list) and kind[0] in ("list", "set"):
            inner = self.value(kind[1])
            return None if inner is None else f"[{inner}]"
        if isinstance(kind, list) and kind[0] == "map":
            inner = self.value(kind[1])
            return None if inner is None else f'{{ "k" = {inner} }}'
        if isinstance(kind, list) and kind[0] == "object":
            members = {n: self.value(t) for n, t in kind[1].items()}
            return "{ " + ", ".join(f"{n} = {'null' if v is None else v}" for n, v in members.items()) + " }"
        return None


def configurations(schema, values, only=None):
    """(text, {line: path}) of files that together hold every type."""
    writer, count = Writer(values), 0
    for keyword, kind in (("resource", "resource_schemas"), ("data", "data_source_schemas")):
        for name in sorted(schema[kind]):
            if only and not only(keyword, name):
                continue
            writer.type(keyword, name, schema[kind][name]["block"])
            count += 1
            if count % TYPES_PER_FILE == 0:
                yield "\n".join(writer.lines) + "\n", writer.places
                writer = Writer(values)
    if writer.lines:
        yield "\n".join(writer.lines) + "\n", writer.places


def swapped_values(known):
    """{path: an enum's value in the other case} for every argument whose refusal listed an enum."""
    found = {}
    for path, _, summary, detail in known:
        listed = LISTED.search(f"{summary} {detail}")
        if listed and path.split("/")[-1]:
            values = [v.strip('"') for v in listed[1].split()]
            lettered = [v for v in values if v.swapcase() not in values and v.swapcase() != v]
            if lettered:
                found.setdefault(path, lettered[0].swapcase())
    return found


def alone(schema, values, paths):
    """(text, {line: path}) of files in which each given argument is set without the optional ones beside it.

    `paths` may give a value of its own to each argument.
    """
    writer = Writer(values)
    for number, path in enumerate(sorted(paths), 1):
        keyword, name, inner = path.split("/", 2)
        kind = {"resource": "resource_schemas", "data": "data_source_schemas"}[keyword]
        writer.line(f'{keyword} "{name}" "x{number}" {{', f"{keyword}/{name}/")
        if isinstance(paths, dict):
            writer.own = paths[path]
        writer.chain(schema[kind][name]["block"], f"{keyword}/{name}/", "", inner.split("."))
        writer.line("}")
        if number % ALONE_PER_FILE == 0:
            yield "\n".join(writer.lines) + "\n", writer.places
            writer = Writer(values)
    if writer.lines:
        yield "\n".join(writer.lines) + "\n", writer.places


def validate(text, work, plugin_dir):
    """The diagnostics of `terraform validate` for one file."""
    shutil.rmtree(os.path.join(work, "main.tf"), ignore_errors=True)
    with open(os.path.join(work, "main.tf"), "w", encoding="utf-8") as handle:
        handle.write(text)
    environment = {**os.environ, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
    if not os.path.isdir(os.path.join(work, ".terraform")):
        command = ["terraform", "init", "-backend=false", f"-plugin-dir={plugin_dir}"]
        subprocess.run(command, cwd=work, check=True, capture_output=True, env=environment)
    done = subprocess.run(["terraform", "validate", "-json"], cwd=work, check=False, capture_output=True, env=environment)
    return json.loads(done.stdout)["diagnostics"]


def sweep(files, label, work, plugin_dir):
    """[path, sweep, summary, detail] of every diagnostic of one sweep."""
    for text, places in files:
        for diagnostic in validate(text, work, plugin_dir):
            line = diagnostic.get("range", {}).get("start", {}).get("line", 0)
            yield [places.get(line, ""), label, diagnostic["summary"], diagnostic.get("detail", "")]


def files_of(schema, label, known):
    """The files of one sweep; the narrowed ones follow from what the odd sweep found."""
    if label == "odd":
        return configurations(schema, SWEEPS["odd"])
    if label == "long":
        return configurations(schema, SWEEPS["long"])
    if label in ("odd_alone", "long_alone"):
        paths = {row[0] for row in known if EXCLUDED.search(row[2]) and row[0].split("/")[-1]}
        return alone(schema, SWEEPS[label.split("_")[0]], paths)
    if label == "case":
        return alone(schema, SWEEPS["odd"], swapped_values(known))
    word = NARROWED[label]
    paths = {row[0] for row in known if word in row[2] + row[3] and row[0].split("/")[-1]}
    return alone(schema, SWEEPS[label], paths)


def main(arguments):
    """The command line: writes one JSON line per diagnostic."""
    parser = argparse.ArgumentParser(description="record what the real provider refuses")
    parser.add_argument("schema")
    parser.add_argument("out")
    parser.add_argument("--work", required=True)
    parser.add_argument("--plugin-dir", required=True)
    parser.add_argument("--sweeps", default="odd,odd_alone,case,long,long_alone," + ",".join(NARROWED))
    options = parser.parse_args(arguments)
    os.makedirs(options.work, exist_ok=True)
    with open(options.schema, encoding="utf-8") as handle:
        schema = next(iter(json.load(handle)["provider_schemas"].values()))
    known = []
    if os.path.exists(options.out):
        with open(options.out, encoding="utf-8") as handle:
            known = [json.loads(line) for line in handle]
    with open(options.out, "a", encoding="utf-8") as out:
        for label in options.sweeps.split(","):
            for row in sweep(files_of(schema, label, known), label, options.work, options.plugin_dir):
                known.append(row)
                out.write(json.dumps(row, ensure_ascii=False).replace("a" * 300, "\u2026") + "\n")
                out.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
