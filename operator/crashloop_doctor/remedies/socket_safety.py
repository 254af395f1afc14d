"""When a socket may be removed at all (docs/design.md, safety rule 10): what the spec and the neighbours must say.

The toolbox checks the rest at run time, on the node, where it can be seen (docs/toolbox.md).
"""

from __future__ import annotations

import posixpath
import shlex
from typing import Any

from ..api.core import Container, Pod, Struct, Volume
from ..diagnosis import volumes
from .plan import Consultation, Refusal


class Target(Struct, frozen=True, kw_only=True):
    """The socket of one plan: where it lies in the container, and who may remove it."""

    path: str
    mount: str
    volume: Volume
    user: int
    group: int | None

    @property
    def arguments(self) -> list[str]:
        """Flags of the toolbox, one argument each: captured text never reaches a shell."""
        return [f"--socket={self.path}", f"--mount={self.mount}"]

    def security_context(self) -> dict[str, Any]:
        """The failing container's own user and nothing more: no capability, no escalation, read-only root."""
        context: dict[str, Any] = {
            "runAsUser": self.user,
            "runAsNonRoot": self.user != 0,
            "allowPrivilegeEscalation": False,
            "privileged": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        }
        if self.group is not None:
            context["runAsGroup"] = self.group
        return context

    def volume_mount(self) -> dict[str, str]:
        return {"name": self.volume.name, "mountPath": self.mount}


def locate(remedy: str, consultation: Consultation, changed: tuple[Pod, ...]) -> Target | Refusal:
    """The one socket that may be removed, or the first reason why none may be; `changed` are the pods to be changed."""
    if not consultation.patients:
        return Refusal(
            remedy=remedy,
            reason="NoPatient",
            message="none of the diagnosed pods exists any more; a new death starts a new look",
        )
    targets = []
    for pod in consultation.patients:
        target = _located_in(remedy, consultation, changed, pod)
        if isinstance(target, Refusal):
            return target
        targets.append(target)
    first = targets[0]
    if any(target != first for target in targets):
        return Refusal(
            remedy=remedy,
            reason="PatientsDiffer",
            message="the diagnosed pods mount the volume differently or run as different users;"
            " wait until the rollout is complete",
        )
    return first


def _located_in(
    remedy: str, consultation: Consultation, changed: tuple[Pod, ...], pod: Pod
) -> Target | Refusal:
    container = pod.container(consultation.container)
    path = consultation.captures.get("path", "")
    if container is None or not volumes.is_plain_absolute(path):
        return Refusal(
            remedy=remedy,
            reason="PathUnknown",
            message="the socket's path is not known well enough to remove a file",
        )
    place = volumes.mounted_path(pod, container, path)
    refused = _place_objection(pod, place, path) or _neighbour_objection(
        consultation, changed, place
    )
    if refused is not None:
        return Refusal(remedy=remedy, reason=refused[0], message=refused[1])
    assert place is not None
    mount, socket = _toolbox_paths(place)
    if not _toolbox_accepts(mount, socket):
        return Refusal(
            remedy=remedy,
            reason="PathUnknown",
            message=f"{socket!r} on the mount {mount!r} is no path that the toolbox accepts",
        )
    user, group = _user(pod, container)
    if user is None:
        return Refusal(
            remedy=remedy,
            reason="UserUnknown",
            message=f"neither spec nor status says which user container {container.name} runs as;"
            " set securityContext.runAsUser so that the socket is removed as that user and no other",
        )
    return Target(path=socket, mount=mount, volume=place.volume, user=user, group=group)


MAX_PATH_BYTES = 1024
"""As the toolbox bounds its flags (operator/toolbox/internal/socket)."""


PRIVATE_PREFIX = ".crashloop-doctor."
"""Names that the toolbox gives to sockets it is about to remove."""


def _toolbox_accepts(mount: str, socket: str) -> bool:
    """The rules of the toolbox's ParsePath; tests/functional/test_toolbox_arguments.py holds the two together."""
    return (
        mount != "/"
        and mount.isprintable()
        and socket.isprintable()
        and len(socket.encode()) <= MAX_PATH_BYTES
        and not posixpath.basename(socket).startswith(PRIVATE_PREFIX)
    )


def _toolbox_paths(place: volumes.MountedPath) -> tuple[str, str]:
    """Mount and socket in the one spelling the toolbox takes: clean, the socket literally below the mount.

    The log may say /run/x where the spec says /var/run/x/: the toolbox would refuse, and a sidecar that refuses its own
    flags keeps the daemon from starting.
    """
    # POSIX lets normpath keep two leading slashes; the toolbox does not.
    mount = "/" + posixpath.normpath(place.mount.mount_path).lstrip("/")
    below = posixpath.relpath(volumes.canonical(place.path), volumes.canonical(mount))
    return mount, posixpath.join(mount, below)


def _place_objection(
    pod: Pod, place: volumes.MountedPath | None, path: str
) -> tuple[str, str] | None:
    if pod.spec.runtime_class_name:
        return (
            "OtherKernel",
            f"the pod uses runtimeClassName {pod.spec.runtime_class_name}; another kernel may hold the"
            " listener, so nobody can prove that the socket is stale",
        )
    system = pod.spec.os.name if pod.spec.os else pod.spec.node_selector.get("kubernetes.io/os", "")
    if system == "windows":
        return ("Windows", "the pod runs on Windows, where sockets are no files")
    if place is None or canonical_equal(place.mount.mount_path, path):
        return ("NotOnVolume", f"{path} lies on no volume of the container; a restart removes it")
    if place.volume.kind not in volumes.SOCKET_KEEPING:
        return (
            "SharedVolume",
            f"{path} lies on a volume of kind {place.volume.kind}, which other nodes may share;"
            " only hostPath and emptyDir can be proven to have no listener elsewhere",
        )
    if place.mount.sub_path or place.mount.sub_path_expr:
        return (
            "SubPath",
            f"volume {place.volume.name} is mounted with subPath, which hides its true place",
        )
    if place.mount.read_only:
        return ("ReadOnly", f"volume {place.volume.name} is mounted read-only")
    return None


def canonical_equal(one: str, other: str) -> bool:
    return volumes.canonical(one) == volumes.canonical(other)


def _neighbour_objection(
    consultation: Consultation, changed: tuple[Pod, ...], place: volumes.MountedPath | None
) -> tuple[str, str] | None:
    """A pod that could listen on the same file from another container sandbox, seen from no other place than here."""
    if place is None or place.volume.host_path is None:
        return None
    if consultation.neighbours is None:
        return (
            "NeighboursUnknown",
            "the other pods of the node were not read; looked at again soon",
        )
    directory = place.volume.host_path.path
    nodes = {pod.spec.node_name for pod in changed if pod.spec.node_name}
    own = {pod.metadata.uid for pod in changed}
    for other in consultation.neighbours:
        same_node = other.spec.node_name in nodes
        if not same_node or other.status.phase in ("Succeeded", "Failed"):
            continue
        if other.metadata.uid in own and _alone(changed, other):
            continue
        shared = _writable_host_path(other, directory)
        if shared:
            return (
                "SharedHostPath",
                f"pod {other.metadata.namespace}/{other.metadata.name} on node {other.spec.node_name} mounts"
                f" {shared}, which overlaps {directory}; it could be the one that listens there",
            )
    return None


def _alone(changed: tuple[Pod, ...], pod: Pod) -> bool:
    """Whether no second pod of those to be changed runs on the pod's node."""
    return not any(
        other.metadata.uid != pod.metadata.uid and other.spec.node_name == pod.spec.node_name
        for other in changed
    )


def _writable_host_path(pod: Pod, directory: str) -> str:
    """The host path of the pod that overlaps the directory and that some container may write to.

    A read-only mount cannot hold a listener: bind() creates the file and fails with EROFS (bind(2)). Without this,
    every node exporter that mounts / read-only would forbid every cure.
    """
    for volume in pod.spec.volumes:
        if volume.host_path is None or not volumes.overlap(volume.host_path.path, directory):
            continue
        for container in (
            *pod.spec.containers,
            *pod.spec.init_containers,
            *pod.spec.ephemeral_containers,
        ):
            # What the doctor added removes sockets and never listens.
            if container.name.startswith("crashloop-doctor-"):
                continue
            if any(m.name == volume.name and not m.read_only for m in container.volume_mounts):
                return volume.host_path.path
    return ""


def _user(pod: Pod, container: Container) -> tuple[int | None, int | None]:
    """User and group of the container: its own setting, the pod's, or what the kubelet says it became."""
    status = pod.container_status(container.name)
    actual = status.user.linux if status and status.user else None
    contexts = [c for c in (container.security_context, pod.spec.security_context) if c is not None]
    user = next((c.run_as_user for c in contexts if c.run_as_user is not None), None)
    group = next((c.run_as_group for c in contexts if c.run_as_group is not None), None)
    if actual is not None:
        # Without a group of its own our container would get the one of its image, which is root's.
        user = actual.uid if user is None else user
        group = actual.gid if group is None else group
    return user, group


def quoted(*words: str) -> str:
    """A command line for a person to paste, safe whatever the words contain."""
    return shlex.join(words)
