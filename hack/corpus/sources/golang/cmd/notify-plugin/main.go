// notify-plugin is a job executor with the mistakes that plugins have in production; PLUGIN_MODE chooses one.
package main

import (
	"fmt"
	"log"
	"os"
	"time"

	goplugin "github.com/hashicorp/go-plugin"
	"github.com/spf13/viper"

	"corpus/plugin"
)

type executor struct{}

func (executor) Execute(payload string) (string, error) {
	if os.Getenv("PLUGIN_MODE") == "panic-later" {
		var jobs map[string]int
		jobs[payload] = 1
	}
	return "done " + payload, nil
}

func main() {
	handshake := plugin.Handshake
	viper.SetConfigName("notify")
	viper.AddConfigPath("/etc/notify")
	viper.AddConfigPath("$HOME/.notify")
	switch os.Getenv("PLUGIN_MODE") {
	case "config-on-stdout":
		if err := viper.ReadInConfig(); err != nil {
			fmt.Println("notify:", err)
		}
	case "config-on-stderr":
		if err := viper.ReadInConfig(); err != nil {
			log.Println("notify:", err, "- using the defaults")
		}
	case "banner":
		fmt.Printf("notify-plugin v1.3.0 (linux/amd64) build %s\n", "2e9ab41")
	case "json-on-stdout":
		fmt.Println(`{"level":"info","msg":"loading credentials","component":"notify"}`)
	case "exit":
		os.Exit(0)
	case "config-fatal":
		if err := viper.ReadInConfig(); err != nil {
			log.Fatalf("notify: %v", err)
		}
	case "panic":
		var jobs map[string]int
		jobs["first"] = 1
	case "old-protocol":
		handshake.ProtocolVersion = 1
	case "slow":
		time.Sleep(time.Minute)
	case "other-cookie":
		handshake.MagicCookieValue = "0a77-notifier"
	}
	goplugin.Serve(&goplugin.ServeConfig{
		HandshakeConfig: handshake,
		Plugins:         goplugin.PluginSet{"executor": &plugin.ExecutorPlugin{Impl: executor{}}},
	})
}
