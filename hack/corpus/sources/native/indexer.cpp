// An indexer in C++: threads, exceptions, a big table.
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>
#include <dlfcn.h>

static void log(const std::string &text) { std::cerr << "[indexer] " << text << std::endl; }

int main() {
    const char *mode = std::getenv("MODE");
    std::string how = mode ? mode : "";
    log("indexer 1.12.0 starting, " + std::to_string(std::thread::hardware_concurrency()) + " cpus");
    std::vector<std::vector<char>> table;
    for (int shard = 0; shard < 6; shard++) log("shard " + std::to_string(shard) + " opened");
    if (how == "alloc")
        for (int n = 0;; n++) {
            table.emplace_back(16 << 20, 'x');
            log("posting list " + std::to_string(n) + " resident");
        }
    if (how == "throw") throw std::runtime_error("segment 4 has checksum 0x9f3b, expected 0x11aa");
    if (how == "range") { std::map<std::string, int> fields{{"title", 1}}; log(std::to_string(fields.at("body"))); }
    if (how == "threads") {
        std::vector<std::thread> pool;
        for (int n = 0; n < 100; n++) pool.emplace_back([] { std::this_thread::sleep_for(std::chrono::seconds(30)); });
    }
    if (how == "virtual") {
        struct Shard { virtual void flush() = 0; virtual ~Shard() = default; };
        Shard *none = reinterpret_cast<Shard *>(0x18);
        log("flushing");
        none->flush();
    }
    if (how == "plugin") {
        const char *name = std::getenv("PLUGIN");
        void *plugin = dlopen(name, RTLD_NOW);
        if (!plugin) { log(std::string("cannot load tokenizer plugin: ") + dlerror()); return 2; }
        log("tokenizer plugin loaded");
    }
    log("index ready");
    std::this_thread::sleep_for(std::chrono::minutes(10));
}
