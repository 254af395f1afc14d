// orders-api is an HTTP service on PostgreSQL: gin, pgx, viper, zap.
package main

import (
	"context"
	"errors"
	"net/http"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/viper"
	"go.uber.org/zap"
)

type settings struct {
	Listen   string        `mapstructure:"listen"`
	Database string        `mapstructure:"database"`
	Workers  int           `mapstructure:"workers"`
	Timeout  time.Duration `mapstructure:"timeout"`
	Retries  int           `mapstructure:"retries"`
	Query    string        `mapstructure:"query"`
	TLS      struct {
		Cert string `mapstructure:"cert"`
		Key  string `mapstructure:"key"`
	} `mapstructure:"tls"`
}

func main() {
	viper.SetConfigFile("/config/orders.yaml")
	viper.SetEnvPrefix("ORDERS")
	viper.SetEnvKeyReplacer(strings.NewReplacer(".", "_"))
	viper.AutomaticEnv()
	for key, value := range map[string]any{"listen": ":8080", "workers": 4, "timeout": "5s", "retries": 1, "query": "select 1",
		"database": "", "log.level": "info", "log.format": "json", "tls.cert": "", "tls.key": ""} {
		viper.SetDefault(key, value)
	}
	configErr := viper.ReadInConfig()
	build := zap.NewProductionConfig()
	if viper.GetString("log.format") == "console" {
		build = zap.NewDevelopmentConfig()
	}
	log := zap.Must(build.Build())
	defer log.Sync()
	log.Info("starting orders-api", zap.String("version", "5.12.0"), zap.String("commit", "7c1e0aa"))
	if configErr != nil {
		log.Fatal("cannot read configuration", zap.Error(configErr))
	}
	var s settings
	if err := viper.Unmarshal(&s); err != nil {
		log.Fatal("cannot decode configuration", zap.Error(err))
	}
	if s.Database == "" {
		log.Fatal("ORDERS_DATABASE is not set")
	}
	config, err := pgxpool.ParseConfig(s.Database)
	if err != nil {
		log.Fatal("invalid database URL", zap.Error(err))
	}
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	if err != nil {
		log.Fatal("cannot create pool", zap.Error(err))
	}
	log.Info("connecting to database", zap.String("host", config.ConnConfig.Host), zap.Uint16("port", config.ConnConfig.Port))
	for attempt := 1; ; attempt++ {
		ctx, cancel := context.WithTimeout(context.Background(), s.Timeout)
		_, err = pool.Exec(ctx, s.Query)
		cancel()
		if err == nil {
			break
		}
		if attempt >= s.Retries {
			log.Fatal("database check failed", zap.Int("attempt", attempt), zap.Error(err))
		}
		log.Warn("database not ready, retrying", zap.Int("attempt", attempt), zap.Error(err))
		time.Sleep(time.Second)
	}
	log.Info("database connected", zap.Int("workers", s.Workers))
	gin.DisableConsoleColor()
	router := gin.Default()
	router.GET("/healthz", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	router.GET("/orders/:id", func(c *gin.Context) {
		if c.Param("id") == "0" {
			c.JSON(http.StatusNotFound, gin.H{"error": "order not found"})
			return
		}
		c.JSON(http.StatusOK, gin.H{"id": c.Param("id")})
	})
	router.GET("/export", func(*gin.Context) { panic(errors.New("export: connection refused by archive")) })
	server := &http.Server{Addr: s.Listen, Handler: router}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	go func() {
		<-ctx.Done()
		log.Info("shutdown requested, draining connections")
		server.Shutdown(context.Background())
	}()
	log.Info("listening", zap.String("addr", s.Listen))
	if s.TLS.Cert != "" {
		err = server.ListenAndServeTLS(s.TLS.Cert, s.TLS.Key)
	} else {
		err = server.ListenAndServe()
	}
	if !errors.Is(err, http.ErrServerClosed) {
		log.Fatal("server failed", zap.Error(err))
	}
	pool.Close()
	log.Info("bye")
}
