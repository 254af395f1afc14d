//! A log shipper: YAML configuration, inotify watches, a spool on disk with a lock, an upstream over TCP.
use std::{fs::File, io::Write, net::TcpStream, path::PathBuf, time::Duration};

use anyhow::{Context, Result};
use fs2::FileExt;
use notify::{RecursiveMode, Watcher};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Upstream {
    host: String,
    port: u16,
}

#[derive(Debug, Deserialize)]
struct Settings {
    upstream: Option<Upstream>,
    watch: PathBuf,
    spool: PathBuf,
    #[serde(default)]
    batch_kib: usize,
    #[serde(default)]
    open_segments: usize,
    #[serde(default)]
    threads: usize,
}

fn run() -> Result<()> {
    let file = std::env::args().nth(1).unwrap_or_else(|| "/config/shipper.yaml".into());
    tracing::info!(%file, "loading configuration");
    let settings: Settings = config::Config::builder()
        .add_source(config::File::with_name(&file))
        .add_source(config::Environment::with_prefix("SHIPPER").separator("__"))
        .build()
        .context("failed to load configuration")?
        .try_deserialize()
        .context("failed to load configuration")?;
    std::fs::create_dir_all(&settings.spool)
        .with_context(|| format!("failed to create spool {}", settings.spool.display()))?;
    let lock = File::create(settings.spool.join(".lock"))
        .with_context(|| format!("failed to open {}", settings.spool.join(".lock").display()))?;
    lock.try_lock_exclusive()
        .with_context(|| format!("spool {} is locked by another shipper", settings.spool.display()))?;
    tracing::info!(spool = %settings.spool.display(), "spool opened");
    let mut watcher = notify::recommended_watcher(|event| tracing::debug!(?event, "file event"))
        .context("failed to create file watcher")?;
    watcher
        .watch(&settings.watch, RecursiveMode::Recursive)
        .context("failed to watch log folder")?;
    tracing::info!(folder = %settings.watch.display(), "watching");
    let mut segments = Vec::new();
    for number in 0..settings.open_segments {
        let name = settings.spool.join(format!("segment-{number:06}.log"));
        segments.push(File::create(&name).with_context(|| format!("failed to open segment {}", name.display()))?);
    }
    let block = vec![b'x'; settings.batch_kib * 1024];
    for batch in 0..8 {
        if settings.batch_kib > 0 {
            let name = settings.spool.join(format!("batch-{batch:08}"));
            let mut out = File::create(&name).with_context(|| format!("failed to create {}", name.display()))?;
            out.write_all(&block).context("failed to flush batch to spool")?;
            tracing::info!(batch, bytes = block.len(), "batch spooled");
        }
    }
    for number in 0..settings.threads {
        std::thread::Builder::new()
            .name(format!("tail-{number}"))
            .stack_size(64 * 1024)
            .spawn(|| std::thread::sleep(Duration::from_secs(60)))
            .with_context(|| format!("failed to spawn tail thread {number}"))?;
    }
    if let Some(upstream) = &settings.upstream {
        for attempt in 1..=6u32 {
            match TcpStream::connect((upstream.host.as_str(), upstream.port)) {
                Ok(_) => {
                    tracing::info!(host = %upstream.host, port = upstream.port, "connected to upstream");
                    break;
                }
                Err(error) if attempt < 6 => {
                    tracing::warn!(attempt, %error, "upstream connect failed, backing off");
                    std::thread::sleep(Duration::from_millis(300 * u64::from(attempt)));
                }
                Err(error) => {
                    return Err(error)
                        .with_context(|| format!("upstream {}:{} is unreachable", upstream.host, upstream.port))
                }
            }
        }
    }
    tracing::info!("ready");
    std::thread::sleep(Duration::from_secs(600));
    Ok(())
}

fn main() -> Result<()> {
    tracing_subscriber::fmt().with_ansi(std::env::var("NO_COLOR").is_err()).init();
    run()
}
