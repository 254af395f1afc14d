// report-worker renders reports with a pool of workers; its pool can wait for itself.
package main

import (
	"log/slog"
	"os"
	"strconv"
	"sync"
	"time"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	count, err := strconv.Atoi(os.Getenv("REPORTS"))
	if err != nil {
		log.Error("invalid REPORTS", "error", err)
		os.Exit(2)
	}
	log.Info("starting report-worker", "version", "1.1.9", "reports", count)
	reports, done := make(chan int), make(chan int)
	var all sync.WaitGroup
	for range 4 {
		all.Add(1)
		go func() {
			defer all.Done()
			for n := range reports {
				time.Sleep(20 * time.Millisecond)
				done <- n
			}
		}()
	}
	go func() {
		for n := range count {
			reports <- n
		}
	}()
	for n := range done {
		log.Info("report rendered", "report", n)
		if n == count-1 && os.Getenv("WATCH") != "" {
			log.Info("all reports rendered, waiting for the next day")
			time.Sleep(time.Hour)
		}
	}
	all.Wait()
}
