-- The certificate of one person that runs on that day, or else the next one.
with
  living as (
    select * from persons
    where insz = :subject
      and not exists (select 1 from number_changes where old_insz = persons.insz and "on" <= :today)
  ),
  -- The rows of one event share document, day and kind; the event with the highest row came last.
  events as (
    select document_id, issued_on, event, max(rowid) as last_row
    from applicable_legislation
    where insz = :subject and issued_on <= :today
    group by document_id, issued_on, event
  ),
  latest as (
    select *, row_number() over (partition by document_id order by issued_on desc, last_row desc) as place,
      -- An event that only ends the certificate need not repeat where the person works.
      row_number() over (partition by document_id order by event = 'ended', issued_on desc, last_row desc) as content
    from events
  ),
  certificate as (
    select terms.*
    from latest join applicable_legislation as terms on terms.rowid = latest.last_row
    where latest.place = 1 and terms.event <> 'annulled' and terms."until" >= :today
    order by terms."from"
    limit 1
  ),
  content as (
    select rows.*
    from certificate
      join latest on latest.document_id = certificate.document_id and latest.content = 1
      join applicable_legislation as rows
        on rows.insz = :subject and rows.document_id = latest.document_id and rows.issued_on = latest.issued_on and rows.event = latest.event
  ),
  employers as (
    select distinct employer_type, employer_name, employer_cbe, employer_street, employer_house_number, employer_locality, employer_postal_code
    from content
  ),
  places as (
    select work_country,
      json_group_array(json_object(
        'companyOrVesselName', work_company,
        'address', json_object('streetAndNumber', work_street || ' ' || work_house_number, 'town', work_locality, 'postcode', work_postal_code, 'countryCode', work_country)
      )) filter (where fixed_place = 1) as places
    from content
    group by work_country
  )
select
  json_object(
    'pin', living.insz,
    'gender', case sex when 1 then '1' when 2 then '2' else '0' end,
    'names', json_object('surnames', family_name, 'forenames', given_name),
    'dateOfBirth', birthdate,
    'placeOfBirth', json_object('town', birth_locality, 'countryCode', birth_country),
    'nationalities', json(nationalities),
    'address', json_object('stateOfResidence', json_array(json_object(
      'streetAndNumber', street_address || ' ' || living.house_number, 'town', living.locality, 'postcode', living.postal_code, 'countryCode', living.country
    )))
  ) as subject,
  certificate.legislation,
  certificate."from" as applies_from,
  certificate."until" as applies_until,
  certificate.provisional,
  (select json_group_array(json_object(
    'typeOfEmployment', employer_type,
    'name', employer_name,
    'employerID', employer_cbe,
    'typeOfID', '01',
    'address', json_object('streetAndNumber', employer_street || ' ' || employer_house_number, 'town', employer_locality, 'postcode', employer_postal_code, 'countryCode', 'BE')
  )) from employers) as employers,
  (select json_group_object(work_country, json(places)) from places) as places_of_work,
  -- What codes show, each by itself.
  living.insz,
  family_name,
  given_name,
  birthdate,
  (select json_group_array(distinct employer_cbe) from employers) as employer_numbers,
  (select json_group_array(work_country) from places) as work_countries,
  certificate.status_code,
  certificate.document_id,
  office.id as institution_id,
  office.name as institution_name,
  office.country as institution_country,
  json_object('streetAndNumber', office.street || ' ' || office.house_number, 'town', office.locality, 'postcode', office.postal_code, 'countryCode', office.country) as institution_address
from certificate
  join living on living.insz = certificate.insz
  join institutions as office on office.role = 'social_security_office'
