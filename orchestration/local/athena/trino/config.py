"""Trino's configuration files: one node, and two catalogues (Hive and Iceberg) over one Glue and one S3."""

from collections.abc import Mapping
from pathlib import Path

HIVE = "awsdatacatalog"
ICEBERG = "iceberg"
UNLOAD = "unload"
HEAP_MEGABYTES = 1792
_JAVA_OPTIONS = (
    f"-Xmx{HEAP_MEGABYTES}m",
    "-XX:+UseSerialGC",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:-OmitStackTraceInFastThrow",
    "-XX:ReservedCodeCacheSize=256M",
    "-XX:PerMethodRecompilationCutoff=10000",
    "-XX:PerBytecodeRecompilationCutoff=10000",
    "-Djdk.attach.allowAttachSelf=true",
    "-Djdk.nio.maxCachedBufferSize=2000000",
    "-Dfile.encoding=UTF-8",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
)
_FIRST_COMPILER_ONLY = "-XX:TieredStopAtLevel=1"
"""Java's second compiler makes code that is twice as fast, and costs more than it gains in the first minutes."""


def command(java: Path, server: Path, folder: Path, is_short: bool = False) -> list[str]:
    """Return the command line of a server whose files `write` put into `folder`; `is_short` if it has little to do."""
    return [
        str(java),
        *_JAVA_OPTIONS,
        *([_FIRST_COMPILER_ONLY] if is_short else []),
        "-Dnode.environment=segue",
        "-Dnode.id=segue",
        f"-Dnode.data-dir={folder / 'data'}",
        f"-Dplugin.dir={server / 'plugin'}",
        f"-Dcatalog.config-dir={folder / 'catalog'}",
        f"-Dconfig={folder / 'config.properties'}",
        f"-Dlog.levels-file={folder / 'log.properties'}",
        "-cp",
        str(server / "lib" / "*"),
        "io.trino.server.TrinoServer",
    ]


def write(folder: Path, host: str, port: int, aws_url: str, account: Mapping[str, str]) -> None:
    """Write the server's and both catalogues' properties.

    Args:
        folder: where they go.
        host, port: where Trino listens.
        aws_url: where Glue and S3 answer.
        account: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_DEFAULT_REGION.
    """
    (folder / "data").mkdir(parents=True, exist_ok=True)
    (folder / "catalog").mkdir(parents=True, exist_ok=True)
    _write(folder / "config.properties", _server(host, port))
    _write(folder / "log.properties", _LOG_LEVELS)
    shared = _shared(aws_url, account)
    _write(folder / "catalog" / f"{HIVE}.properties", {**shared, **_HIVE})
    _write(folder / "catalog" / f"{ICEBERG}.properties", {**shared, **_ICEBERG})
    _write(folder / "catalog" / f"{UNLOAD}.properties", _unload(folder, shared))


def _server(host: str, port: int) -> dict[str, str]:
    """Return the server's own properties.

    Catalogues are managed `dynamic`ally because each is then on every node at once; else Trino, having started, fails
    for some seconds whatever reads a table (NO_NODES_AVAILABLE).
    """
    return {
        "coordinator": "true",
        "node-scheduler.include-coordinator": "true",
        "http-server.http.port": str(port),
        "http-server.log.enabled": "false",
        "node.bind-ip": host,
        "node.internal-address": host,
        "discovery.uri": f"http://{host}:{port}",
        "catalog.management": "dynamic",
        "query.max-memory": "1GB",
        "query.max-memory-per-node": "1GB",
        "memory.heap-headroom-per-node": "256MB",
        "query.max-length": "1000000",
        "query.min-expire-age": "5m",
        "query.client.timeout": "10m",
        "web-ui.enabled": "false",
    }


_LOG_LEVELS = {"": "WARN", "io.trino.server": "INFO", "Bootstrap": "WARN"}
_HIVE = {
    "connector.name": "hive",
    "hive.metastore": "glue",
    "hive.iceberg-catalog-name": ICEBERG,
    "hive.non-managed-table-writes-enabled": "true",
    "hive.recursive-directories": "true",
    "hive.security": "allow-all",
    "hive.partition-projection-enabled": "true",
    "hive.max-partitions-per-writers": "100",
}
_ICEBERG = {
    "connector.name": "iceberg",
    "iceberg.catalog.type": "glue",
    "iceberg.hive-catalog-name": HIVE,
    "iceberg.allowed-extra-properties": "*",
    "iceberg.security": "allow-all",
    "iceberg.max-partitions-per-writer": "100",
    "iceberg.expire-snapshots.min-retention": "0s",
    "iceberg.remove-orphan-files.min-retention": "0s",
}


def _unload(folder: Path, shared: Mapping[str, str]) -> dict[str, str]:
    """UNLOAD writes files without a table in Glue: through tables of a catalogue of its own, forgotten at once."""
    (folder / "unload").mkdir(exist_ok=True)
    s3 = {name: value for name, value in shared.items() if not name.startswith("hive.metastore.glue.")}
    return {
        **s3,
        "connector.name": "hive",
        "hive.metastore": "file",
        "hive.metastore.catalog.dir": "local:///",
        "hive.non-managed-table-writes-enabled": "true",
        "hive.max-partitions-per-writers": "100",
        "hive.security": "allow-all",
        "fs.native-local.enabled": "true",
        "local.location": str(folder / "unload"),
    }


def _shared(aws_url: str, account: Mapping[str, str]) -> dict[str, str]:
    key, secret, region = (
        account[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION")
    )
    return {
        "fs.native-s3.enabled": "true",
        "s3.endpoint": aws_url,
        "s3.region": region,
        "s3.path-style-access": "true",
        "s3.aws-access-key": key,
        "s3.aws-secret-key": secret,
        "hive.metastore.glue.endpoint-url": aws_url,
        "hive.metastore.glue.region": region,
        "hive.metastore.glue.aws-access-key": key,
        "hive.metastore.glue.aws-secret-key": secret,
    }


def _write(file: Path, properties: Mapping[str, str]) -> None:
    lines = (f"{name}={value}\n" for name, value in properties.items())
    file.write_text("".join(lines), encoding="utf-8")
