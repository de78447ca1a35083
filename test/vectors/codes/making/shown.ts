import type { JsonObject } from '@symbolon/sd-jwt'
import { AUDIENCE, NONCE } from '../../presentations/making/flow.ts'
import { codeOf, DAY, LIST, NOW, PLACES, paper, party, SHOWN, said, statute, withText, withValues } from './flow.ts'
import { together } from './packing.ts'
import { fail, group, unknown, type Wish, type Wishes } from './wish.ts'

const binding = fail('binding')
const { text: dictionary } = statute.dictionary
const answered = async (step: Parameters<typeof codeOf>[1]) => ({ code: await codeOf(statute, step) })
const printed = async (step: Parameters<typeof codeOf>[1]) => ({ code: await codeOf(paper, step) })
const asked = (change: Wish['asked']) => ({ asked: { audience: AUDIENCE, nonce: NONCE, ...change } })
const looked = (question: string) => ({ asked: { showAudience: question } })
const another = await codeOf(statute, said({ sd_hash: 'A'.repeat(43) }))
const without =
  (name: string) =>
  (payload: JsonObject): JsonObject =>
    Object.fromEntries(Object.entries(payload).filter(([member]) => member !== name))

export const bindings: Wishes = {
  ...group('valid-answer', binding('key_binding_hash_wrong'), {
    'hash-of-other-disclosures': ['the holder signed the hash of something else', { code: another }],
    'disclosure-taken-away': [
      'the claim was taken away after the holder had signed',
      await answered({ presentation: (sdJwt, keyBinding) => `${sdJwt.split('~')[0]}~${keyBinding}` }),
    ],
  }),
  ...group('valid-answer', binding('key_binding_signature_wrong'), {
    'signed-by-other-holder': [
      'somebody else signed who has no key of this credential',
      await answered({ holder: party('another_holder') }),
    ],
    'signature-of-holder-changed': [
      'a bit of the signature of the holder was changed',
      {
        code: together(
          withValues((all) => all.with(90, (all[90] ?? 0) ^ 1)),
          dictionary,
        ),
      },
    ],
    'nonce-changed': [
      'the nonce was changed after the holder had signed',
      {
        code: together(
          withValues((all) => all.with(-20, (all.at(-20) ?? 0) ^ 1)),
          dictionary,
        ),
      },
    ],
    'time-of-holder-changed': [
      'the time was changed after the holder had signed',
      {
        code: together(
          withText((text) => text.replace('"iat":\b,"aud"', '"iat":\b ,"aud"')),
          dictionary,
        ),
      },
    ],
  }),
  ...group('valid-answer', binding('key_binding_audience_wrong'), {
    'answer-for-other-verifier': ['another verifier had asked', asked({ audience: AUDIENCE.replace('7', '8') })],
    'answer-for-nobody': [
      'the holder took the asker for one without a certificate',
      await answered(said({ aud: 'urn:symbolon:unknown-asker' })),
    ],
  }),
  ...group('valid-show', binding('key_binding_audience_wrong'), {
    'show-for-one-who-asked': ['the verifier had asked, and is shown what is for whoever looks', asked({})],
  }),
  ...group('valid-answer', binding('key_binding_nonce_wrong'), {
    'answer-to-other-nonce': ['the same verifier had asked with another nonce', asked({ nonce: NONCE.replace('n', 'm') })],
  }),
  ...group('valid-answer', binding('key_binding_too_old'), {
    'answer-301-seconds-old': ['the answer is a second too old', { now: NOW + 296 }],
  }),
  ...group('valid-answer', binding('key_binding_ahead'), {
    'answer-61-seconds-ahead': ['the clock of the holder is a second too far ahead', { now: NOW - 66 }],
  }),
  ...group('valid-answer', binding('key_binding_not_valid_now'), {
    'key-binding-expired': ['the key binding says itself that it is over', await answered(said({ exp: NOW }))],
    'key-binding-not-begun': ['the key binding says itself that it does not hold yet', await answered(said({ nbf: NOW + 1 }))],
  }),
  ...group('valid-answer', binding('key_binding_missing'), {
    'key-binding-missing': ['a type that is bound to a key is shown without it', await answered({ presentation: (sdJwt) => sdJwt })],
  }),
  ...group('valid-answer', binding('holder_key_missing'), {
    'key-missing': ['a type that is bound to a key was issued without it', await answered({ payload: without('cnf') })],
  }),
  ...group('valid-paper', binding('holder_key_not_expected'), {
    'paper-with-key': ['a type for paper was issued with a key', await printed({ draft: { holderKey: party('holder').jwk } })],
    'paper-with-key-binding': [
      'on paper stands the signature of somebody',
      await printed({ presentation: (sdJwt, keyBinding) => sdJwt + keyBinding }),
    ],
    'paper-with-key-and-its-binding': [
      'a type for paper was issued with a key, which signed',
      await printed({ draft: { holderKey: party('holder').jwk }, presentation: (sdJwt, keyBinding) => sdJwt + keyBinding }),
    ],
  }),
}

export const shows: Wishes = {
  ...group('valid-show', binding('shown_for_other_question'), {
    'show-for-other-question': ['the verifier looks for another question', looked('urn:symbolon:show:train-reduction')],
    'show-for-a-question': ['the verifier looks for no question', looked('urn:symbolon:show')],
    'show-for-longer-question': ['the question that is looked for begins like the one that is shown', looked(`${SHOWN}-abroad`)],
  }),
  ...group('valid-show-for-no-question', binding('shown_for_other_question'), {
    'show-for-no-question': ['the verifier looks for a question', looked(SHOWN)],
  }),
  ...group('valid-show', binding('key_binding_too_old'), {
    'show-121-seconds-old': ['what is shown to whoever looks is a second too old', { now: NOW + 116 }],
  }),
  ...group('valid-show', binding('key_binding_ahead'), {
    'show-61-seconds-ahead': ['the clock of the holder is a second too far ahead', { now: NOW - 66 }],
  }),
  ...group('valid-show', binding('key_binding_not_valid_now'), {
    'show-expired': ['the key binding says itself that it is over', { code: await codeOf(statute, said({ aud: SHOWN, exp: NOW })) }],
  }),
  ...group('valid-show', unknown('binding')('binding_not_checked'), {
    'answer-where-one-only-looks': ['it is an answer to somebody, and nobody had asked', { code: await codeOf(statute) }],
    'show-with-other-name': [
      'the audience only begins like that of what is shown to whoever looks',
      { code: await codeOf(statute, said({ aud: 'urn:symbolon:shown' })) },
    ],
    'show-in-capitals': [
      'the audience is in capitals, which is another',
      { code: await codeOf(statute, said({ aud: SHOWN.toUpperCase() })) },
    ],
  }),
  ...group('valid-show', binding('key_binding_signature_wrong'), {
    'show-signed-by-other': [
      'somebody else shows it',
      { code: await codeOf(statute, { ...said({ aud: SHOWN }), holder: party('another_holder') }) },
    ],
  }),
}

export const structures: Wishes = {
  ...group('valid-answer', fail('structure')('key_binding_malformed'), {
    'key-binding-without-nonce': ['the key binding has no nonce', await answered({ kbPayload: without('nonce') })],
    'key-binding-without-hash': ['the key binding does not say what it is for', await answered({ kbPayload: without('sd_hash') })],
  }),
  ...group('valid-answer', fail('structure')('key_binding_type_wrong'), {
    'key-binding-typ-jwt': ['typ of the key binding is JWT', await answered({ kbHeader: (header) => ({ ...header, typ: 'JWT' }) })],
  }),
  ...group('valid-answer', fail('structure')('type_wrong'), {
    'typ-of-other-token': [
      'typ of the credential is that of a status list',
      await answered({ header: (header) => ({ ...header, typ: 'statuslist+jwt' }) }),
    ],
  }),
  ...group('valid-answer', fail('structure')('disclosure_not_referenced'), {
    'disclosure-of-other-credential': [
      'the claim is of another credential',
      await answered({ disclosures: () => [Buffer.from('["AAAAAAAAAAAAAAAAAAAAAA","social_energy_tariff","yes"]').toString('base64url')] }),
    ],
  }),
}

export const holds: Wishes = {
  ...group('valid-answer', fail('validity')('expired'), {
    'credential-expired': ['the credential was valid until now', await answered({ draft: { expires: NOW } })],
  }),
  ...group('valid-answer', fail('validity')('not_yet_valid'), {
    'credential-not-yet-valid': ['the credential is valid from a second on', await answered({ draft: { notBefore: NOW + 1 } })],
  }),
  ...group('valid-paper', fail('validity')('expired'), {
    'paper-expired': ['what was printed is over', { now: NOW + 14 * 3600 }],
  }),
  ...group('valid-paper', fail('status')('revoked'), {
    'paper-revoked': ['the list says that it was taken back', await printed({ draft: { status: { uri: LIST, index: PLACES.revoked } } })],
  }),
  ...group('valid-paper', unknown('status')('status_too_old'), {
    'paper-with-old-status': ['the list is older than the verifier takes', { maxStatusAge: 3599 }],
  }),
  ...group('valid-paper', fail('status')('status_missing'), {
    'paper-without-status': [
      'what is good for months says nowhere whether it still holds',
      await printed({ draft: { expires: NOW + 90 * DAY }, payload: without('status') }),
    ],
  }),
  ...group('valid-answer', fail('type')('claim_against_type'), {
    'claim-against-type': [
      'the claim has a value that its type does not know',
      await answered({ claims: (claims) => ({ ...claims, social_energy_tariff: 'perhaps' }) }),
    ],
  }),
  ...group('valid-paper', fail('type')('claim_not_concealed'), {
    'claim-in-the-open': [
      'a claim that can be hidden stands in the open',
      await printed({ show: [], payload: (payload) => ({ ...payload, disability_recognised: 'no' }) }),
    ],
  }),
}
