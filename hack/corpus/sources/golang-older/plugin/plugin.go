// Package plugin is the contract between the hosts and their plugins: net/rpc over hashicorp/go-plugin.
package plugin

import (
	"net/rpc"

	goplugin "github.com/hashicorp/go-plugin"
)

// Handshake is what both sides must agree on.
var Handshake = goplugin.HandshakeConfig{
	ProtocolVersion:  2,
	MagicCookieKey:   "JOBS_PLUGIN",
	MagicCookieValue: "6b1d2c6e-executor",
}

// Executor runs a job.
type Executor interface {
	Execute(payload string) (string, error)
}

// ExecutorPlugin serves and dispenses an Executor.
type ExecutorPlugin struct{ Impl Executor }

func (p *ExecutorPlugin) Server(*goplugin.MuxBroker) (interface{}, error) {
	return &server{p.Impl}, nil
}

func (*ExecutorPlugin) Client(_ *goplugin.MuxBroker, c *rpc.Client) (interface{}, error) {
	return &client{c}, nil
}

type client struct{ rpc *rpc.Client }

func (c *client) Execute(payload string) (answer string, err error) {
	err = c.rpc.Call("Plugin.Execute", payload, &answer)
	return answer, err
}

type server struct{ impl Executor }

func (s *server) Execute(payload string, answer *string) (err error) {
	*answer, err = s.impl.Execute(payload)
	return err
}
