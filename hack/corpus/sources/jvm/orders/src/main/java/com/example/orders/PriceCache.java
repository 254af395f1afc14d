package com.example.orders;

import jakarta.annotation.PostConstruct;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.data.redis.RedisConnectionFailureException;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

/** Fills the price cache in Redis before the first order is taken. */
@Component
@ConditionalOnProperty("orders.warm-cache")
class PriceCache {
    private static final Logger log = LoggerFactory.getLogger(PriceCache.class);
    private final StringRedisTemplate redis;
    private final OrdersProperties properties;

    PriceCache(StringRedisTemplate redis, OrdersProperties properties) {
        this.redis = redis;
        this.properties = properties;
    }

    @PostConstruct
    void warm() throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                redis.opsForValue().set("prices:version", "417");
                log.info("Price cache is warm (version {})", redis.opsForValue().get("prices:version"));
                return;
            } catch (RedisConnectionFailureException e) {
                if (attempt >= properties.cacheAttempts()) {
                    throw e;
                }
                log.warn("Redis is not reachable yet (attempt {}/{}): {}", attempt, properties.cacheAttempts(),
                        e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
                Thread.sleep(1500);
            }
        }
    }
}
