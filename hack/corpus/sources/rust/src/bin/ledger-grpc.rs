//! A gRPC service behind a sidecar proxy: tonic on a Unix socket (or TCP), written as tonic's own `uds` example is.
use std::path::Path;

use tokio::net::UnixListener;
use tokio_stream::wrappers::UnixListenerStream;
use tonic::transport::Server;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_target(true).init();
    let (mut reporter, health) = tonic_health::server::health_reporter();
    reporter
        .set_service_status("ledger.v1.Ledger", tonic_health::ServingStatus::Serving)
        .await;
    tracing::info!("ledger-grpc {} starting", env!("CARGO_PKG_VERSION"));
    if let Ok(address) = std::env::var("GRPC_ADDR") {
        tracing::info!("grpc server starting");
        Server::builder().add_service(health).serve(address.parse()?).await?;
        return Ok(());
    }
    let path = std::env::var("GRPC_SOCKET").unwrap_or_else(|_| "/run/ledger/ledger.sock".into());
    std::fs::create_dir_all(Path::new(&path).parent().unwrap())?;
    let uds = UnixListener::bind(&path)?;
    tracing::info!("serving");
    let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    Server::builder()
        .add_service(health)
        .serve_with_incoming_shutdown(UnixListenerStream::new(uds), async move {
            term.recv().await;
        })
        .await?;
    tracing::info!("server stopped");
    Ok(())
}
