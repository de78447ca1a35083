-- The identity of one person, as the demonstration's provider of person identification data knows it.
select
  family_name,
  given_name,
  birthdate,
  json_object('locality', birth_locality, 'country', birth_country) as place_of_birth,
  nationalities,
  json_object('street_address', street_address, 'house_number', persons.house_number, 'postal_code', persons.postal_code, 'locality', persons.locality, 'country', persons.country) as address,
  sex,
  persons.insz,
  document_number,
  issued_on,
  expires_on,
  provider.name as provider_name,
  provider.country as provider_country,
  'PID' as legal_category
from persons
  join identity_documents on identity_documents.insz = persons.insz
  join institutions as provider on provider.role = 'pid_provider'
where persons.insz = :subject and issued_on <= :today and expires_on >= :today
  and not exists (select 1 from number_changes where old_insz = persons.insz and "on" <= :today)
