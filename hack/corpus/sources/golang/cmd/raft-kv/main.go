// raft-kv is a replicated key-value store with the libraries' own default loggers.
package main

import (
	"flag"
	"log"
	"net/http"
	"os"

	"github.com/hashicorp/raft"

	"corpus/raftnode"
)

func main() {
	options := raftnode.Flags()
	flag.Parse()
	log.Printf("raft-kv 0.9.2 starting, node %s, data in %s", options.ID, options.Data)
	config := raft.DefaultConfig()
	config.LogLevel = options.LogLevel
	node, err := raftnode.Start(options, config, os.Stderr)
	if err != nil {
		log.Fatalf("raft-kv: %v", err)
	}
	http.HandleFunc("/healthz", raftnode.Health(node))
	log.Printf("serving HTTP on %s", options.HTTP)
	log.Fatal(http.ListenAndServe(options.HTTP, nil))
}
