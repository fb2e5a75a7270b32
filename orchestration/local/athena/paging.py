"""Lists in pages: a token says after which entry the next page begins, so that a list may grow meanwhile."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from orchestration.local.athena.errors import invalid_request

_DEFAULT_ENTRIES = 50


def paged(
    keys: Sequence[str], params: Mapping[str, Any], default: int = _DEFAULT_ENTRIES
) -> tuple[list[str], dict[str, str]]:
    """Return one page of the keys, and `{"NextToken": ..}` where there are more.

    Args:
        keys: all of them, in the order of the list.
        params: the request with NextToken and MaxResults, 0 meaning the default.
        default: entries of a page where the request does not say.
    """
    first = 0
    if "NextToken" in params:
        last = _last(params["NextToken"])
        if last not in keys:
            raise _invalid()
        first = keys.index(last) + 1
    end = first + (params.get("MaxResults") or default)
    page = list(keys[first:end])
    return page, ({"NextToken": _token(page[-1])} if end < len(keys) else {})


def _token(last: str) -> str:
    return base64.urlsafe_b64encode(last.encode()).decode()


def _last(token: str) -> str:
    try:
        return base64.urlsafe_b64decode(token.encode()).decode()
    except (binascii.Error, ValueError) as error:
        raise _invalid() from error


def _invalid() -> Exception:
    return invalid_request("Invalid NextToken. Next: pass the NextToken of the page before, as it came.")
