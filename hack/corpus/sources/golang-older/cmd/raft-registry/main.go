// raft-registry is a service registry on an older hashicorp/raft, with the libraries' own default loggers.
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
	log.Printf("raft-registry 0.3.0 starting, node %s, data in %s", options.ID, options.Data)
	config := raft.DefaultConfig()
	config.LogLevel = options.LogLevel
	node, err := raftnode.Start(options, config, os.Stderr)
	if err != nil {
		log.Fatalf("raft-registry: %v", err)
	}
	http.HandleFunc("/health", raftnode.Health(node))
	log.Printf("serving HTTP on %s", options.HTTP)
	log.Fatal(http.ListenAndServe(options.HTTP, nil))
}
