use std::{collections::HashMap, path::PathBuf, time::Duration};

use color_eyre::eyre::{ensure, eyre, Result, WrapErr};
use serde::Deserialize;
use tokio::signal::unix::{signal, SignalKind};
use tracing::{info, warn};

#[derive(Debug, Deserialize)]
struct Settings {
    database_url: String,
    spool: PathBuf,
    batch: u16,
    #[serde(default)]
    regions: HashMap<String, f64>,
}

fn settings() -> Result<Settings> {
    let path = std::env::var("WORKER_CONFIG").wrap_err("WORKER_CONFIG")?;
    config::Config::builder()
        .add_source(config::File::with_name(&path))
        .add_source(config::Environment::with_prefix("WORKER"))
        .build()
        .wrap_err_with(|| format!("could not read settings from {path}"))?
        .try_deserialize()
        .wrap_err("could not understand the settings")
}

async fn client(url: &str) -> Result<tokio_postgres::Client> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .wrap_err("connecting to the order database")?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            warn!(%error, "database connection ended");
        }
    });
    Ok(client)
}

fn write(spool: &std::path::Path, number: usize, text: &str) -> Result<()> {
    let file = spool.join(format!("batch-{number:04}.csv"));
    std::fs::write(&file, text.repeat(20_000)).wrap_err_with(|| format!("writing {}", file.display()))
}

async fn work() -> Result<()> {
    let settings = settings()?;
    info!(batch = settings.batch, spool = %settings.spool.display(), "worker starts");
    std::fs::create_dir_all(&settings.spool)
        .wrap_err_with(|| format!("creating the spool {}", settings.spool.display()))?;
    let database = client(&settings.database_url).await?;
    let rows = database
        .query("select region, total from orders order by id limit 100", &[])
        .await
        .wrap_err("reading open orders")?;
    info!(rows = rows.len(), "orders read");
    for (number, row) in rows.iter().enumerate() {
        let (region, total): (String, i32) = (row.get(0), row.get(1));
        let share = settings
            .regions
            .get(&region)
            .copied()
            .unwrap_or_else(|| if region.len() == 2 { 1.0 } else { panic!("region {region:?} has no share") });
        ensure!(total >= 0, eyre!("order of {region} has a negative total {total}: refusing to connect it"));
        write(&settings.spool, number, &format!("{region},{}\n", f64::from(total) * share))?;
    }
    info!("batch done, waiting for the next");
    let mut term = signal(SignalKind::terminate())?;
    let mut ticks = 0;
    loop {
        tokio::select! {
            _ = term.recv() => break,
            () = tokio::time::sleep(Duration::from_millis(700)) => {
                ticks += 1;
                if let Err(error) = database.query_one("select total from orders where id = $1", &[&ticks]).await {
                    warn!(%error, order = ticks, "no such order, skipped");
                }
            }
        }
    }
    info!("SIGTERM, worker stops");
    Ok(())
}

#[tokio::main]
async fn main() -> Result<()> {
    color_eyre::install()?;
    tracing_subscriber::fmt().with_ansi(false).with_env_filter("info").init();
    work().await
}
