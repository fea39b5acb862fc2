//! Random expressions over the names that there are. Never one of which Terraform knows that it is
//! of another kind than is asked for.

use testkit::Random;

use super::write::literal;
use super::{Expr, Kind, Repeat};

/// What expressions can refer to.
#[derive(Clone, Debug, Default)]
pub struct Names {
    known: Vec<(Kind, Expr)>,
    /// How many names `for` expressions have declared.
    bound: usize,
}

/// How expressions are made of others: text, in which `T`, `N`, `B`, `L`, `M` and `O` between
/// `<` and `>` stand for one of that kind, `?` for a conditional; `k` and `v` are names of a `for`,
/// and `<t>` and `<b>` are of the names in it too.
const TEXTS: &[&str] = &[
    "\"${<T>}-x-${<N>}\"",
    "\"pre-${<T>}\"",
    "\"${<T>}/suf\"",
    "upper(<T>)",
    "join(\",\", <L>)",
    "<O>.a",
    "try(<L>[0], <T>)",
    "try(<L>[<N>], <T>)",
    "try(<M>[\"a\"], <T>)",
    "lookup(<M>, \"a\", <T>)",
    "lookup(<M>, <T>, <T>)",
    "coalesce(<T>, \"z\")",
    "format(\"%s-%d\", <T>, floor(<N>))",
    "replace(<T>, \"a\", <T>)",
    "trimprefix(<T>, \"p\")",
    "tostring(<N>)",
    "tostring(<B>)",
    "substr(<T>, 0, 2)",
    "\"%{ if <B> }yes${<T>}%{ else }no%{ endif }\"",
    "\"%{ for v in <L> }[${<t>}]%{ endfor }\"",
    "jsonencode(<L>)",
    "jsonencode({ a = <T>, b = <N> })",
    "element(<L>, <N>)",
    "coalesce(<L>...)",
    "try(<T>, \"z\")",
    "[<T>, <T>][<B> ? 0 : 1]",
    "{ a = <T>, b = <T> }[<B> ? \"a\" : \"b\"]",
    "sha1(<T>)",
    "one([<T>])",
    "nonsensitive(sensitive(<T>))",
    "element(sort(keys(<M>)), 0)",
    "<?T>",
    "<?T>",
];

const NUMBERS: &[&str] = &[
    "(<N> + <N>)",
    "(<N> - <N>)",
    "(<N> * 2)",
    "(<N> % 3)",
    "-<N>",
    "length(<L>)",
    "length(<M>)",
    "length(<T>)",
    "max(<N>, <N>)",
    "min(<N>, 3)",
    "abs(<N>)",
    "floor(<N> / 2)",
    "<O>.n",
    "try(tonumber(<T>), <N>)",
    "length([for v in <L> : v if <b>])",
    "sum([<N>, <N>, 1])",
    "<?N>",
    "<?N>",
];

const BOOLS: &[&str] = &[
    "(<T> == <T>)",
    "(<T> == \"a\")",
    "(<T> != \"prod\")",
    "(<N> < <N>)",
    "(<N> >= 2)",
    "(<N> > 0)",
    "(<N> == 1)",
    "(<B> && <B>)",
    "(<B> || <B>)",
    "!<B>",
    "contains(<L>, <T>)",
    "contains([\"a\", \"dev\"], <T>)",
    "startswith(<T>, \"p\")",
    "endswith(<T>, \"d\")",
    "can(<L>[0])",
    "can(tonumber(<T>))",
    "<O>.f",
    "(<T> != null)",
    "(<T> == null)",
    "(<L> == tolist([\"a\"]))",
    "(length(<L>) > 0)",
    "(length(<L>) == 0)",
    "(length(<M>) > 1)",
    "anytrue([<B>, <B>])",
    "alltrue([for v in <L> : <b>])",
    // Terraform says that an object is not equal to one of another type, and changes its mind when
    // a part turns out to be of the type that was wanted; so objects are not compared as they are.
    "(<O>.a == <O>.a)",
    "(jsonencode(<M>) == jsonencode(<M>))",
    "(<B> == <B>)",
    "(<B> != true)",
    "<?B>",
];

const LISTS: &[&str] = &[
    "tolist([<T>, <T>])",
    "[<T>]",
    "[for v in <L> : <t>]",
    "[for v in <L> : <t> if <b>]",
    "[for k, v in <M> : \"${k}=${<t>}\"]",
    "concat(<L>, <L>)",
    "concat(<L>, [<T>])",
    "distinct(<L>)",
    "sort(keys(<M>))",
    "values(<M>)",
    "split(\",\", <T>)",
    "compact(<L>)",
    "reverse(<L>)",
    "tolist(toset(<L>))",
    "[<O>, <O>][*].a",
    "flatten([[<T>], <L>])",
    "try(slice(<L>, 0, 1), <L>)",
    "sort(setunion(<L>, [<T>]))",
    "<T>[*]",
    "[for i in range(<N>) : \"n${i}\"]",
    "<?L>",
    "<?L>",
];

const MAPS: &[&str] = &[
    "{ a = <T>, b = <T> }",
    "tomap({ a = <T> })",
    "{ (<T>) = <T> }",
    "{ \"k-${<T>}\" = <T> }",
    "merge(<M>, <M>)",
    "merge(<M>, { c = <T> })",
    "{ for v in distinct(<L>) : v => <t> }",
    "{ for k, v in <M> : k => <t> if <b> }",
    "zipmap([\"a\", \"b\"], [<T>, <T>])",
    "try(zipmap(<L>, <L>), <M>)",
    "<?M>",
    "<?M>",
];

const OBJECTS: &[&str] = &[
    "{ a = <T>, n = <N>, f = <B> }",
    "{ f = <B>, a = <T>, n = <N> }",
    "merge(<O>, { a = <T> })",
    "[<O>, <O>][<B> ? 0 : 1]",
    "<?O>",
    "<?O>",
];

impl Names {
    /// Adds what has a value of that kind.
    pub fn add(&mut self, kind: Kind, name: Expr) {
        self.known.push((kind, name));
    }

    /// Adds what can be said of a resource whose input is of that kind.
    pub fn add_resource(&mut self, name: &str, kind: Kind, repeat: &Repeat) {
        let it = format!("terraform_data.{name}");
        let id = format!("\"id-{name}\"");
        let computed = |text: String, world: String| Expr::Computed(text, world);
        let input = |text: &str| {
            [".input", ".output"]
                .map(|end| computed(format!("({text}{end})"), format!("({text}.input)")))
        };
        match repeat {
            Repeat::Once => {
                self.known.extend(input(&it).map(|expr| (kind, expr)));
                self.add(Kind::Text, computed(format!("{it}.id"), id));
            }
            Repeat::Count(_) => {
                let ids = format!("[for x in {it} : {id}]");
                self.add(Kind::List, computed(format!("({it}[*].id)"), ids));
                if kind == Kind::Text {
                    self.known.extend(input(&format!("{it}[*]")).map(|expr| (Kind::List, expr)));
                    let ones = input(&format!("{it}[0]"));
                    let or = |it: Expr| {
                        Expr::All(vec![Expr::text("try("), it, Expr::text(", \"none\")")])
                    };
                    self.known.extend(ones.map(|expr| (Kind::Text, or(expr))));
                }
            }
            Repeat::ForEach(_) => {
                let ids = |id: &str| format!("[for k, x in {it} : \"${{k}}${{{id}}}\"]");
                self.add(Kind::List, computed(ids("x.id"), ids(&id)));
                if kind == Kind::Text {
                    let all = |end: &str| format!("{{ for k, x in {it} : k => x.{end} }}");
                    self.add(Kind::Map, computed(all("output"), all("input")));
                }
            }
        }
    }

    /// Adds what can be said of an output of a call.
    pub fn add_output(&mut self, call: &str, output: &str, kind: Kind, repeat: &Repeat) {
        let it = format!("module.{call}");
        let empty = match kind {
            Kind::Text => "\"none\"",
            Kind::Number => "7",
            Kind::Bool => "false",
            Kind::List => "[]",
            Kind::Map => "{}",
            Kind::Object => "{ a = \"none\", n = 7, f = false }",
        };
        match repeat {
            Repeat::Once => self.add(kind, Expr::text(format!("{it}.{output}"))),
            Repeat::Count(_) => {
                self.add(kind, Expr::text(format!("try({it}[0].{output}, {empty})")));
                if kind == Kind::Text {
                    self.add(Kind::List, Expr::text(format!("({it}[*].{output})")));
                }
            }
            Repeat::ForEach(_) => {
                self.add(kind, Expr::text(format!("try({it}[\"a\"].{output}, {empty})")));
                if kind == Kind::Text {
                    let all = format!("{{ for k, x in {it} : k => x.{output} }}");
                    self.add(Kind::Map, Expr::text(all));
                    self.add(Kind::List, Expr::text(format!("(values({it})[*].{output})")));
                }
            }
        }
    }

    /// An expression of that kind, at most so deep.
    pub fn expr(&mut self, kind: Kind, depth: usize, random: &mut Random) -> Expr {
        let names: Vec<_> = self.known.iter().filter(|(it, _)| *it == kind).collect();
        if depth == 0 || random.below(4) == 0 {
            if names.is_empty() || random.below(5) == 0 {
                return Expr::Text(literal(kind, random));
            }
            return names[random.below(names.len())].1.clone();
        }
        let all = match kind {
            Kind::Text => TEXTS,
            Kind::Number => NUMBERS,
            Kind::Bool => BOOLS,
            Kind::List => LISTS,
            Kind::Map => MAPS,
            Kind::Object => OBJECTS,
        };
        let form = all[random.below(all.len())];
        if form.starts_with("<?") {
            let condition = self.expr(Kind::Bool, depth - 1, random);
            let [yes, no] = [(); 2].map(|()| self.expr(kind, depth - 1, random));
            return Expr::If(Box::new([condition, yes, no]));
        }
        self.filled(form, depth - 1, random)
    }

    /// A form with expressions for its parts.
    fn filled(&mut self, form: &str, depth: usize, random: &mut Random) -> Expr {
        self.bound += 1;
        let (key, value) = (format!("k{}", self.bound), format!("v{}", self.bound));
        let mut inside = self.clone();
        inside.add(Kind::Text, Expr::text(value.clone()));
        let renamed = |text: &str| {
            let mut text = text.replace("for k, v in ", &format!("for {key}, {value} in "));
            text = text.replace("for v in ", &format!("for {value} in "));
            text = text.replace("${k}", &format!("${{{key}}}"));
            let ends = [(" : v ", format!(" : {value} ")), (" : k ", format!(" : {key} "))];
            ends.into_iter().fold(text, |text, (from, to)| text.replace(from, &to))
        };
        let mut parts = Vec::new();
        let mut rest = form;
        while let Some((before, after)) = split_hole(rest) {
            parts.push(Expr::Text(renamed(before)));
            let kind = |letter| match letter {
                b'T' => Kind::Text,
                b'N' => Kind::Number,
                b'B' => Kind::Bool,
                b'L' => Kind::List,
                b'M' => Kind::Map,
                _ => Kind::Object,
            };
            let hole = match after.as_bytes()[1] {
                letter if letter.is_ascii_lowercase() => {
                    inside.bound = inside.bound.max(self.bound);
                    let expr = inside.expr(kind(letter.to_ascii_uppercase()), depth, random);
                    self.bound = inside.bound;
                    expr
                }
                letter => self.expr(kind(letter), depth, random),
            };
            parts.push(hole);
            rest = &after[3..];
        }
        parts.push(Expr::Text(renamed(rest)));
        Expr::All(parts)
    }
}

/// What stands before the first hole, and the rest from there on.
fn split_hole(text: &str) -> Option<(&str, &str)> {
    let is_hole = |at: &usize| {
        let bytes = &text.as_bytes()[*at..];
        matches!(bytes, [b'<', letter, b'>', ..] if letter.is_ascii_alphabetic())
    };
    let at = (0..text.len()).filter(|at| text.is_char_boundary(*at)).find(is_hole)?;
    Some(text.split_at(at))
}
