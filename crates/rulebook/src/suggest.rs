//! Finds the word that somebody meant.

/// The candidate that `word` is most likely a slip of, if one is near enough: at most one slip in
/// three letters, where a slip is a letter added, left out, changed or swapped with its neighbour.
/// Case does not count. Among equals the first candidate wins.
///
/// ```
/// assert_eq!(cfglint_rulebook::did_you_mean("mesage", ["level", "message"]), Some("message"));
/// ```
pub fn did_you_mean<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let word: Vec<char> = word.chars().flat_map(char::to_lowercase).take(64).collect();
    let limit = (word.len() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let other: Vec<char> = candidate.chars().flat_map(char::to_lowercase).take(64).collect();
        // Only what is nearer than the best so far is of interest.
        let limit = best.map_or(Some(limit), |(least, _)| least.checked_sub(1));
        let Some(limit) = limit else { break };
        // Two words of two letters that share none are no slip of each other.
        if let Some(slips) = distance(&word, &other, limit).filter(|slips| *slips < other.len()) {
            best = Some((slips, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Whether `word` is `meant` but for one or two slips, so that hardly another word can be meant.
///
/// ```
/// assert!(cfglint_rulebook::is_slip("cogntio/x-y", "cognito/x-y"));
/// assert!(!cfglint_rulebook::is_slip("with-secret", "without-secret"));
/// ```
pub fn is_slip(word: &str, meant: &str) -> bool {
    let letters = |text: &str| -> Vec<char> { text.chars().flat_map(char::to_lowercase).collect() };
    let (word, meant) = (letters(word), letters(meant));
    word.len() >= 6 && distance(&word, &meant, 2).is_some()
}

/// The number of slips between two words (optimal string alignment), if it is at most `limit`.
fn distance(a: &[char], b: &[char], limit: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut before: Vec<usize> = vec![usize::MAX; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut row = vec![0; b.len() + 1];
    for (i, x) in a.iter().enumerate() {
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = last[j] + usize::from(x != y);
            let mut slips = changed.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                slips = slips.min(before[j - 1] + 1);
            }
            row[j + 1] = slips;
        }
        // A row rests on the two before it, so that from here on there are only more slips.
        if row.iter().chain(&last).all(|slips| *slips > limit) {
            return None;
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    Some(last[b.len()]).filter(|slips| *slips <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(word: &str, candidates: &[&str], expect: Option<&str>) {
        assert_eq!(did_you_mean(word, candidates.iter().copied()), expect, "{word}");
    }

    #[test]
    fn finds_slips() {
        let keys = ["level", "group", "security", "tags", "versions", "sources"];
        check("levle", &keys, Some("level"));
        check("Level", &keys, Some("level"));
        check("tag", &keys, Some("tags"));
        check("source", &keys, Some("sources"));
        check("version", &keys, Some("versions"));
        check("severity", &keys, Some("security"));
        check("message", &keys, None);
        check("", &keys, None);
        check("x", &["a"], None);
        check("recieve", &["receive"], Some("receive"));
        check("oauth-implict-flow", &["oauth-implicit-flow"], Some("oauth-implicit-flow"));
        check("naïve", &["naive"], Some("naive"));
    }

    #[test]
    fn the_nearest_wins_then_the_first() {
        check("abcd", &["abxx", "abcx", "abcy"], Some("abcx"));
    }
}
