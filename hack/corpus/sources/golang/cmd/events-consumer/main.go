// events-consumer reads a Kafka topic with sarama and logs with logrus.
package main

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/IBM/sarama"
	"github.com/sirupsen/logrus"
)

type handler struct{}

func (handler) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (handler) Cleanup(sarama.ConsumerGroupSession) error { return nil }
func (handler) ConsumeClaim(s sarama.ConsumerGroupSession, c sarama.ConsumerGroupClaim) error {
	for m := range c.Messages() {
		s.MarkMessage(m, "")
	}
	return nil
}

func main() {
	if os.Getenv("LOG_FORMAT") == "json" {
		logrus.SetFormatter(&logrus.JSONFormatter{})
	}
	if os.Getenv("LOG_COLOR") != "" {
		logrus.SetFormatter(&logrus.TextFormatter{ForceColors: true, FullTimestamp: true})
	}
	sarama.Logger = logrus.WithField("component", "sarama")
	logrus.WithField("version", "1.8.3").Info("events-consumer starting")
	version, err := sarama.ParseKafkaVersion(os.Getenv("KAFKA_VERSION"))
	if err != nil {
		logrus.WithError(err).Fatal("bad KAFKA_VERSION")
	}
	config := sarama.NewConfig()
	config.Version = version
	config.Net.DialTimeout = 2 * time.Second
	config.Metadata.Retry.Max = 2
	brokers := strings.Split(os.Getenv("KAFKA_BROKERS"), ",")
	group, err := sarama.NewConsumerGroup(brokers, "events", config)
	if err != nil {
		logrus.WithError(err).WithField("brokers", brokers).Fatal("cannot create consumer group")
	}
	for {
		if err := group.Consume(context.Background(), []string{"events"}, handler{}); err != nil {
			logrus.WithError(err).Error("consume")
		}
	}
}
