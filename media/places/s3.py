"""A bucket of Amazon S3, or of any store that speaks like it."""

import contextlib
from collections.abc import Iterator
from typing import Any, Final

from boto3.s3.transfer import TransferConfig
from botocore import exceptions
from botocore.config import Config
from s3transfer.exceptions import RetriesExceededError
from storages.backends.s3 import S3Storage

from media import content_types

from .base import CONNECT, IN_MEMORY, READ, Bucket, StorageUnavailable

REGION: Final = "us-east-1"  # where nobody named one; stores that have no regions take it
_SILENT: Final = (
    exceptions.ConnectionError,
    exceptions.HTTPClientError,
    RetriesExceededError,
)
_BAD_KEY: Final = ("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidSecurity")
_OTHER_REGION: Final = ("301", "PermanentRedirect", "AuthorizationHeaderMalformed")


class S3(Bucket):
    """A bucket, reached with one key at one endpoint (Amazon's own, if that is `None`)."""

    def __init__(
        self, bucket: str, key: str, secret: str, region: str | None, endpoint: str | None
    ) -> None:
        self.bucket = bucket
        self.endpoint = endpoint
        self.objects = _Objects(
            bucket_name=bucket,
            access_key=key,
            secret_key=secret,
            security_token=None,
            session_profile=None,
            region_name=region or REGION,
            endpoint_url=endpoint,
            custom_domain=None,
            location="",
            default_acl=None,  # who may read is a matter of the links
            file_overwrite=True,
            gzip=False,
            max_memory_size=IN_MEMORY,
            client_config=_config("path" if endpoint else "virtual"),
            transfer_config=TransferConfig(use_threads=False, num_download_attempts=2),
        )
        try:
            _ = self.objects.connection
        except ValueError as error:
            raise StorageUnavailable(self._slip) from error

    def signed(
        self, key: str, seconds: int, content_type: str | None, disposition: str | None
    ) -> str:
        said = {"ResponseContentType": content_type, "ResponseContentDisposition": disposition}
        parameters = {name: value for name, value in said.items() if value}
        return self.objects.url(key, parameters=parameters, expire=seconds)

    @contextlib.contextmanager
    def explained(self) -> Iterator[None]:
        try:
            yield
        except exceptions.ClientError as error:
            raise StorageUnavailable(self._refusal(error)) from error
        except _SILENT as error:
            raise StorageUnavailable(f"{self._store} does not answer.") from error
        except exceptions.BotoCoreError as error:  # no request can be made of these settings
            raise StorageUnavailable(self._slip) from error

    def _refusal(self, error: exceptions.ClientError) -> str:
        code = str(error.response.get("Error", {}).get("Code", ""))[:100]
        if code in _BAD_KEY:
            return f"{self._store} does not accept the key: its id or its secret is wrong."
        if code == "NoSuchBucket":
            return f"There is no bucket {self.bucket!r} at {self._store}."
        if code in _OTHER_REGION:
            return f"The bucket {self.bucket!r} lies in another region than the one set."
        if code in ("AccessDenied", "403"):
            return (
                f"{self._store} does not let this key read, write, delete and list in the bucket "
                f"{self.bucket!r}."
            )
        if code == "RequestTimeTooSkewed":
            return f"{self._store} and this machine do not agree what time it is."
        return f"{self._store} answered {code!r}."

    @property
    def _slip(self) -> str:
        return (
            f"The bucket {self.bucket!r} cannot be reached at {self._store}: is there a slip in "
            "its name, its region or the endpoint?"
        )

    @property
    def _store(self) -> str:
        return self.endpoint or "Amazon S3"


class _Objects(S3Storage):
    """Objects that say what they are by their keys."""

    def get_object_parameters(self, name: str) -> dict[str, Any]:
        return {
            "ContentType": content_types.content_type(name),
            "ContentDisposition": content_types.disposition(name),
            "CacheControl": content_types.caching(name),
        }


def _config(addressing_style: str) -> Config:
    """Return how to speak to a store: in time, and without what only Amazon understands."""
    return Config(
        connect_timeout=CONNECT,
        read_timeout=READ,
        retries={"total_max_attempts": 2, "mode": "standard"},
        signature_version="s3v4",
        s3={"addressing_style": addressing_style},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
