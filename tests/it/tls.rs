//! Real TLS: whom a source trusts, and which HTTP is spoken.
//!
//! The server's certificate is for 127.0.0.1 alone, until 2125, and of an authority whose key nobody has any more.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::support::binary::Workplace;
use crate::support::feeds::{Item, rss};

const AUTHORITY: &str = include_str!("tls/authority.pem");
const CERTIFICATE: &str = include_str!("tls/server.pem");
const KEY: &str = include_str!("tls/server.key");

/// A server of one feed, whose only item is called after the HTTP that it was asked by.
struct Server {
    address: SocketAddr,
    _runtime: tokio::runtime::Runtime,
}

impl Server {
    /// `speaks`: its protocols by their names in TLS (RFC 7301), the best one first.
    fn start(speaks: &[&str]) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config(speaks)));
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // A client that does not trust us goes away.
                tokio::spawn(answer(acceptor.clone(), stream));
            }
        });
        Self { address, _runtime: runtime }
    }

    fn url(&self, host: &str) -> String {
        format!("https://{host}:{}/feed", self.address.port())
    }
}

fn config(speaks: &[&str]) -> ServerConfig {
    let certificate = CertificateDer::from_pem_slice(CERTIFICATE.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(KEY.as_bytes()).unwrap();
    let builder = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let mut config = builder.with_single_cert(vec![certificate], key).unwrap();
    config.alpn_protocols = speaks.iter().map(|name| name.as_bytes().to_vec()).collect();
    config
}

async fn answer(acceptor: TlsAcceptor, stream: TcpStream) -> io::Result<()> {
    let mut stream = acceptor.accept(stream).await?;
    if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
        return answer_h2(stream).await.map_err(io::Error::other);
    }
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let body = document("HTTP/1.1");
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

async fn answer_h2(stream: tokio_rustls::server::TlsStream<TcpStream>) -> Result<(), h2::Error> {
    let mut connection = h2::server::handshake(stream).await?;
    while let Some(request) = connection.accept().await {
        let (_, mut respond) = request?;
        let mut body = respond.send_response(http::Response::new(()), false)?;
        body.send_data(document("HTTP/2").into(), true)?;
    }
    Ok(())
}

fn document(spoken: &str) -> String {
    rss(&[Item::new(1).title(spoken)])
}

/// A workplace with a source `a` there.
fn workplace(url: &str, keys: &str) -> Workplace {
    let workplace = Workplace::new();
    std::fs::write(workplace.path("authority.pem"), AUTHORITY).unwrap();
    std::fs::write(workplace.path("server.pem"), CERTIFICATE).unwrap();
    workplace.config(&format!("[[source]]\nname = \"a\"\nurl = \"{url}\"\n{keys}\n"));
    workplace
}

#[test]
fn a_source_trusts_the_authority_of_its_own_file_and_no_other_name() {
    let server = Server::start(&["http/1.1"]);
    for (host, file, expected) in [
        ("127.0.0.1", "authority.pem", "a: 1 new"),
        ("127.0.0.1", "server.pem", "a: error: the host could not prove its identity: invalid peer certificate: UnknownIssuer"),
        (
            "localhost",
            "authority.pem",
            "a: error: the host could not prove its identity: invalid peer certificate: certificate not valid for name",
        ),
    ] {
        let keys = format!("ca_file = \"{file}\"");
        let output = workplace(&server.url(host), &keys).taspa(&["fetch"]).expect_code(0);
        assert!(output.stdout.contains(expected), "{output}");
    }
}

#[test]
fn http_2_is_spoken_with_servers_that_like_it_unless_the_admin_wants_http_1() {
    let (modern, old) = (Server::start(&["h2", "http/1.1"]), Server::start(&["http/1.1"]));
    for (server, keys, expected) in [(&modern, "", "HTTP/2"), (&modern, "http1 = true", "HTTP/1.1"), (&old, "", "HTTP/1.1")] {
        let workplace = workplace(&server.url("127.0.0.1"), &format!("ca_file = \"authority.pem\"\n{keys}"));
        let output = workplace.taspa(&["fetch"]).expect_code(0);
        assert!(output.stdout.contains("a: 1 new"), "{output}");
        let connection = rusqlite::Connection::open(workplace.database()).unwrap();
        let title: String = connection.query_row("SELECT title FROM entry", [], |row| row.get(0)).unwrap();
        assert_eq!(title, expected, "{keys}");
    }
}
