-- The card of one person who is still covered on that day. Whoever holds it (:holder) is the person, or a
-- representative who may collect for that person on that day; only then the card says whose it is.
with
  living as (
    select * from persons
    where not exists (select 1 from number_changes where old_insz = persons.insz and "on" <= :today)
  ),
  latest as (
    select *
    from (
      select insurance.*, row_number() over (partition by card_number order by issued_on desc, rowid desc) as place
      from insurance
      where insz = :subject and issued_on <= :today
    )
    where place = 1
  ),
  mandate as (
    select 1 from representation join living on living.insz = representative
    where representative = :holder and represented = :subject
      and "from" <= :today and ("until" is null or "until" >= :today)
      and ' ' || scope || ' ' like '% collect %'
  )
select
  living.insz,
  authority.id as authority_id,
  authority.name as authority_name,
  authority.country as authority_country,
  latest.institution_id as source_id,
  mutuality.name as source_name,
  'PuB-EAA' as legal_category,
  latest.issued_on,
  latest.expires_on,
  latest.covered_from,
  latest.covered_until,
  latest.card_number,
  iif(:holder = :subject, null, json_object('forenames', given_name, 'familynames', family_name, 'date_of_birth', birthdate)) as held_for
from latest
  join living on living.insz = latest.insz
  join institutions as authority on authority.role = 'issuer'
  join institutions as mutuality on mutuality.role = 'mutuality'
where event <> 'annulled' and covered_until >= :today and expires_on >= :today
  and (:holder = :subject or exists (select 1 from mandate))
order by covered_from
limit 1
