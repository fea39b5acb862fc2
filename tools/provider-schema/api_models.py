"""Maps arguments of terraform types to members of AWS API requests, by name.

The API models of botocore give every member a shape with its enum, pattern, length or range. A
terraform type is first assigned an operation (verb and noun in a service that its name fits), then its
arguments are matched with the members of that operation's input, block by block.
What does not fit by name and by type must stay unmapped: a constraint on the wrong argument is
worse than none.
"""

import gzip
import json
import re
import zipfile
from dataclasses import dataclass, field

from names import singular, squash
from pulumi import is_settable

VERBS = (
    "Create Put Register Run Request Allocate Add Attach Associate Authorize Set Enable Import Start Publish "
    "Subscribe Activate Update Modify Configure Change Deploy Accept Invite Purchase Admin"
).split()
VERB_PREFIX = re.compile("^(Admin)?(%s)" % "|".join(VERBS))
FUZZY_VERBS = re.compile("Create|Put|Register|Update|Modify|Add|Associate|Attach|Set|Enable|Start")
# First words of types that belong to EC2 without naming it.
EC2_WORDS = set(
    "instance subnet route nat internet network key ami customer vpn egress flow main launch volume snapshot "
    "default placement security eip ebs vpc spot ec2".split()
)
# Arguments that terraform adds itself or that every type has.
SKIPPED = {"id", "tags", "tags_all", "region", "timeouts"}
# Too common to be found "anywhere in the request".
COMMON_MEMBERS = {"name", "type", "value", "key", "enabled", "status", "description", "arn"}
COMPATIBLE = {
    "string": {"string", "timestamp", "blob"},
    "number": {"integer", "long", "float", "double", "string"},
    "bool": {"boolean"},
}
SCALARS = {"string", "integer", "long", "float", "double"}
DEEPEST = 10
LARGEST_REQUEST = 400


@dataclass
class Match:
    """The API member that an argument was matched with."""

    service: str
    operation: str
    shape: str
    limits: dict
    list_limits: dict
    rule: str
    shape_type: str


@dataclass
class Model:
    """One API model."""

    name: str
    operations: dict
    shapes: dict
    squashed: dict = field(default_factory=dict)

    def input_shape(self, operation):
        """The name of an operation's input shape, or nothing."""
        shape = self.operations[operation].get("input")
        return shape["shape"] if shape else None

    def members(self, shape):
        """Squashed member name -> (member name, shape name)."""
        found = self.shapes[shape].get("members", {})
        return {squash(name): (name, member["shape"]) for name, member in found.items()}

    def element(self, shape):
        """The shape of a list's elements."""
        return self.shapes[shape]["member"]["shape"]


class Models:
    """The API models of a botocore wheel, read when they are first asked for."""

    def __init__(self, path):
        self._wheel = zipfile.ZipFile(path)
        self._files = {}
        for name in sorted(self._wheel.namelist()):
            parts = name.split("/")
            if name.startswith("botocore/data/") and parts[-1].startswith("service-2.json"):
                self._files[parts[2]] = name
        self._models = {}
        self.by_squashed = {}
        for service in self._files:
            self.by_squashed.setdefault(squash(service), []).append(service)

    def __contains__(self, service):
        return service in self._files

    def model(self, service):
        """The model of a service."""
        if service not in self._models:
            data = self._wheel.read(self._files[service])
            if self._files[service].endswith(".gz"):
                data = gzip.decompress(data)
            document = json.loads(data)
            model = Model(service, document["operations"], document["shapes"])
            model.squashed = {squash(name): name for name in model.operations}
            self._models[service] = model
        return self._models[service]


class OperationFinder:
    """Finds the API operations that create or change a terraform type."""

    def __init__(self, models, overrides, modules):
        self.models = models
        self.aliases = overrides["service_aliases"]
        self.operations = overrides["operations"]
        self.modules = modules

    def find(self, name, block):
        """(service, operations, how they were found); nothing where no operation fits."""
        if name in self.operations:
            entry = self.operations[name]
            return entry["service"], entry["operations"], "override"
        parts = name.split("_")[1:]
        candidates = self._candidates(name, parts)
        for service, used in candidates:
            nouns = [n for n in dict.fromkeys("".join(parts[k:]) for k in (used, 0)) if n]
            model = self.models.model(service)
            found = self._exact(model, nouns) or self._suffix(model, nouns)
            if found:
                return service, *found
        return self._by_arguments(candidates, parts, block)

    def _candidates(self, name, parts):
        found = []
        for length in range(min(4, len(parts)), 0, -1):
            for service in self._services("".join(parts[:length])):
                if (service, length) not in found:
                    found.append((service, length))
        others = self._services(squash(self.modules.get(name, "")))
        if parts[0] in EC2_WORDS:
            others = others + ["ec2"]
        for service in others:
            if all(service != known for known, _ in found):
                found.append((service, 0))
        return found

    def _services(self, word):
        names = self.aliases.get(word, []) + self.models.by_squashed.get(word, [])
        return [name for name in names if name in self.models]

    @staticmethod
    def _exact(model, nouns):
        for noun in nouns:
            spelled = (noun, noun + "s", noun.removesuffix("s"), noun + "v2")
            found = [model.squashed.get(verb.lower() + word) for verb in VERBS for word in spelled]
            found = [name for name in dict.fromkeys(found) if name]
            if found:
                return [found[0]] + [n for n in found[1:] if re.match("Put|Update|Modify", n)], "exact"
        return None

    @staticmethod
    def _suffix(model, nouns):
        for noun in nouns:
            found = [n for n in model.operations if re.match("Create|Put|Register", n) and squash(n).endswith(noun)]
            if len(noun) >= 5 and len(found) == 1:
                return found, "suffix"
        return None

    def _by_arguments(self, candidates, parts, block):
        """The operation whose members are the type's arguments, where names of types do not help."""
        wanted = {squash(n) for n, a in block.get("attributes", {}).items() if is_settable(a)}
        wanted |= {squash(n) for n in block.get("block_types", {})}
        wanted -= {squash(n) for n in SKIPPED} | {"name", "description"}
        best = (0, None, [], "")
        for service, _ in candidates:
            model = self.models.model(service)
            for operation in model.operations:
                shape = model.input_shape(operation)
                if not shape or not wanted or not FUZZY_VERBS.match(operation):
                    continue
                common = len(wanted & model.members(shape).keys())
                words = sum(part in squash(operation) for part in parts[1:])
                score = common / len(wanted) + 0.15 * words
                if common >= 2 and common / len(wanted) >= 0.5 and words and score > best[0]:
                    best = (score, service, [operation], "arguments")
        return best[1:]


def compatible(kind, shape):
    """Whether an argument's type can carry a value of an API shape."""
    if isinstance(kind, str):
        return shape["type"] in COMPATIBLE.get(kind, ())
    return shape["type"] == ("map" if kind[0] == "map" else "list")


def limits_of(shape, keys=("enum", "pattern", "min", "max")):
    """The constraints that a shape states."""
    return {key: shape[key] for key in keys if key in shape}


class Mapper:
    """Maps the arguments of terraform types; results are in `matches`, by path with the type's name."""

    def __init__(self, models, finder):
        self.models = models
        self.finder = finder
        self.matches = {}
        self.operations = {}
        self._mapped_blocks = set()

    def map_type(self, name, block):
        """Maps one terraform type."""
        service, operations, how = self.finder.find(name, block)
        if not service:
            return
        self.operations[name] = (service, operations)
        model = self.models.model(service)
        parts = name.split("_")[1:]
        for operation in operations:
            shape = model.input_shape(operation)
            if not shape:
                continue
            noun = squash(VERB_PREFIX.sub("", operation))
            nouns = list(dict.fromkeys(n for n in [noun, singular(noun)] + ["".join(parts[k:]) for k in range(len(parts))] if n))
            walk = Walk(self, model, operation, how)
            walk.block(block, shape, name, nouns, True)
            for member in self._wrappers(model, shape, noun, squash("".join(parts))):
                walk.block(block, member, name, nouns, True)
        shape = model.input_shape(operations[0])
        if shape:
            self._anywhere(name, block, model, shape, Walk(self, model, operations[0], how))

    @staticmethod
    def _wrappers(model, shape, noun, type_noun):
        """Members of an input that hold the whole object, as `DistributionConfig` does."""
        members = model.shapes[shape].get("members", {})
        structs = [(squash(k), m["shape"]) for k, m in members.items() if model.shapes[m["shape"]]["type"] == "structure"]
        whole = {noun + suffix for suffix in ("", "config", "configuration", "input", "request", "data")} | {type_noun}
        for name, member in structs:
            long_prefix = noun.endswith(name) and len(name) > 6
            if name in whole or name.endswith(noun) or long_prefix or len(structs) == 1:
                yield member

    def _anywhere(self, name, block, model, shape, walk):
        """Matches what is left with the one member of that name anywhere in the request."""
        found = all_members(model, shape)
        for argument, attribute in block.get("attributes", {}).items():
            path, key = f"{name}.{argument}", squash(argument)
            places = found.get(key, set())
            if is_settable(attribute) and argument not in SKIPPED and path not in self.matches and len(places) == 1:
                (_, member), = places
                if key not in COMMON_MEMBERS and compatible(attribute["type"], model.shapes[member]):
                    walk.record(path, attribute["type"], member, "anywhere")
        for argument, entry in block.get("block_types", {}).items():
            path, key = f"{name}.{argument}", squash(argument)
            if path in self._mapped_blocks or argument in SKIPPED:
                continue
            places = found.get(key) or found.get(key + "s") or found.get(singular(key)) or set()
            shapes = {member for _, member in places}
            if len(shapes) == 1:
                walk.nested(entry, shapes.pop(), path, key)


def all_members(model, shape):
    """Squashed name -> {(structure, shape)} of every member in a request."""
    found, seen, waiting = {}, set(), [shape]
    while waiting and len(seen) <= LARGEST_REQUEST:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if model.shapes[name]["type"] == "structure":
            for member, target in model.shapes[name]["members"].items():
                found.setdefault(squash(member), set()).add((name, target["shape"]))
                waiting.append(target["shape"])
        elif model.shapes[name]["type"] == "list":
            waiting.append(model.element(name))
    return found


class Walk:
    """One pass over the blocks of a type along one operation's input."""

    def __init__(self, mapper, model, operation, how):
        self.mapper = mapper
        self.model = model
        self.operation = operation
        self.how = how

    def block(self, block, shape, path, nouns, top, depth=0):
        """Matches the arguments of a block with the members of a structure."""
        members = self.model.members(shape)
        for name, attribute in block.get("attributes", {}).items():
            here = f"{path}.{name}"
            if not is_settable(attribute) or (top and name in SKIPPED) or name.endswith("_wo_version"):
                continue
            if here in self.mapper.matches:
                continue
            found = find_member(name.removesuffix("_wo"), members, nouns, top)
            if found:
                self._attribute(attribute["type"], found[0], here, found[1], depth)
        for name, entry in block.get("block_types", {}).items():
            if name not in SKIPPED and (found := find_member(name, members, nouns, top)):
                self.nested(entry, found[0], f"{path}.{name}", squash(name), depth)

    def _attribute(self, kind, member, path, rule, depth):
        inner = object_in(kind)
        if inner is not None:
            target = member
            if self.model.shapes[target]["type"] == "list":
                target = self.model.element(target)
            if self.model.shapes[target]["type"] == "structure" and depth < DEEPEST:
                block = {"attributes": {n: {"type": t, "optional": True} for n, t in inner.items()}}
                self.block(block, target, path, [squash(path.rsplit(".", 1)[1])], False, depth + 1)
        elif compatible(kind, self.model.shapes[member]):
            self.record(path, kind, member, rule)

    def nested(self, entry, member, path, noun, depth=0):
        """Matches a nested block with a structure, through the lists around it."""
        for _ in range(2):
            if self.model.shapes[member]["type"] == "list":
                member = self.model.element(member)
        shape = self.model.shapes[member]
        if shape["type"] != "structure":
            return
        if set(shape["members"]) <= {"Quantity", "Items", "Enabled"} and "Items" in shape["members"]:
            items = shape["members"]["Items"]["shape"]
            if self.model.shapes[items]["type"] == "list":
                element = self.model.element(items)
                if self.model.shapes[element]["type"] == "structure":
                    member = element
        self.mapper._mapped_blocks.add(path)
        if depth < DEEPEST:
            self.block(entry["block"], member, path, [noun], False, depth + 1)

    def record(self, path, kind, member, rule):
        """Keeps the constraints of a match."""
        shape, list_limits = self.model.shapes[member], {}
        if isinstance(kind, list) and kind[0] in ("list", "set"):
            list_limits = limits_of(shape, ("min", "max"))
            member = self.model.element(member)
            shape = self.model.shapes[member]
            if shape["type"] == "list" or not compatible(kind[1], shape):
                shape = {"type": "unknown"}
        limits = limits_of(shape) if shape["type"] in SCALARS else {}
        self.mapper.matches[path] = Match(
            self.model.name, self.operation, member, limits, list_limits, f"{self.how}/{rule}", shape["type"]
        )


def object_in(kind):
    """The members of the objects that a type holds, if it holds objects."""
    while isinstance(kind, list) and kind[0] in ("list", "set"):
        kind = kind[1]
    return kind[1] if isinstance(kind, list) and kind[0] == "object" else None


AFFIXES = ("s3", "list", "config", "configuration", "arn", "ref")
OUR_AFFIXES = ("configuration", "config", "block", "arn")


def find_member(name, members, nouns, top):
    """(shape, rule) of the member that a terraform name stands for, or nothing."""
    name = squash(name)
    if name in members:
        return members[name][1], "same"
    for other, (_, shape) in members.items():
        if singular(other) == singular(name):
            return shape, "plural"
    if name.endswith("ids") and name[:-1] in members:
        return members[name[:-1]][1], "plural"
    if top and (found := find_by_noun(name, members, nouns)):
        return members[found][1], "noun"
    near = [
        other
        for other in members
        if any(other == name + a for a in AFFIXES) or any(name == other + a for a in OUR_AFFIXES)
    ]
    return (members[near[0]][1], "affix") if len(near) == 1 else None


def find_by_noun(name, members, nouns):
    """The member that repeats the type's noun (`name` for `FunctionName`), or the reverse."""
    longer = {other for other in members for noun in nouns if other == noun + name}
    if len(longer) == 1:
        return longer.pop()
    if name in ("identifier", "name"):
        for noun in nouns:
            for suffix in ("identifier", "name"):
                if noun + suffix in members:
                    return noun + suffix
    for noun in nouns:
        if name.startswith(noun) and name != noun and name[len(noun) :] in members:
            return name[len(noun) :]
    return None
