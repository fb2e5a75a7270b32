"""The files below an address in S3: listed, deleted."""

from urllib.parse import urlsplit

from orchestration.local.athena.translate.glue_reads import Clients


def files_below(location: str, clients: Clients) -> list[str]:
    """Return the addresses of the files below a folder, sorted."""
    bucket, key = bucket_and_key(location)
    folder = key if key.endswith("/") or not key else f"{key}/"
    pages = clients.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=folder)
    return sorted(f"s3://{bucket}/{one['Key']}" for page in pages for one in page.get("Contents", []))


def delete_below(location: str, clients: Clients) -> None:
    """Delete the files below a folder; no folder, nothing to do."""
    if not location:
        return
    bucket, _ = bucket_and_key(location)
    keys = [bucket_and_key(address)[1] for address in files_below(location, clients)]
    for at in range(0, len(keys), 1000):
        objects = [{"Key": key} for key in keys[at : at + 1000]]
        clients.s3.delete_objects(Bucket=bucket, Delete={"Objects": objects, "Quiet": True})


def bucket_and_key(location: str) -> tuple[str, str]:
    """Return the two parts of an address."""
    parts = urlsplit(location, allow_fragments=False)
    return parts.netloc, parts.path.lstrip("/")
