"""The private database: what is refused before a server is started."""

import os
from pathlib import Path

import pytest

from openevent.embedded import places, postgres, processes


@pytest.fixture
def servers_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the servers' user reaches, though root's temporary folders are root's."""
    monkeypatch.setattr(places, "server_user", lambda: (os.geteuid(), os.getegid()))
    return tmp_path


def test_data_of_another_version_are_left_alone(servers_dir: Path) -> None:
    (servers_dir / "postgres").mkdir()
    (servers_dir / "postgres" / "PG_VERSION").write_text("17\n")

    with pytest.raises(postgres.WrongDataVersionError, match=r"by PostgreSQL 17, but this is 18"):
        postgres.create(servers_dir / "postgres", servers_dir)

    assert (servers_dir / "postgres" / "PG_VERSION").exists()


def test_half_a_cluster_is_never_taken_for_one(servers_dir: Path) -> None:
    failing = servers_dir / "initdb"
    failing.write_text("#!/bin/sh\nmkdir -p $2 && echo disk full && exit 1\n")
    failing.chmod(0o755)

    with pytest.raises(processes.FailedError, match="disk full"):
        postgres.create(servers_dir / "postgres", servers_dir)

    assert not (servers_dir / "postgres").exists()


def test_binaries_that_nobody_reaches_are_known(tmp_path: Path) -> None:
    (tmp_path / "postgres").touch(mode=0o755)
    tmp_path.chmod(0o700)

    assert not postgres._anybody_reaches(tmp_path / "postgres")
    assert postgres._anybody_reaches(Path("/bin/sh"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as somebody else")
def test_root_runs_it_as_nobody_from_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_anybody_reaches", lambda path: False)

    bin_dir = postgres.binaries(tmp_path / "servers")

    assert bin_dir.is_relative_to(tmp_path / "servers")
    assert bin_dir.stat().st_uid == places.server_user()[0] != 0
    assert postgres.binaries(tmp_path / "servers") == bin_dir
