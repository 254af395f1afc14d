//! A feature store on sled; it trusts its own unwraps.
use std::collections::HashMap;

fn warm_up(db: &sled::Db, batch: usize) -> HashMap<String, Vec<f64>> {
    let mut all = HashMap::new();
    for row in 0..batch {
        let row = format!("user:{row}");
        db.insert(row.as_bytes(), vec![7u8; 64]).unwrap();
        all.insert(row, vec![0.5; 16]);
    }
    all
}

fn main() {
    env_logger::Builder::from_env(env_logger::Env::default().default_filter_or("info,sled=warn")).init();
    let folder = std::env::var("FEATURE_DB").unwrap_or_else(|_| "/data/features".into());
    log::info!("opening feature database {folder}");
    let db = sled::open(&folder).expect("feature database cannot be opened");
    log::info!("recovered: {}, {} keys", db.was_recovered(), db.len());
    let batch = std::env::var("WARMUP").map(|v| v.parse().expect("WARMUP")).unwrap_or(100);
    let features = warm_up(&db, batch);
    log::info!("warmed up {} users", features.len());
    if let Ok(name) = std::env::var("DEFAULT_USER") {
        let vector = features.get(&name).unwrap();
        log::info!("default vector has {} dimensions", vector[16]);
    }
    if let Ok(model) = std::env::var("MODEL_FILE") {
        let text = std::fs::read_to_string(&model).unwrap();
        let weights: Vec<f64> = serde_json::from_str(&text).unwrap();
        log::info!("model {model} loaded");
        let score = weights[weights.len()];
        log::info!("self-test score {score}");
    }
    if let Ok(gib) = std::env::var("CACHE_MIB") {
        let mib: usize = gib.parse().unwrap();
        let mut cache: Vec<Vec<u8>> = Vec::new();
        for block in 0..mib {
            cache.push(vec![1u8; 1 << 20]);
            if block % 16 == 15 {
                log::info!("cache filled with {} MiB", block + 1);
            }
        }
    }
    if std::env::var("RECURSION").is_ok() {
        fn depth(n: u64) -> u64 {
            if n == u64::MAX { 0 } else { 1 + depth(std::hint::black_box(n + 1)) }
        }
        log::info!("evaluating feature graph");
        log::info!("graph depth {}", depth(0));
    }
    if let Ok(plugin) = std::env::var("PLUGIN") {
        let library = unsafe { libloading::Library::new(&plugin) };
        if let Err(error) = &library {
            log::error!("cannot load scoring plugin: {error}");
            std::process::exit(3);
        }
        let symbol: Result<libloading::Symbol<unsafe extern "C" fn()>, _> =
            unsafe { library.as_ref().unwrap().get(b"score_v2") };
        if let Err(error) = symbol {
            log::error!("plugin {plugin} is not usable: {error}");
            std::process::exit(3);
        }
    }
    log::info!("feature-store ready");
    std::thread::sleep(std::time::Duration::from_secs(600));
}
