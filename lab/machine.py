"""A machine inside this one: its /etc, /var, /opt, /home, /srv and /usr/local are layers over ours.

A mount namespace with overlays (mount_namespaces(7)): accounts, sudo's rules, units and a state are made
there as on a real machine, and nothing of this one is touched. bitools is in /opt, as its manual
says.
"""

from __future__ import annotations

import compileall
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from lab.patience import HANGS

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("etc", "var", "opt", "home", "srv", "usr/local")
HOME = "/home"
PROGRAM = "/opt/bitools/bin/bitools"
_PATH = "/opt/bitools/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_ENTER = """\
set -e
mount -t tmpfs -o mode=755 tmpfs "$1"
for one in {layers}; do
    mkdir -p "$1/$one/upper" "$1/$one/work"
    mount -t overlay overlay -o "lowerdir=/$one,upperdir=$1/$one/upper,workdir=$1/$one/work" "/$one"
done
rm -rf /etc/bitools /var/lib/bitools /opt/bitools
echo ready
exec sleep infinity
"""


class Machine:
    """One such machine; commands are run in it as root, or as an account of it."""

    def __init__(self, holder: subprocess.Popen[str], folder: str) -> None:
        self._holder = holder
        self._folder = folder

    def path(self, place: str) -> Path:
        """A place of the machine, as it is seen from here."""
        return Path(f"/proc/{self._holder.pid}/root", place.lstrip("/"))

    def touched(self) -> list[Path]:
        """Everything that was made, changed or removed here since the machine came up."""
        uppers = [(one, self.path(f"{self._folder}/{one}/upper")) for one in LAYERS]
        return [
            Path("/", one, path.relative_to(top)) for one, top in uppers for path in sorted(top.rglob("*"))
        ]

    def run(
        self,
        *words: str,
        user: str = "",
        stdin: str = "",
        environ: Mapping[str, str] | None = None,
        check: bool = False,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command, as root or as an account with its own groups."""
        return subprocess.run(
            self.command(words, user, environ),
            input=stdin, capture_output=True, text=True, check=check, timeout=2 * HANGS,
        )  # fmt: skip

    def command(
        self, words: Sequence[str], user: str = "", environ: Mapping[str, str] | None = None
    ) -> list[str]:
        """The command line, as this machine would run it."""
        home = f"{HOME}/{user}" if user else "/root"
        given = {"HOME": home, "PATH": _PATH, "BITOOLS_LANG": "en", **(environ or {})}
        become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups"] if user else []
        place = ["nsenter", "-t", str(self._holder.pid), "-m", f"--wdns={home if user else '/'}"]
        # Only in there are the layers seen: whatever became of the holder, nothing runs outside.
        inside = ["sh", "-c", 'test -d "$0" && exec "$@"', f"{self._folder}/etc/upper"]
        return [
            *place,
            *inside,
            *become,
            "env",
            "-i",
            *(f"{name}={value}" for name, value in given.items()),
            *words,
        ]

    def bitools(self, *words: str, user: str = "", stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run bitools."""
        return self.run(PROGRAM, *words, user=user, stdin=stdin)

    def write(self, place: str, text: str, mode: int = 0o644) -> Path:
        """Make a file of root's."""
        path = self.path(place)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return path

    def person(self, name: str, *groups: str) -> None:
        """Make an account with a home."""
        more = ["-G", ",".join(groups)] if groups else []
        self.run("useradd", "-m", "-U", *more, name, check=True)


@contextmanager
def machine() -> Iterator[Machine]:
    """Bring one up, with bitools installed and nothing set up."""
    folder = tempfile.mkdtemp(prefix="bitools-machine-")
    script = _ENTER.format(layers=" ".join(LAYERS))
    holder = subprocess.Popen(
        ["unshare", "--mount", "--propagation", "private", "bash", "-c", script, "bash", folder],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert holder.stdout is not None
        if holder.stdout.readline() != "ready\n":
            raise RuntimeError("no machine: overlays cannot be mounted here")
        made = Machine(holder, folder)
        install_into(made.path("/"))
        yield made
    finally:
        holder.kill()
        holder.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _hidden(folder: Path) -> bool:
    """May another account, a confined unit or a booted machine not see it: /tmp, a home, a closed folder?"""
    apart = any(folder.is_relative_to(place) for place in ("/tmp", "/var/tmp", "/home", "/root"))
    return apart or any(not one.stat().st_mode & 0o001 for one in (folder, *folder.parents))


def install_into(root: Path) -> None:
    """bitools and its libraries in /opt/bitools, run by the system's Python: another account can read it."""
    python = f"python{sys.version_info.major}.{sys.version_info.minor}"
    system = Path("/usr/bin", python)
    program = system if system.exists() else Path(sys.executable).resolve()
    home = root / "opt" / "bitools"
    packages = home / "lib" / python / "site-packages"
    packages.mkdir(parents=True)
    (home / "bin").mkdir()
    (home / "bin" / "python").symlink_to(program)
    (home / "pyvenv.cfg").write_text(f"home = {program.parent}\ninclude-system-site-packages = false\n")
    compileall.compile_dir(
        ROOT / "bitools", quiet=2
    )  # as pip does; an account could not keep it for the next
    ignored = shutil.ignore_patterns("*.pyc.*")  # half written by somebody
    shutil.copytree(ROOT / "bitools", packages / "bitools", ignore=ignored)
    shutil.copytree(ROOT / "templates", packages / "bitools" / "templates", dirs_exist_ok=True)
    theirs = next(Path(place) for place in sys.path if place.endswith("site-packages"))
    if _hidden(theirs):
        shutil.copytree(theirs, packages, symlinks=True, dirs_exist_ok=True, ignore=ignored)
    else:
        (packages / "libraries.pth").write_text(f"{theirs}\n")
    start = "import sys\nfrom bitools.cli import main\nsys.exit(main())\n"
    (home / "bin" / "bitools").write_text(f"#!/opt/bitools/bin/python\n{start}")
    (home / "bin" / "bitools").chmod(0o755)
    subprocess.run(["chown", "-R", "root:root", home], check=True)
    subprocess.run(["chmod", "-R", "go-w", home], check=True)
