import { type Json, type JsonObject } from '@symbolon/sd-jwt'
import { bundle, disclose, ehic, metadataPart, NOW, statusList, statute } from './flow.ts'
import { fail, pass, unknown, type Wishes } from './wish.ts'
import { createHash } from 'node:crypto'

const wrong = fail('type')
const known = pass('type')('type_known')
const sri = (name: string, text: string): string => `${name}-${createHash(name).update(text).digest('base64')}`
const metadata = metadataPart().content
const integrity = (value: Json) => ({
  spec: 'SD-JWT VC draft 19 section 6',
  payload: (payload: JsonObject) => ({ ...payload, 'vct#integrity': value }),
})
const list = await statusList()
const metadataOfOther = JSON.stringify({ vct: 'urn:eudi:ehic:2', name: 'European Health Insurance Card' })
const notAnObject = '"urn:eudi:ehic:1"'

const alsoByType = [{ ...wrong('claim_against_type'), reason: 'the type says that this claim is a date' }]

export const integrities: Wishes = {
  'integrity-hex': {
    ...integrity(`sha256-${createHash('sha256').update(metadata).digest('hex')}`),
    description: 'vct#integrity is in hexadecimal',
    pitfall: ['TM-01'],
    expect: wrong('type_integrity_wrong'),
  },
  'integrity-base64url': {
    ...integrity(`sha512-${createHash('sha512').update(metadata).digest('base64url')}`),
    description: 'vct#integrity is in base64url',
    pitfall: ['TM-01'],
    expect: wrong('type_integrity_wrong'),
  },
  'integrity-of-other-text': {
    ...integrity(sri('sha256', `${metadata} `)),
    description: 'vct#integrity is of the same metadata with a space at the end',
    expect: wrong('type_integrity_wrong'),
  },
  'integrity-stronger-hash-wrong': {
    ...integrity(`${sri('sha256', metadata)} ${sri('sha512', 'another text')}`),
    description: 'of two hashes the weaker one is right and the stronger one wrong',
    pitfall: ['TM-02'],
    expect: wrong('type_integrity_wrong'),
  },
  'integrity-unknown-hash': {
    ...integrity(`md5-${createHash('md5').update(metadata).digest('base64')}`),
    description: 'vct#integrity has a hash that nobody should use any more, and no other',
    pitfall: ['TM-03'],
    expect: wrong('type_integrity_wrong'),
  },
  'integrity-empty': { ...integrity(''), description: 'vct#integrity is empty', pitfall: ['TM-03'], expect: wrong('type_integrity_wrong') },
  'integrity-not-text': {
    ...integrity([sri('sha256', metadata)]),
    description: 'vct#integrity is a list',
    expect: fail('structure')('envelope_malformed'),
  },
  'integrity-of-older-metadata': {
    ...integrity(sri('sha256', 'metadata of an older revision')),
    description: 'the credential was signed for an older description of the type, and the bundle has none',
    bundle: await bundle([list]),
    expect: unknown('type')('type_metadata_missing'),
  },
  'metadata-of-other-type': {
    ...integrity(sri('sha256', metadataOfOther)),
    description: 'the metadata are those that were signed for, and say they are of another type',
    spec: 'SD-JWT VC draft 19 section 5.2',
    pitfall: ['TM-04'],
    bundle: await bundle([list, { need: { kind: 'type_metadata', id: ehic.vct }, content: metadataOfOther }]),
    expect: wrong('type_metadata_of_other'),
  },
  'metadata-not-an-object': {
    ...integrity(sri('sha256', notAnObject)),
    description: 'the metadata are those that were signed for, and no JSON object',
    spec: 'SD-JWT VC draft 19 section 5.2',
    pitfall: ['TM-04'],
    bundle: await bundle([list, { need: { kind: 'type_metadata', id: ehic.vct }, content: notAnObject }]),
    expect: wrong('type_metadata_of_other'),
  },
  'valid-integrity-stronger-hash-decides': {
    ...integrity(`${sri('sha256', 'another text')} ${sri('sha384', metadata)}`),
    description: 'of two hashes the weaker one is wrong and the stronger one right',
    pitfall: ['TM-02'],
    expect: known,
  },
  'valid-integrity-several-of-one-hash': {
    ...integrity(`${sri('sha512', 'another text')} ${sri('sha512', metadata)} unheard-AAAA`),
    description: 'one of two hashes of the same strength is right, a third is unknown',
    expect: known,
  },
  'valid-without-integrity': {
    description: 'there is no vct#integrity',
    spec: 'SD-JWT VC draft 19 section 2.2.2.2',
    payload: ({ 'vct#integrity': _, ...payload }) => payload,
    expect: known,
  },
}

const SALT = 'c2FsdCBmb3IgdGhlIHZlY3Rvcg'
const conceal = async (name: string, value: Json) => {
  const { text, digest } = await disclose(SALT, name, value)
  return {
    payload: ({ [name]: _, ...payload }: JsonObject) => ({ ...payload, _sd: [...(payload._sd as Json[]), digest] }),
    disclosures: (shown: string[]) => [...shown, text],
  }
}
const rule = { spec: 'SD-JWT VC draft 19 section 5.6.4', pitfall: ['TM-05'] }

export const rules: Wishes = {
  'claim-plain-that-must-be-concealed': {
    ...rule,
    description: 'the number of the person stands in clear',
    payload: (payload) => ({ ...payload, personal_administrative_number: '18612801576' }),
    expect: wrong('claim_not_concealed'),
  },
  'claim-concealed-that-must-be-plain': {
    ...rule,
    description: 'the issuing authority comes by a disclosure',
    ...(await conceal('issuing_authority', ehic.sample.issuing_authority ?? null)),
    expect: wrong('claim_concealed'),
  },
  'shown-claim-not-text': {
    spec: 'specs/credential-type.md',
    description: 'the card number that is shown is a number: a program that compares texts would misread it',
    claims: (claims) => ({ ...claims, document_number: 8005600999 }),
    expect: wrong('claim_against_type'),
  },
  'plain-claim-a-list': {
    spec: 'specs/credential-type.md',
    description: 'the country of the issuing authority is a list of countries',
    payload: (payload) => ({ ...payload, issuing_authority: { ...Object(payload.issuing_authority), country: ['BE'] } }),
    expect: wrong('claim_against_type'),
  },
  'valid-claim-of-later-revision': {
    spec: 'specs/credential-type.md',
    description: 'a claim that this verifier does not know yet: optional additions keep the vct',
    payload: (payload) => ({ ...payload, issued_by_counter: true }),
    expect: known,
  },
  'period-concealed': {
    ...rule,
    description: 'the end of the right comes by a disclosure, so it could be left out',
    ...(await conceal('ending_date', '2027-06-30')),
    expect: wrong('claim_concealed'),
  },
  'nested-claim-plain': {
    ...rule,
    description: 'one statute stands in clear among the concealed ones',
    type: statute,
    payload: (payload) => ({ ...payload, statutes: { ...(payload.statutes as JsonObject), companion: 'yes' } }),
    show: [['birthdate']],
    expect: wrong('claim_not_concealed'),
  },
  'statutes-in-one-disclosure': {
    ...rule,
    description: 'all statutes are in one disclosure, so that one cannot be shown alone',
    type: statute,
    ...(await (async () => {
      const { text, digest } = await disclose(SALT, 'statutes', { companion: 'yes', blind: 'no' })
      return {
        payload: ({ statutes: _, ...payload }: JsonObject) => ({ ...payload, _sd: [...(payload._sd as Json[]), digest] }),
        disclosures: () => [text],
      }
    })()),
    expect: wrong('claim_not_concealed'),
  },
  'type-not-known': {
    description: 'a type that the verifier does not know',
    spec: 'SD-JWT VC draft 19 section 2.2.2.1',
    payload: ({ 'vct#integrity': _, ...payload }) => ({ ...payload, vct: 'urn:example:library-card:1' }),
    trust: 'trust-of-any-type',
    expect: unknown('type')('type_not_known'),
  },
  'type-in-capitals': {
    description: 'the vct of a known type in capitals is another type',
    spec: 'SD-JWT VC draft 19 section 2.2.2.1',
    payload: ({ 'vct#integrity': _, ...payload }) => ({ ...payload, vct: 'URN:EUDI:EHIC:1' }),
    trust: 'trust-of-any-type',
    expect: unknown('type')('type_not_known'),
  },
  'valid-mandatory-claim-not-shown': {
    description: 'the number of the person is mandatory, and its holder did not show it',
    spec: 'SD-JWT VC draft 19 section 5.6.3',
    pitfall: ['TM-06'],
    show: [['document_number']],
    expect: known,
  },
  'valid-nothing-shown': {
    description: 'no disclosure at all',
    spec: 'SD-JWT VC draft 19 section 5.6.3',
    pitfall: ['TM-06'],
    show: [],
    expect: known,
  },
}

const brussels = (text: string): number => Date.parse(text) / 1000
const periods = { spec: 'specs/credential-type.md' }
const until = (member: string, date: string) => (claims: JsonObject) => ({ ...claims, [member]: date })

export const layers: Wishes = {
  'document-expired': {
    ...periods,
    description: 'the token is valid, and the card of which it is has expired',
    claims: until('date_of_expiry', '2026-06-14'),
    expect: fail('document')('period_ended'),
  },
  'document-not-begun': {
    ...periods,
    description: 'the card is of tomorrow',
    claims: until('date_of_issuance', '2026-06-16'),
    expect: fail('document')('period_not_begun'),
  },
  'right-ended': {
    ...periods,
    description: 'the token and the card are valid, and the cover has ended',
    claims: until('ending_date', '2026-06-14'),
    expect: fail('right')('period_ended'),
  },
  'right-not-begun': {
    ...periods,
    description: 'the cover begins tomorrow',
    claims: until('starting_date', '2026-06-16'),
    expect: fail('right')('period_not_begun'),
  },
  'right-ended-at-midnight-in-brussels': {
    ...periods,
    description: 'the last day of the cover is over in Brussels, though not yet in London',
    claims: until('ending_date', '2026-06-15'),
    ...atTime(brussels('2026-06-15T22:00:00Z')),
    expect: fail('right')('period_ended'),
  },
  'document-end-no-date': {
    ...periods,
    description: 'the card ends on the 30th of February',
    payload: (payload) => ({ ...payload, date_of_expiry: '2027-02-30' }),
    expect: fail('document')('period_malformed'),
    also: alsoByType,
  },
  'right-end-a-time': {
    ...periods,
    description: 'the end of the cover is a moment and not a day: it cannot be compared, which is not the same as no end',
    payload: (payload) => ({ ...payload, ending_date: '2020-01-01T00:00:00Z' }),
    expect: fail('right')('period_malformed'),
    also: alsoByType,
  },
  'right-end-a-number': {
    ...periods,
    description: 'the end of the cover is in seconds since 1970',
    payload: (payload) => ({ ...payload, ending_date: NOW - 86_400 }),
    expect: fail('right')('period_malformed'),
    also: alsoByType,
  },
  'valid-on-last-day': {
    ...periods,
    description: 'the last second of the last day of the cover, in Brussels',
    claims: until('ending_date', '2026-06-15'),
    ...atTime(brussels('2026-06-15T21:59:59Z')),
    expect: pass('right')('period_runs'),
  },
  'valid-right-without-end': {
    ...periods,
    description: 'the cover has no end, the card has none either',
    claims: ({ ending_date: _, date_of_expiry: __, ...claims }) => claims,
    expect: pass('right')('period_open'),
  },
}

/** Judged, and shown, at another time. */
function atTime(now: number) {
  return { now, kbPayload: (payload: JsonObject) => ({ ...payload, iat: now - 5 }), draft: { issuedAt: now - 3600, notBefore: now - 3600 } }
}

const validity = { spec: 'RFC 9901 section 7.1 (6)' }

export const times: Wishes = {
  expired: { ...validity, description: 'the credential ended an hour ago', draft: { expires: NOW - 3600 }, expect: fail('validity')('expired') },
  'expired-this-second': {
    ...validity,
    description: 'exp is now: it is valid before that time only',
    draft: { expires: NOW },
    expect: fail('validity')('expired'),
  },
  'not-yet-valid': {
    ...validity,
    description: 'the credential begins in an hour',
    draft: { notBefore: NOW + 3600 },
    expect: fail('validity')('not_yet_valid'),
  },
  'issued-in-the-future': {
    ...validity,
    description: 'the credential was issued in an hour from now',
    draft: { issuedAt: NOW + 3600 },
    expect: fail('validity')('not_yet_valid'),
  },
  'never-ends': {
    ...validity,
    description: 'the credential has neither an end nor a status',
    payload: ({ exp: _, status: __, ...payload }) => payload,
    expect: fail('validity')('validity_unlimited'),
    also: [{ check: 'status', outcome: 'fail', code: 'status_missing', reason: 'the type asks for a status, and without an end it is not short-lived' }],
  },
  'aud-of-other-reader': {
    ...validity,
    description: 'the issuer addressed the credential to another reader',
    payload: (payload) => ({ ...payload, aud: 'https://other-verifier.example' }),
    expect: fail('validity')('audience_wrong'),
  },
  'valid-last-second': {
    ...validity,
    description: 'one second before exp, on the second of nbf',
    draft: { expires: NOW + 1, notBefore: NOW },
    expect: pass('validity')('valid_until'),
  },
  'valid-without-end-but-status': {
    ...validity,
    description: 'no exp, but a status',
    payload: ({ exp: _, ...payload }) => payload,
    expect: pass('validity')('valid_now'),
  },
}

