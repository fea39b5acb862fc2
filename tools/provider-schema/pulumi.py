"""Reads the generated Python package of the Pulumi bridge of a terraform provider.

The bridge is generated from the provider itself, so it knows what terraform's schema output leaves
out: which blocks the provider's own validators demand or limit to one, which arguments are
deprecated in favour of which, what the provider's documentation says of an argument.
Its names are plural where terraform's are singular, and it gives neither nesting nor computed flags;
it must never be used for names and types.
"""

import os
import re
import zipfile
from dataclasses import dataclass, field

from names import singular, snake, squash

CLASS_LINE = re.compile(r"^class (\w+)(?:\(([^)]*)\))?:")
ARGUMENT_LINE = re.compile(r"^ +(\w+): (.+?)(?: = None)?(,|\):)$")
PARAMETER_LINE = re.compile(r"^ {8}:param (.*?) (\w+): (.*)$")
DEPRECATED_LINE = re.compile(r'^    @_utilities\.deprecated\("""(.*)$')
METHOD_LINE = re.compile(r"^    def (\w+)\(")
TOKEN_LINE = re.compile(r"^            '(aws:[\w/]+:\w+)',")
CLASS_IN_TYPE = re.compile(r"'(\w+)'")
SKIPPED_FILES = ("__init__.py", "outputs.py", "_utilities.py", "_enums.py")
# Arguments that nearly every type has; they say nothing about which types belong together.
COMMON_NAMES = {"id", "tagsall", "tagall", "region", "tag", "tags"}
LONGEST_TEXT = 1500


@dataclass
class Argument:
    """One argument of a bridge class."""

    kind: str
    optional: bool
    text: str = ""

    def is_list(self):
        """Whether the argument takes several values."""
        return "Sequence[" in self.kind


@dataclass
class Resource:
    """One resource class of the bridge."""

    token: str
    module: str
    name: str
    secrets: list


@dataclass
class Bridge:
    """All that is read from one package; classes are keyed by (module, class name)."""

    classes: dict = field(default_factory=dict)
    resources: list = field(default_factory=list)
    deprecations: dict = field(default_factory=dict)

    def nested_class(self, module, kind):
        """The argument class that a type text names, if it names one."""
        for name in CLASS_IN_TYPE.findall(kind):
            for candidate in (name, name + "Args"):
                if candidate.endswith("Args") and (module, candidate) in self.classes:
                    return candidate
        return None


def read_bridge(path):
    """Reads the wheel of a bridge package."""
    bridge = Bridge()
    with zipfile.ZipFile(path) as wheel:
        for name in sorted(wheel.namelist()):
            parts = name.split("/")
            if len(parts) < 2 or not name.endswith(".py") or parts[-1] in SKIPPED_FILES:
                continue
            module = parts[1] if len(parts) > 2 else ""
            text = wheel.read(name).decode("utf-8")
            FileReader(bridge, module, parts[-1] == "_inputs.py").read(text)
    return bridge


class FileReader:
    """Reads one generated file; the generator's layout is regular enough for a line reader."""

    def __init__(self, bridge, module, only_inputs):
        self.bridge = bridge
        self.module = module
        self.only_inputs = only_inputs
        self._class = ""
        self._arguments = None
        self._state = ""
        self._last = None
        self._message = None
        self._open_message = False
        self._secrets = []

    def read(self, text):
        """Reads the file's text."""
        for line in text.split("\n"):
            if match := CLASS_LINE.match(line):
                self._begin_class(match[1])
            elif self._class and self._arguments is not None and self._state != "done":
                self._argument_class_line(line)
            if self._class:
                self._member_line(line)

    def _begin_class(self, name):
        self._class, self._state, self._arguments, self._last = name, "", None, None
        if name.endswith("Args"):
            self._arguments = self.bridge.classes.setdefault((self.module, name), {})

    def _argument_class_line(self, line):
        if not self._state:
            if line.startswith("    def __init__(__self__, *,"):
                self._state = "signature"
        elif self._state == "signature":
            if match := ARGUMENT_LINE.match(line):
                kind = match[2].replace("pulumi.Input", "").replace("_builtins.", "")
                optional = line.rstrip(",):").endswith("= None")
                self._arguments[match[1]] = Argument(kind, optional)
            if line.endswith("):"):
                self._state = "text"
        elif line.startswith("        pulumi.set"):
            self._state = "done"
        elif (match := PARAMETER_LINE.match(line)) and match[2] in self._arguments:
            self._last = self._arguments[match[2]]
            self._last.text = match[3]
        elif self._last and line.startswith("               ") and len(self._last.text) < LONGEST_TEXT:
            self._last.text += "\n" + line.strip()

    def _member_line(self, line):
        if self._open_message:
            self._message += " " + line.strip()
            self._open_message = '""")' not in line
            self._message = self._message.split('""")')[0]
        elif match := DEPRECATED_LINE.match(line):
            self._message = match[1].split('""")')[0]
            self._open_message = '""")' not in match[1]
        elif match := METHOD_LINE.match(line):
            if self._message is not None:
                messages = self.bridge.deprecations.setdefault((self.module, self._class), {})
                messages[match[1]] = self._message.strip()
                self._message = None
        elif "additional_secret_outputs=[" in line:
            self._secrets = re.findall(r'"(\w+)"', line)
        elif not self.only_inputs and (match := TOKEN_LINE.match(line)):
            self.bridge.resources.append(Resource(match[1], self.module, self._class, self._secrets))
            self._secrets = []


@dataclass(frozen=True)
class Named:
    """What pairing compares of a bridge resource."""

    resource: Resource
    module: str
    name: str
    arguments: frozenset


def pair_resources(bridge, resource_schemas):
    """Terraform type name -> bridge resource, by name and by the overlap of their arguments."""
    theirs = []
    for resource in bridge.resources:
        arguments = bridge.classes.get((resource.module, resource.name + "Args"), {})
        names = frozenset({singular(a) for a in arguments} - COMMON_NAMES)
        theirs.append(Named(resource, squash(resource.module), resource.name.lower(), names))
    pairs = []
    for name, schema in resource_schemas.items():
        known = settable_names(schema["block"]) - COMMON_NAMES
        short = name.split("_", 1)[1].replace("_", "")
        for other in theirs:
            score = pair_score(other, short, known)
            if score:
                pairs.append((-score, other.resource.token, name, other.resource))
    pairs.sort(key=lambda pair: pair[:3])
    paired, used = {}, set()
    for _, token, name, resource in pairs:
        if token not in used and name not in paired:
            used.add(token)
            paired[name] = resource
    return paired


def pair_score(other, short, known):
    """How well a bridge resource fits a terraform type; 0 for no fit."""
    if short == other.module + other.name:
        likeness = 1.0
    elif short == other.name:
        likeness = 0.95
    elif short.endswith(other.name):
        likeness = 0.8
    elif other.name.endswith(short) or short.startswith(other.module):
        likeness = 0.4
    elif abs(len(known) - len(other.arguments)) > 0.2 * len(known):
        return 0
    else:
        likeness = 0.0
    both = len(known | other.arguments)
    overlap = len(known & other.arguments) / both if both else 0.0
    plausible = overlap >= 0.5 and (likeness >= 0.4 or overlap >= 0.9)
    if plausible or (not both and likeness >= 0.8):
        return overlap + 0.8 * likeness
    return 0


def settable_names(block):
    """The names that a configuration may set in a block, squashed and singular."""
    names = {singular(n) for n, a in block.get("attributes", {}).items() if is_settable(a)}
    return names | {singular(n) for n in block.get("block_types", {}) if n != "timeouts"}


def is_settable(attribute):
    """Whether a configuration may set an attribute."""
    return bool(attribute.get("required") or attribute.get("optional"))


# An identifier in the text of a deprecation, with the words around it that make it the replacement.
REPLACEMENT = re.compile(
    r"(?:[Uu]se|[Ss]witch to|[Rr]eplaced (?:by|with)|in favou?r of|[Cc]onfigure) "
    r"(?:of )?(?:the )?(?:top-level )?(?:parameter |attribute |argument )?`?([A-Za-z_][\w.]*)`?"
    r"(?: resource| argument| attribute| block| parameter| configuration block)?"
)
BRIDGE_TYPE = re.compile(r"^([a-z][a-z0-9]*)\.([A-Z]\w+)$")


def type_of_class(module, name):
    """The terraform type that a bridge class is most likely called after."""
    return f"aws_{module}_{snake(re.sub('V2$', '', name))}"


def replacement_in(message, siblings, type_names, bridge_types):
    """The name that a deprecation message offers instead, if it is one that exists."""
    for match in REPLACEMENT.finditer(message):
        name = match[1].rstrip(".")
        if BRIDGE_TYPE.match(name):
            name = bridge_types.get(name) or type_of_class(*name.split("."))
        if name in siblings or name in type_names:
            return name
        if snake(name) in siblings:
            return snake(name)
    return None
