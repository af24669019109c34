"""The user that a server runs as. PostgreSQL refuses root, and no server here needs root.

An ordinary user's servers run as that user. Root's servers run as ``postgres`` if that user exists,
else as ``nobody``. Such a user often cannot traverse the folders above the server's files (a
checkout below /root, mode 0700). No permission is widened for it: the server keeps the one
capability that lets it traverse, and drops all others.
"""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from task_ledger.local.embedded.errors import NoIdentity

_USERS = ("postgres", "nobody")
# dac_read_search only allows reading and traversing, but is not in a container's default set.
_CAPABILITIES = (None, "dac_read_search", "dac_override")


@dataclass(frozen=True)
class Identity:
    """A user to run a program as.

    Attributes:
        uid, gid: numeric ids that the program's data must belong to.
        capability: the Linux capability that it keeps, if it needs one.
        prefix: arguments to put before the program.
        change: whether ``subprocess`` must change the user, because the prefix does not.
    """

    uid: int
    gid: int
    capability: str | None = None
    prefix: tuple[str, ...] = ()
    change: bool = False

    def argv(self, argv: Sequence[str]) -> list[str]:
        """The command line that runs ``argv`` as this user."""
        return [*self.prefix, *argv]

    @property
    def user(self) -> int | None:
        """The argument ``user`` of ``subprocess``."""
        return self.uid if self.change else None

    @property
    def group(self) -> int | None:
        """The argument ``group`` of ``subprocess``."""
        return self.gid if self.change else None

    @property
    def extra_groups(self) -> list[int] | None:
        """The argument ``extra_groups`` of ``subprocess``."""
        return [] if self.change else None


def choose(probe: Sequence[str]) -> Identity:
    """The least privileged identity under which ``probe`` succeeds.

    Args:
        probe: a harmless command line that accesses every path that the server needs.

    Raises:
        NoIdentity: this process is root, and ``probe`` succeeds under no identity.
    """
    if os.geteuid() != 0:
        return Identity(os.geteuid(), os.getegid())
    answers: list[str] = []
    for candidate in _candidates():
        outcome = subprocess.run(
            candidate.argv(probe),
            check=False,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            user=candidate.user,
            group=candidate.group,
            extra_groups=candidate.extra_groups,
        )
        if outcome.returncode == 0:
            return candidate
        answers.append(outcome.stderr.strip())
    raise NoIdentity(
        "The embedded servers do not run as root, and no other user can reach their programs and "
        "data. Run as an ordinary user, move the checkout to a folder that other users may enter, "
        "or make `setpriv` (util-linux) and the capability DAC_READ_SEARCH or DAC_OVERRIDE "
        f"available to root. The last attempt said: {next(filter(None, answers[::-1]), 'nothing')}"
    )


def _candidates() -> Iterator[Identity]:
    account = _account()
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    if setpriv is None:
        yield Identity(account.pw_uid, account.pw_gid, change=True)
        return
    become = (
        setpriv,
        f"--reuid={account.pw_uid}",
        f"--regid={account.pw_gid}",
        "--clear-groups",
        "--no-new-privs",
    )
    for capability in _CAPABILITIES:
        kept = "-all" if capability is None else f"-all,+{capability}"
        # Without no_setuid_fixup, access(2) ignores the capabilities of any user but root, and
        # PostgreSQL asks it whether its own programs can be run.
        keep = (
            ("--inh-caps=-all",)
            if capability is None
            else (
                f"--inh-caps={kept}",
                f"--ambient-caps={kept}",
                "--securebits=+no_setuid_fixup",
            )
        )
        for bound in ((f"--bounding-set={kept}",), ()):
            prefix = (*become, *keep, *bound)
            yield Identity(account.pw_uid, account.pw_gid, capability, prefix)


def _account() -> pwd.struct_passwd:
    for name in _USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NoIdentity(
        "The embedded servers do not run as root, and this machine has neither a user postgres "
        "nor a user nobody. Run as an ordinary user."
    )
