//! Random declarations. Never calls a module that leads back.

use testkit::Random;

use super::expressions::Names;
use super::write::literal;
use super::{Call, Expr, Kind, Module, Output, Project, Repeat, Resource, Variable};

impl Project {
    /// The modules that belong to a seed.
    pub fn random(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let random = &mut random;
        let mut modules: Vec<Module> = Vec::new();
        let count = 1 + random.below(3);
        // Those that are called first, as their variables and outputs must be known.
        for at in (0..count).rev() {
            let module = module(at, count, &modules, random);
            modules.insert(0, module);
        }
        Self { modules, has_backend: random.below(2) == 0 }
    }
}

fn kind(random: &mut Random) -> Kind {
    Kind::ALL[random.below(Kind::ALL.len())]
}

fn variable(random: &mut Random) -> Variable {
    let kind = kind(random);
    let default = (random.below(3) == 0).then(|| literal(kind, random));
    let is_listed = kind == Kind::Text && default.is_none() && random.below(3) == 0;
    let listed = || ["\"a\"", "\"prod\"", "\"dev\""].map(str::to_owned).to_vec();
    Variable {
        kind,
        has_type: random.below(5) > 0,
        default,
        listed: if is_listed { listed() } else { Vec::new() },
        is_sensitive: random.below(12) == 0,
        is_nullable: random.below(2) == 0,
    }
}

/// The module number `at`, which may call `later` ones.
fn module(at: usize, count: usize, later: &[Module], random: &mut Random) -> Module {
    let mut module = Module::default();
    for number in 0..2 + random.below(4) {
        module.variables.insert(format!("v{number}"), variable(random));
    }
    let mut names = Names::default();
    for (name, variable) in &module.variables {
        names.add(variable.kind, Expr::text(format!("var.{name}")));
    }
    for number in 0..3 + random.below(5) {
        match random.below(4) {
            0 => resource(&mut module, &mut names, number, random),
            1 if at + 1 < count => {
                let called = random.below(later.len());
                let place = (at + 1 + called, &later[called]);
                call(&mut module, &mut names, number, place, random);
            }
            _ => {
                let (name, kind) = (format!("l{number}"), kind(random));
                let value = names.expr(kind, 3, random);
                names.add(kind, Expr::Local(name.clone()));
                module.locals.push((name, kind, value));
            }
        }
    }
    for number in 0..=random.below(4) {
        let kind = kind(random);
        let value = names.expr(kind, 3, random);
        let output = Output { kind, value, is_sensitive: random.below(12) == 0 };
        module.outputs.insert(format!("o{number}"), output);
    }
    module
}

fn repeat(names: &mut Names, random: &mut Random) -> Repeat {
    match random.below(6) {
        0 | 1 => Repeat::Once,
        2 => Repeat::Count(Expr::If(Box::new([
            names.expr(Kind::Bool, 2, random),
            Expr::text("1"),
            Expr::text("0"),
        ]))),
        3 => {
            let list = names.expr(Kind::List, 1, random);
            Repeat::Count(Expr::All(vec![Expr::text("length("), list, Expr::text(")")]))
        }
        4 => Repeat::ForEach(names.expr(Kind::Map, 2, random)),
        _ => {
            let list = names.expr(Kind::List, 2, random);
            Repeat::ForEach(Expr::All(vec![Expr::text("toset("), list, Expr::text(")")]))
        }
    }
}

/// The names inside a block that is repeated in that way.
fn inner(names: &Names, repeat: &Repeat) -> Names {
    let mut inner = names.clone();
    match repeat {
        Repeat::Once => {}
        Repeat::Count(_) => inner.add(Kind::Number, Expr::text("count.index")),
        Repeat::ForEach(_) => {
            inner.add(Kind::Text, Expr::text("each.key"));
            inner.add(Kind::Text, Expr::text("each.value"));
        }
    }
    inner
}

fn resource(module: &mut Module, names: &mut Names, number: usize, random: &mut Random) {
    let name = format!("r{number}");
    let repeat = repeat(names, random);
    let mut inside = inner(names, &repeat);
    let kind = kind(random);
    let mut arguments = vec![("input", inside.expr(kind, 2, random))];
    if random.below(3) == 0 {
        arguments.push(("triggers_replace", inside.expr(Kind::List, 2, random)));
    }
    let store = (random.below(4) == 0).then(|| {
        let [condition, value] = [Kind::Bool, Kind::Text].map(|kind| inside.expr(kind, 1, random));
        let some = Expr::All(vec![Expr::text("["), value, Expr::text("]")]);
        let over = Expr::If(Box::new([condition, some, Expr::text("[]")]));
        inside.add(Kind::Text, Expr::text("store.value"));
        inside.add(Kind::Number, Expr::text("store.key"));
        let version = inside.expr(Kind::Number, 1, random);
        (over, vec![("input", inside.expr(Kind::Text, 1, random)), ("version", version)])
    });
    names.add_resource(&name, kind, &repeat);
    module.resources.insert(name, Resource { repeat, arguments, store });
}

fn call(
    module: &mut Module,
    names: &mut Names,
    number: usize,
    (at, called): (usize, &Module),
    random: &mut Random,
) {
    let name = format!("c{number}");
    let repeat = repeat(names, random);
    let mut inside = inner(names, &repeat);
    let mut arguments = Vec::new();
    for (name, variable) in &called.variables {
        if variable.default.is_none() || random.below(2) == 0 {
            arguments.push((name.clone(), inside.expr(variable.kind, 2, random)));
        }
    }
    for (output, Output { kind, .. }) in &called.outputs {
        names.add_output(&name, output, *kind, &repeat);
    }
    module.calls.insert(name, Call { module: at, repeat, arguments });
}
