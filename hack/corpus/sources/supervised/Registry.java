import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Takes its values from a registry, or from its own table when there is none. */
public class Registry {
    private static final Logger LOG = Logger.getLogger("com.example.mail.Registry");

    static String read(String key, String fallback) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(System.getenv("REGISTRY_HOST"), 8848), 500);
            return new String(socket.getInputStream().readAllBytes()).trim();
        } catch (Exception error) {
            LOG.log(Level.WARNING, "Unable to obtain property ''{0}'' from registry ({1}). Default value ''{2}'' will be used.",
                    new Object[] {key, error, fallback});
            return fallback;
        }
    }

    public static void main(String[] args) throws Exception {
        LOG.info("mail-relay starting");
        String smtp = read("mail.smtp.host", "localhost");
        int pool = Integer.parseInt(read("mail.pool.size", "2"));
        LOG.info("pool of " + pool + " connections to " + smtp);
        for (int n = 0; n < pool; n++) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(smtp, 2525), 500);
                LOG.info("connection " + n + " established");
            }
        }
        LOG.info("mail-relay ready");
        Thread.sleep(600000);
    }
}
