package com.example.importer;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Imports the suppliers' article files: reads them, joins them in memory, writes the result. */
public final class Importer {
    private static final Logger LOG = Logger.getLogger(Importer.class.getName());

    static {
        System.setProperty("java.util.logging.SimpleFormatter.format",
                System.getProperty("java.util.logging.SimpleFormatter.format",
                        "%1$tFT%1$tT.%1$tL %4$-7s [%3$s] %5$s%6$s%n"));
    }

    record Article(String number, String name, Map<String, String> attributes) {}

    public static void main(String[] args) throws Exception {
        Path home = Path.of(System.getenv().getOrDefault("IMPORTER_DATA", "/data/import"));
        LOG.info(() -> "importer 4.2.0 on Java " + Runtime.version() + ", " + Runtime.getRuntime().availableProcessors()
                + " processors, heap up to " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB");
        Properties settings = new Properties();
        String file = System.getenv("IMPORTER_SETTINGS");
        if (file != null) {
            try (var in = Files.newInputStream(Path.of(file))) {
                settings.load(in);
            }
            LOG.info("read " + settings.size() + " settings from " + file);
        }
        int batch = Integer.parseInt(settings.getProperty("batch.size", "500"));
        Files.createDirectories(home);
        try (FileChannel channel = FileChannel.open(home.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new IllegalStateException("Another importer instance is already running: " + home.resolve(".lock") + " is locked");
            }
            String storage = settings.getProperty("storage.class");
            if (storage != null) {
                Class.forName(storage).getDeclaredConstructor().newInstance();
            }
            switch (args.length == 0 ? "import" : args[0]) {
                case "import" -> write(home, read(Integer.parseInt(settings.getProperty("articles", "20000")), batch));
                case "index" -> new OffHeapIndex(Integer.parseInt(settings.getProperty("slots", "1024"))).fill();
                case "fetch" -> fetch(Integer.parseInt(settings.getProperty("workers", "16")));
                case "archive" -> archive(home, Integer.parseInt(settings.getProperty("files", "50")));
                case "upload" -> Uploader.upload(settings);
                default -> throw new IllegalArgumentException("unknown mode " + args[0] + ", expected import, index, fetch, archive or upload");
            }
        }
        LOG.info("done");
    }

    private static List<Article> read(int count, int batch) {
        List<Article> articles = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Map<String, String> attributes = new HashMap<>();
            for (String key : List.of("color", "weight", "supplier", "ean", "description")) {
                attributes.put(key, key + "-" + i + "-" + "x".repeat(40));
            }
            articles.add(new Article("A" + i, "Article " + i, attributes));
            if (i % (batch * 10) == 0) {
                LOG.info("read " + i + " articles");
            }
        }
        return articles;
    }

    private static void write(Path home, List<Article> articles) throws IOException {
        Path out = home.resolve("articles.csv");
        LOG.info("writing " + articles.size() + " articles to " + out);
        try (BufferedWriter writer = Files.newBufferedWriter(out)) {
            for (Article article : articles) {
                writer.write(article.number() + ";" + article.name() + ";" + article.attributes().get("ean") + "\n");
            }
        }
    }

    private static void fetch(int workers) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        for (int i = 0; i < workers; i++) {
            Thread thread = new Thread(() -> {
                try {
                    done.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }, "fetch-" + i);
            thread.setDaemon(true);
            thread.start();
            if (i % 20 == 0) {
                LOG.info("started fetcher " + thread.getName());
            }
        }
        LOG.info(workers + " fetchers wait for work");
        Thread.sleep(60_000);
    }

    private static void archive(Path home, int files) throws IOException {
        List<AutoCloseable> open = new ArrayList<>();
        for (int i = 0; i < files; i++) {
            Path part = Files.createDirectories(home.resolve("archive")).resolve("part-" + i + ".csv");
            open.add(Files.newBufferedWriter(part));
            LOG.log(Level.INFO, "opened {0}", part);
        }
    }
}
