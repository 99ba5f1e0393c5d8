"""What `make run` shows: its own words, and the lines of the parts under their names."""

from pathlib import Path
from typing import Any

from .installation import Installation


class Follower:
    """Prints what is added to a log, line by line, each after the name of its part."""

    def __init__(self, name: str, log: Path) -> None:
        self._prefix = f"{name:<8} | "
        self._log = log
        self._read = 0  # bytes
        self._unfinished = b""

    def show_news(self) -> None:
        try:
            with self._log.open("rb") as file:
                file.seek(self._read)
                added = file.read()
        except FileNotFoundError:
            return
        self._read += len(added)
        *lines, self._unfinished = (self._unfinished + added).split(b"\n")
        for line in lines:
            print(self._prefix + line.decode(errors="replace"), flush=True)  # noqa: T201


def say(text: str) -> None:
    """Print what the person at the terminal should know, at once."""
    print(text, flush=True)  # noqa: T201


def welcome(installation: Installation, facts: dict[str, Any]) -> str:
    """Return what is said once all parts answer; `facts` are `manage.py prepare`'s."""
    url = installation.url
    lines = [
        "",
        "Open Event runs.",
        "",
        f"  API    {url}/v1/events",
        f"  Admin  {url}/admin/",
    ]
    curls = [f"  curl -sg '{url}/v1/events?page[size]=1'"]
    if admin := facts.get("admin"):
        lines.append(f"         {admin['email']}   password: {_shown(admin['password'])}")
        if admin["password"]:
            curls.append(f"  {_curl_signed_in(url, admin)}")
    lines += [
        f"  People {url}/register",
        f"  Mail   {url}/dev/mail",
        f"  Logs   {installation.var_dir / 'log'}",
        "",
        "Try it in another terminal, signed out and signed in:",
        "",
        *curls,
        "",
        "Ctrl-C stops all of it.",
        "",
    ]
    return "\n".join(lines)


def _shown(password: str | None) -> str:
    return password or "as you changed it (or: python manage.py changepassword)"


def _curl_signed_in(url: str, admin: dict[str, Any]) -> str:
    """Return one command line that signs in and reads the admin's own account."""
    sign_in = (
        "curl -s -H 'Content-Type: application/json' "
        f'-d \'{{"email":"{admin["email"]}","password":"{admin["password"]}"}}\' '
        f"{url}/auth/session"
    )
    token = f"""{sign_in} | sed 's/.*"access_token": *"\\([^"]*\\)".*/\\1/'"""
    return f'curl -s -H "Authorization: JWT $({token})" {url}/v1/users/{admin["id"]}'
