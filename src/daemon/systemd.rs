//! Tells systemd how the daemon stands (sd_notify(3)); silent where nobody listens.

use std::os::linux::net::SocketAddrExt;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Sends one state, such as `READY=1`, to the socket that `NOTIFY_SOCKET` names.
pub(super) fn notify(state: &str) {
    let Some(name) = std::env::var_os("NOTIFY_SOCKET").filter(|name| !name.is_empty()) else { return };
    let address = match name.as_bytes().strip_prefix(b"@") {
        Some(abstract_name) => SocketAddr::from_abstract_name(abstract_name),
        None => SocketAddr::from_pathname(&name),
    };
    let sent = address.and_then(|address| {
        let socket = UnixDatagram::unbound()?;
        // systemd takes RELOADING=1 only together with the moment that it was sent at.
        let message =
            if state.starts_with("RELOADING") { format!("{state}\nMONOTONIC_USEC={}", monotonic_usec()) } else { state.to_owned() };
        socket.send_to_addr(message.as_bytes(), &address)
    });
    if let Err(error) = sent {
        tracing::warn!(%error, "systemd could not be told {state}");
    }
}

/// The time since the machine started, in microseconds. systemd wants CLOCK_MONOTONIC, which the standard library keeps to itself; this
/// differs from it by the time that the machine slept, and is only compared with the time of earlier messages.
fn monotonic_usec() -> u64 {
    let uptime = std::fs::read_to_string("/proc/uptime").unwrap_or_default();
    let seconds: f64 = uptime.split(' ').next().and_then(|seconds| seconds.parse().ok()).unwrap_or_default();
    (seconds * 1_000_000.0) as u64
}
