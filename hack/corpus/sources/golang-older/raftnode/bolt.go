package raftnode

import (
	"time"

	"go.etcd.io/bbolt"
)

func boltOptions() *bbolt.Options { return &bbolt.Options{Timeout: 2 * time.Second} }
