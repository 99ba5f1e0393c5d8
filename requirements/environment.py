"""Make the environment that the Makefile's targets run in: `environment.py run` or `test`.

It is run by whatever Python there is, before anything is installed, and does nothing if the
environment has what the lock file lists.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys

OLDEST, NEWEST = (3, 11), (3, 13)
HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(os.path.dirname(HERE), ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
INSTALLED = os.path.join(VENV, "installed.json")


def main(name: str) -> None:
    """Make `.venv` hold what `requirements/<name>.txt` lists."""
    refuse_other_versions()
    lock = os.path.join(HERE, name + ".txt")
    with open(lock, "rb") as file:
        wanted = hashlib.sha256(file.read()).hexdigest()
    installed = read_installed()
    if not os.path.exists(PYTHON) or installed.get("python") != version():
        create()
        installed = {"python": version()}
    if installed.get(name) == wanted:
        return
    say(f"Installing what requirements/{name}.txt lists ...")
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    subprocess.run([*pip, "--require-hashes", "--requirement", lock], check=True)
    installed[name] = wanted
    with open(INSTALLED, "w") as file:
        json.dump(installed, file)


def refuse_other_versions() -> None:
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        stop(
            f"Open Event needs Python 3.11, 3.12 or 3.13, and {sys.executable} is {version()}.\n"
            "Name another one: make PYTHON=python3.12"
        )


def create() -> None:
    """Create an empty environment in place of what is there."""
    try:
        import ensurepip  # noqa: F401, PLC0415  Debian leaves it out, and venv with it
        import venv  # noqa: PLC0415
    except ImportError:
        stop(
            "This Python cannot make environments: its venv module is missing.\n"
            f"On Debian and Ubuntu: apt install python{version()}-venv"
        )
    say(f"Making an environment in .venv for Python {version()} ...")
    shutil.rmtree(VENV, ignore_errors=True)
    venv.create(VENV, with_pip=True)


def read_installed() -> dict:
    """Return the interpreter's version and, by lock file, the digest of what was installed."""
    try:
        with open(INSTALLED) as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def version() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def say(text: str) -> None:
    print(text, flush=True)


def stop(text: str) -> None:
    sys.exit(text)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
