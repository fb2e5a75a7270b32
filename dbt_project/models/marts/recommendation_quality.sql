-- One row per run, method and figure. Without a reference there are only the figures that need none.
with figures as (
    select method, 'recall@20' as metric, recall as value from {{ ref('int_quality_found') }}
    union all
    select method, 'nDCG@20' as metric, ndcg as value from {{ ref('int_quality_found') }}
    union all
    select method, 'coverage' as metric, coverage as value from {{ ref('int_quality_reach') }}
    union all
    select method, 'popularity_bias' as metric, popularity_bias as value from {{ ref('int_quality_reach') }}
    union all
    select method, 'stability' as metric, stability as value from {{ ref('int_quality_stability') }}
),

final as (
    select
        '{{ run_id() }}' as run_id,
        method,
        metric,
        round(cast(value as double), 9) as value,
        cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp) as measured_at
    from figures
    where value is not null
)

select * from final
