import java.util.logging.Logger;

/** Keeps a business process alive, as an agent in the same container does. */
public class Launcher {
    private static final Logger LOG = Logger.getLogger("com.example.launcher.Launcher");

    public static void main(String[] args) throws Exception {
        int limit = Integer.parseInt(System.getenv().getOrDefault("MAX_RESTARTS", "0"));
        for (int n = 1; ; n++) {
            LOG.info("Starting business process: " + String.join(" ", args));
            int code = new ProcessBuilder(args).inheritIO().start().waitFor();
            LOG.severe("Business process exited with error, exit code " + code);
            if (n == limit) {
                LOG.severe("Business process failed " + n + " times, launcher exits");
                System.exit(code);
            }
            LOG.warning("Restarting business process in 5 seconds");
            Thread.sleep(Integer.parseInt(System.getenv().getOrDefault("RESTART_MILLIS", "5000")));
        }
    }
}
