"""What is done once for a message, step by step, however often it is delivered: Powertools' idempotency on DynamoDB.

A step is written down before it is done and again afterwards. One whose second record is missing, as its worker was
killed in between, may have been done; it is not done again: a lost card is better than a doubled one.
"""

from collections.abc import Callable
from typing import Any, Literal

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
    IdempotencyItemAlreadyExistsError,
    IdempotencyItemNotFoundError,
    IdempotencyPersistenceLayerError,
)
from aws_lambda_powertools.utilities.idempotency.persistence.base import BasePersistenceLayer
from aws_lambda_powertools.utilities.idempotency.persistence.datarecord import DataRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import MemoryUnavailable
from chalicelib.later import Later

KEPT_SECONDS = 7 * 86_400
"""Messenger repeats a delivery for 36 hours; after this long a record is forgotten."""
Done = Literal["now", "before", "perhaps"]
State = Literal["", "INPROGRESS", "COMPLETED", "EXPIRED"]


class _NoDeadline(LambdaContext):
    """A begun step never becomes free again: Powertools would hand it out anew once Lambda's time is over."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return KEPT_SECONDS * 1000


class Records(DynamoDBPersistenceLayer):
    """Powertools' records where that a step has ended is written later. Until then a kill leaves it as begun."""

    def __init__(self, table: str, client: Any, later: Later) -> None:
        super().__init__(table, boto3_client=client)
        self._later = later

    def _get_record(self, idempotency_key: str) -> DataRecord:
        return self._ended(idempotency_key) or super()._get_record(idempotency_key)

    def _put_record(self, data_record: DataRecord) -> None:
        if ended := self._ended(data_record.idempotency_key):
            raise IdempotencyItemAlreadyExistsError(old_data_record=ended)
        super()._put_record(data_record)

    def _update_record(self, data_record: DataRecord) -> None:
        key = data_record.idempotency_key
        expiry = {"N": str(data_record.expiry_timestamp)}
        item = {**self._get_key(key), self.status_attr: {"S": data_record.status}, self.expiry_attr: expiry}
        self._later.put(self.table_name, (key,), item)

    def _ended(self, key: str) -> DataRecord | None:
        waiting = self._later.get(self.table_name, (key,))
        return self._item_to_data_record(waiting) if waiting else None


class Once:
    """The records of `SEGUE_ANSWERED_TABLE`; every method raises MemoryUnavailable where DynamoDB fails."""

    def __init__(self, store: BasePersistenceLayer) -> None:
        config = IdempotencyConfig(
            expires_after_seconds=KEPT_SECONDS, hash_function="sha256", lambda_context=_NoDeadline()
        )
        store.configure(config, key_prefix="message")
        self._store = store
        self._run = idempotent_function(
            _run, data_keyword_argument="step", persistence_store=store, config=config, key_prefix="message"
        )

    def do(self, message: str, step: str, work: Callable[[], object]) -> Done:
        """Do the work unless it was done or begun before. Where it raises, it counts as not begun."""
        ran: list[bool] = []

        def run() -> None:
            ran.append(True)
            work()

        try:
            self._run(step=[message, step], work=run)
        except IdempotencyAlreadyInProgressError:
            return "perhaps"
        except IdempotencyPersistenceLayerError as error:
            raise _unavailable(error) from None
        return "now" if ran else "before"

    def state(self, message: str, step: str) -> State:
        """How far a step has come; "" if it was never begun, or began and failed."""
        try:
            record = self._store.get_record([message, step])  # type: ignore[arg-type]  # it hashes any JSON value
        except IdempotencyItemNotFoundError:
            return ""
        except (BotoCoreError, ClientError) as error:
            raise _unavailable(error) from None
        return record.status if record else ""  # type: ignore[return-value]  # Powertools has three words


def _run(*, step: list[str], work: Callable[[], None]) -> None:
    """The function whose calls Powertools tells apart by `step`."""
    work()


def _unavailable(error: Exception) -> MemoryUnavailable:
    cause = error.__cause__ or error
    return MemoryUnavailable(
        f"DynamoDB does not tell what is answered already ({type(cause).__name__}). "
        "Next: see that the table of SEGUE_ANSWERED_TABLE exists and that this function may use it"
    )
