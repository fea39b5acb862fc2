"""What the bridge package adds to a schema: item limits, replacements of deprecated arguments, secrets.

Limits are added only to types built with the provider's newer framework, whose validators
terraform's schema does not show; for the others the schema itself is complete. Nothing that the
schema states may be changed.
"""

import blocks
from names import singular, squash
from pulumi import is_settable, pair_resources, replacement_in

# The class trees of the bridge are finite; this only guards against one that is not.
DEEPEST = 14
# Written by the bridge itself, for attributes that the provider does not call deprecated.
BRIDGE_MESSAGES = ("Please use `tags` instead.", "Use of `securityGroups` is discouraged")


class Enricher:
    """Adds the facts of one bridge package to one schema."""

    def __init__(self, bridge, schema, same_major):
        self.bridge = bridge
        self.schema = schema
        self.same_major = same_major
        self.pairs = pair_resources(bridge, schema.resources)
        self.type_names = {f"{r.module}.{r.name}": name for name, r in self.pairs.items()}
        self.texts = {}

    def run(self):
        """Enriches all resource types; keeps the documentation texts by path in `texts`."""
        for name in sorted(self.pairs):
            resource = self.pairs[name]
            block = self.schema.resources[name]["block"]
            framework = is_framework_type(block)
            self._walk(block, resource.module, resource.name + "Args", name, framework, 0)
            self._outputs(block, resource)

    def _walk(self, block, module, cls, path, framework, depth):
        arguments = self.bridge.classes.get((module, cls))
        if arguments is None or depth > DEEPEST:
            return
        by_name = {}
        for name, argument in arguments.items():
            by_name.setdefault(singular(name), (name, argument))
        messages = self.bridge.deprecations.get((module, cls), {})
        for name, attribute in block.get("attributes", {}).items():
            name_there, argument = by_name.get(singular(name), (None, None))
            if argument is None or not is_settable(attribute):
                continue
            self._deprecation(attribute, messages.get(name_there), block, name)
            self.texts[f"{path}.{name}"] = argument.text
        for name, entry in block.get("block_types", {}).items():
            name_there, argument = by_name.get(singular(name), (None, None))
            if argument is None or name == "timeouts":
                continue
            self._deprecation(entry["block"], messages.get(name_there), block, name)
            self.texts[f"{path}.{name}"] = argument.text
            if framework:
                self._limits(entry, argument)
            inner = self.bridge.nested_class(module, argument.kind)
            if inner:
                self._walk(entry["block"], module, inner, f"{path}.{name}", framework, depth + 1)

    def _limits(self, entry, argument):
        if entry["nesting_mode"] not in ("list", "set"):
            return
        if not argument.optional and "min_items" not in entry and self.same_major:
            entry["min_items"] = 1
        if not argument.is_list() and "max_items" not in entry:
            entry["max_items"] = 1

    def _deprecation(self, entry, message, block, name):
        if message is None or message.startswith(BRIDGE_MESSAGES) or not self.same_major:
            return
        entry["deprecated"] = True
        siblings = {*block.get("attributes", {}), *block.get("block_types", {})} - {name}
        replacement = replacement_in(message, siblings, self.schema.resources, self.type_names)
        if replacement:
            entry["replaced_by"] = replacement

    def _outputs(self, block, resource):
        secrets = {squash(s) for s in resource.secrets}
        messages = self.bridge.deprecations.get((resource.module, resource.name), {})
        by_name = {singular(name): message for name, message in messages.items()}
        for name, attribute in block.get("attributes", {}).items():
            if squash(name) in secrets:
                attribute["sensitive"] = True
            if not is_settable(attribute):
                self._deprecation(attribute, by_name.get(singular(name)), block, name)


def is_framework_type(block):
    """Whether a type is built with the newer framework: the older one always has an `id` that may be set."""
    identity = block.get("attributes", {}).get("id", {})
    if identity.get("optional"):
        return False
    return not any(
        entry.get("max_items") or entry.get("min_items")
        for _, what, entry, _ in blocks.walk(block)
        if what == "block"
    )
