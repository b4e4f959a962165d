"""The walls around task code: what a worker lays on itself before it reads its first frame, and what therefore holds for
every process that its tasks start. None of it needs rights, and none of it can be taken off again.
"""

import os
import site
import sys

from . import landlock, seccomp
from .kernel import PR_SET_NO_NEW_PRIVS, drop_capabilities, prctl

# What programs need to run at all. Missing ones are no error.
SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/proc", "/nix/store", "/gnu/store",
    "/sys/devices/system", "/sys/fs/cgroup", "/sys/kernel/mm/transparent_hugepage", "/var/cache/fontconfig",
    "/var/lib/ghostscript",
)  # fmt: skip
# Of /etc, where services keep their secrets, only what tells programs about the system and themselves.
ETC = (
    "ImageMagick", "alternatives", "bash", "ca-certificates", "crypto-policies", "debian_version", "default", "environment",
    "fonts", "gai.conf", "ghostscript", "gitconfig", "group", "host.conf", "hostname", "hosts", "inputrc", "java", "ld.so",
    "locale", "localtime", "login.defs", "magic", "mailcap", "maven", "mime.types", "mtab", "networks", "nsswitch.conf",
    "openssl", "os-release", "papersize", "passwd", "perl", "pki", "profile", "protocols", "python", "resolv.conf", "rpc",
    "services", "shells", "ssl", "terminfo", "timezone", "vimrc", "xdg",
)  # fmt: skip
RESOLVER = ("/run/systemd/resolve", "/run/nscd", "/run/resolvconf")
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


class Unreachable(Exception):
    """This machine cannot give the level that was asked for."""


def apply(walls, keeper, service):
    """Builds the walls around this process; its working folder is the one that it may write to.

    walls: as the service wrote them: network, read, write, hidden, scratch (the folder of the pool)
    keeper, service: the processes that tasks must not touch
    """
    abi = landlock.version()
    if abi == 0:
        raise Unreachable("expected a kernel with Landlock (5.13 or later, not switched off), got none")
    if not seccomp.supported():
        raise Unreachable(f"expected an x86_64 or aarch64 machine for the seccomp filter, got {os.uname().machine}")
    protected = seccomp.groups(keeper, service)
    drop_capabilities()
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    landlock.restrict(abi, rules(walls), walls["network"])
    seccomp.apply(protected, walls["network"], abi >= landlock.CAN_REFUSE_TRUNCATION)


def rules(walls):
    """(path, rights) of all that tasks may reach."""
    hidden = [os.path.realpath(path) for path in walls["hidden"]] + scratch_folders(walls["scratch"])
    rights = {}
    for path in readable(walls):
        for part in around(os.path.realpath(path), hidden):
            rights[part] = landlock.READ
    everything = landlock.all_rights(landlock.version()) & ~(landlock.MAKE_CHAR | landlock.MAKE_BLOCK)
    for path in walls["write"]:
        for part in around(os.path.realpath(path), hidden):
            rights[part] = everything
    for device in DEVICES:
        rights[device] = landlock.DEVICE
    rights[os.getcwd()] = everything
    return rights.items()


def scratch_folders(own):
    """Those of all pools, this one's too."""
    temporary = os.path.dirname(own)
    return [os.path.join(temporary, name) for name in os.listdir(temporary) if name.startswith("mh-")]


def readable(walls):
    yield from SYSTEM
    try:
        yield from ("/etc/" + name for name in os.listdir("/etc") if name.startswith(ETC))
    except OSError:
        pass
    if walls["network"]:
        yield from RESOLVER
    # This Python, wherever it is installed, and the programs that the service can start by name.
    yield from {sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix, os.path.dirname(sys.executable)}
    yield from (path for path in sys.path if os.path.isabs(path))
    yield from site.getsitepackages()
    yield from (folder for folder in os.environ.get("PATH", "").split(os.pathsep) if os.path.isabs(folder))
    yield os.path.dirname(__file__)
    yield from walls["read"]


def around(path, hidden):
    """The path, or, where something hidden lies beneath it, all beneath it but that. A path within something hidden is
    the more special of the two, and stands.
    """
    if path in hidden:
        return
    inner = [secret for secret in hidden if secret.startswith(path.rstrip("/") + "/")]
    if not inner:
        yield path
        return
    try:
        names = os.listdir(path)
    except OSError:
        return
    for name in names:
        entry = os.path.join(path, name)
        # A link is followed when it is opened, and then what it leads to has to be allowed.
        if not os.path.islink(entry):
            yield from around(entry, inner)
