"""The suites of dbt-tests-adapter on Hive tables, which dbt-athena makes unless it is told otherwise."""

from typing import Any

import pytest
from dbt.tests.adapter.basic.test_base import BaseSimpleMaterializations
from dbt.tests.adapter.basic.test_empty import BaseEmpty
from dbt.tests.adapter.basic.test_ephemeral import BaseEphemeral
from dbt.tests.adapter.basic.test_generic_tests import BaseGenericTests
from dbt.tests.adapter.basic.test_incremental import BaseIncremental, BaseIncrementalNotSchemaChange
from dbt.tests.adapter.basic.test_singular_tests import BaseSingularTests
from dbt.tests.adapter.basic.test_singular_tests_ephemeral import BaseSingularTestsEphemeral
from dbt.tests.adapter.basic.test_table_materialization import BaseTableMaterialization
from dbt.tests.adapter.basic.test_validate_connection import BaseValidateConnection
from dbt.tests.adapter.relations.test_changing_relation_type import BaseChangeRelationTypeValidator


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
    pass


class TestGeneric(BaseGenericTests):
    pass


class TestTable(BaseTableMaterialization):
    pass


class TestConnection(BaseValidateConnection):
    pass


class TestChangingRelationType(BaseChangeRelationTypeValidator):
    pass
