//! The binary: parse arguments, set up logging, call a command, map its end to an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    return_memory();
    taspa::cli::main()
}

/// Has glibc give large blocks back to the system at once, and small ones come from two heaps instead of eight a processor: else what one large
/// feed took is kept by every thread that ever read one.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "there is no safe way to tell the allocator")]
fn return_memory() {
    // SAFETY: mallopt(3) takes two numbers and is called before there is a second thread; a number that it does not take changes nothing.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, 128 << 10);
        libc::mallopt(libc::M_ARENA_MAX, 2);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn return_memory() {}
