package com.example.inventory;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.rabbitmq.client.ConnectionFactory;
import io.undertow.Undertow;
import io.undertow.util.Headers;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.bson.Document;
import redis.clients.jedis.JedisPooled;

/** Stock levels: MongoDB or Redis holds them, RabbitMQ or Kafka brings the changes. */
public final class Inventory {
    private static final Logger log = LogManager.getLogger(Inventory.class);

    public static void main(String[] args) {
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {
            log.fatal("Uncaught exception in thread {}", thread.getName(), error);
            LogManager.shutdown();
            System.exit(1);
        });
        log.info("Inventory {} starting, profile {}", "4.2.0", System.getenv().getOrDefault("PROFILE", "production"));
        store();
        messages();
        int port = Integer.parseInt(required("HTTP_PORT"));
        Undertow server = Undertow.builder().addHttpListener(port, "0.0.0.0").setIoThreads(2).setWorkerThreads(4)
                .setHandler(exchange -> {
                    log.info("{} {}", exchange.getRequestMethod(), exchange.getRequestPath());
                    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
                    exchange.getResponseSender().send("{\"stock\": 4}\n");
                }).build();
        server.start();
        log.info("Inventory is ready on port {}", port);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            log.info("SIGTERM received, stopping");
            server.stop();
            LogManager.shutdown();
        }));
    }

    private static String required(String name) {
        String value = System.getenv(name);
        if (value == null || value.isBlank()) {
            throw new IllegalStateException("Required environment variable " + name + " is not set");
        }
        return value;
    }

    private static void store() {
        String mongo = System.getenv("MONGO_URL");
        if (mongo != null) {
            try (MongoClient client = MongoClients.create(mongo)) {
                log.info("MongoDB says {}", client.getDatabase("inventory").runCommand(new Document("ping", 1)).toJson());
            }
        }
        String redis = System.getenv("REDIS_URL");
        if (redis != null) {
            JedisPooled jedis = new JedisPooled(redis);
            jedis.set("inventory:started", Long.toString(System.currentTimeMillis()));
            log.info("Redis is reachable");
        }
    }

    private static void messages() {
        String rabbit = System.getenv("AMQP_URL");
        String kafka = System.getenv("KAFKA_BROKERS");
        try {
            if (rabbit != null) {
                ConnectionFactory factory = new ConnectionFactory();
                factory.setUri(rabbit);
                factory.setConnectionTimeout(2000);
                factory.newConnection("inventory").createChannel();
                log.info("RabbitMQ channel is open");
            }
            if (kafka != null) {
                Properties properties = new Properties();
                properties.put("bootstrap.servers", kafka);
                properties.put("request.timeout.ms", "2000");
                properties.put("default.api.timeout.ms", "4000");
                for (String extra : System.getenv().getOrDefault("KAFKA_PROPERTIES", "").split(";")) {
                    if (extra.contains("=")) {
                        properties.put(extra.split("=", 2)[0], extra.split("=", 2)[1]);
                    }
                }
                try (AdminClient admin = AdminClient.create(properties)) {
                    log.info("Kafka topics: {}", admin.listTopics().names().get(5, TimeUnit.SECONDS));
                }
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("Cannot subscribe to stock changes", e);
        }
    }
}
