"""Tests of the rewriting of regular expressions and of the names of ARNs."""

import unittest

import patterns


class RewriteTest(unittest.TestCase):
    """What the rewriter makes of the constructs that the models use."""

    def test_classes_become_explicit(self):
        self.assertEqual(patterns.rewrite(r"^\w+$"), "^[0-9A-Z_a-z]+$")
        self.assertEqual(patterns.rewrite(r"[\w.-]+"), r"[0-9A-Z_a-z\.\-]+")
        self.assertEqual(patterns.rewrite(r"[a\-z]{1,3}"), r"[a\-z]{1,3}")

    def test_hyphen_after_a_class_escape_is_itself(self):
        self.assertEqual(patterns.rewrite(r"[\w-.]+"), r"[0-9A-Z_a-z\-\.]+")

    def test_java_names_of_classes(self):
        self.assertEqual(patterns.rewrite(r"\p{Alnum}+"), "[0-9A-Za-z]+")
        self.assertEqual(patterns.rewrite(r"[\p{L}\p{Z}]*"), r"[\p{L}\p{Z}]*")

    def test_what_is_not_surely_understood_is_dropped(self):
        for pattern in (r"(?=a)b", r"(?!a)b", r"(a)\1", r"a++", r"[a[b]]", r"[a&&b]", r"[\uD800-\uDBFF]", r"(a", r"\p{Foo}"):
            self.assertIsNone(patterns.rewrite(pattern), pattern)

    def test_an_anchor_at_one_end_leaves_the_other_open(self):
        self.assertEqual(patterns.rewrite("^ab"), r"^ab[\s\S]*")
        self.assertEqual(patterns.rewrite("ab$"), r"[\s\S]*ab$")

    def test_large_counts_are_loosened(self):
        self.assertEqual(patterns.rewrite("[a-z]{1,1024}"), "[a-z]+")
        self.assertEqual(patterns.rewrite("[a-z]{0,1024}x"), "[a-z]*x")

    def test_patterns_that_admit_everything_say_nothing(self):
        self.assertIsNone(patterns.rewrite(".*"))

    def test_a_search_may_match_anywhere(self):
        self.assertEqual(patterns.rewrite_search("ab"), r"[\s\S]*ab[\s\S]*")
        self.assertEqual(patterns.rewrite_search("^ab$"), "^ab$")


class ArnTest(unittest.TestCase):
    """When a pattern is that of an ARN."""

    def test_service_of_an_arn_pattern(self):
        self.assertEqual(patterns.arn_service(r"^arn:(aws|aws-cn):kms:[a-z0-9-]+:\d{12}:key/.+$"), (True, "kms"))
        self.assertEqual(patterns.arn_service(r"arn:aws[a-z-]*:[a-z]+:.*"), (True, None))

    def test_alternatives_to_an_arn_are_no_arn(self):
        self.assertEqual(patterns.arn_service(r"^arn:aws:sns:.*|NONE$"), (False, None))
        self.assertEqual(patterns.arn_service(r"(arn:aws:iam::.*)?"), (False, None))


if __name__ == "__main__":
    unittest.main()
