"""Why somebody may or may not (`GET /v1/permissions/explain?method=&path=`). Plain JSON."""

from typing import Any

from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from openevent.api.errors import QueryError
from openevent.api.openapi.facts import describes
from permissions.explain import explain
from permissions.manager import has_access, public
from users.models import User


class ExplainView(APIView):
    """Says of one method and path whether the caller may, which rule decided, what is needed.

    Admins may ask for anyone: `user` is an id.
    """

    @describes(
        dict,
        query={"method": "GET, POST, ...", "path": "Of a route.", "user": "An id; for admins."},
    )
    @public()
    def get(self, request: Request) -> Response:
        path = request.query_params.get("path", "")
        if not path.startswith("/"):
            raise QueryError("path", 'Write the path of a route, such as "/v1/tracks/7".')
        try:
            found = explain(
                self.asked_for(request), request.query_params.get("method", "GET"), path
            )
        except ValueError as error:
            raise QueryError("method", str(error)) from None
        return Response(found, headers={"Cache-Control": "no-store"})

    def asked_for(self, request: Request) -> Any:
        """Return whose access is explained.

        :raises PermissionDenied: somebody else's, and the caller is no admin.
        :raises QueryError: there is no such user.
        """
        named = request.query_params.get("user")
        if named is None or named == str(request.user.pk):
            return request.user
        if not has_access("is_admin"):
            raise PermissionDenied("Admin access is required to ask for somebody else.")
        found = User.objects.filter(pk=named).first() if named.isdecimal() else None
        if found is None:
            raise QueryError("user", "Write the id of a user.")
        return found
