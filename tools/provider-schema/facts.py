"""Facts of a real provider that its packages lack: how they are recorded, and how they are used.

    python3 facts.py SCHEMA.json PACKAGE.whl FACTS.json

compares the output of `terraform providers schema -json` with the extraction from the package of the
same version and writes down what the package lacks: sensitive, deprecated and write-only flags, item
limits above one, the few types and trees that it cuts off, and ephemeral resources.
Descriptions are not recorded. A fact must never change the name or a flag of an argument that the package gives.
"""

import copy
import json
import sys

import blocks
import cdk

ATTRIBUTE_FLAGS = ("sensitive", "deprecated", "write_only")
# Limits and deprecations of one version are not carried back over a major version that far off.
OLDEST_MAJOR_WITH_DEPRECATIONS = 5
# A type longer than this (only the definitions of QuickSight) stays unknown.
LONGEST_TYPE = 10_000


def stripped(value):
    """A schema without descriptions and without flags that are false."""
    if isinstance(value, dict):
        return {
            k: stripped(v)
            for k, v in sorted(value.items())
            if not (k in ("description", "description_kind") and isinstance(v, str)) and v is not False
        }
    return value


def record(real, schema):
    """The facts in which a real provider schema exceeds an extracted one."""
    facts = {"flags": {}, "limits": {}, "types": {}, "trees": {}, "shapes": []}
    table = blocks.BlockTable(facts["shapes"])
    for kind, name, block in blocks.schema_blocks(schema):
        known = real["provider"] if kind == "provider" else real.get(kind, {}).get(name)
        if known is not None:
            compare(facts, table, f"{kind}/{name}", stripped(known["block"]), block)
    facts["ephemeral_resource_schemas"] = stripped(real.get("ephemeral_resource_schemas", {}))
    return facts


def compare(facts, table, where, real, block):
    """Adds the facts of one type."""
    if real.get("deprecated"):
        facts["flags"].setdefault("deprecated", {}).setdefault(where, []).append("")
    cut = []
    for path, what, entry, _ in blocks.walk(block):
        known = blocks.find(real, path)
        if known is None:
            continue
        if what == "attribute":
            if known["type"] != entry["type"] and len(json.dumps(known["type"])) <= LONGEST_TYPE:
                facts["types"].setdefault(where, {})[path] = known["type"]
        else:
            limits = {k: known.get(k) for k in ("min_items", "max_items")}
            if limits != {k: entry.get(k) for k in limits}:
                facts["limits"].setdefault(where, {})[path] = [known.get("min_items", 0), known.get("max_items", 0)]
            if entry["block"].get("opaque"):
                cut.append(path)
                facts["trees"].setdefault(where, {})[path] = table.add(known["block"])
    for path, what, entry, _ in blocks.walk(real):
        if any(path.startswith(c + ".") for c in cut):
            continue
        flags = entry if what == "attribute" else entry["block"]
        for flag in ATTRIBUTE_FLAGS:
            if flags.get(flag):
                facts["flags"].setdefault(flag, {}).setdefault(where, []).append(path)


def apply(facts, schema, major):
    """Completes a schema by the facts that its own packages do not contradict."""
    for kind, name, block in blocks.schema_blocks(schema):
        where = f"{kind}/{name}"
        for path, kind_of_value in facts["types"].get(where, {}).items():
            entry = blocks.find(block, path)
            if entry is not None and entry.get("type") != kind_of_value and is_refinement(entry.get("type"), kind_of_value):
                entry["type"] = copy.deepcopy(kind_of_value)
        for path, limits in facts["limits"].get(where, {}).items():
            apply_limits(blocks.find(block, path), *limits)
        for path, place in facts["trees"].get(where, {}).items():
            entry = blocks.find(block, path)
            if entry is not None and entry.get("block", {}).get("opaque"):
                entry["block"] = blocks.BlockTable(facts["shapes"]).block(place)
        for flag, types in facts["flags"].items():
            if flag == "deprecated" and major < OLDEST_MAJOR_WITH_DEPRECATIONS:
                continue
            for path in types.get(where, []):
                apply_flag(block, path, flag)


def is_refinement(kind, better):
    """Whether a recorded type says more than the extracted one, and nothing else."""
    if kind == "dynamic":
        return True
    if isinstance(kind, list) and isinstance(better, list) and len(kind) == len(better) == 2:
        return {kind[0], better[0]} <= {"list", "set"} and (kind[1] == better[1] or is_refinement(kind[1], better[1]))
    return False


def apply_limits(entry, minimum, maximum):
    """Sets item limits above one where the package says "at least one" or "many"."""
    if entry is None or "nesting_mode" not in entry:
        return
    if minimum > 1 and entry.get("min_items") == 1:
        entry["min_items"] = minimum
    cut_off = entry["block"].get("opaque")
    if maximum > (0 if cut_off else 1) and "max_items" not in entry:
        entry["max_items"] = maximum


def apply_flag(block, path, flag):
    """Sets a flag of an attribute, a nested block or, with an empty path, of the type."""
    if not path:
        block[flag] = True
        return
    entry = blocks.find(block, path)
    if entry is None:
        return
    (entry["block"] if "nesting_mode" in entry else entry)[flag] = True


def load(path):
    """Recorded facts."""
    with open(path, encoding="utf-8") as handle:
        return json.load(handle)


def main(arguments):
    """The command line."""
    real_path, package_path, out_path = arguments
    with open(real_path, encoding="utf-8") as handle:
        providers = json.load(handle)["provider_schemas"]
    source, real = next(iter(providers.items()))
    schema = cdk.read_package(package_path, source)
    facts = {"provider": source, "version": schema.version, **record(real, schema)}
    with open(out_path, "w", encoding="utf-8") as handle:
        json.dump(facts, handle, sort_keys=True, separators=(",", ":"))
        handle.write("\n")


if __name__ == "__main__":
    main(sys.argv[1:])
