"""Where a path inside a container really lies: on which volume, and whether that volume can keep a socket."""

from __future__ import annotations

import posixpath

from ..api.core import Container, Pod, Struct, Volume, VolumeMount

SOCKET_KEEPING = ("hostPath", "emptyDir")
"""Volume kinds that outlive a container and on which only the pod's own node can hold a listener."""

SCRATCH = ("/tmp", "/var/tmp", "/cache", "/var/cache", "/var/log", "/logs")  # noqa: S108
"""Where any container may have an emptyDir, whether it has a socket or not."""

WRITABLE_KINDS = (*SOCKET_KEEPING, "persistentVolumeClaim", "nfs", "csi", "ephemeral")


class MountedPath(Struct, frozen=True, kw_only=True):
    """A path of a container and the mount that holds it."""

    path: str
    mount: VolumeMount
    volume: Volume


def canonical(path: str) -> str:
    """The path with `.`, `..` and doubled slashes resolved, and `/var/run` read as `/run`.

    Every current base image links the one to the other (Filesystem Hierarchy Standard 3.0, section 5.13).
    """
    normal = posixpath.normpath(path)
    if normal.startswith("//"):
        normal = normal[1:]
    if normal == "/var/run" or normal.startswith("/var/run/"):
        return normal[len("/var") :]
    return normal


def contains(parent: str, path: str) -> bool:
    """Whether path is parent or lies below it."""
    parent, path = canonical(parent), canonical(path)
    return path == parent or path.startswith(parent.rstrip("/") + "/")


def overlap(one: str, other: str) -> bool:
    """Whether two directories of a node are the same or one holds the other."""
    return contains(one, other) or contains(other, one)


def is_plain_absolute(path: str) -> bool:
    """Whether a captured path can be handed on: absolute, no dot-dot, no odd characters, of bounded length.

    Linux bounds a socket's path to 107 bytes (unix(7)); 4096 is PATH_MAX.
    """
    return (
        path.startswith("/")
        and len(path) < 4096
        and ".." not in path.split("/")
        and path.isprintable()
        and not path.endswith("/")
    )


def mounted_path(pod: Pod, container: Container, path: str) -> MountedPath | None:
    """The deepest mount of the container that holds the path, or None when it lies on the container's own layer."""
    best: MountedPath | None = None
    volumes = {volume.name: volume for volume in pod.spec.volumes}
    for mount in container.volume_mounts:
        if not contains(mount.mount_path, path) or mount.name not in volumes:
            continue
        if best is None or len(canonical(mount.mount_path)) > len(canonical(best.mount.mount_path)):
            best = MountedPath(path=path, mount=mount, volume=volumes[mount.name])
    return best


def writable(place: MountedPath) -> bool:
    """Whether a container can have left a file there."""
    return not place.mount.read_only and place.volume.kind in WRITABLE_KINDS
