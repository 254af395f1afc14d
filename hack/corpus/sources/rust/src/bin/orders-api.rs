//! An order service: axum, sqlx with migrations, a payment provider over HTTPS, settings from the environment.
use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, Result};
use axum::{routing::get, Router};
use clap::Parser;
use sqlx::postgres::PgPoolOptions;
use tracing::{error, info, warn};
use tracing_subscriber::EnvFilter;

#[derive(Parser, Debug)]
#[command(version, about = "Order service")]
struct Settings {
    /// Where the orders are kept
    #[arg(long, env = "DATABASE_URL")]
    database_url: Option<String>,
    /// Address to serve on
    #[arg(long, env = "LISTEN_ADDR", default_value = "0.0.0.0:8080")]
    listen_addr: SocketAddr,
    /// Payment provider
    #[arg(long, env = "PAYMENTS_URL")]
    payments_url: Option<String>,
    /// Seconds that a request may take
    #[arg(long, env = "REQUEST_TIMEOUT", default_value_t = 30)]
    request_timeout: u64,
    #[arg(long, env = "LOG_FORMAT", default_value = "text")]
    log_format: String,
    /// Fail at once when the database is away
    #[arg(long, env = "DATABASE_ATTEMPTS", default_value_t = 5)]
    database_attempts: u32,
}

async fn connect(settings: &Settings, url: &str) -> Result<sqlx::PgPool> {
    let mut attempt = 1;
    loop {
        match PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(3))
            .connect(url)
            .await
        {
            Ok(pool) => return Ok(pool),
            Err(error) if attempt < settings.database_attempts => {
                warn!(attempt, %error, "database is not available yet, trying again");
                attempt += 1;
                tokio::time::sleep(Duration::from_millis(700)).await;
            }
            Err(error) => return Err(error).context("failed to connect to the order database"),
        }
    }
}

async fn serve(settings: Settings) -> Result<()> {
    info!(version = env!("CARGO_PKG_VERSION"), "starting orders-api");
    let mut router = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/orders", get(|| async { axum::Json(serde_json::json!([])) }));
    if let Some(url) = &settings.database_url {
        let pool = connect(&settings, url).await?;
        info!("connected to database");
        let folder = std::env::var("MIGRATIONS").unwrap_or_else(|_| "migrations".into());
        let migrator = sqlx::migrate::Migrator::new(std::path::Path::new(&folder))
            .await
            .with_context(|| format!("cannot read migrations from {folder}"))?;
        migrator.run(&pool).await.context("failed to run database migrations")?;
        info!("database schema is up to date");
        let count: (i64,) = sqlx::query_as("SELECT count(*) FROM orders")
            .fetch_one(&pool)
            .await
            .context("failed to load open orders")?;
        info!(orders = count.0, "loaded open orders");
        router = router.layer(axum::Extension(pool));
    }
    if let Some(url) = &settings.payments_url {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(2)).build()?;
        let answer = client
            .get(format!("{url}/v1/status"))
            .bearer_auth(std::env::var("PAYMENTS_TOKEN").unwrap_or_default())
            .send()
            .await
            .context("payment provider self-check failed")?;
        answer.error_for_status().context("payment provider self-check failed")?;
        info!("payment provider reachable");
    }
    let listener = tokio::net::TcpListener::bind(settings.listen_addr)
        .await
        .with_context(|| format!("failed to bind {}", settings.listen_addr))?;
    info!(address = %listener.local_addr()?, "listening");
    axum::serve(listener, router)
        .with_graceful_shutdown(async {
            let mut term =
                tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).unwrap();
            term.recv().await;
            info!("SIGTERM received, shutting down gracefully");
        })
        .await?;
    info!("bye");
    Ok(())
}

#[tokio::main]
async fn main() {
    let settings = Settings::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    if settings.log_format == "json" {
        tracing_subscriber::fmt().json().with_env_filter(filter).init();
    } else {
        tracing_subscriber::fmt().with_env_filter(filter).init();
    }
    if let Err(fault) = serve(settings).await {
        error!("orders-api terminated: {fault:#}");
        std::process::exit(1);
    }
}
