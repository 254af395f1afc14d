import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;

/** A report server that holds its cube in memory. */
public class Report {
    private static final Logger LOG = Logger.getLogger("com.example.report.Report");

    public static void main(String[] args) throws Exception {
        LOG.info("report-server 11.4 starting");
        List<long[]> cube = new ArrayList<>();
        boolean slow = System.getenv("SLOW") != null;
        for (int month = 1; month <= 240; month++) {
            cube.add(new long[512 * (slow ? 1 : 1024)]);
            if (slow) Thread.sleep(900);
            if (slow || month % 4 == 0) LOG.info("cube: month " + month + " of 240 loaded");
        }
        LOG.info("report server ready");
        Thread.sleep(600000);
    }
}
