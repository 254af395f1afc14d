"""Which mount of a container holds a path, and what `/var/run` has to do with `/run`."""

from __future__ import annotations

import pytest

from case_builders import a_pod, altered, with_container
from crashloop_doctor.api.core import HostPathVolume, Pod, Volume, VolumeMount
from crashloop_doctor.diagnosis import volumes

CANONICAL = {
    "/var/run/x.sock": "/run/x.sock",
    "/var/run": "/run",
    "/var/runner/x": "/var/runner/x",
    "/run/./a//b/../x.sock": "/run/a/x.sock",
    "//run/x.sock": "/run/x.sock",
    "///run/x.sock": "/run/x.sock",
    "/": "/",
}


@pytest.mark.parametrize(("path", "expected"), CANONICAL.items())
def test_a_path_has_one_spelling(path: str, expected: str) -> None:
    assert volumes.canonical(path) == expected
    assert volumes.canonical(expected) == expected


OVERLAPS = {
    "the same directory": ("/run/agent", "/run/agent", True),
    "a parent": ("/run", "/run/agent", True),
    "a child": ("/run/agent/sub", "/run/agent", True),
    "the root of the node": ("/", "/run/agent", True),
    "the other spelling of /run": ("/var/run/agent", "/run/agent", True),
    "the other spelling of a parent": ("/var/run", "/run/agent", True),
    "the real directory above /var/run": ("/var", "/var/lib/agent", True),
    "a name that only begins the same": ("/run/agent2", "/run/agent", False),
    "a trailing slash": ("/run/agent/", "/run/agent", True),
    "another directory": ("/srv", "/run/agent", False),
}


@pytest.mark.parametrize(("one", "other", "expected"), OVERLAPS.values(), ids=OVERLAPS.keys())
def test_directories_of_a_node_overlap(one: str, other: str, expected: bool) -> None:
    assert volumes.overlap(one, other) is expected
    assert volumes.overlap(other, one) is expected


PLAIN = {
    "a plain path": ("/run/agent/x.sock", True),
    "a path with spaces and quotes, since no shell reads it": ("/run/a b'\".sock", True),
    "a relative path": ("run/x.sock", False),
    "no path at all": ("", False),
    "an abstract socket": ("@agent", False),
    "a way up": ("/run/../etc/x.sock", False),
    "two dots inside a name": ("/run/a..b.sock", True),
    "a line break": ("/run/x\n.sock", False),
    "a NUL": ("/run/x\x00.sock", False),
    "an escape": ("/run/\x1b[31mx.sock", False),
    "a letter that turns the text around": ("/run/\u202ex.sock", False),
    "a directory": ("/run/agent/", False),
    "a path that no kernel takes": ("/" + "a" * 4096, False),
}


@pytest.mark.parametrize(("path", "expected"), PLAIN.values(), ids=PLAIN.keys())
def test_only_a_plain_absolute_path_is_handed_on(path: str, expected: bool) -> None:
    assert volumes.is_plain_absolute(path) is expected


def pod_with(*mounts: VolumeMount) -> Pod:
    pod = with_container(a_pod(), volume_mounts=mounts)
    made = tuple(Volume(name=m.name, host_path=HostPathVolume(path="/x")) for m in mounts)
    return altered(pod, spec__volumes=made)


HOLDERS = {
    "the mount itself": ("/run/agent/x.sock", ["/run/agent"], "/run/agent"),
    "the deepest of several": ("/run/agent/x.sock", ["/run", "/run/agent", "/"], "/run/agent"),
    "/var/run when /run is mounted": ("/var/run/agent/x.sock", ["/run"], "/run"),
    "/run when /var/run is mounted": ("/run/agent/x.sock", ["/var/run"], "/var/run"),
    "none, when only a sibling is mounted": ("/run/agent/x.sock", ["/run/agent2"], None),
    "none, when nothing is mounted": ("/run/agent/x.sock", [], None),
}


@pytest.mark.parametrize(("path", "mounts", "expected"), HOLDERS.values(), ids=HOLDERS.keys())
def test_the_holder_of_a_path_is(path: str, mounts: list[str], expected: str | None) -> None:
    made = [VolumeMount(name=f"v{n}", mount_path=m) for n, m in enumerate(mounts)]
    pod = pod_with(*made)
    place = volumes.mounted_path(pod, pod.spec.containers[0], path)
    assert (place.mount.mount_path if place else None) == expected


KINDS = {
    "hostPath": (Volume(name="v", host_path=HostPathVolume(path="/x")), "hostPath", True),
    "emptyDir": (Volume(name="v", empty_dir={}), "emptyDir", True),
    "a claim": (Volume(name="v", persistent_volume_claim={}), "persistentVolumeClaim", True),
    "nfs": (Volume(name="v", nfs={}), "nfs", True),
    "csi": (Volume(name="v", csi={}), "csi", True),
    "ephemeral": (Volume(name="v", ephemeral={}), "ephemeral", True),
    "a config map": (Volume(name="v"), "other", False),
}


@pytest.mark.parametrize(("volume", "kind", "writable"), KINDS.values(), ids=KINDS.keys())
def test_a_volume_s_kind_decides_whether_a_file_can_be_left_on_it(
    volume: Volume, kind: str, writable: bool
) -> None:
    mount = VolumeMount(name="v", mount_path="/run")
    place = volumes.MountedPath(path="/run/x", mount=mount, volume=volume)
    assert volume.kind == kind
    assert volumes.writable(place) is writable
    assert not volumes.writable(altered(place, mount__read_only=True))
