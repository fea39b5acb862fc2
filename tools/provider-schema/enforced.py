"""What the real provider itself enforces, and how that joins the other constraints.

`enforced.json` (made by oracle.py and verdicts.py from provider 5.100.0) says for an argument which
enum, pattern, length, range or format the provider demanded when it refused a wrong value. Where
another source says something else, the looser of the two is kept: a newer provider admits more.
"""

import json
import os
import re

import patterns

# Keys of a constraint that are not demands of their own.
NOTES = {"open", "confidence", "arn_service", "checked", "checked_keys", "ignore_case"}
UNIFORM_WORDS = re.compile(r"^([A-Z][A-Z0-9_]*|[a-z][a-z0-9_-]*)$")


def load(path):
    """The recorded verdicts; none where there is no record."""
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as handle:
        return json.load(handle)


def merge(merged, verdicts, kinds, is_open, documented):
    """Joins the verdicts into the constraints, by path; `documented` gives the documented values of a path."""
    for path in sorted(verdicts):
        if path not in kinds:
            continue
        constraint = dict(merged.get(path, {}))
        verified = join(constraint, verdicts[path], path, is_open, documented(path))
        demands = constraint.keys() - NOTES
        if not demands:
            continue
        if verified and demands <= verified:
            constraint["checked"] = "provider"
        elif verified & demands:
            constraint["checked_keys"] = sorted(verified & demands)
        constraint.setdefault("confidence", 2)
        merged[path] = constraint


def join(constraint, verdict, path, is_open, documented):
    """Changes a constraint by a verdict; gives back the keys that the provider was seen to enforce."""
    if "enum" in verdict or "words" in verdict:
        verified = join_enum(constraint, verdict, path, is_open, documented)
    elif "format" in verdict:
        verified = join_format(constraint, verdict["format"])
    elif "pattern" in verdict and "enum" not in constraint:
        verified = join_pattern(constraint, verdict["pattern"])
    else:
        verified = set()
    if "enum" not in constraint and "length" in verdict:
        verified |= join_bounds(constraint, verdict["length"], "min_length", "max_length", 1)
    if "enum" not in constraint and "range" in verdict:
        verified |= join_bounds(constraint, verdict["range"], "min", "max", None)
    return verified


def join_enum(constraint, verdict, path, is_open, documented):
    """An enum of the provider with that of the models."""
    ours = set(constraint.get("enum", []))
    theirs = {v for v in verdict.get("enum", verdict.get("words")) if v}
    if "words" in verdict:
        spaced = any(" " in value for value in ours)
        if not ours and not all(UNIFORM_WORDS.match(word) for word in theirs):
            return set()
        if ours & theirs and spaced:
            theirs = set()
    if not theirs and not ours:
        return set()
    agreed = bool(ours & theirs) or not theirs
    for key in list(constraint):
        if key not in ("min_items", "max_items", "open"):
            del constraint[key]
    values = (ours | theirs) if agreed else theirs
    constraint["enum"] = sorted(values)
    confirmed = agreed or (documented and set(documented) <= values)
    constraint["confidence"] = 3 if confirmed else 2
    if not confirmed or is_open(path, "", sorted(values)):
        constraint["open"] = True
    if verdict.get("ignore_case"):
        constraint["ignore_case"] = True
    return {"enum"}


def join_format(constraint, name):
    """A format of the provider; it replaces all that models say of the text."""
    for key in ("enum", "open", "pattern", "min_length", "max_length"):
        constraint.pop(key, None)
    if name == "account":
        constraint["pattern"] = "^[0-9]{12}$"
        return {"pattern"}
    if constraint.get("format") != "policy":
        constraint["format"] = name
    if name != "arn":
        constraint.pop("arn_service", None)
    constraint["confidence"] = 3
    return {"format"}


def join_pattern(constraint, pattern):
    """A regular expression of the provider, which looks for a match anywhere in the text."""
    rewritten = patterns.rewrite_search(pattern)
    if rewritten is None or "format" in constraint:
        return set()
    constraint["pattern"] = rewritten
    return {"pattern"}


def join_bounds(constraint, limits, low_key, high_key, trivial):
    """Bounds: the looser of the provider's and the model's."""
    low, high = limits
    if low is None or low == trivial:
        constraint.pop(low_key, None)
    else:
        constraint[low_key] = min(low, constraint.get(low_key, low))
    if high is not None:
        constraint[high_key] = max(high, constraint.get(high_key, high))
    return {key for key, value in ((low_key, low), (high_key, high)) if value is not None}
