import { deflateSync } from 'node:zlib'
import { GENERIC } from '@symbolon/credential'
import { answer, codeOf, codes, generic, pda1, statute } from './flow.ts'
import { apart, base45, bits, bytesOf, deflate, number, type Otherwise, type Packed, together, tooLong } from './packing.ts'
import { ofBytes, valid } from './valid.ts'
import { fail, group, type Wishes } from './wish.ts'

const unpack = fail('unpack')
const broken = unpack('code_malformed')
const { text: dictionary } = statute.dictionary
const rest = codes.answer.slice(4)
const bytes = bytesOf(rest)
const code = (text: string) => ({ code: text })
const made = (change: Partial<Packed>, otherwise?: Otherwise) => code(together({ ...answer, ...change }, dictionary, otherwise))
const deflated = deflate(answer.text, dictionary)
const inside = (all: readonly number[]) => made({}, { deflated: all })
const longest = apart(valid['valid-text-of-16384-bytes']?.code ?? '', dictionary)
const put = (text: string, at: number, what: string): string => text.slice(0, at) + what + text.slice(at + what.length)

export const prefixes: Wishes = group('valid-answer', broken, {
  'prefix-of-version-2': ['the prefix is that of another version', code(`SY2:${rest}`)],
  'prefix-in-small-letters': ['the prefix is in small letters', code(`sy1:${rest}`)],
  'prefix-missing': ['there is no prefix', code(rest)],
  'prefix-without-colon': ['the prefix lacks its colon', code(`SY1${rest}`)],
  'prefix-of-challenge': ['the prefix is that of a challenge', code(`SYC1:${rest}`)],
  'space-before-the-prefix': ['a space stands before the code', code(` ${codes.answer}`)],
  'nothing-in-it': ['after the prefix comes nothing', code('SY1:')],
})

export const letters: Wishes = group('valid-answer', broken, {
  'base45-small-letter': ['a letter is small', code(`SY1:${rest.replace(/[A-Z]/, (letter) => letter.toLowerCase())}`)],
  'base45-underscore': ['a character is of another alphabet', code(`SY1:${put(rest, 100, '_')}`)],
  'base45-digit-beyond-ascii': ['a digit is an Arabic one', code(`SY1:${put(rest, 100, '\u0663')}`)],
  'base45-line-break': ['the code was broken into lines', code(`SY1:${rest.slice(0, 99)}\n${rest.slice(99)}`)],
  'base45-group-of-three-too-large': ['a group of three is 65,536', code(`SY1:${put(rest, 99, 'GGW')}`)],
  'base45-group-of-two-too-large': ['the last group, of two, is 256', code(`SY1:${put(rest, rest.length - 2, 'V5')}`)],
  'base45-length': ['a character is left over', code(`${codes.answer}${rest.length % 3 === 2 ? '00' : '0'}`)],
  'cut-off-at-its-end': ['the last group is missing', code(codes.answer.slice(0, -2))],
  'cut-off-in-its-middle': ['the second half is missing', code(`SY1:${base45(bytes.slice(0, bytes.length / 2))}`)],
  'cut-off-after-its-numbers': ['the text is missing', code(`SY1:${base45(bytes.slice(0, 7))}`)],
})

export const numbers: Wishes = {
  ...group('valid-answer', broken, {
    'number-of-content-too-long': ['the number of what is in it has a byte of nothing more', made({ content: tooLong(answer.content) })],
    'number-of-dictionary-too-long': [
      'the number of the dictionary has a fifth byte, of nothing',
      made({ dictionary: tooLong(answer.dictionary) }),
    ],
    'number-of-dictionary-29-bits': [
      'the number of the dictionary is larger than four bytes hold',
      made({ dictionary: [255, 255, 255, 255, 1] }),
    ],
    'number-of-length-too-long': ['the length has a byte of nothing more', made({}, { length: tooLong(number(deflated.length)) })],
    'number-that-never-ends': ['every byte says that another follows', code(`SY1:${base45(Array(64).fill(255))}`)],
    'length-beyond-the-code': ['the text is said to be longer than the code', made({}, { length: [255, 127] })],
    'length-zero': ['the text is said to have no bytes', made({}, { length: [0] })],
    'length-one-less': ['the text is said to be a byte shorter than it is', made({}, { length: number(deflated.length - 1) })],
    'length-one-more': ['the text is said to be a byte longer than it is', made({}, { length: number(deflated.length + 1) })],
  }),
  ...group('valid-generic-dictionary', broken, {
    'number-of-dictionary-zero-padded': [
      'the number of the generic dictionary has two bytes',
      code(together({ ...generic, dictionary: [128, 0] }, GENERIC.text)),
    ],
  }),
  ...group('valid-answer', unpack('code_content_not_known'), {
    'content-of-cbor': ['what is in it has the number that is kept for CBOR', made({ content: [2] })],
    'content-zero': ['what is in it has the number 0', made({ content: [0] })],
    'content-unknown': ['what is in it has a number of two bytes that nobody gave', made({ content: [129, 1] })],
  }),
  ...group('valid-answer', unpack('code_dictionary_not_known'), {
    'dictionary-unknown': ['nobody has a dictionary of this number', made({ dictionary: [128, 128, 128, 64] })],
    'dictionary-of-small-number': ['the dictionary has a number that one chose by hand', made({ dictionary: [1] })],
    'dictionary-of-other-type': [
      'the dictionary is that of a type which is in no bundle',
      code(await codeOf(statute, {}, pda1.dictionary)),
    ],
    'dictionary-of-next-number': [
      'the number of the dictionary is one more than it should be',
      made({ dictionary: [(answer.dictionary[0] ?? 0) ^ 1, ...answer.dictionary.slice(1)] }),
    ],
  }),
}

/** A block of fixed codes: three bytes again from the furthest distance, 24,577 and what the 13 bits add. */
const FURTHEST = bits('1', '10', '0000001', '11101', '0'.repeat(13), '0000000')
/** A block with codes of its own, of which none is there to write them with. */
const NO_CODES = bits('1', '01', '00000', '00000', '0000', '0'.repeat(12))

export const streams: Wishes = {
  ...group('valid-answer', broken, {
    'deflate-block-of-no-kind': ['the first block is of the fourth kind, which there is not', inside([7, ...deflated.slice(1)])],
    'deflate-not-ended': ['no block is the last', inside([0, 0, 0, 255, 255])],
    'deflate-stored-length-wrong': ['the length of a stored block and its complement differ', inside([1, 5, 0, 251, 255, 1, 2, 3, 4, 5])],
    'deflate-without-codes': ['a block has no code for its codes', inside(NO_CODES)],
    'deflate-with-trailing-byte': ['a byte stands after the end of the stream', inside([...deflated, 0])],
    'deflate-twice': ['after the stream comes another', inside([...deflated, ...deflated])],
    'deflate-with-zlib-header': ['the stream is wrapped as ZLIB', inside([...deflateSync(Buffer.from(answer.text, 'latin1'))])],
    'deflate-from-before-the-dictionary': ['it repeats what stands before the beginning of the dictionary', inside(FURTHEST)],
    'deflate-with-other-dictionary': [
      'it was deflated with a dictionary that is longer, and reaches before this one',
      inside(deflate(answer.text, answer.text + ' '.repeat(4000) + dictionary)),
    ],
  }),
  ...group('valid-answer', unpack('code_too_large'), {
    'deflate-bomb': ['a kilobyte becomes a megabyte', inside(deflate(' '.repeat(1_000_000), ''))],
    'deflate-bomb-of-repetitions': [
      'the text is right, and after it comes more than a megabyte',
      inside(deflate(answer.text + '\x07'.repeat(1_500_000), dictionary)),
    ],
    'code-of-3393-characters': ['longer than the largest code, and right in all else', code(ofBytes(2259))],
  }),
  ...group('valid-text-of-16384-bytes', unpack('code_too_large'), {
    'text-of-16385-bytes': [
      'the text has a byte more than it may',
      code(together({ ...longest, text: longest.text.replace('  ', '   ') }, dictionary)),
    ],
  }),
}
