from tests.resources.conftest import readers, world

__all__ = ["readers", "world"]
