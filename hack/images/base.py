"""The layer below the Python images: Debian's Python and what it links to, and no shell.

Twenty packages' files instead of a debootstrap root: nothing to configure, no root rights needed,
a few seconds instead of a minute, and neither shell nor package manager for an intruder.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from images import bytecode, cache, debian, fingerprint, layout
from local_cluster.progress import Progress

PACKAGES = (
    "base-files",
    "ca-certificates",
    "libbz2-1.0",
    "libc6",
    "libcrypt1",
    "libexpat1",
    "libffi8",
    "libgcc-s1",
    "liblzma5",
    "libpython3.11-minimal",
    "libpython3.11-stdlib",
    "libssl3",
    "libstdc++6",
    "libuuid1",
    "media-types",
    "python3-minimal",
    "python3.11-minimal",
    "zlib1g",
)
# Standard library modules that a daemon never loads, or whose C library is left out.
_PRUNED = (
    "usr/lib/python3.11/ensurepip",
    "usr/lib/python3.11/idlelib",
    "usr/lib/python3.11/lib2to3",
    "usr/lib/python3.11/pydoc_data",
    "usr/lib/python3.11/test",
    "usr/lib/python3.11/tkinter",
    "usr/lib/python3.11/turtle.py",
    "usr/lib/python3.11/lib-dynload/_curses*",
    "usr/lib/python3.11/lib-dynload/_dbm*",
    "usr/lib/python3.11/lib-dynload/_sqlite3*",
    "usr/lib/python3.11/lib-dynload/nis*",
    "usr/lib/python3.11/lib-dynload/readline*",
    "usr/lib/python3.11/curses",
    "usr/lib/python3.11/dbm",
    "usr/lib/python3.11/sqlite3",
    "usr/share/python3/runtime.d",
    "etc/update-motd.d",
    "usr/share/binfmts",
    "usr/share/pixmaps",
    "usr/share/applications",
    "usr/bin/py3*",
    "usr/bin/deb-systemd*",
    "usr/sbin/update-ca-certificates",
)
_PASSWD = """\
root:x:0:0:root:/root:/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin
nonroot:x:65532:65532:nonroot:/nonexistent:/sbin/nologin
"""
_GROUP = "root:x:0:\nnogroup:x:65534:\nnonroot:x:65532:\n"


def build(progress: Progress) -> Path:
    """The layer's folder, made again when a package or this recipe changed."""
    packages = debian.locate(PACKAGES, progress)
    recipe = (Path(__file__), Path(debian.__file__), Path(bytecode.__file__))
    key = fingerprint.of([repr(packages), layout.machine()], recipe)

    def fill(root: Path) -> None:
        debs = debian.fetch(PACKAGES, packages, progress)
        with progress.step(f"Unpack {len(debs)} Debian packages"):
            for name in ("bin", "sbin", "lib", "lib64"):
                (root / "usr" / name).mkdir(parents=True)
                (root / name).symlink_to(f"usr/{name}")
            for deb in debs:
                debian.unpack(deb, root)
            _finish(root)
        with progress.step("Compile the standard library"):
            bytecode.compile_tree(root, root, "/usr/lib/python3.11")

    return cache.tree("base", key, fill)


def _finish(root: Path) -> None:
    """What maintainer scripts would have done, and what no running image needs, removed."""
    for pattern in _PRUNED:
        for path in root.glob(pattern):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
    certificates = sorted((root / "usr/share/ca-certificates/mozilla").glob("*.crt"))
    bundle = root / layout.CERTIFICATES.lstrip("/")
    bundle.parent.mkdir(parents=True, exist_ok=True)
    bundle.write_text(
        "".join(path.read_text(encoding="ascii") for path in certificates), encoding="ascii"
    )
    shutil.rmtree(root / "usr/share/ca-certificates")
    openssl = root / "usr/lib/ssl"
    openssl.mkdir(parents=True, exist_ok=True)
    (openssl / "certs").symlink_to("/etc/ssl/certs")
    (openssl / "cert.pem").symlink_to(layout.CERTIFICATES)
    (root / "etc/passwd").write_text(_PASSWD, encoding="ascii")
    (root / "etc/group").write_text(_GROUP, encoding="ascii")
    (root / "etc/nsswitch.conf").write_text(
        "passwd: files\ngroup: files\nhosts: files dns\n", encoding="ascii"
    )
    (root / "run/lock").mkdir(parents=True, exist_ok=True)
    # base-files ships real folders, which its postinst replaces by links.
    for name, target in (("run", "/run"), ("lock", "/run/lock")):
        link = root / "var" / name
        if link.is_dir() and not link.is_symlink():
            link.rmdir()
        link.symlink_to(target)
    (root / "tmp").mkdir(exist_ok=True)
    (root / "tmp").chmod(0o1777)
    debian.prune_empty(root)
