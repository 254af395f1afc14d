package com.example.catalog;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public final class CatalogServer {
    private static final Logger log = LoggerFactory.getLogger(CatalogServer.class);

    public record Http(int port, String host, String keyStore, String keyStorePassword) {}

    public record Database(String url, String user, String password, int attempts) {}

    public record Settings(Http http, Database database, String imageDirectory) {}

    public static void main(String[] args) throws Exception {
        Path file = Path.of(args.length > 0 ? args[0] : "/config/catalog.yaml");
        log.info("Starting catalog 4.2.0, reading {}", file);
        ObjectMapper mapper = new ObjectMapper(new YAMLFactory()).enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        Settings settings = mapper.readValue(Files.readString(file), Settings.class);
        Objects.requireNonNull(settings.http(), "section 'http' is missing in " + file);
        HikariDataSource pool = settings.database() == null ? null : connect(settings.database());
        if (settings.imageDirectory() != null) {
            Path images = Files.createDirectories(Path.of(settings.imageDirectory()));
            Files.write(images.resolve("placeholder.png"), new byte[256 * 1024]);
            log.info("Wrote placeholder image to {}", images);
        }
        Server server = new Server();
        server.setStopAtShutdown(true);
        server.addConnector(connector(server, settings.http()));
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                log.info("{} {}", request.getMethod(), Request.getPathInContext(request));
                Content.Sink.write(response, true, "{\"items\": []}\n", callback);
                return true;
            }
        });
        server.start();
        server.join();
        if (pool != null) {
            pool.close();
        }
        log.info("Catalog stopped");
    }

    private static ServerConnector connector(Server server, Http http) {
        ServerConnector connector;
        if (http.keyStore() != null) {
            SslContextFactory.Server tls = new SslContextFactory.Server();
            tls.setKeyStorePath(http.keyStore());
            tls.setKeyStorePassword(http.keyStorePassword());
            HttpConfiguration configuration = new HttpConfiguration();
            configuration.addCustomizer(new SecureRequestCustomizer());
            connector = new ServerConnector(server, tls, new HttpConnectionFactory(configuration));
        } else {
            connector = new ServerConnector(server);
        }
        connector.setHost(http.host());
        connector.setPort(http.port());
        return connector;
    }

    private static HikariDataSource connect(Database database) throws InterruptedException, SQLException {
        HikariConfig config = new HikariConfig();
        config.setPoolName("catalog-pool");
        config.setJdbcUrl(database.url());
        config.setUsername(database.user());
        config.setPassword(database.password() == null ? System.getenv("CATALOG_DB_PASSWORD") : database.password());
        config.setMaximumPoolSize(4);
        config.setConnectionTimeout(2000);
        for (int attempt = 1; ; attempt++) {
            try {
                HikariDataSource pool = new HikariDataSource(config);
                try (Connection connection = pool.getConnection(); Statement statement = connection.createStatement();
                        ResultSet found = statement.executeQuery("select count(*) from products")) {
                    found.next();
                    log.info("Catalog holds {} products", found.getLong(1));
                }
                return pool;
            } catch (RuntimeException e) {
                if (attempt >= Math.max(1, database.attempts())) {
                    throw e;
                }
                log.warn("Database is not ready (attempt {} of {}), trying again in 2 s: {}", attempt, database.attempts(), e.getMessage());
                Thread.sleep(2000);
            }
        }
    }
}
