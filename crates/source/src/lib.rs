//! File ids, byte ranges, line index and the in-memory file set. Never touches the disk.

mod file_set;
mod line_index;
mod range;
mod text;

pub use file_set::{Entry, EntryKind, FileSet, Files, ReadError, SourceFile};
pub use line_index::{BOM, LineColumn, LineIndex};
pub use range::{FileId, Location, TextRange};
pub use text::Text;
