"""A bucket of Google Cloud Storage, reached as a service account.

With a pair of HMAC keys instead, Google speaks like S3: then it is one (`places.place`).
"""

import contextlib
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import IO, Any, Final

import requests
from django.core.files import File
from google.api_core.exceptions import GoogleAPICallError
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.auth.transport.requests import AuthorizedSession, Request
from google.cloud.storage import Client
from google.cloud.storage.exceptions import DataCorruption
from google.oauth2.service_account import Credentials
from requests.adapters import HTTPAdapter
from storages.backends.gcloud import GoogleCloudStorage
from urllib3.util import Retry

from media import content_types

from .base import CONNECT, IN_MEMORY, READ, Bucket, StorageUnavailable

ENDPOINT: Final = "https://storage.googleapis.com"
PIECE: Final = 8 * 1024 * 1024  # bytes, of what is sent; Google takes multiples of 256 KB
_SCOPE: Final = "https://www.googleapis.com/auth/devstorage.read_write"


class Gs(Bucket):
    """A bucket; `service_account` is the JSON of the account's key, as Google makes it."""

    def __init__(self, bucket: str, service_account: str, endpoint: str) -> None:
        self.bucket = bucket
        client = _client(service_account, endpoint)
        # What is fetched in pieces, the library does not compare with its checksum; what is sent
        # in none, it sends in some of 100 MB, each of which it holds in memory twice.
        self.objects, self._sending = (
            _Objects(
                client=client,
                bucket_name=bucket,
                location="",
                default_acl=None,  # who may read is a matter of the links
                file_overwrite=True,
                gzip=False,
                max_memory_size=IN_MEMORY,
                blob_chunk_size=size,
            )
            for size in (None, PIECE)
        )

    def save(self, file: IO[bytes], key: str) -> None:
        with self.explained():
            self._sending.save(key, File(file))

    def signed(
        self, key: str, seconds: int, content_type: str | None, disposition: str | None
    ) -> str:
        parameters = {
            "expiration": timedelta(seconds=seconds),
            "response_type": content_type,
            "response_disposition": disposition,
        }
        return self.objects.url(key, parameters=parameters)

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        try:
            yield
        except GoogleAPICallError as error:
            raise StorageUnavailable(self._refusal(error)) from error
        except DataCorruption as error:
            raise StorageUnavailable("A file came from Google other than it was.") from error

    def _refusal(self, error: GoogleAPICallError) -> str:
        if error.code == 404:
            return f"Google has no bucket {self.bucket!r}."
        if error.code in (401, 403):
            return (
                "Google does not let this service account read, write, delete and list in the "
                f"bucket {self.bucket!r}."
            )
        return f"Google answered {error.code}."


class _Objects(GoogleCloudStorage):
    """Objects that say what they are by their keys."""

    def __init__(self, *, client: Client, **settings: Any) -> None:
        super().__init__(**settings)
        self._client = client

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        return {
            "content_type": content_types.content_type(name),
            "content_disposition": content_types.disposition(name),
            "content_encoding": None,  # a .gz is handed out as it is
            "cache_control": content_types.caching(name),
        }


class _Session(AuthorizedSession):
    """Asks Google once, and waits neither long for a connection nor for an answer.

    Google's library would try again for two minutes; what is raised here it lets pass.
    """

    def __init__(self, credentials: Credentials) -> None:
        asking = _patient_only_to_connect(requests.Session())
        super().__init__(credentials, refresh_timeout=(CONNECT, READ), auth_request=Request(asking))
        _patient_only_to_connect(self)

    def request(self, method: str, url: str, *args: Any, **options: Any) -> requests.Response:
        options["timeout"] = (CONNECT, READ)
        try:
            response = super().request(method, url, *args, **options)
        except RefreshError as error:
            raise StorageUnavailable("Google does not accept the service account's key.") from error
        except (GoogleAuthError, requests.RequestException) as error:
            raise StorageUnavailable("Google does not answer.") from error
        if response.status_code == 429 or response.status_code >= 500:
            raise StorageUnavailable(f"Google answered {response.status_code}.")
        return response


def _client(service_account: str, endpoint: str) -> Client:
    try:
        known = json.loads(service_account)
        credentials = Credentials.from_service_account_info(known, scopes=[_SCOPE])
    except (GoogleAuthError, ValueError) as error:
        raise StorageUnavailable(
            "The service account is not one that can be used: is its JSON whole?"
        ) from error
    client = Client(
        project=known.get("project_id"),
        credentials=credentials,
        _http=_Session(credentials),
        client_options={"api_endpoint": endpoint},
    )
    # it would ask for the bucket in a thread of its own, for traces that nobody keeps
    client._bucket_metadata_cache = None
    return client


def _patient_only_to_connect(session: requests.Session) -> requests.Session:
    """Have `session` try a second time to connect, and nothing else twice."""
    again = Retry(total=1, connect=1, read=0, status=0, other=0)
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(max_retries=again))
    return session
