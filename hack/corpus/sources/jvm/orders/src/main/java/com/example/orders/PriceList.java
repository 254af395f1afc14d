package com.example.orders;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/** The price list that finance mounts as a file. */
@Component
@ConditionalOnProperty("orders.price-list")
class PriceList {
    private static final Logger log = LoggerFactory.getLogger(PriceList.class);
    private final Properties prices = new Properties();

    PriceList(OrdersProperties properties) {
        Path file = properties.priceList();
        try (InputStream in = Files.newInputStream(file)) {
            prices.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read price list " + file, e);
        }
        log.info("Read {} prices from {}", prices.size(), file);
    }
}
