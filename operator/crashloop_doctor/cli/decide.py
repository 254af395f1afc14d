"""`crashloop-doctor approve|reject`: writes the decision as the user who asks, bound to the plan's digest."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any


def run(options: argparse.Namespace) -> int:
    import yaml
    from kubernetes import client, config
    from urllib3.exceptions import HTTPError

    name = options.name.rpartition("/")[2]
    decision = "Approve" if options.command == "approve" else "Reject"
    try:
        config.load_kube_config(context=options.context)  # type: ignore[no-untyped-call]
        contexts, active = config.list_kube_config_contexts()  # type: ignore[no-untyped-call]
        if options.context:
            active = next(c for c in contexts if c["name"] == options.context)
        namespace = options.namespace or active["context"].get("namespace", "default")
        objects = client.CustomObjectsApi()
        place = ("crashloop-doctor.io", "v1alpha1", namespace, "remediations", name)
        remediation: Any = objects.get_namespaced_custom_object(*place)
        review: Any = client.AuthenticationV1Api().create_self_subject_review(
            client.V1SelfSubjectReview()
        )
        approval = {
            "decision": decision,
            "approvedBy": review.status.user_info.username,
            "digest": remediation["spec"]["digest"],
        }
        objects.patch_namespaced_custom_object(*place, {"spec": {"approval": approval}})
    # The package checks neither that it is YAML nor that it is a mapping.
    except (config.ConfigException, yaml.YAMLError, AttributeError, TypeError) as error:
        print(f"no usable kubeconfig: {' '.join(str(error).split())}", file=sys.stderr)
        return 1
    except client.ApiException as error:
        print(f"rem/{name}: {_said(error)}", file=sys.stderr)
        return 1
    except HTTPError as error:
        print(f"the API server cannot be reached: {error}", file=sys.stderr)
        return 1
    done = "approved" if decision == "Approve" else "rejected"
    print(f"rem/{name}: {done} by {approval['approvedBy']} (plan {approval['digest'][:19]})")
    return 0


def _said(error: object) -> str:
    """The server's own sentence."""
    try:
        return str(json.loads(getattr(error, "body", "") or "{}")["message"])
    except (ValueError, KeyError):
        return str(error)
