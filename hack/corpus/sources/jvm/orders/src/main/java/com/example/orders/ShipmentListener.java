package com.example.orders;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.kafka.annotation.KafkaListener;
import org.springframework.stereotype.Component;

@Component
@ConditionalOnProperty("orders.listen-to-shipments")
class ShipmentListener {
    private static final Logger log = LoggerFactory.getLogger(ShipmentListener.class);

    @KafkaListener(topics = "shipments", groupId = "orders")
    void shipped(String message) {
        log.info("shipped: {}", message);
    }
}
