//! What lies in the folders of `rules`. Never reads what the files hold.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folders beside the packs that hold other things.
pub const NO_PACKS: [&str; 3] = ["src", "target", "tests"];

/// The ids of all pages, sorted.
pub fn pages(root: &Path) -> Result<Vec<String>> {
    let mut ids = Vec::new();
    for pack in packs(root)? {
        let name = file_stem(&pack);
        for page in with_extension(&pack, "md")? {
            ids.push(format!("{name}/{}", file_stem(&page)));
        }
    }
    ids.sort();
    Ok(ids)
}

/// The Rust files of checks, sorted.
pub fn rust_checks(root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for pack in packs(root)? {
        files.extend(with_extension(&pack, "rs")?);
    }
    files.sort();
    Ok(files)
}

fn packs(root: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = entries(&root.join("rules"))?;
    folders.retain(|path| path.is_dir() && !NO_PACKS.contains(&file_stem(path).as_str()));
    Ok(folders)
}

fn with_extension(folder: &Path, wanted: &str) -> Result<Vec<PathBuf>> {
    let mut files = entries(folder)?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == wanted));
    Ok(files)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("cannot list {}", folder.display()))?
        .map(|entry| entry.map(|entry| entry.path()));
    Ok(entries.collect::<Result<_, _>>()?)
}

fn file_stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::rust_checks;

    #[test]
    fn the_rust_checks_are_found() {
        let files = rust_checks(&crate::root()).expect("the folder is readable");
        assert!(files.iter().any(|file| file.ends_with("cognito/callback-url-not-https.rs")));
        assert!(files.iter().all(|file| !file.ends_with("build.rs")), "{files:?}");
    }
}
