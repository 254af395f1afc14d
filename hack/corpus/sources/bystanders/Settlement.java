import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.*;
import java.util.concurrent.*;
import java.util.logging.*;

/** Settles the day's payments: asks the ledger, works in a pool, ends. */
public class Settlement {
    static final Logger LOG = Logger.getLogger("com.acme.settlement.Settlement");
    record Payment(String id, Long cents) {}

    static void reach(String host, int port, int attempts) throws Exception {
        for (int i = 1; ; i++) {
            try (Socket s = new Socket()) {
                s.connect(new InetSocketAddress(host, port), 1000);
                LOG.info("ledger answers");
                return;
            } catch (IOException e) {
                if (i >= attempts) throw new IllegalStateException("ledger " + host + ":" + port + " not available", e);
                LOG.log(Level.WARNING, "ledger does not answer (attempt " + i + "): " + e.getMessage());
                Thread.sleep(700);
            }
        }
    }

    static long settle(int i, String what) {
        Payment p = new Payment("P-" + i, what.equals("bug") && i == 3 ? null : 100L * i);
        return p.cents() + 1;
    }

    public static void main(String[] args) throws Exception {
        String what = args.length > 0 ? args[0] : "ok";
        LOG.info("settlement 2.4 starting, business day 2026-11-20");
        String ledger = System.getenv("LEDGER_HOST");
        if (ledger != null) reach(ledger, 7001, Integer.parseInt(System.getenv().getOrDefault("ATTEMPTS", "3")));
        ExecutorService pool = Executors.newFixedThreadPool(2, r -> { Thread t = new Thread(r); t.setDaemon(true); return t; });
        List<Future<Long>> all = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            final int n = i;
            all.add(pool.submit(() -> {
                if (what.equals("poolheap") && n == 4) { List<byte[]> l = new ArrayList<>(); while (true) l.add(new byte[1 << 20]); }
                return settle(n, what);
            }));
        }
        if (what.equals("heap")) { Map<Integer, long[]> m = new HashMap<>(); for (int i = 0; ; i++) m.put(i, new long[1 << 15]); }
        long sum = 0;
        for (Future<Long> f : all) { sum += f.get(); LOG.info("settled, sum is " + sum); }
        if (what.equals("service")) { LOG.info("waiting for the next day"); Thread.sleep(60_000); }
        pool.shutdown();
        LOG.info("settlement finished, " + all.size() + " payments");
    }
}
