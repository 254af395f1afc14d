// raft-lock-json is a lock service that logs with hclog in JSON.
package main

import (
	"flag"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"

	"corpus/raftnode"
)

func main() {
	options := raftnode.Flags()
	flag.Parse()
	log := hclog.New(&hclog.LoggerOptions{
		Name: "lockd", Level: hclog.LevelFromString(options.LogLevel), JSONFormat: true, Output: os.Stdout,
		IncludeLocation: options.LogLevel == "debug",
	})
	log.Info("starting", "version", "2.4.0", "node", options.ID, "data-dir", options.Data)
	config := raft.DefaultConfig()
	config.Logger = log.Named("raft")
	node, err := raftnode.Start(options, config, log.StandardWriter(&hclog.StandardLoggerOptions{InferLevels: true}))
	if err != nil {
		log.Error("startup failed", "error", err)
		os.Exit(1)
	}
	go func() {
		for leads := range node.LeaderCh() {
			log.Info("leadership changed", "leader", leads)
		}
	}()
	http.HandleFunc("/v1/health", raftnode.Health(node))
	go func() {
		log.Info("listening", "address", options.HTTP)
		if err := http.ListenAndServe(options.HTTP, nil); err != nil {
			log.Error("http server", "error", err)
			os.Exit(1)
		}
	}()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	<-stop
	log.Info("received SIGTERM, leaving")
	os.Exit(2)
}
