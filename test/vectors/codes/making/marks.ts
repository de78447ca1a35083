import { answer, statute, withText, withValues } from './flow.ts'
import { number, type Packed, together } from './packing.ts'
import { fail, group, type Wishes } from './wish.ts'

const broken = fail('unpack')('code_malformed')
const { text: dictionary } = statute.dictionary
const code = (packed: Packed) => ({ code: together(packed, dictionary) })
const text = (from: string | RegExp, to: string) => code(withText((whole) => whole.replace(from, to)))
const values = (change: (all: readonly number[]) => readonly number[]) => code(withValues(change))

const parts = answer.text.split('\x07')
const [header = '', payload = '', kbHeader = '', kbPayload = '', disclosure = ''] = parts
const withDisclosures = (...disclosures: readonly string[]) =>
  code({ ...answer, text: [...parts.slice(0, 4), ...disclosures].join('\x07') })
/** Where the signature of the issuer and that of the holder begin among the values, each behind its length. */
const [, HOLDER] = [1, 66]
/** The first of the times, behind both signatures. */
const TIME = HOLDER + 65 - 1

export const counts: Wishes = group('valid-answer', broken, {
  'value-missing': ['the last value is missing', values((all) => all.slice(0, -16))],
  'values-missing': ['there are no values', values(() => [])],
  'value-left-over': ['a byte is left when every mark has its value', values((all) => [...all, 0])],
  'value-longer-than-the-code': [
    'a value is said to be longer than the code',
    code({ ...withText((whole) => `${whole.slice(0, -1)},"\x06"]`), values: [...answer.values, 255, 127] }),
  ],
  'value-of-length-too-long': [
    'the length of a value has a byte of nothing more',
    code({ ...withText((whole) => `${whole.slice(0, -1)},"\x06"]`), values: [...answer.values, 129, 0, 7] }),
  ],
  'mark-more-than-values': ['the text has a mark for which there is no value', text('"yes"', '"\x02"')],
  'mark-less-than-values': [
    'the text lacks the last mark, and its value is left over',
    text(/\x02(?=[^\x02]*$)/, 'AAAAAAAAAAAAAAAAAAAAAA'),
  ],
})

export const signatures: Wishes = group('valid-answer', broken, {
  'signature-of-issuer-missing': ['the issuer signed nothing: the length is 0', values((all) => [0, ...all.slice(65)])],
  'signature-longer-than-the-code': ['the signature is said to be longer than the code', values((all) => [255, 127, ...all.slice(1)])],
  'signature-of-holder-without-text': [
    'the holder signed, and what was signed is not there',
    code({ ...answer, text: [header, payload].join('\x07'), values: answer.values.slice(0, TIME + 12 + 64 + 32 * 7) }),
  ],
  'signature-of-holder-with-half-a-text': [
    'the holder signed, and of what was signed half is there',
    code({
      ...answer,
      text: [header, payload.replace('\x03 ', '\x01'), kbHeader].join('\x07'),
      values: [...answer.values.slice(0, TIME + 12 + 64 + 32 * 7), ...Array(32).fill(0)],
    }),
  ],
  'header-alone': ['there is a header and no payload', code({ ...answer, text: header, values: answer.values.slice(0, TIME) })],
  'text-empty': ['the text is empty', code({ ...answer, text: '', values: answer.values.slice(0, TIME) })],
})

export const digests: Wishes = group('valid-answer', broken, {
  'digest-of-second-of-one': ['the digest is of the second disclosure, and there is one', text('\x03 ', '\x03!')],
  'digest-of-number-31': ['the number of the disclosure is less than the least', text('\x03 ', '\x03\x1f')],
  'digest-of-number-128': [
    'the number of the disclosure is more than the most, and there are so many',
    code({ ...withText((whole) => whole.replace('\x03 ', '\x03\x80') + '\x07[1]'.repeat(96)) }),
  ],
  'digest-of-mark': ['the number of the disclosure is the mark for an end', text('\x03 ', '\x03\x07')],
  'digest-at-the-end': ['the text ends with the mark of a digest', code(withText((whole) => `${whole}\x03`))],
  'disclosure-of-itself': ['a disclosure holds its own digest', withDisclosures(disclosure.replace('"yes"', '{"_sd":["\x03 "]}'))],
  'disclosures-of-each-other': [
    'two disclosures hold the digest of each other',
    withDisclosures(disclosure.replace('"yes"', '{"_sd":["\x03!"]}'), '["s","n",{"_sd":["\x03 "]}]'),
  ],
  'disclosures-in-a-ring': [
    'of three disclosures each holds the digest of the next',
    withDisclosures(disclosure.replace('"yes"', '{"_sd":["\x03!"]}'), '["s","n",{"_sd":["\x03""]}]', '["s","m",{"_sd":["\x03 "]}]'),
  ],
  'disclosures-in-a-ring-of-96': [
    'every disclosure that can be named holds the digest of the next',
    withDisclosures(
      ...Array.from({ length: 96 }, (_, at) =>
        at === 0 ? disclosure.replace('"yes"', '["\x03!"]') : `["s",["\x03${String.fromCharCode(32 + ((at + 1) % 96))}"]]`,
      ),
    ),
  ],
  'digest-of-all-in-header': ['the header of the issuer holds the digest of what the holder shows', text('"ES256"', '"\x04"')],
  'digest-of-all-in-payload': [
    'the payload of the issuer holds the digest of what the holder shows',
    text('https://issuer.example', '\x04'),
  ],
  'digest-of-all-in-disclosure': [
    'a disclosure holds the digest of what it is shown in',
    withDisclosures(disclosure.replace('yes', '\x04')),
  ],
})

const timed = (...bytes: readonly number[]) => values((all) => [...all.slice(0, TIME), ...bytes, ...all.slice(TIME + 4)])

export const times: Wishes = group('valid-answer', broken, {
  'time-of-nine-digits': ['the time is 999,999,999', timed(0x3b, 0x9a, 0xc9, 0xff)],
  'time-zero': ['the time is 0', timed(0, 0, 0, 0)],
})

export const twisted: Wishes = {
  'key-binding-taken-for-disclosures': {
    of: 'valid-answer',
    description: 'there is no signature of the holder, so what he signed counts as disclosures',
    ...values((all) => [...all.slice(0, HOLDER - 1), 0, ...all.slice(HOLDER - 1 + 65)]),
    expect: fail('unpack')('code_malformed'),
  },
  'control-character-in-the-text': {
    of: 'valid-answer',
    description: 'a byte that is no mark and that JSON never has',
    ...text('"ES256"', '"ES256\x0b"'),
    expect: fail('structure')('json_malformed'),
  },
  'header-not-utf-8': {
    of: 'valid-answer',
    description: 'the header of the issuer is not UTF-8',
    ...text('"ES256"', '"ES256\xff"'),
    expect: fail('structure')('json_malformed'),
  },
  'disclosure-not-utf-8': {
    of: 'valid-answer',
    description: 'a disclosure is not UTF-8',
    ...text('"yes"', '"\xc3("'),
    expect: fail('structure')('json_malformed'),
  },
  'parts-without-json': {
    of: 'valid-answer',
    description: 'the payload of the issuer is empty',
    ...code({
      ...answer,
      text: [header, '', kbHeader, kbPayload, disclosure].join('\x07'),
      values: [...answer.values.slice(0, TIME), ...answer.values.slice(TIME + 12 + 64 + 32 * 7)],
    }),
    expect: fail('structure')('json_malformed'),
  },
  'signature-of-no-bytes': {
    of: 'valid-answer',
    description: 'the signature of the issuer has no bytes, which is something else than none',
    ...values((all) => [...number(1), ...all.slice(65)]),
    expect: fail('signature')('signature_wrong'),
    also: [
      {
        ...fail('binding')('key_binding_signature_wrong'),
        reason: 'the hash that the holder signed is made anew, of the text without that signature',
      },
    ],
  },
}
