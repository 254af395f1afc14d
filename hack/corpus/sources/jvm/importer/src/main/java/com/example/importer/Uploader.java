package com.example.importer;

import java.io.FileInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Properties;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Sends the result to the search service. */
final class Uploader {
    private static final Logger LOG = Logger.getLogger(Uploader.class.getName());

    private Uploader() {}

    static void upload(Properties settings) throws Exception {
        var builder = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3));
        String store = settings.getProperty("truststore");
        if (store != null) {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            try (var in = new FileInputStream(store)) {
                trusted.load(in, settings.getProperty("truststore.password", "changeit").toCharArray());
            }
            LOG.info("trusting " + trusted.size() + " certificates of " + store);
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            builder.sslContext(context);
        }
        String target = settings.getProperty("search.url");
        LOG.info("uploading to " + target);
        HttpResponse<String> answer = builder.build().send(
                HttpRequest.newBuilder(URI.create(target)).timeout(Duration.ofSeconds(5))
                        .header("Authorization", "Bearer " + System.getenv().getOrDefault("SEARCH_TOKEN", ""))
                        .PUT(HttpRequest.BodyPublishers.ofString("{}")).build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 400) {
            throw new IllegalStateException("search service answered " + answer.statusCode() + ": " + answer.body());
        }
    }
}
