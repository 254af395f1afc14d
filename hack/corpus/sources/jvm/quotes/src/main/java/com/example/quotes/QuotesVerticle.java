package com.example.quotes;

import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public final class QuotesVerticle extends AbstractVerticle {
    private static final Logger log = LoggerFactory.getLogger(QuotesVerticle.class);

    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx(new io.vertx.core.VertxOptions().setPreferNativeTransport(true));
        ConfigRetriever.create(vertx, new ConfigRetrieverOptions().addStore(new ConfigStoreOptions().setType("file")
                        .setConfig(new JsonObject().put("path", "/config/quotes.json")))).getConfig()
                .compose(config -> vertx.deployVerticle(new QuotesVerticle(),
                        new io.vertx.core.DeploymentOptions().setConfig(config)))
                .onSuccess(id -> log.info("quotes is up, deployment {}", id))
                .onFailure(error -> {
                    log.error("quotes could not be deployed", error);
                    vertx.close().onComplete(done -> System.exit(1));
                });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> log.info("shutdown requested")));
    }

    @Override
    public void start(Promise<Void> started) {
        JsonObject http = config().getJsonObject("http", new JsonObject());
        Future<Void> database = config().containsKey("database") ? database(config().getJsonObject("database"), 1) : Future.succeededFuture();
        Router router = Router.router(vertx);
        router.route().handler(context -> {
            log.info("{} {}", context.request().method(), context.request().path());
            context.json(new JsonObject().put("quote", "Stay hungry"));
        });
        HttpServerOptions options = new HttpServerOptions();
        if (http.containsKey("certificate")) {
            options.setSsl(true).setKeyCertOptions(new PemKeyCertOptions().setCertPath(http.getString("certificate")).setKeyPath(http.getString("key")));
        }
        SocketAddress address = http.containsKey("socket") ? SocketAddress.domainSocketAddress(http.getString("socket"))
                : SocketAddress.inetSocketAddress(http.getInteger("port", 8888), "0.0.0.0");
        database.compose(done -> vertx.createHttpServer(options).requestHandler(router).listen(address))
                .onSuccess(server -> log.info("listening on {}", address))
                .<Void>mapEmpty().onComplete(started);
    }

    private Future<Void> database(JsonObject settings, int attempt) {
        Pool pool = PgBuilder.pool().connectingTo(PgConnectOptions.fromUri(settings.getString("uri"))).using(vertx).build();
        return pool.query("select count(*) from quotes").execute()
                .onSuccess(rows -> log.info("{} quotes in the database", rows.iterator().next().getLong(0)))
                .<Void>mapEmpty()
                .recover(error -> {
                    if (attempt >= settings.getInteger("attempts", 1)) {
                        return Future.failedFuture(error);
                    }
                    log.warn("database attempt {} failed: {}", attempt, error.getMessage());
                    return vertx.timer(1500).compose(tick -> database(settings, attempt + 1));
                });
    }
}
