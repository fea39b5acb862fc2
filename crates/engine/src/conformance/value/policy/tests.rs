//! Policies and what is wrong with them.

use super::*;

const OTHER: PolicyKind = PolicyKind::Other { certain: true };

fn check(text: &str, kind: PolicyKind, expect: &[(Level, &str)]) {
    let document = Json::parse(text).expect("a document");
    let problems = judge(&document, kind);
    let found: Vec<_> = problems.iter().map(|it| (it.level, it.message.as_str())).collect();
    assert_eq!(found, expect, "{text}");
}

/// A policy of one statement with that text.
fn of(statement: &str) -> String {
    format!(r#"{{"Version": "2012-10-17", "Statement": [{{{statement}}}]}}"#)
}

#[test]
fn right_ones() {
    let identity = r#""Sid": "A1", "Effect": "Allow", "Action": ["s3:Get*", "*"], "Resource": "*",
        "Condition": {"ForAnyValue:StringLikeIfExists": {"aws:x": ["a", true, 1]},
                      "Null": {"aws:y": "true"}}"#;
    check(&of(identity), PolicyKind::Identity, &[]);
    let trust = r#""Effect": "Allow", "Action": "sts:AssumeRole",
        "Principal": {"Service": ["ec2.amazonaws.com"], "AWS": "*"}"#;
    check(&of(trust), PolicyKind::Trust, &[]);
    // A policy of a repository has no resource; ids of statements may have spaces there.
    let resource = r#""Sid": "a b", "Effect": "Deny", "NotAction": "ecr:*", "Principal": "*""#;
    check(&of(resource), OTHER, &[]);
    let one =
        r#"{"Id": "x", "Statement": {"Effect": "Deny", "Action": "${a}", "Resource": "${b}"}}"#;
    check(one, PolicyKind::Identity, &[]);
}

#[test]
fn documents() {
    let (error, warning) = (Level::Error, Level::Warning);
    check("[]", PolicyKind::Trust, &[(error, "a policy is an object, not a list")]);
    let message = "a policy without `Statement` says nothing";
    check("{}", PolicyKind::Identity, &[(error, message)]);
    check(r#"{"rules": []}"#, OTHER, &[(warning, message)]);
    let message = "a policy has no element `Statements`; did you mean `Statement`?";
    check(r#"{"Statements": []}"#, PolicyKind::Identity, &[(error, message)]);
    let text = r#"{"Version": "2012-10-18", "Statement": [], "version": 1, "Foo": 1}"#;
    let expect = [
        (warning, "a policy has no element `version`; did you mean `Version`?"),
        (error, "a policy has no element `Foo`"),
        (error, "`2012-10-18` is not a version of the policy language; use `2012-10-17`"),
        (warning, "`Statement` is empty"),
    ];
    check(text, OTHER, &expect);
    let text = r#"{"Version": 2012, "Statement": "x"}"#;
    let expect = [
        (warning, "`Version` must be a string, not a number"),
        (warning, "`Statement` must be an object, not a string"),
    ];
    check(text, PolicyKind::Other { certain: false }, &expect);
    let text = r#"{"Statement": [{"Sid": "a", "Effect": "Deny", "Action": "*", "Resource": "*"},
        {"Sid": "a", "Effect": "Deny", "Action": "*", "Resource": "*"}]}"#;
    check(text, PolicyKind::Identity, &[(error, "several statements have the `Sid` `a`")]);
    check(text, OTHER, &[]);
}

#[test]
fn statements() {
    let error = Level::Error;
    let rest = r#""Action": "s3:*", "Resource": "*""#;
    let identity = |statement: &str, expect: &[&str]| {
        let expect: Vec<_> = expect.iter().map(|message| (error, *message)).collect();
        check(&of(statement), PolicyKind::Identity, &expect);
    };
    let message = "`Statement[0]` lacks `Effect`, which is `Allow` or `Deny`";
    identity(rest, &[message]);
    let message = "`allow` is not an effect in `Statement[0]`; `Effect` is `Allow` or `Deny`";
    identity(&format!(r#""Effect": "allow", {rest}"#), &[message]);
    let effect = r#""Effect": "Allow""#;
    let message = "`Statement[0]` has no element `Resources`; did you mean `Resource`?";
    let second = "`Statement[0]` has neither `Resource` nor `NotResource`";
    identity(&format!(r#"{effect}, "Action": "*", "Resources": "*""#), &[message, second]);
    let message = "`Statement[0]` has neither `Action` nor `NotAction`";
    identity(&format!(r#"{effect}, "Resource": "*""#), &[message]);
    let message = "`Statement[0]` has both `Action` and `NotAction`; only one may be there";
    identity(&format!(r#"{effect}, "NotAction": "*", {rest}"#), &[message]);
    let message =
        "`getObject` is not an action: `Statement[0].Action` takes `service:Action` or `*`";
    identity(&format!(r#"{effect}, "Action": "getObject", "Resource": "*""#), &[message]);
    let message = "`Statement[0].Action` must hold strings only";
    identity(&format!(r#"{effect}, "Action": [1], "Resource": "*""#), &[message]);
    let message = "`Statement[0].Action` is empty";
    identity(&format!(r#"{effect}, "Action": [], "Resource": "*""#), &[message]);
    let message = "`bucket` in `Statement[0].Resource` is neither an ARN nor `*`";
    identity(&format!(r#"{effect}, "Action": "*", "Resource": ["bucket"]"#), &[message]);
    let message = "the `Sid` `a b` of `Statement[0]` may hold letters and digits of ASCII only";
    identity(&format!(r#""Sid": "a b", {effect}, {rest}"#), &[message]);
    let message = "`Statement[0]` has a `Principal`, which a policy of an identity may not have";
    identity(&format!(r#"{effect}, {rest}, "Principal": "*""#), &[message]);
}

#[test]
fn nulls() {
    let statement = r#""Sid": null, "Effect": "Deny", "Action": "*", "Resource": null"#;
    let expect = [
        (Level::Warning, "`Sid` of `Statement[0]` is null; leave it out"),
        (Level::Warning, "`Resource` of `Statement[0]` is null; leave it out"),
        (Level::Error, "`Statement[0]` has neither `Resource` nor `NotResource`"),
    ];
    check(&of(statement), PolicyKind::Identity, &expect);
}

#[test]
fn conditions() {
    let (error, warning) = (Level::Error, Level::Warning);
    let with = |condition: &str, expect: &[(Level, &str)]| {
        let statement = format!(
            r#""Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {condition}"#
        );
        check(&of(&statement), PolicyKind::Identity, expect);
    };
    with("[]", &[(error, "`Statement[0].Condition` must be an object, not a list")]);
    let message = "`StringEqual` is not an operator in `Statement[0].Condition`; did you mean `StringEquals`?";
    with(r#"{"StringEqual": {"a:b": "c"}}"#, &[(error, message)]);
    let message = "`Fooooo` is not an operator in `Statement[0].Condition`";
    with(r#"{"Fooooo": {"a:b": "c"}}"#, &[(warning, message)]);
    with(r#"{"stringequals": {"a:b": "c"}}"#, &[]);
    let message = "`Bool` in `Statement[0].Condition` must be an object, not a string";
    with(r#"{"Bool": "true"}"#, &[(error, message)]);
    let message =
        "`a:b` in `Statement[0].Condition.StringLike` must be a string or a list of strings";
    with(r#"{"StringLike": {"a:b": {}}}"#, &[(error, message)]);
}

#[test]
fn trust() {
    let error = Level::Error;
    let with = |rest: &str, expect: &[&str]| {
        let expect: Vec<_> = expect.iter().map(|message| (error, *message)).collect();
        let statement = format!(r#""Effect": "Allow", "Action": "sts:AssumeRole", {rest}"#);
        check(&of(&statement), PolicyKind::Trust, &expect);
    };
    let first = "`Statement[0]` lacks `Principal`: who may assume the role";
    let second =
        "`Statement[0]` has a `Resource`, which a trust policy may not have: it is about its role";
    with(r#""Resource": "*""#, &[first, second]);
    let message = "`Services` is not a kind of principal in `Statement[0].Principal`; use `AWS`, \
                   `Service`, `Federated` or `CanonicalUser`";
    with(r#""Principal": {"Services": "x"}"#, &[message]);
    let message = "`x` is not a principal: `Statement[0].Principal` is `*` or an object like \
                   `{ AWS = \"…\" }`";
    with(r#""Principal": "x""#, &[message]);
    with(r#""Principal": []"#, &["`Statement[0].Principal` must be `*` or an object, not a list"]);
}

#[test]
fn kinds() {
    let check = |block: &str, argument: &str, expect: PolicyKind| {
        assert_eq!(PolicyKind::of(block, argument, true), expect, "{block} {argument}");
    };
    check("aws_iam_role", "assume_role_policy", PolicyKind::Trust);
    check("aws_iam_role", "policy", PolicyKind::Identity);
    check("aws_iam_policy", "policy", PolicyKind::Identity);
    check("aws_s3_bucket_policy", "policy", OTHER);
}
