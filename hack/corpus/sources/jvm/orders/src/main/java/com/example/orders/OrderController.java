package com.example.orders;

import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

@RestController
class OrderController {
    private static final Logger log = LoggerFactory.getLogger(OrderController.class);
    private final OrderRepository repository;

    OrderController(OrderRepository repository) {
        this.repository = repository;
    }

    @GetMapping("/orders")
    List<Map<String, Object>> list() {
        var found = repository.latest();
        log.info("listed {} orders", found.size());
        return found;
    }

    @GetMapping("/orders/{id}")
    Map<String, Object> one(@PathVariable long id) {
        return repository.one(id);
    }
}
