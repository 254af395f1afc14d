package com.example.orders;

import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

@Repository
class OrderRepository {
    private final JdbcClient jdbc;
    private final OrdersProperties properties;

    OrderRepository(JdbcClient jdbc, OrdersProperties properties) {
        this.jdbc = jdbc;
        this.properties = properties;
    }

    List<Map<String, Object>> latest() {
        return jdbc.sql("select id, customer, total_cents from orders order by id desc limit ?")
                .param(properties.pageSize()).query().listOfRows();
    }

    Map<String, Object> one(long id) {
        return jdbc.sql("select id, customer, total_cents from orders where id = ?").param(id).query().singleRow();
    }
}
