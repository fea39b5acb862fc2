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
    let word = Word::new(word.chars().flat_map(char::to_lowercase).take(MAX_LETTERS).collect());
    let mut limit = (word.letters.len() / 3).max(1);
    let mut best = None;
    let mut other = Word::new(Vec::new());
    for candidate in candidates {
        if !other.read(candidate, &word, limit) {
            continue;
        }
        // Two words of two letters that share none are no slip of each other.
        if let Some(slips) = word.distance(&other, limit).filter(|it| *it < other.letters.len()) {
            best = Some(candidate);
            // Only what is nearer than the best so far is of interest.
            let Some(less) = slips.checked_sub(1) else { break };
            limit = less;
        }
    }
    best
}

/// Whether `word` is `meant` but for one or two slips, so that hardly another word can be meant.
///
/// ```
/// assert!(cfglint_rulebook::is_slip("cogntio/x-y", "cognito/x-y"));
/// assert!(!cfglint_rulebook::is_slip("with-secret", "without-secret"));
/// ```
pub fn is_slip(word: &str, meant: &str) -> bool {
    let letters = |text: &str| Word::new(text.chars().flat_map(char::to_lowercase).collect());
    let (word, meant) = (letters(word), letters(meant));
    word.letters.len() >= 6 && word.distance(&meant, 2).is_some()
}

/// Longer words are compared up to here.
const MAX_LETTERS: usize = 64;
/// The letters of a word are counted in so many groups.
const GROUPS: usize = 32;

/// A word in lower case.
struct Word {
    letters: Vec<char>,
    /// How many letters of each group there are.
    counts: [u8; GROUPS],
}

impl Word {
    fn new(letters: Vec<char>) -> Self {
        let mut word = Self { letters, counts: [0; GROUPS] };
        word.count();
        word
    }

    /// Becomes another word, unless that certainly is more than `limit` slips away from `word`.
    fn read(&mut self, text: &str, word: &Self, limit: usize) -> bool {
        if text.len() <= MAX_LETTERS && text.is_ascii() {
            if text.len().abs_diff(word.letters.len()) > limit {
                return false;
            }
            self.counts = [0; GROUPS];
            for letter in text.bytes() {
                self.counts[usize::from(letter.to_ascii_lowercase()) % GROUPS] += 1;
            }
            if self.differs_by_more(word, limit) {
                return false;
            }
        }
        self.letters.clear();
        self.letters.extend(text.chars().flat_map(char::to_lowercase).take(MAX_LETTERS));
        self.count();
        true
    }

    fn count(&mut self) {
        self.counts = [0; GROUPS];
        for letter in &self.letters {
            let count = &mut self.counts[*letter as usize % GROUPS];
            *count = count.saturating_add(1);
        }
    }

    /// The number of slips between two words (optimal string alignment), if it is at most `limit`.
    fn distance(&self, other: &Self, limit: usize) -> Option<usize> {
        if self.differs_by_more(other, limit) {
            return None;
        }
        let (a, b) = without_common_ends(&self.letters, &other.letters);
        let far = limit + 1;
        // What is further from the diagonal than that takes more slips.
        let mut before: Vec<usize> = vec![far; b.len() + 1];
        let mut last: Vec<usize> = (0..=b.len()).map(|at| at.min(far)).collect();
        let mut row = vec![far; b.len() + 1];
        for (i, x) in a.iter().enumerate() {
            let first = i.saturating_sub(limit);
            let end = b.len().min(i + limit + 1);
            row[first] = if first == 0 { (i + 1).min(far) } else { far };
            let mut nearest = row[first].min(last[first]);
            for j in first..end {
                let y = &b[j];
                let changed = last[j] + usize::from(x != y);
                let mut slips = changed.min(last[j + 1] + 1).min(row[j] + 1);
                if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                    slips = slips.min(before[j - 1] + 1);
                }
                row[j + 1] = slips.min(far);
                nearest = nearest.min(row[j + 1]).min(last[j + 1]);
            }
            if end < b.len() {
                row[end + 1] = far;
            }
            // A row rests on the two before it, so that from here on there are only more slips.
            if nearest > limit {
                return None;
            }
            std::mem::swap(&mut before, &mut last);
            std::mem::swap(&mut last, &mut row);
        }
        Some(last[b.len()]).filter(|slips| *slips <= limit)
    }

    /// Whether one word has more letters that the other lacks than there may be slips.
    fn differs_by_more(&self, other: &Self, limit: usize) -> bool {
        let groups = || self.counts.iter().zip(&other.counts);
        let more: usize = groups().map(|(a, b)| usize::from(a.saturating_sub(*b))).sum();
        let less: usize = groups().map(|(a, b)| usize::from(b.saturating_sub(*a))).sum();
        more.max(less) > limit
    }
}

/// What is left of two words without the letters that both begin and end with.
fn without_common_ends<'w>(mut a: &'w [char], mut b: &'w [char]) -> (&'w [char], &'w [char]) {
    while let ([x, rest_of_a @ ..], [y, rest_of_b @ ..]) = (a, b)
        && x == y
    {
        (a, b) = (rest_of_a, rest_of_b);
    }
    while let ([rest_of_a @ .., x], [rest_of_b @ .., y]) = (a, b)
        && x == y
    {
        (a, b) = (rest_of_a, rest_of_b);
    }
    (a, b)
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

    /// The same without any saving of work.
    fn slips_between(a: &[char], b: &[char]) -> usize {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = match (i, j) {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => {
                        let changed = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                        let slips = changed.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                        let is_swap =
                            i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                        if is_swap { slips.min(table[i - 2][j - 2] + 1) } else { slips }
                    }
                };
            }
        }
        table[a.len()][b.len()]
    }

    #[test]
    fn all_slips_are_counted() {
        let letters = ['a', 'b', 'c', '_'];
        let mut state = 7_u32;
        let mut random = |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as usize % below
        };
        for _ in 0..20_000 {
            let mut word = || -> Vec<char> {
                let length = random(9);
                (0..length).map(|_| letters[random(4)]).collect()
            };
            let (a, b) = (word(), word());
            let slips = slips_between(&a, &b);
            let (first, second) = (Word::new(a), Word::new(b));
            for limit in 0..9 {
                let expect = Some(slips).filter(|slips| *slips <= limit);
                assert_eq!(
                    first.distance(&second, limit),
                    expect,
                    "{:?} {:?} {limit}",
                    first.letters,
                    second.letters
                );
            }
        }
    }
}
