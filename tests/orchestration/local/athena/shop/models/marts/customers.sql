with bought as (
    select
        customer_id,
        count(*) as order_count,
        sum(case when status = 'returned' then 0 else amount end) as lifetime_value
    from {{ ref('orders') }}
    group by customer_id
),

looked as (
    select customer_id, count(*) as visit_count from {{ ref('stg_visits') }} group by customer_id
)

select
    customers.customer_id,
    customers.name,
    coalesce(bought.order_count, 0) as order_count,
    coalesce(bought.lifetime_value, 0) as lifetime_value,
    coalesce(looked.visit_count, 0) as visit_count
from {{ ref('stg_customers') }} as customers
left join bought on customers.customer_id = bought.customer_id
left join looked on customers.customer_id = looked.customer_id
