"""Walking and joining blocks in the form of `terraform providers schema -json`."""

KINDS = ("resource_schemas", "data_source_schemas", "ephemeral_resource_schemas")


def schema_blocks(schema):
    """(kind, type name, block) of every type of a schema, and of the provider itself."""
    yield "provider", "", schema.provider["block"]
    for kind, types in (
        ("resource_schemas", schema.resources),
        ("data_source_schemas", schema.data_sources),
        ("ephemeral_resource_schemas", schema.ephemeral_resources),
    ):
        for name in sorted(types):
            yield kind, name, types[name]["block"]


def walk(block, path=""):
    """(path, "attribute" or "block", entry, block around it) for all that is in a block."""
    for name in sorted(block.get("attributes", {})):
        yield join(path, name), "attribute", block["attributes"][name], block
    for name in sorted(block.get("block_types", {})):
        entry = block["block_types"][name]
        yield join(path, name), "block", entry, block
        yield from walk(entry["block"], join(path, name))


def join(path, name):
    """A path one name longer."""
    return f"{path}.{name}" if path else name


def find(block, path):
    """The attribute or block type at a path, or nothing."""
    *outer, last = path.split(".")
    for name in outer:
        entry = block.get("block_types", {}).get(name)
        if entry is None:
            return None
        block = entry["block"]
    return block.get("attributes", {}).get(last) or block.get("block_types", {}).get(last)


def widen(block, other, same_name=lambda name: name):
    """Adds to `block` what `other` has more, as optional: a block that admits what either admits."""
    attributes = block.setdefault("attributes", {})
    blocks = block.setdefault("block_types", {})
    known = {same_name(name) for name in (*attributes, *blocks)}
    for name, attribute in other.get("attributes", {}).items():
        if same_name(name) not in known:
            attributes[name] = {"type": attribute["type"], "optional": True}
    for name, entry in other.get("block_types", {}).items():
        if name in blocks:
            widen(blocks[name]["block"], entry["block"], same_name)
        elif same_name(name) not in known:
            added = {**entry, "block": copy_block(entry["block"])}
            added.pop("min_items", None)
            blocks[name] = added
    for part in ("attributes", "block_types"):
        block[part] = dict(sorted(block[part].items()))
        if not block[part]:
            del block[part]


def copy_block(block):
    """A block that can be changed without changing the original; types are shared, for nobody changes them."""
    copied = {key: value for key, value in block.items() if key not in ("attributes", "block_types")}
    if "attributes" in block:
        copied["attributes"] = {name: dict(entry) for name, entry in block["attributes"].items()}
    if "block_types" in block:
        copied["block_types"] = {
            name: {**entry, "block": copy_block(entry["block"])} for name, entry in block["block_types"].items()
        }
    return copied


class BlockTable:
    """Blocks written once each: a list in which nested blocks are named by their place."""

    def __init__(self, rows=None):
        self.rows = [] if rows is None else rows
        self._places = {}

    def add(self, block):
        """The place of a block, entering it and all blocks in it."""
        row = {}
        if "attributes" in block:
            row["attributes"] = block["attributes"]
        if "block_types" in block:
            row["block_types"] = {
                name: {**entry, "block": self.add(entry["block"])}
                for name, entry in sorted(block["block_types"].items())
            }
        key = repr(row)
        if key not in self._places:
            self._places[key] = len(self.rows)
            self.rows.append(row)
        return self._places[key]

    def block(self, place):
        """The whole block at a place."""
        row = self.rows[place]
        block = {}
        if "attributes" in row:
            block["attributes"] = {name: dict(entry) for name, entry in row["attributes"].items()}
        if "block_types" in row:
            block["block_types"] = {
                name: {**entry, "block": self.block(entry["block"])} for name, entry in row["block_types"].items()
            }
        return block
