-- What the sources say of one person on one day: every code of the closed list, with yes, no or unknown.
-- Materialized is what is read more than once.
with
  living as (
    select * from persons
    where insz = :subject
      and not exists (select 1 from number_changes where old_insz = persons.insz and "on" <= :today)
  ),
  -- The last event per code that a source which answers knew on that day.
  latest as (
    select code, "from", "until", source, event
    from (
      select statutes.*, row_number() over (partition by statutes.code order by decided_on desc, statutes.rowid desc) as place
      from statutes join authentic_sources on authentic_sources.code = statutes.source and answers = 1
      where insz = :subject and decided_on <= :today
    )
    where place = 1
  ),
  held as materialized (
    select * from latest
    where event <> 'annulled' and "from" <= :today and ("until" is null or "until" >= :today)
  ),
  asked as (
    select statute_sources.code, min(answers) as answers
    from statute_sources join authentic_sources on authentic_sources.code = statute_sources.source
    group by statute_sources.code
  ),
  own as materialized (
    select asked.code,
      case when held.code is not null then 'yes' when answers = 1 then 'no' else 'unknown' end as answer,
      held."from", held."until", held.source
    from asked left join held on held.code = asked.code
  ),
  derived as (
    select statute_parts.code,
      case max(case answer when 'yes' then 2 when 'unknown' then 1 else 0 end) when 2 then 'yes' when 1 then 'unknown' else 'no' end as answer,
      min("from") as "from",
      -- Open as soon as one of the parts is.
      case when count(*) filter (where answer = 'yes' and "until" is null) = 0 then max("until") end as "until",
      case when count(*) filter (where answer = 'yes') > 0 then 'derived' end as source
    from statute_parts join own on own.code = statute_parts.part
    group by statute_parts.code
  ),
  answers as materialized (select * from own union all select * from derived)
select
  authority.id as authority_id,
  authority.name as authority_name,
  authority.country as authority_country,
  'PuB-EAA' as legal_category,
  '2026-1' as catalogue,
  :today as reference_date,
  living.family_name,
  living.given_name,
  living.birthdate,
  living.insz,
  -- Always there, if need be empty: that somebody lives abroad or has no known birth date must not show.
  case when birthdate is null then '{}' else json_object(
    '6', json(iif(date(birthdate, '+6 years') <= :today, 'true', 'false')),
    '12', json(iif(date(birthdate, '+12 years') <= :today, 'true', 'false')),
    '18', json(iif(date(birthdate, '+18 years') <= :today, 'true', 'false')),
    '26', json(iif(date(birthdate, '+26 years') <= :today, 'true', 'false')),
    '65', json(iif(date(birthdate, '+65 years') <= :today, 'true', 'false'))
  ) end as ages,
  case when nis is null then '{}' else json_object(
    'postal_code', living.postal_code,
    'municipality', nis,
    -- The first digits of a municipality's number are those of its district.
    'region', case when nis glob '21*' then 'BE-BRU' when nis glob '25*' or nis glob '[5689]*' then 'BE-WAL' else 'BE-VLG' end
  ) end as residence,
  (select json_group_object(code, answer) from answers) as statutes,
  (select json_group_object(code, json_object('from', "from", 'until', "until", 'source', source)) from answers) as periods,
  -- Those that codes show, each by itself.
  (select answer from answers where code = 'increased_reimbursement_any') as increased_reimbursement_any,
  (select answer from answers where code = 'limited_income_any') as limited_income_any,
  (select answer from answers where code = 'disability_recognised') as disability_recognised,
  (select answer from answers where code = 'mobility_limited') as mobility_limited,
  (select answer from answers where code = 'companion') as companion,
  (select answer from answers where code = 'parking_card') as parking_card,
  (select answer from answers where code = 'transport_reduction_card') as transport_reduction_card,
  (select answer from answers where code = 'social_energy_tariff') as social_energy_tariff
from living join institutions as authority on authority.role = 'issuer'
