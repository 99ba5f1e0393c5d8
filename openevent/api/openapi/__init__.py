"""What the API is, said by itself: OpenAPI 3.1 at `/v1/openapi.json`, pages at `/v1/docs`.

Everything is read from what serves the requests: the registry, the serializers, the URLconf and
the statements of who may. A plain view adds what it takes and gives by `describes` (`facts.py`).
"""
