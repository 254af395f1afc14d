// kong-cli uploads reports: kong for its flags, logrus for its log.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/alecthomas/kong"
	"github.com/pkg/errors"
	log "github.com/sirupsen/logrus"
)

var cli struct {
	LogLevel string `help:"Log level." default:"info" env:"LOG_LEVEL" enum:"debug,info,warn,error"`
	Upload   struct {
		Bucket   string        `help:"Target bucket." required:"" env:"REPORT_BUCKET"`
		Every    time.Duration `help:"Interval." default:"1s" env:"REPORT_INTERVAL"`
		Workers  int           `help:"Workers." default:"2" env:"REPORT_WORKERS"`
		Template string        `help:"Template." type:"existingfile" env:"REPORT_TEMPLATE"`
		Output   string        `help:"Where the reports are written." default:"/data/reports" env:"REPORT_OUTPUT"`
		Rounds   int           `help:"Rounds, 0 for ever." default:"0"`
	} `cmd:"" help:"Upload the reports."`
	Check struct {
		Path string `arg:"" type:"path"`
	} `cmd:"" help:"Check one."`
}

func render(folder string, round int) error {
	file, err := os.OpenFile(filepath.Join(folder, fmt.Sprintf("report-%04d.csv", round)), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return errors.Wrap(err, "create report")
	}
	defer file.Close()
	buffer := bufio.NewWriter(file)
	if _, err := io.CopyN(buffer, zeros{}, 3<<20); err != nil {
		return errors.Wrapf(err, "write report %d", round)
	}
	return errors.WithStack(buffer.Flush())
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func main() {
	context := kong.Parse(&cli, kong.Name("kong-cli"), kong.UsageOnError(), kong.Description("Uploads reports."))
	level, _ := log.ParseLevel(cli.LogLevel)
	log.SetLevel(level)
	if os.Getenv("LOG_FORMAT") == "json" {
		log.SetFormatter(&log.JSONFormatter{})
	}
	if context.Command() != "upload" {
		log.WithField("path", cli.Check.Path).Info("checked, no missing certificate, no permission denied: all fine")
		return
	}
	log.WithFields(log.Fields{"bucket": cli.Upload.Bucket, "workers": cli.Upload.Workers}).Info("report uploader started")
	totals := make([]int, cli.Upload.Workers)
	for round := 0; cli.Upload.Rounds == 0 || round < cli.Upload.Rounds; round++ {
		if err := render(cli.Upload.Output, round); err != nil {
			log.WithError(err).Fatal("report run failed")
		}
		totals[round%2]++
		log.WithField("round", round).Info("report uploaded")
		time.Sleep(cli.Upload.Every)
	}
}
