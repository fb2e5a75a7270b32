"""Databases: create, alter, drop."""

from orchestration.local.athena.translate.names import read_database
from orchestration.local.athena.translate.plan import Context, Plan, StatementType
from orchestration.local.athena.translate.steps import ChangeDatabase, CreateDatabase, DropDatabase
from orchestration.local.athena.translate.words import Reader


def create(reader: Reader, context: Context) -> Plan:
    """Plan what follows `create database`."""
    if_not_exists = reader.accept("IF")
    if if_not_exists:
        reader.expect("NOT", "EXISTS")
    database: dict[str, object] = {"Name": read_database(reader, context)}
    if reader.accept("COMMENT"):
        database["Description"] = reader.string()
    if reader.accept("LOCATION"):
        database["LocationUri"] = reader.string()
    if reader.accept("WITH"):
        reader.expect("DBPROPERTIES")
        database["Parameters"] = read_text_properties(reader)
    reader.end()
    return Plan(StatementType.DDL, "CREATE_DATABASE", (CreateDatabase(database, if_not_exists),))


def alter(reader: Reader, context: Context) -> Plan:
    """Plan what follows `alter database`."""
    name = read_database(reader, context)
    reader.expect("SET")
    if reader.accept("LOCATION"):
        step = ChangeDatabase(name, location=reader.string())
    else:
        reader.expect("DBPROPERTIES")
        step = ChangeDatabase(name, parameters=read_text_properties(reader))
    reader.end()
    return Plan(StatementType.DDL, "ALTER_DATABASE", (step,))


def drop(reader: Reader, context: Context) -> Plan:
    """Plan what follows `drop database`."""
    if_exists = reader.accept("IF")
    if if_exists:
        reader.expect("EXISTS")
    name = read_database(reader, context)
    cascade = reader.accept("CASCADE")
    if not cascade:
        reader.accept("RESTRICT")
    reader.end()
    return Plan(StatementType.DDL, "DROP_DATABASE", (DropDatabase(name, if_exists, cascade),))


def read_text_properties(reader: Reader) -> dict[str, str]:
    """Read `('name' = 'value', ..)`."""
    reader.expect("(")
    properties = {}
    while True:
        name = reader.string()
        reader.expect("=")
        properties[name] = reader.string()
        if not reader.accept(","):
            break
    reader.expect(")")
    return properties
