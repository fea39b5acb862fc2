//! The lines of source that one diagnostic shows, made fit for a terminal: only the lines that are
//! needed, hidden characters replaced, long lines cut around what is marked. codespan-reporting
//! sees these and never the files.

use std::collections::BTreeMap;
use std::ops::Range;

use codespan_reporting::files::{self, Error};
use source::{BOM, FileId, FileSet, LineColumn, Location, SourceFile, TextRange};
use unicode_width::UnicodeWidthChar;

use crate::escape::{escape, visible};

/// Columns of a tab stop in excerpts.
pub(crate) const TAB_WIDTH: usize = 4;
/// Lines that codespan-reporting shows after the first and before the last of a range, and one.
const LINES_AROUND: usize = 4;
const ELLIPSIS: &str = "…";

/// The excerpts of all files of one diagnostic.
pub(crate) struct Excerpts {
    files: Vec<Excerpt>,
}

/// Lines of one file.
struct Excerpt {
    file: FileId,
    path: String,
    /// The shown lines, one after the other, each with a line end.
    text: String,
    lines: Vec<ShownLine>,
    /// Where the marked ranges start: in `text` and in the file.
    starts: Vec<(usize, LineColumn)>,
}

/// One line as it is shown.
struct ShownLine {
    /// 0-based line of the file.
    index: usize,
    /// Its bytes in the text of the excerpt, line end included.
    range: Range<usize>,
    cells: Vec<Cell>,
    /// The cells that fit.
    window: Range<usize>,
    /// Whether an ellipsis stands before them.
    is_cut_before: bool,
}

/// One character of a line.
#[derive(Clone, Copy)]
struct Cell {
    /// Where it stands in the file.
    offset: usize,
    shown: char,
    width: usize,
}

/// A range to mark: which file of the excerpts, and its bytes there.
pub(crate) struct Mark {
    pub(crate) file: usize,
    pub(crate) range: Range<usize>,
}

impl Excerpts {
    /// Cuts out what is needed to mark `locations`, each line at most `width` columns wide, gutter
    /// included. A mark is `None` when it fell to the cut; the first never does.
    pub(crate) fn new(
        files: &FileSet,
        locations: &[Location],
        width: usize,
    ) -> (Self, Vec<Option<Mark>>) {
        let mut excerpts = Self { files: Vec::new() };
        for location in locations {
            if !excerpts.files.iter().any(|excerpt| excerpt.file == location.file) {
                let ranges: Vec<_> = locations
                    .iter()
                    .filter(|other| other.file == location.file)
                    .map(|other| marked(files.get(other.file), other.range))
                    .collect();
                let excerpt = Excerpt::new(location.file, files.get(location.file), &ranges, width);
                excerpts.files.push(excerpt);
            }
        }
        let marks = locations.iter().map(|location| excerpts.mark(files, *location)).collect();
        (excerpts, marks)
    }

    fn mark(&mut self, files: &FileSet, location: Location) -> Option<Mark> {
        let at = self.files.iter().position(|excerpt| excerpt.file == location.file)?;
        let excerpt = &mut self.files[at];
        let file = files.get(location.file);
        let range = marked(file, location.range);
        let start = excerpt.shown_offset(file, range.start())?;
        let end = excerpt.shown_offset(file, range.end())?.max(start);
        if start == end && !range.is_empty() {
            return None;
        }
        excerpt.starts.push((start, file.position(location.range.start())));
        Some(Mark { file: at, range: start..end })
    }
}

impl Excerpt {
    fn new(id: FileId, file: &SourceFile, ranges: &[TextRange], width: usize) -> Self {
        let focuses = needed_lines(file, ranges);
        let last = focuses.keys().next_back().copied().unwrap_or(0);
        let digits = (last + 1).ilog10() as usize + 1;
        let is_long =
            |range: &TextRange| line_of(file, range.start()) != line_of(file, range.end());
        let gutter = digits + 3 + 2 * ranges.iter().filter(|range| is_long(range)).count();
        let space = width.saturating_sub(gutter).max(20);

        let mut text = String::new();
        let mut lines = Vec::with_capacity(focuses.len());
        for (index, focus) in focuses {
            let line = line_range(file, index);
            let near = near(file, line.clone(), focus, space);
            let cells = cells(file, near.clone());
            let window = window(&cells, focus, space, near == line);
            let is_cut_before = window.start > 0 || near.start > line.start;
            let start = text.len();
            if is_cut_before {
                text.push_str(ELLIPSIS);
            }
            text.extend(cells[window.clone()].iter().map(|cell| cell.shown));
            if window.end < cells.len() || near.end < line.end {
                text.push_str(ELLIPSIS);
            }
            text.push('\n');
            let range = start..text.len();
            lines.push(ShownLine { index, range, cells, window, is_cut_before });
        }
        Self { file: id, path: escape(file.path()).into_owned(), text, lines, starts: Vec::new() }
    }

    /// Where the byte at `offset` of the file stands in the text of the excerpt; what was cut off
    /// is where the ellipsis begins or ends.
    fn shown_offset(&self, file: &SourceFile, offset: u32) -> Option<usize> {
        let index = line_of(file, offset);
        let line = self.lines.iter().find(|line| line.index == index)?;
        let cell = line.cells.partition_point(|cell| cell.offset < offset as usize);
        let shown = &line.cells[line.window.start..cell.clamp(line.window.start, line.window.end)];
        let length: usize = shown.iter().map(|cell| cell.shown.len_utf8()).sum();
        let ellipsis = if line.is_cut_before { ELLIPSIS.len() } else { 0 };
        Some(line.range.start + ellipsis + length)
    }
}

/// What is marked of `range`: without the line end of its last line, or the marks would reach into
/// the next one.
fn marked(file: &SourceFile, range: TextRange) -> TextRange {
    let text = range.slice(file.text());
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let kept = text.len() - text.iter().rev().take_while(|byte| is_end(byte)).count();
    let length = u32::try_from(file.text().len()).unwrap_or(u32::MAX);
    let start = range.start().min(length);
    let kept = u32::try_from(kept).unwrap_or(u32::MAX);
    TextRange::new(start, start.saturating_add(kept).min(length).max(start))
}

/// The lines that a rendering of `ranges` needs, each with the place to cut it around.
fn needed_lines(file: &SourceFile, ranges: &[TextRange]) -> BTreeMap<usize, TextRange> {
    let count = file.lines().line_count();
    let mut lines = BTreeMap::new();
    for range in ranges {
        let (first, last) = (line_of(file, range.start()), line_of(file, range.end()));
        let (start, end) = (TextRange::empty(range.start()), TextRange::empty(range.end()));
        lines.entry(first).or_insert(if first == last { *range } else { start });
        lines.entry(last).or_insert(end);
    }
    // A gap of one line is shown instead of a break, hence one line more on each side.
    let marked: Vec<usize> = lines.keys().copied().collect();
    for line in marked {
        for near in line.saturating_sub(LINES_AROUND)..(line + LINES_AROUND + 1).min(count) {
            lines.entry(near).or_insert_with(|| line_start(file, near));
        }
    }
    lines
}

/// 0-based line of `offset`.
fn line_of(file: &SourceFile, offset: u32) -> usize {
    file.lines().line(offset) as usize - 1
}

fn line_start(file: &SourceFile, index: usize) -> TextRange {
    let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
    TextRange::empty(file.lines().line_start(line).unwrap_or(0))
}

/// The bytes of a line, without line end and byte order mark.
fn line_range(file: &SourceFile, index: usize) -> Range<usize> {
    let text = file.text();
    let start = line_start(file, index).start() as usize;
    let next = u32::try_from(index + 2).ok().and_then(|line| file.lines().line_start(line));
    let mut end = next.map_or(text.len(), |next| next as usize - 1);
    if end > start && text[end - 1] == b'\r' {
        end -= 1;
    }
    let is_marked = start == 0 && text[..end].starts_with(BOM);
    if is_marked { BOM.len()..end } else { start..end }
}

/// The part of a line around the start of `focus` beyond which nothing can be shown: a line may be
/// as long as the file. Does not cut through characters.
fn near(file: &SourceFile, line: Range<usize>, focus: TextRange, space: usize) -> Range<usize> {
    // Four bytes a character, and some for those that have no width.
    let reach = space * 8 + 256;
    if line.len() <= 2 * reach {
        return line;
    }
    let text = file.text();
    let boundary = |from: usize| {
        let is_inside = |at: &usize| (text[*at] & 0xC0) == 0x80;
        let end = (from + 4).min(line.end);
        (from..end).find(|at| !is_inside(at)).unwrap_or(from)
    };
    let at = (focus.start() as usize).clamp(line.start, line.end);
    let start = line.start.max(boundary(at.saturating_sub(reach).max(line.start)));
    let end = boundary((at + reach).min(line.end));
    start..end
}

/// The characters of a part of a line.
fn cells(file: &SourceFile, part: Range<usize>) -> Vec<Cell> {
    let text = file.text();
    let mut cells = Vec::with_capacity(part.len());
    let mut column = 0;
    let mut push = |offset: usize, c: char| {
        let shown = visible(c);
        let width = match shown {
            '\t' => TAB_WIDTH - column % TAB_WIDTH,
            shown => shown.width().unwrap_or(0),
        };
        column += width;
        cells.push(Cell { offset, shown, width });
    };
    let mut offset = part.start;
    for chunk in text[part].utf8_chunks() {
        for (at, c) in chunk.valid().char_indices() {
            push(offset + at, c);
        }
        offset += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            push(offset, char::REPLACEMENT_CHARACTER);
        }
        offset += chunk.invalid().len();
    }
    cells
}

/// The cells that fit into `space` columns: all of a whole line, or the focus and as much on both of
/// its sides.
fn window(cells: &[Cell], focus: TextRange, space: usize, is_whole: bool) -> Range<usize> {
    let total: usize = cells.iter().map(|cell| cell.width).sum();
    if is_whole && total <= space {
        return 0..cells.len();
    }
    // An ellipsis on each side.
    let mut left = space - 2;
    let first = cells.partition_point(|cell| cell.offset < focus.start() as usize);
    let (mut start, mut end) = (first, first);
    let mut fits = |cell: Option<&Cell>| match cell {
        Some(cell) if cell.width <= left => {
            left -= cell.width;
            true
        }
        _ => false,
    };
    // A little of what stands before a focus that is too long by itself.
    while end - start < 8 && start > 0 && fits(cells.get(start - 1)) {
        start -= 1;
    }
    while end < cells.len() && cells[end].offset < focus.end() as usize && fits(cells.get(end)) {
        end += 1;
    }
    loop {
        let before = start > 0 && fits(cells.get(start - 1));
        start -= usize::from(before);
        let after = fits(cells.get(end));
        end += usize::from(after);
        if !before && !after {
            return start..end;
        }
    }
}

impl Excerpts {
    fn excerpt(&self, id: usize) -> Result<&Excerpt, Error> {
        self.files.get(id).ok_or(Error::FileMissing)
    }
}

impl<'a> files::Files<'a> for Excerpts {
    type FileId = usize;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(&self.excerpt(id)?.path)
    }

    fn source(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(&self.excerpt(id)?.text)
    }

    fn line_index(&'a self, id: usize, byte_index: usize) -> Result<usize, Error> {
        let lines = &self.excerpt(id)?.lines;
        let after = lines.partition_point(|line| line.range.start <= byte_index);
        Ok(after.checked_sub(1).map_or(0, |at| lines[at].index))
    }

    fn line_range(&'a self, id: usize, line_index: usize) -> Result<Range<usize>, Error> {
        let lines = &self.excerpt(id)?.lines;
        let line = lines.binary_search_by_key(&line_index, |line| line.index);
        // Lines in the middle of a long range are asked for, but not shown.
        Ok(line.map_or(0..0, |at| lines[at].range.clone()))
    }

    fn location(&'a self, id: usize, byte_index: usize) -> Result<files::Location, Error> {
        let starts = &self.excerpt(id)?.starts;
        let start = starts.iter().find(|(shown, _)| *shown == byte_index);
        let place = start.map_or(LineColumn { line: 1, column: 1 }, |(_, place)| *place);
        Ok(files::Location {
            line_number: place.line as usize,
            column_number: place.column as usize,
        })
    }
}
