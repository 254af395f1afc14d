"""Secrets are cut out of every line before it is stored or printed. There is no way to switch it off.

What is cut rather takes too much than too little: a masked word costs a reader a look into the log, a leaked one
costs a rotation. What names things stays, since a cure needs it: paths, hosts and ports, images and digests, UUIDs,
commits, names of Kubernetes Secrets, the words of an error message.

Three things give a secret away: its own form (`shapes`), the name before it (`named`), the line above it (`redactor`).
"""

from .mask import MASK
from .redactor import Redactor, redacted

__all__ = ["MASK", "Redactor", "redacted"]
