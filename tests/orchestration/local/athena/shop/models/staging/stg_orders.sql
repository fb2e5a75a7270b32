select
    id as order_id,
    customer_id,
    cast(ordered_on as date) as ordered_on,
    status,
    cast(changed_at as timestamp(6)) as changed_at
from {{ ref('raw_orders') }}
