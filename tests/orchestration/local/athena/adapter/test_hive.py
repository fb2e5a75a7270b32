"""The suites of dbt-tests-adapter on Hive tables, which dbt-athena makes unless it is told otherwise."""

from typing import Any

import pytest
from dbt.tests.adapter.basic.files import incremental_not_schema_change_sql
from dbt.tests.adapter.basic.test_adapter_methods import BaseAdapterMethod
from dbt.tests.adapter.basic.test_base import BaseSimpleMaterializations
from dbt.tests.adapter.basic.test_empty import BaseEmpty
from dbt.tests.adapter.basic.test_ephemeral import BaseEphemeral
from dbt.tests.adapter.basic.test_generic_tests import BaseGenericTests
from dbt.tests.adapter.basic.test_incremental import BaseIncremental, BaseIncrementalNotSchemaChange
from dbt.tests.adapter.basic.test_singular_tests import BaseSingularTests
from dbt.tests.adapter.basic.test_singular_tests_ephemeral import BaseSingularTestsEphemeral
from dbt.tests.adapter.basic.test_table_materialization import BaseTableMaterialization
from dbt.tests.adapter.basic.test_validate_connection import BaseValidateConnection
from dbt.tests.adapter.empty.test_empty import BaseTestEmpty, BaseTestEmptyInlineSourceRef
from dbt.tests.adapter.incremental.test_incremental_microbatch import BaseMicrobatch
from dbt.tests.adapter.incremental.test_incremental_on_schema_change import BaseIncrementalOnSchemaChange
from dbt.tests.adapter.persist_docs.test_persist_docs import BasePersistDocsColumnMissing
from dbt.tests.adapter.relations.test_changing_relation_type import BaseChangeRelationTypeValidator
from dbt.tests.adapter.sample_mode.test_sample_mode import BaseSampleModeTest
from dbt.tests.adapter.store_test_failures_tests.basic import StoreTestFailuresAsInteractions
from dbt.tests.adapter.unit_testing.test_case_insensitivity import BaseUnitTestCaseInsensivity
from dbt.tests.adapter.unit_testing.test_invalid_input import BaseUnitTestInvalidInput
from dbt.tests.adapter.unit_testing.test_types import BaseUnitTestingTypes
from dbt.tests.util import run_dbt

SAME_SCHEMA = incremental_not_schema_change_sql.replace("1 || '-' || current_timestamp", "cast(now() as varchar)")
"""Athena puts only text together."""
EVENTS = """
{{ config(materialized="table", event_time="event_time") }}
select id, cast(day as timestamp) as event_time
from (values (1, date '2020-01-01'), (2, date '2020-01-02'), (3, date '2020-01-03')) as days (id, day)
"""
BATCHES = """
{{ config(
    materialized="incremental", incremental_strategy="microbatch", event_time="event_time", batch_size="day",
    begin=modules.datetime.datetime(2020, 1, 1), partitioned_by=["event_time"]
) }}
select * from {{ ref("input_model") }}
"""


class TestSimpleMaterializations(BaseSimpleMaterializations):
    pass


class TestSeedByInsert(BaseSimpleMaterializations):
    @pytest.fixture(scope="class")
    def project_config_update(self) -> dict[str, Any]:
        return {"name": "base", "seeds": {"+seed_by_insert": True}}


class TestNativeDrop(BaseSimpleMaterializations):
    @pytest.fixture(scope="class")
    def project_config_update(self) -> dict[str, Any]:
        return {"name": "base", "models": {"+native_drop": True}}


class TestSingular(BaseSingularTests):
    pass


class TestSingularEphemeral(BaseSingularTestsEphemeral):
    pass


class TestEmpty(BaseEmpty):
    pass


class TestEphemeral(BaseEphemeral):
    pass


class TestIncremental(BaseIncremental):
    pass


class TestIncrementalSameSchema(BaseIncrementalNotSchemaChange):
    @pytest.fixture(scope="class")
    def models(self) -> dict[str, str]:
        return {"incremental_not_schema_change.sql": SAME_SCHEMA}


class TestGeneric(BaseGenericTests):
    pass


class TestTable(BaseTableMaterialization):
    pass


class TestConnection(BaseValidateConnection):
    pass


class TestChangingRelationType(BaseChangeRelationTypeValidator):
    pass


class TestOnSchemaChange(BaseIncrementalOnSchemaChange):
    pass


class TestAdapterMethod(BaseAdapterMethod):
    pass


class TestMicrobatch(BaseMicrobatch):
    @pytest.fixture(scope="class")
    def input_model_sql(self) -> str:
        return EVENTS

    @pytest.fixture(scope="class")
    def microbatch_model_sql(self) -> str:
        return BATCHES


class TestEmptyFlag(BaseTestEmpty):
    pass


class TestEmptyFlagInline(BaseTestEmptyInlineSourceRef):
    pass


class TestSampleMode(BaseSampleModeTest):
    @pytest.fixture(scope="class")
    def input_model_sql(self) -> str:
        """Two of them on the day before the base class's now, 2025-01-03 02:03."""
        return """
        {{ config(materialized="table", event_time="event_time") }}
        select id, event_time from (values
            (1, timestamp '2025-01-01 01:25:00.000'),
            (2, timestamp '2025-01-02 13:47:00.000'),
            (3, timestamp '2025-01-03 01:32:00.000')
        ) as events (id, event_time)
        """

    def test_sample_mode(self, project: Any) -> None:
        """The base class stops the clock of the whole process for this; a sample may name its hours as well."""
        run_dbt(["run"])
        self.assert_row_count(project, "model_that_samples_input_sql", 3)
        run_dbt(["run", "--sample", "{'start': '2025-01-02 02:03', 'end': '2025-01-03 02:03'}"])
        self.assert_row_count(project, "model_that_samples_input_sql", 2)


class TestDescribedColumnIsMissing(BasePersistDocsColumnMissing):
    pass


class TestStoreFailures(StoreTestFailuresAsInteractions):
    pass


class TestUnitTestIgnoresCase(BaseUnitTestCaseInsensivity):
    pass


class TestUnitTestOfNoColumn(BaseUnitTestInvalidInput):
    pass


class TestUnitTestTypes(BaseUnitTestingTypes):
    @pytest.fixture
    def data_types(self) -> list[list[str]]:
        return [
            ["1", "1"],
            ["1.5", "1.5"],
            ["'text'", "text"],
            ["true", "true"],
            ["date '2026-01-31'", "2026-01-31"],
            ["timestamp '2026-01-31 12:30:00.000'", "'2026-01-31 12:30:00.000'"],
        ]
