// viper-api is an HTTP service in the common layout: cobra, viper, mapstructure, validator, zap.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"text/template"
	"time"

	"github.com/go-playground/validator/v10"
	"github.com/spf13/cobra"
	"github.com/spf13/viper"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

type settings struct {
	Server struct {
		Addr        string        `mapstructure:"addr" validate:"required"`
		ReadTimeout time.Duration `mapstructure:"read_timeout"`
		CertFile    string        `mapstructure:"cert_file"`
		KeyFile     string        `mapstructure:"key_file"`
	} `mapstructure:"server"`
	Log struct {
		Level    string `mapstructure:"level"`
		Encoding string `mapstructure:"encoding"`
	} `mapstructure:"log"`
	Upstream  string   `mapstructure:"upstream" validate:"omitempty,url"`
	Discount  float64  `mapstructure:"discount" validate:"gte=0,lte=1"`
	Currency  string   `mapstructure:"currency" validate:"required,oneof=EUR USD GBP"`
	CacheDir  string   `mapstructure:"cache_dir"`
	Templates string   `mapstructure:"templates"`
	Regions   []string `mapstructure:"regions"`
}

var configFile string

func load() (*settings, error) {
	viper.SetEnvPrefix("PRICING")
	viper.SetEnvKeyReplacer(strings.NewReplacer(".", "_"))
	viper.AutomaticEnv()
	viper.SetDefault("server.addr", ":8080")
	viper.SetDefault("log.level", "info")
	viper.SetDefault("log.encoding", "json")
	for _, key := range []string{"upstream", "currency", "cache_dir", "templates", "discount", "server.read_timeout"} {
		_ = viper.BindEnv(key)
	}
	if configFile != "" {
		viper.SetConfigFile(configFile)
	} else {
		viper.SetConfigName("pricing")
		viper.AddConfigPath("/config")
		viper.AddConfigPath("/etc/pricing")
	}
	if err := viper.ReadInConfig(); err != nil {
		return nil, fmt.Errorf("loading config: %w", err)
	}
	var s settings
	if err := viper.UnmarshalExact(&s); err != nil {
		return nil, fmt.Errorf("loading config: %w", err)
	}
	if err := validator.New().Struct(&s); err != nil {
		return nil, fmt.Errorf("config validation: %w", err)
	}
	return &s, nil
}

func serve(cmd *cobra.Command, args []string) error {
	s, err := load()
	if err != nil {
		return err
	}
	build := zap.NewProductionConfig()
	build.Encoding = s.Log.Encoding
	level, err := zapcore.ParseLevel(s.Log.Level)
	if err != nil {
		return err
	}
	build.Level = zap.NewAtomicLevelAt(level)
	log, err := build.Build()
	if err != nil {
		return fmt.Errorf("logger: %w", err)
	}
	log.Info("using config file", zap.String("file", viper.ConfigFileUsed()))
	if s.CacheDir != "" {
		if err := os.MkdirAll(filepath.Join(s.CacheDir, "prices"), 0o755); err != nil {
			return fmt.Errorf("init cache: %w", err)
		}
		if err := os.WriteFile(filepath.Join(s.CacheDir, "prices", "warm.bin"), make([]byte, 1<<20), 0o644); err != nil {
			return fmt.Errorf("warm cache: %w", err)
		}
	}
	if s.Templates != "" {
		template.Must(template.ParseGlob(s.Templates))
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if s.Upstream != "" {
		client := http.Client{Timeout: 3 * time.Second}
		answer, err := client.Get(s.Upstream)
		if err != nil {
			return fmt.Errorf("price feed: %w", err)
		}
		if answer.StatusCode != http.StatusOK {
			return fmt.Errorf("price feed: unexpected status %s", answer.Status)
		}
	}
	prices := map[string]map[string]float64{"EUR": {}, "USD": {}}
	prices[s.Currency]["base"] = 1
	listener, err := net.Listen("tcp", s.Server.Addr)
	if err != nil {
		return err
	}
	server := &http.Server{ReadTimeout: s.Server.ReadTimeout, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/prices/0") {
			log.Error("failed to load price", zap.String("path", r.URL.Path), zap.Error(errors.New("record not found: permission denied for tenant")))
			http.Error(w, "not found", http.StatusNotFound)
			return
		}
		fmt.Fprintln(w, "1.00")
	})}
	go func() {
		<-ctx.Done()
		log.Info("shutting down")
		_ = server.Shutdown(context.Background())
	}()
	log.Info("listening", zap.String("addr", s.Server.Addr))
	if s.Server.CertFile != "" {
		err = server.ServeTLS(listener, s.Server.CertFile, s.Server.KeyFile)
	} else {
		err = server.Serve(listener)
	}
	if !errors.Is(err, http.ErrServerClosed) {
		log.Fatal("server", zap.Error(err))
	}
	return nil
}

func main() {
	root := &cobra.Command{Use: "viper-api", Short: "Prices for the shop", Version: "3.2.0"}
	root.PersistentFlags().StringVar(&configFile, "config", "", "config file (default /config/pricing.yaml)")
	command := &cobra.Command{Use: "serve", Short: "Serve the pricing API", RunE: serve}
	command.Flags().String("addr", ":8080", "address to listen on")
	command.Flags().Duration("read-timeout", 0, "time to read a request")
	_ = viper.BindPFlag("server.addr", command.Flags().Lookup("addr"))
	_ = viper.BindPFlag("server.read_timeout", command.Flags().Lookup("read-timeout"))
	export := &cobra.Command{Use: "export", Short: "Export prices", RunE: func(cmd *cobra.Command, args []string) error { return nil }}
	export.Flags().String("bucket", "", "bucket to export to")
	_ = export.MarkFlagRequired("bucket")
	root.AddCommand(command, export)
	if err := root.Execute(); err != nil {
		os.Exit(1)
	}
}
