-- One row per run, method, group of artists and figure: the mean over the artists of the group for whom the figure is defined.
{% set metrics = {
    'recall@20': 'recall', 'nDCG@20': 'ndcg', 'hit@10': 'hit', 'coverage': 'coverage',
    'popularity_bias': 'popularity_bias', 'genre_diversity': 'genre_diversity', 'stability': 'stability',
} -%}
{% set seed_groups = {
    'all': 'true',
    'held_out': 'seeds.is_held_out', 'tuned': 'not seeds.is_held_out',
    'with_genres': 'seeds.has_genres', 'without_genres': 'not seeds.has_genres',
    'korean': 'seeds.is_korean', 'other_countries': 'not seeds.is_korean',
    'popular': 'seeds.is_popular', 'not_popular': 'not seeds.is_popular',
} -%}
with figures as (
    select
        measured.method,
        seed_groups.seed_group,
        metrics.metric,
        case metrics.metric
            {% for metric, column in metrics.items() -%}
            when '{{ metric }}' then measured.{{ column }}
            {% endfor -%}
        end as value
    from {{ ref('int_quality_measured') }} as measured
    inner join {{ ref('int_quality_seeds') }} as seeds
        on measured.artist_id = seeds.artist_id
    cross join (
        values
        {% for seed_group in seed_groups -%}
        ('{{ seed_group }}'){{ ',' if not loop.last }}
        {% endfor -%}
    ) as seed_groups (seed_group)
    cross join (
        values
        {% for metric in metrics -%}
        ('{{ metric }}'){{ ',' if not loop.last }}
        {% endfor -%}
    ) as metrics (metric)
    where
        case seed_groups.seed_group
            {% for seed_group, condition in seed_groups.items() -%}
            when '{{ seed_group }}' then {{ condition }}
            {% endfor -%}
        end
),

final as (
    select
        '{{ run_id() }}' as run_id,
        method,
        seed_group,
        metric,
        round({{ exact_mean('value') }}, 9) as value,
        count(value) as seed_count,
        cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S") }}' as timestamp) as measured_at
    from figures
    group by method, seed_group, metric
    having count(value) > 0
)

select * from final
