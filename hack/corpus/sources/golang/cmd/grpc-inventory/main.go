// grpc-inventory serves gRPC on TCP or a Unix socket (as device and CSI plugins do) and logs with klog.
package main

import (
	"flag"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"k8s.io/klog/v2"
)

func main() {
	klog.InitFlags(nil)
	endpoint := flag.String("endpoint", "tcp://:9090", "tcp://host:port or unix:///path")
	cert := flag.String("tls-cert", "", "certificate file")
	key := flag.String("tls-key", "", "key file")
	watch := flag.String("watch", "", "folder to watch for devices")
	clean := flag.Bool("remove-socket", false, "remove a socket that is there")
	fallback := flag.String("fallback", "", "second endpoint when the first is taken")
	flag.Parse()
	klog.InfoS("Starting inventory", "version", "v0.7.2", "endpoint", *endpoint)
	if *watch != "" {
		watcher, err := fsnotify.NewWatcher()
		if err != nil {
			klog.Fatalf("Failed to create watcher: %v", err)
		}
		if err := watcher.Add(*watch); err != nil {
			klog.Fatalf("Failed to watch %s: %v", *watch, err)
		}
		klog.InfoS("Watching devices", "path", *watch)
	}
	var options []grpc.ServerOption
	if *cert != "" {
		credential, err := credentials.NewServerTLSFromFile(*cert, *key)
		if err != nil {
			klog.ErrorS(err, "Unable to load TLS credentials", "cert", *cert, "key", *key)
			klog.FlushAndExit(klog.ExitFlushTimeout, 1)
		}
		options = append(options, grpc.Creds(credential))
	}
	listener, err := listen(*endpoint, *clean)
	if err != nil && *fallback != "" {
		klog.ErrorS(err, "Endpoint is not available, using the fallback", "endpoint", *endpoint, "fallback", *fallback)
		listener, err = listen(*fallback, *clean)
	}
	if err != nil {
		klog.Fatalf("Failed to listen: %v", err)
	}
	server := grpc.NewServer(options...)
	healthpb.RegisterHealthServer(server, health.NewServer())
	go func() {
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, syscall.SIGTERM)
		<-stop
		klog.InfoS("Received signal, stopping gRPC server", "signal", "SIGTERM")
		server.GracefulStop()
	}()
	go func() {
		for range time.Tick(800 * time.Millisecond) {
			klog.V(1).InfoS("Reconciled inventory", "items", 42)
		}
	}()
	klog.InfoS("Serving", "address", listener.Addr().String())
	if err := server.Serve(listener); err != nil {
		klog.Fatalf("Failed to serve: %v", err)
	}
	klog.InfoS("Stopped")
	klog.Flush()
}

func listen(endpoint string, clean bool) (net.Listener, error) {
	network, address, _ := strings.Cut(endpoint, "://")
	if network == "unix" && clean {
		klog.InfoS("Removing stale socket, if any", "path", address)
		os.Remove(address)
	}
	return net.Listen(network, address)
}
