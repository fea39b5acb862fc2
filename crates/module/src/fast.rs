//! Maps and sets for keys that are looked up all the time. Their order is that of no input.

use std::collections::{HashMap, HashSet};

use foldhash::fast::RandomState;

pub(crate) type FastMap<K, V> = HashMap<K, V, RandomState>;
pub(crate) type FastSet<K> = HashSet<K, RandomState>;
