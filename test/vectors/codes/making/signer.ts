import type { JsonObject } from '@symbolon/sd-jwt'
import { answer, codeOf, hashOf, ISSUER, OTHER_ISSUER, party, statute, withText, withValues } from './flow.ts'
import { type Packed, together } from './packing.ts'
import { fail, group, noKey, unknown, type Wishes } from './wish.ts'

const { text: dictionary } = statute.dictionary
const packed = (change: Packed) => ({ code: together(change, dictionary) })
const issued = async (step: Parameters<typeof codeOf>[1]) => ({ code: await codeOf(statute, step) })
const header = (change: JsonObject) => ({ header: (same: JsonObject): JsonObject => ({ ...same, ...change }) })
const by = (name: string) => ({ issuer: party(name) })
const anew = [
  { ...fail('binding')('key_binding_signature_wrong'), reason: 'the hash that the holder signed is made anew, of the text that came out' },
]
/** The text of the dictionary with its two halves exchanged, and with the names of two times exchanged: as long, so that each place is reached as before. */
const turned = dictionary.slice(dictionary.length / 2) + dictionary.slice(0, dictionary.length / 2)
const exchanged = dictionary.replace('"nbf":\b,"exp":\b', '"exp":\b,"nbf":\b')

const early = { ...fail('validity')('not_yet_valid'), reason: 'in the text that came out the time of the beginning is that of the end' }

/** What is changed in a code after signing comes out as another text, which nobody signed. */
export const changed: Wishes = {
  ...group('valid-answer', fail('unpack')('code_malformed'), {
    'dictionary-of-other-text': [
      'under the number of the dictionary the code was written with another text',
      { code: together(answer, turned) },
    ],
  }),
  ...group('valid-answer', fail('structure')('disclosure_not_referenced'), {
    'digest-exchanged': [
      'in the place of the digest of the claim stands another',
      packed(withText((text) => text.replace('\x03 ', 'A'.repeat(43)))),
    ],
  }),
  ...group('valid-answer', fail('signature')('signature_wrong'), {
    'dictionary-with-names-exchanged': [
      "under the number of the dictionary the code was written with another text, in which two names stand in each other's place",
      { code: together(answer, exchanged), also: [...anew, early] },
    ],
    'claim-changed': ['yes was made of no', { ...packed(withText((text) => text.replace('"yes"', '"no"'))), also: anew }],
    'salt-changed': [
      'the salt of the claim was changed',
      { ...packed(withValues((all) => all.with(-1, (all.at(-1) ?? 0) ^ 1))), also: anew },
    ],
    'white-space-in-payload': [
      'the payload has a space more than what was signed',
      { ...packed(withText((text) => text.replace('{"iss"', '{ "iss"'))), also: anew },
    ],
    'end-moved': [
      'the end of the credential was moved',
      { ...packed(withValues((all) => all.with(130 + 9, (all[130 + 9] ?? 0) + 1))), also: anew },
    ],
    'signature-of-issuer-changed': [
      'a bit of the signature of the issuer was changed',
      { ...packed(withValues((all) => all.with(30, (all[30] ?? 0) ^ 1))), also: anew },
    ],
    'signed-by-holder': [
      'the holder signed in the place of the issuer',
      await issued({ issuer: { ...party('holder'), x5c: party('credential').x5c } }),
    ],
    'signed-by-other-below-the-same-authority': [
      'another institution signed, and named the certificate of the issuer',
      await issued({ issuer: { ...party('other_institution'), x5c: party('credential').x5c } }),
    ],
  }),
  ...group('valid-answer', fail('signature')('algorithm_not_allowed'), {
    'algorithm-none': ['alg is none', await issued(header({ alg: 'none' }))],
    'algorithm-hs256': ['alg is that of a shared secret', await issued(header({ alg: 'HS256' }))],
  }),
}

const hash = await hashOf(party('credential').x5c[0] ?? '')
const named = async (value: JsonObject[string]) => ({ ...(await issued(header({ 'x5t#S256': value }))), also: noKey })
const hex = Buffer.from(hash, 'base64url').toString('hex')

/** A certificate that is named by its hash and cannot be found: nothing is said for the credential or against it. */
export const hashes: Wishes = group('valid-answer', unknown('trust')('chain_missing'), {
  'certificate-unknown': ['the issuer publishes no certificate of this hash', { ...(await issued(by('status'))), also: noKey }],
  'certificate-of-authority': ['the hash is that of the authority', await named(await hashOf(party('credential_ca').x5c[0] ?? ''))],
  'certificate-hash-empty': ['the hash is empty', await named('')],
  'certificate-hash-with-padding': ['the hash has padding', await named(`${hash}=`)],
  'certificate-hash-in-hex': ['the hash is in hexadecimal', await named(hex)],
  'certificate-hash-in-a-list': ['the hash is in a list of one', await named([hash])],
  'certificate-hashes-in-a-list': ['the hash is in a list of two', await named([hash, hash])],
  'certificate-hash-null': ['the hash is null', await named(null)],
  'certificate-hash-of-sha-1': [
    'the hash is of SHA-1, under the name for it',
    { ...(await issued({ header: ({ 'x5t#S256': _, ...same }) => ({ ...same, x5t: hash }) })), also: noKey },
  ],
  'certificate-elsewhere': [
    'beside the hash stands an address at which the certificates are',
    { ...(await issued(header({ x5u: `${ISSUER}/certificates` }))), also: noKey },
  ],
  'issuer-missing': [
    'the credential does not say whose keys to look at',
    { ...(await issued({ payload: ({ iss: _, ...payload }) => payload })), also: noKey },
  ],
  'issuer-without-keys': [
    'the credential says it is of an issuer whose keys are not in the bundle',
    { ...(await issued({ draft: { issuer: 'https://third.example' } })), also: noKey },
  ],
  'certificate-of-issuer-under-other-name': [
    'the issuer is another one, which does not publish this certificate',
    { ...(await issued({ draft: { issuer: OTHER_ISSUER } })), also: noKey },
  ],
})

export const signers: Wishes = {
  ...group('valid-answer', fail('trust')('issuer_not_in_certificate'), {
    'certificate-of-other-issuer': [
      'another institution signed, whose certificate stands among the keys of the issuer',
      await issued(by('other_institution')),
    ],
  }),
  ...group('valid-answer', fail('trust')('chain_malformed'), {
    'certificate-hash-beside-empty-chain': [
      'beside the hash stands a list of certificates in which there is none',
      { ...(await issued(header({ x5c: [] }))), also: noKey },
    ],
  }),
  ...group('valid-answer', fail('trust')('issuer_not_trusted'), {
    'certificate-of-stranger': [
      'a stranger signed, whose certificate stands among the keys of the issuer',
      await issued(by('stranger_credential')),
    ],
  }),
  ...group('valid-answer', fail('trust')('certificate_expired'), {
    'certificate-expired': ['the certificate of the signer was valid until yesterday', await issued(by('credential_expired'))],
  }),
  ...group('valid-answer', fail('trust')('issuer_not_authorised_for_type'), {
    'issuer-for-other-types': ['the trust file lets the issuer speak of other types only', { trust: 'trust-credentials-of-others' }],
  }),
  ...group('valid-answer', fail('trust')('algorithm_not_for_key'), {
    'algorithm-of-other-curve': [
      'alg is that of another curve than the key has',
      { ...(await issued(header({ alg: 'ES384' }))), also: noKey },
    ],
  }),
}
