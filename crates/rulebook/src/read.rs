//! Reads a page: outline, header, sections and examples, and whether they fit together.

use diagnostics::RuleId;
use source::TextRange;

use crate::example::read_example;
use crate::header::{Header, Problems, read_header};
use crate::markdown::{Fence, Outline, length, lines, outline, plain};
use crate::page::{Example, Page, PageError, Scope, Section};
use crate::wording::{fault_of_name, fault_of_title, is_deceptive};

/// All headings, in the order in which they stand.
const HEADINGS: &[&str] = &["Why", "How to fix", "Flagged", "Fixed", "Allowed", "Cases"];
const REQUIRED: &[&str] = &["Why", "How to fix", "Flagged", "Allowed"];
/// The pack of what cfglint itself finds.
const CORE: &str = "core";
/// The packs whose rules the engine judges, each with its scope.
const PACKS_OF_SCOPES: &[(&str, Scope)] = &[(CORE, Scope::Core), ("schema", Scope::Schema)];
const TESTS: &[&str] = &["Flagged", "Fixed", "Allowed", "Cases"];

impl Page {
    /// Reads the page `text` of the rule `pack/name`. Either the page is valid or all that is
    /// wrong with it is returned, sorted by place.
    pub fn parse(pack: &str, name: &str, text: &str) -> Result<Self, Vec<PageError>> {
        let mut errors = Vec::new();
        if let Some(fault) = fault_of_name(pack, name) {
            push(&mut errors, TextRange::empty(0), fault);
        }
        check_characters(text, &mut errors);
        let outline = outline(text);
        let (title, summary) = read_top(&outline, &mut errors);
        let (header, header_offset) = read_rule_fence(text, &outline, &mut errors);
        let sections = read_sections(text, &outline, required(pack), &mut errors);
        let examples = read_examples(text, &outline, &mut errors);
        if let Some(header) = &header {
            check_pack(pack, header, &mut errors);
            check_fixed(header, &outline, &mut errors);
        }
        errors.sort_by_key(|error| error.range.start());
        let Some(header) = header.filter(|_| errors.is_empty()) else {
            return Err(errors);
        };
        Ok(Self {
            id: RuleId::new(&format!("{pack}/{name}")),
            title,
            summary,
            level: header.level,
            group: header.group,
            security: header.security,
            tags: header.tags,
            versions: header.versions,
            sources: header.sources,
            aliases: header.aliases,
            supersedes: header.supersedes,
            preset: header.preset,
            scope: header.scope,
            checks: header.checks,
            sections,
            examples,
            uses: header.uses,
            header: header.tree,
            header_offset,
            text: text.to_owned(),
        })
    }
}

fn push(errors: &mut Vec<PageError>, range: TextRange, message: impl Into<String>) {
    errors.push(PageError { range, message: message.into() });
}

fn check_characters(text: &str, errors: &mut Vec<PageError>) {
    for (at, c) in text.char_indices().filter(|(_, c)| is_deceptive(*c)).take(1) {
        let start = length(&text[..at]);
        let range = TextRange::new(start, start + length(c.encode_utf8(&mut [0; 4])));
        let message = format!("the page holds the invisible character U+{:04X}", u32::from(c));
        push(errors, range, message);
    }
}

fn read_top(outline: &Outline<'_>, errors: &mut Vec<PageError>) -> (String, String) {
    if let Some(range) = outline.before_title {
        push(errors, range, "a page starts with its title: `# Title`");
    }
    let Some((title, range)) = outline.titles.first() else {
        if outline.before_title.is_none() {
            push(errors, TextRange::empty(0), "a page starts with its title: `# Title`");
        }
        return Default::default();
    };
    if title.is_empty() {
        push(errors, *range, "the title is empty");
    }
    if let Some(fault) = fault_of_title(title) {
        push(errors, *range, fault);
    }
    if let Some((_, range)) = outline.titles.get(1) {
        push(errors, *range, "a page has one title; headings of sections start with `## `");
    }
    let lines: Vec<_> = outline.summary.iter().map(|line| line.text).collect();
    let summary = plain(&lines.join(" "));
    if summary.is_empty() {
        push(errors, *range, "a paragraph below the title must say what the problem is");
    } else if !summary.ends_with('.') {
        let last = outline.summary.last().map_or(*range, |line| line.range());
        push(errors, last, "the paragraph below the title ends with a full stop");
    }
    (plain(title), summary)
}

fn read_rule_fence(
    text: &str,
    outline: &Outline<'_>,
    errors: &mut Vec<PageError>,
) -> (Option<Header>, u32) {
    if let Some(range) = outline.open_fence {
        push(errors, range, "nothing closes this fence");
    }
    let is_rule = |fence: &&Fence| fence.info.split_whitespace().eq(["hcl", "rule"]);
    let mut fences = outline.fences.iter().filter(is_rule);
    let Some(fence) = fences.next() else {
        let message = "the page lacks its header: a fence of \"```hcl rule\" below the summary";
        push(errors, outline.titles.first().map_or_else(Default::default, |(_, r)| *r), message);
        return (None, 0);
    };
    if let Some(second) = fences.next() {
        push(errors, second.opening, "a page has one header");
    }
    if fence.section.is_some() {
        push(errors, fence.opening, "the header stands before the first section");
    }
    let offset = fence.content.start();
    let header = &text[offset as usize..fence.content.end() as usize];
    (Some(read_header(header, offset, errors)), offset)
}

/// The sections that a page of `pack` must have; there is nothing to test in `core`.
fn required(pack: &str) -> &'static [&'static str] {
    if pack == CORE { &REQUIRED[..2] } else { REQUIRED }
}

fn check_pack(pack: &str, header: &Header, errors: &mut Vec<PageError>) {
    for (name, scope) in PACKS_OF_SCOPES {
        if (pack == *name) != (header.scope == *scope) {
            let message = format!("the pack `{name}` and `scope = \"{name}\"` go together");
            push(errors, TextRange::empty(0), message);
        }
    }
}

fn read_sections(
    text: &str,
    outline: &Outline<'_>,
    required: &[&str],
    errors: &mut Vec<PageError>,
) -> Vec<Section> {
    let mut highest = 0;
    let mut sections: Vec<Section> = Vec::new();
    for (heading, range, body) in &outline.sections {
        let mut problems = Problems { offset: 0, errors: Vec::new() };
        problems.expect_one_of("a section of a page", heading, HEADINGS, *range);
        errors.append(&mut problems.errors);
        if let Some(rank) = HEADINGS.iter().position(|known| known == heading) {
            if sections.iter().any(|section| section.heading == *heading) {
                push(errors, *range, format!("the page already has a section `{heading}`"));
            } else if rank < highest {
                let message = format!("`{heading}` stands before `{}`", HEADINGS[highest]);
                push(errors, *range, message);
            }
            highest = highest.max(rank);
        }
        let content = text[body.start() as usize..body.end() as usize].trim();
        let content = lines(content).map(|line| line.text).collect::<Vec<_>>().join("\n");
        if content.is_empty() {
            push(errors, *range, format!("the section `{heading}` is empty"));
        }
        sections.push(Section { heading: (*heading).to_owned(), text: content });
    }
    for heading in required {
        if !sections.iter().any(|section| section.heading == *heading) {
            push(errors, end_of(text), format!("the page lacks the section `{heading}`"));
        }
    }
    sections
}

fn read_examples(text: &str, outline: &Outline<'_>, errors: &mut Vec<PageError>) -> Vec<Example> {
    let mut examples = Vec::new();
    for fence in &outline.fences {
        let Some(section) = fence.section.as_deref().filter(|name| TESTS.contains(name)) else {
            continue;
        };
        if fence.info != "hcl" {
            push(errors, fence.opening, "an example is a fence of \"```hcl\"");
            continue;
        }
        let example = read_example(section, text, fence.content, errors);
        check_carets(&example, fence.opening, errors);
        examples.push(example);
    }
    for (heading, range, _) in &outline.sections {
        let has_example = examples.iter().any(|example| example.section == *heading);
        if TESTS.contains(heading) && !has_example {
            push(errors, *range, format!("the section `{heading}` has no example"));
        }
    }
    examples
}

fn check_carets(example: &Example, opening: TextRange, errors: &mut Vec<PageError>) {
    match (example.section.as_str(), example.expectations.first()) {
        ("Flagged", None) => {
            let message = "an example under `Flagged` marks with `# ^^^ words of the message` what \
                           is found in it";
            push(errors, opening, message);
        }
        ("Allowed" | "Fixed", Some(expectation)) => {
            let message = format!("nothing is found in an example under `{}`", example.section);
            push(errors, expectation.range, message);
        }
        _ => {}
    }
}

fn check_fixed(header: &Header, outline: &Outline<'_>, errors: &mut Vec<PageError>) {
    let has_fix = header.checks.iter().any(|check| !check.fixes.is_empty());
    let judged_here = header.checks.iter().all(|check| check.condition.is_some());
    let fixed = outline.sections.iter().find(|(heading, ..)| *heading == "Fixed");
    match fixed {
        None if has_fix => {
            let allowed = outline.sections.iter().find(|(heading, ..)| *heading == "Allowed");
            let range = allowed.map(|(_, range, _)| *range).unwrap_or_default();
            push(errors, range, "a rule with a fix has a section `Fixed` before this one");
        }
        Some((_, range, _)) if !has_fix && judged_here && !header.checks.is_empty() => {
            push(errors, *range, "no check of this rule has a fix that could give `Fixed`");
        }
        _ => {}
    }
}

fn end_of(text: &str) -> TextRange {
    TextRange::empty(length(text.trim_end()))
}
