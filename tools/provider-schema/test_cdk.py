"""Tests of reading generated source text: the same facts in JavaScript and in TypeScript."""

import unittest

import cdk

TYPESCRIPT = """
export interface ThingConfig extends cdktf.TerraformMetaArguments {
  /**
  * Docs at Terraform Registry: {@link https://x/docs/thing#name Thing#name}
  */
  readonly name: string;
  /**
  * rule block
  *
  * Docs at Terraform Registry: {@link https://x/docs/thing#rule Thing#rule}
  */
  readonly rule?: ThingRule[] | cdktf.IResolvable;
}
export interface ThingRule {
  /**
  * Docs at Terraform Registry: {@link https://x/docs/thing#ports Thing#ports}
  */
  readonly ports?: number[];
}
export class ThingRuleOutputReference extends cdktf.ComplexObject {
  // ports - computed: false, optional: true, required: false
  private _ports?: number[];
  public get ports() {
    return cdktf.Token.asNumberList(cdktf.Fn.tolist(this.getNumberListAttribute('ports')));
  }
}
export class ThingRuleList extends cdktf.ComplexList {
}
export class Thing extends cdktf.TerraformResource {
  public static readonly tfResourceType = "aws_thing";
  // arn - computed: true, optional: false, required: false
  public get arn() {
    return this.getStringAttribute('arn');
  }
  // id - computed: true, optional: true, required: false
  private _id?: string;
  public get id() {
    return this.getStringAttribute('id');
  }
  // name - computed: false, optional: false, required: true
  private _name?: string;
  public get name() {
    return this.getStringAttribute('name');
  }
  // rule - computed: false, optional: true, required: false
  private _rule = new ThingRuleList(this, "rule", true);
  public get rule() {
    return this._rule;
  }
}
"""


def read(text):
    """The schema of one source text."""
    module = cdk.Module()
    cdk.SourceReader(module).read(text)
    schema = cdk.Schema("1.0.0", "registry.terraform.io/hashicorp/aws", {}, {}, {}, {}, [])
    cdk.collect_types(module, schema)
    return schema


class ReadTest(unittest.TestCase):
    """The schema of a small resource."""

    def setUp(self):
        self.block = read(TYPESCRIPT).resources["aws_thing"]["block"]

    def test_flags_are_those_of_the_comments(self):
        attributes = self.block["attributes"]
        self.assertEqual(attributes["arn"], {"type": "string", "computed": True})
        self.assertEqual(attributes["id"], {"type": "string", "optional": True, "computed": True})
        self.assertEqual(attributes["name"], {"type": "string", "required": True})

    def test_a_documented_block_is_a_block(self):
        rule = self.block["block_types"]["rule"]
        self.assertEqual(rule["nesting_mode"], "set")
        self.assertNotIn("max_items", rule)
        self.assertEqual(rule["block"]["attributes"]["ports"], {"type": ["set", "number"], "optional": True})

    def test_a_field_without_flags_is_not_read(self):
        text = TYPESCRIPT.replace("  // name - computed: false, optional: false, required: true\n", "")
        self.assertNotIn("name", read(text).resources["aws_thing"]["block"]["attributes"])

    def test_storage_types(self):
        self.assertEqual(cdk.storage_type("stringListMap"), ["map", ["list", "string"]])
        self.assertIsNone(cdk.storage_type("somethingElse"))


if __name__ == "__main__":
    unittest.main()
