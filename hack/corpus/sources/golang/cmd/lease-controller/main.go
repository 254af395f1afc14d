// lease-controller is a controller-runtime manager with leader election, as kubebuilder scaffolds it.
package main

import (
	"context"
	"flag"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/config"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

type reconciler struct{ client.Client }

func (r *reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	var found corev1.ConfigMap
	if err := r.Get(ctx, request.NamespacedName, &found); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	ctrl.LoggerFrom(ctx).Info("reconciled", "keys", len(found.Data))
	return ctrl.Result{}, nil
}

func main() {
	metrics := flag.String("metrics-bind-address", ":8080", "")
	probes := flag.String("health-probe-bind-address", ":8081", "")
	elect := flag.Bool("leader-elect", false, "")
	options := zap.Options{Development: os.Getenv("LOG_DEVELOPMENT") != ""}
	options.BindFlags(flag.CommandLine)
	flag.Parse()
	ctrl.SetLogger(zap.New(zap.UseFlagOptions(&options)))
	log := ctrl.Log.WithName("setup")
	lease, renew, retry := 6*time.Second, 4*time.Second, time.Second
	manager, err := ctrl.NewManager(ctrl.GetConfigOrDie(), ctrl.Options{
		Metrics:                 server.Options{BindAddress: *metrics},
		HealthProbeBindAddress:  *probes,
		Controller:              config.Controller{CacheSyncTimeout: 6 * time.Second},
		LeaderElection:          *elect,
		LeaderElectionID:        "b1f0.example.com",
		LeaderElectionNamespace: "default",
		LeaseDuration:           &lease, RenewDeadline: &renew, RetryPeriod: &retry,
	})
	if err != nil {
		log.Error(err, "unable to start manager")
		os.Exit(1)
	}
	if err := ctrl.NewControllerManagedBy(manager).For(&corev1.ConfigMap{}).
		Complete(&reconciler{manager.GetClient()}); err != nil {
		log.Error(err, "unable to create controller", "controller", "ConfigMap")
		os.Exit(1)
	}
	manager.AddHealthzCheck("healthz", healthz.Ping)
	log.Info("starting manager")
	if err := manager.Start(ctrl.SetupSignalHandler()); err != nil {
		log.Error(err, "problem running manager")
		os.Exit(1)
	}
}
