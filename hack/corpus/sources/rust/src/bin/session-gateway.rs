//! A session gateway: actix-web, env_logger, redis.
use actix_web::{get, middleware::Logger, web, App, HttpResponse, HttpServer, Responder};
use redis::AsyncCommands;

#[get("/healthz")]
async fn healthz() -> impl Responder {
    HttpResponse::Ok().body("ok")
}

fn io(error: redis::RedisError) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::Other, error)
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    env_logger::init_from_env(env_logger::Env::new().default_filter_or("info"));
    let port: u16 = std::env::var("PORT").unwrap_or_else(|_| "8080".into()).parse().expect("PORT must be a number");
    if let Ok(url) = std::env::var("REDIS_URL") {
        let client = redis::Client::open(url.as_str()).expect("invalid REDIS_URL");
        log::info!("connecting to redis");
        let mut connection = client.get_multiplexed_async_connection().await.map_err(io)?;
        let known: i64 = connection.incr("gateway:starts", 1).await.map_err(|error| {
            log::error!("redis: {error}");
            io(error)
        })?;
        log::info!("session store ready, start number {known}");
    }
    let secret = std::env::var("SESSION_SECRET").expect("SESSION_SECRET must be set");
    log::info!("starting HTTP server at http://0.0.0.0:{port}");
    HttpServer::new(move || {
        App::new()
            .app_data(web::Data::new(secret.clone()))
            .wrap(Logger::default())
            .service(healthz)
    })
    .workers(2)
    .bind(("0.0.0.0", port))?
    .run()
    .await
}
