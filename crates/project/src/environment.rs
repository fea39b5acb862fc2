//! Variables that the environment sets.

use std::env;
use std::ffi::OsString;

/// `TF_VAR_name` of the environment as `(name, text)`, sorted by name. What is not UTF-8 is left
/// out.
pub fn terraform_variables() -> Vec<(String, String)> {
    variables_of(env::vars_os())
}

/// The workspace that `TF_WORKSPACE` selects.
pub fn terraform_workspace() -> Option<String> {
    env::var("TF_WORKSPACE").ok().filter(|name| !name.is_empty())
}

fn variables_of(environment: impl Iterator<Item = (OsString, OsString)>) -> Vec<(String, String)> {
    let mut variables: Vec<_> = environment
        .filter_map(|(name, text)| {
            let name = name.to_str()?.strip_prefix("TF_VAR_").filter(|name| !name.is_empty())?;
            Some((name.to_owned(), text.into_string().ok()?))
        })
        .collect();
    variables.sort();
    variables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_prefix_off() {
        let environment =
            [("TF_VAR_b", "2"), ("HOME", "/root"), ("TF_VAR_a", ""), ("TF_VAR_", "x")];
        let environment = environment.map(|(name, text)| (name.into(), text.into()));
        let found = variables_of(environment.into_iter());
        assert_eq!(found, [("a".to_owned(), String::new()), ("b".to_owned(), "2".to_owned())]);
    }
}
