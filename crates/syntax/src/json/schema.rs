//! What Terraform's language says about bodies: which properties are blocks, and what the strings
//! of its arguments are. After `internal/configs` of Terraform; what providers define is not here.

/// What the strings in a value are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Strings {
    /// Templates.
    Template,
    /// Templates as far as is known: what is none stands for itself.
    Lenient,
    /// Text that stands for itself.
    Literal,
    /// Expressions: references, types and keywords, which the native syntax has without quotes.
    Expression,
    /// Literal, except that provider configurations are expressions: of `required_providers`.
    Requirement,
}

/// What a property of a body is.
#[derive(Clone, Copy)]
pub(super) enum Property {
    Argument(Strings),
    /// Blocks with so many labels.
    Blocks(u8, &'static Schema),
    /// A provider may have it as an argument or as a block.
    Ambiguous(Strings),
}

/// What a body may hold.
pub(super) struct Schema {
    properties: &'static [(&'static str, Property)],
    /// What a property is that is not among them.
    rest: Property,
    /// Whether a list of objects makes one body.
    pub(super) merges: bool,
}

impl Schema {
    pub(super) fn property(&self, name: &str) -> Property {
        let known = self.properties.iter().find(|(known, _)| *known == name);
        known.map_or(self.rest, |(_, property)| *property)
    }
}

use Property::{Ambiguous, Argument, Blocks};
use Strings::{Expression, Lenient, Literal, Requirement, Template};

/// Properties that Terraform does not know: later versions may.
const UNKNOWN: Property = Ambiguous(Lenient);

/// A body of which all properties are known.
const fn closed(properties: &'static [(&'static str, Property)]) -> Schema {
    Schema { properties, rest: UNKNOWN, merges: true }
}

/// A body whose other properties a provider defines.
const fn open(properties: &'static [(&'static str, Property)]) -> Schema {
    Schema { properties, rest: Ambiguous(Template), merges: true }
}

/// A body of arguments of any name.
const fn arguments(strings: Strings) -> Schema {
    Schema { properties: &[], rest: Argument(strings), merges: false }
}

/// A file of configuration.
pub(super) static FILE: Schema = closed(&[
    ("terraform", Blocks(0, &TERRAFORM)),
    ("required_providers", Blocks(0, &REQUIRED_PROVIDERS)),
    ("provider", Blocks(1, &PROVIDER)),
    ("variable", Blocks(1, &VARIABLE)),
    ("locals", Blocks(0, &LOCALS)),
    ("output", Blocks(1, &OUTPUT)),
    ("module", Blocks(1, &MODULE)),
    ("resource", Blocks(2, &RESOURCE)),
    ("data", Blocks(2, &DATA)),
    ("ephemeral", Blocks(2, &DATA)),
    ("action", Blocks(2, &ACTION)),
    ("list", Blocks(2, &LIST)),
    ("moved", Blocks(0, &MOVED)),
    ("removed", Blocks(0, &REMOVED)),
    ("import", Blocks(0, &IMPORT)),
    ("check", Blocks(1, &CHECK)),
]);

/// A file of variable values.
pub(super) static VARIABLES: Schema = arguments(Literal);

/// What a provider defines, below the blocks of the language.
pub(super) static OPEN: Schema = open(&[]);

/// A `dynamic` block.
pub(super) static DYNAMIC: Schema = closed(&[
    ("for_each", Argument(Template)),
    ("iterator", Argument(Expression)),
    ("labels", Argument(Template)),
    ("content", Blocks(0, &OPEN)),
]);

static LOCALS: Schema = arguments(Template);
static REQUIRED_PROVIDERS: Schema = arguments(Requirement);
static LITERALS: Schema = arguments(Literal);

static TERRAFORM: Schema = closed(&[
    ("required_version", Argument(Literal)),
    ("experiments", Argument(Expression)),
    ("language", Argument(Expression)),
    ("backend", Blocks(1, &BACKEND)),
    ("cloud", Blocks(0, &BACKEND)),
    ("required_providers", Blocks(0, &REQUIRED_PROVIDERS)),
    ("state_store", Blocks(1, &BACKEND)),
    ("provider_meta", Blocks(1, &LITERALS)),
]);

/// Evaluated before there is anything to refer to.
static BACKEND: Schema = Schema { properties: &[], rest: Ambiguous(Literal), merges: true };

static VARIABLE: Schema = closed(&[
    ("description", Argument(Literal)),
    ("default", Argument(Literal)),
    ("type", Argument(Expression)),
    ("sensitive", Argument(Literal)),
    ("ephemeral", Argument(Literal)),
    ("nullable", Argument(Literal)),
    ("deprecated", Argument(Literal)),
    ("const", Argument(Literal)),
    ("validation", Blocks(0, &CONDITION)),
]);

static CONDITION: Schema =
    closed(&[("condition", Argument(Template)), ("error_message", Argument(Template))]);

static OUTPUT: Schema = closed(&[
    ("description", Argument(Literal)),
    ("value", Argument(Template)),
    ("type", Argument(Expression)),
    ("depends_on", Argument(Expression)),
    ("sensitive", Argument(Literal)),
    ("ephemeral", Argument(Literal)),
    ("deprecated", Argument(Literal)),
    ("precondition", Blocks(0, &CONDITION)),
    ("postcondition", Blocks(0, &CONDITION)),
]);

static PROVIDER: Schema = open(&[
    ("alias", Argument(Literal)),
    ("version", Argument(Literal)),
    ("count", Argument(Lenient)),
    ("depends_on", Argument(Lenient)),
    ("for_each", Argument(Lenient)),
    ("source", Argument(Lenient)),
    ("lifecycle", UNKNOWN),
    ("locals", UNKNOWN),
    ("_", Blocks(0, &OPEN)),
]);

static MODULE: Schema = Schema {
    properties: &[
        // Literal in Terraform up to 1.14; later ones and OpenTofu have templates there.
        ("source", Argument(Lenient)),
        ("version", Argument(Lenient)),
        ("count", Argument(Template)),
        ("for_each", Argument(Template)),
        ("depends_on", Argument(Expression)),
        ("providers", Argument(Expression)),
        ("ignore_nested_deprecations", Argument(Lenient)),
        ("lifecycle", UNKNOWN),
        ("locals", UNKNOWN),
        ("provider", UNKNOWN),
        ("_", Blocks(0, &INPUTS)),
    ],
    rest: Argument(Template),
    merges: true,
};

static INPUTS: Schema = Schema { properties: &[], rest: Argument(Template), merges: true };

static RESOURCE: Schema = open(&[
    ("count", Argument(Template)),
    ("for_each", Argument(Template)),
    ("provider", Argument(Expression)),
    ("depends_on", Argument(Expression)),
    ("lifecycle", Blocks(0, &LIFECYCLE)),
    ("connection", Blocks(0, &OPEN)),
    ("provisioner", Blocks(1, &PROVISIONER)),
    ("locals", UNKNOWN),
    ("_", Blocks(0, &OPEN)),
]);

static DATA: Schema = open(&[
    ("count", Argument(Template)),
    ("for_each", Argument(Template)),
    ("provider", Argument(Expression)),
    ("depends_on", Argument(Expression)),
    ("lifecycle", Blocks(0, &LIFECYCLE)),
    ("locals", UNKNOWN),
    ("_", Blocks(0, &OPEN)),
]);

static LIFECYCLE: Schema = closed(&[
    ("create_before_destroy", Argument(Literal)),
    // OpenTofu evaluates these two.
    ("prevent_destroy", Argument(Lenient)),
    ("enabled", Argument(Lenient)),
    ("ignore_changes", Argument(Expression)),
    ("replace_triggered_by", Argument(Expression)),
    ("destroy", Argument(Literal)),
    ("precondition", Blocks(0, &CONDITION)),
    ("postcondition", Blocks(0, &CONDITION)),
    ("action_trigger", Blocks(0, &ACTION_TRIGGER)),
]);

static ACTION_TRIGGER: Schema = closed(&[
    ("events", Argument(Expression)),
    ("condition", Argument(Template)),
    ("actions", Argument(Expression)),
    ("on_failure", Argument(Expression)),
]);

static PROVISIONER: Schema = open(&[
    ("when", Argument(Expression)),
    ("on_failure", Argument(Expression)),
    ("connection", Blocks(0, &OPEN)),
    ("lifecycle", UNKNOWN),
    ("_", Blocks(0, &OPEN)),
]);

static ACTION: Schema = closed(&[
    ("count", Argument(Template)),
    ("for_each", Argument(Template)),
    ("provider", Argument(Expression)),
    ("config", Blocks(0, &OPEN)),
]);

static LIST: Schema = closed(&[
    ("count", Argument(Template)),
    ("for_each", Argument(Template)),
    ("provider", Argument(Expression)),
    ("include_resource", Argument(Template)),
    ("limit", Argument(Template)),
    ("config", Blocks(0, &OPEN)),
]);

static MOVED: Schema = closed(&[("from", Argument(Expression)), ("to", Argument(Expression))]);

static REMOVED: Schema = closed(&[
    ("from", Argument(Expression)),
    ("lifecycle", Blocks(0, &REMOVED_LIFECYCLE)),
    ("connection", Blocks(0, &OPEN)),
    ("provisioner", Blocks(1, &PROVISIONER)),
]);

static REMOVED_LIFECYCLE: Schema = closed(&[("destroy", Argument(Literal))]);

static IMPORT: Schema = closed(&[
    ("provider", Argument(Expression)),
    ("for_each", Argument(Template)),
    ("id", Argument(Template)),
    ("identity", Argument(Template)),
    ("to", Argument(Expression)),
]);

static CHECK: Schema = closed(&[("data", Blocks(2, &DATA)), ("assert", Blocks(0, &CONDITION))]);
