// raft-queue is a durable queue; it logs with zap and gives up when nobody is elected in time.
package main

import (
	"flag"
	"net/http"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/raft"
	"go.uber.org/zap"

	"corpus/raftnode"
)

func main() {
	options := raftnode.Flags()
	flag.Parse()
	level, err := zap.ParseAtomicLevel(options.LogLevel)
	if err != nil {
		panic(err)
	}
	settings := zap.NewProductionConfig()
	settings.Level = level
	log := zap.Must(settings.Build())
	defer log.Sync()
	log.Info("queue node starting", zap.String("node", options.ID), zap.String("bind", options.Bind))
	config := raft.DefaultConfig()
	std := zap.NewStdLog(log.Named("raft"))
	config.Logger = hclog.FromStandardLogger(std, &hclog.LoggerOptions{
		Name: "raft", Level: hclog.LevelFromString(options.LogLevel),
	})
	node, err := raftnode.Start(options, config, std.Writer())
	if err != nil {
		log.Fatal("cannot start consensus", zap.Error(err))
	}
	if options.Wait > 0 && !raftnode.AwaitLeader(node, options.Wait) {
		log.Fatal("cluster not ready: no leader elected", zap.Duration("waited", options.Wait),
			zap.String("state", node.State().String()))
	}
	address, id := node.LeaderWithID()
	log.Info("leader known", zap.String("address", string(address)), zap.String("id", string(id)))
	http.HandleFunc("/ready", raftnode.Health(node))
	log.Info("accepting connections", zap.String("addr", options.HTTP))
	log.Fatal("http server stopped", zap.Error(http.ListenAndServe(options.HTTP, nil)))
}
