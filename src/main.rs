//! The binary: parse arguments, set up logging, call a command, map its end to an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    return_memory();
    taspa::cli::main()
}

/// Has glibc give large blocks back to the system at once, as it does until the first one is freed: else every thread keeps what the largest
/// feed took that it ever read. A usual feed's body stays below and costs no page faults.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "there is no safe way to tell the allocator")]
fn return_memory() {
    // SAFETY: mallopt(3) takes two numbers and is called before there is a second thread; a number that it does not take changes nothing.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, 512 << 10);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn return_memory() {}
