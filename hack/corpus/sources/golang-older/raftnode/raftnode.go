// Package raftnode starts a hashicorp/raft node on a BoltDB store, as embedding programs do.
package raftnode

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/raft"
	raftboltdb "github.com/hashicorp/raft-boltdb/v2"
)

// Options are the flags that every program of this kind has.
type Options struct {
	ID, Bind, Data, Peers, HTTP, LogLevel string
	Wait                                  time.Duration
}

// Flags registers them.
func Flags() *Options {
	o := &Options{}
	host, _ := os.Hostname()
	flag.StringVar(&o.ID, "node-id", host, "unique name of this node")
	flag.StringVar(&o.Bind, "bind", "127.0.0.1:8300", "address of the raft transport")
	flag.StringVar(&o.Data, "data-dir", "/data", "where the raft log is stored")
	flag.StringVar(&o.Peers, "bootstrap", "", "id=address of every member, comma separated")
	flag.StringVar(&o.HTTP, "http", ":8080", "address of the HTTP server")
	flag.StringVar(&o.LogLevel, "log-level", "info", "debug, info, warn, error")
	flag.DurationVar(&o.Wait, "leader-timeout", 0, "exit when there is no leader after this time")
	return o
}

// State is a replicated map.
type State struct {
	mu   sync.Mutex
	data map[string]string
}

func (s *State) Apply(l *raft.Log) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return json.Unmarshal(l.Data, &s.data)
}

func (s *State) Snapshot() (raft.FSMSnapshot, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	content, err := json.Marshal(s.data)
	return snapshot(content), err
}

func (s *State) Restore(r io.ReadCloser) error {
	defer r.Close()
	return json.NewDecoder(r).Decode(&s.data)
}

type snapshot []byte

func (s snapshot) Persist(sink raft.SnapshotSink) error {
	if _, err := sink.Write(s); err != nil {
		return sink.Cancel()
	}
	return sink.Close()
}

func (s snapshot) Release() {}

// Start opens the stores and starts the node. config holds the logger.
func Start(o *Options, config *raft.Config, out io.Writer) (*raft.Raft, error) {
	config.LocalID = raft.ServerID(o.ID)
	advertise, err := net.ResolveTCPAddr("tcp", o.Bind)
	if err != nil {
		return nil, fmt.Errorf("resolving bind address %q: %w", o.Bind, err)
	}
	transport, err := raft.NewTCPTransport(o.Bind, advertise, 3, 2*time.Second, out)
	if err != nil {
		return nil, fmt.Errorf("starting raft transport: %w", err)
	}
	if err := os.MkdirAll(o.Data, 0o755); err != nil {
		return nil, fmt.Errorf("creating data directory: %w", err)
	}
	snapshots, err := raft.NewFileSnapshotStore(o.Data, 2, out)
	if err != nil {
		return nil, fmt.Errorf("opening snapshot store: %w", err)
	}
	store, err := raftboltdb.New(raftboltdb.Options{
		Path:        filepath.Join(o.Data, "raft.db"),
		BoltOptions: boltOptions(),
	})
	if err != nil {
		return nil, fmt.Errorf("opening raft.db: %w", err)
	}
	cached, err := raft.NewLogCache(512, store)
	if err != nil {
		return nil, err
	}
	if o.Peers != "" {
		var members raft.Configuration
		for _, member := range strings.Split(o.Peers, ",") {
			id, address, found := strings.Cut(member, "=")
			if !found {
				return nil, fmt.Errorf("invalid value %q for flag -bootstrap: want id=address", member)
			}
			members.Servers = append(members.Servers, raft.Server{
				ID: raft.ServerID(id), Address: raft.ServerAddress(address),
			})
		}
		err := raft.BootstrapCluster(config, cached, store, snapshots, transport, members)
		if err != nil && !errors.Is(err, raft.ErrCantBootstrap) {
			return nil, fmt.Errorf("bootstrapping: %w", err)
		}
	}
	return raft.NewRaft(config, &State{data: map[string]string{}}, cached, store, snapshots, transport)
}

// Health answers 200 when there is a leader.
func Health(node *raft.Raft) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if address, _ := node.LeaderWithID(); address == "" {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusOK)
	}
}

// AwaitLeader says whether a leader was seen in time.
func AwaitLeader(node *raft.Raft, timeout time.Duration) bool {
	for end := time.Now().Add(timeout); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if address, _ := node.LeaderWithID(); address != "" {
			return true
		}
	}
	return false
}
