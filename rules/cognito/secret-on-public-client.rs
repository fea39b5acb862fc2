//! Judges from flows and callback URLs whether a client with a secret can keep it.

use diagnostics::Level;
use engine::{BlockContext, Reporter};
use value::Value;

use crate::url::{KnownText, Loopback, loopback};

/// Reports the secret of a client that runs where its users can look.
pub(crate) fn check(cx: &BlockContext<'_>, reporter: &mut Reporter<'_>) {
    let secret = cx.get("generate_secret");
    if secret.as_bool() != Some(true) {
        return;
    }
    let flows = cx.elements("allowed_oauth_flows");
    if let Some(flow) = flows.iter().find(|flow| flow.as_str() == Some("implicit")) {
        let message =
            "an app that uses the implicit flow runs in a browser and cannot keep a client secret";
        reporter
            .report(&secret, message)
            .because(&[flow])
            .related(flow, "the flow is allowed here")
            .emit();
        return;
    }
    // A server that signs in as itself may keep a secret, whatever URLs are there.
    let is_machine = |flow: &Value| flow.as_str() == Some("client_credentials");
    let all = cx.get("allowed_oauth_flows");
    if !all.is_wholly_known() || flows.iter().any(is_machine) {
        return;
    }
    let callbacks = cx.get("callback_urls");
    let urls = cx.elements("callback_urls");
    let devices: Option<Vec<Device>> = urls.iter().map(device).collect();
    let Some(devices) = devices.filter(|devices| !devices.is_empty()) else {
        return;
    };
    let has_app = devices.contains(&Device::App);
    let message =
        "all callback URLs lead to the user's own device, where no client secret can be kept";
    reporter
        .report(&secret, message)
        // A server under development has such URLs too.
        .level(if has_app { Level::Warning } else { Level::Note })
        .because(&[&callbacks])
        .related(&callbacks, "these are the callback URLs")
        .emit();
}

/// What answers on the device of the user.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Device {
    /// An app with a scheme of its own.
    App,
    /// Something that listens on the machine.
    Loopback,
}

/// What of the user's device a URL certainly leads to.
fn device(url: &Value) -> Option<Device> {
    let url = KnownText::of(url)?;
    let scheme = url.scheme()?;
    if url.is_web() {
        return (loopback(&url) == Loopback::Yes).then_some(Device::Loopback);
    }
    // `localhost:3000` is a URL without its scheme.
    (!scheme.eq_ignore_ascii_case("localhost")).then_some(Device::App)
}
