//! Reads the examples of a page: their files and what their caret comments ask for.

use source::TextRange;

use crate::PageError;
use crate::markdown::{Line, length, lines};
use crate::page::{Example, Expectation};

const FILE_MARK: &str = "# file:";

/// Reads a text that is an example by itself: a configuration with caret comments that stands in no
/// page. Its section is empty. All that is wrong with the comments is returned instead.
pub fn read_marked(text: &str) -> Result<Example, Vec<PageError>> {
    let mut errors = Vec::new();
    let range = TextRange::new(0, length(text));
    let example = read_example("", text, range, &mut errors);
    if errors.is_empty() { Ok(example) } else { Err(errors) }
}

/// Reads the example whose text is `range` of `page`.
pub(crate) fn read_example(
    section: &str,
    page: &str,
    range: TextRange,
    errors: &mut Vec<PageError>,
) -> Example {
    let mut reader = Reader { files: Vec::new(), expectations: Vec::new(), line: 0, errors };
    let text = &page[range.start() as usize..range.end() as usize];
    for line in lines(text) {
        reader.read(Line { text: line.text, start: range.start() + line.start });
    }
    let Reader { mut files, expectations, .. } = reader;
    if files.len() > 1 && files[0].0 == "main.tf" && files[0].1.trim().is_empty() {
        let message = "text before the first `# file:` line is blank; start with the line";
        errors.push(PageError { range, message: message.to_owned() });
    }
    for (_, text) in &mut files {
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    if files.iter().all(|(_, text)| text.trim().is_empty()) {
        errors.push(PageError { range, message: "this example is empty".to_owned() });
    }
    Example { section: section.to_owned(), range, files, expectations }
}

struct Reader<'e> {
    files: Vec<(String, String)>,
    expectations: Vec<Expectation>,
    /// Number of the last line of the last file.
    line: u32,
    errors: &'e mut Vec<PageError>,
}

impl Reader<'_> {
    fn read(&mut self, line: Line<'_>) {
        if let Some(name) = line.text.strip_prefix(FILE_MARK) {
            self.start_file(name.trim(), line.range());
        } else if let Some((columns, text)) = carets(line.text) {
            self.expect(columns, text, line.range());
        } else {
            if self.files.is_empty() {
                self.files.push(("main.tf".to_owned(), String::new()));
            }
            if let Some((_, content)) = self.files.last_mut() {
                content.push_str(line.text);
                content.push('\n');
            }
            self.line += 1;
        }
    }

    fn start_file(&mut self, name: &str, range: TextRange) {
        let part = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':']);
        if !name.split('/').all(part) {
            self.error(range, format!("`{name}` is not the relative path of a file"));
        }
        if self.files.iter().any(|(other, _)| other == name) {
            self.error(range, format!("this example already has a file `{name}`"));
        }
        self.files.push((name.to_owned(), String::new()));
        self.line = 0;
    }

    fn expect(&mut self, columns: std::ops::Range<u32>, text: &str, range: TextRange) {
        if text.is_empty() {
            self.error(range, "words of the expected message must follow the carets".to_owned());
        }
        if self.line == 0 {
            self.error(range, "there is no line above that the carets could mark".to_owned());
        }
        let file = self.files.len().saturating_sub(1);
        let text = text.to_owned();
        self.expectations.push(Expectation { file, line: self.line, columns, text, range });
    }

    fn error(&mut self, range: TextRange, message: String) {
        self.errors.push(PageError { range, message });
    }
}

/// The 1-based columns and the text of a caret comment: `#`, spaces, carets, maybe text. Without a
/// space the `#` itself is the first caret, so that the start of a line can be marked.
fn carets(line: &str) -> Option<(std::ops::Range<u32>, &str)> {
    let indented = line.trim_start_matches([' ', '\t']);
    let after = indented.strip_prefix('#')?.trim_start_matches([' ', '\t']);
    let count = after.bytes().take_while(|byte| *byte == b'^').count();
    if count == 0 {
        return None;
    }
    let before = line[..line.len() - after.len()].chars().count();
    let end = u32::try_from(before + 1 + count).ok()?;
    let follows_hash = indented[1..].starts_with('^');
    let start = u32::try_from(before + usize::from(!follows_hash)).ok()?;
    Some((start..end, after[count..].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Example, Vec<String>) {
        let mut errors = Vec::new();
        let range = TextRange::new(0, u32::try_from(text.len()).unwrap_or(0));
        let example = read_example("Flagged", text, range, &mut errors);
        (example, errors.into_iter().map(|error| error.message).collect())
    }

    fn marks(example: &Example) -> Vec<(usize, u32, u32, u32, &str)> {
        let of = |e: &Expectation| (e.file, e.line, e.columns.start, e.columns.end);
        let expectations = example.expectations.iter();
        expectations.map(|e| (of(e).0, of(e).1, of(e).2, of(e).3, e.text.as_str())).collect()
    }

    #[test]
    fn carets_mark_the_line_above() {
        let (example, errors) = read("a = [\"x\"]\n#    ^^^ is odd\n# a comment\nb = 1\n");
        assert!(errors.is_empty(), "{errors:?}");
        assert_eq!(marks(&example), [(0, 1, 6, 9, "is odd")]);
        let text = "a = [\"x\"]\n# a comment\nb = 1\n".to_owned();
        assert_eq!(example.files, [("main.tf".to_owned(), text)]);
    }

    #[test]
    fn several_carets_mark_the_same_line() {
        let (example, _) = read("é = 1\n  # ^ one\n# ^^^ two\nb = 1\n    #^ three\n");
        assert_eq!(
            marks(&example),
            [(0, 1, 5, 6, "one"), (0, 1, 3, 6, "two"), (0, 2, 5, 7, "three")]
        );
    }

    #[test]
    fn files_are_split() {
        let (example, errors) =
            read("# file: a.tf\na = 1\n# ^ x\n\n# file: modules/m/b.tf\nb = 1\n");
        assert!(errors.is_empty(), "{errors:?}");
        let names: Vec<_> = example.files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["a.tf", "modules/m/b.tf"]);
        assert_eq!(marks(&example), [(0, 1, 3, 4, "x")]);
    }

    #[test]
    fn a_text_of_its_own_is_read() {
        let example = read_marked("a = 1\n#   ^ x\n").expect("invariant: the comment is right");
        assert_eq!(marks(&example), [(0, 1, 5, 6, "x")]);
        let errors = read_marked("a = 1\n#   ^\n").expect_err("invariant: words are missing");
        assert!(errors[0].message.contains("must follow the carets"), "{errors:?}");
    }

    #[test]
    fn mistakes_are_told() {
        let check = |text: &str, expect: &str| {
            let (_, errors) = read(text);
            assert!(errors.iter().any(|error| error.contains(expect)), "{text}: {errors:?}");
        };
        check("", "is empty");
        check("# ^^^ x\n", "no line above");
        check("a = 1\n# ^^^\n", "must follow the carets");
        check("# file: ../a.tf\n", "not the relative path");
        check("# file: /a.tf\n", "not the relative path");
        check("# file: a.tf\n# file: a.tf\n", "already has a file");
        check("\n# file: a.tf\n", "before the first");
    }
}
