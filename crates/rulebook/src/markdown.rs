//! Splits a page into headings, paragraphs and fences. Knows only as much Markdown as pages use:
//! ATX headings and fences of backticks that start at the left edge.

use source::TextRange;

/// One line of a page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'p> {
    /// Its text, without the line end.
    pub text: &'p str,
    /// Offset of its first byte.
    pub start: u32,
}

impl Line<'_> {
    pub(crate) fn range(self) -> TextRange {
        TextRange::new(self.start, self.start + length(self.text))
    }

    fn is_blank(self) -> bool {
        self.text.trim().is_empty()
    }
}

/// The lines of `text`; `\r\n` ends a line as `\n` does.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let at = start;
        start += length(line);
        let text = line.strip_suffix('\n').unwrap_or(line);
        Line { text: text.strip_suffix('\r').unwrap_or(text), start: at }
    })
}

/// A fenced block.
#[derive(Clone, Debug)]
pub(crate) struct Fence {
    /// What follows the opening backticks: `hcl rule`.
    pub info: String,
    /// The opening line.
    pub opening: TextRange,
    /// The text between the fences.
    pub content: TextRange,
    /// Heading of the section that it stands in; `None` before the first.
    pub section: Option<String>,
}

/// The outline of a page.
#[derive(Debug, Default)]
pub(crate) struct Outline<'p> {
    /// The `#` headings.
    pub titles: Vec<(&'p str, TextRange)>,
    /// The lines of the first paragraph below the title.
    pub summary: Vec<Line<'p>>,
    /// The `##` headings with the range of the text below them.
    pub sections: Vec<(&'p str, TextRange, TextRange)>,
    /// All fences.
    pub fences: Vec<Fence>,
    /// The opening of the first fence that nothing closes.
    pub open_fence: Option<TextRange>,
    /// The first line that is neither blank nor the title, when it comes before the title.
    pub before_title: Option<TextRange>,
}

/// Reads the outline of `text`.
pub(crate) fn outline(text: &str) -> Outline<'_> {
    let mut outline = Outline::default();
    let mut fence: Option<(usize, Fence)> = None;
    let mut summary_is_over = false;
    for line in lines(text) {
        if let Some((ticks, open)) = &mut fence {
            let mark = line.text.trim_end();
            if mark.len() >= *ticks && mark.bytes().all(|byte| byte == b'`') {
                open.content = TextRange::new(open.content.start(), line.start);
                outline.fences.extend(fence.take().map(|(_, fence)| fence));
            } else if mark.bytes().take_while(|byte| *byte == b'`').count() >= *ticks {
                // The next fence opens: whoever wants to show one uses more backticks around it.
                outline.open_fence.get_or_insert(open.opening);
            }
            continue;
        }
        let ticks = line.text.bytes().take_while(|byte| *byte == b'`').count();
        if ticks >= 3 {
            let section = outline.sections.last().map(|(heading, ..)| (*heading).to_owned());
            let content = TextRange::empty(next_line(text, line));
            let info = line.text[ticks..].trim().to_owned();
            fence = Some((ticks, Fence { info, opening: line.range(), content, section }));
            summary_is_over = true;
        } else if let Some(heading) = line.text.strip_prefix("## ") {
            close_section(&mut outline, line.start);
            let body = TextRange::empty(next_line(text, line));
            outline.sections.push((without_comment(heading), line.range(), body));
            summary_is_over = true;
        } else if let Some(title) = line.text.strip_prefix("# ") {
            outline.titles.push((without_comment(title), line.range()));
        } else if line.is_blank() {
            summary_is_over |= !outline.summary.is_empty();
        } else if outline.titles.is_empty() {
            outline.before_title.get_or_insert(line.range());
        } else if !summary_is_over {
            outline.summary.push(line);
        }
    }
    outline.open_fence = outline.open_fence.or(fence.map(|(_, fence)| fence.opening));
    close_section(&mut outline, length(text));
    outline
}

fn close_section(outline: &mut Outline<'_>, end: u32) {
    if let Some((.., body)) = outline.sections.last_mut() {
        *body = TextRange::new(body.start().min(end), end);
    }
}

fn next_line(text: &str, line: Line<'_>) -> u32 {
    let rest = &text[line.start as usize..];
    line.start + rest.find('\n').map_or(length(rest), |at| length(&rest[..=at]))
}

/// A heading without the comment that may follow it.
fn without_comment(heading: &str) -> &str {
    heading.split("<!--").next().unwrap_or(heading).trim()
}

/// Markdown on one line as plain text: white space joined, links as their text. Code keeps its
/// backticks, as in messages.
pub(crate) fn plain(text: &str) -> String {
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut plain = String::with_capacity(joined.len());
    let mut rest = joined.as_str();
    while let Some((before, label, after)) = link(rest) {
        plain.push_str(before);
        plain.push_str(label);
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// The first `[label](target)`, with what stands before and after it.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let middle = text.find("](")?;
    let start = text[..middle].rfind('[')?;
    let end = middle + text[middle..].find(')')?;
    Some((&text[..start], &text[start + 1..middle], &text[end + 1..]))
}

/// The length of `text` in bytes; pages are far shorter than 4 GiB.
pub(crate) fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines() {
        let text = "# A title\n\nSome\ntext.\n\n```hcl rule\n# no title\n```\n## Why <!-- x -->\nBecause.\n````hcl\n```\n````\n## End\n";
        let outline = outline(text);
        assert_eq!(outline.titles.iter().map(|(title, _)| *title).collect::<Vec<_>>(), ["A title"]);
        assert_eq!(
            outline.summary.iter().map(|line| line.text).collect::<Vec<_>>(),
            ["Some", "text."]
        );
        let sections: Vec<_> = outline
            .sections
            .iter()
            .map(|(heading, _, body)| {
                (*heading, String::from_utf8_lossy(body.slice(text.as_bytes())))
            })
            .collect();
        assert_eq!(sections[0].0, "Why");
        assert_eq!(sections[0].1, "Because.\n````hcl\n```\n````\n");
        assert_eq!(sections[1], ("End", "".into()));
        let fences: Vec<_> = outline
            .fences
            .iter()
            .map(|fence| (fence.info.as_str(), fence.content.slice(text.as_bytes())))
            .collect();
        assert_eq!(fences, [("hcl rule", &b"# no title\n"[..]), ("hcl", b"```\n")]);
        assert_eq!(outline.fences[1].section.as_deref(), Some("Why"));
    }

    #[test]
    fn any_text_has_an_outline() {
        for text in ["", "```", "## ", "#", "\r\n", "# a\r\n## b\r\n```x\r\n", "## a"] {
            outline(text);
        }
        assert!(outline("```x\n").open_fence.is_some());
        assert!(outline("text\n# Title\n").before_title.is_some());
        assert_eq!(outline("# a\r\nb\r\n").titles[0].0, "a");
    }

    #[test]
    fn plain_text() {
        assert_eq!(plain("a  [b](c) `d`\n e"), "a b `d` e");
        assert_eq!(plain("a](b"), "a](b");
    }
}
