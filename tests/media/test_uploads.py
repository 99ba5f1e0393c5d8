"""A file goes in, its URL comes out; and it goes again if nobody makes use of it."""

import base64
from typing import Any

import pytest
from django.test import Client

from tests.api_client import Answer, Api
from tests.factories.users import UserFactory
from tests.media.pictures import BLUE, image, is_like, opened
from users.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ivy() -> User:
    return UserFactory(email="ivy@example.org")


def data_url(content: bytes, said: str = "image/png") -> str:
    return f"data:{said};base64,{base64.b64encode(content).decode()}"


def send_image(
    user: Any, data: Any, content_type: str = "application/json", **query: str
) -> Answer:
    return Api(user).send("post", "/v1/upload/image", {"data": data}, content_type)


def test_an_image_in_json_is_at_a_url_at_once(ivy: User) -> None:
    answer = send_image(ivy, data_url(image("PNG", color=BLUE)))

    assert answer.status == 200, answer
    assert list(answer.document) == ["url"]
    served = Client().get(answer.document["url"])
    assert served.status_code == 200
    assert served["Content-Type"] == "image/jpeg"
    assert is_like(opened(b"".join(served.streaming_content)).getpixel((5, 5)), BLUE)
