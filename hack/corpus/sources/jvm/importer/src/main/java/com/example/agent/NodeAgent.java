package com.example.agent;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Logger;

/** Answers the pods of its node over a Unix-domain socket. */
public final class NodeAgent {
    private static final Logger LOG = Logger.getLogger(NodeAgent.class.getName());

    public static void main(String[] args) throws Exception {
        Path path = Path.of(System.getenv().getOrDefault("AGENT_SOCKET", "/run/agent/agent.sock"));
        LOG.info("node agent 2.1.4 starting on " + System.getenv("HOSTNAME"));
        if (Boolean.parseBoolean(System.getenv("AGENT_REMOVE_STALE")) && Files.deleteIfExists(path)) {
            LOG.warning("removed socket of an earlier run: " + path + " (address already in use otherwise)");
        }
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            LOG.info("listening on " + server.getLocalAddress());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                LOG.info("shutting down");
                try {
                    Files.deleteIfExists(path);
                } catch (java.io.IOException e) {
                    LOG.warning("could not remove " + path + ": " + e);
                }
            }));
            while (true) {
                try (SocketChannel client = server.accept()) {
                    client.write(ByteBuffer.wrap("ok\n".getBytes()));
                }
            }
        }
    }
}
