import type { Json, JsonObject } from '@symbolon/sd-jwt'
import { made } from './bundles.ts'
import { ISSUER, NOW, OTHER_ISSUER, paper, small, smallWith, statute } from './flow.ts'
import { fail, group, noKey, unknown, type Wishes } from './wish.ts'

const nothing = [...noKey, { ...unknown('type')('type_metadata_missing'), reason: 'the description of the type is not for it either' }]
const malformed = fail('bundle')('bundle_malformed')
const spec = { spec: 'specs/bundle.md' }
const parts = (change: (part: JsonObject) => JsonObject) => ({
  payload: (payload: JsonObject): JsonObject => ({
    ...payload,
    parts: (Array.isArray(payload.parts) ? payload.parts : []).map((part) => change(part as JsonObject)),
  }),
})
const typed = (types: Json) =>
  made(
    small,
    parts((part) => ({ ...part, types })),
  )
const sources = (value: Json) => made(small, { payload: (payload) => ({ ...payload, sources: value }) })
const FIRST = { iss: 'https://first.example', iat: NOW - 7200 }

export const merged: Wishes = {
  ...group('valid-merged-bundle', malformed, {
    'merged-types-empty': ['a part is for no type', await typed([])],
    'merged-types-a-text': ['the types of a part are text', await typed(statute.type.vct)],
    'merged-types-null': ['the types of a part are null', await typed(null)],
    'merged-types-of-numbers': ['a type of a part is a number', await typed([statute.type.vct, 1])],
    'merged-types-with-empty': ['a type of a part is empty', await typed([statute.type.vct, ''])],
    'merged-sources-a-text': ['the sources are text', await sources('https://first.example')],
    'merged-sources-of-texts': ['the sources are names alone', await sources(['https://first.example'])],
    'merged-source-without-time': ['a source does not say of when it is', await sources([{ iss: FIRST.iss }])],
    'merged-source-without-name': ['a source does not say whose it is', await sources([{ iat: FIRST.iat }])],
    'merged-source-newer-than-the-bundle': ['a source was made after what it went into', await sources([{ ...FIRST, iat: NOW - 1799 }])],
    'merged-source-twice': ['two sources are of one issuer', await sources([FIRST, { ...FIRST, iat: NOW - 7300 }])],
    'merged-source-itself': ['a source is of whoever merged', await sources([{ iss: ISSUER, iat: NOW - 7200 }])],
  }),
  ...group('valid-merged-bundle', unknown('trust')('chain_missing'), {
    'merged-parts-of-other-type': ['the parts are for another type', { ...(await typed([paper.type.vct])), also: nothing }],
    'merged-parts-wider-than-the-signer': [
      'the parts are for a type of which the trust file does not let the signer of the bundle speak',
      { ...spec, trust: 'trust-bundle-of-others', also: nothing },
    ],
    'merged-keys-of-other-type': [
      'the keys are for another type, and the rest for this one',
      {
        ...(await made(
          small,
          parts((part) => ({ ...part, types: [part.kind === 'issuer_metadata' ? paper.type.vct : statute.type.vct] })),
        )),
        also: noKey,
      },
    ],
  }),
  ...group('valid-merged-bundle', unknown('type')('type_metadata_missing'), {
    'merged-description-of-other-type': [
      'the description of the type is for another type, and the rest for this one',
      await made(
        small,
        parts((part) => ({ ...part, types: [part.kind === 'type_metadata' ? paper.type.vct : statute.type.vct] })),
      ),
    ],
  }),
  ...group('valid-small-bundle', fail('type')('type_integrity_wrong'), {
    'bundle-description-changed': [
      'the description of the type has a space more than what the issuer signed for',
      await made(smallWith({ need: { kind: 'type_metadata', id: statute.type.vct }, content: `${statute.metadata} ` })),
    ],
    'bundle-description-of-other-type': [
      'under the name of the type stands the description of another',
      await made(smallWith({ need: { kind: 'type_metadata', id: statute.type.vct }, content: paper.metadata })),
    ],
  }),
}

const seen = (...bundles: readonly { iss: string; iat: number }[]) => ({ ...spec, seen: JSON.stringify({ seen: bundles }) })
const rollback = unknown('rollback')
const ITSELF = { iss: ISSUER, iat: NOW - 1800 }

export const memories: Wishes = {
  ...group('valid-bundle-seen', rollback('bundle_older_than_seen'), {
    'bundle-older-than-seen': ['a bundle of this issuer was seen that is a second newer', seen({ ...ITSELF, iat: NOW - 1799 })],
  }),
  ...group('valid-merged-bundle', rollback('bundle_older_than_seen'), {
    'merged-source-older-than-seen': ['a bundle was seen that is newer than the one that was merged', seen({ ...FIRST, iat: NOW - 7199 })],
  }),
  ...group('valid-bundle-seen', rollback('bundle_clock_behind'), {
    'clock-behind-a-bundle-seen': [
      'the clock is a minute and a second behind a bundle of somebody else that was seen',
      seen(ITSELF, { iss: OTHER_ISSUER, iat: NOW + 61 }),
    ],
  }),
  ...group('valid-bundle-seen', rollback('bundle_memory_malformed'), {
    'memory-not-json': ['what is remembered is cut off', { ...spec, seen: '{"seen":[{"iss":' }],
    'memory-of-one-issuer-twice': ['two times are remembered of one issuer', seen(ITSELF, { ...ITSELF, iat: 0 })],
    'memory-time-a-text': ['a time that is remembered is text', { ...spec, seen: JSON.stringify({ seen: [{ iss: ISSUER, iat: '0' }] }) }],
  }),
}
