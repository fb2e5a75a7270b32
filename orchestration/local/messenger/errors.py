"""Every refusal of this server, in the Graph API's own shape."""

from typing import Any


class GraphError(Exception):
    """The Graph API's refusal: `code` and `subcode` are Meta's numbers, `status` is HTTP's."""

    def __init__(self, code: int, message: str, *, subcode: int | None = None, status: int = 400) -> None:
        """Keep the facts; `body` makes Meta's JSON of them."""
        super().__init__(message)
        self.code, self.subcode, self.status, self.message = code, subcode, status, message

    def body(self, trace: str) -> dict[str, Any]:
        """Return the JSON answer; `trace` is what Meta calls fbtrace_id."""
        error: dict[str, Any] = {"message": self.message, "type": "OAuthException", "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        return {"error": {**error, "fbtrace_id": trace}}


class BadParameter(GraphError):
    """Error 100: a field is missing, too long, of the wrong kind, or one that Messenger no longer takes."""

    def __init__(self, path: str, what: str) -> None:
        """Name the field by its path from the top of the request's body."""
        super().__init__(100, f"(#100) Param {path} {what}")


class ControlError(Exception):
    """A call to /_control makes no sense; the message says what would."""
