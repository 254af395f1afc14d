// session-cache is an HTTP service on Redis: echo, go-redis, envconfig, zerolog.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"time"

	"github.com/kelseyhightower/envconfig"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/redis/go-redis/v9"
	"github.com/rs/zerolog"
)

type settings struct {
	Port     int           `envconfig:"PORT" default:"8080"`
	Redis    string        `envconfig:"REDIS_ADDR" required:"true"`
	Password string        `envconfig:"REDIS_PASSWORD"`
	CAFile   string        `envconfig:"REDIS_CA_FILE"`
	TTL      time.Duration `envconfig:"SESSION_TTL" default:"30m"`
	Retries  int           `envconfig:"REDIS_CONNECT_RETRIES" default:"3"`
	Console  bool          `envconfig:"LOG_CONSOLE"`
	Listen   string        `envconfig:"LISTEN"`
}

func main() {
	var s settings
	log := zerolog.New(os.Stdout).With().Timestamp().Str("service", "session-cache").Logger()
	err := envconfig.Process("", &s)
	if s.Console {
		log = log.Output(zerolog.ConsoleWriter{Out: os.Stdout, TimeFormat: time.RFC3339})
	}
	if err != nil {
		log.Fatal().Err(err).Msg("bad environment")
	}
	log.Info().Dur("ttl", s.TTL).Msg("starting")
	options := &redis.Options{Addr: s.Redis, Password: s.Password, DialTimeout: 2 * time.Second, MaxRetries: -1}
	if s.CAFile != "" {
		pem, err := os.ReadFile(s.CAFile)
		if err != nil {
			log.Fatal().Err(err).Msg("cannot read CA file")
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(pem) {
			log.Fatal().Str("file", s.CAFile).Msg("no certificate found in CA file")
		}
		options.TLSConfig = &tls.Config{RootCAs: roots}
	}
	client := redis.NewClient(options)
	for attempt := 1; ; attempt++ {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		err = client.Ping(ctx).Err()
		cancel()
		if err == nil {
			break
		}
		log.Warn().Err(err).Int("attempt", attempt).Msg("redis ping failed")
		if attempt >= s.Retries {
			log.Fatal().Err(err).Str("addr", s.Redis).Msg("could not connect to redis")
		}
		time.Sleep(700 * time.Millisecond)
	}
	log.Info().Str("addr", s.Redis).Msg("redis connected")
	e := echo.New()
	e.Use(middleware.Logger(), middleware.Recover())
	e.GET("/healthz", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) })
	e.GET("/sessions/:id", func(c echo.Context) error {
		value, err := client.Get(c.Request().Context(), c.Param("id")).Result()
		if err != nil {
			return echo.NewHTTPError(http.StatusNotFound, err.Error())
		}
		return c.String(http.StatusOK, value)
	})
	if s.Listen == "" {
		s.Listen = ":8080"
	}
	e.Logger.Fatal(e.Start(s.Listen))
}
