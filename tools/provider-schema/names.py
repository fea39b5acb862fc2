"""Comparing names that different projects spell differently: plurals, underscores, capitals."""

import functools
import re


@functools.cache
def squash(name):
    """A name without its underscores, hyphens and capitals."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


@functools.cache
def singular(name):
    """A squashed name in the singular; only the plural endings that the packages use."""
    name = squash(name)
    if name.endswith("ies"):
        return name[:-3] + "y"
    if name.endswith(("sses", "xes", "ches", "shes")):
        return name[:-2]
    if name.endswith("s") and not name.endswith(("ss", "us")):
        return name[:-1]
    return name


def snake(name):
    """A CamelCase name in snake_case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
