"""Where a laptop's servers live, and who may get there."""

import os
import stat
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.fernet import Fernet

from openevent.embedded import places

LONG = "x" * 100


@pytest.fixture
def as_plain_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places.os, "geteuid", lambda: 1234)
    monkeypatch.setattr(places.os, "getegid", lambda: 1234)


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places.os, "geteuid", lambda: 0)


def test_a_plain_users_servers_live_in_var(as_plain_user: None) -> None:
    var_dir = Path("/home/ada/openevent/var")

    assert places.servers_dir(var_dir) == var_dir
    assert places.socket_dir(var_dir) == var_dir / "run"


def test_roots_servers_live_where_nobody_reaches_them(as_root: None) -> None:
    var_dir = Path("/root/openevent/var")

    folder = places.servers_dir(var_dir)

    assert not folder.is_relative_to("/root")
    assert places.socket_dir(var_dir) == folder / "run"
    assert places.server_user()[0] != 0


@pytest.mark.parametrize("var_dir", [Path(f"/home/{LONG}/var"), Path(f"/home/{'é' * 45}/var")])
def test_sockets_of_a_long_path_lie_elsewhere(as_plain_user: None, var_dir: Path) -> None:
    socket = places.socket_dir(var_dir) / places.POSTGRES_SOCKET

    assert len(os.fsencode(socket)) <= places.LONGEST_SOCKET_PATH
    assert places.socket_dir(var_dir) == places.socket_dir(var_dir)
    assert places.socket_dir(var_dir) != places.socket_dir(var_dir / "other")


def test_urls_name_the_sockets_folder(as_plain_user: None) -> None:
    var_dir = Path("/home/ada/my events/var")

    assert parse_qs(urlsplit(places.database_url(var_dir)).query) == {
        "host": ["/home/ada/my events/var/run"]
    }
    assert places.redis_url(var_dir) == "unix:///home/ada/my%20events/var/run/valkey.sock?db=0"


def test_a_private_folder_is_for_the_servers_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "run"

    places.make_private(folder)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert folder.stat().st_uid == places.server_user()[0]


def test_a_folder_that_others_may_enter_is_refused(tmp_path: Path) -> None:
    places.make_private(tmp_path / "run")
    (tmp_path / "run").chmod(0o755)

    with pytest.raises(places.UnsafeFolderError, match="0700"):
        places.make_private(tmp_path / "run")


def test_a_link_to_a_folder_is_refused(tmp_path: Path) -> None:
    places.make_private(tmp_path / "theirs")
    (tmp_path / "run").symlink_to(tmp_path / "theirs")

    with pytest.raises(places.UnsafeFolderError, match="not a folder"):
        places.verify_private(tmp_path / "run")


def test_a_folder_of_somebody_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places.make_private(tmp_path / "run")
    monkeypatch.setattr(places, "server_user", lambda: (4321, 4321))

    with pytest.raises(places.UnsafeFolderError, match="must belong to user 4321"):
        places.verify_private(tmp_path / "run")


def test_settings_refuse_a_socket_folder_that_is_not_private(
    as_plain_user: None, tmp_path: Path
) -> None:
    (tmp_path / "run").mkdir(mode=0o755)

    with pytest.raises(places.UnsafeFolderError):
        places.database_url(tmp_path)


def test_a_secret_is_kept_for_this_user_alone(tmp_path: Path) -> None:
    places.keep_secret(tmp_path / "secret-key", "first")
    places.keep_secret(tmp_path / "secret-key", "second")

    assert places.laptop_secret(tmp_path, "secret-key") == "first"
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_without_a_kept_secret_each_process_has_its_own(tmp_path: Path) -> None:
    one, other = (places.laptop_secret(tmp_path, "field-key") for _ in range(2))

    assert one != other
    assert Fernet(one)
