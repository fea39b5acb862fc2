"""Reads a prebuilt "CDK for Terraform" provider package and gives back the provider's schema.

Such a package (cdktf until 2025, cdktn since) is source code generated from
`terraform providers schema -json`, and enough of that schema is left in it to write it down again:

* every argument has a comment `// NAME - computed: B, optional: B, required: B`,
* its getter or its child class says the type,
* `synthesizeHclAttributes` (packages since 2023) says list, set or map,
* the documentation of the interfaces says "NAME block" for nested blocks.

Packages before 2025 drop the comments from their JavaScript; there the TypeScript source in the inline
source map is read. This module must never guess a required, optional or computed flag: a field
without the comment is not read at all.
"""

import base64
import io
import json
import re
import tarfile
import zipfile
from dataclasses import dataclass, field

import blocks

# A class may occur this many times in one chain of nested blocks: the generated classes of
# the AWS firewall's statements are recursive, while a terraform schema is a finite tree.
RECURSION_LIMIT = 4

CLASS_LINE = re.compile(r"^(?:export )?(?:abstract )?class (\w+) extends cdkt[fn]\.(\w+)")
INTERFACE_LINE = re.compile(r"^export interface (\w+)(?: extends cdkt[fn]\.(\w+))?")
HCL_FUNCTION_LINE = re.compile(r"^(?:export )?function (\w+)ToHclTerraform\(struct")
MODIFIERS = re.compile(r"^(?:(?:public|private|protected|static|readonly) )+")
FLAGS_LINE = re.compile(
    r"^// (\S+) - computed: (true|false), optional: (true|false), required: (true|false)$"
)
CHILD_LINE = re.compile(r'^_\w+ = new (?:(cdkt[fn])\.)?(\w+)\(this(?: as any)?, "([^"]+)"(?:, (true|false))?')
GETTER_LINE = re.compile(r"^return (.*this\.(get\w+Attribute|interpolationForAttribute)\(['\"]([^'\"]+)['\"]\).*);$")
TYPE_NAME_LINE = re.compile(r'^tfResourceType(?:: string)? = "([^"]+)";')
VERSION_TEXT = re.compile(r"providerVersion: '([^']+)'")
HCL_KEY_LINE = re.compile(r"^(?:\"([^\"]+)\"|'([^']+)'|(\w+)): \{$")
DOC_LINK = re.compile(r"\{@link \S+#(\S+) \w+#(\S+)\}")
PROPERTY_LINE = re.compile(r"^readonly (\w+)(\?)?: (.*);$")

GETTER_TYPES = {
    "getStringAttribute": "string",
    "getNumberAttribute": "number",
    "getBooleanAttribute": "bool",
    "getStringMapAttribute": ["map", "string"],
    "getBooleanMapAttribute": ["map", "bool"],
    "getNumberMapAttribute": ["map", "number"],
    "getAnyMapAttribute": ["map", "dynamic"],
    "getListAttribute": ["list", "string"],
    "getNumberListAttribute": ["list", "number"],
}
STORAGE_TYPES = {"string": "string", "number": "number", "boolean": "bool", "any": "dynamic"}
TYPESCRIPT_TYPES = {
    "string": "string",
    "number": "number",
    "boolean": "bool",
    "string[]": ["list", "string"],
    "number[]": ["list", "number"],
    "{ [key: string]: string }": ["map", "string"],
    "{ [key: string]: number }": ["map", "number"],
    "{ [key: string]: (boolean": ["map", "bool"],
    "{ [key: string]: any }": ["map", "dynamic"],
}
BASE_KINDS = {
    "TerraformResource": "resource_schemas",
    "TerraformDataSource": "data_source_schemas",
    "TerraformEphemeralResource": "ephemeral_resource_schemas",
    "TerraformProvider": "provider",
}
# Fields of every generated class that come from Terraform itself and not from the provider.
ALIAS_ARGUMENT = "alias"


@dataclass
class Field:
    """One argument of a generated class, as its comment and its accessors describe it."""

    computed: bool
    optional: bool
    required: bool
    name: str
    getter: str = ""
    child_class: str = ""
    child_is_library: bool = False
    is_set: bool = False

    def is_silent(self):
        """Whether no flag is set: the mark of a nested block whose content is all computed."""
        return not (self.computed or self.optional or self.required)

    def flags(self):
        """The flags the way terraform writes them: only those that are true."""
        if self.required:
            return {"required": True}
        flags = {}
        if self.optional:
            flags["optional"] = True
        if self.computed or not self.optional:
            flags["computed"] = True
        return flags


@dataclass
class GeneratedClass:
    """One generated class: a resource, a provider or the accessor of a nested object."""

    name: str
    base: str
    fields: list = field(default_factory=list)
    type_name: str = ""
    hcl: dict = field(default_factory=dict)


@dataclass
class Property:
    """One property of a configuration interface."""

    is_block: bool
    typescript: str
    optional: bool


@dataclass
class Module:
    """What one folder of a package declares."""

    classes: dict = field(default_factory=dict)
    interfaces: dict = field(default_factory=dict)
    configurations: set = field(default_factory=set)
    hcl: dict = field(default_factory=dict)


@dataclass
class Schema:
    """The schema of a provider, its parts in the form of `terraform providers schema -json`."""

    version: str
    source: str
    provider: dict
    resources: dict
    data_sources: dict
    ephemeral_resources: dict
    warnings: list

    def document(self):
        """The whole as `terraform providers schema -json` prints it."""
        for _, _, block in blocks.schema_blocks(self):
            for _, what, entry, _ in blocks.walk(block):
                if what == "attribute":
                    entry["type"] = settled(entry["type"])
        body = {
            "provider": self.provider,
            "resource_schemas": dict(sorted(self.resources.items())),
            "data_source_schemas": dict(sorted(self.data_sources.items())),
        }
        if self.ephemeral_resources:
            body["ephemeral_resource_schemas"] = dict(sorted(self.ephemeral_resources.items()))
        return {"format_version": "1.0", "provider_schemas": {self.source: body}}


def open_package(path):
    """The npm package inside a wheel, or the npm package itself, as an open tar file."""
    if path.endswith(".whl"):
        with zipfile.ZipFile(path) as wheel:
            inner = [n for n in wheel.namelist() if n.endswith(".jsii.tgz")]
            data = wheel.read(inner[0])
        return tarfile.open(fileobj=io.BytesIO(data), mode="r:gz")
    return tarfile.open(path, mode="r:gz")


def read_sources(path):
    """`package.json` and, for each folder under `lib/`, its JavaScript and declaration texts."""
    manifest, folders = {}, {}
    with open_package(path) as tar:
        for member in tar:
            name = member.name.split("/", 1)[-1]
            if name == "package.json":
                manifest = json.load(tar.extractfile(member))
            if not name.startswith("lib/") or not name.endswith((".js", ".d.ts")):
                continue
            parts = name.split("/")
            if parts[1] == "provider-functions":
                continue
            folder = parts[1] if len(parts) > 2 else ""
            text = tar.extractfile(member).read().decode("utf-8")
            folders.setdefault(folder, []).append((name, text))
    return manifest, folders


def typescript_of(text):
    """The TypeScript source that an inline source map carries, or nothing."""
    start = text.rfind("//# sourceMappingURL=data:")
    if start < 0:
        return None
    encoded = text[start:].split("base64,", 1)[1].strip()
    return json.loads(base64.b64decode(encoded))["sourcesContent"][0]


class SourceReader:
    """Collects the classes and interfaces of generated source text, line by line."""

    def __init__(self, module):
        self.module = module
        self.version = ""
        self._class = None
        self._field = None
        self._hcl = None
        self._hcl_entry = None
        self._interface = None
        self._doc = []

    def read(self, text):
        """Reads one file."""
        for line in text.split("\n"):
            line = line.rstrip()
            if line and not line[0].isspace():
                self._top_level(line)
                continue
            stripped = line.strip()
            if not stripped:
                continue
            if self._interface is not None:
                self._interface_line(stripped)
            else:
                self._class_line(MODIFIERS.sub("", stripped))
        self._top_level("}")

    def _top_level(self, line):
        self._class = self._field = self._hcl = self._hcl_entry = self._interface = None
        if match := CLASS_LINE.match(line):
            self._class = GeneratedClass(match[1], match[2])
            self.module.classes[match[1]] = self._class
        elif match := HCL_FUNCTION_LINE.match(line):
            name = match[1]
            self._hcl = self.module.hcl.setdefault(name[:1].upper() + name[1:], {})
        elif match := INTERFACE_LINE.match(line):
            self._interface = self.module.interfaces.setdefault(match[1], {})
            self._doc = []
            if match[2] == "TerraformMetaArguments":
                self.module.configurations.add(match[1])

    def _class_line(self, line):
        if self._class is not None and line.startswith("synthesizeHclAttributes()"):
            self._hcl, self._hcl_entry = self._class.hcl, None
        elif self._hcl is not None:
            self._hcl_line(line)
        elif self._class is not None:
            self._field_line(line)

    def _hcl_line(self, line):
        if match := HCL_KEY_LINE.match(line):
            self._hcl_entry = self._hcl.setdefault(match[1] or match[2] or match[3], {})
        elif self._hcl_entry is not None:
            for key in ("value", "isBlock", "type", "storageClassType"):
                if line.startswith(key + ": "):
                    self._hcl_entry[key] = line[len(key) + 2 :].rstrip(",").strip('"')

    def _field_line(self, line):
        if match := FLAGS_LINE.match(line):
            flags = [match[i] == "true" for i in (2, 3, 4)]
            self._field = Field(*flags, name=match[1])
            self._class.fields.append(self._field)
        elif self._field is not None and (match := CHILD_LINE.match(line)):
            self._field.name, self._field.child_class = match[3], match[2]
            self._field.child_is_library = bool(match[1])
            self._field.is_set = match[4] == "true"
        elif self._field is not None and not self._field.getter and (match := GETTER_LINE.match(line)):
            self._field.name, self._field.getter = match[3], match[2]
            self._field.is_set = self._field.is_set or "tolist" in match[1].lower()
        elif match := TYPE_NAME_LINE.match(line):
            self._class.type_name = match[1]
        elif match := VERSION_TEXT.search(line):
            self.version = match[1]

    def _interface_line(self, line):
        if line == "/**":
            self._doc = []
        elif line.startswith("*") and not line.startswith("*/"):
            self._doc.append(line[1:].strip())
        elif match := PROPERTY_LINE.match(line):
            name, text = None, []
            for doc in self._doc:
                link = DOC_LINK.search(doc)
                if link and doc.startswith("Docs at Terraform Registry"):
                    name = link[2]
                elif doc:
                    text.append(doc)
            if name:
                is_block = text[:1] == [name + " block"]
                self._interface[name] = Property(is_block, match[3], bool(match[2]))
            self._doc = []


def storage_type(name):
    """The terraform type of a storage class name such as `stringMap` or `anyMapList`."""
    for suffix, kind in (("List", "list"), ("Map", "map")):
        if name.endswith(suffix) and len(name) > len(suffix):
            inner = storage_type(name[: -len(suffix)])
            return None if inner is None else [kind, inner]
    return STORAGE_TYPES.get(name)


def settled(kind):
    """The type without collections of what may be anything, of which Terraform knows none."""
    if not isinstance(kind, list):
        return kind
    if kind[0] == "object":
        return ["object", {name: settled(of) for name, of in kind[1].items()}]
    return "dynamic" if holds_dynamic(kind[1]) else kind


def holds_dynamic(kind):
    """Whether a part of the type may be anything."""
    if isinstance(kind, list):
        return any(holds_dynamic(of) for of in (kind[1].values() if kind[0] == "object" else kind[1:]))
    return kind == "dynamic"


def as_set(kind):
    """The same collection as a set."""
    return ["set"] + kind[1:] if isinstance(kind, list) and kind[0] == "list" else kind


class SchemaBuilder:
    """Builds terraform blocks from the classes of one module."""

    def __init__(self, module, warnings):
        self.module = module
        self.warnings = warnings
        self.without_hcl = False

    def block(self, cls, hcl, interface, stack=()):
        """The block that a class describes; `stack` holds the classes around it."""
        attributes, blocks = {}, {}
        for member in cls.fields:
            prop = interface.get(member.name)
            if member.child_class and not member.child_is_library:
                self._nested(member, hcl.get(member.name, {}), prop, stack, attributes, blocks)
            elif prop and prop.is_block:
                self._block_from_interface(cls, member, hcl.get(member.name, {}), prop, attributes, blocks)
            else:
                kind = self._attribute_type(cls, member, hcl.get(member.name, {}), prop)
                attributes[member.name] = {"type": kind, **member.flags()}
        return make_block(attributes, blocks)

    def _struct_of(self, class_name):
        """The collections around a child class, outermost first, and the name of its struct."""
        wrappers, name, known = [], class_name, self.module.classes
        while True:
            if name.endswith("OutputReference") and name in known:
                return wrappers, name[: -len("OutputReference")]
            if name.endswith("List") and name in known:
                wrappers.append("list")
                name = name[: -len("List")]
            elif name.endswith("Map") and name in known:
                wrappers.append("map")
                name = name[: -len("Map")]
            else:
                return wrappers, None
            if name + "OutputReference" in known:
                return wrappers, name

    def _nested(self, member, entry, prop, stack, attributes, blocks):
        wrappers, struct = self._struct_of(member.child_class)
        if struct is None:
            self.warnings.append(f"unknown class {member.child_class}")
            attributes[member.name] = {"type": "dynamic", **member.flags()}
            return
        is_block = member.is_silent() or (prop is not None and prop.is_block)
        nesting, limit = self._nesting(member, entry, wrappers, is_block)
        if not is_block:
            inner = self._object_type(struct, stack)
            if wrappers[1:]:
                inner = ["list", inner]
            kind = inner if nesting == "single" else [nesting, inner]
            attributes[member.name] = {"type": kind, **member.flags()}
            return
        if stack.count(struct) >= RECURSION_LIMIT:
            return
        cls = self.module.classes[struct + "OutputReference"]
        body = self.block(
            cls, self.module.hcl.get(struct, {}), self.module.interfaces.get(struct, {}), stack + (struct,)
        )
        blocks[member.name] = make_block_type(nesting, body, 1 if member.required else 0, limit)

    @staticmethod
    def _nesting(member, entry, wrappers, is_block):
        kind = entry.get("type")
        if kind == "struct":
            return "single", None
        if not wrappers:
            if kind in ("list", "set"):
                return kind, 1
            # Packages without `synthesizeHclAttributes` do not tell a single block from a list of
            # at most one; providers of that time had lists only.
            return ("list", 1) if is_block and not kind and not member.is_silent() else ("single", None)
        if wrappers[0] == "map":
            return "map", None
        return ("set" if member.is_set else "list"), None

    def _object_type(self, struct, stack):
        cls = self.module.classes[struct + "OutputReference"]
        hcl = self.module.hcl.get(struct, {})
        interface = self.module.interfaces.get(struct, {})
        members = {}
        for member in cls.fields:
            entry, prop = hcl.get(member.name, {}), interface.get(member.name)
            if member.child_class and not member.child_is_library:
                wrappers, inner = self._struct_of(member.child_class)
                nesting, _ = self._nesting(member, entry, wrappers, False)
                kind = "dynamic" if inner is None else self._object_type(inner, stack)
                if len(wrappers) > 1:
                    kind = ["list", kind]
                members[member.name] = kind if nesting == "single" else [nesting, kind]
            else:
                members[member.name] = self._attribute_type(cls, member, entry, prop)
        return ["object", dict(sorted(members.items()))]

    def _attribute_type(self, cls, member, entry, prop):
        kind = None
        if entry.get("storageClassType"):
            kind = storage_type(entry["storageClassType"])
            if entry.get("type") == "set":
                kind = as_set(kind)
        if kind is None and member.getter:
            kind = GETTER_TYPES.get(member.getter)
            kind = as_set(kind) if member.is_set else kind
        if kind is None and member.child_is_library:
            kind = storage_type(member.child_class[:1].lower() + member.child_class[1:])
            kind = as_set(kind) if member.is_set else kind
        if kind is None and prop:
            kind = self._typescript_type(prop.typescript)
            kind = as_set(kind) if member.is_set else kind
        if kind is None:
            if member.getter != "interpolationForAttribute":
                self.warnings.append(f"no type for {cls.name}.{member.name}")
            kind = "dynamic"
        return kind

    def _typescript_type(self, text):
        """The type of a property, also where it is an interface of the package itself."""
        text = text.split(" |")[0]
        if text in TYPESCRIPT_TYPES:
            return TYPESCRIPT_TYPES[text]
        members = self.module.interfaces.get(text.removesuffix("[]"))
        if members is None:
            return None
        kinds = {name: self._typescript_type(prop.typescript) for name, prop in members.items()}
        if None in kinds.values():
            return None
        kind = ["object", dict(sorted(kinds.items()))]
        return ["list", kind] if text.endswith("[]") else kind

    def _block_from_interface(self, cls, member, entry, prop, attributes, blocks):
        """A block without accessor class: blocks of providers, and trees cut off as `any`."""
        name = prop.typescript.split(" |")[0].strip("()")
        many = name.endswith("[]")
        struct = name.removesuffix("[]")
        nesting = entry.get("type") if entry.get("type") in ("list", "set") else "list"
        minimum = 1 if member.required else 0
        if struct in self.module.interfaces:
            body = self._interface_block(struct)
            blocks[member.name] = make_block_type(nesting, body, minimum, None if many else 1)
        else:
            blocks[member.name] = make_block_type(nesting, {"opaque": True}, minimum, None)

    def _interface_block(self, struct):
        attributes, blocks = {}, {}
        hcl = self.module.hcl.get(struct, {})
        for name, prop in self.module.interfaces[struct].items():
            entry = hcl.get(name, {})
            typescript = prop.typescript.split(" |")[0]
            inner = typescript.removesuffix("[]")
            minimum = 0 if prop.optional else 1
            if prop.is_block and inner in self.module.interfaces:
                nesting = entry.get("type") if entry.get("type") in ("list", "set") else "list"
                limit = None if typescript.endswith("[]") else 1
                blocks[name] = make_block_type(nesting, self._interface_block(inner), minimum, limit)
                continue
            kind = storage_type(entry.get("storageClassType", "")) or TYPESCRIPT_TYPES.get(typescript)
            if kind is None:
                self.warnings.append(f"no type for {struct}.{name}")
                kind = "dynamic"
            if entry.get("type") == "set":
                kind = as_set(kind)
            flag = {"optional": True} if prop.optional else {"required": True}
            attributes[name] = {"type": kind, **flag}
        return make_block(attributes, blocks)


def make_block(attributes, blocks):
    """A block in terraform's form; empty parts are left out, as terraform does."""
    block = {}
    if attributes:
        block["attributes"] = dict(sorted(attributes.items()))
    if blocks:
        block["block_types"] = dict(sorted(blocks.items()))
    return block


def make_block_type(nesting, body, minimum, maximum):
    """A nested block in terraform's form."""
    block_type = {"nesting_mode": nesting, "block": body}
    if minimum and nesting != "single":
        block_type["min_items"] = minimum
    if maximum and nesting != "single":
        block_type["max_items"] = maximum
    return block_type


def read_package(path, source, version=""):
    """The schema that a package holds; `version` names the provider where the package does not."""
    manifest, folders = read_sources(path)
    recorded = (manifest.get("cdktn") or manifest.get("cdktf") or {}).get("provider", {})
    schema = Schema(recorded.get("version") or version, source, {"version": 0, "block": {}}, {}, {}, {}, [])
    for folder in sorted(folders):
        module = Module()
        reader = SourceReader(module)
        for name, text in sorted(folders[folder]):
            if name.endswith(".d.ts"):
                reader.read(text)
            else:
                reader.read(typescript_of(text) or text)
        schema.version = schema.version or reader.version
        collect_types(module, schema)
    return schema


def configuration_of(cls, module):
    """The interface of a type's arguments; its name gets a suffix where a nested block took it."""
    plain = cls.name + "Config"
    for name in (plain, plain + "A"):
        if name in module.configurations:
            return module.interfaces[name]
    return module.interfaces.get(plain, {})


def collect_types(module, schema):
    """Adds the resource, data source and provider classes of a module to the schema."""
    builder = SchemaBuilder(module, schema.warnings)
    for cls in module.classes.values():
        kind = BASE_KINDS.get(cls.base)
        if kind is None:
            continue
        block = builder.block(cls, cls.hcl, configuration_of(cls, module))
        if kind == "provider":
            block.get("attributes", {}).pop(ALIAS_ARGUMENT, None)
            schema.provider = {"version": 0, "block": block}
            continue
        target = {
            "resource_schemas": schema.resources,
            "data_source_schemas": schema.data_sources,
            "ephemeral_resource_schemas": schema.ephemeral_resources,
        }[kind]
        target[cls.type_name] = {"version": 0, "block": block}
