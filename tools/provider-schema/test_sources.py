"""Tests of the enrichment, of the joining of constraints and of the verdicts."""

import unittest

import api_models
import blocks
import bridge_facts
import constraints
import enforced
import facts
import formats
import inputs
import names
import pulumi
import verdicts


def closed(*_):
    """No enum grows."""
    return False


class BlocksTest(unittest.TestCase):
    """Joining and sharing of blocks."""

    def test_widening_adds_only_what_is_missing(self):
        block = {"attributes": {"a": {"type": "string", "required": True}}}
        blocks.widen(block, {"attributes": {"a": {"type": "number"}, "b": {"type": "bool", "required": True}}})
        self.assertEqual(block["attributes"]["a"], {"type": "string", "required": True})
        self.assertEqual(block["attributes"]["b"], {"type": "bool", "optional": True})

    def test_a_table_gives_back_what_it_got(self):
        inner = {"attributes": {"a": {"type": "string", "optional": True}}}
        block = {"block_types": {n: {"nesting_mode": "list", "block": inner} for n in ("x", "y")}}
        table = blocks.BlockTable()
        place = table.add(block)
        self.assertEqual(len(table.rows), 2)
        self.assertEqual(table.block(place), block)


class FactsTest(unittest.TestCase):
    """Recorded facts."""

    def test_an_argument_called_description_is_kept(self):
        block = {"attributes": {"description": {"type": "string", "description": "text", "optional": True}}}
        self.assertEqual(facts.stripped(block), {"attributes": {"description": {"type": "string", "optional": True}}})

    def test_limits_of_one_are_not_changed(self):
        entry = {"nesting_mode": "list", "block": {}, "max_items": 1}
        facts.apply_limits(entry, 0, 5)
        self.assertEqual(entry["max_items"], 1)

    def test_only_better_types_are_taken(self):
        self.assertTrue(facts.is_refinement("dynamic", "string"))
        self.assertTrue(facts.is_refinement(["set", ["list", "string"]], ["set", ["set", "string"]]))
        self.assertFalse(facts.is_refinement(["set", "string"], ["set", "number"]))


class BridgeTest(unittest.TestCase):
    """What is taken from the bridge."""

    def test_older_framework_is_told_by_its_id(self):
        self.assertFalse(bridge_facts.is_framework_type({"attributes": {"id": {"optional": True, "computed": True}}}))
        self.assertTrue(bridge_facts.is_framework_type({"attributes": {"id": {"computed": True}}}))

    def test_replacements_must_exist(self):
        types = {"s3.BucketAcl": "aws_s3_bucket_acl"}
        message = "acl is deprecated. Use the s3.BucketAcl resource instead."
        self.assertEqual(pulumi.replacement_in(message, set(), {"aws_s3_bucket_acl": 1}, types), "aws_s3_bucket_acl")
        self.assertEqual(pulumi.replacement_in("Use state instead.", {"state"}, {}, {}), "state")
        self.assertIsNone(pulumi.replacement_in("AWS no longer supports this.", {"state"}, {}, {}))


class NamesTest(unittest.TestCase):
    """Spelling of names."""

    def test_singular(self):
        self.assertEqual([names.singular(n) for n in ("policies", "addresses", "status", "cidr_blocks")], ["policy", "address", "status", "cidrblock"])

    def test_members_are_found_by_noun(self):
        members = {"functionname": ("FunctionName", "N"), "runtime": ("Runtime", "R")}
        self.assertEqual(api_models.find_member("name", members, ["function"], True), ("N", "noun"))
        self.assertEqual(api_models.find_member("runtime", members, [], True), ("R", "same"))
        self.assertIsNone(api_models.find_member("name", members, ["function"], False))


class ConstraintsTest(unittest.TestCase):
    """Joining of sources."""

    def match(self, **limits):
        return api_models.Match("s", "Op", "Shape", limits, {}, "same", "string")

    def test_two_agreeing_enums_are_certain(self):
        made = constraints.join("string", self.match(enum=["A", "B"]), {"enum": ["B", "A"]}, [], "t.mode")
        self.assertEqual(made, {"enum": ["A", "B"], "confidence": 3})

    def test_contradicted_enums_are_dropped(self):
        self.assertEqual(constraints.join("string", self.match(enum=["A"]), {}, ["x", "y"], "t.mode"), {})

    def test_growing_enums_are_open(self):
        self.assertTrue(constraints.join("string", self.match(enum=["a"]), {}, [], "t.runtime")["open"])

    def test_limits_that_only_exclude_the_empty_text_are_dropped(self):
        self.assertEqual(constraints.join("string", self.match(min=1, max=64), {}, [], "t.name"), {"max_length": 64, "confidence": 2})

    def test_a_length_is_no_range(self):
        self.assertEqual(constraints.join("number", self.match(min=1, max=64), {}, [], "t.size"), {})


class EnforcedTest(unittest.TestCase):
    """Verdicts of the real provider."""

    def merge(self, constraint, verdict):
        merged = {"t.a": constraint} if constraint else {}
        enforced.merge(merged, {"t.a": verdict}, {"t.a": "string"}, closed, lambda path: [])
        return merged.get("t.a")

    def test_enums_are_joined(self):
        made = self.merge({"enum": ["A"], "confidence": 2}, {"enum": ["A", "B"]})
        self.assertEqual(made, {"enum": ["A", "B"], "confidence": 3, "checked": "provider"})

    def test_an_enum_of_other_values_is_replaced_and_open(self):
        made = self.merge({"enum": ["A"], "confidence": 3}, {"enum": ["x"]})
        self.assertEqual(made, {"enum": ["x"], "open": True, "confidence": 2, "checked": "provider"})

    def test_the_looser_bound_wins(self):
        made = self.merge({"max_length": 100, "confidence": 2}, {"length": [1, 64]})
        self.assertEqual(made, {"max_length": 100, "confidence": 2, "checked": "provider"})

    def test_what_the_provider_does_not_check_is_not_marked(self):
        made = self.merge({"pattern": "^a$", "max_length": 9, "confidence": 2}, {"length": [1, 9]})
        self.assertEqual(made["checked_keys"], ["max_length"])


class VerdictsTest(unittest.TestCase):
    """Reading of the provider's words."""

    def test_messages(self):
        for message, expected in (
            ('expected mode to be one of ["A" "B"], got x', ("enum", "mode", ("A", "B"))),
            ("expected a.0.n to be in the range (1 - 5), got 9", ("range", "a.0.n", ("1", "5"))),
            ('"role" (x) is an invalid ARN: arn: invalid prefix', ("arn", "role", ())),
            ("something else", ("other", "", ())),
        ):
            self.assertEqual(verdicts.read(message), expected)

    def test_paths_lose_indexes_and_set_elements(self):
        self.assertEqual(verdicts.plain('a[0].b[Value({"c":[1]})].d'), "a.b.d")
        self.assertEqual(verdicts.plain("a.0.b.1"), "a.b")

    def test_several_refusals_are_no_verdict(self):
        said = {"odd": {("enum", ("a",)), ("range", ("1", "2"))}}
        self.assertEqual(verdicts.summarize(said), {"refused": True})

    def test_cidr_families(self):
        odd = {("cidr", ())}
        refused = {("other", ())}
        said = {"odd": odd, "host_bits": refused, "host_bits6": refused, "network6": refused}
        self.assertEqual(verdicts.cidr_format(said), "ipv4_cidr_network")


class InputsTest(unittest.TestCase):
    """The committed lists."""

    def test_every_package_is_pinned_by_hash(self):
        for package in inputs.packages():
            self.assertRegex(package.sha256, "^[0-9a-f]{64}$")
            self.assertIn(package.role, ("schema", "bridge", "api", "cloudformation"))

    def test_formats_do_not_contradict_each_other(self):
        entries = formats.POLICY + formats.JSON + [path for paths in formats.CIDR.values() for path in paths]
        self.assertEqual(len(entries), len(set(entries)))


if __name__ == "__main__":
    unittest.main()
