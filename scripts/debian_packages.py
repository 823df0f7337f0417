"""Debian packages, downloaded by apt and unpacked, not installed; also those of other processors."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
CACHE = ROOT / "build" / "rootfs"
# Of other processors than this machine's, from the first suite of Debian that has them.
FOREIGN_SUITE = {"riscv64": "trixie"}
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def own_mirror() -> str:
    """Where this machine gets its packages from."""
    listed = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(COMPONENT)", "Created-By: Packages"],
                            check=True, capture_output=True, text=True).stdout  # fmt: skip
    for line in listed.splitlines():
        address, _, component = line.partition(" ")
        if component == "main" and address.rstrip("/").endswith("/debian"):
            return address
    sys.exit("apt knows no mirror of Debian's main component")


def foreign_apt(architecture: str) -> list[str]:
    """Options that have apt know another processor's packages, beside the machine's own."""
    place = CACHE / f"apt-{architecture}"
    for folder in ("etc/apt.conf.d", "etc/preferences.d", "state/lists/partial", "cache/archives/partial"):
        (place / folder).mkdir(parents=True, exist_ok=True)
    (place / "status").touch()
    (place / "etc/sources.list").write_text(
        f"deb [arch={architecture} signed-by={KEYRING}] {own_mirror()} {FOREIGN_SUITE[architecture]} main\n")
    settings = {"Dir::Etc": place / "etc", "Dir::State": place / "state", "Dir::State::status": place / "status",
                "Dir::Cache": place / "cache", "APT::Architecture": architecture, "APT::Architectures::": architecture}  # fmt: skip
    options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
    if not any((place / "state/lists").glob("*Packages*")):
        subprocess.run(["apt-get", "-qq", "-o", "APT::Sandbox::User=root", *options, "update"], check=True, stdout=sys.stderr)
    return options


def downloaded(package: str, folder: pathlib.Path) -> pathlib.Path | None:
    return max(folder.glob(f"{package}_*.deb"), default=None)


def download(packages: list[str], architecture: str) -> list[pathlib.Path]:
    """`architecture`: empty for this machine's own."""
    folder = CACHE / f"packages{architecture and '-' + architecture}"
    folder.mkdir(parents=True, exist_ok=True)
    if missing := [package for package in packages if not downloaded(package, folder)]:
        foreign = foreign_apt(architecture) if architecture else []
        subprocess.run(["apt-get", "-qq", "-o", "APT::Sandbox::User=root", *foreign, "download", *missing],
                       cwd=folder, check=True, stdout=sys.stderr)  # fmt: skip
    return [downloaded(package, folder) for package in packages]


def unpack(packages: list[str], architecture: str, tree: pathlib.Path) -> None:
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    for archive in download(packages, architecture):
        subprocess.run(["dpkg-deb", "-x", archive, tree], check=True)
