select
    id as customer_id,
    concat_ws(' ', first_name, last_name) as name,
    cast(joined_on as date) as joined_on
from {{ ref('raw_customers') }}
