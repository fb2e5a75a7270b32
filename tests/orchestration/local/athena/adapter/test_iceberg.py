"""The suites of dbt-tests-adapter on Iceberg tables."""

from typing import Any

import pytest
from dbt.tests.adapter.basic.test_adapter_methods import BaseAdapterMethod
from dbt.tests.adapter.basic.test_base import BaseSimpleMaterializations
from dbt.tests.adapter.basic.test_ephemeral import BaseEphemeral
from dbt.tests.adapter.basic.test_generic_tests import BaseGenericTests
from dbt.tests.adapter.basic.test_incremental import BaseIncremental, BaseIncrementalNotSchemaChange
from dbt.tests.adapter.basic.test_table_materialization import BaseTableMaterialization
from dbt.tests.adapter.incremental.test_incremental_merge_exclude_columns import BaseMergeExcludeColumns
from dbt.tests.adapter.incremental.test_incremental_microbatch import BaseMicrobatch
from dbt.tests.adapter.incremental.test_incremental_on_schema_change import BaseIncrementalOnSchemaChange
from dbt.tests.adapter.incremental.test_incremental_predicates import BaseIncrementalPredicates
from dbt.tests.adapter.relations.test_changing_relation_type import BaseChangeRelationTypeValidator

from tests.orchestration.local.athena.adapter.test_hive import SAME_SCHEMA

INPUT = """
{{ config(materialized="table", event_time="event_time") }}
select id, cast(day as timestamp(6)) as event_time
from (values (1, date '2020-01-01'), (2, date '2020-01-02'), (3, date '2020-01-03')) as days (id, day)
"""


class Iceberg:
    """Every table of the project is an Iceberg table, and what is incremental is merged.

    Seeds stay Hive tables: their timestamps have milliseconds, and Iceberg's must have microseconds, so they are text.
    """

    @pytest.fixture(scope="class")
    def project_config_update(self) -> dict[str, Any]:
        return {
            "models": {"+table_type": "iceberg", "+incremental_strategy": "merge", "+unique_key": "id"},
            "seeds": {"+column_types": {"some_date": "varchar"}},
        }


class TestSimpleMaterializations(Iceberg, BaseSimpleMaterializations):
    pass


class TestNativeDrop(Iceberg, BaseSimpleMaterializations):
    @pytest.fixture(scope="class")
    def project_config_update(self) -> dict[str, Any]:
        models = {"+table_type": "iceberg", "+incremental_strategy": "append", "+native_drop": True}
        return {"models": models, "seeds": {"+column_types": {"some_date": "varchar"}}}


class TestEphemeral(Iceberg, BaseEphemeral):
    pass


class TestIncremental(Iceberg, BaseIncremental):
    pass


class TestIncrementalSameSchema(Iceberg, BaseIncrementalNotSchemaChange):
    @pytest.fixture(scope="class")
    def models(self) -> dict[str, str]:
        return {"incremental_not_schema_change.sql": SAME_SCHEMA}


class TestGeneric(Iceberg, BaseGenericTests):
    pass


class TestTable(Iceberg, BaseTableMaterialization):
    pass


class TestAdapterMethod(Iceberg, BaseAdapterMethod):
    pass


class TestChangingRelationType(Iceberg, BaseChangeRelationTypeValidator):
    pass


class TestMergeExcludeColumns(Iceberg, BaseMergeExcludeColumns):
    pass


class TestPredicates(BaseIncrementalPredicates):
    @pytest.fixture(scope="class")
    def project_config_update(self) -> dict[str, Any]:
        models = {
            "+table_type": "iceberg",
            "+incremental_strategy": "merge",
            "+incremental_predicates": ["target.id <> 2"],
        }
        return {"models": models}


class TestOnSchemaChange(Iceberg, BaseIncrementalOnSchemaChange):
    pass


class TestMicrobatch(Iceberg, BaseMicrobatch):
    @pytest.fixture(scope="class")
    def input_model_sql(self) -> str:
        return INPUT
