"""Maps arguments of terraform types to CloudFormation properties, by name.

The schemas bundled with cfn-lint state enums, patterns, lengths and ranges for many properties; they
confirm what the API models say, and fill in where the models say nothing.
"""

import json
import re
import zipfile

from api_models import SKIPPED, VERB_PREFIX
from names import squash
from pulumi import is_settable

LIMITS = ("enum", "pattern", "minLength", "maxLength", "minimum", "maximum")
# API service -> CloudFormation service, where neither begins like the other.
SERVICE_NAMES = {
    "logs": "logs",
    "elbv2": "elasticloadbalancingv2",
    "es": "elasticsearch",
    "opensearch": "opensearchservice",
    "ds": "directoryservice",
    "firehose": "kinesisfirehose",
    "amp": "aps",
    "kafka": "msk",
    "waf-regional": "wafregional",
}
JSON_TYPES = {"string": {"string"}, "number": {"integer", "number"}, "bool": {"boolean"}}
DEEPEST = 10
FOLDER = "cfnlint/data/schemas/"


class Templates:
    """The resource schemas of a cfn-lint wheel, for the region that has all types."""

    def __init__(self, path):
        self._wheel = zipfile.ZipFile(path)
        files = set(self._wheel.namelist())
        index = json.loads(self._wheel.read(FOLDER + "providers/us-east-1.json"))
        self._files = {}
        self._by_name, self._by_noun = {}, {}
        for name, digest in sorted(index.items()):
            file = f"{FOLDER}resources/{digest}.json"
            if file in files:
                self._files[name] = file
                _, service, noun = (name.split("::") + ["", ""])[:3]
                self._by_name.setdefault(squash(service + noun), []).append(name)
                self._by_noun.setdefault(squash(noun), []).append(name)

    def schema(self, name):
        """The schema of a CloudFormation type."""
        return json.loads(self._wheel.read(self._files[name]))

    def find(self, type_name, operation):
        """The CloudFormation type of a terraform type; `operation` is (service, operations) or nothing."""
        words = type_name.split("_")[1:]
        same = self._by_name.get("".join(words))
        if same:
            return same[0]
        if operation and operation[1]:
            noun = squash(VERB_PREFIX.sub("", operation[1][0]))
            near = [n for n in self._by_noun.get(noun, []) if same_service(operation[0], n.split("::")[1])]
            if len(near) == 1:
                return near[0]
        for skipped in range(1, min(3, len(words))):
            noun = "".join(words[skipped:])
            found = self._by_noun.get(noun, [])
            if len(found) == 1 and len(noun) > 8:
                return found[0]
        return None


def same_service(service, theirs):
    """Whether an API service and a CloudFormation service are the same one."""
    ours, theirs = squash(service), squash(theirs)
    return ours.startswith(theirs[:4]) or theirs.startswith(ours[:4]) or SERVICE_NAMES.get(service) == theirs


def map_type(templates, type_name, block, operation):
    """{path: limits} of the arguments of one terraform type; the path starts with the type's name."""
    name = templates.find(type_name, operation)
    if name is None:
        return {}
    schema, found = templates.schema(name), {}
    map_block(found, schema, schema, block, type_name, [squash(name.split("::")[2])], True, 0)
    return found


def map_block(found, root, schema, block, path, nouns, top, depth):
    """Matches the arguments of a block with the properties of a schema."""
    properties = schema.get("properties", {})
    known = {squash(name): name for name in properties}
    for name, attribute in block.get("attributes", {}).items():
        if not is_settable(attribute) or (top and name in SKIPPED):
            continue
        prop = find_property(known, name, nouns)
        if prop:
            target = resolve(root, properties[prop])
            limits = limits_of(root, target, attribute["type"])
            if limits:
                found[f"{path}.{name}"] = limits
    for name, entry in block.get("block_types", {}).items():
        prop = find_property(known, name, nouns)
        if name in SKIPPED or not prop or depth >= DEEPEST:
            continue
        target = resolve(root, properties[prop])
        if target.get("type") == "array":
            target = resolve(root, target.get("items", {}))
        if "properties" in target:
            map_block(found, root, target, entry["block"], f"{path}.{name}", [], False, depth + 1)


def find_property(known, name, nouns):
    """The property that a terraform name stands for."""
    name = squash(name)
    spelled = [name, name + "s", name.removesuffix("s"), *(noun + name for noun in nouns)]
    if name in ("name", "identifier"):
        spelled += [noun + suffix for noun in nouns for suffix in ("name", "identifier")]
    return next((known[word] for word in spelled if word in known), None)


def resolve(root, schema):
    """The schema behind references inside one document."""
    for _ in range(8):
        if not isinstance(schema, dict) or "$ref" not in schema:
            break
        if not schema["$ref"].startswith("#/"):
            return {}
        target = root
        for part in schema["$ref"][2:].split("/"):
            target = target.get(part, {}) if isinstance(target, dict) else {}
        schema = target
    return schema if isinstance(schema, dict) else {}


def limits_of(root, schema, kind):
    """The constraints on the values of an argument of a terraform type."""
    if isinstance(kind, list):
        if kind[0] not in ("list", "set") or not isinstance(kind[1], str) or schema.get("type") != "array":
            return {}
        schema, kind = resolve(root, schema.get("items", {})), kind[1]
    stated = schema.get("type")
    stated = stated if isinstance(stated, list) else [stated]
    if stated != [None] and not set(stated) & JSON_TYPES.get(kind, set()):
        return {}
    return {key: schema[key] for key in LIMITS if key in schema}


VALUES = re.compile(
    r"(?:[Vv]alid (?:values?|options?|types?)|[Pp]ossible values?|[Aa]llowed values?|[Oo]ptions (?:are|include)"
    r"|[Mm]ust be (?:one of|either)|[Oo]ne of|[Cc]an be (?:either|one of)|[Ee]ither|[Ss]upported values?"
    r"|[Aa]ccepted values?|[Aa]vailable (?:values|options))[^`\n]{0,60}"
    r"((?:`[^`\n]+`(?:\s*\([^)]*\))?[,;/\s]*(?:and|or|&)?[\s]*)+)"
)
NO_ENUM = re.compile(r"^(true|false|0|1|null)$")


def documented_values(text):
    """The values that a documentation text enumerates; they only confirm or extend an enum."""
    values = []
    for match in VALUES.finditer(text):
        values += re.findall(r'`"?([^`"]+)"?`', match[1])
    values = list(dict.fromkeys(values))
    return [] if len(values) < 2 or all(NO_ENUM.match(v) for v in values) else values
