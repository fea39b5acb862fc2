"""The pinned packages that the generator reads: their list, their download and their check.

Packages are fetched with `pip download`, so whatever index the machine is set up with is used;
no address of one may be written into a file of this tool.
"""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))


class InputError(Exception):
    """A package could not be fetched, or is not the pinned one."""


@dataclass(frozen=True)
class Package:
    """One pinned package of PyPI."""

    name: str
    version: str
    file: str
    sha256: str
    role: str
    provider: str = ""
    provider_version: str = ""
    provider_major: int = 0


def packages():
    """All pinned packages, in the order of `inputs.json`."""
    with open(os.path.join(HERE, "inputs.json"), encoding="utf-8") as handle:
        return [Package(**row) for row in json.load(handle)["packages"]]


def fetch(package, cache):
    """The path of the package's file in `cache`, downloaded if it is not there, hash checked."""
    os.makedirs(cache, exist_ok=True)
    path = os.path.join(cache, package.file)
    if not os.path.exists(path):
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", cache]
        done = subprocess.run(command + [f"{package.name}=={package.version}"], check=False)
        if done.returncode != 0 or not os.path.exists(path):
            raise InputError(f"cannot download {package.name} {package.version}")
    if file_sha256(path) != package.sha256:
        raise InputError(f"{package.file} is not the pinned file: its sha256 differs")
    return path


def file_sha256(path):
    """The sha256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb") as handle:
        for part in iter(lambda: handle.read(1 << 20), b""):
            digest.update(part)
    return digest.hexdigest()
