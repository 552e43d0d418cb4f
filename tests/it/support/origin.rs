//! An HTTP/1.1 origin on loopback that says exactly what a test scripted, and remembers what it was asked.
//!
//! Real sockets, a thread a connection, keep-alive. It adds no header beyond framing: no Date, no Server, no
//! Content-Type that the test did not give. Dropping it ends every wait and every connection, and joins every thread.

use std::collections::{HashMap, VecDeque};
use std::io::{self, BufReader};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::panic::resume_unwind;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::exchange::After;
pub use super::exchange::{Gate, Reply, Request};
use super::message::{read_framed_body, read_head};

/// A scripted origin; paths are answered as they were put and pushed, any other with 404.
///
/// A path may carry a query: a script for the whole target wins over one for the path alone.
///
/// ```ignore
/// let origin = Origin::start();
/// origin.put("/feed.xml", Reply::ok(feeds::rss(&[Item::new(1)])).etag("\"v1\""));
/// origin.push("/feed.xml", Reply::ok("").status(503).header("Retry-After", "120"));
/// ```
pub struct Origin {
    address: SocketAddr,
    shared: Arc<Shared>,
    /// Accepts, and joins the threads of its connections before it ends. Taken by `drop`.
    accepting: Option<JoinHandle<()>>,
}

impl Origin {
    /// An origin on a free port of 127.0.0.1, with an empty script.
    pub fn start() -> Origin {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let shared = Arc::new(Shared::default());
        let accepting = thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        });
        Origin { address, shared, accepting: Some(accepting) }
    }

    /// `path`, which begins with a slash, as an absolute URL here.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sets the standing reply of `path`, in place of an earlier one.
    pub fn put(&self, path: &str, reply: Reply) {
        let mut state = self.shared.state();
        state.gates.extend(reply.gate.clone());
        state.standing.insert(path.to_owned(), reply);
    }

    /// Queues a reply for one request to `path`; queued replies go first, in order.
    pub fn push(&self, path: &str, reply: Reply) {
        let mut state = self.shared.state();
        state.gates.extend(reply.gate.clone());
        state.queued.entry(path.to_owned()).or_default().push_back(reply);
    }

    /// Every request so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.state().requests.clone()
    }

    /// The requests to `path`: with any query, or with exactly that one which `path` carries.
    pub fn requests_to(&self, path: &str) -> Vec<Request> {
        self.shared.state().requests_to(path)
    }

    /// The requests to `path` as soon as there are `n` or more; panics when `bound` passes first.
    #[track_caller]
    pub fn wait_for_requests(&self, path: &str, n: usize, bound: Duration) -> Vec<Request> {
        let (state, _) = self
            .shared
            .changed
            .wait_timeout_while(self.shared.state(), bound, |state| state.requests_to(path).len() < n)
            .unwrap_or_else(PoisonError::into_inner);
        let came = state.requests_to(path);
        let all: Vec<String> = state.requests.iter().map(|request| format!("{} {}", request.method, request.path)).collect();
        drop(state);
        assert!(came.len() >= n, "{} of {n} requests to {path} within {bound:?}; all that came: {all:?}", came.len(),);
        came
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.shared.stop();
        // Wakes `accept`, which then sees that it is over.
        let _ = TcpStream::connect(self.address);
        let ended = self.accepting.take().map(JoinHandle::join);
        if let Some(Err(panic)) = ended
            && !thread::panicking()
        {
            resume_unwind(panic);
        }
    }
}

/// What the test and the threads of the origin have in common. Locked after a gate, never before one.
#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    /// A request came, or the origin stops.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    standing: HashMap<String, Reply>,
    queued: HashMap<String, VecDeque<Reply>>,
    requests: Vec<Request>,
    /// Every gate of the script, so that stopping can wake who waits there.
    gates: Vec<Gate>,
    /// Owned by their threads; kept here so that stopping can shut them.
    connections: Vec<Weak<TcpStream>>,
    is_stopping: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a new connection; `false` when the origin stops and wants no more.
    fn admit(&self, connection: &Arc<TcpStream>) -> bool {
        let mut state = self.state();
        state.connections.retain(|known| known.strong_count() > 0);
        state.connections.push(Arc::downgrade(connection));
        !state.is_stopping
    }

    /// Records `request` and takes the reply that the script holds for it.
    fn record(&self, request: &Request) -> Reply {
        let mut state = self.state();
        state.requests.push(request.clone());
        self.changed.notify_all();
        state
            .scripted(&request.path)
            .or_else(|| state.scripted(request.path_alone()))
            .unwrap_or_else(|| Reply::ok("no such path\n").status(404).content_type("text/plain"))
    }

    /// Lets `pause` pass, or less when the origin stops.
    fn pause(&self, pause: Duration) {
        let _state =
            self.changed.wait_timeout_while(self.state(), pause, |state| !state.is_stopping).unwrap_or_else(PoisonError::into_inner);
    }

    fn stop(&self) {
        let mut state = self.state();
        state.is_stopping = true;
        for connection in state.connections.iter().filter_map(Weak::upgrade) {
            // Fails only where the peer has closed already.
            let _ = connection.shutdown(Shutdown::Both);
        }
        let gates = std::mem::take(&mut state.gates);
        drop(state);
        self.changed.notify_all();
        gates.iter().for_each(Gate::wake);
    }
}

impl State {
    fn scripted(&mut self, path: &str) -> Option<Reply> {
        self.queued.get_mut(path).and_then(VecDeque::pop_front).or_else(|| self.standing.get(path).cloned())
    }

    fn requests_to(&self, path: &str) -> Vec<Request> {
        self.requests.iter().filter(|request| request.path == path || request.path_alone() == path).cloned().collect()
    }
}

fn accept(listener: &TcpListener, shared: &Shared) {
    thread::scope(|scope| {
        for connection in listener.incoming() {
            // A peer that is gone before it was accepted is no concern of the test.
            let Ok(connection) = connection.map(Arc::new) else {
                continue;
            };
            if !shared.admit(&connection) {
                break;
            }
            // An error here is a peer that left, or spoke no HTTP: the connection ends, the test sees what came before.
            scope.spawn(move || serve(&connection, shared).ok());
        }
    });
}

/// Answers the requests of one connection until either side wants it closed.
fn serve(connection: &TcpStream, shared: &Shared) -> io::Result<()> {
    // A drip must leave when it is written.
    connection.set_nodelay(true)?;
    let mut reader = BufReader::new(connection);
    while let Some(head) = read_head(&mut reader)? {
        let body = read_framed_body(&mut reader, &head.headers)?.unwrap_or_default();
        let mut words = head.start.split(' ').map(str::to_owned);
        let (Some(method), Some(path), Some(version)) = (words.next(), words.next(), words.next()) else {
            break;
        };
        let wants_close = version != "HTTP/1.1" || head.headers.lists("Connection", "close");
        let request = Request { method, path, headers: head.headers, body, at: Instant::now() };

        let reply = shared.record(&request);
        if let Some(gate) = &reply.gate {
            gate.wait(|| shared.state().is_stopping);
        }
        shared.pause(reply.delay);
        let after = reply.send(&request, connection, |pause| shared.pause(pause))?;
        if after == After::Close || wants_close {
            break;
        }
    }
    Ok(())
}
