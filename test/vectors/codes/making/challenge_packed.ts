import { aud, desk, PAYLOAD, signed, signedJws, signedText, UNSIGNED, unsigned } from './challenge_text.ts'
import { codes, statute } from './flow.ts'
import { number } from './packing.ts'
import { fail, group, type Wishes } from './wish.ts'

const malformed = fail('challenge')('challenge_malformed')
const broken = fail('unpack')('code_malformed')
const head = JSON.stringify({ alg: 'ES256', typ: 'symbolon-challenge+jwt', x5c: [...desk.x5c] })
const text = JSON.stringify(PAYLOAD)

export const packed: Wishes = {
  ...group('valid-challenge', broken, {
    'code-for-challenge': ['a presentation is offered as a challenge', { challenge: codes.answer }],
    'challenge-under-the-prefix-of-codes': [
      'a challenge has the prefix of a code',
      { challenge: (await signed()).replace('SYC1:', 'SY1:') },
    ],
    'challenge-in-three-parts': [
      'a third part stands behind the payload',
      { challenge: await signed({ packed: (same) => ({ ...same, text: `${same.text}\x07{}` }) }) },
    ],
    'challenge-header-alone': [
      'there is no payload',
      { challenge: await signed({ packed: (same) => ({ ...same, text: same.text.split('\x07')[0] ?? '' }) }) },
    ],
    'challenge-with-value-left-over': [
      'a byte is left over',
      { challenge: await signed({ packed: (same) => ({ ...same, values: [...same.values, 0] }) }) },
    ],
    'challenge-without-values': [
      'there is no signature, not even its length',
      { challenge: await signed({ packed: (same) => ({ ...same, values: [] }) }) },
    ],
    'challenge-with-digest-of-disclosure': [
      'it has the mark of a digest, and no disclosure',
      { challenge: await signed({ packed: (same) => ({ ...same, text: same.text.replace(aud, '\x03 ') }) }) },
    ],
    'challenge-with-digest-of-all': [
      'it has the mark of what a holder signs',
      { challenge: await signed({ packed: (same) => ({ ...same, text: same.text.replace(aud, '\x04') }) }) },
    ],
  }),
  ...group('challenge-unsigned', broken, {
    'challenge-signed-said-to-be-unsigned': [
      'it is a signed one, and has the number of those that nobody signed',
      { challenge: unsigned(await signedJws(head, text)) },
    ],
    'challenge-unsigned-a-list': ['it is a list', { challenge: unsigned(`[${JSON.stringify(UNSIGNED)}]`) }],
    'challenge-unsigned-with-byte-order-mark': [
      'before the JSON stands a byte order mark',
      { challenge: unsigned(`\ufeff${JSON.stringify(UNSIGNED)}`) },
    ],
    'challenge-unsigned-with-space': ['before the JSON stands a space', { challenge: unsigned(` ${JSON.stringify(UNSIGNED)}`) }],
    'challenge-unsigned-in-two-parts': [
      'two JSON texts stand in it',
      { challenge: unsigned(UNSIGNED, (same) => ({ ...same, text: `${same.text}\x07${same.text}` })) },
    ],
    'challenge-unsigned-with-value-left-over': [
      'a byte is left over',
      { challenge: unsigned(UNSIGNED, (same) => ({ ...same, values: [0] })) },
    ],
    'challenge-unsigned-not-utf-8': [
      'it is not UTF-8',
      { challenge: unsigned(UNSIGNED, (same) => ({ ...same, text: same.text.replace('urn', '\xff') })) },
    ],
  }),
  ...group('valid-challenge', fail('unpack')('code_content_not_known'), {
    'challenge-content-unknown': [
      'what is in it has a number that nobody gave',
      { challenge: await signed({ packed: (same) => ({ ...same, content: [3] }) }) },
    ],
  }),
  ...group('valid-challenge', fail('unpack')('code_dictionary_not_known'), {
    'challenge-with-dictionary-of-type': [
      'it is written with the dictionary of a type, which no challenge is',
      { challenge: await signed({ packed: (same) => ({ ...same, dictionary: number(statute.dictionary.number) }) }) },
    ],
  }),
  ...group('valid-challenge', malformed, {
    'challenge-unsigned-said-to-be-signed': [
      'it is not signed, and has the number of those that are',
      { challenge: await signedText('{}', text) },
    ],
  }),
  ...group('valid-answer', broken, {
    'challenge-for-code': ['a challenge is offered as a presentation', { code: await signed() }],
  }),
}
