select
    customer_id,
    page,
    cast(from_iso8601_timestamp(seen_at) as timestamp(3)) as seen_at
from {{ source('web', 'visits') }}
