package main

import (
	"fmt"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/json"
)

// rootSchema is Terraform's: internal/configs/parser_config.go, and list of query_file.go.
var rootSchema = &hcl.BodySchema{
	Blocks: []hcl.BlockHeaderSchema{
		{Type: "terraform"},
		{Type: "required_providers"},
		{Type: "provider", LabelNames: []string{"name"}},
		{Type: "variable", LabelNames: []string{"name"}},
		{Type: "locals"},
		{Type: "output", LabelNames: []string{"name"}},
		{Type: "module", LabelNames: []string{"name"}},
		{Type: "resource", LabelNames: []string{"type", "name"}},
		{Type: "data", LabelNames: []string{"type", "name"}},
		{Type: "ephemeral", LabelNames: []string{"type", "name"}},
		{Type: "action", LabelNames: []string{"type", "name"}},
		{Type: "list", LabelNames: []string{"type", "name"}},
		{Type: "moved"},
		{Type: "removed"},
		{Type: "import"},
		{Type: "check", LabelNames: []string{"name"}},
	},
}

// jsonVerdict is an error where the text is no JSON, where the blocks of the root are not written as
// blocks, and where a local value has a property twice or a string that is no template.
func jsonVerdict(text []byte) string {
	file, problems := json.Parse(text, "input")
	if problems.HasErrors() {
		return first(problems)
	}
	content, _, more := file.Body.PartialContent(rootSchema)
	problems = append(problems, more...)
	for _, block := range content.Blocks {
		if block.Type != "locals" && block.Type != "required_providers" {
			_, _, more = block.Body.PartialContent(&hcl.BodySchema{})
			problems = append(problems, more...)
			continue
		}
		attributes, more := block.Body.JustAttributes()
		problems = append(problems, more...)
		for _, attribute := range attributes {
			if block.Type == "locals" {
				problems = append(problems, valueProblems(attribute.Expr)...)
			}
		}
	}
	return first(problems)
}

// valueProblems leaves out what only fails because nothing is declared.
func valueProblems(expr hcl.Expression) hcl.Diagnostics {
	var found hcl.Diagnostics
	_, problems := expr.Value(&hcl.EvalContext{})
	for _, problem := range problems {
		if problem.Expression == nil || problem.Summary == "Duplicate object attribute" {
			found = append(found, problem)
		}
	}
	return found
}

// jsonItems has one word a block of the root: B, the ranges of the type and of the labels, and where
// the body ends; behind it a word A for each argument if the body is one object.
func jsonItems(text []byte) string {
	file, _ := json.Parse(text, "input")
	content, _, _ := file.Body.PartialContent(rootSchema)
	var words []string
	for _, block := range content.Blocks {
		word := "B" + span(block.TypeRange)
		for _, label := range block.LabelRanges {
			word += "," + span(label)
		}
		words = append(words, fmt.Sprintf("%s,%d", word, block.Body.MissingItemRange().Start.Byte))
		attributes, problems := block.Body.JustAttributes()
		if problems.HasErrors() {
			continue
		}
		var spans []string
		for _, attribute := range attributes {
			spans = append(spans, fmt.Sprintf("A%s", span(attribute.Range)))
		}
		sort.Strings(spans)
		words = append(words, spans...)
	}
	return strings.Join(words, " ")
}

func span(at hcl.Range) string {
	return fmt.Sprintf("%d-%d", at.Start.Byte, at.End.Byte)
}
