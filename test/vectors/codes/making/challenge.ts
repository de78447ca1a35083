import type { JsonObject } from '@symbolon/sd-jwt'
import { aud, desk, PAYLOAD, signed, signedText, UNSIGNED, unsigned } from './challenge_text.ts'
import { asker, bare, hashOf, NOW, party } from './flow.ts'
import { fail, group, unknown, type Wishes } from './wish.ts'

const malformed = fail('challenge')('challenge_malformed')
const notTrusted = fail('challenge')('challenge_not_trusted')
const said = async (change: JsonObject) => ({ challenge: await signed({ payload: (payload) => ({ ...payload, ...change }) }) })
const header = async (change: JsonObject) => ({ challenge: await signed({ header: (same) => ({ ...same, ...change }) }) })
/** Somebody who signs under the hash of his own certificate. */
const own = async (signer: typeof desk) => {
  const name = `x509_hash:${await hashOf(signer.x5c[0] ?? '')}`
  return { challenge: await signed({ signer, payload: (payload) => ({ ...payload, aud: name }) }) }
}
const without = async (name: string) => ({
  challenge: await signed({ payload: (payload) => Object.fromEntries(Object.entries(payload).filter(([member]) => member !== name)) }),
})
const open = (change: JsonObject) => ({ challenge: unsigned({ ...UNSIGNED, ...change }) })
const text = JSON.stringify(PAYLOAD)
const head = JSON.stringify({ alg: 'ES256', typ: 'symbolon-challenge+jwt', x5c: [...desk.x5c] })

export const asked: Wishes = {
  'challenge-unsigned': {
    of: 'valid-challenge',
    description: 'nobody signed it: it is opened, and who asks is not known',
    challenge: unsigned(),
    expect: unknown('challenge')('asker_unknown'),
  },
  ...group('valid-challenge', malformed, {
    'challenge-with-list-of-claims': ['it lists claims that it would like to have', await said({ claims: ['birthdate'] })],
    'challenge-with-query': ['it brings a query beside the name of the question', await said({ dcql_query: { credentials: [] } })],
    'challenge-with-iat': ['it says when it was made, which no challenge does', await said({ iat: NOW })],
    'challenge-with-address': ['it says where the answer shall be sent to', await said({ response_uri: 'https://desk.example/answers' })],
    'challenge-without-audience': ['it does not say who asks', await without('aud')],
    'challenge-without-nonce': ['it has no nonce', await without('nonce')],
    'challenge-without-question': ['it asks nothing', await without('question')],
    'challenge-without-end': ['it does not say until when it is good', await without('exp')],
    'challenge-audience-a-list': ['who asks is a list of names', await said({ aud: [aud] })],
    'challenge-audience-long': ['who asks has a name of 101 characters', await said({ aud: 'x'.repeat(101) })],
    'challenge-for-other-certificate': [
      'the answer is to be for the hash of another certificate than that which signs',
      await said({ aud: `x509_hash:${await hashOf(asker('stranger_access').x5c[0] ?? '')}` }),
    ],
    'challenge-for-hash-without-prefix': ['who asks is the hash alone', await said({ aud: aud.replace('x509_hash:', '') })],
    'challenge-for-unknown-asker-signed': [
      'it is signed, and the answer is to be for one who signs nothing',
      await said({ aud: 'urn:symbolon:unknown-asker' }),
    ],
    'challenge-for-whoever-looks': ['the answer is to be what is shown to whoever looks', await said({ aud: 'urn:symbolon:show' })],
    'challenge-nonce-of-21-characters': ['the nonce is shorter than 128 bits', await said({ nonce: 'n'.repeat(21) })],
    'challenge-nonce-of-23-characters': ['the nonce is longer than 128 bits', await said({ nonce: 'n'.repeat(23) })],
    'challenge-nonce-in-base64': ['the nonce is of the other alphabet', await said({ nonce: `${'n'.repeat(20)}+/` })],
    'challenge-nonce-a-number': ['the nonce is a number', await said({ nonce: 1e21 })],
    'challenge-question-with-slash': ['the name of the question leads out of its folder', await said({ question: '../other/question' })],
    'challenge-question-in-capitals': ['the name of the question is in capitals', await said({ question: 'TRAIN-REDUCTION' })],
    'challenge-question-empty': ['the name of the question is empty', await said({ question: '' })],
    'challenge-question-long': ['the name of the question has 101 characters', await said({ question: 'q'.repeat(101) })],
    'challenge-question-an-object': ['in the place of the name stands the question', await said({ question: { claims: ['birthdate'] } })],
    'challenge-end-a-text': ['its end is text', await said({ exp: String(NOW + 55) })],
    'challenge-end-half-a-second': ['its end is not a whole second', await said({ exp: NOW + 55.5 })],
    'challenge-living-too-long': ['it is good a second longer than any may be', await said({ exp: NOW + 121 })],
    'challenge-typ-jwt': ['typ is JWT', await header({ typ: 'JWT' })],
    'challenge-typ-of-bundle': ['typ is that of a bundle', await header({ typ: 'symbolon-bundle+jwt' })],
    'challenge-typ-of-key-binding': ['typ is that of a key binding', await header({ typ: 'kb+jwt' })],
    'challenge-crit': ['the header has crit', await header({ crit: ['level'], level: 1 })],
    'challenge-nonce-twice': [
      'it has two nonces',
      { challenge: await signedText(head, text.replace('{', '{"nonce":"AAAAAAAAAAAAAAAAAAAAAA",')) },
    ],
    'challenge-with-proto': [
      'it has a member that sets the prototype of objects',
      { challenge: await signedText(head, text.replace('{', '{"__proto__":{"claims":[]},')) },
    ],
    'challenge-a-list': ['its payload is a list', { challenge: await signedText(head, `[${text}]`) }],
    'challenge-not-json': ['its payload is no JSON', { challenge: await signedText(head, 'train-reduction') }],
  }),
  ...group('challenge-unsigned', malformed, {
    'challenge-unsigned-for-a-certificate': ['nobody signed it, and the answer is to be for one with a certificate', open({ aud })],
    'challenge-unsigned-for-nobody': ['nobody signed it, and it does not say so in its audience', open({ aud: 'https://desk.example' })],
    'challenge-unsigned-for-whoever-looks': [
      'nobody signed it, and the answer is to be what is shown to whoever looks',
      open({ aud: 'urn:symbolon:show' }),
    ],
    'challenge-unsigned-with-claims': ['nobody signed it, and it lists claims', open({ claims: ['birthdate'] })],
    'challenge-unsigned-with-name': ['nobody signed it, and it says what its maker is called', open({ name: 'Ministry' })],
    'challenge-unsigned-living-too-long': ['it is good a second longer than any may be', open({ exp: NOW + 121 })],
    'challenge-unsigned-member-twice': [
      'it has two questions',
      { challenge: unsigned(JSON.stringify(UNSIGNED).replace('{', '{"question":"parking-space",')) },
    ],
  }),
  ...group('valid-challenge', fail('challenge')('challenge_expired'), {
    'challenge-expired': ['it is over, by a second more than clocks may differ', { now: NOW + 55 + 61 }],
  }),
  ...group('challenge-unsigned', fail('challenge')('challenge_expired'), {
    'challenge-unsigned-expired': ['it is over, by a second more than clocks may differ', { now: NOW + 55 + 61 }],
  }),
  ...group('valid-challenge', malformed, {
    'challenge-from-the-future': ['the clock of the wallet is so late that it would be good for too long', { now: NOW + 55 - 121 }],
  }),
}

export const signers: Wishes = group('valid-challenge', notTrusted, {
  'challenge-signature-wrong': [
    'a bit of the signature was changed',
    { challenge: await signed({ signature: (bytes) => bytes.with(9, (bytes[9] ?? 0) ^ 1) }) },
  ],
  'challenge-signature-empty': ['there is no signature', { challenge: await signed({ signature: () => new Uint8Array() }) }],
  'challenge-signed-by-other-key': [
    'another key signed than that of the certificate',
    { challenge: await signed({ signer: { ...party('holder'), x5c: desk.x5c } }) },
  ],
  'challenge-by-issuer': ['an issuer signed, who may not ask', await own(party('credential'))],
  'challenge-by-maker-of-bundles': ['it is signed by one who makes bundles', await own(party('bundle'))],
  'challenge-by-stranger': ['no anchor of the trust file stands behind the certificate', await own(asker('stranger_access'))],
  'challenge-certificate-expired': ['the certificate was valid until yesterday', await own(asker('access_expired'))],
  'challenge-trusted-by-nobody': ['the trust file has no entry for those who ask', { trust: 'trust-no-desk' }],
  'challenge-algorithm-none': [
    'alg is none',
    { challenge: await signed({ header: (same) => ({ ...same, alg: 'none' }), signature: () => new Uint8Array() }) },
  ],
  'challenge-algorithm-hs256': ['alg is that of a shared secret', await header({ alg: 'HS256' })],
  'challenge-algorithm-of-other-curve': ['alg is that of another curve than the key has', await header({ alg: 'ES384' })],
  'challenge-without-certificate': [
    'it does not say with which key it is signed',
    { challenge: await signed({ header: ({ x5c: _, ...same }) => same }) },
  ],
  'challenge-with-hash-of-certificate': [
    'the certificate is named by its hash, and there is no place to look for it',
    { challenge: await signed({ header: ({ x5c: _, ...same }) => ({ ...same, 'x5t#S256': aud.slice('x509_hash:'.length) }) }) },
  ],
  'challenge-with-own-key': [
    'the key stands in the header',
    { challenge: await signed({ header: ({ x5c: _, ...same }) => ({ ...same, jwk: bare(desk) }) }) },
  ],
})
