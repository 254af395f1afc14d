// executor-agent starts one executor with an older go-plugin and logs with hclog in text; a failure ends it.
package main

import (
	"net/http"
	"os"
	"os/exec"
	"time"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"

	"corpus/plugin"
)

func main() {
	log := hclog.New(&hclog.LoggerOptions{
		Name: "agent", Output: os.Stdout, Level: hclog.LevelFromString(os.Getenv("LOG_LEVEL")),
	})
	log.Info("agent starting", "version", "3.1.0", "plugin", os.Getenv("RUNNER_PLUGIN"))
	timeout, err := time.ParseDuration(os.Getenv("RUNNER_START_TIMEOUT"))
	if err != nil {
		timeout = 10 * time.Second
	}
	client := goplugin.NewClient(&goplugin.ClientConfig{
		HandshakeConfig: plugin.Handshake,
		Plugins:         goplugin.PluginSet{"executor": &plugin.ExecutorPlugin{}},
		Cmd:             exec.Command(os.Getenv("RUNNER_PLUGIN")),
		Logger:          log.Named("plugin"),
		StartTimeout:    timeout,
	})
	connection, err := client.Client()
	if err != nil {
		client.Kill()
		log.Error("cannot start plugin", "error", err)
		os.Exit(1)
	}
	if _, err := connection.Dispense("executor"); err != nil {
		log.Error("cannot dispense executor", "error", err)
		os.Exit(1)
	}
	log.Info("plugin ready")
	log.Error("http server stopped", "error", http.ListenAndServe(":8080", nil))
	os.Exit(1)
}
