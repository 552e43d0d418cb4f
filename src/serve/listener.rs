//! Where connections come from: a TCP port, a socket in the file system, or a socket that systemd has opened.

use std::fs::Permissions;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::Path;

use listenfd::ListenFd;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};

use crate::config::Listen;

/// A connection.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A socket that listens.
#[derive(Debug)]
pub enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Listener {
    /// The socket that systemd passes on (sd_listen_fds(3)), if it does; else one that is opened where the config says.
    ///
    /// # Errors
    /// When it cannot be opened, or what was passed on is no listening socket.
    pub async fn open(listen: &Listen) -> io::Result<Self> {
        let mut passed = ListenFd::from_env();
        if passed.len() > 0 {
            if let Ok(Some(listener)) = passed.take_tcp_listener(0) {
                listener.set_nonblocking(true)?;
                return TcpListener::from_std(listener).map(Self::Tcp);
            }
            let listener =
                passed.take_unix_listener(0)?.ok_or_else(|| io::Error::other("what systemd passed on is no listening socket"))?;
            listener.set_nonblocking(true)?;
            return UnixListener::from_std(listener).map(Self::Unix);
        }
        match listen {
            Listen::Tcp(address) => TcpListener::bind(address).await.map(Self::Tcp),
            Listen::Unix(path) => {
                remove_left_over(path)?;
                let listener = UnixListener::bind(path)?;
                // As open as a port of this machine: a proxy runs as another user. Its folder may say otherwise.
                std::fs::set_permissions(path, Permissions::from_mode(0o666))?;
                Ok(Self::Unix(listener))
            }
        }
    }

    /// The TCP address, with the port that was taken.
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Tcp(listener) => listener.local_addr().ok(),
            Self::Unix(_) => None,
        }
    }

    /// A connection, and who it is from where that can be told.
    pub(super) async fn accept(&self) -> io::Result<(Box<dyn Stream>, Option<IpAddr>)> {
        Ok(match self {
            Self::Tcp(listener) => {
                let (stream, client) = listener.accept().await?;
                // Small answers must not wait for more to send.
                let _ = stream.set_nodelay(true);
                (Box::new(stream), Some(client.ip()))
            }
            Self::Unix(listener) => (Box::new(listener.accept().await?.0), None),
        })
    }
}

/// Removes a socket on which nobody listens any more. The daemon's lock has told already that no other one runs on this database.
fn remove_left_over(path: &Path) -> io::Result<()> {
    let is_socket = path.symlink_metadata().is_ok_and(|file| file.file_type().is_socket());
    if is_socket && std::os::unix::net::UnixStream::connect(path).is_err() { std::fs::remove_file(path) } else { Ok(()) }
}
