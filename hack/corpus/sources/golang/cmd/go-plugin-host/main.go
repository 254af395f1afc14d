// go-plugin-host runs jobs with the executors that it finds in a folder; it logs as go-plugin does by default.
package main

import (
	"flag"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	goplugin "github.com/hashicorp/go-plugin"

	"corpus/plugin"
)

func main() {
	folder := flag.String("plugins", "/srv/plugins", "folder of the executors")
	only := flag.String("plugin", "", "path of the only executor")
	optional := flag.Bool("optional", false, "go on when an executor cannot be started")
	timeout := flag.Duration("start-timeout", time.Minute, "for each executor")
	listen := flag.String("listen", ":8080", "address of the API")
	flag.Parse()
	defer goplugin.CleanupClients()
	paths, _ := filepath.Glob(filepath.Join(*folder, "*-plugin"))
	if *only != "" {
		paths = []string{*only}
	}
	log.Printf("[INFO] host: discovered %d plugins in %s", len(paths), *folder)
	executors := map[string]plugin.Executor{}
	for _, path := range paths {
		client := goplugin.NewClient(&goplugin.ClientConfig{
			HandshakeConfig: plugin.Handshake,
			Plugins:         goplugin.PluginSet{"executor": &plugin.ExecutorPlugin{}},
			Cmd:             exec.Command(path),
			StartTimeout:    *timeout,
			Managed:         true,
			SyncStderr:      os.Stderr,
		})
		connection, err := client.Client()
		if err != nil {
			if *optional {
				log.Printf("[WARN] host: executor %s is disabled: %v", filepath.Base(path), err)
				continue
			}
			goplugin.CleanupClients()
			log.Fatalf("[FATAL] host: loading plugin %s: %v", path, err)
		}
		raw, err := connection.Dispense("executor")
		if err != nil {
			log.Fatalf("[FATAL] host: dispensing from %s: %v", path, err)
		}
		executors[strings.TrimSuffix(filepath.Base(path), "-plugin")] = raw.(plugin.Executor)
	}
	log.Printf("[INFO] host: %d executors loaded", len(executors))
	go func() {
		for range time.Tick(time.Second) {
			for name, executor := range executors {
				answer, err := executor.Execute("job-1")
				log.Printf("[INFO] host: %s answered %q, error %v", name, answer, err)
				if err != nil && strings.Contains(err.Error(), "shut down") {
					log.Fatalf("[FATAL] host: executor %s is gone: %v", name, err)
				}
			}
		}
	}()
	log.Printf("[INFO] host: listening on %s", *listen)
	log.Fatal(http.ListenAndServe(*listen, nil))
}
