package com.example.orders;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnExpression;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/** Asks the pricing service for the current discount rules. */
@Component
@ConditionalOnExpression("'${orders.pricing-url:}' != ''")
class PricingClient implements ApplicationRunner {
    private static final Logger log = LoggerFactory.getLogger(PricingClient.class);
    private final RestClient rest;
    private final OrdersProperties properties;

    PricingClient(RestClient.Builder builder, OrdersProperties properties) {
        this.rest = builder.build();
        this.properties = properties;
    }

    @Override
    public void run(ApplicationArguments args) {
        log.info("Loading discount rules from {}", properties.pricingUrl());
        String rules = rest.get().uri(properties.pricingUrl()).retrieve().body(String.class);
        log.info("Loaded {} bytes of discount rules", rules == null ? 0 : rules.length());
    }
}
