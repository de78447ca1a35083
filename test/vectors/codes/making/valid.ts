import { signed } from './challenge_text.ts'
import { answer, bundle, codeOf, codes, NOW, SHOWN, said, small, statute } from './flow.ts'
import { bytesTogether, deflate, padded, together } from './packing.ts'
import { looking, pass, type Wishes } from './wish.ts'

const { text: dictionary } = statute.dictionary
const answered = pass('binding')('shown_by_holder')
const shown = pass('binding')('shown_to_anybody')

/** A code of just so many bytes: its DEFLATE has blocks with nothing in them. */
export function ofBytes(bytes: number): string {
  const rest = bytesTogether(answer, dictionary, { deflated: [], length: [0, 0] }).length
  return together(answer, dictionary, { deflated: padded(answer.text, dictionary, bytes - rest) })
}

/** The payload of the key binding has a text of spaces, so that the text has just so many bytes. */
const ofText = (bytes: number): Promise<string> =>
  codeOf(statute, said({ spaces: ' '.repeat(bytes - answer.text.length - ',"spaces":""'.length) }))

export const merged = await bundle(small, {
  payload: ({ parts, ...payload }) => ({
    ...payload,
    sources: [{ iss: 'https://first.example', iat: NOW - 7200 }],
    parts: (Array.isArray(parts) ? parts : []).map((part) => ({ ...(part as object), types: [statute.type.vct] })),
  }),
})

export const valid: Wishes = {
  'valid-answer': { description: 'made for the one who asked, with the dictionary of its type', code: codes.answer, expect: answered },
  'valid-generic-dictionary': { description: 'an answer with the dictionary for every type', code: codes.generic, expect: answered },
  'valid-show': { description: 'shown to whoever looks, for one question', code: codes.show, asked: looking, expect: shown },
  'valid-show-for-no-question': {
    description: 'shown to whoever looks, for no question',
    code: codes.showForNone,
    asked: { showAudience: 'urn:symbolon:show' },
    expect: shown,
  },
  'valid-show-120-seconds-old': {
    description: 'shown to whoever looks, and just young enough',
    code: await codeOf(statute, said({ aud: SHOWN, iat: NOW - 120 })),
    asked: looking,
    expect: shown,
  },
  'valid-show-60-seconds-ahead': {
    description: 'shown to whoever looks, by a clock that is just near enough',
    code: await codeOf(statute, said({ aud: SHOWN, iat: NOW + 60 })),
    asked: looking,
    expect: shown,
  },
  'valid-paper': {
    description: 'printed, and bound to no key',
    code: codes.paper,
    asked: looking,
    expect: pass('binding')('no_holder_binding'),
  },
  'valid-health-card': { description: 'another type, with claims that are always shown', code: codes.ehic, expect: answered },
  'valid-not-deflated': {
    description: 'the text is stored and not compressed',
    code: together(answer, dictionary, { deflated: deflate(answer.text, dictionary, 0) }),
    expect: answered,
  },
  'valid-3391-characters': { description: 'as long as the largest code', code: ofBytes(2258), expect: answered },
  'valid-text-of-16384-bytes': { description: 'the text is as long as it may be', code: await ofText(16_384), expect: answered },
  'valid-small-bundle': {
    description: 'the bundle has what this code needs and no more',
    code: codes.answer,
    bundle: await bundle(small),
    expect: pass('bundle')('bundle_trusted'),
  },
  'valid-merged-bundle': {
    description: 'the bundle was made of another, each part for one type',
    spec: 'specs/bundle.md',
    code: codes.answer,
    bundle: merged,
    expect: pass('bundle')('bundle_trusted'),
  },
  'valid-bundle-seen': {
    description: 'the bundle is the newest that was seen of its issuer',
    spec: 'specs/bundle.md',
    code: codes.answer,
    seen: JSON.stringify({ seen: [{ iss: 'https://issuer.example', iat: NOW - 1800 }] }),
    expect: pass('rollback')('bundle_newest_seen'),
  },
  'valid-challenge': {
    description: 'signed by a desk for which the trust file vouches',
    challenge: await signed(),
    expect: pass('challenge')('asker_known'),
  },
  'valid-challenge-late': {
    description: 'its time is over by as much as clocks may differ',
    challenge: await signed({ payload: (payload) => ({ ...payload, exp: NOW - 60 }) }),
    expect: pass('challenge')('asker_known'),
  },
}
