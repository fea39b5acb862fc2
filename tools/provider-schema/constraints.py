"""Joins what the API models, CloudFormation, the documentation and the provider itself say of values.

A constraint is kept only if a wrong finding from it is unlikely: contradicted ones are dropped, as
are limits that say nothing, patterns that cannot be rewritten and numbers that may mean "unset".
"""

import json
import os
import re

import api_models
import blocks
import cloudformation
import enforced
import formats
import inputs
import patterns

HERE = os.path.dirname(os.path.abspath(__file__))
# Words in the name of a shape or argument whose values grow over time.
GROWING = re.compile(
    r"instance_?(type|class)|node_?type|runtime|engine|version|region|famil|platform|machine|hardware|model"
    r"|storage_?type|volume_?type|compute_?type|worker_?type|language|locale|country|currency|time_?zone|voice"
    r"|resource_?type|service|event|operating_?system|solution|security_?policy|ssl|tls|cipher|algorithm|size|tier"
    r"|sku|edition|license|feature|capabilit|metric|connector|data_?source|provider|integration|key_?spec|product",
    re.IGNORECASE,
)
# An enum longer than this is a catalogue, not a choice.
LARGEST_CLOSED_ENUM = 24
LARGEST_NUMBER = 2**31 - 1
NUMBER = re.compile(r"^-?\d+$")
VALUE = re.compile(r"^[A-Za-z0-9][\w.:\-]*$")


def load_overrides():
    """The hand-written tables: aliases, operations and constraints that are switched off."""
    with open(os.path.join(HERE, "overrides.json"), encoding="utf-8") as handle:
        return json.load(handle)


def build(schemas, enrichers, packages, cache):
    """The constraints of all arguments of the given AWS schemas; newer schemas go first."""
    paths = {p.role: inputs.fetch(p, cache) for p in packages if p.role in ("api", "cloudformation")}
    models = api_models.Models(paths["api"])
    templates = cloudformation.Templates(paths["cloudformation"])
    overrides = load_overrides()
    newest = {int(s.version.split(".")[0]): s for s in schemas}
    merged, kinds, texts = {}, {}, {}
    for major in sorted(enrichers, reverse=True):
        if major not in newest or major < 5:
            continue
        modules = {name: r.module for name, r in enrichers[major].pairs.items()}
        found = one_version(newest[major], modules, enrichers[major].texts, models, templates, overrides)
        for path, constraint in found.items():
            merged.setdefault(path, constraint)
        for path, text in enrichers[major].texts.items():
            texts.setdefault(path, text)
        for prefix, types in (("", newest[major].resources), ("data/", newest[major].data_sources)):
            for name, schema in types.items():
                for path, kind in argument_types(schema["block"], prefix + name):
                    kinds.setdefault(path, kind)
    add_formats(merged, kinds)
    verdicts = enforced.load(os.path.join(HERE, "enforced.json"))
    enforced.merge(
        merged, verdicts, kinds, is_open, lambda path: cloudformation.documented_values(texts.get(path, ""))
    )
    confirm_formats(merged)
    for path in overrides["off"]:
        merged.pop(path, None)
    return nest(merged)


def one_version(schema, modules, texts, models, templates, overrides):
    """The constraints of one version of the provider, by full path."""
    finder = api_models.OperationFinder(models, overrides, modules)
    mapper, found = api_models.Mapper(models, finder), {}
    for name in sorted(schema.resources):
        block = schema.resources[name]["block"]
        mapper.map_type(name, block)
        properties = cloudformation.map_type(templates, name, block, mapper.operations.get(name))
        for path, kind in argument_types(block, name):
            match, prop = mapper.matches.get(path), properties.get(path, {})
            values = cloudformation.documented_values(texts.get(path, ""))
            constraint = join(kind, match, prop, values, path)
            if constraint:
                found[path] = constraint
    return found


def argument_types(block, path):
    """(path, type) of every argument that may be set, also inside objects."""
    for name, attribute in block.get("attributes", {}).items():
        if attribute.get("required") or attribute.get("optional"):
            yield f"{path}.{name}", attribute["type"]
            members = api_models.object_in(attribute["type"])
            if members:
                inner = {n: {"type": t, "optional": True} for n, t in members.items()}
                yield from argument_types({"attributes": inner}, f"{path}.{name}")
    for name, entry in block.get("block_types", {}).items():
        yield from argument_types(entry["block"], f"{path}.{name}")


def element_type(kind):
    """The primitive type of an argument's values, or nothing."""
    if isinstance(kind, list) and kind[0] in ("list", "set"):
        kind = kind[1]
    return kind if isinstance(kind, str) else None


def join(kind, match, prop, documented, path):
    """The constraint of one argument from all that is known of it; empty if nothing certain is."""
    primitive = element_type(kind)
    limits = match.limits if match else {}
    constraint = {}
    if primitive in ("string", "number"):
        values = [str(v) for v in prop.get("enum", [])]
        if limits.get("enum") or values:
            constraint = enum_constraint(limits.get("enum", []), values, documented, match, path)
            if constraint is None:
                return {}
        else:
            constraint = limits_constraint(primitive, limits, match, prop)
    if match and isinstance(kind, list):
        if match.list_limits.get("min", 0) > 1:
            constraint["min_items"] = match.list_limits["min"]
        if 0 < match.list_limits.get("max", 0) < LARGEST_NUMBER:
            constraint["max_items"] = match.list_limits["max"]
    if constraint:
        constraint.setdefault("confidence", 2)
    return constraint


def enum_constraint(api, cfn, documented, match, path):
    """An enum; nothing (`None`) where the documentation contradicts it."""
    values = list(dict.fromkeys(api + cfn))
    if documented and not set(documented) & set(values):
        return None
    values += [v for v in documented if v not in values and VALUE.match(v)]
    agreed = bool(set(api) & set(cfn)) or bool(documented and set(documented) <= set(api or cfn))
    if all(NUMBER.match(v) for v in values) and "0" not in values:
        values.append("0")
    constraint = {"enum": sorted(values), "confidence": 3 if agreed else 2}
    if is_open(path, match.shape if match else "", values):
        constraint["open"] = True
    return constraint


def is_open(path, shape, values):
    """Whether values are added to an enum over time."""
    name = path.rsplit(".", 1)[1]
    return bool(GROWING.search(name) or GROWING.search(shape)) or len(values) > LARGEST_CLOSED_ENUM


def limits_constraint(primitive, limits, match, prop):
    """Pattern, length and range."""
    stated = dict(limits)
    agreed = False
    other = {
        "pattern": prop.get("pattern"),
        "min": prop.get("minLength" if primitive == "string" else "minimum"),
        "max": prop.get("maxLength" if primitive == "string" else "maximum"),
    }
    if not stated:
        stated = {k: v for k, v in other.items() if v is not None}
    else:
        agreed = any(other[k] is not None and other[k] == stated.get(k) for k in ("pattern", "max"))
    constraint = {}
    if primitive == "string":
        if match and limits and match.shape_type != "string":
            return {}
        constraint = text_limits(stated)
    elif not match or not limits or match.shape_type != "string":
        low, high = stated.get("min"), stated.get("max")
        if isinstance(low, (int, float)) and low > 0:
            constraint["min"] = low
        if isinstance(high, (int, float)) and 0 < high < LARGEST_NUMBER:
            constraint["max"] = high
    if constraint:
        constraint["confidence"] = 3 if agreed else 2
    return constraint


def text_limits(stated):
    """Length and pattern of a text; an ARN's pattern becomes a format."""
    constraint = {}
    low, high = stated.get("min"), stated.get("max")
    if isinstance(low, int) and low > 1:
        constraint["min_length"] = low
    if isinstance(high, int) and 0 < high < LARGEST_NUMBER:
        constraint["max_length"] = high
    if stated.get("pattern"):
        arn, service = patterns.arn_service(stated["pattern"])
        if arn:
            constraint["format"] = "arn"
            constraint.pop("min_length", None)
            if service:
                constraint["arn_service"] = service
        elif rewritten := patterns.rewrite(stated["pattern"]):
            constraint["pattern"] = rewritten
    return constraint


def add_formats(merged, kinds):
    """Enters the hand-written formats; they replace the pattern of the model."""
    for path, name in sorted(formats.table().items()):
        if path not in kinds:
            raise inputs.InputError(f"formats.py names {path}, which no schema has")
        constraint = merged.setdefault(path, {})
        constraint.pop("pattern", None)
        constraint.pop("enum", None)
        if name in ("policy", "json"):
            constraint.pop("min_length", None)
        constraint["format"] = name
        constraint["confidence"] = 3


def nest(merged):
    """{"resource": {type: {path: constraint}}}."""
    nested = {"resource": {}, "data": {}}
    for path in sorted(merged):
        keyword = "data" if path.startswith("data/") else "resource"
        name, inner = path.removeprefix("data/").split(".", 1)
        nested[keyword].setdefault(name, {})[inner] = merged[path]
    return nested


def count(nested):
    """How many constraints of each kind there are."""
    counts = {"arguments": 0}
    for types in nested.values():
        for constraints in types.values():
            for constraint in constraints.values():
                counts["arguments"] += 1
                for key in constraint:
                    label = f"confidence {constraint[key]}" if key == "confidence" else key
                    label = f"format {constraint[key]}" if key == "format" else label
                    counts[label] = counts.get(label, 0) + 1
    return counts


def confirm_formats(merged):
    """Marks the hand-written formats as checked: only what the provider refuses may be among them."""
    for path, name in formats.table().items():
        constraint = merged.get(path, {})
        if constraint.get("format") == name and "checked" not in constraint:
            constraint["checked_keys"] = sorted({"format", *constraint.get("checked_keys", [])})
