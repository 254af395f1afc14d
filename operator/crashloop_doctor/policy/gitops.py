"""Who else writes the object: a controller that would put its own version back, or fail on ours."""

from __future__ import annotations

from ..api.core import ObjectMeta

_LABELS = {
    "argocd.argoproj.io/instance": "Argo CD",
    "kustomize.toolkit.fluxcd.io/name": "Flux",
    "helm.toolkit.fluxcd.io/name": "Flux",
}
_ANNOTATIONS = {
    "argocd.argoproj.io/tracking-id": "Argo CD",
    "meta.helm.sh/release-name": "Helm",
}

# Argo CD tracks by default with the label app.kubernetes.io/instance, which proves nothing: half of all charts set it.
_MANAGERS = {
    "argocd-controller": "Argo CD",
    "argocd-application-controller": "Argo CD",
    "kustomize-controller": "Flux",
    "helm-controller": "Flux",
    "helm": "Helm",
}


def owner_of(metadata: ObjectMeta) -> str:
    """`Argo CD`, `Flux` or `Helm` when the object carries its marker, otherwise an empty string.

    Markers as documented: Argo CD resource tracking, Flux kustomize- and helm-controller labels, Helm's adoption
    annotations; and the field managers under which those tools write.
    """
    for key, owner in _LABELS.items():
        if key in metadata.labels:
            return owner
    for key, owner in _ANNOTATIONS.items():
        if key in metadata.annotations:
            return owner
    if metadata.labels.get("app.kubernetes.io/managed-by") == "Helm":
        return "Helm"
    for fields in metadata.managed_fields:
        if fields.manager in _MANAGERS and fields.subresource != "status":
            return _MANAGERS[fields.manager]
    return ""
