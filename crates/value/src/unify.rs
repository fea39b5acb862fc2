//! One type for values of several types, as conditionals and collections need it.

use std::cmp::Ordering;
use std::collections::HashSet;

use crate::Type;
use crate::convert::convertible;

/// More different types than this have none in common; the search takes quadratic time.
const MAX_TYPES: usize = 300;

/// The type that values of all these types can be converted to, by Terraform's rules; `Dynamic`
/// where an unknown type keeps it open. `None` if there is none, or no type is given.
pub fn unify(types: &[Type]) -> Option<Type> {
    unify_with(types, true)
}

/// The same; `lossy` allows conversions that not every value survives, as from string to number.
pub(crate) fn unify_with(types: &[Type], lossy: bool) -> Option<Type> {
    let (first, rest) = types.split_first()?;
    if rest.iter().all(|ty| ty == first) {
        // A structure with open parts stays as it is.
        return Some(first.clone());
    }
    let mut seen = HashSet::new();
    let distinct: Vec<&Type> = types.iter().filter(|ty| seen.insert(*ty)).collect();
    let kinds = Kinds::of(&distinct);
    let total = distinct.len();
    if kinds.maps > 0 && kinds.maps + kinds.dynamic == total {
        return unify_collections(&distinct, kinds.dynamic > 0, lossy, Type::map);
    }
    if kinds.maps > 0 && kinds.maps + kinds.objects + kinds.dynamic == total {
        if let Some(ty) = unify_objects_as_maps(&distinct, lossy) {
            return Some(ty);
        }
    } else if kinds.lists > 0 && kinds.lists + kinds.dynamic == total {
        return unify_collections(&distinct, kinds.dynamic > 0, lossy, Type::list);
    } else if kinds.lists > 0 && kinds.lists + kinds.tuples + kinds.dynamic == total {
        if let Some(ty) = unify_tuples_as_lists(&distinct, lossy) {
            return Some(ty);
        }
    } else if kinds.sets > 0 && kinds.sets + kinds.dynamic == total {
        return unify_collections(&distinct, kinds.dynamic > 0, lossy, Type::set);
    } else if kinds.objects > 0 && kinds.objects + kinds.dynamic == total {
        return unify_objects(&distinct, kinds.dynamic > 0, lossy);
    } else if kinds.tuples > 0 && kinds.tuples + kinds.dynamic == total {
        return unify_tuples(&distinct, kinds.dynamic > 0, lossy);
    } else if kinds.objects > 0 && kinds.tuples > 0 {
        return None;
    }
    best_of(&distinct, lossy)
}

/// How many types there are of each kind.
#[derive(Default)]
struct Kinds {
    maps: usize,
    lists: usize,
    sets: usize,
    objects: usize,
    tuples: usize,
    dynamic: usize,
}

impl Kinds {
    fn of(types: &[&Type]) -> Self {
        let mut kinds = Self::default();
        for ty in types {
            match ty {
                Type::Map(_) => kinds.maps += 1,
                Type::List(_) => kinds.lists += 1,
                Type::Set(_) => kinds.sets += 1,
                Type::Object(_) => kinds.objects += 1,
                Type::Tuple(_) => kinds.tuples += 1,
                Type::Dynamic => kinds.dynamic += 1,
                Type::String | Type::Number | Type::Bool => {}
            }
        }
        kinds
    }
}

/// The first type, in order of preference, that all others convert to.
fn best_of(types: &[&Type], lossy: bool) -> Option<Type> {
    if types.len() > MAX_TYPES {
        return None;
    }
    let order = preference(types);
    let fits =
        |wanted: &Type| types.iter().all(|ty| *ty == wanted || convertible(ty, wanted, lossy));
    order.into_iter().map(|at| types[at]).find(|ty| fits(ty)).cloned()
}

fn unify_collections(
    types: &[&Type],
    dynamic: bool,
    lossy: bool,
    collection: fn(Type) -> Type,
) -> Option<Type> {
    if dynamic {
        return Some(Type::Dynamic);
    }
    let elements: Vec<Type> = types.iter().filter_map(|ty| ty.element().cloned()).collect();
    all_to(types, collection(unify_with(&elements, lossy)?), lossy)
}

/// `wanted`, if all types convert to it.
fn all_to(types: &[&Type], wanted: Type, lossy: bool) -> Option<Type> {
    types.iter().all(|ty| **ty == wanted || convertible(ty, &wanted, lossy)).then_some(wanted)
}

fn unify_objects_as_maps(types: &[&Type], lossy: bool) -> Option<Type> {
    let objects: Vec<&Type> =
        types.iter().copied().filter(|ty| matches!(ty, Type::Object(_))).collect();
    let map = objects_to_map(&objects, lossy)?;
    let replace = |ty: &&Type| {
        if matches!(ty, Type::Object(_)) { map.clone() } else { (*ty).clone() }
    };
    let mapped: Vec<Type> = types.iter().map(replace).collect();
    unify_with(&mapped, lossy).filter(|ty| matches!(ty, Type::Map(_)))
}

fn unify_tuples_as_lists(types: &[&Type], lossy: bool) -> Option<Type> {
    let tuples: Vec<&Type> =
        types.iter().copied().filter(|ty| matches!(ty, Type::Tuple(_))).collect();
    let list = tuples_to_list(&tuples, lossy)?;
    let replace = |ty: &&Type| {
        if matches!(ty, Type::Tuple(_)) { list.clone() } else { (*ty).clone() }
    };
    let listed: Vec<Type> = types.iter().map(replace).collect();
    unify_with(&listed, lossy).filter(|ty| matches!(ty, Type::List(_)))
}

fn unify_objects(types: &[&Type], dynamic: bool, lossy: bool) -> Option<Type> {
    if dynamic {
        return Some(Type::Dynamic);
    }
    let objects: Vec<_> = types
        .iter()
        .filter_map(|ty| if let Type::Object(object) = ty { Some(object) } else { None })
        .collect();
    let (first, rest) = objects.split_first()?;
    let same_names = rest.iter().all(|object| object.attributes.keys().eq(first.attributes.keys()));
    if !same_names {
        return objects_to_map(types, lossy);
    }
    let mut attributes = Vec::with_capacity(first.attributes.len());
    for name in first.attributes.keys() {
        let across: Vec<Type> =
            objects.iter().filter_map(|object| object.attributes.get(name).cloned()).collect();
        attributes.push((name.clone(), unify_with(&across, lossy)?));
    }
    all_to(types, Type::object(attributes), lossy).or_else(|| objects_to_map(types, lossy))
}

fn objects_to_map(types: &[&Type], lossy: bool) -> Option<Type> {
    let mut attributes = Vec::new();
    for ty in types {
        if let Type::Object(object) = ty {
            attributes.extend(object.attributes.values().cloned());
        }
    }
    all_to(types, Type::map(unify_with(&attributes, lossy)?), lossy)
}

fn unify_tuples(types: &[&Type], dynamic: bool, lossy: bool) -> Option<Type> {
    if dynamic {
        return Some(Type::Dynamic);
    }
    let tuples: Vec<_> = types
        .iter()
        .filter_map(|ty| if let Type::Tuple(tuple) = ty { Some(tuple) } else { None })
        .collect();
    let (first, rest) = tuples.split_first()?;
    if rest.iter().any(|tuple| tuple.len() != first.len()) {
        return tuples_to_list(types, lossy);
    }
    let mut elements = Vec::with_capacity(first.len());
    for at in 0..first.len() {
        let across: Vec<Type> = tuples.iter().map(|tuple| tuple[at].clone()).collect();
        elements.push(unify_with(&across, lossy)?);
    }
    all_to(types, Type::tuple(elements), lossy).or_else(|| tuples_to_list(types, lossy))
}

fn tuples_to_list(types: &[&Type], lossy: bool) -> Option<Type> {
    let mut elements = Vec::new();
    for ty in types {
        if let Type::Tuple(tuple) = ty {
            elements.extend(tuple.iter().cloned());
        }
    }
    all_to(types, Type::list(unify_with(&elements, lossy)?), lossy)
}

/// Positions of the types in order of preference: one that others convert to without loss comes
/// before them, otherwise they stay in order.
fn preference(types: &[&Type]) -> Vec<usize> {
    let mut after = vec![Vec::new(); types.len()];
    let mut before = vec![0usize; types.len()];
    for one in 0..types.len() {
        for two in one + 1..types.len() {
            match compare(types[one], types[two]) {
                Ordering::Less => {
                    after[one].push(two);
                    before[two] += 1;
                }
                Ordering::Greater => {
                    after[two].push(one);
                    before[one] += 1;
                }
                Ordering::Equal => {}
            }
        }
    }
    let mut order: Vec<usize> = (0..types.len()).filter(|&at| before[at] == 0).collect();
    let mut next = 0;
    while let Some(&at) = order.get(next) {
        next += 1;
        for &follower in &after[at] {
            before[follower] -= 1;
            if before[follower] == 0 {
                order.push(follower);
            }
        }
    }
    order
}

/// `Less` if `one` is the more general type.
fn compare(one: &Type, two: &Type) -> Ordering {
    // An open type is the last resort.
    let open = (*one == Type::Dynamic).cmp(&(*two == Type::Dynamic));
    if open.is_ne() {
        return open;
    }
    match (one, two) {
        (Type::String, other) if other.is_primitive() && *other != Type::String => Ordering::Less,
        (other, Type::String) if other.is_primitive() && *other != Type::String => {
            Ordering::Greater
        }
        (Type::List(one), Type::List(two))
        | (Type::Set(one), Type::Set(two))
        | (Type::Map(one), Type::Map(two)) => compare(one, two),
        (Type::Tuple(_) | Type::List(_), Type::Set(_))
        | (Type::List(_), Type::Tuple(_))
        | (Type::Map(_), Type::Object(_)) => Ordering::Less,
        (Type::Set(_), Type::Tuple(_) | Type::List(_))
        | (Type::Tuple(_), Type::List(_))
        | (Type::Object(_), Type::Map(_)) => Ordering::Greater,
        (Type::Object(one), Type::Object(two)) => {
            if !one.attributes.keys().eq(two.attributes.keys()) {
                return Ordering::Equal;
            }
            agreed(one.attributes.values().zip(two.attributes.values()))
        }
        (Type::Tuple(one), Type::Tuple(two)) if one.len() == two.len() => {
            agreed(one.iter().zip(&**two))
        }
        _ => Ordering::Equal,
    }
}

/// What the parts agree on.
fn agreed<'a>(parts: impl Iterator<Item = (&'a Type, &'a Type)>) -> Ordering {
    let mut result = Ordering::Equal;
    for (one, two) in parts {
        match (result, compare(one, two)) {
            (_, Ordering::Equal) => {}
            (Ordering::Equal, order) => result = order,
            (result, order) if result != order => return Ordering::Equal,
            _ => {}
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_types() {
        let tuple = |types: &[Type]| Type::tuple(types.iter().cloned());
        let object = |name: &str, ty: Type| Type::object([(name, ty)]);
        let (string, number, bool) = (Type::String, Type::Number, Type::Bool);
        let list = |ty: &Type| Type::list(ty.clone());
        let check = |types: &[Type], expect: Option<Type>| {
            assert_eq!(unify(types), expect, "{types:?}");
        };
        check(&[], None);
        check(&[number.clone(), string.clone()], Some(string.clone()));
        check(&[number.clone(), bool.clone()], None);
        check(&[number.clone(), bool.clone(), string.clone()], Some(string.clone()));
        check(&[Type::Dynamic, number.clone()], Some(number.clone()));
        check(&[Type::Dynamic, list(&number)], Some(Type::Dynamic));
        check(&[tuple(&[]), list(&string)], Some(list(&string)));
        check(&[tuple(std::slice::from_ref(&number)), list(&string)], Some(list(&string)));
        let set = Type::set(number.clone());
        check(&[tuple(&[]), set.clone()], Some(set.clone()));
        check(&[list(&string), set], Some(list(&string)));
        let mixed = [object("a", number.clone()), object("b", string.clone())];
        check(&mixed, Some(Type::map(string.clone())));
        let same = [object("a", number.clone()), object("a", string.clone())];
        check(&same, Some(object("a", string.clone())));
        check(&[object("a", number.clone()), tuple(&[])], None);
        check(
            &[tuple(std::slice::from_ref(&number)), tuple(&[string.clone(), bool])],
            Some(list(&string)),
        );
        check(&[list(&number), number], None);
    }
}
