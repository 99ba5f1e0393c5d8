"""The page that says how to add a resource is true: it is followed here, word for word."""

import re
import sys
import types
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db import connection
from django.urls import include, path

from openevent.api import registry as registered
from openevent.api.router import Router
from tests.api_client import Api
from tests.factories.events import EventFactory, hold
from tests.factories.users import UserFactory

pytestmark = pytest.mark.django_db

PAGE = Path(django_settings.BASE_DIR) / "CONTRIBUTING.md"


def blocks() -> dict[str, str]:
    """Return the page's code by the file it belongs to."""
    found = re.findall(r"```python\n# (\S+)\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return dict(found)


@pytest.fixture
def _signposts(settings, monkeypatch):
    """Add the resource of the page, for the time of a test."""
    code = blocks()
    router = Router()
    spaces = {"router": router}
    for file in ("events/models/signpost.py", "events/api/signposts.py", "events/urls.py"):
        name = file.removesuffix(".py").replace("/", ".")
        module = types.ModuleType(name)
        vars(module).update(spaces)
        if name != "events.urls":
            monkeypatch.setitem(sys.modules, name, module)
        exec(compile(code[file], file, "exec"), vars(module))  # noqa: S102  our own page
        spaces |= {key: value for key, value in vars(module).items() if not key.startswith("__")}
    known = dict(registered.registry._resources)
    registered.registry.check()
    urls = types.ModuleType("urls")
    vars(urls)["urlpatterns"] = [
        path("v1/", include(router.urls)),
        path("", include("openevent.urls")),
    ]
    settings.ROOT_URLCONF = urls
    with connection.schema_editor() as editor:
        editor.create_model(spaces["Signpost"])
    yield
    known.pop("signpost", None)
    registered.registry._resources = known
    del apps.all_models["events"]["signpost"]
    apps.clear_cache()


@pytest.mark.usefixtures("_signposts")
def test_one_file_and_one_line_make_a_resource():
    event, draft = EventFactory(published=True), EventFactory()
    leader = UserFactory()
    hold(leader, event, "coorganizer")
    hold(leader, draft, "coorganizer")

    made = Api(leader).post("/v1/signposts", "signpost", text="Hall A", degrees=90, event=event)
    hidden = Api(leader).post("/v1/signposts", "signpost", text="Hall B", event=draft)

    assert (made.status, hidden.status) == (201, 201)
    assert made.attributes == {"deleted-at": None, "text": "Hall A", "degrees": 90}
    assert Api().get("/v1/signposts").ids == [int(made.data["id"])]
    assert len(Api(leader).get("/v1/signposts", sort="-text").ids) == 2
    one = f"/v1/signposts/{made.data['id']}"
    assert Api().get(one, include="event").included == {("event", event.pk)}
    assert Api().get(f"{one}/event").data["id"] == str(event.pk)
    assert Api().get(f"{one}/relationships/event").data == {"type": "event", "id": str(event.pk)}
    named = {"name": "text", "op": "ilike", "val": "%a"}
    assert Api().filter("/v1/signposts", named).ids == [int(made.data["id"])]
    assert Api(UserFactory()).patch(one, "signpost", text="Mine").status == 403
    assert Api(leader).patch(one, "signpost", degrees=-1).pointer == "/data/attributes/degrees"
    assert Api(leader).delete(one).status == 200
    assert Api().get(one).status == 404
