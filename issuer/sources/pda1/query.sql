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
  ),
  -- What the schema of EBSI calls the countries it knows: those of the Union and of EFTA, and the United Kingdom.
  ebsi_states (iso, code) as (
    select value, case value when 'GR' then 'EL' when 'GB' then 'UK' else value end
    from json_each('["AT","BE","BG","CH","CY","CZ","DE","DK","EE","ES","FI","FR","GB","GR","HR","HU","IE","IS","IT","LI","LT","LU","LV","MT","NL","NO","PL","PT","RO","SE","SI","SK"]')
  ),
  -- Its section 4 has room for one name and one address, and for several numbers: the first employer by name has the former,
  -- and the numbers of all of them follow in the same order, so that none is left out.
  employers_by_name as (
    select *, row_number() over (order by employer_name, employer_cbe) as place from employers
  ),
  fixed_places as (
    select *, row_number() over (order by work_country, work_locality, work_company) as seqno
    from (select distinct work_country, work_company, work_street, work_house_number, work_postal_code, work_locality from content where fixed_place = 1)
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
  json_object('streetAndNumber', office.street || ' ' || office.house_number, 'town', office.locality, 'postcode', office.postal_code, 'countryCode', office.country) as institution_address,
  -- The same in the sections of EBSI's schema; json_patch leaves out what is null.
  json_patch('{}', json_object(
    'personalIdentificationNumber', living.insz,
    'sex', case sex when 1 then '01' when 2 then '02' else '98' end,
    'surname', family_name,
    'forenames', given_name,
    'dateBirth', birthdate,
    'nationalities', (select json_group_array(case value when 'GR' then 'EL' when 'GB' then 'UK' else value end) from json_each(nationalities)),
    'placeBirth', json_object('town', birth_locality, 'countryCode', (select code from ebsi_states where iso = birth_country)),
    'stateOfResidenceAddress', json_object(
      'streetNo', street_address || ' ' || living.house_number, 'postCode', living.postal_code, 'town', living.locality,
      'countryCode', (select code from ebsi_states where iso = living.country)
    )
  )) as ebsi_section1,
  (select code from ebsi_states where iso = certificate.legislation) as ebsi_legislation,
  json_object(case certificate.status_code
    when '01' then 'postedEmployedPerson'
    when '02' then 'employedTwoOrMoreStates'
    when '03' then 'postedSelfEmployedPerson'
    when '04' then 'selfEmployedTwoOrMoreStates'
    when '05' then 'civilServant'
    when '06' then 'contractStaff'
    when '07' then 'mariner'
    when '08' then 'employedAndSelfEmployed'
    when '09' then 'civilAndEmployedSelfEmployed'
    when '10' then 'flightCrewMember'
    when '11' then 'exception'
    when '12' then 'workingInStateUnder21'
    -- A code that the schema has no word for: the empty name is refused.
    else ''
  end, json('true')) as ebsi_section3,
  (select json_patch('{}', json_object(
    'employee', json(case when exists (select 1 from employers where employer_type = '01') then 'true' end),
    'selfEmployedActivity', json(case when exists (select 1 from employers where employer_type = '02') then 'true' end),
    'employerSelfEmployedActivityCodes', (select json_group_array(employer_cbe) from (select employer_cbe from employers_by_name order by place)),
    'nameBusinessName', employer_name,
    'registeredAddress', json_object('streetNo', employer_street || ' ' || employer_house_number, 'postCode', employer_postal_code, 'town', employer_locality, 'countryCode', 'BE')
  )) from employers_by_name where place = 1) as ebsi_section4,
  json_patch('{}', json_object(
    'workPlaceNames', (
      select json(nullif(json_group_array(json_object('seqno', seqno, 'companyNameVesselName', work_company)), '[]'))
      from (select * from fixed_places where work_company is not null order by seqno)
    ),
    'workPlaceAddresses', (
      select json(nullif(json_group_array(json_object('seqno', seqno, 'address', json_patch('{}', json_object(
        'streetNo', work_street || ' ' || work_house_number, 'postCode', work_postal_code, 'town', work_locality,
        'countryCode', (select code from ebsi_states where iso = work_country)
      )))), '[]'))
      from (select * from fixed_places order by seqno)
    ),
    'noFixedAddress', json(case when exists (select 1 from content where fixed_place = 0) then 'true' end),
    'noFixedAddressDescription', (
      select group_concat(code, ', ')
      from (select distinct code from content join ebsi_states on iso = work_country where fixed_place = 0 order by code)
    )
  )) as ebsi_section5,
  json_patch('{}', json_object('streetNo', office.street || ' ' || office.house_number, 'postCode', office.postal_code, 'town', office.locality,
    'countryCode', (select code from ebsi_states where iso = office.country))) as ebsi_institution_address,
  certificate.issued_on as document_date
from certificate
  join living on living.insz = certificate.insz
  join institutions as office on office.role = 'social_security_office'
