"""The statements of the AWS web firewall, which the packages cut off in two types of three.

They are recorded from provider 5.100.0 and widened by the statements of `aws_wafv2_web_acl_rule`,
a type of version 6 that the packages give in full, so that no newer statement is taken for a mistake.
"""

import blocks

STATEMENT_TYPES = ("aws_wafv2_web_acl", "aws_wafv2_rule_group")
# The older types name these blocks in the singular.
RENAMED = {"custom_keys": "custom_key"}


def complete_statements(schema, newest_rule):
    """Widens the statements of both older types by those of the newest `aws_wafv2_web_acl_rule`."""
    source = blocks.find(newest_rule, "statement") if newest_rule else None
    if source is None:
        return
    source = rename(blocks.copy_block(source["block"]))
    for name in STATEMENT_TYPES:
        if name in schema.resources:
            entry = blocks.find(schema.resources[name]["block"], "rule.statement")
            if entry is not None:
                blocks.widen(entry["block"], source)


def rename(block):
    """The block with the names of the older types."""
    for name in list(block.get("block_types", {})):
        entry = block["block_types"].pop(name)
        rename(entry["block"])
        block["block_types"][RENAMED.get(name, name)] = entry
    return block
