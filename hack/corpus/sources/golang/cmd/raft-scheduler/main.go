// raft-scheduler runs cron jobs on the leader. Everything goes through logrus, raft's own lines too.
package main

import (
	"flag"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"
	"github.com/sirupsen/logrus"

	"corpus/raftnode"
)

func main() {
	options := raftnode.Flags()
	flag.Parse()
	level, err := logrus.ParseLevel(options.LogLevel)
	if err != nil {
		logrus.WithError(err).Fatal("agent: bad log level")
	}
	logrus.SetLevel(level)
	entry := logrus.WithField("node", options.ID)
	entry.Info("agent: scheduler agent starting")
	config := raft.DefaultConfig()
	writer := entry.WriterLevel(logrus.InfoLevel)
	config.Logger = hclog.New(&hclog.LoggerOptions{
		Name: "raft", Level: hclog.LevelFromString(options.LogLevel), Output: writer, DisableTime: true,
	})
	node, err := raftnode.Start(options, config, writer)
	if err != nil {
		entry.WithError(err).Fatal("agent: could not set up raft")
	}
	http.HandleFunc("/health", raftnode.Health(node))
	http.HandleFunc("/v1/jobs", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("[]")) })
	go func() {
		entry.WithField("address", options.HTTP).Info("api: Running HTTP server")
		if err := http.ListenAndServe(options.HTTP, nil); err != nil {
			entry.WithError(err).Fatal("api: HTTP server failed")
		}
	}()
	go func() {
		for leads := range node.LeaderCh() {
			if leads {
				entry.Info("agent: cluster leadership acquired")
				entry.WithField("jobs", 3).Info("scheduler: Scheduling jobs")
			} else {
				entry.Info("agent: cluster leadership lost")
			}
		}
	}()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	ticks := time.NewTicker(2 * time.Second)
	for {
		select {
		case <-ticks.C:
			if node.State() == raft.Leader {
				entry.WithFields(logrus.Fields{"job": "cleanup", "took": "31ms"}).Info("scheduler: job done")
			}
		case s := <-stop:
			entry.WithField("signal", s).Info("agent: Caught signal, gracefully shutting down agent...")
			node.Shutdown().Error()
			return
		}
	}
}
