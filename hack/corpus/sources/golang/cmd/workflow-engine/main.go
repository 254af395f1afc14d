// workflow-engine loads its step executors as plugins and logs with logrus; go-plugin is silenced below warn.
package main

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	goplugin "github.com/hashicorp/go-plugin"
	"github.com/sirupsen/logrus"

	"corpus/plugin"
)

func main() {
	if os.Getenv("LOG_FORMAT") == "json" {
		logrus.SetFormatter(&logrus.JSONFormatter{})
	}
	logrus.WithField("version", "0.22.4").Info("workflow-engine starting")
	steps := 0
	for _, path := range strings.Split(os.Getenv("STEP_PLUGINS"), ",") {
		log := logrus.WithField("plugin", path)
		log.Info("loading step plugin")
		client := goplugin.NewClient(&goplugin.ClientConfig{
			HandshakeConfig: plugin.Handshake,
			Plugins:         goplugin.PluginSet{"executor": &plugin.ExecutorPlugin{}},
			Cmd:             exec.Command(path),
			Logger:          hclog.New(&hclog.LoggerOptions{Output: io.Discard}),
			StartTimeout:    4 * time.Second,
			Managed:         true,
		})
		connection, err := client.Client()
		if err == nil {
			_, err = connection.Dispense("executor")
		}
		switch {
		case err == nil:
			steps++
		case os.Getenv("IGNORE_BROKEN_PLUGINS") == "true":
			log.WithError(err).Warn("step plugin is broken and ignored")
		default:
			goplugin.CleanupClients()
			log.WithError(err).Fatal("failed to load step plugin")
		}
	}
	logrus.WithField("steps", steps).Info("engine ready")
	go func() {
		for range time.Tick(500 * time.Millisecond) {
			logrus.WithFields(logrus.Fields{"workflow": "nightly", "status": "succeeded"}).Info("workflow finished")
		}
	}()
	logrus.Fatal(http.ListenAndServe(":8080", nil))
}
