//! What names may stand for: variables, locals, resources, calls, and what is declared around an
//! expression.

use std::rc::Rc;

use eval::Defaults;
use schema::is_always_set;
use syntax::Expr;
use value::{Reason, Type, Value, ValueKind, convert};

use super::path::{self, Path, Step};
use super::{At, Names, Possible, Visitor};
use crate::calls::passed;
use crate::instance::InstanceId;
use crate::node::{Node, is_repeated};
use crate::resource::{KnownAttribute, is_builtin, is_kept};
use crate::variables::Variable;
use crate::{Argument, ResourceMode};

impl<'m> At<'_, 'm> {
    /// Tells what `root` with the steps of `path` may come to.
    pub(super) fn name(
        self,
        root: &str,
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        if let Some(done) = self.declared_around(root, path, visitor) {
            return done;
        }
        let Some(Path { step: Step::Name(name), rest }) = path else {
            return visitor(Possible::Any(Type::Dynamic));
        };
        let module = self.values.module();
        let id = self.values.id();
        match (root, &**name) {
            ("var", name) => match module.variables.get_key_value(name) {
                Some((name, _)) => self.variable(name.as_ref(), *rest, visitor),
                None => visitor(Possible::Invalid),
            },
            ("local", name) => match module.locals.get_key_value(name) {
                Some((name, local)) => {
                    let node = Node::Local(id, name.as_ref());
                    let own = At { file: local.file, names: None, ..self };
                    self.node(&node, *rest, visitor, |visitor| {
                        own.visit(local.expr, *rest, visitor)
                    })
                }
                None => visitor(Possible::Invalid),
            },
            ("path" | "terraform" | "self", _) => visitor(Possible::Any(Type::String)),
            ("module", name) => self.call_of(name, *rest, visitor),
            ("data", block_type) => match rest {
                Some(Path { step: Step::Name(name), rest }) => {
                    self.resource((ResourceMode::Data, block_type, name), *rest, visitor)
                }
                _ => visitor(Possible::Any(Type::Dynamic)),
            },
            ("each" | "count" | "ephemeral", _) => visitor(Possible::Any(Type::Dynamic)),
            (block_type, name) => {
                self.resource((ResourceMode::Managed, block_type, name), *rest, visitor)
            }
        }
    }

    /// The same of the value of a node, or where conditions that are not decided play a part in it
    /// what `definition` tells.
    fn node(
        self,
        node: &Node<'m>,
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
        definition: impl Fn(&mut Visitor<'_, 'm>) -> bool,
    ) -> bool {
        let evaluation = self.values.evaluation;
        if let Some(value) = evaluation.get_undisputed(node) {
            return path::of_value(&value, path, self, visitor);
        }
        let key = (node.clone(), Path::words(path), self.is_exact);
        let known = evaluation.possible.borrow().get(&key).cloned();
        let known = known.unwrap_or_else(|| {
            let known = flat(&definition);
            evaluation.possible.borrow_mut().insert(key, known.clone());
            known
        });
        match known {
            Some(known) => known.iter().any(|one| {
                visitor(match one {
                    Flat::Value(value) => Possible::Value(value),
                    Flat::Any(ty) => Possible::Any(ty.clone()),
                    Flat::Invalid => Possible::Invalid,
                })
            }),
            None => definition(visitor),
        }
    }

    fn variable(
        self,
        name: &'m str,
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        let (evaluation, id) = (self.values.evaluation, self.values.id());
        let node = Node::Variable(id, name);
        self.node(&node, path, visitor, |visitor| {
            let variable = evaluation.declaration(id, name);
            let ty = variable.ty();
            let called_by = self.values.instance.called_by.as_ref();
            let argument = called_by.and_then(|by| Some((by, passed(by.call, name)?)));
            match argument {
                Some((by, argument)) => {
                    if self.left_out_of(&variable, path, visitor) {
                        return true;
                    }
                    let caller = evaluation.values(by.caller);
                    let names = Names::Block(by.call);
                    let at = self.elsewhere(&caller, argument.file, Some(&names));
                    let ty = path::of_type(ty, path);
                    let is_filled = variable.constraint().is_some_and(|constraint| {
                        let ty = path::of_type(&constraint.ty, path);
                        matches!(ty, Type::Object(object) if !object.optional.is_empty())
                    });
                    at.visit(argument.expr(), path, &mut |possible| match possible {
                        Possible::Value(value) if value.is_null() => {
                            let is_replaced =
                                path.is_none() && variable.instead_of_null().is_some();
                            !is_replaced && visitor(possible)
                        }
                        Possible::Value(_) | Possible::Entries(_) if is_filled => {
                            visitor(Possible::Any(ty.clone()))
                        }
                        Possible::Value(value) => match convert(value, &ty) {
                            Ok(value) => visitor(Possible::Value(&value)),
                            Err(_) => visitor(Possible::Any(ty.clone())),
                        },
                        other => visitor(other),
                    })
                }
                _ => visitor(Possible::Any(path::of_type(ty, path))),
            }
        })
    }

    /// The same of what stands for a null that is passed, and for attributes on the way that may be
    /// left out.
    fn left_out_of(
        self,
        variable: &Variable<'_>,
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        if let Some(default) = variable.instead_of_null()
            && path::of_value(default, path, self, visitor)
        {
            return true;
        }
        variable.constraint().is_some_and(|constraint| {
            self.left_out(&constraint.ty, constraint.defaults.as_ref(), path, visitor)
        })
    }

    /// The same of attributes on the way that may be left out: what stands for them then.
    fn left_out(
        self,
        ty: &Type,
        defaults: Option<&Defaults>,
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        let Some(Path { step, rest }) = path else { return false };
        if let (Type::Object(object), Step::Element) = (ty, step) {
            return object.attributes.keys().any(|name| {
                let path = Path { step: Step::Name((&**name).into()), rest: *rest };
                self.left_out(ty, defaults, Some(&path), visitor)
            });
        }
        let name = match step {
            Step::Name(name) => &**name,
            Step::Index(_) | Step::Element => "",
        };
        let (part, is_optional) = match ty {
            Type::Object(object) => (object.attributes.get(name), object.optional.contains(name)),
            other => (other.element(), false),
        };
        if is_optional {
            let null = Value::null(Type::Dynamic);
            let value = defaults.and_then(|defaults| defaults.value(name)).unwrap_or(&null);
            if path::of_value(value, *rest, self, visitor) {
                return true;
            }
        }
        let defaults = defaults.and_then(|defaults| defaults.within(name));
        part.is_some_and(|part| self.left_out(part, defaults, *rest, visitor))
    }

    /// The same of what is declared around the expression; `None` where that is not what is meant.
    fn declared_around(
        self,
        root: &str,
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> Option<bool> {
        for declared in std::iter::successors(self.names, |names| names.outer()) {
            match declared {
                Names::For { key, value, collection, outer } => {
                    let at = At { names: *outer, ..self };
                    if *value == root {
                        return Some(at.element_of(*collection, path, visitor));
                    }
                    if *key == Some(root) {
                        return Some(at.key_of((*collection, false), path, visitor));
                    }
                }
                Names::Iterator { name, for_each, outer } => {
                    if *name == root {
                        let at = At { names: *outer, ..self };
                        return Some(at.of_repeated((*for_each, false), path, visitor));
                    }
                }
                Names::Item { .. } => {}
                Names::Block(block) => {
                    return match root {
                        "each" => {
                            let at = At { names: None, ..self };
                            Some(at.of_repeated((block.argument("for_each"), true), path, visitor))
                        }
                        "count" => Some(visitor(Possible::Any(Type::Number))),
                        _ => None,
                    };
                }
            }
        }
        None
    }

    /// The same of `key` or `value` of what is repeated over `for_each`, which is a block of its own
    /// or a `dynamic` one.
    fn of_repeated(
        self,
        (for_each, is_repeated): (Option<Argument<'m>>, bool),
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        let Some(for_each) = for_each else { return visitor(Possible::Any(Type::Dynamic)) };
        let at = At { file: for_each.file, ..self };
        match path {
            Some(Path { step: Step::Name(name), rest }) if name == "value" => {
                at.element_of(for_each.expr(), *rest, visitor)
            }
            Some(Path { step: Step::Name(name), rest }) if name == "key" => {
                at.key_of((for_each.expr(), is_repeated), *rest, visitor)
            }
            _ => visitor(Possible::Any(Type::Dynamic)),
        }
    }

    fn element_of(
        self,
        collection: Expr<'m>,
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        self.visit(collection, Some(&Path { step: Step::Element, rest: path }), visitor)
    }

    /// The same of the keys of a collection, which for a set are its elements; a block that is not
    /// `dynamic` cannot be repeated over a list.
    fn key_of(
        self,
        (collection, is_repeated): (Expr<'m>, bool),
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        if path.is_some() {
            return false;
        }
        self.visit(collection, None, &mut |possible| match possible {
            Possible::Value(value) => keys_of(value, is_repeated, visitor),
            Possible::Entries(parts) => {
                let mut names = Vec::new();
                let is_complete = parts.named(&mut |name, possible| {
                    if possible.is_none() {
                        names.push(Value::string(name));
                    }
                    possible.is_some()
                });
                if is_complete {
                    names.iter().any(|name| visitor(Possible::Value(name)))
                } else {
                    visitor(Possible::Any(Type::String))
                }
            }
            Possible::Invalid => visitor(Possible::Invalid),
            Possible::Elements(parts) if is_repeated => parts.visit(visitor),
            // A list, or a set of its elements.
            Possible::Elements(_) | Possible::Any(_) => visitor(Possible::Any(Type::Dynamic)),
        })
    }

    /// The same of the item of a splat.
    pub(super) fn item(self, path: Option<&Path<'_>>, visitor: &mut Visitor<'_, 'm>) -> bool {
        let mut around = std::iter::successors(self.names, |names| names.outer());
        around
            .find_map(|names| match names {
                Names::Item { target, outer } => {
                    let at = At { names: *outer, ..self };
                    Some(at.element_of(*target, path, visitor) || at.only(*target, path, visitor))
                }
                _ => None,
            })
            .unwrap_or_else(|| visitor(Possible::Any(Type::Dynamic)))
    }

    /// The same of a value that is no list and stands for a list of itself.
    fn only(
        self,
        target: Expr<'m>,
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        self.visit(target, path, &mut |possible| match possible {
            Possible::Invalid | Possible::Elements(_) => false,
            Possible::Value(value)
                if path.is_none() && (value.is_null() || path::is_list(&value.ty())) =>
            {
                false
            }
            other => visitor(other),
        })
    }

    /// The same of the outputs of a call.
    fn call_of(self, name: &str, path: Option<&Path<'_>>, visitor: &mut Visitor<'_, 'm>) -> bool {
        let (evaluation, id) = (self.values.evaluation, self.values.id());
        let anything = Possible::Any(Type::Dynamic);
        let Some((name, call)) = self.values.module().module_calls.get_key_value(name) else {
            return false;
        };
        let path = match path {
            Some(Path { step: Step::Name(_), .. }) if !is_repeated(call) => path,
            Some(Path { step: Step::Name(_), .. }) if call.argument("count").is_some() => {
                return visitor(Possible::Invalid);
            }
            Some(Path { rest, .. }) if is_repeated(call) => *rest,
            _ => return visitor(anything),
        };
        let Some(Path { step: Step::Name(output), rest }) = path else { return visitor(anything) };
        for key in self.values.instances(call) {
            let Some(child) = evaluation.child(id, name.as_ref(), &key) else {
                return visitor(Possible::Value(&Value::unknown(Type::Dynamic, Reason::Module)));
            };
            let child = evaluation.values(child);
            let Some((output, declared)) = child.module().outputs.get_key_value(&**output) else {
                continue;
            };
            let node = Node::Output(child.id(), output.as_ref());
            let is_done = self.node(&node, *rest, visitor, |visitor| {
                let Some(value) = declared.argument("value") else { return false };
                let at = self.elsewhere(&child, value.file, None);
                at.visit(value.expr(), *rest, visitor)
            });
            if is_done {
                return true;
            }
        }
        false
    }

    /// The same of an attribute of a resource.
    fn resource(
        self,
        (mode, block_type, name): (ResourceMode, &str, &str),
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        let module = self.values.module();
        let unknown = |ty: Type| Value::unknown(ty, Reason::Attribute);
        let Some(index) = module.resource_position(mode, block_type, name) else {
            return visitor(Possible::Value(&unknown(Type::Dynamic)));
        };
        let resource = &module.resources[index];
        if is_builtin(resource) || resource.block_type == "terraform_remote_state" {
            return visitor(Possible::Any(Type::Dynamic));
        }
        let is_counted = resource.declared.argument("count").is_some();
        let path = match path {
            Some(Path { step: Step::Name(_), .. }) if is_counted => {
                return visitor(Possible::Invalid);
            }
            Some(Path { rest, .. }) if is_repeated(&resource.declared) => *rest,
            // The keys may be known.
            None if is_repeated(&resource.declared) => {
                return visitor(Possible::Any(Type::Dynamic));
            }
            _ => path,
        };
        self.attribute_of((self.values.id(), index), path, visitor)
    }

    /// The same of an attribute of an instance of a resource.
    pub(super) fn attribute_of(
        self,
        (id, index): (InstanceId, usize),
        path: Option<&Path<'_>>,
        visitor: &mut Visitor<'_, 'm>,
    ) -> bool {
        let values = self.values.evaluation.values(id);
        let resource = &values.module().resources[index];
        let unknown = |ty: Type| Value::unknown(ty, Reason::Attribute);
        let Some(Path { step: Step::Name(attribute), rest }) = path else {
            return visitor(Possible::Value(&unknown(Type::Dynamic)));
        };
        let is_managed = resource.mode == ResourceMode::Managed;
        if is_managed && is_always_set(&resource.block_type, attribute) {
            return visitor(Possible::Value(&unknown(path::of_type(&Type::String, *rest))));
        }
        let schema = values.schema_of(resource);
        let known = schema.and_then(|schema| KnownAttribute::of(schema, attribute));
        let ty = known.as_ref().and_then(KnownAttribute::reference_type);
        let ty = ty.unwrap_or(Type::Dynamic);
        if path::is_refused(&ty, *rest) {
            return visitor(Possible::Invalid);
        }
        let ty = path::of_type(&ty, *rest);
        if visitor(Possible::Value(&unknown(ty))) {
            return true;
        }
        let set = resource.declared.argument(attribute).filter(|_| is_kept(resource, attribute));
        let Some(set) = set else { return false };
        let names = Names::Block(&resource.declared);
        let at = self.elsewhere(&values, set.file, Some(&names));
        at.visit(set.expr(), *rest, visitor)
    }
}

/// What is possible without parts of its own, to be kept.
pub(crate) enum Flat {
    Value(Value),
    Any(Type),
    Invalid,
}

/// So much is kept of one expression.
const MAX_KEPT: usize = 200;

/// All that `definition` tells, where that is not too much and has no parts of its own.
fn flat<'m>(definition: &impl Fn(&mut Visitor<'_, 'm>) -> bool) -> Option<Rc<[Flat]>> {
    let mut all = Vec::new();
    let is_more = definition(&mut |possible| {
        match possible {
            Possible::Value(value) => all.push(Flat::Value(value.clone())),
            Possible::Any(ty) => all.push(Flat::Any(ty)),
            Possible::Invalid => all.push(Flat::Invalid),
            Possible::Elements(_) | Possible::Entries(_) => return true,
        }
        all.len() > MAX_KEPT
    });
    (!is_more).then(|| all.into())
}

/// Tells the keys of a value: of a set its elements. A block cannot be repeated over a list, which is
/// taken for the set that it is made.
fn keys_of(value: &Value, is_repeated: bool, visitor: &mut Visitor<'_, '_>) -> bool {
    match value.kind() {
        ValueKind::Map(_, entries) | ValueKind::Object(entries) => {
            entries.keys().any(|key| visitor(Possible::Value(&Value::string(key))))
        }
        ValueKind::Set(_, elements) => {
            elements.iter().any(|element| visitor(Possible::Value(element)))
        }
        ValueKind::List(_, elements) | ValueKind::Tuple(elements) if is_repeated => {
            elements.iter().any(|element| visitor(Possible::Value(element)))
        }
        ValueKind::List(_, elements) | ValueKind::Tuple(elements) => {
            (0..elements.len()).any(|at| visitor(Possible::Value(&Value::number(at))))
        }
        ValueKind::Unknown(unknown) => {
            let ty = match &unknown.ty {
                Type::Set(element) => (**element).clone(),
                Type::List(_) | Type::Tuple(_) => Type::Number,
                _ => Type::String,
            };
            visitor(Possible::Value(&Value::unknown(ty, Reason::Each)))
        }
        _ => false,
    }
}
