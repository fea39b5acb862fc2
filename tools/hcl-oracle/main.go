// hcl-oracle asks the reference implementation of HCL what it thinks of files and snippets, so that
// the parser of cfglint can be compared with it.
//
//	hcl-oracle -list L     L holds paths, one a line: path TAB ok|err TAB byte TAB line:col TAB summary
//	hcl-oracle -struct L   one line a file: A<start>-<end> (attribute), B<start>-<end> (block), in source order
//	hcl-oracle -exprs L    one line a file: C, T, B, U, F<start>-<end>: calls, conditionals, binary, unary, for; sorted
//	hcl-oracle -nul        snippets on standard input, separated by NUL: index TAB ok|err TAB byte TAB line:col TAB summary
//
// With -json the same of files in the JSON syntax (see json.go).
package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

func main() {
	list := flag.String("list", "", "print verdicts of the files listed in `FILE`")
	structure := flag.String("struct", "", "print attributes and blocks of the files listed in `FILE`")
	exprs := flag.String("exprs", "", "print expressions of the files listed in `FILE`")
	nul := flag.Bool("nul", false, "print verdicts of the snippets on standard input")
	isJSON := flag.Bool("json", false, "read the JSON syntax")
	flag.Parse()
	verdict, items := verdict, items
	if *isJSON {
		verdict, items = jsonVerdict, jsonItems
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	switch {
	case *list != "":
		each(*list, func(path string, text []byte) {
			fmt.Fprintf(out, "%s\t%s\n", path, verdict(text))
		})
	case *structure != "":
		each(*structure, func(_ string, text []byte) { fmt.Fprintln(out, items(text)) })
	case *exprs != "":
		each(*exprs, func(_ string, text []byte) { fmt.Fprintln(out, expressions(text)) })
	case *nul:
		input, err := io.ReadAll(os.Stdin)
		check(err)
		for i, snippet := range bytes.Split(bytes.TrimSuffix(input, []byte{0}), []byte{0}) {
			fmt.Fprintf(out, "%d\t%s\n", i, verdict(snippet))
		}
	default:
		flag.Usage()
		os.Exit(2)
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "hcl-oracle:", err)
		os.Exit(2)
	}
}

// each calls visit for every path listed in the file at list.
func each(list string, visit func(path string, text []byte)) {
	paths, err := os.ReadFile(list)
	check(err)
	for _, path := range strings.Split(strings.TrimRight(string(paths), "\n"), "\n") {
		text, err := os.ReadFile(path)
		check(err)
		visit(path, text)
	}
}

func parse(text []byte) (*hclsyntax.Body, hcl.Diagnostics) {
	file, problems := hclsyntax.ParseConfig(text, "input", hcl.InitialPos)
	if file == nil {
		return nil, problems
	}
	body, _ := file.Body.(*hclsyntax.Body)
	return body, problems
}

func verdict(text []byte) string {
	_, problems := parse(text)
	return first(problems)
}

// first says what the first error is.
func first(problems hcl.Diagnostics) string {
	for _, problem := range problems {
		if problem.Severity != hcl.DiagError {
			continue
		}
		if problem.Subject == nil {
			return "err\t\t\t" + problem.Summary
		}
		at := problem.Subject.Start
		return fmt.Sprintf("err\t%d\t%d:%d\t%s", at.Byte, at.Line, at.Column, problem.Summary)
	}
	return "ok\t\t\t"
}

type item struct {
	start, end int
	kind       byte
}

func items(text []byte) string {
	body, _ := parse(text)
	var found []item
	var visit func(*hclsyntax.Body)
	visit = func(body *hclsyntax.Body) {
		for _, attribute := range body.Attributes {
			at := attribute.SrcRange
			found = append(found, item{at.Start.Byte, at.End.Byte, 'A'})
		}
		for _, block := range body.Blocks {
			found = append(found, item{block.TypeRange.Start.Byte, block.CloseBraceRange.End.Byte, 'B'})
			visit(block.Body)
		}
	}
	if body != nil {
		visit(body)
	}
	sort.Slice(found, func(i, k int) bool { return found[i].start < found[k].start })
	words := make([]string, len(found))
	for i, item := range found {
		words[i] = fmt.Sprintf("%c%d-%d", item.kind, item.start, item.end)
	}
	return strings.Join(words, " ")
}

func expressions(text []byte) string {
	body, _ := parse(text)
	var words []string
	if body != nil {
		_ = hclsyntax.VisitAll(body, func(node hclsyntax.Node) hcl.Diagnostics {
			if letter := letterOf(node); letter != "" {
				at := node.Range()
				words = append(words, fmt.Sprintf("%s%d-%d", letter, at.Start.Byte, at.End.Byte))
			}
			return nil
		})
	}
	sort.Strings(words)
	return strings.Join(words, " ")
}

func letterOf(node hclsyntax.Node) string {
	switch node.(type) {
	case *hclsyntax.FunctionCallExpr:
		return "C"
	case *hclsyntax.ConditionalExpr:
		return "T"
	case *hclsyntax.BinaryOpExpr:
		return "B"
	case *hclsyntax.UnaryOpExpr:
		return "U"
	case *hclsyntax.ForExpr:
		return "F"
	}
	return ""
}
