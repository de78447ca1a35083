-- The authentic sources of the demonstration in one database: the registers of persons, statutes, insurance, applicable legislation.
-- Dates are text, YYYY-MM-DD, days in Belgium; "until" null is open; both days are inclusive.
-- Events are never rewritten: the last one per person and code (or document) counts.

drop table if exists statutes;
drop table if exists statute_sources;
drop table if exists statute_parts;
drop table if exists authentic_sources;
drop table if exists insurance;
drop table if exists applicable_legislation;
drop table if exists disability_card;
drop table if exists representation;
drop table if exists number_changes;
drop table if exists identity_documents;
drop table if exists institutions;
drop table if exists persons;

create table persons (
  insz text primary key,
  family_name text,
  given_name text,
  birthdate text,
  sex integer not null,
  language text not null,
  nis text,
  birth_locality text,
  birth_country text,
  nationalities text not null, -- a JSON list
  street_address text,
  house_number text,
  postal_code text,
  locality text,
  country text,
  household text not null
) strict;

-- A number that no longer stands for a living person: replaced by another one, or the person died.
create table number_changes (old_insz text not null, new_insz text, event text not null, "on" text not null) strict;

-- Who knows what, and whether that source gave an answer today; a silent one makes its codes "unknown", never "no".
create table authentic_sources (code text primary key, answers integer not null) strict;
create table statute_sources (code text not null, source text not null references authentic_sources (code), primary key (code, source)) strict;
-- Codes that follow from others: yes when one of the parts is.
create table statute_parts (code text not null, part text not null, primary key (code, part)) strict;
create table statutes (
  insz text not null,
  code text not null,
  "from" text not null,
  "until" text,
  decided_on text not null,
  source text not null references authentic_sources (code),
  event text not null
) strict;
create index statutes_by_person on statutes (insz);

create table insurance (
  insz text not null,
  card_number text not null,
  institution_id text not null,
  institution_name text not null,
  covered_from text not null,
  covered_until text not null,
  issued_on text not null,
  expires_on text not null,
  country_of_residence text not null,
  event text not null
) strict;
create index insurance_by_person on insurance (insz);

-- One row per place of work; the rows of one event have the same document, day and kind.
create table applicable_legislation (
  insz text not null,
  document_id text not null,
  status_code text not null,
  legislation text not null,
  "from" text not null,
  "until" text not null,
  employer_type text not null,
  employer_cbe text not null,
  employer_name text not null,
  employer_street text,
  employer_house_number text,
  employer_postal_code text,
  employer_locality text,
  work_country text not null,
  work_company text,
  work_street text,
  work_house_number text,
  work_postal_code text,
  work_locality text,
  fixed_place integer not null,
  provisional integer not null,
  issued_on text not null,
  event text not null
) strict;
create index applicable_legislation_by_person on applicable_legislation (insz);

create table disability_card (
  insz text not null,
  document_number text not null,
  assistance integer not null,
  issuer text not null,
  issued_on text not null,
  expires_on text not null,
  event text not null
) strict;

create table representation (
  representative text not null,
  represented text not null,
  kind text not null,
  scope text not null, -- words with a space between them
  "from" text not null,
  "until" text,
  decision text
) strict;

create table identity_documents (insz text primary key, document_number text not null, issued_on text not null, expires_on text not null) strict;

create table institutions (
  role text primary key,
  id text,
  name text not null,
  street text,
  house_number text,
  postal_code text,
  locality text,
  country text not null
) strict;
