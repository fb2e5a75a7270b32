"""Carries out the steps that are Glue's and S3's: the one file here that talks to anybody."""

import time
from functools import singledispatch
from typing import Any

from botocore.exceptions import ClientError

from orchestration.local.athena.translate import partitions, show
from orchestration.local.athena.translate.glue_reads import (
    Clients,
    code,
    database_of,
    lookup,
    no_table,
    partition_of,
    partitions_of,
    table_of,
    tables_of,
)
from orchestration.local.athena.translate.plan import Refused
from orchestration.local.athena.translate.refuse import hive_failure
from orchestration.local.athena.translate.s3_files import bucket_and_key, delete_below, files_below
from orchestration.local.athena.translate.steps import (
    AddPartitions,
    Answer,
    ChangeDatabase,
    ChangePartition,
    ChangeTable,
    CreateDatabase,
    CreateTable,
    DescribePartition,
    DropDatabase,
    DropPartitions,
    DropTable,
    GlueStep,
    RepairPartitions,
    Reply,
    ShowDatabases,
    ShowPartitions,
    ShowTable,
    ShowTables,
    WriteManifest,
)

_TASK = "Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask."
_INPUT = (
    "Name",
    "Description",
    "Owner",
    "LastAccessTime",
    "LastAnalyzedTime",
    "Retention",
    "StorageDescriptor",
    "PartitionKeys",
    "ViewOriginalText",
    "ViewExpandedText",
    "TableType",
    "Parameters",
    "TargetTable",
)
_BATCH = 100

__all__ = ["Clients", "carry_out", "lookup"]


def carry_out(step: GlueStep, clients: Clients) -> Answer | None:
    """Do one step; return its answer if it has one.

    Raises:
        Refused: what is asked for is not there, or is there already, in Athena's words.
    """
    return _do(step, clients)


@singledispatch
def _do(step: GlueStep, clients: Clients) -> Answer | None:
    raise TypeError(f"{type(step).__name__} is no step for Glue")


@_do.register
def _(step: CreateDatabase, clients: Clients) -> None:
    try:
        clients.glue.create_database(DatabaseInput=dict(step.database_input))
    except ClientError as error:
        if code(error) != "AlreadyExistsException":
            raise
        if not step.if_not_exists:
            name = step.database_input["Name"]
            raise hive_failure(f"{_TASK} AlreadyExistsException(message:Database {name} already exists)") from error


@_do.register
def _(step: ChangeDatabase, clients: Clients) -> None:
    known = database_of(step.name, clients)
    changed = {name: known[name] for name in ("Name", "Description", "LocationUri", "Parameters") if name in known}
    if step.location is not None:
        changed["LocationUri"] = step.location
    changed["Parameters"] = {**known.get("Parameters", {}), **step.parameters}
    clients.glue.update_database(Name=step.name, DatabaseInput=changed)


@_do.register
def _(step: DropDatabase, clients: Clients) -> None:
    try:
        database_of(step.name, clients)
    except Refused:
        if step.if_exists:
            return
        raise
    tables = list(tables_of(step.name, clients))
    if tables and not step.cascade:
        raise hive_failure(
            f"{_TASK} InvalidOperationException(message:Database {step.name} is not empty. One or more tables exist.)"
        )
    for table in tables:
        if table.get("Parameters", {}).get("table_type", "").lower() == "iceberg":
            delete_below(table.get("StorageDescriptor", {}).get("Location", ""), clients)
        clients.glue.delete_table(DatabaseName=step.name, Name=table["Name"])
    clients.glue.delete_database(Name=step.name)


@_do.register
def _(step: CreateTable, clients: Clients) -> None:
    database_of(step.database, clients)
    made = {**step.table_input["Parameters"], "transient_lastDdlTime": str(int(time.time()))}
    try:
        clients.glue.create_table(DatabaseName=step.database, TableInput={**step.table_input, "Parameters": made})
    except ClientError as error:
        if code(error) != "AlreadyExistsException":
            raise
        if not step.if_not_exists:
            name = step.table_input["Name"]
            raise hive_failure(f"{_TASK} AlreadyExistsException(message:Table {name} already exists)") from error


@_do.register
def _(step: ChangeTable, clients: Clients) -> None:
    table = table_of(step.database, step.table, clients)
    changed = step.change({name: table[name] for name in _INPUT if name in table})
    clients.glue.update_table(DatabaseName=step.database, TableInput=changed)


@_do.register
def _(step: DropTable, clients: Clients) -> None:
    try:
        clients.glue.delete_table(DatabaseName=step.database, Name=step.table)
    except ClientError as error:
        if code(error) != "EntityNotFoundException":
            raise
        if not step.if_exists:
            raise no_table(step.database, step.table) from error


@_do.register
def _(step: AddPartitions, clients: Clients) -> None:
    table = table_of(step.database, step.table, clients)
    inputs = [partitions.partition_input(table, spec) for spec in step.partitions]
    known = {tuple(one["Values"]) for one in partitions_of(step.database, step.table, clients)}
    again = [one for one in inputs if tuple(one["Values"]) in known]
    if again and not step.if_not_exists:
        raise hive_failure(
            f"{_TASK} AlreadyExistsException(message:Partition already exists: "
            f"{partitions.name_of(table, again[0]['Values'])})"
        )
    _create([one for one in inputs if tuple(one["Values"]) not in known], step.database, step.table, clients)


@_do.register
def _(step: DropPartitions, clients: Clients) -> None:
    table = table_of(step.database, step.table, clients)
    known = [one["Values"] for one in partitions_of(step.database, step.table, clients)]
    for filters in step.filters:
        found = [values for values in known if partitions.passes(table, values, filters)]
        if not found and not step.if_exists:
            wanted = ", ".join(f"{one.key} {one.operator} {one.value}" for one in filters)
            raise hive_failure(f"SemanticException [Error 10006]: Partition not found ({wanted})")
        for at in range(0, len(found), 25):
            clients.glue.batch_delete_partition(
                DatabaseName=step.database,
                TableName=step.table,
                PartitionsToDelete=[{"Values": values} for values in found[at : at + 25]],
            )
        known = [values for values in known if values not in found]


@_do.register
def _(step: ChangePartition, clients: Clients) -> None:
    table = table_of(step.database, step.table, clients)
    values = partitions.values_of(table, step.values)
    partition = partition_of(step.database, step.table, values, clients)
    storage = dict(partition["StorageDescriptor"])
    if step.new_location is not None:
        storage["Location"] = step.new_location
    new = values if step.new_values is None else partitions.values_of(table, step.new_values)
    clients.glue.update_partition(
        DatabaseName=step.database,
        TableName=step.table,
        PartitionValueList=values,
        PartitionInput={"Values": new, "StorageDescriptor": storage, "Parameters": partition.get("Parameters", {})},
    )


@_do.register
def _(step: RepairPartitions, clients: Clients) -> Answer:
    table = table_of(step.database, step.table, clients)
    known = {tuple(one["Values"]) for one in partitions_of(step.database, step.table, clients)}
    location = table["StorageDescriptor"]["Location"]
    found = partitions.in_folders(table, files_below(location, clients))
    missing = {values: folder for values, folder in found.items() if values not in known}
    inputs = [partitions.partition_input_of(table, list(values), folder) for values, folder in missing.items()]
    _create(inputs, step.database, step.table, clients)
    return show.repaired(table, [list(values) for values in missing])


@_do.register
def _(step: ShowDatabases, clients: Clients) -> Answer:
    pages = clients.glue.get_paginator("get_databases").paginate()
    return show.databases([one["Name"] for page in pages for one in page["DatabaseList"]], step.pattern)


@_do.register
def _(step: ShowTables, clients: Clients) -> Answer:
    database_of(step.database, clients)
    return show.tables(list(tables_of(step.database, clients)), step.pattern, step.views_only)


@_do.register
def _(step: ShowTable, clients: Clients) -> Answer:
    return step.show(table_of(step.database, step.table, clients))


@_do.register
def _(step: ShowPartitions, clients: Clients) -> Answer:
    table = table_of(step.database, step.table, clients)
    return show.partitions(table, [one["Values"] for one in partitions_of(step.database, step.table, clients)])


@_do.register
def _(step: DescribePartition, clients: Clients) -> Answer:
    table = table_of(step.database, step.table, clients)
    values = partitions.values_of(table, step.values)
    return step.show(table, partition_of(step.database, step.table, values, clients))


@_do.register
def _(step: Reply, clients: Clients) -> Answer:
    return step.answer


@_do.register
def _(step: WriteManifest, clients: Clients) -> None:
    own = (step.manifest, step.manifest.removesuffix("-manifest.csv") + ".metadata")
    lines = "".join(f"{address}\n" for address in files_below(step.location, clients) if address not in own)
    bucket, key = bucket_and_key(step.manifest)
    clients.s3.put_object(Bucket=bucket, Key=key, Body=lines.encode())


def _create(inputs: list[dict[str, Any]], database: str, table: str, clients: Clients) -> None:
    for at in range(0, len(inputs), _BATCH):
        clients.glue.batch_create_partition(
            DatabaseName=database, TableName=table, PartitionInputList=inputs[at : at + _BATCH]
        )
