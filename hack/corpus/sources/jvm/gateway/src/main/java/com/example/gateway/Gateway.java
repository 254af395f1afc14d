package com.example.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.logging.LogLevel;
import io.netty.handler.logging.LoggingHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public final class Gateway {
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);

    public static void main(String[] args) {
        Path file = Path.of(System.getenv().getOrDefault("GATEWAY_CONFIG", "/config/gateway.yaml"));
        try {
            JsonNode config = new ObjectMapper(new YAMLFactory()).readTree(file.toFile());
            log.info("Gateway 3.1.0 starting with {}", file);
            new Gateway().run(config);
        } catch (Throwable e) {
            log.error("Gateway failed to start", e);
            System.exit(1);
        }
    }

    private void run(JsonNode config) throws Exception {
        if (config.has("redis")) {
            sessions(config.get("redis"));
        }
        SslContext tls = config.has("tls")
                ? SslContextBuilder.forServer(new File(config.get("tls").get("certificate").asText()),
                        new File(config.get("tls").get("key").asText())).build()
                : null;
        boolean epoll = !"nio".equals(config.path("transport").asText("epoll"));
        EventLoopGroup boss = epoll ? new EpollEventLoopGroup(1) : new NioEventLoopGroup(1);
        EventLoopGroup workers = epoll ? new EpollEventLoopGroup(2) : new NioEventLoopGroup(2);
        try {
            String listen = config.path("listen").asText("0.0.0.0:8080");
            ServerBootstrap bootstrap = new ServerBootstrap().group(boss, workers)
                    .handler(new LoggingHandler(LogLevel.INFO))
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel channel) {
                            if (tls != null) {
                                channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                            }
                            channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(65536), new Proxy());
                        }
                    });
            SocketAddress address;
            if (listen.startsWith("unix:")) {
                bootstrap.channel(EpollServerDomainSocketChannel.class);
                address = new DomainSocketAddress(listen.substring(5));
            } else {
                bootstrap.channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class);
                int colon = listen.lastIndexOf(':');
                address = new InetSocketAddress(listen.substring(0, colon), Integer.parseInt(listen.substring(colon + 1)));
            }
            Channel channel = bind(bootstrap, address, config.path("fallbackPort").asInt(0));
            log.info("Gateway is ready on {}", channel.localAddress());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                log.info("Draining {} routes", config.path("routes").size());
                channel.close().awaitUninterruptibly(3, TimeUnit.SECONDS);
                log.info("Gateway stopped");
                org.apache.logging.log4j.LogManager.shutdown();
            }, "drain"));
            channel.closeFuture().sync();
        } finally {
            boss.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            workers.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    private static Channel bind(ServerBootstrap bootstrap, SocketAddress address, int fallback) throws Exception {
        try {
            return bootstrap.bind(address).sync().channel();
        } catch (Exception e) {
            if (fallback == 0) {
                throw e;
            }
            log.warn("Cannot use {}, taking port {} instead", address, fallback, e);
            return bootstrap.bind(fallback).sync().channel();
        }
    }

    private static void sessions(JsonNode config) throws InterruptedException {
        RedisClient client = RedisClient.create(config.get("url").asText());
        int attempts = config.path("attempts").asInt(1);
        for (int attempt = 1; ; attempt++) {
            try {
                log.info("Session store says {}", client.connect().sync().ping());
                return;
            } catch (RedisConnectionException e) {
                if (attempt >= attempts) {
                    throw e;
                }
                log.warn("Session store is not there yet ({}/{}): {}", attempt, attempts, String.valueOf(e.getCause()));
                Thread.sleep(1500);
            }
        }
    }
}
