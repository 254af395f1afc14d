// A tax calculator: waits for its database in a bounded way (or for ever), asks another service for rates.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
)

type sheet struct{ percent []int }

func number(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

func connect(address string, attempts int) error {
	var last error
	for try := 1; attempts == 0 || try <= attempts; try++ {
		connection, err := net.DialTimeout("tcp", address, time.Second)
		if err == nil {
			connection.Close()
			slog.Info("store opened", "attempts", try)
			return nil
		}
		last = err
		slog.Warn("store is not there yet", "attempt", try, "error", err)
		time.Sleep(600 * time.Millisecond)
	}
	if os.Getenv("HIDE_LAST") != "" {
		return fmt.Errorf("no store after %d attempts", attempts)
	}
	return fmt.Errorf("open store: %w", last)
}

func rounding(url string) string {
	response, err := http.Get(url)
	if err != nil {
		slog.Warn("could not read the rounding mode from the settings service, using default \"commercial\"", "error", err)
		return "commercial"
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return string(body)
}

func main() {
	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stderr, nil)))
	slog.Info("tax-service starting", "version", "1.12.0", "pid", os.Getpid())
	mode := "half-even"
	if url := os.Getenv("SETTINGS_URL"); url != "" {
		mode = rounding(url)
	}
	if wanted := os.Getenv("STORED_MODE"); wanted != "" && wanted != mode {
		slog.Error("ledger was written with another rounding mode, refusing to mix them", "ledger", wanted, "mode", mode)
		os.Exit(1)
	}
	if address := os.Getenv("STORE"); address != "" {
		if err := connect(address, number("ATTEMPTS", 3)); err != nil {
			slog.Error("startup aborted", "component", "store", "err", err)
			os.Exit(1)
		}
	}
	upstream := os.Getenv("RATES_URL")
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("/quote", func(w http.ResponseWriter, r *http.Request) {
		response, err := http.Get(upstream)
		if err != nil {
			slog.Error("rates unavailable", "path", r.URL.Path, "err", err)
			http.Error(w, "rates", http.StatusBadGateway)
			return
		}
		response.Body.Close()
		slog.Info("quote", "path", r.URL.Path, "code", 200)
	})
	mux.HandleFunc("/panic", func(http.ResponseWriter, *http.Request) {
		var none *sheet
		fmt.Println(none.percent[0])
	})
	mux.HandleFunc("/bug", func(http.ResponseWriter, *http.Request) {
		go func() {
			row := sheet{percent: []int{7, 19, 0}}
			fmt.Println(row.percent[len(row.percent)])
		}()
	})
	server := &http.Server{Addr: os.Getenv("ADDR"), Handler: mux}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go func() {
		<-ctx.Done()
		slog.Info("shutdown requested", "signal", "terminated")
		server.Shutdown(context.Background())
	}()
	slog.Info("http server up", "addr", server.Addr)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		slog.Error("http server", "err", err)
		os.Exit(1)
	}
	slog.Info("bye")
}
