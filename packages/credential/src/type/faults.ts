import type { Fault } from './fault.ts'

/** Every way a brick can be wrong (specs/credential-type.md), with what to do about it. Rows sorted by code. */
export const TYPE_FAULTS = {
  card_not_accessible: 'give the svg element role="img" and a title as its first child, so that a screen reader can say what it is',
  card_not_safe: 'keep to plain shapes and text: no scripts, no styles, no references to the outside, no placeholders',
  claim_never_hidden: 'say "never" for every claim and leave totals out: this format shows all or nothing',
  claim_not_of_subject: 'put all claims into the one member credentialSubject, an object: they are those of the subject',
  claim_path_not_in_schema: 'name only places that schema.json describes',
  claim_path_repeated: 'give each claim one rule',
  claim_reserved: 'leave these names to the format (vct, iss, exp, cnf, status, _sd ...) and to paths (*)',
  claim_without_rule: 'say in the claims of credential.json whether this claim, or all of what it stands in, can be hidden',
  date_path_not_a_date: 'point at a string with format "date"',
  file_missing: 'add the file',
  file_not_json: 'correct the JSON; members must not be repeated',
  file_unknown: 'remove the file, or correct its name',
  formats_mixed: 'make a brick of its own for the formats that name their types otherwise; both can have one source',
  label_missing: 'give every claim a label in every language',
  label_path_not_in_schema: 'label only places that schema.json describes',
  label_path_repeated: 'put all words for one path in one entry',
  label_value_unknown: 'give words only to values that schema.json lists',
  member_malformed: 'see specs/credential-type.md for what this member may be',
  member_missing: 'add the member',
  member_unknown: 'remove the member, or correct its name',
  refresh_needs_grant: 'add the grant with which it is received the first time, or leave refresh_token out',
  replacement_needs_status: 'give it a status in which earlier copies can be revoked, or keep them',
  sample_malformed: 'make the sample satisfy schema.json',
  schema_malformed: 'write a valid JSON Schema 2020-12, with "date" as the only format',
  schema_not_strict: 'give every place one type; every object its properties and "additionalProperties": false; every array its items',
  schema_reference_unknown: 'refer only to "#/$defs/..." of the same file, and never round in a circle',
  status_missing: 'a credential that lives longer than 24 hours needs a status',
  status_not_of_format: 'give it one bit and no suspension: each entry of such a credential is one bit for revocation',
  suspension_needs_bits: 'use 2 status bits or more, or leave out suspension',
  total_path_not_an_object: 'point at an object of schema.json that holds claims with "sd": "always"',
  total_path_repeated: 'give each object one total',
  total_too_small: 'make the total at least the number of claims that can be hidden there',
} as const satisfies Record<string, string>

export type TypeFaultCode = keyof typeof TYPE_FAULTS

/** A fault of a brick; the sentence says what is wrong and what to do. */
export const typeFault = (code: TypeFaultCode, file: string, path: string, what: string): Fault<TypeFaultCode> => ({
  file,
  path,
  code,
  message: `${what}: ${TYPE_FAULTS[code]}`,
})
