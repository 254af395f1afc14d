//! An edge agent that asks a settings service for its values and goes on with built-in ones when it gets none.
use std::time::Duration;

use serde::Deserialize;
use tracing::{error, info, warn};

#[derive(Debug, Deserialize)]
struct Remote {
    upstream: String,
    bind: String,
    max_frame: usize,
}

async fn fetch(url: &str) -> Result<Remote, reqwest::Error> {
    reqwest::Client::builder()
        .timeout(Duration::from_secs(1))
        .build()?
        .get(url)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await
}

#[tokio::main]
async fn main() {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new("info"))
        .with_ansi(std::env::var("NO_COLOR").is_err())
        .init();
    let url = std::env::var("SETTINGS_URL").unwrap_or_else(|_| "http://settings.platform.svc:8500/v1/edge".into());
    info!("edge-agent {} fetching settings", env!("CARGO_PKG_VERSION"));
    let remote = match fetch(&url).await {
        Ok(remote) => remote,
        Err(error) => {
            warn!(%url, %error, "could not read settings from settings service, falling back to built-in defaults (upstream=127.0.0.1:7400, max_frame=64)");
            Remote { upstream: "127.0.0.1:7400".into(), bind: "127.0.0.1:9400".into(), max_frame: 64 }
        }
    };
    let _listener = tokio::net::TcpListener::bind(&remote.bind).await.expect("bind");
    info!(bind = %remote.bind, upstream = %remote.upstream, "agent configured");
    for attempt in 1..=4 {
        match tokio::net::TcpStream::connect(&remote.upstream).await {
            Ok(_) => {
                info!(max_frame = remote.max_frame, "upstream connected, agent is ready");
                tokio::time::sleep(Duration::from_secs(600)).await;
            }
            Err(error) => error!(attempt, %error, "cannot reach upstream {}", remote.upstream),
        }
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
    error!("giving up on upstream {}", remote.upstream);
    std::process::exit(1);
}
