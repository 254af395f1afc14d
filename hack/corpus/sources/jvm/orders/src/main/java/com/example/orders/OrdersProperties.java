package com.example.orders;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

@Validated
@ConfigurationProperties("orders")
public record OrdersProperties(
        @NotBlank String region,
        @DefaultValue("100") @Min(1) @Max(1000) int pageSize,
        @DefaultValue("15s") Duration checkoutTimeout,
        Path exportDirectory,
        Path priceList,
        @DefaultValue("false") boolean warmCache,
        @DefaultValue("1") int cacheAttempts,
        @DefaultValue("") String pricingUrl,
        @DefaultValue("false") boolean listenToShipments) {}
