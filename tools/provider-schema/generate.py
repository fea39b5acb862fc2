"""Generates the provider schemas and value constraints that the linter embeds.

    python3 generate.py OUT [--cache DIR] [--only schemas]

OUT/schemas/PROVIDER-VERSION.json has the form of `terraform providers schema -json`,
OUT/aws-constraints.json the form described in README.md, OUT/counts.json what both hold.
Two runs give the same bytes; nothing of the machine may get into an output.
"""

import argparse
import json
import os
import sys

import blocks
import bridge_facts
import cdk
import facts
import inputs
import pulumi
import wafv2

HERE = os.path.dirname(os.path.abspath(__file__))
AWS = "registry.terraform.io/hashicorp/aws"


def write_json(path, value):
    """Writes a value with sorted keys and without spaces."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as handle:
        json.dump(value, handle, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        handle.write("\n")


def read_schemas(packages, cache):
    """The schemas of all schema packages, as they are in the packages."""
    schemas = []
    for package in packages:
        if package.role == "schema":
            path = inputs.fetch(package, cache)
            schema = cdk.read_package(path, package.provider, package.provider_version)
            if schema.version != package.provider_version:
                raise inputs.InputError(f"{package.file} holds provider {schema.version}")
            schemas.append(schema)
    return schemas


def complete_aws(schemas, packages, cache):
    """Adds to the AWS schemas what other sources know; gives back the enrichers by provider major."""
    recorded = facts.load(os.path.join(HERE, "facts-aws-5.100.0.json"))
    bridges = {p.provider_major: pulumi.read_bridge(inputs.fetch(p, cache)) for p in packages if p.role == "bridge"}
    newest = {}
    rule = schemas[-1].resources.get("aws_wafv2_web_acl_rule", {}).get("block")
    for schema in schemas:
        major = int(schema.version.split(".")[0])
        facts.apply(recorded, schema, major)
        if schema.version == recorded["version"]:
            schema.ephemeral_resources.update(recorded["ephemeral_resource_schemas"])
        if major >= 6:
            wafv2.complete_statements(schema, rule)
        bridge_major = major if major in bridges else min(bridges)
        enricher = bridge_facts.Enricher(bridges[bridge_major], schema, major == bridge_major)
        enricher.run()
        newest[major] = enricher
        check_complete(schema)
    return newest


def check_complete(schema):
    """Stops if a tree is still cut off: the linter would take its content for mistakes."""
    for kind, name, block in blocks.schema_blocks(schema):
        for path, what, entry, _ in blocks.walk(block):
            if what == "block" and entry["block"].get("opaque"):
                raise inputs.InputError(f"{kind} {name}.{path} of {schema.version} is cut off")


def count_schema(schema):
    """How many types, attributes and blocks a schema has."""
    counts = {"resources": len(schema.resources), "data_sources": len(schema.data_sources)}
    counts["ephemeral_resources"] = len(schema.ephemeral_resources)
    counts["attributes"] = counts["blocks"] = 0
    for _, _, block in blocks.schema_blocks(schema):
        for _, what, _, _ in blocks.walk(block):
            counts["attributes" if what == "attribute" else "blocks"] += 1
    return counts


def main(arguments):
    """The command line."""
    parser = argparse.ArgumentParser(description="generate provider schemas and constraints")
    parser.add_argument("out", help="folder for the generated files")
    parser.add_argument("--cache", default="", help="folder for downloaded packages (default: OUT/cache)")
    parser.add_argument("--only", choices=["schemas"], help="leave the constraints out")
    options = parser.parse_args(arguments)
    cache = options.cache or os.path.join(options.out, "cache")
    packages = inputs.packages()
    schemas = read_schemas(packages, cache)
    aws = [s for s in schemas if s.source == AWS]
    enrichers = complete_aws(aws, packages, cache)
    counts = {"schemas": {}}
    for schema in schemas:
        label = f"{schema.source.rsplit('/', 1)[1]}-{schema.version}"
        write_json(os.path.join(options.out, "schemas", label + ".json"), schema.document())
        counts["schemas"][label] = count_schema(schema)
    if options.only != "schemas":
        import constraints

        made = constraints.build(aws, enrichers, packages, cache)
        write_json(os.path.join(options.out, "aws-constraints.json"), made)
        counts["constraints"] = constraints.count(made)
    write_json(os.path.join(options.out, "counts.json"), counts)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
