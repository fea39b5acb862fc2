//! Whether a version is one that a constraint of a `module` block allows.

/// Whether `version` satisfies `constraint`, such as `~> 1.2, != 1.4.0`. False for what cannot be
/// read, and for a prerelease that is not asked for by its own name.
pub(crate) fn satisfies(version: &str, constraint: &str) -> bool {
    let version = version.trim();
    let mut constraints = constraint.split(',').map(str::trim);
    if version.contains('-') {
        return constraints.all(|one| one.trim_start_matches('=').trim_start() == version);
    }
    let Some((version, _)) = numbers(version) else { return false };
    constraints.all(|one| allows(one, version))
}

/// Whether one constraint allows `version`.
fn allows(constraint: &str, version: [u64; 3]) -> bool {
    let operators = ["~>", ">=", "<=", "!=", "=", ">", "<"];
    let operator = operators.into_iter().find(|operator| constraint.starts_with(operator));
    let rest = constraint.strip_prefix(operator.unwrap_or("")).unwrap_or(constraint).trim_start();
    // Which side of a prerelease a version is on is not worth a guess.
    let Some((wanted, count)) = numbers(rest) else { return false };
    match operator.unwrap_or("=") {
        "=" => version == wanted,
        "!=" => version != wanted,
        ">" => version > wanted,
        ">=" => version >= wanted,
        "<" => version < wanted,
        "<=" => version <= wanted,
        // The last number that is written may grow, those before it may not.
        _ => version >= wanted && version[..count - 1] == wanted[..count - 1],
    }
}

/// The numbers of a version without prerelease, and how many are written, at most three.
fn numbers(version: &str) -> Option<([u64; 3], usize)> {
    let version = version.strip_prefix('v').unwrap_or(version);
    let version = version.split('+').next().unwrap_or(version);
    let mut numbers = [0; 3];
    let mut count = 0;
    for part in version.split('.') {
        if !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *numbers.get_mut(count)? = part.parse().ok()?;
        count += 1;
    }
    Some((numbers, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_are_those_of_terraform() {
        let check = |version: &str, constraint: &str, expect| {
            assert_eq!(satisfies(version, constraint), expect, "{version} for {constraint}");
        };
        check("1.2.3", "1.2.3", true);
        check("1.2.3", "= 1.2.3", true);
        check("1.2.0", "1.2", true);
        check("1.2.3", "1.2", false);
        check("1.2.3", ">= 1.0, < 2.0", true);
        check("2.0.0", ">= 1.0,<2.0", false);
        check("1.9.0", "~> 1.2", true);
        check("1.1.0", "~> 1.2", false);
        check("2.0.0", "~> 1.2", false);
        check("1.2.9", "~> 1.2.3", true);
        check("1.3.0", "~> 1.2.3", false);
        check("3.0.0", "~> 1", true);
        check("1.2.3", "!= 1.2.3", false);
        check("v1.2.3", ">1.2.2", true);
        check("1.2.3", "<= 1.2.2", false);
        check("1.2.3-beta", ">= 1.0", false);
        check("1.2.3-beta", "= 1.2.3-beta", true);
        check("1.2.3", "", false);
        check("1.2.3", "latest", false);
        check("99999999999999999999.0.0", ">= 1", false);
        check("1.2.3.4.5", ">= 1", false);
    }
}
