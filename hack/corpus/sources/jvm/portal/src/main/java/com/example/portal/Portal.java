package com.example.portal;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.File;
import java.io.IOException;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;

/** The customers' portal on an embedded Tomcat. */
public final class Portal {
    private static final Logger log = Logger.getLogger(Portal.class.getName());

    public static void main(String[] args) throws LifecycleException {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(System.getenv().getOrDefault("CATALINA_BASE", "/data/tomcat"));
        tomcat.setPort(Integer.parseInt(System.getenv().getOrDefault("PORT", "8080")));
        Connector connector = tomcat.getConnector();
        connector.setThrowOnFailure(true);
        String keyStore = System.getenv("KEYSTORE");
        if (keyStore != null) {
            connector.setProperty("SSLEnabled", "true");
            connector.setSecure(true);
            connector.setScheme("https");
            SSLHostConfig host = new SSLHostConfig();
            SSLHostConfigCertificate certificate = new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
            certificate.setCertificateKeystoreFile(keyStore);
            certificate.setCertificateKeystorePassword(System.getenv("KEYSTORE_PASSWORD"));
            host.addCertificate(certificate);
            connector.addSslHostConfig(host);
        }
        if (System.getenv("AJP_PORT") != null) {
            Connector ajp = new Connector("AJP/1.3");
            ajp.setPort(Integer.parseInt(System.getenv("AJP_PORT")));
            ajp.setThrowOnFailure(true);
            tomcat.getService().addConnector(ajp);
        }
        Context context = tomcat.addContext("", new File(".").getAbsolutePath());
        Tomcat.addServlet(context, "front", new HttpServlet() {
            @Override
            protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
                if (request.getRequestURI().startsWith("/broken")) {
                    throw new IOException("Connection refused");
                }
                response.getWriter().println("welcome");
            }
        }).setLoadOnStartup(1);
        context.addServletMappingDecoded("/", "front");
        log.info("Starting portal 4.2.0");
        tomcat.start();
        tomcat.getServer().await();
    }
}
